package discord

import (
	"container/list"
	"sync"
	"time"
)

// memory keeps the values that were put last: a limited number of them, each
// for a limited time.
type memory[V any] struct {
	most int
	keep time.Duration
	now  func() time.Time

	mu    sync.Mutex
	order *list.List // of *entry[V], the newest first
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

// get returns the value of a key, and when it was put.
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

// add puts a value unless its key has one already. It reports whether it put it.
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

// pair is a key and its value.
type pair[V any] struct {
	key   string
	value V
}

// pairs returns the keys with their values, the newest first.
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
