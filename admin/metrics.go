package admin

import (
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/http1"
	"github.com/sluice-http/sluice/workers"
)

// collector makes the metrics when they are asked for: what happens to requests is
// counted elsewhere, in places that are there from the start.
type collector struct{ s *Server }

var _ prometheus.Collector = (*collector)(nil)

// Describe implements prometheus.Collector. It names nothing: which series there are
// depends on the routes.
func (c *collector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	g := &gathering{ch: ch}
	g.build(c.s.o.Build)
	if t := c.s.o.Tally; t != nil {
		g.requests(t)
	}
	if c.s.o.Reloads != nil {
		g.configuration(c.s.o.Reloads())
	}
	if c.s.o.Handshakes != nil {
		g.handshakes(c.s.o.Handshakes())
	}
	g.pool(c.s.o.Pool.Stats())
}

// gathering is one answer to the question for metrics.
type gathering struct {
	ch    chan<- prometheus.Metric
	descs sync.Map
}

// desc is the description of a metric with its labels, which come as pairs.
func (g *gathering) desc(name, help string, pairs []string) (d *prometheus.Desc, values []string) {
	for i := 1; i < len(pairs); i += 2 {
		values = append(values, pairs[i])
	}
	if known, ok := g.descs.Load(name); ok {
		return known.(*prometheus.Desc), values
	}
	var names []string
	for i := 0; i < len(pairs); i += 2 {
		names = append(names, pairs[i])
	}
	d = prometheus.NewDesc("sluice_"+name, help, names, nil)
	g.descs.Store(name, d)
	return d, values
}

func (g *gathering) counter(name, help string, v float64, pairs ...string) {
	d, values := g.desc(name, help, pairs)
	g.ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, values...)
}

func (g *gathering) gauge(name, help string, v float64, pairs ...string) {
	d, values := g.desc(name, help, pairs)
	g.ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, values...)
}

func (g *gathering) histogram(name, help string, durations *tally.Durations, pairs ...string) {
	d, values := g.desc(name, help, pairs)
	buckets := make(map[float64]uint64, len(tally.Bounds))
	n := uint64(0)
	for i, bound := range tally.Bounds {
		n += durations.Counts[i]
		buckets[bound.Seconds()] = n
	}
	n += durations.Counts[len(tally.Bounds)]
	g.ch <- prometheus.MustNewConstHistogram(d, n, durations.Sum.Seconds(), buckets, values...)
}

func flag(on bool) float64 {
	if on {
		return 1
	}
	return 0
}

func (g *gathering) build(labels map[string]string) {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		pairs = append(pairs, name, labels[name])
	}
	g.gauge("build_info", "Versions of the program, in labels.", 1, pairs...)
}

// usual are the statuses whose series are there from the start.
var usual = [...]int{101, 200, 201, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 408, 412, 413, 416, 422, 429, 431, 500, 502, 503, 504}

func (g *gathering) requests(t *tally.Set) {
	for _, r := range t.Routes() {
		n := r.Totals()
		for i, method := range tally.Methods {
			for j, class := range tally.Classes {
				g.counter("requests_total", "Requests that are over, by the class of their status; none: the client left before an answer began.", float64(n.Requests[i][j]), "route", r.Name, "method", method, "status", class)
			}
		}
		for i, reason := range tally.Reasons {
			if reason != "" {
				g.counter("refusals_total", "Requests that the edge turned away.", float64(n.Refused[i]), "route", r.Name, "reason", reason)
			}
		}
		g.counter("requests_aborted_total", "Requests that were not answered in full.", float64(n.Aborted), "route", r.Name)
		g.counter("request_bytes_total", "Bytes of requests' bodies.", float64(n.Received), "route", r.Name)
		g.counter("response_bytes_total", "Bytes of answers' bodies.", float64(n.Sent), "route", r.Name)
		g.histogram("request_duration_seconds", "From a request's head until its answer is complete.", &n.Durations, "route", r.Name)
	}
	statuses := t.Statuses()
	for _, status := range usual {
		statuses[status] += 0
	}
	for _, status := range slices.Sorted(maps.Keys(statuses)) {
		g.counter("responses_total", "Answers by status.", float64(statuses[status]), "status", strconv.Itoa(status))
	}
}

func (g *gathering) configuration(r Reloads) {
	g.counter("config_reloads_total", "Reloads of the configuration.", float64(r.Succeeded), "result", "success")
	g.counter("config_reloads_total", "Reloads of the configuration.", float64(r.Failed), "result", "failure")
	g.gauge("config_last_reload_successful", "0 while the newest configuration is wrong and an older one in force.", flag(!r.LastFailed))
	g.gauge("config_last_reload_success_timestamp_seconds", "When the configuration in force was read.", float64(r.Last.UnixMilli())/1000)
}

func (g *gathering) handshakes(h Handshakes) {
	const help = "TLS handshakes that were done: full, or resumed from an earlier one."
	g.counter("tls_handshakes_total", help, float64(h.Full), "kind", "full")
	g.counter("tls_handshakes_total", help, float64(h.Resumed), "kind", "resumed")
	for _, reason := range slices.Sorted(maps.Keys(h.Failed)) {
		g.counter("tls_handshakes_failed_total", "TLS handshakes that failed.", float64(h.Failed[reason]), "reason", reason)
	}
}

