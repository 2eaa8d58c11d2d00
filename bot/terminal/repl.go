// Package terminal is a conversation with footnote in a terminal ([REPL]). It
// renders answers as text ([Text]), and shows drafts while they are written
// ([Draft]).
package terminal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/peterh/liner"

	"footnote/bot"
	"footnote/rag"
)

// REPL is a conversation in a terminal, or over a pipe: one question a line.
type REPL struct {
	Session *bot.Session
	In      io.Reader
	Out     io.Writer
	Text    Text
	Stream  bool               // show drafts while they are written
	History string             // file for the history of lines typed at a terminal; empty: none
	Check   func(string) error // returns an error if a line is not a question; nil: every line is one
	Report  func(err error)    // shows an error to the person

	// Answered is called with each answer, unless it is nil. Rate stores what the
	// person thinks of the last answer; if it is nil, there is no /good and no
	// /bad.
	Answered func(rag.Answer)
	Rate     func(a rag.Answer, good bool, reason string) error

	last *rag.Answer // nil if there is none yet
}

const replHelp = `Type a question. A follow-up question can refer to the previous one.
  /more     show the next best sentences of the articles
%s  /forget   start a new conversation
  /help     show this help
  /quit     quit (or press Ctrl-D)
Ctrl-C stops an answer.`

const rateHelp = `  /good     say that the last answer was right
  /bad WHY  say that it was wrong; WHY is optional
`

// Run answers the lines of the input until it ends. It returns the verdict of the
// last answer, empty if there was none. It reports an error of one question, and
// goes on with the next.
func (r *REPL) Run(ctx context.Context) (rag.Verdict, error) {
	next, done, err := r.lines()
	if err != nil {
		return "", err
	}
	defer done()
	var last rag.Verdict
	for {
		line, err := next()
		if errors.Is(err, io.EOF) {
			return last, nil
		}
		if err != nil {
			return last, err
		}
		switch line = strings.TrimSpace(line); {
		case line == "":
		case leaves(line):
			return last, nil
		case line == "/forget":
			r.Session.Forget()
			r.last = nil
			fmt.Fprintln(r.Out, "Started a new conversation.")
		case line == "/more":
			if err := r.more(ctx); err != nil {
				r.Report(err)
			}
		case r.Rate != nil && rates(line):
			if err := r.rate(line); err != nil {
				r.Report(err)
			}
		case strings.HasPrefix(line, "/"):
			fmt.Fprintln(r.Out, r.help())
		default:
			verdict, err := r.ask(ctx, line)
			if ctx.Err() != nil {
				return last, ctx.Err()
			}
			if err != nil {
				r.Report(err)
			} else if verdict != "" {
				last = verdict
			}
		}
	}
}

func (r *REPL) help() string {
	if r.Rate == nil {
		return fmt.Sprintf(replHelp, "")
	}
	return fmt.Sprintf(replHelp, rateHelp)
}

// leaves reports whether a line ends the conversation.
func leaves(line string) bool {
	return slices.Contains([]string{"quit", "exit"}, strings.ToLower(strings.TrimPrefix(line, "/")))
}

// more shows the sentences that come next after those of the last answer.
func (r *REPL) more(ctx context.Context) error {
	if r.last == nil {
		_, err := fmt.Fprintln(r.Out, "There is no answer yet.")
		return err
	}
	next, err := bot.More(ctx, *r.last)
	if err != nil {
		return err
	}
	all := r.last.With(next)
	all.Passages = next.Passages
	r.last = &all
	next.Searched = next.Question // shown above the answer
	return r.show(next)
}

// show shows an answer. Two empty lines separate it from the next question, because
// one separates it from its sources.
func (r *REPL) show(a rag.Answer) error {
	if err := r.Text.Answer(r.Out, a); err != nil {
		return err
	}
	_, err := fmt.Fprint(r.Out, "\n\n")
	return err
}

// rates reports whether a line rates an answer.
func rates(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	return word == "/good" || word == "/bad"
}

// rate stores what a line says of the last answer.
func (r *REPL) rate(line string) error {
	if r.last == nil {
		_, err := fmt.Fprintln(r.Out, "There is no answer to rate yet.")
		return err
	}
	word, reason, _ := strings.Cut(line, " ")
	if err := r.Rate(*r.last, word == "/good", strings.TrimSpace(reason)); err != nil {
		return err
	}
	_, err := fmt.Fprintln(r.Out, "Thank you, your feedback is saved.")
	return err
}

// ask answers one line. Ctrl-C stops it. The verdict is empty for small talk, which asks
// nothing.
func (r *REPL) ask(ctx context.Context, line string) (rag.Verdict, error) {
	if r.Check != nil {
		if err := r.Check(line); err != nil {
			return "", err
		}
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	d := Draft{W: r.Out, Text: r.Text}
	var stream func(string)
	if r.Stream {
		stream = d.Write
	}
	a, err := r.Session.Ask(ctx, line, stream)
	d.Clear()
	if err != nil {
		return "", err
	}
	if err := r.show(a); err != nil {
		return "", err
	}
	if a.Reason.Code == rag.Courtesy || a.Reason.Code == rag.AboutBot {
		return "", nil
	}
	r.last = &a
	if r.Answered != nil {
		r.Answered(a)
	}
	return a.Verdict, nil
}

// lines returns a function that reads the next line. At a terminal it offers
// editing and a history.
func (r *REPL) lines() (next func() (string, error), done func(), err error) {
	if f, ok := r.In.(*os.File); ok && f == os.Stdin && r.Text.Width > 0 {
		return r.edited()
	}
	in := bufio.NewReader(r.In)
	return func() (string, error) {
		line, err := in.ReadString('\n')
		if err != nil && line == "" {
			return "", err
		}
		return strings.ToValidUTF8(line, string(utf8.RuneError)), nil
	}, func() {}, nil
}

// edited is lines for a terminal.
func (r *REPL) edited() (next func() (string, error), done func(), err error) {
	l := liner.NewLiner()
	l.SetCtrlCAborts(true)
	if f, err := os.Open(r.History); err == nil {
		_, _ = l.ReadHistory(f) // a history that cannot be read counts as empty
		_ = f.Close()
	}
	next = func() (string, error) {
		line, err := l.Prompt("? ")
		switch {
		case errors.Is(err, liner.ErrPromptAborted):
			return "", nil
		case err == nil && strings.TrimSpace(line) != "":
			l.AppendHistory(line)
		}
		return line, err
	}
	done = func() {
		if err := r.keep(l); err != nil {
			r.Report(fmt.Errorf("history: %w", err))
		}
		_ = l.Close() // restores the terminal
	}
	return next, done, nil
}

// keep writes the history to a file that only its owner can read.
func (r *REPL) keep(l *liner.State) error {
	if r.History == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(r.History), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(r.History, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = l.WriteHistory(f)
	return errors.Join(err, f.Close())
}
