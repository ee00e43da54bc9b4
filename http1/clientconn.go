package http1

// ClientHandler is what a [ClientConn] talks to. Its methods are called from
// within Feed, FeedEOF and Settle.
type ClientHandler interface {
	// OnInformation delivers a 1xx answer to request seq, except a 101. h is
	// valid during the call.
	OnInformation(seq uint32, h *Head)
	// OnResponse delivers the head of the answer to request seq. Proceed
	// reads the body that belongs to it (none for a HEAD, a 204, a 304), and
	// leaves HTTP after a 101 or a 2xx to a CONNECT; Ordinary stays with HTTP
	// in any case, SkipBody and Upgrade read no body.
	OnResponse(seq uint32, h *Head) Decision
	// OnBody delivers a piece of the body, valid during the call.
	OnBody(seq uint32, p []byte)
	// OnComplete says that the answer is complete.
	OnComplete(seq uint32, trailers *Section)
	// OnUpgrade says that HTTP has ended; rest is what was fed beyond it.
	OnUpgrade(seq uint32, rest []byte)
	// OnError says that the peer broke the protocol: the connection is to be
	// thrown away. seq is the request that was to be answered, 0 for bytes
	// that answer no request.
	OnError(seq uint32, err *Error)
}

// ClientConfig configures client connections. It may be shared and must not
// change while in use.
type ClientConfig struct {
	Options
	// MaxInformation bounds the 1xx answers to one request. Default 100.
	MaxInformation int
	// Pool may be nil.
	Pool *Pool
}

// DefaultMaxInformation is the default of ClientConfig.MaxInformation.
const DefaultMaxInformation = 100

// ClientConn is the client's side of one connection as a machine without I/O.
// It reads answers and knows which request each belongs to; the bytes of the
// requests are the caller's. Bytes that cannot be used while it is paused are
// kept, and delivered by Settle.
type ClientConn struct {
	intake
	cfg *ClientConfig
	h   ClientHandler

	queue  []outgoing // requests without a complete answer
	small  [2]outgoing
	next   uint32
	cur    uint32 // whose answer is being read
	infos  int    // 1xx answers so far
	final  bool   // the answer being read is not a 1xx
	unsent int

	unusable bool // an answer or a request said so
}

// outgoing is a request that waits for its answer.
type outgoing struct {
	seq           uint32
	head, connect bool
}

// NewClientConn returns the machine for a new connection.
func NewClientConn(cfg *ClientConfig, h ClientHandler) *ClientConn {
	c := new(ClientConn)
	c.Reset(cfg, h)
	return c
}

// Reset makes c the machine for another connection.
func (c *ClientConn) Reset(cfg *ClientConfig, h ClientHandler) {
	*c = ClientConn{intake: c.open(RoleResponse, &cfg.Options, cfg.Pool), cfg: cfg, h: h, next: 1}
	c.queue = c.small[:0]
}

// Release gives everything back to the pool. The machine may only be reset
// afterwards.
func (c *ClientConn) Release() {
	c.close()
	*c = ClientConn{intake: intake{over: true}}
}

// Request says that a request by that method is being sent, and returns its
// number. last says that it told the server to close the connection.
func (c *ClientConn) Request(method string, last bool) uint32 {
	seq := c.next
	c.next++
	c.unsent++
	c.queue = append(c.queue, outgoing{seq: seq, head: method == "HEAD", connect: method == "CONNECT"})
	if last || seq == maxSeq {
		c.unusable = true
	}
	return seq
}

// Sent says that one more request has been written in full. Until every one
// has, the connection is not Reusable, whatever was answered already.
func (c *ClientConn) Sent() { c.unsent-- }

// Feed takes bytes that have arrived.
func (c *ClientConn) Feed(in []byte) { c.read(c, in) }

// FeedEOF says that the server has ended its side. It takes effect when the
// bytes that are held have been used.
func (c *ClientConn) FeedEOF() {
	c.eof = true
	c.Settle()
}

