// Package edgetest is what tests of the edge have in common: a table of configurations,
// with requests and what is answered, which holds in every way in which the edge stands
// in front of an application.
package edgetest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/crypto/bcrypt"
)

// Case is a configuration, and what happens with it, one request after the other.
type Case struct {
	Name, Config string
	Steps        []Step
}

// Step is a request and what is expected of its answer.
type Step struct {
	Request string   // METHOD /path|body
	Fields  []string // of the request
	Status  int
	// Want are "Name: value" of the answer; "Name:" is absent, "Name: !value" is there
	// with another value; what is no field is a part of the body.
	Want []string
}

// Large is what the application answers to /large and others.
var Large = strings.Repeat("large ", 2000)

// App is the application of the cases, in JavaScript.
const App = `
const http = require('node:http');
const large = 'large '.repeat(2000);
const html = { 'content-type': 'text/html' };
http.createServer((req, res) => {
  switch (req.url.split('?')[0]) {
    case '/cached': res.writeHead(304, { etag: '"v1"' }).end(); break;
    case '/large': res.writeHead(200, { ...html, etag: '"v1"' }).end(large); break;
    case '/packed': res.writeHead(200, { ...html, 'content-encoding': 'gzip' }).end(large); break;
    case '/no-transform': res.writeHead(200, { ...html, 'cache-control': 'public, no-transform' }).end(large); break;
    case '/png': res.writeHead(200, { 'content-type': 'image/png' }).end(large); break;
    case '/framed': res.writeHead(200, { 'x-frame-options': 'DENY', server: 'app' }).end('framed'); break;
    case '/teapot': res.writeHead(418).end(); break;
    case '/body': {
      let n = 0;
      req.on('data', (chunk) => { n += chunk.length; });
      req.on('end', () => res.end(String(n)));
      break;
    }
    default: res.writeHead(200, { 'content-type': 'text/plain' }).end(` + "`" + `app ${req.method} ${req.url}` + "`" + `);
  }
}).listen(3000);
`

// Files are written beside the configuration.
var Files = map[string]string{
	"public/index.html":     "home",
	"public/a.txt":          "0123456789",
	"public/sub/index.html": "below",
	"public/whole/b.txt":    "kept",
	"public/big.txt":        Large,
	"404.html":              "<h1>lost</h1>",
	"app.js":                App,
}

