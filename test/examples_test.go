package test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// example runs a script of examples/ on a port of its own and returns its address.
func example(t *testing.T, path string, env ...string) (base string, cmd *exec.Cmd) {
	t.Helper()
	return exampleUnder(t, sluicePath(t), filepath.Join("..", "examples", path), env...)
}

// exampleUnder runs it under a runtime of choice.
func exampleUnder(t *testing.T, runtime, path string, env ...string) (base string, cmd *exec.Cmd) {
	t.Helper()
	cmd = exec.Command(runtime, path)
	cmd.Env = append(append(os.Environ(), "PORT=0"), env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line := make([]byte, 0, 200)
	one := make([]byte, 1)
	for !bytes.HasSuffix(line, []byte("\n")) {
		if _, err := out.Read(one); err != nil {
			t.Fatalf("%s did not print its address: %q", path, line)
		}
		line = append(line, one[0])
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	i := strings.Index(string(line), "http://localhost:")
	if i < 0 {
		t.Fatalf("%s printed %q", path, line)
	}
	port := strings.FieldsFunc(string(line)[i+len("http://localhost:"):], func(r rune) bool { return r < '0' || r > '9' })[0]
	return "http://127.0.0.1:" + port, cmd
}

func do(t *testing.T, method, address, contentType, body string, header ...string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(text)
}

func TestHelloExample(t *testing.T) {
	base, _ := example(t, "hello/server.js")
	if status, _, body := do(t, "GET", base, "", ""); status != 200 || body != "Hello World\n" {
		t.Errorf("%d %q", status, body)
	}
}

func TestTodosExample(t *testing.T) {
	base, cmd := example(t, "todos/server.js", "RATE_LIMIT=60")
	api := base + "/api/todos"
	const isJSON, isForm = "application/json", "application/x-www-form-urlencoded"
	expect := func(what string, status, want int) {
		t.Helper()
		if status != want {
			t.Errorf("%s: status %d, want %d", what, status, want)
		}
	}

	status, header, body := do(t, "POST", api, isJSON, `{"title":"write tests"}`)
	expect("create", status, 201)
	if header.Get("Location") != "/api/todos/1" || !strings.Contains(body, `"title":"write tests"`) {
		t.Errorf("create: %v %s", header, body)
	}
	status, _, _ = do(t, "POST", api, isForm, url.Values{"title": {"a form"}, "done": {"true"}}.Encode())
	expect("create by form", status, 201)
	for i := range 10 {
		do(t, "POST", api, isJSON, fmt.Sprintf(`{"title":"todo %d"}`, i))
	}
	var page struct {
		Items        []struct{ ID int }
		Total, Pages int
	}
	status, _, body = do(t, "GET", api+"?page=2&limit=5", "", "")
	expect("list", status, 200)
	if err := json.Unmarshal([]byte(body), &page); err != nil || len(page.Items) != 5 || page.Items[0].ID != 6 || page.Total != 12 || page.Pages != 3 {
		t.Errorf("list: %v %s", err, body)
	}
	status, _, body = do(t, "PUT", api+"/1", isJSON, `{"done":true}`)
	expect("update", status, 200)
	if !strings.Contains(body, `"done":true`) {
		t.Errorf("update: %s", body)
	}
	status, _, body = do(t, "DELETE", api+"/2", "", "")
	expect("delete", status, 204)
	if body != "" {
		t.Errorf("delete: %q", body)
	}
	status, _, _ = do(t, "GET", api+"/2", "", "")
	expect("deleted", status, 404)
	for what, c := range map[string]struct {
		method, path, kind, body string
		want                     int
	}{
		"not JSON":      {"POST", "", isJSON, "{", 400},
		"no title":      {"POST", "", isJSON, "{}", 400},
		"wrong type":    {"POST", "", "text/plain", "x", 400},
		"too large":     {"POST", "", isJSON, `{"title":"` + strings.Repeat("x", 20000) + `"}`, 413},
		"bad page":      {"GET", "?page=0", "", "", 400},
		"unknown":       {"GET", "/x", "", "", 404},
		"wrong method":  {"PATCH", "", isJSON, "{}", 405},
		"outside files": {"GET", "/../../server.js", "", "", 404},
	} {
		status, _, _ := do(t, c.method, api+c.path, c.kind, c.body)
		expect(what, status, c.want)
	}
	status, header, _ = do(t, "OPTIONS", api, "", "", "Origin", "http://elsewhere", "Access-Control-Request-Method", "PUT")
	expect("preflight", status, 204)
	if header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(header.Get("Access-Control-Allow-Methods"), "PUT") {
		t.Errorf("preflight: %v", header)
	}
	status, header, body = do(t, "GET", base+"/", "", "")
	expect("page", status, 200)
	if header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(body, "<h1>Todos</h1>") {
		t.Errorf("page: %v", header)
	}
	status, _, _ = do(t, "GET", base+"/style.css", "", "", "If-None-Match", func() string { _, h, _ := do(t, "HEAD", base+"/style.css", "", ""); return h.Get("ETag") }())
	expect("conditional", status, 304)
	_, _, body = do(t, "GET", base+"/health", "", "")
	if !strings.Contains(body, `"uptime":`) {
		t.Errorf("health: %s", body)
	}
	limited := false
	for range 60 {
		if status, header, _ := do(t, "GET", api, "", ""); status == 429 {
			limited = header.Get("Retry-After") != ""
			break
		}
	}
	if !limited {
		t.Error("no limit of requests")
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("graceful stop: %v", err)
		}
	case <-time.After(patience):
		t.Error("SIGTERM does not end it")
	}
}

func TestUploadExample(t *testing.T) {
	dir := t.TempDir()
	base, _ := example(t, "upload/server.js", "UPLOADS="+dir, "LIMIT=20000000")
	data := make([]byte, 16<<20)
	_, _ = rand.Read(data)
	sum := sha256.Sum256(data)
	status, _, body := do(t, "PUT", base+"/big.bin", "", string(data))
	if status != 201 || !strings.Contains(body, hex.EncodeToString(sum[:])) {
		t.Errorf("%d %s", status, body)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "big.bin")); err != nil || !bytes.Equal(got, data) {
		t.Errorf("the file differs: %v, %d bytes", err, len(got))
	}
	if status, _, _ := do(t, "GET", base+"/big.bin", "", ""); status != 405 {
		t.Errorf("GET: %d", status)
	}
	left, _ := os.ReadDir(dir)
	if len(left) != 1 {
		t.Errorf("%d files are left", len(left))
	}
}

