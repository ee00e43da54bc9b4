package http1

import (
	"fmt"
	"strings"
	"testing"
)

// answers is a client handler that writes down what it is told.
type answers struct {
	c      *ClientConn
	log    strings.Builder
	decide Decision
	pause  bool // in every event
}

func (a *answers) note(format string, args ...any) {
	fmt.Fprintf(&a.log, format+"\n", args...)
	if a.pause {
		a.c.Pause()
	}
}
func (a *answers) OnInformation(seq uint32, h *Head) { a.note("info %d %d", seq, h.Status) }
func (a *answers) OnResponse(seq uint32, h *Head) Decision {
	a.note("response %d %d", seq, h.Status)
	return a.decide
}
func (a *answers) OnBody(seq uint32, p []byte) { a.note("body %d %q", seq, p) }
func (a *answers) OnComplete(seq uint32, tr *Section) {
	a.note("complete %d%s", seq, fieldText(tr))
}
func (a *answers) OnUpgrade(seq uint32, rest []byte) { a.note("upgrade %d %q", seq, rest) }
func (a *answers) OnError(seq uint32, err *Error) {
	a.note("error %d %v %q", seq, err.Code, err.Reason)
}

var _ ClientHandler = (*answers)(nil)

func newAnswers(cfg *ClientConfig, methods ...string) *answers {
	a := new(answers)
	a.c = NewClientConn(cfg, a)
	for _, m := range methods {
		a.c.Request(m, false)
		a.c.Sent()
	}
	return a
}

func TestResponses(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\n"
	for _, d := range []struct {
		name     string
		methods  string
		in       string
		want     string
		reusable bool
		eof      bool
	}{
		{"length", "GET", ok + "Content-Length: 2\r\n\r\nok", "response 1 200\nbody 1 \"ok\"\ncomplete 1\n", true, false},
		{"chunked with trailers", "GET", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nT: v\r\n\r\n",
			"response 1 200\nbody 1 \"ok\"\ncomplete 1 T=\"v\"\n", true, false},
		{"to the end of the connection", "GET", ok + "\r\nok", "response 1 200\nbody 1 \"ok\"\ncomplete 1\n", false, true},
		{"cut short", "GET", ok + "Content-Length: 3\r\n\r\nok", "response 1 200\nbody 1 \"ok\"\nerror 1 HPE_INVALID_EOF_STATE \"Invalid EOF state\"\n", false, true},
		{"cut short in a chunk", "GET", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nok", "response 1 200\nbody 1 \"ok\"\nerror 1 HPE_INVALID_EOF_STATE \"Invalid EOF state\"\n", false, true},
		{"cut short in the head", "GET", ok, "error 1 HPE_INVALID_EOF_STATE \"Invalid EOF state\"\n", false, true},
		{"no answer", "GET", "", "", false, true},
		{"close", "GET", ok + "Connection: close\r\nContent-Length: 0\r\n\r\n", "response 1 200\ncomplete 1\n", false, false},
		{"1.0", "GET", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "response 1 200\ncomplete 1\n", false, false},
		{"1.0 keep-alive", "GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", "response 1 200\ncomplete 1\n", true, false},
		{"HEAD with a length", "HEAD", ok + "Content-Length: 9\r\n\r\n", "response 1 200\ncomplete 1\n", true, false},
		{"HEAD chunked", "HEAD", ok + "Transfer-Encoding: chunked\r\n\r\n", "response 1 200\ncomplete 1\n", true, false},
		{"HEAD without length", "HEAD", ok + "\r\n", "response 1 200\ncomplete 1\n", true, false},
		{"204 with a length", "GET", "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", "response 1 204\ncomplete 1\n", true, false},
		{"304 with a length", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "response 1 304\ncomplete 1\n", true, false},
		{"304 chunked", "GET", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", "response 1 304\ncomplete 1\n", true, false},
		{"205 has a body", "GET", "HTTP/1.1 205 Reset\r\nContent-Length: 1\r\n\r\nx", "response 1 205\nbody 1 \"x\"\ncomplete 1\n", true, false},
		{"CONNECT accepted", "CONNECT", ok + "Content-Length: 5\r\n\r\nraw", "response 1 200\ncomplete 1\nupgrade 1 \"raw\"\n", false, false},
		{"CONNECT refused", "CONNECT", "HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno", "response 1 407\nbody 1 \"no\"\ncomplete 1\n", true, false},
		{"upgrade", "GET", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nraw", "response 1 101\ncomplete 1\nupgrade 1 \"raw\"\n", false, false},
		{"upgrade offered", "GET", ok + "Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 1\r\n\r\nx", "response 1 200\nbody 1 \"x\"\ncomplete 1\n", true, false},
		{"informational", "GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n",
			"info 1 100\ninfo 1 103\nresponse 1 200\ncomplete 1\n", true, false},
		{"informational with close", "GET", "HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n",
			"info 1 100\nresponse 1 200\ncomplete 1\n", true, false},
		{"informational with a length", "GET", "HTTP/1.1 104 X\r\nContent-Length: 5\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n",
			"info 1 104\nresponse 1 200\ncomplete 1\n", true, false},
		{"two in a row", "GET HEAD", ok + "Content-Length: 1\r\n\r\nx" + ok + "Content-Length: 1\r\n\r\n",
			"response 1 200\nbody 1 \"x\"\ncomplete 1\nresponse 2 200\ncomplete 2\n", true, false},
		{"an answer without a request", "GET", ok + "Content-Length: 0\r\n\r\n" + ok,
			"response 1 200\ncomplete 1\nerror 0 HPE_CLOSED_CONNECTION \"Data without a request\"\n", false, false},
		{"a byte on an idle connection", "", "\r", "error 0 HPE_CLOSED_CONNECTION \"Data without a request\"\n", false, false},
		{"length and coding", "GET", ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
			"error 1 HPE_INVALID_TRANSFER_ENCODING \"Transfer-Encoding can't be present with Content-Length\"\n", false, false},
		{"two lengths", "GET", ok + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n",
			"error 1 HPE_UNEXPECTED_CONTENT_LENGTH \"Duplicate Content-Length\"\n", false, false},
		{"no HTTP", "GET", "SSH-2.0\r\n", "error 1 HPE_INVALID_CONSTANT \"Expected HTTP/, RTSP/ or ICE/\"\n", false, false},
	} {
		t.Run(d.name, func(t *testing.T) {
			run := func(parts ...string) string {
				a := newAnswers(&ClientConfig{Pool: new(Pool)}, strings.Fields(d.methods)...)
				for _, p := range parts {
					a.c.Feed([]byte(p))
				}
				if d.eof {
					a.c.FeedEOF()
					if !a.c.Done() {
						t.Error("not done")
					}
				}
				if got := a.c.Reusable(); got != d.reusable {
					t.Errorf("reusable: %v", got)
				}
				return a.log.String()
			}
			expect(t, d.in, run(d.in), d.want)
			for i := 1; i < len(d.in); i++ {
				got := run(d.in[:i], d.in[i:])
				if strings.Contains(d.want, "upgrade") || strings.Contains(d.want, "body") {
					continue // these come in pieces
				}
				expect(t, fmt.Sprintf("%q cut at %d", d.in, i), got, d.want)
			}
		})
	}
}

// TestInformationWithoutEnd: the number of 1xx answers is bounded.
func TestInformationWithoutEnd(t *testing.T) {
	a := newAnswers(&ClientConfig{MaxInformation: 3}, "GET")
	a.c.Feed([]byte(strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 5)))
	expect(t, "events", a.log.String(), "info 1 100\ninfo 1 100\ninfo 1 100\nerror 1 HPE_HEADER_OVERFLOW \"Too many informational responses\"\n")
	if !a.c.Done() || a.c.Reusable() {
		t.Error("still usable")
	}
}

