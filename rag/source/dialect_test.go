package source

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// markdownCase is Markdown with the text that it must give.
type markdownCase struct{ name, in, want string }

func checkMarkdown(t *testing.T, tests []markdownCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := markdownText(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDialects(t *testing.T) {
	t.Parallel()
	tests := []markdownCase{
		{"wikilinks", "See [[Page]], [[Folder/Page|these *words*]], [[Page#Part]], [[#Part]], [[Page#^id]] and [[Page.md]].", "See Page, these *words*, Page, Part, Part, Page and Page.\n"},
		{"a link in brackets", "See [[1]](https://x.org) and `[[x]]`, [[ -f x ]].", "See [1] and [[x]], [[ -f x ]].\n"},
		{"wikilinks in a table", "| a | b |\n|---|---|\n| [[P\\|q]] | c |", "a | b\nq | c\n"},
		{"embeds", "![[a.png]] ![[a.png|300]] ![[a.png|A ship]] ![[Note|200]] ![[b.pdf]]", "A ship Note b.pdf\n"},
		{"callouts", "> [!note]\n> Words.\n\n> [!tip]+ A *title*\n> More.\n>\n> - item\n\n> [!info|wide]- Alone\n\n> [x] no callout", "Words.\n\nA title\n\nMore.\n\n- item\n\nAlone\n\n[x] no callout\n"},
		{"admonitions", "Before.\n!!! note \"A title\"\n    Words.\n\n    ```sh\n    ls {{ x }}\n    ```\n\n??? tip\n    More.\n\nAfter.", "Before.\n\nA title\n\nWords.\n\n    ls {{ x }}\n\nMore.\n\nAfter.\n"},
		{"nested admonitions", "!!! note\n    A.\n    !!! tip \"T\"\n        B.\n\n    C.", "A.\n\nT\n\nB.\n\nC.\n"},
		{"no admonition", "!!! Attention everyone\n\nWords.", "!!! Attention everyone\n\nWords.\n"},
		{"tabs", "=== \"Linux\"\n\n    Use apt.\n\n=== \"macOS\"\n\n    - Use brew.", "Linux\n\nUse apt.\n\nmacOS\n\n- Use brew.\n"},
		{"an underlined heading", "Title\n===", "# Title\n"},
		{"directives of Docusaurus", ":::note[The title]\nWords.\n:::\n\n::::tip Another\n:::danger\nMore.\n:::\nAfter.\n::::\nOutside.", "The title\n\nWords.\n\nAnother\n\nMore.\n\nAfter.\n\nOutside.\n"},
		{"directives of Pandoc and VitePress", "::: {.callout-note title=\"The title\"}\nA.\n:::\n::: details Click {open}\nB.\n:::\n:::", "The title\n\nA.\n\nClick\n\nB.\n"},
		{"directives of MyST", "```{note} The title\n:class: wide\nA [link](x).\n```\n\n````{tab-set}\n```{tab-item} Linux\nB.\n```\n````\n\n:::{warning}\nC.\n:::\n\n```{deprecated} 2.1\n```", "The title\n\nA link.\n\nLinux\n\nB.\n\nC.\n\nDeprecated since version 2.1\n"},
		{"targets, lists of files and comments of MyST", "(a-b)=\n# Title\n\n% x\n\n```{toctree}\n:x: y\na\n```\n\nWords.", "# Title\n\nWords.\n"},
		{"a percentage", "It grew by 5\n% of it.", "It grew by 5 % of it.\n"},
		{"code in braces", "```{r, echo=FALSE}\nx <- {{1}} # {% x %}\n```\n\n```{code-block} sh\n%% a %%\n```", "    x <- {{1}} # {% x %}\n\n    %% a %%\n"},
		{"code in a directive", ":::note\n```md\n:::tip\n:::\n```\nAfter.\n:::\nOutside.", "    :::tip\n    :::\n\nAfter.\n\nOutside.\n"},
		{"blocks of MkDocs", "/// note | The title\nWords.\n///", "The title\n\nWords.\n"},
		{"a comment of a program", "/// Returns the tide.", "/// Returns the tide.\n"},
		{"roles", "Press {kbd}`Ctrl`, see {doc}`the page <a/b>`, {ref}`x`, {pep}`8`. `a <b>`", "Press Ctrl, see the page, x, PEP 8. a <b>\n"},
		{"attributes", "## Part {#part .wide}\n\nA [link](x){target=_blank}, `code`{.sh}.{ .annotate }\n{: .lead }\n\nThe set {a=1}, rate{job=\"x\"}, loop { ... }.", "## Part\n\nA link, code.\n\nThe set {a=1}, rate{job=\"x\"}, loop { ... }.\n"},
		{"marks and keys", "The ==price== is ==1 *euro*==. ++ctrl+alt++ ^^new^^ C++ and C++, a==b or c==d. `==x==`", "The price is 1 euro. ctrl+alt new C++ and C++, a==b or c==d. ==x==\n"},
		{"block IDs", "Words. ^id-1\n\n- item ^x\n\nx^2 and y ^2 more", "Words.\n\n- item\n\nx^2 and y ^2 more\n"},
		{"notes in the line", "Words.^[A note.]", "Words. (A note.)\n"},
		{"icons", ":material-check: yes :smile: 10:20:30", "yes :smile: 10:20:30\n"},
		{"abbreviations", "The SLA.\n\n*[SLA]: Service Level Agreement\n*[TLA]: Three Letters", "The SLA.\n\nSLA: Service Level Agreement\n\nTLA: Three Letters\n"},
		{"instructions", "[TOC]\n\n--8<-- \"a.md\"\n\nWords.\n\n[[_TOC_]]", "Words.\n"},
		{"definitions", "Term\nOther\n:   A *meaning*.\n:   Another.\n\nNext\n: Words.", "Term, Other: A meaning.\nTerm, Other: Another.\nNext: Words.\n"},
	}
	checkMarkdown(t, tests)
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	tests := []markdownCase{
		{"comments of Obsidian", "A %%x%% b.\n\n%%\nx\n\n# x\n%%\n\nC 100%% and 5%% d.", "A b.\n\nC 100%% and 5%% d.\n"},
		{"a comment over paragraphs", "A %% x\n\nx %% b.", "A b.\n"},
		{"a comment without an end", "A.\n\n%% b.", "A.\n\n%% b.\n"},
		{"comments of HTML", "A <!-- x\n\nx --> b. `<!-- c -->`\n\n<!-- x\n\nx -->\nD.", "A b. <!-- c -->\n\nD.\n"},
		{"comments of templates", "A{% comment %}x\n\nx{% endcomment %} b{# x #} c{{/* x */}} d{{< comment >}}x{{< /comment >}} e{::comment}x{:/comment} f{>>x<<}.", "A b c d e f.\n"},
		{"comments in code", "```\n%% a %% <!-- b --> {# c #} {% d %}\n```\n\n    {{< e >}}\n\n`{{/* f */}}`", "    %% a %% <!-- b --> {# c #} {% d %}\n\n    {{< e >}}\n\n{{/* f */}}\n"},
		{"code in a comment", "%%\n```\nx\n%%\n\nA `%% b %%`.\n\n%% x %%\n\n```\n%% c %%\n```", "A %% b %%.\n\n    %% c %%\n"},
		{"tags of Liquid", "{% if x %}\nA.\n{% endif %}\n[b]({{ site.url }}/b), ![c]({% link c.png %}), {{ page.title }}\n{% include image.html caption=\"A ship\" %}", "A.\n\nb, c, {{ page.title }}\n\nA ship\n"},
		{"code of Liquid", "A.\n{% highlight go linenos %}\n# x {{ y }}\n{% endhighlight %}\nB {% raw %}{{ z }} {% w %}{% endraw %}.", "A.\n\n    # x {{ y }}\n\nB {{ z }} {% w %}.\n"},
		{"shortcodes of Hugo", "{{< note >}}\nA.\n{{< /note >}}\n\n{{% tab %}}\nB [c]({{< ref \"c.md\" >}}).\n{{< tab \"Linux\" >}}D\n{{% /tab %}}\n\n{{< figure src=\"x\" caption=\"A ship\" >}}\n\n{{< highlight sh >}}\n# ls\n{{< /highlight >}}", "A.\n\nB c. Linux: D\n\nA ship\n\n    # ls\n"},
		{"includes", "A.\n\n{{#include a.rs}}\n\n{::nomarkdown}B{:/nomarkdown}", "A.\n\nB\n"},
	}
	checkMarkdown(t, tests)
}

func TestMDX(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"modules", "import A from 'a';\nimport {\n  B,\n} from \"b\"\n\nexport const x = {\n  a: '}',\n\n  b: `\n`,\n};\n\nWords.\n\nimport duties rose.", "Words.\n\nimport duties rose.\n"},
		{"components", "<Tabs values={[{a: '>'}]}>\n  <Tab label=\"Linux\">\n\n    Use apt.\n\n    ```sh\n    <b>{x}</b>\n    ```\n\n  </Tab>\n</Tabs>\n\nPress <Kbd>Ctrl</Kbd> & <></> `<Kbd/>`.", "Linux\n\nUse apt.\n\n    <b>{x}</b>\n\nPress Ctrl & <Kbd/>.\n"},
		{"expressions", "A {/* x\n\nx */}b {'c'} {`d`} {e.f} {list.map(i => <li key={i}>{i}</li>)}g.", "A b c d {e.f} g.\n"},
		{"HTML", "<details open={true}>\n<summary>Title</summary>\n\nWords.\n\n</details>\n\n<img src={x} alt=\"A ship\" />\n\na < b, 5 > 3", "Title\n\nWords.\n\nA ship\n\na < b, 5 > 3\n"},
		{"a heading's ID", "## Part {#part}\n\n:::note A title\nWords.\n:::", "## Part\n\nA title\n\nWords.\n"},
		{"no end", "A {b <C d=\"e\n\nF.", "A {b <C d=\"e\n\nF.\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := parseOne("a.mdx", []byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, d.Text); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	d, err := parseOne("a.md", []byte("---\nid: a\n---\nimport A from '@site/a';\n\n<A>Words.</A>"))
	if err != nil || d.Text != "Words.\n" {
		t.Errorf("Markdown that begins with an import: got %q, %v", d.Text, err)
	}
}

// TestRepeated checks that no mark, repeated, exhausts the parsers.
func TestRepeated(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"{% comment %}", "%%a ", "{{< a ", "{# a ", "{{/* ", "<!-- ", "{", "{a=1 ", "[[a", "![[", "==a ", "++a ", "^[a", ":::a\n", "!!! a\n    ", "{{ ", "](", "/// a\n", "```{note}\n", "<A b={", "<A ", "{'", "import a from '", "export const a = {\n\n",
		"a:: b\n", ":fa-", "> [!a]\n", "{:a", "{kbd}`", "{% raw %}", "{::comment}", "*[a", ": a\n", "=== \"a\"\n    ", "{% highlight a %}", "%%\n```\n%%\n",
	} {
		text := "Words.\n\n" + strings.Repeat(s, 20_000/len(s))
		for _, name := range []string{"a.md", "a.mdx"} {
			if _, err := parseOne(name, []byte(text)); errors.Is(err, errParseTimeout) {
				t.Errorf("%s: %q: %v", name, s, err)
			}
		}
	}
}

// FuzzDialects checks that Markdown in any dialect becomes tidy text.
func FuzzDialects(f *testing.F) {
	for _, s := range []string{
		"!!! note \"a\"\n    b\n\n=== \"c\"\n\td", ":::note[a]\nb\n:::", "```{tip} a\n:b: c\nd\n```", "> [!a] b\n> c", "- [[a|b]] ![[c]] ==d== ++e++ ^[f] {g}`h <i>` {#j} k:: l ^m", "*[a]: b\n\nc\n: d", "a:: b\n\t:::c",
		"a %% b\n\n`c` %% {% raw %}{% d %}{% endraw %}{% highlight e %}\nf\n{% endhighlight %}{{< g caption='h' >}}", "import a from 'b'\n\n<A b={c} label=\"d\">\n\n    e {/* f */} {'g'}\n</A>", "%%\n```\n%%\n{# a #}<!-- b --> [c]({{ d }})",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, markdown string) {
		if len(markdown) > 4<<10 {
			t.Skip("the parser takes quadratic time for some inputs")
		}
		markdown = tidy(strings.ToValidUTF8(markdown, ""))
		for _, read := range []func(string) (string, error){markdownText, mdxText} {
			if got, err := read(markdown); err == nil && tidy(got) != got {
				t.Errorf("%q is not tidy", got)
			}
		}
	})
}
