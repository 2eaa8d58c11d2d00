package eval_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/eval"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/ragtest"
)

func TestRankingMetrics(t *testing.T) {
	t.Parallel()
	relevant := map[string]int{"a": 1, "b": 1, "c": 2}
	for name, c := range map[string]struct {
		ranked            []string
		k                 int
		ndcg, recall, mrr float64
	}{
		// Computed by hand: the ideal order is c, a, b with 2 + 1/log2(3) + 1/2.
		"perfect":        {[]string{"c", "a", "b"}, 10, 1, 1, 1},
		"one of three":   {[]string{"x", "a", "y"}, 10, (1 / math.Log2(3)) / (2 + 1/math.Log2(3) + .5), 1. / 3, .5},
		"cut at k":       {[]string{"x", "y", "c"}, 2, 0, 0, 0},
		"k of the ideal": {[]string{"c", "x"}, 1, 1, 1. / 3, 1},
		"nothing found":  {nil, 10, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := []float64{eval.NDCG(c.ranked, relevant, c.k), eval.Recall(c.ranked, relevant, c.k), eval.MRR(c.ranked, relevant, c.k)}
			for i, want := range []float64{c.ndcg, c.recall, c.mrr} {
				if math.Abs(got[i]-want) > 1e-12 {
					t.Errorf("metric %d is %v, want %v", i, got[i], want)
				}
			}
		})
	}
	if got := eval.NDCG([]string{"a"}, nil, 10); got != 0 {
		t.Errorf("nDCG without relevant ids is %v, want 0", got)
	}
}

func TestAUROC(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		yes, no []float64
		want    float64
	}{
		{[]float64{3, 4}, []float64{1, 2}, 1},
		{[]float64{1, 2}, []float64{3, 4}, 0},
		{[]float64{1, 3}, []float64{2, 2}, .5},
		{[]float64{2}, []float64{2, 2}, .5},
		{[]float64{1, 4}, []float64{1, 2, 3}, (.5 + 3) / 6},
		{nil, []float64{1}, 0},
	} {
		if got := eval.AUROC(c.yes, c.no); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("AUROC(%v, %v) = %v, want %v", c.yes, c.no, got, c.want)
		}
	}
}

func TestContained(t *testing.T) {
	t.Parallel()
	long := "The river rises in the hills above the town. It floods the lower meadows nearly every single spring."
	for _, c := range []struct {
		text    string
		answers []string
		want    bool
	}{
		{"They met in Sochi, by the sea.", []string{"the Sochi"}, true},
		{"They met in Sochi.", []string{"Paris", "sochi"}, true},
		{"A cart of art", []string{"art of"}, false},
		{"It cost $1.5 billion.", []string{"1.5 billion"}, true},
		{"nothing", []string{"", "the"}, false},
		{"Every spring it floods nearly every single meadows of the lower bank.", []string{long}, true},
		{"The river is long.", []string{long}, false},
	} {
		if got := eval.Contained(c.text, c.answers); got != c.want {
			t.Errorf("Contained(%q, %q) = %v, want %v", c.text, c.answers, got, c.want)
		}
	}
}

const (
	corpus  = `{"_id": "otter", "title": "Otters", "text": "Otters eat fish from the river.", "date": "2024/05/01"}` + "\n" + `{"_id": "heron", "title": "Herons", "text": "Herons stand in shallow water."}` + "\n"
	queries = `{"_id": "q1", "text": "What do otters eat?", "answers": ["fish"]}` + "\n\n" + `{"_id": "q2", "text": "How old is the moon?", "answerable": false}` + "\r\n"
	qrels   = "query-id\tcorpus-id\tscore\nq1\totter\t1\nq1\theron\t0\n"
)

// folder returns a folder in BEIR's format. An empty text leaves its file out.
func folder(t *testing.T, corpus, queries, qrels string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "qrels"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"corpus.jsonl": corpus, "queries.jsonl": queries, "qrels/test.tsv": qrels} {
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLoadFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ corpus, queries, qrels, want string }{
		"no corpus":        {"", queries, qrels, "corpus.jsonl: file not found"},
		"no articles":      {"\n", queries, qrels, "corpus.jsonl: no articles"},
		"article twice":    {corpus + corpus, queries, qrels, `corpus.jsonl:3: article id "otter" is missing or duplicate`},
		"broken line":      {corpus + "{\n", queries, qrels, "corpus.jsonl:3: unexpected end of JSON input"},
		"question twice":   {corpus, queries + `{"_id": "q1", "text": "?"}`, qrels, `queries.jsonl:4: question id "q1" is missing or duplicate`},
		"no text":          {corpus, `{"_id": "q1"}`, qrels, `queries.jsonl:1: question "q1" has no text`},
		"no gold":          {corpus, queries + `{"_id": "q3", "text": "Who?"}`, qrels, `queries.jsonl:4: question "q3" has no gold answer: add a relevant article or an answer, or mark it as unanswerable`},
		"twice relevant":   {corpus, queries, qrels + "q1\totter\t1\n", `test.tsv:4: question "q1" with article "otter" is a duplicate`},
		"broken date":      {corpus, `{"_id": "q1", "text": "?", "date": "May"}`, qrels, `queries.jsonl:1: date "May" is not in the format 2024-05-01`},
		"unknown article":  {corpus, queries, qrels + "q1\tnewt\t1\n", `test.tsv:4: unknown article "newt"`},
		"unknown question": {corpus, queries, qrels + "q9\totter\t1\n", `test.tsv:4: unknown question "q9"`},
		"columns":          {corpus, queries, qrels + "q1 otter 1\n", "test.tsv:4: 1 columns instead of 3: query-id, corpus-id and score"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := eval.Load(folder(t, c.corpus, c.queries, c.qrels))
			if err == nil || !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("error %v, want one that ends in %q", err, c.want)
			}
		})
	}
}

