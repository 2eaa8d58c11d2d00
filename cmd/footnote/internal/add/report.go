package add

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag/index"
	"footnote/rag/source"
	"footnote/rag/source/fetch"
)

// print prints the result of a round.
func (a *adding) print(r result) error {
	if a.JSON {
		out := struct {
			Added     int      `json:"added"`
			Changed   int      `json:"changed"`
			Unchanged int      `json:"unchanged"`
			Linked    int      `json:"linked"`
			Removed   int      `json:"removed"`
			Chunks    int      `json:"chunks"`
			Passed    []string `json:"passed_over"`
			Warnings  []string `json:"warnings"`
		}{r.Added, r.Changed, r.Unchanged, r.Linked, len(r.removed), r.Chunks, []string{}, []string{}}
		for _, err := range r.Skipped {
			out.Passed = append(out.Passed, words.OneLine(err.Error()))
		}
		for _, w := range r.warnings {
			out.Warnings = append(out.Warnings, words.OneLine(w.String()))
		}
		return a.PrintJSON(out)
	}
	for _, w := range r.warnings {
		a.Note("warning: %s", words.OneLine(w.String()))
	}
	a.printSkipped(r.Skipped)
	for _, t := range r.redirected {
		a.Note("%s redirects to %s", t.Source, t.Target)
	}
	for _, i := range r.removed {
		fmt.Fprintf(a.Stdout, "removed %s %s\n", i.ID, words.Truncate(i.Title, 80))
	}
	linked := ""
	if r.Linked > 0 {
		linked = ", " + words.Count(r.Linked, "duplicate")
	}
	fmt.Fprintf(a.Stdout, "%s added, %d changed, %d unchanged%s, %d skipped (%s embedded)\n",
		words.Count(r.Added, "article"), r.Changed, r.Unchanged, linked, len(r.Skipped), words.Count(r.Chunks, "chunk"))
	return nil
}

// warnings collects the warnings of a round. Several goroutines may add to it.
type warnings struct {
	mu  sync.Mutex
	all []source.Warning
}

func (w *warnings) add(one source.Warning) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, one)
}

func (w *warnings) take() []source.Warning {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all
}

// printSkipped prints what was skipped: a line for each reason, or for each file
// if --verbose is set.
func (a *adding) printSkipped(skipped []error) {
	groups := map[string][]error{}
	var causes []string // in order of their first file
	for _, err := range skipped {
		cause := err.Error()
		if s := (*source.Skipped)(nil); errors.As(err, &s) {
			cause = s.Cause()
		}
		if groups[cause] == nil {
			causes = append(causes, cause)
		}
		groups[cause] = append(groups[cause], err)
	}
	grouped := false
	for _, cause := range causes {
		group := groups[cause]
		if a.verbose || len(group) == 1 {
			for _, err := range group {
				a.Note("skipped %s", words.OneLine(err.Error()))
			}
		} else {
			grouped = true
			a.Note("skipped %s: %s", words.Count(len(group), "file"), words.OneLine(cause))
		}
		if command := converter(group[0]); command != "" && cause != source.Other.String() {
			a.Note("hint: `%s` makes it readable", command)
		}
	}
	if grouped {
		a.Note("add --verbose to list each skipped file")
	}
}

// converter returns a command that makes a skipped file readable; empty if none
// is known or it needs none.
func converter(err error) string {
	var s *source.Skipped
	if !errors.As(err, &s) || s.Reason != source.UnknownKind && s.Reason != source.Other && s.Reason != source.NoText {
		return ""
	}
	return source.Converter(s.Path)
}

// failed returns an error if a path has disappeared or if no article could be
// read.
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
		return exit.WithHint(r.Skipped[0], hintFor(r.Skipped[0]))
	}
	reasons := ""
	for _, err := range r.Skipped[:min(3, len(r.Skipped))] {
		reasons += "; " + err.Error()
	}
	return exit.WithHint(fmt.Errorf("no article found in %s%s", strings.Join(args, ", "), reasons), kindsHint)
}

// kindsHint names the list of formats.
const kindsHint = "run `footnote add --help` to see the formats that footnote reads"

// hintFor returns the hint for a file or page that could not be read.
func hintFor(err error) string {
	var s *source.Skipped
	var status *fetch.StatusError
	switch {
	case errors.Is(err, fetch.ErrAddress):
		return "if you trust that server, add --allow-private"
	case errors.As(err, &status) && (status.Status == 404 || status.Status == 410):
		return "check the address; the server says that the page does not exist"
	case errors.As(err, &status) && (status.Status == 401 || status.Status == 403 || status.Status == 402):
		return "the server refused access; save the page in a browser and add the file"
	case errors.As(err, &status):
		return "try again later"
	case !errors.As(err, &s):
		return kindsHint
	}
	if command := converter(err); command != "" {
		return "run `" + command + "` and add the result"
	}
	switch s.Reason {
	case source.Unreachable:
		return "check the address and your connection, or try again later"
	case source.Forbidden:
		return "to read one page anyway, name it without --crawl"
	case source.Malformed:
		return "correct the file; run `footnote add --help` to see the formats and the flags for table columns"
	case source.Unpublished:
		return "to add it anyway, run the command again with --drafts"
	case source.Encrypted:
		return "save a copy without a password and add that"
	case source.NoText:
		return "if it contains pictures of text, run OCR on it, and add the result"
	}
	return kindsHint
}
