package tally

import "time"

// Batch puts requests together that are counted alike, as most of those that follow each
// other are, so that a counter is written once for all of them. One goroutine at a time
// uses it, and calls Flush before it waits.
type Batch struct {
	route  *Route
	worker int
	like   likeness
	n      uint64

	last time.Duration // how long the last took

	received, sent uint64
	duration       time.Duration
}

// likeness is what requests of a batch have in common.
type likeness struct {
	method, class, bucket, status int
}

// Done counts a request that the worker has dealt with, as Route.Done does.
func (b *Batch) Done(r *Route, worker int, q *Request) {
	if q.Aborted || q.Refused != Accepted {
		r.Done(worker, q)
		return
	}
	if b.n > 0 && q.Duration == b.last && q.Status == b.like.status && q.Method == Methods[b.like.method] && r == b.route && worker == b.worker {
		b.add(q) // as the one before, which ended in the same moment
		return
	}
	like := likeness{method(q.Method), class(q.Status), bucket(q.Duration), q.Status}
	if b.n > 0 && (like != b.like || r != b.route || worker != b.worker) {
		b.Flush()
	}
	b.route, b.worker, b.like = r, worker, like
	b.last = q.Duration
	b.add(q)
}

func (b *Batch) add(q *Request) {
	b.n++
	b.received += uint64(q.Received)
	b.sent += uint64(q.Sent)
	b.duration += q.Duration
}

// Flush counts what was put together.
func (b *Batch) Flush() {
	if b.n == 0 {
		return
	}
	s, statuses := b.route.of(b.worker)
	s.requests[b.like.method][b.like.class].Add(b.n)
	s.durations.counts[b.like.bucket].Add(b.n)
	s.durations.sum.Add(int64(b.duration))
	if b.received > 0 {
		s.received.Add(b.received)
	}
	if b.sent > 0 {
		s.sent.Add(b.sent)
	}
	if statuses.has(b.like.status) {
		statuses[b.like.status-100].Add(b.n)
	}
	b.n, b.received, b.sent, b.duration = 0, 0, 0, 0
}
