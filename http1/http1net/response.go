package http1net

import (
	"io"
	"net"
	"strconv"

	"github.com/sluice-http/sluice/http1"
)

// ResponseWriter takes the answer to one request.
//
// What is written is kept back until there are 4 KiB, the handler returns, or
// Flush is called; an answer that fits is sent with a Content-Length, a longer
// one in chunks unless the handler set a Content-Length. Answers of pipelined
// requests go out in the order of the requests: when it is not yet an answer's
// turn, writing blocks once [Server].HighWater bytes wait on the connection.
//
// Its methods may be called by one goroutine at a time, until the handler
// returns.
type ResponseWriter struct {
	ex      *exchange
	header  Header
	trailer Header
	buf     *buffer // body that is kept back
	length  int64   // as the handler declared it, or -1
	written int64   // of the body
	status  int
	err     error // nothing can be sent any more, or what was to be sent is invalid

	isHead    bool
	isConnect bool
	old       bool // HTTP/1.0 or older
	decided   bool // the status is set
	started   bool // the head has been put out
	chunked   bool
	toEnd     bool // the body ends with the connection
	close     bool
	switching bool // the connection leaves HTTP with this head
	ended     bool
	hijacked  bool

	filter   Filter
	filtered []byte // what the filter made of the body
	encode   bool   // the body goes through the filter
	flushing bool   // the handler asked for all to be sent

	fields [6]Field
}

func (w *ResponseWriter) start(ex *exchange, h *http1.Head) {
	w.ex = ex
	w.header = w.fields[:0]
	w.length = -1
	w.isHead = h.Method == http1.MethodHead
	w.isConnect = h.Method == http1.MethodConnect
	w.old = !isNow(h)
}

// Header returns the fields of the answer, to be set before the first of
// WriteHeader, Write and Flush; later changes have no effect, or any.
// Connection, Keep-Alive and Transfer-Encoding are the server's; of Connection
// the options "close" and "upgrade" count, and others are passed on.
func (w *ResponseWriter) Header() *Header { return &w.header }

// Trailer returns the fields that follow the body. They are sent if the body
// goes out in chunks, which it does if there are any when its head is sent;
// otherwise they are dropped.
func (w *ResponseWriter) Trailer() *Header { return &w.trailer }

// WriteHeader sets the status of the answer, from 200 to 999 or 101. Only the
// first call counts; without one, the status is 200. Other statuses below 200
// are sent at once with the present Header, as an informational answer, and do
// not count.
func (w *ResponseWriter) WriteHeader(status int) {
	if w.decided || w.ended || w.hijacked {
		return
	}
	if status >= 100 && status < 200 && status != 101 {
		w.Inform(status, w.header)
		return
	}
	w.decided = true
	w.status = status
	if status < 100 || status > 999 {
		w.err = ErrInvalidHeader
		return
	}
	if v, ok := w.header.Lookup("Content-Length"); ok {
		if w.length = parseLength(v); w.length < 0 {
			w.err = ErrInvalidHeader
		}
	}
}

// parseLength reads a Content-Length: digits alone.
func parseLength(v string) int64 {
	n, err := strconv.ParseUint(v, 10, 63)
	if err != nil {
		return -1
	}
	return int64(n)
}

// Inform sends an informational answer (1xx, not 101), with header alone. It is
// dropped for a client of version 1.0, and after the head of the answer.
func (w *ResponseWriter) Inform(status int, header Header) error {
	if status < 100 || status > 199 || status == 101 {
		return ErrInvalidHeader
	}
	c := w.ex.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if w.started || w.old || w.ended || w.hijacked {
		return nil
	}
	b := appendStatus(c.scratch[:0], status)
	for i := range header {
		if !validField(&header[i]) {
			return ErrInvalidHeader
		}
		b = appendField(b, &header[i])
	}
	c.scratch = append(b, "\r\n"...)
	if status == 100 {
		w.ex.body.expects = false
	}
	err := c.send(w.ex, c.scratch, http1.Info)
	c.flush()
	return err
}

// sendContinue sends the 100 that a client waits for.
func (c *conn) sendContinue(ex *exchange) {
	if !ex.w.started {
		c.send(ex, []byte("HTTP/1.1 100 Continue\r\n\r\n"), http1.Info)
		c.flush()
	}
}

// usable says whether a body can be written.
func (w *ResponseWriter) usable() error {
	switch {
	case w.hijacked:
		return ErrHijacked
	case w.ended:
		return ErrFinished
	case w.err != nil:
		return w.err
	}
	return nil
}

// Write writes a piece of the body. It does not keep p. An error says that the
// client has left, or that p is more than was declared or allowed.
func (w *ResponseWriter) Write(p []byte) (int, error) {
	room, err := w.admit(len(p))
	if err != nil || w.isHead {
		return len(p) * btoi(err == nil), err
	}
	if room {
		w.buf.b = append(w.buf.b, p...)
		return len(p), nil
	}
	c := w.ex.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := w.emit(p, false); err != nil {
		return 0, err
	}
	return len(p), nil
}

