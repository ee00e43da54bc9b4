// Package http is the native half of Node's http module. On the server's side it
// joins a net.Conn to an http1.ServerConn: bytes that arrive become events of the
// turn, and the records that JavaScript writes become answers in order.
package http

import (
	"strconv"
	"time"

	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/http1"
	"github.com/sluice-http/sluice/internal/node"
	nodenet "github.com/sluice-http/sluice/internal/node/net"
	"github.com/sluice-http/sluice/internal/v8"
)

// What an event of kind 'http' tells; the numbers are those of internal/http/connection.js.
const (
	evOpen     = 1 // server
	evRequest  = 2 // seq, head offset, length of the target, length of the fields, facts
	evBody     = 3 // offset, length
	evEnd      = 4 // seq, head offset, length of the trailers
	evUpgrade  = 5 // seq, offset, length of what came after the head
	evError    = 6 // seq, payload offset
	evEOF      = 7
	evClosed   = 8 // errno
	evDrain    = 9
	evTimeout  = 10 // seq, kind
	evStalled  = 11 // bytes were left over: evDrain follows
	evOutput   = 12 // offset, length: of a stream in JavaScript
	evDrainAll = 13 // of no connection: answers from now on are the last of theirs
)

// The facts word of evRequest: the method in the low byte, then the minor version, then these.
const (
	factMinorShift = 8
	factKeepAlive  = 1 << 12
	factComplete   = 1 << 13 // the message has no body and is complete
	factUpgrade    = 1 << 14 // decide() must be called
	factHost       = 1 << 15
	factExpect     = 1 << 16
	factContinue   = 1 << 17
	factClose      = 1 << 18 // Connection: close was sent
	factMajor2     = 1 << 19
	factFraming    = 1 << 20 // Content-Length or Transfer-Encoding was sent
	factNamed      = 1 << 21 // the first field is the name that the edge has given the request
)

// HTTP is the http module of one environment.
type HTTP struct {
	env     *node.Env
	net     *nodenet.Net
	kind    int32
	pool    http1.Pool
	servers map[uint32]*server
	touched []*conn
	drain   drain
	waiting waiting
	tally   *tally.Route // nil: nobody counts
	tallies tally.Batch  // what this turn has counted, here or for the edge's routes
	worker  int

	edge    *edgeSite // nil: nothing stands in front of the application
	fileBuf []byte

	packet    []byte // what is being fed, for an error's rawPacket
	answering *byte  // the record that is being written: it stays where it is until the flush

	guarding bool // there are limits for slow peers
	buffered int  // bytes that wait for all of them
}

// server is what the connections of one listener have in common.
type server struct {
	id   uint32
	cfg  http1.ServerConfig
	edge *EdgeListener // its options are the edge's, not the application's
}

// Of is the http module of an environment, made on first use.
func Of(env *node.Env) *HTTP {
	return node.Slot(env, func() *HTTP {
		h := &HTTP{env: env, net: nodenet.Of(env), kind: env.EventKind("http"), servers: map[uint32]*server{}, guarding: guarding(&env.Options.Guard), tally: env.Options.Tally}
		if host := env.Host(); host != nil {
			h.worker = host.Worker().ID
		}
		env.EndTurn(h.settle)
		env.OnIO(h.settle)
		env.OnIO(func() { h.net.FlushDirty(); h.flushed() })
		env.AfterTurn(h.flushed) // behind net's, which writes out
		env.OnDrain(h.startDrain)
		env.AtExit(h.flushCounted) // behind net's, which closes the connections
		return h
	})
}

// flushed is called when everything that was written is with the kernel, or was copied.
func (h *HTTP) flushed() {
	if h.edge != nil {
		h.edge.answers.flushed()
	}
	h.flushCounted() // of what ended behind the end of the turn
}

// flushCounted hands on what was put together of requests that have ended.
func (h *HTTP) flushCounted() {
	h.tallies.Flush()
	if h.edge != nil {
		h.edge.batch.Flush()
	}
}

func (h *HTTP) now() int64 { return h.env.Loop.Now() * int64(time.Millisecond) }

