package http1

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"
)

// TestNothingIsKept: a parser that went back to the pool holds nothing of its
// last message, whatever state it was in.
func TestNothingIsKept(t *testing.T) {
	const secret = "s3cret"
	fields := strings.Repeat("X-"+secret+": "+secret+"\r\n", 5)
	for _, in := range []string{
		"GET /" + secret + " HTTP/1.1\r\n" + fields + "\r\n",
		"GET /" + secret + " HTTP/1.1\r\n" + fields,
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n" + secret,
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + fields + "\r\n",
		"GET /" + secret + "\x00",
	} {
		pool := new(Pool)
		p := pool.Parser(RoleRequest, nil)
		for i := 0; i < len(in); i += 20 {
			b := []byte(in[i:min(i+20, len(in))])
			for {
				ev, n := p.Next(b)
				b = b[n:]
				if ev == EventMore || ev == EventError {
					break
				}
			}
		}
		pool.Put(p)
		fresh := NewParser(RoleRequest, nil)
		if q := pool.Parser(RoleRequest, nil); q != p {
			t.Fatal("another parser")
		}
		for _, s := range [][]Field{p.head.Fields, p.trail.Fields} {
			for _, f := range s[:cap(s)] {
				if f != (Field{}) {
					t.Errorf("%q: a field was kept", in)
				}
			}
		}
		p.head.Fields, p.trail.Fields, p.pool = nil, nil, nil
		if !reflect.DeepEqual(*p, *fresh) {
			t.Errorf("%q:\n kept %+v\nfresh %+v", in, *p, *fresh)
		}
	}
}

// TestPoolBounds: the pool does not grow without end, and large things are
// not kept.
func TestPoolBounds(t *testing.T) {
	pool := new(Pool)
	var parsers []*Parser
	for range 2 * maxPooled {
		parsers = append(parsers, pool.Parser(RoleRequest, nil))
	}
	for _, p := range parsers {
		pool.Put(p)
	}
	if n := len(pool.parsers); n != maxPooled {
		t.Error("parsers: ", n)
	}
	for range 2 * maxPooled {
		pool.putBuf(make([]byte, smallBuf))
	}
	pool.putBuf(make([]byte, 2*maxPoolBuf))
	if n := len(pool.bufs); n != maxPooled {
		t.Error("buffers: ", n)
	}
	p := NewParser(RoleRequest, &Options{Limits: Limits{HeaderBytes: 1 << 20}})
	in := []byte("GET / HTTP/1.1\r\n" + strings.Repeat("A: b\r\n", 1000) + "\r\n")
	if ev, _ := p.Next(in); ev != EventHead || len(p.Head().Fields) != 1000 {
		t.Fatal(ev, p.Err())
	}
	p.Reset(RoleRequest, nil)
	if c := cap(p.head.Fields); c > 128 {
		t.Error("fields kept: ", c)
	}
}

// TestSplitMemory: a head that comes byte by byte costs no more than its limit,
// and the buffer goes back as soon as the message is over.
func TestSplitMemory(t *testing.T) {
	pool := new(Pool)
	p := pool.Parser(RoleRequest, nil)
	in := []byte("GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 1<<20))
	for i := range in {
		if ev, _ := p.Next(in[i : i+1]); ev == EventError {
			if i < DefaultHeaderBytes || i > DefaultHeaderBytes+100 || p.Err().Code != CodeHeaderOverflow {
				t.Error(i, p.Err())
			}
			break
		}
		if cap(p.buf) > 4*DefaultHeaderBytes {
			t.Fatal("buffer: ", cap(p.buf))
		}
	}
	p.Reset(RoleRequest, nil)
	for _, b := range []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n") {
		p.Next([]byte{b})
	}
	p.Next(nil)
	p.Next(nil)
	if p.buf != nil {
		t.Error("an idle parser has a buffer")
	}
	// White space that Node does not count, and empty fields.
	for _, fill := range []string{" ", "\t", "A:\r\n", "A: \r\n"} {
		p.Reset(RoleRequest, &Options{Limits: Limits{HeaderFields: -1}})
		ev, _ := p.Next([]byte("GET / HTTP/1.1\r\nHost:" + fill[:1] + "x\r\nX:\r\nY:"))
		if fill == "A:\r\n" || fill == "A: \r\n" {
			ev, _ = p.Next([]byte(" y\r\n"))
		}
		n := 0
		for ev != EventError && n < 1<<20 {
			ev, _ = p.Next([]byte(fill))
			n++
		}
		if n > 3*DefaultHeaderBytes {
			t.Errorf("%q: %d times", fill, n)
		}
	}
}

