package http1net

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/sluice-http/sluice/http1"
)

// call is one request of a client's and its answer. It belongs to the mu of its
// connection.
type call struct {
	cc     *clientConn
	req    *Request
	body   io.Reader
	resp   Response
	reused bool

	untouched bool // the connection died before anything was done
	wrote     bool // something of the request may have been sent
	sent      bool // all of it has
	failed    bool // it could not be sent; the answer may still come
	sendErr   error
	goOn      bool // a 100 has come
	answered  bool // the head has come
	complete  bool // the answer has
	upgraded  bool
	ended     bool
	refused   error // what the server did wrong
	err       error // behind what has arrived
	infos     []information
	rest      []byte

	buf    []byte // of the body, arrived and not read
	off    int
	closed bool
	stop   func() bool // of the context

	fields [12]Field
}

type information struct {
	status int
	header Header
}

func newCall(cc *clientConn, r *Request, body io.Reader) *call {
	return &call{cc: cc, req: r, body: body}
}

// do sends the request and waits for the head of the answer.
func (a *call) do(ctx context.Context, head []byte) (*Response, error) {
	cc := a.cc
	client := cc.client
	client.stats.requests.Add(1)
	cc.mu.Lock()
	if cc.dead {
		err := cc.cause
		a.untouched = true
		cc.mu.Unlock()
		return nil, err
	}
	a.reused = cc.uses > 0
	if a.reused {
		client.stats.reused.Add(1)
	}
	cc.uses++
	cc.call = a
	cc.m.Request(a.req.Method, a.req.Header.hasToken("Connection", "close"))
	if cc.m.Pending() != 1 {
		panic("http1net: two requests on one connection")
	}
	if ctx.Done() != nil {
		a.stop = context.AfterFunc(ctx, func() { a.cancel(context.Cause(ctx)) })
	}
	if d := client.HeaderTimeout; d > 0 {
		t := time.AfterFunc(d, func() { a.late() })
		defer t.Stop()
	}
	a.wrote = true
	cc.mu.Unlock()
	a.send(head)
	cc.mu.Lock()
	defer cc.mu.Unlock()
	for !a.answered && a.err == nil || len(a.infos) > 0 {
		if len(a.infos) > 0 {
			info := a.infos[0]
			a.infos = a.infos[1:]
			cc.mu.Unlock()
			a.req.OnInformation(info.status, info.header)
			cc.mu.Lock()
			continue
		}
		cc.cond.Wait()
	}
	if !a.answered {
		return nil, a.sendError(a.err)
	}
	r := &a.resp
	r.Body, r.Request, r.TLS, r.RemoteAddr, r.Reused, r.call = (*responseBody)(a), a.req, cc.tls, cc.nc.RemoteAddr(), a.reused, a
	return r, nil
}

// sendError says why there is no answer. When the body could not be read, that
// is the reason.
func (a *call) sendError(err error) error {
	if a.sendErr != nil {
		return a.sendErr
	}
	return err
}

// repeatable says whether the request may be sent again on another connection.
// It is asked after do has failed.
func (a *call) repeatable() bool {
	a.cc.mu.Lock()
	defer a.cc.mu.Unlock()
	if a.untouched {
		return !errors.Is(a.cc.cause, ErrClientClosed)
	}
	return a.reused && a.sendErr == nil && a.refused == nil && errors.Is(a.err, ErrServerGone) &&
		idempotent(a.req.Method) && (a.req.Body == nil || a.req.GetBody != nil)
}

func (a *call) cancel(cause error) {
	a.cc.mu.Lock()
	defer a.cc.mu.Unlock()
	if !a.ended {
		a.cc.fail(cause)
	}
}

func (a *call) late() {
	a.cc.mu.Lock()
	defer a.cc.mu.Unlock()
	if !a.ended && !a.answered {
		a.cc.fail(ErrTimeout)
	}
}

// end lets go of the context.
func (a *call) end() {
	a.ended = true
	if a.stop != nil {
		a.stop()
	}
}

// fail makes everybody who waits return err.
func (a *call) fail(err error) {
	if a.refused != nil {
		err = a.refused
	}
	if a.err == nil && (!a.complete || !a.answered) {
		a.err = err
	}
}

// smallBody is how long a body in memory may be to be sent with its head.
const smallBody = 16 << 10

// send sends head and body: at once if it is short, by a goroutine of its own
// if the server may have something to say before all of it is sent.
func (a *call) send(head []byte) {
	if a.body == nil {
		_, err := a.cc.nc.Write(head)
		a.hasSent(err)
		return
	}
	if n := a.req.ContentLength; n >= 0 && n <= smallBody && inMemory(a.body) && !a.expects() {
		all := make([]byte, len(head)+int(n))
		copy(all, head)
		k, err := io.ReadFull(a.body, all[len(head):])
		if err == nil && !atEnd(a.body) || k < int(n) {
			a.spoil(ErrContentLength)
			return
		}
		_, err = a.cc.nc.Write(all)
		a.hasSent(err)
		return
	}
	if _, err := a.cc.nc.Write(head); err != nil {
		a.hasSent(err)
		return
	}
	go a.sendBody()
}

