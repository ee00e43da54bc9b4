package http

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/edge"
	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/http1"
	"github.com/sluice-http/sluice/internal/node"
	nodenet "github.com/sluice-http/sluice/internal/node/net"
	"golang.org/x/sys/unix"
)

// front is the edge of a configuration on a loop of its own, with one connection and an
// application that a test plays.
type front struct {
	t   testing.TB
	env *node.Env
	h   *HTTP
	c   *conn
	out bytes.Buffer
	log lockedBuffer
}

// lockedBuffer is written by whoever ends an exchange.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *lockedBuffer) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b.Reset()
}

func newFront(t testing.TB, text string) *front {
	t.Helper()
	return newFrontWith(t, text, nil)
}

func newFrontWith(t testing.TB, text string, layers []edge.Layer) *front {
	t.Helper()
	return newFrontOf(t, text, edge.Options{Layers: layers})
}

func newFrontOf(t testing.TB, text string, o edge.Options) *front {
	t.Helper()
	f := &front{t: t}
	c, err := config.Parse("", []byte(text), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o.Application, o.AccessLog = true, f.log.Write
	engine, err := edge.New(c.Config, o)
	if err != nil {
		t.Fatal(err)
	}
	if f.env, err = node.NewBare(node.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.env.Close(); engine.Close() })
	f.h = Of(f.env)
	f.h.UseEdge(&Edge{Live: edge.NewLive(engine), Timeouts: c.Timeouts, Limits: c.Limits})
	f.h.edge.app = 1
	f.connect()
	return f
}

// connect makes a new connection the one of the test.
func (f *front) connect() {
	f.out.Reset()
	f.log.Reset()
	s := &server{edge: &EdgeListener{}}
	s.cfg = f.h.edge.serverConfig()
	nc := nodenet.Of(f.env).Virtual(func(p []byte) { f.out.Write(p) })
	f.h.edge.accept(s, nc)
	f.c = nc.Consumer().(*conn)
}

// request feeds a request, and ends the turn.
func (f *front) request(text []byte) {
	f.c.OnData(f.c.c, text)
	f.env.Queue.Forget()
}

// answer is the application's answer, in one piece.
func (f *front) answer(seq uint32, text []byte) {
	f.c.Answer(seq, text, uint32(http1.End))
	f.env.Flush()
	f.h.settle()
}

var (
	helloRequest = []byte("GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n")
	helloAnswer  = []byte("HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 07:41:00 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=70\r\nContent-Length: 11\r\n\r\nhello world")
)

// hello is the loop of the benchmarks: a request, and the application's answer.
func (f *front) hello(b *testing.B) {
	b.ReportAllocs()
	seq := uint32(0)
	began := processorTime()
	for b.Loop() {
		seq++
		f.request(helloRequest)
		f.answer(seq, helloAnswer)
		f.out.Reset()
		f.log.Reset()
	}
	b.ReportMetric(float64(processorTime()-began)/float64(b.N), "cpu-ns/op")
}

// turns is hello with many connections at once, as a loop under load has them: what is
// known of a request has left the nearest cache when its answer comes.
func (f *front) turns(b *testing.B, connect func() *conn) {
	const many = 64
	conns := []*conn{f.c}
	for len(conns) < many {
		conns = append(conns, connect())
	}
	b.ReportAllocs()
	seq := uint32(0)
	began := processorTime()
	for b.Loop() {
		seq++
		for _, c := range conns {
			c.OnData(c.c, helloRequest)
		}
		f.env.Queue.Forget()
		for _, c := range conns {
			c.Answer(seq, helloAnswer, uint32(http1.End))
		}
		f.env.Flush()
		f.h.settle()
		f.out.Reset()
		f.log.Reset()
	}
	b.ReportMetric(float64(processorTime()-began)/float64(b.N)/many, "cpu-ns/request")
}

// processorTime is what the process has used: on a machine that does other things too it
// says more than the time that has passed.
func processorTime() time.Duration {
	var u unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

const withoutLayers = "access_log = false\nrequest_id = false\nsecurity_headers = false\ncompression = false"

func BenchmarkEdge(b *testing.B) {
	for _, bench := range []struct{ name, config string }{
		{"default", ""},
		{"without id", "request_id = false"},
		{"without log", "access_log = false"},
		{"without layers", withoutLayers},
	} {
		b.Run(bench.name, func(b *testing.B) { newFront(b, bench.config).hello(b) })
	}
}

// BenchmarkTurn is BenchmarkEdge and BenchmarkPlain with many connections at once.
func BenchmarkTurn(b *testing.B) {
	b.Run("default", func(b *testing.B) {
		f := newFrontOf(b, "", edge.Options{Tally: tally.New(1)})
		f.turns(b, func() *conn { f.connect(); return f.c })
	})
	b.Run("without layers", func(b *testing.B) {
		f := newFrontOf(b, withoutLayers, edge.Options{Tally: tally.New(1)})
		f.turns(b, func() *conn { f.connect(); return f.c })
	})
	b.Run("plain", func(b *testing.B) {
		f := plainFront(b)
		f.turns(b, f.plain)
	})
}

// BenchmarkMetrics is what counting adds: to the default layers, and without the edge.
func BenchmarkMetrics(b *testing.B) {
	b.Run("default", func(b *testing.B) {
		f := newFrontOf(b, "", edge.Options{Tally: tally.New(1)})
		f.hello(b)
	})
	b.Run("plain", func(b *testing.B) {
		f := plainFront(b)
		f.h.tally = tally.New(1).Route("application")
		f.hello(b)
	})
}

// BenchmarkPlain is what the same costs without the edge.
func BenchmarkPlain(b *testing.B) { plainFront(b).hello(b) }

func plainFront(b *testing.B) *front {
	f := newFront(b, "")
	f.c = f.plain()
	return f
}

// plain is a connection that is not the edge's.
func (f *front) plain() *conn {
	nc := nodenet.Of(f.env).Virtual(func(p []byte) { f.out.Write(p) })
	c := &conn{http: f.h, srv: &server{}, c: nc, opened: true}
	c.srv.cfg.Pool = &f.h.pool
	c.start()
	return c
}
