package bot_test

import (
	"strings"
	"testing"
	"time"

	"footnote/bot/discordtest"
	"footnote/rag"
)

// TestAdminsOnly: whatever Discord lets through, the bot looks again at who may
// look after it.
func TestAdminsOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	for _, command := range []string{"setup", "status", "add", "sources", "remove"} {
		w.answer(w.ann.Slash(w.general, "footnote "+command, discordtest.Options{"policy": "off", "text": "x", "article": "ferry"}), "Only people who manage the server can do that.")
		w.answer(w.ann.Slash(w.ann.DM(), "footnote "+command, nil), "That is for servers")
	}
	w.answer(w.ann.Slash(w.general, "gaps", nil), "Only moderators and people of the trusted role")
	q := w.ann.Say(w.general, "The ferry is painted red.")
	w.answer(w.ann.Menu(q, "Add as a source"), "Only people of the trusted role")
	w.answer(w.ann.Slash(w.general, "dance", nil), "I do not know this command any more")
	w.answer(w.admin.Slash(w.general, "footnote dance", nil), "I do not know this command any more")
}

// TestSetup tells what admins read who ask for what cannot be.
func TestSetup(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	everyone := &discordtest.Role{ID: w.guild.ID, Name: "everyone"}
	for _, test := range []struct {
		opts discordtest.Options
		want string
	}{
		{nil, "I answer when asked"},
		{discordtest.Options{"policy": "sometimes"}, "`policy` is off, asked, confident or always."},
		{discordtest.Options{"policy": "always"}, "I need the Message Content Intent"},
		{discordtest.Options{"per-person": 0}, "from 1 to 100000"},
		{discordtest.Options{"per-person": 5, "channel": w.general}, "leave `channel` out"},
		{discordtest.Options{"confidence": 101}, "from 0 to 100"},
		{discordtest.Options{"trusted": everyone}, "cannot be everyone"},
		{discordtest.Options{"library": "nonsense"}, "There is no collection “nonsense” to give: there are “articles without a collection”, “added in this server”."},
		{discordtest.Options{"per-person": 7, "per-channel": 8, "per-server": 9, "keep-questions": true}, "7 a person, 8 a channel, 9 the server.\nThe words of questions are kept"},
		{discordtest.Options{"channel": w.general, "policy": "off"}, "I answer off"},
	} {
		w.answer(w.admin.Slash(w.general, "footnote setup", test.opts), test.want)
	}
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": dogs}), "I am switched off in this channel")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": dogs, "private": true}), dogsAnswer)
	if err := w.halt(); err != nil {
		t.Fatal(err)
	}
	w.start() // what was set is kept
	w.answer(w.admin.Slash(w.general, "footnote status", nil), "7 a person, 8 a channel, 9 the server.")
	w.general.Deny(discordtest.EmbedLinks | discordtest.SendMessages)
	w.answer(w.admin.Slash(w.general, "footnote status", nil), "**Missing here**: Send Messages, Embed Links.")
}

// TestArticles: articles are added, listed, quoted and removed in Discord, and
// only those that were added there are removed there.
func TestArticles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Now = func() time.Time { return time.Date(2024, 6, 3, 12, 0, 0, 0, time.UTC) }
	w.start()
	w.answer(w.admin.Slash(w.general, "footnote add", nil), "There is nothing to add")
	w.answer(w.admin.Slash(w.general, "footnote add", discordtest.Options{"text": "x", "link": "javascript:alert(1)"}), "`link` has to be an address")
	w.answer(w.admin.Slash(w.general, "footnote add", discordtest.Options{"text": "x", "library": "elsewhere"}), "“elsewhere” is neither")
	w.answer(w.admin.Slash(w.general, "footnote add", discordtest.Options{"file": &discordtest.File{Name: "big.txt", Text: strings.Repeat("x", 5<<20)}}), "larger than 4 MiB")
	w.answer(w.admin.Slash(w.general, "footnote add", discordtest.Options{"file": &discordtest.File{Name: "empty.txt", Text: " \n"}}), "there is no text in it")
	w.answer(w.admin.Slash(w.general, "footnote add", discordtest.Options{"text": "The museum opens at eleven on Sundays.", "title": "Museum [hours](http://evil.example) @everyone", "link": "https://example.org/museum"}), "Added [Museum")
	w.answer(w.admin.Slash(w.general, "footnote add", discordtest.Options{"file": &discordtest.File{Name: "pool.txt", Text: "The swimming pool closes at eight in the evening."}}), "Added pool.txt, 2024-06-03.")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "When does the museum open on Sundays?"}), "The museum opens at eleven on Sundays. [1]")

	r := w.response(w.admin.Slash(w.general, "footnote sources", discordtest.Options{"find": "pool"}))
	if got := seen(*r.Message); !strings.Contains(got, "Articles that may be quoted here: 1") || !strings.Contains(got, "pool.txt, 2024-06-03 (added in this server)") {
		t.Errorf("sources: %q", got)
	}
	if c, ok := w.admin.Complete(w.general, "footnote remove", "article", "", nil).Wait(patience, func(r discordtest.Response) bool { return r.Choices != nil }); !ok || len(c.Choices) != 2 {
		t.Errorf("proposed for removal: %q", c.Choices)
	}
	w.answer(w.admin.Slash(w.general, "footnote remove", discordtest.Options{"article": "ferry"}), "No article that was added in this server is called so")
	w.answer(w.admin.Slash(w.general, "footnote remove", discordtest.Options{"article": "pool.txt"}), "Removed pool.txt")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "When does the swimming pool close in the evening?"}), "do not say")
	for _, m := range w.general.Messages() {
		if len(m.Pings) > 0 {
			t.Errorf("%q pings %v", m.Content, m.Pings)
		}
	}
}

