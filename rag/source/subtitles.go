package source

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode/utf8"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
)

var (
	cueTime  = lazyregexp.New(`^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s+-->\s+(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})`)
	vttTitle = lazyregexp.New(`^WEBVTT[ \t]+-?[ \t]*(\S.*)`)
	cueVoice = lazyregexp.New(`<v(?:\.[\w.-]+)?\s+([^>\n]+)>`)
	cueLabel = lazyregexp.New(`^((?:>> ?)?\p{Lu}[\p{L}\d.'’-]*(?: \p{Lu}[\p{L}\d.'’-]*){0,3}): `)
	cueTag   = lazyregexp.New(`</?[a-zA-Z0-9:.#]*(?:\s[^>\n]*)?>|\{\\[^}\n]*\}`)
)

// cue is what is said at one time.
type cue struct {
	start, end float64 // seconds
	speaker    string  // empty if unknown
	text       string
}

// loadSubtitles reads WebVTT and SubRip subtitles. Cues are joined to
// paragraphs; each begins with its time, such as "0:12:30 ", and the speaker.
func loadSubtitles(f file) (rag.Document, error) {
	text, err := decode(f.data)
	if err != nil {
		return rag.Document{}, err
	}
	cues := readCues(text)
	d := rag.Document{Title: nameTitle(f.name)}
	if m := vttTitle.FindStringSubmatch(text); m != nil && hasWord(m[1]) {
		d.Title = oneLine(m[1])
	}
	if d.Title == "" && len(cues) > 0 { // not the time
		d.Title = shorten(firstSentence(cues[0].text), maxSentence)
	}
	w := &writer{}
	for len(cues) > 0 {
		n := spoken(cues)
		w.said(cues[:n])
		cues = cues[n:]
	}
	d.Text = w.out.String()
	return d, nil
}

// readCues returns the cues of subtitles. Blocks without a time are notes,
// styles or headers.
func readCues(text string) []cue {
	var cues []cue
	open := false // whether the next line belongs to the last cue
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if m := cueTime.FindStringSubmatch(line); m != nil {
			cues = append(cues, cue{start: cueSeconds(m[1:5]), end: cueSeconds(m[5:9])})
			open = true
			continue
		}
		if blankString(line) {
			open = false
			continue
		}
		if !open {
			continue
		}
		names := cueVoice.FindAllStringSubmatch(line, -1)
		for i, said := range cueVoice.Split(line, -1) {
			said = oneLine(tidy(html.UnescapeString(cueTag.ReplaceAllString(said, ""))))
			name := ""
			if i > 0 {
				name = oneLine(html.UnescapeString(names[i-1][1]))
			} else if m := cueLabel.FindStringSubmatch(said); m != nil {
				name, said = m[1], said[len(m[0]):]
			}
			c := &cues[len(cues)-1]
			if c.text != "" && (name != "" && name != c.speaker || strings.HasPrefix(said, "- ")) { // two people in one cue
				cues = append(cues, cue{start: c.start, end: c.end})
				c = &cues[len(cues)-1]
			}
			if name != "" {
				c.speaker = name
			}
			c.text = joinText(c.text, said)
		}
	}
	return withoutRolledUp(cues)
}

// withoutRolledUp removes what automatic captions repeat: each cue begins with
// the last line of the one before.
func withoutRolledUp(cues []cue) []cue {
	var out []cue
	for _, c := range cues {
		if c.text == "" {
			continue
		}
		if len(out) > 0 {
			last := &out[len(out)-1]
			rest, repeats := strings.CutPrefix(c.text, last.text)
			if c.speaker == last.speaker && repeats && (rest == "" || rest[0] == ' ') && c.start <= last.end+0.1 {
				last.end = c.end
				if rest = strings.TrimSpace(rest); rest == "" {
					continue
				}
				c.text = rest
			}
		}
		out = append(out, c)
	}
	return out
}

// joinText joins two lines of running text, without a space where the script
// uses none.
func joinText(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	before, _ := utf8.DecodeLastRuneInString(a)
	after, _ := utf8.DecodeRuneInString(b)
	if spaceless(before) && spaceless(after) {
		return a + b
	}
	return a + " " + b
}

func cueSeconds(m []string) float64 {
	n := func(s string) float64 {
		v, _ := strconv.ParseFloat(s, 64) // the pattern allows only digits
		return v
	}
	return n(m[0])*3600 + n(m[1])*60 + n(m[2]) + n("0."+m[3])
}

const (
	shortParagraph = 300 // bytes from which the end of a sentence ends a paragraph
	longParagraph  = 900 // bytes after which a paragraph ends anywhere
	silence        = 4.0 // seconds that end a paragraph
)

// spoken returns how many of the cues are the next paragraph: until another
// person speaks, nobody does, or enough was said.
func spoken(cues []cue) int {
	size := 0
	for i, c := range cues {
		if i > 0 {
			last := cues[i-1]
			ended := strings.ContainsAny(lastRune(last.text), ".!?…。！？\"”»")
			// A cue without a name continues what the one with a name began.
			another := c.speaker != cues[0].speaker && c.speaker != "" || strings.HasPrefix(c.text, "- ") || strings.HasPrefix(c.text, ">>")
			if another || c.start-last.end > silence && ended || size > shortParagraph && ended || size > longParagraph {
				return i
			}
		}
		size += len(c.text)
	}
	return len(cues)
}

func lastRune(s string) string {
	_, n := utf8.DecodeLastRuneInString(s)
	return s[len(s)-n:]
}

// said writes cues as a paragraph.
func (w *writer) said(cues []cue) {
	at := int(cues[0].start)
	text := ""
	var b strings.Builder
	for _, c := range cues {
		joined := joinText(lastRune(text), c.text)
		b.WriteString(joined[len(lastRune(text)):])
		text = c.text
	}
	words := strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(b.String(), "- "), ">>"))
	if name := strings.TrimSpace(strings.TrimPrefix(cues[0].speaker, ">>")); name != "" {
		words = tidy(name) + ": " + words
	}
	w.prose(fmt.Sprintf("%d:%02d:%02d %s", at/3600, at/60%60, at%60, words))
}
