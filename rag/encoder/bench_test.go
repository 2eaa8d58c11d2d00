package encoder

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
)

// passages returns the first 400 passages of SQuAD, if shared/data is beside
// the checkout, or else texts of the golden file.
func passages(b *testing.B) []string {
	b.Helper()
	var texts []string
	f, err := os.Open("../../../shared/data/squad/corpus.jsonl")
	if err != nil {
		b.Log("shared/data not found: using the golden file")
		for _, g := range readGolden(b, "testdata/golden.jsonl.gz") {
			texts = append(texts, g.Text)
		}
		return texts[len(texts)-400:]
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); len(texts) < 400 && lines.Scan(); {
		var line struct{ Text string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			b.Fatal(err)
		}
		texts = append(texts, line.Text)
	}
	return texts
}

// BenchmarkPassages reports tokens per second, including prefixes, [CLS] and
// [SEP]. An iteration is 4 passages, so a hundred are all 400. The first
// iteration is not measured: testing runs it before -cpu applies, on all
// processors, and would take it for the result if it were long.
func BenchmarkPassages(b *testing.B) {
	e, texts := encoder(b), passages(b)
	texts = texts[:min(len(texts), 4*b.N)]
	tokens := 0
	for _, text := range texts {
		tokens += len(e.appendIDs(nil, e.passage, text))
	}
	b.ReportAllocs()
	b.ResetTimer()
	if b.N == 1 {
		b.StopTimer()
	}
	for done := 0; done < 4*b.N; done += len(texts) {
		if _, err := e.EmbedDocuments(b.Context(), texts); err != nil {
			b.Fatal(err)
		}
	}
	rounds := (4*b.N + len(texts) - 1) / len(texts)
	b.ReportMetric(float64(tokens*rounds)/b.Elapsed().Seconds(), "tok/s")
	b.ReportMetric(float64(tokens)/float64(len(texts)), "tok/passage")
}

// BenchmarkQuery measures one question of 12 tokens.
func BenchmarkQuery(b *testing.B) {
	e := encoder(b)
	const question = "How much money did Russia lend Belarus?"
	if n := len(e.appendIDs(nil, e.query, question)); n != 12 {
		b.Fatalf("%d tokens, want 12", n)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.EmbedQuery(b.Context(), question); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNew measures the cost at program start.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(); err != nil {
			b.Fatal(err)
		}
	}
}
