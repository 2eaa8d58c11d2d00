package discord

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/bwmarrin/discordgo"
)

// forget deletes what is recorded and remembered of a person.
type forget struct {
	people        People
	send          *sender
	quotas        *quotas
	catalog       *catalog
	answers       *answers
	conversations *conversations
	log           *slog.Logger
}

// person answers /forget-me.
func (h *forget) person(ctx context.Context, i *discordgo.Interaction) {
	user := userOf(i).ID
	who, err := h.people.Person(ctx, "discord/"+user)
	n := 0
	if err == nil {
		n, err = h.people.Forget(ctx, who)
	}
	if err != nil {
		h.log.Error("cannot forget person", "cause", err)
		h.send.tell(ctx, i, "I couldn't do that right now. Try again in a minute.")
		return
	}
	h.quotas.forget(who)
	h.conversations.forget(h.answers.forget(user)...)
	h.catalog.answers.clear()
	h.send.tell(ctx, i, "Deleted: %s of feedback and open questions, your recent questions, and your quota. You can delete your messages in channels yourself.", count(n, "record"))
}

// count returns a number and a noun, with an s unless the number is 1.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
