package rag

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAboutCollection(t *testing.T) {
	t.Parallel()
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	type c = collectionQuestion
	march := c{count: true, when: "are from March", from: day(2024, 3, 1), to: day(2024, 4, 1), anyYear: true}
	tests := []struct {
		text string
		want collectionQuestion
		ok   bool
	}{
		{"what do you know about?", c{}, true},
		{"What do you know?", c{}, true},
		{"What can I ask you?", c{}, true},
		{"List all articles", c{}, true},
		{"What articles do you have?", c{}, true},
		{"Which topics do the articles cover?", c{}, true},
		{"how many articles are there?", c{count: true}, true},
		{"How many articles do you have?", c{count: true}, true},
		{"which articles mention Minsk?", c{about: "Minsk"}, true},
		{"Which articles are about the night train?", c{about: "the night train"}, true},
		{"How many articles talk about \"New York\"?", c{count: true, about: "New York"}, true},
		{"Is there an article about Minsk?", c{about: "Minsk"}, true},
		{"how many articles from March?", march, true},
		{"how many articles are from May 2023?", c{count: true, when: "are from May 2023", from: day(2023, 5, 1), to: day(2023, 6, 1)}, true},
		{"Which articles from 2020 mention Minsk?", c{about: "Minsk", when: "are from 2020", from: day(2020, 1, 1), to: day(2021, 1, 1)}, true},
		{"Which articles mention Minsk in 2020?", c{about: "Minsk", when: "were published in 2020", from: day(2020, 1, 1), to: day(2021, 1, 1)}, true},
		{"Which articles were published before 2020-09?", c{when: "were published before 2020-09", to: day(2020, 9, 1)}, true},
		{"Which articles since last week?", c{when: "were published since last week", from: day(2024, 4, 29)}, true},
		{"What is the newest article?", c{order: 1, one: true}, true},
		{"what's the oldest article about Minsk", c{order: -1, one: true, about: "Minsk"}, true},
		{"summarise the article on Minsk", c{summary: true, about: "Minsk"}, true},
		{"Can you summarize the article about the night train?", c{summary: true, about: "the night train"}, true},
		{"Give me a summary of the article \"Budget passed\".", c{summary: true, about: "Budget passed"}, true},
		{"What is the article on otters about?", c{summary: true, about: "otters"}, true},

		{"What's new?", c{}, true},
		{"What sources do you have?", c{}, true},
		{"Articles about Minsk", c{about: "Minsk"}, true},
		{"any articles on the night train?", c{about: "the night train"}, true},

		{"What do you know about Minsk?", c{}, false},
		{"What is new in Minsk?", c{}, false},
		{"Sources of income of the president", c{}, false},
		{"Articles of clothing", c{}, false},
		{"How many articles of the treaty were broken?", c{count: true}, false},
		{"Which articles of clothing are banned?", c{}, false},
		{"How many people were detained?", c{}, false},
		{"What is the story behind the song?", c{}, false},
		{"summarise the war", c{}, false},
		{"Which stories did the paper retract?", c{}, false},
		{"", c{}, false},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			got, ok := aboutCollection(Question{Text: tt.text, Today: time.Date(2024, 5, 8, 12, 0, 0, 0, time.UTC)})
			if ok != tt.ok {
				t.Fatalf("about the collection: %v, want %v (%+v)", ok, tt.ok, got)
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(c{})); ok && diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