// end acts on the end of the server's side.
func (c *ClientConn) end() {
	seq := c.answered()
	switch c.parser.Finish() {
	case EventComplete:
		c.complete()
	case EventError:
		c.refuse(seq, c.parser.Err())
	}
	c.over, c.unusable = true, true
}

// Settle goes on with bytes that are held, if it may.
func (c *ClientConn) Settle() {
	c.resume(c)
	if c.ended() {
		c.end()
	}
}

// answered returns the request that the next or present answer is for.
func (c *ClientConn) answered() uint32 {
	if len(c.queue) == 0 {
		return 0
	}
	return c.queue[0].seq
}

// parse takes in what there is until something stops it. It returns how much
// was used.
func (c *ClientConn) parse(in []byte) (n int) {
	p := c.parser
	for !c.paused && !c.over {
		if len(c.queue) == 0 && !p.InMessage() && p.phase != phUpgrade {
			c.uninvited(in[n:])
			return n
		}
		ev, k := p.Next(in[n:])
		n += k
		switch ev {
		case EventMore:
			return n
		case EventHead:
			c.response()
		case EventBody:
			c.h.OnBody(c.cur, p.Body())
		case EventComplete:
			c.complete()
		case EventUpgrade:
			c.upgraded, c.unusable = true, true
			c.h.OnUpgrade(c.cur, in[n:])
			return len(in)
		case EventError:
			err := p.Err()
			err.InputOffset += n - k
			c.refuse(c.answered(), err)
			return n
		}
	}
	return n
}

// uninvited handles bytes that answer no request: nobody can tell whose they
// are, so the connection must not be used again.
func (c *ClientConn) uninvited(in []byte) {
	if len(in) > 0 {
		c.refuse(0, &Error{Code: CodeClosedConnection, Reason: "Data without a request", Offset: c.parser.Offset()})
	}
}

func (c *ClientConn) refuse(seq uint32, err *Error) {
	c.over, c.unusable = true, true
	c.h.OnError(seq, err)
}

// response hands out the head of an answer.
func (c *ClientConn) response() {
	h := c.parser.Head()
	req := &c.queue[0]
	c.cur = req.seq
	if h.Status/100 == 1 && h.Status != 101 {
		c.information(h)
		return
	}
	c.final = true
	d := c.h.OnResponse(req.seq, h)
	if d == Proceed {
		switch {
		case req.head:
			d = SkipBody
		case req.connect && h.Status/100 == 2:
			// RFC 9110 section 9.3.6: no body, whatever the fields say.
			d = Upgrade
		}
	}
	if !c.over {
		c.parser.Decide(d)
	}
}

func (c *ClientConn) information(h *Head) {
	c.final = false
	if c.infos++; c.infos > orDefault(c.cfg.MaxInformation, DefaultMaxInformation) {
		c.refuse(c.cur, &Error{Code: CodeHeaderOverflow, Reason: "Too many informational responses", Offset: c.parser.Offset()})
		return
	}
	c.h.OnInformation(c.cur, h)
}

// complete ends an answer.
func (c *ClientConn) complete() {
	if !c.final {
		return
	}
	seq := c.cur
	copy(c.queue, c.queue[1:])
	c.queue = c.queue[:len(c.queue)-1]
	c.infos, c.final = 0, false
	if !c.parser.Head().Has(FlagKeepAlive) {
		c.unusable = true
		if !c.parser.upgrades() {
			c.over = true
		}
	}
	c.h.OnComplete(seq, c.parser.Trailers())
}

// Reusable says whether another request may be sent on the connection after
// the answers so far.
func (c *ClientConn) Reusable() bool {
	return !c.unusable && !c.over && !c.upgraded && c.unsent == 0 && len(c.queue) == 0 &&
		len(c.held) == 0 && !c.inMessage()
}

// Done says that no further answer can come: the connection is to be closed.
func (c *ClientConn) Done() bool { return c.over }

// Pending returns how many requests have no complete answer.
func (c *ClientConn) Pending() int { return len(c.queue) }

// WantRead says whether more bytes should be read and fed.
func (c *ClientConn) WantRead() bool {
	return !c.paused && len(c.held) == 0 && !c.over && !c.upgraded
}
