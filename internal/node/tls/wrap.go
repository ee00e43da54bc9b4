package tls

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"runtime"
	"sync/atomic"

	"github.com/sluice-http/sluice/internal/loop"
	"github.com/sluice-http/sluice/internal/node/net"
	"golang.org/x/sys/unix"
)

// What an event of kind 'tls' tells; the numbers are those of internal/tls/handle.js.
const (
	evSecure   = 1  // the handshake is done
	evFailed   = 2  // payload: an error, see failure
	evError    = 3  // after the handshake; payload as evFailed's
	evAccepted = 4  // the listener's id; a: the connection below, b: the connection
	evQuestion = 5  // payload: the question, see ask
	evKeylog   = 6  // a, b: offset and length of a line
	evSession  = 7  // payload: the client's new session
	evOutput   = 8  // a stream in JavaScript shall write: offset, length
	evReading  = 9  // a stream in JavaScript shall be read from: a
	evEndBelow = 10 // a stream in JavaScript shall end
	evLost     = 11 // a server's connection whose handshake was not done is closed
)

// wraps is the connections' part of TLS.
type wraps struct {
	net   *net.Net
	kind  int32
	buf   []byte // what is decrypted; consumers take it before the next read
	slots chan struct{}

	shaking map[*Wrap]struct{} // handshakes that are not JavaScript's
}

func (t *TLS) init() {
	t.net = net.Of(t.env)
	t.kind = t.env.EventKind("tls")
	t.buf = make([]byte, maxRecord)
	t.slots = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))
	t.shaking = map[*Wrap]struct{}{}
	t.env.OnDrain(t.startDrain)
}

// maxRecord is the most plaintext that one record can carry.
const maxRecord = 16 << 10

// Handshakes compute for a long time: only so many at once, so that the loop's thread
// does not wait behind all of them.
func (t *TLS) work() { t.slots <- struct{}{} }
func (t *TLS) rest() { <-t.slots }

// state is how far a Wrap is.
type state uint8

const (
	idle        state = iota // not started
	handshaking              // a goroutine has the tls.Conn
	open                     // bytes flow
	broken                   // failed, or closed
)

// Wrap is a TLS connection: a net.Conn for plaintext (up) that stands on another for
// ciphertext (low), or on a stream in JavaScript.
type Wrap struct {
	t    *TLS
	up   *net.Conn
	low  *net.Conn // nil: a stream in JavaScript
	ctx  *SecureContext
	conn *tls.Conn
	conf *tls.Config
	pipe pipe
	opts options

	state    state
	busy     bool   // the handshake computes
	over     bool   // its goroutine has ended
	reading  bool   // up wants bytes
	shut     bool   // our side shall end
	fin      bool   // and has
	drains   bool   // the protocol has failed, and only the end of what is below is awaited
	awaited  bool   // something was written that the end has to wait for, if it was nothing
	spoken   bool   // the handshake has sent something
	ended    bool   // the peer has ended its side, below
	isStream bool   // low is a stream in JavaScript
	unsent   int    // bytes that the stream has not written yet
	last     []byte // the last flight of the handshake
	early    []byte // plaintext from before the handshake was done and looked at
	held     bool   // the handshake is done and not yet looked at: see release
	fragment int    // plaintext bytes a record, when the program says so

	listener uint32            // of a server in Go: whom events are for
	accepted func(c *net.Conn) // gets the connection when it is secure
	native   *Native           // whose handshake is not JavaScript's
	deadline loop.Deadline
	question chan answer                   // what a handshake waits for
	staple   []byte                        // an OCSP answer for the client
	own      atomic.Pointer[SecureContext] // whose key and certificate a server has in place of ctx's

	facts
}

