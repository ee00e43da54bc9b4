package test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// pool is a running sluice with several workers.
type pool struct {
	t      *testing.T
	cmd    *exec.Cmd
	port   string
	mu     sync.Mutex
	log    bytes.Buffer
	exited chan struct{}
}

// startPool runs testdata/workers-server.js, or another script, with the options. The
// script prints its port on a line of its own.
func startPool(t *testing.T, options ...string) *pool {
	return startScript(t, "testdata/workers-server.js", nil, options...)
}

func startScript(t *testing.T, script string, environ []string, options ...string) *pool {
	t.Helper()
	p := &pool{t: t, cmd: exec.Command(sluicePath(t), append(options, script)...), exited: make(chan struct{})}
	p.cmd.Env = append(plainEnv(), environ...)
	p.cmd.Stderr = p
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	port := make(chan string, 1)
	go func() {
		in := bufio.NewScanner(out)
		for in.Scan() {
			fmt.Fprintf(p, "stdout: %s\n", in.Text())
			select {
			case port <- in.Text():
			default:
			}
		}
		_ = p.cmd.Wait()
		close(p.exited)
	}()
	p.endsWithTest()
	select {
	case p.port = <-port:
	case <-p.exited:
		t.Fatal("it ended before it listened")
	case <-time.After(20 * time.Second):
		t.Fatal("it does not listen")
	}
	return p
}

// serveIn runs sluice serve in a folder. Its standard error is the log; nil throws its
// standard output away.
func (p *pool) serveIn(dir string, stdout io.Writer, args ...string) {
	p.t.Helper()
	p.exited = make(chan struct{})
	p.cmd = exec.Command(sluicePath(p.t), append([]string{"serve"}, args...)...)
	p.cmd.Dir, p.cmd.Env, p.cmd.Stderr, p.cmd.Stdout = dir, plainEnv(), p, stdout
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() { _ = p.cmd.Wait(); close(p.exited) }()
	p.endsWithTest()
}

// endsWithTest ends the process when the test ends, and shows its log when that failed.
func (p *pool) endsWithTest() {
	p.t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.exited
		if p.t.Failed() {
			p.t.Logf("the log:\n%s", p.text())
		}
	})
}

// Write implements io.Writer: the log.
func (p *pool) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(b)
}

