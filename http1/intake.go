package http1

// intake is what the machines of both sides do with bytes that arrive: they
// are parsed at once, or kept while they cannot be used.
type intake struct {
	parser *Parser
	pool   *Pool
	held   []byte // fed and not yet used

	inFeed   bool
	paused   bool
	over     bool // nothing more is read
	eof      bool // the peer has ended its side
	upgraded bool // what follows is not HTTP
}

// machine is the side of a connection: parse takes in what it can and returns
// how much that was.
type machine interface{ parse(in []byte) int }

// open returns an intake for a new connection, with the parser of the last one
// if there is one.
func (k *intake) open(role Role, opts *Options, pool *Pool) intake {
	k.drop()
	p := k.parser
	if p == nil {
		p = pool.Parser(role, opts)
	} else {
		p.Reset(role, opts)
	}
	p.detail = 0
	return intake{parser: p, pool: pool}
}

// close gives everything back to the pool.
func (k *intake) close() {
	k.drop()
	if k.parser != nil {
		k.pool.Put(k.parser)
	}
}

// drop forgets the bytes that are held.
func (k *intake) drop() {
	if k.held != nil {
		k.pool.putBuf(k.held)
		k.held = nil
	}
}

// stopped says that what is fed is of no use any more.
func (k *intake) stopped() bool { return k.over || k.upgraded }

// read takes bytes that have arrived.
func (k *intake) read(m machine, in []byte) {
	if k.stopped() {
		return
	}
	if len(k.held) > 0 || k.paused {
		k.hold(in)
		return
	}
	if n := k.run(m, in); n < len(in) && !k.stopped() {
		k.hold(in[n:])
	}
}

// resume goes on with bytes that are held, or with an event that needs none.
func (k *intake) resume(m machine) {
	if k.paused || k.stopped() {
		return
	}
	if len(k.held) == 0 {
		if k.parser != nil && k.parser.hasEvent() {
			k.run(m, nil)
		}
		return
	}
	held := k.held
	k.held = nil
	if n := k.run(m, held); n < len(held) && !k.stopped() {
		k.held = append(held[:0], held[n:]...)
		return
	}
	k.pool.putBuf(held)
}

// ended says that the peer has ended its side and everything before that has
// been used.
func (k *intake) ended() bool {
	return k.eof && !k.paused && len(k.held) == 0 && !k.stopped()
}

func (k *intake) hold(in []byte) {
	if len(in) == 0 {
		return
	}
	if k.held == nil {
		k.held = k.pool.getBuf(len(in))
	}
	k.held = append(k.held, in...)
}

// run parses, which calls the handler, which must not come back here.
func (k *intake) run(m machine, in []byte) int {
	if k.inFeed {
		panic("http1: Feed, FeedEOF or Settle called by the handler")
	}
	k.inFeed = true
	n := m.parse(in)
	k.inFeed = false
	return n
}

// Paused says whether the machine is paused.
func (k *intake) Paused() bool { return k.paused }

// Pause stops the delivery of events until Resume. What goes out is not
// affected.
func (k *intake) Pause() { k.paused = true }

// Resume ends a pause. Held bytes are delivered by the next Settle.
func (k *intake) Resume() { k.paused = false }

// inMessage says whether a message has begun to arrive and is not complete.
func (k *intake) inMessage() bool { return k.parser != nil && k.parser.InMessage() }

// Parser returns the connection's parser, to look at; nil where the machine has none
// because it is between two messages.
func (k *intake) Parser() *Parser { return k.parser }
