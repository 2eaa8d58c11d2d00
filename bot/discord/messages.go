package discord

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"footnote/bot"
	"footnote/bot/discord/protocol"
	"footnote/rag"
)

// onMessage decides whether a message asks something.
func (l *live) onMessage(ctx context.Context, m *discordgo.Message) {
	ignored := ""
	switch {
	case m.Author == nil || m.WebhookID != "":
		ignored = "from a webhook"
	case m.Author.ID == l.me:
		ignored = "its own"
	case m.Author.Bot:
		ignored = "from another bot"
	case m.Type != discordgo.MessageTypeDefault && m.Type != discordgo.MessageTypeReply:
		ignored = "not written by a person"
	case !l.seen.add(m.ID, struct{}{}):
		ignored = "seen before"
	}
	if ignored != "" {
		l.Log.Debug("message ignored", "message", m.ID, "cause", ignored)
		return
	}
	c := l.channel(ctx, m.ChannelID, m.GuildID)
	p := l.place(c)
	mentioned := slices.ContainsFunc(m.Mentions, func(u *discordgo.User) bool { return u.ID == l.me }) && l.named(m)
	replied := m.ReferencedMessage != nil && m.ReferencedMessage.Author != nil && m.ReferencedMessage.Author.ID == l.me
	text := l.stripped(m.Content)
	if m.ID == c.id && c.thread() && !strings.Contains(text, c.name) { // a post in a forum: its title asks as well
		text = strings.TrimSpace(c.name + "\n" + text)
	}
	talking := c.thread() && (c.owner == l.me || l.talking(c.id))

	if replied && l.offerSource(ctx, c, m) {
		return
	}
	j := &job{id: m.ID, message: m.ID, server: c.server, channel: c, asker: m.Author.ID, asked: l.Now(), question: text, place: p}
	switch {
	case c.server == "":
		j.server, j.talk = m.Author.ID, c.id
	case p.Policy == Off:
		l.Log.Debug("message ignored", "message", m.ID, "cause", "the channel is off")
		return
	case mentioned || replied:
	case talking && text != "":
	case talking:
		l.unread(ctx, c, m)
		return
	case p.Policy.content() && text != "":
		j.auto = true
		if says := checkAsk(text); says != "" {
			l.Log.Debug("message ignored", "message", m.ID, "cause", says)
			return
		}
	default:
		return
	}
	if c.thread() {
		j.talk = c.id
	} else if replied {
		j.talk = l.talkAt(ctx, c.id, m)
	}
	out := &channelOutput{l: l, id: m.ID, channel: c.id, reply: m.ID}
	j.out = out
	tell := func(says string) {
		if j.auto {
			l.Log.Debug("message ignored", "message", m.ID, "cause", says)
			return
		}
		out.open = nil
		if err := out.show(ctx, message{Content: says}); err != nil {
			l.cannotWrite(ctx, j, err)
		}
	}
	var err error
	if j.filter, err = l.visible(ctx, c); err != nil {
		l.Log.Error("articles not listed", "cause", err)
		tell(notRead)
		return
	}
	if wantsThread(j, c) {
		out.open = func(ctx context.Context) string { return l.beginThread(ctx, j, c, m) }
	}
	if text == "" && mentioned && !replied && m.MessageReference != nil {
		if j.question = l.pointedAt(ctx, c.id, m); j.question == "" {
			l.notAsked(j.id, "no_question")
			tell("I cannot read what you reply to: choose Apps › " + menuAnswer + " on that message, or ask me in words.")
			return
		}
	}
	l.ask(ctx, j, tell)
}

// talkAt is the conversation that a reply to the bot goes on with; after a
// restart, the one turn that can be read in the channel.
func (l *live) talkAt(ctx context.Context, channel string, m *discordgo.Message) string {
	answer := m.ReferencedMessage
	if talk, _, ok := l.talkOf.get(answer.ID); ok {
		return talk
	}
	asked, _ := l.questionOf(ctx, channel, m)
	if asked == "" {
		return ""
	}
	talk := "message/" + answer.ID
	l.talks.put(talk, []rag.Turn{{Question: asked, Answer: unescape(answer.Content)}})
	l.talkOf.put(answer.ID, talk)
	return talk
}

// pointedAt is what the message says that another, of the bot's name alone,
// replies to; empty if it cannot be read.
func (l *live) pointedAt(ctx context.Context, channel string, m *discordgo.Message) string {
	ref := m.ReferencedMessage
	if l.mayRead && (ref == nil || ref.Content == "") {
		var err error
		if ref, err = l.message(ctx, channel, m.MessageReference.MessageID); err != nil {
			l.Log.Warn("message replied to not read", "cause", err)
			return ""
		}
	}
	if ref == nil {
		return ""
	}
	return l.stripped(ref.Content)
}

