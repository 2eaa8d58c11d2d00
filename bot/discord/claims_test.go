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

// TestOnce checks that each question is answered once if the connection ends in
// any way.
func TestOnce(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]int{
		"cut": discordtest.Cut, "reconnect": discordtest.Reconnect, "invalid": discordtest.Invalid, "resumable": discordtest.Resumable,
		"4000": 4000, "4009": 4009, "1001": 1001,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{}).start()
			w.ann.Say(w.general, w.mention()+"Do dogs travel free?") // so that the bot has seen a message in this channel
			w.reply(w.general, "Dogs travel free. [1]")
			w.answerer.slow = 20 * time.Millisecond
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

// TestOnceOverRestart checks that a question which was answered before a restart is
// not answered again if it is delivered again.
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
		t.Errorf("answered %d times, want 1", n)
	}
	if n := w.asked("dogs"); n != 1 {
		t.Errorf("the answerer was asked %d times, want 1", n)
	}
}

// TestOnceDeliveredAtOnce checks that a message which is delivered several times at
// the same moment is answered once.
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
		t.Errorf("answered %d times, want 1", n)
	}
}

// TestOnceWhenAReplyIsLost checks that the bot posts a message again if the reply to
// its request is lost, and that Discord recognizes the nonce.
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
		t.Errorf("answered %d times, want 1", n)
	}
}

// TestOnceWithFaults checks that an interaction is answered once if it is delivered
// twice and Discord fails in between.
func TestOnceWithFaults(t *testing.T) {
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
