package source

import (
	"testing"

	"footnote/rag"
)

const asciidocManual = `// a comment
= Tea machine
Anna Berg <anna@example.org>; Bo Lind
v1.2, 2024-05-01: first
:toc:
:pot: steel pot

Uses a {pot} and ` + "`{unknown} a_b`" + `.footnote:[Except on *Sundays*.] See <<setup>>,
link:https://example.org[the docs^] and https://example.org/x_y_z.

[[setup]]
== Setting up

NOTE: Hot water burns.

[WARNING]
====
Do *not* touch.

Really.
====

.Steps
. Fill it.
+
----
tea fill <1>

tea go
----
. Press:
* on
** hard
* off
. Wait.

<1> A callout.

.Prices
[cols="1,2",options="header"]
|===
|Leaf |Price

|Green
|12 euros

2+|All _sold_
|===

|===
|A |B
|1 |2
|===

Pot:: A vessel.
Lid::
  Its cover.

////
hidden
////

include::other.adoc[]

ifdef::x[]
'''
endif::[]

[source,go]
if x {
	y()

image::a.png[A picture]

____
Quoted +
text
____
`

func TestAsciiDoc(t *testing.T) {
	t.Parallel()
	checkReads(t, []readCase{
		{"tea.adoc", []byte(asciidocManual), []rag.Document{{Source: "tea.adoc", Title: "Tea machine", Author: "Anna Berg, Bo Lind", Published: day(2024, 5, 1),
			Text: `# Tea machine

Uses a steel pot and {unknown} a_b. See Setting up, the docs and https://example.org/x_y_z.

## Setting up

Note: Hot water burns.

Warning: Do not touch.

Really.

Steps

1) Fill it.
      tea fill

      tea go
2) Press:
  - on
    - hard
  - off
3) Wait.

1) A callout.

Prices

Leaf | Price
Green | 12 euros
All sold |

A | B
1 | 2

- Pot: A vessel.
- Lid: Its cover.

    if x {
            y()

Quoted
text

- Except on Sundays.
`}}, nil},
		{"hugo.adoc", []byte("---\ntitle: Hugo\ndate: 2024-05-01\n---\n= Own\ninclude::x.adoc[]\nBo Lind\n\nText.\n"), []rag.Document{{Source: "hugo.adoc", Title: "Hugo", Author: "Bo Lind", Published: day(2024, 5, 1), Text: "# Own\n\nText.\n"}}, nil},
		{"article.adoc", []byte("An Article\n==========\nBo Lind <bo@example.org>\nv1.0, 2003-12-24\n\nText.\n\n|=====\n|a |b\n|=====\n"), []rag.Document{{Source: "article.adoc", Title: "An Article", Author: "Bo Lind", Published: day(2003, 12, 24), Text: "# An Article\n\nText.\n\na | b\n"}}, nil},
		{"old.asciidoc", []byte("Old Title\n=========\n\nPart\n----\n\nText\nwraps.\n\n  code\n\n:status: draft\n"), nil, []string{"old.asciidoc: not published: status: draft"}},
		{"old.asciidoc", []byte("Old Title\n=========\n\nPart\n----\n\nText\nwraps.\n\n  code\n"),
			[]rag.Document{{Source: "old.asciidoc", Title: "Old Title", Text: "# Old Title\n\n## Part\n\nText wraps.\n\n    code\n"}}, nil},
	})
}

// FuzzAsciiDoc checks that no AsciiDoc causes a panic or text that is not tidy.
func FuzzAsciiDoc(f *testing.F) {
	f.Add(asciidocManual)
	f.Fuzz(func(t *testing.T, s string) { checkFuzzed(t, "a.adoc", []byte(s)) })
}
