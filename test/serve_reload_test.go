package test

import (
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
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// administered is a running sluice serve with an admin listener.
type administered struct {
	*pool
	dir   string
	admin string // its URL
	url   string // the first listener's
}

func (s *administered) write(name, text string) {
	s.t.Helper()
	// As editors do it: the file is there as a whole, or as it was.
	tmp := filepath.Join(s.dir, name+".new")
	if err := os.WriteFile(tmp, []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Rename(tmp, filepath.Join(s.dir, name)); err != nil {
		s.t.Fatal(err)
	}
}

// startAdministered runs sluice serve with the files, among them sluice.toml, which leaves host,
// admin and log to this function.
func startAdministered(t *testing.T, files map[string]string) *administered {
	t.Helper()
	s := &administered{pool: &pool{t: t}, dir: t.TempDir()}
	for name, text := range files {
		s.write(name, text)
	}
	s.start(nil, "--set", "host=127.0.0.1", "--set", "access_log=false")
	return s
}

// start runs sluice serve in the folder.
func (s *administered) start(stdout io.Writer, args ...string) {
	s.t.Helper()
	s.serveIn(s.dir, stdout, append([]string{"--set", "admin.port=0", "--set", "log.format=pretty"}, args...)...)
	s.waits(adminOn, &s.admin)
	s.waits("serving on (https?://\\S+)", &s.url)
}

const adminOn = `the admin listener is on (http://[^\s"]+)`

// waits waits for something in the log, and keeps the first group.
func (s *administered) waits(pattern string, group *string) {
	s.t.Helper()
	re := regexp.MustCompile(pattern)
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if m := re.FindStringSubmatch(s.text()); m != nil {
			if group != nil {
				*group = m[1]
			}
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("the log does not say %q", pattern)
		}
	}
}

// oneRequest takes a new connection for each.
var oneRequest = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}

func (s *administered) get(url string) (int, string) {
	s.t.Helper()
	res, err := oneRequest.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(text)
}

// becomes waits until a URL answers so.
func (s *administered) becomes(url, want string) {
	s.t.Helper()
	got := ""
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, got = s.get(url); strings.Contains(got, want) {
			return
		}
	}
	s.t.Fatalf("%s answers %q, not %q", url, clip(got), want)
}

const reloadApp = `
const http = require('http');
http.createServer((req, res) => setTimeout(() => res.end('app ' + process.argv[2]), 5)).listen(1);
`

// TestConfigurationReload reloads under load, with workers that have an application and
// without: every request is answered, by one configuration or the other.
func TestConfigurationReload(t *testing.T) {
	for _, mode := range []string{"app", "static"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			port, second := freePort(t), freePort(t)
			configuration := func(n int, more string) string {
				text := "workers = 2\nstatic = \".\"\n"
				if mode == "app" {
					text = fmt.Sprintf("workers = 2\napp = \"app.js\"\nargs = [%q]\n", fmt.Sprint(n/4))
				}
				return text + fmt.Sprintf("[[listen]]\nhost = \"127.0.0.1\"\nport = %s\n", port) + more +
					fmt.Sprintf("[[route]]\npath = \"/which\"\nrespond = \"number %d\"\n", n)
			}
			s := startAdministered(t, map[string]string{"sluice.toml": configuration(0, ""), "app.js": reloadApp, "file.txt": "file"})
			stop := make(chan struct{})
			var load sync.WaitGroup
			var answers atomic.Int64
			end := sync.OnceFunc(func() { close(stop); load.Wait() })
			defer end()
			for i := range 6 {
				load.Go(func() {
					client := &http.Client{Transport: &http.Transport{DisableKeepAlives: i%2 == 0}, Timeout: patience}
					for n := 0; ; n++ {
						select {
						case <-stop:
							return
						default:
						}
						path := []string{"/which", "/file.txt"}[n%2]
						res, err := client.Get(s.url + path)
						if err != nil {
							t.Error(err)
							return
						}
						text, err := io.ReadAll(res.Body)
						res.Body.Close()
						if err != nil || res.StatusCode != 200 || len(text) == 0 {
							t.Errorf("%s: %d %q %v", path, res.StatusCode, text, err)
							return
						}
						answers.Add(1)
					}
				})
			}
			for n := 1; n <= 6; n++ {
				more := ""
				if n%2 == 1 { // a second listener comes and goes
					more = fmt.Sprintf("[[listen]]\nhost = \"127.0.0.1\"\nport = %s\n", second)
				}
				s.write("sluice.toml", configuration(n, more))
				s.becomes(s.url+"/which", fmt.Sprint("number ", n))
				other := fmt.Sprintf("http://127.0.0.1:%s/which", second)
				if more != "" {
					s.becomes(other, fmt.Sprint("number ", n))
				} else {
					s.becomes(other, "connection refused")
				}
			}
			if mode == "app" {
				s.becomes(s.url+"/", "app 1")
			}
			// SIGHUP reads the file too, and starts the application anew.
			if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
				t.Fatal(err)
			}
			s.waits("SIGHUP: the new configuration is in force", nil)
			before := answers.Load()
			for until := time.Now().Add(patience); answers.Load() < before+50 && time.Now().Before(until) && !t.Failed(); {
				time.Sleep(10 * time.Millisecond)
			}
			end()
			if answers.Load() < 100 {
				t.Errorf("only %d answers", answers.Load())
			}
			_, metrics := s.get(s.admin + "/metrics")
			for _, want := range []string{`sluice_config_reloads_total{result="success"} 7`, `sluice_config_reloads_total{result="failure"} 0`, `sluice_requests_total{method="GET",route="/which",status="5xx"} 0`} {
				if !strings.Contains(metrics, want) {
					t.Errorf("the metrics do not say %s", want)
				}
			}
		})
	}
}

