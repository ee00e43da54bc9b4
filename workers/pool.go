package workers

import (
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/sluice-http/sluice/internal/logs"
	"github.com/sluice-http/sluice/internal/node"
)

// Pool runs an application in several workers. Make it with New.
type Pool struct {
	opts      Options
	acceptor  *acceptor
	watchers  watchers
	datagrams datagrams
	forker    *Forker    // the workers are cluster's; nil: the pool's own
	primary   *worker    // and stand behind its edge
	files     *fileWatch // nil: nobody watches

	work  chan func() // runs on the goroutine of Run, which alone uses what follows
	slots []*slot
	stop  *stopping
	code  int
	fail  *Failure      // what code is of
	over  chan struct{} // closed when Run returns
	ready atomic.Bool

	logMu    sync.Mutex
	logged   map[string]time.Time
	reloads  int
	restarts map[string]int // by the cause
	again    bool           // a reload was asked for during a reload

	reloading, reloadNext []func(error) // who waits for the reload under way, and for the next
}

// slot is a place for a worker: one serves in it, others may be on their way in or out.
type slot struct {
	id       int
	serving  *worker   // or starting, while there is none yet
	next     *worker   // on its way to take over
	lost     bool      // there is none that serves while next is on its way
	leaving  []*worker // draining, or cut
	failures int       // in a row
	held     []*listener
	finished bool   // the application came to its own end
	was      bool   // it has served once
	past     Totals // of workers that have ended
}

// batch is a set of new workers that take over together, or not at all.
type batch struct {
	what    string
	cause   string // one of Causes
	waiting map[*worker]bool
	news    []*worker
	like    map[*worker][]*listener // what a new one must listen on
	timer   *time.Timer
	done    bool
}

// New prepares a pool. v8.Init must have been called.
func New(o Options) (*Pool, error) {
	o.Workers = max(1, o.Workers)
	if o.StartTimeout == 0 {
		o.StartTimeout = DefaultStartTimeout
	}
	if o.Logger == nil {
		w := o.Log
		if w == nil {
			w = io.Discard
		}
		o.Logger = slog.New(logs.NewLines(w, slog.LevelInfo))
	}
	if s := o.Application.Script; s != "" && s != "-" {
		// A worker that is started later may find another working directory.
		if abs, err := filepath.Abs(s); err == nil {
			o.Application.Script = abs
		}
	}
	p := &Pool{opts: o, work: make(chan func(), 64), over: make(chan struct{}), logged: map[string]time.Time{}, restarts: map[string]int{}}
	var err error
	if p.acceptor, err = newAcceptor(p); err != nil {
		return nil, err
	}
	if o.Watch {
		p.files = &fileWatch{roots: o.WatchPaths, files: map[string]stamp{}}
	}
	for id := range o.Workers {
		p.slots = append(p.slots, &slot{id: id + 1})
	}
	return p, nil
}

// Failure is why the pool is over; nil when the application came to its end, or was
// asked to. It is to be called after Run.
func (p *Pool) Failure() *Failure { return p.fail }

// Addrs are the addresses that the pool listens on.
func (p *Pool) Addrs() []net.Addr { return p.acceptor.addresses() }

// Signal gives the application a signal, and reports whether it listens to it.
func (p *Pool) Signal(s syscall.Signal) bool {
	answer := make(chan bool, 1)
	p.do(func() {
		heard := false
		for _, slot := range p.slots {
			if w := slot.serving; w != nil {
				if env := w.env.Load(); env != nil {
					heard = env.Signal(s) || heard
				}
			}
		}
		answer <- heard
	})
	select {
	case heard := <-answer:
		return heard
	case <-p.over:
		return false
	}
}

// Discard gives back what a pool has that is never to be run.
func (p *Pool) Discard() {
	p.acceptor.close()
	close(p.over)
}

// do runs f on the pool's goroutine. Any goroutine but that one may call it.
func (p *Pool) do(f func()) {
	select {
	case p.work <- f:
	case <-p.over:
	}
}

