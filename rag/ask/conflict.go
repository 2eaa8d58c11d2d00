package ask

import (
	"regexp"
	"slices"
	"time"

	"footnote/rag"
	"footnote/rag/check"
	"footnote/rag/question"
	"footnote/rag/text"
)

// newerFirst reorders a draft if one of its first three sentences is from an
// article that another article, older or newer, contradicts. The newer
// statement comes first, and the older follows with its date. newerFirst
// changes only the first such sentence. If the question asks about a past time, the
// answer is what was true at that time. Of a question about the time before or after a
// date, only quotes of articles from that time stay, if there are any.
func newerFirst(q question.Reading, d rag.Draft, passages []rag.Passage) rag.Draft {
	if !q.Now && slices.ContainsFunc(passages, ofPeriod) {
		if q.Period != nil && q.Period.Fades {
			return inPeriod(d, passages)
		}
		return d
	}
	for i := range min(len(d.Claims), 3) {
		have, ok := sourceOf(q, d, i, passages)
		if !ok {
			continue
		}
		other, ok := contradiction(q, have, passages)
		if !ok {
			continue
		}
		claims := slices.Clone(d.Claims)
		said := rag.Claim{Text: other.text, Break: " ", Cites: []rag.Cite{other.cite}}
		if have.published.After(other.published) {
			said.Kind = rag.OlderStatement
			claims = slices.DeleteFunc(claims, func(c rag.Claim) bool { return text.EqualIgnoringSpace(c.Text, said.Text) })
			d.Claims = slices.Insert(claims, i+1, said)
			return d
		}
		said.Break = claims[i].Break
		claims[i].Kind, claims[i].Break = rag.OlderStatement, " "
		older := claims[i]
		claims = slices.DeleteFunc(claims, func(c rag.Claim) bool { return text.EqualIgnoringSpace(c.Text, said.Text) })
		d.Claims = slices.Insert(claims, slices.IndexFunc(claims, func(c rag.Claim) bool { return c.Text == older.Text }), said)
		return d
	}
	return d
}

// ofPeriod reports whether a passage is of the time that the question asks about.
func ofPeriod(p rag.Passage) bool { return len(p.Chunks) > 0 && p.Chunks[0].Timely > 0 }

// inPeriod returns the quotes of a draft that are of articles from the time that the
// question asks about. It returns the draft unchanged if there are none.
func inPeriod(d rag.Draft, passages []rag.Passage) rag.Draft {
	other := func(c rag.Claim) bool { return !isQuote(c) || !ofPeriod(passages[c.Cites[0].Passage]) }
	if in := slices.DeleteFunc(slices.Clone(d.Claims), other); len(in) > 0 {
		d.Claims = in
		d.Claims[0].Break = ""
	}
	return d
}

// statement is a sentence of a dated article.
type statement struct {
	text      string
	answer    string // the words of it that answer the question by themselves
	cite      rag.Cite
	published time.Time
}

// sourceOf returns the sentence of an article that supports claim i of a draft.
// It returns false if no dated article supports it.
func sourceOf(q question.Reading, d rag.Draft, i int, passages []rag.Passage) (statement, bool) {
	for _, x := range check.EvidenceOf(q, d.Claims[i], passages) {
		p := passages[x.Passage]
		if !p.Chunk.Published.IsZero() {
			return statement{p.Of(x.Start, x.End), shortAnswer([]rag.Cite{x}, passages), x, p.Chunk.Published}, true
		}
	}
	return statement{}, false
}

// contradiction returns a sentence that contradicts have and is from another
// article, published on another day. It returns the one with the highest score,
// where the score of a newer sentence counts twice. It returns false if there
// is none.
func contradiction(q question.Reading, have statement, passages []rag.Passage) (statement, bool) {
	if !hasNamesOf(q.Tokens, passages[have.cite.Passage]) {
		return statement{}, false
	}
	var found statement
	best := 0.
	for i, p := range passages {
		at := p.Chunk.Published
		if at.IsZero() || p.Chunk.Doc == passages[have.cite.Passage].Chunk.Doc || rag.FormatDate(at) == rag.FormatDate(have.published) || !hasNamesOf(q.Tokens, p) || differentEvents(q, at, have.published) {
			continue
		}
		for _, s := range p.Sentences {
			score := s.Score
			if at.After(have.published) {
				score *= 2
			}
			if score <= best {
				continue
			}
			if other := (statement{p.SentenceText(s), shortOf(p, s), rag.Cite{Passage: i, Start: s.Start, End: s.End}, at}); disagree(q, have, other) {
				found, best = other, score
			}
		}
	}
	return found, best > 0
}

// hasNamesOf reports whether a passage has every name of the question, in its
// text, title or section heading.
func hasNamesOf(asked []text.Token, p rag.Passage) bool {
	head := p.Chunk.Title + "\n" + p.Chunk.Section + "\n" + p.Text
	has := text.KeySet(head, text.Tokens(head))
	return !slices.ContainsFunc(asked, func(t text.Token) bool { return t.Name && !has[t.Key] })
}

// differentEvents reports whether two articles, published at a and b, report
// different events. They do if the question asks for a detail of an event and
// more than maxSameEvent lies between them.
func differentEvents(q question.Reading, a, b time.Time) bool {
	switch q.Kind {
	case question.Person, question.Place, question.Name, question.Time:
		return !asksForState.MatchString(q.Text) && a.Sub(b).Abs() > maxSameEvent
	}
	return false
}

