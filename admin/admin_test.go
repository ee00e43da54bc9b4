package admin

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/workers"
)

// fixed is a pool that is as the test says.
type fixed struct{ atomic.Pointer[workers.Stats] }

func (f *fixed) Stats() workers.Stats { return *f.Load() }

func start(t *testing.T, o Options) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := New(o)
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return "http://" + l.Addr().String()
}

func get(t *testing.T, url, host string) (status int, header http.Header, text string) {
	t.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(b)
}

func serving() *fixed {
	f := &fixed{}
	f.Store(&workers.Stats{
		Ready:   true,
		Workers: []workers.WorkerStats{{ID: 1, State: "serving", Connections: 5, Active: 2, Upgraded: 1, Busy: 0.25, Delay: time.Millisecond, Heap: workers.Heap{Used: 7}}, {ID: 2, State: "starting"}},
		Totals:  map[int]*workers.Totals{1: {Requests: 9, Busy: 3 * time.Second}, 2: {}},
	})
	return f
}

func TestHealthAndReadiness(t *testing.T) {
	pool := serving()
	url := start(t, Options{Pool: pool})
	if status, _, text := get(t, url+"/healthz", ""); status != 200 || text != "ok\n" {
		t.Error(status, text)
	}
	ready := func(want int, reason string) {
		t.Helper()
		status, _, text := get(t, url+"/readyz", "")
		var r readiness
		if err := json.Unmarshal([]byte(text), &r); err != nil || status != want || r.Ready != (want == 200) || r.Reason != reason {
			t.Errorf("%d %s %v", status, text, err)
		}
	}
	ready(200, "")
	s := pool.Stats()
	s.Ready = false
	pool.Store(&s)
	ready(503, "no worker has served yet")
	s.Stopping = true
	pool.Store(&s)
	ready(503, "stopping")
	pool.Store(&workers.Stats{}) // it is over
	ready(503, "stopping")
}

// A page on the web must not get at what is on loopback by a name that leads there.
func TestHost(t *testing.T) {
	url := start(t, Options{Pool: serving()})
	for host, want := range map[string]int{"": 200, "localhost:1": 200, "LOCALHOST": 200, "a.localhost": 200, "[::1]:9": 200, "127.0.0.1": 200, "evil.example": 403, "localhost.evil.example": 403, "127.0.0.1.evil.example:80": 403} {
		if status, _, _ := get(t, url+"/stats", host); status != want {
			t.Errorf("%q: %d, want %d", host, status, want)
		}
	}
}

func TestPaths(t *testing.T) {
	url := start(t, Options{Pool: serving()})
	for path, want := range map[string]struct {
		status      int
		media, part string
	}{
		"/":                     {200, "text/html; charset=utf-8", "dashboard.js"},
		"/dashboard.js":         {200, "text/javascript; charset=utf-8", "fetch('stats')"},
		"/dashboard.css":        {200, "text/css; charset=utf-8", "body"},
		"/debug/pprof/":         {404, "text/plain; charset=utf-8", "admin.pprof"},
		"/nothing":              {404, "text/plain; charset=utf-8", "/metrics"},
		"/../dashboard.go":      {404, "text/plain; charset=utf-8", ""},
		"/stats?x":              {200, "application/json", `"busy":0.25`},
		"/debug/pprof/cmdline":  {404, "text/plain; charset=utf-8", ""},
		"/debug/pprofound/what": {404, "text/plain; charset=utf-8", ""},
	} {
		status, h, text := get(t, url+path, "")
		if status != want.status || h.Get("Content-Type") != want.media || !strings.Contains(text, want.part) {
			t.Errorf("%s: %d %s %.80q", path, status, h.Get("Content-Type"), text)
		}
	}
	if res, err := http.Post(url+"/metrics", "", nil); err != nil || res.StatusCode != 405 {
		t.Error("POST:", res, err)
	}
	// Nothing of the page comes from elsewhere.
	for _, name := range []string{"dashboard.html", "dashboard.js", "dashboard.css"} {
		text, err := page.ReadFile(name)
		if err != nil || regexp.MustCompile(`https?:|//[a-z]`).Match(text) {
			t.Errorf("%s names something outside: %v", name, err)
		}
	}
	url = start(t, Options{Pool: serving(), Pprof: true})
	if status, _, text := get(t, url+"/debug/pprof/goroutine?debug=1", ""); status != 200 || !strings.Contains(text, "goroutine profile") {
		t.Error("pprof:", status)
	}
}

