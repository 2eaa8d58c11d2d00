package discord_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/bot/discordtest"
	"footnote/rag"
)

var update = flag.Bool("update", false, "write the golden files in testdata")

// reader streams an answer in two parts. It waits until people have seen each part.
type reader struct {
	*world
}

func (r reader) Ask(ctx context.Context, q rag.Question, stream func(string)) (rag.Answer, error) {
	a, err := r.answerer.Ask(ctx, q, nil)
	if err != nil || a.Verdict != rag.Answered || stream == nil {
		return a, err
	}
	said := a.Sentences[0].Text
	before := len(r.Transcript())
	for _, part := range []string{said[:len(said)/2], said[len(said)/2:]} {
		stream(part)
		for end := time.Now().Add(patience); !strings.Contains(r.Transcript()[before:], strings.TrimSpace(part)); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				return a, fmt.Errorf("nobody sees %q", part)
			}
		}
	}
	return a, nil
}

// TestTranscript compares what people see of a conversation with
// testdata/conversation.txt, which -update writes.
func TestTranscript(t *testing.T) {
	t.Parallel()
	clock := func() time.Time { return time.Date(2024, 6, 3, 9, 0, 0, 0, time.UTC) }
	w := newWorld(t, discordtest.Config{Now: clock})
	keepers := w.guild.Role("keepers", 0)
	bea, cas := w.guild.Join("bea", keepers), w.guild.Join("cas")
	w.bot.Now, w.bot.Edits = clock, 20*time.Millisecond
	w.bot.Answerer = reader{w}
	w.start()
	answered := 0
	settled := func(m discordtest.Message) discordtest.Message { // a test replies faster than a person, so it waits for the answer to be complete
		answered++
		w.outcomes(answered)
		return m
	}
	ask := func(u *discordtest.User, question, want string) discordtest.Message {
		return settled(*w.answer(u.Slash(w.general, "ask", discordtest.Options{"question": question}), want).Message)
	}
	formOf := func(i *discordtest.Interaction) *discordtest.Form {
		r, ok := i.Wait(patience, func(r discordtest.Response) bool { return r.Form != nil })
		if !ok {
			t.Fatalf("no form: %+v", r)
		}
		return r.Form
	}

	w.answer(w.admin.Slash(w.general, "footnote setup", discordtest.Options{"trusted": keepers}), "Settings saved for")
	m := ask(w.ann, "When does the ferry sail?", "[1]")
	w.ann.Reply(&m, "And what does a ticket for it cost in pounds?")
	m = settled(w.reply(w.general, "A ticket costs four pounds. [1]"))
	bad := w.ann.Click(&m, "👎")
	w.answer(w.ann.Submit(bad, formOf(bad), "It has been five pounds since May."), "Thank you")

	m = ask(cas, "Who painted the lighthouse door yellow?", "do not say")
	w.answer(w.admin.Slash(w.general, "gaps", nil), "")
	bea.Reply(&m, "Otto Lind painted the lighthouse door yellow in 1961, on a bet.")
	m = w.reply(w.general, "Should I add this as a source")
	add := bea.Click(&m, "Add as a source")
	w.answer(bea.Submit(add, formOf(add), "Who painted the lighthouse door yellow?", "Otto Lind painted the lighthouse door yellow in 1961, on a bet."), "Added")

	ask(w.ann, "Who painted the lighthouse door yellow?", "on a bet. [1]")
	w.answer(w.admin.Slash(w.general, "gaps", nil), "There are no open questions here.")
	if err := w.halt(); err != nil {
		t.Fatal(err)
	}

	got := strings.ReplaceAll(w.Transcript(), strings.TrimSuffix(w.API, "/api"), "https://discord.com")
	got = regexp.MustCompile(`/channels/\d+/\d+/\d+`).ReplaceAllString(got, "/channels/SERVER/CHANNEL/MESSAGE")
	file := filepath.Join("testdata", "conversation.txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("what people see (-want +got; -update accepts it):\n%s", d)
	}
}
