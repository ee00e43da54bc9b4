package http1

// Pool keeps buffers and parsers for use again, up to a bound. It belongs to
// one thread: it has no lock. A nil Pool allocates and forgets.
type Pool struct {
	bufs    [][]byte
	parsers []*Parser
}

const (
	smallBuf   = 2 << 10
	maxPoolBuf = 64 << 10 // larger ones go to the garbage collector
	maxPooled  = 256      // of each kind
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

// Parser returns a parser, one used before if there is one.
func (pl *Pool) Parser(role Role, opts *Options) *Parser {
	if pl != nil {
		if k := len(pl.parsers); k > 0 {
			p := pl.parsers[k-1]
			pl.parsers[k-1] = nil
			pl.parsers = pl.parsers[:k-1]
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
	if pl != nil && len(pl.parsers) < maxPooled {
		pl.parsers = append(pl.parsers, p)
	}
}
