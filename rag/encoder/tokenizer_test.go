package encoder

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func mustTokenizer(t testing.TB) *tokenizer {
	t.Helper()
	tok, err := newTokenizer()
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

// The sentences and their ids are made by testdata/tokenizer_golden.py.
func TestTokenizerSentences(t *testing.T) {
	t.Parallel()
	tok := mustTokenizer(t)
	f, err := os.Open("testdata/tokenizer.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for dec := json.NewDecoder(z); dec.More(); n++ {
		var want struct {
			Text string
			Max  int
			IDs  []int32
		}
		if err := dec.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.IDs, tok.encode(nil, want.Text, want.Max)); diff != "" {
			t.Errorf("%q, at most %d (-want +got)\n%s", want.Text, want.Max, diff)
		}
	}
	if n < 2000 {
		t.Errorf("%d sentences, want 2000", n)
	}
}

// Every code point, between letters and alone.
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
			if got = tok.encode(got[:0], string(text), 0); !slices.Equal(want, got) {
				t.Errorf("%U: %d, want %d", r, got, want)
			}
		}
	}
	if want := 0x110000 - 0x800; n != want {
		t.Errorf("%d code points, want %d", n, want)
	}
}

// The question sets beside the checkout: the ids of all their texts, as a checksum.
func TestTokenizerData(t *testing.T) {
	t.Parallel()
	const data = "../../../shared/data"
	if _, err := os.Stat(data); err != nil {
		t.Skip("no question sets: they are looked for in a folder shared/data beside the checkout")
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
				ids = tok.encode(ids[:0], text, 0)
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

// jsonTexts returns title and text of each line of a file in BEIR's form.
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
