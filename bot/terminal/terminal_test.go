package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/bot"
	"footnote/bot/terminal"
	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/ragtest"
)

func TestTextAnswer(t *testing.T) {
	t.Parallel()
	answered := rag.Answer{
		Sentences: []rag.Sentence{{Text: "He fled.", Citations: []int{1}}, {Text: "He came back.", Break: " ", Citations: []int{2}}}, Verdict: rag.Answered,
		Citations: []rag.Citation{
			{N: 1, Title: "Flight", Source: "/home/ann/news/flight.txt", Quote: "He fled\nby night.", Published: time.Date(2020, 9, 14, 0, 0, 0, 0, time.UTC)},
			{N: 2, Title: "Return", URL: "https://example.org/return", Quote: "He came back."},
		},
	}
	for name, c := range map[string]struct {
		text   terminal.Text
		answer rag.Answer
		want   string
	}{
		"answered": {terminal.Text{Dir: "/home/ann"}, answered, `He fled. [1] He came back. [2]

[1] Flight, 2020-09-14 (news/flight.txt)
    "He fled by night."
[2] Return (https://example.org/return)
    "He came back."
`},
		"refused":     {terminal.Text{}, rag.Answer{Verdict: rag.Refused, Reason: rag.Reason{Code: rag.NothingNear}}, "The articles do not say.\nNothing in the articles comes near the question.\n"},
		"none listed": {terminal.Text{}, rag.Answer{Verdict: rag.Refused, Listing: &rag.Listing{About: "Minsk", All: 9}, Reason: rag.Reason{Code: rag.NoneListed, Articles: 9}}, "No article mentions Minsk.\nThe collection holds 9 articles. `footnote list` shows them.\n"},
		"wrapped": {terminal.Text{Width: 30, Dir: "/elsewhere"}, rag.Answer{Sentences: []rag.Sentence{{Text: "A sentence that is longer than the line.", Citations: []int{1}}}, Citations: []rag.Citation{{N: 1, Title: "T", Source: "/a/b", Quote: "A sentence that is longer than the line."}}},
			"A sentence that is longer than\nthe line. [1]\n\n[1] T (/a/b)\n    \"A sentence that is\n    longer than the line.\"\n"},
		"bold":       {terminal.Text{Color: true}, rag.Answer{Sentences: []rag.Sentence{{Text: "He fled in 2020.", Citations: []int{1}}}, Short: "2020", Verdict: rag.Answered}, "He fled in \x1b[1m2020\x1b[22m. [1]\n"},
		"confidence": {terminal.Text{Color: true}, rag.Answer{Sentences: []rag.Sentence{{Text: "He fled.", Citations: []int{1}}}, Confidence: .73, Verdict: rag.Answered}, "He fled. [1]\n\x1b[2mThe articles likely hold the answer.\x1b[0m\n"},
		"checked": {terminal.Text{}, rag.Answer{
			Sentences: []rag.Sentence{{Text: "He fled.", Citations: []int{1}, Support: rag.Partly}}, Verdict: rag.Answered, Model: "openai/x", Confidence: .93,
			Removed: []rag.Removed{{Text: "He died.", Reason: rag.Reason{Code: rag.NotConfirmed}}}, Citations: []rag.Citation{{N: 1, Title: "Flight", Quote: "He fled by night."}},
		}, "He fled. [1] (?)\n(?) = supported only in part. 1 sentence removed: not supported by the articles.\n\n[1] Flight\n    \"He fled by night.\"\n"},
		"quotes stand in": {terminal.Text{}, rag.Answer{
			Sentences: []rag.Sentence{{Text: "He fled by night."}}, Verdict: rag.Answered, Model: rag.QuoteModel, StoodIn: true,
			Failed: []error{errors.New("openai/x: the articles don't support what the model wrote")}, Removed: make([]rag.Removed, 2),
		}, "openai/x: the articles don't support what the model wrote. The answer quotes the articles instead.\nHe fled by night.\n2 sentences of the model's answer removed: not supported by the articles.\n"},
		"old": {terminal.Text{}, rag.Answer{Sentences: []rag.Sentence{{Text: "He fled.", Citations: []int{1}}}, Citations: []rag.Citation{{N: 1, Title: "Flight", Old: true, Quote: "He fled.", Published: time.Date(2020, 9, 14, 0, 0, 0, 0, time.UTC)}}},
			"He fled. [1]\n\n[1] Flight, 2020-09-14\n    \"He fled.\"\nThis article is more than a year old.\n"},
		"quotes": {terminal.Text{Width: 40}, rag.Answer{
			Sentences: []rag.Sentence{
				{Text: "To start:\n1) Open the door.\n2) Run the command below, which takes a while.", Citations: []int{1}},
				{Text: "At the end:\nquill   --with a very long line of code that is not wrapped", Code: 59, Break: "\n", Citations: []int{2, 3}},
			},
			Citations: []rag.Citation{{N: 1, Title: "Quill", Doc: "a", Quote: "To start: …"}, {N: 2, Title: "Code", Doc: "b"}, {N: 3, Title: "Quill", Doc: "a", Old: true}}, Verdict: rag.Answered, Model: rag.QuoteModel,
		}, "To start:\n1) Open the door.\n2) Run the command below, which takes a\nwhile. [1]\nAt the end:\n    quill   --with a very long line of code that is not wrapped\n[2] [3]\n\n[1] [3] Quill\n[2] Code\n"},
		"escape sequences": {terminal.Text{}, rag.Answer{Sentences: []rag.Sentence{{Text: "a\x1b[31mred\x1b]0;title\x07\x00\u202eb"}}}, "aredb\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := c.text.Answer(&b, c.answer); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestDraft checks the escape sequences that show and remove a draft.
func TestDraft(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	d := terminal.Draft{W: &b, Text: terminal.Text{Width: 40}}
	for _, word := range strings.SplitAfter("one two three four five six seven eight nine ten eleven", " ") {
		d.Write(word)
	}
	if got, want := b.String(), "Not checked yet: one two three four five"; !strings.Contains(got, want) {
		t.Errorf("the draft %q does not show %q", got, want)
	}
	if got, want := strings.Count(b.String()[strings.LastIndex(b.String(), "J"):], "\n"), 1; got != want {
		t.Errorf("the last draft has %d line ends, want %d", got, want)
	}
	d.Clear()
	if got := b.String(); !strings.HasSuffix(got, "\x1b[1A\r\x1b[J") {
		t.Errorf("%q does not end by going up a row and clearing", got)
	}
}

// TestDraftLong checks that a draft covers at most two rows fewer than the screen
// has, because only these can be removed.
func TestDraftLong(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	d := terminal.Draft{W: &b, Text: terminal.Text{Width: 30, Height: 4}}
	for range 40 {
		d.Write("word after word ")
	}
	d.Write("end")
	for _, drawn := range strings.Split(b.String(), "\r\x1b[J") {
		drawn, _, _ = strings.Cut(drawn, "\x1b[")
		if n := strings.Count(drawn, "\n"); n > 1 {
			t.Fatalf("%d line ends in %q", n, drawn)
		}
	}
	if !strings.HasSuffix(b.String(), "end") {
		t.Errorf("%q does not show the end", b.String()[b.Len()-80:])
	}
}

func answerer(t *testing.T, docs ...rag.Document) ask.Answerer {
	t.Helper()
	store, err := library.Open(filepath.Join(t.TempDir(), "l.db"), library.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	x := index.Indexer{Store: store, Embedder: ragtest.Embedder{}}
	if _, err := x.Sync(t.Context(), func(yield func(rag.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	return ask.Answerer{Store: store, Embedder: ragtest.Embedder{}, Writer: echo{}}
}

// echo writes the first sentence of the first passage. It fails if the question
// contains "fail".
type echo struct{}

func (echo) Write(_ context.Context, q rag.Question, p []rag.Passage, stream func(string)) (rag.Draft, error) {
	if strings.Contains(q.Text, "fail") {
		return rag.Draft{}, errors.New("the writer failed")
	}
	s := p[0].Sentences[0]
	text := p[0].Text[s.Start-p[0].Start : s.End-p[0].Start]
	if stream != nil {
		stream(text)
	}
	return rag.Draft{Claims: []rag.Claim{{Text: text, Cites: []rag.Cite{{Passage: 0, Start: s.Start, End: s.End}}}}}, nil
}

func TestREPL(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	var reported []string
	r := terminal.REPL{
		Session: &bot.Session{Answerer: answerer(t, rag.Document{ID: "a", Title: "Otters", Text: "Otters eat fish from the river."})},
		In:      strings.NewReader("\n  \nWhat do otters eat from the river?\n/help\n/forget\nWill this fail, otters eat fish river?\nWhat do otters eat from the river?"),
		Out:     &out,
		Report:  func(err error) { reported = append(reported, err.Error()) },
	}
	if _, err := r.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "[1]\n\n[1] Otters\n"); n != 2 {
		t.Errorf("answered %d times, want 2:\n%s", n, out.String())
	}
	if diff := cmp.Diff([]string{"the writer failed"}, reported); diff != "" {
		t.Error(diff)
	}
	for _, want := range []string{"/quit", "Started a new conversation."} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// TestREPLRate checks that a rating belongs to the answer before it.
func TestREPLRate(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	var asked, rated, reported []string
	r := terminal.REPL{
		Session:  &bot.Session{Answerer: answerer(t, rag.Document{ID: "a", Title: "Otters", Text: "Otters eat fish from the river."})},
		In:       strings.NewReader("/good\nWhat do otters eat from the river?\n/bad  it is out of date \n/good\n/goodness\nWill this fail, otters eat fish river?\n/bad\n/bad fail\n/forget\n/bad\n/help"),
		Out:      &out,
		Report:   func(err error) { reported = append(reported, err.Error()) },
		Answered: func(a rag.Answer) { asked = append(asked, a.Question) },
		Rate: func(a rag.Answer, good bool, reason string) error {
			if reason == "fail" {
				return errors.New("the disk is full")
			}
			rated = append(rated, fmt.Sprint(a.Question, " ", good, " ", reason))
			return nil
		},
	}
	if _, err := r.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	const question = "What do otters eat from the river?"
	if d := cmp.Diff([]string{question}, asked); d != "" {
		t.Errorf("Answered was called with (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{question + " false it is out of date", question + " true ", question + " false "}, rated); d != "" {
		t.Errorf("ratings (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"the writer failed", "the disk is full"}, reported); d != "" {
		t.Errorf("errors (-want +got):\n%s", d)
	}
	for what, want := range map[string]int{"There is no answer to rate yet": 2, "Thank you, your feedback is saved.": 3, "  /bad WHY": 2} {
		if got := strings.Count(out.String(), what); got != want {
			t.Errorf("%q occurs %d times, want %d:\n%s", what, got, want, out.String())
		}
	}
}

func TestTextLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"short":                      "short",
		" two\n\tlines ":             "two lines",
		"\x1b[2J\x1b]0;x\x07cleared": "cleared",
		"exactly ten":                "exactly t…",
		"":                           "",
	} {
		if got := (terminal.Text{}).Line(in, 10); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
}
