package check

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"footnote/rag"
	"footnote/rag/text"
)

// Check returns the part of a draft that the passages support, as an answer. It
// is pure and total. Whatever the draft, every Quote of the answer is in its
// article at its offsets, and every sentence has a footnote. A claim is checked
// reasonBelow the passages that it cites, then against the passage that supports it
// best. Claims that no passage supports go to Dropped. If no claim is left, the
// verdict is [rag.Refused].
func Check(d rag.Draft, passages []rag.Passage) rag.Answer {
	a := rag.Answer{Verdict: rag.Answered, Passages: passages, Model: d.Model, Usage: d.Usage, Short: d.Short}
	c := newChecker(passages)
	var s strings.Builder
	told := map[string]bool{} // small models repeat themselves
	for _, claim := range d.Claims {
		cites, against := c.support(claim)
		said := claim.Text
		if len(cites) > 0 {
			said, against = c.quotations(claim.Text, cites)
		}
		if against == "" && told[text.Normalize(said)] {
			against = "it was said before"
		}
		if against != "" {
			a.Dropped = append(a.Dropped, rag.Dropped{Text: claim.Text, Reason: against})
			continue
		}
		told[text.Normalize(said)] = true
		if s.Len() > 0 {
			s.WriteString(claim.Break)
		}
		s.WriteString(claim.Lead + said)
		for _, cite := range cites {
			s.WriteString(" [" + strconv.Itoa(footnoteNumber(&a, cite)) + "]")
		}
	}
	a.Text = s.String()
	if a.Text == "" {
		a.Verdict, a.Reason, a.Short = rag.Refused, "No passage answers the question.", ""
		if len(d.Claims) > 0 {
			a.Reason = "No passage bears out what the model wrote."
		}
	}
	return a
}

// Keeps reports whether [Check] keeps a sentence of a model's draft that cites
// text.
func Keeps(claim, body string) bool {
	p := rag.Passage{Text: body, End: len(body)}
	for _, s := range text.Sentences(body, text.Span{Start: 0, End: len(body)}) {
		p.Sentences = append(p.Sentences, rag.Sentence{Start: s.Start, End: s.End})
	}
	claim, _, _ = text.CutMarks(claim, 0)
	return Check(rag.Draft{Claims: []rag.Claim{{Text: claim, Cites: []rag.Cite{{}}}}}, []rag.Passage{p}).Verdict == rag.Answered
}

// footnoteNumber returns the footnote number of a cite. A cite without a footnote
// gets a new one.
func footnoteNumber(a *rag.Answer, c rag.Cite) int {
	p := a.Passages[c.Passage]
	for _, have := range a.Citations {
		if have.Doc == p.Chunk.Doc && have.Start == c.Start && have.End == c.End {
			return have.N
		}
	}
	a.Citations = append(a.Citations, rag.Citation{
		N: len(a.Citations) + 1, Title: p.Chunk.Title, URL: p.Chunk.URL, Doc: p.Chunk.Doc, Source: p.Source, Published: p.Chunk.Published,
		Quote: p.Text[c.Start-p.Start : c.End-p.Start], Start: c.Start, End: c.End,
	})
	return len(a.Citations)
}

// checker checks claims against passages. It tokenizes a passage when it is
// first needed.
type checker struct {
	passages []rag.Passage
	read     []*passageTokens
}

// passageTokens is a tokenized passage: its title, which may name what the
// sentences leave out, and its sentences.
type passageTokens struct {
	title     sentenceTokens
	sentences []sentenceTokens
}

func newChecker(passages []rag.Passage) *checker {
	return &checker{passages, make([]*passageTokens, len(passages))}
}

// context returns what a run of sentences from i on may leave out: the title
// and, if sentence i has a pronoun, the names before it.
func (p *passageTokens) context(i int) []sentenceTokens {
	if !slices.ContainsFunc(p.sentences[i].all, func(t text.Token) bool { return pronouns[t.Word] }) {
		return []sentenceTokens{p.title}
	}
	named := sentenceTokens{title: true, set: map[string]bool{}}
	for _, s := range p.sentences[:i] {
		for _, t := range s.all {
			if t.Name && !named.set[t.Key] {
				named.all, named.set[t.Key] = append(named.all, t), true
			}
		}
	}
	return []sentenceTokens{p.title, named}
}

var pronouns = text.WordSet("he she it they his her its their him them hers theirs this these")

func (c *checker) passage(i int) *passageTokens {
	if c.read[i] == nil {
		p := c.passages[i]
		head := p.Chunk.Title + "\n" + p.Chunk.Section
		if !p.Chunk.Published.IsZero() { // without the day, whose number would support unrelated claims
			head += "\n" + p.Chunk.Published.UTC().Format("January 2006")
		}
		t := &passageTokens{title: newSentence(head, text.Span{Start: 0, End: len(head)})}
		t.title.title = true
		for _, s := range p.Sentences {
			t.sentences = append(t.sentences, newSentence(p.Text, text.Span{Start: s.Start - p.Start, End: s.End - p.Start}))
		}
		c.read[i] = t
	}
	return c.read[i]
}

