package eval

import (
	"slices"
	"strings"
)

// Metric describes a number that a run measures. A run's mean is over the
// questions that the metric applies to.
type Metric struct {
	Name      string
	About     string // what it measures, in one line
	Lower     bool   // lower is better
	YesNo     bool   // each question has 0 or 1
	Headline  bool   // shown unless all metrics are asked for
	Answers   bool   // measured only if the questions are answered
	aggregate bool   // measured over all questions together; no single question has one
}

// Metrics lists all metrics, in the order in which they are shown.
//
// Metrics of retrieval apply to questions whose relevant articles are known.
// An article ranks where its best chunk does. The metrics that begin with
// passage_ rank chunks. A chunk is relevant if it is in a relevant article and
// contains the evidence that the set gives. If no chunk contains the evidence,
// those with a right answer are relevant (Karpukhin et al. 2020).
//
// Metrics of answers compare with the gold answers of answerable questions. A
// refusal counts as an answer without words. A question that failed has the
// worst value of each metric that applies to it.
var Metrics = append(slices.Concat(rankingMetrics("", "articles"), rankingMetrics("passage_", "passages")), []Metric{
	{Name: "em", About: "the answer equals a gold answer (exact match, SQuAD)", YesNo: true, Answers: true},
	{Name: "f1", About: "words that the answer shares with a gold answer (F1, SQuAD)", Headline: true, Answers: true},
	{Name: "short_em", About: "the short answer equals a gold answer (exact match, SQuAD)", YesNo: true, Answers: true},
	{Name: "short_f1", About: "words that the short answer shares with a gold answer (F1, SQuAD)", Headline: true, Answers: true},
	{Name: "short_em_answered", About: "short_em of the questions that are answered", YesNo: true, Answers: true},
	{Name: "short_f1_answered", About: "short_f1 of the questions that are answered", Answers: true},
	{Name: "rouge_l", About: "words that the answer shares with a gold answer, in order (ROUGE-L, Lin 2004)", Answers: true},
	{Name: "answer_contained", About: "the answer contains a gold answer", YesNo: true, Headline: true, Answers: true},
	{Name: "answer_contained@1", About: "the first sentence of the answer contains a gold answer", YesNo: true, Headline: true, Answers: true},
	{Name: "answer_precision", About: "share of the sentences shown that contain a gold answer", Headline: true, Answers: true},
	{Name: "words", About: "words of an answer that is shown", Lower: true, Answers: true},
	{Name: "sentences", About: "sentences of an answer that is shown", Lower: true, Answers: true},
	{Name: "repeated", About: "share of the answers shown that another question of the set gets too", YesNo: true, Lower: true, Answers: true},
	{Name: "citation_precision", About: "share of citations that support their sentence, or part of it, by footnote's check (ALCE, Gao et al. 2023)", Headline: true, Answers: true},
	{Name: "citation_recall", About: "share of sentences that their citations support, by footnote's check (ALCE)", Headline: true, Answers: true},
	{Name: "supported", About: "sentences of a model's answer that the check finds supported", Answers: true},
	{Name: "marked", About: "sentences of a model's answer that are shown with a mark", Lower: true, Answers: true},
	{Name: "removed", About: "sentences of a model's draft that the check removes", Lower: true, Answers: true},
	{Name: "repaired", About: "sentences that the model rewrote so that they passed the check", Answers: true},
	{Name: "fell_back", About: "the articles' own sentences replace what the model wrote", YesNo: true, Lower: true, Answers: true},
	{Name: "draft_supported", About: "share of the draft's sentences that footnote's check keeps", Answers: true},
	{Name: "quotes_exact", About: "every quote is in its article, at the offsets given", YesNo: true, Headline: true, Answers: true},
	{Name: "coverage", About: "share of answerable questions that are answered", YesNo: true, Headline: true, Answers: true},
	{Name: "false_refusals", About: "share of answerable questions that are refused", YesNo: true, Lower: true, Headline: true, Answers: true},
	{Name: "false_answers", About: "share of unanswerable questions that are answered", YesNo: true, Lower: true, Headline: true, Answers: true},
	{Name: "refusal_precision", About: "share of refused questions that are unanswerable", YesNo: true, Answers: true},
	{Name: "refusal_recall", About: "share of unanswerable questions that are refused", YesNo: true, Answers: true},
	{Name: "refusal_accuracy", About: "share of questions that are refused if unanswerable, and not refused if answerable", YesNo: true, Answers: true},
	{Name: "refusal_auroc", About: "probability that an answerable question has more confidence than an unanswerable one", Headline: true, Answers: true, aggregate: true},
	{Name: "ece", About: "distance between confidence and the share of answerable questions (expected calibration error, Guo et al. 2017)", Lower: true, Headline: true, Answers: true, aggregate: true},
	{Name: "judge_correct", About: "the judge says that the answer means the same as a gold answer", YesNo: true, Headline: true, Answers: true},
	{Name: "judge_supported", About: "share of sentences that the judge says follow from their quotes", Headline: true, Answers: true},
	{Name: "judge_clear", About: "share of the judge's replies that are yes or no; other replies count as no", Answers: true},
	{Name: "failed", About: "share of questions that failed", YesNo: true, Lower: true, Answers: true},
}...)