// states are those of workers while they live.
var states = [...]string{"starting", "serving", "draining", "ending"}

func (g *gathering) pool(st workers.Stats) {
	g.gauge("ready", "1 while the server serves and was not asked to stop.", flag(st.Ready))
	g.gauge("connections_full", "1 while no more connections are taken.", flag(st.Full))
	g.counter("connections_refused_total", "Connections that were closed because their address had too many.", float64(st.Refused))
	g.counter("reloads_total", "Reloads of the application that succeeded.", float64(st.Reloads))
	for _, cause := range workers.Causes {
		g.counter("worker_restarts_total", "Workers that were replaced.", float64(st.Restarts[cause]), "cause", cause)
	}
	count := map[string]int{}
	for i := range st.Workers {
		count[st.Workers[i].State]++
	}
	for _, state := range states {
		g.gauge("workers", "Workers by state.", float64(count[state]), "state", state)
	}
	g.gauge("isolates", "V8's isolates in the process.", float64(st.Isolates))
	var errors, lenient [32]uint64
	for _, id := range slices.Sorted(maps.Keys(st.Totals)) {
		t := st.Totals[id]
		g.place(strconv.Itoa(id), &st, id, t)
		for i := range errors {
			errors[i] += t.Errors[i]
			lenient[i] += t.Lenient[i]
		}
	}
	for i, n := range errors {
		if code := http1.Code(i).String(); i > 0 && code != "HPE_UNKNOWN" {
			g.counter("protocol_errors_total", "Requests that broke HTTP.", float64(n), "code", code)
		}
	}
	for i, n := range lenient {
		if name := http1.Leniency(1 << i).String(); name != "" {
			g.counter("lenient_total", "Requests that only leniency let through.", float64(n), "leniency", name)
		}
	}
}

// place is what the workers of one place do. While one replaces another there are two:
// connections and requests are those of all, the rest is of the one that serves.
func (g *gathering) place(worker string, st *workers.Stats, id int, t *workers.Totals) {
	var all, now workers.WorkerStats
	for _, w := range st.Workers {
		if w.ID != id {
			continue
		}
		all.Connections += w.Connections
		all.Active += w.Active
		all.Upgraded += w.Upgraded
		all.Requests += w.Requests
		all.Waiting += w.Waiting
		if now.ID == 0 || w.State == "serving" {
			now = w
		}
	}
	active := max(0, min(all.Active, all.Connections-all.Upgraded))
	for _, c := range []struct {
		state string
		n     int64
	}{{"active", active}, {"idle", max(0, all.Connections-active-all.Upgraded)}, {"upgraded", all.Upgraded}} {
		g.gauge("connections", "Connections: with a request, without, and those that left HTTP.", float64(c.n), "worker", worker, "state", c.state)
	}
	g.gauge("requests_in_flight", "Requests that are not answered yet.", float64(all.Requests), "worker", worker)
	g.gauge("queue_depth", "Requests that JavaScript has not seen yet.", float64(all.Waiting), "worker", worker)
	g.histogram("queue_wait_seconds", "How long requests waited for JavaScript.", &t.Waits, "worker", worker)
	g.histogram("loop_delay_seconds", "How long what is posted to the event loop waits, sampled.", &t.Delays, "worker", worker)
	g.gauge("loop_delay_current_seconds", "How long what was posted last waited, or waits.", now.Delay.Seconds(), "worker", worker)
	g.gauge("busy_share", "The share of the last second in which the event loop did not sleep.", now.Busy, "worker", worker)
	g.gauge("stuck", "1 while the worker's JavaScript does not come back.", flag(now.Stuck), "worker", worker)
	for _, h := range []struct {
		kind string
		n    uint64
	}{{"used", now.Heap.Used}, {"total", now.Heap.Total}, {"limit", now.Heap.Limit}, {"external", now.Heap.External}, {"array_buffers", now.Heap.ArrayBuffers}} {
		g.gauge("heap_bytes", "V8's heap, and what belongs to it outside.", float64(h.n), "worker", worker, "kind", h.kind)
	}
	for i, kind := range workers.GCKinds {
		g.counter("gc_total", "Garbage collections of V8.", float64(t.GCCount[i]), "worker", worker, "kind", kind)
		g.counter("gc_seconds_total", "Time of garbage collections on the worker's thread.", t.GCTime[i].Seconds(), "worker", worker, "kind", kind)
	}
	for _, c := range []struct {
		name, help string
		n          float64
	}{
		{"busy_seconds_total", "How long the event loop did not sleep.", t.Busy.Seconds()},
		{"worker_requests_total", "Requests that came to the worker.", float64(t.Requests)},
		{"requests_shed_total", "Requests that were refused because too many waited.", float64(t.Shed)},
		{"requests_late_total", "Requests that did not arrive in time.", float64(t.Late)},
		{"connections_cut_total", "Connections that were cut because their clients were too slow.", float64(t.Cut)},
		{"receive_bytes_total", "Bytes that came on connections, without TLS.", float64(t.Received)},
		{"transmit_bytes_total", "Bytes that went out on connections, without TLS.", float64(t.Sent)},
	} {
		g.counter(c.name, c.help, c.n, "worker", worker)
	}
}
