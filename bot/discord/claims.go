package discord

import (
	"context"
	"log/slog"
	"time"

	"github.com/bwmarrin/discordgo"
)

// claimedFor is how long a claim lasts: longer than Discord delivers an event
// again.
const claimedFor = 48 * time.Hour

// claims make sure that something happens only once, also over restarts and
// in several processes.
type claims struct {
	records Claims
	now     func() time.Time
	send    *sender
	log     *slog.Logger
}

// first reports whether nobody has done a thing yet, and records that it is
// done now.
func (c *claims) first(ctx context.Context, what, id string) (bool, error) {
	now := c.now()
	return c.records.Claim(ctx, "discord/"+what+"/"+id, now, now.Add(claimedFor))
}

// firstOrTell is first for what an interaction asks for. If the answer is no,
// it tells the person why; already is the sentence for what was done before.
func (c *claims) firstOrTell(ctx context.Context, i *discordgo.Interaction, what, id, already string) bool {
	free, err := c.first(ctx, what, id)
	switch {
	case err != nil:
		c.log.Error("cannot record a claim, so nothing was done", "what", what, "id", id, "cause", err)
		c.send.tell(ctx, i, "%s", notWritten)
	case !free:
		c.send.tell(ctx, i, "%s", already)
	}
	return free && err == nil
}

// What people are told while the library cannot be written or read.
const (
	notWritten = "I couldn't save that. Try again in a minute."
	notRead    = "I can't reach the articles right now. Ask again in a minute."
)
