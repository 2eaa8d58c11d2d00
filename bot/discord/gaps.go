package discord

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"footnote/rag"
	"footnote/rag/text"
)

// gaps keeps the questions that the articles did not answer.
type gaps struct {
	records interface {
		Gaps
		People
	}
	send     *sender
	channels *channels
	access   *access
	catalog  *catalog
	log      *slog.Logger
	now      func() time.Time
}

// record records a question that the articles did not answer.
func (h *gaps) record(ctx context.Context, x *answered) {
	seen := x.filter
	if server := x.job.channel.server; server != "" {
		seen = withAsked(seen, server)
	}
	m, ok := rag.NewMiss(x.answer, seen)
	if !ok {
		return
	}
	who, err := h.records.Person(ctx, "discord/"+x.job.asker)
	if err == nil {
		m.Who, m.At, m.Private = who, h.now(), x.job.private || x.job.channel.server == ""
		err = h.records.AddMiss(ctx, m)
	}
	if err != nil {
		h.log.Error("cannot record gap", "cause", err)
	}
}

// askedOn returns a collection without articles that is part of the filter of
// every gap of a server. Other servers may use the same collections, and this
// one keeps the question from them.
func askedOn(server string) string { return ownPrefix + "asked/" + server }

func withAsked(f rag.Filter, server string) rag.Filter {
	return rag.Filter{Collections: append(slices.Clone(f.Collections), askedOn(server))}
}

// of returns the gaps of a channel's server that were asked where no more
// articles could be seen than f selects.
func (h *gaps) of(ctx context.Context, c *channel, f rag.Filter) ([]rag.Gap, error) {
	all, err := h.records.Gaps(ctx, withAsked(f, c.server))
	return slices.DeleteFunc(all, func(g rag.Gap) bool {
		here := func(x string) bool { return x == askedOn(c.server) || x == own(c.server) } // earlier versions recorded the second
		return !slices.ContainsFunc(g.Filter.Collections, here)
	}), err
}

// close closes the open gaps of a channel whose question is one of questions, by
// an article. It reports whether there were any.
func (h *gaps) close(ctx context.Context, c *channel, f rag.Filter, doc string, questions ...string) bool {
	var normalized []string
	for _, q := range questions {
		normalized = append(normalized, text.Normalize(q))
	}
	gaps, err := h.of(ctx, c, f)
	if err != nil {
		h.log.Error("cannot read gaps", "cause", err)
		return false
	}
	closed := false
	for _, g := range gaps {
		n := text.Normalize(g.Question)
		if n == "" || !g.Closed.IsZero() || !slices.Contains(normalized, n) {
			continue
		}
		if err := h.records.CloseGap(ctx, g.ID, doc, h.now()); err != nil {
			h.log.Error("cannot close gap", "gap", g.ID, "cause", err)
			continue
		}
		closed = true
	}
	return closed
}

// list answers /gaps with the open questions of the server. It shows only those
// that were asked where no more articles could be seen than here.
func (h *gaps) list(ctx context.Context, i *discordgo.Interaction) {
	if !h.access.trusted(i) && !may(i, discordgo.PermissionManageMessages) {
		h.send.tell(ctx, i, "Only moderators and people with the trusted role can see the open questions.")
		return
	}
	c := h.channels.find(ctx, i.ChannelID, i.GuildID)
	filter, err := h.access.visible(ctx, c)
	var gaps []rag.Gap
	if err == nil {
		gaps, err = h.of(ctx, c, filter)
	}
	_, infos, e := h.catalog.list(ctx)
	if err = cmp.Or(err, e); err != nil {
		h.log.Error("cannot read gaps", "cause", err)
		h.send.tell(ctx, i, "I can't reach my records right now. Try again in a minute.")
		return
	}
	var b strings.Builder
	hidden, n, more := 0, 0, 0
	for _, g := range gaps {
		if !g.Closed.IsZero() {
			continue
		}
		if g.Question == "" {
			hidden++
			continue
		}
		n++
		line := fmt.Sprintf("**%d.** %s\n-# asked %s, last on %s%s\n", n, escape(cutUnits(g.Question, 300)), times(g.Times), g.Last.Format("2006-01-02"), nearest(infos, filter, g.Nearest))
		if more > 0 || units(b.String())+units(line) > maxDescription-250 { // leaves room for the lines below
			more++
			continue
		}
		b.WriteString(line)
	}
	if more > 0 {
		fmt.Fprintf(&b, "-# and %d more, asked less often\n", more)
	}
	if hidden > 0 {
		fmt.Fprintf(&b, "-# and %d that were asked in private", hidden)
	}
	if b.Len() == 0 {
		h.send.tell(ctx, i, "There are no open questions here.")
		return
	}
	h.send.tellMessage(ctx, i, message{Title: "Open questions", Notes: strings.TrimSpace(b.String()) + "\n\n-# To answer a question, reply to it where it was asked. Then choose Apps › " + menuSource + " on your reply."})
}

// nearest names the article that came closest to a question; empty if it may
// not be seen.
func nearest(infos []rag.Info, f rag.Filter, doc string) string {
	for _, x := range infos {
		if x.ID == doc && within(f, x.Collection).Collections != nil {
			return "; closest article: " + source(x.Title, x.URL, x.Published)
		}
	}
	return ""
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
