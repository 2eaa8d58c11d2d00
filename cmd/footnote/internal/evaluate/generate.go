package evaluate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/open"
	"footnote/cmd/footnote/internal/words"
	"footnote/prompts"
	"footnote/rag"
	"footnote/rag/eval"
	"footnote/rag/index"
	"footnote/rag/library"
)

// generate returns the command eval generate.
func generate(p *cli.Program) *cobra.Command {
	var m open.ModelFlags
	n := 20
	c := &cobra.Command{
		Use:   "generate [flags] FILE",
		Short: "Draft questions about your own articles",
		Long: `Generate lets a model draft questions from passages of your library, each with
its answer and passage. It writes them to a new FILE, or to standard output if
FILE is -. Drafts whose answer is not in the passage are discarded. Review the
others: eval refuses a question until you delete "draft" from its line.`,
		Example: "  footnote eval generate --model ollama/llama3.2 questions.jsonl",
		Args:    cli.SomeArgs("the file to write, or -", 1),
		RunE: func(c *cobra.Command, args []string) error {
			ctx, stop := cli.Interruptible(c.Context())
			defer stop()
			m.Name = m.Spec(p)
			switch {
			case m.Name == "":
				return exit.Usage("drafting questions needs a model", "choose one, as in --model ollama/llama3.2")
			case n < 1:
				return exit.Usage(fmt.Sprintf("-n %d: not a number of questions", n), "leave it out for the default of 20")
			}
			drafts, err := draftQuestions(ctx, p, m, n)
			if err != nil {
				return err
			}
			return writeDrafts(p, args[0], drafts)
		},
	}
	c.Flags().IntVarP(&n, "questions", "n", n, "draft at most `N` questions")
	m.Register(c)
	return c
}

// minWords is the fewest words of a passage that questions are drafted from.
const minWords = 40

// draftQuestions drafts questions from n random passages, the same ones every
// time.
func draftQuestions(ctx context.Context, p *cli.Program, m open.ModelFlags, n int) ([]draft, error) {
	ask, err := m.Asker(p)
	if err != nil {
		return nil, err
	}
	e, err := open.Embedder(p)
	if err != nil {
		return nil, err
	}
	l, done, err := open.ToRead(p)
	if err != nil {
		return nil, err
	}
	defer done()
	passages, err := drawPassages(ctx, l, open.Chunker(e), n)
	if err != nil {
		return nil, err
	}
	if len(passages) == 0 {
		return nil, exit.WithHint(fmt.Errorf("no article in %s has a passage of %d words", cli.ShortPath(p.LibraryPath()), minWords), "run `footnote add PATH` to add articles")
	}
	bar := p.Progress("questions", len(passages))
	defer bar.Done()
	var drafts []draft
	for i, c := range passages {
		reply, err := ask(ctx, prompts.DraftQuestion{Title: c.Title, Text: c.Text}.Render())
		if err != nil {
			return nil, err
		}
		bar.Set(i + 1)
		if question, answer := readDraft(reply); question != "" && answer != "" && eval.Contained(c.Text, []string{answer}) {
			drafts = append(drafts, draft{Question: question, Answers: []string{answer}, Answerable: true, Docs: []string{c.Doc}, Draft: true, Passage: c.Text})
		}
	}
	bar.Done()
	if len(drafts) == 0 {
		return nil, exit.WithHint(fmt.Errorf("%s: none of %s has its answer in the passage", m.Name, words.Count(len(passages), "draft")), "try a larger model")
	}
	if discarded := len(passages) - len(drafts); discarded > 0 {
		p.Note("%s discarded: the answer is not in the passage", words.Count(discarded, "draft"))
	}
	return drafts, nil
}

// drawPassages returns n random chunks, from different articles as long as
// there are enough.
func drawPassages(ctx context.Context, l *library.Library, cut index.Chunker, n int) ([]rag.Chunk, error) {
	infos, err := l.List(ctx, rag.Filter{})
	if err != nil {
		return nil, err
	}
	draw := rand.New(rand.NewPCG(eval.Seed, 0))
	draw.Shuffle(len(infos), func(i, j int) { infos[i], infos[j] = infos[j], infos[i] })
	var drawn, rest []rag.Chunk
	for _, i := range infos {
		if len(drawn) >= n {
			break
		}
		d, err := l.Document(ctx, i.ID)
		if errors.Is(err, rag.ErrNotFound) {
			continue // another process removed it
		}
		if err != nil {
			return nil, err
		}
		var long []rag.Chunk
		for _, c := range cut.Chunks(d) {
			if len(strings.Fields(c.Text)) >= minWords {
				long = append(long, c)
			}
		}
		if len(long) == 0 {
			continue
		}
		at := draw.IntN(len(long))
		drawn = append(drawn, long[at])
		rest = append(append(rest, long[:at]...), long[at+1:]...)
	}
	draw.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	return append(drawn, rest[:min(len(rest), n-len(drawn))]...), nil
}

// readDraft parses the question and the answer in a model's reply. Either is
// empty if it is missing.
func readDraft(reply string) (question, answer string) {
	for line := range strings.Lines(reply) {
		line = strings.Trim(line, " \t\r\n*")
		if q, ok := strings.CutPrefix(line, "Question:"); ok && question == "" {
			question = words.OneLine(strings.Trim(q, " *"))
		}
		if a, ok := strings.CutPrefix(line, "Answer:"); ok && answer == "" {
			answer = words.OneLine(strings.Trim(a, " *\"“”"))
		}
	}
	return question, answer
}
