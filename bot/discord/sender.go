package discord

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/discord/protocol"
)

// sender makes the bot's requests to Discord.
type sender struct {
	api      *protocol.Client
	app      string // id of the bot's application
	log      *slog.Logger
	arrivals *arrivals
	told     *memory[struct{}] // direct messages of the last hour, by person and text
}

func newSender(api *protocol.Client, app string, arrivals *arrivals, log *slog.Logger, now func() time.Time) *sender {
	return &sender{api: api, app: app, log: log, arrivals: arrivals, told: newMemory[struct{}](5000, time.Hour, now)}
}

// post posts a message in a channel, and returns its id.
func (s *sender) post(ctx context.Context, channel string, m message) (string, error) {
	var sent discordgo.Message
	err := s.api.Do(ctx, http.MethodPost, "/channels/"+channel+"/messages", m.body(), &sent)
	return sent.ID, err
}

func (s *sender) edit(ctx context.Context, channel, id string, m message) error {
	return s.api.Do(ctx, http.MethodPatch, "/channels/"+channel+"/messages/"+id, m.body(), nil)
}

func (s *sender) remove(ctx context.Context, channel, id string) error {
	return s.api.Do(ctx, http.MethodDelete, "/channels/"+channel+"/messages/"+id, nil, nil)
}

func (s *sender) message(ctx context.Context, channel, id string) (*discordgo.Message, error) {
	var m discordgo.Message
	err := s.api.Do(ctx, http.MethodGet, "/channels/"+channel+"/messages/"+id, nil, &m)
	return &m, err
}

// messagesAfter returns up to 100 messages of a channel that are newer than one.
func (s *sender) messagesAfter(ctx context.Context, channel, id string) ([]*discordgo.Message, error) {
	var page []*discordgo.Message
	err := s.api.Do(ctx, http.MethodGet, fmt.Sprintf("/channels/%s/messages?limit=100&after=%s", channel, id), nil, &page)
	return page, err
}

func (s *sender) channel(ctx context.Context, id string) (*discordgo.Channel, error) {
	var c discordgo.Channel
	err := s.api.Do(ctx, http.MethodGet, "/channels/"+id, nil, &c)
	return &c, err
}

// startThread starts a thread at a message.
func (s *sender) startThread(ctx context.Context, channel, message, name string) (*discordgo.Channel, error) {
	var t discordgo.Channel
	err := s.api.Do(ctx, http.MethodPost, "/channels/"+channel+"/messages/"+message+"/threads", body{"name": name, "auto_archive_duration": 1440}, &t)
	return &t, err
}

// typing shows for a few seconds that the bot is writing.
func (s *sender) typing(ctx context.Context, channel string) error {
	return s.api.Do(ctx, http.MethodPost, "/channels/"+channel+"/typing", nil, nil)
}

// directChannel returns the id of the channel for direct messages to a person.
func (s *sender) directChannel(ctx context.Context, user string) (string, error) {
	var dm discordgo.Channel
	err := s.api.Do(ctx, http.MethodPost, "/users/@me/channels", body{"recipient_id": user}, &dm)
	return dm.ID, err
}

// direct sends a person a direct message, but the same text at most once an
// hour.
func (s *sender) direct(ctx context.Context, user, says string) {
	if !s.told.add(user+"/"+says, struct{}{}) {
		return
	}
	channel, err := s.directChannel(ctx, user)
	if err == nil {
		_, err = s.post(ctx, channel, message{Content: says})
	}
	if err != nil {
		s.log.Warn("cannot send direct message", "cause", err)
	}
}

// undelivered logs that an answer could not be shown. If the channel does not
// let the bot write, it tells the asker so in a direct message.
func (s *sender) undelivered(ctx context.Context, j *job, err error) {
	s.log.Warn("cannot show answer", "question", j.id, "channel", j.channel.id, "cause", err)
	if !protocol.Is(err, protocol.MissingPermissions, protocol.MissingAccess, protocol.ThreadArchived) || j.channel.server == "" {
		return
	}
	what := "I'm not allowed to write in <#" + j.channel.id + ">. Ask a moderator to give me the permissions Send Messages and Send Messages in Threads there, or ask me here."
	if protocol.Is(err, protocol.ThreadArchived) {
		what = "The thread <#" + j.channel.id + "> is locked, so I can't answer there. Ask me in a channel, or here."
	}
	s.direct(ctx, j.asker, what)
}

// respond acknowledges an interaction with a message, a form or choices. It
// logs the error that it returns.
func (s *sender) respond(ctx context.Context, i *discordgo.Interaction, kind discordgo.InteractionResponseType, data any) error {
	b := body{"type": kind}
	if data != nil {
		b["data"] = data
	}
	err := s.api.Do(ctx, http.MethodPost, "/interactions/"+i.ID+"/"+i.Token+"/callback", b, nil)
	s.arrivals.drop(i.ID)
	switch {
	case protocol.Is(err, protocol.UnknownInteraction):
		s.log.Warn("interaction expired before it was acknowledged", "interaction", i.ID, "type", i.Type.String())
	case err != nil:
		s.log.Error("cannot acknowledge interaction", "interaction", i.ID, "cause", err)
	}
	return err
}

// tell answers an interaction with a sentence that only its person sees.
func (s *sender) tell(ctx context.Context, i *discordgo.Interaction, format string, args ...any) {
	s.tellMessage(ctx, i, message{Content: cutUnits(fmt.Sprintf(format, args...), maxContent)})
}

// tellMessage answers an interaction with a message that only its person sees.
func (s *sender) tellMessage(ctx context.Context, i *discordgo.Interaction, m message) {
	m.Private = true
	_ = s.respond(ctx, i, discordgo.InteractionResponseChannelMessageWithSource, m.body()) // respond logs it
}

// original returns the message that an interaction was answered with.
func (s *sender) original(ctx context.Context, i *discordgo.Interaction) (*discordgo.Message, error) {
	var sent discordgo.Message
	err := s.api.Do(ctx, http.MethodGet, s.originalPath(i), nil, &sent)
	return &sent, err
}

// editOriginal replaces the message that an interaction was answered with, and
// returns its id.
func (s *sender) editOriginal(ctx context.Context, i *discordgo.Interaction, m message) (string, error) {
	var sent discordgo.Message
	err := s.api.Do(ctx, http.MethodPatch, s.originalPath(i), m.body(), &sent)
	return sent.ID, err
}

func (s *sender) removeOriginal(ctx context.Context, i *discordgo.Interaction) error {
	return s.api.Do(ctx, http.MethodDelete, s.originalPath(i), nil, nil)
}

// followUp posts another message after the answer to an interaction, and
// returns its id.
func (s *sender) followUp(ctx context.Context, i *discordgo.Interaction, m message) (string, error) {
	var sent discordgo.Message
	err := s.api.Do(ctx, http.MethodPost, "/webhooks/"+s.app+"/"+i.Token, m.body(), &sent)
	return sent.ID, err
}

func (s *sender) originalPath(i *discordgo.Interaction) string {
	return "/webhooks/" + s.app + "/" + i.Token + "/messages/@original"
}
