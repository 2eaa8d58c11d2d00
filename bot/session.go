package bot

import (
	"context"

	"footnote/bot/phrase"
	"footnote/rag"
	"footnote/rag/ask"
)

// Answerer answers questions. A [ask.Answerer] is one.
type Answerer interface {
	// Ask answers q. It calls stream, unless that is nil, with each new part of
	// the draft while the draft is written.
	Ask(ctx context.Context, q rag.Question, stream func(string)) (rag.Answer, error)
}

// More returns the next best sentences for a question, after those of an answer to it;
// see [ask.More].
func More(ctx context.Context, a rag.Answer) (rag.Answer, error) { return ask.More(ctx, a) }

// Session is one conversation. Only one goroutine may use it at a time. All
// fields but Answerer may be zero: the conversation is then about all articles.
type Session struct {
	Answerer Answerer
	Filter   rag.Filter // the articles that answers may quote
	turns    []rag.Turn
}

// Ask answers text. A follow-up question may refer to earlier turns. If Ask
// returns an error, it leaves the conversation unchanged.
func (s *Session) Ask(ctx context.Context, text string, stream func(string)) (rag.Answer, error) {
	a, err := s.Answerer.Ask(ctx, rag.Question{Text: text, History: s.turns, Filter: s.Filter}, stream)
	if err != nil {
		return a, err
	}
	s.turns = Remember(s.turns, rag.NewTurn(a, phrase.Text(a)))
	return a, nil
}

// Forget starts a new conversation.
func (s *Session) Forget() { s.turns = nil }

// maxTurns is how many turns a follow-up question can refer to.
const maxTurns = 6

// Remember returns turns with t appended. It keeps the latest six turns and
// never changes the array behind turns.
func Remember(turns []rag.Turn, t rag.Turn) []rag.Turn {
	all := append(append([]rag.Turn(nil), turns...), t)
	return all[max(0, len(all)-maxTurns):]
}
