package discord_test

import (
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
		w.bot.Identify = 150 * time.Millisecond
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
