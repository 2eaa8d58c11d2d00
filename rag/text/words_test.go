package text

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
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
		if diff := cmp.Diff(want, Words(text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestNormalize(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"What does the  FERRY cost?": "what does the ferry cost",
		"What's a café – 1,500?":     "what s a cafe 1,500",
		"?! 🤷":                       "",
	} {
		if got := Normalize(s); got != want {
			t.Errorf("Normalize(%q) = %q, want %q", s, got, want)
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
		if diff := cmp.Diff(want, Analyse(text).SearchTerms()); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestStem(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"meetings": "meet", "elections": "elect", "1,500": "1500", "belarus": "belaru"} {
		if got := Stem(word); got != want {
			t.Errorf("Stem(%q) = %q, want %q", word, got, want)
		}
	}
}

// TestEnglishQuestions checks that every question of the English sets is
// recognised as English.
func TestEnglishQuestions(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../shared/data/*/queries.jsonl")
	if err != nil || len(files) == 0 {
		t.Skip("no question sets; put folders with a queries.jsonl of {text} into ../../../shared/data")
	}
	asked := 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			var q struct{ Text string }
			if err := json.Unmarshal([]byte(line), &q); err != nil {
				t.Fatal(err)
			}
			asked++
			if code := languageOf(Words(q.Text)); code != "" {
				t.Errorf("%s: language of %q is %q, want English", name, q.Text, code)
			}
		}
	}
	t.Logf("%d questions", asked)
}

func TestMayBeEnglish(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"":                                     true,
		"How tall is the tower?":               true,
		"tower height":                         true,
		"tour Eiffel":                          true, // too short to tell
		"Wie hoch ist der Turm in der Stadt?":  false,
		"¿Cuándo sale el último ferry?":        false,
		"Какой высоты башня?":                  false,
		"塔の高さは？":                               false,
		"The café in Łódź was founded by Zoë.": true,
		"What does 東京 mean in English?":        true,
		"\xff\xfe":                             true,
		"Host | IP | Owner\nalder | 10.0.0.12 | Bo Lind\nbirch | 10.0.0.13 | Anna Berg\n\nAll hosts run Debian 12.": true,
		"The ferry to the island sails at noon every day, and the mayor opened the new bridge on Friday.":           true,
		"Promem na wyspę można dopłynąć codziennie w południe, a burmistrz otworzył w piątek nowy most.":            false,
	} {
		if got := MayBeEnglish(s); got != want {
			t.Errorf("MayBeEnglish(%q) = %v, want %v", s, got, want)
		}
	}
}
