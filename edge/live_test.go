package edge

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/http1/http1net"
)

// engineOf makes the engine of a configuration; closed is told when it is closed.
func engineOf(t *testing.T, text string, o Options, closed *atomic.Int64) *Engine {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "app.js"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse(filepath.Join(dir, "sluice.toml"), []byte(text), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(c.Config, o)
	if err != nil {
		t.Fatal(err)
	}
	e.closers = append(e.closers, func() error { closed.Add(1); return nil })
	return e
}

func serveLive(t *testing.T, l *Live, next http1net.Handler) (url string) {
	t.Helper()
	nl, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http1net.Server{Handler: l.Handler(next)}
	go func() { _ = srv.Serve(nl) }()
	t.Cleanup(func() { srv.Close() })
	return "http://" + nl.Addr().String()
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// Under load an engine is replaced again and again: every answer comes from one that is
// not closed, and each is closed in the end.
func TestLiveUnderLoad(t *testing.T) {
	const log = "access_log = false\n"
	var closed atomic.Int64
	var open sync.Map // the number of an engine: it is open
	made := 0
	next := func() *Engine {
		made++
		n := made
		e := engineOf(t, log+fmt.Sprintf("[[route]]\npath = \"/*\"\nrespond = \"%d\"", n), Options{Layers: []Layer{openLayer{&open, n}}}, &closed)
		open.Store(n, true)
		e.closers = append(e.closers, func() error { open.Delete(n); return nil })
		return e
	}
	live := NewLive(next())
	url := serveLive(t, live, nil)
	stop := make(chan struct{})
	var all sync.WaitGroup
	var answers atomic.Int64
	for range 8 {
		all.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			for {
				select {
				case <-stop:
					return
				default:
				}
				res, err := client.Get(url)
				if err != nil {
					t.Error(err)
					return
				}
				text, err := io.ReadAll(res.Body)
				if err != nil || res.StatusCode != 200 {
					t.Errorf("%d %q %v", res.StatusCode, text, err)
					return
				}
				answers.Add(1)
			}
		})
	}
	for range 200 {
		before := answers.Load()
		live.Swap(next())
		eventually(t, "an answer between two engines", func() bool { return answers.Load() > before || t.Failed() })
	}
	close(stop)
	all.Wait()
	eventually(t, "all but the last are closed", func() bool { return closed.Load() == 200 })
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := io.ReadAll(res.Body); string(text) != "201" {
		t.Errorf("the last engine answers %q", text)
	}
}

// openLayer finds out whether an exchange has an engine that is closed.
type openLayer struct {
	open *sync.Map
	n    int
}

func (l openLayer) Request(*Exchange) (*Answer, func() *Answer) {
	return l.look(), nil
}

func (l openLayer) look() *Answer {
	if _, ok := l.open.Load(l.n); !ok {
		return text(http.StatusInternalServerError)
	}
	return nil
}

func (l openLayer) Head(_ *Exchange, h *Head) {
	if l.look() != nil {
		h.Status = http.StatusInternalServerError
	}
}

func (l openLayer) Done(*Exchange, Sent) {}

// An exchange that lasts keeps its engine open; the next one has the new engine.
func TestLiveWaits(t *testing.T) {
	var closed atomic.Int64
	live := NewLive(engineOf(t, "app = \"app.js\"\naccess_log = false", Options{}, &closed))
	gate, came := make(chan struct{}), make(chan struct{})
	url := serveLive(t, live, http1net.HandlerFunc(func(w *http1net.ResponseWriter, r *http1net.Request) {
		close(came)
		<-gate
		_, _ = w.WriteString("late")
	}))
	got := make(chan string)
	go func() {
		res, err := http.Get(url)
		if err != nil {
			got <- err.Error()
			return
		}
		text, _ := io.ReadAll(res.Body)
		got <- string(text)
	}()
	<-came
	live.Swap(engineOf(t, "access_log = false\n[[route]]\npath = \"/*\"\nrespond = \"new\"", Options{}, &closed))
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := io.ReadAll(res.Body); string(text) != "new" {
		t.Errorf("the new engine answers %q", text)
	}
	if closed.Load() != 0 {
		t.Error("the old engine was closed under an exchange")
	}
	close(gate)
	if text := <-got; text != "late" {
		t.Errorf("the old exchange: %q", text)
	}
	eventually(t, "the old engine is closed", func() bool { return closed.Load() == 1 })
}

