package test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sluice-http/sluice/internal/edgetest"
)

// edgePool is `sluice serve` in a folder with a configuration; what it says on standard
// output and error is the pool's log.
type edgePool struct {
	*pool
	dir string
}

var edgePort = regexp.MustCompile(`serving on http://127\.0\.0\.1:(\d+)`)

// startEdge starts `sluice serve` with a configuration and an application, which may be
// empty, in a folder with the files of the edge's tests.
func startEdge(t *testing.T, config, app string, args ...string) *edgePool {
	t.Helper()
	dir := t.TempDir()
	edgetest.WriteFiles(t, dir)
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("sluice.toml", config)
	if app != "" {
		write("app.js", app)
	}
	p := &pool{t: t}
	p.serveIn(dir, p, append([]string{"--set", "host=127.0.0.1", "--set", "port=0", "--set", "admin.enabled=false"}, args...)...)
	p.waitLog(edgePort.String())
	p.port = edgePort.FindStringSubmatch(p.text())[1]
	return &edgePool{p, dir}
}

func (p *edgePool) url() string { return "http://127.0.0.1:" + p.port }

// TestEdge is the edge's own table, in front of an application in JavaScript.
func TestEdge(t *testing.T) {
	for _, c := range edgetest.Cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			p := startEdge(t, c.Config, "")
			edgetest.Run(t, p.url(), c)
		})
	}
}

const edgeApp = `
const http = require('node:http');
const { existsSync } = require('node:fs');
const waitFor = (file, then) => { if (existsSync(file)) then(); else setTimeout(waitFor, 10, file, then); };
const spinUntil = (file) => { while (!existsSync(file)) for (const end = Date.now() + 5; Date.now() < end;); };
http.createServer((req, res) => {
  const url = new URL(req.url, 'http://x');
  const ms = Number(url.searchParams.get('ms'));
  req.on('aborted', () => console.log('aborted ' + req.url));
  res.on('close', () => { if (!res.writableFinished) console.log('closed ' + req.url); });
  switch (url.pathname) {
    case '/facts': res.end(JSON.stringify({ id: req.id, raw: req.rawHeaders, remote: req.socket.remoteAddress })); break;
    case '/slow': setTimeout(() => res.end('slow ' + req.url), ms); break;
    case '/drip': res.write('begin '); setTimeout(() => res.end('end'), ms); break;
    case '/held': console.log('held'); waitFor('release', () => res.end('held')); break;
    case '/hang': console.log('hanging'); spinUntil('release'); res.end('awake'); break;
    case '/echo': {
      let n = 0;
      req.on('data', (chunk) => { n += chunk.length; });
      req.on('end', () => res.end('got ' + n));
      break;
    }
    case '/large': res.setHeader('content-type', 'text/plain'); res.end('0123456789'.repeat(200000)); break;
    case '/events': {
      res.writeHead(200, { 'content-type': 'text/html' });
      res.write('first');
      process.once('SIGUSR2', () => res.end('second'));
      break;
    }
    case '/trailers':
      res.writeHead(200, { 'content-type': 'text/html', trailer: 'X-Sum' });
      res.write('0123456789'.repeat(200));
      res.addTrailers({ 'X-Sum': '45' });
      res.end();
      break;
    case '/pieces':
      res.writeHead(200, { 'content-type': 'text/html' });
      for (let i = 0; i < 10; i++) res.write('0123456789'.repeat(20));
      res.end();
      break;
    case '/short':
      res.writeHead(200, { 'content-type': 'text/html', 'content-length': 5000 });
      res.end('too little'.repeat(100));
      break;
    default: res.end('app ' + req.url);
  }
}).on('upgrade', (req, socket, head) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  socket.write(head);
  socket.pipe(socket);
}).on('connect', (req, socket) => {
  socket.write('HTTP/1.1 200 OK\r\n\r\n');
  socket.write('to ' + req.url + '\n');
  socket.pipe(socket);
}).listen(3000);
`