// facts are what the handshake found; valid when it is done.
type facts struct {
	info          tls.ConnectionState
	certificate   *tls.Certificate // ours
	verifyCode    string           // why the peer's certificate is not trusted
	verifyText    string
	sigalgs       []tls.SignatureScheme // the peer's, of its hello
	proposed      []string              // its protocols
	maybeResumes  bool                  // it may have come with a ticket
	helloVersion  uint16                // the highest version it offered
	serverName    string                // as the hello had it
	noCertificate bool                  // a server has none for the client
	session       []byte                // the last one that a client got
	ticket        []byte
	resumed       []byte // of a server: the ticket that the client came with, if it holds
}

func (t *TLS) newWrap() *Wrap {
	w := &Wrap{t: t}
	w.pipe.w = w
	w.pipe.more.L = &w.pipe.mu
	w.up = t.net.Over(w)
	return w
}

// find is the wrap of a plaintext connection; nil when it is gone.
func (t *TLS) find(id uint32) *Wrap {
	if c := t.net.Conn(id); c != nil {
		w, _ := c.Carrier().(*Wrap)
		return w
	}
	return nil
}

func (w *Wrap) event(what int32, ints ...int32) {
	w.t.env.Queue.Event(w.t.kind, append([]int32{int32(w.up.ID()), what}, ints...)...)
}

func (w *Wrap) payload(what int32, values ...any) {
	w.event(what, w.t.env.Queue.Payload(values...))
}

// --- From below

// OnData implements net.Consumer.
func (w *Wrap) OnData(_ *net.Conn, p []byte) {
	switch w.state {
	case handshaking:
		w.pipe.feed(p)
	case open:
		if w.low != nil && w.low.Carrier() != nil {
			// Of TLS in TLS: the bytes are in the buffer that the plaintext of this one goes to.
			p = append([]byte(nil), p...)
		}
		if len(w.pipe.cur) > 0 {
			w.pipe.cur = append(w.pipe.cur, p...)
			w.read()
			return
		}
		w.pipe.cur = p
		w.read()
		if len(w.pipe.cur) > 0 { // nobody wants more for now
			w.pipe.cur = append([]byte(nil), w.pipe.cur...)
		}
	}
}

// OnEnd implements net.Consumer.
func (w *Wrap) OnEnd(*net.Conn) {
	w.ended = true
	switch w.state {
	case handshaking:
		w.pipe.end()
	case open:
		w.pipe.eof = true
		w.read()
	case broken:
		if w.drains {
			w.up.DeliverEnd()
		}
	}
}

// OnFail implements net.Consumer.
func (w *Wrap) OnFail(_ *net.Conn, errno unix.Errno, writing bool) {
	wasOpen := w.state == open
	if w.native != nil && !wasOpen {
		w.giveUp(errno)
		return
	}
	w.breakOff()
	if w.listener != 0 && !wasOpen {
		w.fail(systemFailure(errno, writing))
		return
	}
	w.up.DeliverFailure(errno, writing)
}

// OnDrain implements net.Consumer.
func (w *Wrap) OnDrain(*net.Conn) { w.up.Drained() }

// OnClosed implements net.Consumer: the connection below was closed by somebody else.
func (w *Wrap) OnClosed(low *net.Conn) {
	w.low = nil
	delete(w.t.shaking, w)
	low.TellClosed()
	w.up.Close()
}

// read decrypts and delivers, as long as somebody wants bytes and there are some.
func (w *Wrap) read() {
	for w.state == open && w.up.Wanted() {
		n, err := w.conn.Read(w.t.buf)
		if n > 0 {
			w.up.Deliver(w.t.buf[:n])
		}
		if err != nil {
			w.readEnded(err)
			return
		}
	}
}

func (w *Wrap) readEnded(err error) {
	switch {
	case err == error(errNotNow):
		w.updateReading()
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		// With or without a close_notify: as Node, which takes the end of the connection for the end of the data.
		w.up.DeliverEnd()
		w.updateReading()
	default:
		w.drains = w.up.Consumer() == nil
		w.breakOff()
		if w.up.Consumer() != nil {
			w.up.DeliverFailure(unix.EPROTO, false)
			return
		}
		w.payload(evError, failureOf(err, w)...)
	}
}

