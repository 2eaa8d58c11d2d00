package discord_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"footnote/bot/discordtest"
	"footnote/rag"
)

// kept reports whether the library's files contain a text.
func (w *world) kept(text string) bool {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.dir, "*"))
	if err != nil || len(files) == 0 {
		w.t.Fatal("no library", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			w.t.Fatal(err)
		}
		if bytes.Contains(b, []byte(text)) {
			return true
		}
	}
	return false
}

// TestForgetMe checks that answered questions are not stored, that unanswered ones
// are stored without the asker, and that /forget-me deletes these as well.
func TestForgetMe(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	dora := w.guild.Join("dora")
	w.start()
	w.set(discordtest.Options{"per-person": 4})
	m := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Would dogs travel free here?"}), "Dogs travel free.").Message
	i := w.ann.Click(m, "👎")
	w.answer(w.ann.Submit(i, w.form(i), "It says too little"), "Thank you")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Would wolves howl here?"}), "do not say")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Would a bear growl here?", "private": true}), "do not say")
	w.answer(dora.Slash(w.general, "ask", discordtest.Options{"question": "Would owls hoot here?"}), "do not say")
	w.settled()
	for text, want := range map[string]bool{"Would dogs": false, "Would wolves": true, "Would a bear": false, "Would owls": true, w.ann.ID: false} {
		if got := w.kept(text); got != want {
			t.Errorf("%q is stored: %v", text, got)
		}
	}
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Would more be too many?"}), "the limit of questions")

	for _, test := range []struct {
		where *discordtest.Channel
		cmd   string
		want  string
	}{
		{w.general, "forget-me", "Deleted: 3 records"},
		{w.ann.DM(), "forget-me", "Deleted: 0 records"},
	} {
		if got := w.told(w.ann.Slash(test.where, test.cmd, nil)); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", test.cmd, got, test.want)
		}
	}
	gaps, err := w.store.Gaps(t.Context(), rag.Filter{})
	if err != nil || len(gaps) != 1 || gaps[0].Question != "Would owls hoot here?" {
		t.Errorf("gaps: %v %+v", err, gaps)
	}
	if got := w.opinions(); len(got) > 0 {
		t.Errorf("opinions: %q", got)
	}
	if got := w.told(w.ann.Click(m, "Show the passages")); !strings.Contains(got, "no longer remember") {
		t.Errorf("passages: %q", got)
	}
	if got := w.choices(dora.Complete(w.general, "ask", "question", "would", nil)); got != "Would owls hoot here?" {
		t.Errorf("proposed: %q", got)
	}
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"}), "Dogs travel free.") // the quota is full again
}
