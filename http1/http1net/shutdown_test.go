package http1net

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestShutdown: idle connections are closed, running requests finish, their
// answers say that they are the last, and what is pipelined is answered too.
func TestShutdown(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		noLeaks(t)
		release := make(chan struct{})
		var running atomic.Int64
		ts := handle(t, mode, func(w *ResponseWriter, r *Request) {
			running.Add(1)
			if r.Path() == "/idle" {
				return
			}
			<-release
			w.WriteString(r.Path())
		})
		idle := ts.dial(t)
		io.WriteString(idle, "GET /idle HTTP/1.1\r\nHost: x\r\n\r\n")
		idleReader := bufio.NewReader(idle)
		if _, err := http.ReadResponse(idleReader, nil); err != nil {
			t.Fatal(err)
		}
		busy := ts.dial(t)
		io.WriteString(busy, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n")
		half := ts.dial(t)
		io.WriteString(half, "GET /half HTTP/1.1\r\nHo")
		eventually(t, "requests run", func() bool { return running.Load() == 3 })
		eventually(t, "the half one has come", func() bool { return ts.Stats().BytesIn > 31+2*28+15 })

		done := make(chan error, 1)
		go func() { done <- ts.Shutdown(background(t)) }()
		if b, err := io.ReadAll(idleReader); len(b) > 0 || err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("idle: %q %v", b, err)
		}
		if nc, err := net.Dial(ts.l.Addr().Network(), ts.l.Addr().String()); err == nil {
			nc.Close()
			t.Error("the listener is open")
		}
		select {
		case err := <-done:
			t.Fatalf("Shutdown returned %v", err)
		case <-time.After(20 * time.Millisecond):
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
		defer cancel()
		if err := ts.Shutdown(ctx); err != context.DeadlineExceeded {
			t.Error(err)
		}
		io.WriteString(half, "st: x\r\n\r\n")
		eventually(t, "the half one runs", func() bool { return running.Load() == 4 })
		close(release)
		for _, x := range []struct {
			nc   net.Conn
			want []string
		}{{busy, []string{"/1", "/2"}}, {half, []string{"/half"}}} {
			br := bufio.NewReader(x.nc)
			for i, path := range x.want {
				res, err := http.ReadResponse(br, nil)
				if err != nil {
					t.Fatal(path, err)
				}
				b, _ := io.ReadAll(res.Body)
				if string(b) != path || res.Close != (i == len(x.want)-1) {
					t.Errorf("%s: %q, close %v", path, b, res.Close)
				}
			}
			if _, err := br.ReadByte(); err != io.EOF {
				t.Error(err)
			}
			x.nc.Close()
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := ts.Serve(testListener(t, "tcp")); err != ErrServerClosed {
			t.Error(err)
		}
	})
}

// TestShutdownUnderLoad: of the requests that a server has begun to read, none
// is lost: as many answers arrive as there were requests, all of them whole.
func TestShutdownUnderLoad(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		noLeaks(t)
		for range 3 {
			ts := handle(t, mode, func(w *ResponseWriter, r *Request) {
				b, err := io.ReadAll(r.Body)
				if err != nil {
					t.Errorf("a body was cut: %v", err)
				}
				time.Sleep(time.Millisecond)
				if len(b)%2 == 0 {
					w.Flush()
				}
				w.Write(b)
			})
			c := testClient(t, &Client{MaxConnsPerHost: 16})
			var wg sync.WaitGroup
			var answered atomic.Int64
			for i := range 16 {
				wg.Go(func() {
					for k := 0; ; k++ {
						body := strings.Repeat("x", 1+i*500+k%2)
						r, _ := NewRequest("PUT", ts.url("/"), strings.NewReader(body))
						resp, err := c.Do(background(t), r)
						if err != nil {
							// Nobody listens any more, or the system had accepted the
							// connection and the server had not: nothing was read.
							var op *net.OpError
							if !errors.As(err, &op) && !errors.Is(err, ErrServerGone) && !errors.Is(err, io.EOF) {
								t.Errorf("%T %v", err, err)
							}
							return
						}
						b, err := io.ReadAll(resp.Body)
						if err != nil || string(b) != body {
							t.Errorf("cut after %d of %d bytes: %v", len(b), len(body), err)
							return
						}
						answered.Add(1)
					}
				})
			}
			time.Sleep(50 * time.Millisecond)
			if err := ts.Shutdown(background(t)); err != nil {
				t.Error(err)
			}
			wg.Wait()
			if st := ts.Stats(); st.Answers != st.Requests || st.Answers != answered.Load() || st.ClientsGone != 0 {
				t.Errorf("%d answers arrived of %+v", answered.Load(), st)
			}
		}
	})
}

