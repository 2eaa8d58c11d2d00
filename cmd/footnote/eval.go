package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"footnote/prompts"
	"footnote/rag/eval"
	"footnote/rag/eval/page"
	"footnote/rag/index"
)

// evaluation is what a run of eval was asked for.
type evaluation struct {
	*program
	model     modelFlags
	answers   bool
	all       bool
	resume    bool
	judge     string
	feedback  string
	retrieval string
	words     int
	sample    int
	require   string
	against   string
	html      string
	price     string

	requirements []eval.Requirement
	prices       [2]float64
	before       *eval.Run
}

func (p *program) eval() *cobra.Command {
	v := &evaluation{program: p}
	c := p.withJSON(&cobra.Command{
		Use:   "eval [flags] SET…",
		Short: "Measure retrieval and answers on sets of questions",
		Long: `Eval measures how well the articles of a set are found, as ask finds them, and with
--answers how well its questions are answered or refused: each metric with its 95 %
interval, beside what trivial rules score. A set is one of

  a folder in BEIR's form: corpus.jsonl, queries.jsonl and qrels/test.tsv;
  a file of SQuAD's JSON;
  a file of questions about your own library, one JSON object a line:
    {"question": "…", "answers": ["…"], "docs": ["…"], "answerable": true}
    docs are articles as ` + "`footnote list`" + ` shows them: id, path or URL;
  seeds, the sample article and its questions;
  a folder with turns.jsonl, to measure how questions of conversations are made to
    stand alone;
  a file, or a folder of files, of claims, to measure the check:
    {"claim": "…", "evidence": ["…"], "label": 1}
    label is 1 if a person says that the evidence bears the claim out, else 0;
  a run that was printed by --json, to show or compare it again.

The articles of a set are embedded once and kept among your cached files.`,
		Example: `  footnote eval --answers seeds
  footnote eval --json questions.jsonl > before.json
  footnote eval --against before.json questions.jsonl
  footnote eval --require 'ndcg@10>=0.86,false_answers<=0.05' questions.jsonl`,
		Args: func(c *cobra.Command, args []string) error {
			if v.feedback != "" {
				return noArgs(c, args)
			}
			return someArgs("a set of questions: a folder, a file, or seeds", -1)(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			ctx, stop := interruptible(c.Context())
			defer stop()
			if v.feedback != "" {
				return p.writeFeedback(ctx, v.feedback)
			}
			return v.run(ctx, args)
		},
	})
	f := c.Flags()
	f.SortFlags = false
	f.BoolVar(&v.answers, "answers", false, "answer every question too, and measure the answers")
	f.StringVar(&v.retrieval, "retrieval", string(eval.Hybrid), "search by `hybrid`, dense (meaning alone) or lexical (words alone)")
	f.IntVar(&v.words, "words", 0, "cut the articles of a set into chunks of at most `N` words (default 180)")
	f.IntVar(&v.sample, "sample", 0, "ask `N` questions of each set, drawn at random, always the same")
	f.BoolVar(&v.all, "all", false, "show every metric, not only the headlines")
	f.StringVar(&v.require, "require", "", "exit with 1 unless the worse end of each interval is within `LIMITS`, as in 'ndcg@10>=0.86,false_answers<=0.05'")
	f.StringVar(&v.against, "against", "", "compare with an earlier run, printed by --json into `FILE`")
	f.StringVar(&v.html, "html", "", "also write a page that a browser shows to `FILE`")
	f.BoolVar(&v.resume, "resume", false, "go on with a run of the same command that was stopped")
	f.StringVar(&v.price, "price", "", "`IN,OUT`: what the model costs for a million tokens read and written")
	f.StringVar(&v.judge, "judge", "", "ask `MODEL` whether answers mean what the gold ones do and follow from their quotes, as in ollama/llama3.2")
	f.StringVar(&v.feedback, "from-feedback", "", "write the questions whose answers people marked as wrong to `FILE`, a set to complete by hand")
	v.model.register(c)
	c.AddCommand(p.generate())
	return c
}

// run measures the sets.
func (v *evaluation) run(ctx context.Context, args []string) error {
	if err := v.check(args); err != nil {
		return err
	}
	args, err := v.evalFollowups(args)
	if err != nil {
		return err
	}
	if args, err = v.evalClaims(args); err != nil {
		return err
	}
	var sets []measurable
	for _, arg := range args {
		m, err := v.open(arg)
		if err != nil {
			return err
		}
		if v.before != nil && v.before.Config.SetHash != m.hash() {
			return hinted{fmt.Errorf("--against %s: %w: it asked the questions of %s, which are not those of %s", v.against, eval.ErrDifferentSets, v.before.Set, arg),
				"compare two runs of the same questions"}
		}
		sets = append(sets, m)
	}
	var short []string
	for i := range sets {
		run, err := v.measure(ctx, &sets[i])
		if err != nil {
			return err
		}
		if i > 0 && !v.json {
			fmt.Fprintln(v.stdout)
		}
		if err := v.show(run); err != nil {
			return err
		}
		for _, q := range v.requirements {
			if s := q.Shortfall(run); s != "" {
				short = append(short, s)
			}
		}
	}
	if len(short) > 0 {
		return hinted{fmt.Errorf("%d of the required: %s", len(short), strings.Join(short, "; ")),
			"a wide interval narrows with more questions; `footnote eval --all` shows every metric"}
	}
	return nil
}

// check reads the flags before any work is done.
func (v *evaluation) check(args []string) error {
	switch eval.Retrieval(v.retrieval) {
	case eval.Hybrid, eval.Dense, eval.Lexical:
	default:
		return usageError{fmt.Sprintf("--retrieval %s is not known", v.retrieval), "it is hybrid, dense or lexical"}
	}
	if v.words < 0 || v.words > 0 && v.words < 20 {
		return usageError{fmt.Sprintf("--words %d: a chunk has 20 words at least", v.words), "180 is the default"}
	}
	if v.sample < 0 {
		return usageError{fmt.Sprintf("--sample %d is no number of questions", v.sample), "leave it out to ask them all"}
	}
	if (v.against != "" || v.html != "") && len(args) > 1 {
		return usageError{"--against and --html are for one set at a time", "name one set"}
	}
	if v.html != "" {
		if err := writable(v.html); err != nil {
			return usageError{"--html " + err.Error(), "name a file in a folder that is there, as in --html change.html"}
		}
	}
	if v.against != "" {
		before, err := eval.ReadRun(v.against)
		if err != nil {
			return hinted{err, "--against wants what `footnote eval --json` printed"}
		}
		v.before = &before
	}
	v.answers = v.answers || v.model.spec != "" || v.judge != ""
	if v.require != "" {
		var err error
		if v.requirements, err = eval.ParseRequirements(v.require); err != nil {
			return usageError{"--require: " + err.Error(), "write it as in --require 'ndcg@10>=0.86,false_answers<=0.05'; `footnote eval --all --answers seeds` shows the metrics"}
		}
		for _, q := range v.requirements {
			v.answers = v.answers || q.Metric.Answers
		}
	}
	if v.price != "" {
		in, out, ok := strings.Cut(v.price, ",")
		var errIn, errOut error
		v.prices[0], errIn = strconv.ParseFloat(strings.TrimSpace(in), 64)
		v.prices[1], errOut = strconv.ParseFloat(strings.TrimSpace(out), 64)
		if !ok || errIn != nil || errOut != nil || v.prices[0] < 0 || v.prices[1] < 0 {
			return usageError{fmt.Sprintf("--price %s is not two prices", v.price), "write what a million tokens read and written cost, as in --price 0.15,0.60"}
		}
	}
	return nil
}

// show writes a run, and what changed since another, to standard output and
// to the page.
func (v *evaluation) show(run eval.Run) error {
	var c *eval.Comparison
	if v.before != nil {
		made, err := eval.Compare(*v.before, run)
		if err != nil {
			return err
		}
		c = &made
	}
	if v.html != "" {
		if err := v.writePage(run, c); err != nil {
			return err
		}
	}
	switch {
	case v.json:
		return v.printJSON(run)
	case c != nil:
		return c.WriteTable(v.stdout, v.all, shownFlips)
	}
	return run.WriteTable(v.stdout, v.all)
}

// shownFlips is how many questions that flipped a terminal shows.
const shownFlips = 10

// writePage writes the page of a run, whole or not at all.
func (v *evaluation) writePage(run eval.Run, c *eval.Comparison) error {
	f, err := os.CreateTemp(filepath.Dir(v.html), ".footnote-*.html")
	if err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	defer os.Remove(f.Name()) // it is gone if all went well
	if err := errors.Join(page.Write(f, run, c), f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	if err := os.Rename(f.Name(), v.html); err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	return nil
}

// writable says why no file can be at path, as far as can be told before there
// is something to write.
func writable(path string) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: that is no file", path)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: there is no folder %s", path, filepath.Dir(path))
	}
	return nil
}

