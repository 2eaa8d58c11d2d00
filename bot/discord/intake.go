package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"footnote/bot/discord/protocol"
)

// intake decides whether a question is accepted, and queues it.
type intake struct {
	people   People
	settings *settings
	quotas   *quotas
	queue    *queue
	metrics  *Metrics
	log      *slog.Logger
}

const stoppingSays = "I'm restarting. Ask again in a minute."

// take counts a question in the quotas and queues it. If it cannot, tell tells
// the asker why.
func (t *intake) take(ctx context.Context, j *job, tell func(string)) {
	refuse := func(outcome, says string) {
		t.refused(j.id, outcome)
		tell(says)
	}
	if says := checkQuestion(j.text()); says != "" {
		refuse("no_question", says)
		return
	}
	if t.queue.isClosed() {
		refuse("stopping", stoppingSays)
		return
	}
	if says := t.count(ctx, j); says != "" {
		refuse("quota", says)
		return
	}
	switch ahead, err := t.queue.put(j); {
	case errors.Is(err, errQueueClosed):
		refuse("stopping", stoppingSays)
	case err != nil:
		refuse("queue_full", "Too many questions are waiting. Ask again in a few minutes.")
	case ahead > 0 && !j.unprompted:
		t.showPlace(ctx, j, ahead)
	}
}

// refused counts and logs a question that is not accepted.
func (t *intake) refused(id, cause string) {
	t.metrics.questions.WithLabelValues(cause).Inc()
	t.log.Debug("question not accepted", "question", id, "cause", cause)
}

// count counts a question in the quotas. If one is used up, it returns a
// sentence that says which.
func (t *intake) count(ctx context.Context, j *job) string {
	who, err := t.people.Person(ctx, "discord/"+j.asker)
	if err != nil {
		t.log.Error("cannot look up person", "cause", err)
		return "I can't reach my records right now. Ask again in a minute."
	}
	c := t.settings.forServer(j.channel.server)
	unprompted := "" // messages that do not ask the bot count apart, so that talk uses up no question
	if j.unprompted {
		unprompted = "/unasked"
	}
	limits := []limit{{"person/" + string(who) + "/" + j.channel.server + unprompted, c.perPerson(), who}}
	if j.channel.server != "" {
		limits = append(limits,
			limit{"channel/" + j.channel.id + unprompted, c.perChannel(), ""},
			limit{"server/" + j.channel.server, c.perServer(), ""})
	}
	key, wait, ok := t.quotas.take(limits)
	if ok {
		return ""
	}
	whose := "You have"
	switch kind, _, _ := strings.Cut(key, "/"); kind {
	case "channel":
		whose = "This channel has"
	case "server":
		whose = "This server has"
	}
	return fmt.Sprintf("%s reached the limit of questions per hour. Ask again in %s.", whose, inWords(wait))
}

// soon is how long a request may wait for Discord's limits if it is of no use
// later. A place in line must not delay the answers in its channel.
const soon = time.Second

// showPlace shows a place in line, unless the answer begins before it can.
func (t *intake) showPlace(ctx context.Context, j *job, ahead int) {
	useful, stop := context.WithTimeout(ctx, soon)
	defer stop()
	j.mu.Lock()
	if j.begun {
		j.mu.Unlock()
		return
	}
	j.hurry = stop
	j.showing.Lock()
	defer j.showing.Unlock()
	j.mu.Unlock()
	err := j.out.show(protocol.WhileUseful(ctx, useful), message{Content: fmt.Sprintf("You are number %d in line.", ahead+1)})
	switch {
	case err == nil:
	case useful.Err() != nil && ctx.Err() == nil:
		t.log.Debug("place in line not shown", "question", j.id, "cause", "too late to be useful")
	default:
		t.log.Warn("cannot show place in line", "question", j.id, "cause", err)
	}
}

// inWords returns a duration in seconds or minutes, in words.
func inWords(d time.Duration) string {
	switch {
	case d < 1500*time.Millisecond:
		return "a second"
	case d < time.Minute:
		return fmt.Sprintf("%d seconds", int(d.Seconds()+0.5))
	case d < 90*time.Second:
		return "a minute"
	}
	return fmt.Sprintf("%d minutes", int(d.Minutes()+0.5))
}

// perPerson, perChannel and perServer return the quotas of a server, in
// questions an hour.
func (c config) perPerson() int  { return positive(c.PerPerson, perPerson) }
func (c config) perChannel() int { return positive(c.PerChannel, perChannel) }
func (c config) perServer() int  { return positive(c.PerServer, perServer) }

// positive returns n, or otherwise if n is not above 0.
func positive(n, otherwise int) int { return cmp.Or(max(n, 0), otherwise) }
