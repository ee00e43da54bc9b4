// Package tally counts what became of requests, by route: cheaply enough to be done for
// every one. A Set has everything of one server; two servers in one process share
// nothing. What is counted is kept apart for each worker, so that they do not write into
// each other's memory, and put together when somebody asks.
package tally

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Methods are the names of methods that are told apart; every other is the last.
var Methods = [...]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"}

// Classes are the classes of statuses; the last is of requests whose client left, or was
// cut off, before an answer began.
var Classes = [...]string{"1xx", "2xx", "3xx", "4xx", "5xx", "none"}

// Bounds are the upper bounds of a histogram's buckets; one more holds what is above.
var Bounds = [...]time.Duration{
	100 * time.Microsecond, 250 * time.Microsecond, 500 * time.Microsecond,
	time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond,
	10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second, 30 * time.Second,
}

// Reason says why the edge turned a request away.
type Reason uint8

// The reasons; Accepted is none.
const (
	Accepted Reason = iota
	RateLimit
	Address
	Authentication
	BodyLimit
	Timeout
	reasonCount
)

// Reasons are the names of the reasons, by number.
var Reasons = [reasonCount]string{"", "rate_limit", "address", "authentication", "body_limit", "timeout"}

// Counter is a number that grows. Any goroutine may use it.
type Counter struct{ atomic.Uint64 }

// Histogram counts durations by size. Any goroutine may use it.
type Histogram struct {
	counts [len(Bounds) + 1]Counter
	sum    atomic.Int64
}

// Observe counts one duration.
func (h *Histogram) Observe(d time.Duration) { h.ObserveMany(d, 1) }

// ObserveMany counts a duration n times.
func (h *Histogram) ObserveMany(d time.Duration, n uint64) {
	h.counts[bucket(d)].Add(n)
	h.sum.Add(int64(d) * int64(n))
}

// bucket is where a duration is counted.
func bucket(d time.Duration) int {
	i := 0
	for i < len(Bounds) && d > Bounds[i] {
		i++
	}
	return i
}

// Durations are what a histogram held at one moment.
type Durations struct {
	Counts [len(Bounds) + 1]uint64 // of each bucket by itself
	Sum    time.Duration
}

// AddTo adds what the histogram holds to d.
func (h *Histogram) AddTo(d *Durations) {
	for i := range h.counts {
		d.Counts[i] += h.counts[i].Load()
	}
	d.Sum += time.Duration(h.sum.Load())
}

// Plus adds other to d.
func (d *Durations) Plus(other *Durations) {
	for i, n := range other.Counts {
		d.Counts[i] += n
	}
	d.Sum += other.Sum
}

// Count is how many durations there are.
func (d *Durations) Count() (n uint64) {
	for _, c := range d.Counts {
		n += c
	}
	return n
}

// Quantile is about the duration that the part q of all stays below: inside a bucket
// they are taken to be spread evenly. It is 0 when there are none.
func (d *Durations) Quantile(q float64) time.Duration {
	all := d.Count()
	if all == 0 {
		return 0
	}
	rank := q * float64(all)
	below := time.Duration(0)
	for i, n := range d.Counts {
		if i == len(Bounds) {
			return below
		}
		if n > 0 && rank <= float64(n) {
			return below + time.Duration(rank/float64(n)*float64(Bounds[i]-below))
		}
		rank -= float64(n)
		below = Bounds[i]
	}
	return below
}

// Set is what is counted of one server. Make it with New.
type Set struct {
	shards   int
	statuses []*statuses

	mu     sync.Mutex
	routes map[string]*Route
}

// statuses counts the answers of one worker by status, from 100 to 599.
type statuses [500]Counter

func (s *statuses) has(status int) bool { return status >= 100 && status < 100+len(s) }

// New makes a set for workers with numbers from 0 to workers.
func New(workers int) *Set {
	s := &Set{shards: workers + 1, routes: map[string]*Route{}}
	for range s.shards {
		s.statuses = append(s.statuses, new(statuses))
	}
	return s
}

// Route is what is counted for the route of that name, which is made when it is new.
// The numbers stay while a configuration comes and goes.
func (s *Set) Route(name string) *Route {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.routes[name]
	if r == nil {
		r = &Route{Name: name, set: s}
		for range s.shards {
			r.shards = append(r.shards, new(shard))
		}
		s.routes[name] = r
	}
	return r
}

// Routes are all routes, sorted by name.
func (s *Set) Routes() []*Route {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*Route, 0, len(s.routes))
	for _, name := range slices.Sorted(maps.Keys(s.routes)) {
		all = append(all, s.routes[name])
	}
	return all
}

// Statuses is how many answers there were of each status that occurred.
func (s *Set) Statuses() map[int]uint64 {
	m := map[int]uint64{}
	for _, st := range s.statuses {
		for i := range st {
			if n := st[i].Load(); n > 0 {
				m[100+i] += n
			}
		}
	}
	return m
}

// Route counts the requests of one route.
type Route struct {
	Name   string
	set    *Set
	shards []*shard
}

// shard is one worker's part: each is an allocation of its own.
type shard struct {
	requests  [len(Methods)][len(Classes)]Counter
	aborted   Counter
	received  Counter
	sent      Counter
	refused   [reasonCount]Counter
	durations Histogram
}

// Request is one that is over.
type Request struct {
	Method         string
	Status         int   // 0: no answer began
	Received, Sent int64 // bytes of the bodies
	Duration       time.Duration
	Aborted        bool // it was not answered in full
	Refused        Reason
}

// Done counts a request that the worker has dealt with.
func (r *Route) Done(worker int, q *Request) {
	s, statuses := r.of(worker)
	s.requests[method(q.Method)][class(q.Status)].Add(1)
	s.durations.Observe(q.Duration)
	if q.Received > 0 {
		s.received.Add(uint64(q.Received))
	}
	if q.Sent > 0 {
		s.sent.Add(uint64(q.Sent))
	}
	if statuses.has(q.Status) {
		statuses[q.Status-100].Add(1)
	}
	if q.Aborted {
		s.aborted.Add(1)
	}
	if q.Refused != Accepted {
		s.refused[q.Refused].Add(1)
	}
}

// of is where a worker counts.
func (r *Route) of(worker int) (*shard, *statuses) {
	if uint(worker) >= uint(len(r.shards)) {
		worker = 0
	}
	return r.shards[worker], r.set.statuses[worker]
}

func method(name string) int {
	for i, m := range Methods[:len(Methods)-1] {
		if m == name {
			return i
		}
	}
	return len(Methods) - 1
}

func class(status int) int {
	if status < 100 || status > 599 {
		return len(Classes) - 1
	}
	return status/100 - 1
}

// Totals are what was counted for a route until one moment.
type Totals struct {
	Requests                [len(Methods)][len(Classes)]uint64
	Aborted, Received, Sent uint64
	Refused                 [reasonCount]uint64
	Durations               Durations
}

// Count is how many requests there were.
func (t *Totals) Count() (n uint64) {
	for i := range t.Requests {
		for _, c := range t.Requests[i] {
			n += c
		}
	}
	return n
}

// Totals puts together what all workers have counted.
func (r *Route) Totals() *Totals {
	t := &Totals{}
	for _, s := range r.shards {
		for i := range s.requests {
			for j := range s.requests[i] {
				t.Requests[i][j] += s.requests[i][j].Load()
			}
		}
		t.Aborted += s.aborted.Load()
		t.Received += s.received.Load()
		t.Sent += s.sent.Load()
		for i := range s.refused {
			t.Refused[i] += s.refused[i].Load()
		}
		s.durations.AddTo(&t.Durations)
	}
	return t
}
