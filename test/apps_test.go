package test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// install installs an application's packages from npm, once per change of its lock file.
func install(t *testing.T, dir string) {
	t.Helper()
	lock, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	mark := filepath.Join(dir, "node_modules", ".installed")
	if done, err := os.ReadFile(mark); err == nil && string(done) == string(lock) {
		return
	}
	cmd := exec.Command("npm", "ci", "--silent", "--no-audit", "--no-fund")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci in %s: %v\n%s", dir, err, out)
	}
	if err := os.WriteFile(mark, lock, 0o644); err != nil {
		t.Fatal(err)
	}
}

// call is a request whose answer must be the same from both runtimes.
type call struct {
	method, path, body string
	headers            []string // "Name: value"
	etag               bool     // repeat with If-None-Match of the first answer
}

func (c call) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", c.method, c.path, strings.Join(c.headers, " ")))
}

func (c call) raw(more ...string) string {
	headers := append(append([]string{"Host: example.com", "Connection: close"}, c.headers...), more...)
	if c.body != "" || c.method == "POST" {
		headers = append(headers, fmt.Sprintf("Content-Length: %d", len(c.body)))
	}
	return c.method + " " + c.path + " HTTP/1.1\r\n" + strings.Join(headers, "\r\n") + "\r\n\r\n" + c.body
}

const (
	isJSON = "Content-Type: application/json"
	isForm = "Content-Type: application/x-www-form-urlencoded"
)

var expressCalls = []call{
	{method: "GET", path: "/"},
	{method: "GET", path: "/", etag: true},
	{method: "HEAD", path: "/"},
	{method: "GET", path: "/text"},
	{method: "GET", path: "/buffer"},
	{method: "GET", path: "/json?a=1&b[c]=2&d=x%20y&a=3", headers: []string{"X-Forwarded-For: 10.0.0.1, 10.0.0.2", "X-Forwarded-Proto: https", "X-Requested-With: XMLHttpRequest"}},
	{method: "GET", path: "/json", etag: true},
	{method: "GET", path: "/users/ann/posts/7"},
	{method: "GET", path: "/users/ann/posts/"},
	{method: "GET", path: "/users/%E2%82%AC/posts/x"},
	{method: "GET", path: "/users/%zz/posts/x"},
	{method: "GET", path: "/files/a/b/c.txt"},
	{method: "GET", path: "/cookies", headers: []string{"Cookie: a=1; b=%20x; j=j:{\"k\":1}; s=s:value.bad"}},
	{method: "GET", path: "/file"},
	{method: "GET", path: "/file", etag: true},
	{method: "GET", path: "/file", headers: []string{"Range: bytes=2-8"}},
	{method: "GET", path: "/file", headers: []string{"Range: bytes=9999-"}},
	{method: "GET", path: "/download"},
	{method: "GET", path: "/missing-file"},
	{method: "GET", path: "/redirect"},
	{method: "GET", path: "/format", headers: []string{"Accept: text/html"}},
	{method: "GET", path: "/format", headers: []string{"Accept: application/json;q=0.9, text/plain;q=0.1"}},
	{method: "GET", path: "/format", headers: []string{"Accept: image/png"}},
	{method: "GET", path: "/vary"},
	{method: "GET", path: "/stream"},
	{method: "GET", path: "/late"},
	{method: "GET", path: "/throw"},
	{method: "GET", path: "/reject"},
	{method: "GET", path: "/next"},
	{method: "DELETE", path: "/method"},
	{method: "PUT", path: "/chain"},
	{method: "OPTIONS", path: "/chain"},
	{method: "PATCH", path: "/chain"},
	{method: "POST", path: "/form", headers: []string{isForm}, body: "a=1&b[x]=2&b[y][]=3&c=%C3%A9+x"},
	{method: "POST", path: "/form", headers: []string{isJSON}, body: `{"a":[1,2,{"b":null}],"é":"ü"}`},
	{method: "POST", path: "/form", headers: []string{isJSON}, body: `{"a":`},
	{method: "POST", path: "/form", headers: []string{isJSON}, body: `"` + strings.Repeat("x", 20000) + `"`},
	{method: "POST", path: "/form", headers: []string{"Content-Type: text/plain; charset=utf-8"}, body: "some text"},
	{method: "POST", path: "/form", headers: []string{isJSON, "Content-Encoding: gzip"}, body: "no gzip"},
	{method: "POST", path: "/form"},
	{method: "GET", path: "/api/items"},
	{method: "GET", path: "/api/items/2"},
	{method: "GET", path: "/api/items/9"},
	{method: "POST", path: "/api/items", headers: []string{isJSON}, body: `{"name":"third"}`},
	{method: "POST", path: "/api/items", headers: []string{isJSON}, body: `{}`},
	{method: "DELETE", path: "/api/items/1"},
	{method: "GET", path: "/api/items"},
	{method: "GET", path: "/static/page.html"},
	{method: "GET", path: "/static/page.html", etag: true},
	{method: "GET", path: "/static/data.txt", headers: []string{"Range: bytes=0-9,20-29"}},
	{method: "GET", path: "/static/data.txt", headers: []string{"Range: bytes=-5"}},
	{method: "HEAD", path: "/static/style.css"},
	{method: "GET", path: "/static/data.json"},
	{method: "GET", path: "/static/dot.png"},
	{method: "GET", path: "/static/"},
	{method: "GET", path: "/static/../app.js"},
	{method: "GET", path: "/static/%2e%2e/app.js"},
	{method: "GET", path: "/nowhere"},
}

