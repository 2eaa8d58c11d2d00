package write

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/text"
)

// Quote is a [rag.Writer] without a model. It quotes the sentence with the highest
// score word for word, then those whose score is at least Least. A sentence in a list,
// a table or code brings what it belongs to.
type Quote struct {
	Most  int     // maximum number of sentences; 0: 3
	Least float64 // least score of a further sentence; 0: .3
}

// minScore is the usual least score of a further sentence: only one that is nearly as
// good as the best has it. This command shows what it does:
//
//	go run ./cmd/footnote/internal/fit sentences ../shared/data/squad ../shared/data/clapnq ../shared/data/realtimeqa
const minScore = .3

// Write implements [rag.Writer].
func (w Quote) Write(_ context.Context, q rag.Question, passages []rag.Passage, stream func(string)) (rag.Draft, error) {
	several := question.AsksSeveral(q.Text)
	most, least := cmp.Or(max(w.Most, 0), 3), cmp.Or(w.Least, minScore)
	d := rag.Draft{Model: rag.QuoteModel}
	said := map[string]bool{}
	for _, s := range rag.ByScore(passages) {
		c := choice(s)
		if len(d.Claims) == most || len(d.Claims) > 0 && c.Score < least {
			break
		}
		if len(d.Claims) > 0 && (c.asks(passages) || lacksNumber(q.Text, passages, d.Claims[0].Cites[0], c)) {
			continue
		}
		claim := c.claim(passages[c.Passage], several)
		// Another article may have the same sentence, and a list brings its other items.
		words := text.Normalize(claim.Text)
		if said[words] || c.isIn(d.Claims) {
			continue
		}
		said[words] = true
		if hasLead(claim, d.Claims) { // the names of the columns, or a heading
			if !several && strings.Contains(claim.Text, " | ") {
				continue // another row of the same table
			}
			_, claim.Text, _ = strings.Cut(claim.Text, "\n")
			claim.Cites = claim.Cites[1:]
		}
		if len(d.Claims) > 0 {
			claim.Break = " "
			if isBlock(claim) || isBlock(d.Claims[len(d.Claims)-1]) {
				claim.Break = "\n"
			}
		}
		d.Claims = append(d.Claims, claim)
	}
	if stream != nil {
		for _, c := range d.Claims {
			stream(c.Break + c.Text)
		}
	}
	return d, nil
}

var _ rag.Writer = Quote{}

// choice is a sentence that may be quoted.
type choice rag.PassageSentence

// asks reports whether the sentence is a question, which is no answer by itself.
func (c choice) asks(passages []rag.Passage) bool {
	return text.IsQuestion(passages[c.Passage].SentenceText(c.ScoredSentence))
}

// isIn reports whether a claim quotes the sentence.
func (c choice) isIn(claims []rag.Claim) bool {
	return slices.ContainsFunc(claims, func(have rag.Claim) bool {
		return slices.ContainsFunc(have.Cites, func(x rag.Cite) bool {
			return x.Passage == c.Passage && x.Start <= c.Start && c.End <= x.End
		})
	})
}

// lacksNumber reports whether the question has a number or a code, such as "week 57" or
// E1042, that the first quote or what stands above it has, but a further sentence has not.
// Then the sentence is about another thing of the kind.
func lacksNumber(asked string, passages []rag.Passage, first rag.Cite, further choice) bool {
	has := func(i int, at text.Span) map[string]bool {
		p := passages[i]
		s := p.Chunk.Title + "\n" + p.Chunk.Section + "\n" + p.Of(at.Start, at.End)
		return text.KeySet(s, text.Tokens(s))
	}
	var inFirst, inFurther map[string]bool
	for _, t := range text.Tokens(asked) {
		if !strings.ContainsFunc(t.Raw, unicode.IsDigit) {
			continue
		}
		if inFirst == nil {
			inFirst = has(first.Passage, text.Span{Start: first.Start, End: first.End})
			inFurther = has(further.Passage, text.Span{Start: further.Start, End: further.End})
		}
		if inFirst[t.Key] && !inFurther[t.Key] {
			return true
		}
	}
	return false
}

