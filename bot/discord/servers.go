package discord

import (
	"slices"
	"sync"
)

// servers are those that the bot is a member of, as the gateway says. A person
// who installed the application as their own can send interactions from others.
type servers struct {
	mu sync.Mutex
	by map[string]*feed // the shard, by id of the server
}

// ready sets the servers of a shard when a session begins, and returns those that
// the bot has left since the last one.
func (s *servers) ready(f *feed, ids []string) (gone []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, of := range s.by {
		if of == f && !slices.Contains(ids, id) {
			gone = append(gone, id)
			delete(s.by, id)
		}
	}
	for _, id := range ids {
		s.add(f, id)
	}
	return gone
}

// joined adds a server.
func (s *servers) joined(f *feed, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(f, id)
}

func (s *servers) add(f *feed, id string) {
	if s.by == nil {
		s.by = map[string]*feed{}
	}
	s.by[id] = f
}

// left drops a server.
func (s *servers) left(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.by, id)
}

// has reports whether the bot is a member of a server.
func (s *servers) has(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.by[id] != nil
}
