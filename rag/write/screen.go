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

	held   string
	passes bool // the beginning was passed on
}

// onlyNoAnswer matches a text that is the reply that there is no answer, with or
// without what it is about.
var onlyNoAnswer = regexp.MustCompile(`(?i)^` + regexp.QuoteMeta(strings.TrimSuffix(prompts.NoAnswer, ".")) + `[^.,;:!?]*[.,;:!?]?\s*$`)

func (s *screen) write(chunk string) {
	s.held += strings.Map(printable, strings.ToValidUTF8(chunk, ""))
	if !s.passes {
		s.held = strings.TrimLeftFunc(s.held, unicode.IsSpace)
		if s.held == "" || s.withheld() || len(s.held) < len(prompts.NoAnswer) && strings.HasPrefix(prompts.NoAnswer, s.held) {
			return
		}
		s.passes = true
	}
	s.pass(false)
}

// withheld reports whether the reply so far is not for people.
func (s *screen) withheld() bool {
	return strings.HasPrefix(s.held, "{") || strings.HasPrefix(s.held, "[{") || strings.HasPrefix(s.held, "`") || onlyNoAnswer.MatchString(s.held)
}

// end passes on what is still withheld, unless it is not for people.
func (s *screen) end() {
	if s.passes || s.held != "" && !s.withheld() {
		s.pass(true)
	}
}

// pass passes on what was withheld, up to a mark that is not complete. After the
// last chunk there is none.
func (s *screen) pass(last bool) {
	var b strings.Builder
	for s.held != "" {
		i := strings.IndexAny(s.held, "[【［(（")
		if i < 0 {
			i = len(s.held)
		}
		b.WriteString(s.held[:i])
		s.held = s.held[i:]
		m, ok, partial := text.LeadingMark(s.held, s.passages)
		if partial {
			if !last {
				break
			}
			if all := text.FindMarks(s.held, s.passages); len(all) > 0 && all[0].Start == 0 {
				m, ok = all[0], true
			}
		}
		_, size := utf8.DecodeRuneInString(s.held)
		if ok {
			size = m.End
		}
		b.WriteString(withoutQuotes(m, s.held[:size]))
		s.held = s.held[size:]
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
