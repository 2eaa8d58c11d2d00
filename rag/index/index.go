package index

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"footnote/rag"
)

// Indexer copies articles from a [rag.Source] into a store. It skips articles
// that have not changed.
type Indexer struct {
	Store    rag.Catalog
	Embedder rag.Embedder
	Chunker  Chunker
	Known    map[string][]float32 // vectors by Chunk.VectorKey, made by Embedder, that are reused; nil: none
	Batch    int                  // how many chunks to collect before they are embedded and stored; 0: 64
	Progress func(Progress)       // called after every article that is not skipped; nil: not called

	// Duplicates stores an article whose text is already stored under another
	// path or URL as a link to that article. It is usually Store itself. nil:
	// every article is stored.
	Duplicates rag.Linker
}

// Progress counts what Sync has done so far.
type Progress struct {
	Articles int // read, including skipped and unchanged articles
	Chunks   int // embedded and stored
}

// Report is the result of a Sync.
type Report struct {
	Added, Changed, Unchanged int
	Linked                    int        // articles newly stored as links, because they are duplicates
	Chunks                    int        // embedded and stored
	Skipped                   []error    // one error for each article that the source could not read
	Seen                      []rag.Info // the articles read, in source order, including unchanged articles and links
}

// Sync stores the articles of src. It skips an article if the store already has
// its Hash. If the store is a VectorCache, Sync embeds only the new chunks of a
// changed article.
//
// Sync stores articles in batches. Each article is stored whole or not at all.
// If Sync fails, earlier batches stay stored. Errors that src yields go into
// Report.Skipped and do not stop Sync.
//
// Sync reads articles while it embeds others. The number it reads in advance is
// bounded, so memory does not grow with the size of src.
func (x Indexer) Sync(ctx context.Context, src rag.Source) (Report, error) {
	var r Report
	inv, err := x.newInventory(ctx)
	if err != nil {
		return r, err
	}
	b := batch{indexer: x, report: &r}
	for d, err := range prefetch(src) { //nolint:contextcheck // src has its own context
		if ctx.Err() != nil {
			return r, ctx.Err()
		}
		switch {
		case errors.Is(err, rag.ErrUnchanged):
			for _, i := range inv.from(d.Source) {
				r.Seen = append(r.Seen, i)
				r.Unchanged++
			}
		case err != nil:
			r.Skipped = append(r.Skipped, err)
			continue
		default:
			if err := b.addIfNew(ctx, d, inv); err != nil {
				return r, err
			}
		}
		if x.Progress != nil {
			x.Progress(Progress{Articles: len(r.Seen) + len(r.Skipped), Chunks: r.Chunks})
		}
	}
	return r, b.flush(ctx)
}

// batch collects articles until there are enough chunks to embed at once.
type batch struct {
	indexer        Indexer
	report         *Report
	entries        []rag.Entry
	chunks         int
	added, changed int
	links          []rag.Link // to store
	unlink         []string   // Source of the links to remove
}

// addIfNew adds an article to the batch unless the store has it already. A
// duplicate becomes a link.
func (b *batch) addIfNew(ctx context.Context, d rag.Document, inv *inventory) error {
	info := rag.Info{ID: d.ID, Source: d.Source, Title: d.Title, URL: d.URL, Collection: d.Collection, Published: d.Published, Hash: d.Hash()}
	b.report.Seen = append(b.report.Seen, info)
	was, known := inv.hash[d.ID]
	link, linked := inv.links[d.Source]
	switch {
	case known && was == info.Hash, !known && linked && link.Hash == info.Hash:
		b.report.Unchanged++
		return nil
	case !known && b.indexer.Duplicates != nil:
		original, err := inv.duplicates.find(ctx, d, b)
		if err != nil {
			return err
		}
		if original != "" {
			b.links = append(b.links, rag.Link{Source: d.Source, URL: d.URL, Hash: info.Hash, Article: original})
			inv.links[d.Source] = b.links[len(b.links)-1]
			b.report.Linked++
			return nil
		}
		if linked { // a former duplicate now has a text of its own
			b.unlink = append(b.unlink, d.Source)
			delete(inv.links, d.Source)
		}
	}
	inv.hash[d.ID] = info.Hash
	if b.indexer.Duplicates != nil {
		inv.duplicates.put(d)
	}
	return b.add(ctx, d, known)
}

// add cuts an article into chunks and adds it. known says that the store has an
// article with its ID. add flushes the batch when it has enough chunks.
func (b *batch) add(ctx context.Context, d rag.Document, known bool) error {
	if slices.ContainsFunc(b.entries, func(e rag.Entry) bool { return e.Document.ID == d.ID }) {
		if err := b.flush(ctx); err != nil { // an Update accepts each article ID once
			return err
		}
	}
	chunks := b.indexer.Chunker.Chunks(d)
	b.entries = append(b.entries, rag.Entry{Document: d, Chunks: chunks})
	b.chunks += len(chunks)
	if known {
		b.changed++
	} else {
		b.added++
	}
	full := b.indexer.Batch
	if full <= 0 {
		full = 64
	}
	if b.chunks < full {
		return nil
	}
	return b.flush(ctx)
}

