package http1net

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"

	"github.com/sluice-http/sluice/http1"
)

// Request is a request: one that a server received, or one that a client is to
// send.
//
// A handler's request is its own: it may keep and change it, except that Body
// can be read only until the handler returns.
type Request struct {
	// Method is the method, as it is written.
	Method string
	// Target is what stands in the request line: "/path?query", "*",
	// "host:port" for CONNECT, or a whole URL for a proxy.
	Target string
	// Host is the authority: from an absolute target, else from the Host
	// field. A client sends it as the Host field.
	Host string
	// Major and Minor are the version of HTTP, 1 and 1 or 0. A client
	// ignores them and sends 1.1.
	Major, Minor int
	// Header holds the fields in order. Those that frame the message
	// (Content-Length, Transfer-Encoding) and Host are for a client to leave
	// out: it writes them itself.
	Header Header
	// Trailer holds the trailer fields: those received, once Body has
	// returned io.EOF; or those to send behind a body of unknown length, read
	// when Body has returned io.EOF.
	Trailer Header
	// ContentLength is the length of Body, -1 when it is not known.
	ContentLength int64
	// Body is never nil in a handler. A client may leave it nil; if it is an
	// io.Closer, it is closed when the request is over.
	Body io.Reader

	// The following are set by the server.

	// RemoteAddr and LocalAddr are the ends of the connection.
	RemoteAddr, LocalAddr net.Addr
	// TLS is nil on a connection without TLS.
	TLS *tls.ConnectionState
	// Seq numbers the requests of a connection, from 1 on.
	Seq uint32

	// The following are for the client.

	// Scheme is "http" or "https".
	Scheme string
	// Addr is where to connect: "host:port", or "unix:" and a path. "" means
	// Host with the scheme's port.
	Addr string
	// GetBody returns Body from its start again, so that a request can be
	// repeated. NewRequest sets it where it can.
	GetBody func() (io.Reader, error)
	// OnInformation is told of 1xx answers, except 101, as they come, before
	// Do returns. It must not block.
	OnInformation func(status int, header Header)

	ctx *exchange
}

// Context returns the context of a request in a handler. It is done when the
// client leaves, when the server is closed, and when the handler returns; its
// cause ([context.Cause]) says which. A client's request has the empty context:
// that of Do counts.
func (r *Request) Context() context.Context {
	if r.ctx == nil {
		return context.Background()
	}
	return r.ctx.context()
}

// WantsUpgrade says whether the request can end in another protocol: it is a
// CONNECT, or has Connection: upgrade with an Upgrade field.
func (r *Request) WantsUpgrade() bool {
	return r.Method == "CONNECT" || r.Header.hasToken("Connection", "upgrade") && r.Header.Get("Upgrade") != ""
}

// Path returns the part of an origin-form or absolute target before the query,
// as it was sent: percent escapes are still there.
func (r *Request) Path() string {
	path, _, _ := strings.Cut(r.origin(), "?")
	return path
}

// Query returns what follows the first "?" of the target, "" if nothing does.
func (r *Request) Query() string {
	_, query, _ := strings.Cut(r.origin(), "?")
	return query
}

// origin is the target without scheme and authority.
func (r *Request) origin() string {
	if strings.HasPrefix(r.Target, "/") {
		return r.Target
	}
	i := strings.Index(r.Target, "://")
	if i < 0 {
		return r.Target
	}
	rest := r.Target[i+3:]
	if j := strings.IndexAny(rest, "/?"); j >= 0 && rest[j] == '/' {
		return rest[j:]
	} else if j >= 0 {
		return "/" + rest[j:]
	}
	return "/"
}

// NewRequest returns a request for a client. The URL is http or https, or
// "http+unix:" and the path of a socket, ":" and the target, as in
// "http+unix:/run/app.sock:/path". If body is a *bytes.Buffer, *bytes.Reader or
// *strings.Reader its length is announced and the request can be repeated;
// otherwise it is sent in chunks.
func NewRequest(method, rawURL string, body io.Reader) (*Request, error) {
	r := &Request{Method: method, Major: 1, Minor: 1}
	if rest, ok := strings.CutPrefix(rawURL, "http+unix:"); ok {
		path, target, found := strings.Cut(rest, ":")
		if !found || path == "" {
			return nil, fmt.Errorf("%w: %q has no socket and target", ErrInvalidRequest, rawURL)
		}
		r.Scheme, r.Host, r.Addr, r.Target = "http", "localhost", "unix:"+path, target
	} else if err := r.setURL(rawURL); err != nil {
		return nil, err
	}
	if !http1.ValidToken(method) {
		return nil, fmt.Errorf("%w: method %q", ErrInvalidRequest, method)
	}
	r.setBody(body)
	return r, nil
}

func (r *Request) setURL(rawURL string) error {
	u, err := url.Parse(rawURL)
	if err != nil {
		return because(ErrInvalidRequest, err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%w: %q is no http or https URL", ErrInvalidRequest, rawURL)
	}
	r.Scheme, r.Host, r.Target = u.Scheme, u.Host, u.RequestURI()
	if u.User != nil {
		password, _ := u.User.Password()
		r.Header.Set("Authorization", basicAuth(u.User.Username(), password))
	}
	return nil
}

// setBody takes a client's body, and notes length and repetition of those that
// lie in memory.
func (r *Request) setBody(body io.Reader) {
	switch b := body.(type) {
	case nil:
		return
	case *bytes.Buffer:
		data := b.Bytes()
		r.ContentLength = int64(len(data))
		r.GetBody = func() (io.Reader, error) { return bytes.NewReader(data), nil }
	case *bytes.Reader:
		r.ContentLength = int64(b.Len())
		again := *b
		r.GetBody = func() (io.Reader, error) { b := again; return &b, nil }
	case *strings.Reader:
		r.ContentLength = int64(b.Len())
		again := *b
		r.GetBody = func() (io.Reader, error) { b := again; return &b, nil }
	default:
		r.ContentLength = -1
	}
	r.Body = body
}
