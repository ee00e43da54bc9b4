package sluice_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sluice-http/sluice"
)

// text is a writer that may be read while others write.
type text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *text) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *text) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// running is an application, and a client of it.
type running struct {
	*sluice.App
	t      *testing.T
	log    *text
	client http.Client
}

func start(t *testing.T, o sluice.Options) *running {
	t.Helper()
	r := &running{t: t, log: &text{}}
	o.Logger = slog.New(slog.NewTextHandler(r.log, nil))
	if o.Stderr == nil {
		o.Stderr = r.log
	}
	app, err := sluice.New(o)
	if err != nil {
		t.Fatal(err)
	}
	r.App = app
	t.Cleanup(func() {
		_ = app.Close()
		if t.Failed() {
			t.Log(r.log)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := app.Start(ctx); err != nil {
		t.Fatal(err)
	}
	a := app.Addrs()[0]
	r.client = http.Client{Timeout: time.Minute, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, a.Network(), a.String())
		},
	}}
	return r
}

func (r *running) get(path string) (status int, body string, err error) {
	res, err := r.client.Get("http://app" + path)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), err
}

func (r *running) want(path, want string) {
	r.t.Helper()
	if status, body, err := r.get(path); err != nil || status != 200 || body != want {
		r.t.Errorf("%s: %d %q %v, want %q", path, status, body, err, want)
	}
}

func (r *running) shutdown() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := r.Shutdown(ctx); err != nil {
		r.t.Error(err)
	}
}

func write(t *testing.T, file, script string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 6000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("it does not come to that:", what)
}

func openFiles() int {
	all, _ := os.ReadDir("/proc/self/fd")
	return len(all)
}

// TestTwoUnderLoad runs two applications in one process under load, on a port and a path
// that the program owns. One of them goes through everything that happens to workers:
// the other does not notice. Afterwards nothing is left of either.
func TestTwoUnderLoad(t *testing.T) {
	warm := start(t, sluice.Options{Script: "testdata/trouble.js", Env: []string{"NAME=warm"}})
	warm.want("/", "warm /")
	warm.shutdown()
	runtime.GC()
	goroutines, files := runtime.NumGoroutine(), openFiles()

	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	unix, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	options := func(name string, l net.Listener, hang time.Duration) sluice.Options {
		return sluice.Options{Script: "testdata/trouble.js", Env: []string{"NAME=" + name}, Workers: 2, HeapLimit: 32 << 20, HangTimeout: hang, Listener: l}
	}
	calm, troubled := start(t, options("calm", tcp, 10*time.Minute)), start(t, options("troubled", unix, 4*time.Second))
	var load sync.WaitGroup
	end := make(chan struct{})
	for range 3 {
		load.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-end:
					return
				default:
				}
				path := fmt.Sprintf("/%d", n)
				calm.want(path, "calm "+path)
				if status, body, err := troubled.get(path); err == nil && status != 503 && (status != 200 || body != "troubled "+path) {
					t.Errorf("troubled: %d %q", status, body)
				}
			}
		})
	}
	for _, down := range [][2]string{{"/throw", "uncaught exception"}, {"/hang", "hang: "}, {"/heap", "heap: "}, {"/exit", "exited with code 5"}, {"/kill", "sent itself SIGTERM"}} {
		// The request may go down with a worker that ends for what came before.
		for end := time.Now().Add(time.Minute); !strings.Contains(troubled.log.String(), down[1]) && time.Now().Before(end); {
			if status, body, err := troubled.get(down[0]); err == nil && status != 503 {
				t.Errorf("%s: %d %q", down[0], status, body)
			}
			time.Sleep(10 * time.Millisecond) // the log may be late
		}
	}
	for _, r := range []*running{troubled, calm} {
		err := r.Reload(t.Context())
		for range 10 { // a busy machine may take longer to start a worker than troubled ones have
			if err == nil || r == calm || !strings.Contains(err.Error(), "hang: ") {
				break
			}
			err = r.Reload(t.Context())
		}
		if err != nil {
			t.Error(err)
		}
		if n := r.Stats().Reloads; n != 1 {
			t.Errorf("%d reloads", n)
		}
	}
	close(end)
	load.Wait()
	for _, want := range []string{"uncaught exception", "hang: ", "heap: ", "exited with code 5", "sent itself SIGTERM", "reloaded"} {
		if !strings.Contains(troubled.log.String(), want) {
			t.Errorf("the log has nothing of %q", want)
		}
	}
	if strings.Contains(calm.log.String(), "ended") {
		t.Errorf("of the other: %s", calm.log)
	}
	calm.shutdown()
	troubled.shutdown()
	for _, l := range []net.Listener{tcp, unix} {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	eventually(t, fmt.Sprintf("as before: %d goroutines, %d files", goroutines, files), func() bool {
		return runtime.NumGoroutine() <= goroutines && openFiles() <= files
	})
}

