package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"footnote/bot/terminal"
	"footnote/rag"
	"footnote/rag/library"
)

// recorder keeps in the person's own library what it did not answer, and what
// the person thought of answers. Of the sample nothing is kept.
type recorder struct {
	p      *program
	off    bool
	filter rag.Filter
	answer string // names the last answer
}

func (r *recorder) register(p *program, c *cobra.Command) *cobra.Command {
	r.p = p
	c.Flags().BoolVar(&r.off, "no-record", p.getenv("FOOTNOTE_NO_RECORD") != "", "do not note what the articles do not answer, for `footnote gaps` (default: $FOOTNOTE_NO_RECORD)")
	return c
}

// asked notes an answer that is none. That it cannot be noted takes nothing
// from the answer, so it is only told.
func (r *recorder) asked(ctx context.Context, a rag.Answer) {
	r.answer = "terminal/" + rand.Text()
	m, is := rag.NewMiss(a, r.filter)
	if !is || r.off || r.p.sampled {
		return
	}
	m.At = r.p.now()
	err := r.write(func(l *library.Library) error { return l.AddMiss(ctx, m) })
	if err != nil && !errors.Is(err, fs.ErrPermission) { // who may only read is not told with each question
		r.p.note("the question was not noted for `footnote gaps`: %s", oneLine(err.Error()))
	}
}

// rate keeps what the person thought of the last answer.
func (r *recorder) rate(ctx context.Context, a rag.Answer, good bool, reason string) error {
	switch {
	case r.p.sampled:
		return hinted{errors.New("the sample keeps no feedback"), "`footnote add PATH` adds articles of your own"}
	case r.off:
		return hinted{errors.New("nothing is recorded in this conversation"), "leave out --no-record, or unset FOOTNOTE_NO_RECORD"}
	}
	f := rag.Feedback{Answer: r.answer, Question: a.Question, Text: a.Text, Verdict: a.Verdict, Filter: r.filter, Good: good, Reason: reason, At: r.p.now()}
	for _, c := range a.Citations {
		if !slices.Contains(f.Docs, c.Doc) {
			f.Docs = append(f.Docs, c.Doc)
		}
	}
	return r.write(func(l *library.Library) error { return l.AddFeedback(ctx, f) })
}

func (r *recorder) write(do func(*library.Library) error) error {
	l, done, err := openLibrary(r.p.path(), library.Options{Wait: time.Second})
	if err != nil {
		return err
	}
	defer done()
	return do(l)
}

// attach has a conversation record.
func (r *recorder) attach(ctx context.Context, repl *terminal.REPL) {
	repl.Answered = func(a rag.Answer) { r.asked(ctx, a) }
	repl.Rate = func(a rag.Answer, good bool, reason string) error { return r.rate(ctx, a, good, reason) }
}
