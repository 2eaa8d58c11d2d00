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

// Web reads articles from URLs: pages, feeds with the pages that they lead to,
// and whatever else a Reader reads.
type Web struct {
	Reader
	Client *fetch.Client
	Crawl  bool // read every page below the URLs, and not only theirs
	Pages  int  // the most pages of one site; 0: 1000
}

// Articles yields the articles of URLs, in the order given. Document.Source is
// where the article is for good: what the page calls its canonical address, if
// that is on the same site, else where redirects led. What cannot be had yields
// a *[Skipped]; what is no URL, an error that is [fetch.ErrURL].
func (w Web) Articles(ctx context.Context, urls ...string) rag.Source {
	return func(yield func(rag.Document, error) bool) {
		for _, s := range urls {
			at, err := fetch.Parse(s)
			more := true
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

// address yields the articles of one URL, which a person named or a page did.
// It returns whether to go on.
func (w Web) address(ctx context.Context, at string, named bool, yield func(rag.Document, error) bool) bool {
	r, err := w.get(ctx, at, named)
	if err != nil || ctx.Err() != nil {
		return w.give(ctx, rag.Document{}, err, yield)
	}
	return w.response(ctx, at, r, yield)
}

// get fetches a URL, unless it failed not long ago. An error is a *Skipped.
func (w Web) get(ctx context.Context, at string, named bool) (fetch.Response, error) {
	here := place{at, at}
	t := w.Memory.trace(at)
	if err := w.Memory.waiting(at, t.Stamp); err != nil && !named {
		return fetch.Response{}, here.skipped(err)
	}
	req := fetch.Request{URL: at, Robots: !named}
	if w.Memory.whole(t) || w.Memory.wholeFeed(t) {
		req.Stamp = t.Stamp
	}
	r, err := w.Client.Get(ctx, req)
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

// response yields what is in an answer to a request for a URL.
func (w Web) response(ctx context.Context, at string, r fetch.Response, yield func(rag.Document, error) bool) bool {
	if r.Unchanged {
		return w.unchanged(ctx, at, yield)
	}
	switch root := rootOf(r.Body); {
	case root == "rss" || root == "RDF" || root == "feed" && isFeedMedia(r.Media) || isJSONFeed(r.Body):
		return w.feed(ctx, at, r, yield)
	case root == "opml":
		feeds, err := OPML(r.Body)
		if err != nil {
			return w.give(ctx, rag.Document{}, place{at, at}.skip(Malformed, err), yield)
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
			d = settle(d, r.URL)
			w.Memory.read(at, r.Stamp, d.Source, n)
		} else {
			w.Memory.read(at, r.Stamp, r.URL, n)
		}
		return yield(d, nil)
	})
}

// isFeedMedia tells the media types that feeds come as; HTML is none of them,
// though it may begin like one.
func isFeedMedia(media string) bool {
	media, _, _ = strings.Cut(strings.ToLower(media), ";")
	return strings.Contains(media, "xml") && !strings.Contains(media, "xhtml") || media == "" || strings.HasPrefix(media, "text/plain")
}

// settle gives an article of the web its name: where the page says that it is
// to be found, if it may say so, and else where it was found.
func settle(d rag.Document, found string) rag.Document {
	if own, err := fetch.Parse(d.URL); err == nil && speaksFor(found, own) {
		d.URL = own.String()
	} else {
		d.URL = found
	}
	d.Source = d.URL
	d.ID = rag.DocumentID(d.Source)
	return d
}

// speaksFor reports whether a page may say that another address is its own: it
// is on the same site, else a page could take the place of somebody else's; and
// not the front page, which careless sites name on every page.
func speaksFor(found string, own *url.URL) bool {
	at, err := url.Parse(found)
	if err != nil {
		return false
	}
	same := func(u *url.URL) string { return strings.TrimPrefix(u.Host, "www.") }
	return same(at) == same(own) && (own.Path != "/" || own.RawQuery != "" || at.Path == "/")
}

// unchanged yields that what a URL gave is as it was.
func (w Web) unchanged(ctx context.Context, at string, yield func(rag.Document, error) bool) bool {
	entries := w.Memory.entries(at)
	if len(entries) == 0 {
		return w.give(ctx, rag.Document{Source: target(w.Memory.trace(at))}, rag.ErrUnchanged, yield)
	}
	for _, t := range entries {
		if !w.give(ctx, rag.Document{Source: target(t)}, rag.ErrUnchanged, yield) {
			return false
		}
	}
	return true
}

// feed yields the articles of a feed.
func (w Web) feed(ctx context.Context, at string, r fetch.Response, yield func(rag.Document, error) bool) bool {
	here := place{at, at}
	f, err := guardedFeed(ctx, r.Body)
	if err != nil {
		skipped := here.skipped(err)
		w.Memory.failed(at, r.Stamp, skipped, 0)
		return w.give(ctx, rag.Document{}, skipped, yield)
	}
	if len(f.entries) == 0 {
		return w.give(ctx, rag.Document{}, here.skip(Empty, errors.New("the feed has no entries")), yield)
	}
	for _, e := range f.entries {
		if !w.entry(ctx, at, e, yield) {
			return false
		}
	}
	w.Memory.read(at, r.Stamp, "", 0)
	return true
}

// guardedFeed reads a feed that nobody vouches for.
func guardedFeed(ctx context.Context, data []byte) (f feed, err error) {
	_, err = guarded(ctx, place{}, func() (rag.Document, error) {
		var err error
		f, err = readFeed(data)
		return rag.Document{}, err
	})
	return f, err
}

// entry yields the article of an entry: the page, if the feed has only the
// beginning of it, and else, or if the page cannot be had, what the feed has.
func (w Web) entry(ctx context.Context, at string, e entry, yield func(rag.Document, error) bool) bool {
	key, stamp := entryKey(at, e.guid), e.stamp()
	if w.Memory.unchanged(key, stamp) {
		return w.give(ctx, rag.Document{Source: target(w.Memory.trace(key))}, rag.ErrUnchanged, yield)
	}
	d, err := w.entryArticle(ctx, at, e)
	if err != nil {
		return w.give(ctx, rag.Document{}, err, yield)
	}
	// An entry that has moved is still the same article.
	if was := w.Memory.trace(key); was.Target != "" && w.Memory.count(was.Target) > 0 {
		d.Source, d.ID = was.Target, rag.DocumentID(was.Target)
	}
	w.Memory.read(key, stamp, d.Source, 1)
	return w.give(ctx, d, nil, yield)
}

func (w Web) entryArticle(ctx context.Context, at string, e entry) (rag.Document, error) {
	var failed error
	if e.isTeaser() {
		d, err := w.page(ctx, e)
		if err == nil || ctx.Err() != nil {
			return d, err
		}
		failed = err
	}
	source := e.link
	if u, err := fetch.Parse(e.link); err == nil {
		source = u.String()
	} else {
		source = entryKey(at, e.guid)
	}
	d, err := w.finish(e.document(), place{source, source})
	if err != nil && failed != nil {
		return d, failed // why there is no page says more than that the feed is short
	}
	return d, err
}

// page gets the article of an entry from its page.
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
	d = settle(d, r.URL)
	if d.Published.IsZero() {
		d.Published = e.published
	}
	if d.Author == "" {
		d.Author = e.author
	}
	return d, nil
}

// entryKey names an entry of a feed in a Memory.
func entryKey(feed, guid string) string { return feed + " " + guid }
