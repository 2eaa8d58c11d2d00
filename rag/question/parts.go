package question

import (
	"regexp"
	"strings"

	"footnote/rag"
	"footnote/rag/text"
)

var (
	// joint matches the words between two questions in one sentence.
	joint = regexp.MustCompile(`(?i)(?:,|;)? and (?:also )?((?:who|whom|whose|what|which|when|where|why|how)\b)`)
	// opens matches the first word of a question that another may be joined to.
	opens = regexp.MustCompile(`(?i)^(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|has|have|had|will|would|should)\b`)
	// choice matches a choice between two things: "Which opened first, the
	// bridge or the tunnel?"
	choice = regexp.MustCompile(`(?i)^((?:which|who|what|whose|where)\b[^,:;?]+)[,:] *(?:the one )?([^,;?]+?),? or (?:the one )?([^,;?]+)\?*$`)
	// contrast matches a request to compare two things.
	contrast = regexp.MustCompile(`(?i)^compare (.+?) (?:and|with|to) (.+?)\?*$`)
	// nested matches a subordinate clause within a part, which may continue
	// after an "and".
	nested = regexp.MustCompile(`(?i)\S\s+(?:who|whom|whose|which|both)\b`)
)

// parts returns the single questions that a question consists of, judged by its
// form. It returns nil if the question asks one thing, or more than mostParts.
func parts(question string) []string {
	body := strings.TrimSpace(question)
	var all []string
	for _, s := range text.Sentences(body, text.Span{Start: 0, End: len(body)}) {
		if one := strings.TrimSpace(s.Of(body)); strings.HasSuffix(one, "?") && len(text.ContentWords(one)) > 0 {
			all = append(all, one)
		}
	}
	switch {
	case len(all) > mostParts:
		return nil
	case len(all) < 2:
		all = partsOfOne(body)
	}
	// A later part may refer to an earlier one: "Who won, and when was he born?"
	var said []rag.Turn
	for i, p := range all {
		if leaning(p) == byPronoun {
			all[i] = standAlone(p, said)
		}
		said = append(said, rag.Turn{Question: all[i]})
	}
	return all
}

func partsOfOne(s string) []string {
	if m := choice.FindStringSubmatch(s); m != nil && len(text.ContentWords(m[1])) > 0 {
		return []string{m[1] + ", " + m[2] + "?", m[1] + ", " + m[3] + "?"}
	}
	if m := contrast.FindStringSubmatch(s); m != nil && len(text.ContentWords(m[1])) > 0 && len(text.ContentWords(m[2])) > 0 {
		return []string{m[1], m[2]}
	}
	if !opens.MatchString(s) {
		return nil
	}
	var all []string
	rest := s
	for {
		at := joint.FindStringSubmatchIndex(rest)
		if at == nil {
			break
		}
		all, rest = append(all, strings.TrimSpace(rest[:at[0]])+"?"), rest[at[2]:]
	}
	all = append(all, rest)
	if len(all) < 2 || len(all) > mostParts {
		return nil
	}
	for i, p := range all {
		bare := len(text.ContentWords(p)) == 0 && (i == 0 || leaning(p) != byPronoun) // "when and where"
		if bare || i+1 < len(all) && nested.MatchString(p) {
			return nil
		}
	}
	return all
}
