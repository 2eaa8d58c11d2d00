package source

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
)

// parseOne returns the only article in data.
func parseOne(source string, data []byte) (rag.Document, error) {
	for d, err := range (Reader{}).Bytes(context.Background(), source, "", data) {
		return d, err
	}
	return rag.Document{}, errors.New("nothing was yielded")
}

// TestGolden compares the text of each page in testdata with the .want file
// beside it.
func TestGolden(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("testdata/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no .md files in testdata: %v", err)
	}
	for _, page := range pages {
		want, err := os.ReadFile(strings.TrimSuffix(page, ".md") + ".want")
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseOne(page, data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got.Text); diff != "" {
			t.Errorf("%s (-want +got):\n%s", page, diff)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	tests := []struct {
		name, file, in string
		want           rag.Document
	}{
		{"text is unchanged", "a.txt", "One line,\nwrapped  here.\n\n  Indented.", rag.Document{Title: "One line, wrapped here", Text: "One line,\nwrapped  here.\n\n  Indented."}},
		{"no ending", "NOTES", "Words.", rag.Document{Title: "Words", Text: "Words."}},
		{"dots without an ending", "Mr. Smith, v1.2", "Words.", rag.Document{Title: "Words", Text: "Words."}},
		{"upper case ending", "A.MD", "*Words*", rag.Document{Title: "Words", Text: "Words\n"}},
		{"yaml", "a.txt", "---\ntitle: 'A: B'\nurl: https://x.org/a b\npublished: 2020-09-14\ncollection: news\n---\n\nWords.\n",
			rag.Document{Title: "A: B", URL: "https://x.org/a%20b", Published: day(2020, 9, 14), Collection: "news", Text: "Words.\n"}},
		{"toml", "a.md", "+++\ntitle = \"A\"\ndate = 2020-09-14T23:00:00-02:00\ntags = [\"x\"]\n[extra]\ny = 1\n+++\nWords.",
			rag.Document{Title: "A", Published: time.Date(2020, 9, 15, 1, 0, 0, 0, time.UTC), Text: "Words.\n\nTags: x\n"}},
		{"toml local date", "a.md", "+++\npublished = 2020-09-14\n+++\nWords.", rag.Document{Title: "Words", Published: day(2020, 9, 14), Text: "Words.\n"}},
		{"its own key takes precedence", "a.md", "---\ndate: 1999-01-01\npublished: 2020-09-14\nlink: https://b.org\n---\nWords.",
			rag.Document{Title: "Words", URL: "https://b.org", Published: day(2020, 9, 14), Text: "Words.\n"}},
		{"other spellings of a key", "a.md", "---\nPublish_Date: Sept. 14, 2020\nTITLE: 2020\n---\nWords.", rag.Document{Title: "2020", Published: day(2020, 9, 14), Text: "Words.\n"}},
		{"an author", "a.txt", "---\nauthor: Ann  Lowe\n---\nWords.\n", rag.Document{Title: "Words", Author: "Ann Lowe", Text: "Words.\n"}},
		{"authors", "a.txt", "---\nauthors:\n- Ann Lowe\n- Bob Ferris\n- {x: y}\n---\nWords.\n", rag.Document{Title: "Words", Author: "Ann Lowe, Bob Ferris", Text: "Words.\n"}},
		{"toml authors", "a.txt", "+++\nauthors = ['Ann Lowe', 'Bob Ferris']\n+++\nWords.\n", rag.Document{Title: "Words", Author: "Ann Lowe, Bob Ferris", Text: "Words.\n"}},
		{"an author that is a table", "a.txt", "---\nauthor: {name: Ann}\n---\nWords.\n", rag.Document{Title: "Words", Author: "Ann", Text: "Words.\n"}},
		{"empty values", "a.md", "---\ntitle: ~\nurl: /posts/1\npublished:\ncollection: \"\"\n---\nWords.", rag.Document{Title: "Words", Text: "Words.\n"}},
		{"an invalid address", "a.md", "---\nurl: javascript:alert(1)\n---\nWords.", rag.Document{Title: "Words", Text: "Words.\n"}},
		{"invalid values of other keys", "a.md", "---\ndate: today\nlink: [a]\nPublishDate: 2020-09-14\n---\nWords.", rag.Document{Title: "Words", Published: day(2020, 9, 14), Text: "Words.\n"}},
		{"a key in two spellings", "a.md", "---\ntitle: b\nTitle: a\n---\nWords.", rag.Document{Title: "a", Text: "Words.\n"}},
		{"an anchor and its alias", "a.md", "---\nx: &t The Title\ntitle: *t\n---\nWords.", rag.Document{Title: "The Title", Text: "Words.\n"}},
		{"an empty front matter", "a.md", "---\n# nothing\n---\nWords.", rag.Document{Title: "Words", Text: "Words.\n"}},
		{"closed by dots, CRLF", "a.txt", "---\r\ntitle: A\r\n...\r\nWords.\r\n", rag.Document{Title: "A", Text: "Words.\n"}},
		{"a line of dashes, no front matter", "a.txt", "---\nIt was late; the rain fell.\n---\nWords.", rag.Document{Title: "It was late; the rain fell", Text: "---\nIt was late; the rain fell.\n---\nWords."}},
		{"a fence without an end", "a.txt", "---\nNote: late.", rag.Document{Title: "Note: late", Text: "---\nNote: late."}},
		{"escape codes in a title", "a.md", "---\ntitle: \"\\e[31mRed\\x07 \\n title\"\n---\nWords.", rag.Document{Title: "[31mRed title", Text: "Words.\n"}},
		{"character references to control characters", "a.md", "a&#27;[0m&#0;&#8238;b", rag.Document{Title: "a[0m\ufffdb", Text: "a[0m\ufffdb\n"}},
		{"text that looks like a heading", "a.md", "\\# one\n\n&#35; two\n\n    # three\n\n> # four\n", rag.Document{Title: "# one", Text: " # one\n\n # two\n\n    # three\n\nfour\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.want.Source, tt.want.ID = tt.file, rag.DocumentID(tt.file)
			got, err := parseOne(tt.file, []byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseSkips(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file, in string
		why            Reason
		want           string
	}{
		{"an unknown kind", "a.png", "Words.", Other, "a.png: pictures, code and settings are not read"},
		{"an empty file", "a.txt", "", Empty, "a.txt: no words in it"},
		{"no words", "a.md", "\ufeff\n \t* * *\n<!-- words -->\n", Empty, "a.md: no words in it"},
		{"only a front matter", "a.md", "---\ntitle: A\n---\n", Empty, "a.md: no words in it"},
		{"NULs", "a", "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00>\x00", Binary, "a: not text"},
		{"control characters", "a.txt", "ab\x01\x02cd\x03\x04ef\x05\x06", Binary, "a.txt: not text"},
		{"unknown encoding", "a.txt", "\x98\xe2\x83 \xff\xaa\x90\x81\x8f\xc1\xfe\x97\xbf", Binary, "a.txt: not text: its encoding is not certain (cp866?); convert it with iconv -f ENCODING -t UTF-8"},
		{"two possible encodings", "a.txt", "5\xb3", Binary, "a.txt: not text: its encoding is not certain "},
		{"a deeply nested feed", "a.xml", `<rss version="2.0" xmlns:a="http://a.example"><channel><item><title>A</title>` + strings.Repeat("<a:b>", 5000), Malformed, "a.xml: malformed: elements nested more than 1000 deep"},
		{"deeply nested quotes", "a.md", "Words.\n" + strings.Repeat("> ", 3000) + "a", Malformed, "a.md: malformed: line 2: quotes or lists nested more than 100 deep"},
		{"a table of empty cells", "a.md", strings.Repeat("a|", 2000) + "\n" + strings.Repeat("-|", 2000) + strings.Repeat("\nx", 3000), Malformed, "a.md: malformed: a table of 2000 columns has too many empty cells"},
		{"an escape code in the name", "a\x1b[2J.txt", "", Empty, `"a\x1b[2J.txt": no words in it`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := parseOne(tt.file, []byte(tt.in))
			var got *Skipped
			if !errors.As(err, &got) || got.Reason != tt.why || got.Source != tt.file || got.Path != tt.file {
				t.Fatalf("got %#v, want reason %d", err, tt.why)
			}
			if !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %q, want %q", err, tt.want)
			}
		})
	}
}

func TestTitle(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 100)
	tests := []struct{ name, text, want string }{
		{"a dateline and a long sentence", "MOSCOW — Besieged by protesters at residence, the embattled strongman chief of Belarus, traveled.", "Besieged by protesters at residence, the embattled strongman…"},
		{"an agency's dateline", "NEW YORK (AP) - It rained.\nAll day.", "It rained"},
		{"a dateline with a date", "WASHINGTON, Sept. 14 -- The Senate voted.", "The Senate voted"},
		{"a name, not a dateline", "NATO — the alliance — met.", "NATO — the alliance — met"},
		{"a heading further down", "Words before.\n\n## The *Heading*\n\nWords.", "The *Heading*"},
		{"a heading without words", "# …\n\n### Third\n", "Third"},
		{"a line that is a title", "The Great Fire\nBy J. Smith\n\nIn 1666 it burned.", "The Great Fire"},
		{"a paragraph that is a title", "\n  The   Great Fire \n\nIn 1666 it burned.", "The Great Fire"},
		{"wrapped lines", "the rain fell\nupon the plain. And more.", "the rain fell upon the plain"},
		{"a short sentence", "It was cold. Some years ago, I went to sea. It was late.", "It was cold. Some years ago, I went to sea"},
		{"abbreviations", "Gen. Smith and Prof. Li met Mr. T. in St. Petersburg. They left.", "Gen. Smith and Prof. Li met Mr. T. in St. Petersburg"},
		{"a question", "What is to be done about it? Nothing.", "What is to be done about it?"},
		{"a quotation", "“We will not go to the moon.” He meant it.", "“We will not go to the moon.”"},
		{"a list", "- first of all the items\n- second", "first of all the items - second"},
		{"no spaces", strings.Repeat("字", 100), strings.Repeat("字", 63) + "…"},
		{"a long heading", "# " + long, strings.TrimSpace(strings.Repeat("word ", 32)) + "…"},
		{"an underlined title", "v1.7.9 Release Notes, second part and some more words\n=====\n\nWords.", "v1.7.9 Release Notes, second part and some more words"},
		{"a rule first", "-----\n\nWords.", "Words"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := title(rag.Document{Text: tt.text}); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	for r := UnknownKind; r <= Later; r++ {
		if strings.HasPrefix(r.String(), "reason") {
			t.Errorf("reason %d has no description", r)
		}
	}
	if len(reasons) != int(Later) {
		t.Errorf("%d reasons have a description, want %d", len(reasons), int(Later))
	}
}

func TestParseSafely(t *testing.T) {
	t.Parallel()
	at := place{"/x/a.md", "a.md"}
	t.Run("a panic", func(t *testing.T) {
		t.Parallel()
		_, err := parseSafely(t.Context(), at, func() (rag.Document, error) { panic("index out of range") })
		if want := "a.md: malformed: the parser crashed: index out of range"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
	t.Run("timeout", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			end := make(chan struct{})
			defer close(end)
			_, err := parseSafely(t.Context(), at, func() (rag.Document, error) { <-end; return rag.Document{}, nil })
			if want := "a.md: malformed: the parser took longer than 10s"; err == nil || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	})
	t.Run("cancelled", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		end := make(chan struct{})
		defer close(end)
		_, err := parseSafely(ctx, at, func() (rag.Document, error) { cancel(); <-end; return rag.Document{}, nil })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v", err, context.Canceled)
		}
	})
}

// FuzzParse checks that no file makes Bytes panic and that the resulting text
// is tidy and may be shown.
func FuzzParse(f *testing.F) {
	err := filepath.WalkDir("testdata", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		f.Add(data)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{
		"\xff\xfea\x00b\x00", "\xfe\xff\x00a", "a\x00\n\x00", "caf\xe9", "\x00\x01", "+++\na = 1\n+++\nb", "---\na: &b [*b]\n---\nc",
		"---\ntitle: !!binary x\n---\na", "<h1>a</h1><!-- b", "&#27;&#13;&#x2028;a", "1. a\n   - b\n\n     > c\n", "|a|\n|-|\n|b", "[^1]\n\n[^1]: [^1]",
		"---\ntitle: A: [b\nauthors:\n\t- name: c\n---\nd", "{\n\"title\": \"a\"\n}\nb", "Title: a\nDate: b\n\nc", "---\ndraft: true\n\na", "---\ndate: 1/13/2020 3:04 pm EST\n---\na",
		"!!! note \"a\"\n    b\n\n=== \"c\"\n\td", ":::note[a]\nb\n:::", "```{tip} a\n:b: c\nd\n```", "> [!a] b\n> c", "[[a|b]] ![[c]] ==d== ++e++ ^[f] {g}`h <i>` {#j} k:: l ^m", "*[a]: b\n\nc\n: d",
		"a %% b\n\n`c` %% {% raw %}{% d %}{% endraw %}{% highlight e %}\nf\n{% endhighlight %}{{< g caption='h' >}}", "import a from 'b'\n\n<A b={c} label=\"d\">\n\n    e {/* f */} {'g'}\n</A>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4<<10 {
			t.Skip("the parser takes quadratic time for some inputs")
		}
		for _, name := range []string{"a.txt", "a.md", "a.mdx", "a"} {
			d, err := parseOne(name, data)
			if err != nil {
				var skipped *Skipped
				if !errors.As(err, &skipped) {
					t.Fatalf("%s: got %v, want a *Skipped", name, err)
				}
				continue
			}
			if !utf8.ValidString(d.Text) || tidy(d.Text) != d.Text || !hasWord(d.Text) {
				t.Errorf("%s: text is not tidy: %q", name, d.Text)
			}
			if d.Title == "" || oneLine(d.Title) != d.Title || tidy(d.Title) != d.Title || utf8.RuneCountInString(d.Title) > maxTitle {
				t.Errorf("%s: invalid title %q", name, d.Title)
			}
			for _, s := range []string{d.URL, d.Collection} {
				if strings.ContainsFunc(s, unicode.IsControl) || !utf8.ValidString(s) {
					t.Errorf("%s: %q has control characters", name, s)
				}
			}
			if d.ID != rag.DocumentID(name) || d.Published.Location() != time.UTC {
				t.Errorf("%s: invalid ID %s or time %v", name, d.ID, d.Published)
			}
		}
	})
}
