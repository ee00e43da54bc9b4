package http1

// Role says which messages a parser reads.
type Role uint8

// The roles.
const (
	RoleRequest Role = iota + 1
	RoleResponse
	RoleEither // whatever the first message turns out to be
)

// Event is what one call of [Parser.Next] found.
type Event uint8

// The events, in the order in which a message brings them.
const (
	// EventMore: everything was consumed, and more is needed.
	EventMore Event = iota
	// EventHead: a head is complete; see [Parser.Head]. Before the next call
	// of Next, [Parser.Decide] may say how to go on.
	EventHead
	// EventBody: a piece of body; see [Parser.Body].
	EventBody
	// EventComplete: the message is complete; see [Parser.Trailers].
	EventComplete
	// EventUpgrade: the rest of the input, and of the connection, is not
	// HTTP. Follows EventComplete. Nothing of it was consumed.
	EventUpgrade
	// EventError: the message is refused; see [Parser.Err]. The parser is
	// of no more use before it is reset.
	EventError
)

// Decision is what becomes of a message after its head.
type Decision uint8

// The decisions.
const (
	// Proceed reads the body that the head announces. A message that asks
	// for an upgrade ends HTTP on this connection, after its body.
	Proceed Decision = iota
	// SkipBody says that no body follows whatever the head announces: an
	// answer to HEAD.
	SkipBody
	// Upgrade says that no body follows and that the rest is not HTTP.
	Upgrade
	// Ordinary reads the body and the next message although the head asks
	// for an upgrade.
	Ordinary
)

// Parser reads messages from a stream of bytes that may come in any pieces.
// It owns no input: what Next does not consume the caller keeps.
//
// To read, call Next with what there is, advance by what it consumed, and
// repeat until it returns EventMore (then wait for bytes), EventUpgrade or
// EventError. Next(nil) is allowed and delivers events that need no further
// byte. Not calling Next is how to pause.
type Parser struct {
	role    Role // what was asked for
	as      Role // what the current message is
	phase   phase
	state   scanState
	sub     uint8 // of state or phase
	decided Decision
	sawCR   bool // in empty lines
	between bool // a message was complete before

	lenient Leniency
	detail  Detail
	lim     limits
	opts    Options // from which they were made

	// The scan of a section. Offsets count from the section's first byte.
	pos       int  // next byte to look at
	tok       int  // where the current token began
	follows   bool // the input has more than the piece that is being scanned
	nread     int  // counted header bytes
	ows       int
	id        FieldID
	spell     Spelling
	nameOff   uint32
	nameLen   uint32
	valueOff  uint32
	valueLen  uint32
	hosts     int
	sec       *Section // what is being scanned
	secBase   int64    // stream offset of its first byte
	teProblem teProblem

	// Of a section that is delivered in pieces (DetailHead).
	piece     []byte
	last      bool
	ended     bool   // the end of an extension's name or value was delivered
	valueSent bool   // something of the value was delivered
	conflict  bool   // Host is not that of the target
	sent      int    // delivered bytes of the span that is being read
	streamed  int    // complete fields
	cut       int    // bytes of buf that are not needed any more
	target    []byte // an absolute target

	emptyLines int
	remain     int64 // of the body or chunk
	digits     int
	chunkExt   int
	bodyExt    int

	off     int64 // stream offset of the input of the current call
	buf     []byte
	pool    *Pool
	body    []byte
	head    Head
	trail   Section
	trailed bool
	err     *Error
}

type phase uint8

const (
	phStart phase = iota
	phReset
	phBegin
	phHead
	phDecide
	phLength
	phUntilEOF
	phChunk
	phTrailers
	phComplete
	phUpgrade
	phUpgraded
	phClosed
	phFailed
)

// NewParser returns a parser. opts may be nil.
func NewParser(role Role, opts *Options) *Parser {
	p := new(Parser)
	p.Reset(role, opts)
	return p
}