// exchangeAll sends text and reads the answers to as many requests, by their methods.
func exchangeAll(t *testing.T, port, text string, methods ...string) (answers []string, c net.Conn) {
	t.Helper()
	c = dial(t, port)
	fmt.Fprint(c, text)
	in := bufio.NewReader(c)
	for _, method := range methods {
		res, err := http.ReadResponse(in, &http.Request{Method: method})
		if err != nil {
			t.Fatalf("after %q: %v", answers, err)
		}
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatalf("after %q: %v", answers, err)
		}
		answers = append(answers, fmt.Sprintf("%d %s", res.StatusCode, b))
	}
	return answers, c
}

// TestEdgePipelining: answers of the edge, of files and of the application come in the
// order of their requests, whoever is ready first.
func TestEdgePipelining(t *testing.T) {
	p := startEdge(t, "app = \"app.js\"\nstatic = \"public\"\ncompression = false\n[[route]]\npath = \"/fixed\"\nrespond = \"fixed\"\n[[route]]\npath = \"/auth\"\napp = true\nbasic_auth.users = {ada = \"$2y$10$abcdefghijklmnopqrstuuJ0iZ1jB5p0l8M1t1Yb6m1yRZ2d1b6yG\"}", edgeApp)
	get := func(path string, fields ...string) string {
		return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + strings.Join(append(fields, ""), "\r\n") + "\r\n"
	}
	send := get("/slow?ms=300") + get("/a.txt") + get("/fixed") + get("/big.txt") + get("/x") +
		get("/auth", "Authorization: Basic YWRhOndyb25n") + // waits for a hash on a goroutine
		"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello" +
		"POST /fixed HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" +
		"HEAD /a.txt HTTP/1.1\r\nHost: x\r\n\r\n" + "HEAD /y HTTP/1.1\r\nHost: x\r\n\r\n" + get("/slow?ms=50") + get("/none.txt") + get("/fixed")
	want := []string{"200 slow /slow?ms=300", "200 0123456789", "200 fixed", "200 " + edgetest.Large, "200 app /x", "401 401 Unauthorized\n",
		"200 got 5", "200 fixed", "200 ", "200 ", "200 slow /slow?ms=50", "200 app /none.txt", "200 fixed"}
	got, c := exchangeAll(t, p.port, send, "GET", "GET", "GET", "GET", "GET", "GET", "POST", "POST", "HEAD", "HEAD", "GET", "GET", "GET")
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("answer %d: %q, want %q", i, clip(got[i]), clip(want[i]))
		}
	}
	// The connection lives on.
	fmt.Fprint(c, get("/fixed"))
	if text := body(t, bufio.NewReader(c)); text != "fixed" {
		t.Errorf("%q", text)
	}
}

