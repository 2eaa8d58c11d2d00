package source

import (
	"encoding/json"
	stdhtml "html"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-shiori/dom"
	"golang.org/x/net/html"

	"footnote/rag/internal/lazyregexp"
)

// declaredDay returns the day on which a page says that it was published. It
// reads only what the page declares as its date: its meta tags, JSON-LD,
// microdata and time elements, and its addresses. A number in the text, such as
// the year of a copyright, is never a date. A day of creation or change counts
// only if there is no day of publication. The zero time means that the page
// declares no date. language is the page's, to read "05/01/2024".
func declaredDay(doc *html.Node, language string, addresses ...string) time.Time {
	structured, metas, marked := structuredDates(doc), metaDates(doc), markedDates(doc)
	first := func(role dateRole) time.Time {
		for _, s := range slices.Concat(structured[role], metas[role], marked[role]) {
			if t, ok := statedDay(s, language); ok && !published(t).IsZero() {
				return t
			}
		}
		return time.Time{}
	}
	day := first(datePublished)
	for _, a := range addresses {
		filed := dateInName(a)
		if !filed.IsZero() && (day.IsZero() || day.Sub(filed).Abs() <= 24*time.Hour) {
			return filed // the time may be in another zone than the site's
		}
	}
	for _, role := range []dateRole{dateCreated, dateModified} {
		if day.IsZero() {
			day = first(role)
		}
	}
	return day
}

// dateRole says what happened on a date.
type dateRole int

const (
	datePublished dateRole = iota
	dateCreated
	dateModified
)

// dateNames match the names of meta tags and properties that hold a date,
// without '-', '_', '.', ':' and spaces. The first match wins.
var dateNames = []struct {
	role dateRole
	name lazyregexp.Regexp
}{
	{dateModified, lazyregexp.New(`(?:modified|modification|updated?|changed|revised|revision|lastmod)(?:date|time|datetime|at|on)?$|date(?:modified|updated|revised)$`)},
	{dateCreated, lazyregexp.New(`(?:created|creation)(?:date|time|datetime|at|on)?$|^citationyear$`)},
	{datePublished, lazyregexp.New(`(?:pub|publish|published|publication|post|posted|issued?|released?|display|article|entry|story)(?:date|time|datetime|timestamp|at|on)$|date(?:published|issued|posted|original)$|` +
		`^(?:date|dcdate|dctermsdate|dcissued|dctermsissued|published|pdate|ptime|citationdate|citationonlinedate|sailthrudate|articlepublished|articledate)$`)},
}

// otherDates matches the names of dates of other things than the page.
var otherDates = lazyregexp.New(`video|image|audio|music|event|product|expir|build|template`)

var nameSigns = strings.NewReplacer("-", "", "_", "", ".", "", ":", "", " ", "")

// dateRoleOf returns what a date of the given name is; ok is false if the name
// is not that of a date.
func dateRoleOf(name string) (role dateRole, ok bool) {
	name = nameSigns.Replace(strings.ToLower(name))
	if name == "" || otherDates.MatchString(name) {
		return 0, false
	}
	for _, d := range dateNames {
		if d.name.MatchString(name) {
			return d.role, true
		}
	}
	return 0, false
}

// metaDates returns the dates of the meta tags in their order.
func metaDates(doc *html.Node) map[dateRole][]string {
	found := map[dateRole][]string{}
	for _, n := range dom.GetElementsByTagName(doc, "meta") {
		if aside(n) {
			continue
		}
		for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
			name := dom.GetAttribute(n, key)
			role, ok := dateRoleOf(name)
			if ok && (key != "http-equiv" || role == dateModified) { // a server's Date is that of the request
				found[role] = append(found[role], dom.GetAttribute(n, "content"))
				break
			}
		}
	}
	return found
}

// markedDates returns the dates of elements: those of microdata, RDFa, classes
// and microformats, and then time elements that stand alone above the text of
// the article.
func markedDates(doc *html.Node) map[dateRole][]string {
	const longLine = 140 // runes; from then on, a paragraph is text of the article
	found := map[dateRole][]string{}
	article, several := mainArticle(doc)
	var bylines []string
	below := false // whether text of the article has been seen
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "article", "main":
			below = false
		case "p":
			below = below || utf8.RuneCountInString(oneLine(textUpTo(n, 4*longLine))) > longLine
		case "meta":
			continue
		}
		role, ok := markedRole(n)
		byline := !ok && n.Data == "time" && dom.HasAttribute(n, "datetime") && !below
		if !ok && !byline || several && outermost(n) != article || aside(n) {
			continue
		}
		stamp := elementDate(n)
		switch {
		case stamp == "":
		case ok:
			found[role] = append(found[role], stamp)
		case standsAlone(n):
			bylines = append(bylines, stamp)
		}
	}
	found[datePublished] = append(found[datePublished], bylines...)
	return found
}

