package discord_test

import (
	"fmt"
	"testing"

	"footnote/bot/discordtest"
)

// TestBusyChannels checks that busy channels do not delay the answers of another
// server. Discord accepts 5 messages in 5 s in a channel, so a busy one takes its
// answers slowly.
func TestBusyChannels(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	busy := []*discordtest.Channel{w.general, w.Guild("Quay").Channel("busy"), w.Guild("Pier").Channel("busy")}
	calm := w.Guild("Calm").Channel("calm")
	w.bot.Open = true
	w.start()
	for n := range 9 {
		for _, c := range busy {
			w.ann.Say(c, fmt.Sprint(w.mention(), "Do ", n, " dogs travel free in ", c.Name, "?"))
		}
	}
	w.outcomes(15) // as many as there is room for
	w.ann.Say(calm, w.mention()+"What does a ticket cost in pounds?")
	w.reply(calm, "A ticket costs four pounds. [1]")
	for _, c := range busy {
		if n := len(c.Messages()); n >= 18 {
			t.Errorf("#%s has all its %d messages", c.Name, n)
		}
	}
}

// TestLine checks that people see their place in line, that a full queue accepts no
// questions, and that one server never uses all workers.
func TestLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	rival := w.Guild("Rival")
	lobby, bob := rival.Channel("lobby"), rival.Join("bob")
	w.bot.Workers, w.bot.Queue = 2, 3
	gate := make(chan struct{})
	w.answerer.gate = gate
	w.bot.Open = true
	w.start()
	ask := func(u *discordtest.User, c *discordtest.Channel, n int) *discordtest.Interaction {
		return u.Slash(c, "ask", discordtest.Options{"question": fmt.Sprintf("Do dogs travel free, %d?", n)})
	}
	var all []*discordtest.Interaction
	all = append(all, ask(w.ann, w.general, 0))
	w.until("it is asked", func() bool { return w.asked("dogs") == 1 })
	for n := 1; n <= 3; n++ {
		i := ask(w.ann, w.general, n)
		w.answer(i, fmt.Sprintf("You are number %d in line.", n+1))
		all = append(all, i)
	}
	w.answer(ask(w.ann, w.general, 4), "Too many questions are waiting")
	if got := w.asked("dogs"); got != 1 {
		t.Errorf("%d questions of one server are answered at the same time, want 1", got)
	}
	// The queue is full for other servers, too, until a question leaves it.
	w.answer(ask(bob, lobby, 5), "Too many questions are waiting")
	close(gate)
	for _, i := range all {
		w.answer(i, "Dogs travel free. [1]")
	}
	w.answer(ask(bob, lobby, 6), "Dogs travel free. [1]")
}

// TestLineOfAnotherServer checks that a server with many questions does not block
// another.
func TestLineOfAnotherServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	rival := w.Guild("Rival")
	lobby, bob := rival.Channel("lobby"), rival.Join("bob")
	w.bot.Workers = 2
	gate := make(chan struct{})
	w.answerer.gate = gate
	w.bot.Open = true
	w.start()
	for n := range 5 {
		w.ann.Slash(w.general, "ask", discordtest.Options{"question": fmt.Sprintf("Do dogs travel free, %d?", n)})
	}
	w.until("it is asked", func() bool { return w.asked("dogs") == 1 })
	bob.Slash(lobby, "ask", discordtest.Options{"question": "Does the ferry sail in the morning?"})
	w.until("the other server's is asked", func() bool { return w.asked("morning") == 1 })
	close(gate)
}
