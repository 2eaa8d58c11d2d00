package discord

import (
	"time"

	"footnote/bot"
	"footnote/rag"
)

// rememberedFor is how long the bot remembers an answer and its conversation.
const rememberedFor = 24 * time.Hour

// conversations remember the turns that a follow-up question can refer to. The
// key of a conversation is the id of a thread or of a direct channel, or is
// made from the first answer.
type conversations struct {
	turns *memory[[]rag.Turn] // by conversation
	keys  *memory[string]     // conversations, by the id of a message that shows an answer
}

func newConversations(now func() time.Time) *conversations {
	return &conversations{turns: newMemory[[]rag.Turn](2000, rememberedFor, now), keys: newMemory[string](answersKept, rememberedFor, now)}
}

// get returns the turns of a conversation; nil if key is empty or unknown.
func (c *conversations) get(key string) []rag.Turn {
	if key == "" {
		return nil
	}
	turns, _, _ := c.turns.get(key)
	return turns
}

// active reports whether a conversation has turns.
func (c *conversations) active(key string) bool {
	_, _, ok := c.turns.get(key)
	return ok
}

// add continues a conversation that had these turns, and links it to the
// messages that show its new answer.
func (c *conversations) add(key string, turns []rag.Turn, next rag.Turn, messages ...string) {
	c.turns.put(key, bot.Remember(turns, next))
	for _, id := range messages {
		c.keys.put(id, key)
	}
}

// of returns the conversation that a message belongs to.
func (c *conversations) of(message string) (key string, ok bool) {
	key, _, ok = c.keys.get(message)
	return key, ok
}

// forget drops the conversations that messages belong to.
func (c *conversations) forget(messages ...string) {
	for _, id := range messages {
		if key, ok := c.of(id); ok {
			c.turns.drop(key)
		}
		c.keys.drop(id)
	}
}
