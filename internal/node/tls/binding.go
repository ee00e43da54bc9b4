package tls

import (
	"github.com/sluice-http/sluice/internal/node/net"
	"github.com/sluice-http/sluice/internal/v8"
)

// The bits of start's flags; the numbers are those of internal/tls/handle.js.
const (
	flagServer      = 1 << 0
	flagRequestCert = 1 << 1
	flagRequireCert = 1 << 2
	flagKeylog      = 1 << 3
	flagSessions    = 1 << 4
	flagSNI         = 1 << 5
	flagALPN        = 1 << 6
	flagOCSP        = 1 << 7
)

// secureListener puts TLS before who takes a listener's connections in Go.
func (t *TLS) secureListener(id uint32) {
	s := t.net.Server(id)
	if s == nil || s.Accepted == nil {
		return
	}
	next := s.Accepted
	s.Accepted = func(low *net.Conn) {
		w := t.newWrap()
		w.low, w.listener, w.accepted = low, id, next
		t.env.Queue.Event(t.kind, int32(id), evAccepted, int32(low.ID()), int32(w.up.ID()))
	}
}

// wrapFunctions are the functions of internalBinding('tls') for connections.
func wrapFunctions(t *TLS) map[string]v8.Func {
	env := t.env
	on := func(f func(c *v8.Call, w *Wrap)) v8.Func {
		return func(c *v8.Call) {
			if w := t.find(uint32(c.Int64(0))); w != nil {
				f(c, w)
			}
		}
	}
	// Facts that are there only after the handshake.
	done := func(f func(c *v8.Call, w *Wrap)) v8.Func {
		return on(func(c *v8.Call, w *Wrap) {
			if w.info.HandshakeComplete {
				f(c, w)
			}
		})
	}
	return map[string]v8.Func{
		// create() makes the plaintext side and returns its id.
		"create": func(c *v8.Call) { c.Return(t.newWrap().up.ID()) },
		// listen(server): its connections, which Go takes, are TLS from now on.
		"listen": func(c *v8.Call) { t.secureListener(uint32(c.Int64(0))) },
		// start(id, below or 0 for a stream, context, flags, protocols, servername, session)
		"start": on(func(c *v8.Call, w *Wrap) {
			env.Flush()
			ctx := t.Context(c.Int(2))
			if ctx == nil {
				c.Return(false)
				return
			}
			low := w.low
			if below := uint32(c.Int64(1)); below != 0 {
				if low = t.net.Conn(below); low == nil {
					c.Return(false)
					return
				}
			}
			flags := c.Int(3)
			o := options{
				server:      flags&flagServer != 0,
				requestCert: flags&flagRequestCert != 0,
				requireCert: flags&flagRequireCert != 0,
				keylog:      flags&flagKeylog != 0,
				sessions:    flags&flagSessions != 0,
				sni:         flags&flagSNI != 0,
				alpnAsk:     flags&flagALPN != 0,
				ocsp:        flags&flagOCSP != 0,
				protocols:   string(c.Bytes(4)),
				serverName:  c.String(5),
				session:     append([]byte(nil), c.Bytes(6)...),
			}
			w.start(ctx, low, o)
			c.Return(true)
		}),
		// deadline(id, ms): the handshake must be done by then.
		"deadline": on(func(c *v8.Call, w *Wrap) {
			w.deadline.Expired = func() {
				if w.state == idle || w.state == handshaking {
					w.fail(failure{kind: failTime})
				}
			}
			env.Loop.SetDeadline(&w.deadline, env.Loop.Now()+c.Int64(1))
		}),
		// answer(id, ok, context or 0, bytes, protocol or undefined)
		"setKeyCert": on(func(c *v8.Call, w *Wrap) { w.own.Store(t.Context(c.Int(1))) }),
		"answer": on(func(c *v8.Call, w *Wrap) {
			a := answer{ok: c.Bool(1), chosen: t.Context(c.Int(2)), bytes: append([]byte(nil), c.Bytes(3)...)}
			if c.Kind(4) == v8.StringKind {
				a.protocol = c.String(4)
			} else {
				a.rejected = true
			}
			w.reply(a)
		}),

		// Streams in JavaScript: what was read, its end, and what was written.
		"input":    on(func(c *v8.Call, w *Wrap) { w.OnData(nil, c.Bytes(1)) }),
		"inputEnd": on(func(c *v8.Call, w *Wrap) { w.OnEnd(nil) }),
		"wrote":    on(func(c *v8.Call, w *Wrap) { w.sent(c.Int(1)) }),

		// release(id): the handshake was looked at, and what was written before may go
		"release": on(func(_ *v8.Call, w *Wrap) { w.release() }),
		// await(id): nothing was written, which is done when the handshake is
		"await":       on(func(_ *v8.Call, w *Wrap) { w.awaited = true }),
		"setFragment": on(func(c *v8.Call, w *Wrap) { w.fragment = c.Int(1) }),
		// facts(id): protocol, cipher's names and version, group's name and bits, resumed, ALPN, servername,
		// why the peer is not trusted (code, message), whether it sent a certificate
		"facts": done(func(c *v8.Call, w *Wrap) {
			name, standard, version := cipherNames(w.info.CipherSuite)
			group := keyGroups[w.info.CurveID]
			var protocol, serverName any
			if w.info.NegotiatedProtocol != "" {
				protocol = w.info.NegotiatedProtocol
			}
			if w.info.ServerName != "" {
				serverName = w.info.ServerName
			}
			c.Return([]any{
				versionNames[w.info.Version], name, standard, version, group.name, group.bits, w.info.DidResume,
				protocol, serverName, w.verifyCode, w.verifyText, len(w.info.PeerCertificates) > 0,
			})
		}),
		// hello(id): the name that the client asked for
		"hello": on(func(c *v8.Call, w *Wrap) {
			if w.serverName != "" && (w.state != handshaking || w.question != nil) {
				c.Return(w.serverName)
			}
		}),
		"peerCertificates": done(func(c *v8.Call, w *Wrap) {
			list := make([]any, len(w.info.PeerCertificates))
			for i, certificate := range w.info.PeerCertificates {
				list[i] = certificate.Raw
			}
			c.Return(list)
		}),
		"certificates": on(func(c *v8.Call, w *Wrap) {
			list := []any{}
			if w.certificate != nil && w.state != handshaking {
				for _, der := range w.certificate.Certificate {
					list = append(list, der)
				}
			}
			c.Return(list)
		}),
		"ocspResponse": done(func(c *v8.Call, w *Wrap) {
			if len(w.info.OCSPResponse) > 0 {
				c.Return(w.info.OCSPResponse)
			}
		}),
		"session": on(func(c *v8.Call, w *Wrap) {
			if len(w.session) == 0 && w.state == open && !w.opts.server {
				c.Return(unresumable()) // as before the ticket of TLS 1.3 has come
				return
			}
			returnBytes(c, w.session)
		}),
		"ticket": on(func(c *v8.Call, w *Wrap) { returnBytes(c, w.ticket) }),
		"unique": done(func(c *v8.Call, w *Wrap) { returnBytes(c, w.info.TLSUnique) }),
		"sharedSigalgs": on(func(c *v8.Call, w *Wrap) {
			if w.state != handshaking {
				c.Return(sharedSchemes(w.sigalgs))
			}
		}),
		// exportKeyingMaterial(id, length, label, context or undefined)
		"exportKeyingMaterial": done(func(c *v8.Call, w *Wrap) {
			var context []byte
			if c.Kind(3) != v8.Undefined {
				context = append([]byte{}, c.Bytes(3)...)
			}
			material, err := w.info.ExportKeyingMaterial(c.String(2), context, c.Int(1))
			if err != nil {
				c.Throw(err)
				return
			}
			c.Return(material)
		}),
	}
}

func returnBytes(c *v8.Call, p []byte) {
	if len(p) > 0 {
		c.Return(p)
	}
}
