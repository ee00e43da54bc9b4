package v8

import (
	"fmt"
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
    if (target !== '/todos') throw new Error(target);
    write(events[i + 2], events[i + 3], kContentLength | kLatin1, 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n', 'Hello World\n');
  }
});
`

// BenchmarkTurn is the crossing: a turn of so many requests goes to JavaScript, and what
// it wrote is taken. ns/request is what one of them costs.
func BenchmarkTurn(b *testing.B) {
	Init("", 0)
	head := []byte("/todosHost: localhost:8080\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\n")
	for _, n := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("requests=%d", n), func(b *testing.B) { // on a thread of its own, as the isolate is
			iso, err := New(Options{Builtin: func(id string) (string, []byte, bool) { return answering, nil, id == "answering" }})
			if err != nil {
				b.Fatal(err)
			}
			defer iso.Dispose()
			if err := iso.Boot("answering"); err != nil {
				b.Fatal(err)
			}
			q := iso.NewQueue()
			b.ReportAllocs()
			for b.Loop() {
				for i := range n {
					off := q.Head(head)
					q.Event(FirstModuleEvent, int32(i), 1, off, off+6)
				}
				if err := q.Deliver(); err != nil {
					b.Fatal(err)
				}
				if _, records := iso.Output(); len(records) != n {
					b.Fatalf("%d answers to %d requests", len(records), n)
				}
				iso.ResetOutput()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/request")
		})
	}
}
