package check

import (
	"regexp"
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/text"
)

// pronoun captures the pronoun at the beginning of a sentence.
var pronoun = regexp.MustCompile(`^[“"‘'(]*(He|She|It|They|His|Her|Its|Their)\b`)

// possessives maps possessive pronouns to the others.
var possessives = map[string]string{"His": "He", "Her": "She", "Its": "It", "Their": "They"}

// resolvePronouns takes care of sentences that refer to a removed one before
// them. A pronoun at the beginning is replaced by the name that the removed
// sentence begins with. The sentence is removed too if there is no name, if it
// says the name already, or if the name is not near its evidence: the name may be
// what was wrong. If the removed sentence begins with the same pronoun, both refer
// to the sentence before it.
func (s *sources) resolvePronouns(findings []finding) {
	removed := func(f finding) bool { return f.failed() && f.reason.Code != rag.Repeated }
	for i := 1; i < len(findings); i++ {
		f := &findings[i]
		if f.failed() || f.claim.Kind == rag.Admission || !text.RefersBack(f.claim.Text) {
			continue
		}
		said, at := pronounOf(f.claim.Text)
		k := i - 1
		for ; k > 0 && said != "" && removed(findings[k]); k-- {
			if other, _ := pronounOf(findings[k].claim.Text); other != said {
				break
			}
		}
		if !removed(findings[k]) {
			continue
		}
		name := subject(findings[k].bare)
		if name == "" || said == "" || strings.Contains(f.claim.Text, name) || len(missingNames(text.Tokens(name), s.near(*f))) > 0 {
			f.fail(rag.LeansOnRemoved)
			continue
		}
		if possessives[at.Of(f.claim.Text)] != "" {
			name += "'s"
		}
		f.claim.Text = f.claim.Text[:at.Start] + name + f.claim.Text[at.End:]
	}
}

// pronounOf returns the pronoun that a sentence begins with, in the form "He",
// and its span; empty if it begins with none.
func pronounOf(sentence string) (string, text.Span) {
	m := pronoun.FindStringSubmatchIndex(sentence)
	if m == nil {
		return "", text.Span{}
	}
	at := text.Span{Start: m[2], End: m[3]}
	said := at.Of(sentence)
	if p := possessives[said]; p != "" {
		said = p
	}
	return said, at
}

var (
	// capitalised matches the words with a capital letter at the beginning of a
	// sentence.
	capitalised = regexp.MustCompile(`^(?:(?:The|Mr\.?|Mrs\.?|Ms\.?|Dr\.?) )?(\p{Lu}[\p{L}\p{N}.'’-]*)(?: \p{Lu}[\p{L}\p{N}.'’-]*)*`)
	// times are words that begin a sentence before the name that it is about.
	times = text.WordSet(`yesterday today tomorrow later earlier recently meanwhile monday tuesday wednesday thursday friday saturday sunday
january february march april may june july august september october november december`)
)

// subject returns the name that a sentence begins with; empty if it begins with
// none.
func subject(s string) string {
	m := capitalised.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	first := strings.ToLower(m[1])
	if text.IsStopWord(first) || times[first] || !slices.ContainsFunc(text.Tokens(m[0]), func(t text.Token) bool { return t.Name }) {
		return ""
	}
	return strings.TrimSuffix(strings.TrimSuffix(m[0], "'s"), "’s")
}
