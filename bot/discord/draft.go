package discord

import (
	"context"
	"strings"
	"sync"
	"time"

	"footnote/bot/discord/protocol"
)

// draft is an answer that is being written. It is shown in regular intervals.
type draft struct {
	mu   sync.Mutex
	text strings.Builder
	new  chan struct{} // holds a value if text was added since it was last shown
	stop context.CancelFunc
	done chan struct{}
}

// add adds text to the draft.
func (d *draft) add(more string) {
	d.mu.Lock()
	d.text.WriteString(more)
	d.mu.Unlock()
	select {
	case d.new <- struct{}{}:
	default:
	}
}

// end waits until the draft is no longer being shown, so that no draft comes
// after the answer.
func (d *draft) end() {
	d.stop()
	<-d.done
}

// draft starts to show a draft of a job's answer.
func (r *responder) draft(ctx context.Context, j *job) *draft {
	ctx, stop := context.WithCancel(ctx)
	d := &draft{new: make(chan struct{}, 1), stop: stop, done: make(chan struct{})}
	go func() {
		defer close(d.done)
		defer r.tasks.recovered("stream")
		tick := time.NewTimer(r.edits / 4) // so that a short answer is not shown twice
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			select {
			case <-ctx.Done():
				return
			case <-d.new:
			}
			d.mu.Lock()
			text := d.text.String()
			d.mu.Unlock()
			if strings.TrimSpace(text) != "" {
				// The end of ctx does not interrupt an edit, because that must be over
				// before the answer is shown. It prevents one that still waits for its turn.
				edit, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
				edit = protocol.WhileUseful(edit, ctx)
				if err := j.out.show(edit, message{Content: draftText(text)}); err != nil {
					r.log.Debug("draft not shown", "question", j.id, "cause", err)
				}
				cancel()
			}
			tick.Reset(r.edits)
		}
	}()
	return d
}

const draftNote = "\n-# writing… not checked yet"

// draftText returns a draft as it is shown. Of a long draft it shows only the
// end.
func draftText(text string) string {
	parts := layout(text, nil, maxContent-units(draftNote)-2, false)
	if len(parts) == 0 {
		return "…" + draftNote
	}
	shown := parts[len(parts)-1].text
	if len(parts) > 1 {
		shown = "…\n" + shown
	}
	return shown + draftNote
}
