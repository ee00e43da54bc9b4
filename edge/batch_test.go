package edge

import (
	"encoding/json"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// begun is an exchange of the batch that has begun.
func begun(l *Live, b *Batch, target string) *Exchange {
	x := &Exchange{Batch: b, Texts: &Texts{}, Method: "GET", Target: target, Host: "a", Major: 1, Minor: 1, Peer: netip.MustParseAddr("192.0.2.1"), Start: time.Now()}
	l.Begin(x)
	x.Request()
	return x
}

// TestBatch: lines are written when the batch is flushed, in the order in which the
// exchanges ended, and each engine stays open until its lines are.
func TestBatch(t *testing.T) {
	var closed [2]atomic.Int64
	var wrote [2]string
	var times [2]int
	engine := func(i int) *Engine {
		return engineOf(t, "", Options{Application: true, AccessLog: func(lines []byte) {
			if closed[i].Load() > 0 {
				t.Errorf("engine %d is closed, and logs %s", i, lines)
			}
			wrote[i] += string(lines)
			times[i]++
		}}, &closed[i])
	}
	l := NewLive(engine(0))
	var b Batch
	a1, a2 := begun(l, &b, "/a1"), begun(l, &b, "/a2")
	a1.Done(Sent{Status: 200})
	late := begun(l, &b, "/late")
	a2.Done(Sent{Status: 200})
	if wrote[0] != "" {
		t.Errorf("written before Flush: %s", wrote[0])
	}
	l.Swap(engine(1))
	begun(l, &b, "/b").Done(Sent{Status: 200})
	if got := targets(t, wrote[0]); got != "/a1 /a2" || times[0] != 1 {
		t.Errorf("%s in %d pieces", got, times[0])
	}
	if closed[0].Load() != 0 {
		t.Error("closed before its last exchange is done")
	}
	late.Done(Sent{Status: 200})
	if got := targets(t, wrote[1]); got != "/b" {
		t.Error(got)
	}
	b.Flush()
	b.Flush()
	if got := targets(t, wrote[0]); got != "/a1 /a2 /late" {
		t.Error(got)
	}
	for closed[0].Load() == 0 { // elsewhere
		time.Sleep(time.Millisecond)
	}
	if closed[1].Load() != 0 {
		t.Error("the present engine is closed")
	}
	if e := l.Engine(); e.users.count() != 0 {
		t.Errorf("%d exchanges are left", e.users.count())
	}
}

// TestBatchOfManyLines: what is put together has an end.
func TestBatchOfManyLines(t *testing.T) {
	text, longest := "", 0
	l := NewLive(engineOf(t, "", Options{Application: true, AccessLog: func(lines []byte) {
		text += string(lines)
		longest = max(longest, len(lines))
	}}, &atomic.Int64{}))
	var b Batch
	long := "/" + strings.Repeat("x", maxLines)
	for i := range 400 {
		target := "/short"
		if i%100 == 50 {
			target = long
		}
		begun(l, &b, target).Done(Sent{Status: 200})
	}
	b.Flush()
	if n := strings.Count(text, "\n"); n != 400 || longest > 3*maxLines {
		t.Errorf("%d lines, at most %d bytes together", n, longest)
	}
	for line := range strings.Lines(text) {
		if !json.Valid([]byte(line)) {
			t.Fatal(line)
		}
	}
	if cap(b.lines) > 2*maxLines {
		t.Errorf("%d bytes are kept", cap(b.lines))
	}
}

// targets are the targets of lines in JSON.
func targets(t *testing.T, lines string) string {
	t.Helper()
	var all []string
	for line := range strings.Lines(lines) {
		var v struct{ Target string }
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all = append(all, v.Target)
	}
	return strings.Join(all, " ")
}
