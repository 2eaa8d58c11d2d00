package source

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"footnote/rag"
)

// Memory is what is known from earlier runs of the places that articles are
// read from, so that what has not changed is not read again and what fails is
// tried less and less often. Its methods may be called from several goroutines.
// A nil Memory knows nothing and remembers nothing.
type Memory struct {
	mu     sync.Mutex // guards what follows
	traces map[string]rag.Trace
	fresh  map[string]rag.Trace // of this run
	seen   map[string]bool      // asked for since NewMemory
	held   []string             // sorted
	now    func() time.Time
}

// NewMemory remembers the traces of earlier runs. held is the Source of each
// article, and of each link to one, that the store holds: what was read before
// is read again if it was lost.
func NewMemory(traces []rag.Trace, held []string, now func() time.Time) *Memory {
	m := &Memory{traces: make(map[string]rag.Trace, len(traces)), fresh: map[string]rag.Trace{}, seen: map[string]bool{}, now: now}
	for _, t := range traces {
		m.traces[t.Source] = t
	}
	m.held = slices.Clone(held)
	slices.Sort(m.held)
	return m
}

// Fresh gives the traces of what was read and tried since the last call.
func (m *Memory) Fresh() []rag.Trace {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make([]rag.Trace, 0, len(m.fresh))
	for _, t := range m.fresh {
		all = append(all, t)
	}
	clear(m.fresh)
	return all
}

// Stale gives the places at and below some roots that are remembered, and were
// not asked for since NewMemory: they are gone.
func (m *Memory) Stale(roots ...string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []string
	for name := range m.traces {
		if m.seen[name] {
			continue
		}
		for _, root := range roots {
			if name == root || strings.HasPrefix(name, strings.TrimSuffix(root, "/")+"/") {
				all = append(all, name)
				break
			}
		}
	}
	return all
}

// unchanged reports whether all that was read from source at a stamp is still
// held.
func (m *Memory) unchanged(source, stamp string) bool {
	t := m.trace(source)
	return stamp != "" && t.Stamp == stamp && t.Failure == "" && m.whole(t)
}

// whole reports whether the store holds all that a place gave.
func (m *Memory) whole(t rag.Trace) bool {
	return t.Articles > 0 && m.count(target(t)) >= t.Articles
}

func target(t rag.Trace) string {
	if t.Target != "" {
		return t.Target
	}
	return t.Source
}

// trace gives what is known of a place; if nothing, only its name.
func (m *Memory) trace(source string) rag.Trace {
	if m == nil {
		return rag.Trace{Source: source}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen[source] = true
	if t, known := m.traces[source]; known {
		return t
	}
	return rag.Trace{Source: source}
}

// count says how many articles are held of a place and below it.
func (m *Memory) count(source string) int {
	if m == nil {
		return 0
	}
	n := 0
	at, found := slices.BinarySearch(m.held, source)
	if found {
		n++
		at++
	}
	below := strings.TrimSuffix(source, "/") + "/"
	at, _ = slices.BinarySearch(m.held, below)
	for ; at < len(m.held) && strings.HasPrefix(m.held[at], below); at++ {
		n++
	}
	return n
}

// waiting says why a place is not to be tried yet; nil if it may be.
func (m *Memory) waiting(source, stamp string) error {
	t := m.trace(source)
	if t.Failure == "" || t.Stamp != stamp || m == nil || !m.now().Before(t.Next) {
		return nil
	}
	return &Skipped{Reason: Later, Err: errors.New(t.Failure + " (not tried again before " + t.Next.Local().Format("2 January 15:04") + ")")}
}

// read remembers that a place gave so many articles.
func (m *Memory) read(source, stamp, target string, articles int) {
	if m == nil {
		return
	}
	if target == source {
		target = ""
	}
	m.put(rag.Trace{Source: source, Stamp: stamp, Target: target, Articles: articles, At: m.now()})
}

const (
	firstWait = time.Minute
	longest   = 24 * time.Hour
)

// failed remembers that a place could not be read. It is not to be tried for a
// minute, and for twice as long each time that it fails again, a day at most; or
// for as long as its server asks.
func (m *Memory) failed(source, stamp string, why error, after time.Duration) {
	if m == nil {
		return
	}
	t := m.trace(source)
	if t.Stamp != stamp {
		t.Tries = 0
	}
	wait := longest
	if t.Tries < 11 {
		wait = min(longest, firstWait<<t.Tries)
	}
	t.Stamp, t.Failure, t.Tries, t.At = stamp, reasonOf(why), t.Tries+1, m.now()
	t.Next = t.At.Add(max(wait, after))
	m.put(t)
}

// reasonOf is an error without the name of what it is about.
func reasonOf(err error) string {
	var s *Skipped
	if !errors.As(err, &s) {
		return err.Error()
	}
	if s.Err != nil {
		return s.Reason.String() + ": " + s.Err.Error()
	}
	return s.Reason.String()
}

func (m *Memory) put(t rag.Trace) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen[t.Source] = true
	m.traces[t.Source], m.fresh[t.Source] = t, t
}

// entries gives the traces of the entries of a feed, by their names.
func (m *Memory) entries(feed string) []rag.Trace {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []rag.Trace
	for name, t := range m.traces {
		if strings.HasPrefix(name, entryKey(feed, "")) && t.Articles > 0 {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b rag.Trace) int { return strings.Compare(a.Source, b.Source) })
	return all
}

// wholeFeed reports whether the store holds all that a feed gave.
func (m *Memory) wholeFeed(feed rag.Trace) bool {
	all := m.entries(feed.Source)
	return len(all) > 0 && !slices.ContainsFunc(all, func(t rag.Trace) bool { return !m.whole(t) })
}

// withoutStamp forgets which version of a page is held, so that it is fetched.
func (m *Memory) withoutStamp(source string) *Memory {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if t, known := m.traces[source]; known && t.Failure == "" {
		t.Stamp = ""
		m.traces[source] = t
	}
	return m
}

// below gives the places that are remembered and begin with a prefix, sorted.
func (m *Memory) below(prefix string) []string {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []string
	for name := range m.traces {
		if strings.HasPrefix(name, prefix) && !strings.Contains(name, " ") {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}