// TestExpress runs a small Express 5 application under both runtimes: the answers
// must be equal to the byte, dates aside.
func TestExpress(t *testing.T) {
	dir := "apps/express"
	install(t, dir)
	compareExpress(t, startServer(t, nodePath(t), dir+"/app.js"), startServer(t, sluicePath(t), dir+"/app.js"))
}

// TestExpressBehindEdge is the same behind an edge without layers, which trusts the
// client to be a proxy.
func TestExpressBehindEdge(t *testing.T) {
	dir := "apps/express"
	install(t, dir)
	settings := []string{"serve"}
	for _, s := range []string{"host=127.0.0.1", "port=0", "timeouts.keep_alive=10s", "trusted_proxies=[\"127.0.0.1\"]", "admin.enabled=false",
		"access_log=false", "request_id=false", "security_headers=false", "compression=false"} {
		settings = append(settings, "--set", s)
	}
	compareExpress(t, startServer(t, nodePath(t), dir+"/app.js"), startServer(t, sluicePath(t), append(settings, dir+"/app.js")...), "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http")
}

// compareExpress makes the calls to both servers. Node.js gets the fields that the other
// has from the edge, unless the call says who the client is.
func compareExpress(t *testing.T, nodePort, sluicePort string, fields ...string) {
	for _, c := range expressCalls {
		name := c.String()
		if c.etag {
			name += " again with its ETag"
		}
		t.Run(name, func(t *testing.T) {
			fields := fields
			if slices.ContainsFunc(c.headers, func(h string) bool { return strings.HasPrefix(h, "X-Forwarded-") }) {
				fields = nil
			}
			want, got := talkTo(t, nodePort, c.raw(fields...), patience), talkTo(t, sluicePort, c.raw(), patience)
			if c.etag {
				tag := headerOf(want, "ETag")
				if tag == "" {
					t.Fatalf("no ETag in %q", clip(want))
				}
				want, got = talkTo(t, nodePort, c.raw(append([]string{"If-None-Match: " + tag}, fields...)...), patience), talkTo(t, sluicePort, c.raw("If-None-Match: "+tag), patience)
				if !strings.HasPrefix(want, "HTTP/1.1 304 ") {
					t.Fatalf("Node.js does not answer 304: %q", clip(want))
				}
			}
			if got != want {
				t.Errorf("Node.js %q\nSluice  %q", clip(want), clip(got))
			}
		})
	}
}

func headerOf(answer, name string) string {
	head, _, _ := strings.Cut(answer, "\r\n\r\n")
	for _, line := range strings.Split(head, "\r\n") {
		if k, v, ok := strings.Cut(line, ": "); ok && http.CanonicalHeaderKey(k) == http.CanonicalHeaderKey(name) {
			return v
		}
	}
	return ""
}
