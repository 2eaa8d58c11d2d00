package discord

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/discord/protocol"
)

// message is a message as it is sent. It pings nobody, unless Ping names a
// role.
type message struct {
	Content    string
	Notes      string // of an embed below it
	Title      string // of the embed
	Components []discordgo.MessageComponent
	Private    bool // seen by one person, where an interaction is answered
	Ping       string
	Reply      string // id of the message that it replies to
	Nonce      string
}

type body map[string]any

const (
	ephemeral = 1 << 6
	color     = 0x4f6d7a
)

func (m message) body() body {
	allowed := body{"parse": []string{}, "replied_user": false}
	if m.Ping != "" {
		allowed["roles"] = []string{m.Ping}
	}
	b := body{"content": m.Content, "embeds": []any{}, "components": m.Components, "allowed_mentions": allowed}
	if m.Components == nil {
		b["components"] = []any{}
	}
	if m.Notes != "" {
		e := &discordgo.MessageEmbed{Description: m.Notes, Color: color, Title: m.Title}
		b["embeds"] = []*discordgo.MessageEmbed{e}
	}
	if m.Private {
		b["flags"] = ephemeral
	}
	if m.Reply != "" {
		b["message_reference"] = body{"message_id": m.Reply, "fail_if_not_exists": false}
	}
	if m.Nonce != "" {
		b["nonce"], b["enforce_nonce"] = m.Nonce, true
	}
	return b
}

// nonce is what Discord knows a message by, so that it is posted once however
// often it is sent.
func nonce(parts ...string) string {
	h := sha256.Sum256([]byte(fmt.Sprint(parts)))
	return base64.RawURLEncoding.EncodeToString(h[:18])
}

func stack() string { return string(debug.Stack()) }

// say posts a message in a channel, and gives its id.
func (l *live) say(ctx context.Context, channel string, m message) (string, error) {
	var sent discordgo.Message
	err := l.api.Do(ctx, http.MethodPost, "/channels/"+channel+"/messages", m.body(), &sent)
	return sent.ID, err
}

// respond acknowledges an interaction with a message, a form or choices.
func (l *live) respond(ctx context.Context, i *discordgo.Interaction, kind discordgo.InteractionResponseType, data any) error {
	b := body{"type": kind}
	if data != nil {
		b["data"] = data
	}
	err := l.api.Do(ctx, http.MethodPost, "/interactions/"+i.ID+"/"+i.Token+"/callback", b, nil)
	l.arrivals.drop(i.ID)
	switch {
	case protocol.Is(err, protocol.UnknownInteraction):
		l.Log.Warn("interaction expired before it was acknowledged", "interaction", i.ID, "type", i.Type.String())
	case err != nil:
		l.Log.Error("interaction not acknowledged", "interaction", i.ID, "cause", err)
	}
	return err
}

// tell answers an interaction with a sentence that one person sees.
func (l *live) tell(ctx context.Context, i *discordgo.Interaction, format string, args ...any) {
	l.tellMessage(ctx, i, message{Content: cutUnits(fmt.Sprintf(format, args...), maxContent)})
}

func (l *live) tellMessage(ctx context.Context, i *discordgo.Interaction, m message) {
	m.Private = true
	_ = l.respond(ctx, i, discordgo.InteractionResponseChannelMessageWithSource, m.body()) // it is logged there
}

// output is where an answer is shown.
type output interface {
	// show shows the message, in place of what was shown before.
	show(ctx context.Context, m message) error
	// more posts another message after it.
	more(ctx context.Context, m message) error
	// posted are the ids of the messages shown, the first first.
	posted() []string
}

// posts are the ids of messages, the first first.
type posts struct {
	mu  sync.Mutex
	ids []string
}

func (p *posts) add(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ids = append(p.ids, id)
}

func (p *posts) all() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.ids)
}

// interactionOutput shows an answer as the response to an interaction that has
// been deferred.
type interactionOutput struct {
	l       *live
	i       *discordgo.Interaction
	private bool
	posts   posts
	instead *channelOutput // since the interaction's time is over; nil before
}

func (o *interactionOutput) show(ctx context.Context, m message) error {
	if o.instead != nil {
		return o.instead.show(ctx, m)
	}
	var sent discordgo.Message
	err := o.l.api.Do(ctx, http.MethodPatch, "/webhooks/"+o.l.app+"/"+o.i.Token+"/messages/@original", m.body(), &sent)
	if protocol.Is(err, protocol.InvalidWebhookToken, protocol.UnknownWebhook) {
		o.l.Log.Warn("interaction expired before its answer, which becomes a message", "interaction", o.i.ID)
		if o.instead, err = o.message(ctx); err == nil {
			return o.instead.show(ctx, m)
		}
	}
	if err == nil && len(o.posts.all()) == 0 {
		o.posts.add(sent.ID)
	}
	return err
}

// message is where an answer goes whose interaction is over: to its channel, or
// if one person was to see it into a direct message.
func (o *interactionOutput) message(ctx context.Context) (*channelOutput, error) {
	to := &channelOutput{l: o.l, id: o.i.ID, channel: o.i.ChannelID}
	if !o.private {
		return to, nil
	}
	var dm discordgo.Channel
	err := o.l.api.Do(ctx, http.MethodPost, "/users/@me/channels", body{"recipient_id": userOf(o.i).ID}, &dm)
	to.channel = dm.ID
	return to, err
}

func (o *interactionOutput) more(ctx context.Context, m message) error {
	if o.instead != nil {
		return o.instead.more(ctx, m)
	}
	m.Private = o.private
	var sent discordgo.Message
	err := o.l.api.Do(ctx, http.MethodPost, "/webhooks/"+o.l.app+"/"+o.i.Token, m.body(), &sent)
	o.posts.add(sent.ID)
	return err
}

func (o *interactionOutput) posted() []string {
	if o.instead != nil {
		return append(o.posts.all(), o.instead.posted()...)
	}
	return o.posts.all()
}

// channelOutput shows an answer in a channel, as a reply, or in a thread that
// open begins for it when there is something to show.
type channelOutput struct {
	l              *live
	id             string // of the question
	channel, reply string
	open           func(context.Context) (thread string) // nil: no thread is wanted
	thread         string                                // that was begun
	unsure         bool                                  // something may have been posted, and is not known
	posts          posts
}

func (o *channelOutput) show(ctx context.Context, m message) error {
	if o.open != nil {
		if o.thread = o.open(ctx); o.thread != "" {
			o.channel, o.reply = o.thread, ""
		}
		o.open = nil
	}
	if shown := o.posted(); len(shown) > 0 {
		return o.l.api.Do(ctx, http.MethodPatch, "/channels/"+o.channel+"/messages/"+shown[0], m.body(), nil)
	}
	m.Reply, m.Nonce = o.reply, nonce(o.channel, o.id, "0")
	id, err := o.l.say(ctx, o.channel, m)
	if err != nil {
		o.unsure = true
		return err
	}
	o.posts.add(id)
	if o.unsure { // then by the nonce Discord gives that, as it was
		return o.show(ctx, m)
	}
	return nil
}

func (o *channelOutput) more(ctx context.Context, m message) error {
	m.Nonce = nonce(o.channel, o.id, fmt.Sprint(len(o.posted())))
	id, err := o.l.say(ctx, o.channel, m)
	if err == nil {
		o.posts.add(id)
	}
	return err
}

func (o *channelOutput) posted() []string { return o.posts.all() }
