package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/admin"
	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/edge"
	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/internal/logs"
	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/node/builtin"
	nodehttp "github.com/sluice-http/sluice/internal/node/http"
	nodenet "github.com/sluice-http/sluice/internal/node/net"
	"github.com/sluice-http/sluice/internal/v8"
	"github.com/sluice-http/sluice/workers"
)

const serveUsage = `Usage: sluice serve [options] [ FOLDER | app.js [arguments] | FILE.toml ]

       Behind -- everything is the application's.

Serves a folder, or an application, or both, as sluice.toml says. Without an
argument ./sluice.toml says everything; with one, it says the rest.

Options:
      --config FILE    read FILE in place of ./sluice.toml
      --set KEY=VALUE  over what the file says (may be repeated)
  -h, --help           print this text
`

// serveArgs are the arguments of sluice serve.
type serveArgs struct {
	help   bool
	what   string // a folder, an application, or ""
	args   []string
	config config.Options
}

func parseServe(args []string) (a serveArgs, err error) {
	for i := 0; i < len(args); i++ {
		option, val, hasValue := strings.Cut(args[i], "=")
		switch {
		case args[i] == "-h" || args[i] == "--help":
			a.help = true
		case option == "--set" || option == "--config":
			if !hasValue {
				if i++; i == len(args) {
					return a, fmt.Errorf("%s requires an argument", option)
				}
				val = args[i]
			}
			if option == "--config" {
				a.config.File = val
			} else {
				a.config.Set = append(a.config.Set, val)
			}
		case args[i] == "--":
			a.args = append(a.args, args[i+1:]...)
			return a, nil
		case strings.HasPrefix(args[i], "-"):
			return a, fmt.Errorf("bad option: %s%s", args[i], optionHint(option))
		case a.what != "":
			a.args = append(a.args, args[i])
		case strings.HasSuffix(args[i], ".toml") && a.config.File == "":
			a.config.File = args[i]
		default:
			a.what = args[i]
		}
	}
	return a, nil
}

// load reads the configuration that the arguments ask for.
func (a *serveArgs) load() (*config.Loaded, error) {
	o := a.config
	if a.what != "" {
		info, err := os.Stat(a.what)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s does not exist: expected a folder, an application, or a file that ends with .toml", a.what)
		}
		if err != nil {
			return nil, err
		}
		path, err := filepath.Abs(a.what)
		if err != nil {
			return nil, err
		}
		key := "app"
		if info.IsDir() {
			key = "static"
		}
		// What stands on the command line comes last: it wins.
		o.Set = append(append([]string(nil), o.Set...), key+"="+strconv.Quote(path))
	}
	loaded, err := config.Load(o)
	if err != nil {
		return nil, err
	}
	if len(a.args) > 0 {
		loaded.Args = a.args
	}
	if loaded.File == "" && loaded.App == "" && loaded.Static == "" && len(loaded.Routes) == 0 {
		return nil, fmt.Errorf("there is nothing to serve: name a folder or an application (sluice serve ./public, sluice serve app.js), or write a %s", config.DefaultFile)
	}
	return loaded, nil
}

func serveCommand(args []string, stdout, stderr io.Writer) int {
	a, err := parseServe(args)
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "sluice serve: %v\n\n%s", err, serveUsage)
		return 2
	case a.help:
		fmt.Fprint(stdout, serveUsage)
		return 0
	}
	loaded, err := a.load()
	if problems, wrong := err.(config.Problems); wrong {
		fmt.Fprintln(stderr, problems)
		return 2
	}
	if err != nil {
		fmt.Fprintf(stderr, "sluice serve: %v\n", err)
		return 2
	}
	code, err := serve(a, loaded)
	if problems, wrong := err.(config.Problems); wrong {
		fmt.Fprintln(stderr, problems)
		return 2
	}
	if err != nil {
		fmt.Fprintf(stderr, "sluice serve: %v\n", err)
		return 1
	}
	return code
}

