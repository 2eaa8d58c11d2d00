package discord

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
)

// TestComposeQuotes checks an answer that consists of quotes: its sources share a line
// where they are one article, without the quotes, and one line says which are old.
func TestComposeQuotes(t *testing.T) {
	t.Parallel()
	on := time.Date(2020, 9, 14, 0, 0, 0, 0, time.UTC)
	x := &answered{job: &job{}, answer: rag.Answer{
		Verdict: rag.Answered, Model: rag.QuoteModel, Confidence: .7,
		Sentences: []rag.Sentence{{Text: "He fled.", Citations: []int{1}}, {Text: "Then:\nfoo *", Code: 5, Break: "\n", Citations: []int{2, 3}}},
		Citations: []rag.Citation{{N: 1, Doc: "a", Title: "Flight", Published: on, Old: true, Quote: "He fled."}, {N: 2, Doc: "b", Title: "Code", Quote: "Then:"}, {N: 3, Doc: "a", Title: "Flight", Published: on, Old: true, Quote: "foo *"}},
	}}
	want := []part{{"He fled. [1]\nThen:\n```\nfoo *\n```\n[2] [3]\n-# The articles likely hold the answer.\n-# More than a year old: \\[1\\] \\[3\\]", "**[1]** **[3]** Flight, 2020-09-14\n**[2]** Code"}}
	if d := cmp.Diff(want, compose(x, 0, false), cmp.AllowUnexported(part{})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestComposeModel checks that below an article stand all its quotes that a model cites,
// and that a page is named.
func TestComposeModel(t *testing.T) {
	t.Parallel()
	x := &answered{job: &job{}, answer: rag.Answer{
		Verdict: rag.Answered, Model: "openai/x", Confidence: .9,
		Sentences: []rag.Sentence{{Text: "He fled by ship.", Support: rag.Supported, Citations: []int{1, 2}}, {Text: "It sank.", Break: " ", Support: rag.Supported, Citations: []int{3}}},
		Citations: []rag.Citation{{N: 1, Doc: "a", Title: "Flight", Page: 3, Quote: "He fled."}, {N: 2, Doc: "a", Title: "Flight", Page: 3, Quote: "A ship\nleft."}, {N: 3, Doc: "b", Title: "Ship", Quote: "It sank."}},
	}}
	want := []part{{"He fled by ship. [1] [2] It sank. [3]", "**[1]** **[2]** Flight, p. 3\n> **[1]** “He fled.”\n> **[2]** “A ship left.”\n**[3]** Ship\n> “It sank.”"}}
	if d := cmp.Diff(want, compose(x, 0, false), cmp.AllowUnexported(part{})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestLayout(t *testing.T) {
	t.Parallel()
	cite := func(n int) rag.Citation {
		return rag.Citation{N: n, Title: fmt.Sprintf("Article %d", n), Quote: "Words."}
	}
	note := func(n int) string { return fmt.Sprintf("**[%d]** Article %d\n> “Words.”", n, n) }
	sentence := func(n int) string { return strings.Repeat("word ", 40) + fmt.Sprintf("end. [%d]", n) }
	for name, c := range map[string]struct {
		text     string
		cites    int
		limit    int
		together bool
		want     []part
	}{
		"one": {"A. [1]", 1, 400, false, []part{{"A. [1]", note(1)}}},
		"sentences keep their footnotes": {sentence(1) + " " + sentence(2), 2, 400, false,
			[]part{{sentence(1), note(1)}, {sentence(2), note(2)}}},
		"a number without a footnote":   {"A. [2]", 1, 400, false, []part{{`A. \[2\]`, ""}}},
		"the same footnote twice":       {"A. [1] B. [1]", 1, 400, false, []part{{"A. [1] B. [1]", note(1)}}},
		"together":                      {"A. [1]", 1, 400, true, []part{{"A. [1]\n\n" + note(1), ""}}},
		"code is reopened":              {"```go\n" + strings.Repeat("x := 1\n", 80) + "```\nDone.", 0, 400, false, nil},
		"code that is not closed":       {"So:\n```\nx", 0, 400, false, []part{{"So:\n```\nx\n```", ""}}},
		"code keeps its indentation":    {"```py\n  if x:\n    y\n```", 0, 400, false, []part{{"```py\n  if x:\n    y\n```", ""}}},
		"no breaking out of code":       {"```\n`` ` ```x\n```", 0, 400, false, []part{{"```\n`` ` `\u200b`\u200b`x\n```", ""}}},
		"two blocks of different kinds": {"```go\na\n```\n```py\nb\n```", 0, 400, false, []part{{"```go\na\n```\n```py\nb\n```", ""}}},
		"nothing":                       {" \n ", 0, 400, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var cites []rag.Citation
			for n := range c.cites {
				cites = append(cites, cite(n+1))
			}
			got := layout(c.text, cites, c.limit, c.together)
			if name == "code is reopened" {
				for i, p := range got {
					if i < len(got)-1 && (!strings.HasPrefix(p.text, "```go\n") || !strings.HasSuffix(p.text, "\n```")) {
						t.Errorf("part %d: %q", i, p.text)
					}
				}
				if len(got) < 2 || !strings.HasSuffix(got[len(got)-1].text, "Done.") {
					t.Errorf("%d parts: %q", len(got), got)
				}
				return
			}
			if d := cmp.Diff(c.want, got, cmp.AllowUnexported(part{})); d != "" {
				t.Error(d)
			}
		})
	}
}

var (
	bareMention = regexp.MustCompile(`(^|[^\\])(\\\\)*<(@[!&]?|#)[0-9]+>|@(everyone|here)`)
	maskedLink  = regexp.MustCompile(`\]\((https?://[^)\s]*)`)
)

// FuzzLayout checks that every part keeps within Discord's limits, mentions
// nobody, links only to the address of a footnote, and closes its blocks of code.
func FuzzLayout(f *testing.F) {
	f.Add("The ferry sails. [1]", "Ferry", "https://example.org", "It sails.", uint8(1), false)
	f.Add("@everyone [x](https://evil.example) ```\n@here\n", "](https://evil.example)", "https://a/)", "<@1>", uint8(3), true)
	f.Add(strings.Repeat("word ", 2000)+"[1][2][3]", strings.Repeat("t", 300), "https://example.org/"+strings.Repeat("a", 900), strings.Repeat("*", 3000), uint8(40), false)
	f.Add("```go\n"+strings.Repeat("    indented line\n", 400), "", "", "", uint8(0), true)
	f.Add(strings.Repeat("🙂", 3000)+strings.Repeat(`\`, 999), "🙂", "ftp://x", "\u202e", uint8(2), false)
	f.Fuzz(func(t *testing.T, text, title, address, quote string, n uint8, together bool) {
		n %= 60
		var cites []rag.Citation
		for k := range int(n) {
			cites = append(cites, rag.Citation{N: k + 1, Title: title, URL: address, Quote: quote, Published: time.Unix(1e9, 0)})
		}
		allowed := ""
		if l := maskedLink.FindStringSubmatch(source("x", address, time.Time{})); l != nil {
			allowed = l[1]
		}
		for _, limit := range []int{maxContent, maxContent - 304} {
			for i, p := range layout(text, cites, limit, together) {
				if u := units(p.text); u > limit || u == 0 {
					t.Errorf("part %d has %d units of text", i, u)
				}
				if u := units(p.notes); u > maxDescription {
					t.Errorf("part %d has %d units of notes", i, u)
				}
				if strings.Count(p.text, "```")%2 != 0 {
					t.Errorf("part %d does not close a block of code: %q", i, p.text)
				}
				for j, s := range strings.Split(p.text, "```") {
					if j%2 == 1 { // in code, Discord shows links and mentions as plain text
						continue
					}
					check(t, s, allowed)
				}
				check(t, p.notes, allowed)
			}
		}
		check(t, draftText(text), "-")
		if u := units(draftText(text)); u > maxContent {
			t.Errorf("a draft of %d units", u)
		}
	})
}

// check checks that s mentions nobody and links only to allowed.
func check(t *testing.T, s, allowed string) {
	t.Helper()
	if strings.Contains(s, "```") {
		return // a draft's code
	}
	if m := bareMention.FindString(s); m != "" {
		t.Errorf("%q mentions somebody: %q", s, m)
	}
	for _, at := range maskedLink.FindAllStringSubmatchIndex(s, -1) {
		before := s[:at[0]]
		if slashes := len(before) - len(strings.TrimRight(before, `\`)); slashes%2 == 1 {
			continue // escaped
		}
		if to := s[at[2]:at[3]]; to != allowed {
			t.Errorf("%q links to %q, not to %q", s, to, allowed)
		}
	}
}
