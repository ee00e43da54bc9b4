package tls

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/sluice-http/sluice/internal/node/net"
)

// start begins the handshake: over low, or over a stream in JavaScript when low is nil.
func (w *Wrap) start(ctx *SecureContext, low *net.Conn, o options) {
	if w.state != idle || w.up.Closed() {
		return
	}
	w.ctx, w.opts = ctx, o
	if low != nil {
		w.low = low
		low.Consume(w)
		low.SetRef(false) // the plaintext connection keeps the loop alive
	} else {
		w.isStream = true
	}
	config := w.connConfig(ctx)
	w.conf = config
	if o.server {
		w.conn = tls.Server(&w.pipe, config)
	} else {
		w.conn = tls.Client(&w.pipe, config)
	}
	w.begin()
}

// begin sets the handshake going.
func (w *Wrap) begin() {
	w.state = handshaking
	if w.low != nil && w.low.Ended() {
		w.pipe.end()
	}
	w.updateReading()
	w.setBusy(true)
	go w.handshake()
}

// post runs f on the loop's thread: where JavaScript has no part in the handshake, also
// while it does not come back.
func (w *Wrap) post(f func()) {
	if w.native != nil {
		w.t.env.Loop.PostIO(f)
		return
	}
	w.t.env.Post(f)
}

// setBusy says whether the handshake computes. That keeps the loop alive; a handshake
// that waits for the peer, or for an answer of the program, does not.
func (w *Wrap) setBusy(on bool) {
	if w.busy == on || on && w.over {
		return
	}
	w.busy = on
	if on {
		w.t.env.Loop.Ref()
	} else {
		w.t.env.Loop.Unref()
	}
}

func (w *Wrap) handshake() {
	w.t.work()
	err := w.shake()
	w.t.rest()
	w.post(func() {
		w.over = true
		w.setBusy(false)
		w.finish(err)
	})
}

// shake runs the handshake and gathers what it found.
func (w *Wrap) shake() (err error) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(os.Stderr, "sluice: panic in a TLS handshake: %v\n%s", r, debug.Stack())
			err = fmt.Errorf("panic in a TLS handshake: %v", r)
		}
	}()
	if err := w.conn.Handshake(); err != nil {
		return err
	}
	w.info = w.conn.ConnectionState()
	w.verify(w.info.PeerCertificates)
	return nil
}

// flight sends what the handshake has said.
func (w *Wrap) flight(p []byte) {
	if w.state == broken || len(p) == 0 {
		return
	}
	w.sendBelow(p)
	w.spoken = true
	if w.state == handshaking && w.shut && !w.fin && len(w.early) == 0 && !w.awaited {
		w.closeWrite()
	}
}

// finish goes on after the handshake, on the loop's thread.
func (w *Wrap) finish(err error) {
	if w.state != handshaking {
		return // closed meanwhile
	}
	w.last, w.pipe.out = w.pipe.out, nil
	if err != nil {
		w.sendLast()
		w.failed(err)
		return
	}
	w.t.env.Loop.StopDeadline(&w.deadline)
	delete(w.t.shaking, w)
	w.state = open
	w.pipe.open = true
	w.pipe.cur, w.pipe.in = w.pipe.in, nil
	w.keepResumed()
	if w.accepted != nil && w.opts.server && w.refused() {
		w.fail(failure{kind: failReset})
		return
	}
	w.held = true
	if w.accepted != nil {
		w.release()
		if w.native != nil {
			w.native.Handshakes.count(w.info.DidResume)
		} else {
			w.event(evSecure) // nobody in JavaScript has it yet but the list of handshakes
		}
		w.accepted(w.up)
	} else {
		w.event(evSecure)
	}
	w.updateReading()
	if w.reading {
		w.post(w.read)
	}
}

// release sends the last flight of a handshake, and what was written before it was done.
// That waits until JavaScript has looked at the peer's certificate, and is not sent when
// the program has closed the connection then: who does not trust the peer says nothing
// to it.
func (w *Wrap) release() {
	if !w.held || w.state != open {
		return
	}
	w.held = false
	w.awaited = false
	w.sendLast()
	early := w.early
	w.early = nil
	if len(early) > 0 {
		w.encrypt(early)
	}
	if w.shut {
		w.closeWrite()
	}
	w.up.Drained()
}

// sendLast sends the last flight of the handshake.
func (w *Wrap) sendLast() {
	last := w.last
	w.last = nil
	if len(last) > 0 && w.state != broken {
		w.sendBelow(last)
	}
}

// closeWrite says that nothing more will be sent, here and below.
func (w *Wrap) closeWrite() {
	if w.state == open {
		_ = w.conn.CloseWrite()
	}
	w.fin = true
	if w.low != nil {
		w.low.Shutdown()
	} else if w.isStream {
		w.event(evEndBelow)
	}
}

// refused says whether a server wants the client's certificate to hold, and it does not.
func (w *Wrap) refused() bool {
	return w.opts.requestCert && w.opts.requireCert && (len(w.info.PeerCertificates) == 0 || w.verifyCode != "")
}

// failed ends a handshake that went wrong.
func (w *Wrap) failed(err error) {
	if w.native != nil {
		w.giveUp(err)
		return
	}
	ended := w.ended || errors.Is(err, errHangup)
	w.breakOff()
	if ended && isEOF(err) {
		if w.accepted != nil {
			w.fail(failure{kind: failReset})
			return
		}
		w.up.DeliverEnd()
		return
	}
	var asked *questionError
	if errors.As(err, &asked) {
		return // JavaScript knows: it has destroyed the socket
	}
	w.payload(evFailed, failureOf(err, w)...)
}

// fail tells JavaScript why a handshake failed.
func (w *Wrap) fail(f failure) {
	w.breakOff()
	w.payload(evFailed, f.values()...)
}