// filled returns a set, and a store filled with its articles.
func filled(t *testing.T) (eval.Set, rag.Store, rag.Embedder) {
	t.Helper()
	s, err := eval.Load(folder(t, corpus, queries, qrels))
	if err != nil {
		t.Fatal(err)
	}
	return s, open(t, s, ragtest.Embedder{}), ragtest.Embedder{}
}

// open returns a store filled with a set's articles.
func open(t *testing.T, s eval.Set, e rag.Embedder) rag.Store {
	t.Helper()
	store, err := library.Open(filepath.Join(t.TempDir(), "l.db"), library.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if _, err := (index.Indexer{Store: store, Embedder: e}).Sync(t.Context(), s.Source()); err != nil {
		t.Fatal(err)
	}
	return store
}

func TestRun(t *testing.T) {
	t.Parallel()
	s, store, e := filled(t)
	if len(s.Questions) != 2 || s.Questions[1].Answerable || s.Articles[0].Published.Year() != 2024 {
		t.Errorf("the set was read as %+v", s)
	}
	if diff := cmp.Diff(map[string]int{"otter": 1}, s.Questions[0].Relevant); diff != "" {
		t.Error(diff)
	}
	r := eval.Runner{Store: store, Embedder: e, Answers: true, Workers: 2}
	results, err := r.Run(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	run := eval.Summarize(s.Name, eval.Config{}, results, 0)
	one := eval.Estimate{Mean: 1, Lo: 1, Hi: 1, N: 1}
	want := map[string]eval.Estimate{"ndcg@10": one, "passage_ndcg@10": one, "refusal_auroc": {Mean: 1, Lo: run.Metrics["refusal_auroc"].Lo, Hi: 1, N: 2}}
	got := map[string]eval.Estimate{}
	for name := range want {
		got[name] = run.Metrics[name]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// failing is an embedder that fails on its first calls.
type failing struct {
	rag.Embedder
	calls *int
}

func (f failing) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	if *f.calls--; *f.calls >= 0 {
		return nil, errors.New("the server is down")
	}
	return f.Embedder.EmbedDocuments(ctx, texts)
}

func TestFailuresCount(t *testing.T) {
	t.Parallel()
	s, store, e := filled(t)
	calls := 1
	r := eval.Runner{Store: store, Embedder: failing{e, &calls}, Answers: true}
	results, err := r.Run(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if results[0].Error != "the server is down" || results[0].Verdict != "" {
		t.Errorf("the result of a failed question is %+v, want its error and no verdict", results[0])
	}
	want := map[string]float64{"em": 0, "f1": 0, "answer_contained": 0, "coverage": 0, "false_refusals": 1, "refusal_accuracy": 0, "failed": 1, "quotes_exact": 0, "citation_recall": 0}
	got := map[string]float64{}
	for name := range want {
		got[name] = results[0].Metrics[name]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	calls = len(s.Questions)
	if _, err := r.Run(t.Context(), s); err == nil || err.Error() != "the server is down" {
		t.Errorf("a run in which every question failed returned error %v, want that of the server", err)
	}
}

// TestResume checks that a run that was interrupted and resumed has the same
// results as an uninterrupted run.
func TestResume(t *testing.T) {
	t.Parallel()
	s, store, e := filled(t)
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	r := eval.Runner{Store: store, Embedder: e, Answers: true}
	straight, err := r.Run(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	journal, known, err := eval.OpenJournal(path, true)
	if err != nil || len(known) != 0 {
		t.Fatal(known, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	r.Done = func(x eval.Result) error {
		stop()
		return journal.Add(x)
	}
	if _, err := r.Run(ctx, s); !errors.Is(err, context.Canceled) {
		t.Fatalf("an interrupted run returned error %v, want context.Canceled", err)
	}
	if err := journal.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"id": "q2", "question": "torn`); err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	journal, known, err = eval.OpenJournal(path, true)
	if err != nil || len(known) != 1 {
		t.Fatalf("the journal has %d results (error %v), want 1", len(known), err)
	}
	asked := 0
	r.Known, r.Done = known, func(x eval.Result) error { asked++; return journal.Add(x) }
	resumed, err := r.Run(t.Context(), s)
	if err != nil || asked != 1 {
		t.Fatalf("the resumed run asked %d questions (error %v), want 1", asked, err)
	}
	if diff := cmp.Diff(marshal(t, straight), marshal(t, resumed)); diff != "" {
		t.Error(diff)
	}
	if err := journal.Remove(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the journal was not removed after a complete run: %v", err)
	}
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
