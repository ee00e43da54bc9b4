package v8

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What crosses between Go and JavaScript, on many threads at once.

// booted makes an isolate that runs text as its only builtin. The text sees
// internalBinding, and `test` with the given native functions.
func booted(text string, opts Options, functions map[string]Func) (*Isolate, error) {
	source := "'use strict'; const test = { ...internalBinding('test') };\n" +
		"if (test.say) { const { say } = test; test.say = (...words) => say(words.map(String).join(' ')); }\n" + text
	opts.Builtin = func(string) (string, []byte, bool) { return source, nil, true }
	iso, err := New(opts)
	if err != nil {
		return nil, err
	}
	iso.Bind("test", func() map[string]Func { return functions })
	if err := iso.Boot("test"); err != nil {
		iso.Dispose()
		return nil, err
	}
	return iso, nil
}

// said collects what JavaScript passes to say(…).
type said []string

func (s *said) say(c *Call) { *s = append(*s, c.String(0)) }

func (s *said) expect(want ...string) error {
	if g, w := strings.Join(*s, "\n"), strings.Join(want, "\n"); g != w {
		return fmt.Errorf("got\n%s\nwant\n%s", g, w)
	}
	return nil
}

// TestVersions: headers and library are of one version. With others, V8 reads its
// own objects wrong.
func TestVersions(t *testing.T) {
	if v, _, _ := strings.Cut(Version(), "-"); v != HeaderVersion() || v == "" {
		t.Errorf("library %q, headers %q", Version(), HeaderVersion())
	}
}

// TestPanics: a native function that panics throws; the isolate, and those of other
// threads, go on. The panic is in the log with its stack.
func TestPanics(t *testing.T) {
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	stderr := os.Stderr
	os.Stderr = log
	defer func() { os.Stderr = stderr }()
	onThreads(t, func(i int) error {
		var out said
		var none []int
		iso, err := booted(`
for (const f of ['text', 'error', 'index', 'nil', 'custom']) {
  try { test[f](1, 'two'); test.say('returned'); } catch (e) {
    test.say(e instanceof Error, e.name, e.code, e.message, e.stack.includes('test'));
  }
}
test.say(test.fine(20));
try { test.thrown(); } catch (e) { test.say(e instanceof RangeError, e.code, e.extra, e.message); }
test.index(); // nobody catches this one
`, Options{}, map[string]Func{
			"say":    out.say,
			"text":   func(*Call) { panic("told so") },
			"error":  func(*Call) { panic(errors.New("an error")) },
			"index":  func(*Call) { _ = none[i] },
			"nil":    func(*Call) { var p *said; p.say(nil) },
			"custom": func(*Call) { panic(struct{ n int }{i}) },
			"fine":   func(c *Call) { c.Return(c.Int(0) + 1) },
			"thrown": func(c *Call) {
				c.Return(7)
				c.Throw(&Error{Class: RangeErrorClass, Code: "ERR_X", Message: "out", Props: Object{{"extra", 5}}})
			},
		})
		if iso != nil {
			iso.Dispose()
		}
		var js *JSError
		if !errors.As(err, &js) || js.Terminated || !strings.Contains(js.Message, "index out of range") || js.Line == 0 {
			return fmt.Errorf("the last one: %v", err)
		}
		const head, nilPointer = "true Error ERR_INTERNAL_ASSERTION panic in a native function: ", "runtime error: invalid memory address or nil pointer dereference"
		return out.expect(head+"told so true", head+"an error true", head+fmt.Sprintf("runtime error: index out of range [%d] with length 0 true", i),
			head+nilPointer+" true", head+fmt.Sprintf("{%d} true", i), "21", "true ERR_X 5 out")
	})
	text, err := os.ReadFile(log.Name())
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "sluice: panic in a native function: told so\n"); n != 2*threads {
		t.Errorf("%d panics are in the log", n)
	}
	if !strings.Contains(string(text), "threads_test.go:") {
		t.Error("the log has no stacks")
	}
}

