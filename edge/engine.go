package edge

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/http1"
)

// Engine is the edge of a server: made of a configuration, it decides for each request
// who answers. It does no I/O on connections: http1net.Server uses it through Handler,
// and the workers on their loops. It may be used by several goroutines, and two engines
// in one process know nothing of each other.
type Engine struct {
	config  *config.Config
	router  Router[*Route]
	none    *Route // what requests without a route get: middleware, then 404
	toHTTPS *Route // what answers on listeners that send everybody to https
	proxies []netip.Prefix
	closers []func() error
	users   users

	limiters map[limiterOf]*RateLimiter

	certificates *Certificates // nil when no listener speaks TLS
	foreign      bool          // there are layers of others
}

// Route is what answers the requests that its pattern matches.
type Route struct {
	Name   string // for logs and metrics: "GET /api/{id}"
	target Target
	layers []step
	heads  bool         // a layer looks at the heads of answers
	adds   *Additions   // all that layers do with most heads; nil: they must see each
	cors   bool         // a layer answers preflights
	tally  *tally.Route // nil: nobody counts
	logged []byte       // what the access log says of it in JSON
}

// Target answers a request at the end of the layers. A nil answer without a function
// leaves it to the application.
type Target interface {
	Answer(x *Exchange) (*Answer, func() *Answer)
}

// Application is the target that leaves requests to the application.
var Application Target = application{}

type application struct{}

func (application) Answer(*Exchange) (*Answer, func() *Answer) { return nil, nil }

// Options are what an Engine has beside its configuration.
type Options struct {
	// Layers are put after those of the configuration, before the target, on every
	// route: own middleware.
	Layers []Layer
	// AccessLog gets lines of the access log, one or more at once, each with its line
	// feed, when the configuration names no file; nil: standard output.
	AccessLog func(line []byte)
	// Terminal says that the access log is read by a person.
	Terminal bool
	// Tally counts what becomes of requests; nil: nobody does.
	Tally *tally.Set
	// Before is the engine that this one is to replace: where they limit alike, what
	// clients have used of their rates goes on. It may be nil.
	Before *Engine
	// Application says that there is one though the configuration names none: the
	// handler behind Engine.Handler.
	Application bool
	// Log gets what happens beside requests, such as new certificates; nil: nobody.
	Log *slog.Logger
}

