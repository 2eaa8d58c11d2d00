package index

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"footnote/rag"
	"footnote/rag/text"
)

// Chunker cuts articles into chunks. The zero value cuts at [DefaultWords] and
// has no token limit.
type Chunker struct {
	Words  int              // maximum words in a chunk; 0: DefaultWords
	Tokens rag.TokenCounter // counts tokens for the embedder's limit; nil: no limit
}

// DefaultWords is the default maximum number of words in a chunk.
const DefaultWords = 180

// Chunks cuts d into chunks, in text order. A chunk is a run of whole sentences
// and never crosses a heading. Neighbouring chunks share one sentence if it is
// short enough. A sentence that exceeds the limit is cut at possible line
// breaks. Every word of the text is in a chunk's Text or Section. Chunks
// returns nil if the article has no words.
func (c Chunker) Chunks(d rag.Document) []rag.Chunk {
	var all []rag.Chunk
	for _, s := range sections(d.Text) {
		all = append(all, c.sectionChunks(d, s, len(all))...)
	}
	return all
}

// section is the text under a heading.
type section struct {
	headings string // the heading and those above it, joined; see rag.Chunk
	body     text.Span
}

// sections cuts s at its headings. A heading without text under it becomes
// the body of its own section, so that a search can find its words.
func sections(s string) []section {
	var all []section
	var path [6]string
	heading, level, start := text.Span{}, 0, 0
	flush := func(end, next int) {
		body := text.Trim(s, text.Span{Start: start, End: end})
		if body.Start == body.End && next <= level {
			body = heading
		}
		if body.Start < body.End {
			all = append(all, section{headingPath(path[:]), body})
		}
	}
	for line := range text.Lines(s, text.Span{Start: 0, End: len(s)}) {
		n, title := headingOf(line.Of(s))
		if n == 0 {
			continue
		}
		flush(line.Start, n)
		path[n-1] = title
		clear(path[n:])
		level, start = n, line.End
		at := line.Start + strings.Index(line.Of(s), title)
		heading = text.Span{Start: at, End: at + len(title)}
	}
	flush(len(s), 0)
	return all
}

// headingOf returns the level of a heading line, 1 to 6, and its text. It
// returns 0 if line is not a heading.
func headingOf(line string) (int, string) {
	rest := strings.TrimLeft(line, "#")
	n := len(line) - len(rest)
	title := strings.TrimSpace(rest)
	if n < 1 || n > 6 || title == "" || rest[0] != ' ' {
		return 0, ""
	}
	return n, title
}

// headingPath joins the headings of a path that are not empty.
func headingPath(path []string) string {
	var named []string
	for _, p := range path {
		if p != "" {
			named = append(named, p)
		}
	}
	return strings.Join(named, rag.SectionSeparator)
}

// sectionChunks cuts a section of d into chunks. from is the index of the first
// one in the document.
func (c Chunker) sectionChunks(d rag.Document, s section, from int) []rag.Chunk {
	proto := rag.Chunk{Doc: d.ID, Title: d.Title, URL: d.URL, Collection: d.Collection, Published: d.Published, Section: s.headings}
	limit := c.limit(proto)
	var pieces []piece
	total, longest := 0, 0
	for _, one := range text.Sentences(d.Text, s.body) {
		for _, p := range c.pieces(d.Text, one, limit) {
			pieces = append(pieces, p)
			total, longest = total+p.words, max(longest, p.words)
		}
	}
	// Make the chunks about equally long. A very short last chunk would rank
	// badly.
	n := (total + limit.words - 1) / limit.words
	full := size{limit.words, limit.tokens}
	if n > 1 {
		full.words = min(full.words, total/n+longest)
	}
	var all []rag.Chunk
	for i := 0; i < len(pieces); {
		j, sum := i, size{}
		for j < len(pieces) && (j == i || sum.plus(pieces[j]).within(full)) {
			sum = sum.plus(pieces[j])
			j++
		}
		ch := proto
		ch.ID = fmt.Sprintf("%s#%04d", d.ID, from+len(all))
		ch.Start, ch.End = pieces[i].Start, pieces[j-1].End
		ch.Text = d.Text[ch.Start:ch.End]
		all = append(all, ch)
		if j < len(pieces) && j-i > 1 && pieces[j-1].words <= limit.words/3 && (size{}).plus(pieces[j-1]).plus(pieces[j]).within(full) {
			j-- // the next chunk repeats this sentence
		}
		i = j
	}
	return all
}

// piece is a sentence, or part of a sentence that is too long, with its size.
type piece struct {
	text.Span
	words, tokens int
}

// size is the length of a chunk's text, or the limit for it.
type size struct{ words, tokens int }

// plus returns the size with a piece added.
func (s size) plus(p piece) size { return size{s.words + p.words, s.tokens + p.tokens} }

// within reports whether s is at most limit.
func (s size) within(limit size) bool { return s.words <= limit.words && s.tokens <= limit.tokens }

// limit returns the maximum size of a chunk's text. The token limit excludes
// the tokens of proto's title, date and section.
func (c Chunker) limit(proto rag.Chunk) size {
	l := size{c.Words, 1 << 30}
	if l.words <= 0 {
		l.words = DefaultWords
	}
	if c.Tokens != nil {
		l.tokens = c.Tokens.MaxTokens() - c.Tokens.CountTokens(proto.Context())
	}
	return l
}

// pieces returns the span s of body as one piece if it is within limit, or cut
// into several pieces that are.
func (c Chunker) pieces(body string, s text.Span, limit size) []piece {
	whole := c.measure(body, s)
	if whole.words <= limit.words && whole.tokens <= limit.tokens {
		return []piece{whole}
	}
	var all []piece
	now := piece{Span: text.Span{Start: s.Start, End: s.Start}}
	add := func(a piece) {
		if now.Start < now.End && !(size{now.words, now.tokens}).plus(a).within(limit) {
			all = append(all, now)
			now = piece{Span: text.Span{Start: a.Start, End: a.Start}}
		}
		now.End, now.words, now.tokens = a.End, now.words+a.words, now.tokens+a.tokens
	}
	for at := s.Start; at < s.End; {
		atom, _, _, _ := uniseg.FirstLineSegmentInString(body[at:s.End], -1)
		a := c.measure(body, text.Span{Start: at, End: at + len(atom)})
		if (size{a.words, a.tokens}).within(limit) {
			add(a)
		} else {
			for from := at; from < at+len(atom); {
				g, _, _, _ := uniseg.FirstGraphemeClusterInString(body[from:at+len(atom)], -1)
				add(c.measure(body, text.Span{Start: from, End: from + len(g)}))
				from += len(g)
			}
		}
		at += len(atom)
	}
	all = append(all, now)
	for i := range all {
		all[i].Span = text.Trim(body, all[i].Span)
	}
	return all
}

// measure counts the words and tokens of the span s of body. In scripts without
// spaces, eight runes count as one word.
func (c Chunker) measure(body string, s text.Span) piece {
	t := s.Of(body)
	p := piece{Span: s, words: max(len(strings.Fields(t)), utf8.RuneCountInString(t)/8)}
	if c.Tokens != nil {
		p.tokens = c.Tokens.CountTokens(t) - c.Tokens.CountTokens("")
	}
	return p
}
