package http1

import "time"

// ServerHandler is what a [ServerConn] talks to. Its methods are called from
// within Feed, FeedEOF, Settle and Write, never at another time. They may call
// any method of the connection except Feed, FeedEOF and Settle.
type ServerHandler interface {
	// OnRequest says that the head of request seq is complete. h is valid
	// during the call. The answer says how to go on: Ordinary (or SkipBody)
	// for a request to be answered in HTTP, also when it asks for an upgrade
	// nobody offers; Upgrade to leave HTTP. Proceed is Ordinary except that a
	// CONNECT leaves HTTP.
	OnRequest(seq uint32, h *Head) Decision
	// OnBody delivers a piece of the body, a part of what was fed. It is
	// valid during the call.
	OnBody(seq uint32, p []byte)
	// OnComplete says that request seq has arrived in full. trailers is nil
	// when there are none, and valid during the call.
	OnComplete(seq uint32, trailers *Section)
	// OnUpgrade says that HTTP has ended: request seq was a CONNECT or
	// accepted an upgrade, and rest is what was fed beyond it. What else
	// arrives is not to be fed.
	OnUpgrade(seq uint32, rest []byte)
	// OnError says that the peer broke the protocol, or ended the connection
	// in the middle of a request. Nothing more is read. An answer may be
	// written under seq, if Started(seq) is false, with End; it goes out
	// behind the answers of earlier requests, and then the connection is
	// Done. seq is that of the request whose body was broken, or a new one.
	OnError(seq uint32, err *Error)
	// OnTurn says that the answer to seq has become the first in line; it had
	// to wait behind earlier ones, and what was written of it has been put
	// out. It is not called for a request that never waited.
	OnTurn(seq uint32)
	// Output takes bytes in the order in which they must be sent. p is valid
	// during the call: it may be the slice that was passed to Write.
	Output(p []byte)
}

// WriteFlags qualify a piece of an answer.
type WriteFlags uint8

const (
	// End: the answer is complete with this piece.
	End WriteFlags = 1 << iota
	// Close: the connection ends after this answer (it said so).
	Close
	// Info: the piece is an informational answer (1xx), the answer itself is
	// still to come.
	Info
)

// ServerConfig configures server connections. It may be shared and must not
// change while in use.
type ServerConfig struct {
	Options
	// HighWater bounds the bytes of answers that wait, in the machine and in
	// the caller's hands (SetBacklog), before no further request is read.
	// Default 64 KiB, as Node's sockets have.
	HighWater int
	// MaxPipelined bounds the requests that are read ahead without their
	// answers being complete. Default 128.
	MaxPipelined int
	// MaxRequests makes the answer to that request the last, and leaves what
	// comes behind it unread. 0 is no bound. (Node's maxRequestsPerSocket also
	// answers what comes behind, with 503: that is for the layer above.)
	MaxRequests int
	// MaxDump bounds the bytes of an unread body that Dump throws away to
	// save the connection. Default 8 MiB, negative for no bound.
	MaxDump int64
	// HeaderTimeout is the time for a head, RequestTimeout for a request,
	// both from its first byte on (for the first request: from the start of
	// the connection). KeepAliveTimeout is the time between requests.
	// 0 is none.
	HeaderTimeout, RequestTimeout, KeepAliveTimeout time.Duration
	// AllowHalfOpen finishes the answers after the peer has ended its side;
	// otherwise the connection is Done at once.
	AllowHalfOpen bool
	// Pool may be nil.
	Pool *Pool
}

// Defaults of [ServerConfig].
const (
	DefaultHighWater    = 64 << 10
	DefaultMaxPipelined = 128
	DefaultMaxDump      = 8 << 20
)

