package answer

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"footnote/bot"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/open"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag"
	"footnote/rag/library"
)

// recorder keeps in the person's own library what it did not answer, and what
// the person thought of answers. Of the sample nothing is kept.
type recorder struct {
	p      *cli.Program
	sample bool // the sample articles answer, so nothing is kept
	off    bool
	filter rag.Filter
	answer string // names the last answer
}

func (r *recorder) register(c *cobra.Command) *cobra.Command {
	c.Flags().BoolVar(&r.off, "no-record", r.p.Getenv("FOOTNOTE_NO_RECORD") != "", "do not note what the articles do not answer, for `footnote gaps` (default: $FOOTNOTE_NO_RECORD)")
	return c
}

// asked notes an answer that is none. That it cannot be noted takes nothing
// from the answer, so it is only told.
func (r *recorder) asked(ctx context.Context, a rag.Answer) {
	r.answer = "terminal/" + rand.Text()
	m, is := rag.NewMiss(a, r.filter)
	if !is || r.off || r.sample {
		return
	}
	m.At = r.p.Now()
	err := r.write(func(l *library.Library) error { return l.AddMiss(ctx, m) })
	if err != nil && !errors.Is(err, fs.ErrPermission) { // who may only read is not told with each question
		r.p.Note("the question was not noted for `footnote gaps`: %s", words.OneLine(err.Error()))
	}
}

// rate keeps what the person thought of the last answer.
func (r *recorder) rate(ctx context.Context, a rag.Answer, good bool, reason string) error {
	switch {
	case r.sample:
		return exit.WithHint(errors.New("the sample keeps no feedback"), "`footnote add PATH` adds articles of your own")
	case r.off:
		return exit.WithHint(errors.New("nothing is recorded in this conversation"), "leave out --no-record, or unset FOOTNOTE_NO_RECORD")
	}
	f := rag.Feedback{Answer: r.answer, Question: a.Question, Text: a.Text, Verdict: a.Verdict, Filter: r.filter, Good: good, Reason: reason, At: r.p.Now()}
	for _, c := range a.Citations {
		if !slices.Contains(f.Docs, c.Doc) {
			f.Docs = append(f.Docs, c.Doc)
		}
	}
	return r.write(func(l *library.Library) error { return l.AddFeedback(ctx, f) })
}

func (r *recorder) write(do func(*library.Library) error) error {
	l, done, err := open.Library(r.p.LibraryPath(), library.Options{Wait: time.Second})
	if err != nil {
		return err
	}
	defer done()
	return do(l)
}

// attach has a conversation record.
func (r *recorder) attach(ctx context.Context, repl *bot.REPL) {
	repl.Answered = func(a rag.Answer) { r.asked(ctx, a) }
	repl.Rate = func(a rag.Answer, good bool, reason string) error { return r.rate(ctx, a, good, reason) }
}
