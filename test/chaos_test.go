package test

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

var chaosTime = flag.Duration("chaos", 8*time.Second, "how long TestChaos lasts")

// TestChaos keeps a constant load on a pool while workers hang, throw, fill their heaps,
// wait for a program, exit and are reloaded, and while other clients vanish, drip and never
// read. Every answer is right; a request may fail only on a connection that a worker went
// down with; and in the end the process has what it had at the beginning: descriptors,
// threads, goroutines, isolates and memory.
func TestChaos(t *testing.T) {
	chaos(t, startPool(t, "-w", "4", "--hang-timeout", "3s", "--max-old-space-size=64", "--shutdown-timeout", "5s", "--admin", "0"), nil)
}

// TestChaosBehindEdge is the same with the edge in front, which serves files meanwhile.
func TestChaosBehindEdge(t *testing.T) {
	public := t.TempDir()
	files := map[string]string{"/small.txt": "small", "/large.txt": strings.Repeat("0123456789", 30000)}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(public, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p := startPool(t, "serve", "--set", "host=127.0.0.1", "--set", "port=0", "--set", "admin.port=0", "--set", "access_log.file="+filepath.Join(t.TempDir(), "log"),
		"--set", "workers=4", "--set", "supervisor.hang_timeout=3s", "--set", "supervisor.heap=64MiB", "--set", "shutdown.timeout=5s", "--set", "static="+public)
	chaos(t, p, func(end time.Time) (failed int64) {
		for time.Now().Before(end) {
			for name, want := range files {
				switch status, text, err := p.get(name); {
				case err != nil || status == 503:
					failed++
				case status != 200 || text != want:
					t.Errorf("%s: %d, %d bytes", name, status, len(text))
				}
			}
		}
		return failed
	})
}

// chaos brings the workers of a pool down in every way; beside runs along with it,
// and says how many of its requests have failed.
func chaos(t *testing.T, p *pool, beside func(end time.Time) int64) {
	p.waitWorkers(4)
	// A storm before the measure is taken: Go keeps the threads that it once needed at the
	// same time, V8 the code that it compiled.
	for _, way := range chaosWays {
		_, _, _ = p.get(way)
	}
	chaosStorm(p, 2*time.Second, beside)
	p.waitWorkers(4)
	before := p.rested(nil)
	if before.isolates != 4 {
		t.Errorf("four workers have %d isolates", before.isolates)
	}
	ended := p.ended()
	right, failed, unavailable, downs := chaosStorm(p, *chaosTime, beside)
	downs = max(downs, p.ended()-ended) // a worker that a busy machine keeps from its work for too long is a hang too
	t.Logf("%d right, %d failed, %d unavailable, %d workers brought down", right, failed, unavailable, downs)
	if right < 100 {
		t.Errorf("only %d requests were answered", right)
	}
	// What went down with a worker: at most the connections that were open then.
	if bad := failed + unavailable; bad > 10*downs {
		t.Errorf("%d requests failed of %d workers that went down", bad, downs)
	}
	p.waitWorkers(4)
	after := p.rested(&before)
	t.Logf("before %v, after %v", before, after)
	if !after.within(before) || !after.counts(before) {
		t.Errorf("left over: before %v, after %v", before, after)
	}
	p.signal(syscall.SIGTERM)
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// ended is how many workers the log says have gone down.
func (p *pool) ended() int64 {
	return int64(len(workerEnded.FindAllString(p.text(), -1)))
}

var workerEnded = regexp.MustCompile(`worker \d+ ended`)

// chaosStorm keeps the load on while everything goes wrong.
func chaosStorm(p *pool, lasts time.Duration, beside func(end time.Time) int64) (right, failed, unavailable, downs int64) {
	end := time.Now().Add(lasts)
	var clients, villains sync.WaitGroup
	var good, bad, refused, brought atomic.Int64
	for i := range 8 {
		clients.Go(func() {
			c := chaosClient{t: p.t, port: p.port, id: i}
			for n := 0; time.Now().Before(end); n++ {
				switch err := c.ask(n); {
				case err == nil:
					good.Add(1)
				case err == errUnavailable:
					refused.Add(1)
				default:
					bad.Add(1)
				}
			}
			c.close()
		})
	}
	if beside != nil {
		villains.Go(func() { bad.Add(beside(end)) })
	}
	villains.Go(func() { // brings workers down
		for time.Now().Before(end) {
			if status, _, err := p.get(chaosWays[rand.IntN(len(chaosWays))]); err == nil && status != 503 {
				p.t.Errorf("a request that brings a worker down has status %d", status)
			}
			brought.Add(1)
			time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
		}
	})
	villains.Go(func() { // reloads
		for time.Now().Before(end) {
			p.signal(syscall.SIGHUP)
			time.Sleep(time.Second + time.Duration(rand.IntN(500))*time.Millisecond)
		}
	})
	for range 3 {
		villains.Go(func() { chaosVillain(p.port, end) })
	}
	clients.Wait()
	villains.Wait()
	return good.Load(), bad.Load(), refused.Load(), brought.Load()
}

// chaosWays bring a worker down.
var chaosWays = []string{"/hang", "/throw", "/heap", "/buffers", "/exit", "/reject", "/regexp", "/microtasks", "/block"}

// rested is the usage when the process has had nothing to do for a while: workers give
// memory back then. It waits until the usage is within limits; without limits until
// memory does not change any more.
func (p *pool) rested(limits *usage) (u usage) {
	p.t.Helper()
	calm := 0
	for range 120 {
		last := u
		u = p.usage()
		switch {
		case limits != nil && u.within(*limits):
			if p.count(&u); u.counts(*limits) {
				return u
			}
		case u.threads != last.threads || u.own < last.own-1<<20 || u.own > last.own+1<<20:
			calm = 0
		default:
			calm++
		}
		if limits == nil && calm == 30 {
			break
		}
		time.Sleep(500 * time.Millisecond)
	}
	p.count(&u) // not before: to answer takes memory
	return u
}

// waitWorkers waits until so many workers answer.
func (p *pool) waitWorkers(n int) {
	p.t.Helper()
	var ids map[string]int
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if ids = p.ids(8 * n); len(ids) == n {
			return
		}
	}
	p.t.Fatalf("%d workers answer, not %d", len(ids), n)
}

// usage is what a process has of the system.
type usage struct {
	files, threads       int
	goroutines, isolates int
	memory               int64 // resident
	own                  int64 // of it, without pages of files, which come and go as the system likes
}

// within says whether it is no more than what was there before. The Go runtime keeps a
// thread for each system call that ever blocked while others did; V8 keeps as much of a
// young generation as the last load of each of the four workers needed.
func (u usage) within(before usage) bool {
	return u.files <= before.files && u.threads <= before.threads+4 && u.own <= before.own+max(before.own/10, 24<<20)
}

// counts says whether so many goroutines and isolates are there as before. A few goroutines
// come and go with the question.
func (u usage) counts(before usage) bool {
	return u.goroutines <= before.goroutines+4 && u.isolates == before.isolates
}

// count asks for the goroutines and isolates.
func (p *pool) count(u *usage) {
	p.t.Helper()
	u.goroutines, u.isolates = p.metric("go_goroutines"), p.metric("sluice_isolates")
}

func (u usage) String() string {
	return fmt.Sprintf("%d descriptors, %d threads, %d goroutines, %d isolates, %d MiB, %d of them its own", u.files, u.threads, u.goroutines, u.isolates, u.memory>>20, u.own>>20)
}

func (p *pool) usage() (u usage) {
	dir := fmt.Sprintf("/proc/%d", p.cmd.Process.Pid)
	files, err := os.ReadDir(filepath.Join(dir, "fd"))
	if err != nil {
		p.t.Skip(err)
	}
	u.files = len(files)
	text, _ := os.ReadFile(filepath.Join(dir, "status"))
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		switch {
		case len(f) < 2:
		case f[0] == "Threads:":
			u.threads, _ = strconv.Atoi(f[1])
		case f[0] == "VmRSS:":
			kb, _ := strconv.ParseInt(f[1], 10, 64)
			u.memory = kb << 10
		case f[0] == "RssAnon:", f[0] == "RssShmem:":
			kb, _ := strconv.ParseInt(f[1], 10, 64)
			u.own += kb << 10
		}
	}
	return u
}

