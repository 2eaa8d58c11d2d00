package rag

import (
	"slices"
	"testing"
	"time"
)

func TestPassageCitation(t *testing.T) {
	t.Parallel()
	asked := Question{Today: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	pages := Passage{Chunk: Chunk{Doc: "a", Published: asked.Today.AddDate(-2, 0, 0)}, Start: 10, End: 19, Text: "one\ftwo\ft", Page: 4}
	for start, want := range map[int]int{10: 4, 14: 5, 18: 6} {
		c := pages.Citation(2, start, start+1, asked)
		if c.Page != want || c.N != 2 || !c.Old || c.Quote != pages.Text[start-10:start-9] {
			t.Errorf("at %d: %+v, want page %d", start, c, want)
		}
	}
	if c := (Passage{Text: "one\f."}).Citation(1, 4, 5, asked); c.Page != 0 || c.Old {
		t.Errorf("an article without pages and date: %+v", c)
	}
}

func TestByScore(t *testing.T) {
	t.Parallel()
	got := ByScore([]Passage{
		{Sentences: []ScoredSentence{{Score: .2}, {Score: 0}, {Start: 1, Score: .5}}},
		{Sentences: []ScoredSentence{{Start: 2, Score: .5}, {Score: .9}}},
	})
	want := []PassageSentence{{1, ScoredSentence{Score: .9}}, {0, ScoredSentence{Start: 1, Score: .5}}, {1, ScoredSentence{Start: 2, Score: .5}}, {0, ScoredSentence{Score: .2}}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