// WriteFiles makes the folder of a case.
func WriteFiles(t *testing.T, dir string) {
	t.Helper()
	for name, body := range Files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Cases is the table.
func Cases(t *testing.T) []Case {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte("open sesame"), 4)
	if err != nil {
		t.Fatal(err)
	}
	return []Case{
		{"the application", `app = "app.js"`, []Step{
			{"GET /x?y=1", nil, 200, []string{"app GET /x?y=1", "X-Content-Type-Options: nosniff", "X-Frame-Options: SAMEORIGIN", "Referrer-Policy: strict-origin-when-cross-origin", "Strict-Transport-Security:"}},
			{"GET /framed", nil, 200, []string{"framed", "X-Frame-Options: DENY"}},
			{"GET /teapot", nil, 418, []string{"X-Content-Type-Options: nosniff"}},
		}},
		{"files before the application", "app = \"app.js\"\nstatic = \"public\"", []Step{
			{"GET /", nil, 200, []string{"home", "Content-Type: text/html; charset=utf-8", "Accept-Ranges: bytes"}},
			{"GET /a.txt", nil, 200, []string{"0123456789", "Content-Length: 10"}},
			{"GET /other", nil, 200, []string{"app GET /other"}},
			{"POST /a.txt", nil, 200, []string{"app POST /a.txt"}},
		}},
		{"methods before files", "static = \"public\"\n[[route]]\npath = \"/form\"\nmethods = [\"GET\", \"POST\"]\nrespond = \"form\"", []Step{
			{"POST /form", nil, 200, []string{"form"}},
			{"DELETE /form", nil, 405, []string{"Allow: GET, HEAD, OPTIONS, POST"}},
			{"OPTIONS /form", nil, 204, []string{"Allow: GET, HEAD, OPTIONS, POST"}},
		}},
		{"preflights of routes with methods", "app = \"app.js\"\n[[route]]\npath = \"/api/{id}\"\nmethods = [\"POST\"]\napp = true\ncors = [\"https://a.example\"]\n[[route]]\npath = \"/api/{id}\"\nmethods = [\"PUT\"]\napp = true\n[[route]]\npath = \"/own\"\nmethods = [\"POST\", \"OPTIONS\"]\napp = true\ncors = [\"https://a.example\"]", []Step{
			{"OPTIONS /api/1", []string{"Origin: https://a.example", "Access-Control-Request-Method: POST"}, 204, []string{"Access-Control-Allow-Origin: https://a.example"}},
			{"OPTIONS /api/1", []string{"Origin: https://evil.example", "Access-Control-Request-Method: POST"}, 204, []string{"Access-Control-Allow-Origin:"}},
			{"POST /api/1", []string{"Origin: https://a.example"}, 200, []string{"app POST /api/1", "Access-Control-Allow-Origin: https://a.example"}},
			{"OPTIONS /api/1", []string{"Origin: https://a.example", "Access-Control-Request-Method: PUT"}, 200, []string{"app OPTIONS /api/1", "Access-Control-Allow-Origin:"}},
			{"OPTIONS /api/1", []string{"Origin: https://a.example"}, 200, []string{"app OPTIONS /api/1", "Access-Control-Allow-Origin:"}},
			{"OPTIONS /own", []string{"Origin: https://a.example", "Access-Control-Request-Method: POST"}, 204, []string{"Access-Control-Allow-Origin: https://a.example"}},
		}},
		{"nothing", ``, []Step{{"GET /", nil, 404, []string{"404 Not Found", "Content-Type: text/plain; charset=utf-8"}}}},
		{"files", `static = "public"`, []Step{
			{"GET /a.txt", []string{"Range: bytes=2-4"}, 206, []string{"234", "Content-Range: bytes 2-4/10", "Content-Length: 3"}},
			{"GET /a.txt", []string{"Range: bytes=0-0,-1"}, 206, []string{"Content-Range: bytes 0-0/10\r\n\r\n0\r\n", "Content-Range: bytes 9-9/10\r\n\r\n9\r\n"}},
			{"GET /a.txt", []string{"Range: bytes=10-"}, 416, []string{"416 Range Not Satisfiable", "Content-Range: bytes */10"}},
			{"GET /a.txt", []string{"Range: bytes=2-4", "If-Range: "}, 200, []string{"0123456789", "Content-Range:"}},
			{"GET /a.txt", []string{"Range: bytes=2-4", "If-Range: Sat, 21 Nov 2037 13:31:45 GMT"}, 200, []string{"0123456789"}},
			{"GET /a.txt", []string{"Range: bytes=10-", "If-Range: \"x\""}, 200, []string{"0123456789"}},
			{"GET /a.txt", []string{"If-None-Match: *"}, 304, []string{"Content-Length:", "Content-Type:"}},
			{"GET /a.txt", []string{`If-Match: "x"`}, 412, nil},
			{"HEAD /a.txt", nil, 200, []string{"Content-Length: 10", "Content-Type: text/plain; charset=utf-8"}},
			{"PUT /a.txt", nil, 405, []string{"Allow: GET, HEAD, OPTIONS"}},
			{"OPTIONS /a.txt", nil, 204, []string{"Allow: GET, HEAD, OPTIONS"}},
			{"GET /none", nil, 404, nil},
			{"GET /big.txt", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding: gzip", "Vary: Accept-Encoding", "Accept-Ranges:"}},
			{"GET /a.txt", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding:", "0123456789"}},
		}},
		{"a listing", "[[route]]\npath = \"/*\"\nstatic = {root = \"public\", listing = true}", []Step{
			{"GET /whole/", nil, 200, []string{`<a href="./b.txt">b.txt</a>`, `<a href="../">`, "Content-Type: text/html; charset=utf-8", "Cache-Control: no-cache"}},
			{"GET /whole", nil, 301, []string{"Location: /whole/"}},
			{"HEAD /whole/", nil, 200, []string{"Content-Type: text/html; charset=utf-8"}},
			{"GET /sub/", nil, 200, []string{"below"}},
			{"GET /none/", nil, 404, nil},
		}},
		{"routes", "app = \"app.js\"\n[[route]]\npath = \"/old/{id}\"\nredirect = \"/new/{id}?{query}\"\n[[route]]\npath = \"/hello\"\nrespond = {body = \"hi\", headers = {X-A = \"1\"}}\n[[route]]\npath = \"/post\"\nmethods = [\"POST\"]\napp = true\n[[route]]\npath = \"/files/*\"\nstatic = {root = \"public\", cache_control = \"max-age=60\"}\n[[route]]\npath = \"/whole/*\"\nstatic = {root = \"public\", keep_prefix = true}\n[[route]]\nhost = \"other.example\"\npath = \"/*\"\nrespond = \"other\"", []Step{
			{"GET /old/a%20b?x=1", nil, 308, []string{"Location: /new/a%20b?x=1"}},
			{"GET /old/7", nil, 308, []string{"Location: /new/7"}},
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
		{"405", "[[route]]\npath = \"/post\"\nmethods = [\"POST\"]\nrespond = \"ok\"", []Step{
			{"GET /post", nil, 405, []string{"Allow: POST, OPTIONS"}},
			{"OPTIONS /post", nil, 204, []string{"Allow: POST, OPTIONS"}},
		}},
		{"request id", "app = \"app.js\"\ntrusted_proxies = [\"127.0.0.1\"]", []Step{
			{"GET /", []string{"X-Request-Id: abc-1"}, 200, []string{"X-Request-Id: abc-1"}},
		}},
		{"request id of a stranger", "app = \"app.js\"\n[request_id]\nheader = \"X-Id\"", []Step{
			{"GET /", []string{"X-Id: mine"}, 200, []string{"X-Id: !mine"}},
		}},
		{"headers", "app = \"app.js\"\nsecurity_headers = false\n[headers]\nServer = \"\"\nX-Powered-By = \"Sluice\"", []Step{
			{"GET /framed", nil, 200, []string{"Server:", "X-Powered-By: Sluice", "X-Content-Type-Options:"}},
		}},
		{"error pages", "static = \"public\"\n[error_pages]\n4xx = \"404.html\"\n[[route]]\npath = \"/gone\"\nrespond = {status = 410, headers = {X-A = \"1\"}}\n[[route]]\npath = \"/broken\"\nrespond = {status = 500}\n[[route]]\npath = \"/own\"\nrespond = {status = 404, body = \"mine\"}", []Step{
			{"GET /gone", nil, 410, []string{"<h1>lost</h1>", "X-A: 1"}},
			{"GET /broken", nil, 500, []string{"500 Internal Server Error"}},
			{"GET /own", nil, 404, []string{"mine"}},
			{"HEAD /none", nil, 404, []string{"Content-Length: 13", "Content-Type: text/html; charset=utf-8"}},
			{"PUT /none", nil, 405, []string{"<h1>lost</h1>", "Allow: GET, HEAD, OPTIONS"}},
			{"GET /none", nil, 404, []string{"<h1>lost</h1>", "Content-Type: text/html; charset=utf-8"}},
		}},
		{"access", "app = \"app.js\"\ntrusted_proxies = [\"127.0.0.1\"]\n[access]\nallow = [\"10.0.0.0/8\"]\ndeny = [\"10.6.6.6\"]", []Step{
			{"GET /", []string{"X-Forwarded-For: 10.1.1.1"}, 200, nil},
			{"GET /", []string{"X-Forwarded-For: 10.6.6.6"}, 403, []string{"403 Forbidden"}},
			{"GET /", []string{"X-Forwarded-For: 192.0.2.1"}, 403, nil},
			{"GET /", []string{"X-Forwarded-For: 10.1.1.1, 192.0.2.1"}, 403, nil},
		}},
		{"hsts behind a proxy", "app = \"app.js\"\ntrusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\"]", []Step{
			{"GET /", []string{"X-Forwarded-Proto: http"}, 200, []string{"Strict-Transport-Security:"}},
			{"GET /", []string{"Forwarded: for=192.0.2.1;proto=https"}, 200, []string{"Strict-Transport-Security: max-age=31536000"}},
			{"GET /", []string{`Forwarded: proto="https"; for="[2001:db8::1]:80"`, "X-Forwarded-Proto: http"}, 200, []string{"Strict-Transport-Security: max-age=31536000"}},
			{"GET /", []string{"Forwarded: for=192.0.2.9;proto=https, for=192.0.2.1;proto=http, for=10.1.1.1"}, 200, []string{"Strict-Transport-Security:"}},
			{"GET /", []string{"Forwarded: for=192.0.2.1", "X-Forwarded-Proto: https"}, 200, []string{"Strict-Transport-Security: max-age=31536000"}},
			// One for each proxy: who is not trusted has written the first.
			{"GET /", []string{"X-Forwarded-For: 192.0.2.1, 10.1.1.1", "X-Forwarded-Proto: https, http"}, 200, []string{"Strict-Transport-Security: max-age=31536000"}},
			{"GET /", []string{"X-Forwarded-For: 192.0.2.9, 192.0.2.1, 10.1.1.1", "X-Forwarded-Proto: https, http, http"}, 200, []string{"Strict-Transport-Security:"}},
			{"GET /", []string{"X-Forwarded-For: 192.0.2.1, 10.1.1.1", "X-Forwarded-Proto: https"}, 200, []string{"Strict-Transport-Security: max-age=31536000"}},
			{"GET /", []string{"X-Forwarded-Proto: https"}, 200, []string{"Strict-Transport-Security: max-age=31536000"}},
		}},
		{"cors", "app = \"app.js\"\n[cors]\norigins = [\"https://a.example\", \"https://*.b.example\"]\ncredentials = true\nexpose = [\"X-Total\"]", []Step{
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
		{"cors for all", "app = \"app.js\"\ncors = [\"*\"]", []Step{
			{"GET /", []string{"Origin: https://a.example"}, 200, []string{"Access-Control-Allow-Origin: *", "Access-Control-Allow-Credentials:", "Vary:"}},
		}},
		{"rate limit", "app = \"app.js\"\ntrusted_proxies = [\"127.0.0.1\"]\nrate_limit = \"2/1m\"", []Step{
			{"GET /", []string{"X-Forwarded-For: 192.0.2.1"}, 200, nil},
			{"GET /", []string{"X-Forwarded-For: 192.0.2.1"}, 200, nil},
			{"GET /", []string{"X-Forwarded-For: 192.0.2.1"}, 429, []string{"429 Too Many Requests", "Retry-After: 30", `RateLimit-Policy: "default";q=2;w=60`, `RateLimit: "default";r=0;t=30`}},
			{"GET /", []string{"X-Forwarded-For: 192.0.2.2"}, 200, nil},
			{"GET /", []string{"X-Forwarded-For: 2001:db8::1"}, 200, nil},
			{"GET /", []string{"X-Forwarded-For: 2001:db8::2"}, 200, nil},
			{"GET /", []string{"X-Forwarded-For: 2001:db8::3"}, 429, nil}, // one network is one client
		}},
		{"rate limit by field", "app = \"app.js\"\nrate_limit = {rate = \"1/1m\", key = \"header:X-Key\"}", []Step{
			{"GET /", []string{"X-Key: a"}, 200, nil}, {"GET /", []string{"X-Key: b"}, 200, nil}, {"GET /", []string{"X-Key: a"}, 429, nil}, {"GET /", nil, 200, nil}, {"GET /", nil, 429, nil},
		}},
		{"rate limit of a route", "app = \"app.js\"\n[[route]]\npath = \"/a\"\napp = true\nrate_limit = {rate = \"1/1m\", key = \"route\"}", []Step{
			{"GET /a", nil, 200, nil}, {"GET /a", nil, 429, nil}, {"GET /b", nil, 200, nil},
		}},
		{"basic authentication", "app = \"app.js\"\n[basic_auth]\nrealm = \"a \\\"b\\\"\"\n[basic_auth.users]\nada = \"" + string(hash) + "\"", []Step{
			{"GET /", nil, 401, []string{`WWW-Authenticate: Basic realm="a \"b\"", charset="UTF-8"`}},
			{"GET /", []string{"Authorization: Basic YWRhOm9wZW4gc2VzYW1l"}, 200, nil},
			{"GET /", []string{"Authorization: basic YWRhOm9wZW4gc2VzYW1l"}, 200, nil}, // remembered
			{"GET /", []string{"Authorization: Basic YWRhOndyb25n"}, 401, nil},
			{"GET /", []string{"Authorization: Basic Ym9iOm9wZW4gc2VzYW1l"}, 401, nil},
			{"GET /", []string{"Authorization: Basic !!!"}, 401, nil},
			{"GET /", []string{"Authorization: Bearer x"}, 401, nil},
		}},
		{"body limit", "app = \"app.js\"\nbody_limit = 10", []Step{
			{"POST /body|0123456789", nil, 200, []string{"10"}},
			{"POST /body|0123456789+", nil, 413, []string{"413 Payload Too Large", "Connection: close"}},
		}},
		{"compression", `app = "app.js"`, []Step{
			{"GET /large", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding: gzip", "Vary: Accept-Encoding", `ETag: W/"v1"`}},
			{"GET /large", []string{"Accept-Encoding: br, gzip"}, 200, []string{"Content-Encoding: br"}},
			{"GET /large", []string{"Accept-Encoding: zstd, br, gzip"}, 200, []string{"Content-Encoding: zstd"}},
			{"GET /large", nil, 200, []string{"Content-Encoding:", "Vary: Accept-Encoding", `ETag: "v1"`}},
			{"HEAD /large", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding: gzip", "Content-Length:"}},
			{"GET /cached", []string{`If-None-Match: "v0", W/"v1"`, "Accept-Encoding: gzip"}, 304, []string{`ETag: W/"v1"`, "Vary: Accept-Encoding"}},
			{"GET /cached", []string{`If-None-Match: "v1"`, "Accept-Encoding: gzip"}, 304, []string{`ETag: "v1"`}},
			{"GET /packed", []string{"Accept-Encoding: br"}, 200, []string{"Content-Encoding: gzip", "large large"}},
			{"GET /no-transform", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding:"}},
			{"GET /png", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding:", "Vary:"}},
			{"GET /small", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding:"}},
		}},
		{"compression off for a route", "app = \"app.js\"\n[[route]]\npath = \"/large\"\napp = true\ncompression = false", []Step{
			{"GET /large", []string{"Accept-Encoding: gzip"}, 200, []string{"Content-Encoding:", "large large"}},
		}},
	}
}

// Run makes the requests of a case to the server at a URL.
func Run(t *testing.T, url string, c Case) {
	t.Helper()
	for _, step := range c.Steps {
		res, body := Do(t, url, step.Request, step.Fields...)
		if res.StatusCode != step.Status {
			t.Errorf("%s %q: status %d, want %d", step.Request, step.Fields, res.StatusCode, step.Status)
		}
		checkEncoding(t, res, body)
		for _, want := range step.Want {
			if problem := missing(res, body, want); problem != "" {
				t.Errorf("%s %q: %s", step.Request, step.Fields, problem)
			}
		}
	}
}

// missing says what of an expectation does not hold.
func missing(res *http.Response, body, want string) string {
	name, value, isField := strings.Cut(want, ":")
	value = strings.TrimPrefix(value, " ")
	got := res.Header.Get(name)
	switch {
	case !isField || strings.ContainsAny(name, " \r") || name == "Content-Range" && strings.Contains(value, "\n"):
		if !strings.Contains(body, want) {
			return fmt.Sprintf("body %q, want %q", body, want)
		}
	case name == "Connection":
		if !res.Close {
			return "the connection stays"
		}
	case strings.HasPrefix(value, "!"):
		if got == value[1:] || got == "" {
			return fmt.Sprintf("%s: %q", name, got)
		}
	case got != value:
		return fmt.Sprintf("%s: %q, want %q", name, got, value)
	}
	return ""
}

var plain = &http.Client{
	Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Timeout:       30 * time.Second,
}

// Do makes a request "METHOD /path" with fields "Name: value" and a body behind "|".
func Do(t *testing.T, url, request string, fields ...string) (*http.Response, string) {
	t.Helper()
	request, body, hasBody := strings.Cut(request, "|")
	method, path, _ := strings.Cut(request, " ")
	var r io.Reader
	if hasBody {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequest(method, url+path, r)
	if err != nil {
		t.Fatal(err)
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
		t.Fatalf("%s: %v", request, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s: %v", request, err)
	}
	return res, string(text)
}

// checkEncoding undoes a compression of ours.
func checkEncoding(t *testing.T, res *http.Response, body string) {
	t.Helper()
	coding := res.Header.Get("Content-Encoding")
	if coding == "" || strings.HasPrefix(body, "large") || res.Request.Method == "HEAD" {
		return
	}
	text, err := Decode(coding, []byte(body))
	if err != nil || string(text) != Large {
		t.Errorf("%s: %d bytes, %v", coding, len(text), err)
	}
}

// Decode undoes a content coding.
func Decode(coding string, body []byte) ([]byte, error) {
	var r io.Reader
	var err error
	switch coding {
	case "gzip":
		r, err = gzip.NewReader(bytes.NewReader(body))
	case "br":
		r = brotli.NewReader(bytes.NewReader(body))
	case "zstd":
		r, err = zstd.NewReader(bytes.NewReader(body))
	default:
		return body, nil
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
