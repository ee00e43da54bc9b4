package http1net

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/sluice-http/sluice/http1"
)

// conn is one connection of a server.
//
// Everything in it belongs to mu. One goroutine at a time has the role of the
// reader: it alone feeds and settles the machine. The reader runs handlers
// itself, because most of them are done before the client sends anything more,
// and a goroutine for each would cost as much as the rest of the request. While
// it does, inline says so; a handler that takes longer than takeoverTime has
// the role taken from it by a new goroutine (takeover), which also starts the
// requests that wait for a handler. The goroutine without the role ends with
// its handler.
type conn struct {
	srv  *Server
	nc   net.Conn
	raw  net.Conn // below TLS, else nc
	tls  *tls.ConnectionState
	gone chan struct{} // closed when the server has forgotten the connection

	mu   sync.Mutex
	cond sync.Cond // something changed
	m    http1.ServerConn

	open  []*exchange // delivered and not answered in full
	queue []*exchange // those of open that have no handler yet
	cur   *exchange   // the one whose body arrives
	live  int         // handlers that run

	inline    *exchange // what the reader runs
	timer     *time.Timer
	inRead    bool
	readEnd   int64 // the read deadline that is set, 0 when none is
	grace     bool  // the reader has not looked for bytes since it did something else
	fresh     bool  // nothing has arrived yet
	closing   bool  // the server shuts down
	hijacked  bool
	rest      []byte // what was read after the hijack began
	dead      bool   // nothing can be read or written any more
	ended     bool   // the reader has left
	forgotten bool   // by the server
	noMore    bool   // the client has ended its side
	idleEnd   bool   // it ended between requests
	reset     bool   // the client must not take the end for that of a body
	cause     error  // why it is dead

	out      queue
	writing  bool
	writeEnd int64 // the write deadline that is set
	scratch  []byte
}

// takeoverTime is how long a handler may keep the role of the reader. Requests
// that arrive behind it wait that long at most for their own handlers.
const takeoverTime = time.Millisecond

func newConn(s *Server, nc net.Conn) *conn {
	c := &conn{srv: s, nc: nc, raw: nc, gone: make(chan struct{}), fresh: true}
	if t, ok := nc.(*tls.Conn); ok {
		c.raw = t.NetConn()
	}
	c.cond.L = &c.mu
	c.m.Reset(&s.cfg, c, now())
	return c
}

// serve is the first goroutine of a connection.
func (c *conn) serve() {
	if t, ok := c.nc.(*tls.Conn); ok && !c.handshake(t) {
		return
	}
	c.mu.Lock()
	c.loop()
}

// loop is the reader. It is called with mu held and the role taken, and returns
// with neither.
func (c *conn) loop() {
	for {
		for len(c.queue) > 0 && !c.dead {
			ex := c.queue[0]
			c.queue = c.queue[:copy(c.queue, c.queue[1:])]
			if !c.runInline(ex) {
				return
			}
		}
		c.m.SetBacklog(c.out.size)
		c.m.Settle(now())
		if len(c.queue) > 0 && !c.dead {
			continue
		}
		if c.flush() && !c.dead {
			continue // answers may have ended meanwhile
		}
		if c.dead || c.hijacked || c.m.Done() && !c.writing {
			break
		}
		c.readOnce()
	}
	c.leave()
}

// readOnce feeds the machine once, or waits until it wants to be fed.
func (c *conn) readOnce() {
	if c.noMore || !c.m.WantRead() || c.cur != nil && c.cur.body.full() || c.m.Done() {
		c.cond.Wait()
		c.grace = true
		return
	}
	c.arm()
	buf := readBuffer(c.cur)
	c.inRead = true
	c.mu.Unlock()
	n, err := c.nc.Read(buf.b[:cap(buf.b)])
	c.mu.Lock()
	c.inRead = false
	if n > 0 {
		c.feed(buf.b[:n])
	}
	buf.free()
	switch {
	case c.hijacked:
		c.cond.Broadcast()
	case err == nil || c.dead:
	case errors.Is(err, io.EOF):
		c.eof()
	case isTimeout(err):
		c.expired()
	default:
		c.fail(because(ErrClientGone, err))
	}
	c.grace = c.grace && n == 0
}

func isTimeout(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}

func (c *conn) feed(p []byte) {
	c.fresh = false
	c.srv.stats.bytesIn.Add(int64(len(p)))
	switch {
	case c.hijacked:
		c.rest = append(c.rest, p...)
	case !c.dead:
		c.m.Feed(now(), p)
	}
}

// eof handles that the client has ended its side. The answers still go out.
func (c *conn) eof() {
	c.noMore = true
	c.m.FeedEOF(now())
	if !c.srv.HalfOpen {
		c.cancel(ErrClientGone)
	}
}

