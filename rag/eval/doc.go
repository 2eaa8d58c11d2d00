// Package eval measures footnote on sets of questions: it runs them, computes
// metrics, and compares two runs.
//
//	Load  →  Set  →  Runner.Run  →  Results  →  Summarize  →  Run  →  Compare  →  Comparison
//
// A [Runner] asks the questions of a [Set] and measures each of them. A [Run]
// keeps their results with the mean of each metric, its 95 % interval and the
// [Baselines]. A [Comparison] pairs the questions of two runs. [Metrics] lists
// what is measured. A question has only the metrics that apply to it. A question
// that failed has the worst value of each.
//
// RESULTS.md, beside this file, has footnote's results on public sets. This
// command, run from the root of the repository, measures them again:
//
//	go run ./cmd/footnote/internal/results DATA
//
// DATA is a folder of question sets.
package eval
