package workers_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/node/builtin"
	"github.com/sluice-http/sluice/internal/v8"
	"github.com/sluice-http/sluice/workers"
)

func TestMain(m *testing.M) {
	v8.Init("", 0)
	os.Exit(m.Run())
}

// lines is a log that can be waited for.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// running is a pool that runs a script, on a Unix socket.
type running struct {
	t    *testing.T
	pool *workers.Pool
	log  *lines
	path string
	code chan int
}

const script = `
const http = require('http');
const { pid } = process;
let file = 0;
http.createServer((req, res) => {
  switch (req.url) {
    case '/throw': setImmediate(() => { throw new Error('boom'); }); return;
    case '/hang': for (;;);
    case '/heap': { // it comes back to its loop: a slow machine takes longer to fill it than to be a hang
      const all = [];
      const fill = () => { for (let i = 0; i < 10000; i++) all.push(new Array(100).fill(all.length)); setImmediate(fill); };
      fill();
      return;
    }
    case '/busy': { const end = Date.now() + 60; while (Date.now() < end); break; }
    case '/files':
      require('fs').openSync(__filename);
      require('fs').watch(__filename);
      require('child_process').spawn('true').on('exit', () => res.end('done'));
      setInterval(() => {}, 1000);
      return;
    case '/work':
      require('zlib').gzip(Buffer.alloc(100000), () => require('crypto').pbkdf2('a', 'b', 1000, 32, 'sha256', () => require('fs').readFile(__filename, () => res.end('done'))));
      return;
  }
  res.end('done');
}).listen(process.argv[2]);
process.on('SIGUSR2', () => {});
`

func start(t *testing.T, o workers.Options) *running {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "app.js")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &running{t: t, log: &lines{}, path: filepath.Join(dir, "s"), code: make(chan int, 1)}
	o.NoSignals, o.Log = true, r.log
	o.Application = node.Options{
		ExecPath: "sluice", Argv0: "sluice", ExecArgv: []string{}, Script: file, Args: []string{r.path}, Flags: node.Flags{},
		Modules: builtin.Modules, Builtin: builtin.Source, BuiltinIDs: builtin.IDs, MaxOldSpace: 32 << 20, MaxTotal: o.Application.MaxTotal, Tally: o.Application.Tally,
	}
	var err error
	if r.pool, err = workers.New(o); err != nil {
		t.Fatal(err)
	}
	go func() { r.code <- r.pool.Run() }()
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(r.log.String())
		}
	})
	for range 6000 {
		if r.pool.Ready() {
			return r
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("it does not start: %s", r.log)
	return nil
}

// get asks; a worker that goes down may answer 503 or close.
func (r *running) get(path string) (int, error) {
	c, err := net.Dial("unix", r.path)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path)
	text, err := io.ReadAll(c)
	var status int
	if _, e := fmt.Sscanf(string(text), "HTTP/1.1 %d", &status); e != nil && err == nil {
		err = fmt.Errorf("answer %q", text)
	}
	return status, err
}

func (r *running) stop() {
	r.t.Helper()
	r.pool.Stop("the test is over")
	select {
	case code := <-r.code:
		if code != 0 {
			r.t.Errorf("exit code %d", code)
		}
	case <-time.After(time.Minute):
		r.t.Fatal("it does not stop")
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip(err)
	}
	return len(all)
}

// TestTwoPoolsComeAndGo runs two pools in one process, each through everything that
// happens to workers, under load. Nothing of them is left.
func TestTwoPoolsComeAndGo(t *testing.T) {
	warm := start(t, workers.Options{Workers: 1, ShutdownTimeout: 5 * time.Second})
	for _, path := range []string{"/", "/files", "/work"} {
		if status, err := warm.get(path); status != 200 {
			t.Fatal(path, status, err)
		}
	}
	warm.stop()
	time.Sleep(100 * time.Millisecond)
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			r := start(t, workers.Options{Workers: 3, HangTimeout: 5 * time.Second, ShutdownTimeout: 5 * time.Second})
			var load sync.WaitGroup
			end := make(chan struct{})
			for i := range 4 {
				load.Go(func() {
					paths := []string{"/", "/busy", "/work", "/files"}
					for n := 0; ; n++ {
						select {
						case <-end:
							return
						default:
							if status, err := r.get(paths[(n+i)%4]); status != 200 && status != 503 && err == nil {
								t.Errorf("%d %v", status, err)
							}
						}
					}
				})
			}
			for _, down := range [][2]string{{"/throw", "uncaught exception"}, {"/hang", "hang: "}, {"/heap", "heap: "}} {
				// The request may go down with a worker that ends for what came before.
				for end := time.Now().Add(time.Minute); !strings.Contains(r.log.String(), down[1]) && time.Now().Before(end); {
					if status, err := r.get(down[0]); err == nil && status != 503 {
						t.Errorf("%s: %d", down[0], status)
					}
					time.Sleep(10 * time.Millisecond) // the log may be late
				}
			}
			var err error
			for range 10 { // a busy machine may take longer to start a worker than HangTimeout
				answer := make(chan error, 1)
				r.pool.ReloadThen(func(err error) { answer <- err })
				if err = <-answer; err == nil || !strings.Contains(err.Error(), "hang: ") {
					break
				}
			}
			if err != nil || r.pool.Stats().Reloads == 0 {
				t.Errorf("%d reloads: %v", r.pool.Stats().Reloads, err)
			}
			close(end)
			load.Wait()
			r.stop()
			for _, want := range []string{"uncaught exception", "hang: ", "heap: ", "reloaded", "stopped"} {
				if !strings.Contains(r.log.String(), want) {
					t.Errorf("the log has nothing of %q", want)
				}
			}
		})
	}
	both.Wait()
	left := ""
	for range 3000 {
		g, f := runtime.NumGoroutine(), openFiles(t)
		if g <= goroutines && f <= files {
			return
		}
		left = fmt.Sprintf("goroutines: %d, before %d; files: %d, before %d", g, goroutines, f, files)
		time.Sleep(20 * time.Millisecond)
	}
	all := make([]byte, 1<<20)
	t.Errorf("%s\n%s\n%s", left, listFiles(), all[:runtime.Stack(all, true)])
}

func listFiles() string {
	var text strings.Builder
	all, _ := os.ReadDir("/proc/self/fd")
	for _, e := range all {
		to, _ := os.Readlink("/proc/self/fd/" + e.Name())
		fmt.Fprintf(&text, "%s → %s\n", e.Name(), to)
	}
	return text.String()
}

// TestAddressInUse: the pool has the path while it runs.
func TestAddressInUse(t *testing.T) {
	r := start(t, workers.Options{Workers: 2, ShutdownTimeout: time.Second})
	defer r.stop()
	l, err := net.Listen("unix", r.path)
	if err == nil {
		l.Close()
		t.Error("the path is free")
	}
	tr := &http.Transport{Dial: func(string, string) (net.Conn, error) { return net.Dial("unix", r.path) }}
	defer tr.CloseIdleConnections()
	res, err := (&http.Client{Transport: tr}).Get("http://x/")
	if err != nil || res.StatusCode != 200 {
		t.Errorf("%v %v", res, err)
	}
}
