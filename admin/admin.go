// Package admin is the listener for those who run a server: whether it lives and is
// ready, its metrics for Prometheus, a page that shows them, and Go's profiles. A Server
// has a registry of its own; nothing belongs to the package.
package admin

import (
	"context"
	"embed"
	"encoding/json"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/http1/http1net"
	"github.com/sluice-http/sluice/workers"
)

// Pool is what is shown: a workers.Pool.
type Pool interface{ Stats() workers.Stats }

// Options say what a Server shows.
type Options struct {
	Pool  Pool
	Tally *tally.Set // the requests; nil: they are not counted
	// Build are the labels of sluice_build_info: versions.
	Build map[string]string
	// Pprof serves Go's profiles under /debug/pprof/.
	Pprof bool
	// Reloads tells of the configuration; nil: it is not reloaded.
	Reloads func() Reloads
	// Handshakes tells of TLS; nil: no listener can speak it.
	Handshakes func() Handshakes
}

// Handshakes are how many TLS handshakes there were: those that were done, and those
// that failed, by kind.
type Handshakes struct {
	Full, Resumed uint64
	Failed        map[string]uint64
}

// Reloads are what became of the reloads of the configuration.
type Reloads struct {
	Succeeded, Failed uint64
	Last              time.Time // that succeeded
	LastFailed        bool      // the newest one did not: an older configuration is in force
}

// Server is an admin server. Make it with New.
type Server struct {
	o       Options
	began   time.Time
	metrics http.Handler
	server  *http1net.Server
}

// New makes a server, which serves nothing yet.
func New(o Options) *Server {
	s := &Server{o: o, began: time.Now()}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &collector{s})
	s.metrics = promhttp.HandlerFor(registry, promhttp.HandlerOpts{Registry: registry})
	s.server = &http1net.Server{Handler: s, KeepAliveTimeout: 75 * time.Second, MaxBodyBytes: 1 << 20}
	return s
}

// Serve serves on a listener until Close.
func (s *Server) Serve(l net.Listener) error { return s.server.Serve(l) }

// Shutdown ends the server when what it is asked now is answered.
func (s *Server) Shutdown(ctx context.Context) error { return s.server.Shutdown(ctx) }

// Close ends the server at once.
func (s *Server) Close() error { return s.server.Close() }

//go:embed dashboard.html dashboard.js dashboard.css
var page embed.FS

// pageFiles are the files of the dashboard, by path.
var pageFiles = map[string][2]string{
	"/":              {"dashboard.html", "text/html; charset=utf-8"},
	"/dashboard.js":  {"dashboard.js", "text/javascript; charset=utf-8"},
	"/dashboard.css": {"dashboard.css", "text/css; charset=utf-8"},
}

// ServeHTTP1 implements http1net.Handler.
func (s *Server) ServeHTTP1(w *http1net.ResponseWriter, r *http1net.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	path := r.Path()
	switch {
	case !localName(r):
		// A page of the web whose name leads here must not read what only this machine may.
		answer(w, http.StatusForbidden, "text/plain; charset=utf-8", []byte("403 the admin listener is on loopback: ask for it by address or as localhost\n"))
	case strings.HasPrefix(path, "/debug/pprof"):
		s.profile(w, r, path)
	case r.Method != "GET" && r.Method != "HEAD":
		h.Set("Allow", "GET, HEAD")
		answer(w, http.StatusMethodNotAllowed, "text/plain; charset=utf-8", []byte("405 Method Not Allowed\n"))
	case path == "/healthz":
		answer(w, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
	case path == "/readyz":
		s.ready(w)
	case path == "/metrics":
		http1net.Adapt(s.metrics).ServeHTTP1(w, r)
	case path == "/stats":
		answerJSON(w, http.StatusOK, s.snapshot())
	case pageFiles[path][0] != "":
		file := pageFiles[path]
		text, _ := page.ReadFile(file[0]) // embedded
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		answer(w, http.StatusOK, file[1], text)
	default:
		answer(w, http.StatusNotFound, "text/plain; charset=utf-8", []byte("404 there are /healthz, /readyz, /metrics, /stats and a page at /\n"))
	}
}

// localName says whether a request to a loopback address names it as such.
func localName(r *http1net.Request) bool {
	local, ok := r.LocalAddr.(*net.TCPAddr)
	if !ok || !local.IP.IsLoopback() {
		return true
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.Trim(host, "[]"), ".")
	if _, err := netip.ParseAddr(host); err == nil || host == "" {
		return true
	}
	host = strings.ToLower(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

func answer(w *http1net.ResponseWriter, status int, media string, body []byte) {
	w.Header().Set("Content-Type", media)
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func answerJSON(w *http1net.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		status, b = http.StatusInternalServerError, []byte("{}")
	}
	answer(w, status, "application/json", append(b, '\n'))
}

// readiness is the answer of /readyz.
type readiness struct {
	Ready   bool         `json:"ready"`
	Reason  string       `json:"reason,omitempty"`
	Workers []readyState `json:"workers"`
}

type readyState struct {
	ID    int    `json:"id"`
	State string `json:"state"`
	Stuck bool   `json:"stuck,omitempty"`
}

func (s *Server) ready(w *http1net.ResponseWriter) {
	st := s.o.Pool.Stats()
	r := readiness{Ready: st.Ready, Workers: []readyState{}}
	for _, worker := range st.Workers {
		r.Workers = append(r.Workers, readyState{worker.ID, worker.State, worker.Stuck})
	}
	status := http.StatusOK
	if !st.Ready {
		status = http.StatusServiceUnavailable
		if r.Reason = "no worker has served yet"; st.Stopping || st.Totals == nil {
			r.Reason = "stopping"
		}
	}
	answerJSON(w, status, r)
}

// profile serves Go's profiles.
func (s *Server) profile(w *http1net.ResponseWriter, r *http1net.Request, path string) {
	if !s.o.Pprof {
		answer(w, http.StatusNotFound, "text/plain; charset=utf-8", []byte("404 profiles are off: admin.pprof = true switches them on\n"))
		return
	}
	h := map[string]http.HandlerFunc{
		"/debug/pprof/cmdline": pprof.Cmdline, "/debug/pprof/profile": pprof.Profile, "/debug/pprof/symbol": pprof.Symbol, "/debug/pprof/trace": pprof.Trace,
	}[path]
	if h == nil {
		h = pprof.Index
	}
	http1net.Adapt(h).ServeHTTP1(w, r)
}