// TestReuse: a connection is fit for another request only when the request is
// sent, the answer is read, and nobody said close.
func TestReuse(t *testing.T) {
	const early = "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"
	a := newAnswers(&ClientConfig{})
	if !a.c.Reusable() {
		t.Error("a new connection is not usable")
	}
	a.c.Request("POST", false)
	a.c.Feed([]byte(early))
	if a.c.Reusable() || a.c.Pending() != 0 {
		t.Error("usable while the request is being sent")
	}
	a.c.Sent()
	if !a.c.Reusable() {
		t.Error("not usable")
	}
	a.c.Request("GET", true)
	a.c.Sent()
	a.c.Feed([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
	if a.c.Reusable() {
		t.Error("usable after Connection: close in the request")
	}
}

// TestClientPause: nothing is delivered while paused, and everything after,
// the end of the connection as well.
func TestClientPause(t *testing.T) {
	a := newAnswers(&ClientConfig{Pool: new(Pool)}, "GET")
	a.pause = true
	a.c.Feed([]byte("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"))
	a.c.Feed([]byte("ok"))
	a.c.FeedEOF()
	want := "info 1 100\nresponse 1 200\nbody 1 \"ok\"\ncomplete 1\n"
	lines := strings.SplitAfter(want, "\n")
	for i := 1; i < len(lines); i++ {
		if a.c.WantRead() || !strings.HasPrefix(a.log.String(), strings.Join(lines[:i], "")) {
			t.Fatalf("after %d: %q", i, a.log.String())
		}
		a.c.Resume()
		a.c.Settle()
	}
	expect(t, "events", a.log.String(), want)
	if !a.c.Done() {
		t.Error("not done")
	}
}
