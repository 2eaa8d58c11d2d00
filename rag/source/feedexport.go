package source

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
)

// Exports of weblogs look like feeds. In contrast to a feed, they also hold what
// the author never published: drafts, private posts, settings and comments.

// isExport reports whether a feed is the export of a weblog by WordPress (WXR)
// or Blogger.
func isExport(data []byte) bool { return isWXR(data) || isBloggerExport(data) }

func isWXR(data []byte) bool {
	return bytes.Contains(data[:min(len(data), 64<<10)], []byte("//wordpress.org/export/")) || bytes.Contains(data[:min(len(data), 64<<10)], []byte("<wp:wxr_version>"))
}

func isBloggerExport(data []byte) bool {
	head := data[:min(len(data), 64<<10)]
	return bytes.Contains(head, []byte("tag:blogger.com")) && bytes.Contains(head, []byte(".archive</id>")) || // the feed of a blog has another id
		bytes.Contains(head, []byte("http://schemas.google.com/blogger/2018"))
}

// loadExport yields the posts and pages of an export, and a *Skipped for each
// that is not published.
func loadExport(f file, yield func(part) bool) error {
	if isWXR(f.data) {
		return loadWXR(f, yield)
	}
	return loadBlogger(f, yield)
}

// exportDecoder returns a decoder that accepts control characters, which old
// posts have.
func exportDecoder(data []byte) *xml.Decoder {
	d := xml.NewDecoder(controlFilter{bytes.NewReader(data)})
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = charset.NewReaderLabel
	return d
}

// controlFilter replaces control characters with spaces.
type controlFilter struct{ io.Reader }

func (c controlFilter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	for i, b := range p[:n] {
		if b < ' ' && b != '\n' && b != '\r' && b != '\t' {
			p[i] = ' '
		}
	}
	return n, err
}

// elements calls read for each element of the given names, in their order.
func elements(data []byte, names []string, read func(*xml.Decoder, xml.StartElement) (more bool, err error)) error {
	d := exportDecoder(data)
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errors.New(oneLine(err.Error()))
		}
		e, ok := t.(xml.StartElement)
		if !ok || !slices.Contains(names, e.Name.Local) {
			continue
		}
		if more, err := read(d, e); err != nil || !more {
			return err
		}
	}
}

// wxrItem is a post, page, attachment or menu item of WordPress.
type wxrItem struct {
	Title    string `xml:"title"`
	Link     string `xml:"link"`
	GUID     string `xml:"guid"`
	Creator  string `xml:"creator"`
	ID       string `xml:"post_id"`
	Date     string `xml:"post_date_gmt"`
	Local    string `xml:"post_date"`
	Status   string `xml:"status"`
	Type     string `xml:"post_type"`
	Password string `xml:"post_password"`
	Encoded  []struct {
		XMLName xml.Name
		Text    string `xml:",chardata"`
	} `xml:"encoded"`
}

// loadWXR yields the posts and pages of a WordPress export.
func loadWXR(f file, yield func(part) bool) error {
	authors := map[string]string{} // display names by login
	site := ""
	return elements(f.data, []string{"author", "item", "title"}, func(d *xml.Decoder, e xml.StartElement) (bool, error) {
		switch e.Name.Local {
		case "title":
			if site != "" {
				return true, d.Skip()
			}
			err := d.DecodeElement(&site, &e)
			site = oneLine(tidy(site))
			return true, err
		case "author":
			var a struct {
				Login string `xml:"author_login"`
				Name  string `xml:"author_display_name"`
			}
			err := d.DecodeElement(&a, &e)
			authors[a.Login] = a.Name
			return true, err
		}
		var i wxrItem
		if err := d.DecodeElement(&i, &e); err != nil {
			return false, errors.New(oneLine(err.Error()))
		}
		name := oneLine(tidy(i.GUID))
		if name == "" {
			name = oneLine(tidy("post " + i.ID))
		}
		if s := i.skipped(f.read.Drafts); s != nil {
			return yield(part{name: name, err: s}), nil
		}
		doc := i.document()
		doc.Site = site
		if known := oneLine(tidy(authors[i.Creator])); known != "" {
			doc.Author = known
		}
		return yield(part{name: name, doc: doc}), nil
	})
}

