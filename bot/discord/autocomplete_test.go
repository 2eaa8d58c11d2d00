package discord_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/bot/discordtest"
)

// TestAutocomplete checks that autocompletion proposes recent questions of the
// channel, and titles.
func TestAutocomplete(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}, ferry, tides).start()
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"}), "Dogs")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Does a ticket cost four pounds?", "private": true}), "four")
	w.settled()
	for typed, want := range map[string]string{
		"":           "Do dogs travel free?\nFerry timetable\nTide tables",
		"ti":         "Ferry timetable\nTide tables",
		"TABLE ferr": "Ferry timetable",
		"dog":        "Do dogs travel free?",
		"pounds":     "",
	} {
		if d := cmp.Diff(want, w.choices(w.ann.Complete(w.general, "ask", "question", typed, nil))); d != "" {
			t.Errorf("%q (-want +got):\n%s", typed, d)
		}
	}
	if got := w.choices(w.ann.Complete(w.guild.Channel("other"), "ask", "question", "dog", nil)); got != "" {
		t.Errorf("in another channel: %q", got)
	}
}
