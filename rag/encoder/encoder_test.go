package encoder

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"footnote/rag/internal/bert"
)

// shared is one Encoder for all tests, which also checks that it may be shared.
var shared = sync.OnceValues(New)

func encoder(t testing.TB) *Encoder {
	t.Helper()
	e, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// kernels calls f with an Encoder for each assembly kernel of this architecture
// that this machine can run.
func kernels(t *testing.T, f func(t *testing.T, e *Encoder)) {
	t.Helper()
	names := map[string][]string{"amd64": {"avx512vnni", "avxvnni", "avx2"}, "arm64": {"sdot"}}[runtime.GOARCH]
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Setenv(forceKernel, name)
			e, err := New()
			if err != nil {
				t.Skip(err)
			}
			f(t, e)
		})
	}
}

const forceKernel = "FOOTNOTE_KERNEL"

// golden is a text and the vectors of onnxruntime in float32, see
// testdata/golden.py.
type golden struct {
	Text        string
	Doc         string // an article of a question set; empty in other files
	Question    string // about Doc; Text is then empty
	Dequantised vector
	FP32        vector
}

type vector []float32

func (v *vector) UnmarshalText(b []byte) error {
	b, err := base64.StdEncoding.AppendDecode(nil, b)
	for ; len(b) >= 2; b = b[2:] {
		*v = append(*v, float32(int16(binary.LittleEndian.Uint16(b)))/32767)
	}
	return err
}

func readGolden(t testing.TB, name string) []golden {
	t.Helper()
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip(name + " is missing; make it with testdata/golden.py")
	} else if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []golden
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var g golden
		if err := json.Unmarshal(lines.Bytes(), &g); err != nil {
			t.Fatal(err)
		}
		all = append(all, g)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	return ab / math.Sqrt(aa*bb)
}

// TestFidelity compares the encoder with float32 arithmetic on the same
// weights, and with looser limits with the model before quantization, whose
// loss is in the weights.
func TestFidelity(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"testdata/golden.jsonl.gz", "testdata/squad.jsonl.gz"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := readGolden(t, name)
			texts := make([]string, len(all))
			for i, g := range all {
				texts[i] = g.Text
			}
			e := encoder(t)
			vectors, err := e.EmbedDocuments(t.Context(), texts)
			if err != nil {
				t.Fatal(err)
			}
			check := func(what string, least, mean float64, want func(g golden) vector) {
				low, sum := 1.0, 0.0
				var worst string
				for i, v := range vectors {
					c := cosine(v, want(all[i]))
					if sum += c; c < low {
						low, worst = c, all[i].Text
					}
				}
				t.Logf("%s, %d texts, compared with %s: cosine at least %.5f, mean %.5f", e.Kernel(), len(all), what, low, sum/float64(len(all)))
				if low < least || sum/float64(len(all)) < mean {
					t.Errorf("compared with %s: want at least %v, mean %v; worst text: %q", what, least, mean, worst)
				}
			}
			check("the weights in float32", 0.999, 0.9995, func(g golden) vector { return g.Dequantised })
			check("the model before quantization", 0.99, 0.998, func(g golden) vector { return g.FP32 })
		})
	}
}

