package check

import (
	"testing"
	"unicode/utf8"
)

// TestFind checks what part of a text a quote is found at.
func TestFind(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ text, quote, want string }{
		"as it is":                 {"It left late.", "left late", "left late"},
		"case":                     {"It LEFT late.", "it left", "It LEFT"},
		"dotted capital I":         {"In İstanbul it rained.", "istanbul it", "İstanbul it"},
		"capital sharp s":          {"Die GROẞE Stadt schlief.", "große stadt", "GROẞE Stadt"},
		"longer in lower case":     {"Ⱥ Ⱦ stood here.", "ⱥ ⱦ stood", "Ⱥ Ⱦ stood"},
		"Kelvin sign":              {"At 5 K it froze.", "at 5 k it", "At 5 K it"},
		"line ends":                {"It left\r\n  late.", "left late", "left\r\n  late"},
		"no-break space":           {"It left\u00a0late.", "left late", "left\u00a0late"},
		"combining mark":           {"The cafe\u0301 closed.", "cafe\u0301 closed", "cafe\u0301 closed"},
		"invalid bytes within":     {"It le\xffft late.", "left late", "le\xffft late"},
		"invalid bytes at the end": {"It left late\xff\xfe", "left late", "left late\xff\xfe"},
		"quotation marks":          {"He said “no, ‘never’”.", `said "no, 'never'"`, "said “no, ‘never"},
		"dashes":                   {"It left — late.", "left - late", "left — late"},
		"ellipsis in the text":     {"It left… late.", "left... late", "left… late"},
		"ellipsis in the quote":    {"It left Hull two hours late.", "left … late", "left Hull two hours late"},
		"parts in another order":   {"It left late.", "late … left", ""},
		"punctuation at the end":   {"It left late on Monday.", "left late.", "left late"},
		"quoted twice":             {"It left late.", `"'left late'"`, "left late"},
		"only marks":               {"It left… late.", "“…”", ""},
		"empty quote":              {"It left late.", "", ""},
		"empty text":               {"", "left", ""},
		"space around":             {"  It left late.  ", " It left late. ", "It left late"},
		"not there":                {"It left late.", "left early", ""},
	} {
		got := ""
		at, ok := fold(tt.text).find(tt.quote)
		if ok {
			got = at.Of(tt.text)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// FuzzFind checks that a quote is found within the text, and at whole runes.
func FuzzFind(f *testing.F) {
	f.Add("In İstanbul “it”\r\n rained… Ⱥ\xff", "i̇stanbul … ⱥ")
	f.Add("The cafe\u0301 — closed", "cafe")
	f.Fuzz(func(t *testing.T, text, quote string) {
		at, ok := fold(text).find(quote)
		if !ok {
			return
		}
		if at.Start < 0 || at.End <= at.Start || at.End > len(text) {
			t.Fatalf("%q is found in %q at %v", quote, text, at)
		}
		if utf8.ValidString(text) && !utf8.ValidString(at.Of(text)) {
			t.Errorf("%q is found in %q at %v, within a rune", quote, text, at)
		}
	})
}
