package tls

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	gonet "net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sluice-http/sluice/internal/loop"
	"github.com/sluice-http/sluice/internal/node/net"
	"golang.org/x/sys/unix"
)

// Native is a server whose handshakes are Go's alone: JavaScript is asked nothing and
// hears of a connection only when who accepted it says so. It needs no isolate, and goes
// on while JavaScript does not come back.
type Native struct {
	// Config is what handshakes begin with.
	Config *tls.Config
	// Timeout is how long a handshake may take; 0: as long as it likes.
	Timeout time.Duration
	// Failed, when set, is told why a handshake failed. The connection is the one below.
	Failed func(c *net.Conn, err error)

	// Handshakes, when set, counts them: several servers may count together.
	Handshakes *Handshakes
}

var (
	errHandshakeTime = errors.New("tls: the handshake took too long")
	errDraining      = errors.New("tls: the server ends")
)

const (
	// lingerTime is how long, in milliseconds, a client that was refused is read from, so
	// that it sees why rather than a reset.
	lingerTime = 2000
	// drainTime is how long, in milliseconds, a client has to begin its handshake when
	// the server ends.
	drainTime = 1000
)

// plainRequest answers a request that came without TLS.
const (
	plainBody    = "400 Bad Request\nThis port speaks HTTPS, and the request was plain.\n"
	plainRequest = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 67\r\nConnection: close\r\n\r\n" + plainBody
)

var _ = [1]struct{}{}[len(plainBody)-67] // does not compile when it has another length

// Secure begins the handshake of a server on a connection, and gives accepted the one
// that stands on it when it is secure.
func (n *Native) Secure(low *net.Conn, accepted func(c *net.Conn)) {
	t := Of(low.Env())
	w := t.newWrap()
	w.native, w.low, w.accepted = n, low, accepted
	w.opts.server = true
	w.up.Consume(nobody{})
	low.Consume(w)
	low.SetRef(false) // the plaintext connection keeps the loop alive
	w.conf = n.Config
	w.conn = tls.Server(&w.pipe, n.Config)
	if n.Timeout > 0 {
		w.expireIn(n.Timeout.Milliseconds(), errHandshakeTime)
	}
	t.shaking[w] = struct{}{}
	w.begin()
}

func (w *Wrap) expireIn(ms int64, reason error) {
	w.deadline.Expired = func() {
		if w.state == handshaking {
			w.giveUp(reason)
		}
	}
	l := w.t.env.Loop
	l.SetDeadline(&w.deadline, l.Now()+ms)
}

// startDrain lets go of clients that have connected and say nothing.
func (t *TLS) startDrain() {
	for w := range t.shaking {
		if w.low != nil && w.low.Received() == 0 {
			w.expireIn(drainTime, errDraining)
		}
	}
}

// giveUp ends a handshake that went wrong.
func (w *Wrap) giveUp(err error) {
	low := w.low
	w.breakOff()
	w.low = nil
	delete(w.t.shaking, w)
	w.native.Handshakes.failed(err)
	if low != nil && w.native.Failed != nil {
		w.native.Failed(low, err)
	}
	w.up.Close()
	switch {
	case low == nil || low.Closed():
	case low.Ended() || errors.As(err, new(unix.Errno)):
		low.Consume(nobody{})
		low.Close()
	default:
		if isPlainRequest(err) {
			low.WriteCopy([]byte(plainRequest))
		}
		linger(low)
	}
}

// isPlainRequest reports whether a handshake failed because the client speaks HTTP.
func isPlainRequest(err error) bool {
	var header tls.RecordHeaderError
	if !errors.As(err, &header) || header.Conn == nil {
		return false
	}
	// Five bytes of it: a method in capitals, or the beginning of one.
	for i, c := range header.RecordHeader {
		if c == ' ' {
			return i >= 3
		}
		if (c < 'A' || c > 'Z') && (c != '-' || i == 0) {
			return false
		}
	}
	return true
}

// nobody has no use for a connection.
type nobody struct{}

func (nobody) OnData(*net.Conn, []byte)           {}
func (nobody) OnEnd(*net.Conn)                    {}
func (nobody) OnFail(*net.Conn, unix.Errno, bool) {}
func (nobody) OnDrain(*net.Conn)                  {}
func (nobody) OnClosed(*net.Conn)                 {}

// lingering is a connection whose last bytes are on their way.
type lingering struct {
	nobody
	l        *loop.Loop
	deadline loop.Deadline
}

func linger(c *net.Conn) {
	k := &lingering{l: c.Env().Loop}
	k.deadline.Expired = c.Close
	k.l.SetDeadline(&k.deadline, k.l.Now()+lingerTime)
	c.Consume(k)
	c.ReadStart()
	c.Shutdown()
}

// OnEnd implements net.Consumer.
func (*lingering) OnEnd(c *net.Conn) { c.Close() }

// OnFail implements net.Consumer.
func (*lingering) OnFail(c *net.Conn, _ unix.Errno, _ bool) { c.Close() }

// OnClosed implements net.Consumer.
func (k *lingering) OnClosed(*net.Conn) { k.l.StopDeadline(&k.deadline) }

// verifyNative says what JavaScript may ask later: the name that the client asked for,
// and whether its certificate was held against the authorities.
func (w *Wrap) verifyNative(chain []*x509.Certificate) {
	w.serverName = w.info.ServerName
	if len(chain) > 0 && len(w.info.VerifiedChains) == 0 {
		w.verifyCode, w.verifyText = "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unable to verify the first certificate"
	}
}

// FailureText is what a handshake failed for, in few words.
func FailureText(err error) string {
	switch {
	case isPlainRequest(err):
		return "a plain HTTP request"
	case isEOF(err):
		return "the client has closed the connection"
	}
	return strings.TrimPrefix(err.Error(), "tls: ")
}

// Handshakes counts what became of handshakes. It may be read while they go on.
type Handshakes struct {
	Full, Resumed atomic.Uint64
	Failed        [len(FailureKinds)]atomic.Uint64
}

// FailureKinds are the kinds of failures of Handshakes: the client spoke plain HTTP; it
// closed the connection; it took too long, or had not begun when the server ended; there
// is no version or cipher that both know; its certificate is missing or not accepted; it
// did not accept ours; anything else.
var FailureKinds = [...]string{"plain_http", "closed", "timeout", "versions", "client_certificate", "refused_by_client", "other"}

// kindOf is the place of a failure in FailureKinds.
func kindOf(err error) int {
	text := err.Error()
	var verify *tls.CertificateVerificationError
	var alert *gonet.OpError
	switch {
	case isPlainRequest(err):
		return 0
	case isEOF(err), errors.As(err, new(unix.Errno)):
		return 1
	case err == errHandshakeTime, err == errDraining:
		return 2
	case strings.HasPrefix(text, "tls: client offered only unsupported versions"), strings.HasPrefix(text, "tls: no "):
		return 3
	case errors.As(err, &verify), strings.HasPrefix(text, "tls: client didn't provide a certificate"), strings.HasPrefix(text, "tls: failed to verify certificate"):
		return 4
	case errors.As(err, &alert) && alert.Op == "remote error":
		return 5
	}
	return len(FailureKinds) - 1
}

// count notes a handshake that is done.
func (h *Handshakes) count(resumed bool) {
	switch {
	case h == nil:
	case resumed:
		h.Resumed.Add(1)
	default:
		h.Full.Add(1)
	}
}

// failed notes one that is not.
func (h *Handshakes) failed(err error) {
	if h != nil {
		h.Failed[kindOf(err)].Add(1)
	}
}
