package http1net

import (
	"io"
	"net"
	"time"
)

// responseBody is a call as the body of its answer.
type responseBody call

// Read implements io.Reader.
func (b *responseBody) Read(p []byte) (int, error) {
	a := (*call)(b)
	cc := a.cc
	cc.mu.Lock()
	defer cc.mu.Unlock()
	var late *time.Timer
	for {
		switch {
		case a.closed:
			return 0, ErrBodyClosed
		case a.off < len(a.buf):
			n := copy(p, a.buf[a.off:])
			if a.off += n; a.off == len(a.buf) {
				a.buf, a.off = a.buf[:0], 0
				cc.cond.Broadcast()
			}
			return n, nil
		case a.complete:
			return 0, io.EOF
		case a.err != nil:
			return 0, a.err
		case len(p) == 0:
			return 0, nil
		}
		if d := cc.client.BodyTimeout; d > 0 && late == nil {
			late = time.AfterFunc(d, func() { a.cancel(ErrTimeout) })
			defer late.Stop()
		}
		cc.cond.Wait()
	}
}

// Close implements io.Closer.
func (b *responseBody) Close() error {
	a := (*call)(b)
	a.cc.mu.Lock()
	defer a.cc.mu.Unlock()
	if a.closed {
		return nil
	}
	a.closed = true
	a.buf = nil
	if !a.ended && !a.complete || a.upgraded && a.cc.call == a {
		a.cc.fail(ErrBodyClosed)
	}
	return nil
}

func (a *call) put(p []byte) {
	if !a.closed {
		a.buf = append(a.buf, p...)
	}
	a.cc.cond.Broadcast()
}

// full says whether the connection should wait for whoever reads the body.
func (a *call) full() bool { return len(a.buf)-a.off >= bodyHighWater }

// Upgrade takes the connection, after an answer of 101 or of 2xx to a CONNECT.
// rest is what the server has sent behind the answer. The connection is the
// caller's from then on. Upgrade returns nil for other answers, and the second
// time.
func (r *Response) Upgrade() (nc net.Conn, rest []byte) {
	a := r.call
	cc := a.cc
	cc.mu.Lock()
	defer cc.mu.Unlock()
	if !a.upgraded || cc.dead || cc.call != a {
		return nil, nil
	}
	cc.call = nil
	cc.client.remove(cc)
	cc.nc.SetDeadline(noTime)
	return cc.nc, a.rest
}
