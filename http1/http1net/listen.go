package http1net

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"strings"
	"time"
)

// ListenAndServe listens on Addr and serves. It returns ErrServerClosed after
// Shutdown or Close.
func (s *Server) ListenAndServe() error {
	l, err := s.listen(":http")
	if err != nil {
		return err
	}
	return s.Serve(l)
}

// ListenAndServeTLS is ListenAndServe with TLS. The files may be "" if
// TLSConfig has certificates.
func (s *Server) ListenAndServeTLS(certFile, keyFile string) error {
	l, err := s.listen(":https")
	if err != nil {
		return err
	}
	return s.ServeTLS(l, certFile, keyFile)
}

func (s *Server) listen(addr string) (net.Listener, error) {
	if s.closing.Load() {
		return nil, ErrServerClosed
	}
	if s.Addr != "" {
		addr = s.Addr
	}
	if path, ok := strings.CutPrefix(addr, "unix:"); ok {
		return net.Listen("unix", path)
	}
	return net.Listen("tcp", addr)
}

// ServeTLS is Serve with TLS.
func (s *Server) ServeTLS(l net.Listener, certFile, keyFile string) error {
	config := &tls.Config{}
	if s.TLSConfig != nil {
		config = s.TLSConfig.Clone()
	}
	if len(config.NextProtos) == 0 {
		config.NextProtos = []string{"http/1.1"}
	}
	if certFile != "" || keyFile != "" {
		cert, err := tls.LoadX509KeyPair(certFile, keyFile)
		if err != nil {
			l.Close()
			return err
		}
		config.Certificates = append(config.Certificates, cert)
	}
	return s.serve(l, config)
}

// Serve accepts connections from l and serves each on goroutines of its own,
// until the server or l is closed. A connection that is a *tls.Conn is taken as
// one. Serve closes l. It returns ErrServerClosed after Shutdown or Close, else
// the error of l.
func (s *Server) Serve(l net.Listener) error { return s.serve(l, nil) }

func (s *Server) serve(l net.Listener, config *tls.Config) error {
	s.init()
	defer l.Close()
	s.mu.Lock()
	if s.closing.Load() {
		s.mu.Unlock()
		return ErrServerClosed
	}
	s.listeners[l] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.listeners, l)
		s.mu.Unlock()
	}()
	for delay := time.Duration(0); ; {
		if !s.slot() {
			return ErrServerClosed
		}
		nc, err := l.Accept()
		if err == nil {
			delay = 0
			s.take(nc, config)
			continue
		}
		s.freeSlot()
		if s.closing.Load() {
			return ErrServerClosed
		}
		if !passing(err) {
			return err
		}
		// Out of file descriptors, most likely: connections will end.
		s.report(&ServerError{Op: "accept", Err: err})
		delay = min(max(2*delay, 5*time.Millisecond), time.Second)
		time.Sleep(delay)
	}
}

// passing says whether accepting may work again later.
func passing(err error) bool {
	var ne net.Error
	if errors.As(err, &ne) && ne.Timeout() {
		return true
	}
	return isResourceError(err)
}

// slot waits until there may be one more connection.
func (s *Server) slot() bool {
	if s.slots == nil {
		return true
	}
	for {
		select {
		case s.slots <- struct{}{}:
			return true
		case <-time.After(100 * time.Millisecond):
			if s.closing.Load() {
				return false
			}
		}
	}
}

func (s *Server) freeSlot() {
	if s.slots != nil {
		<-s.slots
	}
}

// ServeConn serves one connection, and returns when it has ended or was
// hijacked. It is for connections that come from elsewhere than a listener.
func (s *Server) ServeConn(nc net.Conn) error {
	s.init()
	if !s.slot() {
		nc.Close()
		return ErrServerClosed
	}
	c := s.add(nc, nil)
	if c == nil {
		return ErrServerClosed
	}
	c.serve()
	<-c.gone
	return nil
}

