package eval

import (
	"slices"

	"footnote/rag"
)

// Baselines names what every run is compared with: the two searches by
// themselves, and rules that read nothing.
var Baselines = []string{"bm25", "dense", "top_passage", "always_refuse", "always_yes"}

// measureSearches measures the two searches by themselves. The ranking of
// bm25 ends where no word matches.
func measureSearches(r *Result, q Question, ranked []rag.Ranked, passages map[string]int) {
	for name, score := range map[string]func(rag.Ranked) float64{
		"bm25":  func(x rag.Ranked) float64 { return x.Lexical },
		"dense": func(x rag.Ranked) float64 { return x.Dense },
	} {
		m, list := map[string]float64{}, rankedBy(ranked, score)
		if name == "bm25" {
			list = slices.DeleteFunc(list, func(x rag.Ranked) bool { return x.Lexical == 0 })
		}
		rank(m, "", Articles(list), q.Relevant)
		rank(m, "passage_", chunkIDs(list), passages)
		r.Baselines[name] = m
	}
}

// measureRules measures the rules: answer with the top passage, always refuse
// and, in a set with yes/no questions, always say yes.
func measureRules(r *Result, q Question, top string, asksYesNo bool) {
	for name, rule := range map[string]struct {
		answer  string
		verdict rag.Verdict
	}{
		"top_passage":   {top, rag.Answered},
		"always_refuse": {"", rag.Refused},
		"always_yes":    {"yes", rag.Answered},
	} {
		if name == "always_yes" && !asksYesNo {
			continue
		}
		m := map[string]float64{}
		measureWords(m, q, rule.answer, rule.answer, rule.answer)
		measureRefusal(m, q, rule.verdict)
		r.Baselines[name] = m
	}
}

// asksYesNo reports whether the set has a yes/no question.
func (s Set) asksYesNo() bool {
	return slices.ContainsFunc(s.Questions, func(q Question) bool { return yesOrNo(q.Answers) })
}
