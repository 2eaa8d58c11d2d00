package source

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"sync/atomic"

	"footnote/rag"
)

// kind is a kind of file. The ending of the name or the media type that a
// server gives identify it. Exactly one of load and parts is set. Both leave
// unknown fields empty and return tidy text. If they return an error that is
// not a *Skipped, it means Malformed.
type kind struct {
	endings []string
	media   []string
	load    func(file) (rag.Document, error) // for a file that is one article
	ready   func() error                     // prepares what load needs, on first use; nil: nothing
	parts   parts                            // for a file of any number of articles
}

// parts yields the parts of a file in order until yield returns false. An error
// concerns the whole file.
type parts func(f file, yield func(part) bool) error

// part is an article in a file, or a file in a file, or an error in its place.
type part struct {
	name string // unique in the file; slash-separated
	doc  rag.Document
	file *file // nil: doc is the article
	err  error // not nil: doc and file are not set
}

// file is the input of a loader.
type file struct {
	name   string // its path or URL; the ending gives its kind
	media  string // its Content-Type; empty if unknown
	data   []byte
	read   Reader        // the Reader that reads it
	depth  int           // how many files it is nested in
	budget *atomic.Int64 // bytes to which its contents may still expand
	warn   func(error)   // receives problems that do not keep the file from being read; nil: they are dropped
}

// kinds returns every kind of file that is read; the first match wins. It is a
// function because some loaders call it for nested files.
func kinds() []kind {
	return []kind{
		{endings: []string{"", "txt", "text"}, media: []string{"text/plain"}, load: loadText},
		{endings: []string{"md", "markdown", "mdown", "mkd", "qmd", "rmd"}, media: []string{"text/markdown"}, load: loadMarkdown},
		{endings: []string{"mdx"}, media: []string{"text/mdx"}, load: loadMDX},
		{endings: []string{"html", "htm", "xhtml"}, media: []string{"text/html", "application/xhtml+xml"}, load: loadPage},
		{endings: []string{"pdf"}, media: []string{"application/pdf", "application/x-pdf"}, load: loadPDF, ready: startPDF},
		{endings: []string{"xml", "rss", "atom", "rdf"}, media: []string{"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/xml", "text/xml"}, parts: loadFeed},
		{endings: []string{"docx", "docm", "dotx"}, media: []string{"application/vnd.openxmlformats-officedocument.wordprocessingml.document"}, load: loadDOCX},
		{endings: []string{"rtf"}, media: []string{"application/rtf", "text/rtf"}, load: loadRTF},
		{endings: []string{"mhtml", "mht"}, media: []string{"multipart/related", "application/x-mimearchive"}, load: loadMHTML},
		{endings: []string{"enex"}, parts: loadEvernote},
		{endings: []string{"pptx", "ppsx"}, media: []string{"application/vnd.openxmlformats-officedocument.presentationml.presentation"}, load: loadPPTX},
		{endings: []string{"xlsx", "xlsm"}, media: []string{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}, load: loadXLSX},
		{endings: []string{"odt", "ott", "fodt", "odp", "ods"}, media: []string{"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.presentation", "application/vnd.oasis.opendocument.spreadsheet"}, load: loadODF},
		{endings: []string{"epub"}, media: []string{"application/epub+zip"}, load: loadEPUB},
		{endings: []string{"eml"}, media: []string{"message/rfc822"}, load: loadMail},
		{endings: []string{"mbox"}, media: []string{"application/mbox"}, parts: loadMailbox},
		{endings: []string{"csv", "tsv"}, media: []string{"text/csv", "text/tab-separated-values"}, parts: loadCSV},
		{endings: []string{"jsonl", "ndjson", "json"}, media: []string{"application/json", "application/jsonl", "application/x-ndjson"}, parts: loadJSON},
		{endings: []string{"rst", "rest"}, media: []string{"text/x-rst", "text/prs.fallenstein.rst"}, load: loadRST},
		{endings: []string{"adoc", "asciidoc"}, media: []string{"text/asciidoc"}, load: loadAsciiDoc},
		{endings: []string{"org"}, media: []string{"text/org"}, load: loadOrg},
		{endings: []string{"tex", "latex", "ltx"}, media: []string{"application/x-tex", "text/x-tex", "application/x-latex"}, load: loadLaTeX},
		{endings: []string{"ipynb"}, media: []string{"application/x-ipynb+json"}, load: loadNotebook},
		{endings: []string{"vtt", "srt"}, media: []string{"text/vtt", "application/x-subrip"}, load: loadSubtitles},
		{endings: []string{"zip"}, media: []string{"application/zip", "application/x-zip-compressed"}, parts: loadZip},
	}
}

