package source

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
)

// readWith returns the only article in data, and the warnings.
func readWith(t *testing.T, r Reader, name, data string) (rag.Document, []string, error) {
	t.Helper()
	warned := make(chan string, 10)
	r.Warn = func(w Warning) { warned <- w.String() }
	for d, err := range r.Bytes(t.Context(), name, "", []byte(data)) {
		close(warned)
		var all []string
		for w := range warned {
			all = append(all, w)
		}
		return d, all, err
	}
	t.Fatal("nothing was yielded")
	return rag.Document{}, nil, nil
}

func TestFrontMatter(t *testing.T) {
	t.Parallel()
	const body = "The tide turns at six.\n"
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	tests := []struct {
		name, in string
		want     rag.Document
		warning  string
	}{
		{"a colon in a title", "---\ntitle: Tides: a primer\nauthor: Ann Lowe\n---\n", rag.Document{Title: "Tides: a primer", Author: "Ann Lowe"}, "front matter: yaml: "},
		{"brackets before words", "---\ndate: 2020-09-14\ntitle: [WIP] Tides #3\n---\n", rag.Document{Title: "[WIP] Tides #3", Published: day(2020, 9, 14)}, "front matter: yaml: "},
		{"only brackets", "---\ntitle: [a, b]\n---\n", rag.Document{Title: "a, b"}, "front matter: title: it should be a line of text, not a list"},
		{"a tab", "---\ntitle: Tides\ntags:\n\t- sea\n\t- moon\n---\n", rag.Document{Title: "Tides", Text: body + "\nTags: sea, moon\n"}, "front matter: yaml: "},
		{"a quote without an end", "---\ntitle: \"Tides\nauthor: Ann\n---\n", rag.Document{Title: "Tides", Author: "Ann"}, "front matter: yaml: "},
		{"quotes in quotes", "---\ntitle: \"The \"high\" tide\"\n---\n", rag.Document{Title: `The "high" tide`}, "front matter: yaml: "},
		{"an at sign and a backtick", "---\nauthor: @ann\ntitle: `tide` in C\n---\n", rag.Document{Title: "`tide` in C", Author: "@ann"}, "front matter: yaml: "},
		{"a line without a key", "---\ntitle: Tides\nwhatever this is\nauthor: Ann\n---\n", rag.Document{Title: "Tides whatever this is", Author: "Ann"}, "front matter: yaml: "},
		{"a template", "---\ntitle: {{ title }}\nauthor: Ann\n---\n", rag.Document{Title: "The tide turns at six", Author: "Ann"}, ""},
		{"a key twice", "---\ntitle: A\ntitle: B\n---\n", rag.Document{Title: "B"}, ""},
		{"all indented", "---\n  title: Tides: a primer\n  author: Ann\n---\n", rag.Document{Title: "Tides: a primer", Author: "Ann"}, "front matter: yaml: "},
		{"published as a switch", "---\ntitle: Tides\npublished: true\n---\n", rag.Document{Title: "Tides"}, ""},
		{"an ambiguous date", "---\ntitle: Tides\npublished: 09/10/2020\n---\n", rag.Document{Title: "Tides"}, `front matter: published: "09/10/2020" is not a date, or could be two; write it as 2020-09-14`},
		{"a date of one meaning", "---\ntitle: Tides\npublished: 09/14/2020\n---\n", rag.Document{Title: "Tides", Published: day(2020, 9, 14)}, ""},
		{"created before updated", "---\ntitle: Tides\nlastmod: 2021-01-01\ncreated: 2020-09-14\n---\n", rag.Document{Title: "Tides", Published: day(2020, 9, 14)}, ""},
		{"published before created", "---\ntitle: Tides\ncreated: 2020-01-01\npubDatetime: 2020-09-14\n---\n", rag.Document{Title: "Tides", Published: day(2020, 9, 14)}, ""},
		{"only modified", "---\ntitle: Tides\ndate modified: Monday 14th September 2020 3:04 PM\n---\n", rag.Document{Title: "Tides", Published: day(2020, 9, 14).Add(15*time.Hour + 4*time.Minute)}, ""},
		{"last_update", "---\ntitle: Tides\nlast_update:\n  date: 2020-09-14\n---\n", rag.Document{Title: "Tides", Published: day(2020, 9, 14)}, ""},
		{"a date that is a link", "---\ntitle: Tides\ndate: [[2020-09-14]]\n---\n", rag.Document{Title: "Tides", Published: day(2020, 9, 14)}, ""},
		{"a date in a path", "+++\ntitle = 'Tides'\npath = '2020/09/14/tides'\n+++\n", rag.Document{Title: "Tides", Published: day(2020, 9, 14)}, ""},
		{"authors as objects and links", "---\ntitle: Tides\nauthors:\n- name: Ann Lowe\n  url: x\n- \"[[People/Bob Ferris|Bob]]\"\n- {given: Cy, family: Orr}\n- [Dee](https://x.org)\n---\n", rag.Document{Title: "Tides", Author: "Ann Lowe, Bob, Cy Orr, Dee"}, "front matter: yaml: "},
		{"a source", "---\ntitle: Tides\nurl: /tides\nsource: \"[site](https://x.org/tides)\"\n---\n", rag.Document{Title: "Tides", URL: "https://x.org/tides"}, ""},
		{"aliases and tags", "---\ntitle: Tides\naliases: [High water, /old/]\ntags: \"#sea #moon\"\ncategories:\n- sea\n---\n", rag.Document{Title: "Tides", Text: body + "\nAlso called: High water\n\nTags: sea #moon, sea\n"}, ""},
		{"toml tables", "+++\ntitle = 'Tides'\n[taxonomies]\ntags = ['sea']\n[extra]\nauthor = 'Ann'\n+++\n", rag.Document{Title: "Tides", Author: "Ann", Text: body + "\nTags: sea\n"}, ""},
		{"invalid toml", "+++\ntitle = Tides: a primer\nauthor = 'Ann'\n[extra]\nx = \n+++\n", rag.Document{Title: "Tides: a primer", Author: "Ann"}, "front matter: toml: "},
		{"json", "{\n  \"title\": \"Tides\",\n  \"date\": \"2020-09-14\",\n  \"tags\": [\"sea\"]\n}\n", rag.Document{Title: "Tides", Published: day(2020, 9, 14), Text: body + "\nTags: sea\n"}, ""},
		{"invalid json", "{\n  \"title\": \"Tides\",\n  \"author\": \"Ann\",\n}\n", rag.Document{Title: "Tides", Author: "Ann"}, "front matter: invalid character"},
		{"without fences", "Title: Tides\nDate: 2020-09-14 10:20\nCategory: sea\n", rag.Document{Title: "Tides", Published: day(2020, 9, 14).Add(10*time.Hour + 20*time.Minute), Text: body + "\nTags: sea\n"}, ""},
		{"a space is missing", "---\ntitle:Tides\nauthor: Ann\n---\n", rag.Document{Title: "Tides", Author: "Ann"}, "front matter: yaml: "},
		{"links in a value", "---\ntitle: Tides\nauthor: \"[[Ann Lowe]], [[Bob]]\"\n---\n", rag.Document{Title: "Tides", Author: "Ann Lowe, Bob"}, ""},
		{"a named fence", "---toml\ntitle = 'Tides'\n---\n", rag.Document{Title: "Tides"}, ""},
		{"json on a line", "{\"title\": \"Tides\", \"author\": {\"name\": \"Ann\"}}\n", rag.Document{Title: "Tides", Author: "Ann"}, ""},
		{"a title block", "% Tides\n% Ann Lowe; Bob\n% 14 September 2020\n", rag.Document{Title: "Tides", Author: "Ann Lowe, Bob", Published: day(2020, 9, 14)}, ""},
		{"no end", "---\ntitle: Tides\nauthor: Ann\n", rag.Document{Title: "Tides", Author: "Ann"}, "front matter: it does not end with a line of ---"},
		{"a longer fence", "-----\ntitle: Tides\n-----\n", rag.Document{Title: "Tides"}, ""},
		{"nested lists", "+++\ntitle = 'Tides'\nx = " + strings.Repeat("[", 100_000) + "\n+++\n", rag.Document{Title: "Tides"}, "front matter: it is too long or nested too deep"},
		{"nested keys", "+++\ntitle = 'Tides'\n" + strings.Repeat("a.", 100_000) + "a = 1\n+++\n", rag.Document{Title: "Tides"}, "front matter: it is too long or nested too deep"},
		{"nested aliases", "---\ntitle: Tides\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n---\n", rag.Document{Title: "Tides"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.want.Source, tt.want.ID = "a.md", rag.DocumentID("a.md")
			if tt.want.Text == "" {
				tt.want.Text = body
			}
			got, warnings, err := readWith(t, Reader{}, "a.md", tt.in+"\n"+body)
			if err != nil {
				t.Fatal(err)
			}
			got.Language = ""
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			switch {
			case tt.warning == "" && len(warnings) > 0:
				t.Errorf("got the warnings %q", warnings)
			case tt.warning != "" && (len(warnings) != 1 || !strings.HasPrefix(warnings[0], "a.md: "+tt.warning)):
				t.Errorf("got the warnings %q, want %q", warnings, tt.warning)
			}
		})
	}
}

