package rag

import (
	"regexp"
	"slices"
	"time"
)

// newerFirst puts right a draft of which a sentence rests on one article while
// another, older or newer, says otherwise: the newer comes first, and what the
// older said after it, with its date. It does so once, for the first sentence
// that is at odds with another. A question about a time has its answer from then.
//
// How often it is wrong: of the 249 questions of
//
//	footnote eval --answers --json ../shared/data/realtimeqa
//
// it told an older article in 5, of which by hand 1 disagreed about what was
// asked; of 40 among the 87 told for 864 questions made of the same articles'
// sentences, 4 did. Of those 92 pairs today's rule leaves 7, and 3 disagree.
func newerFirst(q Question, d Draft, passages []Passage) Draft {
	if !q.aboutNow() && slices.ContainsFunc(passages, func(p Passage) bool { return len(p.chunks) > 0 && p.chunks[0].Timely > 0 }) {
		return d
	}
	for i := range min(len(d.Claims), 3) {
		have, ok := restsOn(d, i, passages)
		if !ok {
			continue
		}
		other, ok := saidOtherwise(q.Text, have, passages)
		if !ok {
			continue
		}
		claims := slices.Clone(d.Claims)
		said := Claim{Text: other.text, Break: " ", Cites: []Cite{other.cite}}
		if have.published.After(other.published) {
			said.Lead = olderSaid(other.published)
			claims = slices.DeleteFunc(claims, func(c Claim) bool { return verbatim(c.Text, said.Text) })
			d.Claims = slices.Insert(claims, i+1, said)
			return d
		}
		said.Break = claims[i].Break
		claims[i].Lead, claims[i].Break = olderSaid(have.published), " "
		older := claims[i]
		claims = slices.DeleteFunc(claims, func(c Claim) bool { return verbatim(c.Text, said.Text) })
		d.Claims = slices.Insert(claims, slices.IndexFunc(claims, func(c Claim) bool { return c.Text == older.Text }), said)
		if i == 0 {
			d.Short = Short(q.Text, said.Text)
		}
		return d
	}
	return d
}

func olderSaid(published time.Time) string {
	return "An older article, of " + day(published) + ", said: "
}

// statement is a sentence of a dated article.
type statement struct {
	text      string
	cite      Cite
	published time.Time
}

// restsOn gives the sentence that a claim of a draft rests on.
func restsOn(d Draft, i int, passages []Passage) (statement, bool) {
	d.Claims = d.Claims[i : i+1]
	for _, c := range Check(d, passages).Citations {
		for j, p := range passages {
			if p.Chunk.Doc == c.Doc && p.Start <= c.Start && c.End <= p.End && !c.Published.IsZero() {
				return statement{c.Quote, Cite{j, c.Start, c.End}, c.Published}, true
			}
		}
	}
	return statement{}, false
}

// saidOtherwise finds the sentence of another article, published on another day, that
// says otherwise: of several the one that answers best, a newer before an older.
func saidOtherwise(question string, have statement, passages []Passage) (statement, bool) {
	asked := tokens(question)
	if !speaksOf(asked, passages[have.cite.Passage]) {
		return statement{}, false
	}
	var found statement
	best := 0.
	for i, p := range passages {
		at := p.Chunk.Published
		if at.IsZero() || p.Chunk.Doc == passages[have.cite.Passage].Chunk.Doc || day(at) == day(have.published) || !speaksOf(asked, p) || distinct(question, at, have.published) {
			continue
		}
		for _, s := range p.Sentences {
			score := s.Score
			if at.After(have.published) {
				score *= 2
			}
			if score > best && disagree(question, asked, have.text, p.text(s)) {
				found, best = statement{p.text(s), Cite{i, s.Start, s.End}, at}, score
			}
		}
	}
	return found, best > 0
}

// speaksOf reports whether a passage has every name of the question, in its
// text or its title.
func speaksOf(asked []token, p Passage) bool {
	head := p.Chunk.Title + "\n" + p.Chunk.Section + "\n" + p.Text
	has := keySet(head, tokens(head))
	return !slices.ContainsFunc(asked, func(t token) bool { return t.name && !has[t.key] })
}

