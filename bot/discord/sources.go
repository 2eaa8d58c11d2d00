package discord

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"footnote/bot"
	"footnote/bot/discord/protocol"
	"footnote/rag"
	"footnote/rag/text"
)

// sources turns what a person wrote into an article, which closes the gap that
// it answers.
type sources struct {
	me       identity
	articles Articles
	send     *sender
	channels *channels
	access   *access
	settings *settings
	catalog  *catalog
	answers  *answers
	replies  *replies
	gaps     *gaps
	log      *slog.Logger
}

// untrusted says who may add sources.
const untrusted = "Only people with the trusted role and people who manage the server can add sources. An admin sets the role with `/footnote setup trusted:`."

// offer offers to turn a reply into an article: if a trusted person replies to
// an answer that left a gap, or if a helper replies to a call for a person. It
// reports whether the message needs no answer by the bot. Any reply to a call is
// meant for a person, so it needs none.
func (h *sources) offer(ctx context.Context, c *channel, m *discordgo.Message) bool {
	if c.server == "" || h.me.namedIn(m.Content) {
		return false
	}
	call := strings.HasSuffix(m.ReferencedMessage.Content, callNote)
	s := h.settings.forServer(c.server)
	has := func(role string) bool {
		return role != "" && m.Member != nil && slices.Contains(m.Member.Roles, role)
	}
	if !has(s.Trusted) && !(call && has(s.Helper)) {
		return call
	}
	x, linked := h.answers.of(m.ReferencedMessage.ID)
	switch {
	case call:
	case x != nil && !x.gap:
		return false
	case !linked && !strings.Contains(m.ReferencedMessage.Content, "The articles do not"):
		return false
	}
	_, err := h.send.post(ctx, c.id, message{
		Reply: m.ID, Nonce: nonce("source", m.ID), Content: "Should I add this as a source, so that I can answer the next person from it?",
		Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			discordgo.Button{Label: menuSource, Style: discordgo.PrimaryButton, CustomID: buttonID("source", m.ID, m.Author.ID)},
			discordgo.Button{Label: "Delete", Style: discordgo.SecondaryButton, CustomID: buttonID("delete", "offer", m.Author.ID)},
		}}},
	})
	if err != nil {
		h.log.Warn("cannot offer to add a source", "message", m.ID, "cause", err)
	}
	return true
}

// menu opens the form for a message whose menu was used.
func (h *sources) menu(ctx context.Context, i *discordgo.Interaction, d discordgo.ApplicationCommandInteractionData) {
	if !h.access.trusted(i) {
		h.send.tell(ctx, i, untrusted)
		return
	}
	m := target(d)
	if m == nil {
		h.send.tell(ctx, i, messageGone)
		return
	}
	h.form(ctx, i, m)
}

// pressed opens the form after somebody accepted an offer. id is that of the
// message to add.
func (h *sources) pressed(ctx context.Context, i *discordgo.Interaction, id string) {
	if !h.access.trusted(i) {
		h.send.tell(ctx, i, untrusted)
		return
	}
	m, err := h.send.message(ctx, i.ChannelID, id)
	if err != nil {
		h.log.Warn("cannot read reply", "message", id, "cause", err)
		h.send.tell(ctx, i, "I can't read that message: it was deleted, or I lack the permission Read Message History.")
		return
	}
	h.form(ctx, i, m)
}

// maxSource is the most characters of a form's text.
const maxSource = 4000

// form shows the title and the text of the new article, so that they can be
// corrected first.
func (h *sources) form(ctx context.Context, i *discordgo.Interaction, m *discordgo.Message) {
	text := strings.TrimSpace(h.me.strip(m.Content))
	if m.Author == nil || m.Author.ID == h.me.user {
		h.send.tell(ctx, i, "That is one of my own messages. Choose a message that a person wrote.")
		return
	}
	title, _ := h.replies.questionOf(ctx, i.ChannelID, m)
	if title == "" {
		title, _, _ = strings.Cut(text, "\n")
	}
	input := func(id, label, value string, style discordgo.TextInputStyle, most int) discordgo.MessageComponent {
		return discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			discordgo.TextInput{CustomID: id, Label: label, Value: cutUnits(value, most), Style: style, Required: true, MaxLength: most}}}
	}
	_ = h.send.respond(ctx, i, discordgo.InteractionResponseModal, body{ // respond logs it
		"title": menuSource, "custom_id": buttonID("source", m.ID, i.ID),
		"components": []discordgo.MessageComponent{
			input("title", "Title: the question it answers", strings.Join(strings.Fields(title), " "), discordgo.TextInputShort, maxTitle),
			input("text", "Text", text, discordgo.TextInputParagraph, maxSource),
		},
	})
}

// submitted adds the article that a form describes. id is that of the message
// it is made from.
func (h *sources) submitted(ctx context.Context, i *discordgo.Interaction, id string, values map[string]string) {
	if !h.access.trusted(i) {
		h.send.tell(ctx, i, untrusted)
		return
	}
	if h.send.respond(ctx, i, discordgo.InteractionResponseDeferredChannelMessageWithSource, body{}) != nil {
		return
	}
	out := &interactionOutput{send: h.send, i: i}
	says, err := h.add(ctx, i, id, values)
	if err != nil {
		h.log.Error("cannot add source", "message", id, "cause", err)
		says = notAdded
	}
	if err := out.show(ctx, message{Content: says}); err != nil {
		h.log.Warn("cannot tell the person about the new source", "cause", err)
	}
}

// add adds the article, closes its gap, and returns what to tell the person.
func (h *sources) add(ctx context.Context, i *discordgo.Interaction, id string, values map[string]string) (string, error) {
	m, err := h.send.message(ctx, i.ChannelID, id)
	if protocol.Is(err, protocol.UnknownMessage) {
		return "That message was deleted, so the article can't link to it. Post it again, and choose " + menuSource + " there.", nil
	} else if err != nil {
		return "", err
	}
	c := h.channels.find(ctx, i.ChannelID, i.GuildID)
	filter, err := h.access.visible(ctx, c)
	if err != nil {
		return "", err
	}
	link := fmt.Sprintf("%s/channels/%s/%s/%s", h.send.api.Web(), c.server, c.id, id)
	d := rag.Document{
		ID: rag.DocumentID(link), Source: link, URL: link, Title: oneLine(values["title"]), Collection: h.access.addTo(c, filter),
		Published: m.Timestamp, Text: bot.Clean(values["text"]), Author: oneLine(displayName(m.Author)),
	}
	if text.Normalize(values["text"]) == "" {
		return "That contains no text, so I did not add it.", nil
	}
	if err := h.articles.Add(ctx, d); err != nil {
		return "", err
	}
	h.catalog.changed()
	asked, searched := h.replies.questionOf(ctx, i.ChannelID, m)
	closed := h.gaps.close(ctx, c, filter, d.ID, values["title"], asked, searched)
	says := "Added " + source(d.Title, d.URL, d.Published) + " as a source."
	if closed {
		says += " The question is now closed: I'll answer the next person from this source."
	}
	return says, nil
}

// displayName returns the name that people see of a user.
func displayName(u *discordgo.User) string {
	if u.GlobalName != "" {
		return u.GlobalName
	}
	return u.Username
}
