// Package http1net compares the server of http1/http1net with those of net/http
// and fasthttp, under the same raw client in the same process: the figures hold
// the client's share, which is the same for all.
//
//	cd bench/http1net && go test -run '^$' -bench . -count 5 >x && benchstat -col /server x
package http1net

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/sluice-http/sluice/http1/http1net"
	"github.com/valyala/fasthttp"
)

var large = bytes.Repeat([]byte("0123456789abcdef"), 6400) // 100 KiB

// servers start each server and return how to stop it.
var servers = []struct {
	name  string
	start func(net.Listener) (stop func())
}{
	{"http1net", func(l net.Listener) func() {
		s := &http1net.Server{Handler: http1net.HandlerFunc(func(w *http1net.ResponseWriter, r *http1net.Request) {
			w.Header().Set("Content-Type", "text/plain")
			switch r.Target {
			case "/large":
				w.Header().Set("Content-Length", fmt.Sprint(len(large)))
				w.Write(large)
			case "/post":
				b, _ := io.ReadAll(r.Body)
				w.Write(b)
			default:
				w.WriteString("hello world")
			}
		})}
		go s.Serve(l)
		return func() { s.Close() }
	}},
	{"http1net-adapted", func(l net.Listener) func() {
		s := &http1net.Server{Handler: http1net.Adapt(http.HandlerFunc(netHandler))}
		go s.Serve(l)
		return func() { s.Close() }
	}},
	{"net-http", func(l net.Listener) func() {
		s := &http.Server{Handler: http.HandlerFunc(netHandler)}
		go s.Serve(l)
		return func() { s.Close() }
	}},
	{"fasthttp", func(l net.Listener) func() {
		s := &fasthttp.Server{Handler: func(c *fasthttp.RequestCtx) {
			c.SetContentType("text/plain")
			switch string(c.Path()) {
			case "/large":
				c.Response.SetBodyRaw(large)
			case "/post":
				c.Write(c.PostBody())
			default:
				c.WriteString("hello world")
			}
		}}
		go s.Serve(l)
		return func() { s.Shutdown() }
	}},
}

func netHandler(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	switch r.URL.Path {
	case "/large":
		w.Header().Set("Content-Length", fmt.Sprint(len(large)))
		w.Write(large)
	case "/post":
		b, _ := io.ReadAll(r.Body)
		w.Write(b)
	default:
		io.WriteString(w, "hello world")
	}
}

const fields = "Host: localhost\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n" +
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: en-US,en;q=0.5\r\n" +
	"Accept-Encoding: gzip, deflate, br, zstd\r\nConnection: keep-alive\r\n"

// scenarios: what each connection sends at a time, and how many requests it is.
var scenarios = []struct {
	name  string
	send  string
	count int
	conns int
}{
	{"hello", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 1, 1},
	{"hello-64", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 1, 64},
	{"browser-64", "GET / HTTP/1.1\r\n" + fields + "\r\n", 1, 64},
	{"pipelined16", strings.Repeat("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 16), 16, 8},
	{"post1k-64", "POST /post HTTP/1.1\r\n" + fields + "Content-Length: 1024\r\n\r\n" + strings.Repeat("x", 1024), 1, 64},
	{"large-8", "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n", 1, 8},
}

// BenchmarkServers gives nanoseconds per request.
func BenchmarkServers(b *testing.B) {
	for _, sc := range scenarios {
		for _, srv := range servers {
			b.Run(sc.name+"/server="+srv.name, func(b *testing.B) {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					b.Fatal(err)
				}
				stop := srv.start(l)
				defer stop()
				run(b, l.Addr().String(), sc.send, sc.count, sc.conns)
			})
		}
	}
}

// run makes b.N requests over some connections.
func run(b *testing.B, addr, send string, count, conns int) {
	var wg sync.WaitGroup
	var ready, start sync.WaitGroup
	start.Add(1)
	b.ReportAllocs()
	for i := range conns {
		n := b.N / conns
		if i < b.N%conns {
			n++
		}
		ready.Add(1)
		wg.Go(func() {
			nc, err := net.Dial("tcp", addr)
			if err != nil {
				b.Error(err)
				ready.Done()
				return
			}
			defer nc.Close()
			br := bufio.NewReaderSize(nc, 64<<10)
			size := learn(b, nc, br, send, count)
			ready.Done()
			start.Wait()
			for n > 0 {
				io.WriteString(nc, send)
				if _, err := br.Discard(size); err != nil {
					b.Error(err)
					return
				}
				n -= count
			}
		})
	}
	ready.Wait()
	b.ResetTimer()
	before := cpu()
	start.Done()
	wg.Wait()
	b.ReportMetric(float64(cpu()-before)/float64(b.N), "cpu-ns/op")
}

// cpu returns the processor time of this process in nanoseconds, which says more
// than the time of day on a machine that does other things too.
func cpu() int64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

// learn sends once and returns how many bytes come back, which is the same
// every time.
func learn(b *testing.B, nc net.Conn, br *bufio.Reader, send string, count int) int {
	io.WriteString(nc, send)
	counted := &countingReader{r: br}
	cr := bufio.NewReaderSize(counted, 64<<10)
	for range count {
		res, err := http.ReadResponse(cr, nil)
		if err != nil {
			b.Error(err)
			return 0
		}
		io.Copy(io.Discard, res.Body)
	}
	return counted.n - cr.Buffered()
}

type countingReader struct {
	r io.Reader
	n int
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

// BenchmarkClients: our client and net/http's, against our server.
func BenchmarkClients(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	stop := servers[0].start(l)
	defer stop()
	url := "http://" + l.Addr().String() + "/"
	b.Run("http1net", func(b *testing.B) {
		c := &http1net.Client{}
		defer c.Close()
		b.ReportAllocs()
		for b.Loop() {
			resp, err := c.Get(context.Background(), url)
			if err != nil {
				b.Fatal(err)
			}
			io.Copy(io.Discard, resp.Body)
		}
	})
	b.Run("net-http", func(b *testing.B) {
		c := &http.Client{Transport: &http.Transport{}}
		defer c.CloseIdleConnections()
		b.ReportAllocs()
		for b.Loop() {
			resp, err := c.Get(url)
			if err != nil {
				b.Fatal(err)
			}
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	})
}
