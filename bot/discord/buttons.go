package discord

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"footnote/bot"
	"footnote/rag"
)

// buttons do what the buttons and forms below answers ask for.
type buttons struct {
	send      *sender
	channels  *channels
	access    *access
	settings  *settings
	catalog   *catalog
	answers   *answers
	claims    *claims
	feedback  *feedback
	sources   *sources
	presenter *presenter
	log       *slog.Logger
}

const (
	oldButton = "This button belongs to an older version of me. Ask again to get buttons that work."
	oldAnswer = "I no longer remember this answer. Ask the question again."
	oldForm   = "This form belongs to an older version of me. Press the button again."
)

// press does what a button says.
func (h *buttons) press(ctx context.Context, i *discordgo.Interaction) {
	id := i.MessageComponentData().CustomID
	does, key, asker, ok := parseButtonID(id)
	if !ok {
		h.unknown(ctx, i, id)
		return
	}
	x := h.answerOf(ctx, i, key)
	switch does {
	case "good":
		h.feedback.record(ctx, i, key, x, true, "")
	case "bad":
		h.reasonForm(ctx, i, "bad", key, "What is wrong with the answer?", "Describe it in your own words (optional)", false)
	case "wrong":
		h.reasonForm(ctx, i, "wrong", key, "Wrong source", "Which source is wrong, and why?", true)
	case "passages", "share", "more":
		switch {
		case x == nil:
			h.send.tell(ctx, i, oldAnswer)
		case does == "passages":
			h.passages(ctx, i, x)
		case does == "more":
			h.more(ctx, i, x)
		default:
			h.share(ctx, i, x)
		}
	case "person":
		h.askPerson(ctx, i, key, x)
	case "delete":
		h.remove(ctx, i, asker, x)
	case "source":
		h.sources.pressed(ctx, i, key)
	default:
		h.unknown(ctx, i, id)
	}
}

func (h *buttons) unknown(ctx context.Context, i *discordgo.Interaction, id string) {
	h.log.Warn("unknown button", "id", cutUnits(id, 100))
	h.send.tell(ctx, i, oldButton)
}

// reasonForm asks for a reason.
func (h *buttons) reasonForm(ctx context.Context, i *discordgo.Interaction, does, key, title, label string, required bool) {
	_ = h.send.respond(ctx, i, discordgo.InteractionResponseModal, body{ // respond logs it
		"title": title, "custom_id": buttonID(does, key, i.ID),
		"components": []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			discordgo.TextInput{CustomID: "reason", Label: label, Style: discordgo.TextInputParagraph, Required: required, MaxLength: maxReason},
		}}},
	})
}

// submit takes a form. A form that is sent twice counts once.
func (h *buttons) submit(ctx context.Context, i *discordgo.Interaction) {
	d := i.ModalSubmitData()
	does, key, form, ok := parseButtonID(d.CustomID)
	if !ok || does != "bad" && does != "wrong" && does != "source" {
		h.log.Warn("unknown form", "id", cutUnits(d.CustomID, 100))
		h.send.tell(ctx, i, oldForm)
		return
	}
	if !h.claims.firstOrTell(ctx, i, "form", nonce(form, userOf(i).ID), "You already sent this form.") {
		return
	}
	values := map[string]string{}
	for _, row := range d.Components {
		r, ok := row.(*discordgo.ActionsRow)
		if !ok {
			continue
		}
		for _, c := range r.Components {
			if t, ok := c.(*discordgo.TextInput); ok {
				values[t.CustomID] = strings.TrimSpace(t.Value)
			}
		}
	}
	if does == "source" {
		h.sources.submitted(ctx, i, key, values)
		return
	}
	reason := cutUnits(values["reason"], maxReason)
	if does == "wrong" {
		reason = "wrong source: " + reason
	}
	h.feedback.record(ctx, i, key, h.answerOf(ctx, i, key), false, reason)
}

// passages shows one person what the answer was made from.
func (h *buttons) passages(ctx context.Context, i *discordgo.Interaction, x *answered) {
	filter, err := h.access.visible(ctx, h.channels.find(ctx, i.ChannelID, i.GuildID))
	if err != nil {
		h.log.Error("cannot list articles", "cause", err)
	}
	_, infos, err := h.catalog.list(ctx)
	if err != nil {
		h.log.Error("cannot list articles", "cause", err)
	}
	var b strings.Builder
	for n, p := range x.answer.Passages {
		gone := !slices.ContainsFunc(infos, func(i rag.Info) bool { return i.ID == p.Chunk.Doc })
		if gone || within(filter, p.Chunk.Collection).Collections == nil {
			continue // the article was removed, or may no longer be seen in this channel
		}
		next := fmt.Sprintf("**%d.** %s\n> %s\n", n+1, source(p.Chunk.Title, p.Chunk.URL, p.Chunk.Published),
			escapeIn(strings.Join(strings.Fields(p.Text), " "), 900))
		if units(b.String())+units(next) > maxDescription {
			break
		}
		b.WriteString(next)
	}
	if b.Len() == 0 {
		h.send.tell(ctx, i, "I can't show any of the passages here.")
		return
	}
	h.send.tellMessage(ctx, i, message{Title: "Passages behind this answer", Notes: strings.TrimSpace(b.String())})
}

// more shows one person the sentences that come next after those of an answer.
func (h *buttons) more(ctx context.Context, i *discordgo.Interaction, x *answered) {
	if !h.stillVisible(ctx, i, x) {
		h.send.tell(ctx, i, "I may no longer quote the articles of this answer here. Ask again.")
		return
	}
	a, err := bot.More(ctx, x.answer)
	if err != nil {
		h.log.Error("cannot show more sentences", "cause", err)
		h.send.tell(ctx, i, "I could not look for more. Press the button again.")
		return
	}
	h.reply(ctx, i, x, a, &job{asker: userOf(i).ID, private: true})
}

