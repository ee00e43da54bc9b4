package test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// load asks a server without a pause on a number of connections, and counts what goes wrong.
type load struct {
	port             string
	stop             chan struct{}
	all              sync.WaitGroup
	answers, retries atomic.Int64
	mu               sync.Mutex
	failures         []string
	versions         map[string]int
}

// startLoad starts so many clients, half of them with a connection for each request.
func startLoad(port string, clients int) *load {
	l := &load{port: port, stop: make(chan struct{}), versions: map[string]int{}}
	for i := range clients {
		l.all.Go(func() { l.client(i, i%2 == 0) })
	}
	return l
}

func (l *load) fail(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failures = append(l.failures, fmt.Sprintf(format, args...))
}

func (l *load) end() (failures []string) {
	close(l.stop)
	l.all.Wait()
	return l.failures
}

func (l *load) client(id int, keepAlive bool) {
	var c net.Conn
	var in *bufio.Reader
	defer func() {
		if c != nil {
			c.Close()
		}
	}()
	for n := 0; ; n++ {
		select {
		case <-l.stop:
			return
		default:
		}
		fresh := c == nil
		if fresh {
			var err error
			if c, err = net.Dial("tcp", "127.0.0.1:"+l.port); err != nil {
				l.fail("client %d: %v", id, err)
				return
			}
			in = bufio.NewReader(c)
		}
		_ = c.SetDeadline(time.Now().Add(patience))
		text := fmt.Sprintf("%d-%d", id, n)
		header := ""
		if !keepAlive {
			header = "Connection: close\r\n"
		}
		fmt.Fprintf(c, "POST /echo HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n%s", header, len(text), text)
		res, err := http.ReadResponse(in, nil)
		var answer []byte
		if err == nil {
			answer, err = io.ReadAll(res.Body)
		}
		version, echo, _ := strings.Cut(string(answer), " ")
		if err != nil || res.StatusCode != 200 || echo != text {
			l.fail("client %d, request %d, new connection %v: %v %+v %q", id, n, fresh, err, res, answer)
			return
		}
		l.answers.Add(1)
		l.mu.Lock()
		l.versions[version]++
		l.mu.Unlock()
		if res.Close {
			c.Close()
			c = nil
		}
	}
}

// waitVersion waits until a version has answered, or a request has failed.
func (l *load) waitVersion(t *testing.T, version string) {
	t.Helper()
	l.wait(t, version, func() bool { return l.versions[version] > 0 })
}

// waitVersions waits until so many versions have answered.
func (l *load) waitVersions(t *testing.T, n int) {
	t.Helper()
	l.wait(t, fmt.Sprint(n, " versions"), func() bool { return len(l.versions) >= n })
}

func (l *load) wait(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		l.mu.Lock()
		over := ok() || len(l.failures) > 0
		l.mu.Unlock()
		if over {
			return
		}
	}
	t.Errorf("never: %s; answers by version: %v", what, l.versions)
}

func writeVersion(t *testing.T, file, version string) {
	t.Helper()
	script := `
const http = require('node:http');
const version = ` + "`" + version + "`" + `;
http.createServer((req, res) => {
  let body = '';
  req.on('data', (chunk) => { body += chunk; });
  req.on('end', () => setTimeout(() => res.end(version + ' ' + body), Math.random() < 0.1 ? 30 : 0));
}).listen(0, '127.0.0.1', function() { console.log(this.address().port); });
`
	replaceFile(t, file, script)
}

// replaceFile puts a file in place of another: who reads it has the one or the other, and
// never a part.
func replaceFile(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file+".new", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}

func TestReloadLosesNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "app.js")
	writeVersion(t, file, "v0")
	p := startScript(t, file, nil, "-w", "2")
	p.waitLog(`(?s)(stdout.*){2}`) // both have read the file
	l := startLoad(p.port, 16)
	for i := range 20 {
		writeVersion(t, file, fmt.Sprintf("v%d", i+1))
		before := strings.Count(p.text(), "the new workers serve")
		p.signal(syscall.SIGHUP)
		p.waitLog(fmt.Sprintf(`(?s)(the new workers serve.*){%d}`, before+1))
		l.waitVersion(t, fmt.Sprintf("v%d", i+1))
	}
	failures := l.end()
	t.Logf("%d answers, %d versions", l.answers.Load(), len(l.versions))
	if len(failures) > 0 {
		t.Errorf("%d failures, the first: %s", len(failures), failures[0])
	}
	p.signal(syscall.SIGTERM)
	if code := p.wait(); code != 0 || !strings.Contains(p.text(), "nothing was cut off") {
		t.Errorf("stop: exit code %d", code)
	}
}

// TestReloadOfBrokenCode: new code that does not start leaves the old serving.
func TestReloadOfBrokenCode(t *testing.T) {
	for _, broken := range []struct{ code, why string }{
		{"throw new Error('broken')", `reload: a new worker does not start, the old ones go on: uncaught exception`},
		{"let 1 = 2", `SyntaxError`},
		{"setTimeout(() => process.exit(4), 50)", `it exited with code 4`},
		{"require('node:http')", `it exited with code 0`},
		{"for (;;);", `JavaScript has not come back`},
	} {
		file := filepath.Join(t.TempDir(), "app.js")
		writeVersion(t, file, "old")
		hang := "1m"
		if broken.code == "for (;;);" {
			hang = "5s" // longer than a busy machine takes to start code that is right
		}
		p := startScript(t, file, nil, "-w", "2", "--hang-timeout", hang)
		p.waitLog(`(?s)(stdout.*){2}`)
		l := startLoad(p.port, 4)
		replaceFile(t, file, broken.code)
		p.signal(syscall.SIGHUP)
		p.waitLog(`the old ones go on`)
		p.waitLog(broken.why)
		writeVersion(t, file, "mended")
		p.signal(syscall.SIGHUP)
		p.waitLog(`the new workers serve`)
		l.waitVersion(t, "mended")
		if failures := l.end(); len(failures) > 0 {
			t.Errorf("%s: %v, failures %v", broken.code, l.versions, failures)
		}
	}
}

// TestReloadOfBrokenCodeBlamesOne: one new worker throws while the others still load. The
// log has its exception, and nothing of the others, which are not to blame.
func TestReloadOfBrokenCodeBlamesOne(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "app.js")
	writeVersion(t, file, "old")
	p := startScript(t, file, nil, "-w", "3")
	p.waitLog(`(?s)(stdout.*){3}`) // all have read the file
	broken := `
const fs = require('node:fs');
const loading = () => fs.readdirSync(__dirname).filter((name) => name.startsWith('loading')).length;
fs.writeFileSync(__dirname + '/loading' + process.hrtime.bigint() + Math.random(), '');
while (loading() < 3);
try { fs.mkdirSync(__dirname + '/thrown'); } catch { while (true); }
throw new Error('broken');
`
	replaceFile(t, file, broken)
	p.signal(syscall.SIGHUP)
	p.waitLog(`the old ones go on: uncaught exception`)
	writeVersion(t, file, "mended")
	p.signal(syscall.SIGHUP)
	p.waitLog(`the new workers serve`)
	p.signal(syscall.SIGTERM)
	p.wait()
	log := p.text()
	if strings.Count(log, "Error: broken") != 1 || strings.Contains(log, "worker 1 ended") || strings.Contains(log, "worker 2 ended") || strings.Contains(log, "worker 3 ended") {
		t.Error("the log blames workers that were not to blame")
	}
}