// TestExceptions: what JavaScript throws and does not catch is an error with a place
// and a stack.
func TestExceptions(t *testing.T) {
	onThreads(t, func(int) error {
		iso, err := New(Options{})
		if err != nil {
			return err
		}
		defer iso.Dispose()
		for _, x := range []struct {
			script string
			want   JSError
			stack  string // a part of it, or "" for none at all
		}{
			{"function f() {\n  throw new TypeError('no')\n}\nf()", JSError{Message: "TypeError: no", Line: 2, Column: 2, SourceLine: "  throw new TypeError('no')"}, "TypeError: no\n    at f (a.js:2:9)\n    at a.js:4:1"},
			{"let x = ;", JSError{Message: "SyntaxError: Unexpected token ';'", Line: 1, Column: 8, SourceLine: "let x = ;"}, "SyntaxError: Unexpected token ';'"},
			{"throw 'text'", JSError{Message: "text", Line: 1, SourceLine: "throw 'text'"}, ""},
			{"throw null", JSError{Message: "null", Line: 1, SourceLine: "throw null"}, ""},
			{"throw Symbol('s')", JSError{Message: "Symbol(s)", Line: 1, SourceLine: "throw Symbol('s')"}, ""},
			{"throw { toString() { throw 1 } }", JSError{Message: "[object Object]", Line: 1, SourceLine: "throw { toString() { throw 1 } }"}, ""},
			{"throw { toString() { return 'mine' } }", JSError{Message: "mine", Line: 1, SourceLine: "throw { toString() { return 'mine' } }"}, ""},
			{"throw new Proxy(new Error('behind'), {})", JSError{Message: "Error: behind", Line: 1, SourceLine: "throw new Proxy(new Error('behind'), {})"}, ""}, // V8's stack is the error's alone
			{"'ä€😀'; nope", JSError{Message: "ReferenceError: nope is not defined", Line: 1, Column: 8, SourceLine: "'ä€😀'; nope"}, "ReferenceError"},
			{"function deep() { deep() }\ndeep()", JSError{Message: "RangeError: Maximum call stack size exceeded", Line: 1, SourceLine: "function deep() { deep() }"}, "    at deep (a.js:1:"},
			{"class E extends Error { get stack() { throw 1 } }\nthrow new E('m')", JSError{Message: "Error: m", Line: 2, SourceLine: "throw new E('m')"}, "?"},
			{"JSON.parse('{')", JSError{Message: "SyntaxError: Expected property name or '}' in JSON at position 1 (line 1 column 2)", Line: 1, SourceLine: "{", Column: 1}, "at JSON.parse (<anonymous>)\n    at a.js:1:6"},
		} {
			_, err := iso.Eval(x.script, "a.js")
			var js *JSError
			if !errors.As(err, &js) {
				return fmt.Errorf("%s: %v", x.script, err)
			}
			got := *js
			if x.stack != "?" && (got.Stack == "") != (x.stack == "") || x.stack != "?" && !strings.Contains(got.Stack, x.stack) {
				return fmt.Errorf("%s: stack %q", x.script, got.Stack)
			}
			if strings.HasPrefix(x.script, "function deep") {
				got.Column = 0 // wherever the stack ended
			}
			if strings.HasPrefix(x.script, "JSON") {
				got.Resource = "a.js" // V8 shows the text, not the script
			}
			got.Stack, x.want.Resource = "", "a.js"
			if got != x.want {
				return fmt.Errorf("%s:\n got %+v\nwant %+v", x.script, got, x.want)
			}
		}
		if out, err := iso.Eval("1 + 1", "b.js"); out != "2" || err != nil {
			return fmt.Errorf("afterwards: %q %v", out, err)
		}
		return nil
	})
}