// serve runs the edge of a configuration, and its application, until it is told to stop.
func serve(args serveArgs, c *config.Loaded) (int, error) {
	sockets, err := workers.ParentSockets()
	if err != nil {
		return 1, err
	}
	if sockets == nil { // from a parent: they are open already
		if problems := checkAddresses(c, nil); len(problems) > 0 {
			return 2, problems
		}
	}
	sink, err := openLog(c.Log)
	if err != nil {
		return 1, err
	}
	defer sink.Close()
	access := edge.NewLogWriter(os.Stdout)
	defer access.Close()
	s := &server{args: args, sink: sink, logger: slog.New(sink), now: c, reloads: admin.Reloads{Last: time.Now()}}
	set := tally.New(c.Workers.Count())
	s.options = edge.Options{AccessLog: access.Write, Terminal: terminal(os.Stdout), Log: s.logger, Tally: set}
	engine, err := edge.New(c.Config, s.options)
	if err != nil {
		return 1, err
	}
	s.live = edge.NewLive(engine)
	defer func() { s.live.Engine().Close() }()
	s.front = &nodehttp.Edge{Live: s.live, Timeouts: c.Timeouts, Limits: c.Limits}
	if s.front.Listeners, err = edgeListeners(c.Config, s.secure(c.Config)); err != nil {
		return 1, err
	}
	o := poolOptions(c.Config, s.logger)
	o.Edge, o.Sockets, o.Logger = s.front, sockets, s.logger
	o.Hangup = func() { s.reload("SIGHUP", true) }
	var ready atomic.Bool
	o.OnReady = func() { ready.Store(true); announce(s.pool, c.Config, s.logger) }
	if c.App != "" {
		for name, value := range c.Env {
			if err := os.Setenv(name, value); err != nil {
				return 1, fmt.Errorf("env.%s: %w", name, err)
			}
		}
		v8.Init("", 0)
	}
	go rest(new(atomic.Pointer[node.Env])) // the pool looks after its workers
	spareProcessor(o.Workers)
	if s.pool, err = workers.New(o); err != nil {
		return 1, err
	}
	if c.Admin.Enabled {
		address, asked := adminOf(c)
		stop, err := startAdmin(address, admin.Options{Pool: s.pool, Tally: set, Pprof: c.Admin.Pprof, Reloads: s.state, Handshakes: s.counted}, s.logger)
		switch {
		case err == nil:
			defer stop()
		case asked:
			s.pool.Discard()
			return 1, fmt.Errorf("the admin listener: %w", err)
		default:
			// Nobody has asked for it: another server on this machine may have its port.
			s.logger.Warn("there is no admin listener", "error", err)
		}
	}
	if c.File != "" {
		done := make(chan struct{})
		defer close(done)
		go s.watch(c.File, done)
	}
	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, unix.SIGTERM, unix.SIGINT)
	code := s.pool.Run()
	if code == 0 && !ready.Load() && len(stopped) == 0 {
		return 1, errors.New("the application has ended, and has not listened: an HTTP server's listen() lets requests in, on whatever port")
	}
	return code, nil
}

// edgeListeners are the listeners, with addresses in place of names.
func edgeListeners(c *config.Config, tls func(c *nodenet.Conn, accepted func(c *nodenet.Conn))) (all []nodehttp.EdgeListener, err error) {
	for _, l := range c.Listeners() {
		if l.Host != "" && net.ParseIP(l.Host) == nil {
			addresses, err := net.LookupHost(l.Host)
			if err != nil {
				return nil, err
			}
			l.Host = addresses[0]
		}
		e := nodehttp.EdgeListener{Listen: l}
		if l.TLS {
			e.Secure = tls
		}
		all = append(all, e)
	}
	return all, nil
}

// poolOptions are the pool's of a configuration.
func poolOptions(c *config.Config, log *slog.Logger) workers.Options {
	exec, err := os.Executable()
	if err != nil {
		exec = os.Args[0]
	}
	return workers.Options{
		Workers: c.Workers.Count(),
		Application: node.Options{
			ExecPath: exec, Argv0: os.Args[0], ExecArgv: []string{}, Script: string(c.App), Args: c.Args, Flags: node.Flags{},
			Modules: builtin.Modules, Builtin: builtin.Source, BuiltinIDs: builtin.IDs,
			MaxTotal: uint64(c.Supervisor.Heap), MaxOldSpace: uint64(c.Supervisor.Heap),
			MaxWaiting: c.Limits.Queue,
			Guard: node.Guard{
				Buffered: int(c.Limits.Buffered), WriteTimeout: time.Duration(c.Timeouts.Write), MinRate: int(c.Limits.MinRate),
			},
			Forker: &workers.Forker{HangTimeout: time.Duration(c.Supervisor.HangTimeout), Logger: log},
		},
		HangTimeout:   time.Duration(c.Supervisor.HangTimeout),
		ShutdownDelay: time.Duration(c.Shutdown.Delay), ShutdownTimeout: time.Duration(c.Shutdown.Timeout), UpgradeTimeout: time.Duration(c.Shutdown.Upgraded),
		MaxRequests: int64(c.Supervisor.MaxRequests), MaxAge: time.Duration(c.Supervisor.MaxAge),
		MaxConnections: c.Limits.Connections, MaxConnectionsPerAddress: c.Limits.PerAddress,
		Watch: c.Supervisor.Watch,
		Log:   os.Stderr,
	}
}

// announce says where the server is.
func announce(p *workers.Pool, c *config.Config, log *slog.Logger) {
	for _, a := range p.Addrs() {
		where, more := a.String(), ""
		if tcp, ok := a.(*net.TCPAddr); ok {
			where, more = place(c, tcp)
		}
		log.InfoContext(logs.Said, "serving on "+where+more, "address", where)
	}
}

// place is the URL of a listener, and what is to be said of it.
func place(c *config.Config, a *net.TCPAddr) (url, more string) {
	scheme := "http"
	if l := listenerOn(c, a.Port); l.TLS {
		scheme = "https"
	} else if l.ToHTTPS != 0 {
		more = ", which sends everybody to https"
	}
	host := a.IP.String()
	if a.IP.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, strconv.Itoa(a.Port)), more
}

// listenerOn is the listener on a port. One on any port may be any of those.
func listenerOn(c *config.Config, port int) config.Listen {
	for _, port := range []int{port, 0} {
		for _, l := range c.Listen {
			if l.Socket == "" && l.Port == port {
				return l
			}
		}
	}
	return config.Listen{}
}

// terminal says whether a person reads what is written to f.
func terminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}
