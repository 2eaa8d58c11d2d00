package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/spf13/cobra"

	"footnote/prompts"
	"footnote/rag"
	"footnote/rag/eval"
	"footnote/rag/index"
	"footnote/rag/library"
)

// draft is a question that somebody has to look over before it is asked: eval
// refuses one that still says that it is a draft.
type draft struct {
	Question   string   `json:"question"`
	Answers    []string `json:"answers"`
	Answerable bool     `json:"answerable"`
	Docs       []string `json:"docs"`
	Draft      bool     `json:"draft"`
	Passage    string   `json:"passage,omitempty"` // that the question was made of
	Said       string   `json:"said,omitempty"`    // the answer that was marked as wrong
	Reason     string   `json:"reason,omitempty"`  // why
}

// writeDrafts writes a set to complete by hand to a file that is not there
// yet, or to standard output.
func (p *program) writeDrafts(path string, drafts []draft) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, d := range drafts {
		if err := enc.Encode(d); err != nil {
			return err
		}
	}
	if path == "-" {
		_, err := p.stdout.Write(b.Bytes())
		return err
	}
	if err := writeNew(path, b.Bytes()); err != nil {
		return err
	}
	p.note("%s written to %s; look each over, complete it and take out \"draft\"", count(len(drafts), "question"), path)
	return nil
}

// writeFeedback writes the questions whose answers were marked as wrong.
func (p *program) writeFeedback(ctx context.Context, path string) error {
	l, done, err := p.read(ctx)
	if err != nil {
		return err
	}
	defer done()
	all, err := l.Feedback(ctx, rag.Filter{})
	if err != nil {
		return err
	}
	var drafts []draft
	seen := map[string]bool{}
	for _, f := range all {
		if f.Good || f.Question == "" || seen[f.Question] {
			continue
		}
		seen[f.Question] = true
		drafts = append(drafts, draft{Question: f.Question, Answers: []string{}, Answerable: true, Docs: append([]string{}, f.Docs...), Draft: true, Said: f.Text, Reason: f.Reason})
	}
	if len(drafts) == 0 {
		p.note("no answer has been marked as wrong")
		return nil
	}
	return p.writeDrafts(path, drafts)
}

func (p *program) generate() *cobra.Command {
	var m modelFlags
	n := 20
	c := &cobra.Command{
		Use:   "generate [flags] FILE",
		Short: "Draft questions about your own articles",
		Long: `Generate has a model draft questions from passages of your library, each with its
answer and its passage, and writes them to a new FILE ("-": standard output). A draft
whose answer is not in its passage is thrown away. Look over what is left: eval refuses
a question until "draft" is taken out of its line.`,
		Example: "  footnote eval generate --model ollama/llama3.2 questions.jsonl",
		Args:    someArgs("the file to write", 1),
		RunE: func(c *cobra.Command, args []string) error {
			ctx, stop := interruptible(c.Context())
			defer stop()
			m.spec = m.model(p)
			switch {
			case m.spec == "":
				return usageError{"questions are drafted by a model, and none is named", "name one by --model, as in --model ollama/llama3.2"}
			case n < 1:
				return usageError{fmt.Sprintf("-n %d is no number of questions", n), "20 is the default"}
			}
			drafts, err := p.draftQuestions(ctx, m, n)
			if err != nil {
				return err
			}
			return p.writeDrafts(args[0], drafts)
		},
	}
	c.Flags().IntVarP(&n, "questions", "n", n, "draft `N` questions at most")
	m.register(c)
	return c
}

// leastWords is how long a passage must be for a question to be drafted of it.
const leastWords = 40

// draftQuestions drafts questions from passages drawn at random, always the
// same ones.
func (p *program) draftQuestions(ctx context.Context, m modelFlags, n int) ([]draft, error) {
	ask, err := m.asker(p)
	if err != nil {
		return nil, err
	}
	e, err := p.newEmbedder()
	if err != nil {
		return nil, err
	}
	l, done, err := p.read(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	passages, err := drawPassages(ctx, l, newChunker(e), n)
	if err != nil {
		return nil, err
	}
	if len(passages) == 0 {
		return nil, hinted{fmt.Errorf("no article in %s has a passage of %d words", shortPath(p.path()), leastWords), "`footnote add PATH` adds articles"}
	}
	bar := p.progress("questions", len(passages))
	defer bar.done()
	var drafts []draft
	for i, c := range passages {
		reply, err := ask(ctx, prompts.DraftQuestion{Title: c.Title, Text: c.Text}.Render())
		if err != nil {
			return nil, err
		}
		bar.set(i + 1)
		if question, answer := readDraft(reply); question != "" && answer != "" && eval.Contained(c.Text, []string{answer}) {
			drafts = append(drafts, draft{Question: question, Answers: []string{answer}, Answerable: true, Docs: []string{c.Doc}, Draft: true, Passage: c.Text})
		}
	}
	bar.done()
	if len(drafts) == 0 {
		return nil, hinted{fmt.Errorf("%s: none of %s drafted has its answer in its passage", m.spec, count(len(passages), "question")), "try a larger model"}
	}
	if thrown := len(passages) - len(drafts); thrown > 0 {
		p.note("%s thrown away: the answer was not in the passage", count(thrown, "draft"))
	}
	return drafts, nil
}

// drawPassages draws chunks of a library, each of another article while there
// are any.
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
			continue // removed meanwhile
		}
		if err != nil {
			return nil, err
		}
		var long []rag.Chunk
		for _, c := range cut.Chunks(d) {
			if len(strings.Fields(c.Text)) >= leastWords {
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

// readDraft reads a model's question and answer; either is empty if it is not
// there.
func readDraft(reply string) (question, answer string) {
	for line := range strings.Lines(reply) {
		line = strings.Trim(line, " \t\r\n*")
		if q, ok := strings.CutPrefix(line, "Question:"); ok && question == "" {
			question = oneLine(strings.Trim(q, " *"))
		}
		if a, ok := strings.CutPrefix(line, "Answer:"); ok && answer == "" {
			answer = oneLine(strings.Trim(a, " *\"“”"))
		}
	}
	return question, answer
}
