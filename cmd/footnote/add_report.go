package main

import (
	"errors"
	"fmt"
	"strings"

	"footnote/rag/index"
	"footnote/rag/source"
	"footnote/rag/source/fetch"
)

func (a *adding) reportAdd(r result) error {
	if a.json {
		out := struct {
			Added     int      `json:"added"`
			Changed   int      `json:"changed"`
			Unchanged int      `json:"unchanged"`
			Linked    int      `json:"linked"`
			Removed   int      `json:"removed"`
			Chunks    int      `json:"chunks"`
			Passed    []string `json:"passed_over"`
		}{r.Added, r.Changed, r.Unchanged, r.Linked, len(r.gone), r.Chunks, []string{}}
		for _, err := range r.Skipped {
			out.Passed = append(out.Passed, oneLine(err.Error()))
		}
		return a.printJSON(out)
	}
	for _, err := range r.Skipped {
		a.note("passed over %s", oneLine(err.Error()))
	}
	for _, t := range r.moved {
		a.note("%s leads to %s", t.Source, t.Target)
	}
	for _, i := range r.gone {
		fmt.Fprintf(a.stdout, "removed %s %s\n", i.ID, short(i.Title, 80))
	}
	linked := ""
	if r.Linked > 0 {
		linked = fmt.Sprintf(", %d held already from elsewhere", r.Linked)
	}
	fmt.Fprintf(a.stdout, "%s added, %d changed, %d unchanged%s, %d passed over (%s embedded)\n",
		count(r.Added, "article"), r.Changed, r.Unchanged, linked, len(r.Skipped), count(r.Chunks, "chunk"))
	return nil
}

// failed says whether what was asked for by name could not be done: a path
// that is not there any more, or nothing at all that could be read.
func failed(r index.Report, args []string) error {
	for _, err := range r.Skipped {
		if s := (*source.Skipped)(nil); !errors.As(err, &s) {
			return err
		}
	}
	switch {
	case len(r.Seen) > 0:
		return nil
	case len(r.Skipped) == 1:
		return hinted{r.Skipped[0], hintFor(r.Skipped[0])}
	}
	reasons := ""
	for _, err := range r.Skipped[:min(3, len(r.Skipped))] {
		reasons += "; " + err.Error()
	}
	return hinted{fmt.Errorf("no article in %s%s", strings.Join(args, ", "), reasons), kindsHint}
}

const kindsHint = "footnote reads text, Markdown, HTML, PDF, Word (.docx), EPUB, mail, tables, feeds, and .gz and .zip of them"

// hintFor says what mends the one thing that could not be read.
func hintFor(err error) string {
	var s *source.Skipped
	var status *fetch.StatusError
	switch {
	case errors.Is(err, fetch.ErrAddress):
		return "if you trust that server, --allow-private fetches from it"
	case errors.As(err, &status) && (status.Status == 404 || status.Status == 410):
		return "check the address; the server says that there is no such page"
	case errors.As(err, &status) && (status.Status == 401 || status.Status == 403 || status.Status == 402):
		return "the server wants to know who asks; save the page from a browser and add the file"
	case errors.As(err, &status):
		return "try again later"
	case !errors.As(err, &s):
		return kindsHint
	}
	switch s.Reason {
	case source.Unreachable:
		return "check the address and the connection, and try again later"
	case source.Forbidden:
		return "name a single page without --crawl to read it all the same"
	case source.Malformed:
		return "see what is wrong with it; `footnote add --help` says what is read, and names the columns of tables"
	case source.Encrypted:
		return "save it without its password, and add that"
	case source.NoText:
		return "run it through a program that recognises text, such as ocrmypdf, and add the result"
	}
	return kindsHint
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
