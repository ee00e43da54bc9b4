package tally

import (
	"sync"
	"testing"
	"time"
)

func TestRoute(t *testing.T) {
	s := New(2)
	r := s.Route("/api/*")
	if s.Route("/api/*") != r {
		t.Error("a name has one route")
	}
	var all sync.WaitGroup
	for worker := range 5 { // numbers that there are not count as 0
		all.Go(func() {
			for range 1000 {
				r.Done(worker, &Request{Method: "POST", Status: 201, Received: 3, Sent: 7, Duration: 2 * time.Millisecond})
				r.Done(worker, &Request{Method: "BREW", Duration: time.Hour, Aborted: true})
				r.Done(worker, &Request{Method: "GET", Status: 429, Refused: RateLimit})
			}
		})
	}
	all.Wait()
	got := r.Totals()
	if n := got.Requests[2][1]; n != 5000 {
		t.Errorf("POST 2xx: %d", n)
	}
	if n := got.Requests[len(Methods)-1][len(Classes)-1]; n != 5000 {
		t.Errorf("other none: %d", n)
	}
	if n := got.Count(); n != 15000 {
		t.Errorf("all: %d", n)
	}
	if got.Received != 15000 || got.Sent != 35000 || got.Aborted != 5000 || got.Refused[RateLimit] != 5000 {
		t.Errorf("%+v", got)
	}
	if c := got.Durations.Counts; c[0] != 5000 || c[4] != 5000 || c[len(Bounds)] != 5000 {
		t.Errorf("durations: %v", c)
	}
	if m := s.Statuses(); m[201] != 5000 || m[429] != 5000 || len(m) != 2 {
		t.Errorf("statuses: %v", m)
	}
}

func TestQuantile(t *testing.T) {
	var h Histogram
	h.ObserveMany(80*time.Microsecond, 50)
	h.ObserveMany(200*time.Microsecond, 40)
	h.ObserveMany(time.Minute, 10)
	var d Durations
	h.AddTo(&d)
	for q, want := range map[float64]time.Duration{0: 0, 0.25: 50 * time.Microsecond, 0.5: 100 * time.Microsecond, 0.7: 175 * time.Microsecond, 1: 30 * time.Second} {
		if got := d.Quantile(q); got != want {
			t.Errorf("quantile %v: %v, want %v", q, got, want)
		}
	}
	if d.Count() != 100 || d.Sum != 4*time.Millisecond+8*time.Millisecond+10*time.Minute {
		t.Errorf("%d, %v", d.Count(), d.Sum)
	}
	if (&Durations{}).Quantile(0.5) != 0 {
		t.Error("of nothing there is no quantile")
	}
}

// What counting costs a request: no allocation.
func TestDoneAllocates(t *testing.T) {
	r := New(1).Route("/")
	if n := testing.AllocsPerRun(100, func() {
		r.Done(1, &Request{Method: "GET", Status: 200, Sent: 12, Duration: 40 * time.Microsecond})
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkDone(b *testing.B) {
	r := New(1).Route("/")
	for b.Loop() {
		r.Done(1, &Request{Method: "GET", Status: 200, Sent: 12, Duration: 40 * time.Microsecond})
	}
}

// With more than one worker they do not wait for each other.
func BenchmarkDoneParallel(b *testing.B) {
	s := New(64)
	r := s.Route("/")
	var mu sync.Mutex
	worker := 0
	b.RunParallel(func(pb *testing.PB) {
		mu.Lock()
		worker++
		w := worker
		mu.Unlock()
		for pb.Next() {
			r.Done(w, &Request{Method: "GET", Status: 200, Sent: 12, Duration: 40 * time.Microsecond})
		}
	})
}
