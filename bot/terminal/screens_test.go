package terminal_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/bot/terminal"
	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/check"
	"footnote/rag/encoder"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/reader"
	"footnote/rag/source"
)

var update = flag.Bool("update", false, "accept what answers look like now")

// TestScreens compares answers of each kind with testdata/screens.txt, as a terminal
// of 80 or 120 columns shows them. «b» begins bold, «d» dimmed text, and «/» ends it.
func TestScreens(t *testing.T) {
	t.Parallel()
	e, err := encoder.New()
	if err != nil {
		t.Fatal(err)
	}
	r, err := reader.New()
	if err != nil {
		t.Fatal(err)
	}
	store, err := library.Open(filepath.Join(t.TempDir(), "l.db"), library.Options{Space: e.Name()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	articles, err := filepath.Abs(filepath.Join("testdata", "screens"))
	if err != nil {
		t.Fatal(err)
	}
	x := index.Indexer{Store: store, Embedder: e, Chunker: index.Chunker{Tokens: e}}
	if _, err := x.Sync(t.Context(), (source.Reader{}).Files(t.Context(), articles)); err != nil {
		t.Fatal(err)
	}
	quotes := ask.Answerer{Store: store, Embedder: e, Reader: r}
	model := quotes
	model.Writer = drafts{}
	model.Judge = func(string) check.Judge { return half{} }

	var b bytes.Buffer
	for _, s := range []struct {
		name, question string
		answerer       ask.Answerer
	}{
		{"a fact", "How much did the new boathouse cost?", quotes},
		{"a list", "What are the requirements of Heron?", quotes},
		{"steps", "How do I install Heron?", quotes},
		{"a row of a table", "Who owns the database server?", quotes},
		{"code", "How do I set the port of the server in heron.toml?", quotes},
		{"two articles disagree", "How much is the parking fee for staff?", quotes},
		{"hedged", "Who repairs the boats of the club?", quotes},
		{"something is missing", "How do I install Heron on Fedora?", quotes},
		{"refused", "What is the capital of France?", quotes},
		{"a model, one sentence marked", "Who leads the rowing club?", model},
	} {
		a, err := s.answerer.Ask(t.Context(), rag.Question{Text: s.question, Today: time.Date(2024, 5, 8, 0, 0, 0, 0, time.UTC)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []terminal.Text{{Width: 80, Dir: articles}, {Width: 120, Dir: articles}, {Width: 80, Dir: articles, Color: true}} {
			colors := map[bool]string{true: ", colors"}[text.Color]
			fmt.Fprintf(&b, "== %s, %d columns%s: %s\n", s.name, text.Width, colors, s.question)
			if err := text.Answer(&b, a); err != nil {
				t.Fatal(err)
			}
			b.WriteString("\n")
		}
	}
	got := strings.NewReplacer("\x1b[1m", "«b»", "\x1b[2m", "«d»", "\x1b[22m", "«/»", "\x1b[0m", "«/»").Replace(b.String())
	file := filepath.Join("testdata", "screens.txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("what people see (-want +got; -update accepts it):\n%s", d)
	}
}

// drafts is a model that writes two sentences about the rowing club.
type drafts struct{}

func (drafts) Write(context.Context, rag.Question, []rag.Passage, func(string)) (rag.Draft, error) {
	return rag.Draft{Model: "openai/x", Claims: []rag.Claim{
		{Text: "Captain Ruth Williams leads the rowing club.", Cites: []rag.Cite{{Passage: 0, Quote: "Captain Ruth Williams leads it"}}},
		{Text: "She took over after the old boathouse burned down in 2021.", Break: " ", Cites: []rag.Cite{{Passage: 0, Quote: "The old boathouse burned down"}}},
	}}, nil
}

// half is a judge that supports the first statement and half of each other.
type half struct{}

func (half) Judge(_ context.Context, all []check.Statement) ([]rag.Support, rag.Usage, error) {
	verdicts := []rag.Support{rag.Supported}
	for range all[1:] {
		verdicts = append(verdicts, rag.Partly)
	}
	return verdicts, rag.Usage{}, nil
}
