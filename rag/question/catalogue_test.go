package question

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
)

func TestAboutCatalogue(t *testing.T) {
	t.Parallel()
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	type c = CatalogueQuestion
	march := c{Count: true, Date: "March", From: day(2024, 3, 1), To: day(2024, 4, 1), AnyYear: true}
	tests := []struct {
		text string
		want CatalogueQuestion
		ok   bool
	}{
		{"what do you know about?", c{}, true},
		{"What do you know?", c{}, true},
		{"What can I ask you?", c{}, true},
		{"List all articles", c{}, true},
		{"What articles do you have?", c{}, true},
		{"Which topics do the articles cover?", c{}, true},
		{"how many articles are there?", c{Count: true}, true},
		{"How many articles do you have?", c{Count: true}, true},
		{"which articles mention Minsk?", c{About: "Minsk"}, true},
		{"Which articles are about the night train?", c{About: "the night train"}, true},
		{"How many articles talk about \"New York\"?", c{Count: true, About: "New York"}, true},
		{"Is there an article about Minsk?", c{About: "Minsk"}, true},
		{"how many articles from March?", march, true},
		{"how many articles are from May 2023?", c{Count: true, Date: "May 2023", From: day(2023, 5, 1), To: day(2023, 6, 1)}, true},
		{"Which articles from 2020 mention Minsk?", c{About: "Minsk", Date: "2020", From: day(2020, 1, 1), To: day(2021, 1, 1)}, true},
		{"Which articles mention Minsk in 2020?", c{About: "Minsk", Preposition: "in", Date: "2020", From: day(2020, 1, 1), To: day(2021, 1, 1)}, true},
		{"Which articles were published before 2020-09?", c{Preposition: "before", Date: "2020-09", To: day(2020, 9, 1)}, true},
		{"Which articles since last week?", c{Preposition: "since", Date: "last week", From: day(2024, 4, 29)}, true},
		{"What is the newest article?", c{Order: 1, One: true}, true},
		{"what's the oldest article about Minsk", c{Order: -1, One: true, About: "Minsk"}, true},
		{"summarise the article on Minsk", c{Summary: true, About: "Minsk"}, true},
		{"Can you summarize the article about the night train?", c{Summary: true, About: "the night train"}, true},
		{"Give me a summary of the article \"Budget passed\".", c{Summary: true, About: "Budget passed"}, true},
		{"What is the newest article about?", c{Summary: true, One: true, Order: 1}, true},
		{"Please summarise the article", c{Summary: true}, true},
		{"What is this article about?", c{Summary: true}, true},
		{"Summarise the oldest story.", c{Summary: true, One: true, Order: -1}, true},
		{"Who wrote the article about otters?", c{Author: true, About: "otters"}, true},
		{"Who wrote about the harbour grant?", c{Author: true, About: "the harbour grant"}, true},
		{"Who wrote the letter?", c{}, false},
		{"When was the article on car parking written?", c{About: "car parking"}, true},
		{"When was the article written?", c{}, false},
		{"What is the article on otters about?", c{Summary: true, About: "otters"}, true},

		{"What's new?", c{}, true},
		{"What sources do you have?", c{}, true},
		{"Articles about Minsk", c{About: "Minsk"}, true},
		{"any articles on the night train?", c{About: "the night train"}, true},

		{"What do you know about Minsk?", c{Loose: true, About: "Minsk"}, true},
		{"Summarise the docs about Quill", c{Summary: true, About: "Quill"}, true},
		{"summarise everything", c{}, true},
		{"Summarise all the documents", c{}, true},
		{"summarise it", c{}, false},
		{"three latest articles", c{Order: 1, Most: 3}, true},
		{"Show me the latest 5 posts about Minsk", c{Order: 1, Most: 5, About: "Minsk"}, true},
		{"What are the newest articles?", c{Order: 1}, true},
		{"newest", c{Order: 1, One: true}, true},
		{"latest news from Minsk", c{}, false},
		{"articles by Anna Berg", c{By: "Anna Berg"}, true},
		{"Which articles were written by Anna Berg?", c{By: "Anna Berg"}, true},
		{"What did Anna Berg write?", c{Loose: true, By: "Anna Berg"}, true},
		{"what did the council write?", c{}, false},
		{"articles by hand", c{}, false},

		{"What is new in Minsk?", c{}, false},
		{"Sources of income of the president", c{}, false},
		{"Articles of clothing", c{}, false},
		{"How many articles of the treaty were broken?", c{Count: true}, false},
		{"Which articles of clothing are banned?", c{}, false},
		{"How many people were detained?", c{}, false},
		{"What is the story behind the song?", c{}, false},
		{"summarise the war", c{Summary: true, Loose: true, About: "the war"}, true},
		{"Which stories did the paper retract?", c{}, false},
		{"", c{}, false},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			got, ok := aboutCatalogue(rag.Question{Text: tt.text, Today: time.Date(2024, 5, 8, 12, 0, 0, 0, time.UTC)})
			if ok != tt.ok {
				t.Fatalf("about the articles: %v, want %v (%+v)", ok, tt.ok, got)
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(c{})); ok && diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
