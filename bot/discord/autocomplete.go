package discord

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// autocomplete proposes values for the options of commands. It never proposes
// what may not be seen in the channel.
type autocomplete struct {
	send     *sender
	channels *channels
	access   *access
	catalog  *catalog
	answers  *answers
	log      *slog.Logger
}

// Discord's limits for the choices of an option.
const (
	maxChoices = 25
	maxChoice  = 100 // UTF-16 units
)

// complete responds to a person who is typing an option.
func (h *autocomplete) complete(ctx context.Context, i *discordgo.Interaction) {
	d := i.ApplicationCommandData()
	all := d.Options
	if len(all) == 1 && all[0].Type == discordgo.ApplicationCommandOptionSubCommand {
		all = all[0].Options
	}
	var proposed []proposal
	for _, o := range all {
		if !o.Focused {
			continue
		}
		typed, _ := o.Value.(string)
		proposed = h.propose(ctx, i, d.Name, o.Name, typed)
	}
	h.offer(ctx, i, proposed)
}

// offer responds with the first of the proposed choices.
func (h *autocomplete) offer(ctx context.Context, i *discordgo.Interaction, proposed []proposal) {
	choices := []body{}
	for _, p := range proposed {
		if len(choices) < maxChoices && units(p.value) <= maxChoice { // a value that is cut would ask something else
			choices = append(choices, body{"name": cutUnits(p.name, maxChoice), "value": p.value})
		}
	}
	_ = h.send.respond(ctx, i, discordgo.InteractionApplicationCommandAutocompleteResult, body{"choices": choices}) // respond logs it
}

// proposal is a choice: the name that people see, and the value that the bot
// gets.
type proposal struct{ name, value string }

// propose returns the choices whose names match what was typed, the best first.
func (h *autocomplete) propose(ctx context.Context, i *discordgo.Interaction, command, option, typed string) []proposal {
	c := h.channels.find(ctx, i.ChannelID, i.GuildID)
	filter, err := h.access.visible(ctx, c)
	if err != nil {
		h.log.Error("cannot list articles", "cause", err)
		return nil
	}
	_, infos, err := h.catalog.list(ctx)
	if err != nil {
		h.log.Error("cannot list articles", "cause", err)
		return nil
	}
	var all []proposal
	add := func(name, value string) {
		same := func(p proposal) bool { return p.value == value }
		if strings.TrimSpace(name) != "" && matches(name, typed) && !slices.ContainsFunc(all, same) {
			all = append(all, proposal{name, value})
		}
	}
	switch {
	case option == "question":
		for _, q := range h.answers.proposed(c.id) {
			add(q, q)
		}
		for _, x := range infos {
			if slices.Contains(filter.Collections, x.Collection) {
				add(x.Title, x.Title)
			}
		}
	case command == "ask" && option == "library":
		for _, x := range filter.Collections {
			add(nameOf(x), nameOf(x))
		}
	case !may(i, discordgo.PermissionManageGuild):
	case option == "library":
		usable, err := h.access.usable(ctx, i.GuildID)
		if err != nil {
			h.log.Error("cannot list collections", "cause", err)
		}
		for _, x := range usable {
			add(nameOf(x), nameOf(x))
		}
	case option == "article":
		for _, x := range infos {
			if added(c, filter, x.Collection) {
				add(x.Title, x.ID)
			}
		}
	}
	return all
}

// matches reports whether a name contains every word that was typed.
func matches(name, typed string) bool {
	name = strings.ToLower(name)
	for w := range strings.FieldsSeq(strings.ToLower(typed)) {
		if !strings.Contains(name, w) {
			return false
		}
	}
	return true
}
