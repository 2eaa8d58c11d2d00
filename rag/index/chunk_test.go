package index

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/text"
)

// runeTokens counts each rune that is not white space as a token, plus one for
// the special tokens.
type runeTokens int

func (runeTokens) CountTokens(text string) int {
	return 1 + utf8.RuneCountInString(strings.Join(strings.Fields(text), ""))
}
func (n runeTokens) MaxTokens() int { return int(n) }

func TestChunks(t *testing.T) {
	t.Parallel()
	sentence := func(n int) string { return fmt.Sprintf("Sentence number %d has seven words here. ", n) }
	var long strings.Builder
	for i := range 60 {
		long.WriteString(sentence(i))
	}
	for name, c := range map[string]struct {
		chunker Chunker
		text    string
		want    []string // of each chunk: section, then the first and last word of the text
	}{
		"short":        {Chunker{}, "One. Two.", []string{": One. Two."}},
		"empty":        {Chunker{}, " \n ", nil},
		"overlap":      {Chunker{Words: 15}, sentence(1) + sentence(2) + sentence(3), []string{": Sentence here.", ": Sentence here."}},
		"headings":     {Chunker{}, "Lead.\n# A\nText a.\n## B\nText b.\n# C\nText c.", []string{": Lead. Lead.", "A: Text a.", "A › B: Text b.", "C: Text c."}},
		"bare heading": {Chunker{}, "# A\n# B\nText.\n## C", []string{"A: A A", "B: Text. Text.", "B › C: C C"}},
		"no heading":   {Chunker{}, "#hashtag is text\n####### seven", []string{": #hashtag seven"}},
		"no spaces":    {Chunker{Tokens: runeTokens(100)}, strings.Repeat("字", 250), []string{": " + strings.Repeat("字", 99) + " " + strings.Repeat("字", 99), ": " + strings.Repeat("字", 99) + " " + strings.Repeat("字", 99), ": " + strings.Repeat("字", 52) + " " + strings.Repeat("字", 52)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, ch := range c.chunker.Chunks(rag.Document{ID: "d", Text: c.text}) {
				f := strings.Fields(ch.Text)
				got = append(got, ch.Section+": "+f[0]+" "+f[len(f)-1])
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("size", func(t *testing.T) {
		t.Parallel()
		for _, ch := range (Chunker{}).Chunks(rag.Document{ID: "d", Text: long.String()}) {
			if n := len(strings.Fields(ch.Text)); n < 120 || n > 180 {
				t.Errorf("chunk %s has %d words, want 120 to 180", ch.ID, n)
			}
		}
	})
}

// checkChunks checks what Chunks promises for any text.
func checkChunks(t *testing.T, c Chunker, d rag.Document) {
	t.Helper()
	covered := make([]bool, len(d.Text))
	last := 0
	for i, ch := range c.Chunks(d) {
		if want := fmt.Sprintf("%s#%04d", d.ID, i); ch.ID != want {
			t.Errorf("chunk ID %s, want %s", ch.ID, want)
		}
		if ch.Start >= ch.End || ch.Start < last || d.Text[ch.Start:ch.End] != ch.Text {
			t.Fatalf("chunk %d differs from the text at [%d, %d)", i, ch.Start, ch.End)
		}
		last = ch.Start
		if c.Tokens != nil && c.Tokens.CountTokens(ch.Context()) > c.Tokens.MaxTokens() {
			t.Errorf("chunk %d has %d tokens, more than the maximum", i, c.Tokens.CountTokens(ch.Context()))
		}
		for j := ch.Start; j < ch.End; j++ {
			covered[j] = true
		}
	}
	for line := range text.Lines(d.Text, text.Span{Start: 0, End: len(d.Text)}) {
		if n, _ := headingOf(line.Of(d.Text)); n > 0 {
			continue
		}
		for i, r := range line.Of(d.Text) {
			if !unicode.IsSpace(r) && !covered[line.Start+i] {
				t.Fatalf("no chunk contains %q at %d", r, line.Start+i)
			}
		}
	}
}

func FuzzChunks(f *testing.F) {
	f.Add("Mr. Putin spoke. # no heading\n# Heading\nText | of a table\n\n- item", 20, 300)
	f.Add(strings.Repeat("long", 200)+" 字字字\u200bไทย\r\n## \n#\t", 3, 64)
	f.Add("\xff\xfe bad \x00 bytes. ’ ”", 0, 512)
	f.Fuzz(func(t *testing.T, text string, words, tokens int) {
		if len(text) > 1<<14 {
			return
		}
		d := rag.Document{ID: "d", Title: "A title", Text: strings.ToValidUTF8(text, "")}
		checkChunks(t, Chunker{Words: words}, d)
		checkChunks(t, Chunker{Words: words, Tokens: runeTokens(200 + min(max(tokens, 0), 1000))}, d)
	})
}
