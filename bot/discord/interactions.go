package discord

import (
	"context"
	"log/slog"

	"github.com/bwmarrin/discordgo"
)

// interactions answers what people do with commands, buttons and forms.
type interactions struct {
	autocomplete *autocomplete
	commands     *commands
	servers      *servers
	send         *sender
	buttons      *buttons
	log          *slog.Logger
	seen         *memory[struct{}] // ids of interactions
}

// created handles a new interaction.
func (h *interactions) created(ctx context.Context, i *discordgo.Interaction) {
	if !h.seen.add(i.ID, struct{}{}) {
		h.log.Debug("interaction ignored", "interaction", i.ID, "cause", "seen before")
		return
	}
	if userOf(i) == nil {
		h.log.Warn("interaction ignored", "interaction", i.ID, "cause", "without a user")
		return
	}
	// Commands are registered for servers that the bot is a member of, and for
	// direct messages with it. A person who installed the application as their own
	// could still use it elsewhere.
	if i.Context == discordgo.InteractionContextPrivateChannel || i.GuildID != "" && !h.servers.has(i.GuildID) {
		h.log.Warn("interaction refused", "server", i.GuildID, "cause", "the bot is not a member")
		if i.Type == discordgo.InteractionApplicationCommandAutocomplete {
			h.autocomplete.offer(ctx, i, nil)
			return
		}
		h.send.tell(ctx, i, "I'm not a member here, so I can't do anything. A server admin can invite me.")
		return
	}
	switch i.Type {
	case discordgo.InteractionApplicationCommandAutocomplete:
		h.autocomplete.complete(ctx, i)
	case discordgo.InteractionApplicationCommand:
		h.commands.run(ctx, i)
	case discordgo.InteractionMessageComponent:
		h.buttons.press(ctx, i)
	case discordgo.InteractionModalSubmit:
		h.buttons.submit(ctx, i)
	}
}

// userOf returns who an interaction is from; nil if Discord does not say.
func userOf(i *discordgo.Interaction) *discordgo.User {
	if i.Member != nil {
		return i.Member.User
	}
	return i.User
}

// may reports whether a person has a permission in the interaction's channel.
func may(i *discordgo.Interaction, permission int64) bool {
	return i.Member != nil && i.Member.Permissions&(permission|discordgo.PermissionAdministrator) != 0
}

// options are the options of a command, by name.
type options map[string]*discordgo.ApplicationCommandInteractionDataOption

func optionsOf(all []*discordgo.ApplicationCommandInteractionDataOption) options {
	o := options{}
	for _, x := range all {
		o[x.Name] = x
	}
	return o
}

// text returns the text of an option; empty if it was not given.
func (o options) text(name string) string {
	if x := o[name]; x != nil {
		if s, ok := x.Value.(string); ok {
			return s
		}
	}
	return ""
}

// yes reports whether an option was given as true.
func (o options) yes(name string) bool {
	if x := o[name]; x != nil {
		b, _ := x.Value.(bool)
		return b
	}
	return false
}

// number returns the number of an option, and whether it was given.
func (o options) number(name string) (int, bool) {
	if x := o[name]; x != nil {
		f, ok := x.Value.(float64)
		return int(f), ok
	}
	return 0, false
}