// flush stores the articles and links of the batch, and empties it.
func (b *batch) flush(ctx context.Context) error {
	if len(b.entries) > 0 {
		if err := b.embed(ctx); err != nil {
			return fmt.Errorf("embed: %w", err)
		}
		if err := b.indexer.Store.Update(ctx, b.entries, nil); err != nil {
			return err
		}
	}
	if len(b.links)+len(b.unlink) > 0 {
		if err := b.indexer.Duplicates.Relink(ctx, b.links, b.unlink); err != nil {
			return err
		}
	}
	b.report.Added, b.report.Changed, b.report.Chunks = b.report.Added+b.added, b.report.Changed+b.changed, b.report.Chunks+b.chunks
	*b = batch{indexer: b.indexer, report: b.report}
	return nil
}

// embed sets the vectors of all entries. It reuses vectors from Known and from
// the store.
func (b *batch) embed(ctx context.Context) error {
	var keys []string
	vectors := map[string][]float32{}
	for _, e := range b.entries {
		for _, c := range e.Chunks {
			key := c.VectorKey()
			keys = append(keys, key)
			if v := b.indexer.Known[key]; v != nil {
				vectors[key] = v
			}
		}
	}
	if cache, ok := b.indexer.Store.(rag.VectorCache); ok {
		stored, err := cache.Vectors(ctx, keys)
		if err != nil {
			return err
		}
		maps.Copy(vectors, stored)
	}
	var texts, missing []string
	for _, e := range b.entries {
		for _, c := range e.Chunks {
			if key := c.VectorKey(); vectors[key] == nil {
				vectors[key] = []float32{} // embed equal texts once
				missing = append(missing, key)
				texts = append(texts, c.Context())
			}
		}
	}
	if len(texts) > 0 {
		made, err := b.indexer.Embedder.EmbedDocuments(ctx, texts)
		if err != nil {
			return err
		}
		if len(made) != len(texts) {
			return fmt.Errorf("%s: %d vectors for %d texts", b.indexer.Embedder.Name(), len(made), len(texts))
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

// Prune deletes the articles that are not in seen and for which under returns
// true. It returns the deleted articles. If seen contains a link to a deleted
// article, the text is kept under the link's Source and URL.
func (x Indexer) Prune(ctx context.Context, seen []rag.Info, under func(rag.Info) bool) ([]rag.Info, error) {
	keep := make(map[string]bool, len(seen))
	for _, i := range seen {
		keep[i.ID] = true
	}
	infos, err := x.Store.List(ctx, rag.Filter{})
	if err != nil {
		return nil, err
	}
	links, stale, err := x.replacements(ctx, keep, under)
	if err != nil {
		return nil, err
	}
	var gone []rag.Info
	var ids []string
	b := batch{indexer: x, report: &Report{}}
	for _, i := range infos {
		if keep[i.ID] || !under(i) {
			continue
		}
		gone, ids = append(gone, i), append(ids, i.ID)
		if link, ok := links[i.ID]; ok {
			d, err := x.Store.Document(ctx, i.ID)
			if err != nil {
				return nil, err
			}
			d.ID, d.Source, d.URL = rag.DocumentID(link.Source), link.Source, link.URL
			if err := b.add(ctx, d, false); err != nil {
				return nil, err
			}
		}
	}
	if err := b.flush(ctx); err != nil {
		return nil, err
	}
	if len(stale) > 0 {
		if err := x.Duplicates.Relink(ctx, nil, stale); err != nil {
			return nil, err
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return gone, x.Store.Update(ctx, nil, ids)
}

// replacements returns two results. The first maps the ID of an article to one
// of its links that was seen. The second lists the sources of links that were
// not seen and for which under returns true. keep holds the IDs of what was
// seen.
func (x Indexer) replacements(ctx context.Context, keep map[string]bool, under func(rag.Info) bool) (map[string]rag.Link, []string, error) {
	if x.Duplicates == nil {
		return nil, nil, nil
	}
	links, err := x.Duplicates.Links(ctx)
	if err != nil {
		return nil, nil, err
	}
	replacements, stale := map[string]rag.Link{}, []string(nil)
	for _, k := range links {
		id := rag.DocumentID(k.Source)
		switch {
		case keep[id]:
			if _, already := replacements[k.Article]; !already {
				replacements[k.Article] = k
			}
		case under(rag.Info{ID: id, Source: k.Source, URL: k.URL}):
			stale = append(stale, k.Source)
		}
	}
	return replacements, stale, nil
}