func (p *pool) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// waitLog waits until the log has a match of the pattern.
func (p *pool) waitLog(pattern string) {
	p.t.Helper()
	re := regexp.MustCompile(pattern)
	for range 400 {
		if re.MatchString(p.text()) {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	p.t.Fatalf("the log has nothing like %s", pattern)
}

func (p *pool) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// wait waits for the end and returns the exit code.
func (p *pool) wait() int {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(20 * time.Second):
		p.t.Fatal("it does not end")
	}
	return p.cmd.ProcessState.ExitCode()
}

// get asks on a connection of its own.
func (p *pool) get(path string) (status int, text string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://127.0.0.1:"+p.port+path, nil)
	tr := &http.Transport{DisableKeepAlives: true}
	defer tr.CloseIdleConnections()
	res, err := tr.RoundTrip(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), err
}

func (p *pool) mustGet(path string) string {
	p.t.Helper()
	status, text, err := p.get(path)
	if err != nil || status != 200 {
		p.t.Fatalf("%s: %d %q %v", path, status, text, err)
	}
	return text
}

// ids asks each of many connections that are open at once who answers it.
func (p *pool) ids(connections int) map[string]int {
	p.t.Helper()
	ids := map[string]int{}
	var open []net.Conn
	for range connections {
		open = append(open, dial(p.t, p.port))
	}
	for _, c := range open {
		fmt.Fprint(c, request("/id"))
		ids[body(p.t, bufio.NewReader(c))]++
	}
	for _, c := range open {
		c.Close()
	}
	return ids
}

func TestWorkersShareAPort(t *testing.T) {
	p := startPool(t, "-w", "4")
	var ids map[string]int
	for range 100 { // the first may be alone for a moment
		if ids = p.ids(64); len(ids) == 4 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	time.Sleep(200 * time.Millisecond)
	ids = p.ids(64)
	if len(ids) != 4 {
		t.Fatalf("workers that answered: %v", ids)
	}
	for id, n := range ids {
		if n < 13 || n > 19 { // the most has less than 1.5 times the least
			t.Errorf("worker %s has %d of 64 connections: %v", id, n, ids)
		}
	}
}

func TestOneWorkerIsAsNode(t *testing.T) {
	for _, options := range [][]string{nil, {"-w", "1"}} {
		p := startPool(t, options...)
		if _, _, err := p.get("/throw"); err == nil {
			t.Error("an answer from a process that threw")
		}
		if code := p.wait(); code != 1 || strings.Contains(p.text(), "sluice:") {
			t.Errorf("%v: exit code %d, log %s", options, code, p.text())
		}
		p = startPool(t, options...)
		p.signal(syscall.SIGTERM)
		p.wait()
		if s := p.cmd.ProcessState.Sys().(syscall.WaitStatus); s.Signal() != syscall.SIGTERM {
			t.Errorf("%v: SIGTERM: %v", options, p.cmd.ProcessState)
		}
	}
}

// TestWorkerIsReplaced ends one of two workers in every way there is. The other one
// does not notice, and a new one serves within a second.
func TestWorkerIsReplaced(t *testing.T) {
	for _, how := range []struct{ path, cause, stack string }{
		{"/throw", "uncaught exception", `boom[^\n]*\n    at [^\n]*workers-server\.js`},
		{"/reject", "uncaught exception", `rejected`},
		{"/hang", "hang: JavaScript has not come back to its loop for 4s", `\n    at spin \([^\n]*workers-server\.js:\d+:\d+\)`},
		{"/regexp", "hang: ", `\n    at backtrack \([^\n]*workers-server\.js`},
		{"/microtasks", "hang: ", `\n    at [^\n]*workers-server\.js`},
		{"/heap", "heap: it reached its limit of", `\n    at fill \([^\n]*workers-server\.js`},
		{"/buffers", "heap: it reached its limit of 48 MB, 4", `\n    at /buffers \([^\n]*workers-server\.js`},
		{"/exit", "it exited with code 3", ``},
		{"/block", "hang: ", ``},
	} {
		t.Run(strings.TrimPrefix(how.path, "/"), func(t *testing.T) {
			t.Parallel()
			hang := "4s" // longer than a busy machine takes to start the application
			if how.cause[:4] != "hang" {
				hang = "60s" // and than it takes to fill a heap
			}
			p := startPool(t, "-w", "2", "--hang-timeout", hang, "--max-old-space-size=48")
			p.waitWorkers(2)
			before := p.ids(16)
			// The one that goes down has another request, which takes long.
			status, text, err := p.get(how.path)
			if err == nil && (status != 503 || text != "") {
				t.Errorf("the request has %d %q", status, text)
			}
			p.waitLog(`sluice: worker \d ended: ` + regexp.QuoteMeta(how.cause))
			if how.stack != "" && !regexp.MustCompile(how.stack).MatchString(p.text()) {
				t.Errorf("the log does not say where it was")
			}
			ended := time.Now()
			for {
				after := p.ids(8)
				same := 0
				for id := range after {
					if before[id] > 0 {
						same++
					}
				}
				if len(after) == 2 && same == 1 {
					break
				}
				if time.Since(ended) > 20*time.Second { // a second, where the machine has nothing else to do
					t.Fatalf("before %v, after %v", before, after)
				}
				time.Sleep(10 * time.Millisecond)
			}
		})
	}
}

// runScript runs sluice to its end.
func runScript(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, sluicePath(t), args...)
	b, _ := cmd.CombinedOutput()
	return string(b), cmd.ProcessState.ExitCode()
}

func TestWorkerThatDoesNotStart(t *testing.T) {
	p := exec.Command(sluicePath(t), "-w", "2", "-e", "process.exit(5)")
	out, _ := p.CombinedOutput()
	if p.ProcessState.ExitCode() != 5 || len(out) != 0 {
		t.Errorf("%v: %s", p.ProcessState, out)
	}
	p = exec.Command(sluicePath(t), "-w", "2", "-e", "nothing()")
	out, _ = p.CombinedOutput()
	if p.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "nothing is not defined") {
		t.Errorf("%v: %s", p.ProcessState, out)
	}
	p = exec.Command(sluicePath(t), "-w", "3", "-e", "process.stdout.write('x')")
	out, _ = p.CombinedOutput()
	if p.ProcessState.ExitCode() != 0 || string(out) != "xxx" {
		t.Errorf("%v: %s", p.ProcessState, out)
	}
}