// mainArticle returns the article element of a page: the only one, or of several
// next to each other, as on a page that lists articles, the only one with an h1.
// several reports whether there are several. The article is nil if there is none.
func mainArticle(doc *html.Node) (article *html.Node, several bool) {
	var all []*html.Node
	for _, a := range dom.GetElementsByTagName(doc, "article") {
		if outermost(a) == a {
			all = append(all, a)
		}
	}
	if len(all) <= 1 {
		return nil, false
	}
	for _, a := range all {
		if dom.QuerySelector(a, "h1") == nil {
			continue
		}
		if article != nil {
			return nil, true
		}
		article = a
	}
	return article, true
}

// textUpTo returns the beginning of the text in n, at least limit bytes if there
// are as many.
func textUpTo(n *html.Node, limit int) string {
	var b strings.Builder
	for t := range n.Descendants() {
		if t.Type == html.TextNode {
			b.WriteString(t.Data)
			if b.Len() >= limit {
				break
			}
		}
	}
	return b.String()
}

// changed matches the words in front of a date of change.
var changed = lazyregexp.New(`(?i)\b(?:updated?|modified|edited|revised|changed|reviewed|checked)\b|(?:aktualisiert|geändert|actualizad|modifié|mis à jour|atualizad|aggiornat|обновлен)`)

// markedRole returns what the date of an element is; ok is false if nothing in
// its markup says so.
func markedRole(n *html.Node) (role dateRole, ok bool) {
	if dom.HasAttribute(n, "pubdate") {
		return datePublished, true
	}
	for _, key := range []string{"itemprop", "property"} {
		for name := range strings.FieldsSeq(dom.GetAttribute(n, key)) {
			if role, ok := dateRoleOf(name); ok {
				return role, true
			}
		}
	}
	for class := range strings.FieldsSeq(dom.ClassName(n)) {
		r, named := dateRoleOf(strings.TrimPrefix(class, "dt-"))
		if !named || class == "date" { // that may be the date of anything
			continue
		}
		if !ok || r < role {
			role, ok = r, true
		}
	}
	return role, ok
}

// elementDate returns the date that an element holds in an attribute, or else
// its text.
func elementDate(n *html.Node) string {
	for _, key := range []string{"datetime", "content", "title"} {
		if s := strings.TrimSpace(dom.GetAttribute(n, key)); s != "" {
			return s
		}
	}
	return dateLabel.ReplaceAllString(oneLine(textUpTo(n, 200)), "")
}

// dateLabel matches the words in front of a date.
var dateLabel = lazyregexp.New(`^(?i:(?:last )?(?:posted|published|created|updated|modified|date)(?: on)?\b\s*[:–-]?|[\pL ]{1,30}:)\s*`)

// aside reports whether an element belongs to something other than the article:
// comments, other articles, the frame of the site.
func aside(n *html.Node) bool {
	inArticle := false
	for p := n; p != nil; p = p.Parent {
		if p.Type != html.ElementNode {
			continue
		}
		switch p.Data {
		case "article":
			inArticle = true
		case "aside", "nav", "template":
			return true
		case "footer":
			if !inArticle && !within(p, "article") {
				return true
			}
		case "head", "body", "html", "main":
			continue // their classes describe the page
		}
		itemprop := strings.ToLower(dom.GetAttribute(p, "itemprop"))
		if itemprop == "comment" || itemprop == "review" || itemprop == "ispartof" || p != n && (itemprop == "author" || itemprop == "publisher") {
			return true
		}
		kind := dom.GetAttribute(p, "itemtype")
		if strings.HasSuffix(kind, "/Comment") || strings.HasSuffix(kind, "/UserComments") || strings.HasSuffix(kind, "/Event") {
			return true
		}
		if otherParts.MatchString(dom.ClassName(p) + " " + dom.ID(p)) {
			return true
		}
	}
	return false
}

// otherParts matches the classes of the parts of a page that are not its
// article.
var otherParts = lazyregexp.New(`(?i)(?:^|[\s_-])(?:comments?|commentlist|respond|replies|reply|related|sidebar|side-bar|widgets?|recommend\w*|recirc\w*|teasers?|promos?|popular|trending|recent|latest|most-read|newsletter|cards?|post-navigation|nav-links|pagination|archive-list|site-footer|listing|upcoming|events?)(?:$|[\s_-])`)

func within(n *html.Node, name string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Type == html.ElementNode && p.Data == name {
			return true
		}
	}
	return false
}