// TestFieldLayout: other languages take fields as five words each.
func TestFieldLayout(t *testing.T) {
	if n := unsafe.Sizeof(Field{}); n != 20 {
		t.Error("size ", n)
	}
	f := Field{Span{1, 2}, Span{3, 4}, 5, 6, 0}
	words := *(*[5]uint32)(unsafe.Pointer(&f))
	if words[0] != 1 || words[1] != 2 || words[2] != 3 || words[3] != 4 {
		t.Error(words)
	}
}

// TestNoAllocations: parsing, and a cycle of request and answer, allocate
// nothing.
func TestNoAllocations(t *testing.T) {
	pool := new(Pool)
	p := pool.Parser(RoleRequest, nil)
	for name, msg := range map[string]string{"small": benchSmall, "browser": benchBrowser, "post": benchPost, "chunked": benchChunked} {
		in := []byte(msg)
		if n := testing.AllocsPerRun(100, func() { parseAll(p, in) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
		if n := testing.AllocsPerRun(100, func() { parseAll(p, in[:30]); parseAll(p, in[30:]) }); n != 0 {
			t.Errorf("%s in two pieces: %v allocations", name, n)
		}
	}
	r := NewParser(RoleResponse, nil)
	in := []byte(benchResponse)
	if n := testing.AllocsPerRun(100, func() { parseAll(r, in) }); n != 0 {
		t.Errorf("response: %v allocations", n)
	}
	a := new(answerer)
	cfg := &ServerConfig{Pool: pool, HeaderTimeout: time.Minute, KeepAliveTimeout: time.Second}
	a.c = NewServerConn(cfg, a, 0)
	now := int64(0)
	in = []byte(benchSmall)
	if n := testing.AllocsPerRun(100, func() {
		now++
		a.c.Feed(now, in)
		a.c.Settle(now)
		a.c.Deadline(now)
	}); n != 0 {
		t.Errorf("server: %v allocations", n)
	}
	// A connection from the pool, with answers out of turn.
	h := new(hook)
	three := bytes.Repeat(in, 3)
	c := new(ServerConn)
	if n := testing.AllocsPerRun(100, func() {
		c.Reset(cfg, h, 0)
		c.Feed(1, three)
		c.Write(3, helloAnswer, End)
		c.Write(2, helloAnswer, End)
		c.Write(1, helloAnswer, End)
		c.Release()
	}); n != 0 {
		t.Errorf("connection: %v allocations", n)
	}
}

// TestBorrowedParsers: connections between two requests need none, and what one leaves
// behind is not seen by the next.
func TestBorrowedParsers(t *testing.T) {
	pool := new(Pool)
	cfg := &ServerConfig{Pool: pool}
	cfg.Limits.HeaderFields = 2
	other := &ServerConfig{Pool: pool}
	other.Limits.HeaderFields = 1
	var all []*recorder
	for i := range 20 {
		if i%2 == 0 {
			all = append(all, newRecorder(cfg))
		} else {
			all = append(all, newRecorder(other))
		}
	}
	half := func(r *recorder, s string) { r.c.Feed(1, []byte(s)) }
	for range 3 {
		for _, r := range all {
			half(r, "POST / HTTP/1.1\r\nHost: a\r\n")
			if r.c.Parser() == nil {
				t.Fatal("no parser within a head")
			}
		}
		for i, r := range all {
			half(r, "Content-Length: 3\r\n\r\nab")
			if i%2 == 0 && r.c.Parser() == nil {
				t.Fatal("no parser within a body")
			}
		}
		for i, r := range all {
			if i%2 == 1 {
				if got := r.take(); !strings.Contains(got, "error") {
					t.Fatalf("%d: a field too many was let through: %q", i, got)
				}
				continue
			}
			half(r, "c")
			if got := r.take(); !strings.Contains(got, "complete") {
				t.Fatalf("%d: %q", i, got)
			}
			r.c.Write(r.c.Turn(), helloAnswer, End)
			if r.c.Parser() != nil || !r.c.Idle() {
				t.Fatal("a parser between two requests")
			}
		}
		for i := 1; i < len(all); i += 2 {
			all[i].c.Release()
			all[i] = newRecorder(other)
		}
	}
	// An empty line that has begun is a part of the next request.
	r := all[0]
	half(r, "\r")
	if r.c.Parser() == nil {
		t.Error("the CR of an empty line is forgotten")
	}
	half(r, "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
	if got := r.take(); !strings.Contains(got, "complete 4") {
		t.Errorf("%q", got)
	}
	// The offset of an error counts from the connection's first byte.
	half(r, "GET / HTTP/1.1\r\nbad line\r\n\r\n")
	if err := r.c.Parser().Err(); err == nil || err.Offset <= 180 {
		t.Error(err)
	}
}
