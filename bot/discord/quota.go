package discord

import (
	"context"
	"maps"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"footnote/rag"
)

// Questions an hour, where no admin has set others.
const (
	perPerson  = 60
	perChannel = 600
	perServer  = 3000
)

// quotas count questions: a bucket for each person, channel and server, that
// holds an hour's and fills evenly.
type quotas struct {
	mu   sync.Mutex
	by   map[string]*quota
	kept map[string]rag.Quota // levels of before a restart, of those who have not asked since
	now  func() time.Time
}

type quota struct {
	limiter *rate.Limiter
	hourly  int
	who     rag.Person
}

func (q *quotas) get(key string, hourly int, who rag.Person) *quota {
	x := q.by[key]
	if x == nil {
		x = &quota{limiter: rate.NewLimiter(rate.Every(time.Hour/time.Duration(hourly)), hourly), hourly: hourly, who: who}
		q.by[key] = x
		if k, ok := q.kept[key]; ok {
			delete(q.kept, key)
			x.lower(k.Tokens, k.At)
		}
	}
	if x.hourly != hourly { // what was asked counts still, and no more than that
		now := q.now()
		asked := float64(x.hourly) - x.limiter.TokensAt(now)
		x.hourly, x.limiter = hourly, rate.NewLimiter(rate.Every(time.Hour/time.Duration(hourly)), hourly)
		x.lower(float64(hourly)-asked, now)
	}
	return x
}

// lower sets a full bucket to a level that it had.
func (x *quota) lower(tokens float64, at time.Time) {
	missing := float64(x.hourly) - tokens
	whole := min(int(math.Ceil(missing)), x.hourly)
	if whole <= 0 {
		return
	}
	// Whole tokens can be taken only, so they are taken a little before.
	early := time.Duration((float64(whole) - missing) / float64(x.hourly) * float64(time.Hour))
	x.limiter.AllowN(at.Add(-max(0, early)), whole)
}

// limit is one bucket that a question counts in.
type limit struct {
	key    string
	hourly int
	who    rag.Person
}

// take counts a question in all of limits, or in none: then key is the one
// that is used up, and wait how long until it is not.
func (q *quotas) take(limits []limit) (key string, wait time.Duration, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.now()
	var held []*rate.Reservation
	for _, l := range limits {
		r := q.get(l.key, max(1, l.hourly), l.who).limiter.ReserveN(now, 1)
		if d := r.DelayFrom(now); d > 0 {
			r.CancelAt(now)
			for _, h := range held {
				h.CancelAt(now)
			}
			return l.key, d, false
		}
		held = append(held, r)
	}
	return "", 0, true
}

// load takes up what was kept. How many an hour a level is of is known when
// it is asked for.
func (q *quotas) load(ctx context.Context, r Quotas) error {
	all, err := r.Quotas(ctx, q.now())
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.kept = map[string]rag.Quota{}
	for _, x := range all {
		q.kept[x.Key] = x
	}
	return nil
}

// save keeps the levels, and drops from memory those that are full.
func (q *quotas) save(ctx context.Context, r Quotas) error {
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
	return r.SetQuotas(ctx, now, all)
}

// forget drops what is counted of a person.
func (q *quotas) forget(who rag.Person) {
	q.mu.Lock()
	defer q.mu.Unlock()
	maps.DeleteFunc(q.by, func(_ string, x *quota) bool { return x.who == who })
	maps.DeleteFunc(q.kept, func(_ string, x rag.Quota) bool { return x.Who == who })
}
