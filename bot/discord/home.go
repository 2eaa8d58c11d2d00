package discord

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"footnote/bot/discord/protocol"
)

// home finds the server of a bot that the operator runs for one server only, and
// grants it all collections. It does so at most once for a library, and writes
// the grant down, so that joining another server changes nothing for anybody.
type home struct {
	api    *protocol.Client
	grants Grants
	log    *slog.Logger

	mu      sync.Mutex
	settled bool // nothing is to be granted any more
}

// settle grants all collections to the bot's only server, unless a server has a
// grant. On several servers, which settle reports, only the operator can say
// which is theirs. On none, settle is to be called again when the bot joins one.
func (h *home) settle(ctx context.Context) (several bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.settled {
		return false, nil
	}
	grants, err := h.grants.List(ctx)
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(grants, func(g Grant) bool { return g.Server != Direct }) {
		h.settled = true
		return false, nil
	}
	var servers []struct{ ID, Name string }
	if err := h.api.Do(ctx, http.MethodGet, "/users/@me/guilds", nil, &servers); err != nil {
		return false, err
	}
	switch len(servers) {
	case 0:
		return false, nil
	case 1:
		err := h.grants.Change(ctx, servers[0].ID, func(g *Grant) error {
			if !g.Nothing() { // meanwhile
				return errDecided
			}
			g.All = true
			return nil
		})
		if err != nil && !errors.Is(err, errDecided) {
			return false, err
		}
		h.log.Info("all collections are granted to the only server", "server", servers[0].ID, "name", servers[0].Name)
	}
	h.settled = true
	return len(servers) > 1, nil
}
