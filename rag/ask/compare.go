package ask

import (
	"context"
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/text"
)

// compare answers a question about which of two things has more of something, without
// a model: it finds the number of each, and compares them. ok is false if the question
// is another one, or if the articles do not state both numbers in units that can be
// compared.
func (a Answerer) compare(ctx context.Context, r question.Reading, t *rag.Timings) (out rag.Answer, ok bool, err error) {
	if _, writes := a.Writer.(rag.Rephraser); writes || r.Comparison == nil {
		return rag.Answer{}, false, nil
	}
	c := *r.Comparison
	out = rag.Answer{Searched: r.Text, Verdict: rag.Answered, Confidence: 1, Model: "comparison"}
	var values [2]text.Figure
	for i, thing := range c.Things {
		f, err := a.find(ctx, r.Rephrased(c.Values[i]), t)
		if err != nil {
			return rag.Answer{}, false, err
		}
		value, p, s, found := valueOf(thing, f)
		if !found {
			return rag.Answer{}, false, nil
		}
		values[i] = value
		out.Confidence = min(out.Confidence, f.confidence)
		out.Passages = append(out.Passages, f.passages...)
		out.Citations = append(out.Citations, p.Citation(i+1, s.Start, s.End, r.Question))
		out.Sentences = append(out.Sentences, rag.Sentence{Text: thing + ": " + value.Raw, Citations: []int{i + 1}, Support: rag.Supported})
	}
	order, ok := values[0].Compare(values[1])
	if !ok {
		return rag.Answer{}, false, nil
	}
	if c.Less {
		order = -order
	}
	switch {
	case c.Whether:
		out.Short = map[bool]string{true: "Yes", false: "No"}[order > 0]
		out.Sentences[0].Text = out.Short + ", " + out.Sentences[0].Text
	case order < 0:
		slices.Reverse(out.Sentences)
		slices.Reverse(out.Citations)
		for i := range out.Citations {
			out.Citations[i].N, out.Sentences[i].Citations = i+1, []int{i + 1}
		}
		fallthrough
	case order > 0:
		out.Short, _, _ = strings.Cut(out.Sentences[0].Text, ":")
	}
	out.Sentences[1].Break = "\n"
	out.Timings = *t
	return out, true, ctx.Err()
}

// maxValues is the number of sentences in which valueOf looks for a number.
const maxValues = 3

// valueOf returns the number that answers the question for the value of a thing, and
// the sentence that states it. The sentence, or the heading or title above it, names
// the thing. found is false unless the question is answered, by a number.
func valueOf(thing string, f findings) (value text.Figure, p rag.Passage, s rag.ScoredSentence, found bool) {
	if f.verdict != rag.Answered {
		return
	}
	all := rag.ByScore(f.passages)
	named := text.StemSet(strings.Join(text.ContentWords(thing), " "))
	for _, x := range all[:min(len(all), maxValues)] {
		of := f.passages[x.Passage]
		figures := text.Figures(of.AnswerText(x.ScoredSentence))
		about := text.StemSet(of.SentenceText(x.ScoredSentence), of.Chunk.Title, of.Chunk.Section)
		if len(figures) == 1 && figures[0].Kind == text.FigureNumber && len(named) > 0 && common(named, about) == len(named) {
			return figures[0], of, x.ScoredSentence, true
		}
	}
	return
}
