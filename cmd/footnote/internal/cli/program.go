// Package cli is what all commands share: streams and environment, common
// flags, and the printing of results and messages.
package cli

import (
	"io"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
)

// Env is the world outside the program. All fields are required.
type Env struct {
	Args           []string // without the program's name
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	Now            func() time.Time
}

// Program is one run of footnote: the world outside and the flags that all
// commands share.
type Program struct {
	Env
	Library  string // --library; [Program.LibraryPath] resolves it
	Embedder string // --embedder, empty for the built-in encoder
	JSON     bool   // --json
	Offline  bool   // --offline or FOOTNOTE_OFFLINE
}

// RegisterFlags adds the shared flags to the root command.
func (p *Program) RegisterFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.SortFlags = false
	flags.StringVar(&p.Library, "library", "", "library `FILE` (default: $FOOTNOTE_LIBRARY, else "+ShortPath(DefaultLibrary())+")")
	flags.StringVar(&p.Embedder, "embedder", "", "embedding model `PROVIDER/NAME`, as in ollama/nomic-embed-text (default: built in)")
	flags.BoolVar(&p.Offline, "offline", false, "disable all network access, except to servers on this machine (or set FOOTNOTE_OFFLINE=1)")
}

// WithJSON adds --json to a command that prints results.
func (p *Program) WithJSON(c *cobra.Command) *cobra.Command {
	c.Flags().BoolVar(&p.JSON, "json", false, "print the result as JSON")
	return c
}

// LibraryPath returns the path of the library file: --library, else
// FOOTNOTE_LIBRARY, else [DefaultLibrary].
func (p *Program) LibraryPath() string {
	switch {
	case p.Library != "":
		return p.Library
	case p.Getenv("FOOTNOTE_LIBRARY") != "":
		return p.Getenv("FOOTNOTE_LIBRARY")
	}
	return DefaultLibrary()
}

// DefaultLibrary returns the path of the library in the user's data directory.
func DefaultLibrary() string { return filepath.Join(xdg.DataHome, "footnote", "footnote.db") }
