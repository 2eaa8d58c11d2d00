package discord

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"footnote/rag"
)

// Names of the entries in a message's menu.
const (
	menuAnswer = "Answer this"
	menuSource = "Add as a source"
)

// commands are what the bot registers.
func commands() []*discordgo.ApplicationCommand {
	manage := int64(discordgo.PermissionManageGuild)
	guild := &[]discordgo.InteractionContextType{discordgo.InteractionContextGuild}
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
	}{{"off: never", Off}, {"when asked", Asked}, {"when confident: also to each message that the articles answer", Confident}, {"always: to each message", Always}} {
		policy.Choices = append(policy.Choices, &discordgo.ApplicationCommandOptionChoice{Name: p.name, Value: string(p.value)})
	}
	sub := func(name, description string, options ...*discordgo.ApplicationCommandOption) *discordgo.ApplicationCommandOption {
		return &discordgo.ApplicationCommandOption{Type: discordgo.ApplicationCommandOptionSubCommand, Name: name, Description: description, Options: options}
	}
	return []*discordgo.ApplicationCommand{
		{Name: "ask", Description: "Ask the articles; every sentence of the answer has its source", Contexts: both, Options: []*discordgo.ApplicationCommandOption{
			required(completed(option(text, "question", "What you want to know"))),
			completed(option(text, "library", "Ask this collection of articles only")),
			option(yes, "private", "Show the answer to you alone"),
		}},
		{Name: "gaps", Description: "The questions that the articles do not answer", Contexts: guild},
		{Name: "forget-me", Description: "Remove what is recorded of you: feedback, unanswered questions, quotas", Contexts: both},
		{Name: "footnote", Description: "Set me up and look after the articles", DefaultMemberPermissions: &manage, Contexts: both, Options: []*discordgo.ApplicationCommandOption{
			sub("setup", "Say when I answer where, and from what",
				channelOf("The channel this is for; none: the whole server"),
				policy,
				completed(option(text, "library", "Collections that may be quoted there, with commas between; \"default\": as before")),
				option(yes, "threads", "Answer a mention in a thread of its own"),
				option(whole, "confidence", "Percent from which on I answer \"when confident\""),
				option(discordgo.ApplicationCommandOptionRole, "trusted", "Role whose replies may become articles"),
				option(discordgo.ApplicationCommandOptionRole, "helper", "Role that \"Ask a person\" pings"),
				option(whole, "per-person", "Questions an hour for each person"),
				option(whole, "per-channel", "Questions an hour for each channel"),
				option(whole, "per-server", "Questions an hour for the server"),
				option(yes, "keep-questions", "Keep the words of questions and answers with feedback"),
			),
			sub("status", "What is set, and how I am"),
			sub("add", "Add an article",
				option(discordgo.ApplicationCommandOptionAttachment, "file", "A file: text, Markdown, HTML, PDF, Word, EPUB"),
				option(text, "text", "Or its text"),
				option(text, "title", "Its title"),
				option(text, "link", "Where readers find it"),
				completed(option(text, "library", "The collection it belongs to; none: the server's own"))),
			sub("sources", "The articles that may be quoted in this channel", option(text, "find", "Words of the title")),
			sub("remove", "Remove an article that was added here", required(completed(option(text, "article", "Which")))),
			sub("forget-me", "Remove what is recorded of you"),
		}},
		{Name: menuAnswer, Type: discordgo.MessageApplicationCommand, Contexts: both},
		{Name: menuSource, Type: discordgo.MessageApplicationCommand, Contexts: guild},
	}
}

// register gives Discord the commands, if it has others.
func (l *live) register(ctx context.Context) error {
	path := "/applications/" + l.app + "/commands"
	var have []*discordgo.ApplicationCommand
	if err := l.api.Do(ctx, http.MethodGet, path, nil, &have); err != nil {
		return err
	}
	if slices.Equal(shapes(have), shapes(commands())) {
		return nil
	}
	l.Log.Info("commands registered anew", "had", len(have))
	return l.api.Do(ctx, http.MethodPut, path, commands(), nil)
}

// shapes are commands without what Discord adds, in the order of their names.
func shapes(all []*discordgo.ApplicationCommand) []string {
	var out []string
	for _, c := range all {
		d := *c
		d.ID, d.ApplicationID, d.GuildID, d.Version, d.NSFW, d.IntegrationTypes, d.DefaultPermission = "", "", "", "", nil, nil, nil
		d.DMPermission = nil //lint:ignore SA1019 Discord still sends it
		d.NameLocalizations, d.DescriptionLocalizations = nil, nil
		if d.Type == 0 {
			d.Type = discordgo.ChatApplicationCommand
		}
		if d.Contexts != nil {
			contexts := slices.Sorted(slices.Values(*d.Contexts))
			d.Contexts = &contexts
		}
		d.Options = bare(d.Options)
		b, err := json.Marshal(d)
		if err != nil {
			panic(err) // of strings and numbers
		}
		out = append(out, string(b))
	}
	slices.Sort(out)
	return out
}

