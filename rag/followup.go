package rag

import (
	"regexp"
	"strings"
)

// leans matches a question that is about what was spoken of before.
var leans = regexp.MustCompile(`(?i)^(and|but|so|or|what about|how about|then|also)\b|\b(he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|there|one|ones|the same)\b`)

// standalone gives the words to search for: the question's own, and those of
// the question before it where this one leans on it.
func standalone(q Question) string {
	if len(q.History) == 0 || !leans.MatchString(q.Text) && len(content(q.Text)) > 1 {
		return q.Text
	}
	have := stemSet(q.Text)
	text := strings.TrimSpace(q.Text)
	for _, w := range content(standalone(Question{Text: q.History[len(q.History)-1].Question, History: q.History[:len(q.History)-1]})) {
		if !have[stem(w)] {
			text += " " + w
		}
	}
	return text
}
