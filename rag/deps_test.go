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
	"cmd/footnote":            {"*"},
	"rag":                     {},
	"rag/language":            {},
	"rag/text":                {"footnote/rag/internal/lazyregexp", "footnote/rag/language"},
	"rag/question":            {"footnote/rag/internal/lazyregexp", "footnote/rag", "footnote/rag/text"},
	"rag/index":               {"footnote/rag", "footnote/rag/text"},
	"rag/retrieve":            {"footnote/rag", "footnote/rag/text", "footnote/rag/question"},
	"rag/write":               {"footnote/rag", "footnote/rag/text", "footnote/rag/question", "footnote/prompts", llms},
	"rag/check":               {"footnote/rag", "footnote/rag/text", "footnote/rag/question", "footnote/prompts", llms},
	"rag/ask":                 {"footnote/rag", "footnote/rag/text", "footnote/rag/question", "footnote/rag/retrieve", "footnote/rag/write", "footnote/rag/check"},
	"rag/source":              {"footnote/rag/internal/lazyregexp", "footnote/rag", "footnote/rag/language", "footnote/rag/source/charset", "footnote/rag/source/fetch"},
	"rag/source/charset":      {},
	"rag/source/fetch":        {},
	"rag/internal/bert":       {},
	"rag/internal/lazyregexp": {},
	"rag/internal/pack":       {},
	"rag/encoder":             {"footnote/rag/internal/bert", "footnote/rag/internal/pack"},
	"rag/reader":              {"footnote/rag", "footnote/rag/internal/bert", "footnote/rag/internal/pack"},
	"rag/library":             {"footnote/rag", "footnote/rag/language", "footnote/rag/text", chromem, sqlite},
	"rag/model":               {"footnote/rag", llms, langchain},
	"rag/eval":                {"footnote/rag", "footnote/rag/text", "footnote/rag/question", "footnote/rag/retrieve", "footnote/rag/write", "footnote/rag/check", "footnote/rag/ask", "footnote/rag/index", "footnote/prompts"},
	"rag/eval/page":           {"footnote/rag/eval", charts},
	"rag/ragtest":             {"footnote/rag", "footnote/rag/text"},
	"bot":                     {"footnote/rag", "footnote/rag/ask", "footnote/bot/phrase"},
	"bot/phrase":              {"footnote/rag"},
	"bot/terminal":            {"footnote/rag", "footnote/rag/text", "footnote/bot", "footnote/bot/phrase"},
	"bot/discord":             {"footnote/rag", "footnote/rag/text", "footnote/bot", "footnote/bot/phrase", "footnote/bot/discord/protocol", discord},
	"bot/discord/protocol":    {discord},
	"bot/discordtest":         {},
	"prompts":                 {},
	"seeds":                   {},
}

const (
	llms      = "github.com/tmc/langchaingo/llms"
	langchain = "github.com/tmc/langchaingo"
	chromem   = "github.com/philippgille/chromem-go"
	sqlite    = "modernc.org/sqlite"
	charts    = "github.com/go-analyze/charts"
	discord   = "github.com/bwmarrin/discordgo"
)

// TestImports checks that each package imports only what the table lists, and
// that the table lists only packages that exist. Tests may import anything.
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
		pkg := packageOf(filepath.ToSlash(rel))
		allowed, known := mayImport[pkg]
		if !known {
			t.Errorf("%s is in a package that is not in the import table", file)
			return nil
		}
		seen[pkg] = true
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			if !governed(name) || strings.HasPrefix(name, "footnote/"+pkg+"/internal/") || slices.Contains(allowed, "*") {
				continue
			}
			if !slices.ContainsFunc(allowed, func(a string) bool {
				return name == a || !strings.HasPrefix(a, "footnote/") && a != llms && strings.HasPrefix(name, a+"/")
			}) {
				t.Errorf("%s imports %s; %s may not", file, name, pkg)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range mayImport {
		if !seen[pkg] {
			t.Errorf("the import table has %s, but it has no code", pkg)
		}
	}
}

// packageOf returns the package of the table that a folder belongs to. An
// internal package belongs to its parent, unless the table lists it.
func packageOf(dir string) string {
	for mayImport[dir] == nil {
		at := strings.LastIndex(dir, "/internal/")
		if at < 0 {
			break
		}
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
