package discord

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"footnote/rag"
)

// access says what may be seen and done where.
type access struct {
	settings *settings
	grants   Grants
	catalog  *catalog
	log      *slog.Logger
}

// config returns what admins have set for a channel.
func (a *access) config(c *channel) config {
	return a.settings.forChannel(c.server, c.id, c.parentOf())
}

// usable returns the collections that a server may use: those of its grant, and
// its own. Its admins choose among them. An empty server means direct messages.
func (a *access) usable(ctx context.Context, server string) ([]string, error) {
	g, err := a.grants.Of(ctx, cmp.Or(server, Direct))
	if err != nil {
		return nil, err
	}
	use := slices.Clone(g.Collections)
	if g.All {
		all, _, err := a.catalog.list(ctx)
		if err != nil {
			return nil, err
		}
		use = append(use, all...)
	}
	use = slices.DeleteFunc(use, func(c string) bool { return strings.HasPrefix(c, ownPrefix) })
	if server != "" {
		use = append(use, own(server))
	}
	slices.Sort(use)
	return slices.Compact(use), nil
}

// visible returns a filter for the articles that may be quoted in a channel: what
// its server may use, narrowed to what its admins have chosen, and what was added
// in this channel only.
func (a *access) visible(ctx context.Context, c *channel) (rag.Filter, error) {
	if c.unknown {
		return rag.Filter{}, errors.New("unknown channel")
	}
	see, err := a.usable(ctx, c.server)
	if err != nil {
		return rag.Filter{}, err
	}
	if chosen := a.config(c).Library; chosen != nil {
		see = slices.DeleteFunc(see, func(x string) bool { return !slices.Contains(chosen, x) })
	}
	if c.server != "" {
		all, _, err := a.catalog.list(ctx)
		if err != nil {
			return rag.Filter{}, err
		}
		if here := ownOf(c); !slices.Contains(see, own(c.server)) || slices.Contains(all, here) {
			see = append(see, here)
		}
	}
	return only(see), nil
}

// narrowed returns the collections of f that may still be quoted in a channel.
func (a *access) narrowed(ctx context.Context, c *channel, f rag.Filter) (rag.Filter, error) {
	now, err := a.visible(ctx, c)
	if err != nil {
		return rag.Filter{}, err
	}
	return only(slices.DeleteFunc(slices.Clone(f.Collections), func(c string) bool { return !slices.Contains(now.Collections, c) })), nil
}

// only returns a filter that selects collections, and nothing if there are none.
func only(collections []string) rag.Filter {
	if len(collections) == 0 { // a filter without collections selects everything
		return rag.Filter{Collections: []string{ownPrefix + "nothing"}}
	}
	return rag.Filter{Collections: slices.Sorted(slices.Values(collections))}
}

// searchable is visible for a question. Its error is a problem if the operator
// has granted nothing, and nobody has added an article.
func (a *access) searchable(ctx context.Context, c *channel) (rag.Filter, error) {
	f, err := a.visible(ctx, c)
	if err != nil {
		return f, err
	}
	g, err := a.grants.Of(ctx, cmp.Or(c.server, Direct))
	if err != nil || !g.Nothing() {
		return f, err
	}
	_, infos, err := a.catalog.list(ctx)
	if err != nil || slices.ContainsFunc(infos, func(i rag.Info) bool { return slices.Contains(f.Collections, i.Collection) }) {
		return f, err
	}
	return f, notGranted(c.server)
}

// notGranted says that a server may use no collection, and who can change that.
func notGranted(server string) problem {
	if server == "" {
		return "I may not use any articles in direct messages. Ask me on a server. The person who runs me can change that with `footnote discord grant " + Direct + " COLLECTION`."
	}
	return problem("I may not use any articles on this server yet. The person who runs me can change that with `footnote discord grant " + server + " COLLECTION`.")
}

// sorry returns what to tell a person whose question cannot be searched for, and
// logs the cause unless it is a problem.
func (a *access) sorry(err error) string {
	if p := problem(""); errors.As(err, &p) {
		return p.Error()
	}
	a.log.Error("cannot list articles", "cause", err)
	return notRead
}

// addTo returns the collection for an article that is added in a channel where f
// may be quoted. It is the server's own, or the channel's own if its admins have
// chosen sources without the server's own.
func (a *access) addTo(c *channel, f rag.Filter) string {
	if slices.Contains(f.Collections, own(c.server)) {
		return own(c.server)
	}
	return ownOf(c)
}

// trusted reports whether a person's replies may become articles.
func (a *access) trusted(i *discordgo.Interaction) bool {
	role := a.settings.forServer(i.GuildID).Trusted
	return may(i, discordgo.PermissionManageGuild) || role != "" && i.Member != nil && slices.Contains(i.Member.Roles, role)
}

// within narrows a filter to one collection. The result has no collections if
// f does not contain that one.
func within(f rag.Filter, collection string) rag.Filter {
	if slices.Contains(f.Collections, collection) {
		return rag.Filter{Collections: []string{collection}}
	}
	return rag.Filter{}
}

// ownPrefix begins the names of scopes and collections that belong to Discord.
const ownPrefix = "discord/"

// own returns the collection of the articles that people of a server have added
// for the whole server.
func own(server string) string { return ownPrefix + server }

// ownOf returns the collection of the articles that people have added in a
// channel, or in its threads, for this channel only.
func ownOf(c *channel) string { return own(c.server) + "/" + cmp.Or(c.parentOf(), c.id) }

// nameOf returns what people call a collection.
func nameOf(collection string) string {
	rest, added := strings.CutPrefix(collection, ownPrefix)
	switch {
	case collection == "":
		return "articles without a collection"
	case added && strings.Contains(rest, "/"):
		return "added in this channel"
	case added:
		return "added on this server"
	}
	return collection
}

// collectionOf returns the collection that people in a channel call name.
func collectionOf(c *channel, name string) string {
	for _, x := range []string{"", own(c.server), ownOf(c)} {
		if name == nameOf(x) {
			return x
		}
	}
	return name
}
