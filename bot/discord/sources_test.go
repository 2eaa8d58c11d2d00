package discord_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/bot/discordtest"
	"footnote/rag"
)

// TestGapCloses checks the way from a gap to an answer: /gaps lists the question, a
// person answers it, the answer becomes an article, and the bot answers the next
// person from it.
func TestGapCloses(t *testing.T) {
	t.Parallel()
	const question, answer = "Where is the lost property office of the harbour?", "The lost property office of the harbour is behind the fish market."
	for _, test := range []struct {
		name   string
		author string
		add    func(w *world, unanswered *discordtest.Message, carl *discordtest.User) *discordtest.Interaction
	}{
		{"a reply to the answer", "carl", func(w *world, m *discordtest.Message, carl *discordtest.User) *discordtest.Interaction {
			carl.Reply(m, answer)
			offer := w.reply(w.general, "Should I add this as a source")
			return carl.Click(w.general.Message(offer.ID), "Add as a source")
		}},
		{"the menu on any message", "dora", func(w *world, _ *discordtest.Message, carl *discordtest.User) *discordtest.Interaction {
			return carl.Menu(w.guild.Join("dora").Say(w.general, answer), "Add as a source")
		}},
		{"a reply to the call for a person", "carl", func(w *world, m *discordtest.Message, carl *discordtest.User) *discordtest.Interaction {
			w.told(w.ann.Click(m, "Ask a person"))
			call := w.reply(w.general, "asks for help from a person")
			carl.Reply(w.general.Message(call.ID), answer)
			offer := w.reply(w.general, "Should I add this as a source")
			return carl.Click(w.general.Message(offer.ID), "Add as a source")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{})
			wise, helpers := w.guild.Role("wise", 0), w.guild.Role("helpers", 0)
			carl, bob := w.guild.Join("carl", wise), w.guild.Join("bob")
			w.start()
			w.answer(w.admin.Slash(w.general, "footnote setup", discordtest.Options{"trusted": wise, "helper": helpers}), "Settings saved")

			w.ann.Say(w.general, w.mention()+question)
			said := w.reply(w.general, "The articles do not say.")
			if got := w.told(carl.Slash(w.general, "gaps", nil)); !strings.Contains(got, question) || !strings.Contains(got, "asked once") {
				t.Errorf("/gaps: %q", got)
			}
			i := test.add(w, w.general.Message(said.ID), carl)
			form := w.form(i)
			r := w.answer(carl.Submit(i, form, question, answer), "Added")
			if !strings.Contains(r.Message.Content, "is now closed") {
				t.Errorf("the gap stays open: %q", r.Message.Content)
			}
			if got := w.told(carl.Slash(w.general, "gaps", nil)); strings.Contains(got, question) {
				t.Errorf("/gaps afterwards: %q", got)
			}
			r = w.answer(bob.Slash(w.general, "ask", discordtest.Options{"question": question}), answer+" [1]")
			infos, err := w.store.List(t.Context(), rag.Filter{Collections: []string{"discord/" + w.guild.ID}})
			if err != nil || len(infos) != 1 {
				t.Fatalf("articles added: %v, %v", infos, err)
			}
			d, err := w.store.Document(t.Context(), infos[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			got, want := []string{d.Title, d.Text, d.Author, d.URL}, []string{question, answer, test.author, w.said(w.general, test.author, answer)}
			if diff := cmp.Diff(want, got); diff != "" || time.Since(d.Published) > 48*time.Hour {
				t.Errorf("the article of %v (-want +got):\n%s", d.Published, diff)
			}
			all := shownText(r.Message)
			if !strings.Contains(all, "/channels/"+w.guild.ID+"/"+w.general.ID+"/") || strings.Contains(all, "The same question was asked") {
				t.Errorf("the next answer: %q", all)
			}
		})
	}
}

// said returns the address of a message.
func (w *world) said(c *discordtest.Channel, by, content string) string {
	for _, m := range c.Messages() {
		if m.Author.Name == by && m.Content == content {
			return strings.TrimSuffix(w.API, "/api") + "/channels/" + w.guild.ID + "/" + c.ID + "/" + m.ID
		}
	}
	return ""
}

// TestAddAsASource checks who may turn which messages into articles.
func TestAddAsASource(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	wise := w.guild.Role("wise", 0)
	carl := w.guild.Join("carl", wise)
	w.start()
	w.answer(w.admin.Slash(w.general, "footnote setup", discordtest.Options{"trusted": wise}), "Settings saved")
	fact := w.ann.Say(w.general, "The harbour café closes at ten on Sundays.")

	if got := w.told(w.ann.Menu(fact, "Add as a source")); !strings.Contains(got, "Only people with the trusted role") {
		t.Errorf("anybody: %q", got)
	}
	w.ann.Say(w.general, w.mention()+"Is there a lighthouse museum?")
	no := w.general.Message(w.reply(w.general, "do not say").ID)
	if got := w.told(carl.Menu(no, "Add as a source")); !strings.Contains(got, "one of my own messages") {
		t.Errorf("its own message: %q", got)
	}
	// The bot offers nothing if a person without the role replies.
	w.guild.Join("dora").Reply(no, "There was one until 1990.")
	w.settled()
	if n := w.answersIn(w.general, "Should I add"); n != 0 {
		t.Error("the bot offers to add the reply of an untrusted person")
	}

	i := carl.Menu(fact, "Add as a source")
	form := w.form(i)
	// The form is submitted by a person without the role.
	if got := w.told(w.ann.Submit(i, form, "Café", "It is closed for good.")); !strings.Contains(got, "Only people with the trusted role") {
		t.Errorf("a form of somebody else: %q", got)
	}
	if got := w.told(carl.Submit(i, form, "Café", "  ")); !strings.Contains(got, "no text") {
		t.Errorf("an empty form: %q", got)
	}
	i = carl.Menu(fact, "Add as a source")
	form = w.form(i)
	w.answer(carl.Submit(i, form, "Café", "The harbour café closes at ten on Sundays."), "Added")
	if got := w.told(carl.Submit(i, form, "Café", "The harbour café closes at ten on Sundays.")); !strings.Contains(got, "already") {
		t.Errorf("a form that is sent twice: %q", got)
	}
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "When does the harbour café close on Sundays?"}), "closes at ten")

	// The message is deleted before the form is submitted.
	lost := w.ann.Say(w.general, "The pier is two hundred metres long.")
	i = carl.Menu(lost, "Add as a source")
	form = w.form(i)
	w.ann.Delete(lost)
	if got := w.told(carl.Submit(i, form, "Pier", "The pier is two hundred metres long.")); !strings.Contains(got, "was deleted") {
		t.Errorf("a deleted message: %q", got)
	}
}

