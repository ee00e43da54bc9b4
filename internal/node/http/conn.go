package http

import (
	"unsafe"

	"github.com/sluice-http/sluice/http1"
	"github.com/sluice-http/sluice/internal/loop"
	nodenet "github.com/sluice-http/sluice/internal/node/net"
	"golang.org/x/sys/unix"
)

// conn is one server connection: the net.Conn's consumer and the machine's handler.
type conn struct {
	http     *HTTP
	srv      *server
	c        *nodenet.Conn
	m        http1.ServerConn
	deadline loop.Deadline

	touched   bool
	upgraded  bool
	lingering bool
	stream    bool         // of JavaScript, which sees the peer's end itself
	over      bool         // JavaScript wants no more requests
	blocked   bool         // tapped, and not read for a while because the machine holds enough
	eof       bool         // the client has ended its side, and JavaScript was not told yet
	refused   *http1.Error // what is wrong with what came; all that follows is wrong too
	stalled   bool         // JavaScript waits for evDrain
	ending    bool         // end waits for OnDrain
	opened    bool         // JavaScript knows the connection
	noBody    uint32       // the request that was delivered as complete with its head
	shed      uint32       // the request that is refused because too many wait
	pending   int32        // requests that are not answered, as env.Work has them
	errno     int32
	idleSince int64     // when a drain first saw it idle
	guard     *guarded  // nil: there was nothing to guard yet
	edge      *edgeConn // nil: not one of the edge's
	counts    []counted // requests that are not answered, where they are counted
}

// lingerTime is how long, in milliseconds, a connection that we have closed is read
// from, so that the peer sees our answer rather than a reset (RFC 9112 section 9.6).
const lingerTime = 2000

func (h *HTTP) accept(s *server, nc *nodenet.Conn) {
	c := &conn{http: h, srv: s, c: nc, opened: true}
	c.start()
	nc.ReadStart()
	c.event(evOpen, int32(s.id))
}

func (c *conn) start() {
	c.m.Reset(&c.srv.cfg, c, c.http.now())
	c.deadline.Expired = c.expired
	c.c.Consume(c)
	c.touch()
}

// find is the connection with that id, while it speaks HTTP.
func (h *HTTP) find(id uint32) *conn {
	if nc := h.net.Conn(id); nc != nil {
		c, _ := nc.Consumer().(*conn)
		return c
	}
	return nil
}

func (c *conn) event(what, a int32) {
	if !c.opened {
		return
	}
	c.http.env.Queue.Event(c.http.kind, int32(c.c.ID()), what, a)
}

// touch makes the end of this turn look at the connection.
func (c *conn) touch() {
	if !c.touched {
		c.touched = true
		c.http.touched = append(c.http.touched, c)
	}
}

// --- From the network: nodenet.Consumer

// OnData implements nodenet.Consumer.
func (c *conn) OnData(_ *nodenet.Conn, p []byte) {
	if c.lingering {
		return
	}
	c.http.packet = p
	if c.refused != nil && c.edge == nil {
		c.refused.InputOffset = 0
		c.tellError(0, c.refused)
	} else {
		c.m.Feed(c.http.now(), p)
	}
	c.http.packet = nil
	c.touch()
}

// OnEnd implements nodenet.Consumer.
func (c *conn) OnEnd(*nodenet.Conn) {
	if c.lingering {
		c.c.Close()
		return
	}
	c.m.FeedEOF(c.http.now())
	if !c.stream {
		c.eof = true
		c.tellEOF()
	}
	if c.edge != nil {
		c.edge.eof = true
	}
	c.touch()
}

// tellEOF tells JavaScript that nothing more will come, when it has got what came before.
func (c *conn) tellEOF() {
	if c.eof && c.m.Discards() {
		c.eof = false
		c.event(evEOF, 0)
	}
}

// OnFail implements nodenet.Consumer.
func (c *conn) OnFail(_ *nodenet.Conn, errno unix.Errno, _ bool) {
	c.errno = int32(errno)
	c.c.Close()
}

