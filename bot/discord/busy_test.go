package discord_test

import (
	"fmt"
	"testing"

	"footnote/bot/discordtest"
)

// Channels that take their answers slowly, for Discord lets 5 messages into one
// in 5 s, do not keep another server's question from being answered.
func TestBusyChannels(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	busy := []*discordtest.Channel{w.general, w.Guild("Quay").Channel("busy"), w.Guild("Pier").Channel("busy")}
	calm := w.Guild("Calm").Channel("calm")
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
