package write

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/ragtest"
)

// TestQuoteBlocks checks that a sentence in a list, a table or code brings what it
// belongs to.
func TestQuoteBlocks(t *testing.T) {
	t.Parallel()
	const doc = `Quill is a pen. It writes.

You need the following:

- Python 3.9
- 4 GB of memory

Then do this.

1) Download it.
2) Run it.

3.1.0 (2024-01-15)

- Added dry runs.
- Removed wet runs.

Host | IP
alder | 10.0.0.12
birch | 10.0.0.13

To start it:

    quill start
      --now`
	for name, c := range map[string]struct {
		question, best string
		want           []string // the claims' texts
		code           string
		cites          []string // of the first claim
	}{
		"a sentence":             {"What is Quill?", "Quill is", []string{"Quill is a pen."}, "", []string{"Quill is a pen."}},
		"an introduced list":     {"How much memory?", "4 GB", []string{"You need the following:\n- Python 3.9\n- 4 GB of memory"}, "", []string{"You need the following:\n\n- Python 3.9\n- 4 GB of memory"}},
		"the introduction":       {"What is needed?", "You need", []string{"You need the following:\n- Python 3.9\n- 4 GB of memory"}, "", []string{"You need the following:\n\n- Python 3.9\n- 4 GB of memory"}},
		"steps":                  {"What comes second?", "Run it", []string{"1) Download it.\n2) Run it."}, "", []string{"1) Download it.\n2) Run it."}},
		"an item with a heading": {"Which version added dry runs?", "Added", []string{"3.1.0 (2024-01-15)\n- Added dry runs."}, "", []string{"3.1.0 (2024-01-15)", "- Added dry runs."}},
		"a list that is asked for": {"What are the changes of 3.1.0?", "Added", []string{"3.1.0 (2024-01-15)\n- Added dry runs.\n- Removed wet runs."}, "",
			[]string{"3.1.0 (2024-01-15)\n\n- Added dry runs.\n- Removed wet runs."}},
		"a row":    {"What is the IP of birch?", "birch", []string{"Host | IP\nbirch | 10.0.0.13"}, "", []string{"Host | IP", "birch | 10.0.0.13"}},
		"a header": {"Which hosts are there?", "Host |", []string{"Host | IP\nalder | 10.0.0.12\nbirch | 10.0.0.13"}, "", []string{"Host | IP\nalder | 10.0.0.12\nbirch | 10.0.0.13"}},
		"code":     {"How is it started?", "quill start", []string{"To start it:\nquill start\n  --now"}, "quill start\n  --now", []string{"To start it:", "quill start\n      --now"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := ragtest.Passage("quill", "Quill", doc)
			for i, s := range p.Sentences {
				p.Sentences[i].Score = .01
				if strings.HasPrefix(strings.TrimLeft(p.SentenceText(s), "- 12)"), c.best) {
					p.Sentences[i].Score = .9
				}
			}
			d, err := Quote{}.Write(t.Context(), rag.Question{Text: c.question}, []rag.Passage{p}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var said, cites []string
			for _, claim := range d.Claims {
				said = append(said, claim.Text)
			}
			if diff := cmp.Diff(c.want, said); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			first := d.Claims[0]
			for _, x := range first.Cites {
				cites = append(cites, p.Text[x.Start:x.End])
			}
			if diff := cmp.Diff(c.cites, cites); diff != "" {
				t.Errorf("cites (-want +got):\n%s", diff)
			}
			if code := first.Text[len(first.Text)-first.Code:]; code != c.code {
				t.Errorf("code %q, want %q", code, c.code)
			}
		})
	}
}

// TestQuoteMore checks how many sentences are quoted.
// TestQuoteNoQuestion checks that a question is no further sentence.
func TestQuoteNoQuestion(t *testing.T) {
	t.Parallel()
	p := ragtest.Passage("chat", "Chat", "How do I reset it? Hold the red button. Is it “red?” It blinks.")
	for i := range p.Sentences {
		p.Sentences[i].Score = []float64{.5, .9, .6, .4}[i]
	}
	got, err := Quote{}.Write(t.Context(), rag.Question{Text: "How do I reset it?"}, []rag.Passage{p}, nil)
	var said []string
	for _, c := range got.Claims {
		said = append(said, c.Text)
	}
	if diff := cmp.Diff([]string{"Hold the red button.", "It blinks."}, said); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// TestQuoteColumns checks that a row brings the names of its columns, which are in front
// of the passage.
func TestQuoteColumns(t *testing.T) {
	t.Parallel()
	p := ragtest.Passage("hosts", "Hosts", "alder7 | 9007\nalder8 | 9008")
	p.Start, p.End, p.Columns, p.ColumnsAt = 900, 927, "Host | Port", 20
	for i := range p.Sentences {
		p.Sentences[i].Start += 900
		p.Sentences[i].End += 900
	}
	p.Sentences[1].Score = 1
	got, err := Quote{}.Write(t.Context(), rag.Question{Text: "Which port does alder8 use?"}, []rag.Passage{p}, nil)
	want := []rag.Claim{{Text: "Host | Port\nalder8 | 9008", Cites: []rag.Cite{{Start: 20, End: 31}, {Start: 914, End: 927}}}}
	if diff := cmp.Diff(want, got.Claims); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestQuoteMore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		most   int
		scores []float64
		want   int
	}{
		{0, []float64{.9, .09, .01}, 1},
		{0, []float64{.4, .2, .2, .2}, 1},
		{0, []float64{.5, .3, .1, .1}, 2},
		{0, []float64{.35, .32, .31, .02}, 3},
		{1, []float64{.5, .5}, 1},
		{0, []float64{.05}, 1},
		{0, []float64{0}, 0},
		{-1, nil, 0},
	} {
		p := ragtest.Passage("a", "A", "One sails. Two sail. Three sail. Four sail.")
		for i, s := range c.scores {
			p.Sentences[i].Score = s
		}
		d, err := Quote{Most: c.most}.Write(t.Context(), rag.Question{}, []rag.Passage{p}, nil)
		if err != nil || len(d.Claims) != c.want {
			t.Errorf("at most %d of %v: %d claims, %v; want %d", c.most, c.scores, len(d.Claims), err, c.want)
		}
	}
}
