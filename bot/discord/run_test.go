package discord_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"footnote/bot/discord"
	"footnote/bot/discordtest"
)

// TestAsk checks the four ways to ask: a command, a mention, a direct message and a
// message's menu.
func TestAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	w.grant(discord.Direct, "")
	want := "The ferry sails at nine in the morning. [1]"

	r := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "When does the ferry sail in the morning?"}), want)
	if !strings.HasPrefix(r.Message.Content, "> When does the ferry sail in the morning?\n") {
		t.Errorf("the question is not shown above the answer: %q", r.Message.Content)
	}
	if d := r.Message.Embeds[0].Description; !strings.Contains(d, "**[1]** [Ferry timetable](https://example.org/ferry), 2024-05-01\n> “The ferry sails at nine in the morning.”") {
		t.Errorf("footnotes: %q", d)
	}

	m := w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
	if got := w.reply(w.general, "Dogs travel free. [1]"); got.Reference != m.ID {
		t.Errorf("the answer replies to %q, not to %q", got.Reference, m.ID)
	}

	w.ann.Say(w.ann.DM(), "What does a ticket cost in pounds?")
	w.reply(w.ann.DM(), "A ticket costs four pounds. [1]")

	q := w.ann.Say(w.general, "How much does a ticket cost, four pounds?")
	w.answer(w.ann.Menu(q, "Answer this"), "A ticket costs four pounds.")
	if s := w.Stats(); s.TooMany > 0 || len(s.Refused) > 0 {
		t.Errorf("refused: %+v", s)
	}
}

// TestDrain checks that a bot which stops finishes running answers, and tells the
// people who wait to ask again.
func TestDrain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Workers = 2
	gate := make(chan struct{})
	w.answerer.gate = gate
	w.start()
	ask := func(q string) *discordtest.Interaction {
		return w.ann.Slash(w.general, "ask", discordtest.Options{"question": q})
	}
	under := ask("Do dogs travel free?")
	w.until("it is asked", func() bool { return w.asked("dogs") == 1 })
	waits := ask("What does a ticket cost in pounds?")
	w.answer(waits, "You are number 2")
	w.ann.Say(w.general, w.mention()+"Does the ferry sail at nine in the morning?")
	w.reply(w.general, "You are number 3")
	ended := make(chan error, 1)
	stop, done := w.stop, w.done
	w.stop = nil
	go func() { stop(); ended <- <-done }()
	w.answer(waits, "I'm restarting. Ask again in a minute.")
	w.reply(w.general, "I'm restarting")
	late := ask("Are you there, ferry?")
	w.answer(late, "I'm restarting")
	close(gate)
	w.answer(under, "Dogs travel free. [1]")
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if n := w.asked("pounds") + w.asked("nine") + w.asked("there"); n != 0 {
		t.Errorf("%d more questions reached the answerer", n)
	}
}

// TestDrainRunsOut checks that a stopping bot gives up an answer that takes too
// long, and says so.
func TestDrainRunsOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Drain = 200 * time.Millisecond
	w.answerer.gate = make(chan struct{})
	w.start()
	i := w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"})
	w.until("it is asked", func() bool { return w.asked("dogs") == 1 })
	if err := w.halt(); err != nil {
		t.Error(err)
	}
	w.answer(i, "I'm restarting. Ask again in a minute.")
}

// TestIDs checks that ids are decimal numbers of any length.
func TestIDs(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"7", "99999999", "99999999999999999990", "123456789012345678901234567890"} {
		t.Run(first, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{FirstID: first}).start()
			w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
			w.reply(w.general, "Dogs travel free.")
			m := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "What does a ticket cost in pounds?"}), "four pounds").Message
			i := w.ann.Click(m, "👎")
			w.answer(w.ann.Submit(i, w.form(i), "x"), "Thank you")
		})
	}
}

// TestRefusedByDiscord checks that Run ends with ErrToken if Discord refuses the
// token.
func TestRefusedByDiscord(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Token = "another"
	if err := w.bot.Run(t.Context()); !errors.Is(err, discord.ErrToken) || strings.Contains(err.Error(), "another") {
		t.Errorf("a wrong token: %v", err)
	}
}