// Reset makes p as new. It keeps its field slices if they are small, and
// nothing of what they held.
func (p *Parser) Reset(role Role, opts *Options) {
	p.releaseBuf()
	fields, trail, pool := keepFields(p.head.Fields), keepFields(p.trail.Fields), p.pool
	*p = Parser{role: role, pool: pool}
	p.head.Fields, p.trail.Fields = fields, trail
	if opts == nil {
		opts = &defaultOptions
	}
	p.opts = *opts
	p.lenient = opts.Lenient
	p.detail = opts.Detail
	p.lim = opts.Limits.resolve()
}

var defaultOptions Options

// maxKeptFields is how many fields a slice has at most that is used again.
const maxKeptFields = 128

// keepFields empties a slice of fields and drops one that grew large.
func keepFields(f []Field) []Field {
	if cap(f) > maxKeptFields {
		return nil
	}
	clear(f[:cap(f)])
	return f[:0]
}

// Next consumes bytes of in up to the next event and returns the event and how
// many bytes it consumed.
func (p *Parser) Next(in []byte) (Event, int) {
	ev, n := p.next(in)
	p.off += int64(n)
	return ev, n
}

func (p *Parser) next(in []byte) (Event, int) {
	i := 0
	for {
		switch p.phase {
		case phStart:
			p.releaseBuf()
			if len(in) == 0 || in[0] <= ' ' || p.sawCR {
				ok := false
				if i, ok = p.skipEmptyLines(in); !ok {
					return p.moreOrError(), i
				}
			}
			p.begin(i)
			if p.detail&DetailMessage != 0 {
				p.phase = phReset
			}
		case phReset:
			p.phase = phBegin
			if p.between {
				return EventReset, i
			}
		case phBegin:
			p.phase = phHead
			return EventBegin, i
		case phHead:
			ev, n, r := p.readSection(in, i)
			i = n
			if ev != EventMore || r != scanDone {
				return ev, i
			}
			if !p.frame() {
				return EventError, i
			}
			p.phase = phDecide
			return EventHead, i
		case phDecide:
			p.decide()
		case phLength:
			return p.lengthBody(in, i)
		case phUntilEOF:
			if i == len(in) {
				return EventMore, i
			}
			p.body = in[i:]
			return EventBody, len(in)
		case phChunk:
			ev, n := p.chunk(in, i)
			if p.phase == phChunk || ev != EventMore {
				return ev, n
			}
			i = n
		case phTrailers:
			ev, n, r := p.readSection(in, i)
			i = n
			if ev != EventMore || r != scanDone {
				return ev, i
			}
			p.trailed = len(p.trail.Fields) > 0
			p.phase = phComplete
			if p.detail&DetailChunk != 0 {
				return EventChunkEnd, i
			}
		case phComplete:
			p.complete()
			return EventComplete, i
		case phUpgrade, phUpgraded:
			p.phase = phUpgraded
			return EventUpgrade, i
		case phClosed:
			return p.closed(in)
		case phFailed:
			return EventError, i
		}
	}
}

func (p *Parser) moreOrError() Event {
	if p.err != nil {
		return EventError
	}
	return EventMore
}

// skipEmptyLines passes over the empty lines that RFC 9112 section 2.2 wants a
// server to ignore before a message, up to a bound. It returns the index of
// the first byte of the message, or false.
func (p *Parser) skipEmptyLines(in []byte) (int, bool) {
	for i, c := range in {
		switch {
		case c == '\r' && !p.sawCR:
			p.sawCR = true
			continue
		case c == '\n' && p.sawCR:
			p.sawCR = false
		case c == '\n' || p.sawCR:
			if p.lenient&LenientEmptyLines == 0 {
				p.failAt(p.off+int64(i), CodeStrict, "Expected CRLF before message", 400)
				return i, false
			}
			p.sawCR = c == '\r'
			if c != '\n' && c != '\r' {
				return i, true
			}
		default:
			return i, true
		}
		if p.emptyLines++; p.emptyLines > p.lim.emptyLines {
			p.failAt(p.off+int64(i), CodeHeaderOverflow, "Header overflow", 431)
			return i, false
		}
	}
	return len(in), false
}

