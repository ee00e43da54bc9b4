package net

// What a connection needs while it has much to write. It is borrowed from the Net, and
// goes back when the kernel has taken everything: an idle connection has none of it.

// overflow is what does not fit one piece of memory.
type overflow struct {
	further   [][]byte  // pieces behind direct, where one system call takes several
	files     []section // go out behind out and direct
	fileBytes int64     // of files
	tails     int       // bytes behind files
	resuming  bool      // resumeFiles was posted
}

// spare is what no connection needs at the moment.
type spare struct {
	outs      [][]byte
	bytes     int // of outs
	overflows []*overflow
}

const (
	largestSpare   = 64 << 10 // larger ones go to the garbage collector
	spareBytes     = 1 << 20
	spareOverflows = 64
)

// append adds bytes to out.
func (c *Conn) append(p []byte) {
	if c.out == nil && len(p) > 0 {
		if s := &c.net.spare; len(s.outs) > 0 {
			last := len(s.outs) - 1
			c.out, s.outs[last] = s.outs[last], nil
			s.outs = s.outs[:last]
			s.bytes -= cap(c.out)
		}
	}
	c.out = append(c.out, p...)
}

func (c *Conn) overflow() *overflow {
	if c.more == nil {
		s := &c.net.spare
		if last := len(s.overflows) - 1; last >= 0 {
			c.more, s.overflows = s.overflows[last], s.overflows[:last]
		} else {
			c.more = new(overflow)
		}
	}
	return c.more
}

// idle gives back what a connection does not need that has nothing to write.
func (c *Conn) idle() {
	if c.out != nil {
		if s := &c.net.spare; cap(c.out) <= largestSpare && s.bytes+cap(c.out) <= spareBytes {
			s.outs = append(s.outs, c.out[:0])
			s.bytes += cap(c.out)
		}
		c.out = nil
	}
	if c.more != nil {
		c.dropOverflow()
	}
}

// dropOverflow gives overflow back, unless something of it is still to happen.
func (c *Conn) dropOverflow() {
	m := c.more
	if m == nil || m.resuming || len(m.files) > 0 || len(m.further) > 0 {
		return
	}
	c.more = nil
	if s := &c.net.spare; len(s.overflows) < spareOverflows {
		s.overflows = append(s.overflows, m)
	}
}

func (c *Conn) hasFiles() bool { return c.more != nil && len(c.more.files) > 0 }

// further is what goes out behind direct.
func (c *Conn) further() [][]byte {
	if c.more == nil {
		return nil
	}
	return c.more.further
}

func (c *Conn) dropFurther() {
	if c.more != nil {
		clear(c.more.further)
		c.more.further = c.more.further[:0]
	}
}