// OnDrain implements nodenet.Consumer.
func (c *conn) OnDrain(*nodenet.Conn) {
	if c.stalled && c.behind() == 0 {
		c.stalled = false
		c.event(evDrain, 0)
	}
	if c.ending {
		// At once: this may be the flush behind the end of the turn, and nothing else would come.
		c.ending = false
		if c.edge != nil {
			c.finishAnswered()
		}
		c.end()
		return
	}
	if c.edge == nil || !c.edge.settling {
		c.touch()
	}
}

// OnClosed implements nodenet.Consumer.
func (c *conn) OnClosed(*nodenet.Conn) {
	c.http.env.Loop.StopDeadline(&c.deadline)
	c.unwatch()
	c.setPending(0)
	c.countAborted()
	c.event(evClosed, c.errno)
	if c.edge != nil {
		c.abortExchanges()
	}
	c.m.Abort()
	c.m.Release()
}

// --- From JavaScript

// Answer implements nodenet.Answerer; the flags are those of http1.WriteFlags.
func (c *conn) Answer(seq uint32, p []byte, flags uint32) {
	if c.lingering {
		return
	}
	if c.edge != nil {
		c.edgeAnswer(seq, p, http1.WriteFlags(flags))
		return
	}
	if len(c.counts) > 0 {
		c.countAnswer(seq, p, http1.WriteFlags(flags))
	}
	c.http.answering = unsafe.SliceData(p)
	c.m.Write(seq, p, http1.WriteFlags(flags))
	c.http.answering = nil
	c.touch()
}

// pause holds the body back that is arriving, and further requests.
func (c *conn) pause() {
	if c.edge != nil {
		c.edge.jsPaused = true
	}
	c.m.Pause()
	c.touch()
}

func (c *conn) resume() {
	if c.edge != nil {
		c.edge.jsPaused = false
		if c.edge.holding {
			return
		}
	}
	c.m.Resume()
	c.touch()
}

// observe lets JavaScript read the connection's bytes; what it reads it feeds.
func (c *conn) observe() {
	if c.upgraded || c.lingering || c.c.Closed() {
		return
	}
	c.c.Tap(true)
	c.touch()
}

// preempt ends the connection with p, if no answer has begun, in place of the answers
// that are still to come.
func (c *conn) preempt(p []byte) {
	if c.lingering {
		return
	}
	c.m.Preempt(p)
	c.refused = nil
	c.touch()
}

func (c *conn) decide(upgrade bool) {
	if !c.m.Paused() || c.m.Reading() == 0 {
		return
	}
	d := http1.Ordinary
	if upgrade {
		d = http1.Upgrade
	}
	c.m.Parser().Decide(d)
	c.m.Resume()
	c.touch()
}

// takeOver hands the connection to JavaScript's net.Socket.
func (c *conn) takeOver() {
	c.http.env.Loop.StopDeadline(&c.deadline)
	c.unwatch()
	c.c.ReadStop()
	c.c.Consume(nil)
	c.c.Tap(false)
	c.c.Upgraded()
	if c.edge != nil {
		c.leaveEdge()
	}
	c.setPending(0)
	c.countUpgraded()
	c.upgraded = true
	c.m.Release()
}

// --- From the machine: http1.ServerHandler

// facts are the facts word of a request's event.
func facts(h *http1.Head) int32 {
	f := int32(h.Method) | int32(h.Minor)<<factMinorShift
	if h.Flags&http1.FlagKeepAlive != 0 {
		f |= factKeepAlive
	}
	if h.Flags&http1.FlagHost != 0 {
		f |= factHost
	}
	if h.Flags&(http1.FlagExpect|http1.FlagExpectContinue|http1.FlagConnClose) != 0 {
		if h.Flags&http1.FlagExpect != 0 {
			f |= factExpect
		}
		if h.Flags&http1.FlagExpectContinue != 0 {
			f |= factContinue
		}
		if h.Flags&http1.FlagConnClose != 0 {
			f |= factClose
		}
	}
	if h.Major == 2 {
		f |= factMajor2
	}
	if h.Flags&(http1.FlagContentLength|http1.FlagTransferEncoding) != 0 {
		f |= factFraming
	}
	return f
}