// begin starts a message at in[i].
func (p *Parser) begin(i int) {
	p.phase = phHead
	p.state = sStart
	p.as = p.role
	p.emptyLines, p.sawCR = 0, false
	p.decided = Proceed
	p.teProblem = teFine
	p.hosts = 0
	p.trailed = false
	p.bodyExt = 0
	p.conflict, p.target = false, p.target[:0]
	p.head.reset()
	p.section(&p.head.Section, i)
}

// section starts the scan of s at in[i].
func (p *Parser) section(s *Section, i int) {
	p.releaseBuf()
	p.sec = s
	p.secBase = p.off + int64(i)
	p.pos, p.tok, p.nread = 0, 0, 0
	s.Raw, s.Plain = nil, true
	s.Fields = s.Fields[:0]
	if p.detail&DetailHead != 0 {
		p.sent, p.streamed, p.cut, p.valueSent = 0, 0, 0, false
	}
}

// readSection reads in[i:] up to the end of the section, or to an event that
// comes before that.
func (p *Parser) readSection(in []byte, i int) (Event, int, scanResult) {
	if p.detail&DetailHead != 0 {
		return p.stream(in, i)
	}
	n, r := p.advance(in, i)
	if r == scanFailed {
		return EventError, n, r
	}
	return EventMore, n, r
}

// advance scans in[i:], or the parser's buffer with in[i:] behind it. It
// returns the index behind what it consumed.
func (p *Parser) advance(in []byte, i int) (int, scanResult) {
	p.follows = false
	if len(p.buf) == 0 {
		b := in[i:]
		r := p.scan(b)
		if r == scanDone {
			p.sec.Raw = b[:p.pos:p.pos]
			return i + p.pos, r
		}
		if r == scanFailed {
			return i + p.pos, r
		}
		if r == scanMore {
			if len(b) > 0 {
				p.keep(b)
			}
			return len(in), r
		}
		// scanOwn: the scan has to change bytes, so they must be ours.
		p.keep(b[:p.pos])
		i += p.pos
	}
	// A piece at a time: what follows the section should not be copied.
	for {
		old := len(p.buf)
		piece := in[i:min(i+splitPiece, len(in))]
		p.follows = i+len(piece) < len(in)
		p.keep(piece)
		r := p.scan(p.buf)
		for r == scanOwn {
			r = p.scan(p.buf)
		}
		switch {
		case r == scanDone:
			p.buf = p.buf[:p.pos]
			p.sec.Raw = p.buf[:p.pos:p.pos]
			return i + p.pos - old, r
		case r == scanFailed:
			return i + max(p.pos-old, 0), r
		}
		if i += len(piece); i == len(in) {
			return i, r
		}
	}
}

const splitPiece = 1024

// keep copies bytes of a split section to the parser's buffer.
func (p *Parser) keep(b []byte) {
	if p.buf == nil {
		p.buf = p.pool.getBuf(len(b))
	}
	p.buf = append(p.buf, b...)
}

func (p *Parser) releaseBuf() {
	if p.buf != nil {
		p.pool.putBuf(p.buf)
		p.buf = nil
	}
}

// Decide says how to go on after EventHead.
func (p *Parser) Decide(d Decision) {
	if p.phase != phDecide {
		panic("http1: Decide without a head")
	}
	p.decided = d
}

// lengthBody delivers a body of known length.
func (p *Parser) lengthBody(in []byte, i int) (Event, int) {
	if i == len(in) {
		return EventMore, i
	}
	n := len(in) - i
	if int64(n) >= p.remain {
		n = int(p.remain)
		p.phase = phComplete
	}
	p.remain -= int64(n)
	p.body = in[i : i+n : i+n]
	return EventBody, i + n
}

