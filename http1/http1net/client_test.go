package http1net

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluice-http/sluice/http1"
)

// TestClient: the everyday, in every mode.
func TestClient(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		noLeaks(t)
		ts := serve(t, mode, &Server{Handler: HandlerFunc(routes), KeepAliveTimeout: -1})
		c := testClient(t, &Client{})
		idle := func() { eventually(t, "the connection is idle", func() bool { return c.Stats().Idle == 1 }) }
		if status, body := get(t, c, ts.url("/hello")); status != 200 || body != "hello" {
			t.Errorf("%d %q", status, body)
		}
		for _, body := range []io.Reader{
			strings.NewReader("abc"), bytes.NewReader([]byte("abc")), bytes.NewBufferString("abc"), // with length
			io.MultiReader(strings.NewReader("a"), strings.NewReader("bc")), // in chunks
		} {
			resp, err := c.Post(background(t), ts.url("/echo"), "text/plain", body)
			if err != nil {
				t.Fatal(err)
			}
			n := 3
			if _, chunks := body.(interface {
				WriteTo(io.Writer) (int64, error)
			}); resp.Request.GetBody == nil && chunks {
				n = -1
			}
			if got, want := readAll(t, resp), fmt.Sprintf("POST %d %q <nil>", n, "abc"); got != want {
				t.Errorf("%T: %q, want %q", body, got, want)
			}
			idle() // a streamed body may be noted as sent after its answer
		}
		resp, err := c.Get(background(t), ts.url("/sendtrailers"))
		if err != nil {
			t.Fatal(err)
		}
		if body := readAll(t, resp); body != "hello" || len(resp.Trailer) != 1 || resp.Trailer.Get("x-sum") != "5" {
			t.Errorf("%q %v", body, resp.Trailer)
		}
		r, _ := NewRequest("POST", ts.url("/trailers"), io.MultiReader(strings.NewReader("a")))
		r.Trailer = Header{{"X-T", "1"}, {"Host", "y"}}
		if resp, err = c.Do(background(t), r); err != nil {
			t.Fatal(err)
		}
		if got := readAll(t, resp); got != "[{X-T 1}]" {
			t.Errorf("trailers: %s", got)
		}
		idle()
		r, _ = NewRequest("HEAD", ts.url("/large"), nil)
		if resp, err = c.Do(background(t), r); err != nil {
			t.Fatal(err)
		}
		if got := readAll(t, resp); got != "" || resp.ContentLength != 8192 || !resp.Reused {
			t.Errorf("HEAD: %q %d", got, resp.ContentLength)
		}
		if (resp.TLS != nil) != (mode == "tls") {
			t.Error(resp.TLS)
		}
		var infos []string
		r, _ = NewRequest("GET", ts.url("/hints"), nil)
		r.OnInformation = func(status int, h Header) { infos = append(infos, fmt.Sprint(status, h)) }
		if resp, err = c.Do(background(t), r); err != nil {
			t.Fatal(err)
		}
		if got := readAll(t, resp); got != "late" || fmt.Sprint(infos) != "[103 [{Link </a>}] 102 []]" {
			t.Errorf("%q %v", got, infos)
		}
		if st := c.Stats(); st.Dials != 1 || st.Conns != 1 || st.Idle != 1 || st.Reused != st.Requests-1 {
			t.Errorf("%+v", st)
		}
		c.CloseIdle()
		if st := c.Stats(); st.Conns != 0 || st.Idle != 0 {
			t.Errorf("%+v", st)
		}
	})
}

