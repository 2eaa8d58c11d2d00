package bot

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/internal/discord"
	"footnote/rag"
	"footnote/rag/text"
)

var (
	errStopping = errors.New("the bot is stopping")
	errGone     = errors.New("the question was deleted")
)

// job is a question and where its answer goes.
type job struct {
	id      string // of the message or interaction that asks
	server  string // queue it waits in: the server's, or the person's in a direct message
	channel *channel
	asker   string // id
	asked   time.Time
	talk    string // the conversation that it belongs to; empty: to none
	filter  rag.Filter
	place   place
	out     output
	echo    bool   // show the question above the answer
	private bool   // one person sees the answer
	auto    bool   // nobody asked: say nothing unless it is sure
	message string // id of the message that asks; empty: an interaction does

	mu       sync.Mutex
	question string
	cancel   context.CancelCauseFunc // nil until it is answered
	begun    bool                    // to be answered, or turned away
	written  func()                  // called when it only waits to be shown
	hurry    func()                  // ends the wait of a place in line that is to be shown; nil: none is
	showing  sync.Mutex              // held while one is
}

// begin ends what is shown of a job in line, for something else is to be.
func (j *job) begin() {
	j.mu.Lock()
	j.begun = true
	if j.hurry != nil {
		j.hurry()
	}
	j.mu.Unlock()
	j.showing.Lock()
	defer j.showing.Unlock()
}

func (j *job) text() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.question
}

// answered is an answer that buttons may ask about.
type answered struct {
	key      string
	question string
	answer   rag.Answer
	filter   rag.Filter
	job      *job
	gap      bool // the articles did not answer it
}

