package rag_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport is the import table of the architecture. For each package it lists
// the packages of this module and the restricted third-party packages that it
// may import. The package comment of rag describes the same table.
var mayImport = map[string][]string{
	"cmd/footnote":     {"*"},
	"rag":              {"footnote/prompts", "footnote/rag/language", llms},
	"rag/language":     {},
	"rag/source":       {"footnote/rag", "footnote/rag/language", "footnote/rag/source/fetch"},
	"rag/source/fetch": {},
	"rag/encoder":      {},
	"rag/library":      {"footnote/rag", "footnote/rag/language", chromem, sqlite},
	"rag/model":        {"footnote/rag", llms, langchain},
	"rag/eval":         {"footnote/rag", "footnote/prompts"},
	"rag/eval/page":    {"footnote/rag/eval", charts},
	"rag/ragtest":      {"footnote/rag"},
	"bot":              {"footnote/rag", discord},
	"bot/discordtest":  {},
	"prompts":          {},
	"seeds":            {},
}

const (
	llms      = "github.com/tmc/langchaingo/llms"
	langchain = "github.com/tmc/langchaingo"
	chromem   = "github.com/philippgille/chromem-go"
	sqlite    = "modernc.org/sqlite"
	charts    = "github.com/go-analyze/charts"
	discord   = "github.com/bwmarrin/discordgo"
)

// TestImports checks the import table. Tests may import anything.
func TestImports(t *testing.T) {
	t.Parallel()
	root := ".."
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		room := roomOf(filepath.ToSlash(rel))
		allowed, known := mayImport[room]
		if !known {
			t.Errorf("%s is in a package that the import table lacks", file)
			return nil
		}
		seen[room] = true
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			if !governed(name) || strings.HasPrefix(name, "footnote/"+room+"/internal/") || slices.Contains(allowed, "*") {
				continue
			}
			if !slices.ContainsFunc(allowed, func(a string) bool {
				return name == a || !strings.HasPrefix(a, "footnote/") && a != llms && strings.HasPrefix(name, a+"/")
			}) {
				t.Errorf("%s imports %s; %s may not", file, name, room)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range []string{"cmd/footnote", "rag", "rag/source", "rag/encoder", "rag/library", "rag/model", "bot", "prompts", "seeds"} {
		if !seen[room] {
			t.Errorf("found no code in %s", room)
		}
	}
}

// roomOf returns the package of the table that a folder belongs to. An internal
// package belongs to its parent.
func roomOf(dir string) string {
	if at := strings.Index(dir, "/internal/"); at >= 0 {
		dir = dir[:at]
	}
	return path.Clean(dir)
}

// governed reports whether the import table covers a package.
func governed(name string) bool {
	for _, vendor := range []string{"footnote", langchain, chromem, sqlite, charts, discord} {
		if name == vendor || strings.HasPrefix(name, vendor+"/") {
			return true
		}
	}
	return false
}
