package source

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"footnote/rag"
)

// channel is a channel, a group or a thread of a chat, with its messages.
type channel struct {
	name     string // as its members see it, such as "#general"
	site     string // the server or workspace
	thread   bool   // the whole channel is one conversation
	link     func(messageID string) string
	messages []post
	byID     map[string]post // set by parts
}

// post is what a person wrote. Loaders leave out bots, and the messages by
// which the program reports joins, pins and the like.
type post struct {
	id     string
	author string
	at     time.Time // in the zone that the export uses
	text   string    // tidy lines, code indented by four spaces
	reply  string    // the id of the message that it answers; empty if none
	thread string    // the id of the message that began its thread; empty if none
	files  []string  // the names of attachments
}

const (
	maxConversation = 100           // messages after which a pause ends a conversation
	longPause       = 3 * time.Hour // ends a conversation if the day has changed too
	shortPause      = 10 * time.Minute
)

// parts yields the conversations of a channel as articles whose names begin
// with prefix.
func (c channel) parts(prefix string, yield func(part) bool) bool {
	c.byID = make(map[string]post, len(c.messages))
	for _, m := range c.messages {
		c.byID[m.id] = m
	}
	names := map[string]int{}
	for _, talk := range c.conversations() {
		name := talk[0].at.Format(time.DateOnly)
		if names[name]++; names[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, names[name])
		}
		if !yield(part{name: prefix + name, doc: c.article(talk)}) {
			return false
		}
	}
	return true
}

// conversations cuts a channel where the day changes and nobody writes for a
// while. The messages of a thread stay together, and an answer stays with what
// it answers. A very long conversation is cut at a shorter pause.
func (c channel) conversations() [][]post {
	var all [][]post
	var talk []post
	in := map[string]bool{} // the ids of talk
	var last time.Time      // of the message that began the last thread of talk
	for _, thread := range c.threads() {
		first := thread[0]
		pause := first.at.Sub(last)
		newDay := first.at.Format(time.DateOnly) != last.Format(time.DateOnly)
		var cut bool
		switch {
		case len(talk) == 0:
		case len(talk) > 4*maxConversation:
			cut = true
		case len(talk) > maxConversation:
			cut = pause > shortPause
		default:
			cut = !c.thread && newDay && pause > longPause && !in[first.reply]
		}
		if cut {
			all = append(all, talk)
			talk = nil
			clear(in)
		}
		talk = append(talk, thread...)
		for _, m := range thread {
			in[m.id] = true
		}
		last = first.at // a late answer in a thread does not delay the end
	}
	if len(talk) > 0 {
		all = append(all, talk)
	}
	return all
}

// threads returns the messages in order of time, those of a thread together.
func (c channel) threads() [][]post {
	sorted := slices.Clone(c.messages)
	slices.SortStableFunc(sorted, func(a, b post) int { return a.at.Compare(b.at) })
	var all [][]post
	at := map[string]int{} // the index of a thread in all
	for _, m := range sorted {
		key := cmp.Or(m.thread, m.id)
		if i, ok := at[key]; ok && key != "" {
			all[i] = append(all[i], m)
			continue
		}
		at[key] = len(all)
		all = append(all, []post{m})
	}
	return all
}

const (
	maxAuthors = 8   // authors that an article of a conversation names
	maxExcerpt = 100 // runes of a message that an answer quotes
)

// article returns a conversation as an article: a paragraph for each message,
// after its author and time.
func (c channel) article(talk []post) rag.Document {
	first := talk[0].at
	d := rag.Document{Title: fmt.Sprintf("%s, %s", c.name, first.Format("2 January 2006")), Site: c.site, Published: published(first)}
	if c.link != nil {
		d.URL = c.link(talk[0].id)
	}
	w := &writer{}
	shown := map[string]post{}
	var authors []string
	for _, m := range talk {
		shown[m.id] = m
		if !slices.Contains(authors, m.author) && len(authors) < maxAuthors {
			authors = append(authors, m.author)
		}
		w.post(m, c.head(m, first, shown))
	}
	d.Author = strings.Join(authors, ", ")
	d.Text = w.out.String()
	return d
}