// What a client has used of its rate is not given back by a reload that leaves the rate.
func TestLimitersStay(t *testing.T) {
	var closed atomic.Int64
	const text = "rate_limit = \"3/m\"\naccess_log = false\n[[route]]\npath = \"/*\"\nrespond = \"ok\"\n"
	live := NewLive(engineOf(t, text, Options{}, &closed))
	url := serveLive(t, live, nil)
	status := func() int {
		res, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	for range 3 {
		if s := status(); s != 200 {
			t.Fatal(s)
		}
	}
	live.Swap(engineOf(t, text+"[[route]]\npath = \"/b\"\nrespond = \"b\"", Options{Before: live.Engine()}, &closed))
	if s := status(); s != 429 {
		t.Errorf("the same rate after a reload: %d", s)
	}
	live.Swap(engineOf(t, strings.Replace(text, "3/m", "4/m", 1), Options{Before: live.Engine()}, &closed))
	if s := status(); s != 200 {
		t.Errorf("another rate after a reload: %d", s)
	}
}

func TestTally(t *testing.T) {
	set := tally.New(0)
	var closed atomic.Int64
	live := NewLive(engineOf(t, `
app = "app.js"
access_log = false
[[route]]
path = "/limited"
rate_limit = "1/m"
respond = "ok"
[[route]]
path = "/inside"
access = { deny = ["127.0.0.0/8"] }
respond = "secret"
[[route]]
path = "/upload"
body_limit = 10
app = true
`, Options{Tally: set}, &closed))
	url := serveLive(t, live, http1net.HandlerFunc(app))
	send := func(method, path, body string) {
		req, _ := http.NewRequest(method, url+path, strings.NewReader(body))
		if len(body) > 20 {
			req.ContentLength = -1
		}
		if res, err := plain.Do(req); err == nil {
			_, _ = io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}
	}
	for _, name := range []string{"none", "/*", "/limited", "/inside", "/upload"} {
		found := false
		for _, r := range set.Routes() {
			found = found || r.Name == name
		}
		if !found {
			t.Errorf("%s is not there from the start", name)
		}
	}
	send("GET", "/limited", "")
	send("GET", "/limited", "")
	send("GET", "/inside", "")
	send("POST", "/body", "12345")
	send("POST", "/upload", "this is announced and too long"[:15])
	send("PROPFIND", "/teapot", "")
	totals := func(name string) *tally.Totals { return set.Route(name).Totals() }
	eventually(t, "six requests", func() bool {
		n := uint64(0)
		for _, r := range set.Routes() {
			n += r.Totals().Count()
		}
		return n == 6
	})
	if x := totals("/limited"); x.Requests[0][1] != 1 || x.Requests[0][3] != 1 || x.Refused[tally.RateLimit] != 1 || x.Durations.Count() != 2 {
		t.Errorf("/limited: %+v", x)
	}
	if x := totals("/inside"); x.Refused[tally.Address] != 1 {
		t.Errorf("/inside: %+v", x)
	}
	if x := totals("/*"); x.Requests[2][1] != 1 || x.Received != 5 || x.Sent != 1 || x.Requests[7][3] != 1 {
		t.Errorf("/*: %+v", x)
	}
	if x := totals("/upload"); x.Requests[2][3] != 1 || x.Refused[tally.BodyLimit] != 1 {
		t.Errorf("/upload: %+v", x)
	}
	if m := set.Statuses(); m[200] != 2 || m[429] != 1 || m[403] != 1 || m[413] != 1 || m[418] != 1 {
		t.Errorf("statuses: %v", m)
	}
}
