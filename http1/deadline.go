package http1

import "time"

// DeadlineKind says what has to happen before a deadline.
type DeadlineKind uint8

// The kinds.
const (
	DeadlineNone      DeadlineKind = iota
	DeadlineHeader                 // the head has to be complete
	DeadlineRequest                // the request has to be complete
	DeadlineKeepAlive              // a request has to begin
)

// stamp notes the time at which the machine came into its present state.
func (c *ServerConn) stamp(now int64) {
	if c.over || c.upgraded {
		return
	}
	if id := c.message(); id != 0 {
		if id != c.beganFor || c.waited {
			c.began, c.beganFor = now, id
		}
		c.idle = false
	} else {
		idle := c.served && c.first == c.next && len(c.held) == 0
		if idle && !c.idle {
			c.idleSince = now
		}
		c.idle = idle
	}
	c.waited = c.cur == 0 && len(c.held) > 0
}

// message returns the number of the request that has begun to arrive and is
// not complete, 0 between requests.
func (c *ServerConn) message() uint32 {
	switch {
	case c.cur != 0:
		return c.cur
	case c.inMessage():
		return c.next
	}
	return 0
}

// Deadline returns the next deadline and its kind, as of now; the time is 0
// when there is none. A connection's deadline changes only by calls of its
// methods: ask again at the end of a turn that touched it.
func (c *ServerConn) Deadline(now int64) (DeadlineKind, int64) {
	c.stamp(now)
	switch {
	case c.over || c.upgraded || c.waited:
	case c.idle:
		if c.cfg.KeepAliveTimeout > 0 {
			return DeadlineKeepAlive, c.idleSince + int64(c.cfg.KeepAliveTimeout)
		}
	case c.cur != 0:
		return c.deadline(DeadlineRequest, c.cfg.RequestTimeout, DeadlineNone, 0)
	case c.message() != 0 || c.next == 1:
		return c.deadline(DeadlineHeader, c.cfg.HeaderTimeout, DeadlineRequest, c.cfg.RequestTimeout)
	}
	return DeadlineNone, 0
}

// deadline picks the earlier of two, where 0 is none.
func (c *ServerConn) deadline(k1 DeadlineKind, d1 time.Duration, k2 DeadlineKind, d2 time.Duration) (DeadlineKind, int64) {
	if d2 > 0 && (d1 <= 0 || d2 < d1) {
		k1, d1 = k2, d2
	}
	if d1 <= 0 {
		return DeadlineNone, 0
	}
	return k1, c.began + int64(d1)
}

// Expire acts on a deadline that has passed. Between requests the connection
// is Done. In a request reading ends, and a 408 may be written under the number
// that Expire returns, by the rules of OnError.
func (c *ServerConn) Expire(now int64) (kind DeadlineKind, seq uint32) {
	kind, at := c.Deadline(now)
	if kind == DeadlineNone || at > now {
		return DeadlineNone, 0
	}
	if kind == DeadlineKeepAlive {
		c.finish()
		return kind, 0
	}
	c.over = true
	seq = c.cur
	if seq == 0 || seq < c.first || c.slot(seq).ended {
		seq = c.push()
	}
	c.endAfter(seq)
	return kind, seq
}
