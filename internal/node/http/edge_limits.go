package http

import (
	"net/http"

	"github.com/sluice-http/sluice/edge"
	"github.com/sluice-http/sluice/edge/tally"
)

// Limits that layers have set on an exchange (BodyLimit, Timeout, FirstByte): the loop's
// deadlines and the count of what arrives enforce them.

// edgeBody counts a piece of a request's body and says whether JavaScript gets it.
func (c *conn) edgeBody(seq uint32, p []byte) bool {
	x := c.exchange(seq)
	if x == nil {
		return seq == c.edge.jsSeq
	}
	x.received += int64(len(p))
	if x.BodyLimit > 0 && x.received > x.BodyLimit {
		c.tooLong(x)
		return false
	}
	return seq == c.edge.jsSeq && !x.own
}

// tooLong is for a body that was not announced and is longer than it may be.
func (c *conn) tooLong(x *exchange) {
	x.Refused = tally.BodyLimit
	if x.started {
		c.c.Reset() // nothing else can be said any more
		return
	}
	a := edge.Text(http.StatusRequestEntityTooLarge)
	a.Close = true
	c.ownAnswer(x, a)
	c.refuseBody(x)
}

// armTimeouts sets the deadline to the first moment at which an exchange is late.
func (c *conn) armTimeouts() {
	at := int64(0)
	for x := c.edge.first; x != nil; x = x.next {
		if t := c.lateAt(x); t != 0 && (at == 0 || t < at) {
			at = t
		}
	}
	l := c.http.env.Loop
	if at == 0 {
		l.StopDeadline(&c.edge.deadline)
		return
	}
	c.edge.deadline.Expired = c.late
	l.SetDeadline(&c.edge.deadline, max(at, l.Now()+1))
}

// lateAt is when an exchange is late, in milliseconds of the loop; 0: never.
func (c *conn) lateAt(x *exchange) (at int64) {
	if x.started && x != c.edge.first {
		return 0 // its answer waits for those before it
	}
	if x.Timeout > 0 {
		at = x.began + x.Timeout.Milliseconds()
	}
	if x.FirstByte > 0 && !x.started {
		if t := x.began + x.FirstByte.Milliseconds(); at == 0 || t < at {
			at = t
		}
	}
	return at
}

// late answers 504 in the place of an application that has not begun to answer, and
// cuts an answer that takes too long.
func (c *conn) late() {
	now := c.http.env.Loop.Now()
	for x := c.edge.first; x != nil && !c.c.Closed(); x = x.next {
		switch at := c.lateAt(x); {
		case at == 0 || at > now:
		case x.started:
			x.Refused = tally.Timeout
			c.c.Reset()
			return
		default:
			x.Refused = tally.Timeout
			a := edge.Text(http.StatusGatewayTimeout)
			a.Close = !x.complete // its body may still come, for nobody
			c.ownAnswer(x, a)
			if !x.complete {
				c.refuseBody(x)
			}
		}
	}
	c.touch()
}
