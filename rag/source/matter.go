package source

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
)

// Keys of a front matter that are read: each field's own name, and then the
// names that other programs use, best first. [bare] makes them comparable.
var (
	titleKeys      = []string{"title", "headline"}
	urlKeys        = []string{"url", "link", "canonicalurl", "canonical", "source", "sourceurl", "originalurl", "permalink", "path", "externalurl"}
	collectionKeys = []string{"collection"}
	authorKeys     = []string{"author", "authors", "by", "byline", "creator", "writer", "writtenby"}
	dateKeys       = []string{
		"published", "date", "publishdate", "publisheddate", "publishedat", "publishedon", "datepublished", "pubdate", "pubdatetime", "posted", "postdate", // when it was published
		"created", "createdat", "createdon", "createddate", "datecreated", "creationdate", "createdtime", // when it was written
		"updated", "updatedat", "updatedon", "updateddate", "dateupdated", "lastupdated", "lastupdate", "modified", "modifieddate", "modifiedat", "datemodified", "lastmod", "lastmodified", "moddatetime", "revised",
	}
	releaseKeys = []string{"publishdate", "publisheddate", "publishedat", "publishedon", "datepublished", "pubdate", "pubdatetime", "published", "postdate", "date"}
	tagKeys     = []string{"tags", "tag", "keywords", "topics", "categories", "category"}
	aliasKeys   = []string{"aliases", "alias", "aka"}

	// draftKeys may say that an article is not published.
	draftKeys = []string{"draft", "isdraft", "publish", "ispublished", "status", "poststatus", "visibility", "private", "password", "postpassword", "expirydate"}

	// settingKeys say how a program shows a page, and nothing of its subject.
	settingKeys = []string{
		"layout", "template", "type", "kind", "slug", "id", "uid", "uuid", "guid", "weight", "order", "sort", "position", "menu", "nav", "parent", "grandparent", "toc", "lang", "language",
		"comments", "comment", "cssclass", "cssclasses", "hide", "hidden", "hidetitle", "hidetableofcontents", "sidebar", "sidebarlabel", "sidebarposition", "navorder", "navtitle", "haschildren", "haschild", "linktitle",
		"image", "images", "cover", "thumbnail", "banner", "icon", "featured", "pin", "pinned", "math", "mathjax", "mermaid", "sitemap", "robots", "noindex", "search", "markup", "outputs", "cascade", "build", "aliases", "redirectfrom", "redirectto",
		"render", "generated", "unlisted", "paginate", "pagination", "sortby", "sortdirection", "insertanchorlinks", "paginateby", "version", "format", "jupyter", "kernelspec", "output", "theme", "class", "size", "marp", "css", "head", "meta", "pre", "post", "chapter", "menutitle",
	}
	knownKeys = setOf(titleKeys, urlKeys, collectionKeys, authorKeys, dateKeys, tagKeys, aliasKeys, draftKeys, settingKeys, []string{"description", "summary", "excerpt", "taxonomies"})
	metaKeys  = setOf(titleKeys, urlKeys, collectionKeys, authorKeys, dateKeys, tagKeys, aliasKeys, draftKeys, settingKeys) // those that listing leaves out

	// containers are tables whose entries count as the front matter's own.
	containers = setOf([]string{"taxonomies", "extra", "params", "metadata", "frontmatter"})

	// eventKeys show that the date is that of an event, not of the article.
	eventKeys = setOf([]string{"event", "events", "start", "starttime", "startdate", "end", "endtime", "enddate", "allday", "location", "venue", "attendees", "due", "duedate", "deadline"})
)

func setOf(lists ...[]string) map[string]bool {
	all := map[string]bool{}
	for _, list := range lists {
		for _, key := range list {
			all[key] = true
		}
	}
	return all
}

// matter is what a front matter says.
type matter map[string][]property // by the bare key, in the order of the file

func matterOf(properties []property) matter {
	m := matter{}
	for _, p := range properties {
		key := bare(p.key)
		m[key] = append(m[key], p)
	}
	for _, p := range properties {
		if containers[bare(p.key)] {
			for _, in := range p.nested {
				if key := bare(in.key); m[key] == nil {
					m[key] = []property{in}
				}
			}
		}
	}
	return m
}

