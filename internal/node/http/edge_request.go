package http

import (
	"net/http"
	"time"

	"github.com/sluice-http/sluice/edge"
	"github.com/sluice-http/sluice/http1"
	"github.com/sluice-http/sluice/http1/http1net"
)

// exchange is one request on an edge connection, from its head until its answer is with
// the kernel. They are used again.
type exchange struct {
	edge.Exchange
	texts  edge.Texts
	seq    uint32
	next   *exchange
	fields []http1net.Field // the memory of Exchange.Header

	own      bool // the edge answers
	waits    bool // for a layer's function: it must not be used again before that returns
	gone     bool // its connection is
	ended    bool // its answer was written
	started  bool // the head of its answer was written
	isHead   bool // the answer has no body whatever its head says
	complete bool // the request has arrived, or nobody wants the rest

	began    int64 // in milliseconds of the loop
	status   int
	bytes    int64
	received int64 // of the request's body

	answer answer  // of JavaScript's
	held   request // what JavaScript gets, when the exchange has waited
	head   []byte  // of held
	file   *sender // the rest of the answer comes from a file
}

// request is what JavaScript gets of a request's head beside its text.
type request struct {
	target, fields  int32 // their lengths
	facts           int32
	upgrade, noBody bool
}

// maxFree is how many exchanges are kept for use again.
const maxFree = 256

func (e *edgeSite) newExchange() *exchange {
	if n := len(e.free); n > 0 {
		x := e.free[n-1]
		e.free = e.free[:n-1]
		return x
	}
	x := &exchange{fields: make([]http1net.Field, 0, 16)}
	x.Reset()
	return x
}

func (e *edgeSite) release(x *exchange) {
	if len(e.free) == maxFree {
		return
	}
	if x.Keeps() {
		x.texts.Forget()
	} else {
		x.texts.Reuse()
	}
	x.Reset()
	x.next = nil
	x.own, x.waits, x.gone, x.ended, x.started, x.isHead, x.complete = false, false, false, false, false, false, false
	x.status, x.bytes, x.received = 0, 0, 0
	x.answer = answer{}
	x.file = nil
	e.free = append(e.free, x)
}

// exchange finds the exchange with a number; nil when it is over.
func (c *conn) exchange(seq uint32) *exchange {
	for x := c.edge.first; x != nil; x = x.next {
		if x.seq == seq {
			return x
		}
	}
	return nil
}

func (c *conn) addExchange(x *exchange) {
	if c.edge.last == nil {
		c.edge.first = x
	} else {
		c.edge.last.next = x
	}
	c.edge.last = x
}

func (c *conn) removeExchange(x *exchange) {
	var before *exchange
	for o := c.edge.first; o != x; o = o.next {
		before = o
	}
	if before == nil {
		c.edge.first = x.next
	} else {
		before.next = x.next
	}
	if c.edge.last == x {
		c.edge.last = before
	}
	x.next = nil
}

// edgeRequest takes a request through the layers of its route.
func (c *conn) edgeRequest(seq uint32, h *http1.Head) http1.Decision {
	e := c.http.edge
	x := e.newExchange()
	x.seq = seq
	x.fill(h)
	x.Tallies, x.Batch = &c.http.tallies, &e.batch
	x.Peer, x.Secure, x.Port = c.edge.peer, c.edge.secure, c.edge.port
	x.ToHTTPS = c.srv.edge.ToHTTPS
	x.Start, x.Worker, x.began = e.now(), e.worker, c.http.env.Loop.Now()
	x.isHead = h.Method == http1.MethodHead
	c.addExchange(x)
	c.http.env.Served()
	if h.Rescued != 0 {
		c.http.countRescued(h.Rescued)
	}
	c.idleSince = 0
	e.Live.Begin(&x.Exchange)
	if h.Flags&http1.FlagHost == 0 && h.Minor > 0 {
		// RFC 9112, section 3.2.
		a := edge.Text(http.StatusBadRequest)
		a.Close = true
		c.ownAnswer(x, a)
		c.refuseBody(x)
		return http1.Ordinary
	}
	a, wait := x.Request()
	if wait != nil {
		c.hold(x, h)
		c.awaitLayer(x, wait)
		return http1.Proceed
	}
	if a == nil {
		a = c.unavailable()
	}
	if a != nil {
		c.ownAnswer(x, a)
		c.refuseBody(x)
		return http1.Ordinary
	}
	var r request
	q := c.http.env.Queue
	off := q.HeadLen()
	q.SetHeads(c.prepare(q.Heads(), x, h, &r))
	return c.deliver(x, &r, off)
}