// serve makes the listener's connections HTTP.
func (h *HTTP) serve(id uint32) *server {
	if s := h.servers[id]; s != nil {
		return s // new options, for its connections too
	}
	s := &server{id: id}
	s.cfg.Pool = &h.pool
	h.servers[id] = s
	h.net.Server(id).Accepted = func(c *nodenet.Conn) { h.accept(s, c) }
	return s
}

// attach makes an HTTP connection of a stream that JavaScript has: it feeds what it
// reads and gets what is to be written as evOutput.
func (h *HTTP) attach(s *server) *conn {
	c := &conn{http: h, srv: s, stream: true, opened: true}
	c.c = h.net.Virtual(func(p []byte) {
		off := h.env.Queue.Data(p)
		h.env.Queue.Event(h.kind, int32(c.c.ID()), evOutput, off, int32(len(p)))
	})
	c.start()
	return c
}

// configure sets a server's options from the arguments from i on.
func (s *server) configure(c *v8.Call, i int) {
	if s.edge != nil {
		return
	}
	s.cfg.Limits.HeaderBytes = c.Int(i)
	s.cfg.Lenient = http1.Leniency(c.Int64(i + 1))
	s.setTimeouts(c, i+2)
	s.cfg.HighWater = c.Int(i + 5)
	s.cfg.AllowHalfOpen = c.Bool(i + 6)
	s.cfg.Limits.HeaderFields = c.Int(i + 7)
}

func (s *server) setTimeouts(c *v8.Call, i int) {
	if s.edge != nil {
		return
	}
	ms := func(i int) time.Duration { return time.Duration(max(0, c.Float(i)) * float64(time.Millisecond)) }
	s.cfg.HeaderTimeout, s.cfg.RequestTimeout, s.cfg.KeepAliveTimeout = ms(i), ms(i+1), ms(i+2)
}

// settle ends a turn: every connection that was touched goes on with what it may.
func (h *HTTP) settle() {
	if h.edge != nil {
		h.edge.clock = time.Time{}
	}
	defer h.settled()
	// What is written out may touch connections again: an answer is with the kernel.
	for range 4 {
		for i := 0; i < len(h.touched); i++ {
			c := h.touched[i]
			h.touched[i] = nil
			c.touched = false
			c.settle()
		}
		h.touched = h.touched[:0]
		if h.net.FlushDirty(); len(h.touched) == 0 {
			return
		}
	}
	h.env.Loop.PostIO(func() {}) // the loop must not sleep
}

// settled ends what was kept for one batch of requests.
func (h *HTTP) settled() {
	if h.edge != nil {
		h.edge.clock = time.Time{}
	}
	h.flushCounted()
}

