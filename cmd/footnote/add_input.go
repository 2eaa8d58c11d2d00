package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"footnote/rag"
	"footnote/rag/source"
)

// input reads standard input as one file. Without a name, what it holds names
// it, so that the same input twice is one article.
func (a *adding) input(ctx context.Context, r source.Reader) (rag.Source, error) {
	if a.as == "" && onTerminal(a.program.stdin) {
		a.note("reading standard input; Ctrl-D ends it")
	}
	data, err := io.ReadAll(io.LimitReader(a.program.stdin, source.MaxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("standard input: %w", err)
	case len(data) > source.MaxBytes:
		return nil, hinted{fmt.Errorf("standard input: more than %d MiB", source.MaxBytes>>20), "put it in a file, or in several"}
	case len(data) == 0:
		return nil, hinted{errors.New("standard input: nothing in it"), "`command | footnote add -` adds what command prints"}
	}
	name := a.as
	if name == "" {
		name = "stdin-" + rag.DocumentID(string(data))
	}
	r.Memory = nil
	return r.Bytes(ctx, name, "", data), nil
}
