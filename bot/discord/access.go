package discord

import (
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
	catalog  *catalog
	log      *slog.Logger
}

// config returns what admins have set for a channel.
func (a *access) config(c *channel) config {
	return a.settings.forChannel(c.server, c.id, c.parentOf())
}

// visible returns a filter for the articles that may be quoted in a channel.
func (a *access) visible(ctx context.Context, c *channel) (rag.Filter, error) {
	if c.unknown {
		return rag.Filter{}, errors.New("unknown channel")
	}
	collections, _, err := a.catalog.list(ctx)
	if err != nil {
		return rag.Filter{}, err
	}
	return a.settings.filter(c.server, a.config(c), collections), nil
}

// grantable returns the collections that an admin of a server may give to its
// channels: all but those that another server was given or has added.
func (a *access) grantable(ctx context.Context, server string) []string {
	all, _, err := a.catalog.list(ctx)
	if err != nil {
		a.log.Error("cannot list articles", "cause", err)
		return nil
	}
	given := a.settings.given()
	var mine []string
	for _, c := range all {
		holder, taken := given[c]
		if taken && holder != server || strings.HasPrefix(c, ownPrefix) && c != own(server) {
			continue
		}
		mine = append(mine, c)
	}
	if !slices.Contains(mine, own(server)) {
		mine = append(mine, own(server))
	}
	return mine
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

// nameOf returns what people call a collection.
func nameOf(collection string) string {
	switch {
	case collection == "":
		return "articles without a collection"
	case strings.HasPrefix(collection, ownPrefix):
		return "added on this server"
	}
	return collection
}

// collectionOf returns the collection of a server that people call name.
func collectionOf(server, name string) string {
	for _, c := range []string{"", own(server)} {
		if name == nameOf(c) {
			return c
		}
	}
	return name
}