func inMemory(r io.Reader) bool {
	switch r.(type) {
	case *bytes.Buffer, *bytes.Reader, *strings.Reader:
		return true
	}
	return false
}

// atEnd says whether a reader has nothing more.
func atEnd(r io.Reader) bool {
	var b [1]byte
	n, err := r.Read(b[:])
	return n == 0 && err == io.EOF
}

func (a *call) expects() bool { return a.req.Header.hasToken("Expect", "100-continue") }

// hasSent notes how sending ended. After a failure the answer may still be on
// its way, or there: many servers answer what they do not want to read.
func (a *call) hasSent(err error) {
	closeBody(a.body)
	cc := a.cc
	cc.mu.Lock()
	defer cc.mu.Unlock()
	if cc.dead || a.ended {
		return
	}
	if err == nil {
		a.sent = true
		cc.m.Sent()
		cc.after()
		return
	}
	if a.failed = true; a.complete {
		cc.fail(errEnded)
		return
	}
	err = because(ErrServerGone, err)
	time.AfterFunc(answerGrace, func() {
		cc.mu.Lock()
		defer cc.mu.Unlock()
		if !a.ended && !a.answered {
			cc.fail(err)
		}
	})
}

// answerGrace is how long an answer may still come when a request could not be
// sent.
const answerGrace = 500 * time.Millisecond

// spoil ends a request whose body cannot be sent.
func (a *call) spoil(err error) {
	closeBody(a.body)
	a.cc.mu.Lock()
	defer a.cc.mu.Unlock()
	a.sendErr = err
	if !a.ended {
		a.cc.fail(err)
	}
}

// giveUpSending ends a body that goes on although the answer is complete.
func (a *call) giveUpSending() {
	a.cc.nc.SetWriteDeadline(time.Now().Add(answerGrace))
	if a.expects() && !a.goOn {
		a.cc.fail(errEnded)
	}
}

// sendBody sends the body in pieces.
func (a *call) sendBody() {
	if a.expects() && !a.awaitContinue() {
		closeBody(a.body)
		return
	}
	buf := largeBuffers.get()
	defer buf.free()
	length, n := a.req.ContentLength, int64(0)
	for {
		k, err := a.body.Read(buf.b[:cap(buf.b)])
		if n += int64(k); length >= 0 && (n > length || err == io.EOF && n < length) {
			a.spoil(ErrContentLength)
			return
		}
		if k > 0 {
			if werr := a.writePiece(buf.b[:k], length < 0); werr != nil {
				a.hasSent(werr)
				return
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			a.spoil(fmt.Errorf("http1net: request body: %w", err))
			return
		}
		if a.over() {
			a.hasSent(errEnded)
			return
		}
	}
	var err error
	if length < 0 {
		err = a.writeLast()
	}
	a.hasSent(err)
}

// over says whether the answer is complete, so that nobody wants the rest.
func (a *call) over() bool {
	a.cc.mu.Lock()
	defer a.cc.mu.Unlock()
	return a.complete || a.ended
}

func (a *call) writePiece(p []byte, chunked bool) error {
	if !chunked {
		_, err := a.cc.nc.Write(p)
		return err
	}
	var line [20]byte
	bufs := net.Buffers{http1.AppendChunkHeader(line[:0], len(p)), p, []byte("\r\n")}
	_, err := bufs.WriteTo(a.cc.nc)
	return err
}

func (a *call) writeLast() error {
	b := []byte("0\r\n")
	for i := range a.req.Trailer {
		if f := &a.req.Trailer[i]; validTrailer(f) {
			b = appendField(b, f)
		}
	}
	_, err := a.cc.nc.Write(append(b, "\r\n"...))
	return err
}

// awaitContinue waits until the body is to be sent.
func (a *call) awaitContinue() bool {
	cc := a.cc
	cc.mu.Lock()
	defer cc.mu.Unlock()
	if d := orDefault(cc.client.ContinueTimeout, DefaultContinueTimeout); d > 0 {
		t := time.AfterFunc(d, func() {
			cc.mu.Lock()
			a.goOn = true
			cc.cond.Broadcast()
			cc.mu.Unlock()
		})
		defer t.Stop()
	}
	for !a.goOn && !a.answered && !a.ended {
		cc.cond.Wait()
	}
	return a.goOn && !a.ended
}
