package http1net

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"runtime/debug"
	"time"

	"github.com/sluice-http/sluice/http1"
)

// exchange is one request and its answer. It is not used again, so that a
// handler may keep what it was given.
type exchange struct {
	c    *conn
	seq  uint32
	req  Request
	w    ResponseWriter
	body body

	upgrade bool   // the client asks for another protocol; reading has stopped
	rest    []byte // what came behind a CONNECT
	left    bool   // HTTP has ended with this request
	done    bool   // its handler has returned
	ctx     context.Context
	stop    context.CancelCauseFunc
	gone    error // why the context is to be cancelled

	fields [12]Field
}

func (ex *exchange) request() *Request {
	if ex == nil {
		return nil
	}
	return &ex.req
}

// context makes the context when it is first asked for: most handlers never do.
func (ex *exchange) context() context.Context {
	ex.c.mu.Lock()
	defer ex.c.mu.Unlock()
	if ex.ctx == nil {
		base := ex.c.srv.BaseContext
		if base == nil {
			base = context.Background()
		}
		ex.ctx, ex.stop = context.WithCancelCause(base)
		if ex.gone != nil {
			ex.stop(ex.gone)
		} else if ex.done {
			ex.stop(context.Canceled)
		}
	}
	return ex.ctx
}

// cancel ends the request's context. The connection's mu is held.
func (ex *exchange) cancel(cause error) {
	if ex.gone == nil {
		ex.gone = cause
	}
	if ex.stop != nil {
		ex.stop(cause)
	}
}

// OnRequest implements http1.ServerHandler.
func (c *conn) OnRequest(seq uint32, h *http1.Head) http1.Decision {
	s := c.srv
	if h.Rescued != 0 {
		s.stats.rescued.Add(1)
	}
	if c.closing || s.closing.Load() || s.MaxRequestsPerConn > 0 && int(seq) >= s.MaxRequestsPerConn {
		c.m.CloseAfter()
	}
	if status := c.unacceptable(h); status != 0 {
		s.stats.refused.Add(1)
		c.m.CloseAfter()
		c.refuse(seq, status)
		c.m.Dump(seq)
		return http1.Ordinary
	}
	ex := &exchange{c: c, seq: seq}
	r := &ex.req
	r.Method = h.Method.String()
	r.Major, r.Minor = int(h.Major), int(h.Minor)
	var raw string
	raw, r.Header = readHead(h, ex.fields[:0])
	r.Target = spanOf(raw, h.Target)
	r.Host = hostOf(r)
	r.ContentLength = 0
	if h.Has(http1.FlagChunked) {
		r.ContentLength = -1
	} else if h.Has(http1.FlagContentLength) {
		r.ContentLength = h.ContentLength
	}
	r.RemoteAddr, r.LocalAddr, r.TLS, r.Seq, r.ctx = c.nc.RemoteAddr(), c.nc.LocalAddr(), c.tls, seq, ex
	r.Scheme = "http"
	if c.tls != nil {
		r.Scheme = "https"
	}
	ex.body.ex = ex
	r.Body = &ex.body
	ex.w.start(ex, h)
	c.open = append(c.open, ex)
	c.queue = append(c.queue, ex)
	c.cur = ex
	ex.body.expects = h.Has(http1.FlagExpectContinue|http1.FlagBody) && isNow(h)
	if h.Method == http1.MethodConnect {
		return http1.Proceed
	}
	ex.upgrade = h.Has(http1.FlagUpgrade | http1.FlagKeepAlive)
	return http1.Ordinary
}

// unacceptable returns the status with which a request is refused although
// it is well formed, 0 for none.
func (c *conn) unacceptable(h *http1.Head) int {
	switch now := isNow(h); {
	case now && !h.Has(http1.FlagHost):
		return 400 // RFC 9112 section 3.2
	case now && h.Has(http1.FlagExpect) && !h.Has(http1.FlagExpectContinue):
		return 417
	case c.srv.MaxBodyBytes > 0 && h.ContentLength > c.srv.MaxBodyBytes:
		return 413
	}
	return 0
}

// isNow says whether a request is of version 1.1 or later.
func isNow(h *http1.Head) bool { return h.Major > 0 && h.Minor > 0 }

// hostOf returns whom a request is for (RFC 9112 section 3.3).
func hostOf(r *Request) string {
	if r.Method == "CONNECT" {
		return r.Target
	}
	if len(r.Target) > 0 && r.Target[0] != '/' && r.Target != "*" {
		if a := authority(r.Target); a != "" {
			return a
		}
	}
	return r.Header.Get("Host")
}