func TestEventsExample(t *testing.T) {
	base, _ := example(t, "sse/server.js", "INTERVAL=20")
	res, err := http.Get(base + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if kind := res.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("Content-Type %q", kind)
	}
	if status, _, body := do(t, "POST", base+"/messages", "text/plain", "hello"); status != 202 || body != `{"clients":1}` {
		t.Errorf("%d %s", status, body)
	}
	var text []byte
	buf := make([]byte, 4096)
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) && (!bytes.Contains(text, []byte("event: message\ndata: \"hello\"\n\n")) || bytes.Count(text, []byte("event: time\n")) < 3) {
		n, err := res.Body.Read(buf)
		text = append(text, buf[:n]...)
		if err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Contains(text, []byte(`data: "hello"`)) {
		t.Errorf("the message did not come: %q", text)
	}
}

// TestProxyExample sends a client through the proxy: the same script under both runtimes sees the same, and what it
// sees is what the proxy under Node.js shows it.
func TestProxyExample(t *testing.T) {
	script := filepath.Join("..", "examples", "proxy", "server.js")
	env := []string{"PORT=0", "ALLOW=127.0.0.1"}
	run := func(server, client string) string {
		address, _ := exampleUnder(t, server, script, env...)
		o := runClient(t, nil, client, filepath.Join("testdata", "proxy-client.js"), address[strings.LastIndex(address, ":")+1:])
		if o.code != "0" || o.timedOut {
			t.Errorf("exit code %s\n%s", o.code, o.stderr)
		}
		return o.stdout
	}
	node, sluice := nodePath(t), sluicePath(t)
	want := run(node, node)
	for _, line := range []string{"\ntunnel 200 0 through the tunnel\n", "\nlarge 8388608\n", "\nhttps true POST /inside true undefined 200000\n", "\ntunnel to nowhere 502 403\n"} {
		if !strings.Contains(want, line) {
			t.Errorf("%q is not in\n%s", line, want)
		}
	}
	compare(t, "Sluice as the proxy", want, run(sluice, node))
	compare(t, "Sluice as the client", want, run(node, sluice))
	compare(t, "Sluice as both", want, run(sluice, sluice))
}

func TestStaticSite(t *testing.T) {
	p := &pool{t: t, exited: make(chan struct{})}
	p.cmd = exec.Command(sluicePath(t), "serve", "--set", "port=0", "--set", "host=127.0.0.1", "--set", "admin=false")
	p.cmd.Dir, p.cmd.Stderr = filepath.Join("..", "examples", "static-site"), p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = p.cmd.Wait(); close(p.exited) }()
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); <-p.exited })
	p.waitLog(edgePort.String())
	address := "http://127.0.0.1:" + edgePort.FindStringSubmatch(p.text())[1]
	for _, c := range []struct {
		path   string
		status int
		field  string
		text   string
	}{
		{"/", 200, "Content-Type: text/html; charset=utf-8", "<h1>A static site</h1>"},
		{"/assets/style.1.css", 200, "Cache-Control: public, max-age=31536000, immutable", "margin: 4rem auto"},
		{"/home", 308, "Location: /", ""},
		{"/nothing", 404, "Content-Type: text/html; charset=utf-8", "There is nothing here"},
		{"/../sluice.toml", 404, "Content-Type: text/html; charset=utf-8", "There is nothing here"},
	} {
		req, err := http.NewRequest("GET", address, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.URL.Path = c.path
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		res.Body.Close()
		name, value, _ := strings.Cut(c.field, ": ")
		if err != nil || res.StatusCode != c.status || res.Header.Get(name) != value || !strings.Contains(string(b), c.text) {
			t.Errorf("%s: %s %v %q %v", c.path, res.Status, res.Header, b, err)
		}
	}
}