// ServerConn is the server's side of one connection as a machine without I/O:
// bytes go in by Feed, requests come out as calls of the handler, answers go
// in by Write in any order of requests and come out by Output in the order of
// requests.
//
// Bytes that cannot be used yet (paused, or too many answers wait) are kept by
// the machine; Settle goes on with them. A caller should stop reading while
// WantRead is false, so that what is kept stays below one read.
type ServerConn struct {
	intake
	cfg *ServerConfig
	h   ServerHandler

	// Answers: slots[seq&mask] for first <= seq < next.
	slots []answer
	small [1]answer
	first uint32 // the answer whose turn it is
	next  uint32 // the number the next request gets
	last  uint32 // no answer after this one; 0 when not known yet

	cur uint32 // the request being read; 0 between requests

	dumping bool
	done    bool
	served  bool // a request has been answered
	idle    bool // stamped with idleSince
	waited  bool // reading was held up by answers

	beganFor uint32 // the number of the message that began is of

	waiting int // bytes in slots
	backlog int // bytes put out and not sent, says the caller
	dumped  int64

	offset    int64 // of the stream, while there is no parser
	began     int64 // of the current message
	idleSince int64
}

// answer is the state of one answer that is not complete, or not put out.
type answer struct {
	out     []byte
	ended   bool
	close   bool
	started bool
}

// NewServerConn returns the machine for a connection that begins at the time
// now (nanoseconds of any clock that does not go back).
func NewServerConn(cfg *ServerConfig, h ServerHandler, now int64) *ServerConn {
	c := new(ServerConn)
	c.Reset(cfg, h, now)
	return c
}

// Reset makes c the machine for another connection.
func (c *ServerConn) Reset(cfg *ServerConfig, h ServerHandler, now int64) {
	c.free()
	in := intake{pool: cfg.Pool}
	if cfg.Pool == nil {
		in = c.open(RoleRequest, &cfg.Options, nil)
	} else if c.parser != nil {
		c.pool.Put(c.parser)
	}
	*c = ServerConn{intake: in, cfg: cfg, h: h, first: 1, next: 1, began: now}
	c.slots = c.small[:]
}

// Release gives everything back to the pool. The machine may only be reset
// afterwards.
func (c *ServerConn) Release() {
	c.free()
	c.close()
	*c = ServerConn{intake: intake{over: true}, done: true}
}

// free returns the buffers.
func (c *ServerConn) free() {
	if c.cfg == nil {
		return
	}
	c.drop()
	c.dropAnswers()
	c.pool.putSlots(c.slots)
	c.slots = c.small[:]
}

// Feed takes bytes that have arrived.
func (c *ServerConn) Feed(now int64, in []byte) {
	c.read(c, in)
	c.lend()
	c.stamp(now)
}

// FeedEOF says that the peer has ended its side. When the bytes that are held
// have been used, a request that is cut short is refused; otherwise nothing
// more is read. Without AllowHalfOpen the connection is Done at the Settle
// after that, so that what is answered in the meantime still goes out; with it
// after the last answer.
func (c *ServerConn) FeedEOF(now int64) {
	c.eof = true
	c.resume(c)
	c.readEOF()
	c.lend()
	c.stamp(now)
}

// Settle goes on with bytes that are held, if it may. Call it at the end of a
// turn in which anything was written, resumed, or sent.
func (c *ServerConn) Settle(now int64) {
	if c.eof && c.over && !c.done && !c.upgraded && !c.cfg.AllowHalfOpen {
		c.finish()
	}
	c.resume(c)
	c.readEOF()
	c.lend()
	c.stamp(now)
}

// readEOF acts on the end of the peer's side when everything before it has
// been read.
func (c *ServerConn) readEOF() {
	if !c.ended() {
		return
	}
	if c.parser != nil && c.parser.Finish() == EventError {
		c.refuse(c.parser.Err())
		return
	}
	c.over = true
	switch {
	case c.first == c.next:
		c.finish()
	case c.cfg.AllowHalfOpen:
		c.endAfter(c.next - 1)
	}
}

// lend gives the parser to other connections while it is between two messages: most
// connections are, most of the time, and a parser is larger than all the rest of one.
// The same with room for answers when there are none.
func (c *ServerConn) lend() {
	if len(c.slots) > len(c.small) && c.first == c.next && c.pool != nil {
		c.pool.putSlots(c.slots)
		c.slots = c.small[:]
	}
	if p := c.parser; p != nil && c.pool != nil && p.betweenMessages() {
		c.offset, c.parser = p.off, nil
		c.pool.giveBack(p)
	}
}