// complete ends the message.
func (p *Parser) complete() {
	p.between = true
	switch {
	case p.upgrades():
		p.phase = phUpgrade
	case p.head.Flags&FlagKeepAlive != 0, !p.head.Request && p.head.Status/100 == 1:
		// An informational answer is never the last, whatever it says.
		p.phase = phStart
	case p.lenient&LenientKeepAlive != 0:
		p.phase = phStart
	default:
		p.phase = phClosed
	}
}

// closed handles what comes after a message that was the last.
func (p *Parser) closed(in []byte) (Event, int) {
	if p.lenient&LenientDataAfterClose != 0 {
		return EventMore, len(in)
	}
	for i, c := range in {
		if c != '\r' && c != '\n' {
			p.failAt(p.off+int64(i)+1, CodeClosedConnection, "Data after `Connection: close`", 400)
			return EventError, i
		}
	}
	return EventMore, len(in)
}

// Finish says that the input has ended. It returns EventComplete when that
// ends a body, EventError when it cuts a message short, else EventMore.
// Events that need no further byte should have been taken with Next before.
func (p *Parser) Finish() Event {
	if p.phase == phDecide {
		p.decide()
	}
	switch p.phase {
	case phUntilEOF:
		p.body = nil
		p.phase = phClosed
		return EventComplete
	case phComplete:
		p.complete()
		return EventComplete
	case phStart, phUpgrade, phUpgraded, phClosed:
		return EventMore
	case phFailed:
		return EventError
	}
	p.failAt(p.off, CodeInvalidEOFState, "Invalid EOF state", 400)
	return EventError
}

// Head returns the head of the current message. It is the parser's own: its
// bytes are valid until the next call of Next, its numbers and flags until the
// next message begins.
func (p *Parser) Head() *Head { return &p.head }

// Body returns the piece of body of an EventBody, a part of the input.
func (p *Parser) Body() []byte { return p.body }

// Trailers returns the trailer section of a message that is complete, or nil.
// Its bytes are valid until the next call of Next.
func (p *Parser) Trailers() *Section {
	if p.trailed {
		return &p.trail
	}
	return nil
}

// Err returns what was wrong after an EventError, else nil.
func (p *Parser) Err() *Error { return p.err }

// Offset returns how many bytes were consumed since the parser was reset.
func (p *Parser) Offset() int64 { return p.off }

// InMessage says whether a message has begun and is not complete.
func (p *Parser) InMessage() bool {
	switch p.phase {
	case phStart, phUpgrade, phUpgraded, phClosed, phFailed:
		return false
	}
	return true
}

// betweenMessages says that p knows nothing of the stream but how long it is: any other
// parser with the same options could read the next message.
func (p *Parser) betweenMessages() bool {
	return p.phase == phStart && !p.sawCR && p.emptyLines == 0
}

// hasEvent says whether Next(nil) would bring an event: a message without a body
// is complete with its head, and what it decides needs no further byte.
func (p *Parser) hasEvent() bool {
	return p.phase == phReset || p.phase == phBegin || p.phase == phDecide || p.phase == phComplete || p.phase == phUpgrade
}

// HeadComplete says whether the current message's head is complete.
func (p *Parser) HeadComplete() bool { return p.InMessage() && p.phase > phHead }

// Remaining returns how much of a body of known length, or of the current
// chunk, is still to come.
func (p *Parser) Remaining() int64 { return p.remain }

// fail refuses the message at an offset in the section.
func (p *Parser) fail(at int, code Code, reason string) scanResult {
	return p.failStatus(at, code, reason, 400)
}

func (p *Parser) failStatus(at int, code Code, reason string, status int) scanResult {
	p.failAt(p.secBase+int64(at), code, reason, status)
	return scanFailed
}

func (p *Parser) failAt(off int64, code Code, reason string, status int) {
	if p.as == RoleResponse {
		status = 0
	}
	p.phase = phFailed
	p.err = &Error{Code: code, Reason: reason, Offset: off, InputOffset: int(off - p.off), Status: status}
}
