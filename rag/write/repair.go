package write

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"footnote/rag"
	"footnote/rag/text"
)

var (
	// repairLine matches the number of a line, and the sentence after it.
	repairLine = regexp.MustCompile(`^[\s>*_#([-]*(?:(?i:sentence|line|no\.?)\s*)?(\d{1,3})\s*[.):\]]+[\s*_]*(.*)$`)
	// joinedLines matches the end of a line after which the next one follows
	// without a line break.
	joinedLines = regexp.MustCompile(`(` + placeholder + `[.!?]?)[ \t]+(\d{1,3}[.)][ \t])`)
	notSaid     = regexp.MustCompile(`^(?i:[-–—−\s.*_]*|\W*(?:none|n/?a|null|not (?:said|stated|mentioned|supported|found|in the passages?)|the passages? do(?:es)? not say(?: (?:it|this|that|so))?|remove(?:d)?|delete(?:d)?)\W*)$`)
)

// parseRepair returns one claim for each failed sentence from a model's reply
// about n passages. It accepts any text. A claim's Text is empty if the reply has
// no sentence for it. Without numbers in the reply, the sentences are taken in
// order if there are as many, else by the words that they share. cut tells that
// the reply ends early.
func parseRepair(s string, failed []rag.Failed, n int, cut bool) []rag.Claim {
	body, marks := markSources(unwrapped(plainRunes(s)), n)
	body = joinedLines.ReplaceAllString(plainText(body), "$1\n$2")
	lines := make([]string, len(failed))
	seen := make([]bool, len(failed))
	at, numbered := -1, false
	for l := range strings.Lines(body) {
		l = strings.TrimSpace(l)
		if m := repairLine.FindStringSubmatch(l); m != nil {
			at = -1
			if i, err := strconv.Atoi(m[1]); err == nil && i >= 1 && i <= len(failed) && !seen[i-1] {
				at, numbered, seen[i-1] = i-1, true, true
				lines[at] = m[2]
			}
			continue
		}
		switch {
		case l == "":
			if at >= 0 && text.HasWord(lines[at]) {
				at = -1
			}
		case at >= 0:
			lines[at] += " " + l
		}
	}
	if !numbered {
		all := slices.DeleteFunc(ParseReply(s, n), func(c rag.Claim) bool { return c.Kind != rag.Statement })
		if cut {
			all = withoutCut(all, 0)
		}
		return assign(all, failed)
	}
	claims := make([]rag.Claim, len(failed))
	for i, l := range lines {
		if !notSaid.MatchString(withoutPlaceholders(l)) {
			claims[i] = oneClaim(cited([]paragraph{{"", l}}, marks))
		}
	}
	if cut && at >= 0 && !text.EndsSentence(claims[at].Text) {
		claims[at] = rag.Claim{}
	}
	return claims
}

// withoutPlaceholders removes placeholders.
func withoutPlaceholders(s string) string {
	return strings.Map(func(r rune) rune {
		if isPlaceholder(r) {
			return -1
		}
		return r
	}, s)
}

// oneClaim returns the sentences of a line as one claim. It is empty if they say
// that there is no answer.
func oneClaim(sentences []rag.Claim) rag.Claim {
	var one rag.Claim
	for _, c := range sentences {
		if s := straight(c.Text); admits(c) || refusal().MatchString(s) {
			continue
		}
		if one.Text != "" {
			one.Text += " "
		}
		one.Text += c.Text
		for _, x := range c.Cites {
			cite(&one, []text.MarkCite{{Passage: x.Passage, Quote: x.Quote}})
		}
	}
	if one.Text == "" {
		return rag.Claim{}
	}
	return one
}

// minShared is the share of a failed sentence's stems that a new sentence must
// have to be its repair.
const minShared = .3

// assign returns one claim for each failed sentence.
func assign(claims []rag.Claim, failed []rag.Failed) []rag.Claim {
	all := make([]rag.Claim, len(failed))
	used := make([]bool, len(claims))
	for i, f := range failed {
		best, most := -1, 0.
		stems := text.StemSet(f.Text)
		for k, c := range claims {
			share := shared(stems, text.StemSet(c.Text))
			if !used[k] && share >= minShared && share > most {
				best, most = k, share
			}
		}
		if len(claims) == len(failed) {
			best = i
		}
		if best >= 0 {
			used[best] = true
			all[i] = claims[best]
			all[i].Break = ""
		}
	}
	return all
}

// shared returns the share of the stems that others have, 0 for no stems.
func shared(stems, others map[string]bool) float64 {
	n := 0
	for s := range stems {
		if others[s] {
			n++
		}
	}
	return float64(n) / float64(max(len(stems), 1))
}