// values returns the values of the first of the keys that has any for which
// usable returns true. If a key is there twice, the last one counts.
func (m matter) values(keys []string, usable func(string) bool) []string {
	for _, key := range keys {
		for _, p := range slices.Backward(m[key]) {
			var all []string
			for _, v := range p.values {
				if v = plainLink(oneLine(tidy(v))); usable(v) {
					all = append(all, v)
				}
			}
			if len(all) > 0 {
				return all
			}
		}
	}
	return nil
}

// valueLink matches a wikilink or a Markdown link.
var valueLink = lazyregexp.New(`!?(?:\[\[([^\[\]]+)\]\]|\[([^\[\]]+)\]\(([^()\s]+)\))`)

// plainLink replaces the links in a value with the names of what they lead to.
func plainLink(s string) string {
	return valueLink.ReplaceAllStringFunc(s, func(s string) string {
		m := valueLink.FindStringSubmatch(s)
		if m[1] != "" {
			return wikiName(m[1])
		}
		return m[2]
	})
}

// describe returns an article with the fields of a front matter. problem is not
// nil if a field could not be used.
func (m matter) describe() (d rag.Document, problem error) {
	if title := m.values(titleKeys, isTitled); len(title) > 0 {
		d.Title = strings.Join(title, ", ")
		if len(title) > 1 {
			problem = errors.New("title: it should be a line of text, not a list")
		}
	}
	if all := m.values(collectionKeys, notEmpty); len(all) > 0 {
		d.Collection = all[0]
		if len(all) > 1 && problem == nil {
			problem = fmt.Errorf("collection: it should be a line of text, not a list; took %q", all[0])
		}
	}
	d.Author = strings.Join(m.values(authorKeys, hasWord), ", ")
	for _, key := range urlKeys {
		for _, p := range m[key] {
			for _, v := range p.values {
				if l := valueLink.FindStringSubmatch(strings.TrimSpace(v)); l != nil && l[3] != "" {
					v = l[3]
				}
				if d.URL == "" {
					d.URL = absoluteURL(tidy(v))
				}
			}
		}
	}
	d.Published, problem = m.date(problem)
	return d, problem
}

// isTitled reports whether s may be a title: it has words, and is no template.
func isTitled(s string) bool {
	return hasWord(s) && !strings.Contains(s, "{{") && !strings.Contains(s, "<%")
}

func notEmpty(s string) bool { return s != "" }

