package answer

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/rag"
)

// longest is the most bytes of a question; beyond it somebody pasted a file.
const longest = 4000

// question joins the words of the command line, or reads standard input.
func questionText(p *cli.Program, args []string) (string, error) {
	text := strings.Join(args, " ")
	if text == "-" {
		b, err := io.ReadAll(io.LimitReader(p.Stdin, longest+1))
		if err != nil {
			return "", fmt.Errorf("standard input: %w", err)
		}
		text = string(b)
	}
	return text, checkQuestion(text)
}

// checkQuestion refuses what is no question.
func checkQuestion(text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return exit.Usage("there is no question", "footnote ask \"How much money did Putin offer Lukashenko?\"")
	case len(text) > longest:
		return exit.Usage(fmt.Sprintf("the question is longer than %d bytes", longest), "ask in a sentence or two; to make a text an article, `footnote add FILE`")
	}
	return nil
}

// cautionFlags say how sure an answer must be.
type cautionFlags struct{ strict, eager bool }

func (f *cautionFlags) register(c *cobra.Command) {
	c.Flags().BoolVar(&f.strict, "strict", false, "answer only when the articles most likely hold the answer")
	c.Flags().BoolVar(&f.eager, "eager", false, "answer even when the articles may well not hold the answer")
	c.MarkFlagsMutuallyExclusive("strict", "eager")
}

func (f cautionFlags) caution() rag.Care {
	switch {
	case f.strict:
		return rag.Strict
	case f.eager:
		return rag.Eager
	}
	return rag.Balanced
}
