package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footnote/bot/discordtest"
	"footnote/rag"
)

const dogs, dogsAnswer = "Do dogs travel free?", "Dogs travel free. [1]"

// asked asks about dogs, and gives the answer.
func (w *world) asked(o discordtest.Options) discordtest.Response {
	w.t.Helper()
	all := discordtest.Options{"question": dogs}
	for k, v := range o {
		all[k] = v
	}
	r := w.answer(w.ann.Slash(w.general, "ask", all), dogsAnswer)
	w.outcomes(1)
	return r
}

// form waits for the form that a press shows.
func (w *world) form(i *discordtest.Interaction) *discordtest.Form {
	w.t.Helper()
	r, ok := i.Wait(patience, func(r discordtest.Response) bool { return r.Form != nil })
	if !ok {
		w.t.Fatalf("no form: %+v", r)
	}
	return r.Form
}

// TestFeedback: what is thought of an answer is kept, under nobody's name, and
// with its words only where the server keeps them.
func TestFeedback(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	m := w.asked(nil).Message
	w.answer(w.ann.Click(m, "👍"), "of use")
	bad := w.admin.Click(m, "👎")
	f := w.form(bad)
	w.answer(w.admin.Submit(bad, f, "cats too"), "I have noted that")
	w.answer(w.admin.Submit(bad, f, "cats too"), "You have sent this form already")
	wrong := w.ann.Click(m, "Wrong source")
	w.answer(w.ann.Submit(wrong, w.form(wrong), "the timetable is old"), "I have noted that")

	w.set(discordtest.Options{"keep-questions": true})
	bad = w.admin.Click(m, "👎")
	w.answer(w.admin.Submit(bad, w.form(bad), ""), "I have noted that")

	got, err := w.store.Feedback(t.Context(), rag.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range got {
		if f.Who == "" || strings.Contains(string(f.Who), w.ann.ID) || strings.Contains(string(f.Who), w.admin.ID) {
			t.Errorf("a person's feedback is under %q", f.Who)
		}
	}
	want := []rag.Feedback{
		{Verdict: rag.Answered, Docs: []string{"ferry"}, Reason: "wrong source: the timetable is old"}, // in place of the same person's 👍
		{Verdict: rag.Answered, Docs: []string{"ferry"}, Question: dogs, Text: dogsAnswer},
	}
	byReason := cmpopts.SortSlices(func(a, b rag.Feedback) bool { return a.Reason < b.Reason })
	if d := cmp.Diff(want, got, byReason, cmpopts.IgnoreFields(rag.Feedback{}, "Answer", "Who", "At", "Filter")); d != "" {
		t.Errorf("feedback (-want +got):\n%s", d)
	}
}

// TestPrivateAnswer: one person sees it, and may share it, once.
func TestPrivateAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	r := w.asked(discordtest.Options{"private": true})
	if !r.Private || !r.Message.Ephemeral || len(w.says(w.general)) > 0 {
		t.Fatalf("not private: %+v", r)
	}
	w.answer(w.admin.Press(r.Message, buttonOf(t, r.Message, "Share"), 2, "Share", nil), "Only who asked")
	shared := w.answer(w.ann.Click(r.Message, "Share"), dogsAnswer)
	if shared.Private || !strings.Contains(shared.Message.Content, "> "+dogs) {
		t.Errorf("shared: %+v", shared)
	}
	w.answer(w.ann.Click(r.Message, "Share"), "You have shared it already")
}

func buttonOf(t *testing.T, m *discordtest.Message, label string) string {
	t.Helper()
	for _, b := range m.Buttons {
		if b.Label == label {
			return b.ID
		}
	}
	t.Fatalf("no button %q: %+v", label, m.Buttons)
	return ""
}

// TestAskAPerson: the helpers are pinged, and nobody else; once for an answer.
func TestAskAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	helpers := w.guild.Role("helpers", 0)
	w.start()
	m := w.asked(nil).Message
	for _, b := range m.Buttons {
		if b.Label == "Ask a person" {
			t.Error("there is a button for a role that is not set")
		}
	}
	w.set(discordtest.Options{"helper": helpers})
	r := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Who painted the lighthouse? @everyone <@&" + helpers.ID + ">"}), "do not say")
	if len(r.Message.Pings) > 0 {
		t.Errorf("the answer pings %v", r.Message.Pings)
	}
	call := w.answer(w.ann.Click(r.Message, "Ask a person"), "asks a person")
	if d := cmp.Diff([]string{helpers.ID}, call.Message.Pings); d != "" {
		t.Errorf("pings: %s", d)
	}
	w.answer(w.admin.Click(r.Message, "Ask a person"), "Somebody has been asked already")
}

// TestDelete: who asked and moderators may take an answer away.
func TestDelete(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	bob, moderator := w.guild.Join("bob"), w.guild.Join("mo", w.guild.Role("moderators", discordtest.ManageMessages))
	w.start()
	m := w.asked(nil).Message
	w.answer(bob.Click(m, "Delete"), "Only who asked and moderators")
	for who, m := range map[*discordtest.User]*discordtest.Message{w.ann: m, moderator: w.asked(nil).Message} {
		who.Click(m, "Delete")
		if !gone(w.general, m.ID) {
			t.Errorf("%s cannot delete it", who.Name)
		}
	}
	w.ann.Say(w.general, w.mention()+"What does a ticket cost in pounds?")
	answer := w.reply(w.general, "A ticket costs four pounds.")
	w.ann.Click(&answer, "Delete")
	if !gone(w.general, answer.ID) {
		t.Error("an answer in a channel is not deleted")
	}
}

// gone waits until a message is deleted.
func gone(c *discordtest.Channel, id string) bool {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if !slices.ContainsFunc(c.Messages(), func(m discordtest.Message) bool { return m.ID == id }) {
			return true
		}
	}
	return false
}

// TestOldButtons: those of before a restart do what they still can, and say so
// where they cannot; those of an older version say so.
func TestOldButtons(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	m := w.asked(nil).Message
	if err := w.halt(); err != nil {
		t.Fatal(err)
	}
	w.start()
	w.answer(w.ann.Click(m, "Show the passages"), "I no longer remember this answer")
	w.answer(w.ann.Click(m, "👍"), "of use")
	for _, id := range []string{"v0:thumbs", "fn/dance/1/2", "fn//", "fn/good"} {
		w.answer(w.ann.Press(m, id, 2, id, nil), "older version of me")
	}
	w.answer(w.ann.Submit(w.ann.Press(m, "fn/bad/1/2", 2, "👎", nil), &discordtest.Form{ID: "v0", Title: "Old", Fields: []string{"x"}}, "y"), "This form is of an older version")
	w.ann.Click(m, "Delete")
	if !gone(w.general, m.ID) {
		t.Error("an answer of before the restart is not deleted")
	}
}

// TestExpired: the answer to an interaction whose time is over becomes a
// message; one that is not acknowledged in time does no harm.
func TestExpired(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.clerk.gate = make(chan struct{})
	w.start()
	i := w.ann.Slash(w.general, "ask", discordtest.Options{"question": dogs})
	secret := w.ann.Slash(w.general, "ask", discordtest.Options{"question": "What does a ticket cost in pounds?", "private": true})
	w.asking(2)
	i.Expire()
	secret.Expire()
	close(w.clerk.gate)
	w.reply(w.general, dogsAnswer)
	w.reply(w.ann.DM(), "A ticket costs four pounds.")
	for _, s := range w.says(w.general) {
		if strings.Contains(s, "ticket") {
			t.Errorf("what one was to see is in the channel: %q", s)
		}
	}
}
