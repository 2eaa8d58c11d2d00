package bot_test

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
	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/ragtest"
)

func TestTextAnswer(t *testing.T) {
	t.Parallel()
	answered := rag.Answer{
		Text: "He fled. [1] He came back. [2]", Verdict: rag.Answered,
		Citations: []rag.Citation{
			{N: 1, Title: "Flight", Source: "/home/ann/news/flight.txt", Quote: "He fled\nby night.", Published: time.Date(2020, 9, 14, 0, 0, 0, 0, time.UTC)},
			{N: 2, Title: "Return", URL: "https://example.org/return", Quote: "He came back."},
		},
	}
	for name, c := range map[string]struct {
		text   bot.Text
		answer rag.Answer
		want   string
	}{
		"answered": {bot.Text{Dir: "/home/ann"}, answered, `He fled. [1] He came back. [2]

[1] Flight, 2020-09-14 (news/flight.txt)
    "He fled by night."
[2] Return (https://example.org/return)
    "He came back."
`},
		"refused": {bot.Text{}, rag.Answer{Text: "The articles do not say.", Verdict: rag.Refused, Reason: "Nothing comes near."}, "The articles do not say.\nNothing comes near.\n"},
		"wrapped": {bot.Text{Width: 30, Dir: "/elsewhere"}, rag.Answer{Text: "A sentence that is longer than the line. [1]", Citations: []rag.Citation{{N: 1, Title: "T", Source: "/a/b", Quote: "A sentence that is longer than the line."}}},
			"A sentence that is longer than\nthe line. [1]\n\n[1] T (/a/b)\n    \"A sentence that is\n    longer than the line.\"\n"},
		"bold": {bot.Text{Color: true}, rag.Answer{Text: "He fled in 2020. [1]", Short: "2020", Verdict: rag.Answered}, "He fled in \x1b[1m2020\x1b[22m. [1]\n"},
		"sure": {bot.Text{Color: true}, rag.Answer{Text: "He fled. [1]", Confidence: .93, Verdict: rag.Answered}, "He fled. [1]\n\x1b[2mThe articles very likely hold the answer.\x1b[0m\n"},
		"old": {bot.Text{}, rag.Answer{Text: "He fled. [1]", Citations: []rag.Citation{{N: 1, Title: "Flight", Old: true, Quote: "He fled.", Published: time.Date(2020, 9, 14, 0, 0, 0, 0, time.UTC)}}},
			"He fled. [1]\n\n[1] Flight, 2020-09-14, more than a year old\n    \"He fled.\"\n"},
		"escape sequences": {bot.Text{}, rag.Answer{Text: "a\x1b[31mred\x1b]0;title\x07\x00\u202eb"}, "aredb\n"},
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

// TestDraft plays a draft on a screen that knows the few sequences used.
func TestDraft(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	d := bot.Draft{W: &b, Text: bot.Text{Width: 30}}
	for _, word := range strings.SplitAfter("one two three four five six seven eight nine ten eleven", " ") {
		d.Write(word)
	}
	if got, want := b.String(), "one two three four five six"; !strings.Contains(got, want) {
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

// TestDraftLong holds that a draft never takes up more rows than could be taken
// away again: those of the screen less two.
func TestDraftLong(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	d := bot.Draft{W: &b, Text: bot.Text{Width: 30, Height: 4}}
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

// echo writes what it was asked, with a turn's question before it.
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
	r := bot.REPL{
		Session: &bot.Session{Answerer: answerer(t, rag.Document{ID: "a", Title: "Otters", Text: "Otters eat fish from the river."})},
		In:      strings.NewReader("\n  \nWhat do otters eat from the river?\n/help\n/forget\nWill this fail, otters eat fish river?\nWhat do otters eat from the river?"),
		Out:     &out,
		Report:  func(err error) { reported = append(reported, err.Error()) },
	}
	if _, err := r.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "hold the answer.\n\n[1] Otters\n"); n != 2 {
		t.Errorf("answered %d times, want 2:\n%s", n, out.String())
	}
	if diff := cmp.Diff([]string{"the writer failed"}, reported); diff != "" {
		t.Error(diff)
	}
	for _, want := range []string{"/quit", "A new conversation."} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// What a person thinks goes with the answer before it, and with no other.
func TestREPLRate(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	var asked, rated, reported []string
	r := bot.REPL{
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
		t.Errorf("answers told of (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{question + " false it is out of date", question + " true ", question + " false "}, rated); d != "" {
		t.Errorf("opinions (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"the writer failed", "the disk is full"}, reported); d != "" {
		t.Errorf("errors (-want +got):\n%s", d)
	}
	for what, want := range map[string]int{"There is no answer yet": 2, "Noted, thank you.": 3, "  /bad WHY": 2} {
		if got := strings.Count(out.String(), what); got != want {
			t.Errorf("%q is there %d times, want %d:\n%s", what, got, want, out.String())
		}
	}
}

// A conversation quotes nothing that its filter leaves out.
func TestSessionFilter(t *testing.T) {
	t.Parallel()
	s := bot.Session{
		Answerer: answerer(t, rag.Document{ID: "a", Collection: "zoo", Text: "Otters eat fish."}, rag.Document{ID: "b", Collection: "council", Text: "The council eats cake."}),
		Filter:   rag.Filter{Collections: []string{"council"}},
	}
	for _, question := range []string{"What do otters eat?", "and what fish do they eat?"} {
		a, err := s.Ask(t.Context(), question, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range a.Passages {
			if p.Chunk.Collection != "council" {
				t.Errorf("%s: a passage of %s", question, p.Chunk.Collection)
			}
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
		if got := (bot.Text{}).Line(in, 10); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
}
