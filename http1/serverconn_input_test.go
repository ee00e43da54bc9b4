package http1

import (
	"fmt"
	"strings"
	"testing"
)

// TestBackpressure: reading stops while too many answers, or bytes of answers,
// wait, and goes on when they went.
func TestBackpressure(t *testing.T) {
	t.Run("requests", func(t *testing.T) {
		r := newRecorder(&ServerConfig{MaxPipelined: 2})
		r.c.Feed(1, []byte("GET /1"+req+"GET /2"+req+"GET /3"+req+"GET /4"+req))
		expect(t, "events", r.take(), "request 1 GET /1\ncomplete 1\nrequest 2 GET /2\ncomplete 2\n")
		if r.c.WantRead() {
			t.Error("reads on")
		}
		r.c.Write(2, []byte("b"), End)
		r.c.Settle(2)
		expect(t, "events", r.take(), "")
		r.c.Write(1, []byte("a"), End)
		r.c.Settle(3)
		expect(t, "events", r.take(), "request 3 GET /3\ncomplete 3\nrequest 4 GET /4\ncomplete 4\n")
		if r.c.WantRead() {
			t.Error("reads on")
		}
		r.c.Write(3, []byte("c"), End)
		r.c.Settle(4)
		if !r.c.WantRead() {
			t.Error("does not read")
		}
	})
	t.Run("bytes that wait", func(t *testing.T) {
		r := newRecorder(&ServerConfig{HighWater: 10})
		r.c.Feed(1, []byte("GET /1"+req+"GET /2"+req))
		r.c.Write(2, []byte("0123456789"), End)
		if r.c.WantRead() {
			t.Error("reads on")
		}
		r.c.Write(1, nil, End)
		if !r.c.WantRead() {
			t.Error("does not read")
		}
	})
	t.Run("bytes that are not sent", func(t *testing.T) {
		r := newRecorder(&ServerConfig{HighWater: 10})
		r.c.SetBacklog(10)
		r.c.Feed(1, []byte("GET /1"+req))
		if r.c.WantRead() || r.take() != "" {
			t.Error("reads on")
		}
		r.c.SetBacklog(9)
		r.c.Settle(2)
		expect(t, "events", r.take(), "request 1 GET /1\ncomplete 1\n")
	})
	t.Run("a body goes on", func(t *testing.T) {
		// What waits does not hold up a request that has begun.
		r := newRecorder(&ServerConfig{HighWater: 10})
		r.c.Feed(1, []byte("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na"))
		r.c.SetBacklog(10)
		r.c.Feed(2, []byte("bc"))
		expect(t, "events", r.take(), "request 1 POST /1\nbody 1 \"a\"\nbody 1 \"bc\"\ncomplete 1\n")
	})
}

// TestEndOfInput: what the end of the peer's side means.
func TestEndOfInput(t *testing.T) {
	for _, in := range []string{"G", "GET /", "GET /" + req[:12], "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na"} {
		r := newRecorder(&ServerConfig{})
		r.c.Feed(1, []byte(in))
		r.take()
		r.c.FeedEOF(2)
		expect(t, in, r.take(), fmt.Sprintf("error 1 HPE_INVALID_EOF_STATE 400 %d \"Invalid EOF state\"\n", 0))
	}
	r := newRecorder(&ServerConfig{})
	r.c.FeedEOF(1)
	if !r.c.Done() {
		t.Error("not done without a request")
	}
	r = newRecorder(&ServerConfig{AllowHalfOpen: true})
	r.c.Feed(1, []byte("GET /1"+req+"GET /2"+req))
	r.c.FeedEOF(2)
	r.c.Write(1, []byte("a"), End)
	if r.c.Done() {
		t.Error("done too early")
	}
	r.c.Write(2, []byte("b"), End)
	expect(t, "output", r.out.String(), "ab")
	if !r.c.Done() {
		t.Error("not done")
	}
	// Half-open is not allowed: what is answered in the same turn goes out.
	r = newRecorder(&ServerConfig{})
	r.c.Feed(1, []byte("GET /1"+req+"GET /2"+req))
	r.c.FeedEOF(2)
	r.c.Write(1, []byte("a"), End)
	if r.c.Done() {
		t.Error("done too early")
	}
	r.c.Settle(3)
	if !r.c.Done() || r.c.Write(2, []byte("b"), End) != -1 || r.out.String() != "a" {
		t.Error("not done although half-open is not allowed")
	}
	// The end waits behind bytes that are held.
	r = newRecorder(&ServerConfig{MaxPipelined: 1, AllowHalfOpen: true})
	r.c.Feed(1, []byte("GET /1"+req+"GET /2"+req))
	r.c.FeedEOF(2)
	r.c.Write(1, []byte("a"), End)
	r.c.Settle(3)
	r.c.Write(2, []byte("b"), End)
	r.c.Settle(4)
	expect(t, "output", r.out.String(), "ab")
	if !r.c.Done() {
		t.Error("not done")
	}
}