var series = regexp.MustCompile(`(?m)^(sluice_[a-z_]+)(\{[^}]*\})? `)

// Every series is there before anything has happened, and documented.
func TestMetrics(t *testing.T) {
	set := tally.New(2)
	set.Route("/api/*")
	pool := serving()
	url := start(t, Options{Pool: pool, Tally: set, Build: map[string]string{"version": "1"}, Reloads: func() Reloads { return Reloads{Succeeded: 1, Last: time.Unix(5, 0)} },
		Handshakes: func() Handshakes { return Handshakes{Full: 2, Failed: map[string]uint64{"closed": 0}} }})
	names := func() (all []string) {
		_, _, text := get(t, url+"/metrics", "")
		for _, m := range series.FindAllStringSubmatch(text, -1) {
			all = append(all, m[1]+m[2])
		}
		return all
	}
	before := names()
	_, _, text := get(t, url+"/metrics", "")
	for _, want := range []string{
		`sluice_requests_total{method="GET",route="/api/*",status="5xx"} 0`, `sluice_refusals_total{reason="rate_limit",route="/api/*"} 0`,
		`sluice_request_duration_seconds_bucket{route="/api/*",le="0.001"} 0`, `sluice_responses_total{status="503"} 0`,
		`sluice_worker_restarts_total{cause="hang"} 0`, `sluice_protocol_errors_total{code="HPE_INVALID_URL"} 0`, `sluice_lenient_total{leniency="LenientHeaders"} 0`,
		`sluice_connections{state="idle",worker="1"} 2`, `sluice_connections{state="active",worker="1"} 2`, `sluice_workers{state="draining"} 0`,
		`sluice_busy_seconds_total{worker="1"} 3`, `sluice_heap_bytes{kind="used",worker="1"} 7`, `sluice_gc_seconds_total{kind="major",worker="2"} 0`,
		`sluice_queue_wait_seconds_count{worker="2"} 0`, `sluice_build_info{version="1"} 1`, `sluice_config_reloads_total{result="failure"} 0`,
		`sluice_tls_handshakes_total{kind="full"} 2`, `sluice_tls_handshakes_total{kind="resumed"} 0`, `sluice_tls_handshakes_failed_total{reason="closed"} 0`,
		`sluice_isolates `, `go_goroutines `, `process_open_fds `,
	} {
		if !strings.Contains(text, "\n"+want) {
			t.Errorf("not there: %s", want)
		}
	}
	for _, method := range tally.Methods {
		for _, status := range []int{0, 101, 200, 302, 404, 503} {
			set.Route("/api/*").Done(1, &tally.Request{Method: method, Status: status, Refused: tally.RateLimit, Aborted: status == 0, Sent: 1, Received: 1, Duration: time.Hour})
		}
	}
	s := pool.Stats()
	s.Restarts = map[string]int{"hang": 3}
	pool.Store(&s)
	after := names()
	for _, name := range after {
		if !slices.Contains(before, name) {
			t.Errorf("%s was not there from the start", name)
		}
	}
	if _, _, text := get(t, url+"/metrics", ""); !strings.Contains(text, `sluice_worker_restarts_total{cause="hang"} 3`) || !strings.Contains(text, `sluice_request_duration_seconds_count{route="/api/*"} 48`) {
		t.Error("numbers do not come through")
	}
	doc, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range after {
		name, _, _ = strings.Cut(name, "{")
		for _, suffix := range []string{"_bucket", "_sum", "_count"} {
			name = strings.TrimSuffix(name, suffix)
		}
		if !strings.Contains(string(doc), "`"+name+"`") {
			t.Errorf("docs/operations.md does not explain %s", name)
		}
	}
}

// Two servers in one process have nothing in common.
func TestTwoServers(t *testing.T) {
	one, two := tally.New(1), tally.New(1)
	one.Route("/one")
	two.Route("/two")
	first, second := start(t, Options{Pool: serving(), Tally: one}), start(t, Options{Pool: serving(), Tally: two})
	if _, _, text := get(t, first+"/metrics", ""); !strings.Contains(text, `"/one"`) || strings.Contains(text, `"/two"`) {
		t.Error("the first has the second's")
	}
	if _, _, text := get(t, second+"/metrics", ""); !strings.Contains(text, `"/two"`) || strings.Contains(text, `"/one"`) {
		t.Error("the second has the first's")
	}
}
