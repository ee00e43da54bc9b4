package http1net

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestPipelining: requests of one connection run at the same time, and are
// answered in their order whatever order they end in.
func TestPipelining(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		noLeaks(t)
		const n = 12
		var arrived sync.WaitGroup
		arrived.Add(n)
		ts := handle(t, mode, func(w *ResponseWriter, r *Request) {
			arrived.Done()
			arrived.Wait() // all of them are here at once
			time.Sleep(time.Duration(n-r.Seq) * time.Millisecond)
			if r.Seq%3 == 0 {
				w.Flush()
			}
			fmt.Fprint(w, strings.Repeat(r.Path(), int(r.Seq)*100))
		})
		nc := ts.dial(t)
		var send strings.Builder
		for i := 1; i <= n; i++ {
			fmt.Fprintf(&send, "GET /%d HTTP/1.1\r\nHost: x\r\n\r\n", i)
		}
		io.WriteString(nc, send.String())
		br := bufio.NewReader(nc)
		for i := 1; i <= n; i++ {
			res, err := http.ReadResponse(br, nil)
			if err != nil {
				t.Fatal(i, err)
			}
			b, err := io.ReadAll(res.Body)
			if want := strings.Repeat(fmt.Sprintf("/%d", i), i*100); string(b) != want || err != nil {
				t.Fatalf("answer %d: %d bytes, %v", i, len(b), err)
			}
		}
		nc.Close()
	})
}

// TestPipeliningBound: no more requests than MaxPipelined are in handlers.
func TestPipeliningBound(t *testing.T) {
	var running, most atomic.Int64
	release := make(chan struct{})
	ts := serve(t, "tcp", &Server{MaxPipelined: 3, Handler: HandlerFunc(func(w *ResponseWriter, r *Request) {
		if n := running.Add(1); n > most.Load() {
			most.Store(n)
		}
		<-release
		running.Add(-1)
		w.WriteString(r.Path())
	})})
	nc := ts.dial(t)
	io.WriteString(nc, strings.Repeat("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", 20))
	eventually(t, "three run", func() bool { return running.Load() == 3 })
	time.Sleep(20 * time.Millisecond)
	if running.Load() != 3 {
		t.Errorf("%d run", running.Load())
	}
	close(release)
	br := bufio.NewReader(nc)
	for range 20 {
		if res, err := http.ReadResponse(br, nil); err != nil {
			t.Fatal(err)
		} else {
			io.Copy(io.Discard, res.Body)
		}
	}
	if most.Load() != 3 {
		t.Errorf("at most %d ran", most.Load())
	}
}

