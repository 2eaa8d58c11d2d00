package discord_test

import (
	"fmt"
	"log/slog"
	"runtime"
	"runtime/metrics"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"footnote/bot/discordtest"
	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/encoder"
	crossencoder "footnote/rag/reader"
)

// crowd is a world of many servers and people, with an article that answers each
// of the questions.
type crowd struct {
	*world
	channels []*discordtest.Channel
	people   []*discordtest.User // person n is in the server of channel n modulo their number
}

func newCrowd(tb testing.TB, cfg discordtest.Config, e rag.Embedder, servers, people int) *crowd {
	tb.Helper()
	var docs []rag.Document
	for n := range 200 {
		d := rag.Document{ID: fmt.Sprint("line-", n), Title: "Line " + code(n), URL: fmt.Sprint("https://example.org/line/", n)}
		for k := range 5 {
			d.Text += fmt.Sprintf("The %s ferry to %s island costs %d pounds. ", code(n), island(k), price(n, k))
		}
		docs = append(docs, d)
	}
	w := &crowd{world: newWorldOf(tb, cfg, e, docs...)}
	w.bot.Log, w.bot.Open = slog.New(slog.DiscardHandler), true
	if e != nil {
		r, err := crossencoder.New()
		if err != nil {
			tb.Fatal(err)
		}
		w.bot.Answerer = ask.Answerer{Store: w.store, Embedder: e, Reader: r}
	}
	var guilds []*discordtest.Guild
	for n := range servers {
		guilds = append(guilds, w.Guild(fmt.Sprint("server-", n)))
		w.channels = append(w.channels, guilds[n].Channel("ask-here"))
	}
	for n := range people {
		w.people = append(w.people, guilds[n%servers].Join(fmt.Sprint("person-", n)))
	}
	return w
}

// question returns the nth of 1,000 questions, and what its answer contains.
func question(n int) (ask, want string) {
	line, k := n/5%200, n%5
	return fmt.Sprintf("How many pounds does the %s ferry to %s island cost?", code(line), island(k)),
		fmt.Sprintf("The %s ferry to %s island costs %d pounds. [1]", code(line), island(k), price(line, k))
}

func code(n int) string {
	const ends = "bdfgklmnprstvz"
	return string([]byte{ends[n%14], 'a', ends[n/14%14], 'o', ends[n%13], 'i', 'n'})
}

func island(k int) string { return []string{"Amber", "Briar", "Cedar", "Dune", "Ember"}[k] }

func price(line, k int) int { return 100 + 5*line + k }

// peak watches how much memory the process has from the operating system. stop
// returns the maximum in bytes, which includes the fake Discord and the test.
func peak(tb testing.TB) (stop func() uint64) {
	tb.Helper()
	runtime.GC()
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	done, most := make(chan struct{}), uint64(0)
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			metrics.Read(samples)
			most = max(most, samples[0].Value.Uint64()-samples[1].Value.Uint64())
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	})
	return func() uint64 {
		close(done)
		watching.Wait()
		return most
	}
}

// burst lets people ask questions at an even rate, and waits for the answers. It
// returns how long each acknowledgement and each answer took.
func burst(tb testing.TB, w *crowd, questions int, over time.Duration) (acked, answered []time.Duration) {
	tb.Helper()
	var asked []*discordtest.Interaction
	begin := time.Now()
	for n := range questions {
		time.Sleep(time.Until(begin.Add(over * time.Duration(n) / time.Duration(questions))))
		q, _ := question(n)
		p := n % len(w.people)
		asked = append(asked, w.people[p].Slash(w.channels[p%len(w.channels)], "ask", discordtest.Options{"question": q}))
	}
	for n, i := range asked {
		_, want := question(n)
		r, ok := i.Wait(8*time.Minute, func(r discordtest.Response) bool { return r.Message != nil && len(r.Message.Buttons) > 0 })
		if !ok || !strings.Contains(r.Message.Content, want) || len(r.More) > 0 {
			tb.Fatalf("question %d: want %q, got %+v %+v", n, want, r, r.Message)
		}
		acked = append(acked, r.Acked)
		answered = append(answered, r.Message.Changed.Sub(begin.Add(over*time.Duration(n)/time.Duration(questions))))
	}
	messages := 0
	for _, c := range w.channels {
		messages += len(c.Messages())
	}
	if messages != questions {
		tb.Errorf("%d messages for %d questions, want one each", messages, questions)
	}
	if s := w.Stats(); s.TooMany > 0 || len(s.Refused) > 0 {
		tb.Errorf("refused: %+v", s)
	}
	return acked, answered
}