// TestClientContinue: the body waits for the 100, for the timeout, or is not
// sent at all.
func TestClientContinue(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		noLeaks(t)
		ts := handle(t, mode, func(w *ResponseWriter, r *Request) {
			if r.Path() == "/no" {
				w.WriteHeader(413)
				return
			}
			io.Copy(w, r.Body)
		})
		c := testClient(t, &Client{ContinueTimeout: -1})
		for _, x := range []struct {
			path   string
			status int
			want   string
			info   int
			read   bool
		}{{"/", 200, "abc", 100, true}, {"/no", 413, "", 0, false}} {
			body := &countingReader{r: strings.NewReader("abc")}
			r, _ := NewRequest("POST", ts.url(x.path), body)
			r.Header.Set("Expect", "100-continue")
			info := 0
			r.OnInformation = func(status int, _ Header) { info = status }
			resp, err := c.Do(background(t), r)
			if err != nil {
				t.Fatal(err)
			}
			if got := readAll(t, resp); resp.Status != x.status || got != x.want || info != x.info || (body.n.Load() > 0) != x.read {
				t.Errorf("%s: %d %q %d, read %d", x.path, resp.Status, got, info, body.n.Load())
			}
		}
	})
	// A server that knows nothing of Expect.
	l := rawServer(t, func(nc net.Conn) {
		readUntil(nc, "abc")
		io.WriteString(nc, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
	})
	c := testClient(t, &Client{ContinueTimeout: 20 * time.Millisecond})
	r, _ := NewRequest("POST", "http://"+l+"/", strings.NewReader("abc"))
	r.Header.Set("Expect", "100-continue")
	if resp, err := c.Do(background(t), r); err != nil || readAll(t, resp) != "ok" {
		t.Error(err)
	}
}

type countingReader struct {
	r io.Reader
	n atomic.Int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// rawServer runs f for every connection, and returns its address.
func rawServer(t testing.TB, f func(net.Conn)) string {
	l := testListener(t, "tcp")
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer nc.Close()
				nc.SetDeadline(time.Now().Add(patience))
				f(nc)
			}()
		}
	}()
	return l.Addr().String()
}

func readUntil(nc net.Conn, end string) string {
	var got []byte
	b := make([]byte, 1024)
	for !strings.HasSuffix(string(got), end) {
		n, err := nc.Read(b)
		got = append(got, b[:n]...)
		if err != nil {
			break
		}
	}
	return string(got)
}

const head200 = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"

// TestClientRetry: a request on a connection that died idle goes to another, if
// it may be repeated.
func TestClientRetry(t *testing.T) {
	var conns atomic.Int64
	addr := rawServer(t, func(nc net.Conn) {
		conns.Add(1)
		readUntil(nc, "\r\n\r\n")
		io.WriteString(nc, head200+"ok")
		readUntil(nc, "\r\n\r\n") // the second request gets no answer
	})
	c := testClient(t, &Client{})
	for _, x := range []struct {
		method string
		body   io.Reader
		again  bool
	}{
		{"GET", nil, true}, {"HEAD", nil, true}, {"DELETE", nil, true}, {"POST", nil, false}, {"PATCH", strings.NewReader("\r\n\r\n"), false},
		{"PUT", strings.NewReader("\r\n\r\n"), true}, {"PUT", io.MultiReader(strings.NewReader("a")), false}, {"OPTIONS", nil, true},
	} {
		c.CloseIdle()
		get(t, c, "http://"+addr+"/")
		before := c.Stats().Retries
		r, _ := NewRequest(x.method, "http://"+addr+"/", x.body)
		resp, err := c.Do(background(t), r)
		if x.again {
			if err != nil || resp.Status != 200 || c.Stats().Retries != before+1 {
				t.Errorf("%s: %v", x.method, err)
			} else {
				resp.Body.Close()
			}
		} else if !errors.Is(err, ErrServerGone) || c.Stats().Retries != before {
			t.Errorf("%s: %v", x.method, err)
		}
	}
	// A new connection that dies is not tried again.
	addr = rawServer(t, func(nc net.Conn) { readUntil(nc, "\r\n\r\n") })
	if _, err := c.Get(background(t), "http://"+addr+"/"); !errors.Is(err, ErrServerGone) {
		t.Error(err)
	}
}