// hasLead reports whether one of the claims begins with the same line as a further one
// of several lines.
func hasLead(claim rag.Claim, before []rag.Claim) bool {
	return len(claim.Cites) > 1 && slices.ContainsFunc(before, func(c rag.Claim) bool { return len(c.Cites) > 1 && c.Cites[0] == claim.Cites[0] })
}

// isBlock reports whether a claim has lines of its own.
func isBlock(c rag.Claim) bool { return strings.Contains(c.Text, "\n") || c.Code > 0 }

// claim quotes the sentence of p with what it belongs to.
func (c choice) claim(p rag.Passage, several bool) rag.Claim {
	at := text.Span{Start: c.Start - p.Start, End: c.End - p.Start}
	b := text.BlockAt(p.Text, at.Start)
	if b.Kind == text.NoBlock {
		return rag.Claim{Text: strings.Join(strings.Fields(at.Of(p.Text)), " "), Cites: []rag.Cite{c.cite(p, at)}}
	}
	if b.Kind == text.Table && b.Lines[0].Start == 0 && p.Columns != "" {
		return rag.Claim{
			Text:  p.Columns + "\n" + strings.TrimSpace(at.Of(p.Text)),
			Cites: []rag.Cite{{Passage: c.Passage, Start: p.ColumnsAt, End: p.ColumnsAt + len(p.Columns)}, c.cite(p, at)},
		}
	}
	var claim rag.Claim
	for _, part := range partsOf(p, b, at, several) {
		s := blankLines.ReplaceAllString(strings.TrimSpace(part.Of(p.Text)), "\n")
		if b.Kind == text.Code && part != b.Lead {
			s = dedent(p.Text, part)
			claim.Code = len(s)
		}
		if claim.Text != "" {
			claim.Text += "\n"
		}
		claim.Text += s
		claim.Cites = append(claim.Cites, c.cite(p, part))
	}
	return claim
}

// blankLines matches the end of a line with the blank lines after it.
var blankLines = regexp.MustCompile(`\n(?:[ \t]*\n)+`)

func (c choice) cite(p rag.Passage, at text.Span) rag.Cite {
	return rag.Cite{Passage: c.Passage, Start: p.Start + at.Start, End: p.Start + at.End}
}

// maxBlock is the most bytes of a block that is quoted whole.
const maxBlock = 1200

// partsOf returns the parts of a block to quote for the sentence at a span: all of
// steps, of code and of a list that is introduced or asked for; otherwise the item
// with the heading above, or the row with the first one, which names the columns.
func partsOf(p rag.Passage, b text.Block, at text.Span, several bool) []text.Span {
	whole := b.Span()
	lead := b.Lead
	introduced := strings.HasSuffix(lead.Of(p.Text), ":") || text.EndsSentence(lead.Of(p.Text))
	if !introduced && lead.Of(p.Text) == p.Chunk.Title {
		lead = text.Span{}
		whole.Start = b.Lines[0].Start
	}
	fits := whole.End-whole.Start <= maxBlock
	i := slices.IndexFunc(b.Lines, func(l text.Span) bool { return l.Start <= at.Start && at.Start < l.End })
	switch {
	case fits && b.Kind == text.Code && lead.Start < lead.End:
		return []text.Span{lead, {Start: b.Lines[0].Start, End: whole.End}}
	case fits && (b.Kind == text.Code || b.Kind == text.Steps || b.Kind == text.List && (introduced || several || i < 0) || b.Kind == text.Table && i <= 0):
		return []text.Span{whole}
	case i < 0:
		return []text.Span{at}
	case b.Kind == text.List && lead.Start == lead.End:
		return []text.Span{text.WithoutMark(p.Text, b.Lines[i])}
	case b.Kind == text.Table && i > 0:
		return []text.Span{b.Lines[0], b.Lines[i]}
	case lead.Start < lead.End:
		return []text.Span{lead, b.Lines[i]}
	}
	return []text.Span{b.Lines[i]}
}

// dedent returns lines of code without the four spaces before each.
func dedent(s string, at text.Span) string {
	var lines []string
	for line := range strings.Lines(at.Of(s)) {
		line = strings.TrimPrefix(strings.TrimPrefix(strings.TrimRight(line, "\r\n"), "    "), "\t")
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
