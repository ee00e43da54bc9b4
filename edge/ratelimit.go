package edge

import (
	"sync"
	"time"
)

// RateLimiter is a token bucket for each key: n requests in a time, evenly refilled, of
// which a burst may come at once. It keeps one instant per key (the generic cell rate
// algorithm), and forgets keys whose buckets are full again, so that its memory is
// bounded by the keys that are active. It may be used by several goroutines.
type RateLimiter struct {
	interval time.Duration // between two tokens
	burst    int
	window   time.Duration // what a full bucket holds

	shards [16]limiterShard
}

type limiterShard struct {
	mu   sync.Mutex
	next map[string]int64 // when the bucket of a key is full again, in ns
	scan int64            // when full ones are looked for again
}

// NewRateLimiter makes a limiter of n requests per time; burst 0 is n.
func NewRateLimiter(n int, per time.Duration, burst int) *RateLimiter {
	if burst <= 0 {
		burst = n
	}
	interval := max(per/time.Duration(n), 1)
	return &RateLimiter{interval: interval, burst: burst, window: interval * time.Duration(burst)}
}

// Verdict is what Allow says of a request.
type Verdict struct {
	OK        bool
	Remaining int           // requests that may follow at once
	Reset     time.Duration // until the bucket is full again
	Retry     time.Duration // until the next request may come, when this one may not
}

// Allow takes a token of key, if there is one. now is an instant that does not go
// back, in nanoseconds, of the same clock at every call.
func (l *RateLimiter) Allow(key string, now int64) Verdict {
	s := &l.shards[shardOf(key)]
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == nil {
		s.next = map[string]int64{}
	}
	if now >= s.scan {
		s.forget(now)
		s.scan = now + int64(l.window)
	}
	full := max(s.next[key], now)
	if wait := full + int64(l.interval) - now - int64(l.window); wait > 0 {
		return Verdict{Reset: time.Duration(full - now), Retry: time.Duration(wait)}
	}
	full += int64(l.interval)
	s.next[key] = full
	free := int64(l.window) - (full - now)
	return Verdict{OK: true, Remaining: int(free / int64(l.interval)), Reset: time.Duration(full - now)}
}

// forget drops the keys whose buckets are full: they are as if they had never come.
func (s *limiterShard) forget(now int64) {
	for key, full := range s.next {
		if full <= now {
			delete(s.next, key)
		}
	}
}

// Keys is how many keys are remembered.
func (l *RateLimiter) Keys() (n int) {
	for i := range l.shards {
		l.shards[i].mu.Lock()
		n += len(l.shards[i].next)
		l.shards[i].mu.Unlock()
	}
	return n
}

// shardOf spreads keys (FNV-1a).
func shardOf(key string) uint32 {
	h := uint32(2166136261)
	for i := range len(key) {
		h = (h ^ uint32(key[i])) * 16777619
	}
	return (h ^ h>>16) % 16
}
