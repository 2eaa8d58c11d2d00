package text

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestCutMarks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text, plain string
		cites       [][]MarkCite // of each mark
		dangling    int
	}{
		{"It sank. [1] It rose [2].", "It sank. It rose.", [][]MarkCite{{{0, ""}}, {{1, ""}}}, 0},
		{`It sank [1 "off Hull"; 2 "near "Hull" [sic]"].`, "It sank.", [][]MarkCite{{{0, "off Hull"}, {1, `near "Hull" [sic]`}}}, 0},
		{`It sank [1 "off Hull" It rose. [2 "a"]`, "It sank It rose.", [][]MarkCite{{{0, "off Hull"}}, {{1, "a"}}}, 0},
		{"It sank.[1]It rose [9].", "It sank. It rose.", [][]MarkCite{{{0, ""}}, nil}, 1},
		{"It sank (1). It rose.¹", "It sank (1). It rose.", [][]MarkCite{{{0, ""}}}, 0}, // only the clearer kind
		{"See passage [2], and [[1]2].", "See passage 2, and   2 .", [][]MarkCite{{{1, ""}}, {{0, ""}}}, 0},
		{"Passages [1] and [3] say so.", "Passages 1 and 3 say so.", [][]MarkCite{{{0, ""}, {2, ""}}}, 0},
		{"It broke the treaty (Article 1) at once.", "It broke the treaty (Article 1) at once.", nil, 0},
		{"It sank.¹˒³ It is 5 km² large.", "It sank. It is 5 km² large.", [][]MarkCite{{{0, ""}, {2, ""}}}, 0},
		{"It sank【1†a.txt】【2:0†b】.", "It sank.", [][]MarkCite{{{0, ""}, {1, ""}}}, 0},
		{"It [the ferry] sank [in 1990].", "It [the ferry] sank [in 1990].", nil, 0},
	}
	for _, tt := range tests {
		var cites [][]MarkCite
		dangling := 0
		for _, m := range FindMarks(tt.text, 3) {
			cites = append(cites, m.Cites)
			dangling += m.Dangling
		}
		if diff := cmp.Diff(tt.plain, CutMarks(tt.text, 3)); diff != "" || dangling != tt.dangling {
			t.Errorf("%s: dangling = %d, want %d (-want +got):\n%s", tt.text, dangling, tt.dangling, diff)
		}
		if diff := cmp.Diff(tt.cites, cites, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestLeadingMark(t *testing.T) {
	t.Parallel()
	const whole, partial, none = "whole", "partial", "none"
	for text, want := range map[string]string{
		"[1] It": whole, `[1 "a"] It`: whole, `(1 "a")`: whole, `[1 "a"; 2 "b"]`: whole, "[Passage 1]": whole,
		"[": partial, "[1": partial, "[[1": partial, "[1 ": partial, `[1 "`: partial, `[1 "two [hours] l`: partial, `[1 "a" 2`: partial, "(": partial, "(1": partial, "(1990": partial, "[passage": partial, "[passage 1, ": partial, "【1†a.t": partial,
		"[the ferry": none, "[sic] It": none, "(or so": none, "(1) It": none, "(1990) It": none, "It": none, "[1 \"a\n\nb": none, `[1 "` + strings.Repeat("a ", 1000): none,
	} {
		_, ok, part := LeadingMark(text, 3)
		got := none
		switch {
		case ok:
			got = whole
		case part:
			got = partial
		}
		if got != want {
			t.Errorf("%.40s: %s, want %s", text, got, want)
		}
	}
}

// FuzzFindMarks checks that marks are in order, within the text and of existing
// passages.
func FuzzFindMarks(f *testing.F) {
	f.Add(`A [1 "b "c" [2]"][2, 3 'x']. (1) ¹² <cite id="1">y</cite> $^{1}$ [[1]2] 【4:0†s】`, 3)
	f.Add(strings.Repeat(`[1 "`, 20)+strings.Repeat(`" 2`, 20)+"]", 2)
	f.Add("passage [1] \xff[^1]: \"x\"\n[1", 1)
	f.Fuzz(func(t *testing.T, text string, n int) {
		n &= 15
		last := 0
		for _, m := range FindMarks(text, n) {
			if m.Start < last || m.End <= m.Start || m.End > len(text) || m.Dangling < 0 {
				t.Fatalf("mark %+v after %d in %q", m, last, text)
			}
			last = m.End
			for _, c := range m.Cites {
				if c.Passage < 0 || c.Passage >= n {
					t.Errorf("passage %d of %d", c.Passage, n)
				}
			}
		}
		if plain := CutMarks(text, n); HasMark(plain) {
			t.Errorf("a mark is left in %q", plain)
		}
		Unframed(text)
	})
}
