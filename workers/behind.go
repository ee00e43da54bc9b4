package workers

import (
	"slices"

	"github.com/sluice-http/sluice/internal/node"
	nodehttp "github.com/sluice-http/sluice/internal/node/http"
)

// Applications that use cluster behind the edge. A worker that forks before it serves
// yields its place to its forks: they are members of the listeners of the pool that it
// belongs to, and for that pool a part of it, in what is counted, in when it is ready,
// and when it drains. A fork's primary is that worker; primary.forks and primary.held
// are the goroutine's of its pool.

// yields is the worker whose environment is about to fork, when its forks are to stand
// behind the edge in its place. It runs on the environment's thread.
func yields(parent *node.Env) *worker {
	h, ok := parent.Host().(host)
	if !ok || h.w.fork != nil || h.w.front.Load() == nil || !nodehttp.Of(parent).YieldEdge() {
		return nil
	}
	return h.w
}

// standBehind makes the pool's workers forks of primary, behind its edge.
func (p *Pool) standBehind(primary *worker) {
	p.acceptor.close()
	p.primary, p.acceptor = primary, primary.pool.acceptor
}

// forked tells the pool of a worker's new fork.
func (p *Pool) forked(primary, fork *worker) {
	primary.forks = append(primary.forks, fork)
	primary.tellForks()
	if !primary.is(starting) && !primary.is(serving) {
		fork.cut(bySignal)
	}
}

// forkGone tells the pool that a worker's fork has ended. What it listened on stays open
// for another fork of the worker, or of the one that takes its place.
func (p *Pool) forkGone(primary, fork *worker, held []*listener) {
	for i, f := range primary.forks {
		if f == fork {
			primary.forks = append(primary.forks[:i:i], primary.forks[i+1:]...)
			primary.tellForks()
			if env := fork.env.Load(); env != nil {
				primary.forksServed.Add(env.Work.Served.Load())
			}
			break
		}
	}
	s := primary.slot
	s.past.add(fork)
	switch {
	case p.stop != nil || s.finished:
		p.acceptor.release(held)
	case !primary.left && (primary.is(starting) || primary.is(serving) || s.serving == primary):
		// It may be ending already: who takes its place gets it from there.
		primary.held = append(primary.held, held...)
	case s.serving == nil || s.serving.is(starting):
		s.held = append(s.held, held...)
	default:
		p.acceptor.release(held)
	}
}

// releaseForks gives up what is held open for a worker's forks.
func (p *Pool) releaseForks(primary *worker) {
	p.acceptor.release(primary.held)
	primary.held = nil
}

// tellForks lets the watcher see which forks there are.
func (w *worker) tellForks() {
	forks := slices.Clone(w.forks)
	w.forksNow.Store(&forks)
}

// served is how many requests the worker has served, and its forks behind the edge. While
// one of these goes, its requests are not counted for a moment.
func (w *worker) served(env *node.Env) int64 {
	n := env.Work.Served.Load() + w.forksServed.Load()
	if forks := w.forksNow.Load(); forks != nil {
		for _, f := range *forks {
			if env := f.env.Load(); env != nil {
				n += env.Work.Served.Load()
			}
		}
	}
	return n
}

// family is the worker and its forks behind the edge.
func (w *worker) family() []*worker {
	if len(w.forks) == 0 {
		return []*worker{w}
	}
	return append([]*worker{w}, w.forks...)
}

// inPlace says whether requests reach it: where it has yielded, one of its forks.
func (w *worker) inPlace() bool {
	return len(w.forks) == 0 || slices.ContainsFunc(w.forks, func(f *worker) bool { return f.is(serving) })
}

// each runs f on the loops of the worker and of its forks.
func (w *worker) each(f func(env *node.Env)) {
	for _, o := range w.family() {
		if env := o.env.Load(); env != nil {
			env.Loop.PostIO(func() { f(env) })
		}
	}
}

// of says whether the member is the worker's, or one of its forks' behind the edge.
func (m *member) of(w *worker) bool { return m.w == w || m.w.primary == w }

// add adds what a fork has to what is told of its primary.
func (ws *WorkerStats) add(fork WorkerStats) {
	ws.Connections += fork.Connections
	ws.Active += fork.Active
	ws.Upgraded += fork.Upgraded
	ws.Requests += fork.Requests
	ws.Waiting += fork.Waiting
	ws.Served += fork.Served
	ws.Stuck = ws.Stuck || fork.Stuck
	ws.Delay, ws.Busy = max(ws.Delay, fork.Delay), max(ws.Busy, fork.Busy)
	ws.Heap.Used += fork.Heap.Used
	ws.Heap.Total += fork.Heap.Total
	ws.Heap.Limit += fork.Heap.Limit
	ws.Heap.External += fork.Heap.External
	ws.Heap.ArrayBuffers += fork.Heap.ArrayBuffers
}
