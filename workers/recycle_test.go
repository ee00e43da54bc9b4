package workers

import (
	"testing"
	"time"
)

// TestShares: workers that are made at the same time do not have their share at the same
// time, and none has a tenth more or less than was asked for.
func TestShares(t *testing.T) {
	p := &Pool{opts: Options{MaxRequests: 10000, MaxAge: time.Hour}}
	requests, ages := map[int64]bool{}, map[time.Duration]bool{}
	for range 100 {
		w := p.prepare(nil, nil)
		if w.maxRequests < 9000 || w.maxRequests > 11000 || w.maxAge < 54*time.Minute || w.maxAge > 66*time.Minute {
			t.Fatalf("%d requests, %v", w.maxRequests, w.maxAge)
		}
		requests[w.maxRequests], ages[w.maxAge] = true, true
	}
	if len(requests) < 50 || len(ages) < 50 {
		t.Errorf("100 workers have %d limits of requests and %d of age", len(requests), len(ages))
	}
	p.opts = Options{}
	if w := p.prepare(nil, nil); w.maxRequests != 0 || w.maxAge != 0 {
		t.Errorf("without limits: %d requests, %v", w.maxRequests, w.maxAge)
	}
}
