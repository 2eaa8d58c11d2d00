package discord

import (
	"context"
	"log/slog"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// callNote ends the message that asks a person, and tells it from the bot's
// other messages.
const callNote = "-# A reply to this message can become a source."

// replies finds out what a reply refers to.
type replies struct {
	me      identity
	send    *sender
	answers *answers
	log     *slog.Logger
}

// questionOf finds the question that a message replies to: that of the answer
// it replies to, with the words that were searched for, or the text of the
// message it replies to. Both are empty if there is no question.
func (r *replies) questionOf(ctx context.Context, channel string, m *discordgo.Message) (asked, searched string) {
	ref := m.ReferencedMessage
	if ref == nil && m.MessageReference != nil {
		var err error
		if ref, err = r.send.message(ctx, channel, m.MessageReference.MessageID); err != nil {
			r.log.Warn("cannot read the message replied to", "cause", err)
		}
	}
	if ref == nil || ref.Author == nil {
		return "", ""
	}
	if x, _ := r.answers.of(ref.ID); x != nil {
		return x.question, x.answer.Searched
	}
	if ref.Author.ID != r.me.user {
		return r.me.strip(ref.Content), ""
	}
	// After a restart, only the bot's message itself tells the question.
	if head, ok := strings.CutSuffix(ref.Content, "”\n"+callNote); ok {
		_, asked, _ := strings.Cut(head, "“")
		return unescape(asked), ""
	}
	if line, rest, ok := strings.Cut(ref.Content, "\n"); ok && rest != "" && strings.HasPrefix(line, "> ") {
		return unescape(line[2:]), ""
	}
	if ref.MessageReference != nil {
		if asked, err := r.send.message(ctx, channel, ref.MessageReference.MessageID); err == nil && asked.Author != nil && asked.Author.ID != r.me.user {
			return r.me.strip(asked.Content), ""
		}
	}
	return "", ""
}

// textOf returns the text of the message that m replies to; empty if it cannot
// be read. It is for a message that contains only the bot's name.
func (r *replies) textOf(ctx context.Context, channel string, m *discordgo.Message) string {
	ref := m.ReferencedMessage
	if r.me.mayRead && (ref == nil || ref.Content == "") {
		var err error
		if ref, err = r.send.message(ctx, channel, m.MessageReference.MessageID); err != nil {
			r.log.Warn("cannot read the message replied to", "cause", err)
			return ""
		}
	}
	if ref == nil {
		return ""
	}
	return r.me.strip(ref.Content)
}
