package retrieve

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/ragtest"
	"footnote/rag/text"
)

func TestContradicts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		question, sentence string
		want               bool
	}{
		{"Who did not leave the bridge?", "Captain Mary Lowe left the bridge.", true},
		{"Who did not leave the bridge?", "Captain Mary Lowe never left the bridge.", false},
		{"Who left the bridge?", "Captain Mary Lowe did not leave the bridge.", false},
		{"What is the smallest river?", "The Humber is the largest river.", true},
		{"What is the smallest river?", "The Hull is the smallest, the Humber the largest river.", false},
		{"", "", false},
	} {
		if got := contradicts(text.Tokens(c.question), text.Tokens(c.sentence)); got != c.want {
			t.Errorf("contradicts(%q, %q) = %v, want %v", c.question, c.sentence, got, c.want)
		}
	}
}

// TestCandidates checks that sentences without a content word are left out.
func TestCandidates(t *testing.T) {
	t.Parallel()
	p := ragtest.Passage("ferry", "Ferry", "Does it sail? No. The ferry sails at noon. And so it is.")
	var got []string
	for _, c := range candidates(Query{}, []rag.Passage{p}) {
		got = append(got, c.text)
	}
	if diff := cmp.Diff([]string{"Does it sail?", "The ferry sails at noon."}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCodes checks which sentences are about the code that is asked for.
func TestCodes(t *testing.T) {
	t.Parallel()
	p := ragtest.Passage("errors", "Errors", "E1042 means that the token is old. E1043 means that the token is wrong. Call 110.")
	p.Chunk.Section = "E1044"
	for asked, want := range map[string][]float64{
		"What does e1042 mean?":             {1, 0, 0},
		"What do E1042 and E1043 mean?":     {.5, .5, 0},
		"What does E1044 mean?":             {1, 1, 1},
		"What happens if I call 110 twice?": {0, 0, 0},
	} {
		var got []float64
		for _, c := range candidates(Query{Reading: question.Read(rag.Question{Text: asked})}, []rag.Passage{p}) {
			got = append(got, c.codes)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", asked, diff)
		}
	}
}

// TestPlace checks what of the words around a sentence counts as its place.
func TestPlace(t *testing.T) {
	t.Parallel()
	table := ragtest.Passage("servers", "Servers", "Host | Owner\nalder | Bo Lind\nbirch | Anna Berg\n\nAll run Debian.")
	errors := ragtest.Passage("errors", "Error codes", "The token is too old.")
	errors.Chunk.Section = "Error codes" + rag.SectionSeparator + "E1042: Token expired"
	for asked, want := range map[string]map[string]float64{
		"owner of birch":      {"Host | Owner": 0, "alder | Bo Lind": .5, "birch | Anna Berg": 1, "All run Debian.": 0, "The token is too old.": 0},
		"E1042 and codes":     {"The token is too old.": .5, "birch | Anna Berg": 0},
		"hosts of alder, now": {"Host | Owner": 0, "alder | Bo Lind": 1, "birch | Anna Berg": .5, "All run Debian.": 0},
	} {
		q := Query{Reading: question.Read(rag.Question{Text: asked})}
		for _, x := range q.Reading.Terms {
			q.Terms = append(q.Terms, Term{Term: x, Rarity: 1})
		}
		for _, c := range candidates(q, []rag.Passage{table, errors}) {
			if place, ok := want[c.text]; ok && c.place != place {
				t.Errorf("%s: place of %q is %.2f, want %.2f", asked, c.text, c.place, place)
			}
		}
	}
}
