// Package loop is the event loop of one thread: readiness of file descriptors by
// epoll, work posted by other goroutines, deadlines, and the phases of libuv's loop
// as far as an application can see them.
//
// A Loop runs on the goroutine that calls Poll; everything but Post, PostIO and Wake
// must be called there. While that goroutine does something long, another may stand
// in for it with Watch and Handle; the two agree who has the loop (see node.Env).
package loop

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// Events is a set of readiness conditions.
type Events uint32

// Readiness conditions.
const (
	Readable Events = 1 << iota
	Writable
	// Hangup says that the peer is gone: reading will show why.
	Hangup
)

// Handler is told that its file descriptor is ready. It runs on the loop's thread
// and must not block.
type Handler interface {
	Ready(ev Events)
}

// Loop is one event loop. Make it with New.
type Loop struct {
	poller
	start time.Time
	now   int64 // milliseconds since start, updated once a turn

	mu     sync.Mutex
	posted []func()
	woken  atomic.Bool
	spare  []func()
	io     []func() // posted by PostIO
	hasIO  atomic.Bool
	closed bool

	refs    int // handles and requests that keep the loop alive
	pending atomic.Int64

	deadlines wheel

	gaveWay int64         // when it gave way last, or need not have, by now
	idled   time.Duration // slept in all until then
}

// wayEvery is how many milliseconds a busy loop runs until it gives way. See giveWay.
const wayEvery = 8

// New makes a loop.
func New() (*Loop, error) {
	l := &Loop{start: time.Now()}
	if err := l.poller.init(); err != nil {
		return nil, err
	}
	l.deadlines.init()
	return l, nil
}

// Close frees what the loop holds of the operating system. What is posted from then
// on is dropped.
func (l *Loop) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		l.posted, l.io = nil, nil
		l.poller.close()
	}
}

// Now is the loop's time in milliseconds since it was made. It moves once a turn
// and by UpdateNow, as libuv's.
func (l *Loop) Now() int64 { return l.now }

// Idle is how long the loop has slept in all.
func (l *Loop) Idle() time.Duration { return time.Duration(l.poller.idle.Load()) }

// Slept is Idle with the sleep that lasts, and whether one does. Safe for use from any
// goroutine.
func (l *Loop) Slept() (total time.Duration, now bool) { return l.poller.slept() }

// UpdateNow reads the clock.
func (l *Loop) UpdateNow() int64 {
	l.now = int64(time.Since(l.start) / time.Millisecond)
	return l.now
}

// ClockBase is what the system's monotonic clock showed, in milliseconds, when the loop's was 0:
// for code outside of Go that needs the loop's time between two turns.
func (l *Loop) ClockBase() float64 {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		return 0
	}
	return float64(now.Nano()-time.Since(l.start).Nanoseconds()) / 1e6
}

// Ref keeps the loop alive until a matching Unref.
func (l *Loop) Ref() { l.refs++ }

// Unref takes back one Ref.
func (l *Loop) Unref() { l.refs-- }

// Alive reports whether a referenced handle or request is left, or work was posted.
func (l *Loop) Alive() bool { return l.refs > 0 || l.woken.Load() }

// Post makes f run on the loop's thread in its next turn. Safe for use from any
// goroutine. Posted functions run in order; one wake-up serves many. After Close
// nothing runs.
func (l *Loop) Post(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.posted = append(l.posted, f)
	if !l.woken.Swap(true) {
		l.poller.wake()
	}
}

// PostIO is Post for functions that do what handlers of readiness do, and no more:
// a stand-in runs them too. It reports whether the loop is there to run f.
func (l *Loop) PostIO(f func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.io = append(l.io, f)
	if !l.hasIO.Swap(true) {
		l.poller.wake()
	}
	return true
}

// Wake ends a wait that is under way, or the next one. Safe for use from any goroutine.
func (l *Loop) Wake() { l.Post(func() {}) }

func (l *Loop) runIO() {
	if !l.hasIO.Load() {
		return
	}
	l.mu.Lock()
	l.hasIO.Store(false)
	work := l.io
	l.io = nil
	l.mu.Unlock()
	for _, f := range work {
		f()
	}
}

// RunPosted runs what was posted until now and reports whether there was anything.
func (l *Loop) RunPosted() bool {
	if !l.woken.Load() {
		return false
	}
	work := l.takePosted()
	l.run(work)
	return len(work) > 0
}

func (l *Loop) takePosted() []func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.woken.Store(false)
	work := l.posted
	l.posted, l.spare = l.spare, nil
	return work
}

func (l *Loop) run(work []func()) {
	for i, f := range work {
		f()
		work[i] = nil
	}
	l.spare = work[:0]
}

// giveWay lets Go's scheduler have the goroutine for a moment, before the scheduler's
// monitor takes it. The loop's system calls are none for the scheduler, and its way
// through JavaScript is one long one: a loop that is busy looks as if it never came back.
// After 10 ms the monitor interrupts it with signals, takes its processor away while
// JavaScript runs, and looks every 70 µs whether that has helped, instead of every 10 ms.
// A loop that does next to nothing sleeps for longer than that, and needs none of this.
func (l *Loop) giveWay() {
	if l.wayIsDue() {
		runtime.Gosched()
	}
}

func (l *Loop) wayIsDue() bool {
	since := l.now - l.gaveWay
	if since < wayEvery {
		return false
	}
	idled := l.Idle()
	busy := idled-l.idled < time.Duration(since)*time.Millisecond*7/8
	l.gaveWay, l.idled = l.now, idled
	return busy
}

// Poll waits for readiness at most timeout milliseconds (negative: for ever),
// runs the handlers of what is ready, then posted work and expired deadlines.
func (l *Loop) Poll(timeout int64) error {
	l.giveWay()
	if l.woken.Load() || l.hasIO.Load() {
		timeout = 0
	} else if d := l.deadlines.next(l.now); d >= 0 && (timeout < 0 || d < timeout) {
		timeout = d
	}
	err := l.poller.wait(timeout)
	l.UpdateNow()
	l.runIO()
	if l.woken.Load() {
		work := l.takePosted()
		// What the system had to tell before the work was posted comes first: that a
		// child's pipe has ended, before its end.
		if err == nil {
			err = l.poller.wait(0)
		}
		l.run(work)
	}
	l.deadlines.advance(l.now)
	return err
}

// A Watch is the buffer of a stand-in.
type Watch struct{ batch batch }

// Watch waits like Poll, at most timeout milliseconds, and does nothing else: it needs
// nothing of the loop that its own goroutine uses. Handle is to follow.
func (l *Loop) Watch(w *Watch, timeout int64) { w.batch.n = l.poller.watch(&w.batch, timeout) }

// Handle does what Poll does after its wait, with what Watch brought, but leaves work
// that was posted by Post. The caller must have the loop.
func (l *Loop) Handle(w *Watch) {
	l.poller.dispatch(&w.batch)
	w.batch.n = 0
	l.UpdateNow()
	l.runIO()
	l.deadlines.advance(l.now)
}
