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
	quiet    = 250 * time.Millisecond // time without a change before changes are reported
	maxQuiet = time.Second            // longest time from the first change to the report
)

// Watch yields the changes in a folder and below it. A change is a
// slash-separated name below the folder that was written, created, renamed or
// removed; "." is the folder itself. Changes close in time are yielded
// together, sorted. Names that Files leaves out and temporary files of editors
// are left out. The sequence ends with ctx, or with an error if the folder
// cannot be watched.
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
	folder, err := filepath.EvalSymlinks(folder) // follow a link that the user named
	if err != nil {
		return nil, err
	}
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

// add watches a folder and those below it. A folder that no longer exists is an
// error only if it is the first one.
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
			return fmt.Errorf("cannot watch %s: %w", printable(path), err)
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
			if errors.Is(err, fsnotify.ErrEventOverflow) { // the changed names are unknown
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

// note records the name of an event. It reports whether the name may be an
// article's.
func (w *watcher) note(e fsnotify.Event) bool {
	if e.Op == fsnotify.Chmod {
		return false
	}
	name, err := filepath.Rel(w.folder, e.Name)
	if err != nil || isTemporary(filepath.ToSlash(name)) {
		return false
	}
	if e.Has(fsnotify.Create) {
		if info, err := os.Lstat(e.Name); err == nil && info.IsDir() {
			_ = w.add(e.Name) // a folder that cannot be watched is still read once
		}
	}
	w.changed[filepath.ToSlash(name)] = true
	return true
}

// isTemporary reports whether a name is hidden or is one that editors and
// browsers use while they write a file.
func isTemporary(name string) bool {
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
