package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Direct stands for direct messages, in place of the id of a server.
const Direct = "direct"

// Grant is what the operator lets a server use. With the zero value, the server
// may use nothing but what its own people add.
type Grant struct {
	Server      string   `json:"-"`                     // id, or Direct
	All         bool     `json:"all,omitempty"`         // every collection, also those to come
	Collections []string `json:"collections,omitempty"` // sorted
}

// Nothing reports whether the grant allows nothing.
func (g Grant) Nothing() bool { return !g.All && len(g.Collections) == 0 }

// Grants are the operator's grants. They are read at every use, so that a
// running bot follows a change at once. What the admins of a server choose is
// narrowed to its grant (see access.visible). The articles that people of a
// server add belong to that server and need no grant.
type Grants struct{ Records Settings }

// Scopes of the records.
const (
	grantScopes = "discord/grants/" // begins those of grants
	openScope   = "discord/open"    // exists while servers without a grant may use all collections
)

// Of returns the grant of a server. A server without one may use nothing, or
// everything if the bot was started with Open.
func (g Grants) Of(ctx context.Context, server string) (Grant, error) {
	raw, err := g.Records.Settings(ctx, grantScopes+server)
	if err != nil {
		return Grant{}, err
	}
	if raw == nil {
		open, err := g.Open(ctx)
		return Grant{Server: server, All: open}, err
	}
	return grantOf(server, raw)
}

func grantOf(server string, raw json.RawMessage) (Grant, error) {
	x := Grant{Server: server}
	if raw == nil {
		return x, nil
	}
	if err := json.Unmarshal(raw, &x); err != nil {
		return x, fmt.Errorf("grant of %s: %w", server, err)
	}
	return x, nil
}

// List returns the grants, sorted by server.
func (g Grants) List(ctx context.Context) ([]Grant, error) {
	scopes, err := g.Records.SettingsScopes(ctx)
	if err != nil {
		return nil, err
	}
	var all []Grant
	for _, scope := range scopes {
		server, ok := strings.CutPrefix(scope, grantScopes)
		if !ok {
			continue
		}
		raw, err := g.Records.Settings(ctx, scope)
		if err != nil {
			return nil, err
		}
		x, err := grantOf(server, raw)
		if err != nil {
			return nil, err
		}
		all = append(all, x)
	}
	return all, nil
}

// Change changes the grant of a server. If change returns an error, Change
// changes nothing and returns the error, wrapped. A grant that becomes empty is
// kept, so that the server is never taken for one that the operator has not
// decided about.
func (g Grants) Change(ctx context.Context, server string, change func(*Grant) error) error {
	return g.Records.ChangeSettings(ctx, grantScopes+server, func(raw json.RawMessage) (json.RawMessage, error) {
		x, err := grantOf(server, raw)
		if err != nil {
			return nil, err
		}
		if err := change(&x); err != nil {
			return nil, err
		}
		slices.Sort(x.Collections)
		x.Collections = slices.Compact(x.Collections)
		return json.Marshal(x)
	})
}

// Open reports whether servers and direct messages without a grant may use all
// collections.
func (g Grants) Open(ctx context.Context) (bool, error) {
	raw, err := g.Records.Settings(ctx, openScope)
	return raw != nil, err
}

// setOpen records whether the bot was started with Open.
func (g Grants) setOpen(ctx context.Context, open bool) error {
	was, err := g.Open(ctx)
	if err != nil || was == open {
		return err
	}
	return g.Records.ChangeSettings(ctx, openScope, func(json.RawMessage) (json.RawMessage, error) {
		if open {
			return json.RawMessage("true"), nil
		}
		return nil, nil
	})
}

// errDecided ends a change of a grant that the operator has made already.
var errDecided = errors.New("the operator has decided")
