package source

import (
	"path"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// nameTitle returns the title that the name of a note gives it: "Jane Doe.md" is
// about Jane Doe. A date in front of other words is left out. It returns "" for
// names that every folder has, and for names without a word of minName runes.
func nameTitle(name string) string {
	base := strings.TrimSuffix(path.Base(name), path.Ext(name))
	if commonNames[strings.ToLower(base)] || !hasWord(base) || utf8.RuneCountInString(base) < minName {
		return ""
	}
	if at := nameDate.FindStringIndex(base); at != nil {
		if rest := strings.Trim(base[at[1]:], " _-."); at[0] == 0 && hasWord(rest) {
			base = rest
		} else {
			return base
		}
	}
	if !strings.Contains(base, " ") {
		base = strings.NewReplacer("-", " ", "_", " ").Replace(base)
	}
	return oneLine(base)
}

const minName = 3

// commonNames are names of files that say nothing about what is in them.
var commonNames = map[string]bool{"readme": true, "index": true, "_index": true, "untitled": true, "note": true, "notes": true, "article": true, "document": true, "page": true, "post": true}

// nameDate matches a day in the name of a file or in the path of a URL.
var nameDate = regexp.MustCompile(`(?:^|[^\d])((?:19|20)\d\d)([-_/.]?)(\d\d)([-_/.]?)(\d\d)(?:[^\d]|$)`)

// dateInName returns the day in the name of a file, as in 2024-05-01-ferry.md, or
// in a URL, as in https://example.org/2024/05/01/ferry; the zero time if there is
// none. The folders of a file do not count, because they say when it was copied.
func dateInName(source string) time.Time {
	name := path.Base(source)
	if _, rest, ok := strings.Cut(source, "://"); ok {
		_, name, _ = strings.Cut(rest, "/")
		name, _, _ = strings.Cut(name, "?")
	}
	m := nameDate.FindStringSubmatch(name)
	if m == nil || m[2] != m[4] {
		return time.Time{}
	}
	t, err := time.Parse("20060102", m[1]+m[3]+m[5])
	if err != nil || t.After(time.Now()) {
		return time.Time{}
	}
	return t
}
