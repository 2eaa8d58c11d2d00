package discord_test

import (
	"testing"
	"time"

	"footnote/bot/discordtest"
)

// TestTimeout checks that the bot gives up an answer that takes too long.
func TestTimeout(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Timeout = 100 * time.Millisecond
	w.answerer.gate = make(chan struct{})
	w.start()
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"}), "That took too long")
}