// support returns the quotes that support a claim, or the reason why none does.
func (c *checker) support(claim rag.Claim) (good []rag.Cite, against string) {
	want := newClaim(claim.Text)
	want.asked = text.Distinct(text.Tokens(claim.Asked))
	var cited []int
	for _, cite := range claim.Cites {
		if cite.Passage < 0 || cite.Passage >= len(c.passages) {
			continue
		}
		p := c.passages[cite.Passage]
		switch {
		case cite.Start >= cite.End:
			if !slices.Contains(cited, cite.Passage) {
				cited = append(cited, cite.Passage)
			}
		case cite.Start >= p.Start && cite.End <= p.End && text.Verbatim(claim.Text, p.Text[cite.Start-p.Start:cite.End-p.Start]):
			good = append(good, cite)
		}
	}
	if len(want.content) == 0 && len(good) == 0 {
		return nil, "it says nothing that could be checked"
	}
	if len(good) == 0 && strings.HasSuffix(claim.Text, "?") {
		return nil, "it asks and says nothing"
	}
	if len(good) == 0 && c.ground(want, c.every()...).displaced {
		return nil, displacedReason
	}
	for _, i := range cited {
		good = append(good, c.quotes(want, i)...)
	}
	if len(good) == 0 && len(cited) > 1 {
		good = c.quotes(want, cited...)
	}
	if len(good) > 0 {
		return good, ""
	}
	return c.elsewhere(want, cited)
}

// elsewhere returns quotes of the passage that best supports a claim, whether
// or not the claim cites it. If no passage supports it, against is the reason.
func (c *checker) elsewhere(want claimTokens, cited []int) (good []rag.Cite, against string) {
	most := 0.
	nearest, near := -1, -1.
	for i := range c.passages {
		p := c.ground(want, i).Probability()
		if p > near {
			nearest, near = i, p
		}
		if p > most {
			if found := c.quotes(want, i); len(found) > 0 {
				good, most = found, p
			}
		}
	}
	switch {
	case len(good) > 0:
		return good, ""
	case len(cited) > 0:
		against = c.ground(want, cited...).draftReason()
	case nearest >= 0:
		against = c.ground(want, nearest).draftReason()
	default:
		against = "there is no passage"
	}
	return nil, cmp.Or(against, notTogether)
}

// ground compares a claim with the text of several passages together.
func (c *checker) ground(want claimTokens, at ...int) Ground {
	var text []sentenceTokens
	for _, i := range at {
		p := c.passage(i)
		text = append(append(text, p.title), p.sentences...)
	}
	return ground(want, text)
}

// every returns the indices of all passages.
func (c *checker) every() []int {
	all := make([]int, len(c.passages))
	for i := range all {
		all[i] = i
	}
	return all
}

// longestQuote is the maximum number of sentences in a quote.
const longestQuote = 2

// quotes returns the shortest run of whole sentences that supports a claim. Of
// several equally short runs it returns the most probable one. If no run
// supports the whole claim, it returns one run for each clause, or nil if a
// clause has none.
func (c *checker) quotes(want claimTokens, at ...int) []rag.Cite {
	if !c.ground(want, at...).supportsDraft() {
		return nil
	}
	if run, ok := c.run(want, at); ok {
		return []rag.Cite{run}
	}
	parts := want.clauseTexts()
	if len(parts) < 2 {
		return nil
	}
	var all []rag.Cite
	for _, part := range parts {
		run, ok := c.run(newClaim(part), at)
		if !ok {
			return nil
		}
		if !slices.Contains(all, run) {
			all = append(all, run)
		}
	}
	return all
}

// run returns the shortest run of sentences that supports a claim.
func (c *checker) run(want claimTokens, at []int) (shortest rag.Cite, ok bool) {
	for n := 1; n <= longestQuote && !ok; n++ {
		most := 0.
		for _, i := range at {
			p := c.passage(i)
			for j := 0; j+n <= len(p.sentences); j++ {
				run := p.sentences[j : j+n]
				if g := ground(want, append(p.context(j), run...)); g.supportsDraft() && g.Probability() > most {
					shortest, most, ok = c.cite(i, run[0].at.Start, run[n-1].at.End), g.Probability(), true
				}
			}
		}
	}
	return shortest, ok
}

// cite returns a Cite for byte offsets in the text of passage i.
func (c *checker) cite(i, start, end int) rag.Cite {
	p := c.passages[i]
	return rag.Cite{Passage: i, Start: p.Start + start, End: p.Start + end}
}
