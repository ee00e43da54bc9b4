package tls

import (
	"io"
	gonet "net"
	"sync"
	"time"
)

// pipe is the connection that crypto/tls sees. During the handshake, which runs on a
// goroutine, reading blocks, and what is written is handed to the loop when the
// handshake waits; the last of it when it is over. Afterwards everything happens on the loop's thread:
// reading takes from the bytes that the loop has just received, and says "not now"
// where they end, which crypto/tls does not take for the end of the connection
// (Conn.readRecordOrCCS keeps what it has read of a record); writing goes straight to
// the output of the connection below.
type pipe struct {
	w *Wrap

	mu     sync.Mutex
	more   sync.Cond
	in     []byte // received and not yet read
	out    []byte // of the handshake, not yet handed to the loop
	fed    int    // how often something came for a handshake that may wait
	eof    bool   // no more will be received
	closed bool
	mute   bool // what the handshake still says is not for the peer

	open bool // the handshake is over; changed on the loop's thread when no goroutine runs
	cur  []byte
}

// wouldBlock is what reading says where the received bytes end.
type wouldBlock struct{}

func (wouldBlock) Error() string   { return "tls: no more bytes for now" }
func (wouldBlock) Timeout() bool   { return true }
func (wouldBlock) Temporary() bool { return true }

var errNotNow gonet.Error = wouldBlock{}

// Read implements net.Conn.
func (p *pipe) Read(b []byte) (int, error) {
	if !p.open {
		return p.readBlocking(b)
	}
	if len(p.cur) > 0 {
		n := copy(b, p.cur)
		p.cur = p.cur[n:]
		return n, nil
	}
	if p.eof {
		return 0, io.EOF
	}
	return 0, errNotNow
}

func (p *pipe) readBlocking(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.in) == 0 && !p.closed && !p.eof {
		p.handOver()
		p.w.t.rest() // others may compute meanwhile
		for len(p.in) == 0 && !p.closed && !p.eof {
			p.more.Wait()
		}
		p.mu.Unlock()
		p.w.t.work()
		p.mu.Lock()
	}
	switch {
	case p.closed:
		return 0, gonet.ErrClosed
	case len(p.in) > 0:
		n := copy(b, p.in)
		p.in = p.in[n:]
		return n, nil
	}
	return 0, io.EOF
}

// handOver gives the loop what the handshake has written, because it waits from now on.
// p.mu is held.
func (p *pipe) handOver() {
	out, fed := p.out, p.fed
	p.out = nil
	p.w.post(func() {
		p.w.flight(out)
		if p.isWaiting(fed) {
			p.w.setBusy(false)
		}
	})
}

// isWaiting reports whether nothing has come for the handshake since it said, after
// fed times, that it waits.
func (p *pipe) isWaiting(fed int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fed == fed
}

// Write implements net.Conn.
func (p *pipe) Write(b []byte) (int, error) {
	if p.open {
		p.w.sendLast() // an alert must not come before it
		p.w.sendBelow(b)
		return len(b), nil
	}
	p.mu.Lock()
	if !p.mute {
		p.out = append(p.out, b...)
	}
	p.mu.Unlock()
	return len(b), nil
}

// silence makes the rest of a handshake, which is going to fail, stay unsaid.
func (p *pipe) silence() {
	p.mu.Lock()
	p.mute = true
	p.mu.Unlock()
}

// feed gives the handshake bytes.
func (p *pipe) feed(b []byte) {
	p.wake(func() { p.in = append(p.in, b...) })
}

// end says that the peer has ended its side.
func (p *pipe) end() {
	p.wake(func() { p.eof = true })
}

// abort ends a handshake that is under way.
func (p *pipe) abort() {
	p.wake(func() { p.closed = true })
}

// wake makes a change for which the handshake may wait. On the loop's thread.
func (p *pipe) wake(change func()) {
	p.w.setBusy(true)
	p.mu.Lock()
	change()
	p.fed++
	p.more.Signal()
	p.mu.Unlock()
}

// Close implements net.Conn. The loop closes what is below.
func (p *pipe) Close() error { return nil }

// pipeAddr is an address for crypto/tls, which asks for one to find sessions.
type pipeAddr struct{}

func (pipeAddr) Network() string { return "tcp" }
func (pipeAddr) String() string  { return "peer" }

// LocalAddr implements net.Conn.
func (p *pipe) LocalAddr() gonet.Addr { return pipeAddr{} }

// RemoteAddr implements net.Conn.
func (p *pipe) RemoteAddr() gonet.Addr { return pipeAddr{} }

// SetDeadline implements net.Conn: deadlines are the loop's.
func (p *pipe) SetDeadline(time.Time) error { return nil }

// SetReadDeadline implements net.Conn.
func (p *pipe) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline implements net.Conn.
func (p *pipe) SetWriteDeadline(time.Time) error { return nil }