// pipe serves one end of a pipe, on which a write lasts until the other end
// reads: so a test says how long.
func pipe(t *testing.T, s *Server) net.Conn {
	client, server := net.Pipe()
	client.SetDeadline(time.Now().Add(patience))
	done := make(chan error, 1)
	go func() { done <- s.ServeConn(server) }()
	t.Cleanup(func() {
		client.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return client
}

// TestPipeliningGoesOn: a request that was held back because enough others ran is
// taken up when one of those ends while the reader is busy writing.
func TestPipeliningGoesOn(t *testing.T) {
	release := make(chan struct{})
	s := &Server{MaxPipelined: 2, Handler: HandlerFunc(func(w *ResponseWriter, r *Request) {
		if r.Seq == 2 || r.Seq == 3 {
			<-release
		}
		w.WriteString("x")
	})}
	nc := pipe(t, s)
	io.WriteString(nc, strings.Repeat("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", 4))
	// The answer to the first is kept for that to the second, until another
	// goroutine takes over, and writes it to us who do not read. The fourth has
	// to wait for an end of the second or third.
	eventually(t, "two run", func() bool { return s.Stats().Active == 2 && s.Stats().Answers == 1 })
	time.Sleep(10 * takeoverTime)
	close(release)
	eventually(t, "two have ended", func() bool { return s.Stats().Answers == 3 })
	br := bufio.NewReader(nc)
	for i := range 4 {
		res, err := http.ReadResponse(br, nil)
		if err != nil {
			t.Fatal(i, err)
		}
		io.Copy(io.Discard, res.Body)
	}
}

// TestContinueGoesOn: a body that arrives while the 100 is being written is read.
func TestContinueGoesOn(t *testing.T) {
	s := &Server{Handler: HandlerFunc(func(w *ResponseWriter, r *Request) { io.Copy(w, r.Body) })}
	nc := pipe(t, s)
	io.WriteString(nc, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
	eventually(t, "the handler runs", func() bool { return s.Stats().Active == 1 })
	io.WriteString(nc, "abc") // read by whoever took over from the handler, who writes
	time.Sleep(10 * takeoverTime)
	br := bufio.NewReader(nc)
	res, err := http.ReadResponse(br, nil)
	if err != nil || res.StatusCode != 100 {
		t.Fatal(res, err)
	}
	if res, err = http.ReadResponse(br, nil); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(res.Body); string(b) != "abc" {
		t.Errorf("%q %v", b, err)
	}
}

// TestBodyBackpressure: a handler that does not read stops the client; when it
// reads, everything arrives.
func TestBodyBackpressure(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		const size = 64 << 20
		start := make(chan struct{})
		ts := handle(t, mode, func(w *ResponseWriter, r *Request) {
			<-start
			n, err := io.Copy(io.Discard, r.Body)
			fmt.Fprint(w, n, err)
		})
		nc := ts.dial(t)
		fmt.Fprintf(nc, "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", size)
		var sent atomic.Int64
		go func() {
			b := make([]byte, 64<<10)
			for range size / len(b) {
				n, _ := nc.Write(b)
				sent.Add(int64(n))
			}
		}()
		before := int64(-1)
		eventually(t, "the client has stopped", func() bool {
			now := sent.Load()
			stopped := now == before && now > 0
			before = now
			time.Sleep(50 * time.Millisecond)
			return stopped
		})
		if n := sent.Load(); n > size/2 {
			t.Errorf("%d bytes were taken from a handler that reads nothing", n)
		}
		if n := ts.Stats().BytesIn; n > 2*bodyHighWater {
			t.Errorf("%d bytes were read ahead", n)
		}
		close(start)
		b, _ := io.ReadAll(nc)
		if want := fmt.Sprint(size, error(nil)); !strings.HasSuffix(string(b), want) {
			t.Errorf("%q", b)
		}
	})
}

// TestAnswerBackpressure: a client that does not read stops the handler, and is
// cut off when WriteTimeout has passed.
func TestAnswerBackpressure(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		noLeaks(t)
		result := make(chan error, 1)
		var wrote atomic.Int64
		ts := serve(t, mode, &Server{WriteTimeout: 200 * time.Millisecond, Handler: HandlerFunc(func(w *ResponseWriter, r *Request) {
			piece := make([]byte, 32<<10)
			for {
				n, err := w.Write(piece)
				wrote.Add(int64(n))
				if err != nil {
					<-r.Context().Done()
					result <- errors.Join(err, context.Cause(r.Context()))
					return
				}
			}
		})})
		nc := ts.dial(t)
		io.WriteString(nc, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		err := <-result
		if !errors.Is(err, ErrTimeout) {
			t.Errorf("%v", err)
		}
		if n := wrote.Load(); n > 32<<20 {
			t.Errorf("wrote %d bytes to nobody", n)
		}
		eventually(t, "it is counted", func() bool { return ts.Stats().Timeouts == 1 })
	})
}

