package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"footnote/rag"
	"footnote/rag/encoder"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/ragtest"
	"footnote/rag/source"
	"footnote/seeds"
)

// timed is an embedder that counts the time it takes.
type timed struct {
	rag.Embedder
	took time.Duration
}

func (e *timed) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	start := time.Now()
	defer func() { e.took += time.Since(start) }()
	return e.Embedder.EmbedDocuments(ctx, texts)
}

// BenchmarkAdd adds articles of 800 words from a folder, and then the folder
// again. FOOTNOTE_ARTICLES says how many; without it, 50.
//
//	FOOTNOTE_ARTICLES=1000 go test -run '^$' -bench Add -benchtime 1x ./cmd/footnote
func BenchmarkAdd(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("FOOTNOTE_ARTICLES"))
	if err != nil {
		n = 50
	}
	dir := filepath.Join(b.TempDir(), "articles")
	write800(b, dir, n)
	e, err := encoder.New()
	if err != nil {
		b.Fatal(err)
	}
	var share, again float64
	var most uint64
	for b.Loop() {
		l, err := library.Open(filepath.Join(b.TempDir(), "l.db"), library.Options{})
		if err != nil {
			b.Fatal(err)
		}
		spy := &timed{Embedder: e}
		a := adding{program: &program{env: env{now: time.Now, stderr: os.Stderr}}, paths: []string{dir}, store: l}
		a.indexer = index.Indexer{Store: l, Embedder: spy, Chunker: newChunker(e), Duplicates: l}
		start := time.Now()
		first, err := a.round(b.Context(), a.everything())
		if err != nil || first.Added != n {
			b.Fatal(first, err)
		}
		share = float64(spy.took) / float64(time.Since(start))
		var mem runtime.MemStats
		runtime.ReadMemStats(&mem)
		most = mem.Sys
		start = time.Now()
		second, err := a.round(b.Context(), a.everything())
		if err != nil || second.Unchanged != n {
			b.Fatal(second, err)
		}
		again = time.Since(start).Seconds()
		l.Close()
	}
	b.ReportMetric(100*share, "%encoder")
	b.ReportMetric(float64(most>>20), "MiB")
	b.ReportMetric(again, "s/again")
	b.ReportMetric(float64(n), "articles")
}

// write800 writes n articles of 800 words, of the words of the sample article in
// other orders.
func write800(b *testing.B, dir string, n int) {
	b.Helper()
	var words []string
	for d, err := range (source.Reader{}).FS(b.Context(), seeds.Articles(), "") {
		if err != nil {
			b.Fatal(err)
		}
		words = append(words, strings.Fields(d.Text)...)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	for i := range n {
		var text strings.Builder
		for range 40 {
			at := r.IntN(len(words) - 20)
			fmt.Fprintf(&text, "%s, number %d.\n", strings.Join(words[at:at+18], " "), r.IntN(1000))
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d.txt", i)), []byte(text.String()), 0o600); err != nil {
			b.Fatal(err)
		}
	}
}

// lazy is an embedder that works only once it is told to. Until then it gives
// vectors that mean nothing, so that a large library is soon made.
type lazy struct {
	rag.Embedder
	works atomic.Bool
}

func (e *lazy) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	if e.works.Load() {
		return e.Embedder.EmbedDocuments(ctx, texts)
	}
	return ragtest.Embedder{Dimensions: 384}.EmbedDocuments(ctx, texts)
}

// BenchmarkChange measures the time from a change in a folder of 10,000 files
// that is watched until it is answerable.
//
//	go test -run '^$' -bench Change -benchtime 1x ./cmd/footnote
func BenchmarkChange(b *testing.B) {
	const n = 10_000
	dir := filepath.Join(b.TempDir(), "articles")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d.txt", i)), fmt.Appendf(nil, "Gauge %d stood at %d.", i, r.IntN(1000)), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	e, err := encoder.New()
	if err != nil {
		b.Fatal(err)
	}
	l, err := library.Open(filepath.Join(b.TempDir(), "l.db"), library.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	a := adding{program: &program{env: env{now: time.Now, stderr: os.Stderr, stdout: b.Output()}}, addFlags: addFlags{watch: true}, paths: []string{dir}, store: l}
	slow := &lazy{Embedder: e}
	a.indexer = index.Indexer{Store: l, Embedder: slow, Chunker: newChunker(e), Duplicates: l}
	done := make(chan error, 1)
	go func() { done <- a.follow(ctx) }()
	for {
		if _, total, err := l.Frequency(ctx, nil, rag.Filter{}); err != nil || total == n {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	time.Sleep(3 * time.Second) // until it watches
	slow.works.Store(true)
	var took time.Duration
	times := 0
	for b.Loop() {
		times++
		word := fmt.Sprintf("heron%d", times)
		start := time.Now()
		if err := os.WriteFile(filepath.Join(dir, "05000.txt"), []byte("Nobody has seen the "+word+" by the gauge."), 0o600); err != nil {
			b.Fatal(err)
		}
		for {
			hits, err := l.Match(ctx, []string{word}, 1, rag.Filter{})
			if err != nil {
				b.Fatal(err)
			}
			if len(hits) > 0 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		took = max(took, time.Since(start))
	}
	stop()
	if err := <-done; err != nil {
		b.Error(err)
	}
	b.ReportMetric(took.Seconds(), "s/change")
}
