package main

import (
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"syscall"
	"time"

	"footnote/rag"
	"footnote/rag/source"
)

// change is what happened in a folder that is watched.
type change struct {
	folder string
	names  []string
	err    error
}

// follow adds everything that was named, and then what changes, until ctx ends,
// which is how it is meant to end. What goes wrong in a round is told, and the
// next comes all the same.
func (a *adding) follow(ctx context.Context) error {
	changes := make(chan change)
	if a.watch {
		for _, folder := range a.paths { // from before the first round on, so that nothing is missed
			go func() {
				for names, err := range source.Watch(ctx, folder) {
					select {
					case changes <- change{folder, names, err}:
					case <-ctx.Done():
						return
					}
				}
			}()
		}
	}
	if err := a.tell(a.round(ctx, a.everything())); ctx.Err() == nil && err != nil {
		return err
	}
	var tick <-chan time.Time
	if a.every > 0 {
		t := time.NewTicker(a.every)
		defer t.Stop()
		tick = t.C
	}
	switch {
	case ctx.Err() != nil:
	case a.watch:
		a.note("watching for changes; Ctrl-C stops")
	default:
		a.note("looking again every %s; Ctrl-C stops", a.every)
	}
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
			err = a.tell(a.round(ctx, a.everything()))
		case c := <-changes:
			if errors.Is(c.err, syscall.ENOSPC) || errors.Is(c.err, syscall.EMFILE) {
				return hinted{c.err, "the system lets no more folders be watched; raise fs.inotify.max_user_watches, or use --every 1m in place of --watch"}
			}
			if c.err != nil {
				return c.err
			}
			err = a.tell(a.round(ctx, a.changed(c)))
		}
		if err != nil && ctx.Err() == nil {
			report(a.stderr, err)
		}
	}
}

// changed reads what changed in a folder.
func (a *adding) changed(c change) reading {
	r := reading{articles: func(ctx context.Context, files source.Reader, _ source.Web) (rag.Source, error) {
		return files.Below(ctx, c.folder, c.names...), nil
	}}
	abs, err := filepath.Abs(c.folder)
	if err != nil {
		return r
	}
	if a.prune && a.emptied(abs) { // it may only be unmounted
		a.note("there is nothing in %s any more, so nothing is pruned; if that is meant, say --yes", a.text().Path(abs))
		return r
	}
	for _, name := range c.names {
		r.roots = append(r.roots, path.Join(filepath.ToSlash(abs), name))
	}
	return r
}

// emptied reports whether there is nothing in a folder any more; nothing of it
// is pruned then, unless that was asked for.
func (a *adding) emptied(folder string) bool {
	if a.yes {
		return false
	}
	entries, err := os.ReadDir(folder)
	return err != nil || len(entries) == 0
}

// tell prints what a round of many did, if it did anything.
func (a *adding) tell(r result, err error) error {
	if err != nil {
		return err
	}
	if r.Added+r.Changed+r.Linked+len(r.gone) == 0 && len(r.Skipped) == 0 {
		return nil
	}
	return a.reportAdd(r)
}
