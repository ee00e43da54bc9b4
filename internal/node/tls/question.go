package tls

import (
	"crypto/tls"
	"errors"
	"slices"
)

// answer is what JavaScript says to a question of a handshake.
type answer struct {
	ok       bool           // false: the connection is to be given up
	chosen   *SecureContext // to go on with; nil: the one it has
	bytes    []byte
	protocol string
	rejected bool // none of the protocols is wanted
}

// questionError ends a handshake because of what a callback did.
type questionError struct{}

func (*questionError) Error() string { return "tls: a callback ended the handshake" }

var (
	errAnswered = &questionError{}
	errHangup   = errors.New("tls: the connection is closed")
)

// ask puts a question to JavaScript and waits. On the handshake's goroutine.
func (w *Wrap) ask(question ...any) (answer, error) {
	reply := make(chan answer, 1)
	w.t.rest()
	w.t.env.Post(func() {
		if w.state != handshaking {
			reply <- answer{}
			return
		}
		w.question = reply
		w.setBusy(false)
		w.payload(evQuestion, append([]any{int64(w.listener)}, question...)...)
	})
	a := <-reply
	w.t.work()
	if !a.ok {
		w.pipe.silence()
		return a, errAnswered
	}
	return a, nil
}

// reply answers the question that is open.
func (w *Wrap) reply(a answer) {
	if w.question != nil {
		w.setBusy(true)
		w.question <- a
		w.question = nil
	}
}

// Extensions of a client's hello.
const (
	statusRequest = 5  // it asks for a stapled OCSP answer
	sessionTicket = 35 // it knows tickets, up to TLS 1.2, and may have one
	preSharedKey  = 41 // it has a ticket, from TLS 1.3 on
)

// onHello is asked by crypto/tls when the client's hello is there: it remembers what
// JavaScript may want to know and asks it what it wants to decide.
func (w *Wrap) onHello(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	w.sigalgs = hello.SignatureSchemes
	w.serverName = hello.ServerName
	w.helloVersion = slices.Max(append(hello.SupportedVersions, 0))
	w.proposed = hello.SupportedProtos
	w.maybeResumes = slices.Contains(hello.Extensions, preSharedKey) || slices.Contains(hello.Extensions, sessionTicket)
	o := &w.opts
	sni := o.sni && hello.ServerName != ""
	ocsp := o.ocsp && slices.Contains(hello.Extensions, statusRequest)
	alpn := o.alpnAsk && len(hello.SupportedProtos) > 0
	if !sni && !ocsp && !alpn {
		return w.again(w.ctx), nil
	}
	protocols := make([]any, len(hello.SupportedProtos))
	for i, p := range hello.SupportedProtos {
		protocols[i] = p
	}
	a, err := w.ask("hello", hello.ServerName, sni, ocsp, alpn, protocols)
	if err != nil {
		return nil, err
	}
	w.staple = a.bytes
	first := w.ctx
	if a.chosen != nil {
		w.ctx = a.chosen
	}
	if alpn {
		chosen := a.protocol
		if a.rejected {
			chosen = "\x00" // nobody can have proposed that
		}
		o.protocols = string([]byte{byte(len(chosen))}) + chosen
	}
	if w.ctx == first && !alpn {
		return w.again(w.ctx), nil
	}
	return w.again(first), nil
}

// again is the configuration with what the hello has told; nil when that changes nothing.
func (w *Wrap) again(first *SecureContext) *tls.Config {
	config := w.connConfig(w.ctx)
	if config == w.conf {
		return nil
	}
	if w.ctx != first {
		// Tickets are the first context's business, whatever the name: as in OpenSSL.
		config = config.Clone()
		config.SetSessionTicketKeys(ticketKeys(first))
	}
	w.conf = config
	return config
}