// TestEndAfterRefusal: the end of the peer's side ends a connection that only
// waited for its answers, unless half-open ones are allowed.
func TestEndAfterRefusal(t *testing.T) {
	r := newRecorder(&ServerConfig{})
	r.c.Feed(1, []byte("BAD"))
	r.c.FeedEOF(2)
	if r.c.Done() {
		t.Error("done too early")
	}
	r.c.Settle(3)
	if !r.c.Done() {
		t.Error("not done")
	}
	r = newRecorder(&ServerConfig{AllowHalfOpen: true})
	r.c.Feed(1, []byte("BAD"))
	r.c.FeedEOF(2)
	r.c.Write(1, []byte("400"), End)
	if !r.c.Done() || r.out.String() != "400" {
		t.Error("no answer")
	}
}

// TestPreempt: a last word that does not wait.
func TestPreempt(t *testing.T) {
	r := newRecorder(&ServerConfig{Pool: new(Pool)})
	r.c.Feed(1, []byte("GET /1"+req+"GET /2"+req+"BAD"))
	r.c.Write(2, []byte("b"), End)
	r.c.Write(1, []byte("103"), Info)
	if !r.c.Preempt([]byte("400")) || !r.c.Done() || r.c.Preempt([]byte("x")) {
		t.Error("not put out once")
	}
	r.c.Write(1, []byte("a"), End)
	expect(t, "output", r.out.String(), "103400")

	r = newRecorder(&ServerConfig{})
	r.c.Feed(1, []byte("GET /1"+req+"BAD"))
	r.c.Write(1, []byte("a"), 0)
	if r.c.Preempt([]byte("400")) || !r.c.Done() {
		t.Error("in the middle of an answer")
	}
	expect(t, "output", r.out.String(), "a")

	r = newRecorder(&ServerConfig{})
	r.c.Feed(1, []byte("BAD"))
	if !r.c.Preempt([]byte("400")) {
		t.Error("not put out")
	}
}

// TestDump: an unread body is thrown away, up to a bound.
func TestDump(t *testing.T) {
	r := newRecorder(&ServerConfig{MaxDump: 10})
	r.c.Feed(1, []byte("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"))
	r.c.Pause()
	r.c.Write(1, []byte("a"), End)
	r.c.Dump(1)
	r.c.Feed(2, []byte("defghijGET /2"+req))
	expect(t, "events", r.take(), "request 1 POST /1\nbody 1 \"abc\"\ncomplete 1\nrequest 2 GET /2\ncomplete 2\n")

	r = newRecorder(&ServerConfig{MaxDump: 10})
	r.c.Feed(1, []byte("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"))
	r.c.Dump(1)
	r.c.Write(1, []byte("a"), End)
	r.c.Feed(2, []byte("0123456789"))
	if r.c.Done() {
		t.Error("done too early")
	}
	r.c.Feed(3, []byte("0"))
	if !r.c.Done() {
		t.Error("dumps for ever")
	}
	// Before the answer: it may still be given.
	r = newRecorder(&ServerConfig{MaxDump: 1})
	r.c.Feed(1, []byte("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"))
	r.c.Dump(1)
	r.c.Feed(2, []byte("0123"))
	if r.c.Done() || !r.c.Last(1) {
		t.Error("should be last")
	}
	r.c.Write(1, []byte("a"), End)
	if !r.c.Done() {
		t.Error("not done")
	}
}

