package bot_test

import (
	"fmt"
	"log/slog"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"footnote/bot/discordtest"
	"footnote/rag"
	"footnote/rag/encoder"
)

// crowd is a world of many servers, with an article for each question that may
// be asked.
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
	w.bot.Log = slog.New(slog.DiscardHandler)
	if e != nil {
		w.bot.Answerer = rag.Answerer{Store: w.store, Embedder: e}
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

// question is the nth of 1,000; its answer names its price.
func question(n int) (ask, want string) {
	line, k := n/5%200, n%5
	return fmt.Sprintf("How many pounds does the %s ferry to %s island cost?", code(line), island(k)),
		fmt.Sprintf("The %s ferry to %s island costs %d pounds. [1]", code(line), island(k), price(line, k))
}

func code(n int) string {
	const ends = "bdfgklmnprstvz"
	return string([]byte{ends[n%14], 'a', ends[n/14%14], 'o', ends[n%13], 'i', 'n'})
}
func island(k int) string   { return []string{"Amber", "Briar", "Cedar", "Dune", "Ember"}[k] }
func price(line, k int) int { return 100 + 5*line + k }

// peak is the most memory that the process has of the operating system while
// it is watched, in bytes: the fake Discord's and the tests' included.
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

// burst has people ask questions, evenly in a time, and waits for the answers.
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
		r, ok := i.Wait(2*time.Minute, func(r discordtest.Response) bool { return r.Message != nil && len(r.Message.Buttons) > 0 })
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
		tb.Errorf("%d messages for %d questions", messages, questions)
	}
	if s := w.Stats(); s.TooMany > 0 || len(s.Refused) > 0 {
		tb.Errorf("refused: %+v", s)
	}
	return acked, answered
}

func percentile(all []time.Duration, p float64) time.Duration {
	all = slices.Sorted(slices.Values(all))
	return all[min(len(all)-1, int(p*float64(len(all))))]
}

func TestBurst(t *testing.T) {
	t.Parallel()
	w := newCrowd(t, discordtest.Config{}, nil, 10, 40)
	w.start()
	burst(t, w, 200, 200*time.Millisecond)
}

// BenchmarkLoadBurst has 200 people on 50 servers ask 1,000 questions in a
// second, answered from the articles by the built-in encoder.
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
