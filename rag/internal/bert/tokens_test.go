package bert

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	tok := mustTokenizer(t)
	for _, tt := range []struct {
		name, text string
		limit      int
		want       []string // the text of each token
	}{
		{name: "empty"},
		{name: "only removed characters", text: " \t\x00\u0301\xff"},
		{name: "pieces", text: " Unaffable,  tokenizers!", want: []string{"Una", "ffa", "ble", ",", "token", "izer", "s", "!"}},
		{name: "limit", text: "tokenizers", limit: 2, want: []string{"token", "izer"}},
		{name: "accents", text: "É e\u0327\u0301 Élan", want: []string{"É", "e\u0327\u0301", "Él", "an"}},
		{name: "an accent before the word", text: "\u0301word", want: []string{"word"}},
		{name: "an accent within the word", text: "e\u0301lan", want: []string{"e\u0301l", "an"}},
		{name: "case that changes the length", text: "İ K", want: []string{"İ", "K"}},
		{name: "Hangul", text: "a각", want: []string{"a", "각", "각", "각"}},
		{name: "ideographs", text: "x東京y", want: []string{"x", "東", "京", "y"}},
		{name: "controls", text: "to\x00ken\x00 \x00x", want: []string{"to\x00ken", "x"}},
		{name: "not UTF-8", text: "to\xffken\xe4 \xb8x", want: []string{"to\xffken", "x"}},
		{name: "emoji", text: "ok👍🏽ok é", want: []string{"ok👍🏽ok", "é"}},
		{name: "a long word", text: " " + strings.Repeat("é", 5000) + "!", want: []string{strings.Repeat("é", 5000), "!"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, token := range tok.Tokens(tt.text, tt.limit) {
				got = append(got, tt.text[token.Start:token.End])
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%.20q (-want +got)\n%s", tt.text, diff)
			}
		})
	}
}

// FuzzTokens checks that the ids are those of Encode, and that the places are in
// order and between characters.
func FuzzTokens(f *testing.F) {
	for _, s := range madeSentences(f)[:300] {
		f.Add(s.Text, s.Max)
	}
	f.Add("\xff\xfee\u0301\xe4\xb8 각", 3)
	tok := mustTokenizer(f)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		ids := tok.Encode(nil, text, 0)
		ids = ids[1 : len(ids)-1]
		if limit > 0 {
			ids = ids[:min(len(ids), limit)]
		}
		between := make([]bool, len(text)+1)
		for at := 0; at < len(text); {
			between[at] = true
			_, n := utf8.DecodeRuneInString(text[at:])
			at += n
		}
		between[len(text)] = true
		var got []int32
		last := Token{}
		for _, token := range tok.Tokens(text, limit) {
			got = append(got, token.ID)
			if token.Start >= token.End || token.Start < last.Start || token.End < last.End || token.Start < last.End && token.Start != last.Start ||
				!between[token.Start] || !between[token.End] {
				t.Fatalf("%q: %v after %v", text, token, last)
			}
			last = token
		}
		if !slices.Equal(ids, got) {
			t.Errorf("%q: %d, want %d", text, got, ids)
		}
	})
}
