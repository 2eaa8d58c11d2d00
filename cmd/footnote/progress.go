package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// bar shows long work to a person at a terminal; elsewhere it shows nothing.
type bar struct{ b *progressbar.ProgressBar }

// progress begins a bar of so many steps; -1 if nobody knows how many.
func (p *program) progress(what string, steps int) bar {
	if steps == 0 || !onTerminal(p.stderr) {
		return bar{}
	}
	return bar{progressbar.NewOptions(steps,
		progressbar.OptionSetWriter(p.stderr),
		progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionSetElapsedTime(true),
		progressbar.OptionFullWidth(),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionThrottle(100*time.Millisecond),
	)}
}

func (b bar) set(n int) {
	if b.b != nil {
		_ = b.b.Set(n) // a bar that cannot be drawn is no reason to stop
	}
}

// done takes the bar away.
func (b bar) done() {
	if b.b != nil {
		_ = b.b.Finish()
	}
}