// kindOf returns the kind of a file; ok is false if there is none. The media
// type takes precedence over the name, unless it is generic.
func kindOf(f file) (k kind, ok bool) {
	all := kinds()
	media, _, _ := strings.Cut(f.media, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	if media != "" && media != "application/octet-stream" && media != "text/plain" {
		at := slices.IndexFunc(all, func(k kind) bool { return slices.Contains(k.media, media) })
		if at >= 0 {
			return all[at], true
		}
	}
	end := ending(f.name)
	switch end {
	case "":
		end = sniff(f.data)
	case "txt":
		if sniffMail(f.data) == "mbox" { // as mailing lists call their archives
			end = "mbox"
		}
	}
	at := slices.IndexFunc(all, func(k kind) bool { return slices.Contains(k.endings, end) })
	switch {
	case at >= 0 && (media == "" || end != ""):
		return all[at], true
	case media == "text/plain":
		return all[0], true
	}
	return kind{}, false
}

// sniff guesses the ending of a file without one from its first bytes. It is
// empty if the file may be text.
func sniff(data []byte) string {
	head := bytes.ToLower(bytes.TrimLeft(data[:min(len(data), 1024)], "\ufeff \t\r\n"))
	for _, k := range []struct{ begin, end string }{
		{"%pdf-", "pdf"}, {"\x1f\x8b", "gz"}, {"<!doctype html", "html"}, {"<html", "html"}, {"<?xml", "xml"}, {"<rss", "xml"}, {"<feed", "xml"},
		{"#!", "sh"}, {"{\\rtf", "rtf"}, {"webvtt", "vtt"}, {"{\"", "jsonl"}, {"[{", "jsonl"},
	} {
		if bytes.HasPrefix(head, []byte(k.begin)) {
			return k.end
		}
	}
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return sniffMail(data)
	}
	switch {
	case bytes.Contains(data, []byte("word/document")):
		return "docx"
	case bytes.Contains(data, []byte("ppt/presentation.xml")):
		return "pptx"
	case bytes.Contains(data, []byte("xl/workbook.xml")):
		return "xlsx"
	case bytes.Contains(head, []byte("application/epub+zip")):
		return "epub"
	case bytes.Contains(head, []byte("application/vnd.oasis.opendocument.")):
		return "odt"
	}
	return "zip"
}

// known reports whether the name may be that of a kind of file that is read.
func known(name string) bool {
	if ending(name) == "gz" {
		return known(name[:len(name)-len(".gz")])
	}
	_, ok := kindOf(file{name: name})
	return ok
}

// ending returns the ending of a name that gives its kind, in lower case. The
// dots of "v1.2", "Mr. Smith" and ".profile" do not count.
func ending(name string) string {
	base := path.Base(name)
	dot := strings.LastIndexByte(base, '.')
	if dot <= 0 {
		return ""
	}
	end := strings.ToLower(base[dot+1:])
	for i, r := range end {
		letter, digit := 'a' <= r && r <= 'z', '0' <= r && r <= '9'
		if i >= 12 || !letter && !digit || i == 0 && digit {
			return ""
		}
	}
	return end
}
