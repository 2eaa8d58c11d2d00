package source

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// filler is text that makes a page long enough for the extractor.
var filler = strings.Repeat("<p>The lighthouse keeper walked down to the shore again, and he carried forty lamps and a rope.</p>\n", 5)

var fillerText = strings.Repeat("The lighthouse keeper walked down to the shore again, and he carried forty lamps and a rope.\n\n", 5)

func TestPageText(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, body, want string }{
		{"lines of code", "<pre><code class=\"language-sh\"><span class=k>lamp</span> stop\n  if dark:\n\n    lamp start\n</code></pre>", "    lamp stop\n      if dark:\n\n        lamp start\n"},
		{"code with line breaks as tags", "<pre>lamp stop<br>lamp start</pre>", "    lamp stop\n    lamp start\n"},
		{"an element for each line of code", "<pre><code><div>lamp stop</div><div>  if dark</div></code></pre>", "    lamp stop\n      if dark\n"},
		{"line numbers", "<table class=highlight><tr><td class=gutter><pre>1\n2</pre></td><td class=code><pre>lamp stop\nlamp start</pre></td></tr></table>", "    lamp stop\n    lamp start\n"},
		{"steps", "<ol><li>Climb up.</li><li><p>Light it:</p><ul><li>oil</li><li>match</li></ul></li><li>Climb down.</li></ol>", "1) Climb up.\n2) Light it:\n  - oil\n  - match\n3) Climb down.\n"},
		{"steps that start at four", "<ol start=4><li>Climb up.</li><li value=9>Light it.</li><li>Climb down.</li></ol>", "4) Climb up.\n9) Light it.\n10) Climb down.\n"},
		{"a list for each step", "<ol start=1><li>Climb up.</li></ol><ol start=2><li>Light it.</li></ol><ol><li>Other.</li></ol>", "1) Climb up.\n2) Light it.\n\n1) Other.\n"},
		{"code in a step", "<ol><li>Climb up:<pre>climb\n  up</pre></li><li>Rest.</li></ol>", "1) Climb up:\n      climb\n        up\n2) Rest.\n"},
		{"a table", "<table><caption>Lamps</caption><thead><tr><th>Lamp</th><th>Watts</th></tr></thead><tbody><tr><td><p>Mail</p></td><td>90</td></tr><tr><td>Share</td><td>60<br>70</td></tr></tbody></table>",
			"Lamps\nLamp | Watts\nMail | 90\nShare | 60 70\n"},
		{"permalinks", "<h2>Lamps<a class=headerlink href=#lamps title=Permalink>¶</a></h2><p>Two lamps.</p><h3><a href=#oil aria-hidden=true>#</a> Oil</h3><p>Whale oil.</p><h3>Wick <a href=#wick class=doc-anchor>§</a></h3><p>Cotton.</p>",
			"## Lamps\n\nTwo lamps.\n\n### Oil\n\nWhale oil.\n\n### Wick\n\nCotton.\n"},
		{"numbers of headings", "<h2><span class=section-number>1.2. </span>Lamps</h2><p>Two lamps.</p>", "## Lamps\n\nTwo lamps.\n"},
		{"marks of notes", "<p>It burned<sup><a href=#n1>[1]</a></sup> long.</p>", "It burned long.\n"},
		{"definitions", "<dl><dt>Wick</dt><dd>What burns.</dd></dl>", "Wick\nWhat burns.\n"},
		{"private characters", "<p>It \U000f0000burned\U000f0003 long, and everybody saw the light.</p>", "It burned long, and everybody saw the light.\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := parseOne("a.html", []byte("<!DOCTYPE html><html lang=en><title>Lighthouse</title><body><nav><a href=/>Home</a></nav><main><h1>Lighthouse</h1>"+filler+tt.body+"</main>"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(fillerText+tt.want, d.Text); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestShortPages(t *testing.T) {
	t.Parallel()
	menu := "<div class=top><ul><li><a href=/>Home</a></li><li><a href=/a>About us</a></li><li><a href=/b>Contact</a></li></ul></div>"
	tests := []struct{ name, body, want string }{
		{"a heading and paragraphs", "<div><h1>Lamp</h1><p>It burns.</p><p>It costs 12 euros.</p></div>", "It burns.\n\nIt costs 12 euros.\n"},
		{"a menu", menu + "<h1>Lamp</h1><p>It burns.</p><ul><li>oil</li></ul>", "It burns.\n\n- oil\n"},
		{"an article", "<nav>Home</nav><article><h1>Lamp</h1><p>It burns.</p><p>It is old.</p></article><footer>© 2019</footer>", "It burns.\n\nIt is old.\n"},
		{"comments", "<article><h1>Lamp</h1><p>Posted on May 4, 2021 by Bo</p><p>It burns.</p></article><div id=comments><p>Nice!</p></div>", "It burns.\n"},
		{"tabs", "<main><h1>Lamp</h1><div role=tabpanel><p>Oil.</p></div><div role=tabpanel hidden><p>Gas.</p></div></main>", "Oil.\n\nGas.\n"},
		{"words without an element", "It burns.", "It burns.\n"},
		{"a heading and links", menu + "<h1>Lamps</h1><div class=toctree><ul><li><a href=a>Oil lamps</a></li><li><a href=b>Gas lamps</a></li></ul></div>", "- Home\n- About us\n- Contact\n\n# Lamps\n\n- Oil lamps\n- Gas lamps\n"},
		{"only a menu", "<ul><li><a href=/>Home</a></li><li><a href=/a>About us</a></li></ul>", "- Home\n- About us\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := parseOne("a.html", []byte("<html><title>Lamp</title><body>"+tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, d.Text); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	_, err := parseOne("a.html", []byte(`<meta http-equiv="Refresh" content="0; url=b.html"><p>Redirecting to b.html`))
	var skipped *Skipped
	if !errors.As(err, &skipped) || skipped.Reason != Empty {
		t.Errorf("a redirection: got %v, want it skipped", err)
	}
}

// TestLargePage checks that a page beyond maxTexts is read.
func TestLargePage(t *testing.T) {
	t.Parallel()
	d, err := parseOne("a.html", []byte("<title>Lamps | Harbour</title><nav>Home</nav><main><h1>Lamps</h1>"+strings.Repeat("<p>It <b>burns</b>.", maxTexts/3+1)))
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Repeat("It burns.\n\n", maxTexts/3+1); d.Title != "Lamps" || d.Text != want[:len(want)-1] {
		t.Errorf("got %q, %d bytes, want Lamps, %d bytes", d.Title, len(d.Text), len(want)-1)
	}
}

// TestShortMain checks that a long menu does not take the place of a short article.
func TestShortMain(t *testing.T) {
	t.Parallel()
	menu := `<nav class=sidebar><ol>` + strings.Repeat("<li><a href=x>1.1. A chapter of the lamp book</a></li>", 200) + `</ol></nav>`
	d, err := parseOne("a.html", []byte(`<!DOCTYPE html><html><title>Oil - Lamps</title><body>`+menu+`<main><h1>Oil</h1><p>Lamps need whale oil, see #27.</p></main>`))
	if err != nil || d.Text != "Lamps need whale oil, see #27.\n" {
		t.Errorf("%v: %.200q", err, d.Text)
	}
}

func TestPageTitles(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, page, want string }{
		{"mdBook", `<title>Oil - The Lamp Book</title><body><div id=menu-bar><h1 class=menu-title>The Lamp Book</h1></div><div id=help><h2>Keyboard shortcuts</h2></div><main><h1 id=oil><a class=header href=#oil>Oil</a></h1>` + filler + `</main>`, "Oil"},
		{"mdBook whose heading differs", `<title>Oil - The Lamp Book</title><body><h1 class=menu-title>The Lamp Book</h1><main><h1>Whale fat</h1>` + filler + `</main>`, "Whale fat"},
		{"Sphinx", `<title>3. Oil &#8212; Lamp 1.2 documentation</title><body><div class=document><div class=body role=main><section><h1><span class=section-number>3. </span>Oil<a class=headerlink href=#oil>¶</a></h1>` + filler + `</section></div></div>`, "Oil"},
		{"Docusaurus", `<title>Oil | Lamp</title><body><nav class=navbar><a>Lamp</a></nav><main><article><header><h1>Oil<a class=hash-link href=#oil>&#8203;</a></h1></header>` + filler + `</article></main>`, "Oil"},
		{"a site's name without a frame", `<title>Oil – The Lamp Company</title><body><div class=x><h1>The Lamp Company</h1></div><div><h2>Oil</h2>` + filler + `</div>`, "Oil"},
		{"rustdoc", `<title>Lamp in lamps::old - Rust</title><body><nav class=sidebar><h2><a>Lamp</a></h2></nav><main><div><h1>Struct <a>lamps</a>::<wbr><a>old</a>::<wbr><a>Lamp</a><button>Copy item path</button></h1></div>` + filler + `</main>`, "Struct lamps::old::Lamp"},
		{"javadoc", `<title>Lamp (Lamps 1.2 API)</title><body><main role=main><div class=header><h2 title="Class Lamp" class=title>Class Lamp</h2></div>` + filler + `</main>`, "Class Lamp"},
		{"the site's name in front", `<title>Lamp Review: A brighter lamp</title><body><h1>A brighter lamp</h1>` + filler, "A brighter lamp"},
		{"a longer title for search engines", `<title>A brighter lamp for your harbour in ten steps | Lamps</title><meta property=og:title content="A brighter lamp for your harbour in ten steps"><body><h1>A brighter lamp for your harbour</h1>` + filler, "A brighter lamp for your harbour"},
		{"a file's name in front", `<title>oil.c - source</title><body>` + filler, "oil.c - source"},
		{"a small heading", `<title>OIL</title><body><div><h2><span>OIL</span></h2>` + filler + `<div><h3 class=title>Tip</h3>` + filler + `</div>`, "OIL"},
		{"no heading", `<title>A brighter lamp | Lamps</title><meta property=og:site_name content=Lamps><body>` + filler, "A brighter lamp"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := parseOne("a.html", []byte("<!DOCTYPE html><html>"+tt.page))
			if err != nil {
				t.Fatal(err)
			}
			if d.Title != tt.want {
				t.Errorf("got %q, want %q", d.Title, tt.want)
			}
		})
	}
}

// FuzzPage checks that no page makes the extractor panic and that no mark stays
// in its text.
func FuzzPage(f *testing.F) {
	f.Add([]byte("<html><body><p>a"))
	f.Add([]byte("<title>a - b</title><h1>a</h1>" + filler + "<ol start=3><li>a<pre>b\nc</pre><ul><li>d</ol><table><tr><td>a<td>b<table><tr><td><h2>c</table></table>"))
	f.Add([]byte("<title>\U000f0001a</title><h1>&#xF0000;b</h1><p>c\U000f0002"))
	f.Add([]byte(`<script type="application/ld+json">[{"@graph":[{"@type":"Article","datePublished":["2020-01-01"]}]}]</script><time datetime=2020 pubdate>a` + filler))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := parseOne("a.html", data)
		var skipped *Skipped
		switch {
		case err != nil && !errors.As(err, &skipped):
			t.Fatalf("got error %v, want a *Skipped", err)
		case err != nil && strings.Contains(err.Error(), "the parser"):
			t.Error(err)
		case err == nil && (!isText(d.Text) || tidy(d.Text) != d.Text || !hasWord(d.Text) || strings.ContainsFunc(d.Text+d.Title+d.Author+d.Site, isMark)):
			t.Errorf("document is not valid: %+v", d)
		}
	})
}
