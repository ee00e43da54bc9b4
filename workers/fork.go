package workers

import (
	"io"
	"log/slog"
	"sync"
	"syscall"
	"time"

	"github.com/sluice-http/sluice/internal/node"
)

// Forker runs the workers of applications that use Node's cluster: each is a worker of
// a pool of its own kind, which belongs to the environment that forks. It shares
// listeners and spreads connections as any pool; who is replaced, and when, is the
// application's business.
type Forker struct {
	// HangTimeout ends a worker that does not come back to its loop; 0: never.
	HangTimeout time.Duration
	Log         io.Writer
	Logger      *slog.Logger

	mu    sync.Mutex
	last  int
	pools map[*node.Env]*Pool
	forks map[int]*worker
}

// bySignal is the cause of an end by a signal.
var bySignal = node.Cause{Reason: "signal", NoStack: true}

// forked is a worker of cluster.
type forked struct {
	pid    int
	onExit func(code int, s syscall.Signal)
}

// PID implements node.Fork.
func (f *forked) PID() int { return f.pid }

var _ node.Forker = (*Forker)(nil)

// Fork implements node.Forker.
func (f *Forker) Fork(parent *node.Env, o node.ForkOptions) (node.Fork, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p, err := f.poolOf(parent)
	if err != nil {
		return nil, err
	}
	f.last++
	fork := &forked{pid: node.FirstForkPID + f.last, onExit: o.OnExit}
	application := parent.Options
	application.Script, application.Args, application.ExecArgv = o.Script, o.Args, o.ExecArgv
	application.Flags = withoutProgram(application.Flags)
	application.Fork = &node.Forked{PID: fork.pid, Environ: o.Environ, Stdio: o.Stdio}
	w := p.prepare(&slot{id: f.last + 1}, nil)
	w.application, w.fork = application, fork
	if primary := p.primary; primary != nil {
		w.primary = primary
		w.front.Store(primary.front.Load())
		primary.pool.do(func() { primary.pool.forked(primary, w) })
	}
	f.forks[fork.pid] = w
	go w.run()
	return fork, nil
}

// withoutProgram are the flags without those that say what the main environment runs.
func withoutProgram(flags node.Flags) node.Flags {
	own := node.Flags{}
	for name, values := range flags {
		if name != "eval" && name != "print" && name != "check" {
			own[name] = values
		}
	}
	return own
}

// poolOf is the pool of an environment's forks.
func (f *Forker) poolOf(parent *node.Env) (*Pool, error) {
	if p := f.pools[parent]; p != nil {
		return p, nil
	}
	p, err := New(Options{HangTimeout: f.HangTimeout, Log: f.Log, Logger: f.Logger, NoSignals: true})
	if err != nil {
		return nil, err
	}
	p.forker = f
	p.slots = nil
	if primary := yields(parent); primary != nil {
		p.standBehind(primary)
	}
	if f.pools == nil {
		f.pools, f.forks = map[*node.Env]*Pool{}, map[int]*worker{}
	}
	f.pools[parent] = p
	done := make(chan struct{})
	go p.serveForks(done)
	parent.AtExit(func() { f.orphan(parent, done) })
	return p, nil
}

// serveForks is what Run is to a pool with workers of its own.
func (p *Pool) serveForks(done chan struct{}) {
	stopWatching := p.watchers.start(p)
	for {
		select {
		case work := <-p.work:
			work()
			continue
		case <-done:
		}
		break
	}
	stopWatching()
	if p.primary == nil {
		p.acceptor.close()
	}
	close(p.over)
}

// orphan ends the forks of an environment that has ended.
func (f *Forker) orphan(parent *node.Env, done chan struct{}) {
	f.mu.Lock()
	p := f.pools[parent]
	delete(f.pools, parent)
	var all []*worker
	for pid, w := range f.forks {
		if w.pool == p {
			all = append(all, w)
			delete(f.forks, pid)
		}
	}
	f.mu.Unlock()
	for _, w := range all {
		w.cut(bySignal)
	}
	close(done)
}

// forkEnded deals with the end of a fork.
func (p *Pool) forkEnded(w *worker, e end) {
	p.acceptor.lost(w, false)
	f := p.forker
	f.mu.Lock()
	delete(f.forks, w.fork.pid)
	f.mu.Unlock()
	code, s := e.code, syscall.Signal(0)
	switch {
	case e.err != nil:
		p.logf("cluster worker %d: %v", w.fork.pid, e.err)
	case e.cause == nil:
	case e.cause.Reason == "signal":
		s = syscall.Signal(w.signal.Load())
	case e.cause.Reason == "heap":
		s = syscall.SIGABRT
		p.reportFork(w, e)
	default:
		s = syscall.SIGKILL
		p.reportFork(w, e)
	}
	w.fork.onExit(code, s)
}

func (p *Pool) reportFork(w *worker, e end) {
	p.note(slog.LevelInfo, "cluster worker "+e.String(), append(e.attrs(), "pid", w.fork.pid)...)
}

// Signal implements node.Forker: what a signal does by default is done here.
func (f *Forker) Signal(pid int, s syscall.Signal) error {
	f.mu.Lock()
	w := f.forks[pid]
	f.mu.Unlock()
	if w == nil {
		return syscall.ESRCH
	}
	if s < 0 || s > 64 {
		return syscall.EINVAL
	}
	switch s {
	case 0, syscall.SIGCHLD, syscall.SIGURG, syscall.SIGCONT, syscall.SIGSTOP, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU:
		return nil
	}
	env := w.env.Load()
	if env == nil {
		// It is being made: it ends when it is.
		w.signal.CompareAndSwap(0, int32(s))
		return nil
	}
	if s != syscall.SIGKILL && (env.Signal(s) || s == syscall.SIGWINCH) {
		return nil
	}
	w.signal.CompareAndSwap(0, int32(s))
	w.cut(bySignal)
	return nil
}
