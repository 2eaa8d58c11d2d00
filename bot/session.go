package bot

import (
	"context"

	"footnote/rag"
	"footnote/rag/ask"
)

// Session is one conversation. It may be used by one goroutine at a time. The
// zero value of all but Answerer is a conversation about all articles that begins.
type Session struct {
	Answerer ask.Answerer
	Filter   rag.Filter // what it may quote
	turns    []rag.Turn
}

// remembered is how many turns a follow-up can lean on.
const remembered = 6

// Ask answers text in the light of the turns before it. A question that ended
// in an error leaves the conversation as it was.
func (s *Session) Ask(ctx context.Context, text string, stream func(string)) (rag.Answer, error) {
	a, err := s.Answerer.Ask(ctx, rag.Question{Text: text, History: s.turns, Filter: s.Filter}, stream)
	if err != nil {
		return a, err
	}
	s.turns = append(s.turns, rag.Turn{Question: text, Answer: a.Text})
	if len(s.turns) > remembered {
		s.turns = s.turns[len(s.turns)-remembered:]
	}
	return a, nil
}

// Forget begins the conversation anew.
func (s *Session) Forget() { s.turns = nil }
