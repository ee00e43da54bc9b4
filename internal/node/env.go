// Package node is the environment that one isolate runs Node's modules in: the
// event loop's phases, native callbacks and their completion, the exit of the
// process. The modules themselves are in the folders below it.
package node

import (
	"fmt"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/internal/loop"
	"github.com/sluice-http/sluice/internal/v8"
)

// Module is the native half of a builtin module.
type Module struct {
	// Name is the name for internalBinding.
	Name string
	// New makes the functions for one environment, on the first use of the binding.
	New func(env *Env) map[string]v8.Func
}

// Options say what an environment runs.
type Options struct {
	ExecPath string   // process.execPath
	Argv0    string   // process.argv0
	ExecArgv []string // options before the script, as given
	Script   string   // the main module, as given; empty: none
	Args     []string // what follows the script
	Flags    Flags

	Modules []Module
	Builtin func(id string) (source string, cache []byte, ok bool)
	// BuiltinIDs lists all builtins.
	BuiltinIDs func() []string
	// KeepBuiltins is v8.Options.KeepBuiltins.
	KeepBuiltins bool

	MaxOldSpace uint64 // bytes; 0: V8's default
	MaxTotal    uint64 // bytes of heap and ArrayBuffers together; 0: no limit

	// MaxWaiting is how many requests may wait for JavaScript; more are refused with
	// 503. 0: no limit.
	MaxWaiting int

	// Guard bounds what slow peers of HTTP servers may cost.
	Guard Guard

	// Tally counts the requests of HTTP servers and what became of them; nil: nobody does.
	Tally *tally.Route

	// Forker makes further environments in this process, for cluster; nil: there are none.
	Forker Forker
	// Fork says what this environment was made by Forker as; nil: it was not.
	Fork *Forked

	// Embedding is what stands for the process in a Go program; nil: the process is the
	// application's own.
	Embedding *Embedding

	// Host is who runs this environment beside others; nil when it is alone in the process.
	Host Host
}

// Guard bounds what peers of HTTP servers may cost that do not read what they are sent,
// or that send or read slowly. 0 is no limit, as in Node.
type Guard struct {
	Buffered      int           // bytes that wait for one peer; beyond it the connection is cut
	BufferedInAll int           // bytes that wait for all; beyond it the one with most is cut
	WriteTimeout  time.Duration // how long a peer may take nothing of what waits for it
	MinRate       int           // bytes a second that a peer must send of a body, or read
}

// Flags are Node's command line options, by name without the leading dashes.
// A boolean option is "true" or "false"; one that may be repeated has several values.
type Flags map[string][]string

// Env is the environment of one isolate. All methods but Post must be called on its thread.
type Env struct {
	Isolate *v8.Isolate
	Loop    *loop.Loop
	Queue   *v8.Queue
	Options Options

	// Work is what the environment has to do, for who gives it more.
	Work Work

	waits       int64     // requests that JavaScript has not seen yet
	waitsSince  time.Time // when the first of them came
	counts      counts
	crossing    crossing
	descriptors descriptors
	signals     signalListeners
	host        Host
	interrupts  interrupts
	onIO        []func()
	onDrain     []func()
	onCut       []func(upgraded bool)
	standing    bool        // a stand-in has the loop
	stuck       bool        // and has had it for long
	lastError   string      // that was written by writeError
	overfull    atomic.Bool // more waits for JavaScript than a stand-in may add to
	stopping    bool
	closed      bool // what it had of the system was given back
	cwd         string

	shared     *v8.Shared // memory of nobody's without an isolate
	afterTurn  []func()
	closing    []pendingCall
	closers    []Closer
	held       []heldSource
	slots      map[any]any
	endTurn    []func()
	atExit     []func()
	requests   int // work that Go started and that has not called back
	exiting    bool
	exitCode   int
	eventKinds map[string]int32
}

type pendingCall struct {
	cb   v8.Callback
	args []any
}

// New makes the isolate and the loop, on the calling goroutine's thread.
func New(o Options) (*Env, error) {
	env := newEnv(o)
	opts := v8.Options{Builtin: o.Builtin, MaxOldSpace: o.MaxOldSpace, MaxTotal: o.MaxTotal, KeepBuiltins: o.KeepBuiltins}
	startDirectory()
	if o.Host != nil {
		opts.Turnstile = &env.crossing
		opts.NearHeapLimit = env.nearHeapLimit
		opts.OverTotal = env.overTotal
		opts.Interrupt = env.interrupted
		env.crossing.Call() // Go has it until JavaScript runs
	}
	iso, err := v8.New(opts)
	if err != nil {
		return nil, err
	}
	l, err := loop.New()
	if err != nil {
		iso.Dispose()
		return nil, err
	}
	env.Isolate, env.Loop, env.Queue, env.shared = iso, l, iso.NewQueue(), iso.Shared()
	env.shared.ClockBase = l.ClockBase()
	for _, m := range append([]Module{coreModule}, o.Modules...) {
		iso.Bind(m.Name, func() map[string]v8.Func { return m.New(env) })
	}
	env.ownStdio()
	return env, nil
}

func newEnv(o Options) *Env {
	env := &Env{Options: o, host: o.Host, eventKinds: map[string]int32{}, slots: map[any]any{}}
	env.interrupts.over = make(chan struct{})
	return env
}

