package discord

import (
	"context"
	"log/slog"
	"maps"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"footnote/rag"
)

// Questions an hour, unless an admin has set other numbers.
const (
	perPerson  = 60
	perChannel = 600
	perServer  = 3000
)

// quotas count questions. Each person, channel and server has a bucket that
// holds an hour's questions and refills evenly.
type quotas struct {
	records Quotas
	log     *slog.Logger
	now     func() time.Time

	mu   sync.Mutex
	by   map[string]*quota
	kept map[string]rag.Quota // levels from before a restart, for keys that were not used since
}

// quota is one bucket.
type quota struct {
	limiter *rate.Limiter
	hourly  int
	who     rag.Person
}

// loadQuotas reads the levels that an earlier run saved. The size of a bucket is
// known only when it is next used.
func loadQuotas(ctx context.Context, r Quotas, log *slog.Logger, now func() time.Time) (*quotas, error) {
	all, err := r.Quotas(ctx, now())
	if err != nil {
		return nil, err
	}
	q := &quotas{records: r, log: log, now: now, by: map[string]*quota{}, kept: map[string]rag.Quota{}}
	for _, x := range all {
		q.kept[x.Key] = x
	}
	return q, nil
}

// limit is one bucket that a question counts in.
type limit struct {
	key    string
	hourly int
	who    rag.Person
}

// take counts a question in all of limits, or in none of them. In that case key
// is the bucket that is empty, and wait is the time until it is not.
func (q *quotas) take(limits []limit) (key string, wait time.Duration, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.now()
	var taken []*rate.Reservation
	for _, l := range limits {
		r := q.get(l.key, max(1, l.hourly), l.who).limiter.ReserveN(now, 1)
		if d := r.DelayFrom(now); d > 0 {
			r.CancelAt(now)
			for _, t := range taken {
				t.CancelAt(now)
			}
			return l.key, d, false
		}
		taken = append(taken, r)
	}
	return "", 0, true
}

// get returns a bucket, and resizes it if an admin has changed the quota.
func (q *quotas) get(key string, hourly int, who rag.Person) *quota {
	x := q.by[key]
	if x == nil {
		x = &quota{limiter: newLimiter(hourly), hourly: hourly, who: who}
		q.by[key] = x
		if k, ok := q.kept[key]; ok {
			delete(q.kept, key)
			x.lower(k.Tokens, k.At)
		}
	}
	if x.hourly != hourly { // questions that were asked still count, but no others
		now := q.now()
		asked := float64(x.hourly) - x.limiter.TokensAt(now)
		x.hourly, x.limiter = hourly, newLimiter(hourly)
		x.lower(float64(hourly)-asked, now)
	}
	return x
}

func newLimiter(hourly int) *rate.Limiter {
	return rate.NewLimiter(rate.Every(time.Hour/time.Duration(hourly)), hourly)
}

// lower sets a full bucket to a level that it had at some time.
func (x *quota) lower(tokens float64, at time.Time) {
	missing := float64(x.hourly) - tokens
	whole := min(int(math.Ceil(missing)), x.hourly)
	if whole <= 0 {
		return
	}
	// The limiter gives only whole tokens, so they are taken a little earlier.
	early := time.Duration((float64(whole) - missing) / float64(x.hourly) * float64(time.Hour))
	x.limiter.AllowN(at.Add(-max(0, early)), whole)
}

// saveEvery saves the levels once per interval until ctx ends.
func (q *quotas) saveEvery(ctx context.Context, interval time.Duration) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := q.save(ctx); err != nil && ctx.Err() == nil {
				q.log.Error("cannot save quotas", "cause", err)
			}
		}
	}
}

// save saves the levels, and drops from memory the buckets that are full.
func (q *quotas) save(ctx context.Context) error {
	now := q.now()
	q.mu.Lock()
	maps.DeleteFunc(q.kept, func(_ string, x rag.Quota) bool { return !x.Until.After(now) })
	var all []rag.Quota
	for key, x := range q.by {
		tokens := x.limiter.TokensAt(now)
		if tokens >= float64(x.hourly) {
			delete(q.by, key)
			continue
		}
		missing := (float64(x.hourly) - tokens) / float64(x.hourly)
		all = append(all, rag.Quota{Key: key, Who: x.who, Tokens: tokens, At: now, Until: now.Add(time.Duration(missing * float64(time.Hour)))})
	}
	q.mu.Unlock()
	return q.records.SetQuotas(ctx, now, all)
}

// forget drops what is counted for a person.
func (q *quotas) forget(who rag.Person) {
	q.mu.Lock()
	defer q.mu.Unlock()
	maps.DeleteFunc(q.by, func(_ string, x *quota) bool { return x.who == who })
	maps.DeleteFunc(q.kept, func(_ string, x rag.Quota) bool { return x.Who == who })
}
