package answer

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"footnote/bot/phrase"
	"footnote/bot/terminal"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/open"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag"
	"footnote/rag/library"
)

// recorder saves unanswered questions and ratings of answers in the user's
// library. It saves nothing about the sample articles.
type recorder struct {
	p      *cli.Program
	sample bool // whether the sample articles answer
	off    bool // --no-record
	filter rag.Filter
	answer string // the ID of the last answer
}

func (r *recorder) register(c *cobra.Command) *cobra.Command {
	c.Flags().BoolVar(&r.off, "no-record", r.p.Getenv("FOOTNOTE_NO_RECORD") != "", "don't save unanswered questions and ratings in the library (or set FOOTNOTE_NO_RECORD=1)")
	return c
}

// asked saves the question of an answer with the verdict "nearest" or
// "refused". If that fails, it only tells the user, who has the answer already.
func (r *recorder) asked(ctx context.Context, a rag.Answer) {
	r.answer = "terminal/" + rand.Text()
	m, missed := rag.NewMiss(a, r.filter)
	if !missed || r.off || r.sample {
		return
	}
	m.At = r.p.Now()
	err := r.write(func(l *library.Library) error { return l.AddMiss(ctx, m) })
	if err != nil && !errors.Is(err, fs.ErrPermission) { // a read-only library would repeat the note for each question
		r.p.Note("the question was not saved for `footnote gaps`: %s", words.OneLine(err.Error()))
	}
}

// rate saves the user's rating of the last answer.
func (r *recorder) rate(ctx context.Context, a rag.Answer, good bool, reason string) error {
	switch {
	case r.sample:
		return exit.WithHint(errors.New("the rating was not saved: the sample article keeps no ratings"), "run `footnote add PATH` to add your own articles")
	case r.off:
		return exit.WithHint(errors.New("the rating was not saved: recording is off"), "leave out --no-record and unset FOOTNOTE_NO_RECORD")
	}
	f := rag.Feedback{Answer: r.answer, Question: a.Question, Text: phrase.Text(a), Verdict: a.Verdict, Filter: r.filter, Good: good, Reason: reason, At: r.p.Now()}
	for _, c := range a.Citations {
		if !slices.Contains(f.Docs, c.Doc) {
			f.Docs = append(f.Docs, c.Doc)
		}
	}
	return r.write(func(l *library.Library) error { return l.AddFeedback(ctx, f) })
}

// write opens the library and calls do with it. It waits at most a second for
// other processes that write.
func (r *recorder) write(do func(*library.Library) error) error {
	l, done, err := open.Library(r.p.LibraryPath(), library.Options{Wait: time.Second})
	if err != nil {
		return err
	}
	defer done()
	return do(l)
}

// attach makes a conversation save its questions and ratings.
func (r *recorder) attach(ctx context.Context, repl *terminal.REPL) {
	repl.Answered = func(a rag.Answer) { r.asked(ctx, a) }
	repl.Rate = func(a rag.Answer, good bool, reason string) error { return r.rate(ctx, a, good, reason) }
}