// NewBare makes an environment without an isolate: a loop whose connections Go alone
// answers. Isolate is nil, what is queued for JavaScript is forgotten, and Script and
// what belongs to it do not count.
func NewBare(o Options) (*Env, error) {
	l, err := loop.New()
	if err != nil {
		return nil, err
	}
	env := newEnv(o)
	env.Loop, env.Queue, env.shared = l, v8.NewQueue(), &v8.Shared{}
	if o.Host != nil {
		env.crossing.Call() // for good: there is no turn of JavaScript in which others may have it
	}
	return env, nil
}

// Close frees isolate and loop.
func (env *Env) Close() {
	env.shed()
	if env.host != nil {
		env.crossing.Return() // a stand-in that waits for the loop goes
	}
	if env.Isolate != nil {
		env.Isolate.Dispose()
	}
	env.Loop.Close()
}

// Post makes f run on the loop's thread. Safe for use from any goroutine.
func (env *Env) Post(f func()) { env.Loop.Post(f) }

// Go runs work on a goroutine of its own and then calls cb(err, value) in a later
// turn. The loop stays alive meanwhile. A panic in work becomes an error.
func (env *Env) Go(cb v8.Callback, work func() (any, error)) {
	env.Loop.Ref()
	env.requests++
	go func() {
		value, err := guard(work)
		env.Loop.Post(func() {
			env.Loop.Unref()
			env.requests--
			env.Done(cb, value, err)
		})
	}()
}

// Requests is how many pieces of work are under way that Go started.
func (env *Env) Requests() int { return env.requests }

// Done queues the call cb(err, value) for this turn.
func (env *Env) Done(cb v8.Callback, value any, err error) {
	if err != nil {
		env.Queue.Call(cb, err)
	} else {
		env.Queue.Call(cb, v8.Null, value)
	}
}

func guard(work func() (any, error)) (value any, err error) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(os.Stderr, "sluice: panic in native work: %v\n%s", r, debug.Stack())
			err = &v8.Error{Code: "ERR_INTERNAL_ASSERTION", Message: fmt.Sprintf("panic in native work: %v", r)}
		}
	}()
	return work()
}

// Call queues a call of the callback for this turn.
func (env *Env) Call(cb v8.Callback, args ...any) { env.Queue.Call(cb, args...) }

// CallClosing queues a call for the loop's closing phase, after immediates, where
// libuv calls close callbacks.
func (env *Env) CallClosing(cb v8.Callback, args ...any) {
	env.closing = append(env.closing, pendingCall{cb, args})
}

// Tidy gives back memory that the environment has and does not need: a full collection.
func (env *Env) Tidy() {
	if env.Isolate != nil {
		env.Isolate.LowMemory()
	}
}

// CollectStale collects what has become old and is not used, if V8 has not done so since
// the last call.
func (env *Env) CollectStale() {
	if env.Isolate != nil {
		env.Isolate.CollectStale()
	}
}

// OnCut registers f to run when connections have had their time: those that left HTTP,
// or the others.
func (env *Env) OnCut(f func(upgraded bool)) { env.onCut = append(env.onCut, f) }

// Cut runs the OnCut functions, on the loop's thread or a stand-in's.
func (env *Env) Cut(upgraded bool) {
	for _, f := range env.onCut {
		f(upgraded)
	}
}

// slotKey tells the slots of different types apart.
type slotKey[T any] struct{}

// OnDrain registers f to run when the environment is to come to its end without
// cutting anything off: what is idle closes, what is not closes when it is done.
func (env *Env) OnDrain(f func()) { env.onDrain = append(env.onDrain, f) }

// Drain runs the OnDrain functions, on the loop's thread or a stand-in's.
func (env *Env) Drain() {
	for _, f := range env.onDrain {
		f()
	}
}

// Slot is the one T of an environment, made on first use: the state of a module.
func Slot[T any](env *Env, make func() T) T {
	key := slotKey[T]{}
	if v, ok := env.slots[key]; ok {
		return v.(T)
	}
	v := make()
	env.slots[key] = v
	return v
}

// AfterTurn registers f to run after every crossing to JavaScript; modules that own
// output flush it there.
func (env *Env) AfterTurn(f func()) { env.afterTurn = append(env.afterTurn, f) }

// EndTurn registers f to run before the loop waits, once a turn, whether or not
// JavaScript ran; what it queues is delivered in the same turn.
func (env *Env) EndTurn(f func()) { env.endTurn = append(env.endTurn, f) }

// AtExit registers f to run when the environment ends.
func (env *Env) AtExit(f func()) { env.atExit = append(env.atExit, f) }

// EventKind is the number of a module's kind of turn event; the JavaScript half asks
// for the same name through internalBinding('core').eventKind(name).
func (env *Env) EventKind(name string) int32 {
	k, ok := env.eventKinds[name]
	if !ok {
		k = int32(v8.FirstModuleEvent + len(env.eventKinds))
		env.eventKinds[name] = k
	}
	return k
}

// Exit ends the environment with the code, as soon as the running JavaScript returns
// (which it does at once: execution is terminated).
func (env *Env) Exit(code int) {
	env.exitCode = code
	if !env.exiting {
		env.exiting = true
		env.terminate()
	}
}

func (env *Env) terminate() {
	if env.Isolate != nil {
		env.Isolate.Terminate()
	}
}

// Flush runs the AfterTurn functions: for native functions that must not overtake
// what JavaScript wrote before.
func (env *Env) Flush() {
	for _, f := range env.afterTurn {
		f()
	}
}
