package ask

import (
	"strings"
	"testing"
	"time"

	"footnote/bot/phrase"
	"footnote/rag"
	"footnote/rag/check"
	"footnote/rag/question"
	"footnote/rag/ragtest"
)

func TestDisagree(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		question, a, answerA, b, answerB string
		want                             bool
	}{
		{"Who is mayor of Hull?", "Ann Lowe is the mayor of Hull.", "Ann Lowe", "The mayor of Hull is Bob Ferris.", "Bob Ferris", true},
		{"How many people died in the flood?", "The flood killed 12 people.", "12", "The flood killed 40 people, the police said.", "40", true},
		{"How much does a ticket cost?", "A ticket to the island costs 4 euros.", "4 euros", "A ticket to the island now costs 6 euros.", "6 euros", true},
		{"Will the bridge be closed?", "The old bridge will be closed to cars.", "", "The old bridge will not be closed to cars.", "", true},
		{"Who is mayor of Hull?", "Ann Lowe is the mayor of Hull.", "Ann Lowe", "Ann Lowe, 51, is mayor of Hull.", "Ann Lowe", false},
		{"Who is the mayor of Hull?", "The mayor of Hull is Ann Lowe, a former captain.", "Ann Lowe", "The mayor of Hull is Bob Ferris, who ran a bakery for twenty years.", "Bob Ferris", true},
		{"Who is Hull's mayor?", "Ann Lowe, Hull's mayor, was born on the river.", "Ann Lowe", "Bob Ferris, a baker, is the mayor of Hull.", "Bob Ferris", true},
		{"Who is a member of the Hull band?", "Ann Lowe, a former captain, is a member of the Hull band.", "Ann Lowe", "Bob Ferris, who ran a bakery for years, is a member of the Hull band.", "Bob Ferris", false},
		{"Who is in the Hull band?", "Ann Lowe, a former captain, is in the Hull band.", "Ann Lowe", "Bob Ferris, who ran a bakery for years, is in the Hull band.", "Bob Ferris", false},
		{"Who is mayor of Hull?", "Ann Lowe is the mayor of Hull.", "Ann Lowe", "Bob Ferris lives in Hull.", "Bob Ferris", false},
		{"How many people died in the storm?", "The storm of 2019 killed 12 people.", "12", "The storm of 2023 killed 40 people.", "40", false},
		{"How many people died in the flood?", "The flood killed 12 people.", "12", "The flood killed twelve people.", "twelve", false},
		{"How many people fled?", "Some 40 people fled.", "40", "Rescuers brought 12 people to schools.", "12", false},
		{"How many cases of measles were reported?", "There have been 900 cases of measles reported this year.", "900", "Reported so far: 300 confirmed measles cases.", "300", true},
		{"How many tugs are on sale on Friday?", "All four tugs are on sale on Friday.", "four", "The ticket costs 40 euros and is on sale on Friday.", "40", false},
		{"How many years at Hull Docks?", "Hull Docks, England", "England", "The crane has run for more than 50 years at Hull Docks.", "more than 50", false},
		{"How many followers on the network?", "Lowe had 35 million followers on the network.", "35 million", "Some 15% of the network is surfaced by other means.", "15%", false},
		{"What did the council say?", "The council said that the roof leaks.", "the roof leaks", "The council said that the harbour needs a crane.", "the harbour needs a crane", false},
	} {
		q := question.Read(rag.Question{Text: tt.question})
		a, b := statement{text: tt.a, answer: tt.answerA}, statement{text: tt.b, answer: tt.answerB}
		if got := disagree(q, a, b); got != tt.want {
			t.Errorf("%s\n\t%s\n\t%s\n\tdisagree: %v, want %v", tt.question, tt.a, tt.b, got, tt.want)
		}
		if got := disagree(q, b, a); got != tt.want {
			t.Errorf("%s: with the sentences exchanged: disagree: %v, want %v", tt.question, got, tt.want)
		}
	}
}