// TestClientRefusals: what a server must not send is an error, and its
// connection is not used again.
func TestClientRefusals(t *testing.T) {
	for _, x := range []struct {
		name, answer, body string
		err                error
		discarded          int64
		reused             bool
	}{
		{"plain", head200 + "ok", "ok", nil, 0, true},
		{"more than was asked for", head200 + "ok" + head200 + "ok", "ok", nil, 0, false},
		{"a byte more", head200 + "okx", "ok", nil, 0, false},
		{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok", "", errAny, 1, false},
		{"length and chunks", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "", errAny, 1, false},
		{"no HTTP", "SSH-2.0-x\r\n", "", errAny, 1, false},
		{"101 unasked", "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", "", ErrUnexpectedUpgrade, 1, false},
		{"informational without end", strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 200), "", errAny, 1, false},
		{"cut in the head", "HTTP/1.1 200 OK\r\nConte", "", ErrServerGone, 0, false},
		{"cut in the body", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok", "", io.ErrUnexpectedEOF, 0, false},
		{"cut in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok", "", io.ErrUnexpectedEOF, 0, false},
		{"broken chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxx\r\n", "", errAny, 1, false},
		{"to the end", "HTTP/1.1 200 OK\r\n\r\nok", "ok", nil, 0, false},
		{"close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", "ok", nil, 0, false},
		{"1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok", nil, 0, false},
		{"1.0 keep-alive", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", "ok", nil, 0, true},
		{"204 with length", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n", "", nil, 0, true},
		{"304 in chunks", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", "", nil, 0, true},
	} {
		t.Run(x.name, func(t *testing.T) {
			stay := make(chan struct{})
			defer close(stay)
			addr := rawServer(t, func(nc net.Conn) {
				readUntil(nc, "\r\n\r\n")
				io.WriteString(nc, x.answer)
				if x.reused {
					<-stay
				}
			})
			c := testClient(t, &Client{})
			resp, err := c.Get(background(t), "http://"+addr+"/")
			var body []byte
			if err == nil {
				body, err = io.ReadAll(resp.Body)
			}
			if x.err == errAny && err == nil || x.err != errAny && !errors.Is(err, x.err) {
				t.Errorf("error %v", err)
			}
			var perr *http1.Error
			if x.err == errAny && !errors.As(err, &perr) {
				t.Errorf("error %T", err)
			}
			if err == nil && string(body) != x.body {
				t.Errorf("%q", body)
			}
			eventually(t, "the connection is kept or closed", func() bool { return (c.Stats().Idle == 1) == x.reused && c.Stats().Conns == c.Stats().Idle })
			if n := c.Stats().Discarded; n != x.discarded {
				t.Errorf("%d discarded", n)
			}
		})
	}
}

var errAny = errors.New("any")

// TestClientSmuggling: an answer that is there before its request is nobody's.
func TestClientSmuggling(t *testing.T) {
	sent := make(chan struct{})
	var conns atomic.Int64
	addr := rawServer(t, func(nc net.Conn) {
		n := conns.Add(1)
		if readUntil(nc, "\r\n\r\n"); n == 1 {
			io.WriteString(nc, head200+"ok")
			time.Sleep(10 * time.Millisecond)
			io.WriteString(nc, head200+"no")
			close(sent)
		} else {
			io.WriteString(nc, head200+"ok")
		}
		readUntil(nc, "never")
	})
	c := testClient(t, &Client{})
	get(t, c, "http://"+addr+"/")
	<-sent
	eventually(t, "the connection is discarded", func() bool { return c.Stats().Discarded == 1 && c.Stats().Conns == 0 })
	if _, body := get(t, c, "http://"+addr+"/"); body != "ok" {
		t.Errorf("%q", body)
	}
}

// TestClientPool: no more than the bound, in the order of asking, and who gives
// up is not waited for.
func TestClientPool(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		noLeaks(t)
		var now, most atomic.Int64
		ts := handle(t, mode, func(w *ResponseWriter, r *Request) {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			time.Sleep(time.Millisecond)
			now.Add(-1)
			w.WriteString(r.Path())
		})
		c := testClient(t, &Client{MaxConnsPerHost: 4})
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				ctx := background(t)
				if i%5 == 0 {
					short, cancel := context.WithTimeout(ctx, time.Duration(i)*20*time.Microsecond)
					defer cancel()
					ctx = short
				}
				resp, err := c.Get(ctx, ts.url(fmt.Sprintf("/%d", i)))
				if err == nil {
					var b []byte
					b, err = io.ReadAll(resp.Body)
					if err == nil && string(b) != fmt.Sprintf("/%d", i) {
						t.Errorf("%d: %q", i, b)
					}
				}
				if err != nil && (i%5 != 0 || !errors.Is(err, context.DeadlineExceeded)) {
					t.Error(i, err)
				}
			})
		}
		wg.Wait()
		if n := most.Load(); n > 4+40 { // those given up may still run
			t.Errorf("%d at once", n)
		}
		eventually(t, "at most four are left", func() bool { return c.Stats().Conns <= 4 && c.Stats().Conns == c.Stats().Idle })
	})
}