// measure gives the run of a set,
// and lets go of its articles.
func (v *evaluation) measure(ctx context.Context, m *measurable) (eval.Run, error) {
	if m.run != nil {
		return *m.run, nil
	}
	e, err := v.newEmbedder()
	if err != nil {
		return eval.Run{}, err
	}
	chunker := newChunker(e)
	chunker.Words = v.words
	lib, err := m.library(ctx, v.program, e, chunker)
	if err != nil {
		return eval.Run{}, err
	}
	defer lib.done()
	hash := m.hash()
	*m = measurable{}
	c := eval.Config{Embedder: e.Name(), Retrieval: eval.Retrieval(v.retrieval), Words: v.words, Articles: lib.articles, ArticlesHash: lib.hash, SetHash: hash}
	if c.Words == 0 {
		c.Words = index.DefaultWords
	}
	c.Version, c.Commit = build()
	x := eval.Runner{Store: lib.store, Embedder: e, Chunker: chunker, Retrieval: c.Retrieval, Answers: v.answers, Today: lib.latest, Workers: 2 * runtime.GOMAXPROCS(0)}
	if v.answers {
		if x.Writer, err = v.model.writer(v.program); err != nil {
			return eval.Run{}, err
		}
		c.Writer = "quote"
		if spec := v.model.model(v.program); spec != "" {
			c.Writer, c.Prompts = spec, prompts.Versions
		}
	}
	if v.judge != "" {
		ask, err := modelFlags{spec: v.judge}.asker(v.program)
		if err != nil {
			return eval.Run{}, err
		}
		path := evalCache("judge", v.judge) + ".jsonl"
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return eval.Run{}, err
		}
		if x.Judge, err = eval.OpenJudge(v.judge, path, ask); err != nil {
			return eval.Run{}, err
		}
		defer x.Judge.Close()
		c.Judge, c.Prompts = v.judge, prompts.Versions
	}
	start := v.now()
	results, err := v.ask(ctx, x, lib.set, c)
	if err != nil {
		return eval.Run{}, err
	}
	run := eval.Summarize(lib.set.Name, c, results, v.now().Sub(start))
	run.Price(v.prices[0], v.prices[1])
	return run, nil
}

