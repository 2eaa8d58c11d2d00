package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Policy says when the bot answers in a channel.
type Policy string

// The values of Policy.
const (
	Off       Policy = "off"       // never
	Asked     Policy = "asked"     // when it is asked; the default
	Confident Policy = "confident" // also every message that the articles answer with confidence
	Always    Policy = "always"    // also every message
)

// readsAll reports whether the policy needs the text of messages that do not
// name the bot.
func (p Policy) readsAll() bool { return p == Confident || p == Always }

// config is what admins have set for a server or a channel. A field of a
// channel that has its zero value means what the server's says.
type config struct {
	Policy     Policy   `json:"policy,omitempty"`
	Threads    *bool    `json:"threads,omitempty"`    // answer a mention in a new thread
	Library    []string `json:"library,omitempty"`    // collections to quote, of those that the server may use; nil: all of them
	Confidence float64  `json:"confidence,omitempty"` // lowest confidence, from 0 to 1, of an answer under Confident; 0: what the verdict says
	Server     string   `json:"server,omitempty"`     // of a channel: its server

	// Only for a server.
	Trusted    string `json:"trusted,omitempty"` // role whose replies may become articles
	Helper     string `json:"helper,omitempty"`  // role that "Ask a person" pings
	Keep       bool   `json:"keep,omitempty"`    // keep the text of answered questions with feedback
	PerPerson  int    `json:"per_person,omitempty"`
	PerChannel int    `json:"per_channel,omitempty"`
	PerServer  int    `json:"per_server,omitempty"`
}

func (c config) threads() bool { return c.Threads != nil && *c.Threads }

func serverScope(id string) string  { return "discord/server/" + id }
func channelScope(id string) string { return "discord/channel/" + id }

// settings are everything that admins have set. The records keep them, and
// memory holds a copy.
type settings struct {
	records Settings
	mu      sync.RWMutex
	by      map[string]config // by scope
}

func loadSettings(ctx context.Context, r Settings) (*settings, error) {
	s := &settings{records: r, by: map[string]config{}}
	scopes, err := r.SettingsScopes(ctx)
	if err != nil {
		return nil, err
	}
	for _, scope := range scopes {
		if !strings.HasPrefix(scope, serverScope("")) && !strings.HasPrefix(scope, channelScope("")) {
			continue
		}
		raw, err := r.Settings(ctx, scope)
		if err != nil {
			return nil, err
		}
		var c config
		if err := json.Unmarshal(raw, &c); err != nil {
			return nil, fmt.Errorf("settings of %s: %w", scope, err)
		}
		s.by[scope] = c
	}
	return s, nil
}

// change changes what is set for a scope, first in the records and then in
// memory.
func (s *settings) change(ctx context.Context, scope string, f func(*config)) error {
	var c config
	err := s.records.ChangeSettings(ctx, scope, func(raw json.RawMessage) (json.RawMessage, error) {
		c = config{}
		if raw != nil {
			if err := json.Unmarshal(raw, &c); err != nil {
				return nil, err
			}
		}
		f(&c)
		return json.Marshal(c)
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.by[scope] = c
	return nil
}

// drop drops what is set for a scope, first in the records and then in memory.
func (s *settings) drop(ctx context.Context, scope string) error {
	s.mu.RLock()
	_, ok := s.by[scope]
	s.mu.RUnlock()
	if !ok {
		return nil
	}
	if err := s.records.ChangeSettings(ctx, scope, func(json.RawMessage) (json.RawMessage, error) { return nil, nil }); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.by, scope)
	return nil
}

// channelsOf returns the ids of a server's channels that have settings.
func (s *settings) channelsOf(server string) (ids []string) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for scope, c := range s.by {
		if id, ok := strings.CutPrefix(scope, channelScope("")); ok && c.Server == server {
			ids = append(ids, id)
		}
	}
	return ids
}

// forServer returns what is set for a server.
func (s *settings) forServer(id string) config {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.by[serverScope(id)]
}

// forChannel returns what applies in a channel. For a thread, parent is the id
// of its channel; otherwise parent is empty. For a direct message, server is
// empty.
func (s *settings) forChannel(server, channel, parent string) config {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := s.by[serverScope(server)]
	for _, id := range []string{parent, channel} {
		c, ok := s.by[channelScope(id)]
		if id == "" || !ok {
			continue
		}
		if c.Policy != "" {
			all.Policy = c.Policy
		}
		if c.Library != nil {
			all.Library = c.Library
		}
		if c.Confidence != 0 {
			all.Confidence = c.Confidence
		}
		if c.Threads != nil {
			all.Threads = c.Threads
		}
	}
	if all.Policy == "" {
		all.Policy = Asked
	}
	return all
}

// needContent reports whether the bot must read messages that do not name it.
func (s *settings) needContent() bool { return len(s.readAll()) > 0 }

// readAll returns the ids of the servers and channels where the bot must read
// messages that do not name it, sorted.
func (s *settings) readAll() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var ids []string
	for scope, c := range s.by {
		if c.Policy.readsAll() {
			ids = append(ids, scope[strings.LastIndexByte(scope, '/')+1:])
		}
	}
	slices.Sort(ids)
	return ids
}
