package evaluate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"footnote/rag/eval"
	"footnote/rag/eval/page"
)

// show prints a run, compared with the earlier one if there is one, and writes
// the HTML page if --html is set.
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

// shownFlips is the most questions with a changed outcome that show prints.
const shownFlips = 10

// writePage writes the HTML page of a run. If it fails, an existing page stays
// as it was.
func (v *evaluation) writePage(run eval.Run, c *eval.Comparison) error {
	f, err := os.CreateTemp(filepath.Dir(v.html), ".footnote-*.html")
	if err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	defer os.Remove(f.Name()) // the rename has moved it if all went well
	if err := errors.Join(page.Write(f, run, c), f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	if err := os.Rename(f.Name(), v.html); err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	return nil
}

// writable returns an error if path is not a regular file or its folder does
// not exist.
func writable(path string) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: not a file", path)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: folder %s not found", path, filepath.Dir(path))
	}
	return nil
}
