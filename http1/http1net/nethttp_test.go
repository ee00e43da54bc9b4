package http1net

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"
)

// netClient is net/http's client for a test server, whatever the mode.
func netClient(t testing.TB, ts *testServer) *http.Client {
	_, pool := testCert()
	tr := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool},
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, ts.l.Addr().Network(), ts.l.Addr().String())
		},
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// netHandler is a handler of net/http that does one of everything.
func netHandler(t *testing.T) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello/{name}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<p>%s %s %s", r.PathValue("name"), r.URL.Query().Get("q"), r.Header.Get("X-A"))
	})
	mux.HandleFunc("POST /form", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.FormValue("a"), r.ContentLength, r.TransferEncoding)
	})
	mux.HandleFunc("/trailers", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		w.Header().Set("Trailer", "X-Declared")
		fmt.Fprintf(w, "%s %v", b, r.Trailer)
		w.Header().Set("X-Declared", "1")
		w.Header().Set(http.TrailerPrefix+"X-Late", "2")
	})
	mux.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) {
		rc := http.NewResponseController(w)
		for i := range 3 {
			fmt.Fprint(w, i)
			if err := rc.Flush(); err != nil {
				t.Error(err)
			}
		}
	})
	mux.HandleFunc("/abort", func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("part"))
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	mux.HandleFunc("/hints", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</a>")
		w.WriteHeader(103)
		w.WriteHeader(202)
	})
	mux.HandleFunc("/204", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(204)
		if _, err := w.Write([]byte("x")); err != http.ErrBodyNotAllowed {
			t.Error(err)
		}
	})
	mux.HandleFunc("/file", func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "a.txt", time.Unix(1e9, 0), strings.NewReader(strings.Repeat("0123456789", 2000)))
	})
	mux.HandleFunc("/addr", func(w http.ResponseWriter, r *http.Request) {
		local := r.Context().Value(http.LocalAddrContextKey)
		fmt.Fprint(w, r.RemoteAddr != "", local != nil, r.TLS != nil, r.Proto, r.RequestURI, r.Host)
	})
	mux.HandleFunc("/hijack", func(w http.ResponseWriter, r *http.Request) {
		nc, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		line := make([]byte, rw.Reader.Buffered())
		io.ReadFull(rw, line)
		fmt.Fprintf(rw, "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n%s", line)
		rw.Flush()
		nc.Close()
	})
	mux.HandleFunc("/wait", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context()) // of a context that is ours
		defer cancel()
		<-ctx.Done()
	})
	return mux
}

// TestAdapt: a handler of net/http answers through us as through net/http.
func TestAdapt(t *testing.T) {
	h := netHandler(t)
	theirs := httptest.NewServer(h)
	defer theirs.Close()
	each(t, func(t *testing.T, mode string) {
		noLeaks(t)
		ts := serve(t, mode, &Server{Handler: Adapt(h)})
		scheme := "http"
		if mode == "tls" {
			scheme = "https"
		}
		ours := netClient(t, ts)
		defer ours.CloseIdleConnections()
		defer theirs.Client().CloseIdleConnections()
		for _, x := range []struct{ method, path, body string }{
			{"GET", "/hello/you?q=1", ""}, {"HEAD", "/hello/you?q=1", ""}, {"POST", "/hello/you", ""}, {"GET", "/none", ""},
			{"POST", "/form", "a=b"}, {"GET", "/stream", ""}, {"GET", "/hints", ""}, {"GET", "/204", ""},
			{"GET", "/file", ""}, {"GET", "/file#range", ""}, {"HEAD", "/file", ""}, {"GET", "/file#cond", ""}, {"GET", "/trailers", ""},
			{"GET", "/abort", ""}, {"GET", "//hello/you", ""}, {"GET", "/hello/%2e?a=%00", ""}, {"OPTIONS", "/form", ""},
		} {
			show := func(c *http.Client, base string) string {
				r, err := http.NewRequest(x.method, base+x.path, strings.NewReader(x.body))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("X-A", "b")
				if x.body != "" {
					r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				}
				switch r.URL.Fragment {
				case "range":
					r.Header.Set("Range", "bytes=5-9,15000-15003")
				case "cond":
					r.Header.Set("If-Modified-Since", time.Unix(1e9, 0).UTC().Format(http.TimeFormat))
				}
				res, err := c.Do(r)
				if err != nil {
					return fmt.Sprint("error ", errors.Is(err, io.EOF))
				}
				defer res.Body.Close()
				b, err := io.ReadAll(res.Body)
				res.Header.Del("Date")
				res.Header.Del("Keep-Alive")
				if h := res.Header.Get("Connection"); h == "keep-alive" {
					res.Header.Del("Connection")
				}
				text := fmt.Sprint(res.Status, res.Header, res.ContentLength, res.TransferEncoding, string(b), err, res.Trailer)
				if _, boundary, ok := strings.Cut(res.Header.Get("Content-Type"), "boundary="); ok {
					text = strings.ReplaceAll(text, boundary, "BOUNDARY")
				}
				return text
			}
			want := show(theirs.Client(), theirs.URL)
			if got := show(ours, scheme+"://localhost"); got != want {
				t.Errorf("%s %s:\n ours %.500s\ntheirs %.500s", x.method, x.path, got, want)
			}
		}
		res, err := ours.Get(scheme + "://localhost/addr")
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := io.ReadAll(res.Body); string(b) != fmt.Sprint(true, true, mode == "tls", "HTTP/1.1", "/addr", "localhost") {
			t.Errorf("%s", b)
		}
		r, _ := http.NewRequest("POST", scheme+"://localhost/trailers", io.MultiReader(strings.NewReader("body")))
		r.Trailer = http.Header{"X-T": {"1"}}
		if res, err = ours.Do(r); err != nil {
			t.Fatal(err)
		}
		if b, _ := io.ReadAll(res.Body); string(b) != "body map[X-T:[1]]" || fmt.Sprint(res.Trailer) != "map[X-Declared:[1] X-Late:[2]]" {
			t.Errorf("%s %v", b, res.Trailer)
		}
		nc := ts.dial(t)
		io.WriteString(nc, "GET /hijack HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nrest")
		if b, _ := io.ReadAll(nc); !bytes.HasSuffix(b, []byte("\r\n\r\nrest")) {
			t.Errorf("%q", b)
		}
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(20*time.Millisecond, cancel)
		r, _ = http.NewRequestWithContext(ctx, "GET", scheme+"://localhost/wait", nil)
		if _, err := ours.Do(r); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		eventually(t, "the handler has ended", func() bool { return ts.Stats().Active == 0 })
	})
}

