package discord

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// setup shows and changes what admins have set: /footnote setup and status.
type setup struct {
	me          identity
	send        *sender
	channels    *channels
	access      *access
	settings    *settings
	catalog     *catalog
	queue       *queue
	connections *connections
	log         *slog.Logger
}

// problem is a sentence for a person whose request cannot be met.
type problem string

func (p problem) Error() string { return string(p) }

// change changes settings, and shows the new ones. Without options it shows the
// status.
func (h *setup) change(ctx context.Context, i *discordgo.Interaction, o options) {
	changes, err := h.changes(ctx, i, o)
	if id := o.text("channel"); err == nil && id != "" {
		if c := h.channels.find(ctx, id, i.GuildID); c.unknown || c.server != i.GuildID {
			err = problem("`channel` is not a channel of this server, or I can't see it.")
		}
	}
	if err != nil {
		h.send.tell(ctx, i, "%s", err.Error())
		return
	}
	if len(changes) == 0 {
		h.status(ctx, i)
		return
	}
	scope, where := serverScope(i.GuildID), "the server"
	if id := o.text("channel"); id != "" {
		scope, where = channelScope(id), "<#"+id+">"
	}
	err = h.settings.change(ctx, scope, func(c *config) {
		if scope != serverScope(i.GuildID) {
			c.Server = i.GuildID
		}
		for _, change := range changes {
			change(c)
		}
	})
	if err != nil {
		h.log.Error("cannot change settings", "cause", err)
		h.send.tell(ctx, i, "%s", notWritten)
		return
	}
	h.log.Info("settings changed", "scope", scope, "by", userOf(i).ID)
	h.catalog.changed()
	id := i.ChannelID
	if o.text("channel") != "" {
		id = o.text("channel")
	}
	says := "Settings saved for " + where + ".\n" + h.describe(ctx, i.GuildID, h.channels.find(ctx, id, i.GuildID))
	if o.text("library") != "" && scope != serverScope(i.GuildID) && h.settings.forServer(i.GuildID).Library == nil {
		says += "\nChannels without a choice of their own still quote everything that this server may use. To change that, run `/footnote setup library:` without `channel`."
	}
	if wait := h.connections.settingsChanged(); wait > 0 {
		says += "\nWhich messages I read changes in " + inWords(wait) + ": I must connect again for that, and I did so recently."
	}
	h.send.tell(ctx, i, "%s", says)
}

// changes returns what the options of /footnote setup ask to change. Its errors
// are problems.
func (h *setup) changes(ctx context.Context, i *discordgo.Interaction, o options) ([]func(*config), error) {
	var all []func(*config)
	whole := o.text("channel") == ""
	for name, set := range map[string]func(*config, int){
		"per-person": func(c *config, n int) { c.PerPerson = n }, "per-channel": func(c *config, n int) { c.PerChannel = n }, "per-server": func(c *config, n int) { c.PerServer = n },
	} {
		if n, ok := o.number(name); ok {
			if n < 1 || n > 100000 {
				return nil, problem("`" + name + "` must be a number of questions per hour from 1 to 100000.")
			}
			if !whole {
				return nil, wholeServer(name)
			}
			all = append(all, func(c *config) { set(c, n) })
		}
	}
	for name, set := range map[string]func(*config, string){"trusted": func(c *config, id string) { c.Trusted = id }, "helper": func(c *config, id string) { c.Helper = id }} {
		if id := o.text(name); id != "" {
			if !whole {
				return nil, wholeServer(name)
			}
			if id == i.GuildID {
				return nil, problem("`" + name + "` can't be everyone. Create a role for it.")
			}
			all = append(all, func(c *config) { set(c, id) })
		}
	}
	if o["keep-questions"] != nil {
		if !whole {
			return nil, wholeServer("keep-questions")
		}
		all = append(all, func(c *config) { c.Keep = o.yes("keep-questions") })
	}
	if o["threads"] != nil {
		all = append(all, func(c *config) { yes := o.yes("threads"); c.Threads = &yes })
	}
	if n, ok := o.number("confidence"); ok {
		if n < 0 || n > 100 {
			return nil, problem("`confidence` must be a percentage from 0 to 100.")
		}
		all = append(all, func(c *config) { c.Confidence = float64(n) / 100 })
	}
	if p := Policy(o.text("policy")); p != "" {
		if !slices.Contains([]Policy{Off, Asked, Confident, Always}, p) {
			return nil, problem("`policy` must be off, asked, confident or always.")
		}
		if p.readsAll() && !h.me.mayRead {
			return nil, problem("To answer messages that don't mention me, I need the Message Content Intent. The person who runs me must switch it on at <" + h.send.api.Web() + "/developers/applications/" + h.me.app + "/bot> under Privileged Gateway Intents and restart me. Then run this command again.")
		}
		all = append(all, func(c *config) { c.Policy = p })
	}
	if s := o.text("library"); s != "" {
		collections, err := h.collections(ctx, i, s)
		if err != nil {
			return nil, err
		}
		all = append(all, func(c *config) { c.Library = collections })
	}
	return all, nil
}

