// Fit fits footnote's weights and thresholds on public data sets. It prints them,
// and how well they do on questions and claims that they were not fitted on. The
// constants in the code name the command that fits them:
//
//	go run ./cmd/footnote/internal/fit sentences ../shared/data/squad ../shared/data/clapnq ../shared/data/realtimeqa
//	go run ./cmd/footnote/internal/fit confidence ../shared/data/squad ../shared/data/squad2 ../shared/data/clapnq ../shared/data/realtimeqa
//	go run ./cmd/footnote/internal/fit few ../shared/data/clapnq ../shared/data/squad2
//	go run ./cmd/footnote/internal/fit dump ../shared/data/clapnq ../shared/data/realtimeqa > questions.jsonl
//
// The set in a folder after "keywords:" is asked by the key words of its questions.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
)

func main() {
	cache := flag.String("cache", filepath.Join(xdg.CacheHome, "footnote", "fit"), "the `FOLDER` that keeps embedded texts")
	most := flag.Int("most", 400, "ask at most `N` questions of each set, evenly spaced")
	flag.Parse()
	if err := run(*cache, *most, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "fit:", err)
		os.Exit(1)
	}
}

func run(cache string, most int, args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: fit [flags] sentences|confidence|few|dump FOLDER…; the arguments are %q", strings.Join(args, " "))
	}
	switch ctx := context.Background(); args[0] {
	case "sentences":
		return fitSentences(ctx, cache, most, args[1:])
	case "confidence":
		return fitConfidence(ctx, cache, most, args[1:])
	case "few":
		return fitFew(ctx, cache, most, args[1:])
	case "dump":
		return dump(ctx, cache, most, args[1:])
	}
	return fmt.Errorf("unknown command %s: use sentences, confidence, few or dump", args[0])
}
