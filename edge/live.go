package edge

import (
	"sync"
	"sync/atomic"

	"github.com/sluice-http/sluice/http1/http1net"
)

// Live is an engine that may be replaced by another while it serves. Every exchange
// stays with the engine that it began with, and an engine that was replaced is closed
// when the last of its exchanges is done. Its methods may be called by several
// goroutines.
type Live struct{ current atomic.Pointer[Engine] }

// NewLive makes a Live with its first engine.
func NewLive(e *Engine) *Live {
	l := &Live{}
	l.current.Store(e)
	return l
}

// Engine is the present engine.
func (l *Live) Engine() *Engine { return l.current.Load() }

// Begin is Engine.Begin of the present engine, which is then there until Exchange.Done.
func (l *Live) Begin(x *Exchange) {
	x.live = true
	b := x.Batch
	if b == nil {
		l.enter(x.Worker).Begin(x)
		return
	}
	// While the batch has the engine it needs not know each exchange at once.
	if b.engine == nil || b.engine != l.current.Load() {
		b.hold(l.enter(x.Worker), x.Worker)
	}
	b.began++
	b.engine.Begin(x)
}

// enter is the present engine, which is there until leave.
func (l *Live) enter(worker int) *Engine {
	for {
		e := l.current.Load()
		e.users.enter(worker)
		if l.current.Load() == e {
			return e
		}
		// It was replaced in between, and may be closed by now.
		e.leave(worker, 1)
	}
}

// Handler is Engine.Handler, with whatever engine is the present one.
func (l *Live) Handler(next http1net.Handler) http1net.Handler {
	return &handler{engine: l, next: next}
}

// Swap makes e the engine of the exchanges that begin from now on.
func (l *Live) Swap(e *Engine) { l.current.Swap(e).retire() }

// Close closes the engine without another in its place, when its exchanges are done:
// nothing may begin any more.
func (l *Live) Close() { l.current.Load().retire() }

func (e *Engine) retire() {
	e.users.retired.Store(true)
	e.closeIfUnused()
}

// users counts the exchanges of an engine that may be replaced: those that began and
// those that are done, apart for a few groups of workers, which then do not wait for
// each other.
type users struct {
	groups  [8]group
	retired atomic.Bool // no further one begins
	close   sync.Once
}

type group struct{ began, done padded }

// padded is a counter with a cache line for itself.
type padded struct {
	atomic.Uint64
	_ [56]byte
}

func (u *users) of(worker int) *group { return &u.groups[uint(worker)%uint(len(u.groups))] }

func (u *users) enter(worker int) { u.of(worker).began.Add(1) }

// count is how many are under way. Once retired is set, 0 is final: what is done is
// read first, so what began later is never missed.
func (u *users) count() (n int64) {
	for i := range u.groups {
		n -= int64(u.groups[i].done.Load())
	}
	for i := range u.groups {
		n += int64(u.groups[i].began.Load())
	}
	return n
}

// leave says that n exchanges are done.
func (e *Engine) leave(worker int, n uint64) {
	e.users.of(worker).done.Add(n)
	if e.users.retired.Load() {
		e.closeIfUnused()
	}
}

func (e *Engine) closeIfUnused() {
	if e.users.count() == 0 {
		// Elsewhere: this may be the thread that serves all connections of a worker.
		e.users.close.Do(func() { go func() { _ = e.Close() }() })
	}
}
