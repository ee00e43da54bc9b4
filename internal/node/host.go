package node

import (
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluice-http/sluice/edge/tally"
)

// Host is who runs several environments in one process and has what the process has
// once. Its methods are called on the environment's thread.
type Host interface {
	// Listen joins the listener of an address, opening it when it is the first to.
	// accepted gets each connection that is to be this environment's, by Loop.PostIO.
	Listen(l ListenRequest) (Listener, error)
	// Datagrams is a descriptor of the datagram socket of an address, which the environments
	// that ask for it share; open makes it for the first. release is to be called when the
	// descriptor was closed.
	Datagrams(key string, open func() (int, error)) (fd int, release func(), err error)
	// Worker is what this environment is among the others.
	Worker() WorkerInfo
	// Loaded says that the application loaded a module from the file.
	Loaded(path string)
	// Uncaught says that the application did not catch an exception, and ends for it;
	// report is what was written of it.
	Uncaught(report string)
}

// WorkerInfo says which of several workers an environment is.
type WorkerInfo struct {
	ID int // from 1 on; the first has the standard input
}

// ListenRequest asks for a listener.
type ListenRequest struct {
	Key     string // network and address
	Network string // "tcp" or "unix"; empty for a descriptor that the application has
	Address string // as Go writes it
	AnyPort bool   // the port is the system's to choose
	// Copied says that the socket was made elsewhere, where somebody may listen on it too.
	Copied bool
	Path   string // of a Unix socket, removed when the last listener is closed
	Open   func() (fd int, err error)
	// Accepted gets a connection; gone is to be called when it is closed.
	Accepted func(fd int, gone func())
}

// Listener is one environment's part of a listener.
type Listener interface {
	FD() int
	// Close leaves the listener. The last one that leaves closes it.
	Close()
	// Pause says whether connections are wanted.
	Pause(on bool)
	// Limit is how many connections at a time are wanted: beyond that they go to others,
	// or wait. Negative: any number.
	Limit(n int, soft bool)
}

// Work is what an environment has to do. Any goroutine may read it.
type Work struct {
	Connections atomic.Int64 // that came from listeners and are open, and those on the way
	Requests    atomic.Int64 // not answered yet
	Served      atomic.Int64 // requests since the start
	Upgraded    atomic.Int64 // of the connections, those that left HTTP
	Cut         atomic.Int64 // connections that were cut because their peers were too slow

	Active         atomic.Int64 // of the connections, those with a request that is not answered
	Waiting        atomic.Int64 // requests that JavaScript has not seen yet
	Shed           atomic.Int64 // requests that were refused because too many waited
	Late           atomic.Int64 // requests that did not arrive in time
	Received, Sent atomic.Int64 // bytes of connections that came from listeners, without TLS around them

	// Waits is how long requests waited for JavaScript. Those of one turn count as long
	// as the oldest of them.
	Waits tally.Histogram
	// Errors counts requests that broke the protocol, by http1.Code; Lenient those that
	// did not because of a bit of http1.Leniency, by the bit.
	Errors, Lenient [32]tally.Counter
}

// counts are what others do not know of yet of Work: requests and reads are many, and
// what others may read costs as much as many steps of what is one's own. They are told
// before JavaScript gets what was counted, and before the loop sleeps.
type counts struct{ served, received, sent int64 }

// tell brings Work up to date.
func (env *Env) tell() {
	if n := env.waits; n != env.Work.Waiting.Load() {
		env.Work.Waiting.Store(n)
	}
	c := &env.counts
	if c.served > 0 {
		env.Work.Served.Add(c.served)
	}
	if c.received > 0 {
		env.Work.Received.Add(c.received)
	}
	if c.sent > 0 {
		env.Work.Sent.Add(c.sent)
	}
	*c = counts{}
}

// Served counts a request.
func (env *Env) Served() { env.counts.served++ }

// Received counts bytes of a connection that came from a listener, Sent those that it got.
func (env *Env) Received(n int64) { env.counts.received += n }

// Sent is described at Received.
func (env *Env) Sent(n int64) { env.counts.sent += n }

// Queued notes that one more request waits for JavaScript.
func (env *Env) Queued() {
	if env.waits++; env.waits == 1 {
		env.waitsSince = time.Now()
	}
}

// Arrived is about when the request came that was Queued last: at most a turn too early.
func (env *Env) Arrived() time.Time { return env.waitsSince }

// countWaits notes that all that waited goes to JavaScript now.
func (env *Env) countWaits() {
	if n := env.waits; n > 0 {
		env.waits = 0
		env.Work.Waits.ObserveMany(time.Since(env.waitsSince), uint64(n))
	}
}

// Host is who runs this environment beside others, or nil.
func (env *Env) Host() Host { return env.host }

// OnIO registers f to run after the handlers of readiness when a stand-in called them:
// it brings to the kernel what they wrote. It must not touch the isolate.
func (env *Env) OnIO(f func()) { env.onIO = append(env.onIO, f) }

// startDirectory is where the process was when its first environment was made.
var startDirectory = sync.OnceValue(func() string {
	dir, err := os.Getwd()
	if err != nil {
		return "/"
	}
	return dir
})

// WorkingDirectory is the working directory as this environment has set it.
func (env *Env) WorkingDirectory() string {
	if env.cwd == "" {
		return startDirectory()
	}
	return env.cwd
}

// SetWorkingDirectory notes that the environment has changed the working directory.
func (env *Env) SetWorkingDirectory(dir string) { env.cwd = dir }
