package rag

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// role is who did what to whom, as far as word order tells.
type role struct {
	verb     token
	who      []token // the name of who did it
	whom     []token
	together bool // the verb means the same with who and whom exchanged, as "met" does
}

// reach is the maximum number of words between a verb and a name.
const reach = 3

// roles returns the roles in a sentence. Each comes from a name, a content word
// and another name, with only function words, titles and adverbs between them.
// After a passive verb with "by", the second name is who did it.
func roles(s []token) []role {
	var all []role
	for i, t := range s {
		if !t.content || t.number || proper(t) {
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
			return slices.ContainsFunc(s[i+1:right], func(t token) bool { return words[t.word] })
		}
		r := role{t, name(s[:left+1], true), name(s[right:], false), mutual[t.word] || has(joins)}
		if has(agent) {
			r.who, r.whom = r.whom, r.who
		}
		all = append(all, r)
	}
	return all
}

// passable reports whether a word may stand between a verb and a name.
func passable(t token) bool {
	return !proper(t) && !t.number && (!t.content || titles[t.word] || strings.HasSuffix(t.word, "ly"))
}

// proper reports whether a word may be part of a name: it is a capitalized
// content word. A word at the beginning of a sentence may be none, but it
// counts only if the other text has it too.
func proper(t token) bool {
	r, _ := utf8.DecodeRuneInString(t.raw)
	return t.content && !t.number && !titles[t.word] && unicode.IsUpper(r)
}

// name returns the words of the name at the end or the beginning of a run.
func name(run []token, atEnd bool) []token {
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

func sameVerb(a, b token) bool {
	return a.key == b.key || a.key+"en" == b.key || b.key+"en" == a.key // beat, beaten
}

func common(a, b []token) bool {
	return slices.ContainsFunc(a, func(t token) bool {
		return slices.ContainsFunc(b, func(o token) bool { return o.key == t.key })
	})
}

var (
	mutual = wordSet(`met meet meets meeting married marries marry divorced faced face faces played play plays drew tied joined border
bordered borders bordering joint between like called known named`)
	titles = wordSet("mr mrs ms dr sir president minister chancellor senator")
	agent  = wordSet("by")
	joins  = wordSet(`and or with as between versus of one`)
)