func TestNewerFirst(t *testing.T) {
	t.Parallel()
	article := func(doc, date, text string) rag.Passage {
		p := ragtest.Passage(doc, "Fares", text)
		p.Chunk.Published, _ = time.Parse(time.DateOnly, date)
		for i := range p.Sentences {
			s := &p.Sentences[i]
			s.Score = 1
			if at := strings.Index(p.SentenceText(*s), " euros"); at > 0 {
				s.Answer = rag.Span{Start: s.Start + at - 1, End: s.Start + at + len(" euros"), Score: 9}
			}
		}
		return p
	}
	passages := []rag.Passage{
		article("old", "2019-05-03", "A ticket to the island costs 4 euros. Dogs travel free."),
		article("new", "2023-12-03", "The cafe is closed. A ticket to the island costs 6 euros."),
		article("undated", "", "A ticket to the island costs 9 euros."),
	}
	const newer = "A ticket to the island costs 6 euros. [1] An older article, of 2019-05-03, said: A ticket to the island costs 4 euros. [2]"
	for name, c := range map[string]struct {
		claims []rag.Claim
		want   string
	}{
		"quoted from the older":             {[]rag.Claim{{Text: "A ticket to the island costs 4 euros.", Cites: []rag.Cite{{Passage: 0, Start: 0, End: 37}}}, {Text: "Dogs travel free.", Break: " ", Cites: []rag.Cite{{Passage: 0, Start: 38, End: 55}}}}, newer + " Dogs travel free. [3]"},
		"quoted from the newer":             {[]rag.Claim{{Text: "A ticket to the island costs 6 euros.", Cites: []rag.Cite{{Passage: 1, Start: 20, End: 57}}}}, newer},
		"both, older first":                 {[]rag.Claim{{Text: "A ticket to the island costs 4 euros.", Cites: []rag.Cite{{Passage: 0, Start: 0, End: 37}}}, {Text: "A ticket to the island costs 6 euros.", Break: " ", Cites: []rag.Cite{{Passage: 1, Start: 20, End: 57}}}}, newer},
		"written by a model from the older": {[]rag.Claim{{Text: "The ticket to the island costs 4 euros.", Cites: []rag.Cite{{Passage: 0}}}}, "A ticket to the island costs 6 euros. [1] An older article, of 2019-05-03, said: The ticket to the island costs 4 euros. [2]"},
		"from an undated article":           {[]rag.Claim{{Text: "A ticket to the island costs 9 euros.", Cites: []rag.Cite{{Passage: 2, Start: 0, End: 37}}}}, "A ticket to the island costs 9 euros. [1]"},
		"no contradiction":                  {[]rag.Claim{{Text: "Dogs travel free.", Cites: []rag.Cite{{Passage: 0, Start: 38, End: 55}}}}, "Dogs travel free. [1]"},
		"not supported":                     {[]rag.Claim{{Text: "A ticket costs 12 euros.", Cites: []rag.Cite{{Passage: 0}}}}, "The articles do not say."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := question.Read(rag.Question{Text: "How much does a ticket to the island cost?"})
			d := newerFirst(q, rag.Draft{Claims: c.claims}, passages)
			checked, err := check.Checker{}.Check(t.Context(), q, d, passages)
			if err != nil {
				t.Fatal(err)
			}
			if got := phrase.Text(checked); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestDifferentEvents checks that reports of different years are about
// different events, and that a lasting state is not an event.
func TestDifferentEvents(t *testing.T) {
	t.Parallel()
	at := time.Date(2022, 8, 9, 0, 0, 0, 0, time.UTC)
	for asked, want := range map[string]bool{
		"The owners approved the sale of which football team?": true,
		"Which country saw its prime minister resign?":         true,
		"Who is mayor of Hull?":                                false,
		"How many people fled?":                                false,
	} {
		if got := differentEvents(question.Read(rag.Question{Text: asked}), at, at.AddDate(-2, 0, 0)); got != want {
			t.Errorf("differentEvents(%q), two years apart = %v, want %v", asked, got, want)
		}
		if differentEvents(question.Read(rag.Question{Text: asked}), at, at.AddDate(0, 0, 2)) {
			t.Errorf("differentEvents(%q), two days apart = true, want false", asked)
		}
	}
}
