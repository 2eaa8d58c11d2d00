package source

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"footnote/rag"
)

// A kind of file is known by the ending of its name or by the media type that
// a server gives it, and is read by one of two functions. Both leave empty what
// they do not find, and give text that is tidy; an error of theirs that is no
// *Skipped means Malformed.
type kind struct {
	endings []string
	media   []string
	load    func(file) (rag.Document, error) // holds one article
	ready   func() error                     // what load needs, made when it is first needed; nil: nothing
	parts   parts                            // or any number of them
}

// parts gives what is in a file to yield, in order, until that returns false.
// It stops at an error, which is the file's as a whole.
type parts func(f file, yield func(part) bool) error

// part is an article in a file, or a file in a file, or what stands in the
// place of one.
type part struct {
	name string // unique in the file; slash-separated
	doc  rag.Document
	file *file // nil: doc is the article
	err  error // why there is neither
}

// file is what a loader reads.
type file struct {
	name  string // its path or URL, of which the ending says its kind
	media string // its Content-Type; empty if nobody said
	data  []byte
	read  Reader // who reads it
	depth int    // how many files it is in
	spend *int64 // bytes that what is in it may still expand to
}

// kinds is every kind of file that is read. The first that fits is taken. It is
// a function since some kinds hold files of others.
func kinds() []kind {
	return []kind{
		{endings: []string{"", "txt", "text"}, media: []string{"text/plain"}, load: loadText},
		{endings: []string{"md", "markdown"}, media: []string{"text/markdown"}, load: loadMarkdown},
		{endings: []string{"html", "htm", "xhtml"}, media: []string{"text/html", "application/xhtml+xml"}, load: loadPage},
		{endings: []string{"pdf"}, media: []string{"application/pdf", "application/x-pdf"}, load: loadPDF, ready: startPDF},
		{endings: []string{"xml", "rss", "atom", "rdf"}, media: []string{"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/xml", "text/xml"}, parts: loadFeed},
		{endings: []string{"docx"}, media: []string{"application/vnd.openxmlformats-officedocument.wordprocessingml.document"}, load: loadDOCX},
		{endings: []string{"epub"}, media: []string{"application/epub+zip"}, load: loadEPUB},
		{endings: []string{"eml"}, media: []string{"message/rfc822"}, load: loadMail},
		{endings: []string{"mbox"}, media: []string{"application/mbox"}, parts: loadMailbox},
		{endings: []string{"csv", "tsv"}, media: []string{"text/csv", "text/tab-separated-values"}, parts: loadCSV},
		{endings: []string{"jsonl", "ndjson", "json"}, media: []string{"application/json", "application/jsonl", "application/x-ndjson"}, parts: loadJSON},
		{endings: []string{"zip"}, media: []string{"application/zip", "application/x-zip-compressed"}, parts: loadZip},
	}
}

// kindOf gives the kind of a file; ok is false if there is none. What a server
// says goes before what the name says, unless it says nothing in particular.
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
	if end == "" {
		end = sniff(f.data)
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

// sniff gives the ending that a file without one could have, by how it begins;
// empty if it may be text.
func sniff(data []byte) string {
	head := bytes.ToLower(bytes.TrimLeft(data[:min(len(data), 1024)], "\ufeff \t\r\n"))
	for _, k := range []struct{ begin, end string }{
		{"%pdf-", "pdf"}, {"\x1f\x8b", "gz"}, {"<!doctype html", "html"}, {"<html", "html"}, {"<?xml", "xml"}, {"<rss", "xml"}, {"<feed", "xml"},
		{"{\"", "jsonl"}, {"[{", "jsonl"},
	} {
		if bytes.HasPrefix(head, []byte(k.begin)) {
			return k.end
		}
	}
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return ""
	}
	switch {
	case bytes.Contains(data, []byte("word/document.xml")):
		return "docx"
	case bytes.Contains(head, []byte("application/epub+zip")):
		return "epub"
	}
	return "zip"
}

// known reports whether a file of a name may be of a kind that is read.
func known(name string) bool {
	if ending(name) == "gz" {
		return known(name[:len(name)-len(".gz")])
	}
	_, ok := kindOf(file{name: name})
	return ok
}

// ending is the part of a name that says its kind, in lower case. The dots of
// "v1.2", "Mr. Smith" and ".profile" begin none.
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
