package workers

import (
	"math"
	"sync/atomic"
	"time"

	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// How a worker fares is sampled from the outside, by the watcher: requests pay nothing
// for it. The loop's delay is how long a function posted to the loop waits; a loop that
// sleeps has none, and is not woken up to be asked.

const (
	delayEvery = 100 * time.Millisecond // between two samples of the loop's delay
	heapEvery  = time.Second            // and of the heap, while JavaScript runs
	busyWindow = time.Second            // over which the busy share is measured
)

// vitals are what is known of how a worker fares. The watcher's goroutine alone uses
// what is not atomic.
type vitals struct {
	delays tally.Histogram
	delay  atomic.Int64  // the last sample, in nanoseconds
	asked  atomic.Int64  // when the sample under way began, in nanoseconds; 0: none is
	share  atomic.Uint64 // of the time that the loop did not sleep: bits of a float
	heap   atomic.Pointer[v8.HeapStats]

	sampled time.Time // the last delay
	turn    uint64    // at the last sample of the heap
	heapAt  time.Time
	window  time.Time // the beginning of the window of the busy share
	slept   time.Duration
}

// epoch is what instants of samples count from.
var epoch = time.Now()

// look samples what is due.
func (v *vitals) look(env *node.Env, now time.Time) {
	slept, asleep := env.Loop.Slept()
	if over := now.Sub(v.window); over >= busyWindow {
		if !v.window.IsZero() {
			v.share.Store(math.Float64bits(min(1, max(0, 1-float64(slept-v.slept)/float64(over)))))
		}
		v.window, v.slept = now, slept
	}
	if v.asked.Load() != 0 {
		return
	}
	turn, _ := env.Turn()
	wantHeap := env.Isolate != nil && turn != v.turn && now.Sub(v.heapAt) >= heapEvery
	if now.Sub(v.sampled) < delayEvery && !wantHeap {
		return
	}
	v.sampled = now
	if asleep && !wantHeap {
		v.delays.Observe(0)
		v.delay.Store(0)
		return
	}
	if wantHeap {
		v.heapAt = now
		v.turn = turn + crossingsOfSample
	}
	v.asked.Store(int64(now.Sub(epoch)))
	env.Post(func() {
		delay := time.Since(epoch) - time.Duration(v.asked.Load())
		v.delays.Observe(delay)
		v.delay.Store(int64(delay))
		if wantHeap {
			v.readHeap(env)
		}
		v.asked.Store(0)
	})
}

// crossingsOfSample is how much a turn that runs nothing but a sample adds to the count
// of crossings: into V8, for its tasks, and back.
const crossingsOfSample = 2

// readHeap runs on the worker's thread.
func (v *vitals) readHeap(env *node.Env) {
	if env.Isolate != nil {
		h := env.Isolate.HeapStats()
		v.heap.Store(&h)
	}
}

// lag is how long what is posted to the loop waits now.
func (v *vitals) lag() time.Duration {
	d := time.Duration(v.delay.Load())
	if asked := v.asked.Load(); asked != 0 {
		d = max(d, time.Since(epoch)-time.Duration(asked))
	}
	return d
}

// Totals are what the workers of one slot have done since the pool began: the one that
// serves, those that leave, and those that have ended.
type Totals struct {
	Requests, Cut, Shed, Late, Received, Sent int64

	Busy, Alive time.Duration
	Waits       tally.Durations // of requests, until JavaScript saw them
	Delays      tally.Durations // of the event loop
	Errors      [32]uint64      // by http1.Code
	Lenient     [32]uint64      // by the bits of http1.Leniency
	GCCount     [len(v8.GCKinds)]uint64
	GCTime      [len(v8.GCKinds)]time.Duration
}

// add adds what w has done.
func (t *Totals) add(w *worker) {
	env := w.env.Load()
	if env == nil {
		return
	}
	work := &env.Work
	t.Requests += work.Served.Load()
	t.Cut += work.Cut.Load()
	t.Shed += work.Shed.Load()
	t.Late += work.Late.Load()
	t.Received += work.Received.Load()
	t.Sent += work.Sent.Load()
	for i := range work.Errors {
		t.Errors[i] += work.Errors[i].Load()
		t.Lenient[i] += work.Lenient[i].Load()
	}
	work.Waits.AddTo(&t.Waits)
	v := &w.vitals
	v.delays.AddTo(&t.Delays)
	if h := v.heap.Load(); h != nil {
		for i := range h.GCCount {
			t.GCCount[i] += h.GCCount[i]
			t.GCTime[i] += time.Duration(h.GCNanos[i])
		}
	}
	alive := time.Since(w.began)
	if over := w.over.Load(); over != 0 {
		alive = time.Duration(over)
	}
	slept, _ := env.Loop.Slept()
	t.Alive += alive
	t.Busy += max(0, alive-slept)
}

// Heap is what the memory of a worker's JavaScript was when it was looked at last, in
// bytes.
type Heap struct{ Used, Total, Limit, External, ArrayBuffers uint64 }

// GCKinds are the kinds of garbage collection in Totals.
var GCKinds = v8.GCKinds

// Causes are why workers are replaced.
var Causes = [...]string{"exception", "exit", "hang", "heap", "signal", "failure", "reload", "max_requests", "max_age"}

// cause is the cause of an end that was not asked for.
func (e end) reason() string {
	switch {
	case e.cause != nil:
		return e.cause.Reason
	case e.uncaught:
		return "exception"
	case e.err != nil:
		return "failure"
	}
	return "exit"
}

// Stats are what a pool has and does.
type Stats struct {
	Workers  []WorkerStats
	Totals   map[int]*Totals // by the worker's number
	Restarts map[string]int  // of workers that were replaced, by the cause: one of Causes
	Reloads  int             // that succeeded
	Refused  int64           // connections that were closed because their address had too many
	Full     bool            // no more connections are taken
	Isolates int             // of V8, in the whole process
	Ready    bool
	Stopping bool
}

// WorkerStats are what one worker has and does.
type WorkerStats struct {
	ID    int
	State string
	Age   time.Duration

	// Connections are all that are open or on the way. Active are those of them that
	// have a request, Upgraded those that left HTTP.
	Connections, Active, Upgraded int64
	Requests                      int64 // not answered yet
	Waiting                       int64 // of them, those that JavaScript has not seen
	Served                        int64
	Delay                         time.Duration // of the event loop, now
	Busy                          float64       // the share of the last second in which the loop did not sleep
	Stuck                         bool          // its JavaScript does not come back
	Heap                          Heap
}

// Stats asks the pool; the zero value when it is over.
func (p *Pool) Stats() Stats {
	answer := make(chan Stats, 1)
	p.do(func() { answer <- p.stats() })
	select {
	case st := <-answer:
		return st
	case <-p.over:
		return Stats{}
	}
}

func (p *Pool) stats() Stats {
	st := Stats{Reloads: p.reloads, Totals: map[int]*Totals{}, Restarts: map[string]int{}, Isolates: v8.Isolates(), Ready: p.ready.Load(), Stopping: p.stop != nil}
	for _, c := range Causes {
		st.Restarts[c] = p.restarts[c]
	}
	p.acceptor.mu.Lock()
	st.Refused, st.Full = p.acceptor.refused, p.acceptor.full
	p.acceptor.mu.Unlock()
	for _, s := range p.slots {
		total := s.past
		for _, w := range s.workers() {
			total.add(w)
			ws := w.stats()
			for _, fork := range w.forks {
				total.add(fork)
				ws.add(fork.stats())
			}
			st.Workers = append(st.Workers, ws)
		}
		st.Totals[s.id] = &total
	}
	return st
}

// workers are those of the slot that have not ended.
func (s *slot) workers() (all []*worker) {
	if s.serving != nil {
		all = append(all, s.serving)
	}
	if s.next != nil {
		all = append(all, s.next)
	}
	return append(all, s.leaving...)
}

func (w *worker) stats() WorkerStats {
	ws := WorkerStats{ID: w.slot.id, State: state(w.state.Load()).String(), Age: time.Since(w.began)}
	env := w.env.Load()
	if env == nil {
		return ws
	}
	work := &env.Work
	ws.Connections, ws.Active, ws.Upgraded = work.Connections.Load(), work.Active.Load(), work.Upgraded.Load()
	ws.Requests, ws.Waiting, ws.Served = work.Requests.Load(), work.Waiting.Load(), work.Served.Load()
	ws.Delay, ws.Busy, ws.Stuck = w.vitals.lag(), math.Float64frombits(w.vitals.share.Load()), w.watch.busy.Load()
	if h := w.vitals.heap.Load(); h != nil {
		ws.Heap = Heap{h.Used, h.Total, h.Limit, h.External, h.ArrayBuffers}
	}
	return ws
}
