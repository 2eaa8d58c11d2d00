package discord_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"footnote/bot/discordtest"
)

// outage ends the session for good, and does something before there is
// another.
func (w *world) outage(do func()) {
	w.t.Helper()
	before := w.Stats().Identifies
	w.Disconnect(discordtest.Invalid) // from here on nothing is told
	do()
	for end := time.Now().Add(patience); w.Stats().Identifies == before || w.Stats().Connections == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatal("there is no new session")
		}
	}
}

// What was asked while there was no session is answered, wherever it was.
func TestMissedMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	quiet, forum := w.guild.Channel("quiet"), w.guild.Forum("help")
	old := w.ann.Say(w.general, w.mention()+"What does a ticket cost in pounds?") // before the bot was there
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
			t.Errorf("answered what was asked before the bot was there: %q", m.Content)
		}
	}

	// All of many, each once.
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

// A channel that may not be read is looked into once, and again when the bot
// hears of it.
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
		t.Errorf("looked %d times into a channel that may not be read, want once", n)
	}
	secret.Allow(discordtest.ViewChannel)
	w.ann.Say(secret, w.mention()+"Do dogs travel free?")
	w.reply(secret, "Dogs travel free. [1]")
	w.outage(func() { w.ann.Say(secret, w.mention()+"What does a ticket cost in pounds?") })
	w.reply(secret, "A ticket costs four pounds. [1]")
}
