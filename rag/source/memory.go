package source

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"footnote/rag"
)

// Memory records what earlier runs read from each place. Unchanged places are
// not read again, and failing ones are retried less and less often. A Memory
// may be used by several goroutines. A nil Memory is empty and records nothing.
type Memory struct {
	mu        sync.Mutex // guards the fields below
	traces    map[string]rag.Fetched
	fresh     map[string]rag.Fetched // recorded in this run
	seen      map[string]bool        // looked up since NewMemory
	same      map[string]bool        // found unchanged since NewMemory
	inventory []string               // sorted
	now       func() time.Time
}

// NewMemory returns a Memory with the traces of earlier runs. inventory lists
// the Source of each article in the store, and of each link to one. An article
// that is missing there is read again.
func NewMemory(traces []rag.Fetched, inventory []string, now func() time.Time) *Memory {
	m := &Memory{traces: make(map[string]rag.Fetched, len(traces)), fresh: map[string]rag.Fetched{}, seen: map[string]bool{}, same: map[string]bool{}, now: now}
	for _, t := range traces {
		m.traces[t.Source] = t
	}
	m.inventory = slices.Clone(inventory)
	slices.Sort(m.inventory)
	return m
}

// Fresh returns the traces recorded since the last call.
func (m *Memory) Fresh() []rag.Fetched {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make([]rag.Fetched, 0, len(m.fresh))
	for _, t := range m.fresh {
		all = append(all, t)
	}
	clear(m.fresh)
	return all
}

// Stale returns the known places at and below the roots that were not looked up
// since NewMemory. They no longer exist.
func (m *Memory) Stale(roots ...string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []string
	for name := range m.traces {
		if m.seen[name] || m.inSame(name) {
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

// inSame reports whether name is in an archive that was not read again, because
// it is unchanged.
func (m *Memory) inSame(name string) bool {
	for at := strings.LastIndexByte(name, '/'); at > 0; at = strings.LastIndexByte(name[:at], '/') {
		if m.same[name[:at]] {
			return true
		}
	}
	return false
}

// unchanged reports whether source still has this stamp and the store has all
// of its articles.
func (m *Memory) unchanged(source, stamp string) bool {
	t := m.trace(source)
	if stamp == "" || t.Stamp != stamp || t.Failure != "" || !m.complete(t) {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.same[source] = true
	return true
}

// complete reports whether the store has all articles that a place gave.
func (m *Memory) complete(t rag.Fetched) bool {
	return t.Articles > 0 && m.count(target(t)) >= t.Articles
}

func target(t rag.Fetched) string {
	if t.Target != "" {
		return t.Target
	}
	return t.Source
}

// trace returns what is known of a place, or a trace with only its name.
func (m *Memory) trace(source string) rag.Fetched {
	if m == nil {
		return rag.Fetched{Source: source}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen[source] = true
	if t, known := m.traces[source]; known {
		return t
	}
	return rag.Fetched{Source: source}
}

// count returns the number of stored articles at a place and below it.
func (m *Memory) count(source string) int {
	if m == nil {
		return 0
	}
	n := 0
	_, found := slices.BinarySearch(m.inventory, source)
	if found {
		n++
	}
	below := strings.TrimSuffix(source, "/") + "/"
	at, _ := slices.BinarySearch(m.inventory, below)
	for ; at < len(m.inventory) && strings.HasPrefix(m.inventory[at], below); at++ {
		n++
	}
	return n
}

// retryError says why a place must not be tried yet; nil if it may be tried.
func (m *Memory) retryError(source, stamp string) error {
	t := m.trace(source)
	if t.Failure == "" || t.Stamp != stamp || m == nil || !m.now().Before(t.Next) {
		return nil
	}
	return &Skipped{Reason: Later, Err: errors.New(t.Failure + " (next try after " + t.Next.Local().Format("2 January 15:04") + ")")}
}

// read records that a place gave so many articles.
func (m *Memory) read(source, stamp, target string, articles int) {
	if m == nil {
		return
	}
	if target == source {
		target = ""
	}
	m.put(rag.Fetched{Source: source, Stamp: stamp, Target: target, Articles: articles, At: m.now()})
}

const (
	minWait = time.Minute
	maxWait = 24 * time.Hour
)

// failed records that a place could not be read. The next try is after a
// minute. The wait doubles with each further failure, to a day at most, and is
// never less than after.
func (m *Memory) failed(source, stamp string, why error, after time.Duration) {
	if m == nil {
		return
	}
	t := m.trace(source)
	if t.Stamp != stamp {
		t.Tries = 0
	}
	wait := maxWait
	if t.Tries < 11 {
		wait = min(maxWait, minWait<<t.Tries)
	}
	t.Stamp, t.Failure, t.Tries, t.At = stamp, reasonOf(why), t.Tries+1, m.now()
	t.Next = t.At.Add(max(wait, after))
	m.put(t)
}

// skip records a file that is not read for what it is, and returns s. It is
// tried again in every run, because it costs nothing.
func (m *Memory) skip(s *Skipped) *Skipped {
	m.failed(s.Source, "", s, 0)
	return s
}

// Failed reports whether a place of an earlier run is one that the user may want
// to correct: not an empty page, and not a picture or a setting.
func Failed(t rag.Fetched) bool {
	reason, _, _ := strings.Cut(t.Failure, ": ")
	return reason != "" && reason != Empty.String() && reason != Other.String()
}

// reasonOf returns the message of an error without the name of the place.
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

func (m *Memory) put(t rag.Fetched) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen[t.Source] = true
	m.traces[t.Source], m.fresh[t.Source] = t, t
}

// entries returns the traces of the entries of a feed, sorted by name.
func (m *Memory) entries(feed string) []rag.Fetched {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []rag.Fetched
	for name, t := range m.traces {
		if strings.HasPrefix(name, entryKey(feed, "")) && t.Articles > 0 {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b rag.Fetched) int { return strings.Compare(a.Source, b.Source) })
	return all
}

// completeFeed reports whether the store has all articles of a feed.
func (m *Memory) completeFeed(feed rag.Fetched) bool {
	all := m.entries(feed.Source)
	return len(all) > 0 && !slices.ContainsFunc(all, func(t rag.Fetched) bool { return t.Stamp == "" || !m.complete(t) })
}

// withoutStamp removes the stamp of a page, so that the page is fetched in
// full.
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

// below returns the known places that begin with a prefix, sorted. Feed entries
// are left out.
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
