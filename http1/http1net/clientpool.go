package http1net

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"time"
)

// hostKey is what connections can be shared for.
type hostKey struct {
	network, addr string
	tls           bool
	name          string // whom TLS has to prove
}

// keyOf returns where a request goes.
func keyOf(r *Request) (hostKey, error) {
	k := hostKey{network: "tcp", addr: r.Addr}
	port := ":80"
	switch r.Scheme {
	case "http", "":
	case "https":
		k.tls, k.name, port = true, hostname(r.Host), ":443"
	default:
		return k, fmt.Errorf("%w: scheme %q", ErrInvalidRequest, r.Scheme)
	}
	if k.addr == "" {
		k.addr = r.Host
	}
	if path, ok := strings.CutPrefix(k.addr, "unix:"); ok {
		k.network, k.addr = "unix", path
	} else if _, _, err := net.SplitHostPort(k.addr); err != nil {
		k.addr = k.addr + port
	}
	return k, nil
}

// hostname is a host without port and brackets.
func hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return strings.Trim(host, "[]")
}

// host is the connections to one place. It belongs to the client's mu.
type host struct {
	key     hostKey
	open    int           // connections, and those being made
	idle    []*clientConn // the one used last is the last
	waiters []chan *clientConn
}

// connection returns a connection for one request: an idle one unless fresh is
// asked for, a new one if there may be one more, else the first that becomes
// free.
func (c *Client) connection(ctx context.Context, key hostKey, fresh bool) (*clientConn, error) {
	for {
		c.mu.Lock()
		if c.closed {
			c.mu.Unlock()
			return nil, ErrClientClosed
		}
		h := c.hosts[key]
		if h == nil {
			h = &host{key: key}
			c.hosts[key] = h
		}
		if n := len(h.idle); n > 0 {
			cc := h.idle[n-1]
			h.idle[n-1] = nil
			h.idle = h.idle[:n-1]
			c.mu.Unlock()
			if fresh {
				cc.closeIdle()
			} else if cc.take() {
				return cc, nil
			}
			continue
		}
		if most := orDefault(c.MaxConnsPerHost, DefaultMaxConnsPerHost); most == 0 || h.open < most {
			h.open++
			c.mu.Unlock()
			return c.dial(ctx, h)
		}
		w := make(chan *clientConn, 1)
		h.waiters = append(h.waiters, w)
		c.mu.Unlock()
		select {
		case cc, ok := <-w:
			switch {
			case !ok:
				return nil, ErrClientClosed
			case cc == nil: // a place to fill
				return c.dial(ctx, h)
			case cc.take():
				return cc, nil
			}
		case <-ctx.Done():
			c.giveUp(h, w)
			return nil, context.Cause(ctx)
		}
	}
}

// giveUp takes a waiter off the list. What it has got already goes on.
func (c *Client) giveUp(h *host, w chan *clientConn) {
	c.mu.Lock()
	for i := range h.waiters {
		if h.waiters[i] == w {
			h.waiters = append(h.waiters[:i], h.waiters[i+1:]...)
			c.mu.Unlock()
			return
		}
	}
	c.mu.Unlock()
	cc, ok := <-w
	switch {
	case !ok:
	case cc == nil:
		c.mu.Lock()
		c.vacant(h)
		c.mu.Unlock()
	default:
		cc.mu.Lock()
		cc.park()
		cc.mu.Unlock()
	}
}

// vacant says that there may be one connection more. mu is held.
func (c *Client) vacant(h *host) {
	if len(h.waiters) > 0 {
		w := h.waiters[0]
		h.waiters = h.waiters[1:]
		w <- nil
		return
	}
	if h.open--; h.open == 0 && len(h.idle) == 0 {
		delete(c.hosts, h.key)
	}
}

// put takes a connection for the next request. It returns false if it is not
// wanted. The connection's mu is held.
func (c *Client) put(cc *clientConn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	h := cc.host
	if len(h.waiters) > 0 {
		w := h.waiters[0]
		h.waiters = h.waiters[1:]
		w <- cc
		return true
	}
	h.idle = append(h.idle, cc)
	return true
}

// remove forgets a connection that has ended. Its mu is held.
func (c *Client) remove(cc *clientConn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.all[cc]; !ok {
		return
	}
	delete(c.all, cc)
	h := cc.host
	for i := range h.idle {
		if h.idle[i] == cc {
			h.idle = append(h.idle[:i], h.idle[i+1:]...)
			break
		}
	}
	c.vacant(h)
}

// dial makes a connection in a place of h's.
func (c *Client) dial(ctx context.Context, h *host) (*clientConn, error) {
	cc, err := c.connect(ctx, h)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && c.closed {
		cc.raw.Close()
		err = ErrClientClosed
	}
	if err != nil {
		c.vacant(h)
		return nil, err
	}
	c.all[cc] = struct{}{}
	c.stats.dials.Add(1)
	go cc.read()
	return cc, nil
}

func (c *Client) connect(ctx context.Context, h *host) (*clientConn, error) {
	if d := orDefault(c.DialTimeout, DefaultDialTimeout); d > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, d, ErrTimeout)
		defer cancel()
	}
	dial := c.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	nc, err := dial(ctx, h.key.network, h.key.addr)
	if err != nil {
		return nil, dialError(ctx, err)
	}
	cc := newClientConn(c, h, nc)
	if !h.key.tls {
		return cc, nil
	}
	config := &tls.Config{}
	if c.TLSConfig != nil {
		config = c.TLSConfig.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = h.key.name
	}
	if len(config.NextProtos) == 0 {
		config.NextProtos = []string{"http/1.1"}
	}
	t := tls.Client(nc, config)
	if err := t.HandshakeContext(ctx); err != nil {
		nc.Close()
		return nil, dialError(ctx, err)
	}
	state := t.ConnectionState()
	cc.nc, cc.tls = t, &state
	return cc, nil
}

// dialError says why a connection was not made.
func dialError(ctx context.Context, err error) error {
	if d, ok := ctx.Deadline(); ok && isTimeout(err) && !time.Now().Before(d) {
		<-ctx.Done() // the dialer's timer was a little faster than the context's
	}
	if cause := context.Cause(ctx); cause != nil {
		return because(cause, err)
	}
	return err
}

// keepFor is how long an idle connection is kept. A server that announces when
// it closes is left before that: a request on its way then would be lost.
func (c *Client) keepFor(announced string) time.Duration {
	d := orDefault(c.IdleTimeout, DefaultIdleTimeout)
	for option := range strings.SplitSeq(announced, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(option), "=")
		if !strings.EqualFold(name, "timeout") {
			continue
		}
		if n := parseLength(value); n >= 0 && n < 1<<30 {
			s := time.Duration(n) * time.Second
			if s -= min(time.Second, s/2); d == 0 || s < d {
				d = max(s, time.Millisecond)
			}
		}
	}
	return d
}
