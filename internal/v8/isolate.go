package v8

/*
#include <stdlib.h>
#include "binding.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Version is the version of the linked V8 library.
func Version() string { return C.GoString(C.sl_version()) }

// HeaderVersion is the version of the headers that the binding was compiled with.
func HeaderVersion() string { return C.GoString(C.sl_header_version()) }

// Init starts V8, once per process; later calls do nothing. flags are V8's own,
// as on d8's command line; threads is the size of V8's helper pool, 0 for its default.
func Init(flags string, threads int) {
	f := C.CString(flags)
	defer C.free(unsafe.Pointer(f))
	C.sl_init(f, C.int(threads))
}

// SetFlags changes V8's flags, for all isolates of the process.
func SetFlags(flags string) {
	f := C.CString(flags)
	defer C.free(unsafe.Pointer(f))
	C.sl_set_flags(f)
}

// Options configure an isolate.
type Options struct {
	// MaxOldSpace, MaxYoungSpace and MaxArrayBuffers limit memory, in bytes; 0 is
	// V8's default, and no limit for ArrayBuffers.
	MaxOldSpace, MaxYoungSpace, MaxArrayBuffers uint64

	// MaxTotal limits heap and ArrayBuffers together, in bytes; 0 is no limit. Beyond it
	// an ArrayBuffer is refused, with a RangeError.
	MaxTotal uint64

	// OverTotal, when set, is called on the isolate's thread when what is in use does not
	// come below MaxTotal by collecting: inside a full collection (collecting), where it
	// must not touch the heap, or where an ArrayBuffer that would fit into an empty
	// isolate is refused for it. It may call Terminate, and StackTrace in the second case.
	OverTotal func(collecting bool)

	// NearHeapLimit, when set, is called on the isolate's thread when the heap is
	// about to reach its limit. It returns the new limit in bytes and may call
	// Terminate; it must not run JavaScript. Without it V8 ends the process, as Node does.
	NearHeapLimit func(current, initial uint64) uint64

	// Builtin returns the text of a builtin module and its code cache (nil when there
	// is none). The memory must stay valid and unchanged for the life of the process.
	Builtin func(id string) (source string, cache []byte, ok bool)

	// KeepBuiltins keeps the functions of builtins, so that BuiltinCache has what was
	// compiled of them while they ran.
	KeepBuiltins bool

	// Interrupt runs on the isolate's thread at RequestInterrupt, inside the JavaScript
	// that was interrupted. It may call StackTrace and Terminate; it must not run JavaScript.
	Interrupt func(token uint64)

	// Turnstile, when set, is told when the thread goes into JavaScript and comes out.
	Turnstile Turnstile
}

// Turnstile is told about every crossing: what belongs to the thread while it runs Go
// may be used by others while it runs JavaScript.
type Turnstile interface {
	Leave()  // Go calls JavaScript
	Enter()  // JavaScript has returned
	Call()   // JavaScript calls a native function
	Return() // the native function has returned
}

type open struct{}

func (open) Leave()  {}
func (open) Enter()  {}
func (open) Call()   {}
func (open) Return() {}

// Isolate is one V8 isolate with one context.
type Isolate struct {
	p        *C.sl_env
	handle   uintptr
	opts     Options
	funcs    []Func
	bindings map[string]func() map[string]Func
	events   []int32
	shared   *Shared
	out      *C.sl_out // of the C++ half, read without a call
	call     *Call     // free list of one
	disposed atomic.Bool
	mu       sync.Mutex // guards p against Terminate during Dispose

	// What the crossings of every turn need, here, so that they need no memory for it.
	failure    *C.sl_error
	hookArg    [9]byte
	hookResult C.double
}

var (
	isolates     sync.Map // uintptr → *Isolate
	lastIsolates atomic.Uintptr
)

// Isolates is how many isolates the process has.
func Isolates() (n int) {
	isolates.Range(func(any, any) bool { n++; return true })
	return n
}

// New creates an isolate, locks the calling goroutine to its thread and enters the
// isolate for good. Init must have been called.
func New(opts Options) (*Isolate, error) {
	runtime.LockOSThread()
	if opts.Turnstile == nil {
		opts.Turnstile = open{}
	}
	iso := &Isolate{opts: opts, handle: lastIsolates.Add(1), bindings: map[string]func() map[string]Func{}}
	isolates.Store(iso.handle, iso)
	o := C.sl_options{
		handle:                 C.uintptr_t(iso.handle),
		max_old_bytes:          C.uint64_t(opts.MaxOldSpace),
		max_young_bytes:        C.uint64_t(opts.MaxYoungSpace),
		max_array_buffer_bytes: C.uint64_t(opts.MaxArrayBuffers),
		max_total_bytes:        C.uint64_t(opts.MaxTotal),
	}
	if opts.NearHeapLimit != nil {
		o.near_heap_limit = 1
	}
	if opts.KeepBuiltins {
		o.keep_builtins = 1
	}
	if opts.OverTotal != nil {
		o.over_total = 1
	}
	var e *C.sl_error
	iso.p = C.sl_new(&o, &e)
	if iso.p == nil {
		isolates.Delete(iso.handle)
		runtime.UnlockOSThread()
		return nil, takeError(e)
	}
	iso.out = C.sl_out_of(iso.p)
	iso.shared = (*Shared)(unsafe.Pointer(C.sl_shared_of(iso.p)))
	var capacity C.uint32_t
	events := C.sl_turn_events(iso.p, &capacity)
	iso.events = unsafe.Slice((*int32)(unsafe.Pointer(events)), int(capacity))
	return iso, nil
}

// Dispose frees the isolate and unlocks the goroutine from its thread.
func (iso *Isolate) Dispose() {
	if iso.disposed.Swap(true) {
		return
	}
	iso.mu.Lock()
	C.sl_dispose(iso.p)
	iso.p = nil
	iso.mu.Unlock()
	isolates.Delete(iso.handle)
	runtime.UnlockOSThread()
}

// Terminate makes the JavaScript that runs now, or next, end with an exception that
// it cannot catch. Safe for use from any goroutine.
func (iso *Isolate) Terminate() {
	iso.mu.Lock()
	defer iso.mu.Unlock()
	if iso.p != nil {
		C.sl_terminate(iso.p)
	}
}

// RequestInterrupt makes Options.Interrupt run on the isolate's thread at the next
// safe point of the running JavaScript. Safe for use from any goroutine.
func (iso *Isolate) RequestInterrupt(token uint64) {
	iso.mu.Lock()
	defer iso.mu.Unlock()
	if iso.p != nil {
		C.sl_request_interrupt(iso.p, C.uint64_t(token))
	}
}

// StackTrace is the stack of the JavaScript that runs now, as an error's would be,
// without its first line; empty when there is none. For Options.Interrupt.
func (iso *Isolate) StackTrace() string {
	p := C.sl_stack_trace(iso.p)
	if p == nil {
		return ""
	}
	defer C.free(unsafe.Pointer(p))
	return C.GoString(p)
}

// IsTerminating reports whether Terminate was called and its exception still unwinds.
func (iso *Isolate) IsTerminating() bool { return C.sl_is_terminating(iso.p) != 0 }

// CancelTerminate makes the isolate usable again after a termination.
func (iso *Isolate) CancelTerminate() { C.sl_cancel_terminate(iso.p) }

// RunMicrotasks runs the microtask queue until it is empty.
func (iso *Isolate) RunMicrotasks() {
	iso.opts.Turnstile.Leave()
	defer iso.opts.Turnstile.Enter()
	C.sl_microtasks(iso.p)
}

// PumpTasks runs the tasks that V8 posted to this thread (finalizers and the like)
// and reports whether there were any.
func (iso *Isolate) PumpTasks() bool {
	iso.opts.Turnstile.Leave()
	n := C.sl_pump(iso.p)
	iso.opts.Turnstile.Enter()
	return n != 0
}

// LowMemory asks V8 to free as much memory as it can: a full collection. It is not to be
// called inside JavaScript.
func (iso *Isolate) LowMemory() { C.sl_low_memory(iso.p) }

// TrimMalloc gives free memory of C++ back to the system. Safe for use from any goroutine.
func TrimMalloc() { C.sl_trim_malloc() }

// CollectStale begins a full collection, in steps between which JavaScript runs, unless
// there has been one since the last call.
func (iso *Isolate) CollectStale() { C.sl_collect_stale(iso.p) }

// HeapStats are V8's heap statistics, in bytes where not counts.
type HeapStats struct {
	Total, TotalExecutable, TotalPhysical, Available, Used, Limit, Malloced, PeakMalloced, NativeContexts, DetachedContexts,
	GlobalHandles, UsedGlobalHandles, External, ArrayBuffers uint64

	// GCCount and GCNanos are the garbage collections since the start and the time that
	// they took on the isolate's thread, by the kinds of GCKinds.
	GCCount, GCNanos [len(GCKinds)]uint64
}

// GCKinds are the kinds of garbage collection, as Node's perf_hooks names them.
var GCKinds = [...]string{"minor", "major", "incremental", "weakcb"}

// HeapStats reads the statistics of the isolate's heap.
func (iso *Isolate) HeapStats() HeapStats {
	var h C.sl_heap
	C.sl_heap_stats(iso.p, &h)
	return *(*HeapStats)(unsafe.Pointer(&h))
}

// Eval runs a classic script and returns String(its completion value).
func (iso *Isolate) Eval(source, name string) (string, error) {
	src, n := C.CString(source), C.CString(name)
	defer C.free(unsafe.Pointer(src))
	defer C.free(unsafe.Pointer(n))
	var out *C.char
	var length C.size_t
	var e *C.sl_error
	iso.opts.Turnstile.Leave()
	defer iso.opts.Turnstile.Enter()
	if C.sl_eval(iso.p, src, C.size_t(len(source)), n, &out, &length, &e) != 0 {
		return "", takeError(e)
	}
	defer C.free(unsafe.Pointer(out))
	return C.GoStringN(out, C.int(length)), nil
}

// Boot compiles builtin id and calls it with internalBinding as its last argument.
func (iso *Isolate) Boot(id string) error {
	s := C.CString(id)
	defer C.free(unsafe.Pointer(s))
	var e *C.sl_error
	iso.opts.Turnstile.Leave()
	defer iso.opts.Turnstile.Enter()
	if C.sl_boot(iso.p, s, &e) != 0 {
		return takeError(e)
	}
	return nil
}

// RefusedCaches is how many code caches of builtins V8 did not take.
func (iso *Isolate) RefusedCaches() int { return int(C.sl_refused_caches(iso.p)) }

// BuiltinCache is the code cache of builtin id, which is compiled if it was not kept.
func (iso *Isolate) BuiltinCache(id string) ([]byte, error) {
	s := C.CString(id)
	defer C.free(unsafe.Pointer(s))
	var e *C.sl_error
	var data *C.uint8_t
	var n C.size_t
	if C.sl_builtin_cache(iso.p, s, &data, &n, &e) != 0 {
		if e == nil {
			return nil, errors.New("v8: no code cache for " + id)
		}
		return nil, takeError(e)
	}
	defer C.free(unsafe.Pointer(data))
	return C.GoBytes(unsafe.Pointer(data), C.int(n)), nil
}

// Hook names a JavaScript function that Go calls; JavaScript sets it with setHook.
type Hook int

// The hooks; the numbers are those of binding.h.
const (
	HookTurn      Hook = iota // (heads, n): deliver the events of a turn
	HookTimers                // (now) → next expiry
	HookImmediate             // ()
	HookEvent                 // (name, …): life cycle of the process
	HookUncaught              // (exception): nobody caught it; called by the binding
)

// CallHook calls the hook with the encoded arguments; its numeric result, or 0, is returned.
func (iso *Isolate) CallHook(h Hook, args ...any) (float64, error) {
	var buf Encoder
	for _, a := range args {
		buf.Value(a)
	}
	var out C.double
	var e *C.sl_error
	p := unsafe.SliceData(buf.b)
	iso.opts.Turnstile.Leave()
	defer iso.opts.Turnstile.Enter()
	if C.sl_call_hook(iso.p, C.int(h), (*C.uint8_t)(p), C.size_t(len(buf.b)), &out, &e) != 0 {
		return 0, takeError(e)
	}
	return float64(out), nil
}

// CallHookFloat is CallHook with one number, without allocation.
func (iso *Isolate) CallHookFloat(h Hook, v float64) (float64, error) {
	putFloat(&iso.hookArg, v)
	iso.opts.Turnstile.Leave()
	defer iso.opts.Turnstile.Enter()
	if C.sl_call_hook(iso.p, C.int(h), (*C.uint8_t)(&iso.hookArg[0]), C.size_t(len(iso.hookArg)), &iso.hookResult, &iso.failure) != 0 {
		return 0, iso.takeFailure()
	}
	return float64(iso.hookResult), nil
}

// takeFailure is why a crossing failed that used iso.failure.
func (iso *Isolate) takeFailure() error {
	e := iso.failure
	iso.failure = nil
	return takeError(e)
}

// JSError is an exception that JavaScript did not catch.
type JSError struct {
	Message    string // String(exception)
	Stack      string // its stack property; may be empty
	Resource   string // the script it was thrown in
	SourceLine string
	Line       int // 1-based; 0 when unknown
	Column     int // 0-based
	// Terminated is set when execution was ended by Terminate.
	Terminated bool
}

// Error returns the stack when there is one, else the message.
func (e *JSError) Error() string {
	if e.Stack != "" {
		return e.Stack
	}
	if e.Resource != "" {
		return fmt.Sprintf("%s:%d: %s", e.Resource, e.Line, e.Message)
	}
	return e.Message
}

func takeError(e *C.sl_error) error {
	if e == nil {
		return errors.New("v8: unknown failure")
	}
	defer C.sl_error_free(e)
	return &JSError{
		Message:    C.GoString(e.message),
		Stack:      C.GoString(e.stack),
		Resource:   C.GoString(e.resource),
		SourceLine: C.GoString(e.source_line),
		Line:       int(e.line),
		Column:     int(e.column),
		Terminated: e.terminated != 0,
	}
}