// TestStreaming: what is flushed arrives before the answer ends, in both
// directions at once.
func TestStreaming(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		ts := handle(t, mode, func(w *ResponseWriter, r *Request) {
			w.Flush()
			b := make([]byte, 100)
			for {
				n, err := r.Body.Read(b)
				if n > 0 {
					w.Write(bytes.ToUpper(b[:n]))
					w.Flush()
				}
				if err != nil {
					return
				}
			}
		})
		nc := ts.dial(t)
		io.WriteString(nc, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
		res, err := http.ReadResponse(bufio.NewReader(nc), nil)
		if err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 100)
		for i := range 20 {
			word := fmt.Sprintf("word%d", i)
			fmt.Fprintf(nc, "%x\r\n%s\r\n", len(word), word)
			n, err := io.ReadFull(res.Body, b[:len(word)])
			if string(b[:n]) != strings.ToUpper(word) {
				t.Fatalf("%q %v", b[:n], err)
			}
		}
		io.WriteString(nc, "0\r\n\r\n")
		if n, err := res.Body.Read(b); n != 0 || err != io.EOF {
			t.Errorf("%d %v", n, err)
		}
	})
}

// TestLargeAnswers: more than any buffer, with and without length.
func TestLargeAnswers(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	each(t, func(t *testing.T, mode string) {
		ts := handle(t, mode, func(w *ResponseWriter, r *Request) {
			if r.Path() == "/length" {
				w.Header().Set("Content-Length", fmt.Sprint(len(data)))
			}
			switch r.Query() {
			case "one":
				w.Write(data)
			case "small":
				for i := 0; i < len(data); i += 1000 {
					w.Write(data[i:min(i+1000, len(data))])
				}
			default:
				io.Copy(w, bytes.NewReader(data))
			}
		})
		c := testClient(t, &Client{})
		for _, path := range []string{"/length?one", "/length?small", "/length?copy", "/chunks?one", "/chunks?small", "/chunks?copy"} {
			status, body := get(t, c, ts.url(path))
			if status != 200 || body != string(data) {
				t.Errorf("%s: %d, %d bytes", path, status, len(body))
			}
		}
		if n := c.Stats().Dials; n != 1 {
			t.Errorf("%d connections", n)
		}
	})
}

// TestDeadlines: clients that drip are answered 408, those that say nothing are
// left. Each server has the one limit that is meant, so that a slow machine meets no other.
func TestDeadlines(t *testing.T) {
	const timeout = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"
	const limit, longer = 1500 * time.Millisecond, 10 * time.Minute
	head := Server{HeaderTimeout: limit, RequestTimeout: longer, KeepAliveTimeout: longer}
	request := Server{HeaderTimeout: longer, RequestTimeout: limit, KeepAliveTimeout: longer}
	keepAlive := Server{HeaderTimeout: longer, RequestTimeout: longer, KeepAliveTimeout: 200 * time.Millisecond}
	each(t, func(t *testing.T, mode string) {
		noLeaks(t)
		for _, x := range []struct {
			name, whole, drip, want string
			server                  *Server
		}{
			{"head", "GET / HTTP/1.1\r\nHost: x\r\n", "A: b\r\n", timeout, &head},
			{"nothing", "", "", timeout, &head},
			{"body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n", "a", timeout, &request},
			{"keep-alive behind a slow answer", "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n", "", "hello", &keepAlive},
			{"keep-alive", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "", "hello", &keepAlive},
		} {
			t.Run(x.name, func(t *testing.T) {
				t.Parallel()
				bodyErr := make(chan error, 1)
				ts := serve(t, mode, &Server{
					HeaderTimeout: x.server.HeaderTimeout, RequestTimeout: x.server.RequestTimeout, KeepAliveTimeout: x.server.KeepAliveTimeout,
					Handler: HandlerFunc(func(w *ResponseWriter, r *Request) {
						if _, err := io.ReadAll(r.Body); err != nil {
							bodyErr <- err
							return
						}
						if r.Path() == "/slow" {
							time.Sleep(10 * takeoverTime) // another goroutine reads meanwhile
						}
						w.WriteString("hello")
					}),
				})
				began := time.Now()
				nc := ts.dial(t)
				io.WriteString(nc, x.whole)
				stop := make(chan struct{})
				defer close(stop)
				go func() {
					for x.drip != "" {
						select {
						case <-stop:
							return
						case <-time.After(20 * time.Millisecond):
							io.WriteString(nc, x.drip)
						}
					}
				}()
				b, _ := io.ReadAll(nc)
				least := limit
				if x.server == &keepAlive {
					least = keepAlive.KeepAliveTimeout
				}
				if d := time.Since(began); d < least-10*time.Millisecond {
					t.Errorf("after %v", d)
				}
				if !strings.HasSuffix(string(b), x.want) {
					t.Errorf("%q", b)
				}
				if x.name == "body" {
					if err := <-bodyErr; !errors.Is(err, ErrTimeout) {
						t.Errorf("the handler got %v", err)
					}
				}
			})
		}
	})
}

