package eval

import "slices"

// Metric says what a number means. The mean over questions is over those that
// the metric applies to.
type Metric struct {
	Name     string
	About    string // what it says, on one line
	Lower    bool   // less of it is better
	YesNo    bool   // of each question it is 0 or 1
	Headline bool   // shown unless all are asked for
	Answers  bool   // needs the questions to be answered
	whole    bool   // of all questions together: no question has one by itself
}

// Metrics are all metrics, in the order in which they are shown.
//
// Those of retrieval are of the questions whose relevant articles are known,
// and rank articles by their best chunk. By passage, a chunk is relevant if it
// is of a relevant article and holds the evidence that the set gives, or where
// no chunk does, a right answer (Karpukhin et al. 2020). Those of answers are
// of the answerable questions with a gold answer; a refusal is an answer
// without words. A question that failed has the worst value of each.
var Metrics = append(slices.Concat(rankingMetrics("", "articles"), rankingMetrics("passage_", "passages")), []Metric{
	{Name: "em", About: "the answer is a gold one, word for word (SQuAD)", YesNo: true, Answers: true},
	{Name: "f1", About: "words shared with a gold answer (SQuAD)", Headline: true, Answers: true},
	{Name: "short_em", About: "the short answer is a gold one, word for word (SQuAD)", YesNo: true, Answers: true},
	{Name: "short_f1", About: "words that the short answer shares with a gold one (SQuAD)", Headline: true, Answers: true},
	{Name: "rouge_l", About: "words shared with a gold answer, in order (Lin 2004)", Answers: true},
	{Name: "answer_contained", About: "the answer holds a gold one", YesNo: true, Headline: true, Answers: true},
	{Name: "answer_contained@1", About: "its first sentence does", YesNo: true, Headline: true, Answers: true},
	{Name: "citation_precision", About: "citations that bear their sentence, or part of it (ALCE, Gao et al. 2023; judge: the checker)", Headline: true, Answers: true},
	{Name: "citation_recall", About: "sentences that their citations bear (ALCE; judge: the checker)", Headline: true, Answers: true},
	{Name: "draft_supported", About: "sentences of the draft that the checker lets stand", Answers: true},
	{Name: "quotes_exact", About: "every quote is in its article, at its place", YesNo: true, Headline: true, Answers: true},
	{Name: "coverage", About: "of the answerable, the share answered", YesNo: true, Headline: true, Answers: true},
	{Name: "false_refusals", About: "of the answerable, the share refused", YesNo: true, Lower: true, Headline: true, Answers: true},
	{Name: "false_answers", About: "of the unanswerable, the share answered", YesNo: true, Lower: true, Headline: true, Answers: true},
	{Name: "refusal_precision", About: "of the refused, the share that is unanswerable", YesNo: true, Answers: true},
	{Name: "refusal_recall", About: "of the unanswerable, the share refused", YesNo: true, Answers: true},
	{Name: "refusal_accuracy", About: "refused if and only if unanswerable", YesNo: true, Answers: true},
	{Name: "refusal_auroc", About: "an answerable question has more confidence than another", Headline: true, Answers: true, whole: true},
	{Name: "ece", About: "how far the confidence is from the truth (Guo et al. 2017)", Lower: true, Headline: true, Answers: true, whole: true},
	{Name: "judge_correct", About: "the judge says that the answer means what a gold one does", YesNo: true, Headline: true, Answers: true},
	{Name: "judge_supported", About: "sentences that the judge says follow from their quotes", Headline: true, Answers: true},
	{Name: "judge_clear", About: "replies of the judge that are a yes or a no; others count as no", Answers: true},
	{Name: "failed", About: "questions that failed", YesNo: true, Lower: true, Answers: true},
}...)

func rankingMetrics(prefix, what string) []Metric {
	all := []Metric{
		{Name: "ndcg@10", About: "how high the relevant " + what + " stand among the first 10", Headline: true},
		{Name: "recall@1", About: "relevant " + what + " found, among the first"},
		{Name: "recall@5", About: "relevant " + what + " found, among the first 5", Headline: prefix == ""},
		{Name: "recall@10", About: "relevant " + what + " found, among the first 10"},
		{Name: "precision@5", About: "of the first 5, the share that is relevant"},
		{Name: "precision@10", About: "of the first 10, the share that is relevant"},
		{Name: "hit@1", About: "the first is relevant", YesNo: true, Headline: prefix == ""},
		{Name: "hit@5", About: "one of the first 5 is relevant", YesNo: true},
		{Name: "mrr@10", About: "one over the place of the first relevant one", Headline: true},
		{Name: "map@10", About: "mean average precision of the first 10"},
	}
	for i := range all {
		all[i].Name = prefix + all[i].Name
	}
	return all
}

// MetricNamed gives a metric by its name.
func MetricNamed(name string) (Metric, bool) {
	i := slices.IndexFunc(Metrics, func(m Metric) bool { return m.Name == name })
	if i < 0 {
		return Metric{}, false
	}
	return Metrics[i], true
}

// Better reports whether a is better than b.
func (m Metric) Better(a, b float64) bool {
	if m.Lower {
		return a < b
	}
	return a > b
}

// worst is the value of a question that failed.
func (m Metric) worst() float64 {
	if m.Lower {
		return 1
	}
	return 0
}

// rank measures a ranking into out.
func rank(out map[string]float64, prefix string, ranked []string, relevant map[string]int) {
	if len(relevant) == 0 {
		return
	}
	for _, k := range []int{1, 5, 10} {
		name := map[int]string{1: "@1", 5: "@5", 10: "@10"}[k]
		out[prefix+"recall"+name] = Recall(ranked, relevant, k)
		if k > 1 { // of one, it is the hit
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