// TestRecycling: workers that have done their share are replaced, and nobody notices.
func TestRecycling(t *testing.T) {
	for _, option := range []string{"--max-requests=500", "--max-age=300ms"} {
		file := filepath.Join(t.TempDir(), "app.js")
		writeVersion(t, file, "${Math.random()}")
		p := startScript(t, file, nil, "-w", "2", option)
		l := startLoad(p.port, 8)
		l.waitVersions(t, 6)
		if failures := l.end(); len(failures) > 0 {
			t.Errorf("%s: %d workers, failures %v", option, len(l.versions), failures)
		}
		p.waitLog("recycled after")
	}
}

// TestWatch: a change of a file that was loaded is served without a lost request, one
// of another file is not noticed, and code that does not start at first may be mended.
func TestWatch(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "app.js")
	other := filepath.Join(dir, "version.js")
	write := func(name, text string) {
		t.Helper()
		replaceFile(t, name, text)
	}
	writeVersion(t, file, "${require('./version')}")
	write(other, "module.exports = 'one';")
	p := startScript(t, file, nil, "--watch")
	l := startLoad(p.port, 4)
	l.waitVersion(t, "one")
	write(filepath.Join(dir, "unused.js"), "unused")
	write(other, "module.exports = 'two';")
	p.waitLog(`version.js changed: reloading\n(.*\n)*sluice: reloaded`)
	l.waitVersion(t, "two")
	write(other, "module.exports = '")
	p.waitLog(`the old ones go on`)
	write(other, "module.exports = 'three';")
	l.waitVersion(t, "three")
	if failures := l.end(); len(failures) > 0 {
		t.Errorf("%v, failures %v", l.versions, failures)
	}
	if strings.Contains(p.text(), "unused.js changed") {
		t.Error("it reloads for a file that was not loaded")
	}
}

// TestWatchPath: a change below a given path reloads, although nothing loaded the file.
func TestWatchPath(t *testing.T) {
	dir, watched := t.TempDir(), t.TempDir()
	file := filepath.Join(dir, "app.js")
	writeVersion(t, file, "one")
	p := startScript(t, file, nil, "--watch-path", watched)
	moved := filepath.Join(dir, "data.json") // not new by its time, when it comes
	if err := os.WriteFile(moved, []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	deep := filepath.Join(watched, "a", "b")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(moved, filepath.Join(deep, "data.json")); err != nil {
		t.Fatal(err)
	}
	p.waitLog(`b/data.json changed: reloading\n(.*\n)*sluice: reloaded`)
	p.mustGet("/")
	if strings.Count(p.text(), "changed: reloading") != 1 {
		t.Error("it reloads for a file outside the path")
	}
}

// TestStopsWithStandby stops the process five times under load while another one
// listens on the same port: no request is lost.
func TestStopsWithStandby(t *testing.T) {
	file := filepath.Join(t.TempDir(), "app.js")
	writeVersion(t, file, "${process.pid}")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	shared := strings.Replace(string(text), "listen(0, '127.0.0.1',", "listen({ port: Number(process.env.PORT ?? 0), host: '127.0.0.1', reusePort: true },", 1)
	if err := os.WriteFile(file, []byte(shared), 0o644); err != nil {
		t.Fatal(err)
	}
	now := startScript(t, file, nil, "-w", "2")
	l := startLoad(now.port, 12)
	for range 5 {
		next := startScript(t, file, []string{"PORT=" + now.port}, "-w", "2")
		// It listens; that it serves too shows in its answers. What the system has accepted
		// for a process that stops before any of its workers serves is lost.
		l.waitVersion(t, fmt.Sprint(next.cmd.Process.Pid))
		now.signal(syscall.SIGTERM)
		if code := now.wait(); code != 0 || !strings.Contains(now.text(), "nothing was cut off") {
			t.Errorf("exit code %d", code)
		}
		now = next
	}
	l.waitVersions(t, 6)
	failures := l.end()
	t.Logf("%d answers of %d processes", l.answers.Load(), len(l.versions))
	if len(failures) > 0 || len(l.versions) != 6 {
		t.Errorf("%d processes answered, %d failures, the first: %v", len(l.versions), len(failures), failures[:min(1, len(failures))])
	}
}
