package net

import (
	"unsafe"

	"github.com/sluice-http/sluice/internal/loop"
	"github.com/sluice-http/sluice/internal/node"
	"golang.org/x/sys/unix"
)

// Consumer takes a connection's bytes in Go instead of JavaScript's net.Socket.
// Its methods run on the loop's thread and may close the connection.
type Consumer interface {
	// OnData gets what a read brought; p is valid until it returns.
	OnData(c *Conn, p []byte)
	// OnEnd says that the peer sends no more.
	OnEnd(c *Conn)
	// OnFail says that reading or writing failed; the connection is of no more use.
	OnFail(c *Conn, errno unix.Errno, writing bool)
	// OnDrain says that everything written was taken by the kernel.
	OnDrain(c *Conn)
	// OnClosed is the last call: the descriptor is closed.
	OnClosed(c *Conn)
}

// Answerer takes the records that JavaScript wrote with a sequence number.
type Answerer interface {
	Answer(seq uint32, p []byte, flags uint32)
}

// Conn is one connection, or another descriptor that can be polled and read and
// written as a stream. There may be very many that do nothing: what only some need, or
// only for a while, is not in it.
type Conn struct {
	net      *Net
	id       uint32
	watched  loop.Events
	fd       int
	consumer Consumer
	answerer Answerer
	sink     func(p []byte) // instead of a descriptor
	carrier  Carrier        // instead of a descriptor
	gone     func()         // told when the descriptor is closed
	more     *overflow      // nil, but while much is written
	intake   node.Intake

	added                      bool
	connecting, reading, ended bool
	failed, closed, refed      bool
	resetting                  bool
	shutting, shut             bool
	socket                     bool // getsockopt and shutdown work
	tellShutdown               bool // JavaScript shut it, though there is a consumer
	tapped                     bool // JavaScript reads, though there is a consumer
	dirty                      bool
	counted                    bool  // in env.Work: it came from a listener
	upgraded                   bool  // in env.Work
	notify                     int32 // writes in out and direct that want to be told

	out          []byte // bytes that were written but not yet taken by the kernel; nil when there are none
	direct       []byte // a piece of this turn that needs no copy: memory of the isolate's output
	bytesRead    int64
	bytesWritten int64
	sentCounted  int64      // of them, what env.Work knows of
	progress     int64      // when the kernel last took bytes, in milliseconds of the loop
	errno        unix.Errno // why reading or writing failed
}

// adopt makes a Conn of an open, non-blocking descriptor.
func (n *Net) adopt(fd int, socket bool) *Conn {
	c := &Conn{net: n, fd: fd, socket: socket, refed: true}
	c.id = n.handles.add(c, nil)
	n.env.Loop.Ref()
	return c
}

// Virtual makes a Conn without a descriptor: what is written goes to sink at the end
// of the turn, and the consumer is fed by whoever made it. It does not keep the loop
// alive.
func (n *Net) Virtual(sink func(p []byte)) *Conn {
	c := &Conn{net: n, fd: -1, sink: sink}
	c.id = n.handles.add(c, nil)
	return c
}

// Env is the environment that the connection belongs to.
func (c *Conn) Env() *node.Env { return c.net.env }

// ID is the connection's handle.
func (c *Conn) ID() uint32 { return c.id }

// Consume makes consumer take the bytes from now on; nil gives them to JavaScript.
func (c *Conn) Consume(consumer Consumer) {
	c.consumer = consumer
	c.answerer, _ = consumer.(Answerer)
}

// Consumer is who takes the bytes in Go; nil when JavaScript does.
func (c *Conn) Consumer() Consumer { return c.consumer }

// Tap gives what is read to JavaScript, although there is a consumer: it gets
// everything else.
func (c *Conn) Tap(on bool) { c.tapped = on }

// Tapped reports whether JavaScript gets what is read in place of the consumer.
func (c *Conn) Tapped() bool { return c.tapped }

// Reading reports whether bytes may come in.
func (c *Conn) Reading() bool { return c.reading }

// Progress is when the kernel last took bytes of the connection, in milliseconds of the
// loop's clock; 0 when it never did.
func (c *Conn) Progress() int64 { return c.descriptor().progress }

// Sent is how many bytes the kernel has taken, Received how many have arrived: of TLS
// those that were to be encrypted, and were decrypted.
func (c *Conn) Sent() int64 { return c.bytesWritten - int64(c.Queued()) }

// Received is how many bytes have arrived.
func (c *Conn) Received() int64 { return c.bytesRead }

// Ended reports whether the peer has ended its side.
func (c *Conn) Ended() bool { return c.ended }

// HasUnread reports whether bytes have arrived that nobody has read: closing now
// would reset the connection.
func (c *Conn) HasUnread() bool {
	d := c.descriptor()
	if d.fd < 0 {
		return false
	}
	n, err := unix.IoctlGetInt(d.fd, unix.TIOCINQ)
	return err == nil && n > 0
}

