// Results measures footnote on public question sets and rewrites the measured
// part of rag/eval/RESULTS.md. Run it from the root of the repository:
//
//	go run ./cmd/footnote/internal/results DATA
//
// DATA is a folder of question sets, such as ../shared/data. Sets that are not
// in it are left out of the tables. The articles of each set are embedded once
// and kept in the folder that -cache names. Nothing but RESULTS.md and that
// folder is written.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"

	"footnote/rag"
	"footnote/rag/encoder"
	"footnote/rag/index"
	"footnote/rag/reader"
)

func main() {
	c := config{log: os.Stderr}
	flag.IntVar(&c.sample, "sample", 150, "answer at most `N` questions of each set, always the same ones; 0 answers all")
	flag.StringVar(&c.out, "out", filepath.Join("rag", "eval", "RESULTS.md"), "the `FILE` whose measured part is rewritten")
	flag.StringVar(&c.cache, "cache", filepath.Join(xdg.CacheHome, "footnote", "results"), "the `FOLDER` that keeps embedded articles")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := command(ctx, c, flag.Args())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "results:", err)
		os.Exit(1)
	}
}

func command(ctx context.Context, c config, args []string) error {
	if len(args) != 1 {
		return errors.New("usage: results [flags] DATA, where DATA is a folder of question sets")
	}
	if c.sample < 0 {
		return fmt.Errorf("-sample must be at least 0, not %d", c.sample)
	}
	e, err := encoder.New()
	if err != nil {
		return err
	}
	r, err := reader.New()
	if err != nil {
		return err
	}
	c.data, c.embedder, c.reader, c.chunker = args[0], e, r, index.Chunker{Tokens: e}
	return c.run(ctx)
}

// config says what to measure and where to write it.
type config struct {
	data     string // folder of question sets
	out      string // file with the two markers
	cache    string // folder of libraries
	sample   int    // questions to answer of each set; 0: all
	embedder rag.Embedder
	reader   rag.Reader // nil: none
	chunker  index.Chunker
	log      io.Writer // progress
}

// run measures and rewrites the measured part of c.out. It changes nothing if
// it fails.
func (c config) run(ctx context.Context) error {
	old, err := os.ReadFile(c.out)
	if err != nil {
		return err
	}
	if _, err := replaceMeasured(string(old), ""); err != nil { // before minutes of work
		return fmt.Errorf("%s: %w", c.out, err)
	}
	var text strings.Builder
	if err := c.measure(ctx, &text); err != nil {
		return err
	}
	if old, err = os.ReadFile(c.out); err != nil { // somebody may have edited it meanwhile
		return err
	}
	changed, err := replaceMeasured(string(old), text.String())
	if err != nil {
		return err
	}
	return os.WriteFile(c.out, []byte(changed), 0o644)
}

// The measured part of the file is between two lines, which stay.
const (
	begin = "<!-- begin measured: written by go run ./cmd/footnote/internal/results, do not edit -->\n"
	end   = "<!-- end measured -->\n"
)

// errMarkers is returned for a file without the two markers in their order.
var errMarkers = errors.New("the lines that begin and end the measured part are missing")

// cutMeasured returns what is before, between and after the markers.
func cutMeasured(text string) (before, measured, after string, err error) {
	before, rest, ok := strings.Cut(text, begin)
	measured, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return "", "", "", errMarkers
	}
	return before, measured, after, nil
}

// replaceMeasured returns text with another measured part.
func replaceMeasured(text, measured string) (string, error) {
	before, _, after, err := cutMeasured(text)
	if err != nil {
		return "", err
	}
	return before + begin + measured + end + after, nil
}
