package discord_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"footnote/bot/discordtest"
)

// TestQuotas checks that quotas apply to a person, a channel and a server, also
// after a restart, and that they are full again an hour later.
func TestQuotas(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, option, want string
		others             bool // other people are refused as well
		elsewhere          bool // other channels are refused as well
	}{
		{"a person", "per-person", "You have reached the limit of questions per hour. Ask again in 20 minutes.", false, true},
		{"a channel", "per-channel", "This channel has reached the limit of questions", true, false},
		{"a server", "per-server", "This server has reached the limit of questions", true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{})
			c := &clock{at: time.Now()}
			w.bot.Now = c.now
			dora, other := w.guild.Join("dora"), w.guild.Channel("other")
			w.start()
			w.set(discordtest.Options{test.option: 3})
			n := 0
			ask := func(u *discordtest.User, in *discordtest.Channel) string {
				n++
				return w.answerOf(u.Slash(in, "ask", discordtest.Options{"question": fmt.Sprintf("Do dogs travel free, %d?", n)}))
			}
			for range 3 {
				if got := ask(w.ann, w.general); !strings.Contains(got, "Dogs travel free.") {
					t.Errorf("within the quota: %q", got)
				}
			}
			check := func(when string) {
				t.Helper()
				if got := ask(w.ann, w.general); !strings.Contains(got, test.want) {
					t.Errorf("%s: %q, want %q", when, got, test.want)
				}
				if got := ask(dora, w.general); strings.Contains(got, "the limit of questions") != test.others {
					t.Errorf("%s, somebody else: %q", when, got)
				}
				if got := ask(w.ann, other); strings.Contains(got, "the limit of questions") != test.elsewhere {
					t.Errorf("%s, elsewhere: %q", when, got)
				}
			}
			check("beyond it")
			if err := w.halt(); err != nil {
				t.Fatal(err)
			}
			w.start()
			if got := ask(w.ann, w.general); !strings.Contains(got, test.want) {
				t.Errorf("after a restart: %q, want %q", got, test.want)
			}
			c.add(time.Hour)
			if got := ask(w.ann, w.general); !strings.Contains(got, "Dogs travel free.") {
				t.Errorf("an hour later: %q", got)
			}
		})
	}
}

// TestRaisedQuota checks that earlier questions, and nothing else, count after an
// admin raises a quota.
func TestRaisedQuota(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 6, 3, 12, 0, 0, 0, time.UTC)
	w := newWorld(t, discordtest.Config{})
	w.bot.Now = func() time.Time { return now }
	w.start()
	ask := func(want string) {
		t.Helper()
		w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"}), want)
	}
	for most := 1; most <= 3; most++ {
		w.answer(w.admin.Slash(w.general, "footnote setup", discordtest.Options{"per-person": most}), "Settings saved for the server.")
		ask("Dogs travel free.")
		ask("You have reached the limit of questions per hour")
	}
}