func (s *Server) take(nc net.Conn, config *tls.Config) {
	if c := s.add(nc, config); c != nil {
		go c.serve()
	}
}

// add makes nc a connection of the server's.
func (s *Server) add(nc net.Conn, config *tls.Config) *conn {
	if config != nil {
		nc = tls.Server(nc, config)
	}
	c := newConn(s, nc)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed() {
		s.freeSlot()
		nc.Close()
		return nil
	}
	s.conns[c] = struct{}{}
	s.stats.accepted.Add(1)
	return c
}

// closed says whether the server takes no connection any more, not even those
// that were in the listeners' queues. s.mu is held.
func (s *Server) closed() bool { return s.closing.Load() && len(s.listeners) == 0 }

// remove forgets a connection that has ended or was hijacked.
func (s *Server) remove(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	if len(s.conns) == 0 && s.empty != nil {
		close(s.empty)
		s.empty = nil
	}
	s.mu.Unlock()
	s.freeSlot()
	close(c.gone)
}

// closeListeners stops accepting. Connections that the system has accepted
// already are taken first: to close a listener resets them.
func (s *Server) closeListeners(drain bool) {
	s.mu.Lock()
	var list []net.Listener
	for l := range s.listeners {
		list = append(list, l)
	}
	s.mu.Unlock()
	if drain {
		deadline := time.Now().Add(drainTime)
		for _, l := range list {
			if d, ok := l.(interface{ SetDeadline(time.Time) error }); ok {
				d.SetDeadline(deadline) // Serve returns then, and closes l
			} else {
				l.Close()
			}
		}
		for deadline = deadline.Add(10 * drainTime); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			s.mu.Lock()
			n := len(s.listeners)
			s.mu.Unlock()
			if n == 0 {
				return
			}
		}
	}
	for _, l := range list {
		l.Close()
	}
}

// drainTime is how long a server that shuts down goes on accepting what is in
// the queues of its listeners.
const drainTime = 5 * time.Millisecond

// newConnGrace is how long a connection that has not sent anything may take to
// do so when the server shuts down: its request may be on the way.
const newConnGrace = 500 * time.Millisecond

// Shutdown ends the server without cutting anything: listeners are closed,
// connections without a request as well, running requests are finished, their
// answers say Connection: close. It returns when all connections have ended, or
// with ctx's error; the rest is then still running, and Close would end it.
// Hijacked connections are not waited for.
func (s *Server) Shutdown(ctx context.Context) error {
	s.init()
	s.closing.Store(true)
	s.closeListeners(true)
	grace := time.NewTimer(newConnGrace)
	defer grace.Stop()
	for fresh := false; ; {
		s.mu.Lock()
		if len(s.conns) == 0 {
			s.mu.Unlock()
			return nil
		}
		if s.empty == nil {
			s.empty = make(chan struct{})
		}
		empty := s.empty
		list := s.list()
		s.mu.Unlock()
		for _, c := range list {
			c.closeAfter(fresh)
		}
		select {
		case <-empty:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-grace.C:
			fresh = true
		}
	}
}

// list returns the connections. s.mu is held.
func (s *Server) list() []*conn {
	list := make([]*conn, 0, len(s.conns))
	for c := range s.conns {
		list = append(list, c)
	}
	return list
}

// Close ends the server at once: listeners and connections are closed, the
// contexts of running requests cancelled. It does not wait for handlers.
func (s *Server) Close() error {
	s.init()
	s.closing.Store(true)
	s.closeListeners(false)
	s.mu.Lock()
	list := s.list()
	s.mu.Unlock()
	for _, c := range list {
		c.cut(ErrServerClosed)
	}
	return nil
}

// isResourceError says whether an accept failed for want of something that
// comes back.
func isResourceError(err error) bool {
	for _, errno := range resourceErrors {
		if errors.Is(err, errno) {
			return true
		}
	}
	return errors.Is(err, os.ErrDeadlineExceeded)
}
