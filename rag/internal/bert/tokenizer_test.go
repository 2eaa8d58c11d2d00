package bert

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

func mustTokenizer(t testing.TB) *Tokenizer {
	t.Helper()
	tok, err := newTokenizer()
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

// TestTokenizerSentences compares ids with those that
// testdata/tokenizer_golden.py made.
func TestTokenizerSentences(t *testing.T) {
	t.Parallel()
	tok := mustTokenizer(t)
	sentences := madeSentences(t)
	if len(sentences) < 2000 {
		t.Errorf("got %d sentences, want at least 2000", len(sentences))
	}
	for _, want := range sentences {
		if diff := cmp.Diff(want.IDs, tok.Encode(nil, want.Text, want.Max)); diff != "" {
			t.Errorf("%q, at most %d (-want +got)\n%s", want.Text, want.Max, diff)
		}
	}
}

type madeSentence struct {
	Text string
	Max  int // 0: no limit
	IDs  []int32
}

func madeSentences(t testing.TB) []madeSentence {
	t.Helper()
	f, err := os.Open("testdata/tokenizer.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []madeSentence
	for dec := json.NewDecoder(z); dec.More(); {
		var s madeSentence
		if err := dec.Decode(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// TestTokenizerRunes checks every code point, between letters and alone.
func TestTokenizerRunes(t *testing.T) {
	t.Parallel()
	tok := mustTokenizer(t)
	f, err := os.Open("testdata/tokenizer_runes.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	var text []byte
	var got []int32
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var lo, hi rune
		if _, err := fmt.Sscanf(lines.Text(), "%X %X", &lo, &hi); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		want := []int32{clsID}
		for _, field := range strings.Fields(lines.Text())[2:] {
			id, err := strconv.Atoi(field)
			if err != nil {
				t.Fatalf("%q: %v", lines.Text(), err)
			}
			want = append(want, int32(id))
		}
		want = append(want, sepID)
		for r := lo; r <= hi; r++ {
			n++
			text = utf8.AppendRune(append(utf8.AppendRune(append(text[:0], 'a'), r), 'b', ' '), r)
			if got = tok.Encode(got[:0], string(text), 0); !slices.Equal(want, got) {
				t.Errorf("%U: %d, want %d", r, got, want)
			}
		}
	}
	if want := 0x110000 - 0x800; n != want {
		t.Errorf("%d code points, want %d", n, want)
	}
}

// TestTokenizerData checks the ids of all texts of the question sets in
// shared/data against checksums.
func TestTokenizerData(t *testing.T) {
	t.Parallel()
	const data = "../../../../shared/data"
	if _, err := os.Stat(data); err != nil {
		t.Skip("no question sets: put them in a folder shared/data beside the checkout")
	}
	tok := mustTokenizer(t)
	golden, err := os.ReadFile("testdata/tokenizer_data.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(golden)) {
		want := strings.TrimSpace(line)
		name := strings.Fields(want)[1]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sum, n := sha256.New(), 0
			var ids []int32
			var stream []byte
			for _, text := range jsonTexts(t, filepath.Join(data, name)) {
				n++
				stream = stream[:0]
				ids = tok.Encode(ids[:0], text, 0)
				for _, id := range ids {
					stream = binary.LittleEndian.AppendUint32(stream, uint32(id))
				}
				sum.Write(stream)
			}
			if diff := cmp.Diff(want, fmt.Sprintf("%x %s %d", sum.Sum(nil), name, n)); diff != "" {
				t.Errorf("checksum, file, texts (-want +got)\n%s", diff)
			}
		})
	}
}

// jsonTexts returns title and text of each line of a file in BEIR's format.
func jsonTexts(t testing.TB, name string) []string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var texts []string
	for dec := json.NewDecoder(f); dec.More(); {
		var line struct{ Title, Text string }
		if err := dec.Decode(&line); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		texts = append(texts, line.Title+"\n"+line.Text)
	}
	return texts
}

func TestTokenizerEncode(t *testing.T) {
	t.Parallel()
	tok := mustTokenizer(t)
	tests := []struct {
		name, text string
		limit      int
		want       string
	}{
		{name: "empty", text: "", want: "[CLS] [SEP]"},
		{name: "only spaces", text: " \t\n\u2028\u3000", want: "[CLS] [SEP]"},
		{name: "pieces", text: "Unaffable, tokenizers!", want: "[CLS] una ##ffa ##ble , token ##izer ##s ! [SEP]"},
		{name: "special tokens are text", text: "[MASK] [SEP]", want: "[CLS] [ mask ] [ sep ] [SEP]"},
		{name: "hashes are text", text: "##ing ###", want: "[CLS] # # ing # # # [SEP]"},
		{name: "accents", text: "Élan ÀÇ e\u0327\u0301 İ", want: "[CLS] el ##an ac e i [SEP]"},
		{name: "no final sigma", text: "ΟΔΟΣ", want: "[CLS] ο ##δ ##ο ##σ [SEP]"},
		{name: "compatibility forms are kept", text: "ﬁn ½", want: "[CLS] ﬁ ##n ½ [SEP]"},
		{name: "ideographs", text: "x東京y", want: "[CLS] x 東 京 y [SEP]"},
		{name: "compatibility ideograph", text: "a\uF90Ab", want: "[CLS] a 金 b [SEP]"},
		{name: "Hangul", text: "각", want: "[CLS] ᄀ ##ᅡ ##ᆨ [SEP]"},
		{name: "controls are removed", text: "a\x00b\u0085c\vd\fe\u200df\u00adg", want: "[CLS] abc ##de ##f ##g [SEP]"},
		{name: "tabs and line ends separate words", text: "a\tb\nc\rd", want: "[CLS] a b c d [SEP]"},
		{name: "not UTF-8", text: "a\xffb \xe4\xb8 c\xc3", want: "[CLS] ab c [SEP]"},
		{name: "replacement characters are removed", text: "a\uFFFDb", want: "[CLS] ab [SEP]"},
		{name: "emoji", text: "ok👍🏽ok 🇫🇷", want: "[CLS] [UNK] [UNK] [SEP]"},
		{name: "punctuation newer than Unicode 8", text: "a\u2E43b a\u2E42b", want: "[CLS] [UNK] a [UNK] b [SEP]"},
		{name: "100 runes", text: strings.Repeat("1", 100), limit: 4, want: "[CLS] 111 ##11 [SEP]"},
		{name: "101 runes", text: strings.Repeat("1", 101) + ".", want: "[CLS] [UNK] . [SEP]"},
		{name: "100 runes of 3 bytes", text: strings.Repeat("e\u0301", 100), limit: 3, want: "[CLS] ee [SEP]"},
		{name: "cut in a word", text: "one tokenizers", limit: 4, want: "[CLS] one token [SEP]"},
		{name: "cut before an unknown end", text: "tokenizer☃", limit: 3, want: "[CLS] [UNK] [SEP]"},
		{name: "just fits", text: "one two", limit: 4, want: "[CLS] one two [SEP]"},
		{name: "no room for text", text: "one two", limit: 2, want: "[CLS] [SEP]"},
		{name: "limit below the minimum", text: "one two", limit: 1, want: "[CLS] [SEP]"},
		{name: "the largest limit", text: "one", limit: math.MaxInt, want: "[CLS] one [SEP]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, id := range tok.Encode([]int32{7}, tt.text, tt.limit)[1:] {
				got = append(got, tok.piece(id))
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("%q, at most %d (-want +got)\n%s", tt.text, tt.limit, diff)
			}
		})
	}
}

