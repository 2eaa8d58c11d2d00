package discord_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"footnote/bot/discordtest"
)

// asked is how often the clerk was asked something that holds a text.
func (w *world) asked(text string) (n int) {
	w.clerk.mu.Lock()
	defer w.clerk.mu.Unlock()
	for _, q := range w.clerk.asked {
		if strings.Contains(q.Text, text) {
			n++
		}
	}
	return n
}

// answersIn is how many messages of the bot hold a text.
func (w *world) answersIn(c *discordtest.Channel, text string) (n int) {
	for _, s := range w.says(c) {
		n += strings.Count(s, text)
	}
	return n
}

// TestOnce asks while the connection ends in every way, and counts the
// answers.
func TestOnce(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]int{
		"cut": discordtest.Cut, "reconnect": discordtest.Reconnect, "invalid": discordtest.Invalid, "resumable": discordtest.Resumable,
		"4000": 4000, "4009": 4009, "1001": 1001,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{}).start()
			w.ann.Say(w.general, w.mention()+"Do dogs travel free?") // the bot knows that people write here
			w.reply(w.general, "Dogs travel free. [1]")
			w.clerk.slow = 20 * time.Millisecond
			var said []*discordtest.Message
			for n := range 3 {
				said = append(said, w.ann.Say(w.general, fmt.Sprintf("%sWhat does a ticket cost in pounds, %d?", w.mention(), n)))
				if n%2 == 0 {
					w.Disconnect(kind)
				}
			}
			w.until("every question has an answer", func() bool { return w.answersIn(w.general, "A ticket costs four pounds.") >= len(said) })
			w.settled()
			answers := map[string]int{}
			for _, m := range w.general.Messages() {
				if m.Author.ID == w.BotID() && !m.Ephemeral {
					answers[m.Reference]++
				}
			}
			for _, m := range said {
				if answers[m.ID] != 1 {
					t.Errorf("%q is answered %d times", m.Content, answers[m.ID])
				}
			}
		})
	}
}

// A question that was answered before a restart, and is delivered again after
// it, is answered once.
func TestOnceOverRestart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	m := w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
	w.reply(w.general, "Dogs travel free. [1]")
	if err := w.halt(); err != nil {
		t.Fatal(err)
	}
	w.start()
	m.Again()
	m.Again()
	w.settled()
	if n := w.answersIn(w.general, "Dogs travel free."); n != 1 {
		t.Errorf("answered %d times", n)
	}
	if n := w.asked("dogs"); n != 1 {
		t.Errorf("written %d times", n)
	}
}

// A message that is delivered many times at one moment is answered once.
func TestOnceDeliveredAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	m := w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
	for range 5 {
		m.Again()
	}
	w.reply(w.general, "Dogs travel free. [1]")
	w.settled()
	if n := w.answersIn(w.general, "Dogs travel free."); n != 1 {
		t.Errorf("answered %d times", n)
	}
}

// The reply to a post is lost: the bot posts again, and Discord knows the nonce.
func TestOnceWhenAReplyIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	var lost atomic.Int32
	w.Fault(func(r *http.Request) int {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/messages") && lost.Add(1) <= 2 {
			return -1
		}
		return 0
	})
	w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
	w.reply(w.general, "Dogs travel free. [1]")
	w.until("two replies are lost", func() bool { return lost.Load() >= 3 })
	w.settled()
	if n := w.answersIn(w.general, "Dogs travel free."); n != 1 {
		t.Errorf("answered %d times", n)
	}
}

// An interaction is delivered twice, and Discord breaks in between.
func TestInteractionOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	var broken atomic.Int32
	w.Fault(func(r *http.Request) int {
		if strings.HasSuffix(r.URL.Path, "/callback") && broken.Add(1) == 1 {
			return -1
		}
		if r.Method == http.MethodPatch && broken.Add(1) < 4 {
			return http.StatusBadGateway
		}
		return 0
	})
	i := w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"})
	i.Again()
	w.answer(i, "Dogs travel free. [1]")
	i.Again()
	w.settled()
	if r := i.Response(); len(r.More) > 0 || w.answersIn(w.general, "Dogs travel free.") != 1 {
		t.Errorf("answered more than once: %+v", r)
	}
}
