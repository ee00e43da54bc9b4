package workers

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/sluice-http/sluice/internal/node"
	nodehttp "github.com/sluice-http/sluice/internal/node/http"
	"golang.org/x/sys/unix"
)

// worker is one life of one worker: an environment and its thread.
type worker struct {
	pool  *Pool
	slot  *slot
	batch *batch // it is to replace others; nil when it has, or was not to
	began time.Time
	state atomic.Int32
	env   atomic.Pointer[node.Env]

	application node.Options
	front       atomic.Pointer[nodehttp.Edge] // nil: the application is its own front
	fork        *forked                       // it is a worker of cluster
	primary     *worker                       // of a fork behind the edge: who has forked it
	forks       []*worker                     // behind the edge
	held        []*listener                   // for forks that are to come
	signal      atomic.Int32                  // that ended it, or will

	uncaught atomic.Bool
	said     string // of the exception; the worker's goroutine's
	left     bool   // its end was dealt with; the pool's goroutine's

	// Of its listeners; guarded by the acceptor's lock.
	members []*member
	anyPort map[string]int

	maxRequests int64
	forksNow    atomic.Pointer[[]*worker] // forks, for the watcher
	forksServed atomic.Int64              // the requests of those that have gone
	maxAge      time.Duration
	recycled    atomic.Bool // it has done its share: that is told once
	watch       watch
	vitals      vitals
	over        atomic.Int64 // how long it has lived, in nanoseconds, when it has ended
}

// end is how a worker ended.
type end struct {
	code     int
	cause    *node.Cause
	uncaught bool
	report   string // what was written of the exception
	err      error
}

func (e end) String() string {
	switch {
	case e.err != nil:
		return e.err.Error()
	case e.cause != nil:
		text := e.cause.Reason
		if e.cause.Detail != "" {
			text += ": " + e.cause.Detail
		}
		return text
	case e.uncaught:
		return fmt.Sprintf("uncaught exception (exit code %d)", e.code)
	}
	return fmt.Sprintf("it exited with code %d", e.code)
}

// Failure is an end that the application has come to before it served, or new code of it.
type Failure struct {
	Code   int    // the exit code
	Reason string // one line
	Report string // what the exception or the stack says; may be empty
}

// Error implements error.
func (f *Failure) Error() string { return f.Reason }

func (e end) failure() *Failure {
	f := &Failure{Code: e.code, Reason: e.String(), Report: e.report}
	if e.cause != nil {
		f.Report = e.cause.Stack
	}
	return f
}

// run is the worker's goroutine.
func (w *worker) run() {
	// It ends locked to its thread, which ends with it: the Go runtime would keep the thread.
	runtime.LockOSThread()
	e := w.live()
	if w.primary != nil {
		pool, held := w.primary.pool, w.pool.acceptor.lost(w, true)
		pool.do(func() { pool.forkGone(w.primary, w, held) })
	}
	w.pool.do(func() { w.pool.ended(w, e) })
	// What it held goes back to the system now: the next collection may be minutes away.
	debug.FreeOSMemory()
}

func (w *worker) live() (e end) {
	defer func() {
		if r := recover(); r != nil {
			e.err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	o := w.application
	o.Host = host{w}
	env, err := w.environment(o)
	if err != nil {
		return end{code: 1, err: err}
	}
	w.env.Store(env)
	w.pool.watchers.Add(w)
	if err := w.edge(env); err != nil {
		w.pool.watchers.remove(w)
		env.Close()
		return end{code: 1, err: err}
	}
	if w.signal.Load() != 0 {
		w.cut(bySignal)
	} else if w.is(ending) {
		env.End(causeOf("stop", "it was told to end before it began"))
	}
	env.Post(func() { w.pool.do(func() { w.pool.booted(w) }) })
	code := env.Run()
	w.to(ending)
	w.pool.watchers.remove(w)
	w.vitals.readHeap(env)
	w.over.Store(int64(time.Since(w.began)))
	e = end{code: code, cause: env.Ended(), uncaught: w.uncaught.Load(), report: w.said}
	env.Close()
	return e
}

// environment makes the environment, with an isolate where there is something to run in it.
func (w *worker) environment(o node.Options) (*node.Env, error) {
	if w.bare() {
		return node.NewBare(o)
	}
	return node.New(o)
}

// bare says that the edge answers alone.
func (w *worker) bare() bool { return w.front.Load() != nil && w.application.Script == "" }

// edge puts the edge in front of the application. Where there is none it listens now.
func (w *worker) edge(env *node.Env) error {
	e := w.front.Load()
	if e == nil {
		return nil
	}
	h := nodehttp.Of(env)
	h.UseEdge(e)
	if w.primary != nil {
		h.StandFor(w.primary.slot.id)
	}
	if w.bare() {
		return h.JoinEdge()
	}
	return nil
}

// connections is how many connections it and its forks have, and how many of them left HTTP.
func (w *worker) connections() (all, upgraded int64) {
	for _, o := range w.family() {
		if env := o.env.Load(); env != nil {
			all += env.Work.Connections.Load()
			upgraded += env.Work.Upgraded.Load()
		}
	}
	return all, upgraded
}

func (w *worker) requests() (n int64) {
	for _, o := range w.family() {
		if env := o.env.Load(); env != nil {
			n += env.Work.Requests.Load()
		}
	}
	return n
}

// cut ends the worker, whatever it does.
func (w *worker) cut(c node.Cause) {
	w.to(ending)
	if env := w.env.Load(); env != nil {
		env.End(c)
	}
}

// host is the pool as a worker's environment sees it.
type host struct{ w *worker }

var _ node.Host = host{}

// Worker implements node.Host.
func (h host) Worker() node.WorkerInfo { return node.WorkerInfo{ID: h.w.slot.id} }

// Loaded implements node.Host.
func (h host) Loaded(path string) {
	if f := h.w.pool.files; f != nil {
		f.add(path)
	}
}

// Uncaught implements node.Host.
func (h host) Uncaught(report string) {
	h.w.said = report
	h.w.uncaught.Store(true)
}

// Listen implements node.Host.
func (h host) Listen(r node.ListenRequest) (node.Listener, error) {
	w := h.w
	m, err := w.pool.acceptor.join(w, r)
	if err != nil {
		return nil, err
	}
	// Later in this turn it may listen on more: it is ready when the turn is over.
	w.env.Load().Post(func() { w.pool.do(func() { w.pool.listening(w) }) })
	return m, nil
}

// closeAll closes connections that nobody took.
func closeAll(fds []int) {
	for _, fd := range fds {
		_ = unix.Close(fd)
	}
}
