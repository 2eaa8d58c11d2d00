package question

import (
	"slices"
	"strings"
	"unicode/utf8"

	"footnote/rag"
	"footnote/rag/text"
)

// Faithful cleans up the question that a model returned, and reports whether to
// use it. It must be one question of similar length. It must keep two thirds of
// the words of what was asked, and add no word that is not in the conversation.
func Faithful(body string, q rag.Question) (string, bool) {
	body = strings.TrimSpace(body)
	body = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(body, "Question:"), "Last question:"))
	body = strings.Trim(body, `"“”`)
	if body == "" || !utf8.ValidString(body) || strings.Contains(body, "\n") || len(body) > 2*len(q.Text)+200 {
		return "", false
	}
	known := text.StemSet(q.Text)
	for _, t := range q.History {
		for s := range text.StemSet(t.Question, t.Answer) {
			known[s] = true
		}
	}
	got := text.StemSet(body)
	for s := range got {
		if !known[s] {
			return "", false
		}
	}
	kept, all := 0, text.StemSet(withoutPreamble(asking(q.Text)))
	for s := range all {
		if got[s] {
			kept++
		}
	}
	if len(got) == 0 || 3*kept < 2*len(all) {
		return "", false
	}
	return body, true
}

// mostParts is the maximum number of parts of a question.
const mostParts = 4

// FaithfulParts cleans up the parts that a model returned. It returns nil if a
// part has a word that the question lacks, if the parts leave out more than a
// quarter of its words, or if there are fewer than two or more than mostParts.
func FaithfulParts(parts []string, q rag.Question) []string {
	var all []string
	have := map[string]bool{}
	for _, p := range parts {
		p = strings.TrimSpace(p)
		got := text.StemSet(p)
		if p == "" || slices.Contains(all, p) {
			continue
		}
		known := text.StemSet(q.Text)
		for s := range got {
			if !known[s] {
				return nil
			}
			have[s] = true
		}
		if len(got) == 0 || len(p) > len(q.Text)+100 {
			return nil
		}
		all = append(all, p)
	}
	if want := text.StemSet(q.Text); len(all) < 2 || len(all) > mostParts || 4*len(have) < 3*len(want) {
		return nil
	}
	return all
}