// TestPromiseRejections: V8 tells of each rejection that nobody handles, of handlers
// that come late, and of promises that are settled twice.
func TestPromiseRejections(t *testing.T) {
	onThreads(t, func(i int) error {
		var out said
		iso, err := booted(`
const { setPromiseRejectCallback, promiseRejectEvents: events, runMicrotasks } = internalBinding('task_queue');
const names = Object.fromEntries(Object.entries(events).map(([k, v]) => [v, k]));
let last;
setPromiseRejectCallback((type, promise, reason) => {
  test.say(names[type], promise instanceof Promise, String(reason));
  last = promise;
});
Promise.reject(new Error('one'));
const late = last;
late.catch((e) => test.say('caught', e.message));
runMicrotasks();
Promise.reject(2).catch(() => {}); // rejected first, handled then
new Promise((resolve, reject) => { resolve(1); reject(3); });
new Promise((resolve, reject) => { resolve(1); resolve(4); });
(async () => { await null; throw 5 })();
runMicrotasks();
Promise.resolve().then(() => { throw 6 });
runMicrotasks();
Promise.all([Promise.reject(7), Promise.reject(8)]).catch((e) => test.say('all', e));
runMicrotasks();
setPromiseRejectCallback(() => { test.say('called'); throw new Error('in the callback') });
if (test.number() === 0) Promise.reject(9); // V8's side of it writes to the standard error
test.say('went on', test.number());
`, Options{}, map[string]Func{"say": out.say, "number": func(c *Call) { c.Return(i) }})
		if err != nil {
			return err
		}
		iso.Dispose()
		called := []string{"called"}[:btoi(i == 0)]
		return out.expect(append(append([]string{
			"kPromiseRejectWithNoHandler true Error: one", "kPromiseHandlerAddedAfterReject true undefined", "caught one",
			"kPromiseRejectWithNoHandler true 2", "kPromiseHandlerAddedAfterReject true undefined",
			"kPromiseRejectAfterResolved true 3", "kPromiseResolveAfterResolved true 4",
			"kPromiseRejectWithNoHandler true 5", "kPromiseRejectWithNoHandler true 6",
			"kPromiseRejectWithNoHandler true 7", "kPromiseRejectWithNoHandler true 8",
			"kPromiseHandlerAddedAfterReject true undefined", "kPromiseHandlerAddedAfterReject true undefined", "kPromiseRejectAfterResolved true 8", "all 7"},
			called...), fmt.Sprint("went on ", i))...)
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// turnText is a bootstrap that delivers turns, reduced to what the tests need.
const turnText = `
const { setHook, takeCall } = internalBinding('runtime');
const { events, takeValue } = internalBinding('turn');
const { runMicrotasks } = internalBinding('task_queue');
let position = 0;
setHook(0, (heads, n, again) => {
  if (!again) position = 0;
  while (position < n) {
    const i = position;
    position = i + events[i + 1];
    if (events[i] !== 1) { test.say('event', events[i], [...events.slice(i + 2, position)], heads); continue; }
    const fn = takeCall(events[i + 2], events[i + 3], events[i + 4] !== 0);
    if (fn !== undefined) fn(...takeValue(events[i + 5]));
    runMicrotasks();
  }
});
`

// TestTurns: events and calls of callbacks cross in batches, in order, with every
// kind of value, and more of them than the events array holds.
func TestTurns(t *testing.T) {
	onThreads(t, func(i int) error {
		var out said
		var once, keep Callback
		iso, err := booted(turnText+`
test.take((...a) => test.say('once', JSON.stringify(a.map((v) => ArrayBuffer.isView(v) ? 'bytes ' + v.join() : typeof v === 'bigint' ? v + 'n' : v === undefined ? 'undefined' : v))), (n) => { count += n; if (n === 3) Promise.resolve().then(() => test.say('later')); });
let count = 0;
test.say('booted');
setHook(3, (name) => { test.say(name, count); return count; });
`, Options{}, map[string]Func{"say": out.say, "take": func(c *Call) { once, keep = c.Callback(0), c.KeepCallback(1) }})
		if err != nil {
			return err
		}
		defer iso.Dispose()
		q := iso.NewQueue()
		q.Event(20, 1, 2, 3)
		q.Head([]byte("head\xe4"))
		q.Call(once, nil, Null, true, 7, 2.5, "tä€", []byte{1, 2}, BigInt(1<<60), []any{"a", []any{}}, Object{{"k", "v"}})
		q.Call(once, "again") // it was called: nothing happens
		const many = 5000
		for n := range many {
			q.Call(keep, n)
		}
		if err := q.Deliver(); err != nil {
			return err
		}
		if !q.Empty() {
			return errors.New("the queue is not empty")
		}
		keep.Release()
		q.Call(keep, 1e9)
		if err := q.Deliver(); err != nil {
			return err
		}
		sum, err := iso.CallHook(HookEvent, fmt.Sprint("sum", i))
		if err != nil || sum != many*(many-1)/2 {
			return fmt.Errorf("sum %v %v", sum, err)
		}
		return out.expect("booted", "event 20 1,2,3 headä", `once ["undefined",null,true,7,2.5,"tä€","bytes 1,2","1152921504606846976n",["a",[]],{"k":"v"}]`,
			"later", fmt.Sprintf("sum%d %d", i, many*(many-1)/2))
	})
}

// TestTurnsEnded: a turn that is ended in the midst, and one that throws, are errors;
// the next turn is delivered.
func TestTurnsEnded(t *testing.T) {
	onThreads(t, func(int) error {
		var out said
		var cb Callback
		var iso *Isolate
		ends := make(chan *time.Timer, 1)
		iso, err := booted(turnText+`
test.take((what) => {
  test.say(what);
  if (what === 'throw') throw new Error('thrown');
  if (what === 'loop') { test.end(); for (;;); }
  if (what === 'microtasks') { const again = () => Promise.resolve().then(again); again(); test.end(); }
});
`, Options{}, map[string]Func{"say": out.say, "take": func(c *Call) { cb = c.KeepCallback(0) }, "end": func(*Call) {
			ends <- time.AfterFunc(20*time.Millisecond, iso.Terminate)
		}})
		if err != nil {
			return err
		}
		defer iso.Dispose()
		q := iso.NewQueue()
		for _, what := range []string{"throw", "fine", "loop", "fine", "microtasks", "fine"} {
			q.Call(cb, what)
			q.Call(cb, "behind")
			began := time.Now()
			err := q.Deliver()
			switch what {
			case "fine":
				if err != nil {
					return err
				}
			case "throw":
				if err == nil || !strings.Contains(err.Error(), "Error: thrown") {
					return fmt.Errorf("%s: %v", what, err)
				}
			default:
				if what == "loop" && !terminated(err) || time.Since(began) > time.Minute {
					return fmt.Errorf("%s: %v after %v", what, err, time.Since(began))
				}
				(<-ends).Stop()
				iso.CancelTerminate()
			}
		}
		if n := strings.Count(strings.Join(out, ","), "fine,behind"); n != 3 {
			return fmt.Errorf("%q", out)
		}
		return nil
	})
}

// TestHeapsOfEveryKind fills heaps with different things, each until it is ended near
// its limit, while other threads work; the next isolate of the same thread is whole.
func TestHeapsOfEveryKind(t *testing.T) {
	fillers := []string{
		"const a = []; for (;;) a.push({ n: a.length, s: 'x' + a.length })",
		"let s = ''; const a = []; for (;;) { s += 'some text ' + a.length; a.push(s.slice(0, 200) + a.length) }",
		"const m = new Map(); for (;;) m.set({}, [m.size])",
		"const a = []; for (;;) { const n = a.length; a.push(() => n) }",
		"const a = []; for (;;) a.push(JSON.parse('[{\"a\":[1,2,{\"b\":\"c\"}]},null,1.5]'))",
		"let p = Promise.resolve(); const a = []; for (;;) { p = p.then((x) => x); a.push(p) }",
		"const a = []; for (;;) a.push(new Function('return ' + a.length))",
		"const a = []; const f = () => { a.push(new Array(100).fill(1.5)); return Promise.resolve().then(f) }; f()",
	}
	onThreads(t, func(i int) error {
		var iso *Isolate
		var ended atomic.Bool
		iso, err := New(Options{MaxOldSpace: 16 << 20, MaxYoungSpace: 3 << 20, NearHeapLimit: func(current, initial uint64) uint64 {
			ended.Store(true)
			iso.Terminate()
			return current + 64<<20
		}})
		if err != nil {
			return err
		}
		_, err = iso.Eval(fillers[i], "filler.js")
		if err == nil {
			iso.RunMicrotasks() // the last of them goes on there
		} else if !terminated(err) {
			iso.Dispose()
			return fmt.Errorf("%s: %v", fillers[i], err)
		}
		if !ended.Load() {
			err = fmt.Errorf("%s: nobody was told", fillers[i])
		} else {
			err = nil
		}
		iso.Dispose()
		if err != nil {
			return err
		}
		next, err := New(Options{MaxOldSpace: 32 << 20})
		if err != nil {
			return err
		}
		defer next.Dispose()
		if out, err := next.Eval("Array.from({ length: 1e5 }, (_, i) => ({ i })).reduce((n, o) => n + o.i, 0)", "next.js"); out != "4999950000" || err != nil {
			return fmt.Errorf("the next: %q %v", out, err)
		}
		return nil
	})
}

// TestArrayBufferAccounting: the count is exact, of this isolate alone, and comes
// back when the buffers are gone.
func TestArrayBufferAccounting(t *testing.T) {
	onThreads(t, func(i int) error {
		iso, err := New(Options{})
		if err != nil {
			return err
		}
		defer iso.Dispose()
		used := func() int64 { return int64(iso.HeapStats().ArrayBuffers) }
		base := used()
		size := int64(1000*(i+1) + 7)
		for _, x := range []struct {
			script string
			grown  int64
		}{
			{fmt.Sprintf("globalThis.held = Array.from({ length: 100 }, () => new ArrayBuffer(%d))", size), 100 * size},
			{"held.push(held[0].slice(10, 20))", 100*size + 10},
			{"held[1] = held[1].transfer()", 100*size + 10}, // the same memory under another name
			{"held[2] = held[2].transfer(1)", 99*size + 11}, // less of it
			{"held.push(new Float64Array(100), new DataView(held[3]))", 99*size + 811},
			{"held.push(new SharedArrayBuffer(1 << 16))", 99*size + 811 + 1<<16},
		} {
			if _, err := iso.Eval(x.script+"; 0", "a.js"); err != nil {
				return err
			}
			// What transfer left behind may wait for a collection.
			for range 5 {
				if used()-base == x.grown {
					break
				}
				iso.LowMemory()
				iso.PumpTasks()
			}
			if n := used() - base; n != x.grown {
				return fmt.Errorf("%s: %d bytes, want %d", x.script, n, x.grown)
			}
		}
		if _, err := iso.Eval("held = null", "a.js"); err != nil {
			return err
		}
		for end := time.Now().Add(time.Minute); used() != base; time.Sleep(time.Millisecond) {
			iso.LowMemory()
			iso.PumpTasks()
			if time.Now().After(end) {
				return fmt.Errorf("%d bytes are left", used()-base)
			}
		}
		return nil
	})
}

// TestManyIsolates: isolates come and go on many threads, some of them while others
// try to end them; none is left over, and neither is their memory.
func TestManyIsolates(t *testing.T) {
	Init("", 0)
	const rounds = 6
	resident := func() int {
		var pages, res int
		b, err := os.ReadFile("/proc/self/statm")
		if err != nil {
			t.Skip("no /proc")
		}
		fmt.Sscan(string(b), &pages, &res)
		return res * os.Getpagesize() >> 20
	}
	left := func() (n int) {
		isolates.Range(func(any, any) bool { n++; return true })
		return n
	}
	before := left()
	run := func() {
		var all sync.WaitGroup
		for i := range threads {
			all.Go(func() {
				rnd := rand.New(rand.NewPCG(1, uint64(i)))
				for n := range rounds {
					iso, err := New(Options{MaxOldSpace: 64 << 20})
					if err != nil {
						t.Error(err)
						return
					}
					stop := make(chan struct{})
					var ender sync.WaitGroup
					if n%3 == 0 {
						ender.Go(func() {
							for {
								select {
								case <-stop:
									return
								default:
									iso.Terminate()
									iso.RequestInterrupt(1)
									runtime.Gosched()
								}
							}
						})
					}
					out, err := iso.Eval(fmt.Sprintf("const a = []; for (let i = 0; i < %d; i++) a.push(new Uint8Array(100), { i }, 'x' + i); a.length + ' %d'", 1000+rnd.IntN(20000), i), "x.js")
					if n%3 == 0 {
						if err != nil && !terminated(err) {
							t.Error(err)
						}
					} else if err != nil || !strings.HasSuffix(out, fmt.Sprint(" ", i)) {
						t.Errorf("%q %v", out, err)
					}
					if n%2 == 0 { // half of them while somebody is still ending them
						iso.Dispose()
						iso.Dispose() // a second time does nothing
					}
					close(stop)
					ender.Wait()
					iso.Dispose()
					iso.Terminate() // afterwards neither
				}
			})
		}
		all.Wait()
	}
	run() // V8 makes its threads and caches
	after1 := resident()
	run()
	run()
	if n := left(); n != before {
		t.Errorf("%d isolates are left", n-before)
	}
	if grown := resident() - after1; grown > 100 {
		t.Errorf("%d MB more after %d isolates more", grown, 2*threads*rounds)
	}
}