// Module is internalBinding('http').
var Module = node.Module{Name: "http", New: func(env *node.Env) map[string]v8.Func {
	h := Of(env)
	onConn := func(f func(c *v8.Call, conn *conn)) v8.Func {
		return func(c *v8.Call) {
			if conn := h.find(uint32(c.Int64(0))); conn != nil {
				f(c, conn)
			}
		}
	}
	return map[string]v8.Func{
		// serve(server, maxHeaderSize, lenient, headersTimeout, requestTimeout, keepAliveTimeout, highWater, halfOpen, maxFields)
		"serve": func(c *v8.Call) {
			id := uint32(c.Int64(0))
			if h.net.Server(id) != nil {
				h.serve(id).configure(c, 1)
			}
		},
		// attach(options as serve's from the second on): an HTTP connection over a stream in JavaScript.
		"attach": func(c *v8.Call) {
			s := &server{}
			s.cfg.Pool = &h.pool
			s.configure(c, 0)
			c.Return(h.attach(s).c.ID())
		},
		"feed":    onConn(func(c *v8.Call, conn *conn) { conn.OnData(conn.c, c.Bytes(1)) }),
		"feedEnd": onConn(func(c *v8.Call, conn *conn) { conn.OnEnd(conn.c) }),
		"setTimeouts": func(c *v8.Call) {
			if s := h.servers[uint32(c.Int64(0))]; s != nil {
				s.setTimeouts(c, 1)
			}
		},
		"forget": func(c *v8.Call) { delete(h.servers, uint32(c.Int64(0))) },
		// pause(conn), resume(conn): delivery of the body, and of further requests.
		"pause":  onConn(func(c *v8.Call, conn *conn) { conn.pause() }),
		"resume": onConn(func(c *v8.Call, conn *conn) { conn.resume() }),
		// dump(conn, seq): nobody wants the rest of that body.
		"dump": onConn(func(c *v8.Call, conn *conn) { conn.m.Dump(uint32(c.Int64(1))); conn.touch() }),
		// held(conn, seq): what was written of an answer whose turn it is not.
		"held": onConn(func(c *v8.Call, conn *conn) { c.Return(conn.m.Held(uint32(c.Int64(1)))) }),
		// decide(conn, upgrade): what becomes of a request that asked to leave HTTP.
		"decide": onConn(func(c *v8.Call, conn *conn) { conn.decide(c.Bool(1)) }),
		// flush(conn): writes what was written so far, returns how many bytes the kernel did not take.
		"flush": onConn(func(c *v8.Call, conn *conn) {
			env.Flush()
			n := conn.c.Queued() + conn.behind()
			if conn.c.Closed() {
				n = -1 // the peer is gone: evClosed follows
			}
			if n > 0 {
				conn.stalled = true
			}
			c.Return(n)
		}),
		// gatherMost(): how many bytes JavaScript may keep to hand them on together.
		"gatherMost": func(c *v8.Call) { c.Return(gatherMost(&env.Options.Guard)) },
		// drop(conn, n): the last n bytes that were written are not sent.
		"drop": onConn(func(c *v8.Call, conn *conn) { h.net.Drop(conn.c, uint64(c.Int64(1))) }),
		// end(conn): no more answers: the connection closes after what was written.
		"end": onConn(func(c *v8.Call, conn *conn) { env.Flush(); conn.over = true; conn.touch() }),
		// observe(conn): JavaScript reads the bytes, and feeds them.
		"observe": onConn(func(c *v8.Call, conn *conn) { env.Flush(); conn.observe() }),
		// preempt(conn, text): the connection ends with that text, or with what was sent already.
		"preempt": onConn(func(c *v8.Call, conn *conn) { env.Flush(); conn.preempt(c.Bytes(1)) }),
		// isSecure(connection): the edge has put TLS on it
		"isSecure": func(c *v8.Call) {
			k := h.find(uint32(c.Int64(0)))
			c.Return(k != nil && k.edge != nil && k.edge.secure)
		},
		// behindEdge() is what the edge listens on, where a server takes the place behind it: '' for a
		// port, or the path of a socket. joinEdge() does that, and is [listener, descriptor].
		"behindEdge": func(c *v8.Call) {
			if h.edge != nil && h.edge.app == 0 {
				c.Return(string(h.edge.Listeners[0].Socket))
			}
		},
		"joinEdge": func(c *v8.Call) {
			s, err := h.edge.join()
			if err != nil {
				c.Throw(err)
				return
			}
			h.edge.app = s.ID()
			c.Return([]int{int(s.ID()), s.FD()})
		},
		// edgeTimeouts() are those of the edge, in milliseconds: of a head, a request, keep-alive as announced, and
		// what it lasts longer.
		"edgeTimeouts": func(c *v8.Call) {
			if h.edge != nil {
				t, told := &h.edge.Timeouts, h.edge.announced()
				c.Return([]any{time.Duration(t.Header).Milliseconds(), time.Duration(t.Request).Milliseconds(), told.Milliseconds(), (time.Duration(t.KeepAlive) - told).Milliseconds()})
			}
		},
		// takeOver(conn): from now on the bytes are JavaScript's.
		"takeOver": onConn(func(c *v8.Call, conn *conn) { env.Flush(); conn.takeOver() }),
		// methods() is the name of every method by its number, httpMethods() what http.METHODS is.
		"methods":     func(c *v8.Call) { c.Return(http1.AllMethods()) },
		"httpMethods": func(c *v8.Call) { c.Return(http1.Methods()) },
		"statusTexts": func(c *v8.Call) {
			texts := v8.Object{}
			for status := 100; status < 600; status++ {
				if text := http1.StatusText(status); text != "" {
					texts = append(texts, v8.Property{Key: strconv.Itoa(status), Value: text})
				}
			}
			c.Return(texts)
		},
		"insecureFlags": func(c *v8.Call) { c.Return(int64(http1.InsecureHTTPParser)) },
	}
}}
