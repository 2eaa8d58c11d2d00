package discord

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/discord/protocol"
	"footnote/rag"
)

// messages decides whether a message asks the bot something.
type messages struct {
	me            identity
	connections   *connections
	send          *sender
	channels      *channels
	access        *access
	conversations *conversations
	replies       *replies
	sources       *sources
	intake        *intake
	queue         *queue
	inFlight      *inFlight
	tasks         *tasks
	metrics       *Metrics
	log           *slog.Logger
	now           func() time.Time

	seen   *memory[struct{}] // ids of messages
	warned *memory[struct{}] // threads where the bot said that it cannot read messages
}

// created handles a new message: it queues the question, if it is one.
func (h *messages) created(ctx context.Context, m *discordgo.Message) {
	if cause := h.ignored(m); cause != "" {
		h.log.Debug("message ignored", "message", m.ID, "cause", cause)
		return
	}
	c := h.channels.find(ctx, m.ChannelID, m.GuildID)
	config := h.access.config(c)
	mentioned := slices.ContainsFunc(m.Mentions, func(u *discordgo.User) bool { return u.ID == h.me.user }) && h.me.namedIn(m.Content)
	replied := m.ReferencedMessage != nil && m.ReferencedMessage.Author != nil && m.ReferencedMessage.Author.ID == h.me.user
	text := h.me.strip(m.Content)
	if m.ID == c.id && c.thread() && !strings.Contains(text, c.name) { // a post in a forum: its title is part of the question
		text = strings.TrimSpace(c.name + "\n" + text)
	}
	talking := c.thread() && (c.owner == h.me.user || h.conversations.active(c.id))

	if replied && h.sources.offer(ctx, c, m) {
		return
	}
	j := &job{id: m.ID, server: c.server, channel: c, asker: m.Author.ID, asked: h.now(), question: text, config: config}
	switch {
	case c.server == "":
		j.server, j.conversation = m.Author.ID, c.id
	case config.Policy == Off:
		h.log.Debug("message ignored", "message", m.ID, "cause", "the channel is off")
		return
	case mentioned || replied:
	case talking && text != "":
	case talking:
		h.cannotRead(ctx, c, m)
		return
	case config.Policy.readsAll() && text != "":
		j.unprompted = true
		if says := checkQuestion(text); says != "" {
			h.log.Debug("message ignored", "message", m.ID, "cause", says)
			return
		}
	default:
		return
	}
	if c.thread() {
		j.conversation = c.id
	} else if replied {
		j.conversation = h.conversationOf(ctx, c.id, m)
	}
	h.ask(ctx, j, m, mentioned && !replied)
}

// ignored returns why a message asks nothing, whatever it says; empty if it may
// be a question.
func (h *messages) ignored(m *discordgo.Message) string {
	switch {
	case m.Author == nil || m.WebhookID != "":
		return "from a webhook"
	case m.Author.ID == h.me.user:
		return "written by the bot"
	case m.Author.Bot:
		return "from another bot"
	case m.Type != discordgo.MessageTypeDefault && m.Type != discordgo.MessageTypeReply:
		return "not written by a person"
	case !h.seen.add(m.ID, struct{}{}):
		return "seen before"
	}
	return ""
}

// ask hands a question on. If named is set, the message mentions the bot and does
// not reply to it; if it says nothing else, the question is the message that it
// replies to.
func (h *messages) ask(ctx context.Context, j *job, m *discordgo.Message, named bool) {
	c := j.channel
	out := &channelOutput{send: h.send, id: m.ID, channel: c.id, reply: m.ID}
	j.out = out
	tell := func(says string) {
		if j.unprompted {
			h.log.Debug("message ignored", "message", m.ID, "cause", says)
			return
		}
		out.open = nil
		if err := out.show(ctx, message{Content: says}); err != nil {
			h.send.undelivered(ctx, j, err)
		}
	}
	var err error
	if j.filter, err = h.access.searchable(ctx, c); err != nil {
		h.intake.refused(j.id, "no_articles")
		tell(h.access.sorry(err))
		return
	}
	if wantsThread(j, c) {
		out.open = func(ctx context.Context) string { return h.startThread(ctx, j, m) }
	}
	if j.question == "" && named && m.MessageReference != nil {
		if j.question = h.replies.textOf(ctx, c.id, m); j.question == "" {
			h.intake.refused(j.id, "no_question")
			tell("I can't read the message you reply to. Choose Apps › " + menuAnswer + " on that message, or write your question.")
			return
		}
	}
	h.intake.take(ctx, j, tell)
}

// conversationOf returns the conversation that a reply to the bot continues.
// After a restart, that is the one turn which can be read in the channel.
func (h *messages) conversationOf(ctx context.Context, channel string, m *discordgo.Message) string {
	answer := m.ReferencedMessage
	if key, ok := h.conversations.of(answer.ID); ok {
		return key
	}
	asked, _ := h.replies.questionOf(ctx, channel, m)
	if asked == "" {
		return ""
	}
	key := "message/" + answer.ID
	h.conversations.add(key, nil, rag.Turn{Question: asked, Answer: unescape(answer.Content)}, answer.ID)
	return key
}

// wantsThread reports whether the answer goes into a new thread.
func wantsThread(j *job, c *channel) bool {
	return c.kind == discordgo.ChannelTypeGuildText && c.server != "" && j.conversation == "" && (j.unprompted || j.config.threads())
}

// startThread starts a thread at a question, and returns its id; empty if the
// bot may not.
func (h *messages) startThread(ctx context.Context, j *job, m *discordgo.Message) string {
	c := j.channel
	name := cutUnits(oneLine(j.text()), 90)
	t, err := h.send.startThread(ctx, c.id, m.ID, name)
	switch {
	case protocol.Is(err, protocol.ThreadExists):
		return m.ID
	case err != nil:
		h.log.Warn("cannot start a thread; replying instead", "channel", c.id, "cause", err)
		return ""
	}
	t.GuildID, t.OwnerID = c.server, h.me.user
	h.channels.learn(t)
	return t.ID
}

// cannotRead tells the people in a thread, once an hour, that the bot cannot
// read messages that do not name it.
func (h *messages) cannotRead(ctx context.Context, c *channel, m *discordgo.Message) {
	if h.connections.reading() || len(m.Attachments) > 0 || !h.warned.add(c.id, struct{}{}) {
		return
	}
	if _, err := h.send.post(ctx, c.id, message{Reply: m.ID, Nonce: nonce("unread", m.ID), Content: "I can't read messages here that don't mention me. Start with <@" + h.me.user + ">, or reply to one of my messages."}); err != nil {
		h.log.Warn("cannot post a message", "channel", c.id, "cause", err)
	}
}

// edited handles an edited message: a question that still waits is replaced.
func (h *messages) edited(m *discordgo.Message) {
	if m.EditedTimestamp == nil || m.Author == nil || m.Author.ID == h.me.user {
		return
	}
	text := h.me.strip(m.Content)
	if j := h.queue.find(m.ID, false); j != nil && checkQuestion(text) == "" {
		j.replace(text)
		return
	}
	h.log.Debug("edit ignored", "message", m.ID, "cause", "already answered, or not a question")
}

// deleted handles a deleted message: its question is dropped.
func (h *messages) deleted(ctx context.Context, id string) {
	if j := h.queue.find(id, true); j != nil {
		h.metrics.questions.WithLabelValues("deleted").Inc()
		h.tasks.start(ctx, j.withdraw)
		return
	}
	h.inFlight.cancel(id, errGone)
}
