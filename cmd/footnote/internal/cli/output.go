package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/adrg/xdg"
	"golang.org/x/term"

	"footnote/bot/terminal"
	"footnote/cmd/footnote/internal/exit"
)

// Note prints a message for the user on stderr, apart from the result.
func (p *Program) Note(format string, args ...any) {
	fmt.Fprintf(p.Stderr, "footnote: "+format+"\n", args...)
}

// PrintJSON prints v to stdout as indented JSON.
func (p *Program) PrintJSON(v any) error {
	enc := json.NewEncoder(p.Stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// Text returns the layout of answers on stdout: colours and the terminal's size
// if stdout is a terminal.
func (p *Program) Text() terminal.Text {
	t := terminal.Text{}
	t.Dir, _ = os.Getwd() // without one, paths are absolute
	if f, ok := p.Stdout.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		t.Color = p.Getenv("NO_COLOR") == "" && p.Getenv("TERM") != "dumb"
		if w, h, err := term.GetSize(int(f.Fd())); err == nil {
			t.Width, t.Height = min(w, 100), h
		}
	}
	return t
}

// ShortPath returns path with the home directory replaced by ~.
func ShortPath(path string) string {
	if rel, err := filepath.Rel(xdg.Home, path); err == nil && filepath.IsLocal(rel) {
		return filepath.Join("~", rel)
	}
	return path
}

// OnTerminal reports whether a stream is a terminal.
func OnTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Interruptible returns a context that Ctrl-C cancels.
func Interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, os.Interrupt)
}

// WriteNew writes a new file. It returns an error if path exists, and removes
// the file again if it cannot write all of b.
func WriteNew(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return exit.WithHint(fmt.Errorf("%s: file exists", path), "choose a new file name; footnote won't overwrite your edits")
	}
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
