package ask

import (
	"testing"

	"footnote/rag"
)

func TestSetPages(t *testing.T) {
	t.Parallel()
	passages := []rag.Passage{
		{Chunk: rag.Chunk{Doc: "a"}, Start: 10, End: 20, Text: "one\ftwo\ft.", Page: 4},
		{Chunk: rag.Chunk{Doc: "b"}, Start: 0, End: 20},
	}
	citations := []rag.Citation{{Doc: "a", Start: 10}, {Doc: "a", Start: 14}, {Doc: "a", Start: 18}, {Doc: "b", Start: 10}, {Doc: "a", Start: 30}}
	setPages(citations, passages)
	for i, want := range []int{4, 5, 6, 0, 0} {
		if got := citations[i].Page; got != want {
			t.Errorf("citation %d: page %d, want %d", i, got, want)
		}
	}
}
