package source

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"path"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
	"footnote/rag/source/fetch"
)

const (
	maxPages    = 1000 // pages read of one site, by default
	maxSitemaps = 50   // sitemaps read of one site, nested ones included
)

// crawl yields the articles of the pages in the folder of a URL. It reads the
// pages that the site's sitemap lists; if there are none, it follows links. It
// returns false if the caller has to stop.
func (w Web) crawl(ctx context.Context, start *url.URL, yield func(rag.Document, error) bool) bool {
	scope := scopeOf(start)
	limit := w.Pages
	if limit <= 0 {
		limit = maxPages
	}
	listed, err := w.sitemap(ctx, start, scope, limit)
	if ctx.Err() != nil {
		return w.emit(ctx, rag.Document{}, ctx.Err(), yield)
	}
	if err != nil {
		return w.emit(ctx, rag.Document{}, place{start.String(), start.String()}.skip(Unreachable, err), yield)
	}
	for _, l := range listed {
		if t := w.Memory.trace(l.url); !l.changed.IsZero() && t.At.After(l.changed) && w.Memory.complete(t) {
			if !w.emit(ctx, rag.Document{Source: target(t)}, rag.ErrUnchanged, yield) {
				return false
			}
		} else if !w.address(ctx, l.url, false, yield) {
			return false
		}
	}
	if len(listed) > 0 {
		return true
	}
	return w.follow(ctx, start, scope, limit, yield)
}

// follow reads pages by following links, each page once. It also visits the
// pages that Memory has: an unchanged page is not sent again, and then its
// links are not known.
func (w Web) follow(ctx context.Context, start *url.URL, scope string, limit int, yield func(rag.Document, error) bool) bool {
	queue := append([]string{start.String()}, w.Memory.below(scope)...)
	seen := map[string]bool{}
	for n := 0; len(queue) > 0 && n < limit; {
		at := queue[0]
		queue = queue[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		n++
		r, err := w.get(ctx, at, false)
		if err != nil {
			if !w.emit(ctx, rag.Document{}, err, yield) {
				return false
			}
			continue
		}
		found, err := fetch.Parse(r.URL)
		if err != nil || !strings.HasPrefix(found.String(), scope) || at != r.URL && seen[r.URL] {
			continue // outside the scope, or already read
		}
		seen[r.URL] = true
		p := linksOf(found, r)
		for _, to := range p.links {
			if strings.HasPrefix(to, scope) && !seen[to] {
				queue = append(queue, to)
			}
		}
		if p.hidden {
			continue
		}
		if !w.response(ctx, at, r, yield) {
			return false
		}
	}
	return true
}

// scopeOf returns the prefix of all addresses in the folder of a URL.
func scopeOf(u *url.URL) string {
	dir := u.Path
	if !strings.HasSuffix(dir, "/") {
		if path.Ext(dir) == "" {
			dir += "/"
		} else {
			dir = dir[:strings.LastIndexByte(dir, '/')+1]
		}
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: dir}).String()
}

// notPages matches files that are resources or downloads, not pages.
var notPages = lazyregexp.New(`(?i)\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|css|m?js|json|woff2?|ttf|eot|mp[34]|m4[av]|webm|ogg|wav|avi|mov|exe|dmg|iso|zip|gz|tgz|tar|rar|7z|apk)$`)

// links is what a page tells a crawler.
type links struct {
	links  []string
	hidden bool // the page asks not to be indexed
}

func linksOf(at *url.URL, r fetch.Response) links {
	var p links
	if !strings.Contains(strings.ToLower(r.Media), "html") {
		return p
	}
	base, follow := at, true
	for z := html.NewTokenizer(bytes.NewReader(r.Body)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		t := z.Token()
		switch t.Data {
		case "base":
			if u, err := at.Parse(attribute(t, "href")); err == nil {
				base = u
			}
		case "meta":
			if strings.EqualFold(attribute(t, "name"), "robots") {
				rule := strings.ToLower(attribute(t, "content"))
				p.hidden = p.hidden || strings.Contains(rule, "noindex") || strings.Contains(rule, "none")
				follow = follow && !strings.Contains(rule, "nofollow") && !strings.Contains(rule, "none")
			}
		case "a":
			href := strings.TrimSpace(attribute(t, "href"))
			if href == "" || strings.Contains(strings.ToLower(attribute(t, "rel")), "nofollow") {
				continue
			}
			u, err := base.Parse(href)
			if err != nil {
				continue
			}
			if u, err = fetch.Parse(u.String()); err == nil && !notPages.MatchString(u.Path) {
				p.links = append(p.links, u.String())
			}
		}
	}
	if !follow {
		p.links = nil
	}
	return p
}

// listed is an entry of a sitemap.
type listed struct {
	url     string
	changed time.Time // zero if unknown
}

// sitemap returns the pages in scope that a site's sitemaps list, each once.
// The sitemaps are those in robots.txt and /sitemap.xml. A site without any
// gives no pages and no error; an unreachable site gives an error.
func (w Web) sitemap(ctx context.Context, site *url.URL, scope string, limit int) ([]listed, error) {
	maps, err := w.Client.Sitemaps(ctx, site.String())
	if err != nil {
		return nil, err
	}
	maps = append(maps, (&url.URL{Scheme: site.Scheme, Host: site.Host, Path: "/sitemap.xml"}).String())
	var all []listed
	seen := map[string]bool{}
	for n := 0; len(maps) > 0 && n < maxSitemaps && len(all) < limit; n++ {
		at := maps[0]
		maps = maps[1:]
		u, err := fetch.Parse(at)
		if err != nil || seen[u.String()] {
			continue
		}
		seen[u.String()] = true
		r, err := w.Client.Get(ctx, fetch.Request{URL: u.String()})
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			continue
		}
		f, err := expand(w.file(u.Path, "", r.Body))
		if err != nil {
			continue
		}
		pages, more := readSitemap(f.data)
		maps = append(maps, more...)
		for _, p := range pages {
			u, err := fetch.Parse(p.url)
			if err != nil || !strings.HasPrefix(u.String(), scope) || seen[u.String()] || len(all) == limit {
				continue
			}
			seen[u.String()] = true
			all = append(all, listed{u.String(), p.changed})
		}
	}
	return all, nil
}

// readSitemap reads a sitemap or a sitemap index in the format of sitemaps.org,
// or a list of addresses, one a line. It leaves out what it cannot read.
func readSitemap(data []byte) (pages []listed, maps []string) {
	root := rootOf(data)
	if root == "" {
		for line := range strings.Lines(string(data)) {
			if line = webAddress(line); line != "" {
				pages = append(pages, listed{url: line})
			}
		}
		return pages, nil
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	d.CharsetReader = charset.NewReaderLabel
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) || err != nil {
			return pages, maps
		}
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "url" && e.Name.Local != "sitemap" {
			continue
		}
		var in struct {
			Loc     string `xml:"loc"`
			Lastmod string `xml:"lastmod"`
		}
		if err := d.DecodeElement(&in, &e); err != nil {
			return pages, maps
		}
		if e.Name.Local == "sitemap" {
			maps = append(maps, strings.TrimSpace(in.Loc))
			continue
		}
		changed, _ := parseDate(strings.TrimSpace(in.Lastmod)) // zero if it is not a date
		pages = append(pages, listed{strings.TrimSpace(in.Loc), changed})
	}
}
