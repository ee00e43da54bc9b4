// Package workers runs an application in several isolates of one process: each worker
// is an environment with a thread, a loop and a heap of its own. The pool opens their
// listeners once, gives every connection to the worker with the least work, ends and
// replaces a worker that fails, stops without cutting anything off, and moves to new
// code without losing a request.
package workers

import (
	"io"
	"log/slog"
	"time"

	"github.com/sluice-http/sluice/internal/node"
	nodehttp "github.com/sluice-http/sluice/internal/node/http"
)

// Options say what a pool runs and how. The zero value of a limit is no limit.
type Options struct {
	// Workers is how many there are; 0 is one.
	Workers int
	// Application is what each of them runs. Host is the pool's to set.
	Application node.Options

	// HangTimeout is how long a worker may be in JavaScript without coming back to its loop.
	HangTimeout time.Duration
	// StartTimeout is how long a new worker that replaces others may take until it listens.
	StartTimeout time.Duration

	// ShutdownDelay is how long everything still serves after a stop was asked for;
	// Ready is false meanwhile.
	ShutdownDelay time.Duration
	// ShutdownTimeout is how long requests may then take, UpgradeTimeout how long
	// connections that left HTTP may live.
	ShutdownTimeout, UpgradeTimeout time.Duration

	// MaxRequests and MaxAge replace a worker that has answered or lived so much, with
	// up to a tenth more or less.
	MaxRequests int64
	MaxAge      time.Duration

	// MaxConnections limits the connections of all workers: more wait to be accepted.
	// MaxConnectionsPerAddress limits those of one address: more are closed.
	MaxConnections, MaxConnectionsPerAddress int

	// Edge stands in front of the application; nil: it has its ports itself. With one,
	// Application.Script may be empty: then the edge answers alone, without isolates.
	Edge *nodehttp.Edge

	// Watch reloads when a file that the application loaded changes, or one below
	// WatchPaths. An application that fails at its start waits for a change then.
	Watch      bool
	WatchPaths []string

	// Listen, when set, is asked for every address that the application listens on. It
	// returns a listening socket to accept from instead, -1 to open one as ever, or an
	// error. The pool owns the descriptor, but the socket is somebody else's: it is not
	// shut down when the pool does not need it any more, nor is its path removed.
	Listen func(network, address string) (fd int, err error)

	// OnReady is called when the first worker serves.
	OnReady func()

	// Sockets keeps listening sockets beyond the life of this process; nil: nobody does.
	Sockets Sockets

	// Hangup is called at SIGHUP, in place of Pool.Reload, which it may call.
	Hangup func()

	// NoSignals leaves the process's signals alone: a Go program's own business. The
	// process goes on after Run, which returns only when all workers have ended.
	NoSignals bool

	// Log gets a line for everything that happens to a worker; or Logger does.
	Log    io.Writer
	Logger *slog.Logger
}

// Sockets keeps listening sockets while the process that uses them is replaced.
type Sockets interface {
	// Take returns the socket kept under a key, -1 when there is none.
	Take(key string) int
	// Keep keeps a copy of the socket.
	Keep(key string, fd int) error
	// Drop forgets a socket: nobody listens on it any more.
	Drop(key string)
	// Ready says that the pool serves.
	Ready()
}

// Defaults.
const (
	DefaultHangTimeout     = 30 * time.Second
	DefaultStartTimeout    = 30 * time.Second
	DefaultShutdownTimeout = 30 * time.Second
	DefaultUpgradeTimeout  = 10 * time.Second
)