// TestClose: everything ends at once, and handlers are told.
func TestClose(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		noLeaks(t)
		began := make(chan struct{}, 10)
		causes := make(chan error, 10)
		ts := handle(t, mode, func(w *ResponseWriter, r *Request) {
			began <- struct{}{}
			if r.Path() == "/body" {
				_, err := io.ReadAll(r.Body)
				causes <- err
				return
			}
			<-r.Context().Done()
			causes <- context.Cause(r.Context())
		})
		for _, send := range []string{"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n", ""} {
			io.WriteString(ts.dial(t), send)
		}
		<-began
		<-began
		ts.Close()
		for range 2 {
			if err := <-causes; !errors.Is(err, ErrServerClosed) {
				t.Error(err)
			}
		}
	})
}

// TestMaxConns: no more connections than that are accepted.
func TestMaxConns(t *testing.T) {
	ts := serve(t, "tcp", &Server{MaxConns: 2, Handler: HandlerFunc(routes)})
	first, second := ts.dial(t), ts.dial(t)
	third := ts.dial(t)
	io.WriteString(third, last)
	eventually(t, "two are open", func() bool { return ts.Stats().Conns == 2 })
	time.Sleep(20 * time.Millisecond)
	if ts.Stats().Accepted != 2 {
		t.Errorf("%+v", ts.Stats())
	}
	first.Close()
	if b, _ := io.ReadAll(third); !strings.HasSuffix(string(b), "hello") {
		t.Errorf("%q", b)
	}
	second.Close()
}

// TestTwoServers: in one process, with different settings.
func TestTwoServers(t *testing.T) {
	a := serve(t, "tcp", &Server{Handler: HandlerFunc(func(w *ResponseWriter, r *Request) { w.WriteString("a") }), KeepAliveTimeout: 9 * time.Second})
	b := serve(t, "tcp", &Server{Handler: HandlerFunc(func(w *ResponseWriter, r *Request) { w.WriteString("b") }), NoDate: true, KeepAliveTimeout: -1})
	a.Close()
	nc := b.dial(t)
	io.WriteString(nc, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	want := "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\nb"
	got := make([]byte, len(want))
	if _, err := io.ReadFull(nc, got); err != nil || string(got) != want {
		t.Errorf("%q %v", got, err)
	}
}

// TestServeConn serves a connection that is no socket.
func TestServeConn(t *testing.T) {
	s := &Server{Handler: HandlerFunc(routes)}
	client, server := net.Pipe()
	done := make(chan error, 1)
	go func() { done <- s.ServeConn(server) }()
	go io.WriteString(client, last)
	b, err := io.ReadAll(client)
	if got := dateLine.ReplaceAllString(string(b), "Date\r\n"); got != hello || err != nil {
		t.Errorf("%q %v", got, err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestTLSOnly: who speaks HTTP to a port with TLS is told; who speaks nothing
// is left after a while.
func TestTLSOnly(t *testing.T) {
	for _, x := range []struct {
		send    string
		timeout time.Duration
	}{{last, patience}, {"", 50 * time.Millisecond}} {
		send := x.send
		ts := serve(t, "tls", &Server{Handler: HandlerFunc(routes), HeaderTimeout: x.timeout})
		nc, err := net.Dial("tcp", ts.l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		nc.SetDeadline(time.Now().Add(patience))
		io.WriteString(nc, send)
		b, _ := io.ReadAll(nc)
		if strings.Contains(string(b), "This port speaks HTTPS") != (send != "") {
			t.Errorf("%q: %q", send, b)
		}
		eventually(t, "it is counted", func() bool { return ts.Stats().HandshakesFailed == 1 })
	}
}
