package http

import (
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/sluice-http/sluice/edge"
	"github.com/sluice-http/sluice/http1"
	"github.com/sluice-http/sluice/http1/http1net"
)

// answerWriter makes the bytes of answers. Its memory is used again.
type answerWriter struct {
	// arena is what was written in this turn: it stays as it is until the kernel has
	// taken it, or what it did not take was copied.
	arena  []byte
	head   edge.Head
	date   []byte
	dateAt int64 // the second that date is of

	// Of a head of JavaScript's.
	fields     []http1net.Field
	connection []byte // the lines that concern the connection
	reason     string
	original   int  // the status
	chunked    bool // the body is
	packed     []byte
	last       lastHead
}

// open begins a piece of output: what is appended to the result, from its present length
// on. close is to follow.
func (w *answerWriter) open() []byte { return w.arena }

func (w *answerWriter) close(b []byte) { w.arena = b }

// flushed says that nothing of the arena is used any more.
func (w *answerWriter) flushed() {
	if cap(w.arena) > 1<<20 {
		w.arena = nil // one huge answer must not stay for ever
	}
	w.arena = w.arena[:0]
	if cap(w.packed) > 1<<20 {
		w.packed = nil
	}
}

// runLayer runs a layer's function. One that panics answers 500.
func runLayer(wait func() *edge.Answer) (a *edge.Answer) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(os.Stderr, "sluice: panic in a layer of the edge: %v\n%s", r, debug.Stack())
			a = edge.Text(http.StatusInternalServerError)
		}
	}()
	return wait()
}

// ownAnswer writes the edge's own answer.
func (c *conn) ownAnswer(x *exchange, a *edge.Answer) {
	x.own = true
	x.Dress(a)
	w := &c.http.edge.answers
	h := &w.head
	*h = edge.Head{Status: a.Status, Header: a.Header, Length: a.Length(), Own: true}
	x.Head(h)
	x.status = h.Status
	bodyless := noBody(h.Status)
	x.isHead = x.isHead || bodyless
	last := a.Close || c.lastAnswer(x)
	body := a.Body
	chunked, framed := false, true
	if x.Encode != nil && !x.isHead && a.File == nil {
		body = append([]byte(nil), x.Encode.Write(body, false)...)
		body = append(body, x.Encode.Close()...)
		x.Encode = nil
		h.Length = int64(len(body))
	} else if x.Encode != nil && !x.isHead {
		chunked, framed = x.Minor > 0, x.Minor > 0
		last = last || !framed
	} else if x.Encode != nil {
		x.Encode.Close()
		x.Encode = nil
	}
	b := w.begin(h.Status)
	start := len(w.arena)
	given := ""
	if x.isHead {
		given = h.Header.Get("Content-Length")
	}
	b = appendOrdinary(b, h.Header)
	if !h.Header.Has("Date") {
		b = w.appendDate(b, c.http.edge.now())
	}
	b = c.appendConnection(b, last)
	switch {
	case bodyless:
	case chunked:
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	case x.isHead && given != "":
		b = appendLine(b, "Content-Length", given)
	case framed && h.Length >= 0:
		b = appendLength(b, h.Length)
	}
	b = append(b, "\r\n"...)
	flags := http1.WriteFlags(0)
	if last {
		flags = http1.Close
	}
	x.started = true
	if a.File != nil && !x.isHead && x.status == h.Status {
		w.close(b)
		x.file = &sender{a: a, chunked: chunked, flags: flags}
		c.putOut(x, b[start:], flags)
		if c.m.Turn() == x.seq {
			c.pump(x)
		}
		c.touch()
		return
	}
	if a.File != nil {
		a.File.Close()
	}
	if !x.isHead {
		b = append(b, body...)
		x.bytes += int64(len(body))
	}
	w.close(b)
	c.putOut(x, b[start:], flags|http1.End)
}

// lastAnswer says whether the connection ends with the answer to x.
func (c *conn) lastAnswer(x *exchange) bool {
	if c.http.drain.on || c.over || c.m.Last(x.seq) {
		return true
	}
	// A client that was not told to continue may send its body or not.
	return x.Length != 0 && !x.complete && x.Header.Has("Expect")
}

// begin starts a head.
func (w *answerWriter) begin(status int) []byte {
	b := append(w.open(), "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(status), 10)
	b = append(b, ' ')
	return append(append(b, http1.StatusText(status)...), "\r\n"...)
}

// appendDate appends the Date field.
func (w *answerWriter) appendDate(b []byte, now time.Time) []byte {
	if s := now.Unix(); s != w.dateAt {
		w.dateAt = s
		w.date = append(http1.AppendDate(append(w.date[:0], "Date: "...), now), "\r\n"...)
	}
	return append(b, w.date...)
}

// keepAliveMargin is how much later than announced a connection is closed: a request that
// was sent in time still arrives.
const keepAliveMargin = 5 * time.Second

// announced is how long clients are told that the connection stays open; 0: nothing is said.
func (e *edgeSite) announced() time.Duration {
	t := time.Duration(e.Timeouts.KeepAlive)
	if t <= 2*keepAliveMargin {
		return t / 2 / time.Second * time.Second
	}
	return t - keepAliveMargin
}

func (c *conn) appendConnection(b []byte, last bool) []byte {
	if last {
		return append(b, "Connection: close\r\n"...)
	}
	b = append(b, "Connection: keep-alive\r\n"...)
	if t := c.http.edge.announced(); t > 0 {
		b = append(b, "Keep-Alive: timeout="...)
		b = strconv.AppendInt(b, int64(t/time.Second), 10)
		b = append(b, "\r\n"...)
	}
	return b
}

// edgeRefuse answers in the place of everybody: the request is broken, or late.
func (c *conn) edgeRefuse(seq uint32, status int, why string) {
	a := edge.Text(status)
	a.Close = true
	if x := c.exchange(seq); x != nil {
		if !x.own {
			x.Broken = why
		}
		if !x.started {
			x.complete = true // what comes is not read
			c.ownAnswer(x, a)
		}
		return
	}
	w := &c.http.edge.answers
	b := w.begin(status)
	for _, f := range a.Header {
		b = appendLine(b, f.Name, f.Value)
	}
	b = c.appendConnection(w.appendDate(b, c.http.edge.now()), true)
	b = append(append(appendLength(b, int64(len(a.Body))), "\r\n"...), a.Body...)
	c.m.Write(seq, b[len(w.arena):], http1.End|http1.Close)
	if c.c.Received() > 0 { // else nobody has asked for anything
		e := c.http.edge
		e.Live.Unread(&edge.Exchange{Peer: c.edge.peer, Start: e.now(), Worker: e.worker, Broken: why}, edge.Sent{Status: status, Bytes: int64(len(a.Body))})
	}
}
