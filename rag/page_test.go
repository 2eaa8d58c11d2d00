package rag

import "testing"

func TestPageAt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text   string
		offset int
		want   int
	}{{"", 0, 0}, {"a b", 2, 0}, {"a\n\n\fb", 0, 1}, {"a\n\n\fb", 3, 1}, {"a\n\n\fb", 4, 2}, {"a\f\fb", 3, 3}} {
		if got := pageAt(tt.text, tt.offset); got != tt.want {
			t.Errorf("pageAt(%q, %d) = %d, want %d", tt.text, tt.offset, got, tt.want)
		}
	}
}

func TestPaged(t *testing.T) {
	t.Parallel()
	passages := []Passage{
		{Chunk: Chunk{Doc: "a"}, Start: 10, End: 20, Text: "one\ftwo\ft.", page: 4},
		{Chunk: Chunk{Doc: "b"}, Start: 0, End: 20},
	}
	citations := []Citation{{Doc: "a", Start: 10}, {Doc: "a", Start: 14}, {Doc: "a", Start: 18}, {Doc: "b", Start: 10}, {Doc: "a", Start: 30}}
	paged(citations, passages)
	for i, want := range []int{4, 5, 6, 0, 0} {
		if got := citations[i].Page; got != want {
			t.Errorf("citation %d: page %d, want %d", i, got, want)
		}
	}
}