// TestUpgrade: CONNECT and upgrades leave HTTP if the handler says so.
func TestUpgradeDecisions(t *testing.T) {
	const up = "GET /u HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
	const connect = "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"
	run := func(d Decision, in string) (*recorder, string) {
		r := newRecorder(&ServerConfig{})
		r.decide = func(uint32, *Head) Decision { return d }
		r.c.Feed(1, []byte(in))
		return r, r.take()
	}
	r, got := run(Upgrade, up+"raw")
	expect(t, "accepted", got, "request 1 GET /u\ncomplete 1\nupgrade 1 \"raw\"\n")
	r.c.Feed(2, []byte("more"))
	r.c.Write(1, []byte("101"), End)
	if r.c.Done() || r.c.WantRead() || r.take() != "" || r.out.String() != "101" {
		t.Error("an upgraded connection is not HTTP's any more")
	}
	for _, d := range []Decision{Proceed, Ordinary} {
		_, got = run(d, up+"GET /2"+req)
		expect(t, "not accepted", got, "request 1 GET /u\ncomplete 1\nrequest 2 GET /2\ncomplete 2\n")
	}
	_, got = run(Proceed, connect+"raw")
	expect(t, "CONNECT", got, "request 1 CONNECT a:1\ncomplete 1\nupgrade 1 \"raw\"\n")
	_, got = run(Ordinary, connect+"GET /2"+req)
	expect(t, "CONNECT as a request", got, "request 1 CONNECT a:1\ncomplete 1\nrequest 2 GET /2\ncomplete 2\n")
	// Earlier answers go first.
	r, _ = run(Proceed, "GET /1"+req+connect+"raw")
	r.c.Write(2, []byte("200"), End)
	r.c.Write(1, []byte("a"), End)
	expect(t, "output", r.out.String(), "a200")
	// The rest includes what was held.
	r = newRecorder(&ServerConfig{MaxPipelined: 1})
	r.c.Feed(1, []byte("GET /1"+req+connect+"ra"))
	r.c.Feed(2, []byte("w"))
	r.c.Write(1, []byte("a"), End)
	r.c.Settle(3)
	expect(t, "held", r.take(), "request 1 GET /1\ncomplete 1\nrequest 2 CONNECT a:1\ncomplete 2\nupgrade 2 \"raw\"\n")
}

// TestAbort: everything is given back and nothing is said any more.
func TestAbort(t *testing.T) {
	pool := new(Pool)
	r := newRecorder(&ServerConfig{Pool: pool, MaxPipelined: 2})
	r.c.Feed(1, []byte("GET /1"+req+"GET /2"+req+"GET /3"+req))
	r.c.Write(2, []byte("b"), End)
	r.take()
	r.c.Abort()
	r.c.Settle(2)
	r.c.Feed(3, []byte("GET /4"+req))
	r.c.Write(1, []byte("a"), End)
	if r.take() != "" || r.out.Len() > 0 || !r.c.Done() || r.c.Waiting() != 0 || r.c.Pending() != 0 {
		t.Error("not quiet")
	}
	if len(pool.bufs) != 2 {
		t.Error("buffers in the pool: ", len(pool.bufs))
	}
	r.c.Release()
	if n := len(pool.parsers) + len(pool.lent); n != 1 {
		t.Error("parsers in the pool: ", n)
	}
}

