package http1net

import (
	"net"
	"sync"

	"github.com/sluice-http/sluice/http1"
)

// buffer is a buffer that is used again.
type buffer struct{ b []byte }

// bufferPool holds buffers of one size.
type bufferPool struct {
	size int
	pool sync.Pool
}

var (
	smallBuffers = bufferPool{size: 4 << 10}
	largeBuffers = bufferPool{size: 32 << 10}
)

func (p *bufferPool) get() *buffer {
	if b, ok := p.pool.Get().(*buffer); ok {
		return b
	}
	return &buffer{make([]byte, 0, p.size)}
}

// free gives a buffer back. It may have grown a little.
func (b *buffer) free() {
	b.b = b.b[:0]
	switch n := cap(b.b); {
	case n >= largeBuffers.size && n <= 2*largeBuffers.size:
		largeBuffers.pool.Put(b)
	case n >= smallBuffers.size && n < largeBuffers.size:
		smallBuffers.pool.Put(b)
	}
}

// readBuffer returns a buffer to read into. A large body is worth a large one.
func readBuffer(ex *exchange) *buffer {
	if ex != nil && (ex.body.n >= int64(smallBuffers.size) || ex.req.ContentLength > int64(smallBuffers.size)) {
		return largeBuffers.get()
	}
	return smallBuffers.get()
}

// queue is what has been put out and not been sent: pieces of our own, to which
// small ones are appended, and large ones of handlers that wait until they are
// sent.
type queue struct {
	pieces []piece
	spare  []piece
	size   int
	put    int64 // bytes ever put
	sent   int64
	direct bool // the piece that comes next stays where it is until it is sent
}

type piece struct {
	b   []byte
	own *buffer
}

// directSize is how large a piece must be to be sent from where it is.
const directSize = 8 << 10

func (q *queue) add(p []byte) {
	q.size += len(p)
	q.put += int64(len(p))
	if q.direct && len(p) >= directSize {
		q.pieces = append(q.pieces, piece{b: p})
		return
	}
	if n := len(q.pieces); n > 0 && q.pieces[n-1].own != nil {
		if own := q.pieces[n-1].own; len(own.b)+len(p) <= max(cap(own.b), largeBuffers.size) {
			own.b = append(own.b, p...)
			return
		}
	}
	pool := &smallBuffers
	if len(p) > smallBuffers.size {
		pool = &largeBuffers
	}
	own := pool.get()
	own.b = append(own.b, p...)
	q.pieces = append(q.pieces, piece{own: own})
}

// take returns all pieces. They must be given back.
func (q *queue) take() []piece {
	p := q.pieces
	q.pieces, q.spare = q.spare[:0], nil
	return p
}

func (q *queue) giveBack(pieces []piece, n int) {
	for i := range pieces {
		if own := pieces[i].own; own != nil {
			own.free()
		}
	}
	clear(pieces)
	q.spare = pieces[:0]
	q.size -= n
	q.sent += int64(n)
}

func (p *piece) bytes() []byte {
	if p.own != nil {
		return p.own.b
	}
	return p.b
}

// Output implements http1.ServerHandler.
func (c *conn) Output(p []byte) { c.out.add(p) }

// flush sends what has been put out. One goroutine at a time does; what others
// put out meanwhile it sends as well. mu is held, but not while it writes: flush
// returns whether it wrote, because what the caller knew may have changed then.
func (c *conn) flush() bool {
	if c.writing || c.out.size == 0 {
		return false
	}
	c.writing = true
	for c.out.size > 0 && !c.dead {
		pieces := c.out.take()
		c.mu.Unlock()
		n, err := c.write(pieces)
		c.mu.Lock()
		sum := 0
		for i := range pieces {
			sum += len(pieces[i].bytes())
		}
		c.out.giveBack(pieces, sum)
		c.srv.stats.bytesOut.Add(int64(n))
		c.m.SetBacklog(c.out.size)
		if err != nil {
			c.writeFailed(err)
		}
		c.cond.Broadcast()
	}
	c.writing = false
	c.wake()
	return true
}

func (c *conn) writeFailed(err error) {
	if c.dead {
		return
	}
	if isTimeout(err) {
		c.srv.stats.timeouts.Add(1)
		c.srv.report(&ServerError{Op: "timeout", Remote: c.nc.RemoteAddr(), Err: because(ErrTimeout, err)})
		c.fail(because(ErrTimeout, err))
		return
	}
	c.fail(because(ErrClientGone, err))
}

// write sends pieces.
func (c *conn) write(pieces []piece) (n int, err error) {
	if len(pieces) > 1 && c.tls == nil {
		sum := 0
		bufs := make(net.Buffers, len(pieces))
		for i := range pieces {
			bufs[i] = pieces[i].bytes()
			sum += len(bufs[i])
		}
		if sum <= writeSize {
			c.armWrite()
			k, err := bufs.WriteTo(c.nc)
			return int(k), err
		}
	}
	for i := range pieces {
		for b := pieces[i].bytes(); len(b) > 0; {
			k := len(b)
			if c.srv.WriteTimeout >= 0 {
				k = min(k, writeSize)
			}
			c.armWrite()
			k, err = c.nc.Write(b[:k])
			n += k
			if err != nil {
				return n, err
			}
			b = b[k:]
		}
	}
	return n, nil
}

// writeSize is how much one WriteTimeout is for.
const writeSize = 64 << 10

// armWrite sets the write deadline, if the one that is set is not late enough
// to pass for it.
func (c *conn) armWrite() {
	d := int64(orDefault(c.srv.WriteTimeout, DefaultWriteTimeout))
	if d == 0 {
		return
	}
	if t := now(); c.writeEnd-t < d-d/4 {
		c.writeEnd = t + d
		c.nc.SetWriteDeadline(at(c.writeEnd))
	}
}

// send puts a piece of an answer out as soon as there is room for it. The
// caller may use p again when it returns.
func (c *conn) send(ex *exchange, p []byte, f http1.WriteFlags) error {
	return c.sendPiece(ex, p, f, false)
}

// sendPiece is send; with direct, p may be sent from where it is, until sync.
func (c *conn) sendPiece(ex *exchange, p []byte, f http1.WriteFlags, direct bool) error {
	high := c.srv.cfg.HighWater
	turn := func() bool { return c.m.Turn() == ex.seq }
	for !c.dead && !c.m.Done() && !turn() && c.m.Waiting()+len(p) > high {
		c.cond.Wait()
	}
	for !c.dead && turn() && c.writing && c.out.size > high {
		c.cond.Wait()
	}
	if c.dead {
		return c.cause
	}
	c.out.direct = direct && turn()
	waits := c.m.Write(ex.seq, p, f)
	c.out.direct = false
	if waits < 0 {
		return ErrClientGone
	}
	return nil
}

// sync waits until what has been put out is sent.
func (c *conn) sync() error {
	end := c.out.put
	c.flush()
	for c.out.sent < end && (!c.dead || c.writing) {
		c.cond.Wait()
	}
	if c.dead {
		return c.cause
	}
	return nil
}
