package text

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBlockAt(t *testing.T) {
	t.Parallel()
	const doc = `# Quill

You need the following:

- Python 3.9
- 4 GB of memory
  of any kind

It is free. To install Quill:

1) Download it.
2) Run it.

## 3.1.0

- Added dry runs.

| is no row

Host | IP
alder | 10.0.0.12
birch | 10.0.0.13

Quill is old. There are two kinds of jobs.

- Dumps
- Restores

The mayor sold two ships.

- Alba

Then run this:

    quill db init

    quill start
Done.`
	for at, want := range map[string]struct {
		kind  BlockKind
		lead  string
		lines []string
	}{
		"4 GB":          {List, "You need the following:", []string{"- Python 3.9", "- 4 GB of memory\n  of any kind"}},
		"of any":        {List, "You need the following:", []string{"- Python 3.9", "- 4 GB of memory\n  of any kind"}},
		"You need":      {List, "You need the following:", []string{"- Python 3.9", "- 4 GB of memory\n  of any kind"}},
		"Run it":        {Steps, "To install Quill:", []string{"1) Download it.", "2) Run it."}},
		"To install":    {Steps, "To install Quill:", []string{"1) Download it.", "2) Run it."}},
		"Added":         {List, "3.1.0", []string{"- Added dry runs."}},
		"3.1.0":         {List, "3.1.0", []string{"- Added dry runs."}},
		"# Quill":       {},
		"Host | IP":     {Table, "", []string{"Host | IP", "alder | 10.0.0.12", "birch | 10.0.0.13"}},
		"| is no":       {},
		"Done":          {},
		"Dumps":         {List, "There are two kinds of jobs.", []string{"- Dumps", "- Restores"}},
		"There are":     {List, "There are two kinds of jobs.", []string{"- Dumps", "- Restores"}},
		"The mayor":     {},
		"Alba":          {List, "", []string{"- Alba"}},
		"birch":         {Table, "", []string{"Host | IP", "alder | 10.0.0.12", "birch | 10.0.0.13"}},
		"quill start":   {Code, "Then run this:", []string{"quill db init", "quill start"}},
		"Then run this": {Code, "Then run this:", []string{"quill db init", "quill start"}},
	} {
		b := BlockAt(doc, strings.Index(doc, at))
		var lines []string
		for _, l := range b.Lines {
			lines = append(lines, l.Of(doc))
		}
		if diff := cmp.Diff(want.lines, lines); b.Kind != want.kind || b.Lead.Of(doc) != want.lead || diff != "" {
			t.Errorf("%s: kind %d, lead %q, lines (-want +got):\n%s", at, b.Kind, b.Lead.Of(doc), diff)
		}
	}
}

// TestLargeBlock checks that a long table costs no more than what is near.
func TestLargeBlock(t *testing.T) {
	t.Parallel()
	rows := "Host | IP\n" + strings.Repeat("alder | 10.0.0.12\n", 1_000_000)
	if b := BlockAt(rows, 0); b.Kind != Table || b.Lines[0].Of(rows) != "Host | IP" || len(b.Lines) > maxReach/10 {
		t.Errorf("at the beginning: kind %d, %d lines", b.Kind, len(b.Lines))
	}
	if b := BlockAt(rows, 1+len(rows)/2); b.Kind != NoBlock {
		t.Errorf("in the middle: kind %d", b.Kind)
	}
}

func TestWithoutMark(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{"- rained": "rained", "- [x] paid": "paid", "• a": "a", "2) b": "2) b", "-": "-", "": ""} {
		if got := WithoutMark(s, Span{0, len(s)}).Of(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func FuzzBlockAt(f *testing.F) {
	f.Add("To install:\n\n1) a\n2) b\n", 3)
	f.Add("a | b\n1 | 2\n\n    code\n", 9)
	f.Fuzz(func(t *testing.T, s string, at int) {
		if at < 0 || at > len(s) {
			return
		}
		b := BlockAt(s, at)
		if b.Kind == NoBlock {
			return
		}
		whole := b.Span()
		last := whole.Start
		for _, l := range b.Lines {
			if l.Start < last || l.End > whole.End || l.Start >= l.End {
				t.Fatalf("line %v of %v in %q", l, whole, s)
			}
			last = l.End
		}
	})
}