func wholeServer(option string) problem {
	return problem("`" + option + "` applies to the whole server. Leave out `channel`.")
}

// collections returns the collections of a list with commas, sorted; nil for
// "default".
func (h *setup) collections(ctx context.Context, i *discordgo.Interaction, list string) ([]string, error) {
	if strings.TrimSpace(list) == "default" {
		return nil, nil
	}
	usable, err := h.access.usable(ctx, i.GuildID)
	if err != nil {
		return nil, problem(h.access.sorry(err))
	}
	c := h.channels.find(ctx, i.ChannelID, i.GuildID)
	var all []string
	for name := range strings.SplitSeq(list, ",") {
		name = collectionOf(c, strings.TrimSpace(name))
		if !slices.Contains(usable, name) {
			var known []string
			for _, c := range usable {
				known = append(known, "“"+escape(nameOf(c))+"”")
			}
			return nil, problem("This server may not use the collection “" + escape(cutUnits(name, 80)) + "”. It may use: " + cutUnits(strings.Join(known, ", "), 600) + ". The person who runs me adds others with `footnote discord grant " + i.GuildID + " COLLECTION`.")
		}
		all = append(all, name)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// describe returns what is set for a channel, in words.
func (h *setup) describe(ctx context.Context, server string, c *channel) string {
	here, all := h.access.config(c), h.settings.forServer(server)
	role := func(id string) string {
		if id == "" {
			return "none"
		}
		return "<@&" + id + ">"
	}
	var names []string
	f, err := h.access.visible(ctx, c)
	if err != nil {
		h.log.Error("cannot list articles", "cause", err)
	}
	for _, x := range f.Collections {
		names = append(names, escape(nameOf(x)))
	}
	policy := map[Policy]string{Off: "I don't answer", Asked: "I answer when asked", Confident: "I answer when asked, and every message that the articles answer", Always: "I answer every message"}[here.Policy]
	if here.threads() {
		policy += ", in threads"
	}
	lines := []string{
		"**In <#" + c.id + ">** " + policy + ". My sources: " + cutUnits(strings.Join(names, ", "), 600) + ".",
		"**Trusted** role: " + role(all.Trusted) + "; **helper** role: " + role(all.Helper) + ".",
		fmt.Sprintf("**Questions per hour**: %d per person, %d per channel, %d for the server.", all.perPerson(), all.perChannel(), all.perServer()),
	}
	if here.Policy == Confident && here.Confidence > 0 {
		lines = append(lines, fmt.Sprintf("**Confident** means at least %.0f percent.", 100*here.Confidence))
	}
	if all.Keep {
		lines = append(lines, "I store questions and answers with feedback.")
	} else {
		lines = append(lines, "I don't store answered questions.")
	}
	return strings.Join(lines, "\n")
}

// status shows the settings of a channel, and what is wrong.
func (h *setup) status(ctx context.Context, i *discordgo.Interaction) {
	c := h.channels.find(ctx, i.ChannelID, i.GuildID)
	says := h.describe(ctx, i.GuildID, c)
	_, infos, err := h.catalog.list(ctx)
	if err != nil {
		h.log.Error("cannot list articles", "cause", err)
	}
	f, err := h.access.visible(ctx, c)
	n := 0
	for _, x := range infos {
		if err == nil && slices.Contains(f.Collections, x.Collection) {
			n++
		}
	}
	g, err := h.access.grants.Of(ctx, i.GuildID)
	if err != nil {
		h.log.Error("cannot read grant", "cause", err)
	} else if g.Nothing() {
		says += "\n**Problem**: " + notGranted(i.GuildID).Error()
	}
	connected, all := h.connections.count()
	says += fmt.Sprintf("\n**Articles** I can quote here: %d. **Questions waiting**: %d. **Connections**: %d of %d.", n, h.queue.length(), connected, all)
	if missing := missingPermissions(i.AppPermissions, c.thread()); missing != "" {
		says += "\n**Missing permissions here**: " + missing + ". Give them to my role, or invite me again with the link that `footnote doctor` prints."
	}
	if h.settings.needContent() && !h.me.mayRead {
		says += "\n**Problem**: a channel is set to answer every message, but my Message Content Intent is off."
	}
	h.send.tell(ctx, i, "%s", says)
}
