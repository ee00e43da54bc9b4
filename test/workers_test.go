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

// patience is how long a test waits for what must come: it guards against hanging, and
// says nothing of how long something takes.
const patience = time.Minute

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
	case <-time.After(patience):
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
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if re.MatchString(p.text()) {
			return
		}
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
	case <-time.After(patience):
		p.t.Fatal("it does not end")
	}
	return p.cmd.ProcessState.ExitCode()
}

// get asks on a connection of its own.
func (p *pool) get(path string) (status int, text string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
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

// held makes a request that is under way, and is answered when there is the file.
func (p *pool) held(t *testing.T) (c net.Conn, release string) {
	t.Helper()
	release = filepath.Join(t.TempDir(), "release")
	c = dial(t, p.port)
	fmt.Fprint(c, request("/held?until="+release))
	p.waitLog("stdout: held")
	return c, release
}

func makeFile(t *testing.T, name string) {
	t.Helper()
	if err := os.WriteFile(name, nil, 0o644); err != nil {
		t.Fatal(err)
	}
}

// refuses waits until nobody listens.
func (p *pool) refuses() {
	p.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		c, err := net.Dial("tcp", "127.0.0.1:"+p.port)
		if err != nil {
			return
		}
		c.Close()
	}
	p.t.Error("it still listens")
}

// untilLast asks on one connection again and again: every request is answered, until an
// answer says that it is the last. Connections that are idle for a second while a server
// stops are closed, so a client that had no processor for that long is not told.
func untilLast(t *testing.T, c net.Conn, path string) {
	t.Helper()
	in := bufio.NewReader(c)
	for asked := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		late := time.Since(asked) > 700*time.Millisecond
		asked = time.Now()
		fmt.Fprint(c, request(path))
		res, err := http.ReadResponse(in, nil)
		if err != nil && late {
			t.Logf("%s: too late: %v", path, err)
			return
		}
		if err != nil || res.StatusCode != 200 {
			t.Errorf("%s: %v, %v", path, res, err)
			return
		}
		_, _ = io.Copy(io.Discard, res.Body)
		if res.Close {
			return
		}
	}
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
		hangUp(c)
	}
	return ids
}

// hangUp ends a connection and waits until the server has ended it too.
func hangUp(c net.Conn) {
	_ = c.(interface{ CloseWrite() error }).CloseWrite()
	_, _ = io.Copy(io.Discard, c)
	c.Close()
}