// newKey names an answer.
func newKey() string {
	b := make([]byte, 8)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// checkAsk says in a sentence why a text is no question, empty if it is one.
func checkAsk(s string) string {
	switch n := utf8.RuneCountInString(s); {
	case strings.TrimSpace(s) == "" || text.Normalize(s) == "":
		return "Ask me something in words, as in: *When does the ferry sail?*"
	case n > longestAsk:
		return fmt.Sprintf("Your question has %d characters, and I read up to %d: ask it in a sentence or two.", n, longestAsk)
	}
	return ""
}

// notAsked counts and logs a question that is not taken.
func (l *live) notAsked(id, cause string) {
	l.Metrics.questions.WithLabelValues(cause).Inc()
	l.Log.Debug("question not taken", "question", id, "cause", cause)
}

// ask counts a question and puts it in line. tell tells the asker why not.
func (l *live) ask(ctx context.Context, j *job, tell func(string)) bool {
	refuse := func(outcome, says string) bool {
		l.notAsked(j.id, outcome)
		tell(says)
		return false
	}
	if says := checkAsk(j.text()); says != "" {
		return refuse("no_question", says)
	}
	if l.stopping.Load() {
		return refuse("stopping", stoppingSays)
	}
	if says := l.quota(ctx, j); says != "" {
		return refuse("quota", says)
	}
	ahead, ok := l.queue.put(j)
	if !ok {
		if l.stopping.Load() {
			return refuse("stopping", stoppingSays)
		}
		return refuse("queue_full", "Too many questions are waiting for me: ask again in a few minutes.")
	}
	if ahead > 0 && !j.auto {
		l.showPlace(ctx, j, ahead)
	}
	return true
}

const stoppingSays = "I am being restarted: ask again in a minute."

// soon is how long something may wait for Discord's limits that is of no use
// later: a place in line must not hold up the answers in its channel.
const soon = time.Second

// showPlace shows a place in line, unless the answer has begun already, or does
// before it can be shown.
func (l *live) showPlace(ctx context.Context, j *job, ahead int) {
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
	err := j.out.show(discord.WhileUseful(ctx, useful), message{Content: fmt.Sprintf("You are number %d in line.", ahead+1)})
	switch {
	case err == nil:
	case useful.Err() != nil && ctx.Err() == nil:
		l.Log.Debug("place in line not shown", "question", j.id, "cause", "it would have come too late")
	default:
		l.Log.Warn("place in line not shown", "question", j.id, "cause", err)
	}
}

// quota counts a question, and says in a sentence if there have been too many.
func (l *live) quota(ctx context.Context, j *job) string {
	or := func(n, otherwise int) int {
		if n > 0 {
			return n
		}
		return otherwise
	}
	who, err := l.Records.Person(ctx, "discord/"+j.asker)
	if err != nil {
		l.Log.Error("person not known", "cause", err)
		return "I cannot reach my records just now: ask again in a minute."
	}
	p := l.settings.server(j.channel.server)
	unasked := "" // what people say counts apart from what they ask, so that talk uses up no question
	if j.auto {
		unasked = "/unasked"
	}
	limits := []limit{{"person/" + string(who) + "/" + j.channel.server + unasked, or(p.PerPerson, perPerson), who}}
	if j.channel.server != "" {
		limits = append(limits,
			limit{"channel/" + j.channel.id + unasked, or(p.PerChannel, perChannel), ""},
			limit{"server/" + j.channel.server, or(p.PerServer, perServer), ""})
	}
	key, wait, ok := l.quotas.take(limits)
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
	return fmt.Sprintf("%s asked as many questions as an hour allows: ask again in %s.", whose, inWords(wait))
}

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

// turnAway tells somebody who waits that there will be no answer.
func (l *live) turnAway(ctx context.Context, j *job) {
	l.Metrics.questions.WithLabelValues("stopping").Inc()
	if j.auto {
		return
	}
	j.begin()
	if err := j.out.show(ctx, message{Content: stoppingSays}); err != nil {
		l.Log.Warn("not told to ask again", "question", j.id, "cause", err)
	}
}

// work answers questions until ctx ends or the queue is closed.
func (l *live) work(ctx context.Context) {
	for {
		j := l.queue.get(ctx)
		if j == nil {
			return
		}
		l.arrivals.yield(ctx)
		written := make(chan struct{})
		j.written = sync.OnceFunc(func() { close(written) })
		l.tasks.begin(func() {
			defer j.written()
			l.do(ctx, j)
		})
		<-written
		l.queue.done(j)
	}
}

func (l *live) do(ctx context.Context, j *job) {
	defer func() {
		if r := recover(); r != nil {
			l.Metrics.panics.Inc()
			l.Log.Error("panic", "in", "answer", "question", j.id, "panic", fmt.Sprint(r), "stack", stack())
			l.sorry(ctx, j, errors.New("panic"))
		}
	}()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	j.mu.Lock()
	j.cancel = cancel
	j.mu.Unlock()
	j.begin()
	l.jobs.Store(j.id, j)
	defer l.jobs.Delete(j.id)
	switch free, err := l.claim(ctx, "answer", j.id); {
	case err != nil:
		l.Metrics.questions.WithLabelValues("error").Inc()
		l.Log.Error("not marked as answered, and so not answered", "question", j.id, "cause", err)
		l.sorry(ctx, j, err)
		return
	case !free:
		l.Metrics.questions.WithLabelValues("answered_before").Inc()
		return
	}
	outcome, err := l.answer(ctx, j)
	switch cause := context.Cause(ctx); {
	case err == nil:
	case errors.Is(cause, errGone):
		outcome = "deleted"
		l.Log.Info("question deleted while it was answered", "question", j.id)
		last, stop := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
		defer stop()
		l.withdraw(last, j)
	case errors.Is(cause, errStopping):
		outcome = "stopping"
		last, stop := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer stop()
		_ = j.out.show(last, message{Content: stoppingSays}) // there is nobody left to tell of an error
	default:
		outcome = "error"
		l.Log.Error("question not answered", "question", j.id, "channel", j.channel.id, "cause", err)
		l.sorry(ctx, j, err)
	}
	l.Metrics.questions.WithLabelValues(outcome).Inc()
	l.Metrics.seconds.Observe(l.Now().Sub(j.asked).Seconds())
}

// sorry tells the asker that something went wrong, in a sentence to act on.
func (l *live) sorry(ctx context.Context, j *job, err error) {
	if j.auto {
		return
	}
	says := "Something went wrong on my side and I could not answer: ask again in a minute. If it stays so, tell whoever runs me."
	var sent *discord.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		says = "That took too long, so I stopped: ask again, more simply if you can."
	case errors.As(err, &sent):
		l.cannotWrite(ctx, j, err)
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	if err := j.out.show(ctx, message{Content: says}); err != nil {
		l.cannotWrite(ctx, j, err)
	}
}

// cannotWrite tells the asker in a direct message that the channel does not
// take the answer.
func (l *live) cannotWrite(ctx context.Context, j *job, err error) {
	l.Log.Warn("answer not shown", "question", j.id, "channel", j.channel.id, "cause", err)
	if !discord.Is(err, discord.MissingPermissions, discord.MissingAccess, discord.ThreadArchived) || j.channel.server == "" {
		return
	}
	what := "I may not write in <#" + j.channel.id + ">: ask a moderator to give me the permissions Send Messages and Send Messages in Threads there, or ask me here."
	if discord.Is(err, discord.ThreadArchived) {
		what = "The thread <#" + j.channel.id + "> is locked, so I cannot answer there: ask me in a channel, or here."
	}
	l.direct(ctx, j.asker, what)
}

// direct writes somebody a direct message, at most one of the same words an
// hour.
func (l *live) direct(ctx context.Context, user, says string) {
	if !l.told.add("direct/"+user+"/"+says, struct{}{}) {
		return
	}
	var dm discordgo.Channel
	err := l.api.Do(ctx, "POST", "/users/@me/channels", body{"recipient_id": user}, &dm)
	if err == nil {
		_, err = l.say(ctx, dm.ID, message{Content: says})
	}
	if err != nil {
		l.Log.Warn("direct message not sent", "cause", err)
	}
}

// answer finds an answer and shows it.
func (l *live) answer(ctx context.Context, j *job) (outcome string, err error) {
	question := j.text()
	var history []rag.Turn
	if j.talk != "" {
		history, _, _ = l.talks.get(j.talk)
	}
	key := fmt.Sprint(text.Normalize(question), j.filter.Collections)
	a, at, cached := rag.Answer{}, time.Time{}, false
	if len(history) == 0 {
		a, at, cached = l.cache.get(key)
	}
	if !cached {
		if a, err = l.write(ctx, j, question, history); err != nil {
			return "", err
		}
		if len(history) == 0 {
			l.cache.put(key, a)
		}
	}
	if j.auto && j.place.Policy == Confident && (a.Verdict != rag.Answered || a.Confidence < j.place.Confidence) {
		return "not_sure", nil
	}
	// A busy channel takes its answers slowly; who works goes on with the next question meanwhile.
	select {
	case l.unshown <- struct{}{}:
		defer func() { <-l.unshown }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	j.written()
	x := &answered{key: newKey(), question: question, answer: a, filter: j.filter, job: j, gap: a.Verdict != rag.Answered}
	l.answers.put(x.key, x)
	age := time.Duration(0)
	if cached {
		age = max(time.Second, l.Now().Sub(at))
	}
	if x.gap { // before it is shown, so that it is listed by when somebody looks
		l.miss(ctx, x)
	}
	if err := l.show(ctx, x, age); err != nil {
		return "", err
	}
	talk := j.talk
	if o, ok := j.out.(*channelOutput); ok && o.thread != "" {
		talk = o.thread
	}
	if talk == "" {
		talk = "answer/" + x.key
	}
	turns := append(append([]rag.Turn(nil), history...), rag.Turn{Question: question, Answer: a.Text})
	l.talks.put(talk, turns[max(0, len(turns)-remembered):])
	for _, id := range j.out.posted() {
		l.talkOf.put(id, talk)
		l.answerOf.put(id, x.key)
	}
	if !j.private && j.channel.server != "" {
		l.recent.put(j.channel.id+"/"+text.Normalize(question), recent{j.channel.server, j.channel.id, question})
	}
	return string(a.Verdict), nil
}

// write asks the answerer, and shows the draft while it is written.
func (l *live) write(ctx context.Context, j *job, question string, history []rag.Turn) (rag.Answer, error) {
	limited, cancel := context.WithTimeout(ctx, l.Timeout)
	defer cancel()
	if o, ok := j.out.(*channelOutput); ok && !j.auto && len(o.posted()) == 0 {
		l.goTask(limited, func(ctx context.Context) {
			useful, stop := context.WithTimeout(ctx, soon)
			defer stop()
			ctx = discord.WhileUseful(ctx, useful)
			_ = l.api.Do(ctx, "POST", "/channels/"+j.channel.id+"/typing", nil, nil) // a courtesy
		})
	}
	var stream func(string)
	var s *draftStream
	if !j.auto {
		s = l.stream(limited, j)
		stream = s.add
	}
	a, err := l.Answerer.Ask(limited, rag.Question{Text: question, History: history, Today: l.Now(), Filter: j.filter}, stream)
	if s != nil {
		s.end()
	}
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		err = limited.Err()
	}
	return a, err
}

// draftStream shows a text while it grows, at most once in a while.
type draftStream struct {
	mu   sync.Mutex
	text strings.Builder
	new  chan struct{}
	stop context.CancelFunc
	done chan struct{}
}

func (s *draftStream) add(more string) {
	s.mu.Lock()
	s.text.WriteString(more)
	s.mu.Unlock()
	select {
	case s.new <- struct{}{}:
	default:
	}
}

// end waits until no draft is being shown any more, so that none comes after
// the answer.
func (s *draftStream) end() {
	s.stop()
	<-s.done
}

func (l *live) stream(ctx context.Context, j *job) *draftStream {
	ctx, stop := context.WithCancel(ctx)
	s := &draftStream{new: make(chan struct{}, 1), stop: stop, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		defer l.recovered("stream")
		tick := time.NewTimer(l.Edits / 4) // a short answer is not shown twice
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
			case <-s.new:
			}
			s.mu.Lock()
			text := s.text.String()
			s.mu.Unlock()
			if strings.TrimSpace(text) != "" {
				// Not with the end of ctx: an edit that is under way has to be over before the next. One
				// that waits for its turn need not be made.
				edit, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
				edit = discord.WhileUseful(edit, ctx)
				if err := j.out.show(edit, message{Content: draftText(text)}); err != nil {
					l.Log.Debug("draft not shown", "question", j.id, "cause", err)
				}
				cancel()
			}
			tick.Reset(l.Edits)
		}
	}()
	return s
}

const draftNote = "\n-# writing… what is said is checked before it stays"

// draftText is a draft as it is shown: what is newest of it, if all is too much.
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
