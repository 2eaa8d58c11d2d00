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
	"footnote/rag/retrieve"
	"footnote/rag/write"
)

// Runner asks the questions of a set.
type Runner struct {
	Store     rag.Store
	Embedder  rag.Embedder
	Writer    rag.Writer    // nil: rag.Quote
	Chunker   index.Chunker // that the store was filled by
	Retrieval Retrieval     // empty: Hybrid
	Answers   bool          // also answer, not only search
	Judge     *Judge        // nil: none; its failure ends the run
	Today     time.Time     // of questions without a date; zero: time.Now
	Workers   int           // questions at once; 0: 1

	Known map[string]Result  // by id: those that need not be asked again
	Done  func(Result) error // called after each question that was asked, one at a time; nil: not
}

// tries is how many questions must fail, and none succeed, for a run to end.
const tries = 3

// Run asks the questions and returns their results in their order. A question
// whose answer fails is a result too; the error is that of a search, of Done,
// of the context, or of the first question if none succeeds.
func (r Runner) Run(ctx context.Context, s Set) ([]Result, error) {
	if r.Writer == nil {
		r.Writer = write.Quote{}
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
			return run.done(results[i], failure)
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if run.succeeded == 0 && run.failure != nil {
		return nil, run.failure
	}
	return results, nil
}

// running is a run under way.
type running struct {
	Runner
	gold      gold
	asksYesNo bool

	mu                sync.Mutex
	succeeded, failed int
	failure           error // the first
}

func (r *running) done(x Result, failure error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if failure == nil {
		r.succeeded++
	} else if r.failed++; r.failure == nil {
		r.failure = failure
	}
	if r.succeeded == 0 && r.failed >= tries {
		return r.failure
	}
	if r.Done == nil {
		return nil
	}
	return r.Done(x)
}

// ask asks one question. failure is why it could not be answered; its result
// counts all the same.
func (r *running) ask(ctx context.Context, q Question) (out Result, failure, err error) {
	question := rag.Question{Text: q.Text, Today: q.Date}
	if question.Today.IsZero() {
		question.Today = r.Today
	}
	start := time.Now()
	both, _, err := retrieve.Retriever{Store: r.Store, Embedder: r.Embedder}.Rank(ctx, question)
	took := time.Since(start)
	if err != nil {
		return out, nil, err
	}
	ranked, store := both, r.Retrieval.Store(r.Store)
	if r.Retrieval == Dense || r.Retrieval == Lexical {
		if ranked, _, err = (retrieve.Retriever{Store: store, Embedder: r.Embedder}).Rank(ctx, question); err != nil {
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
	measureSearches(&out, q, both, passages)
	if !r.Answers {
		return out, nil, nil
	}
	top := ""
	if len(ranked) > 0 {
		top = ranked[0].Chunk.Text
	}
	measureRules(&out, q, top, r.asksYesNo)
	failure, err = r.answer(ctx, &out, q, ask.Answerer{Store: store, Embedder: r.Embedder}, question)
	return out, failure, err
}

// answer answers a question into its result.
func (r *running) answer(ctx context.Context, out *Result, q Question, a ask.Answerer, question rag.Question) (failure, err error) {
	record := &recorder{Writer: r.Writer}
	a.Writer = record
	got, failure := a.Ask(ctx, question, nil)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if failure != nil {
		out.Error = failure.Error()
		measureFailure(out, q)
		if r.Judge != nil && q.Answerable && len(q.Answers) > 0 {
			out.Metrics["judge_correct"] = 0
		}
		return failure, nil
	}
	out.take(got)
	said := statements(record.draft, got.Passages)
	measureAnswer(out, q, said, len(record.draft.Claims))
	if _, marks := r.Writer.(write.Quote); !marks { // no model says which of its words answer
		delete(out.Metrics, "short_em")
		delete(out.Metrics, "short_f1")
	}
	if len(got.Citations) > 0 {
		ok, err := exact(ctx, r.Store, got.Citations)
		if err != nil {
			return nil, err
		}
		out.Metrics["quotes_exact"] = yes(ok)
	}
	if r.Judge != nil {
		return nil, r.Judge.judge(ctx, out, q, said)
	}
	return nil, nil
}
