package test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

const clusterApp = `
const cluster = require('node:cluster');
const http = require('node:http');
if (cluster.isPrimary) {
  http.createServer((req, res) => res.end('primary')).listen(Number(process.argv[2]), '127.0.0.1');
  cluster.fork();
  cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  http.createServer((req, res) => {
    if (req.url === '/die') throw new Error('fork dies');
    if (req.url === '/echo') { res.write('v1 '); req.pipe(res); return; }
    if (req.url === '/slow') { res.write('begin '); setTimeout(() => res.end('end'), 1000); return; }
    res.end('version 1 fork ' + cluster.worker.id + ' ' + typeof req.id);
  }).listen(80);
}
`

// TestClusterBehindEdge: workers of an application that forks with cluster stand behind
// the edge in the place of their primary: they share its listeners, survive each other,
// and reloads and stops wait for them.
func TestClusterBehindEdge(t *testing.T) {
	port, second, own := freePort(t), freePort(t), freePort(t)
	configuration := func(n int, listen ...string) string {
		text := fmt.Sprintf("app = \"app.js\"\nargs = [%q]\n[[route]]\npath = \"/which\"\nrespond = \"number %d\"\n", own, n)
		for _, port := range listen {
			text += fmt.Sprintf("[[listen]]\nhost = \"127.0.0.1\"\nport = %s\n", port)
		}
		return text
	}
	s := startAdministered(t, map[string]string{"app.js": clusterApp, "sluice.toml": configuration(1, port)})
	s.waits("serving on http://127.0.0.1:"+port, nil)
	s.port, s.url = port, "http://127.0.0.1:"+port
	both := func(url string) {
		t.Helper()
		seen := map[string]bool{}
		last := ""
		for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			status, text := s.get(url)
			if last = fmt.Sprint(status, " ", text); status != 200 {
				continue // it may go down with a worker that ends for what came before
			}
			if !strings.HasSuffix(text, " string") {
				t.Fatal(last)
			}
			if seen[text] = true; len(seen) == 2 {
				return
			}
		}
		t.Fatalf("only %v answer, the last time %s", seen, last)
	}
	both(s.url)
	// The primary's own server is where it says.
	s.becomes("http://127.0.0.1:"+own, "primary")

	// A listener that is new is theirs too.
	s.write("sluice.toml", configuration(2, port, second))
	s.becomes("http://127.0.0.1:"+second+"/which", "number 2")
	both("http://127.0.0.1:" + second)

	// One dies, another comes.
	for range 3 {
		if status, text := s.get(s.url + "/die"); status == 200 {
			t.Errorf("%d %q", status, text)
		}
	}
	both(s.url)
	// New code, and no request is lost.
	load := startLoad(port, 3)
	s.write("app.js", strings.Replace(clusterApp, "version 1", "version 2", 1))
	s.signal(syscall.SIGHUP)
	s.becomes(s.url, "version 2")
	s.waits("reloaded: the new workers serve", nil)
	both(s.url)
	for _, failure := range load.end() {
		t.Error(failure)
	}
	s.becomes("http://127.0.0.1:"+own, "primary")

	s.becomes(s.admin+"/readyz", `"ready":true`)
	_, metrics := s.get(s.admin + "/metrics")
	for _, never := range []string{`sluice_worker_requests_total{worker="1"} 0`, `sluice_worker_requests_total{worker="2"}`, `sluice_requests_total{method="GET",route="/*",status="2xx"} 0`} {
		if strings.Contains(metrics, never+"\n") {
			t.Errorf("the metrics say %s", never)
		}
	}
	slow, err := http.Get(s.url + "/slow")
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Body.Close()
	s.signal(syscall.SIGTERM)
	buf := make([]byte, 100)
	text := ""
	for err == nil {
		var n int
		n, err = slow.Body.Read(buf)
		text += string(buf[:n])
	}
	if text != "begin end" {
		t.Errorf("%q, %v", text, err)
	}
	if code := s.wait(); code != 0 || !strings.Contains(s.text(), "nothing was cut off") {
		t.Errorf("exit code %d", code)
	}
}

// TestClusterCountsAsItsWorker: forks behind the edge have the number of their primary's
// worker in the log, and their requests count for what it may serve.
func TestClusterCountsAsItsWorker(t *testing.T) {
	p := startEdge(t, "app = \"app.js\"\nsupervisor.max_requests = 40", `
const cluster = require('node:cluster');
if (cluster.isPrimary) { cluster.fork(); cluster.fork(); }
else require('node:http').createServer((req, res) => res.end('fork')).listen(80);
`)
	answered := 0
	for end := time.Now().Add(patience); !strings.Contains(p.text(), `"cause":"max_requests"`); {
		if time.Now().After(end) {
			t.Fatalf("%d answers, and the log does not say that the worker has served its share", answered)
		}
		if status, _, err := p.get("/"); err == nil && status == 200 {
			answered++
		}
	}
	if answered < 36 { // a tenth less than 40, at least
		t.Errorf("a worker has served its share after %d answers", answered)
	}
	p.signal(syscall.SIGTERM)
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	lines := 0
	for line := range strings.Lines(p.text()) {
		if strings.Contains(line, `"target":`) {
			if lines++; !strings.HasSuffix(strings.TrimSpace(line), `"worker":1,"user_agent":"Go-http-client/1.1"}`) {
				t.Errorf("a line of another worker: %s", line)
			}
		}
	}
	if lines < answered {
		t.Errorf("%d lines for %d answers", lines, answered)
	}
}

// TestClusterPrimaryEnds: the primary of forks behind the edge may die, with several of
// them, and have served its share: others take its place, and the log knows the forks by
// the number of their primary's worker.
func TestClusterPrimaryEnds(t *testing.T) {
	p := startEdge(t, "app = \"app.js\"\nworkers = 2\nsupervisor.max_requests = 40", `
const cluster = require('node:cluster');
if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
  cluster.on('message', () => { throw new Error('the primary dies'); });
} else {
  require('node:http').createServer((req, res) => {
    if (req.url === '/kill') process.send('die');
    res.end('fork');
  }).listen(80);
}
`)
	answered := 0
	serve := func(what string) {
		t.Helper()
		for end := time.Now().Add(patience); !strings.Contains(p.text(), what); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%d answers, and the log does not say %q", answered, what)
			}
			res, err := http.Get(p.url())
			if err != nil { // a connection may go down with its worker
				continue
			}
			if res.Body.Close(); res.StatusCode == 200 {
				answered++
			}
		}
	}
	serve(`"target":"/"`)
	_, _, _ = p.get("/kill") // its connection may go down with it
	serve(`"cause":"exception"`)
	serve(`"cause":"max_requests"`)
	if answered < 36 { // a worker's share is 40, give or take a tenth
		t.Errorf("a worker has served its share after %d answers", answered)
	}
	p.signal(syscall.SIGTERM)
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for line := range strings.Lines(p.text()) {
		if strings.Contains(line, `"target":`) && !regexp.MustCompile(`"worker":[12][,}]`).MatchString(line) {
			t.Errorf("a line of neither worker: %s", line)
		}
	}
}
