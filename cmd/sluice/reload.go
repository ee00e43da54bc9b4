package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/sluice-http/sluice/admin"
	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/edge"
	nodehttp "github.com/sluice-http/sluice/internal/node/http"
	nodetls "github.com/sluice-http/sluice/internal/node/tls"
	"github.com/sluice-http/sluice/workers"
)

// server is what sluice serve runs, and what a reload changes.
type server struct {
	args    serveArgs
	sink    logSink
	logger  *slog.Logger
	options edge.Options // of engines
	live    *edge.Live
	pool    *workers.Pool

	handshakes nodetls.Handshakes

	mu      sync.Mutex // guards what follows
	now     *config.Loaded
	front   *nodehttp.Edge
	reloads admin.Reloads
}

// logSink is where the server's log goes; it is opened again at a reload.
type logSink interface{ reopen(c config.Log) error }

// reload reads the configuration again and puts it in force. What is wrong with it is
// logged, and the old one stays. application says that the application is to start anew
// even if nothing of it has changed.
func (s *server) reload(why string, application bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next, err := s.args.load()
	if err == nil {
		err = s.apply(why, next, &application)
	}
	if err != nil {
		s.reloads.Failed++
		s.reloads.LastFailed = true
		s.refused(why, err)
	}
	if application && s.now.App != "" {
		s.pool.Reload()
	}
}

// refused logs what is wrong with a configuration.
func (s *server) refused(why string, err error) {
	var problems config.Problems
	if !errors.As(err, &problems) {
		s.logger.Error(why+": the configuration stays as it was", "error", err)
		return
	}
	s.logger.Error(why+": the configuration stays as it was: the new one is wrong", "problems", problems.Error()+"\n")
}

// apply puts a configuration in force that was read without a mistake.
func (s *server) apply(why string, next *config.Loaded, application *bool) error {
	if problems := checkAddresses(next, s.now.Listeners()); len(problems) > 0 {
		return problems
	}
	o := s.options
	o.Before = s.live.Engine()
	engine, err := edge.New(next.Config, o)
	if err != nil {
		return err
	}
	front := &nodehttp.Edge{Live: s.live, Timeouts: next.Timeouts, Limits: next.Limits}
	if front.Listeners, err = edgeListeners(next.Config, s.secure(next.Config)); err != nil {
		return errors.Join(err, engine.Close())
	}
	for _, what := range s.needRestart(next, front) {
		s.logger.Warn(fmt.Sprintf("%s: %s: it takes a restart", why, what))
	}
	if err := s.sink.reopen(next.Log); err != nil {
		s.logger.Error(why+": the log stays as it was", "error", err)
	}
	if applicationOf(s.now.Config) != applicationOf(next.Config) || !slices.Equal(s.now.Args, next.Args) {
		*application = true
	}
	s.live.Swap(engine)
	if (s.now.App == "") == (next.App == "") {
		s.pool.Configure(front, poolOptions(next.Config, s.logger).Application)
	} else {
		s.pool.Configure(front, poolOptions(s.now.Config, s.logger).Application)
		next.App, next.Args = s.now.App, s.now.Args
	}
	s.now, s.front = next, front
	s.reloads.Succeeded++
	s.reloads.Last, s.reloads.LastFailed = time.Now(), false
	s.logger.Info(why + ": the new configuration is in force")
	return nil
}

// parts of the configuration that an application is started with.
type parts struct {
	app      config.Path
	queue    int
	buffered config.Size
	rate     config.Size
	write    config.Duration
}

func applicationOf(c *config.Config) parts {
	return parts{c.App, c.Limits.Queue, c.Limits.Buffered, c.Limits.MinRate, c.Timeouts.Write}
}

// needRestart are the changes that a running server cannot follow. The first listener
// stays where an application has it.
func (s *server) needRestart(next *config.Loaded, front *nodehttp.Edge) (all []string) {
	if (s.now.App == "") != (next.App == "") {
		all = append(all, "app came, or went")
	}
	for name, pair := range map[string][2]any{
		"workers":                        {s.now.Workers, next.Workers},
		"env":                            {s.now.Env, next.Env},
		"supervisor":                     {s.now.Supervisor, next.Supervisor},
		"shutdown":                       {s.now.Shutdown, next.Shutdown},
		"limits.connections":             {s.now.Limits.Connections, next.Limits.Connections},
		"limits.connections_per_address": {s.now.Limits.PerAddress, next.Limits.PerAddress},
		"admin":                          {s.now.Admin, next.Admin},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			all = append(all, name+" changed")
		}
	}
	slices.Sort(all)
	first := s.front.Listeners[0]
	if s.now.App != "" && !slices.ContainsFunc(front.Listeners, func(l nodehttp.EdgeListener) bool { return l.SameAddress(first.Listen) }) {
		all = append(all, "the first listener, which is the application's, went")
		front.Listeners = append([]nodehttp.EdgeListener{first}, front.Listeners...)
	} else if s.now.App != "" {
		// It stays the first: new workers begin with it, as the old ones did.
		i := slices.IndexFunc(front.Listeners, func(l nodehttp.EdgeListener) bool { return l.SameAddress(first.Listen) })
		l := front.Listeners[i]
		front.Listeners = slices.Insert(slices.Delete(front.Listeners, i, i+1), 0, l)
	}
	return all
}

// watchStep is how often the configuration's file is looked at; it must have been left
// alone for so long: who writes it may do so piece by piece.
const watchStep = 300 * time.Millisecond

// watch reloads when the configuration's file changes, until done is closed.
func (s *server) watch(file string, done <-chan struct{}) {
	type stamp struct {
		at   time.Time
		size int64
	}
	look := func() (st stamp) {
		if info, err := os.Stat(file); err == nil {
			st = stamp{info.ModTime(), info.Size()}
		}
		return st
	}
	known := look()
	last := known
	for {
		select {
		case <-done:
			return
		case <-time.After(watchStep):
		}
		st := look()
		if settled := st == last; !settled || st == known || st == (stamp{}) {
			last = st
			continue
		}
		known = st
		s.reload(file+" changed", false)
	}
}

func (s *server) state() admin.Reloads {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reloads
}
