package rag

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"The U.S. lent Belarus $1,500.75 — twice!": {"the", "u", "s", "lent", "belarus", "1,500.75", "twice"},
		"Café, naïve; ÅNGSTRÖM":                    {"cafe", "naive", "angstrom"},
		"日本 2024年":                                 {"日本", "2024年"},
		"… ’ ”":                                    nil,
		"":                                         nil,
	} {
		if diff := cmp.Diff(want, words(text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestSearchTerms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"Who founded the University of Chicago?": {"founded", "university", "chicago", "founded the university", "university of chicago"},
		"What is it?":                            nil,
		"dogs that are not to be near cats":      {"dogs", "near", "cats", "near cats"},
		"one word: otters":                       {"one", "word", "otters", "one word", "word otters"},
	} {
		if diff := cmp.Diff(want, searchTerms(text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestStem(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"meetings": "meet", "elections": "elect", "1,500": "1500", "belarus": "belaru"} {
		if got := stem(word); got != want {
			t.Errorf("stem(%q) = %q, want %q", word, got, want)
		}
	}
}
