package discord

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"footnote/rag"
)

// What a button's id begins with. It is followed by what the button does, the
// key of its answer, and the person who asked.
const buttonPrefix = "fn"

func buttonID(parts ...string) string {
	return strings.Join(append([]string{buttonPrefix}, parts...), "/")
}

// buttons are what can be done with an answer.
func (l *live) buttons(x *answered) []discordgo.MessageComponent {
	button := func(label, emoji, does string, style discordgo.ButtonStyle) discordgo.MessageComponent {
		b := discordgo.Button{Label: label, Style: style, CustomID: buttonID(does, x.key, x.job.asker)}
		if emoji != "" {
			b.Emoji = &discordgo.ComponentEmoji{Name: emoji}
		}
		return b
	}
	grey := discordgo.SecondaryButton
	first := []discordgo.MessageComponent{button("", "👍", "good", grey), button("", "👎", "bad", grey)}
	if len(x.answer.Citations) > 0 {
		first = append(first, button("Wrong source", "", "wrong", grey))
	}
	if len(x.answer.Passages) > 0 {
		first = append(first, button("Show the passages", "", "passages", grey))
	}
	var second []discordgo.MessageComponent
	if x.job.private {
		second = append(second, button("Share", "", "share", discordgo.PrimaryButton))
	}
	if s := x.job.channel.server; s != "" && l.settings.server(s).Helper != "" {
		second = append(second, button("Ask a person", "", "person", grey))
	}
	if !x.job.private {
		second = append(second, button("Delete", "", "delete", grey))
	}
	return []discordgo.MessageComponent{discordgo.ActionsRow{Components: first}, discordgo.ActionsRow{Components: second}}
}

const (
	oldButton = "This button is of an older version of me: ask again, and the new answer has buttons that work."
	oldAnswer = "I no longer remember this answer: ask again, and the new one has all that belongs to it."
)

// press does what a button says.
func (l *live) press(ctx context.Context, i *discordgo.Interaction) {
	id := i.MessageComponentData().CustomID
	parts := strings.Split(id, "/")
	if len(parts) != 4 || parts[0] != buttonPrefix {
		l.Log.Warn("button not known", "id", cutUnits(id, 100))
		l.tell(ctx, i, oldButton)
		return
	}
	does, key, asker := parts[1], parts[2], parts[3]
	x, _, known := l.answers.get(key)
	switch does {
	case "good":
		l.opinion(ctx, i, key, x, true, "")
	case "bad":
		l.form(ctx, i, "bad", key, "What is wrong with the answer?", "In your words (may be left empty)", false)
	case "wrong":
		l.form(ctx, i, "wrong", key, "A wrong source", "Which, and what is wrong with it?", true)
	case "passages":
		if !known {
			l.tell(ctx, i, oldAnswer)
			return
		}
		l.passages(ctx, i, x)
	case "share":
		if !known {
			l.tell(ctx, i, oldAnswer)
			return
		}
		l.share(ctx, i, x)
	case "person":
		l.askPerson(ctx, i, key, x)
	case "delete":
		l.deleteAnswer(ctx, i, asker, x)
	case "source":
		l.addReply(ctx, i, key)
	default:
		l.Log.Warn("button not known", "id", cutUnits(id, 100))
		l.tell(ctx, i, oldButton)
	}
}

// form asks for a reason.
func (l *live) form(ctx context.Context, i *discordgo.Interaction, does, key, title, label string, required bool) {
	_ = l.respond(ctx, i, discordgo.InteractionResponseModal, body{ // it is logged there
		"title": title, "custom_id": buttonID(does, key, i.ID),
		"components": []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			discordgo.TextInput{CustomID: "reason", Label: label, Style: discordgo.TextInputParagraph, Required: required, MaxLength: 1000},
		}}},
	})
}