// breakOff ends the protocol; what it had to say is on its way.
func (w *Wrap) breakOff() {
	if w.state == handshaking {
		w.pipe.abort()
		w.reply(answer{})
	}
	w.state = broken
	w.t.env.Loop.StopDeadline(&w.deadline)
	w.updateReading()
}

// --- From above: net.Carrier

// Send implements net.Carrier.
func (w *Wrap) Send(p []byte) {
	switch w.state {
	case idle, handshaking:
		w.early = append(w.early, p...)
	case open:
		if w.held {
			w.early = append(w.early, p...)
			return
		}
		w.encrypt(p)
	}
}

func (w *Wrap) encrypt(p []byte) {
	if w.fragment == 0 {
		_, _ = w.conn.Write(p)
		return
	}
	for len(p) > 0 {
		n := min(w.fragment, len(p))
		_, _ = w.conn.Write(p[:n])
		p = p[n:]
	}
}

// Waiting implements net.Carrier.
func (w *Wrap) Waiting() int {
	n := len(w.early) + w.unsent
	if w.awaited {
		n++
	}
	if w.low != nil {
		n += w.low.Queued()
	}
	return n
}

// SetReading implements net.Carrier.
func (w *Wrap) SetReading(on bool) {
	if w.reading == on {
		return
	}
	w.reading = on
	if on && w.state == open {
		// What was received before may wait in the protocol; delivered from a turn of its own, not from inside the caller.
		w.post(w.read)
	}
	w.updateReading()
}

// updateReading says whether bytes shall come from below.
func (w *Wrap) updateReading() {
	on := w.state == handshaking || w.drains || (w.state == open && w.up.Wanted() && len(w.pipe.cur) == 0)
	switch {
	case w.low != nil && on:
		w.low.ReadStart()
	case w.low != nil && w.state != idle:
		w.low.ReadStop()
	case w.isStream:
		a := int32(0)
		if on {
			a = 1
		}
		w.event(evReading, a)
	}
}

// Shutdown implements net.Carrier.
func (w *Wrap) Shutdown() {
	w.shut = true
	switch {
	case w.state == open && w.held, w.state != open && (len(w.early) > 0 || w.awaited):
		return // release does it
	case w.state == handshaking && !w.opts.server && !w.spoken:
		return // flight does it: behind the hello
	}
	w.closeWrite()
}

// Close implements net.Carrier.
func (w *Wrap) Close(reset bool) {
	wasDone := w.state == open || w.accepted == nil
	w.drains = false
	w.breakOff()
	delete(w.t.shaking, w)
	if w.low != nil {
		low := w.low
		w.low = nil
		if low.Consumer() == net.Consumer(w) {
			low.Consume(nil)
		}
		if reset {
			low.Reset()
		} else {
			low.Close()
		}
	}
	if w.listener != 0 && !wasDone {
		w.event(evLost)
	}
}

// Below implements net.Carrier.
func (w *Wrap) Below() *net.Conn { return w.low }

// sendBelow takes ciphertext.
func (w *Wrap) sendBelow(p []byte) {
	switch {
	case w.fin:
		// Our side is ended: what the handshake has still to say is lost, as with OpenSSL.
	case w.low != nil:
		w.low.WriteCopy(p)
	case w.isStream:
		w.unsent += len(p)
		off := w.t.env.Queue.Data(p)
		w.event(evOutput, off, int32(len(p)))
	}
}

// sent says that a stream in JavaScript has written n bytes.
func (w *Wrap) sent(n int) {
	w.unsent = max(0, w.unsent-n)
	w.up.Drained()
}

var _ interface {
	net.Consumer
	net.Carrier
} = (*Wrap)(nil)

// verify checks the peer's certificates. On the handshake's goroutine.
func (w *Wrap) verify(chain []*x509.Certificate) {
	if w.native != nil {
		w.verifyNative(chain)
		return
	}
	if len(chain) == 0 {
		return
	}
	w.verifyCode, w.verifyText = VerifyPeer(w.ctx, chain, w.opts.server)
}
