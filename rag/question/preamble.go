package question

import (
	"slices"
	"strings"
	"unicode"

	"footnote/rag/internal/lazyregexp"
	"footnote/rag/text"
)

// askingSentences returns the sentences of s that ask something. It returns s
// unchanged if the other sentences contain names that the asking ones lack, or
// if the asking ones have too few words or a pronoun.
func askingSentences(s string) string {
	var ask []string
	all := text.Sentences(s, text.Span{End: len(s)})
	for _, at := range all {
		if one := strings.TrimSpace(at.Of(s)); strings.HasSuffix(one, "?") || startsAsking.MatchString(one) {
			ask = append(ask, one)
		}
	}
	joined := strings.Join(ask, " ")
	if len(ask) == 0 || len(ask) == len(all) || len(text.ContentWords(joined)) < 3 || len(text.ContentWords(joined)) < 5 && hasMoreNames(s, joined) || dependenceOf(joined) == byPronoun {
		return s
	}
	return joined
}

// hasMoreNames reports whether s contains a name that part lacks.
func hasMoreNames(s, part string) bool {
	have := text.StemSet(part)
	return slices.ContainsFunc(text.Tokens(s), func(t text.Token) bool { return t.Name && len(t.Raw) > 1 && !have[t.Key] })
}

// startsAsking matches the start of a question that needs no question mark.
var startsAsking = lazyregexp.New(`(?i)^(?:who|whom|whose|what|which|when|where|why|how|list|name|show|compare|summari[sz]e|explain|describe|tell me)\b`)

// withoutPreamble removes fillers and leading preambles, as long as at least
// two content words remain.
func withoutPreamble(s string) string {
	if m := reasonClause.FindStringSubmatchIndex(s); m != nil && len(text.ContentWords(withoutPreamble(s[m[2]:]))) > 2 {
		s = s[m[2]:]
	}
	if bare := fillers.ReplaceAllString(s, "$1"); len(text.ContentWords(bare)) > 1 {
		s = bare
	}
	for {
		at := preambles.FindStringIndex(s)
		if at == nil || at[1] == 0 || len(text.ContentWords(s[at[1]:])) < 2 {
			return s
		}
		s = strings.TrimLeftFunc(s[at[1]:], func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) })
	}
}

// reasonClause matches a clause such as "As it rains, …" and captures the
// question after it.
var reasonClause = lazyregexp.New(`(?i)^(?:as|since|because|given that|considering that|i can see that|i see that|i know that)\b[^?]*, (?:(?:but|so|then|and) )?((?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may)\b[^?]*\?)`)

// preambles matches phrases that address the other person and ask nothing.
// withoutPreamble removes one only if a question remains.
var preambles = lazyregexp.New(`(?i)^(?:` + strings.Join([]string{
	`(?:ok(?:ay)?|thanks?(?: you)?(?: for \w+)?|great|i see|excuse me|oops|sorry|of course|well|so|now|also|hm+|oh|yes|no|right|sure|interesting|wow|please)\s*[,.!:]+`,
	`(?:by the (?:a?way)|in other words|as a result|along with(?: that)?|in that case|then|changing the subject[^,]*)\s*,`,
	`speaking (?:of|about) [^,]+,(?: [^,]+,)*`,
	`(?:could|can|would|will) you (?:please )?(?:tell me|let me know|explain(?: to me)?|clarify)(?: (?:more|something|overall))?(?: about)?(?: (?:if|whether)\b)?`,
	`what (?:can|could|do) you (?:tell me|know)(?: overall)? about`,
	`(?:please )?(?:tell me|let me know)(?: (?:more|some(?:thing)?|some information))?(?: about)?`,
	`(?:do|would) you (?:know|happen to know|have (?:any )?information)(?: (?:about|on|if|whether))?`,
	`(?:may|can) i ask(?: you)?`,
	`(?:so,? )?(?:are you|you are) saying(?: that)?`,
	`(?:i wonder if|i am wondering|i'm wondering|i would like to know|i'd like to know|i want to know)(?: (?:if|whether))?`,
	`i (?:just )?mean[t]?`,
}, "|") + `)\s*`)

// fillers matches words that add nothing anywhere in a question.
var fillers = lazyregexp.New(`(?i)(?:,? (?:please|basically|of course|tho|etc\.?)\b,?|, right)(\s*[?.!]+$| )`)
