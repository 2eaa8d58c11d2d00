package rag

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Verdict says how well the articles answer a question.
type Verdict string

// The values of Verdict.
const (
	Answered Verdict = "answered" // the articles answer the question
	Nearest  Verdict = "nearest"  // they may not answer it; the closest sentences are quoted
	Refused  Verdict = "refused"  // they do not answer it
)

// Answer is the checked answer to a question. It holds facts, not words for
// people: those are made from it by the program that shows it.
type Answer struct {
	Question   string     // as the person wrote it
	Searched   string     // the question that was searched for: Question, or its standalone form; empty: nothing to search for
	FollowUp   bool       // Question refers to earlier turns of the conversation
	Failed     []error    // of the writers that failed before Model wrote, in order; nil if none did
	Sentences  []Sentence // in reading order; only admissions, or none, if the verdict is Refused
	Listing    *Listing   // what Sentences list, for a question about the articles themselves; nil for others
	Short      string     // the words of the first sentence that answer by themselves, such as a name or a date; may be empty
	Verdict    Verdict
	Reason     Reason     // why it was not answered, or not directly; zero if it was
	Confidence float64    // probability that the articles answer the question, 0 to 1
	Citations  []Citation // in the order of N
	Removed    []Removed  // sentences that the check removed
	Repaired   int        // sentences that were rewritten and then passed the check
	Unjudged   bool       // a judge was to decide, but did not decide on every sentence
	JudgeError error      // why the judge failed; nil if it did not
	StoodIn    bool       // the articles' own sentences replace what a model wrote
	Unreliable bool       // most sentences that the model wrote failed the check
	Passages   []Passage  // that the answer was written from, best first
	Model      string     // see Draft
	Usage      Usage      // of all requests to models
	Spent      Spent
	Timings    Timings
}

// Text returns the sentences with their citation marks, as in "He fled. [1] He
// came back. [2]"; empty if there are none.
func (a Answer) Text() string {
	var b strings.Builder
	for _, s := range a.Sentences {
		b.WriteString(s.Break + s.Text)
		for _, n := range s.Citations {
			b.WriteString(" [" + strconv.Itoa(n) + "]")
		}
	}
	return b.String()
}

// With returns the answer followed by the sentences of another one.
func (a Answer) With(next Answer) Answer {
	n := len(a.Citations)
	a.Citations, a.Sentences = slices.Clone(a.Citations), slices.Clone(a.Sentences)
	for _, c := range next.Citations {
		c.N += n
		a.Citations = append(a.Citations, c)
	}
	for i, s := range next.Sentences {
		s.Citations = slices.Clone(s.Citations)
		for k := range s.Citations {
			s.Citations[k] += n
		}
		if i == 0 && len(a.Sentences) > 0 {
			s.Break = "\n"
		}
		a.Sentences = append(a.Sentences, s)
	}
	return a
}

// Sentence is one sentence of an answer.
type Sentence struct {
	Text      string // without citation marks; a list or table has line ends
	Break     string // white space before it: "" for the first, else " ", "\n", "\n\n" or "\n- "
	Code      int    // bytes at the end of Text that are lines of code, to be shown as they are; 0: none
	Citations []int  // the N of its citations
	Support   Support
	Reason    Reason // why Support is not Supported; may be zero
	Kind      SentenceKind
}

// Support says how far the evidence supports a sentence.
type Support string

// The values of Support.
const (
	Supported   Support = "yes"    // it follows from the evidence
	Partly      Support = "partly" // only some of it follows, or a name or number in it is far from the evidence
	Unsupported Support = "no"     // it does not follow; such sentences are removed
)

// SentenceKind says what a sentence is to the reader.
type SentenceKind int

// The values of SentenceKind.
const (
	Statement      SentenceKind = iota // it answers the question
	OlderStatement                     // it is what an older article said, which a newer article contradicts
	ListedArticle                      // it is the title of an article in a list
	Admission                          // it says what the articles do not say, and needs no evidence
)

// Listing describes a list of articles, in answer to a question about them.
type Listing struct {
	About       string // words that the articles contain; empty: any
	Preposition string // of Date, such as "since"; empty: in or from it
	Date        string // when they were published, in the asker's words; empty: any time
	Order       int    // 1: newest first; -1: oldest first; 0: as found
	One         bool   // only the first was asked for
	Most        int    // so many were asked for; 0: any number
	By          string // name of their author; empty: any
	Found       int    // articles that match
	All         int    // articles that the question's Filter selects
	Undated     int    // articles left out because they have no date
}

// Removed is a sentence of a draft that was removed from the answer.
type Removed struct {
	Text   string
	Reason Reason
}

// Spent says what an answer cost in requests to models, by stage.
type Spent struct{ Write, Judge, Repair Cost }

// Cost is what the requests of one stage cost.
type Cost struct {
	Calls int
	Usage Usage
	Time  time.Duration
}

// Add adds one request.
func (c *Cost) Add(u Usage, took time.Duration) {
	c.Calls++
	c.Usage.Add(u)
	c.Time += took
}

// Usage returns the tokens of all stages.
func (s Spent) Usage() Usage {
	u := s.Write.Usage
	u.Add(s.Judge.Usage)
	u.Add(s.Repair.Usage)
	return u
}

// Citation is a footnote. Quote is Document.Text[Start:End] of the article
// whose ID is Doc.
type Citation struct {
	N          int // number in Answer.Text, from 1 in order of first use
	Title      string
	URL        string
	Doc        string
	Source     string    // Document.Source
	Author     string    // Document.Author; only in a Listing
	Published  time.Time // zero if unknown
	Page       int       // where Quote begins, from 1; 0: the article has no pages
	Old        bool      // published more than a year before the day of the question
	Quote      string
	Start, End int // byte offsets in Document.Text
}

// Timings holds the duration of each stage. Retrieve includes embedding the
// question. Embed is the scoring of sentences, which reads or embeds them.
type Timings struct{ Embed, Retrieve, Write, Check, Total time.Duration }
