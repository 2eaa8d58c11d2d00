package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// limits are the rate limits.
type limits struct {
	recent  []time.Time // requests of the last second, without those of interactions
	buckets map[string]*bucket
}

// bucket is the state of one limit.
type bucket struct {
	limit int
	left  int
	reset time.Time
}

// limitOf returns the rate limit of a route: n requests per period.
func limitOf(route string) (n int, per time.Duration) {
	switch route {
	case "POST messages", "PATCH messages":
		return 5, 5 * time.Second
	case "DELETE messages":
		return 5, time.Second
	case "PUT reaction", "DELETE reaction":
		return 1, 250 * time.Millisecond
	case "POST threads":
		return 50, 300 * time.Second
	case "PATCH response", "POST followup":
		return 5, 2 * time.Second
	case "POST callback":
		return 5, time.Second
	case "PUT commands":
		return 30, 60 * time.Second
	}
	return 30, time.Second
}

// admit counts a request, sets the headers that announce its limit, and reports
// whether it may be carried out. If not, it has replied with 429.
func (s *Server) admit(w http.ResponseWriter, route, major string, interaction bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	l := &s.limits
	if !interaction {
		for len(l.recent) > 0 && now.Sub(l.recent[0]) > time.Second {
			l.recent = l.recent[1:]
		}
		if len(l.recent) >= s.cfg.GlobalLimit {
			s.tooMany(w, "all", l.recent[0].Add(time.Second).Sub(now), true)
			return false
		}
		l.recent = append(l.recent, now)
	}
	if l.buckets == nil {
		l.buckets = map[string]*bucket{}
	}
	key := route + " " + major
	b := l.buckets[key]
	n, per := limitOf(route)
	if b == nil || !b.reset.After(now) {
		if b == nil && len(l.buckets) > 10000 {
			for k, old := range l.buckets {
				if !old.reset.After(now) {
					delete(l.buckets, k)
				}
			}
		}
		b = &bucket{limit: n, left: n, reset: now.Add(per)}
		l.buckets[key] = b
	}
	h := w.Header()
	h.Set("X-RateLimit-Limit", strconv.Itoa(b.limit))
	h.Set("X-RateLimit-Reset", fmt.Sprintf("%.3f", float64(b.reset.UnixMilli())/1000))
	h.Set("X-RateLimit-Reset-After", fmt.Sprintf("%.3f", b.reset.Sub(now).Seconds()))
	h.Set("X-RateLimit-Bucket", fmt.Sprintf("%x", route))
	if b.left == 0 {
		h.Set("X-RateLimit-Remaining", "0")
		s.tooMany(w, route, b.reset.Sub(now), false)
		return false
	}
	b.left--
	h.Set("X-RateLimit-Remaining", strconv.Itoa(b.left))
	return true
}

// tooMany replies with 429.
func (s *Server) tooMany(w http.ResponseWriter, route string, after time.Duration, global bool) {
	s.stats.TooMany++
	s.stats.Invalid++
	s.stats.Refused["429 "+route]++
	h := w.Header()
	h.Set("Retry-After", strconv.Itoa(int(after/time.Second)+1))
	h.Set("X-RateLimit-Scope", map[bool]string{true: "global", false: "user"}[global])
	if global {
		h.Set("X-RateLimit-Global", "true")
	}
	reply(w, http.StatusTooManyRequests, object{"message": "You are being rate limited.", "retry_after": after.Seconds(), "global": global})
}

func reply(w http.ResponseWriter, status int, v any) {
	if v == nil {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // an error means that the client is gone
}
