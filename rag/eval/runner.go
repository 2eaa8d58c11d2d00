package eval

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/index"
	"footnote/rag/question"
	"footnote/rag/retrieve"
	"footnote/rag/write"
)

// Runner asks the questions of a set and measures the results.
type Runner struct {
	Store     rag.Store
	Embedder  rag.Embedder
	Answerer  ask.Answerer  // what writes and checks; its Store and Embedder are not used
	Chunker   index.Chunker // the one that the store was filled with
	Retrieval Retrieval     // empty: Hybrid
	Answers   bool          // answer the questions too, not only search
	Judge     *Judge        // nil: none; its failure ends the run
	Today     time.Time     // date of questions without one; zero: time.Now
	Workers   int           // number of questions at once; 0: 1

	// Text returns an answer's text for the results; nil: [rag.Answer.Text].
	Text func(rag.Answer) string

	Known map[string]Result  // results by question id that are taken over, not asked again
	Done  func(Result) error // called after each question that was asked, never concurrently; may be nil
}

// failuresToStop is the number of failed questions that ends a run in which no
// question has succeeded.
const failuresToStop = 3

// Run asks the questions and returns their results in the same order. A question
// that can't be answered has a result too, with its error. Run itself fails if a
// search, the judge or Done fails, if ctx ends, or if no question succeeds. In
// that last case it returns the error of the first question that failed.
func (r Runner) Run(ctx context.Context, s Set) ([]Result, error) {
	if r.Text == nil {
		r.Text = rag.Answer.Text
	}
	results := make([]Result, len(s.Questions))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, r.Workers))
	run := &running{Runner: r, gold: gold{store: r.Store, chunker: r.Chunker}, asksYesNo: s.asksYesNo()}
	for i, q := range s.Questions {
		if known, ok := r.Known[q.ID]; ok {
			results[i] = known
			continue
		}
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			var failure error
			var err error
			if results[i], failure, err = run.ask(ctx, q); err != nil {
				return fmt.Errorf("question %q: %w", q.ID, err)
			}
			return run.record(results[i], failure)
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if run.succeeded == 0 && run.failure != nil {
		return nil, run.failure
	}
	measureRepeated(results)
	return results, nil
}

// running is the state of a run.
type running struct {
	Runner
	gold      gold
	asksYesNo bool

	mu                sync.Mutex
	succeeded, failed int
	failure           error // the first
}

// record counts a result and passes it to Done. It fails if Done does, or if the
// run should stop because all questions fail.
func (r *running) record(x Result, failure error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if failure == nil {
		r.succeeded++
	} else if r.failed++; r.failure == nil {
		r.failure = failure
	}
	if r.succeeded == 0 && r.failed >= failuresToStop {
		return r.failure
	}
	if r.Done == nil {
		return nil
	}
	return r.Done(x)
}

// ask asks one question. failure is why it could not be answered: its result is
// still part of the run. err ends the run.
func (r *running) ask(ctx context.Context, q Question) (out Result, failure, err error) {
	asked := rag.Question{Text: q.Text, Today: q.Date}
	if asked.Today.IsZero() {
		asked.Today = r.Today
	}
	reading := question.Read(asked)
	start := time.Now()
	hybrid, _, err := retrieve.Retriever{Store: r.Store, Embedder: r.Embedder}.Rank(ctx, reading)
	took := time.Since(start)
	if err != nil {
		return out, nil, err
	}
	ranked, store := hybrid, r.Retrieval.Store(r.Store)
	if r.Retrieval == Dense || r.Retrieval == Lexical {
		if ranked, _, err = (retrieve.Retriever{Store: store, Embedder: r.Embedder}).Rank(ctx, reading); err != nil {
			return out, nil, err
		}
	}
	passages, err := r.gold.chunks(ctx, q)
	if err != nil {
		return out, nil, err
	}
	out = newResult(q, ranked)
	out.Times.Search = took
	rank(out.Metrics, "", Articles(ranked), q.Relevant)
	rank(out.Metrics, "passage_", chunkIDs(ranked), passages)
	measureSearches(&out, q, hybrid, passages)
	if !r.Answers {
		return out, nil, nil
	}
	top := ""
	if len(ranked) > 0 {
		top = ranked[0].Chunk.Text
	}
	measureRules(&out, q, top, r.asksYesNo)
	a := r.Answerer
	a.Store, a.Embedder = store, r.Embedder
	failure, err = r.answer(ctx, &out, q, a, reading)
	return out, failure, err
}

// answer answers a question and adds the answer to its result.
func (r *running) answer(ctx context.Context, out *Result, q Question, a ask.Answerer, reading question.Reading) (failure, err error) {
	got, failure := a.Ask(ctx, reading.Question, nil)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if failure != nil {
		out.Error = failure.Error()
		measureFailed(out, q)
		if r.Judge != nil && q.Answerable && len(q.Answers) > 0 {
			out.Metrics["judge_correct"] = 0
		}
		return failure, nil
	}
	out.take(got, r.Text(got))
	said := statements(got)
	measureAnswer(out, q, said, len(got.Sentences)+len(got.Removed)) //nolint:contextcheck // it calls no model, so it cannot block
	if a.Writer != nil {
		if _, quotes := a.Writer.(write.Quote); !quotes { // only the quoting writer gives short answers
			for _, name := range []string{"short_em", "short_f1", "short_em_answered", "short_f1_answered"} {
				delete(out.Metrics, name)
			}
			measureCheck(out.Metrics, got)
		}
	}
	if len(got.Citations) > 0 {
		ok, err := quotesExact(ctx, r.Store, got.Citations)
		if err != nil {
			return nil, err
		}
		out.Metrics["quotes_exact"] = indicator(ok)
	}
	if r.Judge != nil {
		return nil, r.Judge.judge(ctx, out, q, said)
	}
	return nil, nil
}
