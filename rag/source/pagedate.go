package source

import (
	"encoding/json"
	stdhtml "html"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-shiori/dom"
	"golang.org/x/net/html"
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
	name *regexp.Regexp
}{
	{dateModified, regexp.MustCompile(`(?:modified|modification|updated?|changed|revised|revision|lastmod)(?:date|time|datetime|at|on)?$|date(?:modified|updated|revised)$`)},
	{dateCreated, regexp.MustCompile(`(?:created|creation)(?:date|time|datetime|at|on)?$|^citationyear$`)},
	{datePublished, regexp.MustCompile(`(?:pub|publish|published|publication|post|posted|issued?|released?|display|article|entry|story)(?:date|time|datetime|timestamp|at|on)$|date(?:published|issued|posted|original)$|` +
		`^(?:date|dcdate|dctermsdate|dcissued|dctermsissued|published|pdate|ptime|citationdate|citationonlinedate|sailthrudate|articlepublished|articledate)$`)},
}

// otherNames matches the names of dates of other things than the page.
var otherNames = regexp.MustCompile(`video|image|audio|music|event|product|expir|build|template`)

var nameSigns = strings.NewReplacer("-", "", "_", "", ".", "", ":", "", " ", "")

// dateRoleOf returns what a date of the given name is; ok is false if the name
// is not that of a date.
func dateRoleOf(name string) (role dateRole, ok bool) {
	name = nameSigns.Replace(strings.ToLower(name))
	if name == "" || otherNames.MatchString(name) {
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

// markedDates returns the dates of elements: those of microdata, RDFa and
// microformats, and then time elements that stand alone above the text of the
// article.
func markedDates(doc *html.Node) map[dateRole][]string {
	found := map[dateRole][]string{}
	var bylines []string
	body := dom.QuerySelector(doc, "body")
	if body == nil {
		return found
	}
	for _, n := range dom.QuerySelectorAll(body, `time, [itemprop*="date"], [property*="date"], [class*="date"], [class*="publish"], [class*="posted"]`) {
		if dom.TagName(n) == "meta" || aside(n) || !ofArticle(n) {
			continue
		}
		role, ok := markedRole(n)
		if !ok && dom.TagName(n) != "time" {
			continue
		}
		stamp := elementDate(n)
		switch {
		case stamp == "":
		case ok:
			found[role] = append(found[role], stamp)
		case dom.TagName(n) == "time" && dom.HasAttribute(n, "datetime") && standsAlone(n) && !changed.MatchString(dom.TextContent(n.Parent)):
			bylines = append(bylines, stamp)
		}
	}
	found[datePublished] = append(found[datePublished], bylines...)
	return found
}

// changed matches the words in front of a date of change.
var changed = regexp.MustCompile(`(?i)\b(?:updated?|modified|edited|revised|changed|reviewed|checked)\b|(?:aktualisiert|geändert|actualizad|modifié|mis à jour|atualizad|aggiornat|обновлен)`)

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
	return dateLabel.ReplaceAllString(oneLine(dom.TextContent(n)), "")
}

// dateLabel matches the words in front of a date.
var dateLabel = regexp.MustCompile(`^(?i:(?:last )?(?:posted|published|created|updated|modified|date)(?: on)?\b\s*[:–-]?|[\pL ]{1,30}:)\s*`)

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
var otherParts = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:comments?|commentlist|respond|replies|reply|related|sidebar|side-bar|widgets?|recommend\w*|recirc\w*|teasers?|promos?|popular|trending|recent|latest|most-read|newsletter|cards?|post-navigation|nav-links|pagination|archive-list|site-footer|listing|upcoming|events?)(?:$|[\s_-])`)

func within(n *html.Node, name string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Type == html.ElementNode && p.Data == name {
			return true
		}
	}
	return false
}

// ofArticle reports whether an element belongs to the only article of the page.
// Of several articles next to each other, as on a page that lists articles, it is
// the one with the h1.
func ofArticle(n *html.Node) bool {
	root := n
	for root.Parent != nil {
		root = root.Parent
	}
	outer := outermost(n)
	all := dom.GetElementsByTagName(root, "article")
	if outer == nil {
		return len(all) <= 1 || dom.QuerySelector(root, "article h1") == nil
	}
	if slices.ContainsFunc(all, func(a *html.Node) bool { return outermost(a) != outer }) {
		return dom.QuerySelector(outer, "h1") != nil
	}
	return true
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
// sentence or below the text.
func standsAlone(n *html.Node) bool {
	const longByline, paragraph = 120, 140 // runes
	block := n.Parent
	for block != nil && (block.Data == "span" || block.Data == "a" || block.Data == "b" || block.Data == "em" || block.Data == "i" || block.Data == "small" || block.Data == "strong") {
		block = block.Parent
	}
	if block == nil || utf8.RuneCountInString(oneLine(dom.TextContent(block))) > longByline {
		return false
	}
	for p := n; p != nil && p.Data != "body"; p = p.Parent { // no paragraph of text before it in the article
		for s := p.PrevSibling; s != nil; s = s.PrevSibling {
			if s.Type != html.ElementNode {
				continue
			}
			texts := dom.GetElementsByTagName(s, "p")
			if s.Data == "p" {
				texts = append(texts, s)
			}
			if slices.ContainsFunc(texts, func(t *html.Node) bool { return utf8.RuneCountInString(oneLine(dom.TextContent(t))) > paragraph }) {
				return false
			}
		}
		if p.Data == "article" || p.Data == "main" {
			break
		}
	}
	return true
}

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
	controls     = regexp.MustCompile(`[\x00-\x1f]+`)
	articleTypes = regexp.MustCompile(`(?:Article|Posting|BlogPost|Report|Recipe|HowTo|QAPage|Question|Course|Book|Chapter|Thesis|CreativeWork|Transcript)$`)
	otherTypes   = regexp.MustCompile(`(?:Comment|Review|Rating|Person|Organization|ImageObject|VideoObject|AudioObject|WebSite|BreadcrumbList|ItemList|Event|Product|Answer|SoftwareApplication)$`)
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
