package http1net

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluice-http/sluice/http1"
)

// Client sends requests over connections that it keeps and uses again, a
// bounded number for each host. Set its fields before the first call of a
// method and do not change them afterwards. All methods may be called by several
// goroutines at once. The zero value is ready.
//
// A duration or number that is 0 means the default, a negative one none.
//
// It follows no redirects, keeps no cookies, decodes no content, and asks no
// proxy that it was not told of.
type Client struct {
	// Dial connects. Default: a net.Dialer. network is "tcp" or "unix".
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// TLSConfig is for https. ServerName is filled in if it is empty.
	TLSConfig *tls.Config
	// MaxConnsPerHost is how many connections one host gets; further requests
	// wait for one to become free (64).
	MaxConnsPerHost int
	// IdleTimeout is how long a connection is kept without a request (90 s),
	// less if the server announces less.
	IdleTimeout time.Duration
	// DialTimeout is the time to connect, TLS included (30 s).
	DialTimeout time.Duration
	// HeaderTimeout is the time from when a connection is there to the head
	// of the answer; BodyTimeout that between two pieces of the answer while
	// somebody reads. Default none: the context of Do counts for both anyway.
	HeaderTimeout, BodyTimeout time.Duration
	// ContinueTimeout is how long a request with Expect: 100-continue waits
	// before it sends its body (1 s).
	ContinueTimeout time.Duration
	// Limits and Lenient are the parser's, MaxInformation how many 1xx
	// answers there may be to one request (100).
	Limits         http1.Limits
	Lenient        http1.Leniency
	MaxInformation int

	once   sync.Once
	cfg    http1.ClientConfig
	mu     sync.Mutex
	hosts  map[hostKey]*host
	all    map[*clientConn]struct{}
	closed bool
	stats  clientCounters
}

type clientCounters struct {
	dials, requests, reused, retries, discarded atomic.Int64
}

// ClientStats are numbers of a client.
type ClientStats struct {
	// Conns and Idle are the connections at present, Dials how many there
	// were.
	Conns, Idle, Dials int64
	// Requests counts calls of Do that got a connection, Reused those that
	// got a used one, Retries those that needed another because that one had
	// died, Discarded connections on which the server sent what it should not.
	Requests, Reused, Retries, Discarded int64
}

