package rag

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Restater is an ability of a [Writer] that has a language model: it puts
// questions anew before anything is searched for. What comes back is not to be
// trusted.
type Restater interface {
	// Restate puts a question so that it stands without its History.
	Restate(ctx context.Context, q Question) (string, error)
	// Split gives the questions of which a question is made, one a part.
	Split(ctx context.Context, q Question) ([]string, error)
}

// restating is the most time a model has to put a question anew: the rules do
// it at once.
const restating = 20 * time.Second

// standAlone gives the question as it is to be searched for, without History.
// The model is asked only about what the rules find to lean on the
// conversation, and its word is taken only if it keeps to what was said there.
func (a Answerer) standAlone(ctx context.Context, q Question) (Question, error) {
	text := Standalone(q)
	if r, ok := a.Writer.(Restater); ok && text != q.Text {
		limited, cancel := context.WithTimeout(ctx, restating)
		defer cancel()
		// Without the model's word the rules' stands; the writer will say what ails it.
		if got, err := r.Restate(limited, q); err == nil {
			if got, ok := faithful(got, q); ok {
				text = got
			}
		}
	}
	q.Text, q.History = text, nil
	return q, ctx.Err()
}

// faithful tidies what a model made of a question, and reports whether it is
// to be used: one question of a like length that keeps most of what was asked
// and names nothing that was not spoken of.
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

// mostParts is into how many a question is split.
const mostParts = 4

// faithfulParts gives the parts that a model made of a question, if each asks
// about what the question does and together they leave nothing out.
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
