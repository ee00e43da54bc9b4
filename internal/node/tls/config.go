package tls

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
)

// options are what one connection is asked to do; JavaScript gives them with start.
type options struct {
	server      bool
	requestCert bool   // of a server: ask the client for a certificate
	requireCert bool   // of a server: and fail without one
	keylog      bool   // tell the keys
	sessions    bool   // of a server: JavaScript keeps the sessions
	sni         bool   // of a server: JavaScript chooses the context
	alpnAsk     bool   // of a server: JavaScript chooses the protocol
	ocsp        bool   // of a server: JavaScript staples; of a client: it asks for a stapled answer
	protocols   string // ALPN, in the form of RFC 7301
	serverName  string
	session     []byte
}

// configKey tells apart the crypto/tls configurations that connections derived from a context.
type configKey struct {
	server, requestCert, requireCert bool
	protocols                        string
}

func (o *options) key() configKey {
	return configKey{o.server, o.requestCert, o.requireCert, o.protocols}
}

// config is the configuration for connections with these options, shared between them.
func (s *SecureContext) config(o *options) *tls.Config {
	key := o.key()
	if c := s.configs[key]; c != nil {
		return c
	}
	c := &tls.Config{
		MinVersion:                  s.MinVersion,
		MaxVersion:                  s.MaxVersion,
		CipherSuites:                s.CipherSuites,
		CurvePreferences:            s.Curves,
		NextProtos:                  splitProtocols(o.protocols),
		SessionTicketsDisabled:      s.NoTickets,
		DynamicRecordSizingDisabled: true, // as OpenSSL
		// The chain is verified by VerifyPeer, the name by tls.checkServerIdentity: a
		// program may look at a certificate that does not hold.
		InsecureSkipVerify: true,
	}
	if o.server {
		s.configureServer(c, o)
	} else {
		c.GetClientCertificate = s.clientCertificate
	}
	if s.configs == nil {
		s.configs = map[configKey]*tls.Config{}
	}
	s.configs[key] = c
	return c
}

func (s *SecureContext) configureServer(c *tls.Config, o *options) {
	c.SetSessionTicketKeys(ticketKeys(s))
	switch {
	case o.requestCert && o.requireCert:
		c.ClientAuth = tls.RequireAnyClientCert
	case o.requestCert:
		c.ClientAuth = tls.RequestClientCert
	}
	if len(s.RootCertificates) > 0 {
		c.ClientCAs = x509.NewCertPool()
		for _, root := range s.RootCertificates {
			c.ClientCAs.AddCert(root)
		}
	}
	certificates := s.Certificates
	c.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		w := hello.Conn.(*pipe).w
		w.notResumed()
		list := certificates
		if own := w.own.Load(); own != nil {
			list = own.Certificates
		}
		certificate := chooseCertificate(list, hello)
		if certificate == nil {
			// One without a key: crypto/tls says to the peer what OpenSSL says, which it would not if there was an error.
			w.noCertificate = true
			return &tls.Certificate{}, nil
		}
		if w.staple != nil {
			stapled := *certificate
			stapled.OCSPStaple = w.staple
			certificate = &stapled
		}
		w.certificate = certificate
		return certificate, nil
	}
	c.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		return hello.Conn.(*pipe).w.onHello(hello)
	}
}

// chooseCertificate is the first certificate that the client can use. Names play no
// part, as in OpenSSL: a certificate for another name is for the client to refuse.
func chooseCertificate(list []tls.Certificate, hello *tls.ClientHelloInfo) *tls.Certificate {
	if len(list) == 1 {
		return &list[0]
	}
	nameless := *hello
	nameless.ServerName = ""
	for i := range list {
		if nameless.SupportsCertificate(&list[i]) == nil {
			return &list[i]
		}
	}
	if len(list) > 0 {
		return &list[0]
	}
	return nil
}

// clientCertificate sends the first certificate that the server can check, whatever
// authorities it names, as OpenSSL does.
func (s *SecureContext) clientCertificate(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
	anyAuthority := *request
	anyAuthority.AcceptableCAs = nil
	for i := range s.Certificates {
		if anyAuthority.SupportsCertificate(&s.Certificates[i]) == nil {
			return &s.Certificates[i], nil
		}
	}
	return &tls.Certificate{}, nil
}

// connConfig is the configuration of one connection: the shared one, or a copy when it
// needs something of its own.
func (w *Wrap) connConfig(s *SecureContext) *tls.Config {
	c := s.config(&w.opts)
	if !w.opts.server {
		c = c.Clone()
		c.ServerName = w.opts.serverName
		if !s.NoTickets {
			c.ClientSessionCache = &clientSessions{w}
		}
		own := c.GetClientCertificate
		c.GetClientCertificate = func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			certificate, err := own(request)
			w.certificate = certificate
			return certificate, err
		}
	} else if w.opts.keylog || w.opts.sessions || w.maybeResumes {
		c = c.Clone()
	}
	if w.opts.keylog {
		c.KeyLogWriter = keylog{w}
	}
	if w.opts.server && (w.opts.sessions || w.maybeResumes) {
		c.SessionTicketsDisabled = w.noTickets(s)
		c.WrapSession = w.keepSession
		c.UnwrapSession = w.loadSession
	}
	return c
}

// noTickets says whether clients get no tickets. Where the program keeps sessions, what
// stands in for them is a name: see keepSession.
func (w *Wrap) noTickets(s *SecureContext) bool { return s.NoTickets && !w.opts.sessions }

// ticketKeys makes crypto/tls's key of Node's 48 bytes.
func ticketKeys(s *SecureContext) [][32]byte {
	return [][32]byte{sha256.Sum256(s.TicketKeys[:])}
}

// splitProtocols takes a list of RFC 7301 apart.
func splitProtocols(list string) []string {
	var names []string
	for len(list) > 0 {
		n := int(list[0])
		if n+1 > len(list) {
			break
		}
		names = append(names, list[1:1+n])
		list = list[1+n:]
	}
	return names
}

// keylog hands on the lines of the NSS key log format.
type keylog struct{ w *Wrap }

// Write implements io.Writer. On the handshake's goroutine, or the loop's.
func (k keylog) Write(p []byte) (int, error) {
	line := append([]byte(nil), p...)
	k.w.t.env.Post(func() {
		if k.w.state != broken {
			off := k.w.t.env.Queue.Data(line)
			k.w.event(evKeylog, off, int32(len(line)))
		}
	})
	return len(p), nil
}