// named reports whether a message names the bot itself, and does not only
// reply to it or name everyone.
func (l *live) named(m *discordgo.Message) bool {
	return strings.Contains(m.Content, "<@"+l.me+">") || strings.Contains(m.Content, "<@!"+l.me+">")
}

// stripped is what a message says, without the bot's name.
func (l *live) stripped(content string) string {
	return strings.TrimSpace(strings.NewReplacer("<@"+l.me+">", "", "<@!"+l.me+">", "").Replace(content))
}

func (l *live) talking(thread string) bool {
	_, _, ok := l.talks.get(thread)
	return ok
}

// wantsThread reports whether the answer goes into a thread of its own.
func wantsThread(j *job, c *channel) bool {
	return c.kind == discordgo.ChannelTypeGuildText && c.server != "" && j.talk == "" && (j.auto || j.place.threads())
}

// beginThread begins a thread at a question, and gives its id; empty, if it may
// not.
func (l *live) beginThread(ctx context.Context, j *job, c *channel, m *discordgo.Message) string {
	var t discordgo.Channel
	name := cutUnits(strings.Join(strings.Fields(bot.Clean(j.text())), " "), 90)
	err := l.api.Do(ctx, http.MethodPost, "/channels/"+c.id+"/messages/"+m.ID+"/threads", body{"name": name, "auto_archive_duration": 1440}, &t)
	switch {
	case protocol.Is(err, protocol.ThreadExists):
		return m.ID
	case err != nil:
		l.Log.Warn("no thread, so the answer is a reply", "channel", c.id, "cause", err)
		return ""
	}
	t.GuildID, t.OwnerID = c.server, l.me
	l.know(&t)
	return t.ID
}

// unread tells those in a thread, once, that its messages cannot be read.
func (l *live) unread(ctx context.Context, c *channel, m *discordgo.Message) {
	if l.reading.Load() || len(m.Attachments) > 0 || !l.told.add("unread/"+c.id, struct{}{}) {
		return
	}
	if _, err := l.say(ctx, c.id, message{Reply: m.ID, Nonce: nonce("unread", m.ID), Content: "I cannot read messages that do not name me here: begin with <@" + l.me + ">, or reply to one of mine."}); err != nil {
		l.Log.Warn("not said", "channel", c.id, "cause", err)
	}
}

// onEdit takes up a question that was changed while it waits.
func (l *live) onEdit(m *discordgo.Message) {
	if m.EditedTimestamp == nil || m.Author == nil || m.Author.ID == l.me {
		return
	}
	text := l.stripped(m.Content)
	if j := l.queue.find(m.ID, false); j != nil && checkAsk(text) == "" {
		j.mu.Lock()
		j.question = text
		j.mu.Unlock()
		return
	}
	l.Log.Debug("edit ignored", "message", m.ID, "cause", "it is answered, or was no question")
}

// onDelete drops a question that was deleted.
func (l *live) onDelete(ctx context.Context, id string) {
	if j := l.queue.find(id, true); j != nil {
		l.Metrics.questions.WithLabelValues("deleted").Inc()
		l.goTask(ctx, func(ctx context.Context) { l.withdraw(ctx, j) })
		return
	}
	if v, ok := l.jobs.Load(id); ok {
		v.(*job).cancel(errGone)
	}
}

// withdraw takes away what was shown of an answer to a message.
func (l *live) withdraw(ctx context.Context, j *job) {
	j.begin()
	o, ok := j.out.(*channelOutput)
	if !ok {
		return
	}
	for _, id := range o.posted() {
		if err := l.api.Do(ctx, http.MethodDelete, "/channels/"+o.channel+"/messages/"+id, nil, nil); err != nil {
			l.Log.Warn("what was shown of an answer stays", "message", id, "cause", err)
		}
	}
}

// miss records a question that the articles did not answer.
func (l *live) miss(ctx context.Context, x *answered) {
	seen := x.filter
	if server := x.job.channel.server; server != "" && !slices.ContainsFunc(seen.Collections, func(c string) bool { return l.settings.given()[c] == server }) && !slices.Contains(seen.Collections, own(server)) {
		// Asked of one collection that other servers see as well; the question is none of theirs.
		seen.Collections = append(slices.Clone(seen.Collections), own(server))
	}
	m, ok := rag.NewMiss(x.answer, seen)
	if !ok {
		return
	}
	who, err := l.Records.Person(ctx, "discord/"+x.job.asker)
	if err == nil {
		m.Who, m.At, m.Private = who, l.Now(), x.job.private || x.job.channel.server == ""
		err = l.Records.AddMiss(ctx, m)
	}
	if err != nil {
		l.Log.Error("gap not recorded", "cause", err)
	}
}