// TestClientTimeouts of every kind.
func TestClientTimeouts(t *testing.T) {
	noLeaks(t)
	quit := make(chan struct{})
	ts := handle(t, "tcp", func(w *ResponseWriter, r *Request) {
		if r.Path() == "/body" {
			w.WriteString("part")
			w.Flush()
		}
		select {
		case <-quit:
		case <-r.Context().Done():
		}
	})
	defer close(quit)
	c := testClient(t, &Client{HeaderTimeout: 30 * time.Millisecond})
	if _, err := c.Get(background(t), ts.url("/head")); !errors.Is(err, ErrTimeout) {
		t.Error(err)
	}
	c = testClient(t, &Client{BodyTimeout: 100 * time.Millisecond}) // its head may take long
	resp, err := c.Get(background(t), ts.url("/body"))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(resp.Body); string(b) != "part" || !errors.Is(err, ErrTimeout) {
		t.Errorf("%q %v", b, err)
	}
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(10*time.Millisecond, func() { cancel(cause) })
	if _, err := testClient(t, &Client{}).Get(ctx, ts.url("/head")); !errors.Is(err, cause) {
		t.Error(err)
	}
	slow := testClient(t, &Client{DialTimeout: 10 * time.Millisecond, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}})
	if _, err := slow.Get(background(t), ts.url("/")); !errors.Is(err, ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// TestClientIdle: a connection is left when the server's announcement or our own
// limit says so.
func TestClientIdle(t *testing.T) {
	// The server keeps its side open, so it is the client that leaves.
	announces := rawServer(t, func(nc net.Conn) {
		readUntil(nc, "\r\n\r\n")
		io.WriteString(nc, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: timeout=1\r\n\r\nok")
		readUntil(nc, "never")
	})
	c := testClient(t, &Client{})
	get(t, c, "http://"+announces+"/")
	eventually(t, "the connection is closed", func() bool { return c.Stats().Conns == 0 })

	ts := serve(t, "tcp", &Server{Handler: HandlerFunc(routes), KeepAliveTimeout: -1})
	c = testClient(t, &Client{IdleTimeout: 20 * time.Millisecond})
	get(t, c, ts.url("/hello"))
	eventually(t, "the connection is closed", func() bool { return c.Stats().Conns == 0 })
	c = testClient(t, &Client{IdleTimeout: 2 * patience})
	get(t, c, ts.url("/hello"))
	get(t, c, ts.url("/hello"))
	if c.Stats().Reused != 1 {
		t.Errorf("%+v", c.Stats())
	}
}

// TestClientBodies: large ones, both ways at once, wrong ones, and those that
// the server does not want.
func TestClientBodies(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		noLeaks(t)
		ts := handle(t, mode, func(w *ResponseWriter, r *Request) {
			switch r.Path() {
			case "/echo":
				w.Flush()
				io.Copy(w, r.Body)
			case "/early":
				w.Header().Set("Connection", "close")
				w.WriteHeader(413)
			}
		})
		c := testClient(t, &Client{})
		data := bytes.Repeat([]byte("0123456789abcdef"), 1<<18)
		for _, body := range []io.Reader{bytes.NewReader(data), bufio.NewReader(bytes.NewReader(data))} {
			resp, err := c.Post(background(t), ts.url("/echo"), "x/y", body)
			if err != nil {
				t.Fatal(err)
			}
			if got := readAll(t, resp); got != string(data) {
				t.Errorf("%d bytes", len(got))
			}
		}
		resp, err := c.Post(background(t), ts.url("/early"), "x/y", io.LimitReader(zeros{}, 1<<30))
		if err != nil || resp.Status != 413 {
			t.Fatal(err)
		}
		readAll(t, resp)
		r, _ := NewRequest("POST", ts.url("/echo"), io.MultiReader(strings.NewReader("abc")))
		r.ContentLength = 5
		if resp, err = c.Do(background(t), r); err == nil {
			_, err = io.ReadAll(resp.Body)
		}
		if !errors.Is(err, ErrContentLength) {
			t.Error(err)
		}
		broken := errors.New("broken")
		resp, err = c.Post(background(t), ts.url("/echo"), "x/y", io.MultiReader(strings.NewReader("abc"), brokenReader{broken}))
		if err == nil {
			_, err = io.ReadAll(resp.Body)
		}
		if !errors.Is(err, broken) {
			t.Error(err)
		}
		resp, err = c.Post(background(t), ts.url("/echo"), "x/y", bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close() // in the midst of it
		if _, err := resp.Body.Read(make([]byte, 1)); err != ErrBodyClosed {
			t.Error(err)
		}
		eventually(t, "nothing is in use", func() bool { return c.Stats().Conns == c.Stats().Idle })
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

type brokenReader struct{ err error }

func (b brokenReader) Read([]byte) (int, error) { return 0, b.err }

// TestClientMistakes: what cannot be sent is refused before anything is.
func TestClientMistakes(t *testing.T) {
	c := testClient(t, &Client{Dial: func(context.Context, string, string) (net.Conn, error) { return nil, os.ErrPermission }})
	for _, r := range []*Request{
		{Method: "G ET", Target: "/", Host: "x"}, {Method: "", Target: "/", Host: "x"},
		{Method: "GET", Target: "/a b", Host: "x"}, {Method: "GET", Target: "", Host: "x"}, {Method: "GET", Target: "/\r\n", Host: "x"},
		{Method: "GET", Target: "/", Host: ""}, {Method: "GET", Target: "/", Host: "a\r\nb"}, {Method: "GET", Target: "/", Host: "a/b"},
		{Method: "GET", Target: "/", Host: "x", Header: Header{{"A B", ""}}},
		{Method: "GET", Target: "/", Host: "x", Header: Header{{"A", "b\r\nc"}}},
		{Method: "GET", Target: "/", Host: "x", Scheme: "ftp"},
		{Method: "CONNECT", Target: "/", Host: "x"},
	} {
		if _, err := c.Do(background(t), r); !errors.Is(err, ErrInvalidRequest) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	if _, err := c.Get(background(t), "http://x/"); !errors.Is(err, os.ErrPermission) {
		t.Error(err)
	}
	for _, u := range []string{"", "/", "x", "ftp://x/", "http://", "http+unix:/x", "http+unix::/"} {
		if _, err := NewRequest("GET", u, nil); !errors.Is(err, ErrInvalidRequest) {
			t.Errorf("%q: %v", u, err)
		}
	}
	if c.Stats().Conns != 0 {
		t.Error("a connection is left")
	}
	c.Close()
	if _, err := c.Get(background(t), "http://x/"); err != ErrClientClosed {
		t.Error(err)
	}
}

// TestServerGoneWhileIdle: a connection that the server closed is not kept.
func TestServerGoneWhileIdle(t *testing.T) {
	ts := serve(t, "tcp", &Server{Handler: HandlerFunc(routes), KeepAliveTimeout: 20 * time.Millisecond})
	c := testClient(t, &Client{})
	for range 3 {
		get(t, c, ts.url("/hello"))
		eventually(t, "the connection is gone", func() bool { return c.Stats().Conns == 0 })
	}
}
