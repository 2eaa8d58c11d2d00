package source

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"footnote/rag"
	"footnote/rag/source/fetch"
)

// Web reads articles from URLs: pages, feeds with the pages that they link to,
// and any file that a Reader reads.
type Web struct {
	Reader
	Client *fetch.Client
	Crawl  bool // read every page below the URLs
	Pages  int  // most pages of one site; 0: 1000
}

// Articles yields the articles of URLs, in the given order. Document.Source is
// the permanent address: the page's canonical URL if that is on the same site,
// or else the URL after redirects. An address that cannot be read yields a
// *[Skipped]. Text that is not a URL yields an error that is [fetch.ErrURL].
func (w Web) Articles(ctx context.Context, urls ...string) rag.Source {
	return func(yield func(rag.Document, error) bool) {
		for _, s := range urls {
			at, err := fetch.Parse(s)
			var more bool
			switch {
			case err != nil:
				more = yield(rag.Document{}, fmt.Errorf("%s: %w", printable(s), err))
			case w.Crawl:
				more = w.crawl(ctx, at, yield)
			default:
				more = w.address(ctx, at.String(), true, yield)
			}
			if !more {
				return
			}
		}
	}
}

// address yields the articles of one URL. named is true if the user named it,
// false if a page did. It returns false if the caller has to stop.
func (w Web) address(ctx context.Context, at string, named bool, yield func(rag.Document, error) bool) bool {
	r, err := w.get(ctx, at, named)
	if err != nil || ctx.Err() != nil {
		return w.emit(ctx, rag.Document{}, err, yield)
	}
	return w.response(ctx, at, r, yield)
}

// get fetches a URL unless its next retry is not due yet. An error is a
// *Skipped, or that of ctx.
func (w Web) get(ctx context.Context, at string, named bool) (fetch.Response, error) {
	here := place{at, at}
	t := w.Memory.trace(at)
	if err := w.Memory.retryError(at, t.Stamp); err != nil && !named {
		return fetch.Response{}, here.skipped(err)
	}
	req := fetch.Request{URL: at, Robots: !named}
	if w.Memory.complete(t) || w.Memory.completeFeed(t) {
		req.Stamp, _ = strings.CutPrefix(t.Stamp, w.stampPrefix())
		if req.Stamp == t.Stamp {
			req.Stamp = "" // read with other options
		}
	}
	r, err := w.Client.Get(ctx, req)
	if r.Stamp != "" {
		r.Stamp = w.stampPrefix() + r.Stamp
	}
	if err == nil || ctx.Err() != nil {
		return r, ctx.Err()
	}
	why := Unreachable
	switch {
	case errors.Is(err, fetch.ErrRobots):
		why = Forbidden
	case errors.Is(err, fetch.ErrLarge):
		why = TooLarge
	}
	skipped := here.skip(why, err)
	if why == Forbidden {
		skipped.Err = nil // the reason says it
	}
	var after time.Duration
	var status *fetch.StatusError
	if errors.As(err, &status) {
		after = status.After
	}
	w.Memory.failed(at, t.Stamp, skipped, after)
	return r, skipped
}

// response yields the articles in the response to a request for at.
func (w Web) response(ctx context.Context, at string, r fetch.Response, yield func(rag.Document, error) bool) bool {
	if r.Unchanged {
		return w.unchanged(ctx, at, yield)
	}
	switch root := rootOf(r.Body); {
	case isExport(r.Body):
	case root == "rss" || root == "RDF" || root == "feed" && isFeedMedia(r.Media) || isJSONFeed(r.Body):
		return w.feed(ctx, at, r, yield)
	case root == "opml":
		feeds, err := OPML(r.Body)
		if err != nil {
			return w.emit(ctx, rag.Document{}, place{at, at}.skip(Malformed, err), yield)
		}
		for _, f := range feeds {
			if !w.address(ctx, f, false, yield) {
				return false
			}
		}
		return true
	}
	n := 0
	return w.open(ctx, w.file(r.URL, r.Media, r.Body), place{r.URL, at}, func(d rag.Document, err error) bool {
		if err != nil {
			w.Memory.failed(at, r.Stamp, err, 0)
			return yield(d, err)
		}
		n++
		if d.Source == r.URL {
			d = setAddress(d, r.URL)
			w.Memory.read(at, r.Stamp, d.Source, n)
		} else {
			w.Memory.read(at, r.Stamp, r.URL, n)
		}
		return yield(d, nil)
	})
}

// isFeedMedia reports whether a media type may be that of a feed. XHTML is not,
// although its root element may look like one.
func isFeedMedia(media string) bool {
	media, _, _ = strings.Cut(strings.ToLower(media), ";")
	return strings.Contains(media, "xml") && !strings.Contains(media, "xhtml") || media == "" || strings.HasPrefix(media, "text/plain")
}

// setAddress sets the URL, Source and ID of an article of the web: the address
// that the page gives, if mayClaim accepts it, or else found.
func setAddress(d rag.Document, found string) rag.Document {
	if own, err := fetch.Parse(d.URL); err == nil && mayClaim(found, own) {
		d.URL = own.String()
	} else {
		d.URL = found
	}
	d.Source = d.URL
	d.ID = rag.DocumentID(d.Source)
	return d
}

