package bot

import (
	"context"
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
	mu  sync.Mutex
	by  map[string]*quota
	now func() time.Time
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
	}
	if x.hourly != hourly {
		now := q.now()
		x.hourly = hourly
		x.limiter.SetLimitAt(now, rate.Every(time.Hour/time.Duration(hourly)))
		x.limiter.SetBurstAt(now, hourly)
	}
	return x
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

// load takes up what was kept.
func (q *quotas) load(ctx context.Context, r Quotas) error {
	now := q.now()
	all, err := r.Quotas(ctx, now)
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, x := range all {
		// How many an hour is not kept: it follows from how long it takes to fill.
		missing := x.Until.Sub(x.At)
		if missing <= 0 || x.Tokens < 0 {
			continue
		}
		hourly := max(1, int(x.Tokens/(1-missing.Hours())+0.5))
		if missing >= time.Hour {
			hourly = max(1, int(x.Tokens)+1)
		}
		l := q.get(x.Key, hourly, x.Who).limiter
		l.AllowN(x.At, min(hourly, max(0, hourly-int(x.Tokens))))
	}
	return nil
}

// save keeps the levels, and drops from memory those that are full.
func (q *quotas) save(ctx context.Context, r Quotas) error {
	now := q.now()
	q.mu.Lock()
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
	for key, x := range q.by {
		if x.who == who {
			delete(q.by, key)
		}
	}
}