// oneSaying is how much of the shorter of two sentences, but for what answers,
// the other must say for both to be about one thing.
const oneSaying = .6

// oneThing is how much of the question each of two sentences must say, and how
// much of either the other, for both to measure one thing. The rest of a long
// sentence may be about something else.
const (
	oneThing = .5
	shared   = .3
)

// theOne asks for what there is one of at a time; allAsked is how much of such a
// question two sentences must say to be at odds whatever else they say: "The
// mayor of Hull is Mary Lowe, a former captain."
var theOne = regexp.MustCompile(`(?i)\bis (?:now |currently )?(?:the|its|their|\p{L}+['’]s|\p{L}+ of)\b`)

const allAsked = .95

// disagree reports whether two sentences say the same but for what answers the
// question, or the same and one of them not.
func disagree(question string, asked []token, one, other string) bool {
	allA, allB := tokens(one), tokens(other)
	ofA, ofB := once(allA), once(allB)
	setA, setB := keySet(one, allA), keySet(other, allB)
	inA := func(k string) bool { return setA[k] }
	inB := func(k string) bool { return setB[k] }
	if cover(ofA, inB) >= alike && cover(ofB, inA) >= alike && contradicts(allA, allB) {
		return true
	}
	if k := kindOf(question); k == anything || k == aReason || k == aSaying {
		return false
	}
	shortA, shortB := once(tokens(Short(question, one))), once(tokens(Short(question, other)))
	if all(shortA, inB) || all(shortB, inA) {
		return false
	}
	about := once(asked)
	if !counts(question, allA) || !counts(question, allB) || min(cover(about, inA), cover(about, inB)) < oneThing {
		return false
	}
	restA, restB := leaving(ofA, shortA), leaving(ofB, shortB)
	a, b := cover(restA, inB), cover(restB, inA)
	same := max(a, b) >= oneSaying && min(a, b) >= shared && len(leaving(restA, leaving(restA, restB))) >= 2
	whole := theOne.MatchString(question) && min(cover(about, inA), cover(about, inB)) >= allAsked
	if !same && !whole {
		return false
	}
	// Two that are each about something else do not disagree.
	if foreign(restA, inB) && foreign(restB, inA) {
		return false
	}
	return slices.ContainsFunc(asked, func(t token) bool { return t.content && setA[t.key] && setB[t.key] })
}

// counts reports whether a sentence counts what a question asks the number of:
// a number stands at most five words before it. It does where no number is asked.
func counts(question string, s []token) bool {
	noun := countedNoun(question)
	if noun == "" {
		return true
	}
	thing := stem(noun)
	for i, t := range s {
		if t.key == thing && slices.ContainsFunc(s[max(0, i-5):i], func(n token) bool { return n.number }) {
			return true
		}
	}
	return false
}

// oneEvent is how far apart two articles are at most that tell of one event.
const oneEvent = 31 * 24 * time.Hour

// lasting asks for what is so over time, and not for what happened once.
var lasting = regexp.MustCompile(`(?i)\b(?:is|are|has|have|does|do|can|will)\b`)

// distinct reports whether two articles told of two events: somebody or
// something is asked for by what happened, and they are far apart.
func distinct(question string, a, b time.Time) bool {
	switch kindOf(question) {
	case aPerson, aPlace, aName, aTime:
		return !lasting.MatchString(question) && a.Sub(b).Abs() > oneEvent
	}
	return false
}

// leaving gives the tokens that are not among others.
func leaving(all, others []token) []token {
	return slices.DeleteFunc(slices.Clone(all), func(t token) bool {
		return slices.ContainsFunc(others, func(o token) bool { return o.key == t.key })
	})
}

func all(tokens []token, has func(string) bool) bool {
	return !slices.ContainsFunc(tokens, func(t token) bool { return !has(t.key) })
}

// foreign reports whether one of the tokens is a name or a number that the
// other sentence lacks; days of the week, on which things are told, are none.
func foreign(all []token, has func(string) bool) bool {
	return slices.ContainsFunc(all, func(t token) bool { return (t.name || t.number) && !has(t.key) && !weekdays[t.word] })
}

var weekdays = wordSet("monday tuesday wednesday thursday friday saturday sunday today yesterday")