// TestBackOff: a worker that keeps failing is started later and later, and the other serves.
func TestBackOff(t *testing.T) {
	p := startPool(t, "-w", "2")
	for range 4 {
		if _, _, err := p.get("/exit"); err == nil {
			time.Sleep(50 * time.Millisecond)
		}
	}
	p.waitLog(`a new one starts in \d+00ms`)
	if code, text, err := p.get("/id"); err != nil || code != 200 {
		t.Error(code, text, err)
	}
}

// TestGracefulStop: while requests are under way and connections are idle, nothing is cut.
func TestGracefulStop(t *testing.T) {
	p := startPool(t, "-w", "2", "--shutdown-delay", "300ms")
	idle := dial(t, p.port)
	idleIn := bufio.NewReader(idle)
	fmt.Fprint(idle, request("/id"))
	body(t, idleIn)
	slow := dial(t, p.port)
	fmt.Fprint(slow, request("/slow?ms=1200"))
	streaming := dial(t, p.port)
	fmt.Fprint(streaming, request("/stream?ms=1200"))
	time.Sleep(100 * time.Millisecond)
	p.signal(syscall.SIGTERM)
	time.Sleep(100 * time.Millisecond)
	p.mustGet("/id") // the delay: everything serves
	time.Sleep(400 * time.Millisecond)
	if c, err := net.Dial("tcp", "127.0.0.1:"+p.port); err == nil {
		c.Close()
		t.Error("it still listens")
	}
	// A request on an idle connection is answered, and the answer is the last.
	fmt.Fprint(idle, request("/id"))
	res, err := http.ReadResponse(idleIn, nil)
	if err != nil || res.StatusCode != 200 || !res.Close {
		t.Errorf("idle connection: %v %v", res, err)
	}
	res, err = http.ReadResponse(bufio.NewReader(slow), nil)
	if err != nil || res.StatusCode != 200 || !res.Close {
		t.Errorf("slow request: %v %v", res, err)
	}
	if text := body(t, bufio.NewReader(streaming)); !strings.HasSuffix(text, "end") {
		t.Errorf("stream: %q", text)
	}
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if !regexp.MustCompile(`stopped after .*: nothing was cut off\n$`).MatchString(p.text()) {
		t.Errorf("last line of the log: %s", p.text())
	}
}

func TestStopCutsAfterItsTimeout(t *testing.T) {
	p := startPool(t, "-w", "2", "--shutdown-timeout", "400ms")
	slow := dial(t, p.port)
	fmt.Fprint(slow, request("/slow?ms=20000"))
	time.Sleep(100 * time.Millisecond)
	began := time.Now()
	p.signal(syscall.SIGINT)
	if code := p.wait(); code != 0 || time.Since(began) > 5*time.Second {
		t.Errorf("exit code %d after %v", code, time.Since(began))
	}
	if !strings.Contains(p.text(), "cut off 1 requests, 1 connections") {
		t.Error("the log does not say what was cut")
	}
	res, err := http.ReadResponse(bufio.NewReader(slow), nil)
	if err != nil || res.StatusCode != 503 {
		t.Errorf("%v %v", res, err)
	}
}

