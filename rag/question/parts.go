package question

import (
	"strings"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
	"footnote/rag/text"
)

// splitByForm returns the single questions that a question consists of, judged
// by its form. It returns nil if the question asks one thing, or more than
// maxParts.
func splitByForm(question string) []string {
	question = strings.TrimSpace(question)
	var all []string
	for _, s := range text.Sentences(question, text.Span{End: len(question)}) {
		if one := strings.TrimSpace(s.Of(question)); strings.HasSuffix(one, "?") && len(text.ContentWords(one)) > 0 {
			all = append(all, one)
		}
	}
	switch {
	case len(all) > maxParts:
		return nil
	case len(all) < 2:
		all = splitSentence(question)
	}
	// A later part may refer to an earlier one: "Who won, and when was he
	// born?"
	var said []rag.Turn
	for i, p := range all {
		if dependenceOf(p) == byPronoun {
			all[i] = standaloneAfter(p, said)
		}
		said = append(said, rag.Turn{Question: all[i]})
	}
	return all
}

// splitSentence returns the questions that are joined in one sentence; nil if
// there is one, or more than maxParts.
func splitSentence(s string) []string {
	if m := choice.FindStringSubmatch(s); m != nil && len(text.ContentWords(m[1])) > 0 {
		return []string{m[1] + ", " + m[2] + "?", m[1] + ", " + m[3] + "?"}
	}
	if m := comparison.FindStringSubmatch(s); m != nil && len(text.ContentWords(m[1])) > 0 && len(text.ContentWords(m[2])) > 0 {
		return []string{m[1], m[2]}
	}
	if !questionStart.MatchString(s) {
		return nil
	}
	var all []string
	rest := s
	for {
		at := conjunction.FindStringSubmatchIndex(rest)
		if at == nil {
			break
		}
		all, rest = append(all, strings.TrimSpace(rest[:at[0]])+"?"), rest[at[2]:]
	}
	all = append(all, rest)
	if len(all) < 2 || len(all) > maxParts {
		return nil
	}
	for i, p := range all {
		bare := len(text.ContentWords(p)) == 0 && (i == 0 || dependenceOf(p) != byPronoun) // "when and where"
		if bare || i+1 < len(all) && relativeClause.MatchString(p) {
			return nil
		}
	}
	return all
}

var (
	// conjunction matches the words between two questions in one sentence, and
	// the question word of the second.
	conjunction = lazyregexp.New(`(?i)(?:,|;)? and (?:also )?((?:who|whom|whose|what|which|when|where|why|how)\b)`)
	// questionStart matches the first word of a question that another may be
	// joined to.
	questionStart = lazyregexp.New(`(?i)^(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|has|have|had|will|would|should)\b`)
	// choice matches a choice between two things: "Which opened first, the
	// bridge or the tunnel?"
	choice = lazyregexp.New(`(?i)^((?:which|who|what|whose|where)\b[^,:;?]+)[,:] *(?:the one )?([^,;?]+?),? or (?:the one )?([^,;?]+)\?*$`)
	// comparison matches a request to compare two things.
	comparison = lazyregexp.New(`(?i)^compare (.+?) (?:and|with|to) (.+?)\?*$`)
	// relativeClause matches a subordinate clause within a part. It may
	// continue after an "and".
	relativeClause = lazyregexp.New(`(?i)\S\s+(?:who|whom|whose|which|both)\b`)
)
