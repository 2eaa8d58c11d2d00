package discord

import (
	"time"

	"footnote/rag/text"
)

// answersKept is the number of answers that the bot remembers.
const answersKept = 4000

// answers remember what was answered, for buttons, replies and
// autocompletion.
type answers struct {
	by     *memory[*answered] // by key
	keys   *memory[string]    // keys of answers, by the id of a message that shows one
	recent *memory[recent]
}

// recent is a question that was asked in a channel, and may be proposed there.
type recent struct{ channel, text string }

func newAnswers(now func() time.Time) *answers {
	return &answers{
		by:     newMemory[*answered](answersKept, rememberedFor, now),
		keys:   newMemory[string](2*answersKept, rememberedFor, now),
		recent: newMemory[recent](500, rememberedFor, now),
	}
}

// add remembers an answer.
func (a *answers) add(x *answered) { a.by.put(x.key, x) }

// link remembers the messages that show an answer.
func (a *answers) link(key string, messages ...string) {
	for _, id := range messages {
		a.keys.put(id, key)
	}
}

// get returns an answer by its key; nil if it is not remembered.
func (a *answers) get(key string) *answered {
	x, _, _ := a.by.get(key)
	return x
}

// of returns the answer that a message shows; nil if it is not remembered.
// linked reports whether the message is known to show an answer.
func (a *answers) of(message string) (x *answered, linked bool) {
	key, _, ok := a.keys.get(message)
	if !ok {
		return nil, false
	}
	return a.get(key), true
}

// propose lets autocompletion propose a question in its channel.
func (a *answers) propose(channel, question string) {
	a.recent.put(channel+"/"+text.Normalize(question), recent{channel, question})
}

// proposed returns the questions that autocompletion may propose in a channel,
// the latest first.
func (a *answers) proposed(channel string) []string {
	var all []string
	for _, r := range a.recent.pairs() {
		if r.value.channel == channel {
			all = append(all, r.value.text)
		}
	}
	return all
}

// forget drops what a person asked, and returns the ids of the messages that
// show the answers.
func (a *answers) forget(user string) (messages []string) {
	for _, p := range a.by.pairs() {
		if p.value.job.asker != user {
			continue
		}
		a.by.drop(p.key)
		messages = append(messages, p.value.job.out.posted()...)
		for _, r := range a.recent.pairs() {
			if r.value.text == p.value.question {
				a.recent.drop(r.key)
			}
		}
	}
	return messages
}