// TestUpgradedHaveTheirOwnTime: at a stop a connection that left HTTP is cut after
// --upgrade-timeout, be that sooner or later than --shutdown-timeout cuts requests.
func TestUpgradedHaveTheirOwnTime(t *testing.T) {
	for _, times := range [][2]time.Duration{{600 * time.Millisecond, 3 * time.Second}, {3 * time.Second, 600 * time.Millisecond}} {
		upgrades, requests := times[0], times[1]
		t.Run(fmt.Sprintf("%v beside %v", upgrades, requests), func(t *testing.T) {
			t.Parallel()
			p := startPool(t, "-w", "2", "--upgrade-timeout", upgrades.String(), "--shutdown-timeout", requests.String())
			upgraded, slow := dial(t, p.port), dial(t, p.port)
			fmt.Fprint(upgraded, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
			in := bufio.NewReader(upgraded)
			if res, err := http.ReadResponse(in, nil); err != nil || res.StatusCode != 101 {
				t.Fatal(res, err)
			}
			fmt.Fprint(slow, request("/slow?ms=20000"))
			time.Sleep(200 * time.Millisecond)
			began := time.Now()
			p.signal(syscall.SIGTERM)
			time.Sleep(200 * time.Millisecond)
			fmt.Fprint(upgraded, "still\n")
			if line, err := in.ReadString('\n'); line != "still\n" {
				t.Errorf("an upgraded connection during the stop: %q, %v", line, err)
			}
			ended := make(chan time.Duration, 2)
			go func() { _, _ = io.Copy(io.Discard, in); ended <- time.Since(began) }()
			_, err := http.ReadResponse(bufio.NewReader(slow), nil)
			if after := time.Since(began); after < requests-50*time.Millisecond || after > requests+2*time.Second {
				t.Errorf("the request was cut after %v, error %v", after, err)
			}
			if after := <-ended; after < upgrades-50*time.Millisecond || after > upgrades+2*time.Second {
				t.Errorf("the upgraded connection was cut after %v", after)
			}
			if code := p.wait(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if !strings.Contains(p.text(), "cut off") {
				t.Error("the log does not say what was cut")
			}
		})
	}
}

// TestApplicationStopsItself: with a listener for the signal it is as in Node.
func TestApplicationStopsItself(t *testing.T) {
	p := startScript(t, "testdata/workers-server.js", []string{"OWN_STOP=1"}, "-w", "2")
	slow := dial(t, p.port)
	fmt.Fprint(slow, request("/slow?ms=700"))
	time.Sleep(200 * time.Millisecond)
	p.signal(syscall.SIGTERM)
	if text := body(t, bufio.NewReader(slow)); text == "" {
		t.Error("the request was cut")
	}
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if n := strings.Count(p.text(), "stdout: closed"); n != 2 {
		t.Errorf("%d workers closed their servers", n)
	}
}

// TestStuckIsNotDeaf: while the JavaScript of every worker computes, connections are
// accepted, read, and refused or timed out.
func TestStuckIsNotDeaf(t *testing.T) {
	p := startPool(t, "-w", "1", "--hang-timeout", "30s")
	c := dial(t, p.port)
	fmt.Fprint(c, request("/compute?ms=5000"))
	p.waitLog("stdout: computing")
	time.Sleep(time.Second)
	began := time.Now()
	bad := dial(t, p.port)
	fmt.Fprint(bad, "GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(bad), nil)
	if err != nil || res.StatusCode != 400 || time.Since(began) > time.Second {
		t.Errorf("%v %v after %v", res, err, time.Since(began))
	}
	half := dial(t, p.port)
	fmt.Fprint(half, "GET / HTTP/1.1\r\nHost: x\r\n")
	res, err = http.ReadResponse(bufio.NewReader(half), nil)
	if err != nil || res.StatusCode != 408 || time.Since(began) > 2*time.Second {
		t.Errorf("%v %v after %v", res, err, time.Since(began))
	}
	good := dial(t, p.port)
	fmt.Fprint(good, request("/id"))
	if body(t, bufio.NewReader(good)) == "" {
		t.Error("no answer after the computation")
	}
	if text := body(t, bufio.NewReader(c)); text != "computed" {
		t.Errorf("%q", text)
	}
}

// TestProcessWide: what the process has once is the same for every worker, however
// many run the same program.
func TestProcessWide(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "a", "b"), 0o755); err != nil {
		t.Fatal(err)
	}
	script := `
const fs = require('fs');
process.chdir('a');
process.chdir('./b');
process.env.ONLY_HERE = String(Math.random());
setTimeout(() => {
  let input = '';
  process.stdin.on('data', (d) => { input += d; });
  process.stdin.on('end', () => console.log(JSON.stringify([process.cwd(), process.pid, process.argv.slice(1).length, input, process.env.SHARED])));
}, 300);
`
	file := filepath.Join(dir, "x.js")
	if err := os.WriteFile(file, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(sluicePath(t), "-w", "3", "./x.js", "argument")
	cmd.Dir, cmd.Env = dir, append(plainEnv(), "SHARED=yes")
	cmd.Stdin = strings.NewReader("typed")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v %s", err, out)
	}
	real, _ := filepath.EvalSymlinks(filepath.Join(dir, "a", "b"))
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	typed := 0
	for _, line := range lines {
		if strings.Contains(line, `"typed"`) {
			typed++
		}
		if !strings.Contains(line, fmt.Sprintf(`["%s",%d,2,`, real, cmd.Process.Pid)) || !strings.Contains(line, `"yes"`) {
			t.Error(line)
		}
	}
	if len(lines) != 3 || typed != 1 {
		t.Errorf("%d lines, %d workers read the standard input: %s", len(lines), typed, out)
	}
}
