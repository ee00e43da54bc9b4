package edge

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/crypto/bcrypt"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/http1/http1net"
)

// bench is a server with the edge of a configuration in front of an application.
type testServer struct {
	t   *testing.T
	url string
	mu  sync.Mutex
	log bytes.Buffer
}

var large = strings.Repeat("large ", 2000)

// app is an application with an answer for each path.
func app(w *http1net.ResponseWriter, r *http1net.Request) {
	h := w.Header()
	switch path, _ := CleanPath(r.Path()); path {
	case "/large":
		h.Set("Content-Type", "text/html")
		h.Set("ETag", `"v1"`)
		_, _ = w.WriteString(large)
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
	for name, body := range map[string]string{"public/index.html": "home", "public/a.txt": "0123456789", "public/sub/index.html": "below", "public/whole/b.txt": "kept", "public/big.txt": large, "404.html": "<h1>lost</h1>", "app.js": ""} {
		path := filepath.Join(dir, name)
		_ = os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
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
	t.Cleanup(func() { srv.Close(); e.Close() })
	s.url = "http://" + l.Addr().String()
	if strings.Contains(text, "# gate") {
		time.AfterFunc(300*time.Millisecond, func() { close(gate) })
	}
	return s
}

var plain = &http.Client{
	Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Timeout:       10 * time.Second,
}

// do makes a request "METHOD /path" with fields "Name: value" and a body behind "|".
func (s *testServer) do(request string, fields ...string) (*http.Response, string) {
	s.t.Helper()
	request, body, hasBody := strings.Cut(request, "|")
	method, path, _ := strings.Cut(request, " ")
	var r io.Reader
	if hasBody {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequest(method, s.url+path, r)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ": ")
		if name == "Host" {
			req.Host = value
		} else {
			req.Header.Add(name, value)
		}
	}
	res, err := plain.Do(req)
	if err != nil {
		s.t.Fatalf("%s: %v", request, err)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatalf("%s: %v", request, err)
	}
	return res, string(text)
}

func TestEdge(t *testing.T) {
	hash, err := bcrypt.GenerateFromPassword([]byte("open sesame"), 4)
	if err != nil {
		t.Fatal(err)
	}
	type step struct {
		request string   // METHOD /path|body
		fields  []string // of the request
		status  int
		want    []string // "Name: value" of the answer; "Name:" is absent; else the body has it
	}
	for _, c := range []struct {
		name, config string
		steps        []step
	}{
		{"the application", `app = "app.js"`, []step{
			{"GET /x?y=1", nil, 200, []string{"app GET /x?y=1", "X-Content-Type-Options: nosniff", "X-Frame-Options: SAMEORIGIN", "Referrer-Policy: strict-origin-when-cross-origin", "Strict-Transport-Security:"}},
			{"GET /framed", nil, 200, []string{"framed", "X-Frame-Options: DENY"}},
			{"GET /teapot", nil, 418, []string{"X-Content-Type-Options: nosniff"}},
		}},
		{"files before the application", "app = \"app.js\"\nstatic = \"public\"", []step{
			{"GET /", nil, 200, []string{"home", "Content-Type: text/html; charset=utf-8", "Accept-Ranges: bytes"}},
			{"GET /a.txt", nil, 200, []string{"0123456789", "Content-Length: 10"}},
			{"GET /other", nil, 200, []string{"app GET /other"}},
			{"POST /a.txt", nil, 200, []string{"app POST /a.txt"}},
		}},
		{"nothing", ``, []step{{"GET /", nil, 404, []string{"404 Not Found", "Content-Type: text/plain; charset=utf-8"}}}},
		{"files", `static = "public"`, []step{
			{"GET /a.txt", []string{"Range: bytes=2-4"}, 206, []string{"234", "Content-Range: bytes 2-4/10", "Content-Length: 3"}},
			{"GET /a.txt", []string{"Range: bytes=0-0,-1"}, 206, []string{"Content-Range: bytes 0-0/10\r\n\r\n0\r\n", "Content-Range: bytes 9-9/10\r\n\r\n9\r\n"}},
			{"GET /a.txt", []string{"Range: bytes=10-"}, 416, []string{"Content-Range: bytes */10"}},
			{"GET /a.txt", []string{"If-None-Match: *"}, 304, []string{"Content-Length:", "Content-Type:"}},
			{"GET /a.txt", []string{`If-Match: "x"`}, 412, nil},
			{"HEAD /a.txt", nil, 200, []string{"Content-Length: 10", "Content-Type: text/plain; charset=utf-8"}},
			{"PUT /a.txt", nil, 405, []string{"Allow: GET, HEAD, OPTIONS"}},
			{"OPTIONS /a.txt", nil, 204, []string{"Allow: GET, HEAD, OPTIONS"}},
			{"GET /none", nil, 404, nil},
			{"GET /big.txt", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding: gzip", "Vary: Accept-Encoding", "Accept-Ranges:"}},
			{"GET /a.txt", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding:", "0123456789"}},
		}},
		{"routes", "app = \"app.js\"\n[[route]]\npath = \"/old/{id}\"\nredirect = \"/new/{id}?{query}\"\n[[route]]\npath = \"/hello\"\nrespond = {body = \"hi\", headers = {X-A = \"1\"}}\n[[route]]\npath = \"/post\"\nmethods = [\"POST\"]\napp = true\n[[route]]\npath = \"/files/*\"\nstatic = {root = \"public\", cache_control = \"max-age=60\"}\n[[route]]\npath = \"/whole/*\"\nstatic = {root = \"public\", keep_prefix = true}\n[[route]]\nhost = \"other.example\"\npath = \"/*\"\nrespond = \"other\"", []step{
			{"GET /old/a%20b?x=1", nil, 308, []string{"Location: /new/a%20b?x=1"}},
			{"GET /hello", nil, 200, []string{"hi", "X-A: 1", "Content-Type: text/plain; charset=utf-8"}},
			{"POST /post", nil, 200, []string{"app POST /post"}},
			{"GET /elsewhere", nil, 200, []string{"app GET /elsewhere"}},
			{"GET /elsewhere", []string{"Host: other.example"}, 200, []string{"other"}},
			{"GET /files/a.txt", nil, 200, []string{"0123456789"}},
			{"GET /files/files/a.txt", nil, 404, nil},
			{"GET /files/", nil, 200, []string{"home"}},
			{"GET /files/sub?x=1", nil, 301, []string{"Location: /files/sub/?x=1"}},
			{"GET /files/sub/", nil, 200, []string{"below"}},
			{"GET /whole/a.txt", nil, 404, nil},
			{"GET /whole/b.txt", nil, 200, []string{"kept"}},
			{"GET /whole/../files/%2e%2e/a.txt", nil, 200, []string{"app GET"}},
		}},
		{"405", "[[route]]\npath = \"/post\"\nmethods = [\"POST\"]\nrespond = \"ok\"", []step{
			{"GET /post", nil, 405, []string{"Allow: POST, OPTIONS"}},
			{"OPTIONS /post", nil, 204, []string{"Allow: POST, OPTIONS"}},
		}},
		{"request id", "app = \"app.js\"\ntrusted_proxies = [\"127.0.0.1\"]", []step{
			{"GET /", []string{"X-Request-Id: abc-1"}, 200, []string{"X-Request-Id: abc-1"}},
		}},
		{"request id of a stranger", "app = \"app.js\"\n[request_id]\nheader = \"X-Id\"", []step{
			{"GET /", []string{"X-Id: mine"}, 200, []string{"X-Id: !mine"}},
		}},
		{"headers", "app = \"app.js\"\nsecurity_headers = false\n[headers]\nServer = \"\"\nX-Powered-By = \"Sluice\"", []step{
			{"GET /framed", nil, 200, []string{"Server:", "X-Powered-By: Sluice", "X-Content-Type-Options:"}},
		}},
		{"error pages", "static = \"public\"\n[error_pages]\n4xx = \"404.html\"", []step{
			{"GET /none", nil, 404, []string{"<h1>lost</h1>", "Content-Type: text/html; charset=utf-8"}},
		}},
		{"access", "app = \"app.js\"\ntrusted_proxies = [\"127.0.0.1\"]\n[access]\nallow = [\"10.0.0.0/8\"]\ndeny = [\"10.6.6.6\"]", []step{
			{"GET /", []string{"X-Forwarded-For: 10.1.1.1"}, 200, nil},
			{"GET /", []string{"X-Forwarded-For: 10.6.6.6"}, 403, []string{"403 Forbidden"}},
			{"GET /", []string{"X-Forwarded-For: 192.0.2.1"}, 403, nil},
			{"GET /", []string{"X-Forwarded-For: 10.1.1.1, 192.0.2.1"}, 403, nil},
		}},
		{"hsts behind a proxy", "app = \"app.js\"\ntrusted_proxies = [\"127.0.0.1\"]", []step{
			{"GET /", []string{"X-Forwarded-Proto: https"}, 200, []string{"Strict-Transport-Security: max-age=31536000"}},
		}},
		{"cors", "app = \"app.js\"\n[cors]\norigins = [\"https://a.example\", \"https://*.b.example\"]\ncredentials = true\nexpose = [\"X-Total\"]", []step{
			{"GET /", nil, 200, []string{"Access-Control-Allow-Origin:", "Vary: Origin"}},
			{"GET /", []string{"Origin: https://a.example"}, 200, []string{"Access-Control-Allow-Origin: https://a.example", "Access-Control-Allow-Credentials: true", "Access-Control-Expose-Headers: X-Total"}},
			{"GET /", []string{"Origin: https://x.b.example"}, 200, []string{"Access-Control-Allow-Origin: https://x.b.example"}},
			{"GET /", []string{"Origin: https://b.example"}, 200, []string{"Access-Control-Allow-Origin:"}},
			{"GET /", []string{"Origin: https://evilb.example"}, 200, []string{"Access-Control-Allow-Origin:"}},
			{"GET /", []string{"Origin: http://a.example"}, 200, []string{"Access-Control-Allow-Origin:"}},
			{"GET /", []string{"Origin: null"}, 200, []string{"Access-Control-Allow-Origin:"}},
			{"OPTIONS /", []string{"Origin: https://a.example", "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: x-a, x-b"}, 204, []string{"Access-Control-Allow-Origin: https://a.example", "Access-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, DELETE", "Access-Control-Allow-Headers: x-a, x-b", "Access-Control-Max-Age: 600"}},
			{"OPTIONS /", []string{"Origin: https://evil.example", "Access-Control-Request-Method: PUT"}, 204, []string{"Access-Control-Allow-Origin:", "Access-Control-Allow-Methods:"}},
			{"OPTIONS /", []string{"Origin: https://a.example"}, 200, []string{"app OPTIONS /"}},
		}},
		{"cors for all", "app = \"app.js\"\ncors = [\"*\"]", []step{
			{"GET /", []string{"Origin: https://a.example"}, 200, []string{"Access-Control-Allow-Origin: *", "Access-Control-Allow-Credentials:", "Vary:"}},
		}},
		{"rate limit", "app = \"app.js\"\ntrusted_proxies = [\"127.0.0.1\"]\nrate_limit = \"2/1m\"", []step{
			{"GET /", []string{"X-Forwarded-For: 192.0.2.1"}, 200, nil},
			{"GET /", []string{"X-Forwarded-For: 192.0.2.1"}, 200, nil},
			{"GET /", []string{"X-Forwarded-For: 192.0.2.1"}, 429, []string{"429 Too Many Requests", "Retry-After: 30", `RateLimit-Policy: "default";q=2;w=60`, `RateLimit: "default";r=0;t=30`}},
			{"GET /", []string{"X-Forwarded-For: 192.0.2.2"}, 200, nil},
			{"GET /", []string{"X-Forwarded-For: 2001:db8::1"}, 200, nil},
			{"GET /", []string{"X-Forwarded-For: 2001:db8::2"}, 200, nil},
			{"GET /", []string{"X-Forwarded-For: 2001:db8::3"}, 429, nil}, // one network is one client
		}},
		{"rate limit by field", "app = \"app.js\"\nrate_limit = {rate = \"1/1m\", key = \"header:X-Key\"}", []step{
			{"GET /", []string{"X-Key: a"}, 200, nil}, {"GET /", []string{"X-Key: b"}, 200, nil}, {"GET /", []string{"X-Key: a"}, 429, nil}, {"GET /", nil, 200, nil}, {"GET /", nil, 429, nil},
		}},
		{"rate limit of a route", "app = \"app.js\"\n[[route]]\npath = \"/a\"\napp = true\nrate_limit = {rate = \"1/1m\", key = \"route\"}", []step{
			{"GET /a", nil, 200, nil}, {"GET /a", nil, 429, nil}, {"GET /b", nil, 200, nil},
		}},
		{"basic authentication", "app = \"app.js\"\n[basic_auth]\nrealm = \"a \\\"b\\\"\"\n[basic_auth.users]\nada = \"" + string(hash) + "\"", []step{
			{"GET /", nil, 401, []string{`WWW-Authenticate: Basic realm="a \"b\"", charset="UTF-8"`}},
			{"GET /", []string{"Authorization: Basic YWRhOm9wZW4gc2VzYW1l"}, 200, nil},
			{"GET /", []string{"Authorization: basic YWRhOm9wZW4gc2VzYW1l"}, 200, nil}, // remembered
			{"GET /", []string{"Authorization: Basic YWRhOndyb25n"}, 401, nil},
			{"GET /", []string{"Authorization: Basic Ym9iOm9wZW4gc2VzYW1l"}, 401, nil},
			{"GET /", []string{"Authorization: Basic !!!"}, 401, nil},
			{"GET /", []string{"Authorization: Bearer x"}, 401, nil},
		}},
		{"body limit", "app = \"app.js\"\nbody_limit = 10", []step{
			{"POST /body|0123456789", nil, 200, []string{"10"}},
			{"POST /body|0123456789+", nil, 413, []string{"413 Request Entity Too Large", "Connection: close"}},
		}},
		{"compression", `app = "app.js"`, []step{
			{"GET /large", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding: gzip", "Vary: Accept-Encoding", `ETag: W/"v1"`}},
			{"GET /large", []string{"Accept-Encoding: br, gzip"}, 200, []string{"Content-Encoding: br"}},
			{"GET /large", []string{"Accept-Encoding: zstd, br, gzip"}, 200, []string{"Content-Encoding: zstd"}},
			{"GET /large", nil, 200, []string{"Content-Encoding:", "Vary: Accept-Encoding", `ETag: "v1"`}},
			{"HEAD /large", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding: gzip", "Content-Length:"}},
			{"GET /packed", []string{"Accept-Encoding: br"}, 200, []string{"Content-Encoding: gzip", "large large"}},
			{"GET /no-transform", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding:"}},
			{"GET /png", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding:", "Vary:"}},
			{"GET /small", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding:"}},
		}},
		{"compression off for a route", "app = \"app.js\"\n[[route]]\npath = \"/large\"\napp = true\ncompression = false", []step{
			{"GET /large", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding:", "large large"}},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, c.config, http1net.HandlerFunc(app))
			for _, step := range c.steps {
				res, body := s.do(step.request, step.fields...)
				if res.StatusCode != step.status {
					t.Errorf("%s %q: status %d, want %d", step.request, step.fields, res.StatusCode, step.status)
				}
				checkEncoding(t, res, body)
				for _, want := range step.want {
					name, value, isField := strings.Cut(want, ":")
					value = strings.TrimPrefix(value, " ")
					got := res.Header.Get(name)
					switch {
					case !isField || strings.ContainsAny(name, " \r") || name == "Content-Range" && strings.Contains(value, "\n"):
						if !strings.Contains(body, want) {
							t.Errorf("%s %q: body %q, want %q", step.request, step.fields, body, want)
						}
					case name == "Connection":
						if !res.Close {
							t.Errorf("%s: the connection stays", step.request)
						}
					case strings.HasPrefix(value, "!"):
						if got == value[1:] || got == "" {
							t.Errorf("%s %q: %s: %q", step.request, step.fields, name, got)
						}
					case got != value:
						t.Errorf("%s %q: %s: %q, want %q", step.request, step.fields, name, got, value)
					}
				}
			}
		})
	}
}

// checkEncoding undoes a compression of ours.
func checkEncoding(t *testing.T, res *http.Response, body string) {
	t.Helper()
	var r io.Reader
	var err error
	switch res.Header.Get("Content-Encoding") {
	case "gzip":
		r, err = gzip.NewReader(strings.NewReader(body))
	case "br":
		r = brotli.NewReader(strings.NewReader(body))
	case "zstd":
		r, err = zstd.NewReader(strings.NewReader(body))
	}
	if r == nil && err == nil || strings.HasPrefix(body, "large") || res.Request.Method == "HEAD" {
		return
	}
	if err == nil {
		var text []byte
		if text, err = io.ReadAll(r); err == nil && string(text) != large {
			t.Errorf("decompressed: %d bytes", len(text))
		}
	}
	if err != nil {
		t.Errorf("%s: %v", res.Header.Get("Content-Encoding"), err)
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
		for range 200 { // the line is written after the answer
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
