package question

import (
	"slices"
	"strings"
	"unicode/utf8"

	"footnote/rag"
	"footnote/rag/text"
)

// Faithful cleans up the standalone form of q that a model returned, and reports
// whether to use it. The form must be one line of similar length. It must keep
// two thirds of the content words of q, and have no content word that the
// conversation lacks. If Faithful reports false, the cleaned form is empty.
func Faithful(reply string, q rag.Question) (string, bool) {
	reply = strings.TrimSpace(reply)
	reply = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(reply, "Question:"), "Last question:"))
	reply = strings.Trim(reply, `"“”`)
	if reply == "" || !utf8.ValidString(reply) || strings.Contains(reply, "\n") || len(reply) > 2*len(q.Text)+200 {
		return "", false
	}
	known := text.StemSet(q.Text)
	for _, t := range q.History {
		for s := range text.StemSet(t.Question, t.Answer) {
			known[s] = true
		}
	}
	got := text.StemSet(reply)
	for s := range got {
		if !known[s] {
			return "", false
		}
	}
	kept, all := 0, text.StemSet(withoutPreamble(askingSentences(q.Text)))
	for s := range all {
		if got[s] {
			kept++
		}
	}
	if len(got) == 0 || 3*kept < 2*len(all) {
		return "", false
	}
	return reply, true
}

// maxParts is the maximum number of parts of a question.
const maxParts = 4

// FaithfulParts cleans up the parts that a model returned. It returns nil if a
// part has a content word that the question lacks, if the parts leave out more
// than a quarter of them, or if there are fewer than two or more than four parts.
func (r Reading) FaithfulParts(parts []string) []string {
	var all []string
	have := map[string]bool{}
	for _, p := range parts {
		p = strings.TrimSpace(p)
		got := text.StemSet(p)
		if p == "" || slices.Contains(all, p) {
			continue
		}
		for s := range got {
			if !r.stems[s] {
				return nil
			}
			have[s] = true
		}
		if len(got) == 0 || len(p) > len(r.Text)+100 {
			return nil
		}
		all = append(all, p)
	}
	if len(all) < 2 || len(all) > maxParts || 4*len(have) < 3*len(r.stems) {
		return nil
	}
	return all
}