// arm sets the read deadline that the machine wants. One that is later than
// what is set can wait until that has passed: most never come to be.
func (c *conn) arm() {
	_, t := c.m.Deadline(now())
	if t == 0 {
		return
	}
	if c.grace {
		// The time was not the client's: what has arrived meanwhile counts.
		t = max(t, now()+int64(graceTime))
	}
	if c.readEnd == 0 || t < c.readEnd {
		c.readEnd = t
		c.nc.SetReadDeadline(at(t))
	}
}

const graceTime = 5 * time.Millisecond

// expired handles that the read deadline has passed.
func (c *conn) expired() {
	t := now()
	c.readEnd = 0
	kind, seq := c.m.Expire(t)
	if kind == http1.DeadlineNone {
		c.nc.SetReadDeadline(time.Time{})
		return
	}
	if kind == http1.DeadlineKeepAlive || seq == 0 {
		c.idleEnd = true
		return
	}
	c.nc.SetReadDeadline(time.Time{})
	c.srv.stats.timeouts.Add(1)
	ex := c.find(seq)
	c.srv.report(&ServerError{Op: "timeout", Remote: c.nc.RemoteAddr(), Request: ex.request(), Err: ErrTimeout})
	c.refuse(seq, 408)
	if ex != nil {
		ex.cancel(ErrTimeout)
		ex.body.fail(ErrTimeout)
	}
}

// refuse answers seq with a status and nothing else, if it has no answer yet.
func (c *conn) refuse(seq uint32, status int) {
	if !c.m.Started(seq) {
		c.m.Write(seq, refusal(status), http1.End|http1.Close)
	}
}

// wake makes the reader look at the connection.
func (c *conn) wake() {
	c.cond.Broadcast()
	if c.inRead && (c.m.Done() || c.dead || c.hijacked) {
		c.readEnd = 1
		c.nc.SetReadDeadline(time.Unix(1, 0))
	}
}

// fail ends the connection because nothing can be read or written any more.
func (c *conn) fail(cause error) {
	if c.dead {
		return
	}
	c.dead, c.cause = true, cause
	c.m.Abort()
	if !errors.Is(cause, ErrServerClosed) {
		c.srv.stats.clientsGone.Add(int64(len(c.open)))
	}
	c.cancel(cause)
	for _, ex := range c.open {
		ex.body.fail(cause)
	}
	c.raw.Close()
	c.cond.Broadcast()
}

// cancel ends the contexts of all requests.
func (c *conn) cancel(cause error) {
	for _, ex := range c.open {
		ex.cancel(cause)
	}
}

// cut is fail for the server.
func (c *conn) cut(cause error) {
	c.mu.Lock()
	c.fail(cause)
	c.mu.Unlock()
}

// closeAfter ends the connection as soon as nothing is cut by it. One on which
// nothing has arrived is kept unless freshToo.
func (c *conn) closeAfter(freshToo bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closing = true
	if c.fresh && !freshToo {
		return
	}
	c.idleEnd = c.m.Idle()
	c.m.CloseAfter()
	if c.fresh {
		c.fail(ErrServerClosed) // it may be in its handshake
	}
	c.wake()
}

// leave ends the reader, and with it the connection unless it was hijacked.
func (c *conn) leave() {
	if c.timer != nil {
		c.timer.Stop()
	}
	if !c.dead && !c.hijacked {
		c.lingerClose()
		c.fail(errEnded)
	}
	c.ended = true
	c.cond.Broadcast()
	c.unlock()
}

// unlock releases mu, and makes the server forget a connection that nobody
// uses any more.
func (c *conn) unlock() {
	over := c.ended && c.live == 0 && !c.hijacked && !c.forgotten
	c.forgotten = c.forgotten || over
	c.mu.Unlock()
	if over {
		c.srv.stats.closed.Add(1)
		c.srv.remove(c)
	}
}

// lingerClose ends our side and waits for the client to end its own, as long
// as it may not have seen our last answer: a close with bytes unread resets the
// connection, and a reset overtakes what was sent (RFC 9112 section 9.6).
func (c *conn) lingerClose() {
	if t, ok := c.raw.(interface{ SetLinger(int) error }); ok && c.reset {
		t.SetLinger(0)
		return
	}
	if c.idleEnd || c.noMore {
		return
	}
	c.mu.Unlock()
	defer c.mu.Lock()
	w, ok := c.nc.(interface{ CloseWrite() error })
	if !ok || w.CloseWrite() != nil {
		return
	}
	if t, ok := c.raw.(interface{ CloseWrite() error }); ok && c.tls != nil {
		t.CloseWrite()
	}
	buf := smallBuffers.get()
	defer buf.free()
	c.raw.SetReadDeadline(time.Now().Add(lingerTime))
	for n := 0; n < lingerBytes; {
		k, err := c.raw.Read(buf.b[:cap(buf.b)])
		if err != nil {
			return
		}
		n += k
	}
}

const (
	lingerTime  = 500 * time.Millisecond
	lingerBytes = 1 << 20
)
