package bot

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Draft shows a text on a terminal while it is written, and takes it away
// again when the checked answer is there to stand in its place.
type Draft struct {
	W    io.Writer
	Text Text
	text strings.Builder
	rows int // below the first that the draft takes up
}

// Write shows more of the draft.
func (d *Draft) Write(more string) {
	d.text.WriteString(clean(more))
	d.erase()
	shown := strings.TrimRight(d.Text.wrap(d.text.String(), ""), "\n")
	if shown == "" {
		return
	}
	fmt.Fprint(d.W, d.Text.dim(shown))
	d.rows = 0
	for _, line := range strings.Split(shown, "\n") {
		d.rows += 1 + max(0, ansi.StringWidth(line)-1)/max(1, d.Text.Width)
	}
	d.rows--
}

// Clear takes the draft away.
func (d *Draft) Clear() {
	if d.text.Len() > 0 {
		d.erase()
		d.text.Reset()
		d.rows = 0
	}
}

// erase goes back to the draft's first row and clears from there.
func (d *Draft) erase() {
	if d.rows > 0 {
		fmt.Fprintf(d.W, "\x1b[%dA", d.rows)
	}
	fmt.Fprint(d.W, "\r\x1b[J")
}