// TestEdgeSplit: a request that comes byte by byte is one.
func TestEdgeSplit(t *testing.T) {
	p := startEdge(t, "app = \"app.js\"\nstatic = \"public\"", edgeApp)
	c := dial(t, p.port)
	for _, b := range []byte("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /a.txt HTTP/1.1\r\nHost: x\r\n\r\n") {
		if _, err := c.Write([]byte{b}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	in := bufio.NewReader(c)
	for _, want := range []string{"got 3", "0123456789"} {
		if text := body(t, in); text != want {
			t.Errorf("%q, want %q", text, want)
		}
	}
}

// TestEdgeTellsTheApplication: what the application hears of the client is what the edge
// says, whatever the client says of itself.
func TestEdgeTellsTheApplication(t *testing.T) {
	p := startEdge(t, "app = \"app.js\"", edgeApp)
	facts := func(port string, fields ...string) (id string, headers map[string][]string) {
		t.Helper()
		_, text := edgetest.Do(t, "http://127.0.0.1:"+port, "GET /facts", fields...)
		var f struct {
			ID  string
			Raw []string
		}
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		headers = map[string][]string{}
		for i := 0; i+1 < len(f.Raw); i += 2 {
			name := strings.ToLower(f.Raw[i])
			headers[name] = append(headers[name], f.Raw[i+1])
		}
		return f.ID, headers
	}
	check := func(headers map[string][]string, name string, want ...string) {
		t.Helper()
		if got := headers[name]; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	id, h := facts(p.port, "Host: a.example", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil", "Forwarded: for=1.2.3.4", "X-Real-IP: 1.2.3.4", "x-request-id: mine", "X-Other: kept")
	if len(id) != 32 || id == "mine" {
		t.Errorf("id %q", id)
	}
	check(h, "x-request-id", id)
	check(h, "x-forwarded-for", "127.0.0.1")
	check(h, "x-forwarded-proto", "http")
	check(h, "x-forwarded-host", "a.example")
	check(h, "forwarded")
	check(h, "x-real-ip")
	check(h, "x-other", "kept")
	if second, _ := facts(p.port); second == id {
		t.Error("two requests have one name")
	}
	p = startEdge(t, "app = \"app.js\"\ntrusted_proxies = [\"127.0.0.1\"]", edgeApp)
	id, h = facts(p.port, "Host: a.example", "X-Forwarded-For: 6.6.6.6, 192.0.2.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: b.example", "X-Request-Id: theirs")
	if id != "theirs" {
		t.Errorf("id %q", id)
	}
	check(h, "x-forwarded-for", "192.0.2.1")
	check(h, "x-forwarded-proto", "https")
	check(h, "x-forwarded-host", "b.example")
	p = startEdge(t, "app = \"app.js\"\nrequest_id = false", edgeApp)
	if id, h = facts(p.port, "X-Request-Id: mine"); id != "" {
		t.Errorf("id %q", id)
	}
	check(h, "x-request-id", "mine")
}

// TestEdgeBodies: bodies that are too long, before and behind 100 Continue.
func TestEdgeBodies(t *testing.T) {
	p := startEdge(t, "app = \"app.js\"\nbody_limit = \"1KiB\"\n[[route]]\npath = \"/fixed\"\nrespond = \"fixed\"", edgeApp)
	for _, c := range []struct{ name, send, want, never string }{
		{"announced", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1025\r\n\r\n", "HTTP/1.1 413 ", ""},
		{"announced, and asked for", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1025\r\nExpect: 100-continue\r\n\r\n", "HTTP/1.1 413 ", "100 Continue"},
		{"refused, and asked for", "POST /fixed HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n", "Connection: close\r\n", "100 Continue"},
		{"in chunks", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n401\r\n" + strings.Repeat("x", 1025) + "\r\n0\r\n\r\n", "HTTP/1.1 413 ", ""},
		{"in small chunks", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("1\r\nx\r\n", 1025), "HTTP/1.1 413 ", ""},
		{"just long enough", "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" + strings.Repeat("x", 1024) + "\r\n0\r\n\r\n", "got 1024", ""},
		{"continued", "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n", "HTTP/1.1 413"},
		{"broken", "GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n", ""},
		{"broken behind a good one", "GET /fixed HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n", "fixedHTTP/1.1 400 Bad Request\r\n", ""},
		{"no host", "GET /fixed HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n", "fixed"},
		{"1.0", "GET /fixed HTTP/1.0\r\n\r\n", "Connection: close\r\n", ""},
		{"1.0 that stays", "GET /fixed HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /fixed HTTP/1.0\r\n\r\n", "Connection: keep-alive\r\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := talk(t, p.port, c.send); !strings.Contains(got, c.want) || c.never != "" && strings.Contains(got, c.never) {
				t.Errorf("%q, want %q", clip(got), c.want)
			}
		})
	}
}

// TestEdgeTimeouts: an application that does not answer is answered for, one that does
// not go on is cut.
func TestEdgeTimeouts(t *testing.T) {
	p := startEdge(t, "app = \"app.js\"\ntimeout = \"3s\"\n[[route]]\npath = \"/echo\"\napp = true\ntimeout = \"0s\"\n[timeouts]\nhandler = \"2s\"", edgeApp)
	got, c := exchangeAll(t, p.port, request("/slow?ms=600000")+request("/x"), "GET", "GET")
	if got[0] != "504 504 Gateway Timeout\n" || got[1] != "200 app /x" {
		t.Errorf("%q", got)
	}
	fmt.Fprint(c, request("/y")) // the connection lives on
	if text := body(t, bufio.NewReader(c)); text != "app /y" {
		t.Errorf("%q", text)
	}
	cut := talk(t, p.port, request("/drip?ms=600000"))
	if !strings.Contains(cut, "begin ") || strings.Contains(cut, "end") || strings.HasSuffix(cut, "0\r\n\r\n") {
		t.Errorf("%q", cut)
	}
	p.waitLog(`closed /drip`)
	p.waitLog(`"target":"/slow\?ms=600000".*"status":504,"bytes":20,`)
	p.waitLog(`"target":"/drip\?ms=600000".*"status":200,.*"aborted":true`)
}

// TestEdgeStreams: compressed streams stay streams, bodies that are less than their heads
// promise do not look complete, and trailers are kept.
func TestEdgeStreams(t *testing.T) {
	p := startEdge(t, `app = "app.js"`, edgeApp)
	for _, coding := range []string{"gzip", "br", "zstd"} {
		req, _ := http.NewRequest("GET", p.url()+"/events", nil)
		req.Header.Set("Accept-Encoding", coding)
		res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		// What has come before the application goes on decodes to the first piece.
		var packed []byte
		buf := make([]byte, 4096)
		for {
			n, err := res.Body.Read(buf)
			packed = append(packed, buf[:n]...)
			text, _ := edgetest.Decode(coding, packed)
			if string(text) == "first" {
				break
			}
			if err != nil {
				t.Fatalf("%s: %q, %v", coding, text, err)
			}
		}
		p.signal(syscall.SIGUSR2)
		rest, err := io.ReadAll(res.Body)
		text, err2 := edgetest.Decode(coding, append(packed, rest...))
		if err != nil || err2 != nil || string(text) != "firstsecond" {
			t.Errorf("%s: %q, %v, %v", coding, text, err, err2)
		}
	}
	fields := []string{"Accept-Encoding: gzip"}
	req, _ := http.NewRequest("GET", p.url()+"/trailers", nil)
	req.Header.Set("Accept-Encoding", "gzip")
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := io.ReadAll(res.Body)
	text, err2 := edgetest.Decode("gzip", packed)
	if err != nil || err2 != nil || string(text) != strings.Repeat("0123456789", 200) || res.Trailer.Get("X-Sum") != "45" || res.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%d bytes, %v, %v, %v %v", len(text), err, err2, res.Header, res.Trailer)
	}
	short := talk(t, p.port, "GET /short HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"+fields[0]+"\r\n\r\n")
	if strings.HasSuffix(short, "0\r\n\r\n") {
		t.Errorf("a body that is too short looks complete: %q", short)
	}
	old := talk(t, p.port, "GET /pieces HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n"+fields[0]+"\r\n\r\n")
	head, packedText, _ := strings.Cut(old, "\r\n\r\n")
	if text, err := edgetest.Decode("gzip", []byte(packedText)); err != nil || !strings.Contains(head, "Connection: close") || len(text) != 2000 {
		t.Errorf("%q, %d bytes, %v", head, len(text), err)
	}
}

// TestEdgeUpgrade: an application behind the edge takes connections over.
func TestEdgeUpgrade(t *testing.T) {
	p := startEdge(t, "app = \"app.js\"\n[[route]]\npath = \"/fixed\"\nrespond = \"fixed\"", edgeApp)
	fixed := "GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n"
	for _, c := range []struct{ send, status, first string }{
		{"GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nearly", "101", "early"},
		{fixed + "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n", "101", ""},
		{"CONNECT db:1 HTTP/1.1\r\nHost: db:1\r\n\r\n", "200", "to db:1\n"},
	} {
		conn := dial(t, p.port)
		fmt.Fprint(conn, c.send)
		in := bufio.NewReader(conn)
		if strings.HasPrefix(c.send, fixed) {
			if text := body(t, in); text != "fixed" {
				t.Errorf("%q", text)
			}
		}
		head, err := in.ReadString('\n')
		for line := ""; line != "\r\n" && err == nil; {
			line, err = in.ReadString('\n')
		}
		if err != nil || !strings.Contains(head, c.status) {
			t.Fatalf("%q, %v", head, err)
		}
		fmt.Fprint(conn, "ping")
		want := c.first + "ping"
		got := make([]byte, len(want))
		if _, err := io.ReadFull(in, got); err != nil || string(got) != want {
			t.Errorf("%q, want %q, %v", got, want, err)
		}
		conn.Close()
	}
	// The edge does not upgrade: its answer is an ordinary one.
	got, _ := exchangeAll(t, p.port, "GET /fixed HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"+fixed, "GET", "GET")
	if got[0] != "200 fixed" || got[1] != "200 fixed" {
		t.Errorf("%q", got)
	}
	p.waitLog(`"target":"/chat".*"status":101`)
}

// TestEdgeAborts: the application hears of clients that leave, and the log says so.
func TestEdgeAborts(t *testing.T) {
	p := startEdge(t, "app = \"app.js\"\nstatic = \"public\"", edgeApp)
	if err := os.WriteFile(filepath.Join(p.dir, "public", "huge.bin"), make([]byte, 64<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	c := dial(t, p.port)
	fmt.Fprint(c, request("/held"))
	p.waitLog(`held\n`)
	c.Close()
	p.waitLog(`closed /held`)
	p.waitLog(`"target":"/held".*"status":0,.*"aborted":true`)
	c = dial(t, p.port)
	fmt.Fprint(c, request("/huge.bin"))
	if _, err := io.ReadFull(c, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	c.Close()
	p.waitLog(`"target":"/huge.bin".*"status":200,.*"aborted":true`)
	found := regexp.MustCompile(`"target":"/huge.bin".*"bytes":(\d+)`).FindStringSubmatch(p.text())
	if n, _ := strconv.Atoi(found[1]); n <= 0 || n >= 64<<20 {
		t.Errorf("%d bytes were sent of an answer that was aborted", n)
	}
	// Who ends his side still gets what the edge answers.
	c = dial(t, p.port)
	fmt.Fprint(c, request("/a.txt"))
	_ = c.(*net.TCPConn).CloseWrite()
	if all, err := io.ReadAll(c); err != nil || !strings.HasSuffix(string(all), "0123456789") {
		t.Errorf("%q, %v", all, err)
	}
}

// TestEdgeWhileStuck: while JavaScript computes, the edge answers.
func TestEdgeWhileStuck(t *testing.T) {
	p := startEdge(t, "app = \"app.js\"\nstatic = \"public\"\ntimeouts.handler = \"1s\"\nsupervisor.hang_timeout = \"5m\"\n[[route]]\npath = \"/fixed\"\nrespond = \"fixed\"", edgeApp)
	hang := dial(t, p.port)
	fmt.Fprint(hang, request("/hang"))
	p.waitLog("hanging")
	c := dial(t, p.port)
	in := bufio.NewReader(c)
	for i := range 50 {
		path, want := "/fixed", "fixed"
		if i%2 == 1 {
			path, want = "/big.txt", edgetest.Large
		}
		fmt.Fprint(c, request(path))
		if text := body(t, in); text != want {
			t.Fatalf("%q", clip(text))
		}
	}
	fmt.Fprint(c, request("/x")+request("/fixed")) // the first waits for JavaScript, which is late
	for _, want := range []int{504, 200} {
		res, err := http.ReadResponse(in, nil)
		if err != nil || res.StatusCode != want {
			t.Fatalf("%v, %v", res, err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
	}
	if res, err := http.ReadResponse(bufio.NewReader(hang), nil); err != nil || res.StatusCode != 504 {
		t.Errorf("%v, %v", res, err)
	}
}

// TestEdgeDrains: a stop lets requests finish, says that connections end, and loses
// nothing.
func TestEdgeDrains(t *testing.T) {
	p := startEdge(t, "app = \"app.js\"\nstatic = \"public\"\n[[route]]\npath = \"/fixed\"\nrespond = \"fixed\"\n[shutdown]\ntimeout = \"20s\"", edgeApp)
	slow, idle, other := dial(t, p.port), dial(t, p.port), dial(t, p.port)
	fmt.Fprint(slow, request("/held"))
	p.waitLog(`held\n`)
	for _, c := range []net.Conn{idle, other} {
		fmt.Fprint(c, request("/fixed"))
		if text := body(t, bufio.NewReader(c)); text != "fixed" {
			t.Fatalf("%q", text)
		}
	}
	p.signal(syscall.SIGTERM)
	p.waitLog("SIGTERM: stopping")
	var both sync.WaitGroup
	for path, c := range map[string]net.Conn{"/fixed": idle, "/a.txt": other} {
		both.Go(func() { untilLast(t, c, path) })
	}
	both.Wait()
	makeFile(t, filepath.Join(p.dir, "release"))
	res, err := http.ReadResponse(bufio.NewReader(slow), nil)
	if err != nil || res.StatusCode != 200 {
		t.Fatalf("%v, %v", res, err)
	}
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	p.waitLog("nothing was cut off")
}

// TestEdgeReload: SIGHUP brings new code behind the same listeners, and no request is lost.
func TestEdgeReload(t *testing.T) {
	version := func(n int) string {
		return fmt.Sprintf("require('node:http').createServer((q, s) => { if (q.url === '/echo') { s.write('v%d '); q.pipe(s); } else s.end('version %d'); }).listen(3000);\n", n, n)
	}
	p := startEdge(t, "app = \"app.js\"\nworkers = 2\nstatic = \"public\"", version(1))
	load := startLoad(p.port, 4)
	for n := 2; n <= 4; n++ {
		replaceFile(t, filepath.Join(p.dir, "app.js"), version(n))
		p.signal(syscall.SIGHUP)
		want := fmt.Sprintf("version %d", n)
		for end := time.Now().Add(patience); p.mustGet("/x") != want; time.Sleep(25 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("the new version does not come")
			}
		}
	}
	for _, failure := range load.end() {
		t.Error(failure)
	}
}

// TestEdgeLog: a line for each request, with what it was.
func TestEdgeLog(t *testing.T) {
	p := startEdge(t, "app = \"app.js\"\nstatic = \"public\"\nworkers = 2", edgeApp)
	for i := range 20 {
		edgetest.Do(t, p.url(), fmt.Sprintf("GET /n%d", i))
		edgetest.Do(t, p.url(), fmt.Sprintf("GET /a.txt?n=%d", i))
	}
	p.signal(syscall.SIGTERM)
	p.wait()
	seen := map[string]bool{}
	for line := range strings.Lines(p.text()) {
		if !json.Valid([]byte(line)) { // nothing stands beside the records
			t.Errorf("%q is no JSON", line)
		}
		if strings.Contains(line, `"level":`) { // the server's own log
			continue
		}
		var l struct {
			Target, Route, ID string
			Status, Bytes     int
			Worker            int
			Duration          float64 `json:"duration_ms"`
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		want := 10
		if strings.HasPrefix(l.Target, "/n") {
			want = len("app ") + len(l.Target)
		}
		if l.Status != 200 || l.Bytes != want || l.Route != "/*" || len(l.ID) != 32 || l.Worker < 1 || l.Worker > 2 || l.Duration < 0 || seen[l.Target] {
			t.Errorf("%q", line)
		}
		seen[l.Target] = true
	}
	if len(seen) != 40 {
		t.Errorf("%d lines, want 40", len(seen))
	}
}