// TestVanishingClients: whatever a client is doing when it leaves, the handler
// hears of it and nothing is left behind.
func TestVanishingClients(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		noLeaks(t)
		var told, began atomic.Int64
		ts := handle(t, mode, func(w *ResponseWriter, r *Request) {
			began.Add(1)
			switch r.Path() {
			case "/body":
				io.Copy(io.Discard, r.Body)
			case "/answer":
				for {
					if _, err := w.Write(make([]byte, 10000)); err != nil {
						break
					}
				}
			}
			select {
			case <-r.Context().Done():
				told.Add(1)
			case <-time.After(patience):
				t.Error("the handler was not told")
			}
		})
		const each = 20
		requests := []string{
			"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n",
			"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc",
			"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
			"POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc",
			"GET /answer HTTP/1.1\r\nHost: x\r\n\r\n",
			"GET /wait HTTP/1.1\r\nHost: x\r\n\r\nGET /wait HTTP/1.1\r\nHost: x\r\n\r\n",
			"GET /unfini", "",
		}
		var conns []net.Conn
		for _, send := range requests {
			for range each {
				nc := ts.dial(t)
				io.WriteString(nc, send)
				conns = append(conns, nc)
			}
		}
		eventually(t, "all handlers run", func() bool { return began.Load() == 7*each })
		for i, nc := range conns {
			if t, ok := nc.(interface{ SetLinger(int) error }); ok && i%2 == 0 {
				t.SetLinger(0) // a reset
			}
			nc.Close()
		}
		eventually(t, "all handlers were told", func() bool { return told.Load() == 7*each })
		eventually(t, "all connections are forgotten", func() bool { return ts.Stats().Conns == 0 })
	})
}

// TestThousandConnections: at once, each with several requests.
func TestThousandConnections(t *testing.T) {
	noLeaks(t)
	const n = 1000
	ts := handle(t, "tcp", func(w *ResponseWriter, r *Request) {
		if r.Seq == 2 {
			time.Sleep(5 * time.Millisecond)
		}
		w.WriteString(r.Path())
	})
	conns := make([]net.Conn, n)
	for i := range conns {
		conns[i] = ts.dial(t)
	}
	var wg sync.WaitGroup
	for i, nc := range conns {
		wg.Go(func() {
			defer nc.Close()
			br := bufio.NewReader(nc)
			for k := range 4 {
				fmt.Fprintf(nc, "GET /%d-%d HTTP/1.1\r\nHost: x\r\n\r\n", i, k)
				res, err := http.ReadResponse(br, nil)
				if err != nil {
					t.Error(i, k, err)
					return
				}
				if b, _ := io.ReadAll(res.Body); string(b) != fmt.Sprintf("/%d-%d", i, k) {
					t.Errorf("%d-%d: %q", i, k, b)
				}
			}
		})
	}
	wg.Wait()
	eventually(t, "all are counted", func() bool { // the last after it has arrived
		st := ts.Stats()
		return st.Requests == 4*n && st.Answers == 4*n && st.Accepted == n
	})
}

