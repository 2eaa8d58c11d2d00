package discord

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
)

// commands run the commands that everybody has, and the entries of a message's
// menu.
type commands struct {
	me       identity
	send     *sender
	channels *channels
	access   *access
	intake   *intake
	gaps     *gaps
	sources  *sources
	forget   *forget
	admin    *admin
	log      *slog.Logger
	now      func() time.Time
}

const unknownCommand = "I no longer have this command. Type / to see the commands I have."

func (h *commands) run(ctx context.Context, i *discordgo.Interaction) {
	d := i.ApplicationCommandData()
	switch {
	case d.CommandType == discordgo.MessageApplicationCommand && d.Name == menuAnswer:
		h.menuAnswer(ctx, i, d)
	case d.CommandType == discordgo.MessageApplicationCommand && d.Name == menuSource:
		h.sources.menu(ctx, i, d)
	case d.Name == "ask":
		o := optionsOf(d.Options)
		h.ask(ctx, i, o.text("question"), o.text("library"), o.yes("private"))
	case d.Name == "gaps":
		h.gaps.list(ctx, i)
	case d.Name == "forget-me":
		h.forget.person(ctx, i)
	case d.Name == "footnote" && len(d.Options) == 1:
		h.admin.run(ctx, i, d)
	default:
		h.log.Warn("unknown command", "command", d.Name)
		h.send.tell(ctx, i, unknownCommand)
	}
}

// ask hands on a question that came by a command. It acknowledges the
// interaction before it does anything else.
func (h *commands) ask(ctx context.Context, i *discordgo.Interaction, question, library string, private bool) {
	if says := checkQuestion(question); says != "" {
		h.intake.refused(i.ID, "no_question")
		h.send.tell(ctx, i, "%s", says)
		return
	}
	data := body{}
	if private {
		data["flags"] = ephemeral
	}
	if h.send.respond(ctx, i, discordgo.InteractionResponseDeferredChannelMessageWithSource, data) != nil {
		return
	}
	c := h.channels.find(ctx, i.ChannelID, i.GuildID)
	j := &job{id: i.ID, server: c.server, channel: c, asker: userOf(i).ID, asked: h.now(), question: strings.TrimSpace(question), private: private, quoted: true, config: h.access.config(c)}
	out := &interactionOutput{send: h.send, i: i, private: private}
	j.out = out
	tell := func(says string) {
		if err := out.show(ctx, message{Content: says}); err != nil {
			h.log.Warn("cannot show answer", "question", j.id, "cause", err)
		}
	}
	switch {
	case c.server == "":
		j.server, j.conversation = j.asker, c.id
	case c.thread():
		j.conversation = c.id
	}
	if j.private {
		j.conversation = ""
	}
	if j.config.Policy == Off && c.server != "" && !private {
		h.intake.refused(j.id, "off")
		tell("I'm switched off in this channel. Ask in another one, or with `private: True`.")
		return
	}
	var err error
	if j.filter, err = h.access.searchable(ctx, c); err != nil {
		h.intake.refused(j.id, "no_articles")
		tell(h.access.sorry(err))
		return
	}
	if library != "" {
		if j.filter = within(j.filter, collectionOf(c, library)); j.filter.Collections == nil {
			tell("I can't find the collection " + escape(library) + " here. Leave out `library`, or pick one from the list.")
			return
		}
		j.conversation = ""
	}
	h.intake.take(ctx, j, tell)
}

// menuAnswer answers the message whose menu was opened.
func (h *commands) menuAnswer(ctx context.Context, i *discordgo.Interaction, d discordgo.ApplicationCommandInteractionData) {
	m := target(d)
	if m == nil {
		h.send.tell(ctx, i, messageGone)
		return
	}
	text := h.me.strip(m.Content)
	if checkQuestion(text) != "" {
		h.send.tell(ctx, i, "I can't find a question in that message. Choose a message that contains one.")
		return
	}
	h.ask(ctx, i, text, "", false)
}

const messageGone = "That message was deleted."

// target returns the message whose menu was opened; nil if Discord does not
// give it.
func target(d discordgo.ApplicationCommandInteractionData) *discordgo.Message {
	if d.Resolved == nil {
		return nil
	}
	return d.Resolved.Messages[d.TargetID]
}

// admin runs the subcommands of /footnote.
type admin struct {
	send     *sender
	setup    *setup
	articles *articleCommands
	log      *slog.Logger
}

// run runs a subcommand. Discord offers /footnote only to people who manage
// the server, unless the server changes that, so run checks it again.
func (h *admin) run(ctx context.Context, i *discordgo.Interaction, d discordgo.ApplicationCommandInteractionData) {
	name, o := d.Options[0].Name, optionsOf(d.Options[0].Options)
	switch {
	case i.GuildID == "":
		h.send.tell(ctx, i, "That works only on servers. In direct messages, use `/ask` and `/forget-me`.")
		return
	case !may(i, discordgo.PermissionManageGuild):
		h.log.Warn("refused: not an admin", "command", name)
		h.send.tell(ctx, i, "Only people who manage the server can do that.")
		return
	}
	switch name {
	case "setup":
		h.setup.change(ctx, i, o)
	case "status":
		h.setup.status(ctx, i)
	case "add":
		h.articles.add(ctx, i, d, o)
	case "sources":
		h.articles.list(ctx, i, o.text("find"))
	case "remove":
		h.articles.remove(ctx, i, o.text("article"))
	default:
		h.send.tell(ctx, i, unknownCommand)
	}
}