// kinds are the ways in which a connection can end.
var kinds = []struct {
	kind    int
	next    string // the first reply to the resume; empty: the usual
	resumes bool
}{
	{kind: discordtest.Cut, resumes: true},
	{kind: discordtest.Reconnect, resumes: true},
	{kind: discordtest.Invalid},
	{kind: discordtest.Resumable, resumes: true},
	{kind: discordtest.Reconnect, next: "reconnect", resumes: true},
	{kind: 4007},
	{kind: 4000, resumes: true},
	{kind: 4001, resumes: true},
	{kind: discordtest.Cut, next: "invalid"},
	{kind: 4002, resumes: true},
	{kind: 4003, resumes: true},
	{kind: 4009},
	{kind: 4005, resumes: true},
	{kind: 4008, resumes: true},
	{kind: 1000},
	{kind: discordtest.Zombie, resumes: true},
	{kind: 1001},
}

// storm ends the bot's connection again and again. Before each time, somebody
// asks a question; every third time, somebody asks one while there is no
// connection. It waits for the answers, and returns how often the session was
// resumed.
func storm(tb testing.TB, w *crowd, disconnects int) (resumed int) {
	tb.Helper()
	asked := map[string]string{} // id of a message → what the answer is
	var slashed []*discordtest.Interaction
	for n := range disconnects {
		p, k := n%len(w.people), kinds[n%len(kinds)]
		ann, c := w.people[p], w.channels[p%len(w.channels)]
		before := w.Stats()
		q, _ := question(n)
		i := ann.Slash(c, "ask", discordtest.Options{"question": q})
		for i.Response().Failed { // the person sees an error at once, and asks again
			time.Sleep(time.Millisecond)
			i = ann.Slash(c, "ask", discordtest.Options{"question": q})
		}
		slashed = append(slashed, i)
		w.NextResume(k.next)
		w.Disconnect(k.kind)
		if n%3 == 0 {
			q, want := question(n + 500)
			asked[ann.Say(c, w.mention()+q).ID] = want
		}
		again := func() bool {
			s := w.Stats()
			return s.Connections > 0 && s.Resumes+s.Identifies > before.Resumes+before.Identifies
		}
		for end := time.Now().Add(patience); !again(); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				tb.Fatalf("disconnect %d (%+v): not connected again", n, k)
			}
		}
		after := w.Stats()
		if after.Resumes > before.Resumes {
			resumed++
		}
		if got := after.Resumes > before.Resumes; got != k.resumes {
			tb.Errorf("disconnect %d (%+v): resumed %v", n, k, got)
		}
	}
	for n, i := range slashed {
		_, want := question(n)
		r, ok := i.Wait(2*time.Minute, func(r discordtest.Response) bool { return r.Message != nil && len(r.Message.Buttons) > 0 })
		if !ok || !strings.Contains(r.Message.Content, want) || len(r.More) > 0 {
			tb.Fatalf("question %d, disconnect %+v: want %q, got %+v %+v", n, kinds[n%len(kinds)], want, r, r.Message)
		}
	}
	w.replies(asked)
	if s := w.Stats(); s.TooMany > 0 || len(s.Refused) > 0 || s.TooSoon > 0 {
		tb.Errorf("refused: %+v", s)
	}
	return resumed
}

// replies waits until each message is answered, and checks that none is answered
// twice. want is the text of each answer, by the id of the message.
func (w *crowd) replies(want map[string]string) {
	w.t.Helper()
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(10 * time.Millisecond) {
		answers, replies := 0, map[string]int{}
		for _, c := range w.channels {
			for _, m := range c.Messages() {
				if m.Author.ID != w.BotID() || m.Reference == "" {
					continue
				}
				if replies[m.Reference]++; replies[m.Reference] > 1 {
					w.t.Fatalf("answered twice: %q", m.Content)
				}
				if strings.Contains(m.Content, want[m.Reference]) && len(m.Buttons) > 0 {
					answers++
				}
			}
		}
		if answers == len(want) {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("%d of %d messages are answered", answers, len(want))
		}
	}
}

func TestStorm(t *testing.T) {
	t.Parallel()
	cfg := patient
	cfg.Heartbeat = 400 * time.Millisecond
	w := newCrowd(t, cfg, nil, 5, 10)
	w.start()
	storm(t, w, 3*len(kinds))
}

// BenchmarkLoadDisconnects ends the connection 1,000 times, in 17 ways, while
// questions are asked and answered.
func BenchmarkLoadDisconnects(b *testing.B) {
	for b.Loop() {
		w := newCrowd(b, discordtest.Config{Heartbeat: 100 * time.Millisecond}, nil, 50, 200)
		w.start()
		resumed := storm(b, w, 1000)
		s := w.Stats()
		b.ReportMetric(float64(resumed), "resumed")
		b.ReportMetric(float64(s.Identifies-1), "new-sessions")
		b.ReportMetric(float64(s.TooMany), "429s")
	}
}

