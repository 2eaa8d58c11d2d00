package discord

import (
	"context"
	"encoding/json"
	"time"

	"footnote/rag"
)

// Articles are what answers are made from.
type Articles interface {
	List(ctx context.Context, f rag.Filter) ([]rag.Info, error)
	// Add indexes an article, and replaces one with the same ID.
	Add(ctx context.Context, d rag.Document) error
	Remove(ctx context.Context, id string) error
}

// Records keep everything that outlives a restart of the bot. A library is one.
type Records interface {
	Settings
	Claims
	Gaps
	People
	Quotas
}

// Settings keep a JSON document for each scope.
type Settings interface {
	Settings(ctx context.Context, scope string) (json.RawMessage, error)
	SettingsScopes(ctx context.Context) ([]string, error)
	ChangeSettings(ctx context.Context, scope string, change func(json.RawMessage) (json.RawMessage, error)) error
}

// Claims remember what was done already.
type Claims interface {
	// Claim reports whether key is free, and takes it until a time.
	Claim(ctx context.Context, key string, now, until time.Time) (free bool, err error)
}

// Gaps are the questions that the articles do not answer.
type Gaps interface {
	AddMiss(ctx context.Context, m rag.Miss) error
	Gaps(ctx context.Context, f rag.Filter) ([]rag.Gap, error)
	CloseGap(ctx context.Context, id int64, doc string, at time.Time) error
}

// People keep feedback on answers, under hashes of user ids.
type People interface {
	Person(ctx context.Context, id string) (rag.Person, error)
	AddFeedback(ctx context.Context, f rag.Feedback) error
	Forget(ctx context.Context, who rag.Person) (n int, err error)
}

// Quotas keep the levels of quotas.
type Quotas interface {
	Quotas(ctx context.Context, now time.Time) ([]rag.Quota, error)
	SetQuotas(ctx context.Context, now time.Time, levels []rag.Quota) error
}