// TestAddAsSource: the menu makes an article of what a person wrote, once the
// form is sent, by those who are trusted.
func TestAddAsSource(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	keepers := w.guild.Role("keepers", 0)
	bea := w.guild.Join("bea", keepers)
	w.start()
	w.set(discordtest.Options{"trusted": keepers})
	said := w.ann.Say(w.general, "The lighthouse keeper retires in October.")
	menu := bea.Menu(said, "Add as a source")
	f := w.form(menu)
	w.answer(w.ann.Submit(menu, f, "Lighthouse", "The lighthouse keeper retires in October."), "Only people of the trusted role")
	w.answer(bea.Submit(menu, f, "Lighthouse", " "), "There is no text in that")
	menu = bea.Menu(said, "Add as a source")
	w.answer(bea.Submit(menu, w.form(menu), "Lighthouse", "The lighthouse keeper retires in October."), "Added [Lighthouse]")
	r := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "When does the lighthouse keeper retire in October?"}), "The lighthouse keeper retires in October. [1]")
	if d := r.Message.Embeds[0].Description; !strings.Contains(d, "/channels/"+w.guild.ID+"/"+w.general.ID+"/"+said.ID) {
		t.Errorf("the footnote does not lead to the message: %q", d)
	}
	own := w.reply(w.general, "")
	w.answer(bea.Menu(&own, "Add as a source"), "That is one of my own messages")

	// A trusted person's reply to an answer is a question, not an offer.
	w.ann.Say(w.general, w.mention()+dogs)
	m := w.reply(w.general, dogsAnswer)
	w.outcomes(2)
	bea.Reply(&m, "And what does a ticket cost in pounds?")
	w.reply(w.general, "A ticket costs four pounds.")
}

// TestForgetMe removes what is kept of a person, and of nobody else.
func TestForgetMe(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	m := w.asked(nil).Message
	w.answer(w.ann.Click(m, "👍"), "of use")
	w.answer(w.admin.Click(m, "👍"), "of use")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Who painted the lighthouse door?"}), "do not say")
	w.answer(w.ann.Slash(w.ann.DM(), "forget-me", nil), "Forgotten: 2 records")
	f, err := w.store.Feedback(t.Context(), rag.Filter{})
	if err != nil || len(f) != 1 {
		t.Errorf("feedback: %v, %v", f, err)
	}
	gaps, err := w.store.Gaps(t.Context(), rag.Filter{})
	if err != nil || len(gaps) != 0 {
		t.Errorf("gaps: %v, %v", gaps, err)
	}
	if c, ok := w.ann.Complete(w.general, "ask", "question", "dogs", nil).Wait(patience, func(r discordtest.Response) bool { return r.Choices != nil }); !ok || len(c.Choices) != 0 {
		t.Errorf("proposed: %q", c.Choices)
	}
	w.answer(w.ann.Click(m, "Show the passages"), "I no longer remember this answer")
	w.answer(w.ann.Slash(w.general, "footnote forget-me", nil), "Forgotten: 0 records")
}

// TestCommands: commands are registered once, and again only if they change.
func TestCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	n := w.Created()
	if n == 0 {
		t.Fatal("none registered")
	}
	for range 2 {
		if err := w.halt(); err != nil {
			t.Fatal(err)
		}
		w.start()
	}
	if again := w.Created(); again != n {
		t.Errorf("%d commands created, and then %d more", n, again-n)
	}
}