// TestNoStart: whatever keeps an application from serving is an error that says what.
func TestNoStart(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		script, want string
		code         int
	}{
		"missing":  {"", "uncaught exception (exit code 1): Error: Cannot find module", 1},
		"syntax":   {"const x = ;", "SyntaxError: Unexpected token ';'", 1},
		"throws":   {"throw new RangeError('too much')", "RangeError: too much", 1},
		"rejects":  {"Promise.reject(new TypeError('later'))", "TypeError: later", 1},
		"not one":  {"throw 'a string'", "a string", 1},
		"exits":    {"process.exit(4)", "it exited with code 4", 4},
		"exitCode": {"process.exitCode = 6", "it exited with code 6", 6},
		"module":   {"import './nowhere.js'; export {}", "Cannot find module", 1},
		"hangs":    {"for (;;);", "hang: JavaScript has not come back", 7},
		"port":     {"require('http').createServer().listen('/nowhere/at/all')", "Error: listen EACCES", 1},
	} {
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprint(name, " ", workers), func(t *testing.T) {
				file := filepath.Join(dir, name+".js")
				if c.script != "" {
					write(t, file, c.script)
				}
				hang := time.Duration(0) // as ever
				if name == "hangs" {
					hang = 500 * time.Millisecond
				}
				var stderr text
				app, err := sluice.New(sluice.Options{Script: file, Workers: workers, HangTimeout: hang, Stderr: &stderr, Logger: quiet})
				if err != nil {
					t.Fatal(err)
				}
				err = app.Start(t.Context())
				var exit *sluice.ExitError
				if !errors.As(err, &exit) || exit.Code != c.code || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
					t.Errorf("%v; stderr: %s", err, &stderr)
				}
				if app.Wait() != err || app.Run(t.Context()) != err {
					t.Error("Wait and Run say something else")
				}
			})
		}
	}
}

// TestNothingToDo: a script that comes to its end is no failure.
func TestNothingToDo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "end.js")
	write(t, file, "console.log('done')")
	var stdout text
	app, err := sluice.New(sluice.Options{Script: file, Stdout: &stdout, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Run(t.Context()); err != nil || stdout.String() != "done\n" {
		t.Errorf("%v %q", err, &stdout)
	}
}

// TestProcess: what the process has once stays the program's.
func TestProcess(t *testing.T) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR2)
	defer signal.Stop(signals)
	dir, _ := os.Getwd()
	var stdout, stderr text
	r := start(t, sluice.Options{Script: "testdata/trouble.js", Args: []string{"0", "more"}, Env: []string{"NAME=me", "A=b=c"}, Stdout: &stdout, Stderr: &stderr})
	_, body, err := r.get("/process")
	var said map[string]string
	if err == nil {
		err = json.Unmarshal([]byte(body), &said)
	}
	if err != nil {
		t.Fatal(err)
	}
	const refused = "ERR_WORKER_UNSUPPORTED_OPERATION: process."
	for what, want := range map[string]string{
		"chdir": refused + "chdir()", "setuid": refused + "setuid()", "abort": refused + "abort()",
		"umask": "ERR_WORKER_UNSUPPORTED_OPERATION: Setting process.umask()", "group": "EPERM", "alive": "true",
	} {
		if !strings.HasPrefix(said[what], want) {
			t.Errorf("%s: %q", what, said[what])
		}
	}
	if now, _ := os.Getwd(); now != dir {
		t.Error("the working directory is", now)
	}

	// The program's signal is not the application's, unless it is handed on.
	if err := syscall.Kill(os.Getpid(), syscall.SIGUSR2); err != nil {
		t.Fatal(err)
	}
	<-signals
	r.want("/heard", "")
	if !r.Signal(syscall.SIGUSR2) || r.Signal(syscall.SIGTERM) {
		t.Error("it listens to SIGUSR2, and to nothing else")
	}
	eventually(t, "it hears", func() bool { _, body, _ := r.get("/heard"); return body == "SIGUSR2" })
	r.want("/usr2", "SIGUSR2,SIGUSR2")
	select {
	case <-signals:
		t.Error("what it sends itself comes to the program")
	default:
	}

	r.want("/stdin", "ended")
	r.want("/say", "said")
	eventually(t, "it has said it", func() bool { return stdout.String() == "to stdout\n" && stderr.String() == "to stderr\n" })
	_, body, _ = r.get("/about")
	var about struct {
		Argv     []string
		Env      map[string]string
		ExecPath string
	}
	if err := json.Unmarshal([]byte(body), &about); err != nil {
		t.Fatal(err)
	}
	own, _ := os.Executable()
	script, _ := filepath.Abs("testdata/trouble.js")
	if strings.Join(about.Argv, " ") != script+" 0 more" || len(about.Env) != 2 || about.Env["A"] != "b=c" || about.ExecPath == own {
		t.Errorf("%+v", about)
	}
}

