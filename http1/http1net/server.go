package http1net

import (
	"context"
	"crypto/tls"
	"log"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluice-http/sluice/http1"
)

// Handler answers requests.
//
// ServeHTTP1 runs on a goroutine of its connection's; several requests of one
// connection may be in their handlers at once. The answer is complete when it
// returns; neither w nor r.Body can be used after that. It may panic: see
// [Server].
type Handler interface {
	ServeHTTP1(w *ResponseWriter, r *Request)
}

// HandlerFunc is a function as a [Handler].
type HandlerFunc func(w *ResponseWriter, r *Request)

// ServeHTTP1 implements Handler.
func (f HandlerFunc) ServeHTTP1(w *ResponseWriter, r *Request) { f(w, r) }

// Server serves HTTP/1 over any number of listeners. Set its fields before the
// first call of a method and do not change them afterwards. All methods may be
// called by several goroutines at once.
//
// A duration or number that is 0 means the default, a negative one none.
//
// A handler that panics gets a 500 written for it if nothing of its answer has
// been sent, and otherwise its connection cut; OnError is told, unless it
// panicked with [ErrAbort].
type Server struct {
	// Handler answers the requests. It must not be nil.
	Handler Handler
	// Addr is where ListenAndServe listens: "host:port", or "unix:" and a
	// path. Default ":http" or ":https".
	Addr string
	// TLSConfig is for the methods with TLS in their names.
	TLSConfig *tls.Config
	// BaseContext is the parent of all requests' contexts.
	BaseContext context.Context

	// HeaderTimeout is the time for a head (default 60 s), and for the TLS
	// handshake; RequestTimeout for a whole request with its body (300 s). Both
	// count from a request's first byte, for the first one from when the
	// connection was accepted. Who needs longer gets a 408.
	HeaderTimeout, RequestTimeout time.Duration
	// KeepAliveTimeout is how long a connection without a request is kept
	// (5 s). It is announced to clients.
	KeepAliveTimeout time.Duration
	// WriteTimeout is how long the client may take for 64 KiB of answer, or
	// for what there is if that is less (60 s).
	WriteTimeout time.Duration

	// Limits and Lenient are the parser's.
	Limits  http1.Limits
	Lenient http1.Leniency
	// MaxPipelined is how many requests of one connection are in their
	// handlers, or wait for their answers' turn, before no further one is read
	// (16).
	MaxPipelined int
	// MaxRequestsPerConn is how many requests a connection may bring. The
	// answer to the last says so. Default none.
	MaxRequestsPerConn int
	// MaxConns is how many connections are open at once; the others wait in
	// the system's queue. Default none.
	MaxConns int
	// MaxBodyBytes is how long a request body may be. One that announces more
	// is refused with 413; one that turns out to have more makes the body's
	// Read return ErrBodyTooLarge. Default none.
	MaxBodyBytes int64
	// MaxDump is how much of a body that its handler left unread is read to
	// save the connection (256 KiB).
	MaxDump int64
	// HighWater is how many bytes of answers wait, for their turn or for the
	// client, before the handlers that write more have to (64 KiB).
	HighWater int
	// HalfOpen says that a client that has ended its side is still there: its
	// requests' contexts are not cancelled. The answers are sent either way.
	HalfOpen bool
	// NoDate leaves out the Date field.
	NoDate bool

	// OnError is told of what went wrong, on whatever goroutine noticed. If
	// it is nil, panics and failures to accept go to package log, the rest
	// is only counted.
	OnError func(*ServerError)

	once      sync.Once
	cfg       http1.ServerConfig
	keepAlive string // the Keep-Alive field, ready to be sent
	slots     chan struct{}

	mu        sync.Mutex
	listeners map[net.Listener]struct{}
	conns     map[*conn]struct{}
	empty     chan struct{} // closed when conns has become so, if anybody waits
	closing   atomic.Bool
	date      atomic.Pointer[dateOf]
	stats     counters
}

// Defaults of [Server].
const (
	DefaultHeaderTimeout    = 60 * time.Second
	DefaultRequestTimeout   = 300 * time.Second
	DefaultKeepAliveTimeout = 5 * time.Second
	DefaultWriteTimeout     = 60 * time.Second
	DefaultMaxPipelined     = 16
	DefaultMaxDump          = 256 << 10
)

// orDefault gives a setting its default, and 0 for none.
func orDefault[T ~int | ~int64](v, def T) T {
	switch {
	case v == 0:
		return def
	case v < 0:
		return 0
	}
	return v
}

func (s *Server) init() {
	s.once.Do(func() {
		if s.Handler == nil {
			panic("http1net: Server without Handler")
		}
		s.cfg = http1.ServerConfig{
			Options:          http1.Options{Limits: s.Limits, Lenient: s.Lenient},
			HighWater:        orDefault(s.HighWater, http1.DefaultHighWater),
			MaxPipelined:     orDefault(s.MaxPipelined, DefaultMaxPipelined),
			MaxDump:          orDefault(s.MaxDump, DefaultMaxDump),
			HeaderTimeout:    orDefault(s.HeaderTimeout, DefaultHeaderTimeout),
			RequestTimeout:   orDefault(s.RequestTimeout, DefaultRequestTimeout),
			KeepAliveTimeout: orDefault(s.KeepAliveTimeout, DefaultKeepAliveTimeout),
			AllowHalfOpen:    true,
		}
		if s.MaxPipelined < 0 {
			s.cfg.MaxPipelined = 1 << 20
		}
		if s.HighWater < 0 {
			s.cfg.HighWater = 1 << 30
		}
		if s.MaxDump < 0 {
			s.cfg.MaxDump = 1 // nothing: the connection ends instead
		}
		if t := s.cfg.KeepAliveTimeout; t >= time.Second {
			s.keepAlive = "Keep-Alive: timeout=" + strconv.FormatInt(int64(t/time.Second), 10) + "\r\n"
		}
		if s.MaxConns > 0 {
			s.slots = make(chan struct{}, s.MaxConns)
		}
		s.listeners = map[net.Listener]struct{}{}
		s.conns = map[*conn]struct{}{}
	})
}

// report tells OnError.
func (s *Server) report(e *ServerError) {
	if s.OnError != nil {
		s.OnError(e)
	} else {
		LogError(e)
	}
}

// LogError is what a server does whose OnError is nil: panics and failures to accept go to
// package log.
func LogError(e *ServerError) {
	switch {
	case e.Stack != nil:
		log.Printf("%v\n%s", e, e.Stack)
	case e.Op == "accept":
		log.Print(e)
	}
}

// start is what clocks count from.
var start = time.Now()

// now is the time for the machines: it does not go back.
func now() int64 { return int64(time.Since(start)) }

// at is the time of a deadline that a machine gave.
func at(t int64) time.Time { return start.Add(time.Duration(t)) }
