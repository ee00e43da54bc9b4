package http

import (
	"net/netip"
	"time"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/edge"
	"github.com/sluice-http/sluice/http1"
	"github.com/sluice-http/sluice/internal/loop"
	nodenet "github.com/sluice-http/sluice/internal/node/net"
)

// The edge on a worker's loop. Connections of the edge's listeners are ordinary conns
// with a part of their own (edgeConn): a request goes through the layers of its route
// before JavaScript hears of it (edge_request.go), the edge's own answers are written
// here (edge_answer.go, edge_file.go), and JavaScript's pass the layers on their way out
// (edge_head.go). Nothing of it needs the isolate, so that all but JavaScript's answers
// goes on under a stand-in, and in an environment without an isolate.

// Edge is what the workers of a pool have in common of the edge.
type Edge struct {
	// Live is the engine that requests go through.
	Live *edge.Live
	// Listeners are joined by every worker, in this order.
	Listeners []EdgeListener
	Timeouts  config.Timeouts
	Limits    config.Limits
}

// EdgeListener is one listener of the edge.
type EdgeListener struct {
	config.Listen
	// Secure makes a connection secure and gives accepted the one that stands on it;
	// nil: it is taken as it is.
	Secure func(c *nodenet.Conn, accepted func(c *nodenet.Conn))
}

// edgeSite is an environment's part of the edge.
type edgeSite struct {
	*Edge
	http    *HTTP
	worker  int
	app     uint32 // the listener by which JavaScript knows its server; 0 while there is none
	joined  bool
	open    []joined // in the order of Listeners
	answers answerWriter
	free    []*exchange
	again   []*conn                  // connections that go on with a file in the next turn
	batch   edge.Batch               // of this turn
	waiting map[*exchange]*layerWait // for layers' functions
	clock   time.Time                // of this batch of requests; zero: to be read
}

// UseEdge puts the edge in front of the environment's application: the first HTTP server
// that listens gets the requests that the edge leaves to it, in place of a port.
func (h *HTTP) UseEdge(e *Edge) {
	h.edge = &edgeSite{Edge: e, http: h, waiting: map[*exchange]*layerWait{}}
	h.env.AtExit(h.edge.orphan) // behind net's, which closes the connections
	h.env.AtExit(h.flushCounted)
	if host := h.env.Host(); host != nil {
		h.edge.worker = host.Worker().ID
	}
}

// StandFor says by whose number the environment is known to the edge: that of the worker in
// whose place it stands.
func (h *HTTP) StandFor(worker int) { h.edge.worker = worker }

// YieldEdge takes the edge away from an environment whose application has no server
// behind it yet, and reports whether it did: others stand there in its place.
func (h *HTTP) YieldEdge() bool {
	if h.edge == nil || h.edge.joined {
		return false
	}
	h.edge = nil
	return true
}

// JoinEdge makes the environment a member of the edge's listeners: where there is an
// application, when its server listens.
func (h *HTTP) JoinEdge() error {
	_, err := h.edge.join()
	return err
}

// join returns the first of the listeners.
func (e *edgeSite) join() (first *nodenet.Server, err error) {
	for i := range e.Listeners {
		if _, err := e.listen(&e.Listeners[i]); err != nil {
			for _, j := range e.open {
				j.net.Close()
			}
			e.open = nil
			return nil, err
		}
	}
	e.joined = true
	for _, j := range e.open[1:] {
		j.net.SetRef(false)
	}
	first = e.open[0].net
	// Its application has no server any more: the others are of no use without it.
	first.Closed = e.leave
	return first, nil
}

func (e *edgeSite) listen(l *EdgeListener) (*nodenet.Server, error) {
	var s *nodenet.Server
	var err error
	switch {
	case l.Socket != "":
		s, err = e.http.net.ListenUnix(string(l.Socket), 0, 0, false)
	case l.Host == "":
		if s, err = e.http.net.ListenTCP("::", l.Port, 0, false, false, false); err != nil {
			if s4, err4 := e.http.net.ListenTCP("0.0.0.0", l.Port, 0, false, false, false); err4 == nil {
				s, err = s4, nil
			}
		}
	default:
		s, err = e.http.net.ListenTCP(l.Host, l.Port, 0, false, false, false)
	}
	if err != nil {
		return nil, err
	}
	srv := &server{id: s.ID(), edge: l}
	srv.cfg = e.serverConfig()
	e.http.servers[s.ID()] = srv
	accept := func(c *nodenet.Conn) { e.accept(srv, c) }
	s.Accepted = func(c *nodenet.Conn) {
		if srv.edge.Secure != nil { // which a reload may change
			srv.edge.Secure(c, accept)
		} else {
			accept(c)
		}
	}
	e.open = append(e.open, joined{l.Listen, s, srv})
	return s, nil
}

func (e *edgeSite) serverConfig() (cfg http1.ServerConfig) {
	cfg.Pool = &e.http.pool
	cfg.Limits.HeaderBytes = int(e.Limits.HeaderSize)
	cfg.Limits.HeaderFields = e.Limits.HeaderCount
	cfg.MaxRequests = e.Limits.RequestsPerConnection
	cfg.HeaderTimeout = time.Duration(e.Timeouts.Header)
	cfg.RequestTimeout = time.Duration(e.Timeouts.Request)
	cfg.KeepAliveTimeout = time.Duration(e.Timeouts.KeepAlive)
	cfg.AllowHalfOpen = true // see edgeConn.eof
	return cfg
}

// edgeConn is what a connection of an edge listener has beside the others.
type edgeConn struct {
	peer   netip.Addr
	port   int
	secure bool

	first    *exchange // under way, in the order of their numbers
	last     *exchange
	settling bool
	holding  bool   // a request waits for a layer: nothing of it goes on
	jsPaused bool   // JavaScript wants no more of a body
	jsSeq    uint32 // the last request that JavaScript got
	eof      bool   // the client has ended its side
	deadline loop.Deadline

	client   netip.Addr // of which forwarded speaks
	forwards []byte     // the lines that tell the application of the client
}

// accept takes a connection. JavaScript hears of it with the first request that is its own.
func (e *edgeSite) accept(s *server, nc *nodenet.Conn) {
	c := &conn{http: e.http, srv: s, c: nc, edge: &edgeConn{secure: s.edge.TLS}}
	if a, err := nc.Peer(); err == nil {
		c.edge.peer = a.IP.Unmap().WithZone("")
	}
	if a, err := nc.Local(); err == nil {
		c.edge.port = a.Port
	}
	c.start()
	nc.ReadStart()
}

// now is the time of what this turn brought.
func (e *edgeSite) now() time.Time {
	if e.clock.IsZero() {
		e.clock = time.Now()
	}
	return e.clock
}
