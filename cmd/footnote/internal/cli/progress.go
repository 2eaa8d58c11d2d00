package cli

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// Bar is a progress bar. The zero value draws nothing.
type Bar struct{ b *progressbar.ProgressBar }

// Progress starts a bar on stderr; steps is -1 if their number is unknown. The
// bar draws nothing if stderr is no terminal or steps is 0.
func (p *Program) Progress(what string, steps int) Bar {
	if steps == 0 || !OnTerminal(p.Stderr) {
		return Bar{}
	}
	return Bar{progressbar.NewOptions(steps,
		progressbar.OptionSetWriter(p.Stderr),
		progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionSetElapsedTime(true),
		progressbar.OptionFullWidth(),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionThrottle(100*time.Millisecond),
	)}
}

// Set shows that n steps are done.
func (b Bar) Set(n int) {
	if b.b != nil {
		_ = b.b.Set(n) // the work goes on without its bar
	}
}

// Done removes the bar from the screen.
func (b Bar) Done() {
	if b.b != nil {
		_ = b.b.Finish()
	}
}
