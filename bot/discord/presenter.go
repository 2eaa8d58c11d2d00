package discord

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/discord/protocol"
	"footnote/bot/phrase"
	"footnote/rag"
)

// presenter shows answers.
type presenter struct {
	settings *settings
	log      *slog.Logger
}

// show shows an answer in one or more messages: footnotes below each message,
// buttons below the last. An age above 0 means that the answer is that old.
func (p *presenter) show(ctx context.Context, x *answered, age time.Duration) error {
	err := p.showAs(ctx, x, age, false)
	if protocol.Is(err, protocol.MissingPermissions) {
		p.log.Warn("no permission to embed links; putting footnotes into the text", "channel", x.job.channel.id)
		err = p.showAs(ctx, x, age, true)
	}
	return err
}

// showAs is show, with the footnotes in the text if together is set, otherwise
// in embeds.
func (p *presenter) showAs(ctx context.Context, x *answered, age time.Duration, together bool) error {
	j := x.job
	parts := compose(x, age, together)
	for n, part := range parts {
		m := message{Content: part.text, Notes: part.notes}
		if n == len(parts)-1 {
			m.Components = p.buttons(x)
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

// compose returns an answer as parts: the question if it is to be shown, the
// answer, and notes on it.
func compose(x *answered, age time.Duration, together bool) []part {
	head, tail := "", ""
	if x.job.quoted {
		head = "> " + escapeIn(strings.Join(strings.Fields(x.question), " "), 300) + "\n"
	}
	if x.answer.Verdict == rag.Refused {
		tail = unanswered(x.answer)
	}
	for _, s := range []string{phrase.Confidence(x.answer), phrase.Checked(x.answer), phrase.Failed(x.answer), phrase.Old(x.answer)} {
		if s != "" {
			tail += "\n-# " + escapeIn(strings.Join(strings.Fields(s), " "), 500)
		}
	}
	if age > 0 {
		tail += "\n-# The same question was asked " + inWords(age) + " ago. This is that answer."
	}
	citations := slices.Clone(x.answer.Citations)
	if x.answer.Model == rag.QuoteModel { // the answer consists of the quotes
		for i := range citations {
			citations[i].Quote = ""
		}
	}
	parts := layout(phrase.Text(x.answer), citations, maxContent-units(head), together)
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
	}
	return parts
}

// unanswered returns why there is no answer, and the closest two articles.
func unanswered(a rag.Answer) string {
	var b strings.Builder
	if a.Reason.Given() {
		b.WriteString(escapeIn(phrase.Reason(a.Reason), 300) + "\n")
	}
	var closest []string
	seen := map[string]bool{}
	for _, p := range a.Passages {
		if seen[p.Chunk.Doc] || len(seen) == 2 {
			continue
		}
		seen[p.Chunk.Doc] = true
		s := source(p.Chunk.Title, p.Chunk.URL, p.Chunk.Published)
		if units(s) > 600 {
			s = source(p.Chunk.Title, "", p.Chunk.Published)
		}
		closest = append(closest, s)
	}
	switch len(closest) {
	case 0:
	case 1:
		b.WriteString("Closest article: " + closest[0])
	default:
		b.WriteString("Closest articles: " + strings.Join(closest, "; "))
	}
	return strings.TrimSpace(b.String())
}

// buttonPrefix begins a button's id. What the button does, the key of its
// answer, and the id of the asker follow, with slashes between them.
const buttonPrefix = "fn"

func buttonID(parts ...string) string {
	return strings.Join(append([]string{buttonPrefix}, parts...), "/")
}

// parseButtonID takes a button's id apart. The last part is the id of the asker;
// for a form it is the id of the interaction that opened it.
func parseButtonID(id string) (does, key, last string, ok bool) {
	parts := strings.Split(id, "/")
	if len(parts) != 4 || parts[0] != buttonPrefix {
		return "", "", "", false
	}
	return parts[1], parts[2], parts[3], true
}

// buttons returns the buttons below an answer.
func (p *presenter) buttons(x *answered) []discordgo.MessageComponent {
	button := func(label, emoji, does string, style discordgo.ButtonStyle) discordgo.MessageComponent {
		b := discordgo.Button{Label: label, Style: style, CustomID: buttonID(does, x.key, x.job.asker)}
		if emoji != "" {
			b.Emoji = &discordgo.ComponentEmoji{Name: emoji}
		}
		return b
	}
	grey := discordgo.SecondaryButton
	first := []discordgo.MessageComponent{button("", "👍", "good", grey), button("", "👎", "bad", grey)}
	if x.answer.Verdict != rag.Refused && x.answer.Listing == nil {
		first = append(first, button("More", "", "more", grey))
	}
	if len(x.answer.Citations) > 0 {
		first = append(first, button("Wrong source", "", "wrong", grey))
	}
	if len(x.answer.Passages) > 0 {
		first = append(first, button("Show the passages", "", "passages", grey))
	}
	var second []discordgo.MessageComponent
	if x.job.private {
		second = append(second, button("Share", "", "share", discordgo.PrimaryButton))
	}
	if s := x.job.channel.server; s != "" && p.settings.forServer(s).Helper != "" {
		second = append(second, button("Ask a person", "", "person", grey))
	}
	if !x.job.private {
		second = append(second, button("Delete", "", "delete", grey))
	}
	return []discordgo.MessageComponent{discordgo.ActionsRow{Components: first}, discordgo.ActionsRow{Components: second}}
}