// TestDeadlines: what must happen by when.
func TestDeadlines(t *testing.T) {
	cfg := &ServerConfig{HeaderTimeout: 60, RequestTimeout: 300, KeepAliveTimeout: 5}
	type want struct {
		kind DeadlineKind
		at   int64
	}
	r := newRecorder(cfg)
	at := func(what string, now int64, w want) {
		t.Helper()
		if k, d := r.c.Deadline(now); k != w.kind || d != w.at {
			t.Errorf("%s: %d at %d, want %d at %d", what, k, d, w.kind, w.at)
		}
	}
	at("nothing came", 1, want{DeadlineHeader, 60})
	r.c.Feed(10, []byte("POST /1 HTTP/1.1\r\n"))
	at("a head began", 11, want{DeadlineHeader, 70})
	r.c.Feed(20, []byte("Host: x\r\n"))
	at("dripping does not help", 21, want{DeadlineHeader, 70})
	r.c.Feed(30, []byte("Content-Length: 3\r\n\r\n"))
	at("the head is there", 31, want{DeadlineRequest, 310})
	r.c.Feed(40, []byte("ab"))
	at("the body drips", 41, want{DeadlineRequest, 310})
	r.c.Feed(50, []byte("c"))
	at("the handler runs", 51, want{DeadlineNone, 0})
	r.c.Write(1, []byte("a"), End)
	at("the answer is out", 60, want{DeadlineKeepAlive, 65})
	at("later", 62, want{DeadlineKeepAlive, 65})
	r.c.Feed(63, []byte("\r\n"))
	at("an empty line is no request", 64, want{DeadlineKeepAlive, 65})
	r.c.Feed(64, []byte("G"))
	at("the next began", 64, want{DeadlineHeader, 124})
	r.c.Feed(70, []byte("ET /2"+req+"P"))
	at("the next but one began", 70, want{DeadlineHeader, 130})
	if k, _ := r.c.Expire(129); k != DeadlineNone {
		t.Error("expired too early")
	}
	r.take()
	if k, seq := r.c.Expire(130); k != DeadlineHeader || seq != 3 {
		t.Error(k, seq)
	}
	r.c.Write(3, []byte("408"), End|Close)
	r.c.Write(2, []byte("b"), End)
	expect(t, "output", r.out.String(), "ab408")
	if !r.c.Done() {
		t.Error("not done")
	}

	r = newRecorder(cfg)
	r.c.Feed(1, []byte("GET /"+req))
	r.c.Write(1, []byte("a"), End)
	r.c.Settle(2)
	if k, seq := r.c.Expire(7); k != DeadlineKeepAlive || seq != 0 || !r.c.Done() {
		t.Error(k, seq)
	}

	// A request that the machine itself does not read is not late.
	r = newRecorder(&ServerConfig{HeaderTimeout: 60, MaxPipelined: 1})
	r.c.Feed(1, []byte("GET /1"+req+"GET /2 HT"))
	at("held up", 1000, want{DeadlineNone, 0})
	r.c.Write(1, []byte("a"), End)
	r.c.Settle(2000)
	at("not any more", 2000, want{DeadlineHeader, 2060})

	// The shorter of two deadlines counts.
	r = newRecorder(&ServerConfig{HeaderTimeout: 60, RequestTimeout: 30})
	at("request before header", 0, want{DeadlineRequest, 30})
	r = newRecorder(&ServerConfig{})
	at("none", 0, want{DeadlineNone, 0})
}

// TestAnswerInHandler: a handler may answer, pause and abort where it is
// called.
func TestAnswerInHandler(t *testing.T) {
	out := ""
	h := new(hook)
	c := NewServerConn(&ServerConfig{Pool: new(Pool)}, h, 0)
	h.onRequest = func(seq uint32, head *Head) Decision {
		c.Write(seq, fmt.Appendf(nil, "%d", seq), End)
		if seq == 3 {
			c.Abort()
		}
		return Proceed
	}
	h.onOutput = func(p []byte) { out += string(p) }
	c.Feed(1, []byte("GET /1"+req+"GET /2"+req+"GET /3"+req+"GET /4"+req))
	expect(t, "output", out, "123")
	defer func() {
		if recover() == nil {
			t.Error("Feed in a handler should panic")
		}
	}()
	c = NewServerConn(&ServerConfig{}, h, 0)
	h.onRequest = func(uint32, *Head) Decision { c.Feed(2, []byte("x")); return Proceed }
	c.Feed(1, []byte("GET /1"+req))
}

// TestManyPipelined goes around the ring of answers many times.
func TestManyPipelined(t *testing.T) {
	r := newRecorder(&ServerConfig{Pool: new(Pool), MaxPipelined: 50})
	in := []byte(strings.Repeat("GET /"+req, 37))
	var want strings.Builder
	seq := uint32(0)
	for range 100 {
		r.c.Feed(1, in)
		for i := uint32(37); i > 0; i-- {
			r.c.Write(seq+i, fmt.Appendf(nil, "%d ", seq+i), End)
		}
		for i := uint32(1); i <= 37; i++ {
			fmt.Fprintf(&want, "%d ", seq+i)
		}
		seq += 37
	}
	if r.out.String() != want.String() {
		t.Error("out of order")
	}
	if got := len(r.c.slots); got != 64 {
		t.Error("slots: ", got)
	}
}
