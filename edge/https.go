package edge

import (
	"crypto/tls"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/http1/http1net"
)

// TLSConfig is what connections of listeners that speak TLS begin with; nil when the
// configuration has no such listener. It follows the files of the certificates until the
// engine is closed.
func (e *Engine) TLSConfig() *tls.Config {
	if e.certificates == nil {
		return nil
	}
	return e.certificates.Config()
}

// secure opens the certificates, and makes the route of listeners that send everybody to
// https.
func (b *builder) secure() error {
	c := b.e.config
	for _, l := range c.Listen {
		if l.TLS && b.e.certificates == nil {
			certificates, err := OpenCertificates(c.TLS, b.o.Log)
			if err != nil {
				return err
			}
			b.e.certificates = certificates
			if before := b.o.Before; before != nil && before.certificates != nil {
				certificates.resume(before.certificates)
			}
			b.e.closers = append(b.e.closers, certificates.Close)
		}
	}
	// Nobody is asked for a password where the line is not secure, and what answers for
	// other origins, or how often a client may ask, is said behind the redirect.
	m := c.Middleware
	m.BasicAuth, m.CORS, m.RateLimit, m.Body, m.Compression.Enabled = config.BasicAuth{}, config.CORS{}, config.RateLimit{}, 0, false
	layers, err := b.layers("https", &m)
	b.e.toHTTPS = &Route{Name: "https", target: toHTTPS{}, layers: layers, logged: logged("https")}
	if slices.ContainsFunc(c.Listen, func(l config.Listen) bool { return l.ToHTTPS != 0 }) {
		b.e.toHTTPS = b.route("https", toHTTPS{}, layers)
	}
	return err
}

// toHTTPS sends a client to the same place behind TLS.
type toHTTPS struct{}

// Answer implements Target.
func (toHTTPS) Answer(x *Exchange) (*Answer, func() *Answer) {
	host, path := cleanHost(x.Host), pathOf(x.Target)
	if host == "" || !strings.HasPrefix(path, "/") {
		return text(http.StatusBadRequest), nil // nowhere to send it
	}
	if x.ToHTTPS != 443 {
		host += ":" + strconv.Itoa(x.ToHTTPS)
	}
	a := text(http.StatusPermanentRedirect)
	a.Header.Set("Location", oneLine("https://"+host+path))
	return a, nil
}

// TLSConfig is that of the present engine, whichever it is when a connection begins. A
// connection that begins while the engine speaks no TLS fails.
func (l *Live) TLSConfig() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}, GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		if s := l.Engine().certificates; s != nil {
			return s.now.Load(), nil
		}
		return nil, errors.New("there is no certificate any more")
	}}
}

// RedirectHandler answers every request with a redirect to https on a port, as a
// listener with redirect_to_https does. Those who came by TLS, as a trusted proxy says,
// get what Handler gives them.
func (e *Engine) RedirectHandler(port int, next http1net.Handler) http1net.Handler {
	return &handler{engine: e, next: next, toHTTPS: port}
}
