package eval

import (
	"context"
	"errors"
	"strings"

	"footnote/rag"
	"footnote/rag/check"
)

// statement is a sentence of an answer, with the quotes that it cites.
type statement struct {
	text   string
	quotes []string
}

// statements returns the sentences of an answer that rest on quotes.
func statements(a rag.Answer) []statement {
	var all []statement
	for _, x := range a.Sentences {
		if x.Kind == rag.Admission {
			continue
		}
		s := statement{text: x.Text}
		for _, n := range x.Citations {
			s.quotes = append(s.quotes, a.Citations[n-1].Quote)
		}
		all = append(all, s)
	}
	return all
}

// measureCheck adds what the check did to what a model wrote.
func measureCheck(m map[string]float64, a rag.Answer) {
	for _, name := range []string{"supported", "marked", "removed", "repaired", "fell_back"} {
		m[name] = 0
	}
	if a.StoodIn || a.Failed != nil {
		m["fell_back"] = 1
	} else {
		for _, s := range a.Sentences {
			if s.Support == rag.Supported {
				m["supported"]++
			} else {
				m["marked"]++
			}
		}
	}
	m["removed"], m["repaired"] = float64(len(a.Removed)), float64(a.Repaired)
}

// sentences returns the text of an answer without citation numbers.
func sentences(said []statement) string {
	var all []string
	for _, s := range said {
		all = append(all, s.text)
	}
	return strings.Join(all, " ")
}

// measureAnswer adds the metrics of an answer to its result. said has the
// sentences that the check kept of those that were drafted.
func measureAnswer(r *Result, q Question, said []statement, drafted int) {
	m, kept := r.Metrics, len(said)
	answer, first := sentences(said), ""
	if r.Verdict == rag.Refused {
		answer, said = "", nil
	}
	if len(said) > 0 {
		first = said[0].text
	}
	measureWords(m, q, answer, first, r.Short)
	if em, ok := m["short_em"]; ok && r.Verdict == rag.Answered {
		m["short_em_answered"], m["short_f1_answered"] = em, m["short_f1"]
	}
	measureRefusal(m, q, r.Verdict)
	m["failed"] = 0
	if drafted > 0 {
		m["draft_supported"] = float64(kept) / float64(drafted)
	}
	if len(said) > 0 {
		m["citation_precision"], m["citation_recall"] = citations(said)
		m["words"], m["sentences"] = float64(len(strings.Fields(answer))), float64(len(said))
		if q.Answerable && len(q.Answers) > 0 {
			m["answer_precision"] = precision(said, q.Answers)
		}
	}
}

// measureRepeated adds to each answer that is shown whether another question has the
// same one.
func measureRepeated(results []Result) {
	times := map[string]int{}
	shown := func(r Result) bool { return r.Answer != "" && r.Verdict != "" && r.Verdict != rag.Refused }
	for _, r := range results {
		if shown(r) {
			times[r.Answer]++
		}
	}
	for _, r := range results {
		if shown(r) {
			r.Metrics["repeated"] = indicator(times[r.Answer] > 1)
		}
	}
}

// precision returns the share of sentences that contain a gold answer.
func precision(said []statement, answers []string) float64 {
	n := 0.
	for _, s := range said {
		n += indicator(Contained(s.text, answers))
	}
	return n / float64(len(said))
}

// measureWords compares an answer, its first sentence and its short form with
// the gold answers. It adds nothing for a question without gold answers.
func measureWords(m map[string]float64, q Question, answer, first, short string) {
	if !q.Answerable || len(q.Answers) == 0 {
		return
	}
	m["em"], m["f1"], m["rouge_l"] = ExactMatch(answer, q.Answers), F1(answer, q.Answers), ROUGEL(answer, q.Answers)
	m["short_em"], m["short_f1"] = ExactMatch(short, q.Answers), F1(short, q.Answers)
	m["answer_contained"], m["answer_contained@1"] = indicator(Contained(answer, q.Answers)), indicator(Contained(first, q.Answers))
}

// measureRefusal compares a verdict with whether the question is answerable.
func measureRefusal(m map[string]float64, q Question, v rag.Verdict) {
	refused, answered := v == rag.Refused, v == rag.Answered
	if q.Answerable {
		m["coverage"], m["false_refusals"] = indicator(answered), indicator(refused)
	} else {
		m["false_answers"], m["refusal_recall"] = indicator(answered), indicator(refused)
	}
	if refused {
		m["refusal_precision"] = indicator(!q.Answerable)
	}
	m["refusal_accuracy"] = indicator(refused != q.Answerable)
}

// measureFailed gives a question that failed the worst value of every metric
// that applies to it.
func measureFailed(r *Result, q Question) {
	m := r.Metrics
	measureWords(m, q, "", "", "")
	measureRefusal(m, q, rag.Refused)
	for name := range m {
		if metric, _ := MetricNamed(name); metric.Answers {
			m[name] = metric.worst()
		}
	}
	delete(m, "refusal_precision") // a failure is not a refusal
	if q.Answerable {
		m["citation_precision"], m["citation_recall"], m["quotes_exact"] = 0, 0, 0
	} else {
		r.Confidence = 1
	}
	m["failed"] = 1
}

// citations returns the precision and the recall of an answer's citations (ALCE,
// Gao et al. 2023). Recall is the share of sentences that their quotes together
// support. Precision is the share of citations that are needed: the citation
// supports its sentence alone, or the other citations do not support it without
// this one. Citations of unsupported sentences are not needed.
func citations(said []statement) (precision, recall float64) {
	good, all := 0, 0
	for _, s := range said {
		all += len(s.quotes)
		if len(s.quotes) == 0 || !supports(s.text, s.quotes) {
			continue
		}
		recall++
		for i, q := range s.quotes {
			others := append(append([]string{}, s.quotes[:i]...), s.quotes[i+1:]...)
			if supports(s.text, []string{q}) || !supports(s.text, others) {
				good++
			}
		}
	}
	if all > 0 {
		precision = float64(good) / float64(all)
	}
	return precision, recall / float64(len(said))
}

// supports reports whether quotes together support a sentence, by footnote's
// hard checks.
func supports(sentence string, quotes []string) bool {
	got, err := check.Decide(context.Background(), nil, sentence, quotes...)
	return err == nil && got != rag.Unsupported
}

// quotesExact reports whether every quote is in its article at the offsets that
// its citation gives. A citation of an article that is not found is not exact.
func quotesExact(ctx context.Context, store rag.Catalog, cites []rag.Citation) (bool, error) {
	for _, c := range cites {
		d, err := store.Document(ctx, c.Doc)
		if errors.Is(err, rag.ErrNotFound) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if c.Start < 0 || c.End > len(d.Text) || c.Start > c.End || d.Text[c.Start:c.End] != c.Quote {
			return false, nil
		}
	}
	return true, nil
}

// indicator returns 1 for true and 0 for false.
func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
