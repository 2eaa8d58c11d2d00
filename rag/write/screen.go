package write

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/prompts"
	"footnote/rag/text"
)

// screen passes a reply on as it arrives. It withholds the beginning until that
// cannot be the reply that there is no answer, all of a reply in JSON, and a
// citation mark until it is complete. It drops the quotes in marks.
type screen struct {
	out      func(string)
	passages int // in the prompt

	buffer string // what is withheld so far
	passes bool   // the beginning was passed on
}

// onlyNoAnswer matches a text that is the reply that there is no answer, with or
// without what it is about.
var onlyNoAnswer = regexp.MustCompile(`(?i)^` + regexp.QuoteMeta(strings.TrimSuffix(prompts.NoAnswer, ".")) + `[^.,;:!?]*[.,;:!?]?\s*$`)

func (s *screen) write(chunk string) {
	s.buffer += strings.Map(printable, strings.ToValidUTF8(chunk, ""))
	if !s.passes {
		s.buffer = strings.TrimLeftFunc(s.buffer, unicode.IsSpace)
		//nolint:gocritic // the text so far may be the beginning of the reply
		if s.buffer == "" || s.withheld() || len(s.buffer) < len(prompts.NoAnswer) && strings.HasPrefix(prompts.NoAnswer, s.buffer) {
			return
		}
		s.passes = true
	}
	s.pass(false)
}

// withheld reports whether the reply so far is not for people.
func (s *screen) withheld() bool {
	return strings.HasPrefix(s.buffer, "{") || strings.HasPrefix(s.buffer, "[{") || strings.HasPrefix(s.buffer, "`") || onlyNoAnswer.MatchString(s.buffer)
}

// end passes on what is still withheld, unless it is not for people.
func (s *screen) end() {
	if s.passes || s.buffer != "" && !s.withheld() {
		s.pass(true)
	}
}

// pass passes on what was withheld, up to a mark that is not complete. After the
// last chunk there is none.
func (s *screen) pass(last bool) {
	var b strings.Builder
	for s.buffer != "" {
		i := strings.IndexAny(s.buffer, "[【［(（")
		if i < 0 {
			i = len(s.buffer)
		}
		b.WriteString(s.buffer[:i])
		s.buffer = s.buffer[i:]
		m, ok, partial := text.LeadingMark(s.buffer, s.passages)
		if partial {
			if !last {
				break
			}
			if all := text.FindMarks(s.buffer, s.passages); len(all) > 0 && all[0].Start == 0 {
				m, ok = all[0], true
			}
		}
		_, size := utf8.DecodeRuneInString(s.buffer)
		if ok {
			size = m.End
		}
		b.WriteString(withoutQuotes(m, s.buffer[:size]))
		s.buffer = s.buffer[size:]
	}
	if b.Len() > 0 {
		s.out(b.String())
	}
}

// withoutQuotes returns a mark as [1][3] if it has quotes, else as it is written.
func withoutQuotes(m text.Mark, written string) string {
	var b strings.Builder
	quoted, last := false, -1
	for _, c := range m.Cites {
		quoted = quoted || c.Quote != ""
		if c.Passage != last {
			b.WriteString("[" + strconv.Itoa(c.Passage+1) + "]")
			last = c.Passage
		}
	}
	if quoted {
		return b.String()
	}
	return written
}