// OnRequest implements http1.ServerHandler.
func (c *conn) OnRequest(seq uint32, h *http1.Head) http1.Decision {
	if c.edge != nil {
		return c.edgeRequest(seq, h)
	}
	q := c.http.env.Queue
	f := facts(h)
	if c.http.drain.on {
		f &^= factKeepAlive
	}
	if h.Rescued != 0 {
		c.http.countRescued(h.Rescued)
	}
	// The refusal is the connection's last answer: what follows it gets none.
	if c.shed != 0 || c.http.tooMany() {
		c.http.env.Work.Shed.Add(1)
		if c.shed == 0 {
			c.shed = seq
		}
		return http1.Ordinary
	}
	c.http.env.Served()
	c.http.env.Queued()
	if c.http.tally != nil {
		c.counts = append(c.counts, counted{seq: seq, method: h.Method, began: c.http.env.Arrived()})
	}
	c.idleSince = 0
	decision := http1.Ordinary
	if h.Flags&http1.FlagUpgrade != 0 {
		f |= factUpgrade
		decision = http1.Proceed
		c.m.Pause()
	} else if h.Flags&http1.FlagBody == 0 {
		f |= factComplete
		c.noBody = seq
	}
	off := q.Head(h.Bytes(h.Target))
	fields := c.http.appendFields(&h.Section)
	q.Event(c.http.kind, int32(c.c.ID()), evRequest, int32(seq), off, int32(h.Target.Len), fields, f)
	return decision
}

// appendFields lays the field lines into the heads of the turn and returns their length.
func (h *HTTP) appendFields(s *http1.Section) int32 {
	q := h.env.Queue
	before := q.HeadLen()
	q.SetHeads(appendFields(q.Heads(), s))
	return q.HeadLen() - before
}

// isShed says whether JavaScript does not know of a request, because it or one before it
// on this connection was refused.
func (c *conn) isShed(seq uint32) bool { return c.shed != 0 && seq >= c.shed }

// OnBody implements http1.ServerHandler.
func (c *conn) OnBody(seq uint32, p []byte) {
	if c.isShed(seq) || c.edge != nil && !c.edgeBody(seq, p) {
		return
	}
	if len(c.counts) > 0 {
		c.countBody(seq, len(p))
	}
	off := c.http.env.Queue.Data(p)
	c.http.env.Queue.Event(c.http.kind, int32(c.c.ID()), evBody, off, int32(len(p)))
}

// OnComplete implements http1.ServerHandler.
func (c *conn) OnComplete(seq uint32, trailers *http1.Section) {
	if seq == c.noBody || c.isShed(seq) {
		return // its head said so, or JavaScript knows nothing of it
	}
	if c.edge != nil && !c.edgeComplete(seq) {
		return
	}
	var off, n int32
	if trailers != nil {
		off = c.http.env.Queue.HeadLen()
		n = c.http.appendFields(trailers)
	}
	c.http.env.Queue.Event(c.http.kind, int32(c.c.ID()), evEnd, int32(seq), off, n)
}

// OnUpgrade implements http1.ServerHandler.
func (c *conn) OnUpgrade(seq uint32, rest []byte) {
	off := c.http.env.Queue.Data(rest)
	c.http.env.Queue.Event(c.http.kind, int32(c.c.ID()), evUpgrade, int32(seq), off, int32(len(rest)))
	c.upgraded = true
	c.c.ReadStop()
}

// OnError implements http1.ServerHandler.
func (c *conn) OnError(seq uint32, err *http1.Error) {
	c.http.env.Work.Errors[err.Code].Add(1)
	refused := *err
	c.refused = &refused
	if c.edge != nil {
		c.edgeRefuse(seq, err.Status, err.Reason)
		return
	}
	if c.http.env.Stuck() {
		c.refuse(seq, err.Status)
		return
	}
	c.tellError(seq, err)
}

