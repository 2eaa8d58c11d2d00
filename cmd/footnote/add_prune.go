package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/index"
	"footnote/rag/source"
)

// dropGone drops the articles at and below roots that are gone from there. A
// file that is there but was passed over keeps its article.
func (a *adding) dropGone(ctx context.Context, r index.Report, roots []string) ([]rag.Info, error) {
	skipped := map[string]bool{}
	for _, err := range r.Skipped {
		if s := (*source.Skipped)(nil); errors.As(err, &s) {
			skipped[s.Source] = true
		}
	}
	infos, err := a.store.List(ctx, rag.Filter{})
	if err != nil {
		return nil, err
	}
	for _, root := range a.guarded(roots) {
		if err := a.askIfEmpty(root, r.Seen, infos); err != nil {
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

// guarded is those of roots that a person named. What else there is went from a
// folder that is watched, and is not empty.
func (a *adding) guarded(roots []string) []string {
	named := a.roots()
	return slices.DeleteFunc(slices.Clone(roots), func(root string) bool { return !slices.Contains(named, root) })
}

// askIfEmpty asks whether a folder of which nothing was read, though the library
// holds articles from there, is meant to be empty.
func (a *adding) askIfEmpty(root string, seen, held []rag.Info) error {
	if a.yes || countBelow(seen, root) > 0 {
		return nil
	}
	n := countBelow(held, root)
	if n == 0 {
		return nil
	}
	if onTerminal(a.program.stdin) && onTerminal(a.stderr) {
		fmt.Fprintf(a.stderr, "Nothing was read from %s, and the library holds %s from there. Drop them? [y/N] ", a.text().Path(root), count(n, "article"))
		line, _ := bufio.NewReader(a.program.stdin).ReadString('\n') // no answer is no
		if answer := strings.ToLower(strings.TrimSpace(line)); answer == "y" || answer == "yes" {
			return nil
		}
	}
	return hinted{fmt.Errorf("nothing was read from %s, so nothing is pruned", a.text().Path(root)),
		"if the folder is meant to be empty, say --yes; if not, see whether it is mounted"}
}

func countBelow(infos []rag.Info, root string) int {
	n := 0
	for _, i := range infos {
		if below(i.Source, root) {
			n++
		}
	}
	return n
}

// below reports whether a path is a root or lies below it.
func below(path, root string) bool {
	return path == root || strings.HasPrefix(path, strings.TrimSuffix(root, "/")+"/")
}

// within reports whether a path or a folder above it is in a set.
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
