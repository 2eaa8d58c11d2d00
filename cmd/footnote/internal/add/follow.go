package add

import (
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"syscall"
	"time"

	"footnote/cmd/footnote/internal/exit"
	"footnote/rag"
	"footnote/rag/source"
)

// change is a change in a watched folder.
type change struct {
	folder string
	names  []string // the changed paths, relative to folder
	err    error
}

// follow adds all arguments and then keeps the library up to date. It returns
// nil when ctx ends. After the first round it prints errors and goes on.
func (a *adding) follow(ctx context.Context) error {
	changes := make(chan change)
	if a.watch {
		for _, folder := range a.paths { // before the first round, so that no change is missed
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
	if err := a.printChanges(a.round(ctx, a.allArguments())); ctx.Err() == nil && err != nil {
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
		a.Note("watching for changes; press Ctrl-C to stop")
	default:
		a.Note("updating every %s; press Ctrl-C to stop", a.every)
	}
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
			err = a.printChanges(a.round(ctx, a.allArguments()))
		case c := <-changes:
			if errors.Is(c.err, syscall.ENOSPC) || errors.Is(c.err, syscall.EMFILE) {
				return exit.WithHint(c.err, "the system cannot watch more folders; raise fs.inotify.max_user_watches, or use --every 1m instead of --watch")
			}
			if c.err != nil {
				return c.err
			}
			err = a.printChanges(a.round(ctx, a.changed(c)))
		}
		if err != nil && ctx.Err() == nil {
			exit.Report(a.Stderr, err)
		}
	}
}

// changed returns a reading of what changed in a folder.
func (a *adding) changed(c change) reading {
	r := reading{articles: func(ctx context.Context, files source.Reader, _ source.Web) (rag.Source, error) {
		return files.Below(ctx, c.folder, c.names...), nil
	}}
	abs, err := filepath.Abs(c.folder)
	if err != nil {
		return r
	}
	if a.prune && a.isEmpty(abs) { // it may be unmounted
		a.Note("%s is empty, so --prune removed nothing; add --yes if it should be empty", a.Text().Path(abs))
		return r
	}
	for _, name := range c.names {
		r.roots = append(r.roots, path.Join(filepath.ToSlash(abs), name))
	}
	return r
}

// isEmpty reports whether a folder is empty or cannot be read. It returns false
// if --yes is set.
func (a *adding) isEmpty(folder string) bool {
	if a.yes {
		return false
	}
	entries, err := os.ReadDir(folder)
	return err != nil || len(entries) == 0
}

// printChanges prints the result of a round if the round changed or skipped
// anything.
func (a *adding) printChanges(r result, err error) error {
	if err != nil {
		return err
	}
	if r.Added+r.Changed+r.Linked+len(r.removed) == 0 && len(r.Skipped) == 0 {
		return nil
	}
	return a.print(r)
}
