package bot_test

import (
	"testing"
	"time"

	"footnote/bot/discordtest"
)

// TestShards: as many connections as Discord recommends, begun no sooner than
// it allows, and each question answered once whichever hears it.
func TestShards(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{Shards: 3, Concurrency: 2})
	var people []*discordtest.User
	var rooms []*discordtest.Channel
	for _, name := range []string{"one", "two", "three", "four", "five"} {
		g := w.Guild(name)
		rooms, people = append(rooms, g.Channel("talk")), append(people, g.Join("bob"))
	}
	w.start()
	for end := time.Now().Add(patience); w.Stats().Connections < 3; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d connections", w.Stats().Connections)
		}
	}
	for n, u := range people {
		u.Say(rooms[n], w.mention()+dogs)
	}
	w.ann.Say(w.ann.DM(), dogs)
	for _, c := range append(rooms, w.ann.DM()) {
		w.reply(c, "Dogs travel free.")
		if n := len(w.says(c)); n != 1 {
			t.Errorf("answered %d times in #%s", n, c.Name)
		}
	}
	if s := w.Stats(); s.TooSoon > 0 || s.Identifies != 3 {
		t.Errorf("sessions: %+v", s)
	}
}

// TestLongIDs: ids are decimals of any length.
func TestLongIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{FirstID: "99999999999999999999999999990"}).start()
	w.ann.Say(w.general, w.mention()+dogs)
	m := w.reply(w.general, dogsAnswer)
	w.answer(w.ann.Click(&m, "👍"), "of use")
	w.set(discordtest.Options{"channel": w.general, "policy": "off"})
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": dogs}), "I am switched off in this channel")
}

// TestNoThread: where the bot may begin none, the answer is a reply.
func TestNoThread(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	w.set(discordtest.Options{"channel": w.general, "threads": true})
	w.general.Deny(discordtest.CreatePublicThreads)
	m := w.ann.Say(w.general, w.mention()+dogs)
	if got := w.reply(w.general, dogsAnswer); got.Reference != m.ID {
		t.Errorf("a reply to %q", got.Reference)
	}
}