// ask asks the questions, and keeps what is done in a journal until all is.
func (v *evaluation) ask(ctx context.Context, x eval.Runner, s eval.Set, c eval.Config) ([]eval.Result, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	path := evalCache(s.Name, string(b)) + ".jsonl"
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	journal, known, err := eval.OpenJournal(path, v.resume)
	if err != nil {
		return nil, err
	}
	x.Known = known
	n := len(known)
	if v.resume {
		v.note("%d of %d questions of %s were done before", n, len(s.Questions), s.Name)
	}
	bar := v.progress("questions of "+s.Name, len(s.Questions))
	bar.set(n)
	x.Done = func(r eval.Result) error { n++; bar.set(n); return journal.Add(r) }
	results, err := x.Run(ctx, s)
	bar.done()
	if err != nil {
		if ctx.Err() != nil {
			v.note("%d of %d questions of %s are done and kept; the same command with --resume goes on from there", n, len(s.Questions), s.Name)
		}
		return nil, errors.Join(err, journal.Close())
	}
	return results, journal.Remove()
}

// measurable is a set, or a run of one.
type measurable struct {
	set eval.Set
	run *eval.Run
}

// hash identifies the questions.
func (m measurable) hash() string {
	if m.run != nil {
		return m.run.Config.SetHash
	}
	return m.set.Hash()
}

// open reads what an argument names.
func (v *evaluation) open(arg string) (measurable, error) {
	if arg == "seeds" {
		s, err := seedsSet()
		return v.sampled(s), err
	}
	if filepath.Ext(arg) == ".json" {
		switch run, err := eval.ReadRun(arg); {
		case err == nil:
			return measurable{run: &run}, nil
		case !errors.Is(err, eval.ErrNotRun):
			return measurable{}, evalHint(err)
		}
	}
	s, err := eval.Load(arg)
	if err != nil {
		return measurable{}, evalHint(err)
	}
	if v.library != "" && len(s.Articles) > 0 {
		return measurable{}, usageError{fmt.Sprintf("--library with %s, which has articles of its own", arg), "leave --library out, or ask your library questions of your own in a .jsonl file"}
	}
	return v.sampled(s), nil
}

func (v *evaluation) sampled(s eval.Set) measurable {
	if v.sample > 0 {
		s = s.Sample(v.sample)
	}
	return measurable{set: s}
}

func evalHint(err error) error {
	return hinted{err, "a set is a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv, SQuAD's .json, a .jsonl of your own questions, or seeds; `footnote eval --help` shows them"}
}
