package ask

import (
	"cmp"
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/text"
)

// summary returns a whole article as one passage, in which at most three
// sentences have a score: the first, and the two with the most frequent words
// of the article. It uses SumBasic's average word probability (Nenkova and
// Vanderwende 2005). Headings have no score, and captions and lists count a
// quarter. Earlier sentences get higher scores, so that the summary keeps the
// order of the text, and all three are high enough to be quoted.
func summary(d rag.Document) rag.Passage {
	p := rag.Passage{
		Chunk:  rag.Chunk{ID: d.ID, Doc: d.ID, Title: d.Title, URL: d.URL, Text: d.Text, End: len(d.Text), Published: d.Published},
		Source: d.Source, Text: d.Text, End: len(d.Text), Score: 1,
	}
	uses := map[string]int{}
	for _, w := range text.ContentWords(d.Text) {
		uses[text.Stem(w)]++
	}
	type weighed struct {
		at     int
		weight float64
	}
	var all []weighed
	for _, s := range text.Sentences(d.Text, text.Span{Start: 0, End: len(d.Text)}) {
		body := s.Of(d.Text)
		set := text.StemSet(body)
		if strings.HasPrefix(body, "#") || len(set) == 0 {
			continue
		}
		w := weighed{at: len(p.Sentences)}
		for st := range set {
			w.weight += float64(uses[st]) / float64(len(set))
		}
		if n := len(text.Words(body)); n < 6 || n > 60 || !text.EndsSentence(body) { // a caption, or a list
			w.weight /= 4
		}
		p.Sentences = append(p.Sentences, rag.ScoredSentence{Start: s.Start, End: s.End})
		all = append(all, w)
	}
	if len(all) > 1 {
		slices.SortStableFunc(all[1:], func(a, b weighed) int { return cmp.Compare(b.weight, a.weight) })
	}
	all = all[:min(3, len(all))]
	slices.SortFunc(all, func(a, b weighed) int { return cmp.Compare(a.at, b.at) })
	for i, w := range all {
		p.Sentences[w.at].Score = 1 / float64(1+i)
	}
	return p
}
