package rag

import "strings"

// pageBreak stands in Document.Text before each page except the first.
const pageBreak = "\f"

// pageAt returns the page, from 1, at a byte offset of a text; 0 if the text
// has no page break.
func pageAt(text string, offset int) int {
	if !strings.Contains(text, pageBreak) {
		return 0
	}
	return 1 + strings.Count(text[:offset], pageBreak)
}

// paged sets the Page of each citation whose passage has pages.
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
