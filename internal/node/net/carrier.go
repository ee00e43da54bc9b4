package net

import "golang.org/x/sys/unix"

// Carrier is what a Conn without a descriptor of its own stands on: TLS, which sends
// through another Conn. The Conn keeps what it is for everybody else: a handle, a
// consumer, output that is put together until the end of the turn.
type Carrier interface {
	// Send takes what was written in this turn; p is valid until it returns.
	Send(p []byte)
	// Waiting is how many bytes of what was sent have not left yet. When it becomes 0,
	// Drained must be called.
	Waiting() int
	// SetReading says whether bytes are wanted, which come by Deliver.
	SetReading(on bool)
	// Shutdown ends our side after what was sent.
	Shutdown()
	// Close closes what is below, with a TCP reset if that is asked for.
	Close(reset bool)
	// Below is the connection with the descriptor; nil when there is none.
	Below() *Conn
}

// Over makes a Conn that stands on carrier. It keeps the loop alive as one with a
// descriptor does.
func (n *Net) Over(carrier Carrier) *Conn {
	c := &Conn{net: n, fd: -1, carrier: carrier, refed: true}
	c.id = n.handles.add(c, nil)
	n.env.Loop.Ref()
	return c
}

// Carrier is what the connection stands on; nil when it has a descriptor.
func (c *Conn) Carrier() Carrier { return c.carrier }

// Wanted reports whether somebody wants bytes of the connection now.
func (c *Conn) Wanted() bool {
	return c.reading && !c.ended && !c.closed && !c.failed && !c.intake.Held()
}

// Deliver gives the connection bytes that its carrier has received.
func (c *Conn) Deliver(p []byte) {
	c.took(p)
}

// DeliverEnd says that the peer has ended its side.
func (c *Conn) DeliverEnd() {
	if c.ended || c.closed {
		return
	}
	c.tookEnd()
}

// DeliverFailure says that the connection below has failed.
func (c *Conn) DeliverFailure(errno unix.Errno, writing bool) { c.fail(errno, writing) }

// Drained says that everything that was sent has left.
func (c *Conn) Drained() {
	switch {
	case c.closed || c.failed:
	case c.hasFiles() && c.carrier.Waiting() == 0:
		c.resumeSoon()
	case c.Queued() == 0:
		c.drained()
	}
}

// descriptor is the connection whose descriptor system calls are about.
func (c *Conn) descriptor() *Conn {
	for c.carrier != nil {
		below := c.carrier.Below()
		if below == nil {
			break
		}
		c = below
	}
	return c
}

// endCarried ends our side of a connection on a carrier.
func (c *Conn) endCarried() {
	c.carrier.Shutdown()
	if c.consumer == nil {
		c.net.event(c.id, evShutdown, 0, 0)
	}
}

// FlushDirty writes out every connection that has something to write.
func (n *Net) FlushDirty() { n.flushDirty() }

// flushCarried sends what was written in this turn through the carrier, or into the
// sink.
func (c *Conn) flushCarried() {
	p := c.out
	if c.direct != nil {
		p = c.direct
	}
	c.emit(p)
	c.direct = nil
	c.out = c.out[:0]
	c.feedCarrier()
	if c.closed || c.failed {
		return
	}
	c.taken()
}
