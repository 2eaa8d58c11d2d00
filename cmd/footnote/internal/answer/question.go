package answer

import (
	"fmt"
	"io"
	"strings"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
)

// maxQuestion is the most bytes of a question. A longer text is probably a
// pasted file.
const maxQuestion = 4000

// questionText returns the question: the arguments joined by spaces, or
// standard input if they are "-".
func questionText(p *cli.Program, args []string) (string, error) {
	text := strings.Join(args, " ")
	if text == "-" {
		b, err := io.ReadAll(io.LimitReader(p.Stdin, maxQuestion+1))
		if err != nil {
			return "", fmt.Errorf("standard input: %w", err)
		}
		text = string(b)
	}
	return text, checkQuestion(text)
}

// checkQuestion returns a usage error if text is empty or too long.
func checkQuestion(text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return exit.Usage("no question given", "ask one, as in footnote ask \"How much money did Putin offer Lukashenko?\"")
	case len(text) > maxQuestion:
		return exit.Usage(fmt.Sprintf("the question is longer than %d bytes", maxQuestion), "ask in a sentence or two; to add a text as an article, run `footnote add FILE`")
	}
	return nil
}
