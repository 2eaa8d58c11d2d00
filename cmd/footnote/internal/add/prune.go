package add

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag"
	"footnote/rag/index"
	"footnote/rag/source"
)

// skippedFor returns the sources that were skipped for reasons for which want is true.
func skippedFor(r index.Report, want func(source.Reason) bool) map[string]bool {
	all := map[string]bool{}
	for _, err := range r.Skipped {
		if s := (*source.Skipped)(nil); errors.As(err, &s) && want(s.Reason) {
			all[s.Source] = true
		}
	}
	return all
}

// removeWithdrawn removes the articles that are not published any more, and returns
// them: what people take back must not be quoted.
func (a *adding) removeWithdrawn(ctx context.Context, r index.Report) ([]rag.Info, error) {
	withdrawn := skippedFor(r, func(reason source.Reason) bool { return reason == source.Unpublished })
	if len(withdrawn) == 0 {
		return nil, nil
	}
	return a.indexer.Prune(ctx, r.Seen, func(i rag.Info) bool { return withdrawn[i.Source] })
}

// removeMissing removes the articles whose files at or below roots no longer
// exist, and returns them. A file that exists but was skipped keeps its
// article.
func (a *adding) removeMissing(ctx context.Context, r index.Report, roots []string) ([]rag.Info, error) {
	skipped := skippedFor(r, func(reason source.Reason) bool { return reason != source.Unpublished })
	infos, err := a.store.List(ctx, rag.Filter{})
	if err != nil {
		return nil, err
	}
	for _, root := range a.namedRoots(roots) {
		if err := a.confirmEmpty(root, r.Seen, infos); err != nil {
			return nil, err
		}
	}
	return a.indexer.Prune(ctx, r.Seen, func(i rag.Info) bool {
		for _, root := range roots {
			if below(i.Source, root) {
				return !within(i.Source, skipped)
			}
		}
		return false
	})
}

// namedRoots returns the roots that are arguments. The others are paths inside
// a watched folder, which [adding.changed] checks.
func (a *adding) namedRoots(roots []string) []string {
	named := a.roots()
	return slices.DeleteFunc(slices.Clone(roots), func(root string) bool { return !slices.Contains(named, root) })
}

// confirmEmpty returns an error if nothing was read from root although the
// library has articles from it. On a terminal it asks the user first. It
// returns nil if --yes is set.
func (a *adding) confirmEmpty(root string, seen, stored []rag.Info) error {
	if a.yes || countBelow(seen, root) > 0 {
		return nil
	}
	n := countBelow(stored, root)
	if n == 0 {
		return nil
	}
	if cli.OnTerminal(a.Stdin) && cli.OnTerminal(a.Stderr) {
		fmt.Fprintf(a.Stderr, "Nothing was read from %s, but the library has %s from it. Remove them? [y/N] ", a.Text().Path(root), words.Count(n, "article"))
		line, _ := bufio.NewReader(a.Stdin).ReadString('\n') // no answer means no
		if answer := strings.ToLower(strings.TrimSpace(line)); answer == "y" || answer == "yes" {
			return nil
		}
	}
	return exit.WithHint(fmt.Errorf("nothing was read from %s, so --prune removed nothing", a.Text().Path(root)),
		"check that the folder is mounted; if it should be empty, add --yes")
}

// countBelow returns the number of articles at or below root.
func countBelow(infos []rag.Info, root string) int {
	n := 0
	for _, i := range infos {
		if below(i.Source, root) {
			n++
		}
	}
	return n
}

// below reports whether path is root or lies below it.
func below(path, root string) bool {
	return path == root || strings.HasPrefix(path, strings.TrimSuffix(root, "/")+"/")
}

// within reports whether path or one of its parent folders is in set.
func within(path string, set map[string]bool) bool {
	for ; ; path = path[:strings.LastIndexByte(path, '/')] {
		if set[path] {
			return true
		}
		if !strings.Contains(path, "/") {
			return false
		}
	}
}
