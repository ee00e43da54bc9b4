package v8

import (
	"fmt"
	"strings"
	"testing"
)

// answering is the least that a turn can do for a request: JavaScript takes the target
// out of the heads and writes an answer.
const answering = `
const { setHook } = internalBinding('runtime');
const { events, write, kContentLength, kLatin1 } = internalBinding('turn');
setHook(0, (heads, n) => {
  for (let i = 0; i < n; i += events[i + 1]) {
    const target = heads.slice(events[i + 4], events[i + 5]);
    if (target !== '/todos') throw new Error('no target');
    write(events[i + 2], events[i + 3], kContentLength | kLatin1, 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n', 'Hello World\n');
  }
});
setHook(1, (now) => 2 * now);
setHook(2, () => { throw new Error('on purpose'); });
`

// answerer is an isolate that runs it.
func answerer(tb testing.TB) *Isolate {
	tb.Helper()
	Init("", 0)
	iso, err := New(Options{Builtin: func(id string) (string, []byte, bool) { return answering, nil, id == "answering" }})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(iso.Dispose)
	if err := iso.Boot("answering"); err != nil {
		tb.Fatal(err)
	}
	return iso
}

var head = []byte("/todosHost: localhost:8080\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\n")

// answer delivers a turn of n requests and takes the answers.
func answer(q *Queue, n int) error {
	for i := range n {
		off := q.Head(head)
		q.Event(FirstModuleEvent, int32(i), 1, off, off+6)
	}
	if err := q.Deliver(); err != nil {
		return err
	}
	if _, records := q.iso.Output(); len(records) != n {
		return fmt.Errorf("%d answers to %d requests", len(records), n)
	}
	q.iso.ResetOutput()
	return nil
}

// TestTurnWithoutAllocations: requests, answers and due timers cross without memory of Go's.
func TestTurnWithoutAllocations(t *testing.T) {
	iso := answerer(t)
	q := iso.NewQueue()
	if n := testing.AllocsPerRun(200, func() {
		if err := answer(q, 8); err != nil {
			t.Error(err)
		}
		if v, err := iso.CallHookFloat(HookTimers, 21); v != 42 || err != nil {
			t.Error(v, err)
		}
	}); n != 0 {
		t.Errorf("a turn allocates %v times", n)
	}
	if _, err := iso.CallHookFloat(HookImmediate, 0); err == nil || !strings.Contains(err.Error(), "on purpose") {
		t.Errorf("a hook that throws: %v", err)
	}
	q.Event(FirstModuleEvent, 0, 1, 0, 0)
	if err := q.Deliver(); err == nil || !strings.Contains(err.Error(), "no target") {
		t.Errorf("a turn that throws: %v", err)
	}
	if err := answer(q, 1); err != nil {
		t.Errorf("the turn after it: %v", err)
	}
}

// BenchmarkTurn is the crossing: a turn of so many requests goes to JavaScript, and what
// it wrote is taken. ns/request is what one of them costs.
func BenchmarkTurn(b *testing.B) {
	for _, n := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("requests=%d", n), func(b *testing.B) {
			q := answerer(b).NewQueue() // on this thread, which is the isolate's from now on
			b.ReportAllocs()
			for b.Loop() {
				if err := answer(q, n); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/request")
		})
	}
}
