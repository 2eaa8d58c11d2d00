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
	"footnote/rag/eval"
)

// evaluation is what a run of eval was asked for.
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

// Command returns the command eval with its subcommand.
func Command(p *cli.Program) *cobra.Command {
	v := &evaluation{Program: p}
	c := p.WithJSON(&cobra.Command{
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
				return cli.NoArgs(c, args)
			}
			return cli.SomeArgs("a set of questions: a folder, a file, or seeds", -1)(c, args)
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
	v.model.Register(c)
	c.AddCommand(generate(p))
	return c
}

// run measures the sets.
func (v *evaluation) run(ctx context.Context, args []string) error {
	if err := v.check(args); err != nil {
		return err
	}
	args, err := measureConversations(v.Program, args)
	if err != nil {
		return err
	}
	if args, err = measureClaims(v.Program, args); err != nil {
		return err
	}
	var sets []measurable
	for _, arg := range args {
		m, err := v.open(arg)
		if err != nil {
			return err
		}
		if v.before != nil && v.before.Config.SetHash != m.hash() {
			return exit.WithHint(fmt.Errorf("--against %s: %w: it asked the questions of %s, which are not those of %s", v.against, eval.ErrDifferentSets, v.before.Set, arg),
				"compare two runs of the same questions")
		}
		sets = append(sets, m)
	}
	var short []string
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
				short = append(short, s)
			}
		}
	}
	if len(short) > 0 {
		return exit.WithHint(fmt.Errorf("%d of the required: %s", len(short), strings.Join(short, "; ")),
			"a wide interval narrows with more questions; `footnote eval --all` shows every metric")
	}
	return nil
}

// check reads the flags before any work is done.
func (v *evaluation) check(args []string) error {
	switch eval.Retrieval(v.retrieval) {
	case eval.Hybrid, eval.Dense, eval.Lexical:
	default:
		return exit.Usage(fmt.Sprintf("--retrieval %s is not known", v.retrieval), "it is hybrid, dense or lexical")
	}
	if v.words < 0 || v.words > 0 && v.words < 20 {
		return exit.Usage(fmt.Sprintf("--words %d: a chunk has 20 words at least", v.words), "180 is the default")
	}
	if v.sample < 0 {
		return exit.Usage(fmt.Sprintf("--sample %d is no number of questions", v.sample), "leave it out to ask them all")
	}
	if (v.against != "" || v.html != "") && len(args) > 1 {
		return exit.Usage("--against and --html are for one set at a time", "name one set")
	}
	if v.html != "" {
		if err := writable(v.html); err != nil {
			return exit.Usage("--html "+err.Error(), "name a file in a folder that is there, as in --html change.html")
		}
	}
	if v.against != "" {
		before, err := eval.ReadRun(v.against)
		if err != nil {
			return exit.WithHint(err, "--against wants what `footnote eval --json` printed")
		}
		v.before = &before
	}
	v.answers = v.answers || v.model.Name != "" || v.judge != ""
	if v.require != "" {
		var err error
		if v.requirements, err = eval.ParseRequirements(v.require); err != nil {
			return exit.Usage("--require: "+err.Error(), "write it as in --require 'ndcg@10>=0.86,false_answers<=0.05'; `footnote eval --all --answers seeds` shows the metrics")
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
			return exit.Usage(fmt.Sprintf("--price %s is not two prices", v.price), "write what a million tokens read and written cost, as in --price 0.15,0.60")
		}
	}
	return nil
}
