package rag

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// held is the store's contents at the start of a Sync, plus what Sync adds.
type held struct {
	hash  map[string]string // Info.Hash by article ID
	links map[string]Link   // by Source
	order []Info            // articles and links at the start, sorted by Source
	twins twins
}

func (x Indexer) held(ctx context.Context) (*held, error) {
	infos, err := x.Store.List(ctx, Filter{})
	if err != nil {
		return nil, err
	}
	h := &held{hash: make(map[string]string, len(infos)), links: map[string]Link{}, order: infos}
	for _, i := range infos {
		h.hash[i.ID] = i.Hash
	}
	if x.Twins != nil {
		links, err := x.Twins.Links(ctx)
		if err != nil {
			return nil, err
		}
		for _, k := range links {
			h.links[k.Source] = k
			h.order = append(h.order, Info{ID: DocumentID(k.Source), Source: k.Source, URL: k.URL, Hash: k.Hash})
		}
		prints, err := x.Twins.Fingerprints(ctx)
		if err != nil {
			return nil, err
		}
		h.twins = newTwins(prints)
	}
	slices.SortFunc(h.order, func(a, b Info) int { return cmp.Compare(a.Source, b.Source) })
	return h, nil
}

// from returns the articles and links whose Source is source or a path below
// it.
func (h *held) from(source string) []Info {
	var all []Info
	at := func(s string) int {
		n, _ := slices.BinarySearchFunc(h.order, s, func(i Info, s string) int { return cmp.Compare(i.Source, s) })
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
