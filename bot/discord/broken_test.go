package discord_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"footnote/bot/discord"
	"footnote/bot/discordtest"
	"footnote/rag"
)

// breaking wraps records and articles so that a test can make them fail.
type breaking struct {
	articles
	broken atomic.Pointer[string] // what fails; "all": everything
}

func (b *breaking) fails(what string) error {
	if p := b.broken.Load(); p != nil && (*p == what || *p == "all") {
		return errors.New("disk I/O error in /home/ada/footnote.db")
	}
	return nil
}

func (b *breaking) breakIt(what string) { b.broken.Store(&what) }

func (b *breaking) List(ctx context.Context, f rag.Filter) ([]rag.Info, error) {
	if err := b.fails("list"); err != nil {
		return nil, err
	}
	return b.articles.List(ctx, f)
}

func (b *breaking) Add(ctx context.Context, d rag.Document) error {
	if err := b.fails("add"); err != nil {
		return err
	}
	return b.articles.Add(ctx, d)
}

func (b *breaking) Remove(ctx context.Context, id string) error {
	if err := b.fails("remove"); err != nil {
		return err
	}
	return b.articles.Remove(ctx, id)
}

func (b *breaking) ChangeSettings(ctx context.Context, scope string, change func(json.RawMessage) (json.RawMessage, error)) error {
	if err := b.fails("settings"); err != nil {
		return err
	}
	return b.articles.ChangeSettings(ctx, scope, change)
}

func (b *breaking) Claim(ctx context.Context, key string, now, until time.Time) (bool, error) {
	if err := b.fails("claim"); err != nil {
		return false, err
	}
	return b.articles.Claim(ctx, key, now, until)
}

func (b *breaking) Gaps(ctx context.Context, f rag.Filter) ([]rag.Gap, error) {
	if err := b.fails("gaps"); err != nil {
		return nil, err
	}
	return b.articles.Gaps(ctx, f)
}

func (b *breaking) AddMiss(ctx context.Context, m rag.Miss) error {
	if err := b.fails("miss"); err != nil {
		return err
	}
	return b.articles.AddMiss(ctx, m)
}

func (b *breaking) Person(ctx context.Context, id string) (rag.Person, error) {
	if err := b.fails("person"); err != nil {
		return "", err
	}
	return b.articles.Person(ctx, id)
}

func (b *breaking) AddFeedback(ctx context.Context, f rag.Feedback) error {
	if err := b.fails("feedback"); err != nil {
		return err
	}
	return b.articles.AddFeedback(ctx, f)
}

var (
	_ discord.Records  = (*breaking)(nil)
	_ discord.Articles = (*breaking)(nil)
)

// TestBrokenLibrary checks that people are told what to do while the library
// cannot be read or written, but not why.
func TestBrokenLibrary(t *testing.T) {
	t.Parallel()
	type opts = discordtest.Options
	const minute = "in a minute"
	for _, test := range []struct {
		name, broken string
		do           func(w *world) string
		want         string
	}{
		{"a mention", "list", func(w *world) string {
			w.ann.Say(w.general, w.mention()+"Does the ferry sail in the morning?")
			return w.reply(w.general, minute).Content
		}, "I can't reach the articles right now"},
		{"a mention that cannot be claimed", "claim", func(w *world) string {
			w.ann.Say(w.general, w.mention()+"Does the ferry sail in the morning?")
			return w.reply(w.general, minute).Content
		}, "Something went wrong"},
		{"a question", "list", func(w *world) string {
			return w.answerOf(w.ann.Slash(w.general, "ask", opts{"question": "Does the ferry sail in the morning?"}))
		}, "I can't reach the articles right now"},
		{"a question that cannot be claimed", "claim", func(w *world) string {
			return w.answerOf(w.ann.Slash(w.general, "ask", opts{"question": "Does the ferry sail in the morning?"}))
		}, "Something went wrong"},
		{"a question whose asker cannot be looked up", "person", func(w *world) string {
			return w.answerOf(w.ann.Slash(w.general, "ask", opts{"question": "Does the ferry sail in the morning?"}))
		}, "I can't reach my records right now"},
		{"a gap that is not recorded", "miss", func(w *world) string {
			return w.answerOf(w.ann.Slash(w.general, "ask", opts{"question": "When do wolves howl?"}))
		}, "The articles do not say."},
		{"gaps", "gaps", func(w *world) string { return w.told(w.admin.Slash(w.general, "gaps", nil)) }, minute},
		{"setup", "settings", func(w *world) string {
			return w.told(w.admin.Slash(w.general, "footnote setup", opts{"policy": "off"}))
		}, minute},
		{"sources", "list", func(w *world) string { return w.told(w.admin.Slash(w.general, "footnote sources", nil)) }, minute},
		{"add", "add", func(w *world) string {
			return w.told(w.admin.Slash(w.general, "footnote add", opts{"text": "Cats pay half."}))
		}, minute},
		{"remove", "list", func(w *world) string {
			return w.told(w.admin.Slash(w.general, "footnote remove", opts{"article": "x"}))
		}, minute},
		{"forget-me", "person", func(w *world) string { return w.told(w.ann.Slash(w.general, "forget-me", nil)) }, minute},
		{"an opinion", "feedback", func(w *world) string { return w.told(w.ann.Click(w.shown, "👍")) }, minute},
		{"a form", "claim", func(w *world) string {
			i := w.ann.Click(w.shown, "👎")
			return w.told(w.ann.Submit(i, w.form(i), "x"))
		}, minute},
		{"autocompletion", "list", func(w *world) string { return w.choices(w.ann.Complete(w.general, "ask", "question", "", nil)) }, ""},
		{"status", "list", func(w *world) string { return w.told(w.admin.Slash(w.general, "footnote status", nil)) }, "**Connections**: 1 of 1"},
		{"a source", "add", func(w *world) string {
			i := w.admin.Menu(w.ann.Say(w.general, "Cats pay half."), "Add as a source")
			return w.answer(w.admin.Submit(i, w.form(i), "Cats", "Cats pay half."), minute).Message.Content
		}, minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{})
			c := &clock{at: time.Now()}
			b := &breaking{articles: articles{Library: w.store}}
			w.bot.Now, w.bot.Records, w.bot.Articles = c.now, b, b
			w.start()
			w.shown = w.answer(w.ann.Slash(w.general, "ask", opts{"question": "Do dogs travel free?"}), "Dogs travel free.").Message
			c.add(time.Minute) // so that the articles are listed again
			b.breakIt(test.broken)
			if got := test.do(w); !strings.Contains(got, test.want) || strings.Contains(got, "/home/ada") {
				t.Errorf("%q, want %q", got, test.want)
			}
			b.breakIt("nothing")
			w.settled()
		})
	}
}

// TestBrokenAtTheStart checks that Run returns the cause if the library cannot be
// read at the start.
func TestBrokenAtTheStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	if err := w.store.ChangeSettings(t.Context(), "discord/server/1", func(json.RawMessage) (json.RawMessage, error) { return json.RawMessage(`[1]`), nil }); err != nil {
		t.Skip("the library keeps objects only:", err)
	}
	if err := w.bot.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "settings of discord/server/1") {
		t.Errorf("Run: %v, want an error about the settings", err)
	}
}