// level is what the bot uses while it is idle: bytes, goroutines and rate limits.
type level struct{ heap, goroutines, buckets int }

// day simulates a day with a number of events: messages to other people, edits
// and deletions, posts, all kinds of questions, buttons, autocompletion, and a few
// lost connections. It lets the bot rest a few times, and returns what the bot
// uses each time.
func day(tb testing.TB, w *crowd, events, rests int) []level {
	tb.Helper()
	begin, per := time.Now(), 24*time.Hour/time.Duration(events)
	var told atomic.Int64
	w.bot.Now = func() time.Time { return begin.Add(per * time.Duration(told.Load())) }
	forum := w.Guilds()[0].Forum("help")
	w.start()
	var levels []level
	var asked []*discordtest.Interaction
	var last *discordtest.Message
	slashed, mentions := 0, 0
	wait := func(most int) {
		for ; len(asked) > most; asked = asked[1:] {
			r, ok := asked[0].Wait(time.Minute, func(r discordtest.Response) bool {
				return r.Failed || r.Choices != nil || r.Message != nil && len(r.Message.Buttons) > 0
			})
			if !ok {
				tb.Fatalf("not answered: %+v %+v", r, r.Message)
			}
			if r.Message != nil {
				last = r.Message
				slashed++
			}
		}
	}
	for n := 0; len(levels) < rests; n++ {
		ann := w.people[n%len(w.people)]
		c := w.channels[n%len(w.people)%len(w.channels)]
		q, _ := question(n)
		switch k := n % 100; {
		case k < 10:
			asked = append(asked, ann.Slash(c, "ask", discordtest.Options{"question": q}))
			wait(100)
		case k < 14:
			asked = append(asked, ann.Complete(c, "ask", "question", "ferry "+code(n), nil))
			wait(100)
		case k < 16 && last != nil:
			ann.Click(last, "👍")
		case k == 16:
			ann.Edit(ann.Say(c, "What I meant is another thing."), "What I meant is this.")
		case k == 17:
			ann.Delete(ann.Say(c, "This was a mistake."))
		case k == 18:
			w.people[0].Post(forum, fmt.Sprint("Post ", n), "Who has seen my hat?")
		case k == 19 && n/100%2 == 0:
			w.people[n/100%len(w.people)].Say(w.channels[n/100%len(w.people)%len(w.channels)], w.mention()+q)
			mentions++
		case k == 20 && n/100%50 == 0:
			w.Disconnect(kinds[n/5000%len(kinds)].kind)
			w.Connected(patience)
		default:
			ann.Say(c, fmt.Sprint("The weather is fine, and the tide is at ", n))
		}
		told.Store(int64(w.Stats().Events))
		if told.Load() < int64(events*(len(levels)+1)/rests) {
			continue
		}
		wait(0)
		w.outcomes(slashed + mentions)
		w.idle()
		time.Sleep(2200 * time.Millisecond) // longer than any rate limit of an interaction
		asked = append(asked, ann.Slash(c, "ask", discordtest.Options{"question": q}))
		wait(0)
		w.idle()
		w.Forget()
		last = nil
		runtime.GC()
		runtime.GC() // frees what finalizers released
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		levels = append(levels, level{heap: int(m.HeapAlloc), goroutines: working(tb), buckets: w.metric("footnote_rate_limit_buckets")})
	}
	if s := w.Stats(); s.TooMany > 0 || len(s.Refused) > 0 {
		tb.Errorf("refused: %+v", s)
	}
	return levels
}

// working returns the number of goroutines that run the bot's code. It does not
// count those of idle connections, of which there are at most a hundred, or those
// of the server.
func working(tb testing.TB) (n int) {
	tb.Helper()
	var b strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		tb.Fatal(err)
	}
	for group := range strings.SplitSeq(b.String(), "\n\n") {
		if !strings.Contains(group, "footnote/bot/discord.") && !strings.Contains(group, "footnote/bot/discord/") {
			continue
		}
		head, _, _ := strings.Cut(group, " @ ")
		count, err := strconv.Atoi(head[strings.LastIndex(head, "\n")+1:])
		if err != nil {
			tb.Fatalf("cannot parse the goroutine profile: %s", group)
		}
		n += count
	}
	return n
}

// idle waits until the server has had no request for 300 ms.
func (w *crowd) idle() {
	for before := -1; w.Stats().Requests != before; time.Sleep(300 * time.Millisecond) {
		before = w.Stats().Requests
	}
}