// Closed reports whether Close was called.
func (c *Conn) Closed() bool { return c.closed }

func (c *Conn) watch(ev loop.Events) {
	if c.closed || c.failed {
		ev = 0
	}
	if ev == c.watched || c.fd < 0 {
		return
	}
	l := c.net.env.Loop
	switch {
	case !c.added:
		if err := l.Add(c.fd, ev, c); err == nil {
			c.added = true
		} else if ev != 0 {
			// A regular file or a device that epoll refuses is always ready.
			c.net.env.Post(func() {
				if !c.closed {
					c.Ready(ev)
				}
			})
			return
		}
	case ev == 0:
		// Not even a hang-up matters now; keeping the descriptor in epoll would report it for ever.
		l.Remove(c.fd)
		c.added = false
	default:
		_ = l.Modify(c.fd, ev)
	}
	c.watched = ev
}

func (c *Conn) update() {
	if c.carrier != nil {
		c.carrier.SetReading(c.Wanted())
		return
	}
	var ev loop.Events
	if c.reading && !c.ended && !c.connecting && !c.intake.Held() {
		ev |= loop.Readable
	}
	if c.connecting || len(c.out) > 0 || c.hasFiles() {
		ev |= loop.Writable
	}
	c.watch(ev)
}

// Ready implements loop.Handler.
func (c *Conn) Ready(ev loop.Events) {
	if c.connecting {
		c.finishConnect()
		return
	}
	if ev&loop.Readable != 0 && c.reading && !c.ended {
		c.read()
	}
	if ev&loop.Writable != 0 && !c.closed && (len(c.out) > 0 || c.hasFiles()) {
		c.flush()
	}
	if ev&loop.Hangup != 0 && !c.closed && !c.reading && len(c.out) == 0 && !c.hasFiles() {
		c.watch(0) // found out when somebody reads or writes
	}
}

// ReadStart lets bytes come in.
func (c *Conn) ReadStart() {
	if c.closed {
		return
	}
	c.reading = true
	c.update()
}

// ReadStop holds bytes back: the peer is slowed down by TCP.
func (c *Conn) ReadStop() {
	c.reading = false
	if !c.closed {
		c.update()
	}
}

// read takes one read's worth: one system call a turn and connection.
func (c *Conn) read() {
	n, _, errno := unix.RawSyscall(unix.SYS_READ, uintptr(c.fd), uintptr(unsafe.Pointer(&c.net.buf[0])), uintptr(len(c.net.buf)))
	switch {
	case errno == unix.EAGAIN || errno == unix.EINTR:
		return
	case errno == unix.EIO && !c.socket: // a terminal whose other side is gone
		n = 0
	case errno != 0:
		c.fail(errno, false)
		return
	}
	if n == 0 {
		c.tookEnd()
		return
	}
	c.took(c.net.buf[:n])
}

// tookEnd tells whoever takes the bytes that there are no more.
func (c *Conn) tookEnd() {
	c.ended = true
	c.update()
	if c.consumer != nil && !c.tapped {
		c.consumer.OnEnd(c)
	} else {
		c.net.event(c.id, evEnd, 0, 0)
	}
}

// took gives bytes that have arrived to whoever takes them.
func (c *Conn) took(p []byte) {
	c.bytesRead += int64(len(p))
	if c.counted {
		c.net.env.Received(int64(len(p)))
	}
	if c.net.env.Took(c, &c.intake, len(p)) {
		c.update()
	}
	if c.consumer != nil && !c.tapped {
		c.consumer.OnData(c, p)
		return
	}
	off := c.net.env.Queue.Data(p)
	c.net.event(c.id, evData, off, int32(len(p)))
}

// Flush writes out what waits now, rather than at the end of the turn.
func (c *Conn) Flush() {
	c.flush()
	if d := c.descriptor(); d != c {
		d.flush()
	}
}

// Discard reads and throws away what has arrived, so that closing does not reset the
// connection and destroy what was written.
func (c *Conn) Discard() {
	c = c.descriptor()
	for range 16 {
		if n, err := unix.Read(c.fd, c.net.buf); n <= 0 || err != nil {
			return
		}
	}
}

// Upgraded notes that the connection has left HTTP.
func (c *Conn) Upgraded() {
	if c = c.descriptor(); c.counted && !c.upgraded {
		c.upgraded = true
		c.net.env.Work.Upgraded.Add(1)
	}
}

// ReadAgain implements node.Source.
func (c *Conn) ReadAgain() {
	if !c.closed {
		c.update()
	}
}

// commit is for writers who want to know now: the turn's output has been flushed. It
// returns what is left, of which evWrote will tell, or a negative errno.
func (c *Conn) commit() int {
	if c.failed {
		return -int(c.errno)
	}
	if c.Queued() > 0 {
		c.notify++
	}
	return c.Queued()
}