// OnBody implements http1.ServerHandler.
func (c *conn) OnBody(_ uint32, p []byte) {
	if c.cur != nil {
		c.cur.body.put(p)
	}
}

// OnComplete implements http1.ServerHandler.
func (c *conn) OnComplete(_ uint32, trailers *http1.Section) {
	ex := c.cur
	if ex == nil {
		return
	}
	c.cur = nil
	ex.req.Trailer = readTrailers(trailers)
	ex.body.complete = true
	ex.body.expects = false
	if ex.upgrade && !ex.done {
		// What follows may not be HTTP: the handler decides.
		c.m.Pause()
	}
	c.cond.Broadcast()
}

// OnUpgrade implements http1.ServerHandler: a CONNECT.
func (c *conn) OnUpgrade(seq uint32, rest []byte) {
	if ex := c.find(seq); ex != nil {
		ex.rest = append([]byte(nil), rest...)
		ex.left = true
	}
}

// OnError implements http1.ServerHandler.
func (c *conn) OnError(seq uint32, err *http1.Error) {
	ex := c.find(seq)
	c.cur = nil
	cause := error(err)
	if err.Code == http1.CodeInvalidEOFState {
		cause = ErrClientGone
		c.srv.stats.clientsGone.Add(1)
	} else {
		c.srv.stats.refused.Add(1)
		c.srv.report(&ServerError{Op: "parse", Remote: c.nc.RemoteAddr(), Request: ex.request(), Err: err})
	}
	c.refuse(seq, err.Status)
	if ex != nil {
		ex.cancel(cause)
		ex.body.fail(because(errBodyCut, cause))
	}
}

// OnTurn implements http1.ServerHandler.
func (c *conn) OnTurn(uint32) { c.cond.Broadcast() }

// find returns the open exchange with that number, or nil.
func (c *conn) find(seq uint32) *exchange {
	for _, ex := range c.open {
		if ex.seq == seq {
			return ex
		}
	}
	return nil
}

// drop reads the rest of a body for nobody.
func (c *conn) drop(ex *exchange) {
	if c.cur == ex {
		c.cur = nil
		c.m.Dump(ex.seq)
	}
}

// runInline runs a handler as the reader. It returns with mu held if the
// goroutine is still the reader, otherwise without.
func (c *conn) runInline(ex *exchange) bool {
	c.inline = ex
	c.live++
	if c.timer == nil {
		c.timer = time.AfterFunc(takeoverTime, c.takeover)
	} else {
		c.timer.Reset(takeoverTime)
	}
	c.mu.Unlock()
	ex.run()
	c.live--
	if c.inline == ex {
		c.inline = nil
		c.timer.Stop()
		c.grace = true
		return true
	}
	c.apartEnd()
	return false
}

// runApart runs a handler on a goroutine of its own.
func (c *conn) runApart(ex *exchange) {
	ex.run()
	c.live--
	c.apartEnd()
}

// apartEnd is what a goroutine that is not the reader does after its handler.
func (c *conn) apartEnd() {
	c.flush()
	if !c.dead && !c.hijacked {
		c.arm()
	}
	c.wake()
	c.unlock()
}

// takeover takes the role of the reader from a handler that has had it for
// long, and starts the requests that wait for one.
func (c *conn) takeover() {
	c.mu.Lock()
	if c.inline == nil {
		c.mu.Unlock()
		return
	}
	c.inline = nil
	for _, ex := range c.queue {
		c.live++
		go c.runApart(ex)
	}
	c.queue = c.queue[:0]
	c.loop()
}

func (c *conn) lockedLoop() {
	c.mu.Lock()
	c.loop()
}

// await lets time pass for a handler that waits for its body: it reads, if its
// goroutine is the reader, else it waits for the reader.
func (c *conn) await(ex *exchange) {
	if c.inline != ex {
		c.cond.Wait()
		return
	}
	c.inline = nil
	c.timer.Stop()
	for c.m.Settle(now()); c.flush() && !c.dead; {
		c.m.Settle(now())
	}
	if !c.dead && !ex.body.complete && ex.body.err == nil && len(ex.body.buf) == 0 && ex.body.got == 0 {
		c.readOnce()
	}
	if ex.done {
		// The body was read by another goroutine than the handler's.
		go c.lockedLoop()
		return
	}
	c.inline = ex
	c.timer.Reset(takeoverTime)
}