func TestWorkersShareAPort(t *testing.T) {
	p := startPool(t, "-w", "4")
	p.waitWorkers(4) // the first may be alone for a moment
	// A connection that the client sees ended is counted a moment longer: as soon as the
	// ones before are forgotten everybody has the same, which chance brings about once in
	// 500 times.
	var ids map[string]int
	for range 60 {
		ids = p.ids(64)
		uneven := len(ids) != 4
		for _, n := range ids {
			uneven = uneven || n != 16
		}
		if !uneven {
			return
		}
		time.Sleep(500 * time.Millisecond)
	}
	t.Errorf("of 64 connections the workers have %v", ids)
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
		{"/hang", "hang: JavaScript has not come back to its loop for 8s", `\n    at spin \([^\n]*workers-server\.js:\d+:\d+\)`},
		{"/regexp", "hang: ", `\n    at backtrack \([^\n]*workers-server\.js`},
		{"/microtasks", "hang: ", `\n    at [^\n]*workers-server\.js`},
		{"/heap", "heap: it reached its limit of", `\n    at fill \([^\n]*workers-server\.js`},
		{"/buffers", "heap: it reached its limit of 48 MB, 4", `\n    at /buffers \([^\n]*workers-server\.js`},
		{"/exit", "it exited with code 3", ``},
		{"/block", "hang: ", ``},
	} {
		t.Run(strings.TrimPrefix(how.path, "/"), func(t *testing.T) {
			t.Parallel()
			hang := "8s" // longer than a busy machine takes to start the application
			if how.cause[:4] != "hang" {
				hang = "60s" // and than it takes to fill a heap
			}
			p := startScript(t, "testdata/workers-server.js", []string{"BLOCK=12"}, "-w", "2", "--hang-timeout", hang, "--max-old-space-size=48")
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
				if time.Since(ended) > patience { // a second, where the machine has nothing else to do
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
	ctx, cancel := context.WithTimeout(context.Background(), patience)
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
	later := regexp.MustCompile(`a new one starts in \d+00ms`)
	for end := time.Now().Add(patience); !later.MatchString(p.text()); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it is never started later")
		}
		_, _, _ = p.get("/exit")
	}
	if code, text, err := p.get("/id"); err != nil || code != 200 {
		t.Error(code, text, err)
	}
}

// TestGracefulStop: while requests are under way and connections are idle, nothing is cut.
func TestGracefulStop(t *testing.T) {
	p := startPool(t, "-w", "2", "--shutdown-delay", "4s")
	idle := dial(t, p.port)
	fmt.Fprint(idle, request("/id"))
	body(t, bufio.NewReader(idle))
	slow, release := p.held(t)
	streaming := dial(t, p.port)
	fmt.Fprint(streaming, request("/stream?until="+release))
	streamIn := bufio.NewReader(streaming)
	if _, err := streamIn.Peek(1); err != nil {
		t.Fatal(err)
	}
	p.signal(syscall.SIGTERM)
	p.waitLog("stopping")
	p.mustGet("/id") // the delay: everything serves
	p.refuses()
	// A request on a connection that is idle between two is answered, and one answer is the last.
	untilLast(t, idle, "/id")
	makeFile(t, release)
	res, err := http.ReadResponse(bufio.NewReader(slow), nil)
	if err != nil || res.StatusCode != 200 || !res.Close {
		t.Errorf("slow request: %v %v", res, err)
	}
	if text := body(t, streamIn); !strings.HasSuffix(text, "end") {
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
	slow, _ := p.held(t)
	p.signal(syscall.SIGINT)
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d", code)
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
	for _, times := range [][2]time.Duration{{3 * time.Second, 8 * time.Second}, {8 * time.Second, 3 * time.Second}} {
		upgrades, requests := times[0], times[1]
		t.Run(fmt.Sprintf("%v beside %v", upgrades, requests), func(t *testing.T) {
			t.Parallel()
			p := startPool(t, "-w", "2", "--upgrade-timeout", upgrades.String(), "--shutdown-timeout", requests.String())
			upgraded := dial(t, p.port)
			fmt.Fprint(upgraded, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
			in := bufio.NewReader(upgraded)
			if res, err := http.ReadResponse(in, nil); err != nil || res.StatusCode != 101 {
				t.Fatal(res, err)
			}
			slow, _ := p.held(t)
			began := time.Now()
			p.signal(syscall.SIGTERM)
			p.waitLog("stopping")
			fmt.Fprint(upgraded, "still\n")
			if line, err := in.ReadString('\n'); line != "still\n" {
				t.Errorf("an upgraded connection during the stop: %q, %v", line, err)
			}
			ended := make(chan time.Duration, 2)
			go func() { _, _ = io.Copy(io.Discard, in); ended <- time.Since(began) }()
			_, err := http.ReadResponse(bufio.NewReader(slow), nil)
			// Neither before its time, and the one with less of it before the other.
			request, upgrade := time.Since(began), <-ended
			if request < requests-50*time.Millisecond || upgrade < upgrades-50*time.Millisecond || request < upgrade != (requests < upgrades) {
				t.Errorf("the request was cut after %v, error %v, the upgraded connection after %v", request, err, upgrade)
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
	p.waitWorkers(2)
	slow, release := p.held(t)
	p.signal(syscall.SIGTERM)
	p.refuses()
	makeFile(t, release)
	if text := body(t, bufio.NewReader(slow)); text == "" {
		t.Error("the request was cut")
	}
	slow.Close()
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if n := strings.Count(p.text(), "stdout: closed"); n != 2 {
		t.Errorf("%d workers closed their servers", n)
	}
}

// TestApplicationStopsItselfEarly: a worker that has not come to listen to the signal,
// because it has only begun, does not keep the process.
func TestApplicationStopsItselfEarly(t *testing.T) {
	p := startScript(t, "testdata/workers-server.js", []string{"OWN_STOP=1", "FIRST=" + filepath.Join(t.TempDir(), "first")}, "-w", "3", "--hang-timeout", "10m")
	p.signal(syscall.SIGTERM)
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestStuckIsNotDeaf: while the JavaScript of every worker computes, connections are
// accepted, read, and refused or timed out.
func TestStuckIsNotDeaf(t *testing.T) {
	p := startScript(t, "testdata/workers-server.js", []string{"HEADERS_TIMEOUT=2000"}, "-w", "1", "--hang-timeout", "5m")
	c, release := dial(t, p.port), filepath.Join(t.TempDir(), "release")
	fmt.Fprint(c, request("/compute?until="+release))
	p.waitLog("stdout: computing")
	var res *http.Response
	var err error
	for range 30 { // what comes before it is clear that JavaScript is stuck waits for it
		bad := dial(t, p.port)
		fmt.Fprint(bad, "GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n")
		if res, err = answers(bad, 2*time.Second); err == nil {
			break
		}
	}
	if err != nil || res.StatusCode != 400 {
		t.Errorf("%v %v", res, err)
	}
	half := dial(t, p.port)
	fmt.Fprint(half, "GET / HTTP/1.1\r\nHost: x\r\n")
	if res, err = answers(half, patience); err != nil || res.StatusCode != 408 {
		t.Errorf("%v %v", res, err)
	}
	good := dial(t, p.port)
	fmt.Fprint(good, request("/id"))
	makeFile(t, release)
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
