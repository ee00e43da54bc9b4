package node

import (
	"os"
	"sync"
	"syscall"
)

// Forker makes environments that stand for processes: cluster's workers.
type Forker interface {
	// Fork starts an environment that parent wants.
	Fork(parent *Env, o ForkOptions) (Fork, error)
	// Signal sends a signal to the environment with that number; ESRCH when there is none.
	Signal(pid int, s syscall.Signal) error
}

// ForkOptions say what a fork runs.
type ForkOptions struct {
	Script         string
	Args, ExecArgv []string
	Environ        []string
	Stdio          [3]int // see Forked
	// OnExit is called on another goroutine when it has ended, with its exit code or
	// the signal that ended it.
	OnExit func(code int, s syscall.Signal)
}

// Fork is an environment that was forked.
type Fork interface {
	PID() int
}

// Forked is what a fork knows of itself.
type Forked struct {
	PID     int // stands for a process's number: above all that the system has
	Environ []string
	// Stdio are the descriptors of its standard streams: those of the process, others
	// that it owns, or -1 for none.
	Stdio [3]int
}

// stdio is the descriptor of a standard stream.
func (env *Env) stdio(n int) int {
	if f := env.Options.Fork; f != nil {
		return f.Stdio[n]
	}
	return n
}

// ownStdio makes the environment close the standard streams that are its own.
func (env *Env) ownStdio() {
	if f := env.Options.Fork; f != nil {
		for _, fd := range f.Stdio {
			if fd > 2 {
				env.Own(fd)
			}
		}
	}
}

// FirstForkPID is below the numbers of forks and above the system's (2^22).
const FirstForkPID = 1 << 24

// PID is process.pid.
func (env *Env) PID() int {
	if f := env.Options.Fork; f != nil {
		return f.PID
	}
	return os.Getpid()
}

// ParentPID is process.ppid.
func (env *Env) ParentPID() int {
	if env.Options.Fork != nil {
		return os.Getpid()
	}
	return os.Getppid()
}

// Environ are the variables that process.env starts with.
func (env *Env) Environ() []string {
	if f := env.Options.Fork; f != nil {
		return f.Environ
	}
	if e := env.Options.Embedding; e != nil {
		return e.Environ
	}
	return os.Environ()
}

// signalListeners are the signals that an environment's application listens to. The
// process's signals are the main environment's; a fork gets those that are sent to it.
type signalListeners struct {
	mu     sync.Mutex
	listen map[syscall.Signal]func()
}

// ListenSignal makes f be called on the loop's thread at a signal sent with Signal; nil
// ends that.
func (env *Env) ListenSignal(s syscall.Signal, f func()) {
	l := &env.signals
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.listen == nil {
		l.listen = map[syscall.Signal]func(){}
	}
	if f == nil {
		delete(l.listen, s)
	} else {
		l.listen[s] = f
	}
}

// Listens reports whether the application listens to a signal. Any goroutine may ask.
func (env *Env) Listens(s syscall.Signal) bool {
	l := &env.signals
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.listen[s] != nil
}

// Signal tells the application of a signal and reports whether it listens. Any
// goroutine may call it.
func (env *Env) Signal(s syscall.Signal) bool {
	l := &env.signals
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.listen[s] == nil {
		return false
	}
	env.Post(func() {
		l.mu.Lock()
		f := l.listen[s]
		l.mu.Unlock()
		if f != nil {
			f()
		}
	})
	return true
}
