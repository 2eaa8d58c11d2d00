package main

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"footnote/cmd/footnote/internal/open"
	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/encoder"
	"footnote/rag/reader"
	"footnote/rag/source"
	"footnote/seeds"
)

// TestSeeds asks all questions about the sample article and logs the score of
// the default writer. It fails only below what a reader may expect; the log has
// the actual score.
func TestSeeds(t *testing.T) {
	t.Parallel()
	e, err := encoder.New()
	if err != nil {
		t.Fatal(err)
	}
	store, done, err := open.Sample(t.Context(), filepath.Join(t.TempDir(), "sample.db"), e)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(done)
	questions, err := seeds.Questions()
	if err != nil {
		t.Fatal(err)
	}
	r, err := reader.New()
	if err != nil {
		t.Fatal(err)
	}
	a := ask.Answerer{Store: store, Embedder: &caching{Encoder: e}, Reader: r}
	asked, right := map[seeds.Kind]int{}, map[seeds.Kind]int{}
	firstSentence, answered := 0, 0
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
			ok = got.Verdict != rag.Refused && containsAny(got.Text(), q.Answers)
			if ok && containsAny(got.Citations[0].Quote, q.Answers) {
				firstSentence++
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
			t.Logf("%s %s: %s (%.2f)\n\tfound: %.300s", q.Kind, q.Text, got.Verdict, got.Confidence, strings.ReplaceAll(got.Text(), "\n", " "))
		}
	}
	t.Logf("answerable: %d of %d contain an expected answer (%d in the first sentence, %d answered); near misses: %d of %d not answered; foreign: %d of %d refused",
		right[seeds.Answerable], asked[seeds.Answerable], firstSentence, answered, right[seeds.NearMiss], asked[seeds.NearMiss], right[seeds.Foreign], asked[seeds.Foreign])
	for _, want := range []struct {
		kind  seeds.Kind
		share float64
	}{{seeds.Answerable, 33. / 50}, {seeds.NearMiss, 8. / 15}, {seeds.Foreign, 14. / 15}} {
		if got := float64(right[want.kind]) / float64(asked[want.kind]); got < want.share {
			t.Errorf("%s: %.3f right, want %.3f", want.kind, got, want.share)
		}
	}
}

var update = flag.Bool("update", false, "write seeds/vectors.json")

// TestSampleVectors checks that seeds/vectors.json has the encoder's vectors
// for all chunks of the sample article and no others.
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
		for _, c := range open.Chunker(e).Chunks(d) {
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
		t.Errorf("%d vectors for %d chunks; run the test with -update", len(got), len(want))
	}
	for key, v := range want {
		sum := 0.
		for i, x := range got[key] {
			sum += float64(x) * float64(v[i])
		}
		if sum < .999 {
			t.Errorf("the vector of chunk %s has a cosine of %.4f with the encoder's; run the test with -update", key[:8], sum)
		}
	}
}

// caching is an embedder that embeds each text once. All questions are about
// the same few sentences.
type caching struct {
	*encoder.Encoder
	vectors map[string][]float32
}

func (e *caching) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	if e.vectors == nil {
		e.vectors = map[string][]float32{}
	}
	var missing []string
	for _, t := range texts {
		if e.vectors[t] == nil {
			missing = append(missing, t)
		}
	}
	made, err := e.Encoder.EmbedDocuments(ctx, missing)
	if err != nil {
		return nil, err
	}
	for i, v := range made {
		e.vectors[missing[i]] = v
	}
	out := make([][]float32, len(texts))
	for i, t := range texts {
		out[i] = e.vectors[t]
	}
	return out, nil
}

// checkQuotes checks that every quote is in its article at its offsets.
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

// containsAny reports whether text contains one of the strings, regardless of
// case and white space.
func containsAny(text string, answers []string) bool {
	text = strings.Join(strings.Fields(text), " ")
	for _, a := range answers {
		if strings.Contains(strings.ToLower(text), strings.ToLower(strings.Join(strings.Fields(a), " "))) {
			return true
		}
	}
	return false
}
