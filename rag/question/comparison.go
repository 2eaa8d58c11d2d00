package question

import (
	"strings"

	"footnote/rag/internal/lazyregexp"
)

// Comparison is a question about which of two things has more of something.
type Comparison struct {
	Things  [2]string // as the question names them
	Values  [2]string // for each, the question how much it has
	Less    bool      // it asks for the thing that has less
	Whether bool      // it asks whether the first thing has more than the second, or less if Less
}

// comparisonOf returns the comparison that a question asks for; nil if it asks for none.
func comparisonOf(s string) *Comparison {
	s = strings.TrimSpace(s)
	if m := choice.FindStringSubmatch(s); m != nil {
		return newComparison(m[1], m[2], m[3])
	}
	if m := isMore.FindStringSubmatch(s); m != nil {
		c := newComparison(m[2], m[1], m[3])
		if c != nil {
			c.Whether = true
		}
		return c
	}
	return nil
}

// newComparison returns the comparison of two things by a comparative such as
// "longer" or "more members" in what is asked of them; nil if there is none.
func newComparison(asked, one, other string) *Comparison {
	m := comparative.FindStringSubmatch(asked)
	if m == nil || strings.EqualFold(one, other) {
		return nil
	}
	word, noun := strings.Replace(strings.ToLower(m[1]+m[2]), "costs ", "cost ", 1), strings.ToLower(m[3])
	c := &Comparison{Things: [2]string{strings.TrimSpace(one), strings.TrimSpace(other)}}
	measure, known := measures[word]
	if noun != "" {
		if measure, known = measures["more "+noun]; !known {
			measure, known = "how many "+noun+" does % have", true
		}
		c.Less = word != "more"
	} else {
		measure, c.Less = strings.CutPrefix(measure, "-")
	}
	if !known {
		return nil
	}
	for i, thing := range c.Things {
		c.Values[i] = strings.ToUpper(measure[:1]) + strings.Replace(measure[1:], "%", thing, 1) + "?"
	}
	return c
}

var (
	// isMore matches a question whether one thing has more than another.
	isMore      = lazyregexp.New(`(?i)^(?:is|are|was|were|do|does|did) (.+?) ((?:have )?(?:cost (?:more|less)|(?:more|fewer|less) \p{L}+|\p{L}+er)) than ([^,;?]+)\?*$`)
	comparative = lazyregexp.New(`(?i)\b(?:(costs? more|costs? less|longer|shorter|higher|lower|taller|bigger|larger|smaller|older|younger|deeper|wider|heavier|lighter|faster|slower|cheaper|warmer|hotter|colder)|(more|fewer|less) (\p{L}+))\b`)
	// measures maps a comparative to the question for the value of a thing. A minus
	// sign says that the thing with the smaller value is meant.
	measures = map[string]string{
		"longer": "how long is %", "shorter": "-how long is %", "higher": "how high is %", "lower": "-how high is %", "taller": "how tall is %",
		"bigger": "how big is %", "larger": "how large is %", "smaller": "-how large is %", "older": "how old is %", "younger": "-how old is %",
		"deeper": "how deep is %", "wider": "how wide is %", "heavier": "how heavy is %", "lighter": "-how heavy is %",
		"faster": "how fast is %", "slower": "-how fast is %", "cheaper": "-how much does % cost",
		"cost more": "how much does % cost", "cost less": "-how much does % cost",
		"warmer": "how warm is %", "hotter": "how hot is %", "colder": "-how cold is %",
		"more expensive": "how much does % cost", "more populous": "how many people live in %",
	}
)