// TestReload: code that does not start leaves the old one serving, and says why.
func TestReload(t *testing.T) {
	file := filepath.Join(t.TempDir(), "app.js")
	server := "require('http').createServer((req, res) => res.end('%d')).listen(0)"
	write(t, file, fmt.Sprintf(server, 1))
	r := start(t, sluice.Options{Script: file, Workers: 2})
	r.want("/", "1")
	write(t, file, "throw new Error('half an edit')")
	err := r.Reload(t.Context())
	var exit *sluice.ExitError
	if !errors.As(err, &exit) || !strings.Contains(err.Error(), "half an edit") {
		t.Errorf("%v", err)
	}
	r.want("/", "1")
	write(t, file, fmt.Sprintf(server, 2))
	var both sync.WaitGroup
	for range 2 { // the second asks while the first is under way
		both.Go(func() {
			if err := r.Reload(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	r.want("/", "2")
	r.shutdown()
	if err := r.Reload(t.Context()); !errors.Is(err, sluice.ErrClosed) {
		t.Error(err)
	}
}

// TestShutdown: requests that run are finished, and cut off when the context is over.
func TestShutdown(t *testing.T) {
	for name, c := range map[string]struct {
		path string
		time time.Duration
		want error
	}{
		"finished": {"/slow", time.Minute, nil},
		"cut":      {"/hang", 300 * time.Millisecond, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, sluice.Options{Script: "testdata/trouble.js"})
			answer := make(chan string)
			go func() {
				_, body, _ := r.get(c.path)
				answer <- body
			}()
			eventually(t, "it has a request", func() bool { return r.Stats().Workers[0].Requests == 1 })
			ctx, cancel := context.WithTimeout(t.Context(), c.time)
			defer cancel()
			began := time.Now()
			if err := r.Shutdown(ctx); !errors.Is(err, c.want) || time.Since(began) > time.Minute {
				t.Errorf("%v after %v", err, time.Since(began))
			}
			if body := <-answer; (body == "slow") != (c.want == nil) {
				t.Errorf("the answer is %q", body)
			}
			if _, _, err := r.get("/"); err == nil {
				t.Error("it still answers")
			}
			if err := r.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestCloseAnyTime: an application can be closed before it runs, and while it starts.
func TestCloseAnyTime(t *testing.T) {
	o := sluice.Options{Script: "testdata/trouble.js", Workers: 2, Logger: quiet}
	app, err := sluice.New(o)
	if err != nil {
		t.Fatal(err)
	}
	_ = app.Close()
	if err := app.Start(t.Context()); !errors.Is(err, sluice.ErrClosed) {
		t.Error(err)
	}
	for wait := range 12 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(wait)*2*time.Millisecond)
		app, err := sluice.New(o)
		if err != nil {
			t.Fatal(err)
		}
		if err := app.Start(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		cancel()
		_ = app.Close()
		if got := app.Stats(); len(got.Workers) != 0 || len(app.Addrs()) != 0 {
			t.Errorf("%+v", got)
		}
	}
}

// TestListen: the program is asked for each address, and may refuse it.
func TestListen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "app.js")
	write(t, file, `
const server = (name) => require('http').createServer((req, res) => res.end(name));
server('a').listen(8001, '127.0.0.1', function() { console.log('a', this.address().port !== 8001); });
server('b').listen('/no/such/path');
server('c').on('error', (err) => console.log('c', err.code)).listen(8002, '127.0.0.1');`)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var mu sync.Mutex
	var asked []string
	var stdout text
	path := filepath.Join(t.TempDir(), "b")
	b, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	r := start(t, sluice.Options{Script: file, Stdout: &stdout, Listen: func(network, address string) (net.Listener, error) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, network+" "+address)
		switch address {
		case "127.0.0.1:8001":
			return l, nil
		case "/no/such/path":
			return b, nil
		}
		return nil, fmt.Errorf("not here: %w", syscall.EADDRINUSE)
	}})
	r.want("/", "a")
	if c, err := net.Dial("unix", path); err != nil {
		t.Error(err)
	} else {
		fmt.Fprint(c, "GET / HTTP/1.0\r\n\r\n")
		if all, err := io.ReadAll(c); err != nil || !strings.HasSuffix(string(all), "\r\n\r\nb") {
			t.Errorf("%q %v", all, err)
		}
		c.Close()
	}
	eventually(t, "a and c", func() bool {
		return strings.Contains(stdout.String(), "a true\n") && strings.Contains(stdout.String(), "c EADDRINUSE\n")
	})
	mu.Lock()
	defer mu.Unlock()
	slices.Sort(asked)
	if got := strings.Join(asked, ", "); got != "tcp 127.0.0.1:8001, tcp 127.0.0.1:8002, unix /no/such/path" {
		t.Error(got)
	}
	r.shutdown()
	if _, err := os.Stat(path); err != nil {
		t.Error("the program's path is gone:", err)
	}
}

// TestOptions: mistakes are found before anything runs.
func TestOptions(t *testing.T) {
	for want, o := range map[string]sluice.Options{
		"Script is empty":      {},
		"Workers is -1":        {Script: "x.js", Workers: -1},
		`has "PORT", which is`: {Script: "x.js", Env: []string{"PORT"}},
		"has no descriptor":    {Script: "x.js", Listener: struct{ net.Listener }{}},
	} {
		if _, err := sluice.New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
