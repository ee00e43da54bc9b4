package edge

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/http1/http1net"
	"github.com/sluice-http/sluice/internal/edgetest"
)

// bench is a server with the edge of a configuration in front of an application.
type testServer struct {
	t    *testing.T
	url  string
	mu   sync.Mutex
	stop func() // ends the server, and closes its engine
	log  bytes.Buffer
}

var large = edgetest.Large

// app is an application with an answer for each path.
func app(w *http1net.ResponseWriter, r *http1net.Request) {
	h := w.Header()
	switch path, _ := CleanPath(r.Path()); path {
	case "/large":
		h.Set("Content-Type", "text/html")
		h.Set("ETag", `"v1"`)
		_, _ = w.WriteString(large)
	case "/cached":
		h.Set("ETag", `"v1"`)
		w.WriteHeader(304)
	case "/packed":
		h.Set("Content-Type", "text/html")
		h.Set("Content-Encoding", "gzip")
		_, _ = w.WriteString(large)
	case "/no-transform":
		h.Set("Content-Type", "text/html")
		h.Set("Cache-Control", "public, no-transform")
		_, _ = w.WriteString(large)
	case "/png":
		h.Set("Content-Type", "image/png")
		_, _ = w.WriteString(large)
	case "/stream":
		h.Set("Content-Type", "text/event-stream")
		for i := range 3 {
			fmt.Fprintf(w, "data: %d\n\n", i)
			_ = w.Flush()
			if i == 0 {
				<-r.Context().Value(gateKey{}).(chan struct{})
			}
		}
	case "/framed":
		h.Set("X-Frame-Options", "DENY")
		h.Set("Server", "app")
		_, _ = w.WriteString("framed")
	case "/body":
		b, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(413)
			_, _ = w.WriteString(err.Error())
			return
		}
		_, _ = w.WriteString(fmt.Sprint(len(b)))
	case "/teapot":
		w.WriteHeader(418)
	default:
		h.Set("Content-Type", "text/plain")
		_, _ = w.WriteString("app " + r.Method + " " + r.Target)
	}
}

type gateKey struct{}

// serve starts a server with a configuration; %s in it is a folder with some files.
func serve(t *testing.T, text string, next http1net.Handler) *testServer {
	t.Helper()
	dir := t.TempDir()
	edgetest.WriteFiles(t, dir)
	c, err := config.Parse(filepath.Join(dir, "sluice.toml"), []byte(text), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &testServer{t: t}
	e, err := New(c.Config, Options{AccessLog: func(line []byte) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.log.Write(line)
	}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gate := make(chan struct{})
	srv := &http1net.Server{Handler: e.Handler(next), BaseContext: context.WithValue(context.Background(), gateKey{}, gate)}
	go func() { _ = srv.Serve(l) }()
	s.stop = sync.OnceFunc(func() { srv.Close(); e.Close() })
	t.Cleanup(s.stop)
	s.url = "http://" + l.Addr().String()
	if strings.Contains(text, "# gate") {
		time.AfterFunc(300*time.Millisecond, func() { close(gate) })
	}
	return s
}

var plain = &http.Client{
	Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Timeout:       time.Minute,
}

// do makes a request, as edgetest.Do.
func (s *testServer) do(request string, fields ...string) (*http.Response, string) {
	s.t.Helper()
	return edgetest.Do(s.t, s.url, request, fields...)
}

// TestEdge is the table in front of a handler.
func TestEdge(t *testing.T) {
	for _, c := range edgetest.Cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			edgetest.Run(t, serve(t, c.Config, http1net.HandlerFunc(app)).url, c)
		})
	}
}

