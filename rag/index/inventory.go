package index

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"footnote/rag"
)

// inventory is the store's contents at the start of a Sync, plus what Sync
// adds.
type inventory struct {
	hash       map[string]string   // Info.Hash by article ID
	links      map[string]rag.Link // by Source
	order      []rag.Info          // articles and links at the start, sorted by Source
	duplicates duplicates
}

func (x Indexer) takeInventory(ctx context.Context) (*inventory, error) {
	infos, err := x.Store.List(ctx, rag.Filter{})
	if err != nil {
		return nil, err
	}
	h := &inventory{hash: make(map[string]string, len(infos)), links: map[string]rag.Link{}, order: infos}
	for _, i := range infos {
		h.hash[i.ID] = i.Hash
	}
	if x.Duplicates != nil {
		links, err := x.Duplicates.Links(ctx)
		if err != nil {
			return nil, err
		}
		for _, k := range links {
			h.links[k.Source] = k
			h.order = append(h.order, rag.Info{ID: rag.DocumentID(k.Source), Source: k.Source, URL: k.URL, Hash: k.Hash})
		}
		prints, err := x.Duplicates.Fingerprints(ctx)
		if err != nil {
			return nil, err
		}
		h.duplicates = newDuplicates(prints)
	}
	slices.SortFunc(h.order, func(a, b rag.Info) int { return cmp.Compare(a.Source, b.Source) })
	return h, nil
}

// from returns the articles and links whose Source is source or a path below
// it.
func (h *inventory) from(source string) []rag.Info {
	var all []rag.Info
	at := func(s string) int {
		n, _ := slices.BinarySearchFunc(h.order, s, func(i rag.Info, s string) int { return cmp.Compare(i.Source, s) })
		return n
	}
	for n := at(source); n < len(h.order) && h.order[n].Source == source; n++ {
		all = append(all, h.order[n])
	}
	below := strings.TrimSuffix(source, "/") + "/"
	for n := at(below); n < len(h.order) && strings.HasPrefix(h.order[n].Source, below); n++ {
		all = append(all, h.order[n])
	}
	return all
}
