package bot

import (
	"context"
	"encoding/json"
	"time"

	"footnote/rag"
)

// Answerer answers questions. A [ask.Answerer] is one.
type Answerer interface {
	Ask(ctx context.Context, q rag.Question, stream func(string)) (rag.Answer, error)
}

// Articles are what answers are made from. Add indexes an article, in place of
// one of the same ID.
type Articles interface {
	List(ctx context.Context, f rag.Filter) ([]rag.Info, error)
	Add(ctx context.Context, d rag.Document) error
	Remove(ctx context.Context, id string) error
}

// Settings keeps a JSON document for each scope.
type Settings interface {
	Settings(ctx context.Context, scope string) (json.RawMessage, error)
	SettingsScopes(ctx context.Context) ([]string, error)
	ChangeSettings(ctx context.Context, scope string, change func(json.RawMessage) (json.RawMessage, error)) error
}

// Marks says of each key once that it is free, until a moment.
type Marks interface {
	Claim(ctx context.Context, key string, now, until time.Time) (free bool, err error)
}

// Gaps are the questions that the articles do not answer.
type Gaps interface {
	AddMiss(ctx context.Context, m rag.Miss) error
	Gaps(ctx context.Context, f rag.Filter) ([]rag.Gap, error)
	CloseGap(ctx context.Context, id int64, doc string, at time.Time) error
}

// People keeps what people thought of answers, under hashes of their ids.
type People interface {
	Person(ctx context.Context, id string) (rag.Person, error)
	AddFeedback(ctx context.Context, f rag.Feedback) error
	Forget(ctx context.Context, who rag.Person) (n int, err error)
}

// Quotas keeps levels over restarts.
type Quotas interface {
	Quotas(ctx context.Context, now time.Time) ([]rag.Quota, error)
	SetQuotas(ctx context.Context, now time.Time, levels []rag.Quota) error
}

// Records is all that the bot keeps. A library is one.
type Records interface {
	Settings
	Marks
	Gaps
	People
	Quotas
}
