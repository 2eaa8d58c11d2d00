package ask_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/encoder"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/question"
	"footnote/rag/reader"
	"footnote/rag/retrieve"
)

// BenchmarkChunks cuts articles of 800 words.
func BenchmarkChunks(b *testing.B) {
	docs := prose(b, 64, 800)
	e, err := encoder.New()
	if err != nil {
		b.Fatal(err)
	}
	c, n := index.Chunker{Tokens: e}, 0
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		n += len(c.Chunks(docs[i%len(docs)]))
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "chunks/s")
}

// BenchmarkRetrieve searches 10,000 chunks, including the embedding of the
// question. BenchmarkAsk answers questions from them. The chunks' vectors are
// random, because their values do not affect the time.
func BenchmarkRetrieve(b *testing.B) {
	a := tenThousand(b)
	r := retrieve.Retriever{Store: a.Store, Embedder: a.Embedder}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, _, err := r.Rank(b.Context(), question.Read(rag.Question{Text: questions[i%len(questions)]})); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "queries/s")
}

func BenchmarkAsk(b *testing.B) {
	a := tenThousand(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := a.Ask(b.Context(), rag.Question{Text: questions[i%len(questions)]}, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "queries/s")
}

var questions = []string{
	"How many people were detained in the capital on Sunday?",
	"Why did the president travel to the city by the sea?",
	"Who warned that any agreement would have no legal force?",
	"When did the two countries first agree on a union?",
}

// tenThousand returns an answerer over 10,000 chunks of prose.
func tenThousand(b *testing.B) ask.Answerer {
	b.Helper()
	e, err := encoder.New()
	if err != nil {
		b.Fatal(err)
	}
	store, err := library.Open(b.TempDir()+"/l.db", library.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	r := rand.New(rand.NewPCG(1, 2))
	var entries []rag.Entry
	n := 0
	for _, d := range prose(b, 2000, 640) {
		x := rag.Entry{Document: d, Chunks: index.Chunker{}.Chunks(d)}
		for range x.Chunks {
			v, sum := make([]float32, encoder.Dimensions), float32(0)
			for i := range v {
				v[i] = float32(r.NormFloat64())
				sum += v[i] * v[i]
			}
			for i := range v {
				v[i] /= sqrt(sum)
			}
			x.Vectors = append(x.Vectors, v)
		}
		n += len(x.Chunks)
		entries = append(entries, x)
	}
	if err := store.Update(b.Context(), entries, nil); err != nil {
		b.Fatal(err)
	}
	if err := store.Optimize(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d chunks", n)
	read, err := reader.New()
	if err != nil {
		b.Fatal(err)
	}
	a := ask.Answerer{Store: store, Embedder: e, Reader: read}
	if _, err := a.Ask(b.Context(), rag.Question{Text: questions[0]}, nil); err != nil {
		b.Fatal(err)
	}
	return a
}

// prose returns articles with the given number of words, in sentences of 20
// words. Word frequencies follow Zipf's law. The words of the questions are
// about as frequent as nouns in news articles.
func prose(b *testing.B, articles, words int) []rag.Document {
	b.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	zipf := rand.NewZipf(r, 1.1, 8, 30_000)
	known := strings.Fields(strings.ToLower(strings.Join(questions, " ")))
	word := func() string {
		n := int(zipf.Uint64())
		if at := n - 200; at >= 0 && at < len(known) {
			return strings.Trim(known[at], "?")
		}
		return fmt.Sprintf("word%x", n)
	}
	docs := make([]rag.Document, articles)
	for i := range docs {
		var t strings.Builder
		for w := range words {
			if w%20 == 19 {
				t.WriteString(word() + ". The ")
			} else {
				t.WriteString(word() + " ")
			}
		}
		docs[i] = rag.Document{ID: fmt.Sprintf("%06d", i), Title: "Article " + word(), Text: t.String()}
	}
	return docs
}

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }
