package v8

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Limits and terminations, each on many threads at once: isolates share V8's platform,
// its helper threads and its code, and must not share their ends.

const threads = 8

// onThreads runs f on so many threads at once, twice each.
func onThreads(t *testing.T, f func(i int) error) {
	t.Helper()
	Init("", 0)
	var all sync.WaitGroup
	for i := range threads {
		all.Go(func() {
			for range 2 {
				if err := f(i); err != nil {
					t.Errorf("thread %d: %v", i, err)
				}
			}
		})
	}
	all.Wait()
}

func terminated(err error) bool {
	var js *JSError
	return errors.As(err, &js) && js.Terminated
}

// TestTermination ends JavaScript that would never end, wherever it is. A
// termination of one isolate does not touch the others, and the isolate can be used again.
func TestTermination(t *testing.T) {
	for name, script := range map[string]string{
		"loop":       `for (;;);`,
		"calls":      `function f() { return f2() } function f2() { return 1 } for (;;) f()`,
		"builtins":   `const a = []; for (;;) { a.push(new Array(1000).fill(1)); if (a.length > 100) a.length = 0 }`,
		"regexp":     `/^(a+)+$/.test('a'.repeat(64) + 'b')`,
		"json":       `const o = []; for (let i = 0; i < 1e5; i++) o.push({ i }); for (;;) JSON.parse(JSON.stringify(o))`,
		"sort":       `const a = Array.from({ length: 1e6 }, (_, i) => -i); for (;;) a.sort((x, y) => x - y)`,
		"microtasks": `const again = () => Promise.resolve().then(again); again()`,
		"wait":       `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)`,
		"catch":      `for (;;) { try { for (;;); } catch {} finally { for (;;); } }`,
		"generator":  `function* g() { for (;;) yield 1 } for (const x of g());`,
		"proxy":      `const p = new Proxy({}, { get: (o, k, r) => 1 }); for (;;) p.x`,
	} {
		t.Run(name, func(t *testing.T) {
			onThreads(t, func(int) error {
				iso, err := New(Options{})
				if err != nil {
					return err
				}
				defer iso.Dispose()
				timer := time.AfterFunc(30*time.Millisecond, iso.Terminate)
				defer timer.Stop()
				began := time.Now()
				_, err = iso.Eval(script, "endless.js")
				if name == "microtasks" && err == nil {
					iso.RunMicrotasks()
				} else if !terminated(err) {
					return fmt.Errorf("it ended with %v", err)
				}
				if took := time.Since(began); took > time.Minute {
					return fmt.Errorf("it took %v to end", took)
				}
				iso.CancelTerminate()
				if out, err := iso.Eval("6 * 7", "after.js"); out != "42" || err != nil {
					return fmt.Errorf("afterwards: %q %v", out, err)
				}
				return nil
			})
		})
	}
}

// TestInterrupt takes the stack of running JavaScript and ends it there.
func TestInterrupt(t *testing.T) {
	onThreads(t, func(i int) error {
		var iso *Isolate
		var stack atomic.Pointer[string]
		var timer *time.Timer
		iso, err := New(Options{Interrupt: func(token uint64) {
			s := fmt.Sprintf("%d\n%s", token, iso.StackTrace())
			if !strings.Contains(s, "inner") { // it has not come so far
				timer.Reset(50 * time.Millisecond)
				return
			}
			stack.Store(&s)
			iso.Terminate()
		}})
		if err != nil {
			return err
		}
		defer iso.Dispose()
		timer = time.AfterFunc(200*time.Millisecond, func() { iso.RequestInterrupt(uint64(i)) })
		defer timer.Stop()
		_, err = iso.Eval("function inner() { for (;;); }\nclass C { constructor() {\n inner(); } }\nnew C()", "stack.js")
		if !terminated(err) {
			return fmt.Errorf("it ended with %v", err)
		}
		want := fmt.Sprintf(`^%d\n    at inner \(stack\.js:1:\d+\)\n    at new C \(stack\.js:3:\d+\)\n    at stack\.js:4:\d+\n$`, i)
		if s := stack.Load(); s == nil || !regexp.MustCompile(want).MatchString(*s) {
			return fmt.Errorf("the stack is %q", *s)
		}
		return nil
	})
}

// TestHeapLimit fills half of the isolates; the others do their work.
func TestHeapLimit(t *testing.T) {
	onThreads(t, func(i int) error {
		var iso *Isolate
		var calls atomic.Int32
		iso, err := New(Options{MaxOldSpace: 24 << 20, NearHeapLimit: func(current, initial uint64) uint64 {
			calls.Add(1)
			iso.Terminate()
			return current + 32<<20
		}})
		if err != nil {
			return err
		}
		defer iso.Dispose()
		if i%2 == 1 {
			if out, err := iso.Eval("let n = 0; for (let i = 0; i < 3e5; i++) n += new Array(50).fill(i).length; n", "modest.js"); err != nil || out != "15000000" || calls.Load() != 0 {
				return fmt.Errorf("the modest one: %q %v, %d calls", out, err, calls.Load())
			}
			return nil
		}
		_, err = iso.Eval("const all = []; for (;;) all.push(new Array(100).fill(all.length))", "greedy.js")
		if !terminated(err) || calls.Load() == 0 {
			return fmt.Errorf("the greedy one ended with %v, %d calls", err, calls.Load())
		}
		return nil
	})
}

// TestMemoryOfArrayBuffers: they are refused beyond their own limit, and beyond the one
// that heap and ArrayBuffers share; memory that is free again may be taken again.
func TestMemoryOfArrayBuffers(t *testing.T) {
	const script = `
let message = '';
function take() {
  const all = [];
  try { for (;;) all.push(new Uint8Array(1 << 20)); } catch (e) { message = e.name + ': ' + e.message; }
  return all.length;
}
const first = take();
for (let i = 0; i < 200; i++) new Uint8Array(1 << 20).fill(1);
first + ' ' + message`
	onThreads(t, func(i int) error {
		var over atomic.Int32
		o := Options{MaxArrayBuffers: 40 << 20}
		if i%2 == 1 {
			o = Options{MaxTotal: 40 << 20, OverTotal: func(collecting bool) {
				if !collecting {
					over.Add(1)
				}
			}}
		}
		iso, err := New(o)
		if err != nil {
			return err
		}
		defer iso.Dispose()
		out, err := iso.Eval(script, "buffers.js")
		var n int
		var message string
		if _, e := fmt.Sscanf(out, "%d %s", &n, &message); err != nil || e != nil || n < 30 || n > 40 || message != "RangeError:" {
			return fmt.Errorf("%q %v", out, err)
		}
		if n := over.Load(); int(n) != i%2 {
			return fmt.Errorf("OverTotal was called %d times", n)
		}
		// One that fits into no isolate of this size is the caller's mistake alone.
		if out, err := iso.Eval("try { new Uint8Array(41 << 20) } catch (e) { e.name }", "large.js"); out != "RangeError" || int(over.Load()) != i%2 {
			return fmt.Errorf("a large one: %q %v, OverTotal was called %d times", out, err, over.Load())
		}
		return nil
	})
}

// TestStackOverTotal: where a buffer is refused, the stack is the one that asks for it.
func TestStackOverTotal(t *testing.T) {
	onThreads(t, func(int) error {
		var iso *Isolate
		stack := ""
		iso, err := New(Options{MaxTotal: 40 << 20, OverTotal: func(collecting bool) {
			if !collecting && stack == "" {
				stack = iso.StackTrace()
				iso.Terminate()
			}
		}})
		if err != nil {
			return err
		}
		defer iso.Dispose()
		_, err = iso.Eval("function fill() { const all = []; for (;;) try { all.push(new Uint8Array(1 << 20)); } catch {} }\nfill()", "greedy.js")
		if want := `^    at fill \(greedy\.js:1:\d+\)\n    at greedy\.js:2:1\n$`; !terminated(err) || !regexp.MustCompile(want).MatchString(stack) {
			return fmt.Errorf("it ended with %v, the stack is %q", err, stack)
		}
		return nil
	})
}

// TestHeapWithinTotal: a heap that grows beyond what it shares with ArrayBuffers is
// told of, though V8's own limit is not reached.
func TestHeapWithinTotal(t *testing.T) {
	onThreads(t, func(int) error {
		var iso *Isolate
		var told atomic.Bool
		iso, err := New(Options{MaxOldSpace: 128 << 20, MaxTotal: 64 << 20, OverTotal: func(collecting bool) {
			told.Store(collecting)
			iso.Terminate()
		}})
		if err != nil {
			return err
		}
		defer iso.Dispose()
		_, err = iso.Eval("const held = new Uint8Array(40 << 20); const all = []; for (;;) all.push(new Array(100).fill(all.length))", "both.js")
		if !terminated(err) || !told.Load() {
			return fmt.Errorf("it ended with %v, told: %v", err, told.Load())
		}
		return nil
	})
}

// TestCollectStale: what has become old is collected under a load that does not make V8
// do so, once for each time that it is due.
func TestCollectStale(t *testing.T) {
	Init("", 0)
	iso, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer iso.Dispose()
	major := func() uint64 { return iso.HeapStats().GCCount[1] }
	load := func() {
		if _, err := iso.Eval("for (let i = 0; i < 1e4; i++) new Array(100).fill(i)", "load.js"); err != nil {
			t.Fatal(err)
		}
		iso.PumpTasks()
	}
	for range 20 {
		load()
	}
	if n := major(); n != 0 {
		t.Skipf("V8 has done it %d times by itself", n)
	}
	iso.CollectStale()
	for n := 0; major() == 0; n++ {
		if load(); n > 1000 {
			t.Fatal("nothing was collected")
		}
	}
	n := major()
	iso.CollectStale() // there has been one
	for range 100 {
		load()
	}
	if again := major(); again != n {
		t.Errorf("collected %d times, not %d", again, n)
	}
}

// TestTurnstile: every way into JavaScript and out of it is told, in order.
func TestTurnstile(t *testing.T) {
	Init("", 0)
	var told turns
	iso, err := New(Options{Turnstile: &told, Builtin: func(string) (string, []byte, bool) { return `internalBinding('a').f()`, nil, true }})
	if err != nil {
		t.Fatal(err)
	}
	defer iso.Dispose()
	iso.Bind("a", func() map[string]Func { return map[string]Func{"f": func(*Call) { told = append(told, 'f') }} })
	if err := iso.Boot("x"); err != nil {
		t.Fatal(err)
	}
	// The binding is made in one call, the function is the second.
	if got := string(told); got != "(<><f>)" {
		t.Errorf("booting: %s", got)
	}
	for name, f := range map[string]func(){
		"microtasks": iso.RunMicrotasks,
		"tasks":      func() { iso.PumpTasks() },
		"eval":       func() { _, _ = iso.Eval("1", "x") },
		"hook":       func() { _, _ = iso.CallHook(HookEvent, "x") },
		"timers":     func() { _, _ = iso.CallHookFloat(HookTimers, 1) },
	} {
		told = nil
		f()
		if got := string(told); got != "()" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

type turns []byte

func (s *turns) Leave()  { *s = append(*s, '(') }
func (s *turns) Enter()  { *s = append(*s, ')') }
func (s *turns) Call()   { *s = append(*s, '<') }
func (s *turns) Return() { *s = append(*s, '>') }