// TestAgainstNetHTTP: our client with net/http's server, and as its transport.
func TestAgainstNetHTTP(t *testing.T) {
	h := netHandler(t)
	for _, mode := range []string{"tcp", "tls"} {
		srv := httptest.NewUnstartedServer(h)
		if mode == "tls" {
			cert, _ := testCert()
			srv.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
			srv.StartTLS()
		} else {
			srv.Start()
		}
		c := testClient(t, &Client{})
		if status, body := get(t, c, srv.URL+"/hello/you?q=1"); status != 200 || body != "<p>you 1 " {
			t.Errorf("%d %q", status, body)
		}
		if status, body := get(t, c, srv.URL+"/stream"); status != 200 || body != "012" {
			t.Errorf("%d %q", status, body)
		}
		resp, err := c.Get(background(t), srv.URL+"/abort")
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(resp.Body); string(b) != "part" || !errors.Is(err, ErrServerGone) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%q %v", b, err)
		}
		hc := &http.Client{Transport: &Transport{Client: c}}
		res, err := hc.PostForm(srv.URL+"/form", url.Values{"a": {"b"}})
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(res.Body); string(b) != "b3 []" {
			t.Errorf("%q %v", b, err)
		}
		r, _ := http.NewRequest("POST", srv.URL+"/trailers", io.MultiReader(strings.NewReader("body")))
		r.Trailer = http.Header{"X-T": {"1"}}
		if res, err = hc.Do(r); err != nil {
			t.Fatal(err)
		}
		if b, _ := io.ReadAll(res.Body); string(b) != "body map[X-T:[1]]" || fmt.Sprint(res.Trailer) != "map[X-Declared:[1] X-Late:[2]]" {
			t.Errorf("%s %v", b, res.Trailer)
		}
		r, _ = http.NewRequest("GET", srv.URL+"/hijack", nil)
		r.Header = http.Header{"Connection": {"upgrade"}, "Upgrade": {"x"}}
		if res, err = hc.Do(r); err != nil || res.StatusCode != 101 {
			t.Fatal(res, err)
		}
		if _, ok := res.Body.(io.ReadWriteCloser); !ok {
			t.Errorf("%T", res.Body)
		}
		res.Body.Close()
		if res, err = hc.Get(srv.URL + "/204"); err != nil || res.StatusCode != 204 || res.ContentLength != 0 {
			t.Error(res, err)
		}
		c.Close()
		srv.Close()
	}
}

// TestReverseProxy: net/http/httputil's proxy between our client and our server.
func TestReverseProxy(t *testing.T) {
	back := handle(t, "tcp", upgrades(t))
	u, _ := url.Parse(back.url("/"))
	proxy := httputil.NewSingleHostReverseProxy(u)
	proxy.Transport = &Transport{Client: testClient(t, &Client{})}
	front := serve(t, "tcp", &Server{Handler: Adapt(proxy)})
	nc := front.dial(t)
	io.WriteString(nc, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n")
	br := bufio.NewReader(nc)
	res, err := http.ReadResponse(br, nil)
	if err != nil || res.StatusCode != 101 {
		t.Fatal(res, err)
	}
	io.WriteString(nc, "hello\n")
	if line, err := br.ReadString('\n'); line != "HELLO\n" {
		t.Errorf("%q %v", line, err)
	}
	nc.Close()
	if status, body := get(t, testClient(t, &Client{}), front.url("/slow")); status != 200 || body != "slow" {
		t.Errorf("%d %q", status, body)
	}
}
