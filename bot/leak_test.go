package bot_test

import (
	"slices"
	"strings"
	"testing"

	"footnote/bot/discordtest"
	"footnote/rag"
)

// secret is of a collection that some channels must not see.
var secret = rag.Document{
	ID: "wages", Title: "Wages of the crew", Collection: "board", URL: "https://example.org/wages",
	Text: "The captain earns ninety pounds a day. The stoker earns forty pounds a day.",
}

const aboutSecret = "What does the captain earn, ninety pounds a day?"

// newTwoRooms is a server with a channel that sees the collection, the board's,
// and one that does not; and another server, which does not either.
func newTwoRooms(t *testing.T) (w *world, board *discordtest.Channel, elsewhere *discordtest.Channel) {
	t.Helper()
	w = newWorld(t, discordtest.Config{}, ferry, secret)
	board = w.guild.Channel("board")
	other := w.Guild("Elsewhere")
	elsewhere = other.Channel("talk")
	w.start()
	w.set(discordtest.Options{"channel": board, "library": "board"})
	return w, board, elsewhere
}

// TestCollectionsDoNotLeak holds that what one channel was given is seen
// nowhere else, in whatever way one looks for it.
func TestCollectionsDoNotLeak(t *testing.T) {
	t.Parallel()
	w, board, elsewhere := newTwoRooms(t)
	bob := w.Guilds()[1].Admin("bob")
	w.answer(w.ann.Slash(board, "ask", discordtest.Options{"question": aboutSecret}), "ninety pounds a day. [1]")
	w.outcomes(1)
	completes := func(u *discordtest.User, c *discordtest.Channel, command, option, typed string) []string {
		t.Helper()
		r, ok := u.Complete(c, command, option, typed, nil).Wait(patience, func(r discordtest.Response) bool { return r.Choices != nil })
		if !ok {
			t.Fatalf("no proposals for %s", option)
		}
		return r.Choices
	}
	if got := completes(w.ann, board, "ask", "question", "crew"); !slices.Equal(got, []string{secret.Title}) {
		t.Errorf("proposed to the board: %q", got)
	}
	for _, test := range []struct {
		name    string
		who     *discordtest.User
		channel *discordtest.Channel
	}{{"another channel", w.ann, w.general}, {"another channel, an admin", w.admin, w.general}, {"another server", bob, elsewhere}, {"a direct message", w.ann, w.ann.DM()}} {
		t.Run(test.name, func(t *testing.T) {
			r, _ := test.who.Slash(test.channel, "ask", discordtest.Options{"question": aboutSecret}).Wait(patience, func(r discordtest.Response) bool {
				return r.Message != nil && strings.Contains(r.Message.Content, "do not say")
			})
			if r.Message == nil || strings.Contains(seen(*r.Message), "Wages") {
				t.Errorf("answer: %+v", r.Message)
			}
			r, _ = test.who.Slash(test.channel, "ask", discordtest.Options{"question": aboutSecret, "library": "board"}).Wait(patience, func(r discordtest.Response) bool { return r.Message != nil })
			if r.Message == nil || !strings.Contains(r.Message.Content, "There is no collection board here") {
				t.Errorf("asked by the collection's name: %+v", r.Message)
			}
			for _, option := range []string{"question", "library"} {
				if got := strings.Join(completes(test.who, test.channel, "ask", option, ""), "\n"); strings.Contains(got, "board") || strings.Contains(got, "crew") || strings.Contains(got, "captain earn") && option != "question" {
					t.Errorf("proposed as %s: %q", option, got)
				}
			}
		})
	}
	for _, command := range []string{"gaps", "footnote sources", "footnote status"} {
		for who, c := range map[*discordtest.User]*discordtest.Channel{w.admin: w.general, bob: elsewhere} {
			r, ok := who.Slash(c, command, nil).Wait(patience, func(r discordtest.Response) bool { return r.Message != nil })
			if got := seen(*r.Message); !ok || strings.Contains(got, "Wages") || strings.Contains(got, "board") {
				t.Errorf("/%s in #%s: %q", command, c.Name, got)
			}
		}
	}
	// An admin elsewhere cannot give it away either.
	w.answer(bob.Slash(elsewhere, "footnote setup", discordtest.Options{"library": "board"}), "There is no collection “board” to give")
	if got := completes(bob, elsewhere, "footnote setup", "library", ""); slices.Contains(got, "board") {
		t.Errorf("proposed to an admin elsewhere: %q", got)
	}
}

// seen is all that a message shows.
func seen(m discordtest.Message) string {
	all := m.Content
	for _, e := range m.Embeds {
		all += "\n" + e.Title + "\n" + e.Description
	}
	return all
}

// TestGapsDoNotLeak: what was asked where more could be seen is not listed
// where less can, nor in another server.
func TestGapsDoNotLeak(t *testing.T) {
	t.Parallel()
	w, board, elsewhere := newTwoRooms(t)
	bob := w.Guilds()[1].Admin("bob")
	w.answer(w.ann.Slash(board, "ask", discordtest.Options{"question": "Who embezzled the pension fund?"}), "do not say")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Who painted the lighthouse door?"}), "do not say")
	w.answer(w.admin.Slash(w.general, "ask", discordtest.Options{"question": "Who stole my bicycle?", "private": true}), "do not say")
	for _, test := range []struct {
		who        *discordtest.User
		channel    *discordtest.Channel
		holds, not string
	}{
		{w.admin, board, "pension fund", "lighthouse"},
		{w.admin, w.general, "lighthouse", "pension"},
		{bob, elsewhere, "No question is open here", "lighthouse"},
	} {
		r, _ := test.who.Slash(test.channel, "gaps", nil).Wait(patience, func(r discordtest.Response) bool { return r.Message != nil })
		if got := seen(*r.Message); !strings.Contains(got, test.holds) || strings.Contains(got, test.not) || strings.Contains(got, "bicycle") {
			t.Errorf("gaps in #%s: %q", test.channel.Name, got)
		}
	}
}

// TestPassagesAreCheckedAgain: the passages of an answer are shown by what may
// be seen when the button is pressed, not when the question was asked.
func TestPassagesAreCheckedAgain(t *testing.T) {
	t.Parallel()
	w, board, _ := newTwoRooms(t)
	m := w.answer(w.ann.Slash(board, "ask", discordtest.Options{"question": aboutSecret}), "[1]").Message
	if r := w.response(w.ann.Click(m, "Show the passages")); !strings.Contains(seen(*r.Message), "The stoker earns forty pounds") || !r.Private {
		t.Errorf("passages: %+v", r.Message)
	}
	w.set(discordtest.Options{"channel": board, "library": "articles without a collection"})
	if r := w.response(w.ann.Click(m, "Show the passages")); strings.Contains(seen(*r.Message), "stoker") {
		t.Errorf("passages of what was taken away: %+v", r.Message)
	}
	w.answer(w.ann.Slash(board, "ask", discordtest.Options{"question": aboutSecret}), "do not say") // nor from the cache
}

// response waits until an interaction shows a message.
func (w *world) response(i *discordtest.Interaction) discordtest.Response {
	w.t.Helper()
	r, ok := i.Wait(patience, func(r discordtest.Response) bool { return r.Message != nil })
	if !ok {
		w.t.Fatalf("nothing came of it: %+v", r)
	}
	return r
}