// mayClaim reports whether a page at found may give own as its canonical URL.
// It must be on the same site; otherwise a page could replace somebody else's.
// It must not be the front page, which careless sites name on every page.
func mayClaim(found string, own *url.URL) bool {
	at, err := url.Parse(found)
	if err != nil {
		return false
	}
	same := func(u *url.URL) string { return strings.TrimPrefix(u.Host, "www.") }
	return same(at) == same(own) && (own.Path != "/" || own.RawQuery != "" || at.Path == "/")
}

// unchanged yields [rag.ErrUnchanged] for each article of an address.
func (w Web) unchanged(ctx context.Context, at string, yield func(rag.Document, error) bool) bool {
	entries := w.Memory.entries(at)
	if len(entries) == 0 {
		return w.emit(ctx, rag.Document{Source: target(w.Memory.trace(at))}, rag.ErrUnchanged, yield)
	}
	for _, t := range entries {
		if !w.emit(ctx, rag.Document{Source: target(t)}, rag.ErrUnchanged, yield) {
			return false
		}
	}
	return true
}

// feed yields the articles of a feed.
func (w Web) feed(ctx context.Context, at string, r fetch.Response, yield func(rag.Document, error) bool) bool {
	here := place{at, at}
	f, err := readFeedSafely(ctx, r.Body, r.URL)
	if err != nil {
		skipped := here.skipped(err)
		w.Memory.failed(at, r.Stamp, skipped, 0)
		return w.emit(ctx, rag.Document{}, skipped, yield)
	}
	if len(f.entries) == 0 {
		return w.emit(ctx, rag.Document{}, here.skip(Empty, errors.New("the feed has no entries")), yield)
	}
	for _, e := range f.entries {
		if !w.entry(ctx, at, e, yield) {
			return false
		}
	}
	w.Memory.read(at, r.Stamp, "", 0)
	return true
}

// readFeedSafely reads an untrusted feed.
func readFeedSafely(ctx context.Context, data []byte, address string) (f feed, err error) {
	_, err = parseSafely(ctx, place{}, func() (rag.Document, error) {
		var err error
		f, err = readFeed(data, address)
		return rag.Document{}, err
	})
	return f, err
}

// entry yields the article of an entry.
func (w Web) entry(ctx context.Context, at string, e entry, yield func(rag.Document, error) bool) bool {
	key, stamp := entryKey(at, e.guid), w.stampPrefix()+e.stamp()
	if w.Memory.unchanged(key, stamp) {
		return w.emit(ctx, rag.Document{Source: target(w.Memory.trace(key))}, rag.ErrUnchanged, yield)
	}
	d, whole, err := w.entryArticle(ctx, at, e)
	if err != nil {
		return w.emit(ctx, rag.Document{}, err, yield)
	}
	if !whole {
		stamp = "" // fetch the page again next time
	}
	// If the address of an entry changes, the article keeps its Source.
	if was := w.Memory.trace(key); was.Target != "" && w.Memory.count(was.Target) > 0 {
		d.Source, d.ID = was.Target, rag.DocumentID(was.Target)
	}
	w.Memory.read(key, stamp, d.Source, 1)
	return w.emit(ctx, d, nil, yield)
}

// entryArticle reads an entry. If the feed has only the beginning, it fetches
// the page, and falls back to the text in the feed. whole is false for that
// fallback.
func (w Web) entryArticle(ctx context.Context, at string, e entry) (d rag.Document, whole bool, err error) {
	var failed error
	if e.isTeaser() {
		d, err := w.page(ctx, e)
		if err == nil || ctx.Err() != nil {
			return d, true, err
		}
		failed = err
	}
	source := entryKey(at, e.guid)
	if u, err := fetch.Parse(e.link); err == nil {
		source = u.String()
	}
	d, err = w.finish(e.document(), place{source, source})
	if err != nil && failed != nil {
		err = failed // the page's error explains more than a short feed text
	}
	return d, failed == nil, err
}

// page reads the article of an entry from its page.
func (w Web) page(ctx context.Context, e entry) (rag.Document, error) {
	u, err := fetch.Parse(e.link)
	if err != nil {
		return rag.Document{}, place{e.link, e.link}.skip(Unreachable, err)
	}
	address := u.String()
	fresh := w
	fresh.Memory = w.Memory.withoutStamp(address)
	r, err := fresh.get(ctx, address, false)
	if err != nil {
		return rag.Document{}, err
	}
	var d rag.Document
	err = place{address, address}.skip(Empty, nil)
	w.open(ctx, w.file(r.URL, r.Media, r.Body), place{r.URL, address}, func(one rag.Document, failed error) bool {
		d, err = one, failed
		return false
	})
	if err != nil {
		return d, err
	}
	d = setAddress(d, r.URL)
	if d.Published.IsZero() {
		d.Published = e.published
	}
	if d.Author == "" {
		d.Author = e.author
	}
	return d, nil
}

// entryKey returns the name of a feed's entry in a Memory.
func entryKey(feed, guid string) string { return feed + " " + guid }