// TestReloadOfWrongFile: what is wrong is told with its place, all of it, and what was
// before stays.
func TestReloadOfWrongFile(t *testing.T) {
	port := freePort(t)
	good := fmt.Sprintf("[[listen]]\nhost = \"127.0.0.1\"\nport = %s\n[[route]]\npath = \"/\"\nrespond = \"old\"\n", port)
	s := startAdministered(t, map[string]string{"sluice.toml": good})
	s.becomes(s.url+"/", "old")
	s.write("sluice.toml", strings.Replace(good, "old", "new", 1)+"wrong = 1\n[log]\nlevel = \"loud\"\n")
	s.waits("unknown key \"wrong\"", nil)
	s.waits("the configuration stays as it was", nil)
	s.waits(`level: expected`, nil)
	s.becomes(s.url+"/", "old")
	s.becomes(s.admin+"/metrics", "\nsluice_config_last_reload_successful 0\n")
	// So is an address that somebody else has.
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	s.write("sluice.toml", strings.Replace(good, "old", "new", 1)+fmt.Sprintf("[[listen]]\nhost = \"127.0.0.1\"\nport = %d\n", taken.Addr().(*net.TCPAddr).Port))
	s.waits("is in use", nil)
	s.becomes(s.url+"/", "old")
	s.write("sluice.toml", strings.Replace(good, "old", "new", 1))
	s.becomes(s.url+"/", "new")
	s.becomes(s.admin+"/metrics", "\nsluice_config_last_reload_successful 1\n")
	if status, _ := s.get(s.admin + "/readyz"); status != 200 {
		t.Errorf("/readyz: %d", status)
	}
}

// TestReadyWhileStopping: who asks is told before anything closes.
func TestReadyWhileStopping(t *testing.T) {
	s := startAdministered(t, map[string]string{"sluice.toml": fmt.Sprintf("port = %s\nstatic = \".\"\n[shutdown]\ndelay = \"8s\"\n", freePort(t)), "a.txt": "a"})
	s.becomes(s.admin+"/readyz", `"ready":true`)
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.becomes(s.admin+"/readyz", `"reason":"stopping"`)
	if status, text := s.get(s.url + "/a.txt"); status != 200 {
		t.Errorf("it does not serve on: %d %s", status, text)
	}
	<-s.exited
}

// TestDashboard looks at the page with a browser, where there is one.
func TestDashboard(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	s := startAdministered(t, map[string]string{"sluice.toml": fmt.Sprintf("port = %s\n[[route]]\npath = \"/hello\"\nrespond = \"hello\"\n", freePort(t))})
	for range 5 {
		s.becomes(s.url+"/hello", "hello")
	}
	out, err := exec.Command(browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(), "--timeout=8000", "--virtual-time-budget=3000", "--dump-dom", s.admin+"/").Output()
	if err != nil {
		t.Skip("chromium does not run here:", err)
	}
	for _, want := range []string{`class="badge good">ready<`, "<td>/hello</td><td>5</td>", "<td>serving</td>", "requests a second"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the page does not show %s:\n%s", want, out)
		}
	}
}

// TestReloadOfAHost: one port has one host at a time, and the log says so.
func TestReloadOfAHost(t *testing.T) {
	port := freePort(t)
	configuration := func(host string) string {
		return fmt.Sprintf("[[listen]]\nhost = %q\nport = %s\n[[route]]\npath = \"/\"\nrespond = \"fine\"\n", host, port)
	}
	s := startAdministered(t, map[string]string{"sluice.toml": configuration("0.0.0.0")})
	s.write("sluice.toml", configuration("127.0.0.1"))
	s.waits("sluice.toml:2:8: listen\\[0\\].host: this server has port "+port+", for another host", nil)
	s.becomes("http://127.0.0.1:"+port+"/", "fine")
}
