package workers_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/workers"
)

func (r *running) eventually(what string, ok func(workers.Stats) bool) (last workers.Stats) {
	r.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if last = r.pool.Stats(); ok(last) {
			return last
		}
		if time.Now().After(end) {
			r.t.Fatalf("never: %s: %+v", what, last)
		}
	}
}

// first is the serving worker of slot 1.
func first(s workers.Stats) workers.WorkerStats {
	for _, w := range s.Workers {
		if w.ID == 1 && w.State == "serving" {
			return w
		}
	}
	return workers.WorkerStats{}
}

func TestStats(t *testing.T) {
	set := tally.New(1)
	r := start(t, workers.Options{HangTimeout: 8 * time.Second, Application: node.Options{Tally: set.Route("app")}})
	s := r.pool.Stats()
	for _, cause := range workers.Causes {
		if n, ok := s.Restarts[cause]; !ok || n != 0 {
			t.Errorf("%s: %d, %v", cause, n, ok)
		}
	}
	for range 3 {
		if status, err := r.get("/work"); status != 200 {
			t.Fatal(status, err)
		}
	}
	s = r.eventually("the heap is known, and the last request is counted", func(s workers.Stats) bool {
		return first(s).Heap.Used > 0 && s.Totals[1].Requests == 3 && s.Totals[1].Waits.Count() == 3 && set.Route("app").Totals().Durations.Count() == 3
	})
	if h := first(s).Heap; h.Total < h.Used || h.Limit < h.Total {
		t.Errorf("heap: %+v", h)
	}
	total := s.Totals[1]
	if total.Received == 0 || total.Sent == 0 || total.Alive == 0 {
		t.Errorf("totals: %+v", total)
	}
	if got := set.Route("app").Totals(); got.Requests[0][1] != 3 || got.Sent != 12 || got.Durations.Count() != 3 || got.Aborted != 0 {
		t.Errorf("counted: %+v", got)
	}

	// Connections by what they do.
	idle, err := net.Dial("unix", r.path)
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	r.eventually("an idle connection", func(s workers.Stats) bool { return first(s).Connections == 1 && first(s).Active == 0 })

	// A loop that is held up: delay, busy share and queue show it while it lasts.
	go func() { _, _ = r.get("/hang") }()
	r.eventually("it is stuck", func(s workers.Stats) bool { w := first(s); return w.Stuck && w.Active == 1 })
	if _, err := idle.Write([]byte("GET / HTTP/1.1\r\nHost: a\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	r.eventually("a request waits", func(s workers.Stats) bool { return first(s).Waiting == 1 })
	r.eventually("a delay", func(s workers.Stats) bool { return first(s).Delay > 200*time.Millisecond && first(s).Busy > 0.5 })
	s = r.eventually("a restart", func(s workers.Stats) bool { return s.Restarts["hang"] == 1 && first(s).State == "serving" })
	if total := s.Totals[1]; total.Requests < 5 {
		t.Errorf("what a worker has done is forgotten with it: %+v", total)
	}
	if n := set.Route("app").Totals(); n.Requests[0][4] != 2 {
		t.Errorf("requests that only the server answered: %+v", n)
	}

	r.pool.Reload()
	s = r.eventually("a reload", func(s workers.Stats) bool { return s.Reloads == 1 })
	if s.Restarts["reload"] != 1 || !s.Ready || s.Stopping {
		t.Errorf("%+v", s)
	}
	_, _ = r.get("/throw")
	r.eventually("an exception", func(s workers.Stats) bool { return s.Restarts["exception"] == 1 })
	r.eventually("it serves", func(s workers.Stats) bool { return first(s).State == "serving" })
	_, _ = r.get("/heap")
	s = r.eventually("a full heap", func(s workers.Stats) bool { return s.Restarts["heap"] == 1 })
	if total := s.Totals[1]; total.GCCount[1] == 0 || total.GCTime[1] == 0 {
		t.Errorf("collections: %v %v", total.GCCount, total.GCTime)
	}

	// What breaks the protocol is counted by its code.
	bad, err := net.Dial("unix", r.path)
	if err != nil {
		t.Fatal(err)
	}
	defer bad.Close()
	if _, err := bad.Write([]byte("GET /\x00 HTTP/1.1\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	s = r.eventually("a broken request", func(s workers.Stats) bool {
		n := uint64(0)
		for _, e := range s.Totals[1].Errors {
			n += e
		}
		return n == 1
	})
	r.pool.Stop("enough")
	if s := r.pool.Stats(); s.Ready && strings.Contains(r.log.String(), "enough") {
		t.Error("it is ready while it stops")
	}
	<-r.code
}

// TestReloadWhileAllAreLost: a reload is over when new workers serve, also when there is
// none that they could take over from.
func TestReloadWhileAllAreLost(t *testing.T) {
	r := start(t, workers.Options{Workers: 2, ShutdownTimeout: 5 * time.Second})
	for n := 1; n <= 8; n++ { // later and later, up to 400 ms: both wait now
		// The request may go down with a worker that ends for the one before.
		r.eventually("an exception", func(workers.Stats) bool {
			_, _ = r.get("/throw")
			return r.pool.Stats().Restarts["exception"] >= n
		})
	}
	for n := 1; n <= 3; n++ {
		answer := make(chan error)
		r.pool.ReloadThen(func(err error) { answer <- err })
		if err := <-answer; err != nil {
			t.Fatal(err)
		}
		s := r.pool.Stats()
		serving := 0
		for _, w := range s.Workers {
			if w.State == "serving" {
				serving++
			}
		}
		if s.Reloads != n || serving != 2 {
			t.Errorf("%d reloads, %d workers serve: %+v", s.Reloads, serving, s.Workers)
		}
	}
	if status, err := r.get("/"); status != 200 {
		t.Error(status, err)
	}
	r.stop()
}