// after runs f on the pool's goroutine when d has passed.
func (p *Pool) after(d time.Duration, f func()) *time.Timer {
	return time.AfterFunc(d, func() { p.do(f) })
}

// Ready reports whether the pool serves and has not been asked to stop.
func (p *Pool) Ready() bool { return p.ready.Load() }

// Run starts the workers and returns, with the process's exit code, when all have
// ended for good.
func (p *Pool) Run() int {
	stopFiles := func() {}
	if p.files != nil {
		stopFiles = p.files.start(p)
	}
	for _, s := range p.slots {
		p.start(s)
	}
	stopWatching := p.watchers.start(p)
	signals := p.handleSignals()
	for !p.allEnded() {
		(<-p.work)()
	}
	tell(&p.reloading, errStopped)
	tell(&p.reloadNext, errStopped)
	p.lastLine()
	signals()
	stopWatching()
	stopFiles()
	p.acceptor.close()
	close(p.over)
	return p.code
}

func (p *Pool) allEnded() bool {
	for _, s := range p.slots {
		if !s.finished || s.serving != nil || s.next != nil || len(s.leaving) > 0 {
			return false
		}
	}
	return true
}

// start makes a worker serve in the slot.
func (p *Pool) start(s *slot) {
	s.serving = p.prepare(s, nil)
	go s.serving.run()
}

func (p *Pool) prepare(s *slot, b *batch) *worker {
	w := &worker{pool: p, slot: s, batch: b, began: time.Now(), application: p.opts.Application}
	w.front.Store(p.opts.Edge)
	w.maxRequests = int64(jitter(float64(p.opts.MaxRequests)))
	w.maxAge = time.Duration(jitter(float64(p.opts.MaxAge)))
	return w
}

// jitter is n, up to a tenth more or less: what is recycled must not go all at once.
func jitter(n float64) float64 { return n * (0.9 + 0.2*rand.Float64()) }

// booted is told when a worker has run its main script.
func (p *Pool) booted(w *worker) {
	if w.batch != nil && len(w.batch.like[w]) == 0 {
		p.arrived(w)
	}
}

// listening is told when a worker has listened on something, at the end of that turn.
func (p *Pool) listening(w *worker) {
	p.releaseForks(w)
	if w.batch != nil {
		if p.acceptor.joined(w, w.batch.like[w]) {
			p.arrived(w)
		}
		return
	}
	if !w.to(serving) && !(w.is(serving) && len(w.forks) > 0) { // which listen on its behalf
		return
	}
	p.acceptor.refresh(w)
	if w.fork != nil {
		if primary := p.primary; primary != nil {
			primary.pool.do(func() { primary.pool.listening(primary) })
		}
		return
	}
	s := w.slot
	s.was = true
	if !w.inPlace() {
		return
	}
	p.acceptor.release(s.held)
	s.held = nil
	if p.stop != nil || p.ready.Swap(true) {
		return
	}
	if p.opts.Sockets != nil {
		p.opts.Sockets.Ready()
	}
	if p.opts.OnReady != nil {
		p.opts.OnReady()
	}
}

// stable is how long a worker must have lived for its end not to be one of a row.
const stable = 10 * time.Second

