package text

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCutCitations(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		plain    string
		marks    []CitationMark
		dangling int
	}{
		"He fled. [1] She stayed. [2, 3]": {"He fled. She stayed.", []CitationMark{{8, []int{0}}, {20, []int{1, 2}}}, 0},
		"He fled [1-3].":                  {"He fled.", []CitationMark{{7, []int{0, 1, 2}}}, 0},
		"He fled 【4:0†source】.":           {"He fled.", []CitationMark{{7, nil}}, 1},
		"He fled [Passage 2](https://a).": {"He fled.", []CitationMark{{7, []int{1}}}, 0},
		"He fled (1).":                    {"He fled (1).", nil, 0},
		"":                                {"", nil, 0},
	} {
		plain, marks, dangling := CutCitations(text, 3)
		if plain != want.plain || dangling != want.dangling {
			t.Errorf("%q: got %q and %d dangling, want %q and %d", text, plain, dangling, want.plain, want.dangling)
		}
		if diff := cmp.Diff(want.marks, marks); diff != "" {
			t.Errorf("%q: marks (-want +got):\n%s", text, diff)
		}
	}
}
