// Package evaluate has the command that measures retrieval and answers on
// question sets, and drafts new sets.
package evaluate

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/open"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag/ask"
	"footnote/rag/check"
	"footnote/rag/eval"
)

// evaluation is one run of eval: its flags and the values parsed from them.
type evaluation struct {
	*cli.Program
	model     open.ModelFlags
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

// Command returns the eval command with its subcommand.
func Command(p *cli.Program) *cobra.Command {
	v := &evaluation{Program: p}
	c := p.WithJSON(&cobra.Command{
		Use:   "eval [flags] SET…",
		Short: "Measure retrieval and answers on question sets",
		Long: `Eval measures how well footnote finds the articles that answer the questions of
a set. With --answers it also measures how well footnote answers or refuses the
questions. It prints each metric with its 95 % interval and the scores of simple
baselines. A SET is one of

  a folder in BEIR's format: corpus.jsonl, queries.jsonl and qrels/test.tsv;
  a JSON file in SQuAD's format;
  a file of questions about your own library, one JSON object per line:
    {"question": "…", "answers": ["…"], "docs": ["…"], "answerable": true}
    docs are articles from ` + "`footnote list`" + `: ID, path or URL;
  seeds: the bundled sample article and its questions;
  a folder with turns.jsonl: measures how follow-up questions are rewritten as
    standalone questions;
  a file or folder of claims: measures the check, one JSON object per line:
    {"claim": "…", "evidence": ["…"], "label": 1}
    label is 1 if the evidence supports the claim, else 0;
  a run that --json printed, to show or compare it again.

The articles of a set are embedded once and stored in your cache directory.`,
		Example: `  footnote eval --answers seeds
  footnote eval --json questions.jsonl > before.json
  footnote eval --against before.json questions.jsonl
  footnote eval --require 'ndcg@10>=0.86,false_answers<=0.05' questions.jsonl`,
		Args: func(c *cobra.Command, args []string) error {
			if v.feedback != "" {
				return cli.NoArgs(c, args)
			}
			return cli.SomeArgs("a question set: a folder, a file, or seeds", -1)(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			ctx, stop := cli.Interruptible(c.Context())
			defer stop()
			if v.feedback != "" {
				return writeFeedback(ctx, p, v.feedback)
			}
			return v.run(ctx, args)
		},
	})
	f := c.Flags()
	f.SortFlags = false
	f.BoolVar(&v.answers, "answers", false, "also answer every question and measure the answers")
	f.StringVar(&v.retrieval, "retrieval", string(eval.Hybrid), "search `METHOD`: hybrid, dense (meaning only) or lexical (words only)")
	f.IntVar(&v.words, "words", 0, "cut the articles of a set into chunks of at most `N` words (default: 180)")
	f.IntVar(&v.sample, "sample", 0, "ask `N` random questions of each set, the same ones every time")
	f.BoolVar(&v.all, "all", false, "show all metrics, not only the main ones")
	f.StringVar(&v.require, "require", "", "exit with 1 if the worse end of an interval is outside `LIMITS`, as in 'ndcg@10>=0.86,false_answers<=0.05'")
	f.StringVar(&v.against, "against", "", "compare with an earlier run that --json printed to `FILE`")
	f.StringVar(&v.html, "html", "", "also write an HTML page to `FILE`")
	f.BoolVar(&v.resume, "resume", false, "continue an interrupted run of the same command")
	f.StringVar(&v.price, "price", "", "`IN,OUT` prices of a million tokens that the model reads and writes, as in 0.15,0.60")
	f.StringVar(&v.judge, "judge", "", "let `MODEL` judge whether answers match the expected answers and follow from their quotes, as in ollama/llama3.2")
	f.StringVar(&v.feedback, "from-feedback", "", "write the questions whose answers were rated bad to a new `FILE`, for you to complete")
	v.model.Register(c)
	v.model.RegisterCheck(c)
	c.AddCommand(generate(p))
	return c
}

// run measures the sets and prints the results.
func (v *evaluation) run(ctx context.Context, args []string) error {
	if err := v.check(args); err != nil {
		return err
	}
	args, err := measureConversations(v.Program, args)
	if err != nil {
		return err
	}
	var a ask.Answerer
	if err := v.model.Apply(v.Program, &a); err != nil {
		return err
	}
	var judge check.Judge
	if a.Judge != nil {
		judge = a.Judge(v.model.Spec(v.Program))
	}
	if args, err = measureClaims(ctx, v.Program, judge, args); err != nil {
		return err
	}
	var sets []measurable
	for _, arg := range args {
		m, err := v.open(ctx, arg)
		if err != nil {
			return err
		}
		if v.before != nil && v.before.Config.SetHash != m.hash() {
			return exit.WithHint(fmt.Errorf("--against %s: %w: it is a run of %s, not of %s", v.against, eval.ErrDifferentSets, v.before.Set, arg),
				"compare two runs of the same question set")
		}
		sets = append(sets, m)
	}
	var shortfalls []string
	for i := range sets {
		run, err := v.measure(ctx, &sets[i])
		if err != nil {
			return err
		}
		if i > 0 && !v.JSON {
			fmt.Fprintln(v.Stdout)
		}
		if err := v.show(run); err != nil {
			return err
		}
		for _, q := range v.requirements {
			if s := q.Shortfall(run); s != "" {
				shortfalls = append(shortfalls, s)
			}
		}
	}
	if len(shortfalls) > 0 {
		return exit.WithHint(fmt.Errorf("--require: %s failed: %s", words.Count(len(shortfalls), "limit"), strings.Join(shortfalls, "; ")),
			"more questions make the intervals narrower; add --all to see all metrics")
	}
	return nil
}

// check parses the flags, so that errors come before any work.
func (v *evaluation) check(args []string) error {
	switch eval.Retrieval(v.retrieval) {
	case eval.Hybrid, eval.Dense, eval.Lexical:
	default:
		return exit.Usage(fmt.Sprintf("--retrieval: unknown method %q", v.retrieval), "use hybrid, dense or lexical")
	}
	if v.words < 0 || v.words > 0 && v.words < 20 {
		return exit.Usage(fmt.Sprintf("--words %d: a chunk needs at least 20 words", v.words), "leave it out for the default of 180")
	}
	if v.sample < 0 {
		return exit.Usage(fmt.Sprintf("--sample %d: not a number of questions", v.sample), "leave it out to ask all questions")
	}
	if (v.against != "" || v.html != "") && len(args) > 1 {
		return exit.Usage("--against and --html work with one set at a time", "name one set")
	}
	if v.html != "" {
		if err := writable(v.html); err != nil {
			return exit.Usage("--html "+err.Error(), "choose a file in an existing folder, as in --html change.html")
		}
	}
	if v.against != "" {
		before, err := eval.ReadRun(v.against)
		if err != nil {
			return exit.WithHint(err, "give --against a file that `footnote eval --json` printed")
		}
		v.before = &before
	}
	v.answers = v.answers || v.model.Name != "" || v.judge != ""
	if v.require != "" {
		var err error
		if v.requirements, err = eval.ParseRequirements(v.require); err != nil {
			return exit.Usage("--require: "+err.Error(), "write it as in --require 'ndcg@10>=0.86,false_answers<=0.05'; run `footnote eval --all --answers seeds` to see the metrics")
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
			return exit.Usage(fmt.Sprintf("--price %s: not two prices", v.price), "give the prices of a million tokens read and written, as in --price 0.15,0.60")
		}
	}
	return nil
}