// skipped returns why an item is not an article; nil if it is.
func (i wxrItem) skipped(drafts bool) *Skipped {
	switch {
	case otherPosts[i.Type] || strings.HasPrefix(i.Type, "wp_") || strings.HasPrefix(i.Type, "acf-") || strings.HasPrefix(i.Type, "shop_"):
		return &Skipped{Reason: UnknownKind, Err: fmt.Errorf("type %s of WordPress", printable(i.Type))}
	case i.Password != "":
		return &Skipped{Reason: Unpublished, Err: errors.New("it has a password")}
	case i.Status == "publish":
		return nil
	case drafts && draftStatus[i.Status]:
		return nil
	case i.Status == "":
		return &Skipped{Reason: Unpublished, Err: errors.New("it has no status")}
	}
	return &Skipped{Reason: Unpublished, Err: fmt.Errorf("its status is %s", printable(i.Status))}
}

// otherPosts are the types of WordPress items that are not texts for readers.
var otherPosts = map[string]bool{
	"attachment": true, "nav_menu_item": true, "revision": true, "custom_css": true, "customize_changeset": true, "oembed_cache": true, "user_request": true,
	"elementor_library": true, "wpcf7_contact_form": true, "feedback": true, "scheduled-action": true, "wpforms": true,
}

// draftStatus holds the states of posts that their author means to publish.
var draftStatus = map[string]bool{"draft": true, "auto-draft": true, "pending": true, "future": true}

func (i wxrItem) document() rag.Document {
	content := ""
	for _, e := range i.Encoded {
		if e.XMLName.Space == "content" || strings.HasSuffix(e.XMLName.Space, "/content/") {
			content = e.Text
		}
	}
	d := rag.Document{Title: oneLine(tidy(plainMarkup(i.Title))), URL: webAddress(i.Link), Author: oneLine(tidy(i.Creator))}
	for _, s := range []string{i.Date, i.Local} { // "0000-00-00 00:00:00" is not a date
		if t, ok := parseDate(strings.TrimSpace(s)); ok && d.Published.IsZero() {
			d.Published = published(t)
		}
	}
	w := writer{}
	w.html(wordpressMarkup(content))
	d.Text = cleanArticle(w.out.String(), d)
	return d
}

// bloggerEntry is a post, page, comment, template or setting of Blogger.
type bloggerEntry struct {
	ID        string `xml:"id"`
	Title     string `xml:"title"`
	Content   string `xml:"content"`
	Published string `xml:"published"`
	Author    string `xml:"author>name"`
	Draft     string `xml:"control>draft"`
	Type      string `xml:"type"`   // in exports since 2024
	Status    string `xml:"status"` // in exports since 2024
	Filename  string `xml:"filename"`
	Links     []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Categories []struct {
		Scheme string `xml:"scheme,attr"`
		Term   string `xml:"term,attr"`
	} `xml:"category"`
}

// kind returns the kind of the entry, such as "post" or "comment".
func (e bloggerEntry) kind() string {
	for _, c := range e.Categories {
		if _, kind, ok := strings.Cut(c.Term, "/kind#"); ok && strings.HasSuffix(c.Scheme, "#kind") {
			return kind
		}
	}
	return strings.ToLower(e.Type)
}

