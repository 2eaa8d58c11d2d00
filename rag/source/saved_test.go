package source

import (
	"strings"
	"testing"
	"time"

	"footnote/rag"
)

const richText = `{\rtf1\ansi\ansicpg1252\uc1\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}
{\stylesheet{\s0 Normal;}{\s1\b heading 1;}}{\info{\title Tea plan}{\author Ann}{\creatim\yr2024\mo5\dy1\hr9\min30}}{\header gone\par}
{\*\generator x;}\pard\s1 Setting {\b up}\par
\pard It boils w\'e4ter \emdash  \f1 \'cf\'e0\f0  \u8364?5 \u-10179?\u-8704?.{\footnote\pard Except Sundays.}{\v hidden}{\*\bkmkstart a}{\deleted gone}\par
{\listtext 1.\tab}Fill it.\par{\listtext 2.\tab}Wait.\par
{\listtext\'b7\tab}on\par
\pard\par\trowd\cellx1\cellx2\intbl Leaf\cell Price\cell\row\pard\intbl Green\cell 12\cell\row
\pard {\field{\*\fldinst HYPERLINK "https://example.org"}{\fldrslt Link}}{\pict 0000}\line end\par}`

var savedPage = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/tea\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"text/html\"; boundary=\"b\"\r\n\r\n" +
	"--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: https://example.org/tea\r\n\r\n<html><head><title>Tea =E2=80=93 plan</title></head><body><article><h1>Tea =E2=80=93 plan</h1><p>" + strings.TrimSpace(strings.Repeat(lorem, 3)) + "=\r\n</p></article></body></html>\r\n--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--\r\n"

const evernoteExport = `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE en-export SYSTEM "http://xml.evernote.com/pub/evernote-export4.dtd"><en-export><note><title>Tea plan</title><created>20240501T093000Z</created><content><![CDATA[<?xml version="1.0"?><en-note><h1>Tea</h1><div>It boils.</div><en-media type="image/png"/></en-note>]]></content><note-attributes><author>Ann</author><source-url>https://example.org/tea</source-url></note-attributes><resource><data>AAAA</data></resource></note><note><title>Tea plan</title><content>Two</content></note></en-export>`

func TestSaved(t *testing.T) {
	t.Parallel()
	half := time.Date(2024, 5, 1, 9, 30, 0, 0, time.UTC)
	checkReads(t, []readCase{
		{"tea.rtf", []byte(richText), []rag.Document{{Source: "tea.rtf", Title: "Tea plan", Author: "Ann", Published: half,
			Text: "# Setting up\n\nIt boils wäter — Па €5 😀.\n\n1) Fill it.\n2) Wait.\n- on\n\nLeaf | Price\nGreen | 12\n\nLink\nend\n\n- Except Sundays.\n"}}, nil},
		{"bad.rtf", []byte("x"), nil, []string{`bad.rtf: malformed: not a Rich Text file: it does not begin with {\rtf`}},
		{"tea.mhtml", []byte(savedPage), []rag.Document{{Source: "tea.mhtml", Title: "Tea – plan", URL: "https://example.org/tea", Site: "example.org", Text: strings.TrimSpace(strings.Repeat(lorem, 3)) + "\n"}}, nil},
		{"notes.enex", []byte(evernoteExport), []rag.Document{{Source: "notes.enex/Tea plan", Title: "Tea plan", Author: "Ann", URL: "https://example.org/tea", Published: half, Text: "# Tea\n\nIt boils.\n"},
			{Source: "notes.enex/2", Title: "Tea plan", Text: "Two\n"}}, nil},
	})
}

// FuzzRTF checks that no Rich Text causes a panic or text that is not tidy.
func FuzzRTF(f *testing.F) {
	f.Add(richText)
	f.Fuzz(func(t *testing.T, s string) { checkFuzzed(t, "a.rtf", []byte(s)) })
}

// FuzzSaved checks that no saved page or note causes a panic or text that is
// not tidy.
func FuzzSaved(f *testing.F) {
	f.Add(savedPage)
	f.Add(evernoteExport)
	f.Fuzz(func(t *testing.T, s string) {
		checkFuzzed(t, "a.mhtml", []byte(s))
		checkFuzzed(t, "a.enex", []byte(s))
	})
}