// maxSameEvent is the longest time between two articles that report the same
// event.
const maxSameEvent = 31 * 24 * time.Hour

// asksForState matches a question about a lasting state, not about an event.
var asksForState = regexp.MustCompile(`(?i)\b(?:is|are|has|have|does|do|can|will)\b`)

// disagree reports whether two sentences give different answers to the question
// and otherwise say the same, or say the same with a negation in only one of
// them.
func disagree(q question.Reading, one, other statement) bool {
	allA, allB := text.Tokens(one.text), text.Tokens(other.text)
	ofA, ofB := text.Distinct(allA), text.Distinct(allB)
	setA, setB := text.KeySet(one.text, allA), text.KeySet(other.text, allB)
	inA := func(k string) bool { return setA[k] }
	inB := func(k string) bool { return setB[k] }
	if text.Coverage(ofA, inB) >= text.SameTopicCoverage && text.Coverage(ofB, inA) >= text.SameTopicCoverage && text.Contradicts(allA, allB) {
		return true
	}
	if k := q.Kind; k == question.Anything || k == question.Reason || k == question.Saying || asksForSome.MatchString(q.Text) {
		return false
	}
	shortA, shortB := text.Distinct(text.Tokens(one.answer)), text.Distinct(text.Tokens(other.answer))
	if allIn(shortA, inB) || allIn(shortB, inA) {
		return false
	}
	about := text.Distinct(q.Tokens)
	if !countsThing(q, allA) || !countsThing(q, allB) || min(text.Coverage(about, inA), text.Coverage(about, inB)) < minAboutQuestion {
		return false
	}
	restA, restB := without(ofA, shortA), without(ofB, shortB)
	a, b := text.Coverage(restA, inB), text.Coverage(restB, inA)
	same := max(a, b) >= minSame && min(a, b) >= minShared && len(without(restA, without(restA, restB))) >= 2
	whole := asksForOne.MatchString(q.Text) && min(text.Coverage(about, inA), text.Coverage(about, inB)) >= minWholeQuestion
	if !same && !whole {
		return false
	}
	// Each has a name or a number that the other lacks: they are about
	// different things.
	if hasOtherFact(restA, inB) && hasOtherFact(restB, inA) {
		return false
	}
	return slices.ContainsFunc(q.Tokens, func(t text.Token) bool { return t.Content && setA[t.Key] && setB[t.Key] })
}

// minSame is the least share of one of two sentences, without their answers,
// that the other must cover for both to be about the same thing.
const minSame = .6

// minAboutQuestion is the least share of the question that each of two
// sentences must cover to be about the same thing. minShared is the least share
// that each must cover of the other. It is low because the rest of a long
// sentence may be about something else.
const (
	minAboutQuestion = .5
	minShared        = .3
)

// asksForOne matches a question about something of which there is one at a
// time. If two sentences cover minWholeQuestion of such a question, they may
// disagree whatever else they say: "The mayor of Hull is Mary Lowe, a former
// captain."
var asksForOne = regexp.MustCompile(`(?i)\bis (?:now |currently )?(?:the|its|their|\p{L}+['’]s|\p{L}+ of)\b`)

// asksForSome matches a question that several answers may be true of: "Who is a
// member of the band?"
var asksForSome = regexp.MustCompile(`(?i)\b(?:is|are|was|were) (?:also )?(?:an?|one of|among|in|on|at)\b`)

// minWholeQuestion is the least share of the question that two sentences must
// cover to be about the one thing that it asks for.
const minWholeQuestion = .95

// countsThing reports whether a sentence counts the thing that a "how many"
// question asks about: a number stands at most five words before it. It returns
// true for other questions.
func countsThing(q question.Reading, s []text.Token) bool {
	if q.Counted == "" {
		return true
	}
	thing := text.Stem(q.Counted)
	for i, t := range s {
		if t.Key == thing && slices.ContainsFunc(s[max(0, i-5):i], func(n text.Token) bool { return n.Number }) {
			return true
		}
	}
	return false
}

// without returns the tokens whose keys are not among those of others.
func without(tokens, others []text.Token) []text.Token {
	return slices.DeleteFunc(slices.Clone(tokens), func(t text.Token) bool {
		return slices.ContainsFunc(others, func(o text.Token) bool { return o.Key == t.Key })
	})
}

// allIn reports whether has is true for the keys of all tokens.
func allIn(tokens []text.Token, has func(string) bool) bool {
	return !slices.ContainsFunc(tokens, func(t text.Token) bool { return !has(t.Key) })
}

// hasOtherFact reports whether one of the tokens is a name or a number for
// whose key has is false. Days of the week do not count, because they only say
// when something was reported.
func hasOtherFact(tokens []text.Token, has func(string) bool) bool {
	return slices.ContainsFunc(tokens, func(t text.Token) bool { return (t.Name || t.Number) && !has(t.Key) && !weekdays[t.Word] })
}

// weekdays are the days that a report names to say when something happened.
var weekdays = text.WordSet("monday tuesday wednesday thursday friday saturday sunday today yesterday")
