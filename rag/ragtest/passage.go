package ragtest

import (
	"footnote/rag"
	"footnote/rag/text"
)

// Passage returns a passage that is the whole text of article doc, cut into its
// sentences. The sentences have no scores.
func Passage(doc, title, body string) rag.Passage {
	p := rag.Passage{Chunk: rag.Chunk{Doc: doc, Title: title}, Text: body, End: len(body)}
	for _, s := range text.Sentences(body, text.Span{End: len(body)}) {
		p.Sentences = append(p.Sentences, rag.ScoredSentence{Start: s.Start, End: s.End})
	}
	return p
}