// rankingMetrics returns the metrics of a ranking of what, which is "articles" or
// "passages".
func rankingMetrics(prefix, what string) []Metric {
	one := strings.TrimSuffix(what, "s")
	all := []Metric{
		{Name: "ndcg@10", About: "normalised discounted cumulative gain of the first 10 " + what, Headline: true},
		{Name: "recall@1", About: "share of the relevant " + what + " that are ranked first"},
		{Name: "recall@5", About: "share of the relevant " + what + " that are among the first 5", Headline: prefix == ""},
		{Name: "recall@10", About: "share of the relevant " + what + " that are among the first 10"},
		{Name: "precision@5", About: "share of the first 5 " + what + " that are relevant"},
		{Name: "precision@10", About: "share of the first 10 " + what + " that are relevant"},
		{Name: "hit@1", About: "the first " + one + " is relevant", YesNo: true, Headline: prefix == ""},
		{Name: "hit@5", About: "at least one of the first 5 " + what + " is relevant", YesNo: true},
		{Name: "mrr@10", About: "reciprocal rank of the first relevant " + one + "; 0 if it is not among the first 10", Headline: true},
		{Name: "map@10", About: "mean average precision of the first 10 " + what},
	}
	for i := range all {
		all[i].Name = prefix + all[i].Name
	}
	return all
}

// MetricNamed returns the metric with a name, and whether there is one.
func MetricNamed(name string) (Metric, bool) {
	i := slices.IndexFunc(Metrics, func(m Metric) bool { return m.Name == name })
	if i < 0 {
		return Metric{}, false
	}
	return Metrics[i], true
}

// Better reports whether a is strictly better than b.
func (m Metric) Better(a, b float64) bool {
	if m.Lower {
		return a < b
	}
	return a > b
}

// worst returns the value that a failed question gets.
func (m Metric) worst() float64 {
	if m.Lower {
		return 1
	}
	return 0
}

// rank adds the metrics of a ranking to out, their names after prefix. It adds
// nothing if no id is relevant.
func rank(out map[string]float64, prefix string, ranked []string, relevant map[string]int) {
	if len(relevant) == 0 {
		return
	}
	for _, k := range []int{1, 5, 10} {
		name := map[int]string{1: "@1", 5: "@5", 10: "@10"}[k]
		out[prefix+"recall"+name] = Recall(ranked, relevant, k)
		if k > 1 { // precision@1 equals hit@1
			out[prefix+"precision"+name] = Precision(ranked, relevant, k)
		}
		if k < 10 {
			out[prefix+"hit"+name] = Hit(ranked, relevant, k)
		}
	}
	out[prefix+"ndcg@10"] = NDCG(ranked, relevant, 10)
	out[prefix+"mrr@10"] = MRR(ranked, relevant, 10)
	out[prefix+"map@10"] = MAP(ranked, relevant, 10)
}