// share shows everybody an answer that only one person has seen.
func (h *buttons) share(ctx context.Context, i *discordgo.Interaction, x *answered) {
	c := x.job.channel
	if userOf(i).ID != x.job.asker {
		h.send.tell(ctx, i, "Only the person who asked can share the answer.")
		return
	}
	if h.access.config(c).Policy == Off && c.server != "" {
		h.send.tell(ctx, i, "I'm switched off in this channel, so you can't share the answer here.")
		return
	}
	if !h.stillVisible(ctx, i, x) {
		h.send.tell(ctx, i, "I may no longer quote the articles of this answer here. Ask again.")
		return
	}
	if !h.claims.firstOrTell(ctx, i, "share", x.key, "You already shared this answer.") {
		return
	}
	h.reply(ctx, i, x, x.answer, &job{asker: x.job.asker, quoted: true})
}

// reply shows an answer to the question of x as a reply to an interaction. Of j, the
// asker, private and quoted are set.
func (h *buttons) reply(ctx context.Context, i *discordgo.Interaction, x *answered, a rag.Answer, j *job) {
	flags := body{}
	if j.private {
		flags["flags"] = ephemeral
	}
	if h.send.respond(ctx, i, discordgo.InteractionResponseDeferredChannelMessageWithSource, flags) != nil {
		return
	}
	j.id, j.server, j.channel, j.config = x.job.id, x.job.server, x.job.channel, x.job.config
	j.out = &interactionOutput{send: h.send, i: i, private: j.private}
	next := &answered{key: newKey(), question: x.question, answer: a, filter: x.filter, job: j, gap: x.gap}
	h.answers.add(next)
	if err := h.presenter.show(ctx, next, 0); err != nil {
		h.log.Error("cannot show an answer again", "cause", err)
		return
	}
	h.answers.link(next.key, j.out.posted()...)
}

// answerOf returns the answer that a button or a form belongs to; nil if it is
// not remembered, or was given neither in this channel nor in a thread of it.
func (h *buttons) answerOf(ctx context.Context, i *discordgo.Interaction, key string) *answered {
	x := h.answers.get(key)
	if x == nil || x.job.channel.id == i.ChannelID {
		return x
	}
	if c := h.channels.find(ctx, i.ChannelID, i.GuildID); c.parentOf() != x.job.channel.id {
		return nil
	}
	return x
}

// stillVisible reports whether everything that an answer may quote may be quoted
// in the channel of an interaction.
func (h *buttons) stillVisible(ctx context.Context, i *discordgo.Interaction, x *answered) bool {
	f, err := h.access.visible(ctx, h.channels.find(ctx, i.ChannelID, i.GuildID))
	if err != nil {
		h.log.Error("cannot list articles", "cause", err)
		return false
	}
	for _, c := range x.filter.Collections {
		if !slices.Contains(f.Collections, c) {
			return false
		}
	}
	return true
}

// askPerson pings the helper role, once for each answer. x is nil if the answer
// is not remembered.
func (h *buttons) askPerson(ctx context.Context, i *discordgo.Interaction, key string, x *answered) {
	role := h.settings.forServer(i.GuildID).Helper
	if role == "" {
		h.send.tell(ctx, i, "No helper role is set. An admin sets one with `/footnote setup helper:`.")
		return
	}
	if !h.claims.firstOrTell(ctx, i, "person", key, "A person was already asked.") {
		return
	}
	what := "the question above"
	if x != nil && (!x.job.private || userOf(i).ID == x.job.asker) {
		what = "“" + escapeIn(strings.Join(strings.Fields(x.question), " "), 500) + "”"
	}
	m := message{Content: fmt.Sprintf("<@&%s> <@%s> asks for help from a person: %s\n%s", role, userOf(i).ID, what, callNote), Ping: role}
	if h.send.respond(ctx, i, discordgo.InteractionResponseChannelMessageWithSource, m.body()) != nil {
		return
	}
	sent, err := h.send.original(ctx, i)
	if err != nil {
		h.log.Warn("cannot look up the call for a person; replies to it will not be recognized", "cause", err)
		return
	}
	if x == nil {
		return
	}
	// A reply to the call is a person's answer, so the question counts as a gap
	// even if the bot answered it.
	call := &answered{key: newKey(), question: x.question, answer: x.answer, filter: x.filter, job: x.job, gap: true}
	h.answers.add(call)
	h.answers.link(call.key, sent.ID)
}

// remove deletes an answer for its asker or a moderator. x is nil if the answer
// is not remembered.
func (h *buttons) remove(ctx context.Context, i *discordgo.Interaction, asker string, x *answered) {
	if userOf(i).ID != asker && !may(i, discordgo.PermissionManageMessages) {
		h.send.tell(ctx, i, "Only the person who asked and moderators can delete an answer.")
		return
	}
	if h.send.respond(ctx, i, discordgo.InteractionResponseDeferredMessageUpdate, nil) != nil {
		return
	}
	if err := h.send.removeOriginal(ctx, i); err != nil {
		h.log.Warn("cannot delete answer", "message", i.Message.ID, "cause", err)
	}
	if x == nil {
		return
	}
	for _, id := range x.job.out.posted() {
		if id == i.Message.ID {
			continue
		}
		if err := h.send.remove(ctx, i.ChannelID, id); err != nil {
			h.log.Warn("cannot delete answer", "message", id, "cause", err)
		}
	}
}
