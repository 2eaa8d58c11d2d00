package write

import (
	"footnote/rag"
	"regexp"
	"strings"
)

var (
	// quoted matches the beginning of a passage in our own prompt, which small
	// models copy.
	quoted     = regexp.MustCompile(`<passage [0-9a-f]{8}>\s*(?:Title:.*\n)?(?:Date:.*\n)?`)
	fence      = regexp.MustCompile("(?m)^[ \t]*(?:```+|~~~+)[ \t]*\\w*[ \t]*$")
	inline     = regexp.MustCompile(`</?(?i:a|b|cite|citation|code|em|i|mark|q|ref|s|small|source|span|strong|sub|sup|u)(?:\s[^<>]*)?/?>`)
	unseen     = regexp.MustCompile(`(?is)<script\b.*?</script\s*>|<style\b.*?</style\s*>`)
	tag        = regexp.MustCompile(`(?s)<!--.*?-->|</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>`)
	emphasis   = regexp.MustCompile(`(^|[\s(“"'])[*_]([^\s*_](?:[^*_\n]*[^\s*_])?)[*_]`)
	emptyPairs = regexp.MustCompile(`\(\s*(` + placeholder + `*)\s*\)`)
)

// plainText removes tags, scripts, code fences and emphasis.
func plainText(s string) string {
	s = unseen.ReplaceAllString(s, "")
	s = fence.ReplaceAllString(quoted.ReplaceAllString(s, "\n"), "")
	s = tag.ReplaceAllString(inline.ReplaceAllString(s, ""), "\n")
	s = strings.NewReplacer("**", "", "__", "", "`", "").Replace(s)
	return emptyPairs.ReplaceAllString(emphasis.ReplaceAllString(s, "$1$2"), "$1")
}

// plainReply returns the text of a reply that cites nothing.
func plainReply(s string) string { return plainText(plainRunes(s)) }

// paragraph is a paragraph or a list item of a reply.
type paragraph struct {
	brk  string // the white space and list mark before it
	text string // on one line, with placeholders
}

var (
	item  = regexp.MustCompile(`^(?:[-*+•–]|\d{1,3}[.)])\s+`)
	label = regexp.MustCompile(`^(?i:(?:the )?(?:final |short )?answer(?: is)?:)\s*`)
	rule  = regexp.MustCompile(`^(?:[-*_=~]\s*){3,}$`)
	// sources is the heading of a list of sources, and sourcesTail a list of them
	// at the end of a line.
	sources     = regexp.MustCompile(`^(?i:sources?|references?|citations?|footnotes?|notes?|quellen)(?: used| cited)?:?$`)
	sourcesTail = regexp.MustCompile(`(?i)(?:^|[\s(–—-])\(?(?:sources?|references?|citations?|cited|quellen?|passages?|see)(?: used| cited)?:?\s*(` + placeholder + `(?:[\s,;&]|and|` + placeholder + `)*)\)?\.?$`)
	sourceOf    = regexp.MustCompile(`^` + placeholder + `\s*:`) // a footnote in Markdown
	aSource     = regexp.MustCompile(`^(?:[-*+•–]\s*|\d{1,3}[.)]\s*)?(` + placeholder + `+)`)
)

// paragraphs splits a reply at empty lines, headings and list items. It stops
// at a list of sources. tail holds the marks of that list, and those of a line
// of sources.
func paragraphs(s string) (all []paragraph, tail string) {
	brk, fresh := "", true // fresh: the next line starts a paragraph
	listing := false
	for l := range strings.Lines(s) {
		l = strings.TrimSpace(l)
		l = strings.TrimSpace(strings.TrimLeft(l, ">"))
		heading := strings.HasPrefix(l, "#")
		l = strings.TrimSpace(strings.TrimLeft(l, "#"))
		if listing = listing || sources.MatchString(l); listing {
			if m := aSource.FindStringSubmatch(l); m != nil {
				tail += m[1]
			}
			continue
		}
		if m := sourcesTail.FindStringSubmatchIndex(l); m != nil {
			tail += l[m[2]:m[3]]
			l = strings.TrimSpace(l[:m[0]]) + l[m[2]:m[3]]
		}
		switch m := item.FindString(l); {
		case l == "", rule.MatchString(l), sourceOf.MatchString(l):
			fresh, brk = true, "\n\n"
			continue
		case m != "":
			fresh, brk, l = true, "\n- ", l[len(m):]
		case heading:
			fresh, brk = true, "\n\n"
		}
		if len(all) == 0 {
			l = label.ReplaceAllString(l, "")
		}
		if fresh {
			all = append(all, paragraph{brk, l})
		} else {
			all[len(all)-1].text += " " + l
		}
		fresh = heading
		if heading {
			brk = "\n\n"
		}
	}
	return all, tail
}

var (
	preface = regexp.MustCompile(`(?i)^(?:(?:.{0,120}\bhere(?:['’]s| is| are)\b|(?:below|the following) (?:is|are)\b|(?:based on|according to) ` + aboutText + `\b).{0,160}:|(?:sure|certainly|of course|okay|ok|great question|absolutely|got it|understood|yes)(?: thing)?[!.,:]?|(?:i can|i['’]d be (?:happy|glad) to|happy to) (?:help|answer)\b.{0,60})$`)
	outro   = regexp.MustCompile(`(?i)^(?:let me know\b|i hope (?:this|that)\b|hope this\b|if you (?:have|need|want|would like)\b|feel free\b|please let me know\b|is there anything\b|would you like\b)`)
)

// withoutChat removes what a model says to the person at the beginning and the end,
// which cites nothing.
func withoutChat(claims []rag.Claim) []rag.Claim {
	for len(claims) > 0 && len(claims[0].Cites) == 0 && preface.MatchString(claims[0].Text) {
		claims = claims[1:]
	}
	for n := len(claims); n > 0 && len(claims[n-1].Cites) == 0 && outro.MatchString(claims[n-1].Text); n = len(claims) {
		claims = claims[:n-1]
	}
	return claims
}
