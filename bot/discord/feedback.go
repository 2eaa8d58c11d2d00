package discord

import (
	"context"
	"log/slog"
	"time"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/phrase"
	"footnote/rag"
)

// maxReason is the most UTF-16 units of the reason for an opinion.
const maxReason = 1000

// feedback records what people think of answers.
type feedback struct {
	people   People
	send     *sender
	channels *channels
	access   *access
	settings *settings
	metrics  *Metrics
	log      *slog.Logger
	now      func() time.Time
}

// record records what a person thinks of an answer, and thanks them. x is nil if
// the answer is not remembered.
func (h *feedback) record(ctx context.Context, i *discordgo.Interaction, key string, x *answered, good bool, reason string) {
	who, err := h.people.Person(ctx, "discord/"+userOf(i).ID)
	f := rag.Feedback{Answer: "discord/" + key, Who: who, Good: good, Reason: reason, At: h.now()}
	if x != nil {
		f.Verdict, f.Filter = x.answer.Verdict, x.filter
		for _, c := range x.answer.Citations {
			f.Docs = append(f.Docs, c.Doc)
		}
		if h.settings.forServer(x.job.channel.server).Keep && !x.job.private {
			f.Question, f.Text = x.question, phrase.Text(x.answer)
		}
	} else if err == nil {
		f.Filter, err = h.access.visible(ctx, h.channels.find(ctx, i.ChannelID, i.GuildID))
	}
	if err == nil {
		err = h.people.AddFeedback(ctx, f)
	}
	if err != nil {
		h.log.Error("cannot record feedback", "cause", err)
		h.send.tell(ctx, i, "%s", notWritten)
		return
	}
	h.metrics.feedback.WithLabelValues(map[bool]string{true: "good", false: "bad"}[good]).Inc()
	says := "Thank you. I noted that this was helpful."
	if !good {
		says = "Thank you. I noted that."
		if h.settings.forServer(i.GuildID).Helper != "" {
			says += " Press \"Ask a person\" below the answer to ask somebody who may know."
		}
	}
	h.send.tell(ctx, i, "%s", says)
}
