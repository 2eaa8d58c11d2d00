package discord_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"footnote/bot/discord"
	"footnote/bot/discordtest"
)

// outage ends the session, so that it cannot be resumed, and calls do before there
// is another.
func (w *world) outage(do func()) {
	w.t.Helper()
	before := w.Stats().Identifies
	w.Disconnect(discordtest.Invalid) // from now on, no event is delivered
	do()
	for end := time.Now().Add(patience); w.Stats().Identifies == before || w.Stats().Connections == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatal("the bot starts no new session")
		}
	}
}

// TestMissedMessages checks that questions which were asked without a session are
// answered, in every kind of channel.
func TestMissedMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	quiet, forum := w.guild.Channel("quiet"), w.guild.Forum("help")
	old := w.ann.Say(w.general, w.mention()+"What does a ticket cost in pounds?") // before the bot was started
	w.grant(discord.Direct, "")
	w.start()
	w.ann.Say(w.ann.DM(), "Hello?")
	w.reply(w.ann.DM(), "The articles do not say.")

	var post *discordtest.Channel
	w.outage(func() {
		w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
		w.ann.Say(quiet, w.mention()+"Do dogs travel free?")
		w.ann.Say(w.ann.DM(), "Do dogs travel free?")
		post = w.ann.Post(forum, "A question about dogs", w.mention()+"Do dogs travel free?")
	})
	for _, c := range []*discordtest.Channel{w.general, quiet, w.ann.DM(), post} {
		w.reply(c, "Dogs travel free. [1]")
	}
	for _, m := range w.general.Messages() {
		if m.Reference == old.ID {
			t.Errorf("the bot answers a question from before it was started: %q", m.Content)
		}
	}

	// Many missed messages are all read, each once.
	w.outage(func() {
		for n := range 230 {
			w.ann.Say(quiet, fmt.Sprint("nothing ", n))
		}
		w.ann.Say(quiet, w.mention()+"What does a ticket cost in pounds?")
	})
	w.reply(quiet, "A ticket costs four pounds. [1]")
	if s := w.Stats(); len(s.Refused) > 0 || s.TooMany > 0 {
		t.Errorf("refused: %+v", s)
	}
}

// TestMissedInHiddenChannel checks that the bot tries to read a channel without
// permission only once, and again after it gets a message from there.
func TestMissedInHiddenChannel(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	secret := w.guild.Channel("secret")
	secret.Deny(discordtest.ViewChannel)
	var reads atomic.Int32
	w.Fault(func(r *http.Request) int {
		if strings.HasPrefix(r.URL.Path, "/api/v10/channels/"+secret.ID+"/messages") && r.Method == http.MethodGet {
			reads.Add(1)
		}
		return 0
	})
	w.start()
	for n := range 4 {
		w.outage(func() {
			w.ann.Say(secret, w.mention()+"Do dogs travel free?")
			w.ann.Say(w.general, w.mention()+fmt.Sprintf("Do %d dogs travel free?", n))
		})
		for end := time.Now().Add(patience); len(w.general.Messages()) < 2*(n+1); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("outage %d: not answered", n)
			}
		}
	}
	if n := reads.Load(); n != 1 {
		t.Errorf("tried %d times to read a channel without permission, want 1", n)
	}
	secret.Allow(discordtest.ViewChannel)
	w.ann.Say(secret, w.mention()+"Do dogs travel free?")
	w.reply(secret, "Dogs travel free. [1]")
	w.outage(func() { w.ann.Say(secret, w.mention()+"What does a ticket cost in pounds?") })
	w.reply(secret, "A ticket costs four pounds. [1]")
}
