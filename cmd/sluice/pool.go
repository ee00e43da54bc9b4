package main

import (
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/sluice-http/sluice/admin"
	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/internal/logs"
	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
	"github.com/sluice-http/sluice/workers"
)

// defaultMaxWaiting is how many requests may wait for one worker.
const defaultMaxWaiting = 10000

// defaultWriteTimeout is how long a client may take nothing of its answer.
const defaultWriteTimeout = time.Minute

// managed are the options with which the application runs in a pool. Without any of
// them it runs as under Node, in one isolate, with Node's exit codes.
var managed = []string{"workers", "hang-timeout", "shutdown-delay", "shutdown-timeout", "upgrade-timeout", "max-requests", "max-age", "max-connections", "max-connections-per-address", "max-waiting", "max-buffered", "max-buffered-total", "write-timeout", "min-rate", "watch", "watch-path", "supervise", "admin"}

// pool is what the command line says of the pool; nil when there is to be none.
func (cl *commandLine) pool() (*workers.Options, error) {
	any := false
	for _, name := range managed {
		any = any || cl.flags[name] != nil
	}
	if n := cl.flags["workers"]; len(cl.flags) > 0 && n != nil && n[0] == "1" && len(managedBeside(cl, "workers")) == 0 {
		any = false // as the default
	}
	if !any {
		return nil, nil
	}
	o := &workers.Options{
		HangTimeout:     workers.DefaultHangTimeout,
		ShutdownTimeout: workers.DefaultShutdownTimeout,
		UpgradeTimeout:  workers.DefaultUpgradeTimeout,
		Log:             os.Stderr,
	}
	o.Application.Guard.WriteTimeout = defaultWriteTimeout
	var err error
	if o.Workers, err = cl.workerCount(); err != nil {
		return nil, err
	}
	for name, d := range map[string]*time.Duration{
		"hang-timeout": &o.HangTimeout, "shutdown-delay": &o.ShutdownDelay, "shutdown-timeout": &o.ShutdownTimeout,
		"upgrade-timeout": &o.UpgradeTimeout, "max-age": &o.MaxAge, "write-timeout": &o.Application.Guard.WriteTimeout,
	} {
		if v := cl.flags[name]; v != nil {
			if *d, err = duration(name, v[0]); err != nil {
				return nil, err
			}
		}
	}
	o.Watch = slices.Equal(cl.flags["watch"], []string{"true"}) || cl.flags["watch-path"] != nil
	o.WatchPaths = cl.flags["watch-path"]
	o.Application.MaxWaiting = defaultMaxWaiting
	for name, set := range map[string]func(int){
		"max-requests":                func(n int) { o.MaxRequests = int64(n) },
		"max-connections":             func(n int) { o.MaxConnections = n },
		"max-connections-per-address": func(n int) { o.MaxConnectionsPerAddress = n },
		"max-waiting":                 func(n int) { o.Application.MaxWaiting = n },
	} {
		if v := cl.flags[name]; v != nil {
			n, err := strconv.Atoi(v[0])
			if err != nil || n < 0 {
				return nil, fmt.Errorf("invalid value for --%s: it is a number, not %q", name, v[0])
			}
			set(n)
		}
	}
	for name, n := range map[string]*int{
		"max-buffered": &o.Application.Guard.Buffered, "max-buffered-total": &o.Application.Guard.BufferedInAll, "min-rate": &o.Application.Guard.MinRate,
	} {
		if v := cl.flags[name]; v != nil {
			var size config.Size
			if err := size.UnmarshalText([]byte(v[0])); err != nil {
				return nil, fmt.Errorf("invalid value for --%s: %w, found %q", name, err, v[0])
			}
			*n = int(size)
		}
	}
	return o, nil
}

func managedBeside(cl *commandLine, but string) (names []string) {
	for _, name := range managed {
		if name != but && cl.flags[name] != nil {
			names = append(names, name)
		}
	}
	return names
}

func (cl *commandLine) workerCount() (int, error) {
	v := cl.flags["workers"]
	switch {
	case v == nil:
		return 1, nil
	case v[0] == "auto":
		return runtime.GOMAXPROCS(0), nil
	}
	n, err := strconv.Atoi(v[0])
	if err != nil || n < 1 || n > 1024 {
		return 0, fmt.Errorf("invalid value for --workers: it is a number from 1 on or auto, not %q", v[0])
	}
	return n, nil
}

// duration reads 500ms, 30s, 5m, or 0.
func duration(name, text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("invalid value for --%s: a duration is written 500ms, 30s or 5m, not %q", name, text)
	}
	return d, nil
}

// runPool runs the application in a pool and returns the process's exit code. With
// --supervise it is a child's pool, or the child's parent.
func runPool(o *workers.Options, application node.Options, v8Flags string) int {
	sockets, err := workers.ParentSockets()
	if err != nil {
		fmt.Fprintf(os.Stderr, "sluice: %v\n", err)
		return 1
	}
	if sockets == nil && slices.Equal(application.Flags["supervise"], []string{"true"}) {
		return workers.Supervise(application.ExecPath, os.Args[1:], os.Stderr)
	}
	o.Sockets = sockets
	if mb := application.Flags["max-old-space-size"]; mb != nil {
		// The limit of V8's heap is V8's flag. Together with ArrayBuffers it is ours.
		if n, err := strconv.ParseUint(mb[0], 10, 32); err == nil {
			application.MaxTotal = n << 20
		}
	}
	application.MaxWaiting, application.Guard = o.Application.MaxWaiting, o.Application.Guard
	address, set := application.Flags["admin"], (*tally.Set)(nil)
	if address != nil {
		set = tally.New(o.Workers)
		application.Tally = set.Route("app")
	}
	o.Application = application
	v8.Init(v8Flags, 0)
	pool, err := workers.New(*o)
	if err != nil {
		fmt.Fprintf(os.Stderr, "sluice: %v\n", err)
		return 1
	}
	if address != nil {
		log := slog.New(logs.NewLines(os.Stderr, slog.LevelInfo))
		stop, err := startAdmin(adminAddress(address[0]), admin.Options{Pool: pool, Tally: set}, log)
		if err != nil {
			fmt.Fprintf(os.Stderr, "sluice: the admin listener: %v\n", err)
			return 1
		}
		defer stop()
	}
	return pool.Run()
}

// hangTimeout is the pool's, for cluster's workers too; without a pool there is none, as under Node.
func hangTimeout(o *workers.Options) time.Duration {
	if o == nil {
		return 0
	}
	return o.HangTimeout
}
