package library_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"footnote/rag"
	"footnote/rag/library"
)

const (
	benchChunks     = 10_000
	benchDimensions = 384
)

// prose draws words from a vocabulary of 60,000, with frequencies by Zipf's
// law, as in English.
type prose struct {
	rnd   *rand.Rand
	zipf  *rand.Zipf
	words []string
}

func newProse(seed uint64) *prose {
	rnd := rand.New(rand.NewPCG(seed, 0))
	p := &prose{rnd: rnd, zipf: rand.NewZipf(rnd, 1.07, 2.7, 59_999)}
	spell := rand.New(rand.NewPCG(0, 0))
	for i := range 60_000 {
		w := make([]byte, 2+min(9, int(math.Log2(float64(i+1))/2+spell.Float64()*4)))
		for j := range w {
			w[j] = "etaoinshrdlucmfwypvbgkjqxz"[int(spell.ExpFloat64()*6)%26]
		}
		p.words = append(p.words, string(w))
	}
	return p
}

func (p *prose) write(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(p.words[p.zipf.Uint64()])
		if i%17 == 16 {
			b.WriteByte('.')
		}
	}
	return b.String()
}

func (p *prose) vector() []float32 {
	v := make([]float32, benchDimensions)
	var sum float64
	for i := range v {
		v[i] = float32(p.rnd.NormFloat64())
		sum += float64(v[i]) * float64(v[i])
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
	return v
}

// article returns an article of 8 chunks with 180 words each.
func (p *prose) article(i int) rag.Entry {
	source := fmt.Sprintf("/articles/number-%06d.md", i)
	d := rag.Document{ID: rag.DocumentID(source), Source: source, Title: p.write(8), URL: "https://example.org" + source, Collection: "news"}
	var e rag.Entry
	for j := range 8 {
		text := p.write(180)
		if j > 0 {
			d.Text += "\n\n"
		}
		e.Chunks = append(e.Chunks, rag.Chunk{
			ID: fmt.Sprintf("%s#%04d", d.ID, j), Doc: d.ID, Title: d.Title, URL: d.URL, Collection: d.Collection,
			Text: text, Start: len(d.Text), End: len(d.Text) + len(text),
		})
		d.Text += text
		e.Vectors = append(e.Vectors, p.vector())
	}
	e.Document = d
	return e
}

// benchFile creates a library of 10,000 chunks once for all benchmarks.
var benchFile = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "library-bench")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "footnote.db")
	l, err := library.Open(path, library.Options{})
	if err != nil {
		return "", err
	}
	p := newProse(1)
	for i := 0; i < benchChunks/8; i += 25 {
		var put []rag.Entry
		for j := range 25 {
			put = append(put, p.article(i+j))
		}
		if err := l.Update(ctx, put, nil); err != nil {
			return "", err
		}
	}
	if err := l.Optimize(ctx); err != nil {
		return "", err
	}
	return path, l.Close()
})

// removeBench deletes the library of benchFile.
func removeBench() {
	if benchMade {
		if path, err := benchFile(); err == nil {
			_ = os.RemoveAll(filepath.Dir(path)) // a temporary folder
		}
	}
}

var benchMade bool

func benchPath(b *testing.B) string {
	b.Helper()
	benchMade = true
	path, err := benchFile()
	if err != nil {
		b.Fatal(err)
	}
	return path
}

func benchLibrary(b *testing.B) *library.Library {
	b.Helper()
	l, err := library.Open(benchPath(b), library.Options{ReadOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	if err := l.Load(ctx); err != nil {
		b.Fatal(err)
	}
	return l
}

// BenchmarkOpen measures the time until the first search: Open and Load.
func BenchmarkOpen(b *testing.B) {
	path := benchPath(b)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	var kept *library.Library
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		l, err := library.Open(path, library.Options{ReadOnly: true})
		if err != nil {
			b.Fatal(err)
		}
		if err := l.Load(ctx); err != nil {
			b.Fatal(err)
		}
		if kept != nil {
			kept.Close()
		}
		kept = l
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(info.Size())/1e6, "MB-on-disk")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-heap")
	kept.Close()
}

// BenchmarkOpenOnly measures Open without the vectors, as for a listing.
func BenchmarkOpenOnly(b *testing.B) {
	path := benchPath(b)
	for b.Loop() {
		l, err := library.Open(path, library.Options{ReadOnly: true})
		if err != nil {
			b.Fatal(err)
		}
		l.Close()
	}
}

func BenchmarkNearest(b *testing.B) {
	l := benchLibrary(b)
	p := newProse(2)
	for b.Loop() {
		hits, err := l.Nearest(ctx, p.vector(), 100, rag.Filter{})
		if err != nil || len(hits) != 100 {
			b.Fatal(len(hits), err)
		}
	}
}

// BenchmarkMatch searches for five words as in a question: not the commonest,
// which are stop words, and not the rarest.
func BenchmarkMatch(b *testing.B) {
	l := benchLibrary(b)
	p := newProse(3)
	for b.Loop() {
		if _, err := l.Match(ctx, strings.Fields(p.question(5)), 100, rag.Filter{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMatchLongText(b *testing.B) {
	l := benchLibrary(b)
	text := newProse(4).write(20_000)
	for b.Loop() {
		if _, err := l.Match(ctx, strings.Fields(text), 100, rag.Filter{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFrequency(b *testing.B) {
	l := benchLibrary(b)
	p := newProse(5)
	for b.Loop() {
		if _, _, err := l.Frequency(ctx, strings.Fields(p.question(12)), rag.Filter{}); err != nil {
			b.Fatal(err)
		}
	}
}

// question draws words beyond the 60 commonest.
func (p *prose) question(n int) string {
	var words []string
	for len(words) < n {
		if i := p.zipf.Uint64(); i >= 60 {
			words = append(words, p.words[i])
		}
	}
	return strings.Join(words, " ")
}

func BenchmarkList(b *testing.B) {
	l := benchLibrary(b)
	for b.Loop() {
		if _, err := l.List(ctx, rag.Filter{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkUpdate adds articles of eight chunks, in updates of several sizes.
func BenchmarkUpdate(b *testing.B) {
	for _, size := range []int{1, 16, 64} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			l, err := library.Open(filepath.Join(b.TempDir(), "footnote.db"), library.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			p := newProse(6)
			n := 0
			for b.Loop() {
				b.StopTimer()
				var put []rag.Entry
				for range size {
					put = append(put, p.article(n))
					n++
				}
				b.StartTimer()
				if err := l.Update(ctx, put, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(8*n)/b.Elapsed().Seconds(), "chunks/s")
		})
	}
}