// ended deals with the end of a worker.
func (p *Pool) ended(w *worker, e end) {
	if w.left {
		return // it was given up before
	}
	w.left = true
	w.to(ended)
	p.after(pagesKept, p.wakeAll)
	if w.fork != nil {
		p.forkEnded(w, e)
		return
	}
	s := w.slot
	s.past.add(w)
	if s.serving == w && p.stop == nil {
		s.held = append(s.held, w.held...)
		w.held = nil
	} else {
		p.releaseForks(w)
	}
	switch {
	case w.batch != nil && !w.batch.done:
		p.acceptor.lost(w, false)
		p.refuseBatch(w.batch, w, e)
	case s.serving != w && w.batch != nil:
		// New, and given up with its batch, or with the pool.
		p.acceptor.lost(w, false)
		s.remove(w)
		if e.uncaught || e.err != nil {
			p.report(w, e, "it was new, and the old one goes on")
		}
	case s.serving != w:
		p.acceptor.lost(w, false)
		s.remove(w)
		if (e.cause != nil && !p.killed()) || e.uncaught || e.err != nil {
			p.report(w, e, "while it was draining")
		}
	case p.stop != nil:
		p.acceptor.lost(w, false)
		s.serving = nil
		s.finished = true
		if e.uncaught || e.err != nil {
			p.report(w, e, "while stopping")
		}
		if p.stop.own && e.code != 0 && (e.cause == nil || e.cause.Reason != "stop") {
			p.code = e.code
		}
	case p.files != nil && len(p.acceptor.listenersOf(w)) == 0:
		p.acceptor.lost(w, false)
		s.serving = nil
		p.report(w, e, "waiting for a change of its files")
	case !s.was && s.failures == 0 && !p.anyServed():
		// The application ends before it serves: as without a pool.
		p.acceptor.lost(w, false)
		s.serving = nil
		s.finished = true
		if p.code = e.code; e.code != 0 || e.err != nil {
			p.fail = e.failure()
			if e.err != nil || e.cause != nil {
				p.report(w, e, "it has not served, and the process ends")
			}
			p.abandon()
		}
	case e.code == 0 && e.cause == nil && e.err == nil && len(p.acceptor.listenersOf(w)) == 0:
		p.acceptor.lost(w, false)
		p.acceptor.release(s.held)
		s.held = nil
		s.serving = nil
		s.finished = true
	default:
		s.held = append(s.held, p.acceptor.lost(w, true)...)
		p.restarts[e.reason()]++
		if s.next != nil {
			s.serving, s.lost = nil, true
			p.report(w, e, "a new one is on its way")
			return
		}
		p.restart(s, w, e)
	}
}

// pagesKept is a little more than how long V8 keeps the pages of a heap that has ended
// for other heaps. Then it asks one of the other isolates to give them back, whose loop
// may be asleep.
const pagesKept = 9 * time.Second

func (p *Pool) wakeAll() {
	for _, w := range p.watchers.snapshot(nil) {
		w.env.Load().Loop.Wake()
	}
}

func (p *Pool) anyServed() bool {
	for _, s := range p.slots {
		if s.was {
			return true
		}
	}
	return false
}

// abandon ends the pool with what runs still running, where the process ends.
func (p *Pool) abandon() {
	if p.opts.NoSignals {
		p.cutAll()
		return
	}
	for _, s := range p.slots {
		s.finished, s.serving, s.next, s.leaving = true, nil, nil, nil
	}
}

func (s *slot) remove(w *worker) {
	for i, o := range s.leaving {
		if o == w {
			s.leaving = append(s.leaving[:i], s.leaving[i+1:]...)
			return
		}
	}
}

const (
	firstBackOff = 100 * time.Millisecond
	maxBackOff   = 30 * time.Second
)

// restart makes a new worker in the place of one that was lost: at once, and later and
// later when it keeps failing.
func (p *Pool) restart(s *slot, w *worker, e end) {
	if time.Since(w.began) > stable {
		s.failures = 0
	}
	delay := time.Duration(0)
	if s.failures > 0 {
		delay = min(maxBackOff, firstBackOff<<min(s.failures-1, 20))
	}
	s.failures++
	s.serving = nil
	when := "a new one starts now"
	if delay > 0 {
		when = fmt.Sprintf("a new one starts in %v", delay)
	}
	p.report(w, e, when)
	p.after(delay, func() {
		if p.stop != nil {
			s.finished = true
			return
		}
		if s.serving == nil && s.next == nil && !s.finished {
			p.start(s)
		}
	})
}

// poolStops is the cause of the end of a worker that does not serve yet when the pool
// stops: where it was is of no interest.
var poolStops = node.Cause{Reason: "stop", Detail: "the pool stops", NoStack: true}

// causeOf is a cause without more to say.
func causeOf(reason, detail string) node.Cause { return node.Cause{Reason: reason, Detail: detail} }
