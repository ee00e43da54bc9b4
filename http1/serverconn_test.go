package http1

import (
	"fmt"
	"strings"
	"testing"
)

// recorder is a handler that writes down what it is told.
type recorder struct {
	c      *ServerConn
	log    strings.Builder
	out    strings.Builder
	decide func(seq uint32, h *Head) Decision
}

func (r *recorder) OnRequest(seq uint32, h *Head) Decision {
	fmt.Fprintf(&r.log, "request %d %v %s\n", seq, h.Method, h.Bytes(h.Target))
	if r.decide != nil {
		return r.decide(seq, h)
	}
	return Proceed
}
func (r *recorder) OnBody(seq uint32, p []byte) { fmt.Fprintf(&r.log, "body %d %q\n", seq, p) }
func (r *recorder) OnComplete(seq uint32, t *Section) {
	fmt.Fprintf(&r.log, "complete %d", seq)
	if t != nil {
		for i := range t.Fields {
			fmt.Fprintf(&r.log, " %s=%q", t.Name(i), t.Value(i))
		}
	}
	r.log.WriteByte('\n')
}
func (r *recorder) OnUpgrade(seq uint32, rest []byte) {
	fmt.Fprintf(&r.log, "upgrade %d %q\n", seq, rest)
}
func (r *recorder) OnError(seq uint32, err *Error) {
	fmt.Fprintf(&r.log, "error %d %v %d %d %q\n", seq, err.Code, err.Status, err.InputOffset, err.Reason)
}
func (r *recorder) OnTurn(seq uint32) { fmt.Fprintf(&r.log, "turn %d\n", seq) }
func (r *recorder) Output(p []byte)   { r.out.Write(p) }

var _ ServerHandler = (*recorder)(nil)

func newRecorder(cfg *ServerConfig) *recorder {
	r := new(recorder)
	r.c = NewServerConn(cfg, r, 0)
	return r
}

func (r *recorder) take() string {
	s := r.log.String()
	r.log.Reset()
	return s
}

func TestAnswersInOrder(t *testing.T) {
	r := newRecorder(&ServerConfig{})
	const get = " HTTP/1.1\r\nHost: x\r\n\r\n"
	r.c.Feed(1, []byte("GET /1"+get+"GET /2"+get+"GET /3"+get))
	r.c.Write(3, []byte("c"), End)
	r.c.Write(2, []byte("b1"), 0)
	if n := r.c.Write(2, []byte("b2"), 0); n != 4 {
		t.Errorf("4 bytes should wait, %d do", n)
	}
	if r.out.Len() != 0 {
		t.Fatalf("out of turn: %q", r.out.String())
	}
	r.c.Write(1, []byte("a"), End)
	r.c.Write(2, []byte("b3"), End)
	if got := r.out.String(); got != "ab1b2b3c" {
		t.Errorf("order: %q", got)
	}
	want := "request 1 GET /1\ncomplete 1\nrequest 2 GET /2\ncomplete 2\nrequest 3 GET /3\ncomplete 3\nturn 2\n"
	if got := r.take(); got != want {
		t.Errorf("events:\n%s", got)
	}
	if !r.c.Idle() || r.c.Done() {
		t.Error("should be idle")
	}
}