// TestIdleMemory: an idle connection costs one goroutine.
func TestIdleMemory(t *testing.T) {
	ts := handle(t, "tcp", func(w *ResponseWriter, r *Request) { time.Sleep(2 * takeoverTime) })
	before := runtime.NumGoroutine()
	for range 50 {
		nc := ts.dial(t)
		io.WriteString(nc, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	eventually(t, "all are answered", func() bool { return ts.Stats().Answers == 50 })
	eventually(t, "one goroutine each", func() bool { return runtime.NumGoroutine() <= before+50 })
}

// TestContext: the context of a request ends with it, is derived from the
// base, and says why.
func TestContext(t *testing.T) {
	type key struct{}
	ctxs := make(chan context.Context, 1)
	ts := serve(t, "tcp", &Server{
		BaseContext: context.WithValue(context.Background(), key{}, 7),
		Handler:     HandlerFunc(func(w *ResponseWriter, r *Request) { ctxs <- r.Context() }),
	})
	ts.exchange(t, last)
	ctx := <-ctxs
	if ctx.Value(key{}) != 7 {
		t.Error("not derived from the base")
	}
	<-ctx.Done()
	if ctx.Err() != context.Canceled {
		t.Error(ctx.Err())
	}
}

// TestHalfOpen: a client that ends its side gets its answers; whether the
// handler is told is a setting.
func TestHalfOpen(t *testing.T) {
	for _, half := range []bool{false, true} {
		each(t, func(t *testing.T, mode string) {
			stays := patience // who is not told by then is never told
			if half {
				stays = 50 * time.Millisecond
			}
			ts := serve(t, mode, &Server{HalfOpen: half, Handler: HandlerFunc(func(w *ResponseWriter, r *Request) {
				select {
				case <-r.Context().Done():
					fmt.Fprint(w, context.Cause(r.Context()))
				case <-time.After(stays):
					w.WriteString("stayed")
				}
			})})
			nc := ts.dial(t)
			io.WriteString(nc, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			nc.(interface{ CloseWrite() error }).CloseWrite()
			b, err := io.ReadAll(nc)
			want := ErrClientGone.Error()
			if half {
				want = "stayed"
			}
			if !strings.HasSuffix(string(b), want) || err != nil {
				t.Errorf("half open %v: %q %v", half, b, err)
			}
		})
	}
}

// TestPanics are reported, and counted, unless they were ErrAbort.
func TestPanics(t *testing.T) {
	reports := make(chan *ServerError, 10)
	ts := serve(t, "tcp", &Server{OnError: func(e *ServerError) { reports <- e }, Handler: HandlerFunc(func(w *ResponseWriter, r *Request) {
		switch r.Path() {
		case "/exit":
			runtime.Goexit()
		case "/abort":
			panic(ErrAbort)
		case "/error":
			panic(io.ErrNoProgress)
		}
		panic("told so")
	})})
	for _, x := range []struct {
		path, answer string
		err          string
	}{
		{"/text", "HTTP/1.1 500 Internal Server Error\r\n" + bye, "panic: told so"},
		{"/error", "HTTP/1.1 500 Internal Server Error\r\n" + bye, io.ErrNoProgress.Error()},
		{"/abort", "", ""},
		{"/exit", "HTTP/1.1 500 Internal Server Error\r\n" + bye, errGoexit.Error()},
	} {
		if got := ts.exchange(t, "GET "+x.path+" HTTP/1.1\r\nHost: x\r\n\r\n"); got != x.answer {
			t.Errorf("%s: %q", x.path, got)
		}
		if x.err == "" {
			continue
		}
		e := <-reports
		if e.Op != "handler" || e.Err.Error() != x.err || !bytes.Contains(e.Stack, []byte("server_test.go")) || e.Request.Path() != x.path {
			t.Errorf("%s: %+v", x.path, e)
		}
	}
	eventually(t, "three are counted", func() bool { return ts.Stats().Panics == 3 })
	if len(reports) != 0 {
		t.Errorf("%d reports more", len(reports))
	}
}