func TestTokenizerAllocates(t *testing.T) {
	tok := mustTokenizer(t)
	ids := make([]int32, 0, 64)
	const text = "Größenwahn in 東京, 각각 👍 \xff."
	if n := testing.AllocsPerRun(10, func() {
		ids = tok.Encode(ids[:0], text, 0)
		tok.Count(text)
	}); n != 0 {
		t.Errorf("got %v allocations per text, want none", n)
	}
}

func FuzzTokenizer(f *testing.F) {
	for _, s := range madeSentences(f)[:300] {
		f.Add(s.Text, "x", s.Max)
	}
	f.Add("\xff\xfe", "a\xe4\xb8", 3)
	tok := mustTokenizer(f)
	f.Fuzz(func(t *testing.T, a, b string, limit int) {
		all := tok.Encode(nil, a, 0)
		for _, id := range all[1 : len(all)-1] {
			if id < 0 || id >= vocabSize || id == clsID || id == sepID {
				t.Errorf("id %d in %d", id, all)
			}
		}
		if all[0] != clsID || all[len(all)-1] != sepID {
			t.Errorf("%d, want [CLS] … [SEP]", all)
		}
		if n := tok.Count(a); n != len(all)-2 {
			t.Errorf("count %d, want %d", n, len(all)-2)
		}
		if limit > 0 {
			want := append(slices.Clone(all[:min(len(all)-1, max(limit, 2)-1)]), sepID)
			same(t, "cut off", want, tok.Encode(nil, a, limit))
		}
		same(t, "without invalid UTF-8", all, tok.Encode(nil, strings.ToValidUTF8(a, ""), 0))
		same(t, "decomposed", all, tok.Encode(nil, norm.NFD.String(a), 0))
		same(t, "words joined by spaces", all, tok.Encode(nil, strings.Join(strings.Fields(strings.Map(noControl, a)), " "), 0))
		separate := append(slices.Clone(all[:len(all)-1]), tok.Encode(nil, b, 0)[1:]...)
		same(t, "two texts joined by a space", separate, tok.Encode(nil, a+" "+b, 0))
	})
}

// noControl drops the control characters that strings.Fields takes for spaces
// but the tokenizer removes.
func noControl(r rune) rune {
	switch r {
	case '\v', '\f', '\u0085':
		return -1
	}
	return r
}

func same(t *testing.T, what string, want, got []int32) {
	t.Helper()
	if !slices.Equal(want, got) {
		t.Errorf("%s: %d, want %d", what, got, want)
	}
}

func BenchmarkTokenizerLoad(b *testing.B) {
	for b.Loop() {
		mustTokenizer(b)
	}
}

// BenchmarkTokenizerScripts encodes the generated sentences: many scripts, few
// plain words.
func BenchmarkTokenizerScripts(b *testing.B) {
	var texts []string
	for _, s := range madeSentences(b) {
		texts = append(texts, s.Text)
	}
	benchmarkEncode(b, texts)
}

// BenchmarkTokenizerEnglish encodes English paragraphs, if the question sets
// are present.
func BenchmarkTokenizerEnglish(b *testing.B) {
	const name = "../../../../shared/data/squad/corpus.jsonl"
	if _, err := os.Stat(name); err != nil {
		b.Skip("no question sets: put them in a folder shared/data beside the checkout")
	}
	benchmarkEncode(b, jsonTexts(b, name))
}

func benchmarkEncode(b *testing.B, texts []string) {
	tok := mustTokenizer(b)
	size, n := 0, 0
	for _, text := range texts {
		size += len(text)
		n += tok.Count(text)
	}
	ids := make([]int32, 0, n)
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, text := range texts {
			ids = tok.Encode(ids[:0], text, 0)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "tok/s")
}