// TestRecall compares how often the right article is among the five nearest,
// with these vectors and with those of the model before quantization.
func TestRecall(t *testing.T) {
	t.Parallel()
	var articles, questions []golden
	var texts []string
	for _, g := range readGolden(t, "testdata/recall.jsonl.gz") {
		if g.Question != "" {
			questions = append(questions, g)
			continue
		}
		articles = append(articles, g)
		texts = append(texts, g.Text)
	}
	e := encoder(t)
	ours, err := e.EmbedDocuments(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	found, want := 0, 0
	for _, q := range questions {
		v, err := e.EmbedQuery(t.Context(), q.Question)
		if err != nil {
			t.Fatal(err)
		}
		if amongNearest(articles, q.Doc, func(i int) float64 { return cosine(ours[i], v) }) {
			found++
		}
		if amongNearest(articles, q.Doc, func(i int) float64 { return cosine(articles[i].FP32, q.FP32) }) {
			want++
		}
	}
	n := float64(len(questions))
	t.Logf("recall@5 of %d questions: %.3f, in fp32 %.3f", len(questions), float64(found)/n, float64(want)/n)
	if float64(want-found) > 0.01*n {
		t.Error("recall is more than 0.01 below fp32")
	}
}

// amongNearest reports whether fewer than five articles are nearer than doc.
func amongNearest(articles []golden, doc string, near func(int) float64) bool {
	at := slices.IndexFunc(articles, func(g golden) bool { return g.Doc == doc })
	nearer := 0
	for i := range articles {
		if near(i) > near(at) {
			nearer++
		}
	}
	return nearer < 5
}

// TestKernelsAgree runs whole texts through every kernel. Each step agrees to
// float32's precision, as the tests of the kernels check. But a number on the
// edge between two activations may be rounded to either, and after twelve
// layers the roundings of two kernels are unrelated. Their vectors then differ
// by about twice as much as either differs from exact arithmetic.
func TestKernelsAgree(t *testing.T) {
	texts := []string{"", "stop", "The heart of a blue whale weighs as much as a small car.", strings.Repeat("seven herons ", 20)}
	t.Setenv(forceKernel, "generic")
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	want, err := e.EmbedDocuments(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	kernels(t, func(t *testing.T, e *Encoder) {
		got, err := e.EmbedDocuments(t.Context(), texts)
		if err != nil {
			t.Fatal(err)
		}
		for i := range texts {
			if c := cosine(want[i], got[i]); !(c >= 0.999) {
				t.Errorf("%q: cosine to the generic kernel is %.6f, want 0.999", texts[i], c)
			}
		}
	})
}

func TestEmbed(t *testing.T) {
	t.Parallel()
	e := encoder(t)
	texts := []string{"Lukashenko was lent 1.5 billion dollars by Russia.", "How to prune roses in spring.", ""}
	passages, err := e.EmbedDocuments(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	query, err := e.EmbedQuery(t.Context(), "How much money did Russia give Belarus?")
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range append(passages, query) {
		if len(v) != Dimensions || math.Abs(cosine(v, v)-1) > 1e-6 || math.Abs(length(v)-1) > 1e-5 {
			t.Errorf("vector %d has %d numbers and length %v, want %d and 1", i, len(v), length(v), Dimensions)
		}
	}
	if near, far := cosine(query, passages[0]), cosine(query, passages[1]); near < far+0.05 {
		t.Errorf("answering passage: cosine %.3f, other passage: %.3f, want the first at least 0.05 higher", near, far)
	}
	alone, err := e.EmbedDocuments(t.Context(), texts[:1])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(passages[0], alone[0]); diff != "" {
		t.Errorf("a vector depends on the other texts (-together +alone):\n%s", diff)
	}
	if none, err := e.EmbedDocuments(t.Context(), nil); len(none) != 0 || err != nil {
		t.Errorf("no texts: %v, %v, want none and no error", none, err)
	}
}

func length(v []float32) float64 {
	var squares float64
	for _, x := range v {
		squares += float64(x) * float64(x)
	}
	return math.Sqrt(squares)
}

func TestLongText(t *testing.T) {
	t.Parallel()
	e := encoder(t)
	long := strings.Repeat("word ", MaxTokens-5) // with "passage", ":", [CLS] and [SEP], one token less than the limit
	v, err := e.EmbedDocuments(t.Context(), []string{long + "harbour", long + "harbour " + strings.Repeat("x\x00\xff", 400_000)})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(v[0], v[1]); diff != "" {
		t.Errorf("tokens beyond the limit change the vector (-short +long):\n%s", diff)
	}
}

func TestAppendIDs(t *testing.T) {
	t.Parallel()
	e := encoder(t)
	for _, text := range []string{"", " ", "word", "\u0301word", ": :", "\xff\xfe\x00", "[SEP]", strings.Repeat("word ", 600)} {
		want := e.model.Encode([]int32{7}, passagePrefix+text, MaxTokens)
		if diff := cmp.Diff(want, e.appendIDs([]int32{7}, e.passage, text)); diff != "" {
			t.Errorf("%.20q (-want +got):\n%s", text, diff)
		}
	}
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	e := encoder(t)
	want, err := e.EmbedQuery(t.Context(), "who mends the clock?")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, err := e.EmbedQuery(t.Context(), "who mends the clock?")
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("concurrent: %v (-alone +concurrent):\n%s", err, diff)
			}
		})
	}
	wg.Wait()
}