// New makes the engine of a configuration. Close it when it is used no more.
func New(c *config.Config, o Options) (*Engine, error) {
	e := &Engine{config: c, limiters: map[limiterOf]*RateLimiter{}, foreign: len(o.Layers) > 0}
	for _, p := range c.Proxies {
		e.proxies = append(e.proxies, p.Prefix)
	}
	b := &builder{e: e, o: o}
	err := b.routes()
	if err == nil {
		err = b.secure()
	}
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// Close lets go of files and folders. Exchanges under way are not harmed.
func (e *Engine) Close() error {
	var err error
	for _, f := range e.closers {
		err = errors.Join(err, f())
	}
	e.closers = nil
	return err
}

func (e *Engine) trusted(a netip.Addr) bool {
	for _, p := range e.proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Begin finds the route of an exchange whose request is filled in.
func (e *Engine) Begin(x *Exchange) {
	x.engine = e
	x.Client = x.Peer
	if len(e.proxies) > 0 && (!x.Peer.IsValid() || e.trusted(x.Peer.Unmap())) {
		x.Trusted = true
		e.believe(x)
	}
	if x.ToHTTPS != 0 && !x.Secure {
		x.Route, x.layers = e.toHTTPS, e.toHTTPS.layers
		return
	}
	path, query, _ := strings.Cut(pathOf(x.Target), "?")
	x.Query = query
	clean, ok := CleanPath(path)
	if !ok && strings.HasPrefix(path, "/") {
		// An application may make something of it: it passes the layers that its path has.
		clean, _ = CleanPath(literally(path))
		x.malformed = true
	}
	x.Path = clean
	x.Route = e.none
	if clean != "" {
		e.find(x, clean)
	}
	x.layers = x.Route.layers
}

// find looks for the route of a path.
func (e *Engine) find(x *Exchange, path string) {
	var own search[*Route]
	s := &own
	if x.Batch != nil {
		s = &x.Batch.search
	}
	found := s.find(&e.router, x.Method, x.Host, path)
	if x.Method == "OPTIONS" && !(found && slices.Contains(s.found.pattern.Methods, x.Method)) {
		var p search[*Route]
		if e.preflight(x, path, &p) {
			s, found = &p, true
		}
	}
	switch {
	case found:
		x.Route, x.passed = s.found.value, s.allow
		switch len(s.found.names) {
		case 0:
		case 1:
			x.Params = s.params(x.param[:0])
		default:
			x.Params = s.params(x.space().params[:0])
		}
	case len(s.allow) > 0:
		slices.Sort(s.allow)
		x.Route = e.notAllowed(s.allow)
	}
}

// preflight finds the route of what a browser asks for before it sends it, where CORS is
// that route's: routes with methods hardly ever name OPTIONS.
func (e *Engine) preflight(x *Exchange, path string, s *search[*Route]) bool {
	method := x.Header.Get("Access-Control-Request-Method")
	if method == "" || !x.Header.Has("Origin") {
		return false
	}
	return s.find(&e.router, method, x.Host, path) && s.found.value.cors
}

// believe takes from the fields of a trusted proxy who the client is.
func (e *Engine) believe(x *Exchange) {
	trusted := e.trusted
	peer := x.Peer
	if !peer.IsValid() { // a Unix socket: whoever reaches it is trusted
		trusted = func(a netip.Addr) bool { return !a.IsValid() || e.trusted(a) }
	}
	from := whence(peer, x.Header.Values("Forwarded"), x.Header.Values("X-Forwarded-For"), trusted)
	x.Client = from.client
	if from.saysHTTPS(x.Header.Values("X-Forwarded-Proto")) {
		x.Secure = true
	}
}

// notAllowed is the route of a path that has routes, but none with this method.
func (e *Engine) notAllowed(allow []string) *Route {
	r := *e.none
	r.target = answerFunc(func(x *Exchange) *Answer {
		a := text(http.StatusMethodNotAllowed)
		if x.Method == "OPTIONS" {
			a = text(http.StatusNoContent)
		}
		if !slices.Contains(allow, "OPTIONS") {
			allow = append(slices.Clone(allow), "OPTIONS")
		}
		a.Header.Set("Allow", strings.Join(allow, ", "))
		return a
	})
	return &r
}

// Request runs the layers of an exchange from where it stands. With a nil answer and no
// function, the application answers. A function is to be run elsewhere; its answer is
// the exchange's, unless it is nil: then Request is called again.
func (x *Exchange) Request() (*Answer, func() *Answer) {
	for x.next < len(x.layers) {
		l := &x.layers[x.next]
		x.next++
		if l.does&looksAtRequests == 0 {
			continue
		}
		if a, wait := l.Request(x); a != nil || wait != nil {
			return a, wait
		}
	}
	if x.next == len(x.layers) {
		x.next++ // the target is asked once
		if a, wait := x.Route.target.Answer(x); a != nil || wait != nil {
			return a, wait
		}
	}
	return nil, nil
}

// WantsHead says whether a layer looks at the heads of the application's answers.
func (x *Exchange) WantsHead() bool { return x.Route.heads }

// Head lets the layers that have seen the request see the head of its answer.
func (x *Exchange) Head(h *Head) {
	for i := min(x.next, len(x.layers)) - 1; i >= 0; i-- {
		if l := &x.layers[i]; l.does&looksAtHeads != 0 {
			l.Head(x, h)
		}
	}
}

// Done tells the layers that the exchange is over, and counts it.
func (x *Exchange) Done(s Sent) {
	for i := min(x.next, len(x.layers)) - 1; i >= 0; i-- {
		if l := &x.layers[i]; l.does&looksAtEnds != 0 {
			l.Done(x, s)
		}
	}
	if t := x.Route.tally; t != nil {
		var q tally.Request // filled in place, where a literal would be made first and copied then
		q.Method, q.Status, q.Refused = x.Method, s.Status, x.Refused
		q.Received, q.Sent, q.Duration, q.Aborted = s.Received, s.Bytes, s.Duration, s.Aborted
		if x.Tallies != nil {
			x.Tallies.Done(t, x.Worker, &q)
		} else {
			t.Done(x.Worker, &q)
		}
	}
	if x.live {
		x.live = false
		if b := x.Batch; b != nil && b.engine == x.engine {
			b.done++
		} else {
			x.engine.leave(x.Worker, 1)
		}
	}
}

// builder makes routes of a configuration.
type builder struct {
	logs map[string]*LogWriter // of access logs, by file
	e    *Engine
	o    Options
}

func (b *builder) routes() error {
	c := b.e.config
	layers, err := b.layers("none", &c.Middleware)
	if err != nil {
		return err
	}
	b.e.none = b.route("none", answerFunc(func(*Exchange) *Answer { return text(http.StatusNotFound) }), layers)
	root := false
	for i := range c.Routes {
		r := &c.Routes[i]
		pattern := Pattern{r.Host, r.Path, r.Methods}
		target, err := b.target(r)
		if err == nil {
			layers, err = b.layers(pattern.name(), &r.Middleware)
		}
		if err == nil {
			err = b.add(pattern, target, layers)
		}
		if err != nil {
			return fmt.Errorf("route[%d]: %w", i, err)
		}
		root = root || r.Host == "" && r.Path == "/*" && len(r.Methods) == 0
	}
	if root {
		return nil
	}
	// What no route matches goes to the files of the short form, then to the application.
	var rest Target
	if c.Static != "" {
		files, err := b.files(&config.Static{Root: c.Static, Index: []string{"index.html"}, Precompressed: true})
		if err != nil {
			return err
		}
		if rest = files; c.App != "" || b.o.Application {
			files.orElse = Application
		}
	} else if c.App != "" || b.o.Application {
		rest = Application
	}
	if rest == nil {
		return nil
	}
	b.e.none.target = rest
	return b.add(Pattern{Path: "/*"}, rest, b.e.none.layers)
}

func (b *builder) add(p Pattern, t Target, layers []step) error {
	return b.e.router.Add(p, b.route(p.name(), t, layers))
}

// name is what a route of the pattern is called in logs and metrics.
func (p Pattern) name() string {
	if len(p.Methods) > 0 {
		return strings.Join(p.Methods, ",") + " " + p.Host + p.Path
	}
	return p.Host + p.Path
}

func (b *builder) route(name string, t Target, layers []step) *Route {
	r := &Route{Name: name, target: t, layers: layers, logged: logged(name)}
	r.heads, r.adds = headWork(layers)
	r.cors = slices.ContainsFunc(layers, func(s step) bool { _, is := s.Layer.(*cors); return is })
	if b.o.Tally != nil {
		r.tally = b.o.Tally.Route(name)
	}
	return r
}

func (b *builder) target(r *config.Route) (Target, error) {
	switch {
	case r.Static != nil:
		return b.files(r.Static)
	case r.Redirect != nil:
		return redirect{r.Redirect.To, r.Redirect.Status}, nil
	case r.Respond != nil:
		return respond(r.Respond), nil
	}
	return Application, nil
}

func (b *builder) files(s *config.Static) (*staticTarget, error) {
	f, err := OpenFiles(string(s.Root))
	if err != nil {
		return nil, err
	}
	b.e.closers = append(b.e.closers, f.Close)
	f.Index, f.TryFiles, f.Dotfiles, f.Listing, f.Precompressed = s.Index, s.TryFiles, s.Dotfiles, s.Listing, s.Precompressed
	f.CacheControl = s.CacheControl
	return &staticTarget{files: f, below: !s.KeepPrefix}, nil
}

// answerFunc is a target that answers at once.
type answerFunc func(x *Exchange) *Answer

func (f answerFunc) Answer(x *Exchange) (*Answer, func() *Answer) { return f(x), nil }

// redirect answers with a place that is made of the request's parts.
type redirect struct {
	to     string
	status int
}

func (r redirect) Answer(x *Exchange) (*Answer, func() *Answer) {
	behind := x.Query // with its question mark, which does not stand alone
	if behind != "" {
		behind = "?" + behind
	}
	pairs := []string{"?{query}", behind, "{path}", escapePath(x.Path), "{query}", x.Query, "{host}", cleanHost(x.Host)}
	for _, p := range x.Params {
		pairs = append(pairs, "{"+p.Name+"}", escapePath(p.Value))
	}
	a := text(r.status)
	a.Header.Set("Location", oneLine(strings.NewReplacer(pairs...).Replace(r.to)))
	return a, nil
}

// oneLine takes away what may not stand in a field.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

func respond(r *config.Respond) Target {
	if r.Status >= 400 && r.Body == "" {
		return answerFunc(func(*Exchange) *Answer {
			a := text(r.Status)
			for _, name := range sortedKeys(r.Headers) {
				a.Header.Set(name, r.Headers[name])
			}
			return a
		})
	}
	a := Answer{Status: r.Status, Body: []byte(r.Body)}
	if r.Body != "" {
		a.Header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	for _, name := range sortedKeys(r.Headers) {
		a.Header.Set(name, r.Headers[name])
	}
	return answerFunc(func(*Exchange) *Answer {
		fresh := a
		fresh.Header = a.Header.Clone()
		return &fresh
	})
}

func statusText(status int) string {
	if t := http1.StatusText(status); t != "" {
		return strconv.Itoa(status) + " " + t
	}
	return strconv.Itoa(status)
}
