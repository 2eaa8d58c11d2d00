package library_test

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"footnote/rag"
	"footnote/rag/library"
	"footnote/rag/ragtest"
)

// FuzzMatch checks that Match and Frequency accept any text without an error,
// match nothing for a text without words, and find a word next to any text.
func FuzzMatch(f *testing.F) {
	for _, s := range []string{
		"", "storm", `"`, `"storm`, `storm*`, `NOT storm`, `NEAR(storm harbour, 2)`, `text:storm`, `{title}: storm`, "storm\x00", "\xff\xfe",
		`storm' OR '1'='1`, "🚢 storm", "e\u0301", "ǅ ﬁ Ⅷ ² ſ", "\u1e9e ẞ ß", "嵐 storm", "\u200d\u202e", "a\u0345b", "𝔰𝔱𝔬𝔯𝔪", "\U0010FFFF", "\uFFFD", "\ue000", "١٢٣",
	} {
		f.Add(s)
	}
	l, err := library.Open(filepath.Join(f.TempDir(), "footnote.db"), library.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { l.Close() })
	base := rag.Document{ID: "base", Title: "The harbour", Text: "Forty ships lay in the harbour when the storm came."}
	if err := l.Update(ctx, []rag.Entry{ragtest.Entry(base)}, nil); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		hits, err := l.Match(ctx, strings.Fields(text), 10, rag.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		words := strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Co, r) })
		if !words && len(hits) > 0 {
			t.Errorf("%q has no words and matches %q", text, hits[0].Chunk.Text)
		}
		if hits, err := l.Match(ctx, append([]string{"storm", text}, strings.Fields(text)...), 10, rag.Filter{}); err != nil || len(hits) != 1 {
			t.Errorf("Match(“storm”, %q): %d chunks, %v, want 1", text, len(hits), err)
		}
		counts, total, err := l.Frequency(ctx, []string{text, "storm"}, rag.Filter{})
		if err != nil || total != 1 || counts[0] > 1 || counts[1] != 1 {
			t.Errorf("Frequency(%q, “storm”) = %v of %d, %v", text, counts, total, err)
		}
	})
}
