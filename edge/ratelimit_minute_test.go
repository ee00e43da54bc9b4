package edge

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Two workers ask for one client, a minute long, at a constant rate far beyond the limit:
// exactly the limit's number gets through, and no more of it at any moment than the
// bucket holds. The clock is the test's.
func TestRateLimitOverAMinute(t *testing.T) {
	for _, c := range []struct {
		n     int
		per   time.Duration
		burst int
	}{{100, time.Minute, 1}, {600, time.Minute, 20}, {7, time.Second, 7}, {1, time.Minute, 1}} {
		l := NewRateLimiter(c.n, c.per, c.burst)
		var clock, allowed atomic.Int64
		const step = int64(time.Millisecond)
		minute := func() int64 {
			allowed.Store(0)
			until := clock.Load() + int64(time.Minute)
			var workers sync.WaitGroup
			for range 2 {
				workers.Go(func() {
					for now := clock.Add(step); now <= until; now = clock.Add(step) {
						if l.Allow("client", now).OK {
							allowed.Add(1)
						}
					}
				})
			}
			workers.Wait()
			clock.Store(until)
			return allowed.Load()
		}
		perMinute := int64(c.n) * int64(time.Minute/c.per)
		// The bucket is full at first: what it holds beyond the one token that the first
		// request would have waited for anyway comes on top, once.
		if got, want := minute(), perMinute+int64(c.burst)-1; got != want && got != want+1 {
			t.Errorf("%+v: the first minute lets %d through, want %d", c, got, want)
		}
		for range 3 {
			if got := minute(); got != perMinute {
				t.Errorf("%+v: a minute lets %d through, want %d", c, got, perMinute)
			}
		}
	}
}
