package phrase

import (
	"fmt"
	"strings"

	"footnote/rag"
)

// Source is an article, or a page of one, that an answer cites.
type Source struct {
	rag.Citation                // the first that cites it
	Marks        string         // of all that cite it, as in "[1] [3]"
	Quotes       []rag.Citation // those whose words are shown under it; nil if the answer consists of them
}

// Sources returns the articles that an answer cites, in the order of their first
// citations.
func Sources(a rag.Answer) []Source {
	type page struct {
		doc string
		n   int
	}
	at := map[page]int{}
	var all []Source
	for _, c := range a.Citations {
		k := page{c.Doc, c.Page}
		i, ok := at[k]
		if !ok || c.Doc == "" {
			i = len(all)
			at[k] = i
			all = append(all, Source{Citation: c})
		}
		all[i].Marks = strings.TrimSpace(fmt.Sprintf("%s [%d]", all[i].Marks, c.N))
		if a.Model != rag.QuoteModel {
			all[i].Quotes = append(all[i].Quotes, c)
		}
	}
	return all
}

// Old returns a sentence that says which of an answer's articles are more than a
// year old; "" if none is.
func Old(a rag.Answer) string {
	var old []string
	all := Sources(a)
	for _, s := range all {
		if s.Old {
			old = append(old, s.Marks)
		}
	}
	switch {
	case len(old) == 0:
		return ""
	case len(old) < len(all):
		return "More than a year old: " + strings.Join(old, " ")
	case len(old) == 1:
		return "This article is more than a year old."
	}
	return "These articles are more than a year old."
}