func TestUnpublished(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, in, want string }{
		{"a draft", "a.md", "---\ntitle: A\ndraft: true\n---\nWords.", "a.md: not published: draft: true"},
		{"a draft in toml", "a.md", "+++\ndraft = true\n+++\nWords.", "a.md: not published: draft: true"},
		{"a draft in plain text", "a.txt", "---\nDraft: Yes\n---\nWords.", "a.txt: not published: Draft: Yes"},
		{"a draft beside a bad line", "a.md", "---\ntitle: A: B\ndraft: true\n---\nWords.", "a.md: not published: draft: true"},
		{"a draft, then no draft", "a.md", "---\ndraft: true\ndraft: false\n---\nWords.", "a.md: not published: draft: true"},
		{"a front matter without an end", "a.md", "---\ntitle: A\ndraft: true\n\nWords.", "a.md: not published: draft: true"},
		{"without fences", "a.md", "Title: A\nStatus: draft\n\nWords.", "a.md: not published: Status: draft"},
		{"not published", "a.md", "---\npublished: false\n---\nWords.", "a.md: not published: published: false"},
		{"not published, with a date", "a.md", "---\ndate: 2020-01-01\npublish: no\n---\nWords.", "a.md: not published: publish: no"},
		{"private", "a.md", "---\nstatus: private\n---\nWords.", "a.md: not published: status: private"},
		{"a password", "a.md", "---\npassword: abc\n---\nWords.", "a.md: not published: it has a password"},
		{"later", "a.md", "---\npublishDate: 2999-01-01\n---\nWords.", "a.md: not published: its date is 2999-01-01"},
		{"a date in the future", "a.md", "+++\ndate = 2999-01-01T00:00:00Z\n+++\nWords.", "a.md: not published: its date is 2999-01-01"},
		{"a post of the future", "/x/_posts/2099-01-01-a.md", "Words.", "/x/_posts/2099-01-01-a.md: not published: its date is 2099-01-01"},
		{"expired", "a.md", "---\nexpiryDate: 2001-01-01\n---\nWords.", "a.md: not published: it expired on 2001-01-01"},
		{"a folder of drafts", "/x/_drafts/a.md", "Words.", "/x/_drafts/a.md: not published: it is in the folder _drafts"},
		{"a draft without a space", "a.md", "---\ntitle: A\ndraft:true\n---\nWords.", "a.md: not published: draft: true"},
		{"no draft", "a.md", "---\ndraft: false\npublished: true\npassword:\nstatus: open\n---\nWords.", ""},
		{"a task", "a.md", "---\ndue: 2999-01-01\ndate: 2999-01-01\n---\nWords.", ""},
		{"an event", "a.md", "---\ntype: event\ndate: 2999-01-01\n---\nWords.", ""},
		{"a post of the past", "/x/_posts/2001-01-01-a.md", "Words.", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, _, err := readWith(t, Reader{}, tt.file, tt.in)
			var skipped *Skipped
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want == "" && d.Published.After(time.Now()):
				t.Errorf("published on %v", d.Published)
			case tt.want != "" && (!errors.As(err, &skipped) || skipped.Reason != Unpublished || err.Error() != tt.want):
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if d, _, err := readWith(t, Reader{Drafts: true}, tt.file, tt.in); err != nil || d.Text != "Words." && d.Text != "Words.\n" {
				t.Errorf("with Drafts: got %q, %v", d.Text, err)
			}
		})
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, in, title, text string }{
		{"only properties", "/Films/The Night Ferry.md", "---\ncategories: \"[[Movies]]\"\ndirector:\n- \"[[Mara Lind]]\"\nyear: 1982\nseen: true\nlayout: film\n---\n", "The Night Ferry",
			"- director: Mara Lind\n- year: 1982\n- seen: true\n\nTags: Movies\n"},
		{"no heading", "/Jane Doe.md", "Likes sailing.", "Jane Doe", "Likes sailing.\n"},
		{"a heading further down", "/Glossary.md", "Words of the sea.\n\n## Anchor\n\nHolds a ship.", "Glossary", "Words of the sea.\n\n## Anchor\n\nHolds a ship.\n"},
		{"sections", "/Standup.md", "## Done\n\nA.\n\n## Open\n\nB.", "Standup", "## Done\n\nA.\n\n## Open\n\nB.\n"},
		{"one heading of its level", "/x/standup.md", "## The Standup\n\n### Done\n\nA.", "The Standup", "## The Standup\n\n### Done\n\nA.\n"},
		{"badges above the heading", "/x/tide tool.md", "[![Build](x)](y) [English](z)\n\n# Tide\n\nA tool.", "Tide", "Build English\n\n# Tide\n\nA tool.\n"},
		{"a file that every folder has", "/x/README.md", "This is about tides.\n\n## Install\n\nRun it.", "This is about tides", "This is about tides.\n\n## Install\n\nRun it.\n"},
		{"such a file with a title below its text", "/x/README.md", "This is about tides.\n\n# Tide\n\nRun it.", "Tide", "This is about tides.\n\n# Tide\n\nRun it.\n"},
		{"fields", "/Jane.md", "phone:: 555 0100\nborn:: 1980\n\nIn C++, write `std:: x`, std::move.", "Jane", "phone: 555 0100\n\nborn: 1980\n\nIn C++, write std:: x, std::move.\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := parseOne(tt.file, []byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if d.Title != tt.title {
				t.Errorf("title %q, want %q", d.Title, tt.title)
			}
			if diff := cmp.Diff(tt.text, d.Text); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzFrontMatter checks that no front matter loses a byte of what follows it.
func FuzzFrontMatter(f *testing.F) {
	for _, s := range []string{"title: a", "title: [a", "a: &b [*b, *b]\nc: *b", "\ta:\n\t- b: c", "title = 'a'\n[b]\nc = [1, {d = 2}]", "[[a]]\nb = 2020-01-01", "\"a\": 1,\n\"b\": [null]", "a: |\n  b\n  c", "authors:\n- name: {given: a}"} {
		for _, fence := range []string{"---", "+++", "{"} {
			f.Add(fence, s)
		}
	}
	f.Fuzz(func(t *testing.T, fence, block string) {
		const body = "The body.\n\n---\n"
		end := fence
		if fence == "{" {
			end = "}"
		}
		text := fence + "\n" + block + "\n" + end + "\n" + body
		properties, got, problem := frontMatter(text)
		if !strings.HasSuffix(got, body) {
			t.Errorf("the body is %q", got)
		}
		m := matterOf(properties)
		m.describe()
		m.unpublished("a.md", time.Now())
		if s := m.closing() + listing(properties); tidy(s) != s {
			t.Errorf("%q is not tidy", s)
		}
		if problem != nil && len(problem.Error()) > 1000 {
			t.Errorf("a long message: %v", problem)
		}
	})
}
