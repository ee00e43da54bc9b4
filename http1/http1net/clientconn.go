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

// clientConn is one connection of a client's, with a goroutine that reads. It
// carries one request at a time. Everything in it belongs to mu.
type clientConn struct {
	client *Client
	host   *host
	nc     net.Conn
	raw    net.Conn
	tls    *tls.ConnectionState

	mu    sync.Mutex
	cond  sync.Cond
	m     http1.ClientConn
	call  *call // the request that is under way
	uses  int
	idle  bool
	left  bool // HTTP has ended: the connection is the caller's
	dead  bool
	cause error
	keep  time.Duration
}

func newClientConn(c *Client, h *host, nc net.Conn) *clientConn {
	cc := &clientConn{client: c, host: h, nc: nc, raw: nc}
	cc.cond.L = &cc.mu
	cc.m.Reset(&c.cfg, cc)
	return cc
}

// read is the goroutine that reads.
func (cc *clientConn) read() {
	buf := largeBuffers.get()
	defer buf.free()
	b := buf.b[:cap(buf.b)]
	cc.mu.Lock()
	defer cc.mu.Unlock()
	for !cc.dead && !cc.left {
		if !cc.m.WantRead() || cc.call != nil && cc.call.full() {
			cc.cond.Wait()
			cc.m.Settle()
			cc.after()
			continue
		}
		cc.mu.Unlock()
		n, err := cc.nc.Read(b)
		cc.mu.Lock()
		if cc.dead {
			return
		}
		if n > 0 {
			if cc.call == nil || !cc.call.wrote {
				// Nobody can tell whose answer this would be.
				cc.discard(ErrUnexpectedData)
				return
			}
			cc.m.Feed(b[:n])
			cc.after()
		}
		switch {
		case err == nil || cc.dead || cc.left:
		case errors.Is(err, io.EOF):
			cc.m.FeedEOF()
			cc.after()
			cc.fail(ErrServerGone)
		case isTimeout(err) && !cc.idle:
			// The connection was taken at the last moment.
		default:
			cc.fail(because(ErrServerGone, err))
		}
	}
}

// after does what events have asked for, once the machine is done with them.
func (cc *clientConn) after() {
	call := cc.call
	if call == nil || cc.dead {
		return
	}
	switch {
	case call.refused != nil && errors.Is(call.refused, ErrServerGone):
		cc.fail(call.refused)
	case call.refused != nil:
		cc.discard(call.refused)
	case call.upgraded:
		cc.left = true
		call.end()
	case call.complete && call.sent:
		call.end()
		cc.call = nil
		if !cc.m.Reusable() {
			cc.fail(errEnded)
			return
		}
		cc.park()
	case call.complete && call.failed:
		cc.fail(errEnded)
	case call.complete:
		call.giveUpSending()
	}
	cc.cond.Broadcast()
}

// park makes the connection idle.
func (cc *clientConn) park() {
	if cc.dead {
		return
	}
	if !cc.client.put(cc) {
		cc.fail(ErrClientClosed)
		return
	}
	cc.idle = true
	if cc.keep > 0 {
		cc.nc.SetReadDeadline(time.Now().Add(cc.keep))
	}
}

// take ends idleness. It returns false if the connection has died.
func (cc *clientConn) take() bool {
	cc.mu.Lock()
	defer cc.mu.Unlock()
	if cc.dead {
		return false
	}
	cc.idle = false
	if cc.keep > 0 {
		cc.nc.SetReadDeadline(noTime)
	}
	return true
}

func (cc *clientConn) closeIdle() {
	cc.mu.Lock()
	defer cc.mu.Unlock()
	if cc.idle {
		cc.fail(errEnded)
	}
}

// cut is fail for others.
func (cc *clientConn) cut(cause error) {
	cc.mu.Lock()
	defer cc.mu.Unlock()
	cc.fail(cause)
}

// discard is fail for a server that sends what it should not.
func (cc *clientConn) discard(cause error) {
	if !cc.dead {
		cc.client.stats.discarded.Add(1)
	}
	cc.fail(cause)
}

// fail ends the connection.
func (cc *clientConn) fail(cause error) {
	if cc.dead || cc.left && cc.call == nil {
		return
	}
	cc.dead, cc.cause = true, cause
	cc.raw.Close()
	if call := cc.call; call != nil {
		cc.call = nil
		call.fail(cause)
		call.end()
	}
	cc.client.remove(cc)
	cc.cond.Broadcast()
}

// OnInformation implements http1.ClientHandler.
func (cc *clientConn) OnInformation(_ uint32, h *http1.Head) {
	call := cc.call
	if h.Status == 100 {
		call.goOn = true
	}
	if call.req.OnInformation != nil {
		_, header := readHead(h, nil)
		call.infos = append(call.infos, information{int(h.Status), header})
	}
	cc.cond.Broadcast()
}

// OnResponse implements http1.ClientHandler.
func (cc *clientConn) OnResponse(_ uint32, h *http1.Head) http1.Decision {
	call := cc.call
	if h.Status == 101 && !(call.req.Method != "CONNECT" && call.req.WantsUpgrade()) {
		call.refused = ErrUnexpectedUpgrade
		return http1.SkipBody
	}
	r := &call.resp
	raw, header := readHead(h, call.fields[:0])
	r.Status, r.Reason, r.Header = int(h.Status), spanOf(raw, h.Reason), header
	r.Major, r.Minor = int(h.Major), int(h.Minor)
	r.ContentLength = h.ContentLength
	cc.keep = cc.client.keepFor(header.Get("Keep-Alive"))
	call.answered = true
	cc.cond.Broadcast()
	return http1.Proceed
}

// OnBody implements http1.ClientHandler.
func (cc *clientConn) OnBody(_ uint32, p []byte) { cc.call.put(p) }

// OnComplete implements http1.ClientHandler.
func (cc *clientConn) OnComplete(_ uint32, trailers *http1.Section) {
	cc.call.resp.Trailer = readTrailers(trailers)
	cc.call.complete = true
}

// OnUpgrade implements http1.ClientHandler.
func (cc *clientConn) OnUpgrade(_ uint32, rest []byte) {
	cc.call.rest = append([]byte(nil), rest...)
	cc.call.upgraded = cc.call.refused == nil
}

// OnError implements http1.ClientHandler.
func (cc *clientConn) OnError(seq uint32, err *http1.Error) {
	cause := error(err)
	switch {
	case seq == 0:
		cause = ErrUnexpectedData
	case err.Code == http1.CodeInvalidEOFState:
		cause = because(ErrServerGone, io.ErrUnexpectedEOF)
	}
	if cc.call == nil {
		cc.discard(cause)
		return
	}
	if seq == 0 && cc.call.complete {
		return // the answer itself is right; the connection is not used again
	}
	cc.call.refused = cause
}
