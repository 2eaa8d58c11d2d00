package rag

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Restater is an optional ability of a [Writer] that has a language model. It
// rewrites questions before the search. What it returns may be wrong.
type Restater interface {
	// Restate returns the question in a form that needs no History.
	Restate(ctx context.Context, q Question) (string, error)
	// Split returns the single questions that a question consists of.
	Split(ctx context.Context, q Question) ([]string, error)
}

// restating is the longest that a model may take to rewrite a question. The
// rules that replace it take no time.
const restating = 20 * time.Second

// standAlone returns the standalone question to search for, without History. It
// asks the model only if the rules find that the question refers to the
// conversation. It uses the model's question only if that is faithful.
func (a Answerer) standAlone(ctx context.Context, q Question) (Question, error) {
	text := Standalone(q)
	if r, ok := a.Writer.(Restater); ok && text != q.Text {
		limited, cancel := context.WithTimeout(ctx, restating)
		defer cancel()
		// If the model fails, the rules' question is used, and Write will report
		// the failure.
		if got, err := r.Restate(limited, q); err == nil {
			if got, ok := faithful(got, q); ok {
				text = got
			}
		}
	}
	q.Text, q.History = text, nil
	return q, ctx.Err()
}

// faithful cleans up the question that a model returned, and reports whether to
// use it. It must be one question of similar length. It must keep two thirds of
// the words of what was asked, and add no word that is not in the conversation.
func faithful(text string, q Question) (string, bool) {
	text = strings.TrimSpace(text)
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(text, "Question:"), "Last question:"))
	text = strings.Trim(text, `"“”`)
	if text == "" || !utf8.ValidString(text) || strings.Contains(text, "\n") || len(text) > 2*len(q.Text)+200 {
		return "", false
	}
	known := stemSet(q.Text)
	for _, t := range q.History {
		for s := range stemSet(t.Question, t.Answer) {
			known[s] = true
		}
	}
	got := stemSet(text)
	for s := range got {
		if !known[s] {
			return "", false
		}
	}
	kept, all := 0, stemSet(withoutPreamble(asking(q.Text)))
	for s := range all {
		if got[s] {
			kept++
		}
	}
	if len(got) == 0 || 3*kept < 2*len(all) {
		return "", false
	}
	return text, true
}

// mostParts is the maximum number of parts of a question.
const mostParts = 4

// faithfulParts cleans up the parts that a model returned. It returns nil if a
// part has a word that the question lacks, if the parts leave out more than a
// quarter of its words, or if there are fewer than two or more than mostParts.
func faithfulParts(parts []string, q Question) []string {
	var all []string
	have := map[string]bool{}
	for _, p := range parts {
		p = strings.TrimSpace(p)
		got := stemSet(p)
		if p == "" || slices.Contains(all, p) {
			continue
		}
		known := stemSet(q.Text)
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
	if want := stemSet(q.Text); len(all) < 2 || len(all) > mostParts || 4*len(have) < 3*len(want) {
		return nil
	}
	return all
}
