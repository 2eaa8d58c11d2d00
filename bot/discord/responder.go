package discord

import (
	"context"
	"log/slog"
	"time"

	"footnote/bot"
	"footnote/bot/discord/protocol"
	"footnote/bot/phrase"
	"footnote/rag"
)

// responder finds the answer to a question and shows it.
type responder struct {
	answerer      bot.Answerer
	timeout       time.Duration // for one answer
	edits         time.Duration // between two edits that show a draft
	now           func() time.Time
	log           *slog.Logger
	tasks         *tasks
	send          *sender
	access        *access
	catalog       *catalog
	conversations *conversations
	answers       *answers
	gaps          *gaps
	presenter     *presenter
	metrics       *Metrics
	unshown       chan struct{} // its capacity limits how many answers wait to be shown
}

// answer finds an answer, shows it and remembers it. The outcome is a value of
// the metric footnote_questions_total.
func (r *responder) answer(ctx context.Context, j *job) (outcome string, err error) {
	question := j.text()
	if j.filter, err = r.access.narrowed(ctx, j.channel, j.filter); err != nil { // the question may have waited
		return "", err
	}
	history := r.conversations.get(j.conversation)
	key := cacheKey(question, j.filter)
	a, at, cached := rag.Answer{}, time.Time{}, false
	if len(history) == 0 {
		a, at, cached = r.catalog.answers.get(key)
	}
	if !cached {
		if a, err = r.find(ctx, j, question, history); err != nil {
			return "", err
		}
		r.metrics.spent(a.Spent)
		if len(history) == 0 {
			r.catalog.answers.put(key, a)
		}
	}
	if j.unprompted && j.config.Policy == Confident && (a.Verdict != rag.Answered || a.Confidence < j.config.Confidence) {
		return "not_sure", nil
	}
	// A busy channel takes its answers slowly. The worker goes on with the next
	// question meanwhile.
	select {
	case r.unshown <- struct{}{}:
		defer func() { <-r.unshown }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	j.written()
	x := &answered{key: newKey(), question: question, answer: a, filter: j.filter, job: j, gap: a.Verdict != rag.Answered && !a.StoodIn}
	r.answers.add(x)
	age := time.Duration(0)
	if cached {
		age = max(time.Second, r.now().Sub(at))
	}
	if x.gap { // before the answer is shown, so that /gaps lists the question when somebody looks
		r.gaps.record(ctx, x)
	}
	if err := r.presenter.show(ctx, x, age); err != nil {
		return "", err
	}
	r.remember(j, x, history)
	return string(a.Verdict), nil
}

// remember keeps what follow-ups, buttons and autocompletion need.
func (r *responder) remember(j *job, x *answered, history []rag.Turn) {
	conversation := j.conversation
	if o, ok := j.out.(*channelOutput); ok && o.thread != "" {
		conversation = o.thread
	}
	if conversation == "" {
		conversation = "answer/" + x.key
	}
	posted := j.out.posted()
	r.conversations.add(conversation, history, rag.NewTurn(x.answer, phrase.Text(x.answer)), posted...)
	r.answers.link(x.key, posted...)
	if !j.private && j.channel.server != "" {
		r.answers.propose(j.channel.id, x.question)
	}
}

// find asks the answerer, and shows the draft while it is written.
func (r *responder) find(ctx context.Context, j *job, question string, history []rag.Turn) (rag.Answer, error) {
	limited, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	if o, ok := j.out.(*channelOutput); ok && !j.unprompted && len(o.posted()) == 0 {
		r.tasks.start(limited, func(ctx context.Context) {
			useful, stop := context.WithTimeout(ctx, soon)
			defer stop()
			_ = r.send.typing(protocol.WhileUseful(ctx, useful), j.channel.id) // a courtesy
		})
	}
	var stream func(string)
	var d *draft
	if !j.unprompted {
		d = r.draft(limited, j)
		stream = d.add
	}
	a, err := r.answerer.Ask(limited, rag.Question{Text: question, History: history, Today: r.now(), Filter: j.filter}, stream)
	if d != nil {
		d.end()
	}
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		err = limited.Err()
	}
	return a, err
}
