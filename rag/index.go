package rag

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Indexer brings a store into step with articles.
type Indexer struct {
	Store    Catalog
	Embedder Embedder
	Chunker  Chunker
	Known    map[string][]float32 // vectors of the Embedder, by Chunk.VectorKey, that need not be computed
	Batch    int                  // chunks embedded and stored at once; 0: 64
	Progress func(Progress)       // called after every article; nil: not

	// Twins keeps an article that is held already, under another path or URL, as
	// a link to that. nil: each is an article of its own.
	Twins Linker
}

// Progress counts what Sync has done so far.
type Progress struct {
	Articles int // read, whatever came of them
	Chunks   int // embedded and stored
}

// Report says what Sync did.
type Report struct {
	Added, Changed, Unchanged int
	Linked                    int     // held already under another path or URL, and now known to be here too
	Chunks                    int     // embedded and stored
	Passed                    []error // one for each article that the source could not give
	Seen                      []Info  // the articles read, by their order, unchanged ones and links among them
}

// Sync puts the articles of src into the store. An article whose Hash the
// store holds already costs nothing; of a changed one only the chunks that are
// new are embedded, if the store is a VectorCache. Articles are stored in
// batches: each is held whole or not at all, and on an error those of earlier
// batches stay. Errors that src yields are reported, not returned.
//
// Articles are read while others are embedded, but never far ahead, so that
// memory does not grow with their number.
func (x Indexer) Sync(ctx context.Context, src Source) (Report, error) {
	var r Report
	held, err := x.held(ctx)
	if err != nil {
		return r, err
	}
	b := batch{x: x, r: &r}
	for d, err := range ahead(src) {
		if ctx.Err() != nil {
			return r, ctx.Err()
		}
		switch {
		case errors.Is(err, ErrUnchanged):
			for _, i := range held.from(d.Source) {
				r.Seen = append(r.Seen, i)
				r.Unchanged++
			}
		case err != nil:
			r.Passed = append(r.Passed, err)
			continue
		default:
			if err := b.take(ctx, d, held); err != nil {
				return r, err
			}
		}
		if x.Progress != nil {
			x.Progress(Progress{Articles: len(r.Seen) + len(r.Passed), Chunks: r.Chunks})
		}
	}
	return r, b.flush(ctx)
}

// take adds one article to the batch, if the store does not hold it.
func (b *batch) take(ctx context.Context, d Document, held *held) error {
	info := Info{ID: d.ID, Source: d.Source, Title: d.Title, URL: d.URL, Collection: d.Collection, Published: d.Published, Hash: d.Hash()}
	b.r.Seen = append(b.r.Seen, info)
	was, known := held.hash[d.ID]
	link, linked := held.links[d.Source]
	switch {
	case known && was == info.Hash, !known && linked && link.Hash == info.Hash:
		b.r.Unchanged++
		return nil
	case !known && b.x.Twins != nil:
		twin, err := held.twins.find(ctx, d, b)
		if err != nil {
			return err
		}
		if twin != "" {
			b.links = append(b.links, Link{Source: d.Source, URL: d.URL, Hash: info.Hash, Article: twin})
			held.links[d.Source] = b.links[len(b.links)-1]
			b.r.Linked++
			return nil
		}
		if linked { // it was a copy, and has become an article of its own
			b.unlink = append(b.unlink, d.Source)
			delete(held.links, d.Source)
		}
	}
	held.hash[d.ID] = info.Hash
	if b.x.Twins != nil {
		held.twins.put(d)
	}
	return b.add(ctx, d, known)
}

// batch gathers articles until there is enough to embed at once.
type batch struct {
	x              Indexer
	r              *Report
	entries        []Entry
	chunks         int
	added, changed int
	links          []Link
	unlink         []string
}

func (b *batch) add(ctx context.Context, d Document, known bool) error {
	if slices.ContainsFunc(b.entries, func(e Entry) bool { return e.Document.ID == d.ID }) {
		if err := b.flush(ctx); err != nil { // one Update takes an article once
			return err
		}
	}
	chunks := b.x.Chunker.Chunks(d)
	b.entries = append(b.entries, Entry{Document: d, Chunks: chunks})
	b.chunks += len(chunks)
	if known {
		b.changed++
	} else {
		b.added++
	}
	full := b.x.Batch
	if full <= 0 {
		full = 64
	}
	if b.chunks < full {
		return nil
	}
	return b.flush(ctx)
}