// parse takes in what there is until something stops it. It returns how much
// was used.
func (c *ServerConn) parse(in []byte) (n int) {
	if c.parser == nil {
		c.parser = c.pool.borrow(&c.cfg.Options, c.offset)
	}
	p := c.parser
	for !c.paused && !c.over {
		if c.cur == 0 && p.phase != phUpgrade && c.blocked() {
			return n
		}
		ev, k := p.Next(in[n:])
		n += k
		switch ev {
		case EventMore:
			return n
		case EventHead:
			c.request()
		case EventBody:
			c.bodyPiece()
		case EventComplete:
			c.complete()
		case EventUpgrade:
			c.upgraded = true
			seq := c.next - 1
			c.endAfter(seq)
			c.h.OnUpgrade(seq, in[n:])
			return len(in)
		case EventError:
			err := p.Err()
			err.InputOffset = n - k + err.InputOffset
			c.refuse(err)
			return n
		}
	}
	return n
}

// request hands out a request.
func (c *ServerConn) request() {
	h := c.parser.Head()
	seq := c.push()
	c.cur = seq
	c.idle = false
	if !h.Has(FlagKeepAlive) || seq >= c.maxRequests() {
		c.endAfter(seq)
	}
	d := c.h.OnRequest(seq, h)
	if d == Proceed && h.Method != MethodConnect {
		d = Ordinary
	}
	if !c.over {
		c.parser.Decide(d)
	}
}

// maxRequests returns the number of the last request that is read.
func (c *ServerConn) maxRequests() uint32 {
	if n := c.cfg.MaxRequests; n > 0 && n < maxSeq {
		return uint32(n)
	}
	return maxSeq
}

func (c *ServerConn) bodyPiece() {
	b := c.parser.Body()
	if !c.dumping {
		c.h.OnBody(c.cur, b)
		return
	}
	c.dumped += int64(len(b))
	if c.cfg.MaxDump >= 0 && c.dumped > orDefault64(c.cfg.MaxDump, DefaultMaxDump) {
		// Reading on costs more than a new connection.
		c.over = true
		if c.cur < c.first {
			c.finish()
		} else {
			c.endAfter(c.cur)
		}
	}
}

func (c *ServerConn) complete() {
	seq := c.cur
	c.cur, c.dumping = 0, false
	if c.last == seq && !c.parser.upgrades() {
		// What comes behind the last request is not even looked at.
		c.over = true
	}
	c.h.OnComplete(seq, c.parser.Trailers())
}

// refuse ends reading because of an error and tells the handler.
func (c *ServerConn) refuse(err *Error) {
	c.over = true
	seq := c.cur
	if seq == 0 || seq < c.first || c.slot(seq).ended {
		seq = c.push()
	}
	c.endAfter(seq)
	c.h.OnError(seq, err)
}

func orDefault(v, def int) int {
	if v == 0 {
		return def
	}
	return v
}

func orDefault64(v, def int64) int64 {
	if v == 0 {
		return def
	}
	return v
}

// blocked says whether enough waits to be answered or sent.
func (c *ServerConn) blocked() bool {
	return c.Pending() >= orDefault(c.cfg.MaxPipelined, DefaultMaxPipelined) ||
		c.waiting+c.backlog >= orDefault(c.cfg.HighWater, DefaultHighWater)
}

// WantRead says whether more bytes should be read and fed. It is true after
// an error or the last request, where Feed discards: a peer that is still
// sending must be read from for a while, or it will not see the answer.
func (c *ServerConn) WantRead() bool {
	if c.over {
		return !c.upgraded
	}
	return !c.paused && len(c.held) == 0 && !c.upgraded && !c.blocked()
}

// Discards says whether what is fed is thrown away: after an error or the
// last request.
func (c *ServerConn) Discards() bool { return c.over }

// Dump says that nobody wants the rest of the body of request seq: it is read
// and thrown away, up to MaxDump. A pause ends.
func (c *ServerConn) Dump(seq uint32) {
	if seq != 0 && seq == c.cur && !c.dumping {
		c.dumping, c.dumped, c.paused = true, 0, false
	}
}

// Abort forgets everything: the connection is gone.
func (c *ServerConn) Abort() {
	c.over, c.cur = true, 0
	c.free()
	c.finish()
}

// Reading returns the request whose body is being read, 0 between requests.
func (c *ServerConn) Reading() uint32 { return c.cur }