// outermost returns the outermost article element around n or n itself; nil if
// there is none.
func outermost(n *html.Node) *html.Node {
	var outer *html.Node
	for p := n; p != nil; p = p.Parent {
		if p.Type == html.ElementNode && p.Data == "article" {
			outer = p
		}
	}
	return outer
}

// standsAlone reports whether a time element is part of a byline, not of a
// sentence, and is not a time of change.
func standsAlone(n *html.Node) bool {
	const longByline = 120 // runes
	block := n.Parent
	for block != nil && phrases[block.Data] {
		block = block.Parent
	}
	if block == nil {
		return false
	}
	line := oneLine(textUpTo(block, 8*longByline))
	return utf8.RuneCountInString(line) <= longByline && !changed.MatchString(line)
}

// phrases are the elements that are part of a line.
var phrases = map[string]bool{"span": true, "a": true, "b": true, "em": true, "i": true, "small": true, "strong": true, "abbr": true, "font": true}

// structuredDates returns the dates in the JSON-LD of a page: those of articles,
// and then those of other things, such as the page itself.
func structuredDates(doc *html.Node) map[dateRole][]string {
	found, other := map[dateRole][]string{}, map[dateRole][]string{}
	for _, n := range dom.QuerySelectorAll(doc, `script[type="application/ld+json"]`) {
		raw := strings.TrimSpace(dom.TextContent(n))
		raw = strings.TrimSuffix(strings.TrimPrefix(raw, "<!--"), "-->")
		raw = strings.TrimSuffix(strings.TrimPrefix(raw, "<![CDATA["), "]]>")
		raw = controls.ReplaceAllString(raw, " ") // many pages have line breaks in strings
		var v any
		if json.Unmarshal([]byte(raw), &v) != nil && json.Unmarshal([]byte(stdhtml.UnescapeString(raw)), &v) != nil {
			continue
		}
		gatherDates(v, 0, found, other)
	}
	for role, more := range other {
		found[role] = append(found[role], more...)
	}
	return found
}

var (
	controls     = lazyregexp.New(`[\x00-\x1f]+`)
	articleTypes = lazyregexp.New(`(?:Article|Posting|BlogPost|Report|Recipe|HowTo|QAPage|Question|Course|Book|Chapter|Thesis|CreativeWork|Transcript)$`)
	otherTypes   = lazyregexp.New(`(?:Comment|Review|Rating|Person|Organization|ImageObject|VideoObject|AudioObject|WebSite|BreadcrumbList|ItemList|Event|Product|Answer|SoftwareApplication)$`)
)

// otherThings are the properties of an article whose values are things with
// dates of their own.
var otherThings = map[string]bool{
	"comment": true, "review": true, "ispartof": true, "haspart": true, "mentions": true, "citation": true, "author": true, "publisher": true, "image": true,
	"video": true, "itemlistelement": true, "suggestedanswer": true, "acceptedanswer": true, "isbasedon": true, "blogpost": true, "relatedlink": true,
	"about": true, "subjectof": true, "workexample": true, "associatedmedia": true,
}

// gatherDates adds the dates of a JSON-LD value to those of articles or of other
// things.
func gatherDates(v any, depth int, articles, other map[dateRole][]string) {
	const maxDepth = 12
	if depth > maxDepth {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			gatherDates(item, depth+1, articles, other)
		}
	case map[string]any:
		kinds := typesOf(v)
		if slices.ContainsFunc(kinds, otherTypes.MatchString) {
			return
		}
		into := other
		if slices.ContainsFunc(kinds, articleTypes.MatchString) {
			into = articles
		}
		for _, key := range []string{"datePublished", "dateCreated", "dateModified"} {
			role, _ := dateRoleOf(key)
			value := v[key]
			if list, ok := value.([]any); ok && len(list) > 0 {
				value = list[0]
			}
			if object, ok := value.(map[string]any); ok {
				value = object["@value"]
			}
			if s, ok := value.(string); ok {
				into[role] = append(into[role], s)
			}
		}
		for _, key := range sortedKeys(v) {
			if !otherThings[strings.ToLower(key)] {
				gatherDates(v[key], depth+1, articles, other)
			}
		}
	}
}

func sortedKeys(v map[string]any) []string {
	keys := make([]string, 0, len(v))
	for k := range v {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// typesOf returns the types of a JSON-LD object.
func typesOf(v map[string]any) []string {
	switch t := v["@type"].(type) {
	case string:
		return []string{t}
	case []any:
		var all []string
		for _, one := range t {
			if s, ok := one.(string); ok {
				all = append(all, s)
			}
		}
		return all
	}
	return nil
}