// TestAddAndRemove checks that articles which an admin adds are quoted at once, and
// that removed ones are not.
func TestAddAndRemove(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	type opts = discordtest.Options
	for _, test := range []struct {
		name string
		o    opts
		want string
	}{
		{"a text", opts{"text": "The museum opens at noon on Monday.", "title": "Museum", "link": "https://example.org/museum"}, "Added [Museum](https://example.org/museum)"},
		{"a file", opts{"file": &discordtest.File{Name: "pier.txt", Text: "The pier is two hundred metres long."}}, "Added pier.txt"},
		{"nothing", opts{"title": "Museum"}, "There is nothing to add"},
		{"an empty file", opts{"file": &discordtest.File{Name: "x.txt", Text: " \n"}}, "it contains no text"},
		{"a file that is too large", opts{"file": &discordtest.File{Name: "x.txt", Text: strings.Repeat("x", 4<<20+1)}}, "larger than 4 MiB"},
		{"an invalid link", opts{"text": "x y", "link": "javascript:alert(1)"}, "`link` must be a web address"},
	} {
		if got := w.told(w.admin.Slash(w.general, "footnote add", test.o)); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	const question = "When does the museum open on Monday?"
	shown := w.answer(w.ann.Slash(w.general, "ask", opts{"question": question}), "opens at noon").Message
	w.answer(w.admin.Slash(w.general, "footnote remove", opts{"article": "Museum"}), "Removed [Museum]")
	if got := w.answerOf(w.ann.Slash(w.general, "ask", opts{"question": question})); !strings.Contains(got, "do not say") {
		t.Errorf("after it was removed: %q", got)
	}
	if got := w.told(w.ann.Click(shown, "Show the passages")); strings.Contains(got, "noon") {
		t.Errorf("passages of an article that was removed: %q", got)
	}
}
