package source

import (
	"net/url"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"footnote/rag/internal/lazyregexp"
)

// nameTitle returns the title that the name of a note gives it: "Jane Doe.md" is
// about Jane Doe. It leaves out what only sorts or identifies the file: a date
// or a number in front of other words, and an ID of Notion at the end. The name
// of a page's folder counts for its index file. It returns "" for names that
// every folder has, and for names without a word of minName runes.
func nameTitle(name string) string {
	base := baseName(name)
	if commonNames[strings.ToLower(inLanguage.ReplaceAllString(base, ""))] || !hasWord(base) || utf8.RuneCountInString(base) < minName {
		return ""
	}
	if rest := notionID.ReplaceAllString(base, ""); hasWord(rest) {
		base = rest
	}
	for _, prefix := range []lazyregexp.Regexp{datePrefix, sortPrefix} {
		if rest := strings.Trim(prefix.ReplaceAllString(base, ""), " _-."); hasWord(rest) {
			base = rest
		}
	}
	if nameDate.MatchString(base) {
		return base
	}
	if !strings.Contains(base, " ") {
		base = strings.NewReplacer("-", " ", "_", " ").Replace(base)
	}
	return oneLine(base)
}

// baseName returns the last element of a path or URL without its ending; for an
// index file, that of its folder.
func baseName(name string) string {
	if u, err := url.Parse(name); err == nil && u.Host != "" {
		name = u.Path
	}
	base := path.Base(name)
	if end := ending(base); end != "" {
		base = base[:len(base)-len(end)-1]
	}
	if strings.TrimLeft(strings.ToLower(inLanguage.ReplaceAllString(base, "")), "_") == "index" && strings.Count(name, "/") > 1 {
		if folder := path.Base(path.Dir(name)); !commonFolders[strings.ToLower(folder)] {
			return folder
		}
	}
	return base
}

const minName = 3

var (
	// commonNames are names of files that say nothing about what is in them,
	// and commonFolders those of folders.
	commonNames   = map[string]bool{"readme": true, "index": true, "_index": true, "untitled": true, "note": true, "notes": true, "article": true, "document": true, "page": true, "post": true}
	commonFolders = map[string]bool{"": true, ".": true, "/": true, "docs": true, "doc": true, "content": true, "pages": true, "posts": true, "_posts": true, "src": true, "public": true, "en": true}

	// nameDate matches a day in the name of a file or in the path of a URL.
	nameDate = lazyregexp.New(`(?:^|[^\d])((?:19|20)\d\d)([-_/.]?)(\d\d)([-_/.]?)(\d\d)(?:[^\d]|$)`)

	datePrefix = lazyregexp.New(`^(?:19|20)\d\d[-_/.]?\d\d[-_/.]?\d\d[-_ .]+`)

	// sortPrefix matches a number that sorts the files of a folder or tells when
	// a note was begun: "01-installing", "202405011230 Ferry".
	sortPrefix = lazyregexp.New(`^(?:\d{1,3}[-_.]|(?:19|20)\d{10}(?:\d\d)?[-_. ])`)

	// inLanguage matches the language at the end of a name, as in README.pt-BR.
	inLanguage = lazyregexp.New(`[._-][a-z]{2}(?:[_-][A-Za-z]{2,4})?$`)

	notionID = lazyregexp.New(`[ -][0-9a-f]{32}$`)

	// postFolders matches the folders of a day that blogs use for their posts.
	postFolders = lazyregexp.New(`(?:^|/)_?(?:posts?|blog|news)/(?:.*/)?((?:19|20)\d\d)/(\d\d)/(\d\d)[-_/][^/]*(?:/[^/]*)?$`)
)

// dateInName returns the day in the name of a file, as in 2024-05-01-ferry.md,
// or in a URL, as in https://example.org/2024/05/01/ferry; the zero time if
// there is none or it is in the future. Other folders of a file do not count,
// because they say when it was copied.
func dateInName(source string) time.Time {
	t := dayInName(source)
	if t.After(time.Now()) {
		return time.Time{}
	}
	return t
}

// dayInName is dateInName for days in the future, too.
func dayInName(source string) time.Time {
	name := baseName(source)
	if m := postFolders.FindStringSubmatch(source); m != nil {
		name = m[1] + "-" + m[2] + "-" + m[3]
	}
	if _, rest, ok := strings.Cut(source, "://"); ok {
		_, name, _ = strings.Cut(rest, "/")
		name, _, _ = strings.Cut(name, "?")
	}
	m := nameDate.FindStringSubmatch(name)
	if m == nil || m[2] != m[4] {
		return time.Time{}
	}
	t, err := time.Parse("20060102", m[1]+m[3]+m[5])
	if err != nil {
		return time.Time{}
	}
	return t
}