func (b *batch) flush(ctx context.Context) error {
	if len(b.entries) > 0 {
		if err := b.embed(ctx); err != nil {
			return fmt.Errorf("embed: %w", err)
		}
		if err := b.x.Store.Update(ctx, b.entries, nil); err != nil {
			return err
		}
	}
	if len(b.links)+len(b.unlink) > 0 {
		if err := b.x.Twins.Relink(ctx, b.links, b.unlink); err != nil {
			return err
		}
	}
	b.r.Added, b.r.Changed, b.r.Chunks = b.r.Added+b.added, b.r.Changed+b.changed, b.r.Chunks+b.chunks
	*b = batch{x: b.x, r: b.r}
	return nil
}

// embed fills in the vectors of all entries, those that the store holds first.
func (b *batch) embed(ctx context.Context) error {
	var keys []string
	vectors := map[string][]float32{}
	for _, e := range b.entries {
		for _, c := range e.Chunks {
			key := c.VectorKey()
			keys = append(keys, key)
			if v := b.x.Known[key]; v != nil {
				vectors[key] = v
			}
		}
	}
	if cache, ok := b.x.Store.(VectorCache); ok {
		held, err := cache.Vectors(ctx, keys)
		if err != nil {
			return err
		}
		maps.Copy(vectors, held)
	}
	var texts, missing []string
	for _, e := range b.entries {
		for _, c := range e.Chunks {
			if key := c.VectorKey(); vectors[key] == nil {
				vectors[key] = []float32{} // the same text once only
				missing = append(missing, key)
				texts = append(texts, c.Context())
			}
		}
	}
	if len(texts) > 0 {
		made, err := b.x.Embedder.EmbedDocuments(ctx, texts)
		if err != nil {
			return err
		}
		if len(made) != len(texts) {
			return fmt.Errorf("%s: %d vectors for %d texts", b.x.Embedder.Name(), len(made), len(texts))
		}
		for i, v := range made {
			vectors[missing[i]] = v
		}
	}
	n := 0
	for i := range b.entries {
		e := &b.entries[i]
		e.Vectors = make([][]float32, len(e.Chunks))
		for j := range e.Chunks {
			e.Vectors[j] = vectors[keys[n]]
			n++
		}
	}
	return nil
}

// Prune drops the articles that under selects and that are not among seen, and
// returns them. Where a link to one was seen, the article is kept in the link's
// place, with the link's Source and URL.
func (x Indexer) Prune(ctx context.Context, seen []Info, under func(Info) bool) ([]Info, error) {
	keep := make(map[string]bool, len(seen))
	for _, i := range seen {
		keep[i.ID] = true
	}
	infos, err := x.Store.List(ctx, Filter{})
	if err != nil {
		return nil, err
	}
	heirs, stale, err := x.heirs(ctx, keep, under)
	if err != nil {
		return nil, err
	}
	var gone []Info
	var ids []string
	b := batch{x: x, r: &Report{}}
	for _, i := range infos {
		if keep[i.ID] || !under(i) {
			continue
		}
		gone, ids = append(gone, i), append(ids, i.ID)
		if heir, ok := heirs[i.ID]; ok {
			d, err := x.Store.Document(ctx, i.ID)
			if err != nil {
				return nil, err
			}
			d.ID, d.Source, d.URL = DocumentID(heir.Source), heir.Source, heir.URL
			if err := b.add(ctx, d, false); err != nil {
				return nil, err
			}
		}
	}
	if err := b.flush(ctx); err != nil {
		return nil, err
	}
	if len(stale) > 0 {
		if err := x.Twins.Relink(ctx, nil, stale); err != nil {
			return nil, err
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return gone, x.Store.Update(ctx, nil, ids)
}

// heirs gives a link that was seen for each article that has one, and the
// sources of the links that under selects and that were not seen.
func (x Indexer) heirs(ctx context.Context, keep map[string]bool, under func(Info) bool) (map[string]Link, []string, error) {
	if x.Twins == nil {
		return nil, nil, nil
	}
	links, err := x.Twins.Links(ctx)
	if err != nil {
		return nil, nil, err
	}
	heirs, stale := map[string]Link{}, []string(nil)
	for _, k := range links {
		id := DocumentID(k.Source)
		switch {
		case keep[id]:
			if _, already := heirs[k.Article]; !already {
				heirs[k.Article] = k
			}
		case under(Info{ID: id, Source: k.Source, URL: k.URL}):
			stale = append(stale, k.Source)
		}
	}
	return heirs, stale, nil
}
