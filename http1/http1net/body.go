package http1net

import "io"

// body is the body of a request in a handler: a buffer that the connection
// fills and the handler empties, and, while the handler has the connection for
// itself, the connection's own reads.
type body struct {
	ex  *exchange
	buf []byte // arrived and not read
	off int    // how much of buf was read
	dst []byte // where a blocked Read wants the bytes
	got int    // how many it has
	n   int64  // arrived in all

	expects  bool  // the client waits for a 100
	complete bool  // everything has arrived
	err      error // what Read returns when buf is empty
	closed   bool  // nobody reads any more
}

// Read implements io.Reader. The first Read sends a 100 to a client that waits
// for one.
func (b *body) Read(p []byte) (int, error) {
	c := b.ex.c
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		switch {
		case b.closed:
			return 0, ErrBodyClosed
		case b.off < len(b.buf):
			n := copy(p, b.buf[b.off:])
			if b.off += n; b.off == len(b.buf) {
				b.buf, b.off = b.buf[:0], 0
				c.cond.Broadcast() // the reader may have stopped
			}
			return n, nil
		case b.complete:
			return 0, io.EOF
		case b.err != nil:
			return 0, b.err
		case len(p) == 0:
			return 0, nil
		}
		if b.expects {
			b.expects = false
			c.sendContinue(b.ex) // which lets go of the lock
			continue
		}
		b.dst, b.got = p, 0
		c.await(b.ex)
		b.dst = nil
		if b.got > 0 {
			return b.got, nil
		}
	}
}

// put takes what has arrived.
func (b *body) put(p []byte) {
	b.n += int64(len(p))
	if limit := b.ex.c.srv.MaxBodyBytes; limit > 0 && b.n > limit {
		b.fail(ErrBodyTooLarge)
		b.ex.c.drop(b.ex)
	}
	if b.closed || b.err != nil {
		return
	}
	if len(b.buf) == 0 && b.got < len(b.dst) {
		n := copy(b.dst[b.got:], p)
		b.got += n
		p = p[n:]
	}
	b.buf = append(b.buf, p...)
	b.ex.c.cond.Broadcast()
}

// full says whether the reader should wait for the handler.
func (b *body) full() bool { return len(b.buf)-b.off >= bodyHighWater && !b.closed }

// fail makes Read return err behind what has arrived.
func (b *body) fail(err error) {
	if !b.complete && b.err == nil {
		b.err = err
	}
	b.ex.c.cond.Broadcast()
}

// close ends reading. What is missing is nobody's any more.
func (b *body) close() {
	b.closed = true
	b.buf, b.off = nil, 0
	b.ex.c.cond.Broadcast()
}

// bodyHighWater is how much of a request body is read ahead of its handler.
const bodyHighWater = 64 << 10
