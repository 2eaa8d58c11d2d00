package rag

import (
	"slices"
	"strconv"
	"strings"
)

// Check turns a draft into an answer that says only what the passages bear. It
// is pure and total: whatever the draft, every Quote of the answer is in its
// article at its offsets, and every sentence has a footnote. A claim stands on
// the passages it cites, or else on the one that bears it best; a claim that
// none bears is dropped, and an answer of which nothing is left is a refusal.
func Check(d Draft, passages []Passage) Answer {
	a := Answer{Verdict: Answered, Passages: passages, Model: d.Model, Usage: d.Usage, Short: d.Short}
	c := newChecker(passages)
	var text strings.Builder
	told := map[string]bool{} // small models say the same again and again
	for _, claim := range d.Claims {
		cites, against := c.support(claim)
		said := claim.Text
		if len(cites) > 0 {
			said, against = c.quotations(claim.Text, cites)
		}
		if against == "" && told[Normalize(said)] {
			against = "it was said before"
		}
		if against != "" {
			a.Dropped = append(a.Dropped, Dropped{claim.Text, against})
			continue
		}
		told[Normalize(said)] = true
		if text.Len() > 0 {
			text.WriteString(claim.Break)
		}
		text.WriteString(claim.Lead + said)
		for _, cite := range cites {
			text.WriteString(" [" + strconv.Itoa(a.number(cite)) + "]")
		}
	}
	a.Text = text.String()
	if a.Text == "" {
		a.Verdict, a.Reason, a.Short = Refused, "No passage answers the question.", ""
		if len(d.Claims) > 0 {
			a.Reason = "No passage bears out what the model wrote."
		}
	}
	return a
}

// number gives the footnote of a cite, a new one if it was not cited before.
func (a *Answer) number(c Cite) int {
	p := a.Passages[c.Passage]
	for _, have := range a.Citations {
		if have.Doc == p.Chunk.Doc && have.Start == c.Start && have.End == c.End {
			return have.N
		}
	}
	a.Citations = append(a.Citations, Citation{
		N: len(a.Citations) + 1, Title: p.Chunk.Title, URL: p.Chunk.URL, Doc: p.Chunk.Doc, Source: p.Source, Published: p.Chunk.Published,
		Quote: p.Text[c.Start-p.Start : c.End-p.Start], Start: c.Start, End: c.End,
	})
	return len(a.Citations)
}

// checker holds claims against passages, whose words are read when they are
// first needed.
type checker struct {
	passages []Passage
	read     []*passageTokens
}

// passageTokens is a passage as claims are held against it: its title, which
// names what the sentences may not, and the sentences.
type passageTokens struct {
	title     sentenceTokens
	sentences []sentenceTokens
}

func newChecker(passages []Passage) *checker {
	return &checker{passages, make([]*passageTokens, len(passages))}
}

func (c *checker) passage(i int) *passageTokens {
	if c.read[i] == nil {
		p := c.passages[i]
		head := p.Chunk.Title + "\n" + p.Chunk.Section
		if !p.Chunk.Published.IsZero() { // without the day: any number of 1 to 31 would be borne out
			head += "\n" + p.Chunk.Published.UTC().Format("January 2006")
		}
		t := &passageTokens{title: newSentence(head, span{0, len(head)})}
		t.title.title = true
		for _, s := range p.Sentences {
			t.sentences = append(t.sentences, newSentence(p.Text, span{s.Start - p.Start, s.End - p.Start}))
		}
		c.read[i] = t
	}
	return c.read[i]
}

// support returns where a claim is borne out, or why it is not.
func (c *checker) support(claim Claim) (good []Cite, against string) {
	want := newClaim(claim.Text)
	want.asked = once(tokens(claim.Asked))
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
		case cite.Start >= p.Start && cite.End <= p.End && verbatim(claim.Text, p.Text[cite.Start-p.Start:cite.End-p.Start]):
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
		if c.ground(want, i).Stands() {
			good = append(good, c.quotes(want, i)...)
		}
	}
	if len(good) == 0 && len(cited) > 1 && c.ground(want, cited...).Stands() {
		good = c.quotes(want, cited...)
	}
	if len(good) > 0 {
		return good, ""
	}
	if good, against = c.elsewhere(want, cited); len(good) == 0 && against == "" {
		against = "only a title says so"
	}
	return good, against
}

// elsewhere finds the passage that best bears a claim which those it cites do
// not.
func (c *checker) elsewhere(want claimTokens, cited []int) (good []Cite, against string) {
	at, most := -1, 0.
	nearest, near := -1, -1.
	for i := range c.passages {
		g := c.ground(want, i)
		p := g.Probability()
		if p > near {
			nearest, near = i, p
		}
		if p > most && g.Stands() {
			at, most = i, p
		}
	}
	switch {
	case at >= 0:
		return c.quotes(want, at), ""
	case len(cited) > 0:
		return nil, c.ground(want, cited...).againstModel()
	case nearest >= 0:
		return nil, c.ground(want, nearest).againstModel()
	}
	return nil, "there is no passage"
}

// ground holds a claim against passages together.
func (c *checker) ground(want claimTokens, at ...int) Ground {
	var text []sentenceTokens
	for _, i := range at {
		p := c.passage(i)
		text = append(append(text, p.title), p.sentences...)
	}
	return ground(want, text)
}

// every gives all the passages.
func (c *checker) every() []int {
	all := make([]int, len(c.passages))
	for i := range all {
		all[i] = i
	}
	return all
}

// longestQuote is the most sentences that are quoted in one run.
const longestQuote = 4

// quotes gives the shortest run of whole sentences of the passages that bears
// a claim, of several equally short the one that bears it best. If none of
// longestQuote sentences does, it gives each of the sentences that bear it
// together.
func (c *checker) quotes(want claimTokens, at ...int) []Cite {
	for n := 1; n <= longestQuote; n++ {
		var shortest Cite
		most := 0.
		for _, i := range at {
			p := c.passage(i)
			for j := 0; j+n <= len(p.sentences); j++ {
				run := p.sentences[j : j+n]
				if g := ground(want, append([]sentenceTokens{p.title}, run...)); g.Stands() && g.Probability() > most {
					shortest, most = c.cite(i, run[0].at.start, run[n-1].at.end), g.Probability()
				}
			}
		}
		if most > 0 {
			return []Cite{shortest}
		}
	}
	var all []sentenceTokens
	var from []int
	for _, i := range at {
		for _, s := range c.passage(i).sentences {
			all, from = append(all, s), append(from, i)
		}
	}
	chosen, _ := best(want.content, all, longestQuote)
	var cites []Cite
	for _, k := range chosen {
		cites = append(cites, c.cite(from[k], all[k].at.start, all[k].at.end))
	}
	return cites
}

// cite makes a Cite of offsets in a passage's text.
func (c *checker) cite(i, start, end int) Cite {
	p := c.passages[i]
	return Cite{i, p.Start + start, p.Start + end}
}

// verbatim reports whether two texts are the same but for white space.
func verbatim(a, b string) bool { return slices.Equal(strings.Fields(a), strings.Fields(b)) }
