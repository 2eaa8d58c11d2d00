package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	quiet    = 250 * time.Millisecond // without a change, until what changed is told
	maxQuiet = time.Second            // after the first change, however many follow
)

// Watch yields what changes in a folder and below it: the slash-separated names
// below the folder, sorted, of what was written, made, renamed or removed, "."
// for the folder itself. Changes that come together are yielded together. What
// Files leaves out, and the files that editors make while they save, are left
// out here too. It ends with ctx, or with an error.
func Watch(ctx context.Context, folder string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		w, err := watch(folder)
		if err != nil {
			yield(nil, err)
			return
		}
		defer w.events.Close()
		w.run(ctx, yield)
	}
}

type watcher struct {
	folder  string
	events  *fsnotify.Watcher
	changed map[string]bool
}

func watch(folder string) (*watcher, error) {
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &watcher{folder, events, map[string]bool{}}
	if err := w.add(folder); err != nil {
		return nil, errors.Join(err, events.Close())
	}
	return w, nil
}

// add watches a folder and those below it. A folder that is gone by then is no
// error, but for the first.
func (w *watcher) add(folder string) error {
	return filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil && path == w.folder:
			return err
		case err != nil || !e.IsDir():
			return nil
		case path != w.folder && strings.HasPrefix(e.Name(), "."):
			return fs.SkipDir
		}
		if err := w.events.Add(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s cannot be watched: %w", printable(path), err)
		}
		return nil
	})
}

func (w *watcher) run(ctx context.Context, yield func([]string, error) bool) {
	var first time.Time
	due := time.NewTimer(time.Hour)
	due.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case err := <-w.events.Errors:
			if errors.Is(err, fsnotify.ErrEventOverflow) { // too many to say which
				w.changed["."] = true
				due.Reset(quiet)
				continue
			}
			if !yield(nil, err) {
				return
			}
		case e, ok := <-w.events.Events:
			if !ok {
				return
			}
			if !w.note(e) {
				continue
			}
			if len(w.changed) == 1 {
				first = time.Now()
			}
			due.Reset(min(quiet, max(0, maxQuiet-time.Since(first))))
		case <-due.C:
			names := make([]string, 0, len(w.changed))
			for n := range w.changed {
				names = append(names, n)
			}
			slices.Sort(names)
			clear(w.changed)
			if len(names) > 0 && !yield(names, nil) {
				return
			}
		}
	}
}

// note remembers what an event is about, and reports whether it is about an
// article.
func (w *watcher) note(e fsnotify.Event) bool {
	if e.Op == fsnotify.Chmod {
		return false
	}
	name, err := filepath.Rel(w.folder, e.Name)
	if err != nil || passing(filepath.ToSlash(name)) {
		return false
	}
	if e.Has(fsnotify.Create) {
		if info, err := os.Lstat(e.Name); err == nil && info.IsDir() {
			_ = w.add(e.Name) // what cannot be watched is read once, as far as it is there
		}
	}
	w.changed[filepath.ToSlash(name)] = true
	return true
}

// passing tells a name that is hidden, or that editors and browsers give to a
// file for as long as they write it.
func passing(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") && part != "." {
			return true
		}
	}
	base := name[strings.LastIndexByte(name, '/')+1:]
	if strings.HasSuffix(base, "~") || strings.HasPrefix(base, "~$") || strings.HasPrefix(base, "#") && strings.HasSuffix(base, "#") || base == "4913" { // Emacs, Word, Emacs, Vim
		return true
	}
	switch ending(base) {
	case "swp", "swx", "swo", "tmp", "temp", "part", "partial", "crdownload", "download", "bak", "lock":
		return true
	}
	return false
}
