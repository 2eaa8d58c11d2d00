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
	sorted     []rag.Info          // articles and links at the start, sorted by Source
	duplicates duplicates
}

// newInventory returns the store's contents.
func (x Indexer) newInventory(ctx context.Context) (*inventory, error) {
	infos, err := x.Store.List(ctx, rag.Filter{})
	if err != nil {
		return nil, err
	}
	inv := &inventory{hash: make(map[string]string, len(infos)), links: map[string]rag.Link{}, sorted: infos}
	for _, i := range infos {
		inv.hash[i.ID] = i.Hash
	}
	if x.Duplicates != nil {
		links, err := x.Duplicates.Links(ctx)
		if err != nil {
			return nil, err
		}
		for _, k := range links {
			inv.links[k.Source] = k
			inv.sorted = append(inv.sorted, rag.Info{ID: rag.DocumentID(k.Source), Source: k.Source, URL: k.URL, Hash: k.Hash})
		}
		prints, err := x.Duplicates.Fingerprints(ctx)
		if err != nil {
			return nil, err
		}
		inv.duplicates = newDuplicates(prints)
	}
	slices.SortFunc(inv.sorted, func(a, b rag.Info) int { return cmp.Compare(a.Source, b.Source) })
	return inv, nil
}

// from returns the articles and links at the start whose Source is source or a
// path below it.
func (inv *inventory) from(source string) []rag.Info {
	var all []rag.Info
	at := func(s string) int { // the first item whose Source is s or greater
		n, _ := slices.BinarySearchFunc(inv.sorted, s, func(i rag.Info, s string) int { return cmp.Compare(i.Source, s) })
		return n
	}
	for n := at(source); n < len(inv.sorted) && inv.sorted[n].Source == source; n++ {
		all = append(all, inv.sorted[n])
	}
	below := strings.TrimSuffix(source, "/") + "/"
	for n := at(below); n < len(inv.sorted) && strings.HasPrefix(inv.sorted[n].Source, below); n++ {
		all = append(all, inv.sorted[n])
	}
	return all
}
