package http1

// push makes room for one more answer and returns its number.
func (c *ServerConn) push() uint32 {
	if int(c.next-c.first) == len(c.slots) {
		c.grow()
	}
	seq := c.next
	*c.slot(seq) = answer{}
	c.next++
	return seq
}

// maxSeq is the last number on a connection: numbers never wrap, and fit a
// small integer of V8.
const maxSeq = 1<<30 - 1

func (c *ServerConn) slot(seq uint32) *answer {
	return &c.slots[int(seq)&(len(c.slots)-1)]
}

func (c *ServerConn) grow() {
	old := c.slots
	c.slots = c.cfg.Pool.getSlots(2 * len(old))
	for i, seq := 0, c.first; i < len(old); i, seq = i+1, seq+1 {
		*c.slot(seq) = old[int(seq)&(len(old)-1)]
	}
	clear(old)
	c.cfg.Pool.putSlots(old)
}

// alive says whether answer seq can still be written.
func (c *ServerConn) alive(seq uint32) bool {
	return !c.done && seq >= c.first && seq < c.next && !c.slot(seq).ended
}

// Write takes a piece of the answer to seq, serialised. When it is the turn of
// that answer the piece goes to Output at once; otherwise it is copied and
// waits. Write returns how many bytes of that answer wait, or -1 when the
// piece was dropped because the answer is complete or the connection is Done.
func (c *ServerConn) Write(seq uint32, p []byte, f WriteFlags) int {
	if !c.alive(seq) {
		return -1
	}
	a := c.slot(seq)
	if len(p) > 0 && f&Info == 0 {
		a.started = true
	}
	if f&Close != 0 {
		a.close = true
	}
	if seq != c.first {
		if len(p) > 0 {
			if a.out == nil {
				a.out = c.cfg.Pool.getBuf(len(p))
			}
			a.out = append(a.out, p...)
			c.waiting += len(p)
		}
		a.ended = f&End != 0
		return len(a.out)
	}
	if len(p) > 0 {
		c.h.Output(p)
	}
	if f&End != 0 && c.alive(seq) {
		c.slot(seq).ended = true
		c.release()
	}
	return 0
}

// release lets the answers behind a completed one out, as far as they have
// come.
func (c *ServerConn) release() {
	for c.first != c.next && !c.done {
		a := c.slot(c.first)
		if len(a.out) > 0 {
			out := a.out
			a.out = nil
			c.waiting -= len(out)
			c.h.Output(out)
			c.cfg.Pool.putBuf(out)
			a = c.slot(c.first)
		}
		if !a.ended {
			c.h.OnTurn(c.first)
			return
		}
		c.served = true
		if a.close || c.last == c.first && !c.upgraded {
			c.finish()
			return
		}
		c.first++
	}
}

// Preempt ends the connection with p as its last word, without waiting for the
// answers to earlier requests, which are dropped: what Node does with a
// request that it refuses. If part of an answer has gone out, p would be read
// as the rest of it, so nothing is put out. Preempt returns whether p was.
func (c *ServerConn) Preempt(p []byte) bool {
	if c.done {
		return false
	}
	ok := c.first == c.next || !c.slot(c.first).started
	if ok {
		c.h.Output(p)
	}
	c.finish()
	return ok
}

// endAfter makes seq the last answer.
func (c *ServerConn) endAfter(seq uint32) {
	if c.last == 0 || seq < c.last {
		c.last = seq
	}
}

// finish makes the connection Done: what was put out is all there will be.
func (c *ServerConn) finish() {
	c.over, c.done = true, true
	c.dropAnswers()
}

// dropAnswers throws away the answers that wait.
func (c *ServerConn) dropAnswers() {
	for ; c.first != c.next; c.first++ {
		a := c.slot(c.first)
		if a.out != nil {
			c.cfg.Pool.putBuf(a.out)
		}
		*a = answer{}
	}
	c.waiting = 0
}

// Started says whether any of the answer to seq, informational ones aside, has
// been written.
func (c *ServerConn) Started(seq uint32) bool {
	return !c.alive(seq) || c.slot(seq).started
}

// Turn returns the number of the answer that goes straight to Output, 0 when
// none is outstanding.
func (c *ServerConn) Turn() uint32 {
	if c.first == c.next {
		return 0
	}
	return c.first
}

// Held returns what was written of the answer to seq while others were in front of it. It is the machine's until
// the next call of it.
func (c *ServerConn) Held(seq uint32) []byte {
	if c.done || seq <= c.first || seq >= c.next {
		return nil
	}
	return c.slot(seq).out
}

// Last says whether the answer to seq is the last on this connection, as far
// as is known: it should say "Connection: close".
func (c *ServerConn) Last(seq uint32) bool { return c.last == seq }

// Pending returns how many answers are not complete or not put out.
func (c *ServerConn) Pending() int { return int(c.next - c.first) }

// Waiting returns how many bytes of answers wait for their turn.
func (c *ServerConn) Waiting() int { return c.waiting }

// SetBacklog tells how many bytes that were put out have not been sent.
func (c *ServerConn) SetBacklog(n int) { c.backlog = n }

// Leave ends HTTP behind request seq although it was Ordinary: for a caller who
// makes up his mind after the head. seq must be the latest request, complete,
// its answer outstanding, and nothing of another request read: Pause in
// OnComplete sees to that. Leave returns what was fed beyond the request, as
// OnUpgrade would have; the answer is still written as any other. It returns
// false where the connection has to stay with HTTP, or has ended.
func (c *ServerConn) Leave(seq uint32) (rest []byte, ok bool) {
	if c.inFeed || c.over || c.upgraded || c.cur != 0 || seq != c.next-1 || !c.alive(seq) || c.inMessage() {
		return nil, false
	}
	rest, c.held = c.held, nil
	c.upgraded = true
	c.endAfter(seq)
	return rest, true
}

// CloseAfter makes the answer that is the latest now the last: for a graceful
// stop. Without any outstanding, a request that has begun to arrive is the last,
// and if none has, the connection is Done. One that has left HTTP is not the
// machine's to close.
func (c *ServerConn) CloseAfter() {
	switch {
	case c.upgraded:
	case c.first != c.next:
		c.endAfter(c.next - 1)
		if c.cur == 0 {
			c.over = true
		}
	case c.cur == 0 && !c.inMessage() && len(c.held) == 0:
		c.finish()
	case c.cur == 0:
		c.endAfter(c.next)
	default:
		c.over = true // its body comes, and its answer has gone: nothing is owed
		c.finish()
	}
}

// Done says that the connection is to be closed once everything that was put
// out has been sent.
func (c *ServerConn) Done() bool { return c.done }

// Idle says whether the connection is between requests with nothing
// outstanding.
func (c *ServerConn) Idle() bool {
	return c.first == c.next && c.cur == 0 && !c.over && !c.upgraded && len(c.held) == 0 && !c.inMessage()
}
