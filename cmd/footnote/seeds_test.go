package main

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/encoder"
	"footnote/rag/source"
	"footnote/seeds"
)

// TestSeeds asks the sample article all the questions about it and prints the
// score of the default writer. What it wants is what a reader may expect, not
// what is reached: see the log.
func TestSeeds(t *testing.T) {
	t.Parallel()
	e, err := encoder.New()
	if err != nil {
		t.Fatal(err)
	}
	store, done, err := fill(t.Context(), filepath.Join(t.TempDir(), "sample.db"), e)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(done)
	questions, err := seeds.Questions()
	if err != nil {
		t.Fatal(err)
	}
	a := ask.Answerer{Store: store, Embedder: &remembering{Encoder: e}}
	asked, right := map[seeds.Kind]int{}, map[seeds.Kind]int{}
	first, answered := 0, 0
	for _, q := range questions {
		got, err := a.Ask(t.Context(), rag.Question{Text: q.Text}, nil)
		if err != nil {
			t.Fatalf("%s: %v", q.Text, err)
		}
		checkQuotes(t, store, got)
		asked[q.Kind]++
		ok := false
		switch q.Kind {
		case seeds.Answerable:
			ok = got.Verdict != rag.Refused && holdsAny(got.Text, q.Answers)
			if ok && holdsAny(got.Citations[0].Quote, q.Answers) {
				first++
			}
			if got.Verdict == rag.Answered {
				answered++
			}
		case seeds.NearMiss:
			ok = got.Verdict != rag.Answered
		case seeds.Foreign:
			ok = got.Verdict == rag.Refused
		}
		if ok {
			right[q.Kind]++
		} else {
			t.Logf("%s %s: %s (%.2f)\n\tfound: %.300s", q.Kind, q.Text, got.Verdict, got.Confidence, strings.ReplaceAll(got.Text, "\n", " "))
		}
	}
	t.Logf("answerable: %d of %d hold the gold words (%d in the first sentence, %d answered); near misses: %d of %d not answered; foreign: %d of %d refused",
		right[seeds.Answerable], asked[seeds.Answerable], first, answered, right[seeds.NearMiss], asked[seeds.NearMiss], right[seeds.Foreign], asked[seeds.Foreign])
	for _, want := range []struct {
		kind  seeds.Kind
		share float64
	}{{seeds.Answerable, 26. / 30}, {seeds.NearMiss, 8. / 15}, {seeds.Foreign, 14. / 15}} {
		if got := float64(right[want.kind]) / float64(asked[want.kind]); got < want.share {
			t.Errorf("%s: %.3f right, want %.3f", want.kind, got, want.share)
		}
	}
}

var update = flag.Bool("update", false, "write seeds/vectors.json anew")

// TestSampleVectors holds that the vectors that come with the sample are those
// of the encoder, of all its chunks and no others.
func TestSampleVectors(t *testing.T) {
	t.Parallel()
	e, err := encoder.New()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]float32{}
	for d, err := range (source.Reader{}).FS(t.Context(), seeds.Articles(), "seeds") {
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range newChunker(e).Chunks(d) {
			v, err := e.EmbedDocuments(t.Context(), []string{c.Context()})
			if err != nil {
				t.Fatal(err)
			}
			want[c.VectorKey()] = v[0]
		}
	}
	if *update {
		b, err := json.Marshal(map[string]map[string][]float32{e.Name(): want})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("../../seeds/vectors.json", append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got := seeds.Vectors(e.Name())
	if len(got) != len(want) || len(want) == 0 {
		t.Errorf("%d vectors for %d chunks; -update makes them anew", len(got), len(want))
	}
	for key, v := range want {
		sum := 0.
		for i, x := range got[key] {
			sum += float64(x) * float64(v[i])
		}
		if sum < .999 {
			t.Errorf("the vector of chunk %s has a cosine of %.4f to the encoder's; -update makes them anew", key[:8], sum)
		}
	}
}

// remembering is an embedder that embeds a passage once: the questions are
// all about the same few sentences.
type remembering struct {
	*encoder.Encoder
	vectors map[string][]float32
}

func (r *remembering) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	if r.vectors == nil {
		r.vectors = map[string][]float32{}
	}
	var missing []string
	for _, t := range texts {
		if r.vectors[t] == nil {
			missing = append(missing, t)
		}
	}
	made, err := r.Encoder.EmbedDocuments(ctx, missing)
	if err != nil {
		return nil, err
	}
	for i, v := range made {
		r.vectors[missing[i]] = v
	}
	out := make([][]float32, len(texts))
	for i, t := range texts {
		out[i] = r.vectors[t]
	}
	return out, nil
}

// checkQuotes holds that every quote is in its article at its offsets.
func checkQuotes(t *testing.T, store rag.Catalog, a rag.Answer) {
	t.Helper()
	for _, c := range a.Citations {
		d, err := store.Document(t.Context(), c.Doc)
		if err != nil {
			t.Fatal(err)
		}
		if c.Start < 0 || c.End > len(d.Text) || c.Start >= c.End || d.Text[c.Start:c.End] != c.Quote {
			t.Errorf("%q: the quote of [%d] is not at [%d, %d) of %s", a.Question, c.N, c.Start, c.End, c.Doc)
		}
	}
}

func holdsAny(text string, any []string) bool {
	text = strings.Join(strings.Fields(text), " ")
	for _, a := range any {
		if strings.Contains(strings.ToLower(text), strings.ToLower(strings.Join(strings.Fields(a), " "))) {
			return true
		}
	}
	return false
}
