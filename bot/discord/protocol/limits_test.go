package protocol

import (
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestLimiter checks that at most 50 requests start in any second, and not many
// fewer, however many wait.
func TestLimiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var l limiter
		var group sync.WaitGroup
		left := make(chan time.Time, 500)
		for i := range cap(left) {
			group.Go(func() {
				r := routeOf("POST", "/channels/"+strconv.Itoa(i)+"/messages")
				b, err := l.acquire(t.Context(), r)
				if err != nil {
					t.Error(err)
					return
				}
				left <- time.Now()
				l.release(r, b, nil)
			})
		}
		group.Wait()
		close(left)
		var at []time.Time
		for when := range left {
			at = append(at, when)
		}
		for i, when := range at[:len(at)-50] {
			if took := at[i+50].Sub(when); took < time.Second {
				t.Fatalf("51 requests started within %v", took)
			}
		}
		if took := at[len(at)-1].Sub(at[0]); took > 12*time.Second {
			t.Errorf("%d requests took %v", len(at), took)
		}
	})
}
