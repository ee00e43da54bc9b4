package http1

import (
	"fmt"
	"math/rand"
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestMaxRequests: the last request is known as such, and nothing behind it is
// read, in one packet or in several.
func TestMaxRequests(t *testing.T) {
	in := "GET /1" + req + "GET /2" + req + "GET /3" + req + "BAD"
	for cut := 0; cut <= len(in); cut++ {
		r := newRecorder(&ServerConfig{MaxRequests: 2})
		r.c.Feed(1, []byte(in[:cut]))
		r.c.Feed(2, []byte(in[cut:]))
		expect(t, "events", r.take(), "request 1 GET /1\ncomplete 1\nrequest 2 GET /2\ncomplete 2\n")
		if r.c.Last(1) || !r.c.Last(2) || !r.c.Discards() {
			t.Error("which is the last?")
		}
		r.c.Write(2, []byte("b"), End)
		r.c.Write(1, []byte("a"), End)
		if !r.c.Done() || r.out.String() != "ab" {
			t.Error(r.out.String())
		}
	}
}

// TestDrip: a client that sends a byte now and then is cut off when the head,
// or the request, has taken its time, however it drips; with a 408 if nothing
// was answered yet.
func TestDrip(t *testing.T) {
	const second = int64(time.Second)
	for _, d := range []struct {
		name, first, drip string
		kind              DeadlineKind
		at                int64 // in seconds
	}{
		{"nothing", "", "", DeadlineHeader, 60},
		{"empty lines", "", "\r\n", DeadlineHeader, 60},
		{"the method", "G", "", DeadlineHeader, 61},
		{"the target", "GET /", "a", DeadlineHeader, 61},
		{"a name", "GET / HTTP/1.1\r\n", "a", DeadlineHeader, 61},
		{"a value", "GET / HTTP/1.1\r\nHost: ", "a", DeadlineHeader, 61},
		{"fields", "GET / HTTP/1.1\r\nHost: a\r\n", "A: b\r\n", DeadlineHeader, 61},
		{"the body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n", "a", DeadlineRequest, 301},
		{"chunks", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n", DeadlineRequest, 301},
		{"a chunk size", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;", "a", DeadlineRequest, 301},
		{"trailers", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n", DeadlineRequest, 301},
	} {
		t.Run(d.name, func(t *testing.T) {
			r := newRecorder(&ServerConfig{HeaderTimeout: time.Minute, RequestTimeout: 5 * time.Minute, KeepAliveTimeout: time.Second})
			now, fed := int64(0), false
			for {
				kind, at := r.c.Deadline(now)
				if kind == DeadlineNone {
					t.Fatal("no deadline at ", now/second)
				}
				if now >= at {
					break
				}
				now += second
				in := d.drip
				if !fed {
					in, fed = d.first+d.drip, true
				}
				if d.name == "empty lines" && now > 10*second {
					in = "" // their number is bounded, too
				}
				r.c.Feed(now, []byte(in))
			}
			kind, seq := r.c.Expire(now)
			if kind != d.kind || now != d.at*second || seq != 1 {
				t.Errorf("kind %d at %d s under %d", kind, now/second, seq)
			}
			if r.c.Started(seq) || r.c.Write(seq, []byte("408"), End|Close) < 0 || !r.c.Done() || r.out.String() != "408" {
				t.Error("no answer")
			}
		})
	}
}

// TestExpireBehindAnswers: the 408 waits for the answers to earlier requests;
// where the answer to the late request has begun, there is none.
func TestExpireBehindAnswers(t *testing.T) {
	cfg := &ServerConfig{HeaderTimeout: 10, RequestTimeout: 20}
	r := newRecorder(cfg)
	r.c.Feed(1, []byte("GET /1"+req+"GET /2 HT"))
	if kind, seq := r.c.Expire(11); kind != DeadlineHeader || seq != 2 {
		t.Fatal(kind, seq)
	}
	r.c.Write(2, []byte("408"), End|Close)
	if r.out.Len() > 0 || r.c.Done() {
		t.Error("out of turn")
	}
	r.c.Write(1, []byte("a"), End)
	if r.out.String() != "a408" || !r.c.Done() {
		t.Error(r.out.String())
	}
	r = newRecorder(cfg)
	r.c.Feed(1, []byte("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"))
	r.c.Write(1, []byte("early "), 0)
	if kind, seq := r.c.Expire(21); kind != DeadlineRequest || seq != 1 || !r.c.Started(seq) {
		t.Fatal(kind, seq)
	}
	r.c.Write(1, []byte("end"), End)
	if r.out.String() != "early end" || !r.c.Done() {
		t.Error(r.out.String())
	}
}

// TestNegotiation: what request and handler say about the connection's end.
func TestNegotiation(t *testing.T) {
	for _, d := range []struct {
		head string
		last bool
	}{
		{"GET / HTTP/1.1\r\nHost: x\r\n\r\n", false},
		{"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", true},
		{"GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, CLOSE\r\n\r\n", true},
		{"GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nConnection: x,close\r\n\r\n", true},
		{"GET / HTTP/1.1\r\nHost: x\r\nConnection: closed\r\n\r\n", false},
		{"GET / HTTP/1.1\r\nHost: x\r\nProxy-Connection: close\r\n\r\n", true},
		{"GET / HTTP/1.0\r\n\r\n", true},
		{"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", false},
		{"GET / HTTP/1.0\r\nConnection: upgrade\r\n\r\n", true},
	} {
		r := newRecorder(&ServerConfig{})
		r.c.Feed(1, []byte(d.head+"GET /2"+req))
		if r.c.Last(1) != d.last || (r.c.Pending() == 1) != d.last {
			t.Errorf("%q: last %v, pending %d", d.head, r.c.Last(1), r.c.Pending())
		}
		r.c.Write(1, []byte("a"), End)
		if r.c.Done() != d.last {
			t.Errorf("%q: done %v", d.head, r.c.Done())
		}
	}
	// The handler's close counts as well, also out of turn.
	r := newRecorder(&ServerConfig{})
	r.c.Feed(1, []byte("GET /1"+req+"GET /2"+req+"GET /3"+req))
	r.c.Write(2, []byte("b"), End|Close)
	r.c.Write(3, []byte("c"), End)
	r.c.Write(1, []byte("a"), End)
	if !r.c.Done() || r.out.String() != "ab" {
		t.Error(r.out.String())
	}
}

// TestServerStop: a graceful stop lets what runs finish, reads no new request,
// and closes at once where nothing runs.
func TestServerStop(t *testing.T) {
	r := newRecorder(&ServerConfig{})
	r.c.CloseAfter()
	if !r.c.Done() {
		t.Error("an idle connection stays")
	}
	r = newRecorder(&ServerConfig{})
	r.c.Feed(1, []byte("GET /1"+req+"GET /2"+req))
	r.c.CloseAfter()
	r.c.Feed(2, []byte("GET /3"+req))
	if !r.c.Last(2) || r.c.Last(1) {
		t.Error("which is the last?")
	}
	r.c.Write(1, []byte("a"), End)
	r.c.Write(2, []byte("b"), End)
	if !r.c.Done() || r.out.String() != "ab" || strings.Contains(r.take(), "/3") {
		t.Error(r.out.String())
	}
	// In the middle of a head: that request is the last.
	r = newRecorder(&ServerConfig{})
	r.c.Feed(1, []byte("GET /1 HT"))
	r.c.CloseAfter()
	r.c.Feed(2, []byte("TP/1.1\r\nHost: x\r\n\r\nGET /2"+req))
	expect(t, "events", r.take(), "request 1 GET /1\ncomplete 1\n")
	if !r.c.Last(1) {
		t.Error("not the last")
	}
	r.c.Write(1, []byte("a"), End)
	if !r.c.Done() {
		t.Error("not done")
	}
	// An answer that went out before the body of its request came.
	r = newRecorder(&ServerConfig{})
	r.c.Feed(1, []byte("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na"))
	r.c.Write(1, []byte("a"), End)
	r.c.CloseAfter()
	if !r.c.Done() {
		t.Error("waits for a body that nobody wants")
	}
	// In the middle of a body: the rest of it is still read.
	r = newRecorder(&ServerConfig{})
	r.c.Feed(1, []byte("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na"))
	r.c.CloseAfter()
	r.c.Feed(2, []byte("bGET /2"+req))
	expect(t, "events", r.take(), "request 1 POST /1\nbody 1 \"a\"\nbody 1 \"b\"\ncomplete 1\n")
	r.c.Write(1, []byte("a"), End)
	if !r.c.Done() {
		t.Error("not done")
	}
}

// TestContinue: what a client sees that waits for a 100 before it sends a body.
func TestContinue(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	// Told to go on, it sends the body, and the connection is fit for more.
	a := newAnswers(&ClientConfig{})
	a.c.Request("POST", false)
	a.c.Feed([]byte("HTTP/1.1 100 Continue\r\n\r\n"))
	expect(t, "events", a.log.String(), "info 1 100\n")
	a.c.Sent()
	a.c.Feed([]byte(ok))
	if !a.c.Reusable() {
		t.Error("not reusable")
	}
	// A final answer instead: the body is not sent, and the server may wait for
	// it for ever.
	a = newAnswers(&ClientConfig{})
	a.c.Request("POST", false)
	a.c.Feed([]byte("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n"))
	expect(t, "events", a.log.String(), "response 1 417\ncomplete 1\n")
	if a.c.Reusable() {
		t.Error("reusable although the body was never sent")
	}
	// And a server that says go on after its final answer says nothing we asked.
	a.c.Feed([]byte("HTTP/1.1 100 Continue\r\n\r\n"))
	if !a.c.Done() || !strings.HasSuffix(a.log.String(), "error 0 HPE_CLOSED_CONNECTION \"Data without a request\"\n") {
		t.Error(a.log.String())
	}
}

// TestEarlyAnswer: an answer may be there, in full or in part, before the
// request is sent.
func TestEarlyAnswer(t *testing.T) {
	a := newAnswers(&ClientConfig{})
	a.c.Request("POST", false)
	a.c.Feed([]byte("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab"))
	if a.c.Reusable() || a.c.Pending() != 1 {
		t.Error("in the middle of answer and request")
	}
	a.c.Sent()
	if a.c.Reusable() {
		t.Error("in the middle of the answer")
	}
	a.c.Feed([]byte("cd"))
	if !a.c.Reusable() {
		t.Error("not reusable")
	}
	// The server answers and closes while the request is being sent.
	a = newAnswers(&ClientConfig{})
	a.c.Request("POST", false)
	a.c.Feed([]byte("HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
	a.c.FeedEOF()
	expect(t, "events", a.log.String(), "response 1 413\ncomplete 1\n")
	if !a.c.Done() || a.c.Reusable() {
		t.Error("usable")
	}
}

// TestClientResumesWithoutBytes: a pause at a head without body ends with the
// answer's completion, though no byte follows.
func TestClientResumesWithoutBytes(t *testing.T) {
	a := newAnswers(&ClientConfig{}, "GET")
	a.pause = true
	a.c.Feed([]byte("HTTP/1.1 204 No Content\r\n\r\n"))
	expect(t, "paused", a.log.String(), "response 1 204\n")
	a.pause = false
	a.c.Resume()
	a.c.Settle()
	expect(t, "resumed", a.log.String(), "response 1 204\ncomplete 1\n")
	if !a.c.Reusable() {
		t.Error("not reusable")
	}
}

// pairServer answers each request with its target and body.
type pairServer struct {
	hook
	c    *ServerConn
	open map[uint32]*strings.Builder
	out  Outgoing
	sent []byte
	wait []uint32 // complete, and not answered
}

func (s *pairServer) OnRequest(seq uint32, h *Head) Decision {
	s.open[seq] = new(strings.Builder)
	s.open[seq].Write(h.Bytes(h.Target))
	return Ordinary
}
func (s *pairServer) OnBody(seq uint32, p []byte)       { s.open[seq].Write(p) }
func (s *pairServer) OnComplete(seq uint32, _ *Section) { s.wait = append(s.wait, seq) }
func (s *pairServer) Output(p []byte)                   { s.sent = append(s.sent, p...) }

// TestClientAgainstServer: the two machines talk to each other through random
// cuts, with answers in random order, and every answer is that of its request.
func TestClientAgainstServer(t *testing.T) {
	r := rand.New(rand.NewSource(8))
	for range 500 {
		s := &pairServer{open: map[uint32]*strings.Builder{}}
		s.c = NewServerConn(&ServerConfig{Pool: new(Pool), MaxPipelined: 4, HighWater: 200}, s, 0)
		a := new(answers)
		a.c = NewClientConn(&ClientConfig{}, a)
		var o Outgoing
		var toServer []byte
		want := ""
		n := 1 + r.Intn(12)
		for i := 1; i <= n; i++ {
			body := strings.Repeat("b", r.Intn(50))
			h := OutgoingHead{Method: "POST", Target: fmt.Sprint("/", i), Fields: []OutgoingField{{"Host", "x"}}, Length: int64(len(body))}
			if r.Intn(2) == 0 {
				h.Length = -1
			}
			toServer, _ = o.Request(toServer, &h)
			toServer, _ = o.Body(toServer, []byte(body))
			toServer, _ = o.End(toServer, nil)
			a.c.Request("POST", false)
			a.c.Sent()
			want += fmt.Sprintf("response %d 200\nbody /%d%s\ncomplete %d\n", i, i, body, i)
		}
		for round := 0; a.c.Pending() > 0; round++ {
			if round > 10000 {
				t.Fatal("stuck")
			}
			switch r.Intn(3) {
			case 0:
				if s.c.WantRead() {
					k := min(len(toServer), 1+r.Intn(60))
					s.c.Feed(0, append([]byte(nil), toServer[:k]...))
					toServer = toServer[k:]
				}
			case 1:
				if len(s.wait) > 0 {
					i := r.Intn(len(s.wait))
					seq := s.wait[i]
					s.wait = append(s.wait[:i], s.wait[i+1:]...)
					text := s.open[seq].String()
					var o Outgoing
					h := OutgoingHead{Method: "POST", Status: 200, Minor: 1, Length: int64(len(text))}
					if r.Intn(2) == 0 {
						h.Length = -1
					}
					b, _ := o.Response(nil, &h)
					s.c.Write(seq, b, 0)
					b, _ = o.Body(nil, []byte(text))
					s.c.Write(seq, b, 0)
					b, _ = o.End(nil, nil)
					s.c.Write(seq, b, End)
				}
			default:
				s.c.Settle(0)
				k := min(len(s.sent), r.Intn(60))
				a.c.Feed(append([]byte(nil), s.sent[:k]...))
				s.sent = append([]byte(nil), s.sent[k:]...)
			}
		}
		if got := joinBodies(a.log.String()); got != want {
			t.Fatalf("got:\n%s\nwant:\n%s", got, want)
		}
		if !a.c.Reusable() || !s.c.Idle() {
			t.Fatal("not at rest")
		}
	}
}

// joinBodies puts the pieces of each body on one line.
func joinBodies(log string) string {
	var sb strings.Builder
	body := ""
	for _, l := range strings.SplitAfter(log, "\n") {
		var seq int
		var piece string
		if _, err := fmt.Sscanf(l, "body %d %q", &seq, &piece); err == nil {
			body += piece
			continue
		}
		if strings.HasPrefix(l, "complete") {
			fmt.Fprintf(&sb, "body %s\n", body)
			body = ""
		}
		sb.WriteString(l)
	}
	return sb.String()
}

// TestPooledConnections: connections come back empty, cost nothing the second
// time, and no more than so many are kept.
func TestPooledConnections(t *testing.T) {
	pool := new(Pool)
	scfg, ccfg := &ServerConfig{Pool: pool}, &ClientConfig{Pool: pool}
	h, a := new(hook), new(answers)
	in := []byte(strings.Repeat("GET /secret"+req, 6) + "GET /sec")
	var s *ServerConn
	var c *ClientConn
	if n := testing.AllocsPerRun(100, func() {
		s = pool.Server(scfg, h, 0)
		s.Feed(1, in[:100])
		s.Write(2, helloAnswer, 0)
		pool.PutServer(s)
	}); n != 0 {
		t.Errorf("server: %v allocations", n)
	}
	s = pool.Server(scfg, h, 0)
	s.Feed(1, in)
	s.Write(3, helloAnswer, End)
	pool.PutServer(s)
	if !reflect.DeepEqual(s, &ServerConn{intake: intake{over: true}, done: true}) {
		t.Errorf("kept: %+v", s)
	}
	c = pool.Client(ccfg, a)
	c.Request("GET", false)
	c.Feed([]byte("HTTP/1.1 200 OK\r\nSecr"))
	pool.PutClient(c)
	if !reflect.DeepEqual(c, &ClientConn{intake: intake{over: true}}) {
		t.Errorf("kept: %+v", c)
	}
	if pool.Server(scfg, h, 0) != s || pool.Client(ccfg, a) != c {
		t.Error("not used again")
	}
	for range 2 * maxPooled {
		pool.PutServer(NewServerConn(scfg, h, 0))
		pool.PutClient(NewClientConn(ccfg, a))
	}
	if len(pool.servers) != maxPooled || len(pool.clients) != maxPooled {
		t.Error("kept: ", len(pool.servers), len(pool.clients))
	}
}