// submit takes a form. A form that is sent twice counts once.
func (l *live) submit(ctx context.Context, i *discordgo.Interaction) {
	d := i.ModalSubmitData()
	parts := strings.Split(d.CustomID, "/")
	if len(parts) != 4 || parts[0] != buttonPrefix || parts[1] != "bad" && parts[1] != "wrong" && parts[1] != "source" {
		l.Log.Warn("form not known", "id", cutUnits(d.CustomID, 100))
		l.tell(ctx, i, "This form is of an older version of me: press the button again.")
		return
	}
	if !l.claimed(ctx, i, "form", nonce(parts[3], userOf(i).ID), "You have sent this form already, and I have it.") {
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
	if parts[1] == "source" {
		l.addForm(ctx, i, parts[2], values)
		return
	}
	reason := cutUnits(values["reason"], 1000)
	if parts[1] == "wrong" {
		reason = "wrong source: " + reason
	}
	x, _, _ := l.answers.get(parts[2])
	l.opinion(ctx, i, parts[2], x, false, reason)
}

// opinion records what a person thinks of an answer; x is nil if it is no
// longer known.
func (l *live) opinion(ctx context.Context, i *discordgo.Interaction, key string, x *answered, good bool, reason string) {
	who, err := l.Records.Person(ctx, "discord/"+userOf(i).ID)
	f := rag.Feedback{Answer: "discord/" + key, Who: who, Good: good, Reason: reason, At: l.Now()}
	if x != nil {
		f.Verdict, f.Filter = x.answer.Verdict, x.filter
		for _, c := range x.answer.Citations {
			f.Docs = append(f.Docs, c.Doc)
		}
		if l.settings.server(x.job.channel.server).Keep && !x.job.private {
			f.Question, f.Text = x.question, x.answer.Text
		}
	} else if err == nil {
		f.Filter, err = l.visible(ctx, l.channel(ctx, i.ChannelID, i.GuildID))
	}
	if err == nil {
		err = l.Records.AddFeedback(ctx, f)
	}
	if err != nil {
		l.Log.Error("feedback not recorded", "cause", err)
		l.tell(ctx, i, "%s", notWritten)
		return
	}
	l.Metrics.feedback.WithLabelValues(map[bool]string{true: "good", false: "bad"}[good]).Inc()
	says := "Thank you; I have noted that this was of use."
	if !good {
		says = "Thank you; I have noted that."
		if l.settings.server(i.GuildID).Helper != "" {
			says += " \"Ask a person\" below the answer finds somebody who may know."
		}
	}
	l.tell(ctx, i, "%s", says)
}

// passages shows one person what the answer was made from.
func (l *live) passages(ctx context.Context, i *discordgo.Interaction, x *answered) {
	filter, err := l.visible(ctx, l.channel(ctx, i.ChannelID, i.GuildID))
	if err != nil {
		l.Log.Error("articles not listed", "cause", err)
	}
	_, infos, err := l.listed(ctx)
	if err != nil {
		l.Log.Error("articles not listed", "cause", err)
	}
	var b strings.Builder
	for n, p := range x.answer.Passages {
		gone := !slices.ContainsFunc(infos, func(i rag.Info) bool { return i.ID == p.Chunk.Doc })
		if gone || within(filter, p.Chunk.Collection).Collections == nil {
			continue // removed, or taken from this channel since
		}
		next := fmt.Sprintf("**%d.** %s\n> %s\n", n+1, source(p.Chunk.Title, p.Chunk.URL, p.Chunk.Published),
			escapeIn(strings.Join(strings.Fields(p.Text), " "), 900))
		if units(b.String())+units(next) > maxDescription {
			break
		}
		b.WriteString(next)
	}
	if b.Len() == 0 {
		l.tell(ctx, i, "There is no passage that may be shown here.")
		return
	}
	l.tellMessage(ctx, i, message{Title: "What the answer was made from", Notes: strings.TrimSpace(b.String())})
}

// share shows everybody an answer that one person saw.
func (l *live) share(ctx context.Context, i *discordgo.Interaction, x *answered) {
	if userOf(i).ID != x.job.asker {
		l.tell(ctx, i, "Only who asked can share the answer.")
		return
	}
	if l.place(x.job.channel).Policy == Off && x.job.channel.server != "" {
		l.tell(ctx, i, "I am switched off in this channel, so the answer cannot be shared here.")
		return
	}
	if !l.visibleNow(ctx, x) {
		l.tell(ctx, i, "The articles of this answer may no longer be quoted here: ask again.")
		return
	}
	if !l.claimed(ctx, i, "share", x.key, "You have shared it already.") {
		return
	}
	if l.respond(ctx, i, discordgo.InteractionResponseDeferredChannelMessageWithSource, body{}) != nil {
		return
	}
	j := &job{id: x.job.id, server: x.job.server, channel: x.job.channel, asker: x.job.asker, echo: true, place: x.job.place}
	j.out = &interactionOutput{l: l, i: i}
	public := &answered{key: newKey(), question: x.question, answer: x.answer, filter: x.filter, job: j, gap: x.gap}
	l.answers.put(public.key, public)
	if err := l.show(ctx, public, 0); err != nil {
		l.Log.Error("answer not shared", "cause", err)
		return
	}
	for _, id := range j.out.posted() {
		l.answerOf.put(id, public.key)
	}
}

// visibleNow reports whether all that an answer quotes and names may be quoted
// in its channel still.
func (l *live) visibleNow(ctx context.Context, x *answered) bool {
	f, err := l.visible(ctx, l.channel(ctx, x.job.channel.id, x.job.channel.server))
	if err != nil {
		l.Log.Error("articles not listed", "cause", err)
		return false
	}
	for _, c := range x.filter.Collections {
		if !slices.Contains(f.Collections, c) {
			return false
		}
	}
	return true
}

// callNote ends a call for a person, and tells it from the bot's other messages.
const callNote = "-# A reply to this message can be made a source."

// askPerson pings the role that the admin named, once for each answer.
func (l *live) askPerson(ctx context.Context, i *discordgo.Interaction, key string, x *answered) {
	role := l.settings.server(i.GuildID).Helper
	if role == "" {
		l.tell(ctx, i, "No role is set that I could ask: an admin sets one with `/footnote setup helper:`.")
		return
	}
	if !l.claimed(ctx, i, "person", key, "Somebody has been asked already.") {
		return
	}
	what := "the question above"
	if x != nil && (!x.job.private || userOf(i).ID == x.job.asker) {
		what = "“" + escapeIn(strings.Join(strings.Fields(x.question), " "), 500) + "”"
	}
	m := message{Content: fmt.Sprintf("<@&%s> <@%s> asks a person: %s\n%s", role, userOf(i).ID, what, callNote), Ping: role}
	if l.respond(ctx, i, discordgo.InteractionResponseChannelMessageWithSource, m.body()) != nil {
		return
	}
	var sent discordgo.Message
	if err := l.api.Do(ctx, http.MethodGet, "/webhooks/"+l.app+"/"+i.Token+"/messages/@original", nil, &sent); err != nil {
		l.Log.Warn("a reply to the call for a person will not be known as one", "cause", err)
		return
	}
	if x == nil {
		return
	}
	// A reply to the call is a person's answer, whatever the bot's own was.
	call := &answered{key: newKey(), question: x.question, answer: x.answer, filter: x.filter, job: x.job, gap: true}
	l.answers.put(call.key, call)
	l.answerOf.put(sent.ID, call.key)
}

// deleteAnswer takes an answer away, for who asked and for moderators.
func (l *live) deleteAnswer(ctx context.Context, i *discordgo.Interaction, asker string, x *answered) {
	if userOf(i).ID != asker && !may(i, discordgo.PermissionManageMessages) {
		l.tell(ctx, i, "Only who asked and moderators can delete an answer.")
		return
	}
	if l.respond(ctx, i, discordgo.InteractionResponseDeferredMessageUpdate, nil) != nil {
		return
	}
	ids := []string{i.Message.ID}
	if x != nil {
		for _, id := range x.job.out.posted() {
			if id != i.Message.ID {
				ids = append(ids, id)
			}
		}
	}
	for _, id := range ids {
		path := "/channels/" + i.ChannelID + "/messages/" + id
		if id == i.Message.ID {
			path = "/webhooks/" + l.app + "/" + i.Token + "/messages/@original"
		}
		if err := l.api.Do(ctx, http.MethodDelete, path, nil, nil); err != nil {
			l.Log.Warn("answer not deleted", "message", id, "cause", err)
		}
	}
}
