package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"footnote/rag"
)

// Policy says when the bot answers in a channel.
type Policy string

const (
	Off       Policy = "off"       // never
	Asked     Policy = "asked"     // when it is asked: the default
	Confident Policy = "confident" // also to each message, if the articles answer it
	Always    Policy = "always"    // also to each message
)

// content reports whether the policy needs to read messages that do not name
// the bot.
func (p Policy) content() bool { return p == Confident || p == Always }

// place is what admins have set for a server or a channel. What is not set is
// its zero value, and for a channel means what its server says.
type place struct {
	Policy      Policy   `json:"policy,omitempty"`
	Threads     *bool    `json:"threads,omitempty"`     // answer a mention in a thread of its own
	Collections []string `json:"collections,omitempty"` // that may be quoted; see settings.filter
	Confidence  float64  `json:"confidence,omitempty"`  // from which on Confident answers; 0: as the verdict says
	Server      string   `json:"server,omitempty"`      // of a channel

	// Of a server only.
	Trusted    string `json:"trusted,omitempty"` // role whose replies may become articles
	Helper     string `json:"helper,omitempty"`  // role that "Ask a person" pings
	Keep       bool   `json:"keep,omitempty"`    // keep the texts of answered questions with feedback
	PerPerson  int    `json:"per_person,omitempty"`
	PerChannel int    `json:"per_channel,omitempty"`
	PerServer  int    `json:"per_server,omitempty"`
}

func (p place) threads() bool { return p.Threads != nil && *p.Threads }

// own is the collection of articles that a server's people have added.
func own(server string) string { return ownPrefix + server }

const ownPrefix = "discord/"

// settings are all that admins have set, in memory and in the records.
type settings struct {
	records Settings
	mu      sync.RWMutex
	places  map[string]place // by scope
}

func serverScope(id string) string  { return "discord/server/" + id }
func channelScope(id string) string { return "discord/channel/" + id }

func loadSettings(ctx context.Context, r Settings) (*settings, error) {
	s := &settings{records: r, places: map[string]place{}}
	scopes, err := r.SettingsScopes(ctx)
	if err != nil {
		return nil, err
	}
	for _, scope := range scopes {
		if !strings.HasPrefix(scope, ownPrefix) {
			continue
		}
		raw, err := r.Settings(ctx, scope)
		if err != nil {
			return nil, err
		}
		var p place
		if err := json.Unmarshal(raw, &p); err != nil {
			return nil, fmt.Errorf("settings of %s: %w", scope, err)
		}
		s.places[scope] = p
	}
	return s, nil
}

// change alters what is set for a scope, in the records first.
func (s *settings) change(ctx context.Context, scope string, f func(*place)) error {
	var p place
	err := s.records.ChangeSettings(ctx, scope, func(raw json.RawMessage) (json.RawMessage, error) {
		p = place{}
		if raw != nil {
			if err := json.Unmarshal(raw, &p); err != nil {
				return nil, err
			}
		}
		f(&p)
		return json.Marshal(p)
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.places[scope] = p
	return nil
}

func (s *settings) server(id string) place {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.places[serverScope(id)]
}

// at is what holds in a channel, or in a thread of it; parent is empty if it
// is no thread. A direct message is in no server.
func (s *settings) at(server, channel, parent string) place {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p := s.places[serverScope(server)]
	for _, id := range []string{parent, channel} {
		c, ok := s.places[channelScope(id)]
		if id == "" || !ok {
			continue
		}
		if c.Policy != "" {
			p.Policy = c.Policy
		}
		if c.Collections != nil {
			p.Collections = c.Collections
		}
		if c.Confidence != 0 {
			p.Confidence = c.Confidence
		}
		if c.Threads != nil {
			p.Threads = c.Threads
		}
	}
	if p.Policy == "" {
		p.Policy = Asked
	}
	return p
}

// content reports whether any channel needs to be read.
func (s *settings) content() bool { return len(s.unasked()) > 0 }

// unasked are the ids of the servers and channels that need to be read.
func (s *settings) unasked() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var ids []string
	for scope, p := range s.places {
		if p.Policy.content() {
			ids = append(ids, scope[strings.LastIndexByte(scope, '/')+1:])
		}
	}
	slices.Sort(ids)
	return ids
}

// given tells which server a collection has been given to; a collection that
// some admin gave to some channel is seen in no other.
func (s *settings) given() map[string]string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := map[string]string{}
	for scope, p := range s.places {
		server := p.Server
		if id, ok := strings.CutPrefix(scope, "discord/server/"); ok {
			server = id
		}
		for _, c := range p.Collections {
			all[c] = server
		}
	}
	return all
}

// filter is what may be quoted in a place of a server: the collections given
// to it, or if none was, those given to nobody; and what people of the server
// have added, unless the channel was given collections of its own.
func (s *settings) filter(server string, p place, collections []string) rag.Filter {
	if p.Collections != nil {
		return rag.Filter{Collections: slices.Clone(p.Collections)}
	}
	given := s.given()
	see := []string{}
	for _, c := range collections {
		if _, taken := given[c]; !taken && !strings.HasPrefix(c, ownPrefix) {
			see = append(see, c)
		}
	}
	if server != "" && !slices.Contains(see, own(server)) {
		see = append(see, own(server))
	}
	if len(see) == 0 { // a filter of none selects all
		see = append(see, "discord/nothing")
	}
	slices.Sort(see)
	return rag.Filter{Collections: see}
}
