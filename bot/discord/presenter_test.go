package discord_test

import (
	"strings"
	"testing"

	"footnote/bot/discordtest"
)

// TestNearest checks that the reply to an unanswered question links to the closest
// articles.
func TestNearest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}, ferry, tides).start()
	got := w.answerOf(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Has the ferry a spring cleaning?"}))
	want := "Nothing in the articles comes near the question.\nClosest articles: "
	if !strings.Contains(got, want) || !strings.Contains(got, "[Ferry timetable](https://example.org/ferry), 2024-05-01") || !strings.Contains(got, "Tide tables") {
		t.Errorf("%q", got)
	}
}

// TestLongAnswer checks that a long answer is shown in several messages, each with
// its own footnotes, that the last has the buttons, and that Delete deletes all.
func TestLongAnswer(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(w *world){
		"a mention": func(w *world) { w.ann.Say(w.general, w.mention()+"Say everything of the ferry?") },
		"a command": func(w *world) {
			w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Say everything of the ferry?"})
		},
		"a private command": func(w *world) {
			w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Say everything of the ferry?", "private": true})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{}).start()
			ask(w)
			w.reply(w.general, "Sentence 80 of everything")
			var said []discordtest.Message
			for _, m := range w.general.Messages() {
				if m.Author.ID == w.BotID() {
					said = append(said, m)
				}
			}
			if len(said) < 3 {
				t.Fatalf("%d messages", len(said))
			}
			for n, m := range said {
				if len(m.Embeds) != 1 || !strings.Contains(m.Embeds[0].Description, "**[1]**") ||
					!strings.HasSuffix(strings.TrimSuffix(m.Content, "\n-# The articles very likely hold the answer."), "]") {
					t.Errorf("part %d: %q", n+1, shownText(&m))
				}
				if last := n == len(said)-1; last != (len(m.Buttons) > 0) {
					t.Errorf("part %d has buttons: %v", n+1, labels(&m))
				}
				if m.Ephemeral != (name == "a private command") {
					t.Errorf("part %d: the wrong people can see it", n+1)
				}
			}
			if name == "a private command" {
				return
			}
			w.settled()
			w.ann.Click(w.general.Message(said[len(said)-1].ID), "Delete")
			w.until("all of it is gone", func() bool { return w.answersIn(w.general, "of everything") == 0 })
		})
	}
}
