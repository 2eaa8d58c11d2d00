package discord

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/discord/protocol"
)

// Names of the entries in a message's menu.
const (
	menuAnswer = "Answer this"
	menuSource = "Add as a source"
)

// definitions returns the commands that the bot registers.
func definitions() []*discordgo.ApplicationCommand {
	manage := int64(discordgo.PermissionManageGuild)
	guild := &[]discordgo.InteractionContextType{discordgo.InteractionContextGuild}
	onServers := &[]discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall}
	both := &[]discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM}
	option := func(kind discordgo.ApplicationCommandOptionType, name, description string) *discordgo.ApplicationCommandOption {
		return &discordgo.ApplicationCommandOption{Type: kind, Name: name, Description: description}
	}
	text, yes, whole := discordgo.ApplicationCommandOptionString, discordgo.ApplicationCommandOptionBoolean, discordgo.ApplicationCommandOptionInteger
	required := func(o *discordgo.ApplicationCommandOption) *discordgo.ApplicationCommandOption {
		o.Required = true
		return o
	}
	completed := func(o *discordgo.ApplicationCommandOption) *discordgo.ApplicationCommandOption {
		o.Autocomplete = true
		return o
	}
	channelOf := func(description string) *discordgo.ApplicationCommandOption {
		o := option(discordgo.ApplicationCommandOptionChannel, "channel", description)
		o.ChannelTypes = []discordgo.ChannelType{discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews, discordgo.ChannelTypeGuildForum}
		return o
	}
	policy := option(text, "policy", "When I answer there")
	for _, p := range []struct {
		name  string
		value Policy
	}{{"off: never", Off}, {"when asked", Asked}, {"when confident: also every message that the articles answer", Confident}, {"always: every message", Always}} {
		policy.Choices = append(policy.Choices, &discordgo.ApplicationCommandOptionChoice{Name: p.name, Value: string(p.value)})
	}
	sub := func(name, description string, options ...*discordgo.ApplicationCommandOption) *discordgo.ApplicationCommandOption {
		return &discordgo.ApplicationCommandOption{Type: discordgo.ApplicationCommandOptionSubCommand, Name: name, Description: description, Options: options}
	}
	all := []*discordgo.ApplicationCommand{
		{Name: "ask", Description: "Ask a question; every sentence of the answer names its source", Contexts: both, Options: []*discordgo.ApplicationCommandOption{
			required(completed(option(text, "question", "Your question"))),
			completed(option(text, "library", "Search only this collection of articles")),
			option(yes, "private", "Show the answer only to you"),
		}},
		{Name: "gaps", Description: "Show the questions that the articles don't answer", Contexts: guild},
		{Name: "forget-me", Description: "Delete your data: feedback, unanswered questions, quotas", Contexts: both},
		{Name: "footnote", Description: "Set up the bot and manage articles", DefaultMemberPermissions: &manage, Contexts: guild, Options: []*discordgo.ApplicationCommandOption{
			sub("setup", "Choose channels, policy and sources",
				channelOf("The channel to set up; leave it out for the whole server"),
				policy,
				completed(option(text, "library", "Collections to quote, separated by commas; \"default\" means all that this server may use")),
				option(yes, "threads", "Answer each mention in a new thread"),
				option(whole, "confidence", "Lowest confidence in percent for the policy \"when confident\""),
				option(discordgo.ApplicationCommandOptionRole, "trusted", "Role whose replies can become articles"),
				option(discordgo.ApplicationCommandOptionRole, "helper", "Role that \"Ask a person\" pings"),
				option(whole, "per-person", "Questions per hour for each person"),
				option(whole, "per-channel", "Questions per hour for each channel"),
				option(whole, "per-server", "Questions per hour for the server"),
				option(yes, "keep-questions", "Store questions and answers with feedback"),
			),
			sub("status", "Show settings and status"),
			sub("add", "Add an article",
				option(discordgo.ApplicationCommandOptionAttachment, "file", "A file: text, Markdown, HTML, PDF, Word, EPUB"),
				option(text, "text", "The article's text, if you attach no file"),
				option(text, "title", "The article's title"),
				option(text, "link", "The article's web address")),
			sub("sources", "List the articles that I can quote in this channel", option(text, "find", "Words in the title")),
			sub("remove", "Remove an article that was added here", required(completed(option(text, "article", "The article")))),
		}},
		{Name: menuAnswer, Type: discordgo.MessageApplicationCommand, Contexts: both},
		{Name: menuSource, Type: discordgo.MessageApplicationCommand, Contexts: guild},
	}
	for _, c := range all {
		c.IntegrationTypes = onServers // not for people who install the application as their own
	}
	return all
}

// registration keeps the commands that Discord knows up to date.
type registration struct {
	api *protocol.Client
	app string
	log *slog.Logger
}

// update registers the commands, unless Discord has the same ones already.
func (r registration) update(ctx context.Context) error {
	path := "/applications/" + r.app + "/commands"
	var have []*discordgo.ApplicationCommand
	if err := r.api.Do(ctx, http.MethodGet, path, nil, &have); err != nil {
		return err
	}
	if slices.Equal(normalized(have), normalized(definitions())) {
		return nil
	}
	r.log.Info("registering commands", "had", len(have))
	return r.api.Do(ctx, http.MethodPut, path, definitions(), nil)
}

// normalized returns commands as sorted JSON, without what Discord adds to them.
func normalized(all []*discordgo.ApplicationCommand) []string {
	var out []string
	for _, c := range all {
		d := *c
		d.ID, d.ApplicationID, d.GuildID, d.Version, d.NSFW, d.DefaultPermission = "", "", "", "", nil, nil
		d.DMPermission = nil //lint:ignore SA1019 Discord still sends it
		d.NameLocalizations, d.DescriptionLocalizations = nil, nil
		if d.Type == 0 {
			d.Type = discordgo.ChatApplicationCommand
		}
		if d.Contexts != nil {
			contexts := slices.Sorted(slices.Values(*d.Contexts))
			d.Contexts = &contexts
		}
		d.Options = withoutEmpty(d.Options)
		b, err := json.Marshal(d)
		if err != nil {
			panic(err) // strings and numbers always become JSON
		}
		out = append(out, string(b))
	}
	slices.Sort(out)
	return out
}

// withoutEmpty returns options with nil for empty lists, which Discord leaves
// out.
func withoutEmpty(options []*discordgo.ApplicationCommandOption) []*discordgo.ApplicationCommandOption {
	var out []*discordgo.ApplicationCommandOption
	for _, o := range options {
		c := *o
		c.NameLocalizations, c.DescriptionLocalizations = nil, nil
		c.Options = withoutEmpty(c.Options)
		if len(c.Choices) == 0 {
			c.Choices = nil
		}
		if len(c.ChannelTypes) == 0 {
			c.ChannelTypes = nil
		}
		out = append(out, &c)
	}
	return out
}
