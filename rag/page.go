package rag

import "strings"

// pageBreak stands in Document.Text before each page but the first of an article
// that has pages.
const pageBreak = "\f"

// pageAt gives the page, from 1, that an offset of a text is on; 0 if the text
// has no pages, or only one.
func pageAt(text string, offset int) int {
	if !strings.Contains(text, pageBreak) {
		return 0
	}
	return 1 + strings.Count(text[:offset], pageBreak)
}

// paged says of each citation which page its quotation begins on.
func paged(citations []Citation, passages []Passage) {
	for i := range citations {
		c := &citations[i]
		for _, p := range passages {
			if p.page > 0 && p.Chunk.Doc == c.Doc && p.Start <= c.Start && c.Start < p.End {
				c.Page = p.page + strings.Count(p.Text[:c.Start-p.Start], pageBreak)
				break
			}
		}
	}
}
