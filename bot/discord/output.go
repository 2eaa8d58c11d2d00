package discord

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/discord/protocol"
)

// output is where an answer is shown.
type output interface {
	// show shows a message in place of what was shown before.
	show(ctx context.Context, m message) error
	// more posts another message after it.
	more(ctx context.Context, m message) error
	// posted returns the ids of the messages that were posted, in order.
	posted() []string
}

// posts are the ids of messages, in the order in which they were posted.
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

// interactionOutput shows an answer as the response to an interaction that was
// deferred.
type interactionOutput struct {
	send    *sender
	i       *discordgo.Interaction
	private bool
	posts   posts
	instead *channelOutput // used once the interaction has expired; nil before
}

func (o *interactionOutput) show(ctx context.Context, m message) error {
	if o.instead != nil {
		return o.instead.show(ctx, m)
	}
	id, err := o.send.editOriginal(ctx, o.i, m)
	if protocol.Is(err, protocol.InvalidWebhookToken, protocol.UnknownWebhook) {
		o.send.log.Warn("interaction expired before its answer; posting a message instead", "interaction", o.i.ID)
		if o.instead, err = o.channel(ctx); err == nil {
			return o.instead.show(ctx, m)
		}
	}
	if err == nil && len(o.posts.all()) == 0 {
		o.posts.add(id)
	}
	return err
}

// channel returns where to show the answer to an interaction that has expired:
// in its channel, or in a direct message if the answer is private.
func (o *interactionOutput) channel(ctx context.Context) (*channelOutput, error) {
	to := &channelOutput{send: o.send, id: o.i.ID, channel: o.i.ChannelID}
	if !o.private {
		return to, nil
	}
	var err error
	to.channel, err = o.send.directChannel(ctx, userOf(o.i).ID)
	return to, err
}

func (o *interactionOutput) more(ctx context.Context, m message) error {
	if o.instead != nil {
		return o.instead.more(ctx, m)
	}
	m.Private = o.private
	id, err := o.send.followUp(ctx, o.i, m)
	o.posts.add(id)
	return err
}

func (o *interactionOutput) posted() []string {
	if o.instead != nil {
		return append(o.posts.all(), o.instead.posted()...)
	}
	return o.posts.all()
}

// channelOutput shows an answer in a channel: as a reply, or in a thread that
// open starts once there is something to show.
type channelOutput struct {
	send           *sender
	id             string // of the question
	channel, reply string
	open           func(context.Context) (thread string) // nil: no thread is wanted
	thread         string                                // id of the thread that was started; empty: none was
	unsure         bool                                  // a message may have been posted without the bot knowing its id
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
		return o.send.edit(ctx, o.channel, shown[0], m)
	}
	m.Reply, m.Nonce = o.reply, nonce(o.channel, o.id, "0")
	id, err := o.send.post(ctx, o.channel, m)
	if err != nil {
		o.unsure = true
		return err
	}
	o.posts.add(id)
	if o.unsure { // then Discord returned the earlier message with this nonce, with its old text
		return o.show(ctx, m)
	}
	return nil
}

func (o *channelOutput) more(ctx context.Context, m message) error {
	m.Nonce = nonce(o.channel, o.id, strconv.Itoa(len(o.posted())))
	id, err := o.send.post(ctx, o.channel, m)
	if err == nil {
		o.posts.add(id)
	}
	return err
}

func (o *channelOutput) posted() []string { return o.posts.all() }

// remove deletes all that was posted.
func (o *channelOutput) remove(ctx context.Context) {
	for _, id := range o.posted() {
		if err := o.send.remove(ctx, o.channel, id); err != nil {
			o.send.log.Warn("cannot delete message", "message", id, "cause", err)
		}
	}
}