// absoluteURL returns an address that a reader can open; empty for a relative
// one such as "/posts/1".
func absoluteURL(s string) string {
	u, err := url.Parse(oneLine(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

// date returns the day of publication that the front matter gives. A day in the
// future is none.
func (m matter) date(problem error) (time.Time, error) {
	if t := m.firstDate(dateKeys); !t.IsZero() {
		if t.After(time.Now()) {
			return time.Time{}, problem
		}
		return t, problem
	}
	for _, p := range m["path"] { // of the page, as in 2024/05/01/ferry
		for _, v := range p.values {
			if t := dateInName("https://x/" + strings.TrimPrefix(v, "/")); !t.IsZero() {
				return t, problem
			}
		}
	}
	for _, key := range []string{"published", "date"} {
		for _, v := range m.values([]string{key}, notEmpty) {
			if _, isBool := boolean(v); !isBool && problem == nil && strings.ContainsAny(v, "0123456789") {
				problem = fmt.Errorf("%s: %q is not a date, or could be two; write it as 2020-09-14", key, v)
			}
		}
	}
	return time.Time{}, problem
}

// firstDate returns the first date that the keys have, and the zero time if
// there is none.
func (m matter) firstDate(keys []string) time.Time {
	for _, key := range keys {
		for _, p := range slices.Backward(m[key]) {
			values := p.values
			for _, in := range p.nested { // Docusaurus: last_update: {date: …}
				if bare(in.key) == "date" {
					values = append(values, in.values...)
				}
			}
			for _, v := range values {
				if t, ok := parseDate(plainLink(oneLine(tidy(v)))); ok {
					return t
				}
			}
		}
	}
	return time.Time{}
}

// boolean returns the meaning of a value such as "yes". known is false if it is
// not one of them.
func boolean(s string) (yes, known bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "yes", "on", "1", "y":
		return true, true
	case "false", "no", "off", "0", "n":
		return false, true
	}
	return false, false
}

// unpublished says why the article of a front matter in the named file is not
// public; nil if it is.
func (m matter) unpublished(name string, now time.Time) error {
	for _, key := range []string{"draft", "isdraft", "private", "published", "publish", "ispublished"} {
		for _, p := range m[key] {
			for _, v := range p.values {
				if yes, known := boolean(v); known && yes != strings.Contains(key, "publish") {
					return fmt.Errorf("%s: %s", p.key, oneLine(tidy(v)))
				}
			}
		}
	}
	for _, key := range []string{"status", "poststatus", "visibility"} {
		for _, p := range m[key] {
			for _, v := range p.values {
				switch strings.ToLower(oneLine(v)) {
				case "draft", "drafts", "private", "trash", "trashed", "unpublished", "auto-draft":
					return fmt.Errorf("%s: %s", p.key, oneLine(tidy(v)))
				}
			}
		}
	}
	for _, key := range []string{"password", "postpassword"} {
		if _, known := m[key]; known && len(m.values([]string{key}, notEmpty)) > 0 {
			return errors.New("it has a password")
		}
	}
	if t := m.firstDate([]string{"expirydate"}); !t.IsZero() && t.Before(now) {
		return errors.New("it expired on " + rag.FormatDate(t))
	}
	folders := strings.Split(path.Dir(name), "/")
	if slices.Contains(folders, "_drafts") {
		return errors.New("it is in the folder _drafts")
	}
	release := m.firstDate(releaseKeys)
	if slices.Contains(folders, "_posts") && release.IsZero() {
		release = dayInName(name)
	}
	if release.After(now) && !m.isEvent() {
		return errors.New("its date is " + rag.FormatDate(release))
	}
	return nil
}

// isEvent reports whether the front matter describes an event.
func (m matter) isEvent() bool {
	for key := range m {
		if eventKeys[key] {
			return true
		}
	}
	for _, v := range m.values([]string{"type", "layout", "kind", "categories", "category", "tags"}, notEmpty) {
		switch strings.ToLower(v) {
		case "event", "events", "meeting", "meetings", "appointment", "task":
			return true
		}
	}
	return false
}

// closing returns the lines that follow the text of an article: other names of
// its subject, and its tags.
func (m matter) closing() string {
	var b strings.Builder
	if names := m.words(aliasKeys); len(names) > 0 {
		b.WriteString("\nAlso called: " + strings.Join(names, ", ") + "\n")
	}
	if tags := m.words(tagKeys); len(tags) > 0 {
		b.WriteString("\nTags: " + strings.Join(tags, ", ") + "\n")
	}
	return b.String()
}

// words returns all values of the keys, each once. It leaves out paths and
// addresses, such as the former ones of a page.
func (m matter) words(keys []string) []string {
	var all []string
	for _, key := range keys {
		for _, v := range strings.Split(strings.Join(m.values([]string{key}, hasWord), ","), ",") {
			v = strings.Trim(v, ` #[]"'`)
			if hasWord(v) && !strings.HasPrefix(v, "/") && !strings.HasSuffix(v, "/") && !strings.Contains(v, "://") && !strings.HasSuffix(v, ".html") && !slices.Contains(all, v) {
				all = append(all, v)
			}
		}
	}
	return all
}

// listing returns the properties as a list, for an article that has no other
// text; empty if they are only settings.
func listing(properties []property) string {
	var b strings.Builder
	says := false
	for _, p := range properties {
		key, value := oneLine(tidy(p.key)), matter{"": {p}}.values([]string{""}, notEmpty)
		if metaKeys[bare(key)] || !hasWord(key) || len(value) == 0 {
			continue
		}
		_, isSwitch := boolean(value[0])
		says = says || !isSwitch
		b.WriteString("- " + key + ": " + strings.Join(value, ", ") + "\n")
	}
	if !says {
		return ""
	}
	return b.String()
}
