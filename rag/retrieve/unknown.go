package retrieve

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"footnote/rag"
	"footnote/rag/text"
)

// UnknownNames returns the names of a question that no chunk of the store has, as the
// question writes them. A name that the passages write otherwise is not unknown:
// Zoltowski and Żółtowski, Mueller and Müller. Only English questions have names,
// and only those with a word in lower case.
func (q Query) UnknownNames(passages []rag.Passage) []string {
	if q.Language != "" || !strings.ContainsFunc(q.Text, unicode.IsLower) {
		return nil
	}
	var unknown []string
	for _, t := range q.Tokens {
		if t.Name && !slices.Contains(unknown, t.Raw) && slices.ContainsFunc(q.Terms, func(x Term) bool { return x.Word == t.Word && x.Rarity >= 1 }) {
			unknown = append(unknown, t.Raw)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	return slices.DeleteFunc(unknown, func(name string) bool {
		name = strings.ToLower(name)
		return slices.ContainsFunc(passages, func(p rag.Passage) bool {
			return slices.ContainsFunc(text.Words(p.Chunk.Title+"\n"+p.Chunk.Section+"\n"+p.Text), func(w string) bool { return alike(name, w) })
		})
	})
}

// alike reports whether two words in lower case are probably one name: at most one
// letter in four differs.
func alike(a, b string) bool {
	n := max(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
	return a == b || n >= 4 && levenshtein.ComputeDistance(a, b)*4 <= n
}