// unavailable is the answer in place of an application that is not there, or has too
// much to do.
func (c *conn) unavailable() *edge.Answer {
	if c.http.edge.app == 0 {
		return edge.Text(http.StatusNotFound)
	}
	if !c.http.tooMany() {
		return nil
	}
	c.http.env.Work.Shed.Add(1)
	a := edge.Text(http.StatusServiceUnavailable)
	a.Header.Set("Retry-After", "1")
	return a
}

// fill takes the request out of its head: names and values share one copy of it.
func (x *exchange) fill(h *http1.Head) {
	x.Texts = &x.texts
	raw := x.texts.Copy(h.Raw)
	span := func(s http1.Span) string { return raw[s.Off : s.Off+s.Len] }
	x.Method = h.Method.String()
	x.Target = span(h.Target)
	x.Major, x.Minor = int(h.Major), int(h.Minor)
	x.Length = h.ContentLength
	if h.Flags&http1.FlagBody == 0 {
		x.Length = 0
	}
	fields := x.fields[:0]
	for i := range h.Fields {
		f := &h.Fields[i]
		fields = append(fields, http1net.Field{Name: span(f.Name), Value: span(f.Value)})
		if f.ID == http1.FieldHost && x.Host == "" {
			x.Host = span(f.Value)
		}
	}
	x.fields, x.Header = fields, fields
}

// refuseBody is for a request that was answered before its body came.
func (c *conn) refuseBody(x *exchange) {
	x.complete = true
	c.m.Dump(x.seq)
}

// hold keeps what JavaScript would get of a request that has to wait for a layer.
func (c *conn) hold(x *exchange, h *http1.Head) {
	x.head = c.prepare(x.head[:0], x, h, &x.held)
	c.edge.holding = true
	c.m.Pause()
}

// resumeExchange goes on with an exchange that has waited.
func (c *conn) resumeExchange(x *exchange, a *edge.Answer) {
	for a == nil {
		var wait func() *edge.Answer
		if a, wait = x.Request(); wait != nil {
			c.awaitLayer(x, wait)
			return
		}
		if a == nil {
			a = c.unavailable()
		}
		if a == nil {
			c.edge.holding = false
			if c.deliver(x, &x.held, c.http.env.Queue.Head(x.head)) == http1.Ordinary {
				c.goOn(x.seq)
			}
			return
		}
	}
	c.edge.holding = false
	c.ownAnswer(x, a)
	c.refuseBody(x)
	c.goOn(x.seq)
}

// goOn lets the body of a request that was held come.
func (c *conn) goOn(seq uint32) {
	if c.m.Reading() == seq {
		c.m.Parser().Decide(http1.Ordinary)
	}
	if !c.edge.jsPaused {
		c.m.Resume()
	}
}

// prepare appends what JavaScript gets of a request's head: as it came, without what
// nobody may say but the edge, and with what the edge says.
func (c *conn) prepare(b []byte, x *exchange, h *http1.Head, r *request) []byte {
	r.target = int32(h.Target.Len)
	r.facts = facts(h)
	r.upgrade = h.Flags&http1.FlagUpgrade != 0
	r.noBody = h.Flags&http1.FlagBody == 0
	b = append(b, h.Bytes(h.Target)...)
	before := len(b)
	if x.ID != "" && x.IDField != "" {
		// It is the first: JavaScript takes req.id from there.
		r.facts |= factNamed
		b = appendLine(b, x.IDField, x.ID)
	}
	b = c.appendForwarded(appendOthers(b, x, &h.Section), x)
	r.fields = int32(len(b) - before)
	return b
}

func appendLine(b []byte, name, value string) []byte {
	return append(append(append(append(b, name...), ": "...), value...), "\r\n"...)
}

// deliver gives JavaScript the request, whose head is at off in the heads of the turn.
func (c *conn) deliver(x *exchange, r *request, off int32) http1.Decision {
	c.open()
	f := r.facts
	if c.http.drain.on || c.m.Last(x.seq) {
		f &^= factKeepAlive
	}
	decision := http1.Ordinary
	if r.upgrade {
		f |= factUpgrade
		decision = http1.Proceed
		c.m.Pause()
	} else if r.noBody {
		f |= factComplete
		c.noBody = x.seq
	}
	x.complete = x.complete || r.noBody
	c.edge.jsSeq = x.seq
	c.http.env.Queued()
	c.http.env.Queue.Event(c.http.kind, int32(c.c.ID()), evRequest, int32(x.seq), off, r.target, r.fields, f)
	return decision
}