// bare are options with nothing for empty lists, as Discord leaves them out.
func bare(options []*discordgo.ApplicationCommandOption) []*discordgo.ApplicationCommandOption {
	var out []*discordgo.ApplicationCommandOption
	for _, o := range options {
		c := *o
		c.NameLocalizations, c.DescriptionLocalizations = nil, nil
		c.Options = bare(c.Options)
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

// onInteraction answers whatever a person does with a command, a button or a
// form.
func (l *live) onInteraction(ctx context.Context, i *discordgo.Interaction) {
	if !l.seen.add(i.ID, struct{}{}) {
		l.Log.Debug("interaction ignored", "interaction", i.ID, "cause", "seen before")
		return
	}
	if userOf(i) == nil {
		l.Log.Warn("interaction ignored", "interaction", i.ID, "cause", "of nobody")
		return
	}
	switch i.Type {
	case discordgo.InteractionApplicationCommandAutocomplete:
		l.complete(ctx, i)
	case discordgo.InteractionApplicationCommand:
		l.command(ctx, i)
	case discordgo.InteractionMessageComponent:
		l.press(ctx, i)
	case discordgo.InteractionModalSubmit:
		l.submit(ctx, i)
	}
}

func userOf(i *discordgo.Interaction) *discordgo.User {
	if i.Member != nil {
		return i.Member.User
	}
	return i.User
}

// may reports whether the person has a permission where the interaction is.
func may(i *discordgo.Interaction, permission int64) bool {
	return i.Member != nil && i.Member.Permissions&(permission|discordgo.PermissionAdministrator) != 0
}

// trusted reports whether a person's replies may become articles.
func (l *live) trusted(i *discordgo.Interaction) bool {
	role := l.settings.server(i.GuildID).Trusted
	return may(i, discordgo.PermissionManageGuild) || role != "" && i.Member != nil && slices.Contains(i.Member.Roles, role)
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

func (o options) text(name string) string {
	if x := o[name]; x != nil {
		if s, ok := x.Value.(string); ok {
			return s
		}
	}
	return ""
}

func (o options) yes(name string) bool {
	if x := o[name]; x != nil {
		b, _ := x.Value.(bool)
		return b
	}
	return false
}

func (o options) number(name string) (int, bool) {
	if x := o[name]; x != nil {
		f, ok := x.Value.(float64)
		return int(f), ok
	}
	return 0, false
}

func (l *live) command(ctx context.Context, i *discordgo.Interaction) {
	d := i.ApplicationCommandData()
	switch {
	case d.CommandType == discordgo.MessageApplicationCommand && d.Name == menuAnswer:
		l.menuAnswer(ctx, i, d)
	case d.CommandType == discordgo.MessageApplicationCommand && d.Name == menuSource:
		l.menuSource(ctx, i, d)
	case d.Name == "ask":
		o := optionsOf(d.Options)
		l.askBy(ctx, i, o.text("question"), o.text("library"), o.yes("private"), true)
	case d.Name == "gaps":
		l.gaps(ctx, i)
	case d.Name == "forget-me":
		l.forget(ctx, i)
	case d.Name == "footnote" && len(d.Options) == 1:
		l.admin(ctx, i, d)
	default:
		l.Log.Warn("command not known", "command", d.Name)
		l.tell(ctx, i, "I do not know this command any more: type / to see those I have.")
	}
}

// askBy answers a question that came by a command. The interaction is
// acknowledged before anything else is done.
func (l *live) askBy(ctx context.Context, i *discordgo.Interaction, question, library string, private, echo bool) {
	if says := checkAsk(question); says != "" {
		l.notAsked(i.ID, "no_question")
		l.tell(ctx, i, "%s", says)
		return
	}
	data := body{}
	if private {
		data["flags"] = ephemeral
	}
	if l.respond(ctx, i, discordgo.InteractionResponseDeferredChannelMessageWithSource, data) != nil {
		return
	}
	c := l.channel(ctx, i.ChannelID, i.GuildID)
	j := &job{id: i.ID, server: c.server, channel: c, asker: userOf(i).ID, asked: l.Now(), question: strings.TrimSpace(question), private: private, echo: echo, place: l.place(c)}
	out := &interactionOutput{l: l, i: i, private: private}
	j.out = out
	tell := func(says string) {
		if err := out.show(ctx, message{Content: says}); err != nil {
			l.Log.Warn("answer not shown", "question", j.id, "cause", err)
		}
	}
	switch {
	case c.server == "":
		j.server, j.talk = j.asker, c.id
	case c.thread():
		j.talk = c.id
	}
	if j.private {
		j.talk = ""
	}
	if j.place.Policy == Off && c.server != "" && !private {
		l.notAsked(j.id, "off")
		tell("I am switched off in this channel: ask in another, or with `private: True`.")
		return
	}
	var err error
	if j.filter, err = l.visible(ctx, c); err != nil {
		l.Log.Error("articles not listed", "cause", err)
		tell(notRead)
		return
	}
	if library != "" {
		if j.filter = within(j.filter, collectionOf(c.server, library)); j.filter.Collections == nil {
			tell("There is no collection " + escape(library) + " here: leave `library` out, or choose one that I propose.")
			return
		}
		j.talk = ""
	}
	l.ask(ctx, j, tell)
}

// within narrows a filter to one collection; to nothing, if it is not among
// those that may be seen.
func within(f rag.Filter, collection string) rag.Filter {
	if slices.Contains(f.Collections, collection) {
		return rag.Filter{Collections: []string{collection}}
	}
	return rag.Filter{}
}

func (l *live) menuAnswer(ctx context.Context, i *discordgo.Interaction, d discordgo.ApplicationCommandInteractionData) {
	m := target(d)
	if m == nil {
		l.tell(ctx, i, "That message is gone.")
		return
	}
	text := l.stripped(m.Content)
	if checkAsk(text) != "" {
		l.tell(ctx, i, "There is nothing in that message that I could look up: choose one with a question in it.")
		return
	}
	l.askBy(ctx, i, text, "", false, true)
}

// target is the message that a menu was opened on; nil if it is not told.
func target(d discordgo.ApplicationCommandInteractionData) *discordgo.Message {
	if d.Resolved == nil {
		return nil
	}
	return d.Resolved.Messages[d.TargetID]
}

// complete proposes what a person who types may mean: never what may not be
// seen in the channel.
func (l *live) complete(ctx context.Context, i *discordgo.Interaction) {
	d := i.ApplicationCommandData()
	all := d.Options
	if len(all) == 1 && all[0].Type == discordgo.ApplicationCommandOptionSubCommand {
		all = all[0].Options
	}
	var names, values []string
	for _, o := range all {
		if !o.Focused {
			continue
		}
		typed, _ := o.Value.(string)
		names, values = l.propose(ctx, i, d.Name, o.Name, typed)
	}
	choices := []body{}
	for n, name := range names {
		if len(choices) < 25 && units(values[n]) <= 100 { // one cut short would ask something else
			choices = append(choices, body{"name": cutUnits(name, 100), "value": values[n]})
		}
	}
	_ = l.respond(ctx, i, discordgo.InteractionApplicationCommandAutocompleteResult, body{"choices": choices}) // it is logged there
}

func (l *live) propose(ctx context.Context, i *discordgo.Interaction, command, option, typed string) (names, values []string) {
	c := l.channel(ctx, i.ChannelID, i.GuildID)
	filter, err := l.visible(ctx, c)
	if err != nil {
		l.Log.Error("articles not listed", "cause", err)
		return nil, nil
	}
	_, infos, err := l.listed(ctx)
	if err != nil {
		l.Log.Error("articles not listed", "cause", err)
		return nil, nil
	}
	add := func(name, value string) {
		if strings.TrimSpace(name) != "" && matches(name, typed) && !slices.Contains(values, value) {
			names, values = append(names, name), append(values, value)
		}
	}
	switch {
	case option == "question":
		for _, r := range l.recent.values() {
			if r.channel == c.id {
				add(r.text, r.text)
			}
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
		for _, x := range l.grantable(ctx, i.GuildID) {
			add(nameOf(x), nameOf(x))
		}
	case option == "article":
		for _, x := range infos {
			if x.Collection == own(i.GuildID) {
				add(x.Title, x.ID)
			}
		}
	}
	return names, values
}

// nameOf is what people call a collection.
func nameOf(collection string) string {
	switch {
	case collection == "":
		return "articles without a collection"
	case strings.HasPrefix(collection, ownPrefix):
		return "added in this server"
	}
	return collection
}

// collectionOf is the collection of a server that people call so.
func collectionOf(server, name string) string {
	for _, c := range []string{"", own(server)} {
		if name == nameOf(c) {
			return c
		}
	}
	return name
}

// matches reports whether every word typed is in a name.
func matches(name, typed string) bool {
	name = strings.ToLower(name)
	for w := range strings.FieldsSeq(strings.ToLower(typed)) {
		if !strings.Contains(name, w) {
			return false
		}
	}
	return true
}
