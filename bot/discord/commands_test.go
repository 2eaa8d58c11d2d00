package discord_test

import (
	"strings"
	"testing"

	"footnote/bot/discordtest"
)

// TestMenuAnswer checks the menu entry that answers another person's message.
func TestMenuAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	dora := w.guild.Join("dora")
	q := dora.Say(w.general, "Do dogs travel free?")
	if got := w.answerOf(w.ann.Menu(q, "Answer this")); !strings.HasPrefix(got, "> Do dogs travel free?\nDogs travel free. [1]") {
		t.Errorf("answered: %q", got)
	}
	if got := w.told(w.ann.Menu(dora.Say(w.general, "👋 !!"), "Answer this")); !strings.Contains(got, "I can't find a question in that message") {
		t.Errorf("without words: %q", got)
	}
}