// A stream that is compressed stays a stream: its first event arrives before the
// handler goes on.
func TestCompressedStream(t *testing.T) {
	s := serve(t, "app = \"app.js\"\n[compression]\ntypes = [\"text/event-stream\"] # gate", http1net.HandlerFunc(app))
	req, _ := http.NewRequest("GET", s.url+"/stream", nil)
	req.Header.Set("Accept-Encoding", "gzip")
	began := time.Now()
	res, err := plain.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	r, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 9)
	if _, err := io.ReadFull(r, buf); err != nil || string(buf) != "data: 0\n\n" {
		t.Fatalf("%q, %v", buf, err)
	}
	if early := time.Since(began) < 300*time.Millisecond; !early {
		t.Log("the machine is slow: nothing can be said of the order")
	}
	rest, err := io.ReadAll(r)
	if err != nil || string(rest) != "data: 1\n\ndata: 2\n\n" {
		t.Errorf("%q, %v", rest, err)
	}
}

func TestAccessLogFormats(t *testing.T) {
	for _, c := range []struct {
		format string
		want   []string
	}{
		{"combined", []string{`127.0.0.1 - - [`, `] "GET /a\x22b?x=1 HTTP/1.1" 200 16 "http://r/" "agent \x22x\x22"`}},
		{"json", []string{`"client":"127.0.0.1","method":"GET","host":"h.example","target":"/a\"b?x=1","route":"/*","status":200,"bytes":16,"duration_ms":`, `"referer":"http://r/","user_agent":"agent \"x\""}`}},
		{"pretty", []string{"\x1b[32m200\x1b[0m GET /a\\x22b?x=1 "}},
	} {
		s := serve(t, "app = \"app.js\"\naccess_log.format = \""+c.format+"\"", http1net.HandlerFunc(app))
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(conn, "GET /a\"b?x=1 HTTP/1.1\r\nHost: h.example\r\nReferer: http://r/\r\nUser-Agent: agent \"x\"\r\nConnection: close\r\n\r\n")
		_, _ = io.ReadAll(conn)
		conn.Close()
		var line string
		for range 12000 { // the line is written after the answer
			s.mu.Lock()
			line = s.log.String()
			s.mu.Unlock()
			if line != "" {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		for _, want := range c.want {
			if !strings.Contains(line, want) {
				t.Errorf("%s: %q is missing in %q", c.format, want, line)
			}
		}
		if strings.Count(line, "\n") != 1 {
			t.Errorf("%s: %q", c.format, line)
		}
	}
}

// A layer of one's own sees requests before the application and answers before they go.
type stamp struct{ Base }

func (stamp) Request(x *Exchange) (*Answer, func() *Answer) {
	if x.Query == "early" {
		return &Answer{Status: 202, Body: []byte("early")}, nil
	}
	if x.Query == "wait" {
		return nil, func() *Answer { return nil }
	}
	return nil, nil
}
func (stamp) Head(_ *Exchange, h *Head) { h.Header.Set("X-Stamp", "yes") }

func TestOwnLayer(t *testing.T) {
	e, err := New(&config.Config{App: "app.js"}, Options{Layers: []Layer{stamp{}}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http1net.Server{Handler: e.Handler(http1net.HandlerFunc(app))}
	go func() { _ = srv.Serve(l) }()
	defer srv.Close()
	s := &testServer{t: t, url: "http://" + l.Addr().String()}
	for request, want := range map[string]string{"GET /?early": "early", "GET /?wait": "app GET /?wait", "GET /": "app GET /"} {
		if res, body := s.do(request); body != want || res.Header.Get("X-Stamp") != "yes" {
			t.Errorf("%s: %q, %v", request, body, res.Header)
		}
	}
}

// Two engines know nothing of each other.
func TestTwoEngines(t *testing.T) {
	a := serve(t, "app = \"app.js\"\nrate_limit = \"1/1m\"", http1net.HandlerFunc(app))
	b := serve(t, "app = \"app.js\"\nrate_limit = \"1/1m\"", http1net.HandlerFunc(app))
	for _, s := range []*testServer{a, b} {
		if res, _ := s.do("GET /"); res.StatusCode != 200 {
			t.Error(res.Status)
		}
	}
}