// loadBlogger yields the posts and pages of a Blogger export.
func loadBlogger(f file, yield func(part) bool) error {
	return elements(f.data, []string{"entry"}, func(d *xml.Decoder, start xml.StartElement) (bool, error) {
		var e bloggerEntry
		if err := d.DecodeElement(&e, &start); err != nil {
			return false, errors.New(oneLine(err.Error()))
		}
		p := part{name: oneLine(tidy(e.ID))}
		kind := e.kind()
		live := e.Status == "" || strings.EqualFold(e.Status, "live")
		draft := strings.EqualFold(strings.TrimSpace(e.Draft), "yes") || strings.EqualFold(e.Status, "draft")
		switch {
		case kind != "post" && kind != "page":
			p.err = &Skipped{Reason: UnknownKind, Err: fmt.Errorf("kind %s of Blogger", printable(kind))}
		case draft && !f.read.Drafts:
			p.err = &Skipped{Reason: Unpublished, Err: errors.New("its status is draft")}
		case !draft && !live:
			p.err = &Skipped{Reason: Unpublished, Err: fmt.Errorf("its status is %s", printable(strings.ToLower(e.Status)))}
		default:
			p.doc = e.document()
		}
		return yield(p), nil
	})
}

func (e bloggerEntry) document() rag.Document {
	d := rag.Document{Title: oneLine(tidy(plainMarkup(e.Title))), Author: oneLine(tidy(e.Author))}
	for _, l := range e.Links {
		if l.Rel == "alternate" {
			d.URL = webAddress(l.Href)
		}
	}
	if t, err := time.Parse(time.RFC3339, strings.TrimSpace(e.Published)); err == nil {
		d.Published = published(t)
	}
	w := writer{}
	w.html(e.Content)
	d.Text = cleanArticle(w.out.String(), d)
	return d
}

// wordpressMarkup returns the HTML that WordPress shows for the content of a
// post: an empty line separates paragraphs, a line break breaks a line unless the
// post was written in blocks, and shortcodes are replaced.
func wordpressMarkup(content string) string {
	content = strings.ReplaceAll(content, "\r\n", "\n")
	blocks := strings.Contains(content, "<!-- wp:")
	content = codeShortcode.ReplaceAllString(content, "<pre>$2</pre>")
	content = shortcode.ReplaceAllStringFunc(content, func(s string) string {
		if m := shortcode.FindStringSubmatch(s); m[1] == "/" || m[3] != "" || mediaShortcodes[m[2]] || strings.Contains(content, "[/"+m[2]+"]") {
			return " "
		}
		return s
	})
	var b strings.Builder
	code, inside := 0, 0 // depth of pre elements, and of lists and tables
	for z := html.NewTokenizer(strings.NewReader(content)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.String()
		}
		raw := string(z.Raw())
		switch kind {
		case html.StartTagToken, html.EndTagToken:
			name, _ := z.TagName()
			step := 1
			if kind == html.EndTagToken {
				step = -1
			}
			switch string(name) {
			case "pre", "script", "style", "textarea":
				code = max(code+step, 0)
			case "ul", "ol", "dl", "table":
				inside = max(inside+step, 0)
			}
		case html.TextToken:
			if code == 0 && (inside == 0 || strings.TrimSpace(raw) != "") {
				raw = emptyLine.ReplaceAllString(raw, "<p>")
				if !blocks {
					raw = strings.ReplaceAll(raw, "\n", "<br>")
				}
			}
		}
		b.WriteString(raw)
	}
}

var (
	emptyLine     = lazyregexp.New(`\n[ \t\x{a0}]*\n\s*`)
	shortcode     = lazyregexp.New(`\[(/?)([a-zA-Z][\w-]*)((?:\s+[\w-]+\s*=\s*(?:"[^"\]]*"|'[^'\]]*'|[^\s"'\]]+))*)\s*/?\]`)
	codeShortcode = lazyregexp.New(`(?s)\[(?:code|sourcecode|source)(\s[^\]]*)?\](.*?)\[/(?:code|sourcecode|source)\]`)
)

// mediaShortcodes are shortcodes without text.
var mediaShortcodes = map[string]bool{"gallery": true, "embed": true, "audio": true, "video": true, "playlist": true, "more": true, "toc": true, "contact-form": true}
