package workers

import (
	"fmt"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluice-http/sluice/internal/node"
)

// Watching: a goroutine looks at every worker many times a second. A turn of
// JavaScript that lasts gets a stand-in for its loop; one that lasts too long ends the
// worker.

const (
	watchStep  = 5 * time.Millisecond
	watchSleep = 50 * time.Millisecond // between looks while nobody does anything
	watchCalm  = time.Second           // without a turn, before it looks less often
	standInAt  = 10 * time.Millisecond // of a turn
	// giveUp is how long a worker that was told to end may take until it is left to
	// itself: native code does not come back.
	giveUp = time.Second
)

// watch is what the watcher knows of a worker. Only busy is for others.
type watch struct {
	busy  atomic.Bool // its JavaScript has not come back for a while
	turn  uint64
	since time.Time
	stood bool
	ended time.Time // when it was told to end
	rest  rest
}

// rest is what the watcher knows of how much a worker has to do.
type rest struct {
	since time.Time // when the count of turns was last looked at
	turn  uint64
	busy  bool      // it has had much to do, and was not tidied since
	stale time.Time // when old garbage was last looked after
	held  uint64    // bytes outside V8's heap after it was last tidied, or less
	again time.Time // when it is tidied once more, if much is held then
	wait  time.Duration
}

const (
	// restAfter is how long a worker must have had next to nothing to do to be tidied,
	// restTurns how many crossings that may be.
	restAfter = 5 * time.Second
	restTurns = 100
	// staleAfter is how old garbage may become under a load. What lives a little longer
	// than most becomes old, and V8 looks at what is old only when that has grown by
	// 16 MB: of a small application, that takes an hour.
	staleAfter = 2 * time.Minute
	// restHeld is how many more bytes outside V8's heap, those of ArrayBuffers, are worth a
	// collection after few turns: a handful of large answers leaves hundreds of MB.
	restHeld = 16 << 20
	// restLongest is how long at most a worker waits to be tidied once more while much is
	// held, there or in Go's heap. That may have been output for clients that were cut off
	// only then, and nothing that happens since tells. It waits twice as long each time.
	restLongest = time.Hour
)

// tidyIfDue gives back what a worker needed for a load that is over. V8 collects when
// somebody allocates, and would keep all of it through a quiet night.
func (r *rest) tidyIfDue(env *node.Env, v *vitals, turn uint64, now time.Time) {
	if now.Sub(r.since) < restAfter {
		return
	}
	quiet := turn-r.turn < restTurns
	var held uint64
	if h := v.heap.Load(); h != nil {
		held = max(h.External, h.ArrayBuffers)
	}
	r.held = min(r.held, held)
	r.since, r.turn = now, turn
	switch {
	case !quiet:
		if !r.busy {
			r.busy, r.stale = true, now
		}
		if now.Sub(r.stale) >= staleAfter {
			r.stale = now
			env.Post(env.CollectStale)
		}
	case r.busy || held > r.held+restHeld:
		r.busy, r.held = false, held // what is less afterwards is seen at the next look
		r.wait = restAfter
		r.tidy(env, v, now)
	case !now.Before(r.again) && max(held, goHeap()) > restHeld:
		r.wait = min(max(restAfter, 2*r.wait), restLongest)
		r.tidy(env, v, now)
	}
}

func (r *rest) tidy(env *node.Env, v *vitals, now time.Time) {
	r.again = now.Add(r.wait)
	env.Post(func() {
		env.Tidy()
		v.readHeap(env)
		go debug.FreeOSMemory()
	})
}

// goHeap is what Go's heap holds, garbage and all.
func goHeap() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

type watchers struct {
	mu  sync.Mutex
	all []*worker
}

// Add begins to watch a worker.
func (ws *watchers) Add(w *worker) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.all = append(ws.all, w)
}

func (ws *watchers) remove(w *worker) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.all = slices.DeleteFunc(ws.all, func(o *worker) bool { return o == w })
}

func (ws *watchers) snapshot(into []*worker) []*worker {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return append(into[:0], ws.all...)
}

// start begins to watch; the function that it returns ends it.
func (ws *watchers) start(p *Pool) (stop func()) {
	done := make(chan struct{})
	go func() {
		var all []*worker
		active := time.Now()
		for {
			step := watchStep
			if time.Since(active) > watchCalm {
				step = watchSleep
			}
			select {
			case <-done:
				return
			case <-time.After(step):
			}
			now := time.Now()
			all = ws.snapshot(all)
			for _, w := range all {
				if w.look(p, now) {
					active = now
				}
			}
			clear(all)
		}
	}()
	return func() { close(done) }
}

// look looks at one worker and reports whether it has done anything.
func (w *worker) look(p *Pool, now time.Time) bool {
	env := w.env.Load()
	turn, lasts := env.Turn()
	if w.is(serving) || w.is(draining) {
		w.vitals.look(env, now)
	}
	if w.watch.turn != turn || !lasts {
		// A sample alone does not count: who is asked how he fares is not busy for that.
		active := w.watch.turn != turn && turn != w.vitals.turn
		w.watch.turn, w.watch.since, w.watch.stood = turn, now, false
		if w.watch.busy.Load() {
			w.watch.busy.Store(false)
		}
		w.recycleIfDue(p, env, now)
		w.watch.rest.tidyIfDue(env, &w.vitals, turn, now)
		return active
	}
	lasted := now.Sub(w.watch.since)
	if lasted >= standInAt && !w.watch.stood {
		w.watch.stood = true
		w.watch.busy.Store(true)
		go env.StandIn(turn)
	}
	if p.opts.HangTimeout > 0 && lasted >= p.opts.HangTimeout && w.watch.ended.IsZero() {
		w.watch.ended = now
		w.cut(causeOf("hang", fmt.Sprintf("JavaScript has not come back to its loop for %v", p.opts.HangTimeout)))
	}
	if w.is(ending) {
		if w.watch.ended.IsZero() {
			w.watch.ended = now
		}
		if now.Sub(w.watch.ended) > giveUp {
			p.giveUp(w, env)
		}
	}
	return true
}

// giveUp leaves a worker to itself that does not end: native code holds it. Its
// connections close; its thread ends when the call returns.
func (p *Pool) giveUp(w *worker, env *node.Env) {
	if !env.Shed() {
		return // tried again
	}
	p.watchers.remove(w)
	c := env.Ended()
	go p.do(func() { p.ended(w, end{code: 1, cause: c}) })
}

func (w *worker) recycleIfDue(p *Pool, env *node.Env, now time.Time) {
	due, cause := "", ""
	switch {
	case !w.is(serving) || w.recycled.Load():
	case w.maxRequests > 0 && w.served(env) >= w.maxRequests:
		due, cause = fmt.Sprintf("after %d requests", w.served(env)), "max_requests"
	case w.maxAge > 0 && now.Sub(w.began) >= w.maxAge:
		due, cause = fmt.Sprintf("after %v", now.Sub(w.began).Round(time.Second)), "max_age"
	}
	if due != "" {
		go p.do(func() { p.recycle(w, due, cause) })
	}
}
