package discord

import (
	"container/list"
	"sync"
	"time"
)

// memory keeps the last values that were put, so many at most and each for a
// time at most.
type memory[V any] struct {
	most int
	keep time.Duration
	now  func() time.Time

	mu    sync.Mutex
	order *list.List // of *remembered[V], the last put first
	by    map[string]*list.Element
}

type entry[V any] struct {
	key   string
	value V
	at    time.Time
}

func newMemory[V any](most int, keep time.Duration, now func() time.Time) *memory[V] {
	return &memory[V]{most: most, keep: keep, now: now, order: list.New(), by: map[string]*list.Element{}}
}

func (m *memory[V]) put(key string, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.putLocked(key, v)
}

func (m *memory[V]) putLocked(key string, v V) {
	if e := m.by[key]; e != nil {
		m.order.Remove(e)
	}
	m.by[key] = m.order.PushFront(&entry[V]{key, v, m.now()})
	for m.order.Len() > m.most {
		last := m.order.Back()
		delete(m.by, last.Value.(*entry[V]).key)
		m.order.Remove(last)
	}
}

func (m *memory[V]) get(key string) (v V, at time.Time, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.by[key]
	if e == nil {
		return v, at, false
	}
	x := e.Value.(*entry[V])
	if m.now().Sub(x.at) > m.keep {
		m.order.Remove(e)
		delete(m.by, key)
		return v, at, false
	}
	return x.value, x.at, true
}

// add puts a value unless there is one of its key, and reports whether it did.
func (m *memory[V]) add(key string, v V) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.by[key]; e != nil && m.now().Sub(e.Value.(*entry[V]).at) <= m.keep {
		return false
	}
	m.putLocked(key, v)
	return true
}

func (m *memory[V]) drop(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.by[key]; e != nil {
		m.order.Remove(e)
		delete(m.by, key)
	}
}

func (m *memory[V]) clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.order.Init()
	clear(m.by)
}

// values are those kept, the last put first.
func (m *memory[V]) values() []V {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []V
	for e := m.order.Front(); e != nil; e = e.Next() {
		if x := e.Value.(*entry[V]); m.now().Sub(x.at) <= m.keep {
			all = append(all, x.value)
		}
	}
	return all
}

// pair is a key and its value.
type pair[V any] struct {
	key   string
	value V
}

// pairs are those kept, the last put first.
func (m *memory[V]) pairs() []pair[V] {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []pair[V]
	for e := m.order.Front(); e != nil; e = e.Next() {
		if x := e.Value.(*entry[V]); m.now().Sub(x.at) <= m.keep {
			all = append(all, pair[V]{x.key, x.value})
		}
	}
	return all
}
