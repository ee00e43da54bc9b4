package http

import (
	"fmt"

	"github.com/sluice-http/sluice/http1"
	"github.com/sluice-http/sluice/internal/loop"
	nodenet "github.com/sluice-http/sluice/internal/node/net"
)

// How connections end when the environment does: at once with what can still be said
// (Leave), or with time for what is under way (drain).

// unavailable is the answer to a request that the environment will not answer.
const unavailable = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

// Leave answers the request whose turn it is, unless its answer has begun, and ends
// our side; the connection is closed next.
func (c *conn) Leave() {
	if c.upgraded || c.c.Closed() {
		return
	}
	if seq := c.m.Turn(); seq != 0 && !c.m.Started(seq) {
		if c.edge == nil || !c.edgeUnavailable(seq) {
			c.answerOwn(seq, unavailable)
		}
	}
	c.countAborted()
	c.c.Flush()
	if c.edge != nil {
		c.finishAnswered()
	}
	if !c.c.Closed() {
		c.c.Discard()
		c.c.Shutdown()
		c.c.Flush() // TLS says that it ends, too
	}
}

// refuse answers in the place of JavaScript, which does not come back or is not asked.
func (c *conn) refuse(seq uint32, status int) {
	if c.edge != nil {
		c.edgeRefuse(seq, status, "it came too slowly")
		return
	}
	text := fmt.Sprintf("HTTP/1.1 %d %s\r\nConnection: close\r\n\r\n", status, http1.StatusText(status))
	c.answerOwn(seq, text)
}

// answerOwn gives an answer that is not JavaScript's, the connection's last.
func (c *conn) answerOwn(seq uint32, text string) {
	p := []byte(text)
	if len(c.counts) > 0 {
		c.countAnswer(seq, p, http1.End)
	}
	c.m.Write(seq, p, http1.End|http1.Close)
}

// drain is the state of an environment that takes no new connections.
type drain struct {
	on    bool
	sweep loop.Deadline
}

const (
	// drainLinger is how long a connection stays open that is idle: a request that is
	// on its way is answered, and the answer says that it is the last.
	drainLinger = 1000
	// drainStep is how often the connections are looked at.
	drainStep = 100
)

// startDrain makes every answer from now on the last of its connection.
func (h *HTTP) startDrain() {
	if h.drain.on {
		return
	}
	h.drain.on = true
	h.env.Queue.Event(h.kind, 0, evDrainAll)
	h.drain.sweep.Expired = h.sweepIdle
	h.sweepIdle()
}

// sweepIdle closes the connections that have been idle for a while.
func (h *HTTP) sweepIdle() {
	now := h.env.Loop.Now()
	left := false
	h.net.Conns(func(nc *nodenet.Conn) {
		c, ok := nc.Consumer().(*conn)
		if !ok || nc.Closed() {
			return
		}
		left = true
		switch {
		case !c.m.Idle() || nc.HasUnread():
			c.idleSince = 0
		case c.idleSince == 0:
			c.idleSince = now
		case now-c.idleSince >= drainLinger:
			c.over = true
			c.touch()
		}
	})
	if left {
		h.env.Loop.SetDeadline(&h.drain.sweep, now+drainStep)
	}
}

// waiting counts the requests that JavaScript has not seen.
type waiting struct {
	n         int
	delivered uint64 // deliveries of the queue, when n was 0
}

// tooMany counts one more request and says whether it is too many.
func (h *HTTP) tooMany() bool {
	limit := h.env.Options.MaxWaiting
	if limit == 0 {
		return false
	}
	w := &h.waiting
	if d := h.env.Queue.Delivered(); d != w.delivered {
		w.n, w.delivered = 0, d
	}
	w.n++
	return w.n > limit
}
