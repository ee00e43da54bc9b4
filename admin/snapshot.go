package admin

import (
	"runtime"
	"time"

	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/http1"
	"github.com/sluice-http/sluice/workers"
)

// snapshot is what the dashboard shows: numbers since the start, of which it makes
// rates, and those of the moment.
type snapshot struct {
	Time     float64           `json:"time"` // seconds
	Uptime   float64           `json:"uptime"`
	Build    map[string]string `json:"build"`
	Ready    bool              `json:"ready"`
	Stopping bool              `json:"stopping"`
	Bounds   []float64         `json:"bounds"` // of the buckets of durations, in seconds
	Routes   []routeSnapshot   `json:"routes"`
	Statuses map[int]uint64    `json:"statuses"`
	Workers  []workerSnapshot  `json:"workers"`
	Restarts map[string]int    `json:"restarts"`
	Reloads  int               `json:"reloads"`
	Refused  int64             `json:"refused_connections"`
	Errors   map[string]uint64 `json:"protocol_errors"`
	Lenient  map[string]uint64 `json:"lenient"`
	Shed     int64             `json:"shed"`
	Received int64             `json:"received"`
	Sent     int64             `json:"sent"`
	Go       goSnapshot        `json:"go"`
	Config   *configSnapshot   `json:"config,omitempty"`
}

type routeSnapshot struct {
	Name      string            `json:"name"`
	Requests  uint64            `json:"requests"`
	Classes   map[string]uint64 `json:"classes"`
	Methods   map[string]uint64 `json:"methods"`
	Refused   map[string]uint64 `json:"refused"`
	Aborted   uint64            `json:"aborted"`
	Received  uint64            `json:"received"`
	Sent      uint64            `json:"sent"`
	Durations []uint64          `json:"durations"` // by bucket
}

type workerSnapshot struct {
	ID       int     `json:"id"`
	State    string  `json:"state"`
	Stuck    bool    `json:"stuck"`
	Age      float64 `json:"age"`
	Conns    int64   `json:"connections"`
	Active   int64   `json:"active"`
	Upgraded int64   `json:"upgraded"`
	Requests int64   `json:"requests"`
	Waiting  int64   `json:"waiting"`
	Served   int64   `json:"served"`
	Delay    float64 `json:"delay"`
	Busy     float64 `json:"busy"`
	Heap     uint64  `json:"heap"`
	HeapMax  uint64  `json:"heap_limit"`
	GCTime   float64 `json:"gc_time"` // of all workers in its place
	GCCount  uint64  `json:"gc_count"`
}

type goSnapshot struct {
	Goroutines int    `json:"goroutines"`
	Heap       uint64 `json:"heap"`
	Sys        uint64 `json:"sys"`
}

type configSnapshot struct {
	Succeeded  uint64  `json:"succeeded"`
	Failed     uint64  `json:"failed"`
	LastFailed bool    `json:"last_failed"`
	Last       float64 `json:"last"`
}

func (s *Server) snapshot() *snapshot {
	now := time.Now()
	st := s.o.Pool.Stats()
	p := &snapshot{
		Time: seconds(now), Uptime: now.Sub(s.began).Seconds(), Build: s.o.Build,
		Ready: st.Ready, Stopping: st.Stopping || st.Totals == nil, Restarts: st.Restarts, Reloads: st.Reloads, Refused: st.Refused,
		Errors: map[string]uint64{}, Lenient: map[string]uint64{}, Routes: []routeSnapshot{}, Workers: []workerSnapshot{},
	}
	for _, b := range tally.Bounds {
		p.Bounds = append(p.Bounds, b.Seconds())
	}
	if t := s.o.Tally; t != nil {
		p.Statuses = t.Statuses()
		for _, r := range t.Routes() {
			p.Routes = append(p.Routes, snapshotOf(r))
		}
	}
	for _, w := range st.Workers {
		p.Workers = append(p.Workers, worker(&w, st.Totals[w.ID]))
	}
	for _, t := range st.Totals {
		p.Shed += t.Shed
		p.Received += t.Received
		p.Sent += t.Sent
		for i := range t.Errors {
			if t.Errors[i] > 0 {
				p.Errors[http1.Code(i).String()] += t.Errors[i]
			}
			if t.Lenient[i] > 0 {
				p.Lenient[http1.Leniency(1<<i).String()] += t.Lenient[i]
			}
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	p.Go = goSnapshot{runtime.NumGoroutine(), m.HeapAlloc, m.Sys}
	if s.o.Reloads != nil {
		r := s.o.Reloads()
		p.Config = &configSnapshot{r.Succeeded, r.Failed, r.LastFailed, seconds(r.Last)}
	}
	return p
}

func seconds(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }

func snapshotOf(r *tally.Route) routeSnapshot {
	t := r.Totals()
	p := routeSnapshot{
		Name: r.Name, Requests: t.Count(), Aborted: t.Aborted, Received: t.Received, Sent: t.Sent, Durations: t.Durations.Counts[:],
		Classes: map[string]uint64{}, Methods: map[string]uint64{}, Refused: map[string]uint64{},
	}
	for i, method := range tally.Methods {
		for j, class := range tally.Classes {
			p.Classes[class] += t.Requests[i][j]
			p.Methods[method] += t.Requests[i][j]
		}
	}
	for i, reason := range tally.Reasons {
		if t.Refused[i] > 0 {
			p.Refused[reason] = t.Refused[i]
		}
	}
	return p
}

func worker(w *workers.WorkerStats, t *workers.Totals) workerSnapshot {
	p := workerSnapshot{
		ID: w.ID, State: w.State, Stuck: w.Stuck, Age: w.Age.Seconds(), Conns: w.Connections, Active: w.Active, Upgraded: w.Upgraded,
		Requests: w.Requests, Waiting: w.Waiting, Served: w.Served, Delay: w.Delay.Seconds(), Busy: w.Busy, Heap: w.Heap.Used, HeapMax: w.Heap.Limit,
	}
	if t != nil {
		for i := range t.GCCount {
			p.GCTime += t.GCTime[i].Seconds()
			p.GCCount += t.GCCount[i]
		}
	}
	return p
}
