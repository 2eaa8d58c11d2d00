package question

import (
	"time"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
	"footnote/rag/text"
)

// Reading is a question, read once. It holds all that later stages need to know
// about the question's words, so that none of them cuts the text again. Its
// Text makes sense without the conversation, and its History is nil.
type Reading struct {
	rag.Question
	text.Analysis                    // of Text
	Original      string             // the Text as the person wrote it
	Rewritten     bool               // Text differs from Original, for example because Original refers to the conversation
	SmallTalk     SmallTalk          // what it wants, if it asks nothing of the articles
	Catalogue     *CatalogueQuestion // what it asks about the articles themselves; nil: it asks what they say
	Comparison    *Comparison        // the two things that it compares by a number; nil: none
	Parts         []string           // the single questions that it consists of, by its form; nil: it asks one thing
	Compound      bool               // it has no Parts but probably asks several things, so that a model should be asked to split it
	Kind          Kind               // of the thing that it asks for
	Counted       string             // the noun whose number it asks for, in lower case; empty: none
	Now           bool               // it is about the days around the day on which it is asked
	Period        *Period            // the time that it asks about, by a date; nil: none, or Now
	Event         *Event             // the event that says which time it asks about; nil: none
	WordSet       map[string]bool    // all of Words
	Terms         []Term             // the content words, each stem once
	Tokens        []text.Token       // of Text

	stems map[string]bool // of the content words, in English and in Language
}

// Term is a content word of a question.
type Term struct {
	Word string
	Stem string // in the question's language
}

// Read reads a question in the light of its History. The zero Question gives a
// Reading without words.
func Read(q rag.Question) Reading {
	r := Reading{Original: q.Text}
	q.Text, q.History = Standalone(q), nil
	r.Question, r.Rewritten = q, q.Text != r.Original
	r.Analysis = text.Analyse(q.Text)
	r.SmallTalk = smallTalkOf(q.Text)
	if c, ok := aboutCatalogue(q); ok {
		r.Catalogue = &c
	}
	if r.Comparison = comparisonOf(q.Text); r.Comparison != nil {
		r.Parts = r.Comparison.Values[:]
	} else {
		r.Parts = splitByForm(q.Text)
	}
	r.Compound = r.Parts == nil && isCompound(q.Text)
	r.Kind, r.Counted = kindOf(q.Text), countedNoun(q.Text)
	if r.Now = aboutNow.MatchString(q.Text); !r.Now {
		on := q.AskedOn()
		if p, ok := periodOf(q.Text, time.Date(on.Year(), on.Month(), on.Day(), 0, 0, 0, 0, time.UTC)); ok {
			r.Period = &p
		} else {
			r.Event = eventOf(q.Text)
		}
	}
	r.WordSet, r.stems, r.Tokens = map[string]bool{}, text.StemSet(q.Text), text.Tokens(q.Text)
	for _, w := range r.Words {
		r.WordSet[w] = true
	}
	seen := map[string]bool{}
	for _, w := range r.Content {
		if s := text.StemIn(r.Language, w); !seen[s] {
			seen[s] = true
			r.Terms = append(r.Terms, Term{w, s})
		}
	}
	return r
}

// Rephrased returns the reading of another wording of the question, such as a
// model's, or of one of its parts. Original and Rewritten stay the same.
func (r Reading) Rephrased(wording string) Reading {
	if wording == r.Text {
		return r
	}
	q := r.Question
	q.Text = wording
	other := Read(q)
	other.Original, other.Rewritten = r.Original, r.Rewritten
	return other
}

// aboutNow matches words for the days around the day of the question.
var aboutNow = lazyregexp.New(`(?i)\b(this (past )?(week|month|year|weekend|summer|winter|spring|fall|autumn)|recent(ly)?|latest|newest|now|current(ly)?|today|yesterday|tonight|tomorrow|(last|next) (week|month|night)|monday|tuesday|wednesday|thursday|friday|saturday|sunday|soon|upcoming)\b`)