// head returns the words before a message, such as "Anna, 10:02, to Bo: ". shown
// are the messages above it in the article, which began on the day of first.
func (c channel) head(m post, first time.Time, shown map[string]post) string {
	when := m.at.Format("15:04")
	if m.at.Format(time.DateOnly) != first.Format(time.DateOnly) {
		when = m.at.Format("2 January 2006, 15:04")
	}
	head := m.author + ", " + when
	reply := cmp.Or(m.reply, m.thread)
	if to, ok := shown[reply]; ok && reply != m.id {
		return head + ", to " + to.author + ": "
	}
	if to, ok := c.byID[m.reply]; ok && m.reply != "" {
		return fmt.Sprintf("%s, to %s (“%s”): ", head, to.author, shorten(oneLine(to.text), maxExcerpt))
	}
	return head + ": "
}

// post writes a message after its head.
func (w *writer) post(m post, head string) {
	text := strings.Trim(m.text, "\n")
	if len(m.files) > 0 {
		if text != "" {
			text += "\n"
		}
		text += "(attached: " + strings.Join(m.files, ", ") + ")"
	}
	w.blankLine()
	code, gap := false, false // whether the last line was code, and an empty line follows it
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \t\n")
		if line == "" {
			gap = code
			continue
		}
		if code = strings.HasPrefix(line, "    "); code {
			w.words(head)
			if gap {
				w.line("")
			}
			w.line(line)
		} else {
			w.words(head + line)
		}
		head, gap = "", false
	}
}

// maxName is the length in runes to which a name is cut, so that mentions of it
// do not let a file grow.
const maxName = 100

// shortName returns the name of a person or a channel on one line.
func shortName(s string) string { return shorten(oneLine(tidy(s)), maxName) }

// keep adds a message if somebody wrote or attached something.
func (c *channel) keep(m post) {
	m.author = cmp.Or(shortName(m.author), "Unknown")
	for i := range m.files {
		m.files[i] = oneLine(tidy(m.files[i]))
	}
	if strings.TrimSpace(m.text) == "" && len(m.files) == 0 || m.at.IsZero() {
		return
	}
	c.messages = append(c.messages, m)
}

// chatParser parses the Markdown of chats. It has no headings, tables and HTML:
// a person who writes "<div>" or "#1" in a chat means these characters.
var chatParser = parser.NewParser(
	parser.WithBlockParsers(
		util.Prioritized(parser.NewListParser(), 300), util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700), util.Prioritized(parser.NewBlockquoteParser(), 800),
		util.Prioritized(parser.NewParagraphParser(), 1000)),
	parser.WithInlineParsers(
		util.Prioritized(parser.NewCodeSpanParser(), 100), util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300), util.Prioritized(parser.NewEmphasisParser(), 500),
		util.Prioritized(extension.NewStrikethroughParser(), 500)))

// chatText returns the text of a chat's Markdown. Each line break counts.
func chatText(s string) string {
	s = tidy(s)
	if !strings.ContainsAny(s, "*_~`[<>\\&\n|") || checkComplexity(s) != nil {
		return s
	}
	var b strings.Builder
	fenced := false
	for line := range strings.Lines(strings.ReplaceAll(s, "||", "")) { // "||" hides a spoiler
		line = strings.TrimRight(line, " \n")
		if at := strings.Index(line, "```"); at > 0 && strings.Count(line, "```") == 1 { // a fence need not begin the line
			line = line[:at] + "\n" + line[at:]
		}
		if strings.Count(line, "```") == 1 {
			fenced = !fenced
		}
		b.WriteString(line)
		if !fenced && line != "" {
			b.WriteString("  ") // a hard line break
		}
		b.WriteByte('\n')
	}
	w := writer{src: []byte(b.String())}
	w.blocks(chatParser.Parse(text.NewReader(w.src)), true)
	return w.out.String()
}

// object calls visit with each key of the JSON object that d is at. visit has to
// decode the value.
func object(d *json.Decoder, visit func(key string) error) error {
	return delimited('{', d, func() error {
		key, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		return visit(name)
	})
}

// array calls visit before each element of the JSON array that d is at. visit
// has to decode the element.
func array(d *json.Decoder, visit func() error) error { return delimited('[', d, visit) }

var (
	errJSONShape = errors.New("not the JSON of a chat")
	errFound     = errors.New("found") // ends a search through JSON
)

func delimited(open json.Delim, d *json.Decoder, visit func() error) error {
	if t, err := d.Token(); err != nil || t != open {
		return cmp.Or(err, errJSONShape)
	}
	for d.More() {
		if err := visit(); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// ignore decodes a value that is not used.
func ignore(d *json.Decoder) error {
	var v json.RawMessage
	return d.Decode(&v)
}
