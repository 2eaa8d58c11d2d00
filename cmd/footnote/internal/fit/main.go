// Fit fits the few numbers that footnote's judgement rests on, and prints how
// well they do on questions and claims that they were not fitted on.
//
//	go run ./cmd/footnote/internal/fit check ../shared/data/grounding
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: fit check FOLDER")
		os.Exit(2)
	}
	if err := fitCheck(os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "fit:", err)
		os.Exit(1)
	}
}
