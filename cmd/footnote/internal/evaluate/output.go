package evaluate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"footnote/rag/eval"
	"footnote/rag/eval/page"
)

// show writes a run, and what changed since another, to standard output and
// to the page.
func (v *evaluation) show(run eval.Run) error {
	var c *eval.Comparison
	if v.before != nil {
		made, err := eval.Compare(*v.before, run)
		if err != nil {
			return err
		}
		c = &made
	}
	if v.html != "" {
		if err := v.writePage(run, c); err != nil {
			return err
		}
	}
	switch {
	case v.JSON:
		return v.PrintJSON(run)
	case c != nil:
		return c.WriteTable(v.Stdout, v.all, shownFlips)
	}
	return run.WriteTable(v.Stdout, v.all)
}

// shownFlips is how many questions that flipped a terminal shows.
const shownFlips = 10

// writePage writes the page of a run, whole or not at all.
func (v *evaluation) writePage(run eval.Run, c *eval.Comparison) error {
	f, err := os.CreateTemp(filepath.Dir(v.html), ".footnote-*.html")
	if err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	defer os.Remove(f.Name()) // it is gone if all went well
	if err := errors.Join(page.Write(f, run, c), f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	if err := os.Rename(f.Name(), v.html); err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	return nil
}

// writable says why no file can be at path, as far as can be told before there
// is something to write.
func writable(path string) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: that is no file", path)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: there is no folder %s", path, filepath.Dir(path))
	}
	return nil
}
