package ask

import (
	"strings"

	"footnote/rag"
)

// setPages sets the Page of each citation whose passage has pages.
func setPages(citations []rag.Citation, passages []rag.Passage) {
	for i := range citations {
		c := &citations[i]
		for _, p := range passages {
			if p.Page > 0 && p.Chunk.Doc == c.Doc && p.Start <= c.Start && c.Start < p.End {
				c.Page = p.Page + strings.Count(p.Text[:c.Start-p.Start], rag.PageBreak)
				break
			}
		}
	}
}
