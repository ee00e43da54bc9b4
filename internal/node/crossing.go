package node

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluice-http/sluice/internal/loop"
)

// crossing is the turnstile between Go and JavaScript. Who holds it has the loop and
// all of the environment that is Go's.
//
// While a turn of JavaScript lasts, the environment's thread cannot look after its
// connections. Then a stand-in does, on another goroutine, between the calls that
// JavaScript makes of native functions. What needs the isolate waits.
type crossing struct {
	mu    sync.Mutex
	turns atomic.Uint64 // odd: in JavaScript
}

// Leave implements v8.Turnstile.
func (c *crossing) Leave() {
	c.turns.Add(1)
	c.mu.Unlock()
}

// Enter implements v8.Turnstile.
func (c *crossing) Enter() {
	c.mu.Lock()
	c.turns.Add(1)
}

// Call implements v8.Turnstile.
func (c *crossing) Call() { c.mu.Lock() }

// Return implements v8.Turnstile.
func (c *crossing) Return() { c.mu.Unlock() }

// Turn is the number of the environment's last turn of JavaScript and whether it
// lasts. Any goroutine may ask.
func (env *Env) Turn() (n uint64, lasts bool) {
	n = env.crossing.turns.Load()
	return n, n&1 == 1
}

// Blocking runs f, which may take long and touches nothing of the environment, in a
// native function: others may have the loop meanwhile.
func (env *Env) Blocking(f func()) {
	if env.host != nil {
		env.crossing.Return()
		defer env.crossing.Call()
	}
	f()
}

const (
	standInWait  = 20      // milliseconds between two looks at whether the turn lasts
	standInQueue = 8 << 20 // bytes that may wait for JavaScript before a stand-in rests
	stuckAfter   = 100 * time.Millisecond
)

// StandIn does the loop's work while turn n of JavaScript lasts: it accepts, reads,
// parses, answers what needs no JavaScript and keeps deadlines. It returns when the
// turn is over.
func (env *Env) StandIn(n uint64) {
	var w loop.Watch
	began := time.Now()
	for env.crossing.turns.Load() == n {
		if env.overfull.Load() {
			time.Sleep(standInWait * time.Millisecond)
		} else {
			env.Loop.Watch(&w, standInWait)
		}
		if !env.standInStep(n, &w, time.Since(began) > stuckAfter) {
			return
		}
	}
}

func (env *Env) standInStep(n uint64, w *loop.Watch, stuck bool) bool {
	env.crossing.mu.Lock()
	defer env.crossing.mu.Unlock()
	if env.crossing.turns.Load() != n || env.closed {
		return false
	}
	full := env.Queue.Size() > standInQueue
	env.overfull.Store(full)
	if full {
		return true
	}
	env.standing, env.stuck = true, stuck
	env.Loop.Handle(w)
	env.tell()
	for _, f := range env.onIO {
		f()
	}
	env.tell()
	env.standing, env.stuck = false, false
	return true
}

// Stuck reports whether a stand-in has had the loop for so long that what JavaScript
// would say to a peer that breaks the rules is said without it.
func (env *Env) Stuck() bool { return env.stuck }

// Standing reports whether a stand-in has the loop: JavaScript will see what is
// queued now later than usual. Whoever reads without end must stop then.
func (env *Env) Standing() bool { return env.standing }
