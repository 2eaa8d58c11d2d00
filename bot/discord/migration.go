package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"footnote/rag"
)

// migrate rewrites the settings of earlier versions, in which a collection
// belonged to the server whose admin had given it to a channel first, and to no
// channel beside. Such a server is granted exactly these collections. Its other
// channels could quote only what no server had, so that becomes the choice of the
// whole server. migrate reports whether there was anything to rewrite.
func migrate(ctx context.Context, r Settings, articles Articles) (changed bool, err error) {
	owned, scopes, err := readOwned(ctx, r)
	if err != nil || len(scopes) == 0 {
		return false, err
	}
	infos, err := articles.List(ctx, rag.Filter{})
	if err != nil {
		return false, err
	}
	var free []string // belongs to no server
	for _, i := range infos {
		c := i.Collection
		taken := slices.ContainsFunc(slices.Collect(maps.Values(owned)), func(of []string) bool { return slices.Contains(of, c) })
		if !taken && !slices.Contains(free, c) && !strings.HasPrefix(c, ownPrefix) {
			free = append(free, c)
		}
	}
	for server, of := range owned {
		err := Grants{r}.Change(ctx, server, func(g *Grant) error {
			for _, c := range of {
				if !strings.HasPrefix(c, ownPrefix) {
					g.Collections = append(g.Collections, c)
				}
			}
			return nil
		})
		if err != nil {
			return false, err
		}
	}
	for server := range owned {
		if slices.Contains(scopes, serverScope(server)) {
			continue
		}
		if err := rewrite(ctx, r, serverScope(server), append(slices.Clone(free), own(server))); err != nil {
			return false, err
		}
	}
	// The rows that say who owned what come last, so that a migration which is
	// interrupted begins again.
	for _, scope := range scopes {
		if err := rewrite(ctx, r, scope, nil); err != nil {
			return false, err
		}
	}
	return true, nil
}

// oldConfig is a config with the field of earlier versions.
type oldConfig struct {
	config
	Owned []string `json:"collections,omitempty"`
}

// readOwned returns the collections that each server owned, and the scopes of
// channels, then of servers, that say so.
func readOwned(ctx context.Context, r Settings) (map[string][]string, []string, error) {
	all, err := r.SettingsScopes(ctx)
	if err != nil {
		return nil, nil, err
	}
	owned := map[string][]string{}
	var scopes []string
	for _, scope := range all {
		server, whole := strings.CutPrefix(scope, serverScope(""))
		if !whole && !strings.HasPrefix(scope, channelScope("")) {
			continue
		}
		raw, err := r.Settings(ctx, scope)
		if err != nil {
			return nil, nil, err
		}
		var c oldConfig
		if err := json.Unmarshal(raw, &c); err != nil {
			return nil, nil, fmt.Errorf("settings of %s: %w", scope, err)
		}
		if len(c.Owned) == 0 {
			continue
		}
		scopes = append(scopes, scope)
		if !whole {
			server = c.Server
		}
		if server != "" {
			owned[server] = append(owned[server], c.Owned...)
		}
	}
	return owned, scopes, nil
}

// rewrite makes what a scope owned its choice. A scope that neither owned nor
// chose anything gets the choice otherwise.
func rewrite(ctx context.Context, r Settings, scope string, otherwise []string) error {
	return r.ChangeSettings(ctx, scope, func(raw json.RawMessage) (json.RawMessage, error) {
		var c oldConfig
		if raw != nil {
			if err := json.Unmarshal(raw, &c); err != nil {
				return nil, err
			}
		}
		switch {
		case c.Library != nil:
		case c.Owned != nil:
			c.Library = c.Owned
		default:
			c.Library = otherwise
		}
		c.Owned = nil
		return json.Marshal(c)
	})
}
