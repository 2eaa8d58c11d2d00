package terminal

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"footnote/bot"
)

// Draft shows a text on a terminal while it is written, and says that it is not
// checked. Before the checked answer is shown, Clear removes it.
type Draft struct {
	W    io.Writer
	Text Text
	text strings.Builder
	rows int // that the draft covers, without the first
}

// unchecked begins a draft.
const unchecked = "Not checked yet: "

// Write adds text to the draft and shows it.
func (d *Draft) Write(more string) {
	d.text.WriteString(bot.Clean(more))
	d.erase()
	d.rows = 0
	if strings.TrimSpace(d.text.String()) == "" {
		return
	}
	shown := strings.TrimRight(d.Text.wrap(unchecked+d.text.String(), ""), "\n")
	// Text that has scrolled off the screen cannot be removed, so only the end of
	// a long draft is shown. It never fills the screen, because some terminals keep
	// a full screen in their history when it is cleared.
	lines := strings.Split(shown, "\n")
	from := len(lines)
	for from > 0 {
		rows := 1 + max(0, ansi.StringWidth(lines[from-1])-1)/max(1, d.Text.Width)
		if d.Text.Height > 0 && d.rows+rows > max(1, d.Text.Height-2) && d.rows > 0 {
			break
		}
		d.rows += rows
		from--
	}
	fmt.Fprint(d.W, d.Text.dim(strings.Join(lines[from:], "\n")))
	d.rows--
}

// Clear removes the draft.
func (d *Draft) Clear() {
	if d.text.Len() > 0 {
		d.erase()
		d.text.Reset()
		d.rows = 0
	}
}

// erase moves the cursor to the draft's first row and clears the screen below.
func (d *Draft) erase() {
	if d.rows > 0 {
		fmt.Fprintf(d.W, "\x1b[%dA", d.rows)
	}
	fmt.Fprint(d.W, "\r\x1b[J")
}
