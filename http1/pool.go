package http1

// Pool keeps buffers, parsers and connections for use again, up to a bound. It
// belongs to one thread: it has no lock. A nil Pool allocates and forgets.
type Pool struct {
	bufs    [][]byte
	parsers []*Parser
	lent    []*Parser // between two messages, of whatever connections
	slots   [][]answer
	servers []*ServerConn
	clients []*ClientConn
}

const (
	smallBuf   = 2 << 10
	maxPoolBuf = 64 << 10 // larger ones go to the garbage collector
	maxPooled  = 256      // of each kind
	fewSlots   = 8        // for answers of pipelined requests
)

// getBuf returns an empty buffer with room for n bytes.
func (pl *Pool) getBuf(n int) []byte {
	if pl != nil && n <= smallBuf {
		if k := len(pl.bufs); k > 0 {
			b := pl.bufs[k-1]
			pl.bufs = pl.bufs[:k-1]
			return b
		}
	}
	return make([]byte, 0, max(n, smallBuf))
}

func (pl *Pool) putBuf(b []byte) {
	if pl != nil && cap(b) >= smallBuf && cap(b) <= maxPoolBuf && len(pl.bufs) < maxPooled {
		pl.bufs = append(pl.bufs, b[:0])
	}
}

// take returns the last of what is kept, nil when nothing is.
func take[T any](kept *[]*T) (x *T) {
	if k := len(*kept); k > 0 {
		x, (*kept)[k-1] = (*kept)[k-1], nil
		*kept = (*kept)[:k-1]
	}
	return x
}

// give keeps x if there is room.
func give[T any](kept *[]*T, x *T) {
	if len(*kept) < maxPooled {
		*kept = append(*kept, x)
	}
}

// Parser returns a parser, one used before if there is one.
func (pl *Pool) Parser(role Role, opts *Options) *Parser {
	if pl != nil {
		if p := take(&pl.parsers); p != nil {
			p.Reset(role, opts)
			return p
		}
	}
	p := NewParser(role, opts)
	p.pool = pl
	return p
}

// Put takes a parser back. It must not be used any more by the caller.
func (pl *Pool) Put(p *Parser) {
	p.Reset(RoleRequest, nil)
	if pl != nil {
		give(&pl.parsers, p)
	}
}

// borrow returns a parser for the next request of a connection that has read off bytes.
func (pl *Pool) borrow(opts *Options, off int64) *Parser {
	p := take(&pl.lent)
	switch {
	case p == nil:
		p = pl.Parser(RoleRequest, opts)
	case p.opts != *opts:
		p.Reset(RoleRequest, opts)
	}
	p.off, p.detail = off, 0
	return p
}

// giveBack takes a parser back that is between two messages, as it is.
func (pl *Pool) giveBack(p *Parser) {
	p.releaseBuf()
	if cap(p.head.Fields) > maxKeptFields {
		p.head.Fields = nil
	}
	if cap(p.trail.Fields) > maxKeptFields {
		p.trail.Fields = nil
	}
	give(&pl.lent, p)
}

// getSlots returns room for the answers of n requests at least.
func (pl *Pool) getSlots(n int) []answer {
	if pl != nil && n <= fewSlots {
		if k := len(pl.slots); k > 0 {
			s := pl.slots[k-1]
			pl.slots = pl.slots[:k-1]
			return s
		}
	}
	return make([]answer, max(n, fewSlots))
}

// putSlots takes back what holds nothing any more.
func (pl *Pool) putSlots(s []answer) {
	if pl != nil && len(s) == fewSlots && len(pl.slots) < maxPooled {
		pl.slots = append(pl.slots, s)
	}
}

// Server returns the machine for a server connection that begins at the time
// now, one used before if there is one. cfg.Pool should be pl.
func (pl *Pool) Server(cfg *ServerConfig, h ServerHandler, now int64) *ServerConn {
	if pl != nil {
		if c := take(&pl.servers); c != nil {
			c.Reset(cfg, h, now)
			return c
		}
	}
	return NewServerConn(cfg, h, now)
}

// PutServer releases a machine and takes it back. It must not be used any more
// by the caller.
func (pl *Pool) PutServer(c *ServerConn) {
	c.Release()
	if pl != nil {
		give(&pl.servers, c)
	}
}

// Client returns the machine for a new client connection, one used before if
// there is one. cfg.Pool should be pl.
func (pl *Pool) Client(cfg *ClientConfig, h ClientHandler) *ClientConn {
	if pl != nil {
		if c := take(&pl.clients); c != nil {
			c.Reset(cfg, h)
			return c
		}
	}
	return NewClientConn(cfg, h)
}

// PutClient is PutServer for a client connection.
func (pl *Pool) PutClient(c *ClientConn) {
	c.Release()
	if pl != nil {
		give(&pl.clients, c)
	}
}
