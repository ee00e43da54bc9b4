package node

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/sluice-http/sluice/internal/v8"
)

// exitEnded is what Run returns when somebody else ended the environment.
const exitEnded = 7

// Cause is why an environment was ended from outside of its application.
type Cause struct {
	Reason string // "hang", "heap", …: see package workers
	Detail string
	// NoStack says that it does not matter where the JavaScript was.
	NoStack bool
	Stack   string // the JavaScript that ran, one frame a line; may be empty
}

// interrupts are the ends that come from outside.
type interrupts struct {
	cause   atomic.Pointer[Cause] // set once
	pending atomic.Pointer[Cause] // the stack is still to be taken
	over    chan struct{}         // closed when the cause is set
}

// End ends the environment, whatever its JavaScript does, and notes where it was. Any
// goroutine may call it; the first call counts.
func (env *Env) End(c Cause) {
	if !env.interrupts.pending.CompareAndSwap(nil, &c) {
		return
	}
	if _, lasts := env.Turn(); !lasts || c.NoStack {
		env.endNow(c)
		return
	}
	env.Isolate.RequestInterrupt(0)
	// Where JavaScript does not reach a point at which it can be interrupted, or none
	// runs, there will be no stack.
	time.AfterFunc(stackWait, func() { env.endNow(c) })
}

// stackWait is how long an end waits for the stack.
const stackWait = 500 * time.Millisecond

func (env *Env) endNow(c Cause) {
	if !env.interrupts.cause.CompareAndSwap(nil, &c) {
		return
	}
	close(env.interrupts.over)
	env.terminate()
	env.Loop.Post(func() { env.exiting = true })
}

// interrupted runs on the environment's thread, inside JavaScript.
func (env *Env) interrupted(uint64) {
	c := env.interrupts.pending.Load()
	if c == nil {
		return
	}
	withStack := *c
	withStack.Stack = env.Isolate.StackTrace()
	env.endNow(withStack)
}

// Ended is why the environment was ended; nil while it was not.
func (env *Env) Ended() *Cause { return env.interrupts.cause.Load() }

// Ending is closed when somebody ends the environment: a native function that waits for
// something else must not wait any longer.
func (env *Env) Ending() <-chan struct{} { return env.interrupts.over }

// heapReserve is what an isolate gets beyond its limit, to come to its end.
const heapReserve = 32 << 20

// nearHeapLimit is called inside a garbage collection: it may not touch the heap.
func (env *Env) nearHeapLimit(current, initial uint64) uint64 {
	if env.interrupts.pending.Load() == nil {
		env.End(Cause{Reason: "heap", Detail: fmt.Sprintf("it reached its limit of %d MB", initial>>20)})
	}
	return current + heapReserve
}

// overTotal is called when heap and ArrayBuffers together have reached their limit.
func (env *Env) overTotal(collecting bool) {
	c := Cause{Reason: "heap", Detail: fmt.Sprintf("it reached its limit of %d MB, %d MB of it ArrayBuffers", env.Options.MaxTotal>>20, env.Isolate.HeapStats().ArrayBuffers>>20)}
	if collecting {
		env.End(c)
		return
	}
	// The stack is here, and not where the RangeError would be dealt with.
	env.interrupts.pending.CompareAndSwap(nil, &c)
	env.interrupted(0)
}

// Stop ends the loop after its turn, as if nothing kept it alive: 'exit' is emitted.
// It must be called on the loop's thread.
func (env *Env) Stop() { env.stopping = true }

// Shed gives up the environment's connections because its JavaScript does not come
// back. Any goroutine may call it; it fails when native code holds the loop.
func (env *Env) Shed() bool {
	if !env.crossing.mu.TryLock() {
		return false
	}
	defer env.crossing.mu.Unlock()
	env.shed()
	return true
}

func (env *Env) shed() {
	if env.closed {
		return
	}
	env.closed = true
	for _, f := range env.atExit {
		f()
	}
	env.tell()
	env.descriptors.closeAll()
}

var _ v8.Turnstile = (*crossing)(nil)