// Stats returns the client's numbers.
func (c *Client) Stats() ClientStats {
	s := ClientStats{
		Dials: c.stats.dials.Load(), Requests: c.stats.requests.Load(), Reused: c.stats.reused.Load(),
		Retries: c.stats.retries.Load(), Discarded: c.stats.discarded.Load(),
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.hosts {
		s.Idle += int64(len(h.idle))
	}
	s.Conns = int64(len(c.all))
	return s
}

// Defaults of [Client].
const (
	DefaultMaxConnsPerHost = 64
	DefaultIdleTimeout     = 90 * time.Second
	DefaultDialTimeout     = 30 * time.Second
	DefaultContinueTimeout = time.Second
)

func (c *Client) init() {
	c.once.Do(func() {
		c.cfg = http1.ClientConfig{
			Options:        http1.Options{Limits: c.Limits, Lenient: c.Lenient},
			MaxInformation: c.MaxInformation,
		}
		if c.MaxInformation < 0 {
			c.cfg.MaxInformation = 1 << 30
		}
		c.hosts = map[hostKey]*host{}
		c.all = map[*clientConn]struct{}{}
	})
}

// Response is an answer.
type Response struct {
	Status       int
	Reason       string
	Major, Minor int
	// Header holds the fields in order; Trailer those behind the body, once
	// Body has returned io.EOF.
	Header  Header
	Trailer Header
	// ContentLength is -1 when the answer has none.
	ContentLength int64
	// Body is never nil. It must be read to its end or closed, or its
	// connection is not used again. Closing it early closes the connection.
	Body io.ReadCloser
	// Request is what was answered.
	Request *Request
	// TLS is nil on a connection without TLS.
	TLS *tls.ConnectionState
	// RemoteAddr is the server's address.
	RemoteAddr net.Addr
	// Reused says that the connection had been used before.
	Reused bool

	call *call
}

// Get sends a GET.
func (c *Client) Get(ctx context.Context, url string) (*Response, error) {
	r, err := NewRequest("GET", url, nil)
	if err != nil {
		return nil, err
	}
	return c.Do(ctx, r)
}

// Post sends a POST; see [NewRequest] about the body.
func (c *Client) Post(ctx context.Context, url, contentType string, body io.Reader) (*Response, error) {
	r, err := NewRequest("POST", url, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", contentType)
	return c.Do(ctx, r)
}

// Do sends a request and returns the answer as soon as its head is there. The
// request's body may still be on its way then, and may be until the answer is
// complete; what has not been sent by then is given up with the connection.
//
// A request on a connection that turns out to be dead is repeated on another if
// nothing of an answer had come, the method is idempotent (RFC 9110 section
// 9.2.2), and there is no body or GetBody returns it again.
//
// ctx counts until the answer's body is complete or closed, or Upgrade was
// called: when it is done the connection is closed. The request must not be
// changed until then.
func (c *Client) Do(ctx context.Context, r *Request) (*Response, error) {
	c.init()
	head, err := appendRequest(nil, r)
	if err != nil {
		closeBody(r.Body)
		return nil, err
	}
	key, err := keyOf(r)
	if err != nil {
		closeBody(r.Body)
		return nil, err
	}
	body := r.Body
	for attempt := 0; ; attempt++ {
		cc, err := c.connection(ctx, key, attempt >= maxStale)
		if err != nil {
			closeBody(body)
			return nil, err
		}
		call := newCall(cc, r, body)
		resp, err := call.do(ctx, head)
		if err == nil {
			return resp, nil
		}
		if !call.repeatable() || ctx.Err() != nil {
			if call.untouched {
				closeBody(body)
			}
			return nil, err
		}
		if r.GetBody != nil && !call.untouched {
			if body, err = r.GetBody(); err != nil {
				return nil, err
			}
		}
		c.stats.retries.Add(1)
	}
}

// maxStale is how many used connections a request is tried on before a new one
// is made for it.
const maxStale = 2

func closeBody(body io.Reader) {
	if b, ok := body.(io.Closer); ok {
		b.Close()
	}
}

// idempotent says whether a method may be repeated.
func idempotent(method string) bool {
	switch method {
	case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY":
		return true
	}
	return false
}

// appendRequest checks a request and appends its head.
func appendRequest(b []byte, r *Request) ([]byte, error) {
	switch {
	case !http1.ValidToken(r.Method):
		return b, fmt.Errorf("%w: method %q", ErrInvalidRequest, r.Method)
	case !http1.ValidTarget(r.Method, r.Target):
		return b, fmt.Errorf("%w: target %q", ErrInvalidRequest, r.Target)
	case r.Host == "" || !validHost(r.Host):
		return b, fmt.Errorf("%w: host %q", ErrInvalidRequest, r.Host)
	}
	b = append(b, r.Method...)
	b = append(b, ' ')
	b = append(b, r.Target...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, r.Host...)
	b = append(b, "\r\n"...)
	for i := range r.Header {
		f := &r.Header[i]
		if !validField(f) {
			return b, fmt.Errorf("%w: field %q: %q", ErrInvalidRequest, f.Name, f.Value)
		}
		switch http1.LookupField(f.Name) {
		case http1.FieldHost, http1.FieldContentLength, http1.FieldTransferEncoding:
			continue
		case http1.FieldExpect:
			if r.Body == nil {
				continue
			}
		}
		b = appendField(b, f)
	}
	switch {
	case r.Body != nil && r.ContentLength < 0:
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	case r.Body != nil || r.Method == "POST" || r.Method == "PUT" || r.Method == "PATCH":
		n := r.ContentLength
		if r.Body == nil {
			n = 0
		}
		b = fmt.Appendf(b, "Content-Length: %d\r\n", n)
	}
	return append(b, "\r\n"...), nil
}

// validHost says whether a host can stand in a Host field.
func validHost(h string) bool {
	return !strings.ContainsAny(h, " \t,/?#@\\\"<>") && http1.ValidValue(h)
}

// CloseIdle closes the connections that nothing uses at present.
func (c *Client) CloseIdle() {
	c.init()
	c.mu.Lock()
	var idle []*clientConn
	for _, h := range c.hosts {
		idle = append(idle, h.idle...)
	}
	c.mu.Unlock()
	for _, cc := range idle {
		cc.closeIdle()
	}
}

// Close closes all connections, those in use as well. Do returns
// ErrClientClosed afterwards.
func (c *Client) Close() error {
	c.init()
	c.mu.Lock()
	c.closed = true
	var all []*clientConn
	for cc := range c.all {
		all = append(all, cc)
	}
	for _, h := range c.hosts {
		for _, w := range h.waiters {
			close(w)
		}
		h.waiters = nil
	}
	c.mu.Unlock()
	for _, cc := range all {
		cc.cut(ErrClientClosed)
	}
	return nil
}