func TestDay(t *testing.T) { // not parallel, because it counts goroutines
	levels := day(t, newCrowd(t, patient, nil, 5, 20), 2000, 2)
	if levels[1].buckets > levels[0].buckets+10 || levels[1].goroutines > levels[0].goroutines {
		t.Errorf("growth: %+v", levels)
	}
}

// BenchmarkLoadDay delivers 100,000 events, and reports what the bot uses after
// each fifth of them. Events come as fast as the machine can make them, so it does
// not measure how fast the bot acknowledges; BenchmarkLoadBurst does.
func BenchmarkLoadDay(b *testing.B) {
	for b.Loop() {
		levels := day(b, newCrowd(b, patient, nil, 50, 200), 100000, 5)
		for n, l := range levels {
			b.Logf("after %d events: heap %.1f MB, %d goroutines, %d rate limits", 20000*(n+1), float64(l.heap)/1e6, l.goroutines, l.buckets)
		}
		middle, end := levels[2], levels[4]
		b.ReportMetric(float64(end.heap)/1e6, "heap-MB")
		b.ReportMetric(float64(end.heap-middle.heap)/40000, "heap-B/event")
		b.ReportMetric(float64(end.goroutines-middle.goroutines), "more-goroutines")
		b.ReportMetric(float64(end.buckets-middle.buckets), "more-limits")
		if end.goroutines > middle.goroutines || end.buckets > middle.buckets+10 || end.heap > middle.heap+8e6 {
			b.Errorf("growth: %+v", levels)
		}
	}
}

// mentions lets people ask questions by mentioning the bot, at an even rate, and
// waits for the answers.
func mentions(tb testing.TB, w *crowd, questions int, over time.Duration) {
	tb.Helper()
	asked := map[string]string{}
	begin := time.Now()
	for n := range questions {
		time.Sleep(time.Until(begin.Add(over * time.Duration(n) / time.Duration(questions))))
		q, want := question(n)
		p := n % len(w.people)
		asked[w.people[p].Say(w.channels[p%len(w.channels)], w.mention()+q).ID] = want
	}
	w.replies(asked)
	if s := w.Stats(); s.TooMany > 0 || len(s.Refused) > 0 {
		tb.Errorf("refused: %+v", s)
	}
}

func TestMentions(t *testing.T) {
	t.Parallel()
	w := newCrowd(t, discordtest.Config{}, nil, 10, 40)
	w.start()
	mentions(t, w, 60, 60*time.Millisecond)
}

// BenchmarkLoadMentions lets 200 people on 50 servers ask 1,000 questions in a
// second by mentioning the bot. Discord's limits determine how long that takes: 50
// requests a second, and 5 messages in 5 s in a channel.
func BenchmarkLoadMentions(b *testing.B) {
	for b.Loop() {
		w := newCrowd(b, discordtest.Config{}, nil, 50, 200)
		w.start()
		begin := time.Now()
		mentions(b, w, 1000, time.Second)
		b.ReportMetric(time.Since(begin).Seconds(), "last-answer-s")
		b.ReportMetric(float64(w.Stats().TooMany), "429s")
		b.ReportMetric(float64(w.Stats().Requests)/1000, "requests/answer")
	}
}

func percentile(all []time.Duration, p float64) time.Duration {
	all = slices.Sorted(slices.Values(all))
	return all[min(len(all)-1, int(p*float64(len(all))))]
}

// patient configures a Discord that waits a minute for acknowledgements, so that
// the tests pass on a busy machine.
var patient = discordtest.Config{AckTimeout: time.Minute}

func TestBurst(t *testing.T) {
	t.Parallel()
	w := newCrowd(t, patient, nil, 10, 40)
	w.start()
	burst(t, w, 200, 200*time.Millisecond)
}

// BenchmarkLoadBurst lets 200 people on 50 servers ask 1,000 questions in a
// second. The built-in encoder finds the answers in 200 articles.
func BenchmarkLoadBurst(b *testing.B) {
	e, err := encoder.New()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		w := newCrowd(b, discordtest.Config{}, e, 50, 200)
		w.start()
		stop := peak(b)
		acked, answered := burst(b, w, 1000, time.Second)
		b.ReportMetric(percentile(acked, 0.5).Seconds()*1000, "ack-p50-ms")
		b.ReportMetric(percentile(acked, 0.99).Seconds()*1000, "ack-p99-ms")
		b.ReportMetric(percentile(acked, 1).Seconds()*1000, "ack-max-ms")
		b.ReportMetric(percentile(answered, 1).Seconds(), "last-answer-s")
		b.ReportMetric(float64(len(answered)), "answered")
		b.ReportMetric(float64(w.Stats().TooMany), "429s")
		b.ReportMetric(float64(stop())/1e6, "peak-MB")
	}
}
