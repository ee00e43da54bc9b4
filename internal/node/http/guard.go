package http

import (
	"github.com/sluice-http/sluice/internal/loop"
	"github.com/sluice-http/sluice/internal/node"
	nodenet "github.com/sluice-http/sluice/internal/node/net"
	"golang.org/x/sys/unix"
)

// The guard bounds what peers may cost that do not read, or that send or read slowly
// (node.Guard). Each is cut off at a moment that can be foretold.

// rateWindow is how long, in milliseconds, a peer's rate is measured: long enough for a
// packet to be lost and sent again.
const rateWindow = 5000

// guarded is the guard's part of a connection.
type guarded struct {
	deadline loop.Deadline
	counted  int   // bytes that wait, as the sum of all connections has them
	since    int64 // the beginning of the window in which bytes wait; 0: none do
	sent     int64 // bytes that had been sent then
	from     int64 // the beginning of the window in which a body arrives; 0: none does
	received int64 // bytes that had arrived then
}

// watch looks at a connection at the end of a turn.
func (c *conn) watch(queued int) {
	limits, held := &c.http.env.Options.Guard, c.c.Held()
	receiving := c.m.Reading() != 0 && c.c.Reading()
	if c.guard == nil && (held > 0 || queued > 0 || receiving) {
		c.guard = &guarded{}
		c.guard.deadline.Expired = c.judge
	}
	g := c.guard
	if g != nil {
		c.http.buffered += held - g.counted
		g.counted = held
	}
	if limits.Buffered > 0 && held > limits.Buffered {
		c.cut()
		return
	}
	if limits.BufferedInAll > 0 && c.http.buffered > limits.BufferedInAll {
		c.http.cutLargest()
		if c.c.Closed() {
			return
		}
	}
	if g == nil {
		return
	}
	now := c.http.env.Loop.Now()
	switch {
	case queued == 0:
		g.since = 0
	case g.since == 0:
		g.since, g.sent = now, c.c.Sent()
	}
	switch {
	case !receiving:
		g.from = 0 // nothing is asked for: the peer is not slow, we are
	case g.from == 0:
		g.from, g.received = now, c.c.Received()
	}
	c.await(now)
}

// await sets the deadline to the next moment at which the peer can be too slow.
func (c *conn) await(now int64) {
	limits, g := &c.http.env.Options.Guard, c.guard
	at := int64(0)
	sooner := func(t int64) {
		if at == 0 || t < at {
			at = t
		}
	}
	if g.since != 0 && limits.WriteTimeout > 0 {
		sooner(max(c.c.Progress(), g.since) + limits.WriteTimeout.Milliseconds())
	}
	if g.since != 0 && limits.MinRate > 0 {
		sooner(g.since + rateWindow)
	}
	if g.from != 0 && limits.MinRate > 0 {
		sooner(g.from + rateWindow)
	}
	if at == 0 {
		c.http.env.Loop.StopDeadline(&g.deadline)
		return
	}
	c.http.env.Loop.SetDeadline(&g.deadline, max(at, now+1))
}

// judge is called when the peer may have become too slow.
func (c *conn) judge() {
	limits, g := &c.http.env.Options.Guard, c.guard
	if c.c.Closed() {
		return
	}
	now := c.http.env.Loop.Now()
	slow := func(began, before, after int64) bool {
		return float64(after-before)*1000 < float64(limits.MinRate)*float64(now-began)
	}
	if g.since != 0 && limits.WriteTimeout > 0 && now-max(c.c.Progress(), g.since) >= limits.WriteTimeout.Milliseconds() {
		c.cut()
		return
	}
	if limits.MinRate > 0 && g.since != 0 && now-g.since >= rateWindow {
		if slow(g.since, g.sent, c.c.Sent()) {
			c.cut()
			return
		}
		g.since, g.sent = now, c.c.Sent()
	}
	if limits.MinRate > 0 && g.from != 0 && now-g.from >= rateWindow {
		if slow(g.from, g.received, c.c.Received()) {
			c.tooSlow()
			return
		}
		g.from, g.received = now, c.c.Received()
	}
	c.await(now)
}

// tooSlow answers a peer that sends its request too slowly, when it can still be
// answered, and ends the connection.
func (c *conn) tooSlow() {
	c.http.env.Work.Cut.Add(1)
	if seq := c.m.Turn(); seq != 0 && !c.m.Started(seq) {
		c.refuse(seq, 408)
		c.over = true
		c.touch()
		return
	}
	c.errno = int32(unix.ETIMEDOUT)
	c.c.Reset()
}

// cut ends the connection of a peer that does not read: with a reset, so that what it
// has not read is given up by the kernel too.
func (c *conn) cut() {
	c.http.env.Work.Cut.Add(1)
	c.errno = int32(unix.ETIMEDOUT)
	c.c.Reset()
}

// cutLargest ends the connection for which most is held.
func (h *HTTP) cutLargest() {
	var largest *conn
	h.net.Conns(func(nc *nodenet.Conn) {
		if c, ok := nc.Consumer().(*conn); ok && !nc.Closed() && (largest == nil || nc.Held() > largest.c.Held()) {
			largest = c
		}
	})
	if largest != nil {
		largest.cut()
	}
}

// unwatch forgets a connection that is closed, or has left HTTP.
func (c *conn) unwatch() {
	if g := c.guard; g != nil {
		c.http.env.Loop.StopDeadline(&g.deadline)
		c.http.buffered -= g.counted
		c.guard = nil
	}
}

// guarding reports whether there is anything to guard.
func guarding(g *node.Guard) bool {
	return g.Buffered > 0 || g.BufferedInAll > 0 || g.WriteTimeout > 0 || g.MinRate > 0
}

// gatherMost is how many bytes are gathered at most before the kernel is asked to take
// them: it may take none, and then they count for the limits.
func gatherMost(g *node.Guard) int {
	most := 512 << 10
	if g.Buffered > 0 {
		most = min(most, g.Buffered/4)
	}
	if g.BufferedInAll > 0 {
		most = min(most, g.BufferedInAll/16)
	}
	return most
}
