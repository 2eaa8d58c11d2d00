package retrieve

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/ragtest"
)

// firstWord is a reader that finds the first letter of each sentence. Its log
// odds are 1 for the first passage that it reads, 2 for the second and so on.
type firstWord struct {
	read *[]rag.Passage
	err  error
}

func (r firstWord) Read(_ context.Context, _ string, passages []rag.Passage) ([]rag.Reading, error) {
	*r.read = passages
	all := make([]rag.Reading, len(passages))
	for i, p := range passages {
		all[i] = rag.Reading{Answers: float64(i + 1), Spans: make([]rag.Span, len(p.Sentences))}
		for j, s := range p.Sentences {
			all[i].Spans[j] = rag.Span{Start: s.Start, End: s.Start + 1, Score: float64(-j)}
		}
	}
	return all, r.err
}

func TestScoreByReading(t *testing.T) {
	t.Parallel()
	q := Query{Reading: question.Read(rag.Question{Text: "Where does the ferry sail?"})}
	var err error
	if q.vector, err = (ragtest.Embedder{}).EmbedQuery(t.Context(), q.Text); err != nil {
		t.Fatal(err)
	}
	var passages []rag.Passage
	for n := range maxRead + 2 {
		passages = append(passages, ragtest.Passage(fmt.Sprint("article-", n), "Ferry", fmt.Sprintf("Line %d sails to the island. Dogs travel free.", n)))
	}
	passages[1] = ragtest.Passage("faehre", "Fähre", "Die Fähre fährt am Mittag zu der Insel, und der Bürgermeister hat die neue Brücke über den Fluss eröffnet.")
	var read []rag.Passage
	e, err := ScoreSentences(t.Context(), ragtest.Embedder{}, firstWord{read: &read}, q, passages)
	if err != nil {
		t.Fatal(err)
	}
	if len(read) != maxRead || read[1].Chunk.Doc != "article-2" {
		t.Errorf("%d passages are read, the second of %s; want %d, all in English", len(read), read[1].Chunk.Doc, maxRead)
	}
	if !e.Read || e.Answers != maxRead || e.Span != 0 {
		t.Errorf("evidence %+v, want that of the first sentence of the last passage that is read", e)
	}
	sum := 0.
	for i, p := range passages {
		for j, s := range p.Sentences {
			sum += s.Score
			isRead := i != 1 && i <= maxRead
			if (s.Score > 0) != isRead || (s.Answer != rag.Span{}) != isRead {
				t.Errorf("passage %d, sentence %d: score %v, answer %+v", i, j, s.Score, s.Answer)
			}
		}
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("the scores add up to %v, want 1", sum)
	}
	long := ragtest.Passage("long", "Ferry", strings.Repeat("The ferry sails. ", maxReadBytes/10))
	if _, err := ScoreSentences(t.Context(), ragtest.Embedder{}, firstWord{read: &read}, q, []rag.Passage{long, passages[0]}); err != nil || len(read) != 1 {
		t.Errorf("a passage of %d bytes and another: %d are read, error %v; want 1", len(long.Text), len(read), err)
	}
	broken := errors.New("broken")
	if _, err := ScoreSentences(t.Context(), ragtest.Embedder{}, firstWord{&read, broken}, q, passages); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
	if e, err := ScoreSentences(t.Context(), ragtest.Embedder{}, firstWord{&read, broken}, q, passages[1:2]); err != nil || e.Read {
		t.Errorf("only German passages: %+v, %v; want evidence by vectors", e, err)
	}
	if e, err := ScoreSentences(t.Context(), ragtest.Embedder{}, firstWord{read: &read}, q, nil); err != nil || e != (Evidence{}) {
		t.Errorf("no passages: %+v, %v", e, err)
	}
}