// WriteString is Write for a string.
func (w *ResponseWriter) WriteString(s string) (int, error) {
	room, err := w.admit(len(s))
	if err != nil || w.isHead {
		return len(s) * btoi(err == nil), err
	}
	if room {
		w.buf.b = append(w.buf.b, s...)
		return len(s), nil
	}
	c := w.ex.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := w.emit([]byte(s), false); err != nil {
		return 0, err
	}
	return len(s), nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// admit checks whether n bytes more may be written, and whether they can be
// kept back.
func (w *ResponseWriter) admit(n int) (room bool, err error) {
	if !w.decided {
		w.WriteHeader(200)
	}
	if err := w.usable(); err != nil {
		return false, err
	}
	if w.status == 101 {
		return false, ErrNoBody
	}
	if n > 0 && bodyless(w.status) {
		return false, ErrNoBody
	}
	if w.length >= 0 && int64(n) > w.length-w.written {
		return false, ErrContentLength
	}
	w.written += int64(n)
	if w.isHead {
		return false, nil
	}
	if w.buf == nil && n < smallBuffers.size {
		w.buf = smallBuffers.get()
	}
	return w.buf != nil && len(w.buf.b)+n < smallBuffers.size, nil
}

// bodyless says whether an answer with that status has no body.
func bodyless(status int) bool { return status < 200 || status == 204 || status == 304 }

// ReadFrom writes r up to its end. It implements io.ReaderFrom for io.Copy.
func (w *ResponseWriter) ReadFrom(r io.Reader) (n int64, err error) {
	buf := largeBuffers.get()
	defer buf.free()
	for {
		k, err := r.Read(buf.b[:cap(buf.b)])
		if k > 0 {
			if _, werr := w.Write(buf.b[:k]); werr != nil {
				return n, werr
			}
			n += int64(k)
		}
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// Flush sends what has been written so far, and before it the head. The answer
// has no Content-Length then unless the handler set one.
func (w *ResponseWriter) Flush() error {
	if !w.decided {
		w.WriteHeader(200)
	}
	if err := w.usable(); err != nil {
		return err
	}
	c := w.ex.c
	c.mu.Lock()
	defer c.mu.Unlock()
	w.flushing = true
	err := w.emit(nil, false)
	w.flushing = false
	if err != nil {
		return err
	}
	c.flush()
	return nil
}

// emit puts out the head if it has not been, what was kept back, and p. mu is
// held. Unless end is set it returns when p may be used again.
func (w *ResponseWriter) emit(p []byte, end bool) error {
	c, ex := w.ex.c, w.ex
	kept := []byte(nil)
	if w.buf != nil {
		kept = w.buf.b
	}
	flags := http1.WriteFlags(0)
	if w.filter != nil && !w.started {
		w.filterHead(end)
	}
	if w.encode {
		kept, p = w.encoded(kept, p, end), nil
	}
	if !w.started {
		head, err := w.appendHead(c.scratch[:0], end)
		if err != nil {
			w.err = err
			return err
		}
		c.scratch = head
		w.started = true
		ex.body.expects = false
		if end && w.bare(len(kept)) {
			flags = w.endFlags()
		}
		if err := c.send(ex, head, flags); err != nil || flags != 0 {
			w.free()
			return err
		}
	}
	if w.isHead {
		kept = nil
	}
	if w.chunked {
		return w.emitChunks(kept, p, end)
	}
	if end {
		flags = w.endFlags()
	}
	var err error
	if len(p) == 0 || len(kept) > 0 {
		f := flags
		if len(p) > 0 {
			f = 0
		}
		err = c.send(ex, kept, f)
	}
	if len(p) > 0 && err == nil {
		err = c.sendPiece(ex, p, flags, true)
	}
	return w.emitted(err, p, end)
}

// bare says whether the head is all there is.
func (w *ResponseWriter) bare(kept int) bool {
	return !w.chunked && (kept == 0 || w.isHead)
}

func (w *ResponseWriter) emitChunks(kept, p []byte, end bool) error {
	c, ex := w.ex.c, w.ex
	var err error
	if n := len(kept) + len(p); n > 0 {
		var line [20]byte
		err = c.send(ex, http1.AppendChunkHeader(line[:0], n), 0)
		if err == nil {
			err = c.send(ex, kept, 0)
		}
		if err == nil {
			err = c.sendPiece(ex, p, 0, true)
		}
		if err == nil && !end {
			err = c.send(ex, []byte("\r\n"), 0)
		}
	}
	if end && err == nil {
		b := c.scratch[:0]
		if len(kept)+len(p) > 0 {
			b = append(b, "\r\n"...)
		}
		b = append(b, "0\r\n"...)
		for i := range w.trailer {
			if f := &w.trailer[i]; validTrailer(f) {
				b = appendField(b, f)
			}
		}
		c.scratch = append(b, "\r\n"...)
		err = c.send(ex, c.scratch, w.endFlags())
	}
	return w.emitted(err, p, end)
}

// emitted ends an emit.
func (w *ResponseWriter) emitted(err error, p []byte, end bool) error {
	c := w.ex.c
	if end {
		w.free()
		return err
	}
	if len(p) > 0 {
		// p is the caller's again, whether or not it was sent.
		if e := c.sync(); err == nil {
			err = e
		}
	}
	if w.buf != nil {
		w.buf.b = w.buf.b[:0]
	}
	if err != nil {
		w.err = err
	}
	return err
}

func (w *ResponseWriter) free() {
	if w.buf != nil {
		w.buf.free()
		w.buf = nil
	}
}

func (w *ResponseWriter) endFlags() http1.WriteFlags {
	if w.close {
		return http1.End | http1.Close
	}
	return http1.End
}

// finish completes the answer. mu is held.
func (w *ResponseWriter) finish() {
	if w.ended {
		return
	}
	if !w.decided {
		w.decided, w.status = true, 200
		if v, ok := w.header.Lookup("Content-Length"); ok {
			if w.length = parseLength(v); w.length < 0 {
				w.err = ErrInvalidHeader
			}
		}
	}
	if w.status == 101 {
		w.err = ErrInvalidHeader // only Hijack makes sense of it
	}
	if w.length >= 0 && w.written != w.length && !w.isHead && !bodyless(w.status) && w.err == nil {
		w.err = ErrContentLength
	}
	if w.err == nil {
		w.err = w.emit(nil, true)
	}
	c := w.ex.c
	switch w.err {
	case nil:
		w.ended = true
		c.srv.stats.answers.Add(1)
	case ErrInvalidHeader, ErrContentLength:
		c.srv.report(&ServerError{Op: "handler", Remote: c.nc.RemoteAddr(), Request: &w.ex.req, Err: w.err})
		w.spoil(false)
	default:
		w.spoil(true)
	}
}

// spoil ends an answer that cannot be completed: with a 500 if nothing of it
// has been sent, unless silent, else by ending the connection in its midst. mu
// is held.
func (w *ResponseWriter) spoil(silent bool) {
	if w.ended || w.hijacked {
		return
	}
	w.ended = true
	w.free()
	c := w.ex.c
	if !w.started && !silent {
		c.send(w.ex, refusal(500), http1.End|http1.Close)
		return
	}
	if w.toEnd {
		// The end of the connection would pass for the end of the body.
		c.reset = true
	}
	c.m.Write(w.ex.seq, nil, http1.End|http1.Close)
}

// Hijack takes the connection away from the server: to speak another protocol
// on it, after an answer of 101, or a CONNECT. It waits for its turn. rest is
// what the client has sent behind the request. If WriteHeader was called with
// 101, or with 2xx for a CONNECT, the head is sent first; if not, nothing is.
//
// The connection is the handler's from then on, also beyond its return, and has
// no deadlines. The handler must have read the request's body. The request's
// context ends when the handler returns.
func (w *ResponseWriter) Hijack() (nc net.Conn, rest []byte, err error) {
	if err := w.usable(); err != nil {
		return nil, nil, err
	}
	c, ex := w.ex.c, w.ex
	c.mu.Lock()
	defer c.mu.Unlock()
	switches := w.decided && (w.status == 101 || w.isConnect && w.status/100 == 2)
	if w.started || w.decided && !switches || !ex.body.complete {
		return nil, nil, ErrCannotHijack
	}
	for !c.dead && !c.m.Done() && c.m.Turn() != ex.seq {
		c.cond.Wait()
	}
	if c.dead {
		return nil, nil, c.cause
	}
	if ex.left {
		rest = ex.rest
	} else if held, ok := c.m.Leave(ex.seq); ok {
		rest = append([]byte(nil), held...)
	} else {
		return nil, nil, ErrCannotHijack
	}
	c.hijacked = true
	if switches {
		w.switching = true
		var head []byte
		if head, err = w.appendHead(nil, false); err == nil {
			err = c.send(ex, head, http1.End)
		}
	}
	if err == nil {
		err = c.sync()
	}
	if err != nil {
		c.fail(err)
		return nil, nil, err
	}
	for c.wake(); c.inRead || c.writing; c.wake() {
		c.cond.Wait()
	}
	w.hijacked = true
	c.finished(ex)
	c.nc.SetDeadline(noTime)
	c.forgotten = true
	c.srv.stats.hijacked.Add(1)
	c.srv.remove(c)
	return c.nc, append(rest, c.rest...), nil
}
