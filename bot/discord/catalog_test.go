package discord_test

import (
	"strings"
	"testing"
	"time"

	"footnote/bot/discordtest"
)

// TestSameQuestion checks that a question which was asked recently gets the same
// answer, with a note, unless articles were added meanwhile.
func TestSameQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	c := &clock{at: time.Now()}
	w.bot.Now = c.now
	w.start()
	ask := func(q string) string {
		return w.answerOf(w.ann.Slash(w.general, "ask", discordtest.Options{"question": q}))
	}
	const note = "The same question was asked"
	for _, test := range []struct {
		name, question string
		before         func()
		cached         bool
		asked          int
	}{
		{"first", "Do dogs travel free?", func() {}, false, 1},
		{"again, in other case", "do DOGS travel free", func() { c.add(3 * time.Minute) }, true, 1},
		{"after an article was added", "Do dogs travel free?", func() {
			w.answer(w.admin.Slash(w.general, "footnote add", discordtest.Options{"text": "Cats pay half."}), "Added")
		}, false, 2},
		{"after a while", "Do dogs travel free?", func() { c.add(11 * time.Minute) }, false, 3},
	} {
		test.before()
		got := ask(test.question)
		if !strings.Contains(got, "Dogs travel free. [1]") || strings.Contains(got, note) != test.cached {
			t.Errorf("%s: %q", test.name, got)
		}
		if n := w.asked("ogs") + w.asked("OGS"); n != test.asked {
			t.Errorf("%s: the answerer was asked %d times, want %d", test.name, n, test.asked)
		}
		if test.cached && !strings.Contains(got, "3 minutes ago. This is that answer") {
			t.Errorf("%s: %q", test.name, got)
		}
	}
}