func (c *conn) tellError(seq uint32, err *http1.Error) {
	off := c.http.env.Queue.Payload(err.Code.String(), err.Reason, err.InputOffset, err.Status, c.http.packet)
	c.http.env.Queue.Event(c.http.kind, int32(c.c.ID()), evError, int32(seq), off)
}

// OnTurn implements http1.ServerHandler. JavaScript knows the order of its answers.
func (c *conn) OnTurn(uint32) {
	if c.edge != nil {
		c.touch() // a file may go out now
	}
}

// Output implements http1.ServerHandler.
func (c *conn) Output(p []byte) {
	if unsafe.SliceData(p) == c.http.answering {
		c.c.Write(p, false)
	} else {
		c.c.WriteCopy(p)
	}
}

// --- The end of a turn

// settle goes on with what the machine holds, and tells the loop what the
// connection waits for now.
func (c *conn) settle() {
	if c.c.Closed() || c.lingering || c.upgraded || c.ending {
		return
	}
	if c.edge != nil {
		if c.settleEdge(); c.c.Closed() {
			return
		}
	}
	l := c.http.env.Loop
	queued := c.c.Queued()
	if queued > 0 && !c.stalled {
		c.stalled = true
		c.event(evStalled, 0)
	}
	if c.http.guarding {
		if c.watch(queued); c.c.Closed() {
			return
		}
	}
	if c.shed != 0 && c.m.Turn() != 0 {
		c.m.Write(c.shed, []byte(unavailable), http1.End|http1.Close)
	}
	c.m.SetBacklog(queued)
	c.m.Settle(c.http.now())
	c.setPending(c.m.Pending())
	c.tellEOF()
	if c.upgraded {
		l.StopDeadline(&c.deadline)
		return
	}
	if c.m.Done() || c.over || c.edge != nil && c.edgeEOF() {
		c.end()
		return
	}
	c.adjustReading()
	if _, at := c.m.Deadline(c.http.now()); at != 0 {
		l.SetDeadline(&c.deadline, at/1e6)
	} else {
		l.StopDeadline(&c.deadline)
	}
}

// adjustReading reads on, or not, as the machine wants. Where JavaScript reads it is
// JavaScript's decision, unless the machine has more than it can use.
func (c *conn) adjustReading() {
	want := c.m.WantRead()
	switch {
	case !c.c.Tapped():
		if want {
			c.c.ReadStart()
		} else {
			c.c.ReadStop()
		}
	case want && c.blocked:
		c.blocked = false
		c.c.ReadStart()
	case !want && c.c.Reading():
		c.blocked = true
		c.c.ReadStop()
	}
}

// end closes the connection after its last answer. Where the peer may still be
// sending, closing at once would reset the connection and could destroy the answer
// on its way: our side is shut, and what arrives is thrown away for a while.
func (c *conn) end() {
	c.c.Shutdown()
	l := c.http.env.Loop
	if c.c.Queued() > 0 {
		l.StopDeadline(&c.deadline)
		c.ending = true
		return // OnDrain comes back here
	}
	if c.c.Ended() || (!c.c.HasUnread() && c.m.Reading() == 0) {
		c.c.Close()
		return
	}
	c.lingering = true
	c.c.Tap(false)
	c.c.ReadStart()
	l.SetDeadline(&c.deadline, l.Now()+lingerTime)
}

func (c *conn) expired() {
	if c.lingering {
		c.c.Close()
		return
	}
	if kind, seq := c.m.Expire(c.http.now()); kind == http1.DeadlineHeader || kind == http1.DeadlineRequest {
		c.http.env.Work.Late.Add(1)
		if c.edge != nil {
			c.edgeRefuse(seq, 408, "it did not arrive in time")
			c.touch()
			return
		}
		if c.http.env.Stuck() {
			c.refuse(seq, 408)
			c.touch()
			return
		}
		c.http.env.Queue.Event(c.http.kind, int32(c.c.ID()), evTimeout, int32(seq), int32(kind))
	}
	c.touch()
}

var _ interface {
	nodenet.Consumer
	nodenet.Answerer
	http1.ServerHandler
} = (*conn)(nil)