func (c *Conn) drained() {
	if c.notify > 0 {
		n := c.notify
		c.notify = 0
		c.net.event(c.id, evWrote, n, 0)
	}
	if c.consumer != nil {
		c.consumer.OnDrain(c)
	}
	if c.shutting && !c.closed {
		c.finishShutdown()
	}
}

// Shutdown ends our side after what is queued.
func (c *Conn) Shutdown() {
	if c.closed || c.shutting {
		return
	}
	c.shutting = true
	if !c.connecting && c.Queued() == 0 {
		c.finishShutdown()
	}
}

// ShutdownTelling is Shutdown on behalf of JavaScript: an event tells when it is done.
func (c *Conn) ShutdownTelling() {
	if c.consumer == nil {
		c.Shutdown()
		return
	}
	if c.shut {
		c.net.event(c.id, evShutdown, 0, 0)
		return
	}
	c.tellShutdown = true
	c.Shutdown()
}

func (c *Conn) finishShutdown() {
	if c.shut {
		return
	}
	c.shut = true
	if c.carrier != nil {
		c.endCarried()
		return
	}
	var status int32
	if c.socket {
		if err := unix.Shutdown(c.fd, unix.SHUT_WR); err != nil {
			status = -int32(node.Errno(err))
		}
	}
	if c.consumer == nil || c.tellShutdown {
		c.net.event(c.id, evShutdown, status, 0)
	}
}

func (c *Conn) fail(errno unix.Errno, writing bool) {
	if c.failed || c.closed {
		return
	}
	c.failed = true
	c.errno = errno
	c.watch(0)
	c.dropFiles()
	if c.consumer != nil {
		c.consumer.OnFail(c, errno, writing)
		return
	}
	where := int32(1)
	if writing {
		where = 2
	}
	c.net.event(c.id, evError, -int32(errno), where)
}

// Close closes the connection; bytes that the kernel did not take are lost.
func (c *Conn) Close() {
	if c.closed {
		return
	}
	c.closed = true
	if c.added {
		c.net.env.Loop.Remove(c.fd)
		c.added = false
	}
	switch {
	case c.carrier != nil:
		c.carrier.Close(c.resetting)
	case c.sink == nil:
		_ = unix.Close(c.fd)
	}
	if c.gone != nil {
		c.gone()
	}
	c.out, c.direct = nil, nil
	c.dropFiles()
	c.dropFurther()
	c.dropOverflow()
	c.net.env.Closing(c)
}

// Reset closes the connection with a TCP reset.
func (c *Conn) Reset() {
	c.resetting = true
	if !c.closed && c.socket {
		_ = unix.SetsockoptLinger(c.fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
	}
	c.Close()
}

// FinishClose implements node.Closer.
func (c *Conn) FinishClose() {
	consumer := c.consumer
	if consumer == nil {
		c.net.event(c.id, evClosed, 0, 0)
	}
	c.net.handles.remove(c.id)
	if c.refed {
		c.refed = false
		c.net.env.Loop.Unref()
	}
	if c.counted {
		c.countSent()
		c.net.env.Work.Connections.Add(-1)
		if c.upgraded {
			c.net.env.Work.Upgraded.Add(-1)
		}
	}
	if consumer != nil {
		consumer.OnClosed(c)
	}
}

// TellClosed tells JavaScript that the connection is closed, when its consumer has been
// told: somebody there may have a socket of it too.
func (c *Conn) TellClosed() { c.net.event(c.id, evClosed, 0, 0) }

// SetRef says whether the connection keeps the loop alive.
func (c *Conn) SetRef(on bool) {
	if c.refed == on || c.closed {
		return
	}
	c.refed = on
	if on {
		c.net.env.Loop.Ref()
	} else {
		c.net.env.Loop.Unref()
	}
}

func (c *Conn) setsockopt(level, opt int, on bool) {
	v := 0
	if on {
		v = 1
	}
	if c = c.descriptor(); c.socket {
		_ = unix.SetsockoptInt(c.fd, level, opt, v)
	}
}

// SetKeepAlive turns TCP keep-alive probes on or off; seconds is the idle time
// before the first, 0 the system's.
func (c *Conn) SetKeepAlive(on bool, seconds int) {
	c = c.descriptor()
	c.setsockopt(unix.SOL_SOCKET, unix.SO_KEEPALIVE, on)
	if on && seconds > 0 && c.socket {
		_ = unix.SetsockoptInt(c.fd, unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, seconds)
		_ = unix.SetsockoptInt(c.fd, unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, 1)
		_ = unix.SetsockoptInt(c.fd, unix.IPPROTO_TCP, unix.TCP_KEEPCNT, 10)
	}
}
