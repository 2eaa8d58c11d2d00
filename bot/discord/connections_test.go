package discord_test

import (
	"strings"
	"testing"
	"time"

	"footnote/bot/discordtest"
)

// TestShards checks that each shard gets the events of its servers, and that the
// shards identify in turn.
func TestShards(t *testing.T) {
	t.Parallel()
	for _, concurrency := range []int{1, 2} {
		w := newWorld(t, discordtest.Config{Shards: 4, Concurrency: concurrency, Identify: 50 * time.Millisecond})
		w.bot.Identify, w.bot.Open = 150*time.Millisecond, true
		ids := map[string]*discordtest.Channel{"Harbour": w.general}
		for _, name := range []string{"B", "C", "D", "E"} {
			ids[name] = w.Guild(name).Channel("general")
		}
		w.start()
		w.until("four shards are connected", func() bool { return w.Stats().Connections == 4 })
		for _, c := range ids {
			w.ann.Say(c, w.mention()+"Do dogs travel free?")
		}
		for _, c := range ids {
			w.reply(c, "Dogs travel free.")
		}
		if s := w.Stats(); s.TooSoon > 0 || s.Identifies != 4 {
			t.Errorf("%d identifies, %d too soon", s.Identifies, s.TooSoon)
		}
	}
}

// TestPolicyToAndFro checks that an admin who changes the policy again and again
// costs one session at once and one more later, and that the bot tells them.
func TestPolicyToAndFro(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{Flags: 1 << 19})
	w.bot.Renew = 3 * time.Second
	w.start()
	w.read(discordtest.Options{"policy": "always"})
	for _, policy := range []string{"asked", "always", "asked", "always", "asked"} {
		want := "Settings saved"
		if policy == "asked" {
			want = "Which messages I read changes in "
		}
		if got := w.told(w.admin.Slash(w.general, "footnote setup", discordtest.Options{"policy": policy})); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", policy, got, want)
		}
	}
	if n := w.Stats().Identifies; n != 2 {
		t.Errorf("%d identifies after five more changes, want 2", n)
	}
	w.until("the bot reads no more messages", func() bool { return w.Connected(0) && !w.ReadsContent() })
	if n := w.Stats().Identifies; n != 3 {
		t.Errorf("%d identifies in the end, want 3", n)
	}
}

// TestRenewalLeavesSessions checks that a change of the policy does not use the
// sessions that reconnects may need.
func TestRenewalLeavesSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{Flags: 1 << 19, Sessions: 2, SessionReset: 4 * time.Second}).start()
	w.set(discordtest.Options{"policy": "always"})
	w.until("the wait is logged", func() bool { return w.logs("too few sessions remain to ask for other intents") })
	if n := w.Stats().Identifies; n != 1 {
		t.Errorf("%d identifies before the reset, want 1", n)
	}
	w.until("the bot reads all messages", func() bool { return w.Connected(0) && w.ReadsContent() })
}