func TestCancel(t *testing.T) {
	t.Parallel()
	e := encoder(t)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(30*time.Millisecond, cancel)
	texts := make([]string, 5000) // minutes of work
	for i := range texts {
		texts[i] = strings.Repeat("a long text ", 200)
	}
	if v, err := e.EmbedDocuments(ctx, texts); !errors.Is(err, context.Canceled) || v != nil {
		t.Errorf("EmbedDocuments: %d vectors, error %v, want %v", len(v), err, context.Canceled)
	}
	if _, err := e.EmbedQuery(ctx, "who?"); !errors.Is(err, context.Canceled) {
		t.Errorf("EmbedQuery: error %v, want %v", err, context.Canceled)
	}
}

func TestForcedKernel(t *testing.T) {
	for name, want := range map[string]string{"generic": "generic", "abacus": "", "AVX2": ""} {
		t.Setenv(forceKernel, name)
		e, err := New()
		if want == "" {
			if err == nil || !strings.Contains(err.Error(), "can run ") || !strings.Contains(err.Error(), "generic") {
				t.Errorf("%s: error %v, want one that lists the kernels", name, err)
			}
		} else if err != nil || e.Kernel() != want {
			t.Errorf("%s: error %v, want the kernel %s", name, err, want)
		}
	}
}

func TestWeightsFile(t *testing.T) {
	t.Parallel()
	// internal/export writes this file and weights.md states the sum.
	const want = "f7d57794d95902936b0916e6b23060324cf45fc8a1efb4c803ce55e8f92f4047"
	if got := fmt.Sprintf("%x", sha256.Sum256([]byte(weightsFile))); got != want {
		t.Errorf("SHA-256 is %s, want %s", got, want)
	}
	if at := uintptr(unsafe.Pointer(unsafe.StringData(weightsFile))) % 32; at != 0 {
		t.Errorf("the file begins %d bytes after a multiple of 32: weight loads will cross cache lines", at)
	}
	bad := []byte(weightsFile)
	bad[12345678] ^= 1
	for name, file := range map[string]string{
		"damaged":        string(bad),
		"short":          weightsFile[:1000],
		"cut off":        weightsFile[:len(weightsFile)-1],
		"long":           weightsFile + "x",
		"empty":          "",
		"another format": strings.Repeat("GGUF", 100),
		"all zeros":      string(make([]byte, len(weightsFile))),
	} {
		if _, _, err := bert.Load("x.int8", file, weightsFormat); err == nil || !strings.HasPrefix(err.Error(), "x.int8: ") {
			t.Errorf("%s: error %v, want one that names the file", name, err)
		}
	}
}

// TestWeights checks the properties of the weights that the kernels need.
func TestWeights(t *testing.T) {
	t.Parallel()
	if err := encoder(t).model.Verify(); err != nil {
		t.Error(err)
	}
}

// FuzzEmbedDocuments checks that any bytes give a unit vector.
func FuzzEmbedDocuments(f *testing.F) {
	for _, text := range []string{"", "\x00", "\xff\xfe", "a\u0301\u200d", strings.Repeat("[MASK]", 9), "日本", "🙂"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := encoder(t).EmbedDocuments(t.Context(), []string{text})
		if err != nil {
			t.Fatal(err)
		}
		if l := length(v[0]); !(math.Abs(l-1) < 1e-5) {
			t.Errorf("%q: length %v, want 1", text, l)
		}
	})
}
