package http1

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
)

// FuzzClient drives a client machine by a program of bytes over answers of any
// kind, and checks what it promises: every answer belongs to one request, in
// order; nothing is said of one that is complete; and a connection on which
// anything was wrong is not used again.
func FuzzClient(f *testing.F) {
	f.Add([]byte("\x10\x20\x00\x7f\x3f\x40"), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 204 No\r\n\r\n")
	f.Add([]byte("\x11\x12\x01\x50\x60\x02\x70"), "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nraw")
	corpus(func(role Role, s string) {
		if role == RoleResponse {
			f.Add([]byte("\x10\x20\x07\x0f\x10\x20\x3f\x80"), s+s)
		}
	})
	f.Fuzz(runClientProgram)
}

func TestClientPrograms(t *testing.T) {
	r := rand.New(rand.NewSource(9))
	for range 10000 {
		in := ""
		for range 1 + r.Intn(4) {
			in += generate(r, RoleResponse)
		}
		if often(r, 5) {
			in = mutate(r, in)
		}
		program := make([]byte, r.Intn(60))
		r.Read(program)
		runClientProgram(t, program, in)
	}
}

// watcher is a client handler that checks the order of events.
type watcher struct {
	t         *testing.T
	requested uint32 // the number of the last request
	current   uint32 // the answer that has begun
	complete  uint32 // the last one that is complete
	over      bool   // nothing may follow
	decide    Decision
}

func (w *watcher) fails(format string, args ...any) { w.t.Helper(); w.t.Fatalf(format, args...) }

func (w *watcher) begins(seq uint32, what string) {
	if w.over || seq != w.complete+1 || seq > w.requested {
		w.fails("%s of %d after %d of %d, over: %v", what, seq, w.complete, w.requested, w.over)
	}
}

func (w *watcher) goesOn(seq uint32, what string) {
	if w.over || seq != w.current || seq != w.complete+1 {
		w.fails("%s of %d, but %d has begun and %d is complete, over: %v", what, seq, w.current, w.complete, w.over)
	}
}

func (w *watcher) OnInformation(seq uint32, h *Head) {
	w.begins(seq, "information")
	if h.Status/100 != 1 || h.Status == 101 || w.current == seq {
		w.fails("%d is no information", h.Status)
	}
}
func (w *watcher) OnResponse(seq uint32, h *Head) Decision {
	w.begins(seq, "response")
	if w.current == seq || h.Status/100 == 1 && h.Status != 101 {
		w.fails("a second response %d to %d", h.Status, seq)
	}
	w.current = seq
	return w.decide
}
func (w *watcher) OnBody(seq uint32, p []byte) {
	w.goesOn(seq, "body")
	if len(p) == 0 {
		w.fails("an empty piece of body")
	}
}
func (w *watcher) OnComplete(seq uint32, _ *Section) {
	w.goesOn(seq, "complete")
	w.complete = seq
}
func (w *watcher) OnUpgrade(seq uint32, _ []byte) {
	if w.over || seq != w.complete {
		w.fails("upgrade of %d, %d is complete", seq, w.complete)
	}
	w.over = true
}
func (w *watcher) OnError(seq uint32, err *Error) {
	if w.over || err == nil || seq != 0 && seq != w.complete+1 {
		w.fails("error %v of %d, %d is complete, over: %v", err, seq, w.complete, w.over)
	}
	w.over = true
}

// runClientProgram: each byte is an operation and its argument.
func runClientProgram(t *testing.T, program []byte, in string) {
	if len(program) > 1000 || len(in) > 10000 {
		return
	}
	pool := new(Pool)
	w := &watcher{t: t}
	c := NewClientConn(&ClientConfig{Pool: pool, MaxInformation: 3}, w)
	sent := uint32(0)
	for _, op := range program {
		arg := int(op & 0xf)
		switch op >> 4 {
		case 0, 2, 3, 7:
			n := min(len(in), 1+int(op&0x3f)*2)
			held := len(c.held)
			c.Feed([]byte(in[:n]))
			if len(c.held) > held+n {
				t.Fatalf("%d bytes held of %d", len(c.held), held+n)
			}
			in = in[n:]
		case 1:
			if w.requested >= 30 {
				continue
			}
			w.requested = c.Request([]string{"GET", "HEAD", "CONNECT", "POST"}[arg&3], arg == 15)
		case 4:
			if sent < w.requested {
				sent++
				c.Sent()
			}
		case 5:
			c.Pause()
		case 6:
			c.Resume()
			c.Settle()
		case 8:
			w.decide = Decision(arg & 3)
		case 9:
			if arg == 0 {
				c.FeedEOF()
			}
		}
		if c.Reusable() && (w.over || c.Pending() > 0 || sent < w.requested || c.Done()) {
			t.Fatal("a connection that is not free could be used again")
		}
		if c.Pending() != int(w.requested-w.complete) {
			t.Fatalf("%d pending of %d, %d complete", c.Pending(), w.requested, w.complete)
		}
	}
	c.Release()
	if len(pool.parsers) != 1 {
		t.Error("the parser is lost")
	}
}

// FuzzExchange: whatever bytes come, a strict server that refuses has read no
// request behind the refusal, and reads the same in any pieces.
func FuzzExchange(f *testing.F) {
	corpus(func(role Role, s string) {
		if role != RoleRequest {
			return
		}
		f.Add(s, []byte{3, 9, 27})
		f.Add("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"+s, []byte{60, 1, 1, 1})
	})
	f.Fuzz(checkExchange)
}

func checkExchange(t *testing.T, in string, cuts []byte) {
	whole := read(in, max(len(in), 1))
	e := &reading{exchange: exchange{want: true}}
	e.c = NewServerConn(&ServerConfig{}, e, 0)
	for _, p := range cutBy(in, cuts) {
		e.c.Feed(0, []byte(p))
	}
	e.c.Settle(0)
	if e.out.String() != whole.out.String() {
		t.Errorf("%q in pieces %q: answered %q, whole %q", in, cuts, e.out.String(), whole.out.String())
	}
	// How much of a body came before a limit was reached depends on the cuts,
	// and so does what is left where HTTP ends.
	if e.String() != whole.String() && !whole.c.upgraded && !strings.Contains(fmt.Sprint(whole.errs), "OVERFLOW") {
		t.Errorf("%q in pieces %q: %v\nwhole: %v", in, cuts, e, whole)
	}
	if whole.refused() {
		before := len(whole.requests)
		whole.c.Feed(0, []byte(next))
		whole.c.Settle(0)
		if len(whole.requests) != before {
			t.Errorf("%q: read on after a refusal", in)
		}
	}
}

func TestExchangesGenerated(t *testing.T) {
	r := rand.New(rand.NewSource(10))
	for range 20000 {
		cuts := make([]byte, r.Intn(5))
		r.Read(cuts)
		checkExchange(t, mutate(r, generate(r, RoleRequest)), cuts)
	}
}
