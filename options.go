package sluice

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/node/builtin"
	"github.com/sluice-http/sluice/workers"
)

// Options say what an application is and how it runs. Script alone is needed. Unless a
// field says otherwise its zero value is the default that it names.
type Options struct {
	// Script is the main module, as it is given to the command sluice.
	Script string
	// Args are process.argv after the script.
	Args []string
	// Env are the variables that process.env starts with, as KEY=value; nil: the program's.
	Env []string
	// ExecPath is process.execPath, which child_process.fork runs; the default is the
	// command sluice in PATH. It should never be the program itself.
	ExecPath string

	// Workers is how many isolates run the application, each on a thread; 1.
	Workers int
	// HeapLimit bounds the memory of one worker in bytes, heap and ArrayBuffers together.
	// A worker that reaches it is ended and replaced. The default is V8's own limit of the
	// heap, and none for ArrayBuffers.
	HeapLimit uint64
	// HangTimeout is how long JavaScript may run without coming back to its loop until the
	// worker is ended and replaced; 30 s. Negative: for ever.
	HangTimeout time.Duration
	// MaxWaiting is how many requests may wait for one worker; more are answered 503.
	// 10,000; negative: no limit.
	MaxWaiting int
	// MaxConnections bounds the connections of all workers; more wait to be accepted. 0: no limit.
	MaxConnections int
	// MaxConnectionsPerAddress bounds those of one address; more are closed. 0: no limit.
	MaxConnectionsPerAddress int
	// MaxRequests and MaxAge replace a worker that has answered or lived so much. 0: never.
	MaxRequests int64
	MaxAge      time.Duration

	// ShutdownTimeout is how long requests may take once the application was asked to
	// stop, UpgradeTimeout how long connections that have left HTTP may live; 30 s and 10 s.
	ShutdownTimeout, UpgradeTimeout time.Duration

	// Listener takes the place of the first address that the application listens on,
	// whatever that is. The application gets a copy of its socket; the listener stays the
	// program's, which closes it when no application is to have it any more: until then
	// clients wait. It must be a *net.TCPListener, a *net.UnixListener or another that has
	// a descriptor (syscall.Conn).
	Listener net.Listener
	// Listen is asked for each address ("tcp" and "0.0.0.0:3000", or "unix" and a path)
	// that the application listens on and that Listener does not take. It returns a
	// listener to have in its place, with the conditions of Listener; nil to open the
	// address; or an error, with which server.listen fails: as the system error that it
	// wraps (syscall.Errno), or else with EACCES.
	Listen func(network, address string) (net.Listener, error)

	// Stdout and Stderr get what the application writes to its standard streams, one write
	// at a time; nil: the program's. A write that blocks holds the worker up.
	Stdout, Stderr io.Writer
	// Logger gets what happens to workers: ends with their causes and JavaScript stacks,
	// reloads, stops. nil: slog.Default().
	Logger *slog.Logger
}

const defaultMaxWaiting = 10000

func (o Options) check() error {
	switch {
	case o.Script == "":
		return fmt.Errorf("sluice: Options.Script is empty")
	case o.Workers < 0:
		return fmt.Errorf("sluice: Options.Workers is %d", o.Workers)
	}
	for _, v := range o.Env {
		if !strings.Contains(v, "=") {
			return fmt.Errorf("sluice: Options.Env has %q, which is not of the form KEY=value", v)
		}
	}
	if o.Listener != nil {
		if _, err := rawConn(o.Listener); err != nil {
			return err
		}
	}
	return nil
}

// pool are the options of the pool.
func (o Options) pool() workers.Options {
	return workers.Options{
		Workers:                  o.Workers,
		Application:              o.application(),
		HangTimeout:              orDefault(o.HangTimeout, workers.DefaultHangTimeout),
		ShutdownTimeout:          orDefault(o.ShutdownTimeout, workers.DefaultShutdownTimeout),
		UpgradeTimeout:           orDefault(o.UpgradeTimeout, workers.DefaultUpgradeTimeout),
		MaxRequests:              o.MaxRequests,
		MaxAge:                   o.MaxAge,
		MaxConnections:           o.MaxConnections,
		MaxConnectionsPerAddress: o.MaxConnectionsPerAddress,
		Listen:                   (&lender{first: o.Listener, ask: o.Listen}).listen,
		NoSignals:                true,
		Logger:                   o.logger(),
	}
}

func (o Options) application() node.Options {
	exec := o.execPath()
	output := &sync.Mutex{}
	env := o.Env
	if env == nil {
		env = slices.DeleteFunc(os.Environ(), isChannel)
	}
	return node.Options{
		ExecPath:    exec,
		Argv0:       filepath.Base(exec),
		ExecArgv:    []string{},
		Script:      o.Script,
		Args:        o.Args,
		Flags:       node.Flags{},
		Modules:     builtin.Modules,
		Builtin:     builtin.Source,
		BuiltinIDs:  builtin.IDs,
		MaxOldSpace: o.HeapLimit,
		MaxTotal:    o.HeapLimit,
		MaxWaiting:  max(0, cmp.Or(o.MaxWaiting, defaultMaxWaiting)),
		Embedding:   &node.Embedding{Environ: env, Stdout: oneByOne(o.Stdout, output), Stderr: oneByOne(o.Stderr, output)},
		Forker:      &workers.Forker{HangTimeout: orDefault(o.HangTimeout, workers.DefaultHangTimeout), Logger: o.logger()},
	}
}

// isChannel says whether a variable is of a channel between the program and a Node.js
// process that started it: it is the program's.
func isChannel(variable string) bool { return strings.HasPrefix(variable, "NODE_CHANNEL_") }

func (o Options) execPath() string {
	if o.ExecPath != "" {
		return o.ExecPath
	}
	if path, err := exec.LookPath("sluice"); err == nil {
		return path
	}
	return "sluice" // not there: better than the program again
}

func (o Options) logger() *slog.Logger {
	if o.Logger != nil {
		return o.Logger
	}
	return slog.Default()
}

// orDefault is d where it says something; negative is no limit, for a hang.
func orDefault(d, byDefault time.Duration) time.Duration { return max(0, cmp.Or(d, byDefault)) }

// locked lets one write at a time through.
type locked struct {
	mu *sync.Mutex
	w  io.Writer
}

func oneByOne(w io.Writer, mu *sync.Mutex) io.Writer {
	if w == nil {
		return nil
	}
	return &locked{mu, w}
}

// Write implements io.Writer.
func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
