package check

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag/text"
)

// role is who did what to whom, as far as word order tells.
type role struct {
	verb     text.Token
	who      []text.Token // the name of who did it
	whom     []text.Token
	together bool // the verb means the same with who and whom exchanged, as "met" does
}

// reach is the maximum number of words between a verb and a name.
const reach = 3

// roles returns the roles in a sentence. Each comes from a name, a content word
// and another name, with only function words, titles and adverbs between them.
// After a passive verb with "by", the second name is who did it.
func roles(s []text.Token) []role {
	var all []role
	for i, t := range s {
		if !t.Content || t.Number || proper(t) {
			continue
		}
		left, right := i-1, i+1
		for left >= 0 && i-left <= reach && passable(s[left]) {
			left--
		}
		for right < len(s) && right-i <= reach && passable(s[right]) {
			right++
		}
		if left < 0 || !proper(s[left]) || right == len(s) || !proper(s[right]) {
			continue
		}
		has := func(words map[string]bool) bool {
			return slices.ContainsFunc(s[i+1:right], func(t text.Token) bool { return words[t.Word] })
		}
		r := role{t, name(s[:left+1], true), name(s[right:], false), mutual[t.Word] || has(joins)}
		if has(agent) {
			r.who, r.whom = r.whom, r.who
		}
		all = append(all, r)
	}
	return all
}

// passable reports whether a word may stand between a verb and a name.
func passable(t text.Token) bool {
	return !proper(t) && !t.Number && (!t.Content || titles[t.Word] || strings.HasSuffix(t.Word, "ly"))
}

// proper reports whether a word may be part of a name: it is a capitalized
// content word. A word at the beginning of a sentence may be none, but it
// counts only if the other text has it too.
func proper(t text.Token) bool {
	r, _ := utf8.DecodeRuneInString(t.Raw)
	return t.Content && !t.Number && !titles[t.Word] && unicode.IsUpper(r)
}

// name returns the words of the name at the end or the beginning of a run.
func name(run []text.Token, atEnd bool) []text.Token {
	if atEnd {
		from := len(run)
		for from > 0 && proper(run[from-1]) {
			from--
		}
		return run[from:]
	}
	to := 0
	for to < len(run) && proper(run[to]) {
		to++
	}
	return run[:to]
}

// swapped reports whether a text reverses a role of the claim: the claim says
// "A beat B", and the text says that B beat A.
func swapped(claim []role, text []sentenceTokens) bool {
	for _, c := range claim {
		straight, reversed := false, false
		for _, s := range text {
			for _, r := range s.roles {
				if r.together || c.together || !sameVerb(c.verb, r.verb) {
					continue
				}
				same := common(c.who, r.who) || common(c.whom, r.whom)
				straight = straight || same
				reversed = reversed || !same && common(c.who, r.whom) && common(c.whom, r.who)
			}
		}
		if reversed && !straight {
			return true
		}
	}
	return false
}

func sameVerb(a, b text.Token) bool {
	return a.Key == b.Key || a.Key+"en" == b.Key || b.Key+"en" == a.Key // beat, beaten
}

func common(a, b []text.Token) bool {
	return slices.ContainsFunc(a, func(t text.Token) bool {
		return slices.ContainsFunc(b, func(o text.Token) bool { return o.Key == t.Key })
	})
}

var (
	mutual = text.WordSet(`met meet meets meeting married marries marry divorced faced face faces played play plays drew tied joined border
bordered borders bordering joint between like called known named`)
	titles = text.WordSet("mr mrs ms dr sir president minister chancellor senator")
	agent  = text.WordSet("by")
	joins  = text.WordSet(`and or with as between versus of one`)
)

// nearlyAll is the least share of the rest of a claim that a sentence must
// cover before the missing subject counts.
const nearlyAll = .9

// displaced reports whether a text says of somebody else what the claim says.
// The first two content words of the claim, its subject, are in pairs, so they
// stand together somewhere in the text. But neither is in sentence at, which
// covers nearly all of the rest, nor in the sentence before.
func (c claimTokens) displaced(s []sentenceTokens, at int, pairs map[[2]string]bool) bool {
	if len(c.run) < 4 || c.run[0].Number || c.run[1].Number || !pairs[[2]string{c.run[0].Key, c.run[1].Key}] {
		return false
	}
	for _, t := range c.run[:2] {
		if s[at].set[t.Key] || at > 0 && s[at-1].set[t.Key] {
			return false
		}
	}
	return text.Coverage(c.run[2:], func(k string) bool { return s[at].set[k] }) >= nearlyAll
}