// metric asks the admin listener for a number.
func (p *pool) metric(name string) int {
	p.t.Helper()
	p.waitLog(adminOn)
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get(regexp.MustCompile(adminOn).FindStringSubmatch(p.text())[1] + "/metrics")
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				p.t.Fatal(err)
			}
			return int(n)
		}
	}
	p.t.Fatalf("there is no metric %s", name)
	return 0
}

// chaosClient asks one thing after the other and checks every answer.
type chaosClient struct {
	t    *testing.T
	port string
	id   int
	c    net.Conn
	in   *bufio.Reader
}

var errUnavailable = fmt.Errorf("503")

func (c *chaosClient) close() {
	if c.c != nil {
		c.c.Close()
		c.c = nil
	}
}

func (c *chaosClient) ask(n int) error {
	if c.c == nil {
		conn, err := net.DialTimeout("tcp", "127.0.0.1:"+c.port, patience)
		if err != nil {
			c.t.Errorf("refused: %v", err)
			return err
		}
		c.c, c.in = conn, bufio.NewReader(conn)
	}
	_ = c.c.SetDeadline(time.Now().Add(patience))
	text := strings.Repeat(fmt.Sprintf("%d-%d ", c.id, n), 1+rand.IntN(2000))
	fmt.Fprintf(c.c, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(text), text)
	res, err := http.ReadResponse(c.in, nil)
	if err != nil {
		c.close()
		return err
	}
	body, err := io.ReadAll(res.Body)
	if res.Close || err != nil {
		c.close()
	}
	switch {
	case res.StatusCode == 503:
		return errUnavailable
	case err != nil:
		return err // cut off, and it shows
	case res.StatusCode != 200 || string(body) != text:
		c.t.Errorf("client %d, request %d: status %d, %d bytes of %d", c.id, n, res.StatusCode, len(body), len(text))
	}
	return nil
}

// chaosVillain vanishes in the middle of things, drips, or does not read.
func chaosVillain(port string, end time.Time) {
	for time.Now().Before(end) {
		c, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err != nil {
			time.Sleep(10 * time.Millisecond)
			continue
		}
		_ = c.SetDeadline(time.Now().Add(2 * time.Second))
		switch rand.IntN(4) {
		case 0: // vanishes, with a reset
			fmt.Fprint(c, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nhalf")
			_ = c.(*net.TCPConn).SetLinger(0)
		case 1: // drips
			for _, b := range []byte("GET /id HTTP/1.1\r\nHost: x\r\n") {
				if _, err := c.Write([]byte{b}); err != nil {
					break
				}
				time.Sleep(5 * time.Millisecond)
			}
		case 2: // does not read
			for range 5 {
				fmt.Fprint(c, request("/large"))
			}
			time.Sleep(300 * time.Millisecond)
		case 3: // talks nonsense
			fmt.Fprint(c, "\x16\x03\x01 no HTTP\r\n\r\n")
			_, _ = io.Copy(io.Discard, c)
		}
		c.Close()
	}
}
