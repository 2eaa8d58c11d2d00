package discord

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"footnote/rag"
	"footnote/rag/text"
)

const (
	listedFor = 30 * time.Second // how old a list of articles may be
	cachedFor = 10 * time.Minute // how old an answer may be that is given again
)

// catalog is what the bot last read from the articles: their list, and the
// answers to questions that are not follow-ups.
type catalog struct {
	articles Articles
	now      func() time.Time
	answers  *memory[rag.Answer] // by question and collections

	mu          sync.Mutex
	collections []string
	infos       []rag.Info
	until       time.Time // when the list is too old
}

func newCatalog(articles Articles, now func() time.Time) *catalog {
	return &catalog{articles: articles, now: now, answers: newMemory[rag.Answer](500, cachedFor, now)}
}

// list returns the names of all collections and a description of all articles,
// at most 30 seconds old.
func (c *catalog) list(ctx context.Context) ([]string, []rag.Info, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now().Before(c.until) {
		return c.collections, c.infos, nil
	}
	infos, err := c.articles.List(ctx, rag.Filter{})
	if err != nil {
		return nil, nil, err
	}
	var all []string
	for _, i := range infos {
		all = append(all, i.Collection)
	}
	slices.Sort(all)
	c.collections, c.infos, c.until = slices.Compact(all), infos, c.now().Add(listedFor)
	return c.collections, infos, nil
}

// changed drops what is remembered, because articles or settings have changed.
func (c *catalog) changed() {
	c.mu.Lock()
	c.until = time.Time{}
	c.mu.Unlock()
	c.answers.clear()
}

// cacheKey returns the key of a question's answer in catalog.answers.
func cacheKey(question string, f rag.Filter) string {
	return fmt.Sprint(text.Normalize(question), f.Collections)
}