// run calls the handler and completes its answer. It returns with mu held.
func (ex *exchange) run() {
	c := ex.c
	c.srv.stats.requests.Add(1)
	c.srv.stats.active.Add(1)
	p, stack := ex.call()
	ex.ran(p, stack)
}

// ran completes the answer of a handler that has returned or panicked. It
// returns with mu held.
func (ex *exchange) ran(p any, stack []byte) {
	c := ex.c
	c.srv.stats.active.Add(-1)
	c.mu.Lock()
	ex.done = true
	if p != nil {
		ex.panicked(p, stack)
	}
	if !ex.w.hijacked {
		ex.w.finish()
		c.finished(ex)
	}
	if ex.w.filter != nil {
		ex.w.filter.Done(ex.w.err == nil && p == nil, ex.w.written)
	}
	ex.cancel(context.Canceled)
}

// call calls the handler. It returns what it panicked with.
func (ex *exchange) call() (p any, stack []byte) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if p = recover(); p == nil {
			ex.exited()
			return
		}
		if p != ErrAbort {
			stack = debug.Stack()
		}
	}()
	ex.c.srv.Handler.ServeHTTP1(&ex.w, &ex.req)
	returned = true
	return nil, nil
}

// exited does what is left to do when the handler has ended its goroutine by
// runtime.Goexit, as a failing test does.
func (ex *exchange) exited() {
	c := ex.c
	ex.ran(errGoexit, debug.Stack())
	c.live--
	if c.inline != ex {
		c.apartEnd()
		return
	}
	c.inline = nil
	c.timer.Stop()
	c.mu.Unlock()
	go c.lockedLoop()
}

// panicked spoils the answer of a handler that panicked.
func (ex *exchange) panicked(p any, stack []byte) {
	if p == ErrAbort {
		ex.w.spoil(true)
		return
	}
	ex.c.srv.stats.panics.Add(1)
	err, ok := p.(error)
	if !ok {
		err = panicError{p}
	}
	ex.c.srv.report(&ServerError{Op: "handler", Remote: ex.c.nc.RemoteAddr(), Request: &ex.req, Err: err, Stack: stack})
	ex.w.spoil(false)
}

// finished forgets an exchange whose answer is complete.
func (c *conn) finished(ex *exchange) {
	for i, other := range c.open {
		if other == ex {
			c.open = append(c.open[:i], c.open[i+1:]...)
			break
		}
	}
	ex.body.close()
	c.drop(ex)
	if ex.upgrade && c.m.Paused() {
		c.m.Resume() // the reader settles
	}
	if c.m.Done() {
		// An answer that was the last came before others.
		c.cancel(errEnded)
		for _, other := range c.open {
			other.body.fail(errEnded)
		}
		c.cond.Broadcast()
	}
}

// handshake does what TLS does first. It returns false when the connection has
// ended with that.
func (c *conn) handshake(t *tls.Conn) bool {
	if d := c.srv.cfg.HeaderTimeout; d > 0 {
		t.SetDeadline(time.Now().Add(d))
	}
	err := t.Handshake()
	var re tls.RecordHeaderError
	if errors.As(err, &re) && re.Conn != nil && looksLikeHTTP(re.RecordHeader) {
		speakHTTPS(re.Conn)
	}
	c.mu.Lock()
	if err == nil && !c.dead {
		t.SetDeadline(time.Time{})
		state := t.ConnectionState()
		c.tls = &state
		c.mu.Unlock()
		return true
	}
	if !c.dead {
		c.srv.stats.handshakesFailed.Add(1)
		c.srv.report(&ServerError{Op: "tls", Remote: c.nc.RemoteAddr(), Err: err})
		c.fail(because(ErrClientGone, err))
	}
	c.ended = true
	c.unlock()
	return false
}

// speakHTTPS answers a client that has not noticed.
func speakHTTPS(nc net.Conn) {
	nc.SetDeadline(time.Now().Add(lingerTime))
	nc.Write([]byte("HTTP/1.0 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\nThis port speaks HTTPS.\n"))
	if t, ok := nc.(interface{ CloseWrite() error }); ok && t.CloseWrite() == nil {
		io.Copy(io.Discard, io.LimitReader(nc, lingerBytes))
	}
}

func looksLikeHTTP(head [5]byte) bool {
	for _, c := range head {
		if (c < 'A' || c > 'Z') && c != ' ' && c != '/' && c != '*' {
			return false
		}
	}
	return true
}