// open tells JavaScript of the connection, once.
func (c *conn) open() {
	if !c.opened {
		c.opened = true
		c.event(evOpen, int32(c.http.edge.app))
	}
}

// --- What happens to exchanges

// settleEdge ends a turn of an edge connection.
func (c *conn) settleEdge() {
	c.flushEncoders()
	if x := c.edge.first; x != nil && x.file != nil && c.m.Turn() == x.seq {
		c.pump(x)
	}
	if c.c.Queued() > 0 {
		c.edge.settling = true
		c.c.Flush() // to know whether answers are with the kernel
		c.edge.settling = false
	}
	c.finishAnswered()
	if !c.c.Closed() {
		c.armTimeouts()
	}
}

// behind is how many bytes wait for the edge's own answer before them: of those the
// connection knows nothing yet.
func (c *conn) behind() int {
	if c.edge == nil || c.edge.first == nil || !c.edge.first.own {
		return 0
	}
	return c.m.Waiting()
}

// edgeComplete notes that a request has arrived, and says whether JavaScript is told.
func (c *conn) edgeComplete(seq uint32) bool {
	if x := c.exchange(seq); x != nil {
		x.complete = true
	}
	return seq == c.edge.jsSeq
}

// edgeUnavailable is the edge's answer to a request whose environment ends. It is false
// when there is nothing left to be said.
func (c *conn) edgeUnavailable(seq uint32) bool {
	x := c.exchange(seq)
	if x == nil || x.started {
		return false
	}
	c.http.edge.clock = time.Time{} // the turn may have begun long ago
	a := edge.Text(http.StatusServiceUnavailable)
	a.Header.Set("Retry-After", "1")
	a.Close = true
	x.complete = true // what comes is not read
	c.ownAnswer(x, a)
	return true
}

// leaveEdge ends the exchange with which the connection leaves HTTP.
func (c *conn) leaveEdge() {
	c.http.env.Loop.StopDeadline(&c.edge.deadline)
	for x := c.edge.first; x != nil; x = c.edge.first {
		c.removeExchange(x)
		if x.status = http.StatusSwitchingProtocols; x.Method == http.MethodConnect {
			x.status = http.StatusOK
		}
		c.http.edge.end(x, false)
	}
}

// finishAnswered ends the exchanges whose answers are with the kernel.
func (c *conn) finishAnswered() {
	for x := c.edge.first; x != nil && x.ended && !x.waits; x = c.edge.first {
		if turn := c.m.Turn(); turn != 0 && turn <= x.seq || c.c.Queued() > 0 || c.c.Closed() {
			return
		}
		c.removeExchange(x)
		c.http.edge.end(x, false)
	}
}

// abortExchanges ends what is left when the connection is gone.
func (c *conn) abortExchanges() {
	c.http.env.Loop.StopDeadline(&c.edge.deadline)
	for x := c.edge.first; x != nil; x = c.edge.first {
		c.removeExchange(x)
		x.gone = true
		if !x.waits { // else it is ended when its function returns
			c.finish(x)
		}
	}
}

func (c *conn) finish(x *exchange) { c.http.edge.end(x, true) }

// end tells the layers of the end of an exchange.
func (e *edgeSite) end(x *exchange, aborted bool) {
	x.closeAnswer()
	x.Done(x.sent(e.now(), aborted))
	e.release(x)
}

// closeAnswer gives back what the answer needed.
func (x *exchange) closeAnswer() {
	if x.file != nil {
		x.file.close()
		x.file = nil
	}
	if x.Encode != nil {
		x.Encode.Close()
		x.Encode = nil
	}
}

// sent is what there is to say of the exchange when it is over.
func (x *exchange) sent(now time.Time, aborted bool) edge.Sent {
	return edge.Sent{Status: x.status, Bytes: x.bytes, Received: x.received, Duration: now.Sub(x.Start), Aborted: aborted}
}

// edgeEOF is for a client that has ended its side: the edge's own answers still go out,
// but JavaScript's requests are aborted, as under Node.
func (c *conn) edgeEOF() bool {
	if !c.edge.eof || !c.m.Discards() {
		return false
	}
	for x := c.edge.first; x != nil; x = x.next {
		if !x.own && !x.ended {
			return true
		}
	}
	return false
}
