package discord

import (
	"context"
	"fmt"
	"strings"
	"time"

	"footnote/bot/discord/protocol"
	"footnote/rag"
)

// show shows an answer: in one message or several, with footnotes below each,
// and buttons below the last.
func (l *live) show(ctx context.Context, x *answered, age time.Duration) error {
	err := l.showAs(ctx, x, age, false)
	if protocol.Is(err, protocol.MissingPermissions) {
		l.Log.Warn("no permission to embed, so footnotes are in the text", "channel", x.job.channel.id)
		err = l.showAs(ctx, x, age, true)
	}
	return err
}

func (l *live) showAs(ctx context.Context, x *answered, age time.Duration, together bool) error {
	j := x.job
	head, tail := "", ""
	if j.echo {
		head = "> " + escapeIn(strings.Join(strings.Fields(x.question), " "), 300) + "\n"
	}
	if x.answer.Verdict == rag.Refused {
		tail = unanswered(x.answer)
	}
	for _, s := range []string{x.answer.Sure(), x.answer.Notice} {
		if s != "" {
			tail += "\n-# " + escapeIn(strings.Join(strings.Fields(s), " "), 500)
		}
	}
	if age > 0 {
		tail += "\n-# the same was asked " + inWords(age) + " ago, and this is that answer"
	}
	parts := layout(x.answer.Text, x.answer.Citations, maxContent-units(head), together)
	if len(parts) == 0 {
		parts = []part{{text: "The articles do not say."}}
	}
	parts[0].text = head + parts[0].text
	last := len(parts) - 1
	switch tail = strings.TrimPrefix(tail, "\n"); {
	case tail == "":
	case units(parts[last].text)+1+units(tail) <= maxContent:
		parts[last].text += "\n" + tail
	default:
		parts = append(parts, part{text: tail})
		last++
	}
	for n, p := range parts {
		m := message{Content: p.text, Notes: p.notes}
		if n == last {
			m.Components = l.buttons(x)
		}
		var err error
		if n == 0 {
			err = j.out.show(ctx, m)
		} else {
			err = j.out.more(ctx, m)
		}
		if err != nil {
			return fmt.Errorf("part %d of %d: %w", n+1, len(parts), err)
		}
	}
	return nil
}

// unanswered says why there is no answer, and what is nearest.
func unanswered(a rag.Answer) string {
	var b strings.Builder
	if a.Reason != "" {
		b.WriteString(escapeIn(a.Reason, 300) + "\n")
	}
	seen := map[string]bool{}
	for _, p := range a.Passages {
		if seen[p.Chunk.Doc] || len(seen) == 2 {
			continue
		}
		seen[p.Chunk.Doc] = true
		if len(seen) == 1 {
			b.WriteString("Nearest, though it does not say: ")
		} else {
			b.WriteString("; ")
		}
		s := source(p.Chunk.Title, p.Chunk.URL, p.Chunk.Published)
		if units(s) > 600 {
			s = source(p.Chunk.Title, "", p.Chunk.Published)
		}
		b.WriteString(s)
	}
	return strings.TrimSpace(b.String())
}
