package http1net

import "sync/atomic"

// counters count what [Stats] shows.
type counters struct {
	accepted, closed, hijacked         atomic.Int64
	requests, active, answers          atomic.Int64
	refused, timeouts, panics, rescued atomic.Int64
	bytesIn, bytesOut                  atomic.Int64
	clientsGone, handshakesFailed      atomic.Int64
}

// Stats are numbers of a server since its start, and of the present.
type Stats struct {
	// Conns is how many connections are open, hijacked ones not counted;
	// Accepted, Closed and Hijacked how many there were.
	Conns, Accepted, Closed, Hijacked int64
	// Active is how many requests are in their handlers; Requests how many
	// were handed to one, Answers how many of those were answered in full as
	// far as the server is concerned.
	Active, Requests, Answers int64
	// Refused counts requests that broke the protocol or a limit, Timeouts
	// connections that missed a deadline (between requests not counted),
	// Panics handlers that panicked, Rescued requests that were accepted only
	// because of a bit in Lenient, ClientsGone requests whose client left
	// before they were answered, HandshakesFailed TLS handshakes.
	Refused, Timeouts, Panics, Rescued, ClientsGone, HandshakesFailed int64
	// BytesIn and BytesOut count HTTP, without TLS around it.
	BytesIn, BytesOut int64
}

// Stats returns the server's numbers.
func (s *Server) Stats() Stats {
	c := &s.stats
	st := Stats{
		Accepted: c.accepted.Load(), Closed: c.closed.Load(), Hijacked: c.hijacked.Load(),
		Active: c.active.Load(), Requests: c.requests.Load(), Answers: c.answers.Load(),
		Refused: c.refused.Load(), Timeouts: c.timeouts.Load(), Panics: c.panics.Load(),
		Rescued: c.rescued.Load(), ClientsGone: c.clientsGone.Load(), HandshakesFailed: c.handshakesFailed.Load(),
		BytesIn: c.bytesIn.Load(), BytesOut: c.bytesOut.Load(),
	}
	s.mu.Lock()
	st.Conns = int64(len(s.conns))
	s.mu.Unlock()
	return st
}
