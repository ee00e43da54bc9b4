package process

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
	"unsafe"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// Without a listener a signal does what the system does by default. Go's runtime has handlers of its own for
// some signals, that print stacks or do nothing; for those its handler is taken out until a listener wants the signal.
var unlistened = []syscall.Signal{
	syscall.SIGQUIT, syscall.SIGILL, syscall.SIGTRAP, syscall.SIGABRT, syscall.SIGUSR2, syscall.SIGALRM, syscall.SIGSTKFLT,
	syscall.SIGXCPU, syscall.SIGVTALRM, syscall.SIGIO, syscall.SIGPWR, syscall.SIGSYS,
}

// kernelAction is the kernel's struct sigaction of the 64-bit architectures.
type kernelAction struct {
	handler  uintptr
	flags    uint64
	restorer uintptr
	mask     uint64
}

func sigaction(s syscall.Signal, set, old *kernelAction) {
	_, _, _ = syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), 8, 0, 0)
}

var (
	actionsOnce sync.Once
	actionsMu   sync.Mutex
	runtimes    = map[syscall.Signal]kernelAction{} // Go's actions, where they are taken out
	listeners   = map[syscall.Signal]int{}          // environments that listen
)

func takeOutHandlers() {
	actionsOnce.Do(func() {
		for _, s := range unlistened {
			var old kernelAction
			sigaction(s, nil, &old)
			if old.handler <= 1 {
				continue // default or ignored already
			}
			runtimes[s] = old
			sigaction(s, &kernelAction{}, nil)
		}
	})
}

// restoreDefault gives a signal the system's own action for good.
func restoreDefault(s syscall.Signal) {
	sigaction(s, &kernelAction{}, nil)
}

// Listened reports whether an application listens to the signal.
func Listened(s syscall.Signal) bool {
	actionsMu.Lock()
	defer actionsMu.Unlock()
	return listeners[s] > 0
}

func listen(s syscall.Signal, delta int) {
	actionsMu.Lock()
	defer actionsMu.Unlock()
	before := listeners[s]
	listeners[s] = before + delta
	action, ok := runtimes[s]
	switch {
	case !ok:
	case before == 0:
		sigaction(s, &action, nil)
	case listeners[s] == 0:
		sigaction(s, &kernelAction{}, nil)
	}
}

// signals are the signals that one environment listens to. They do not keep its loop alive.
type signals struct {
	env  *node.Env
	open map[syscall.Signal]*listener
}

// listener is one signal that JavaScript listens to. Each has a channel of its own, so that one can be stopped.
type listener struct {
	callback v8.Callback
	incoming chan os.Signal
}

func newSignals(env *node.Env) *signals {
	if !env.Embedded() {
		takeOutHandlers()
	}
	s := &signals{env: env, open: map[syscall.Signal]*listener{}}
	env.AtExit(s.close)
	return s
}

// processes says whether the process's own signals are for this environment: those of
// a Go program are the program's, and otherwise they are the main environment's.
func (s *signals) processes() bool { return s.env.Options.Fork == nil && !s.env.Embedded() }

// start(number, callback) begins to listen; callback(number) is called for each signal.
func (s *signals) start(c *v8.Call) {
	n := syscall.Signal(c.Int(0))
	if n == syscall.SIGKILL || n == syscall.SIGSTOP {
		c.Throw(node.SystemError("uv_signal_start", syscall.EINVAL, "", ""))
		return
	}
	if s.open[n] != nil {
		return
	}
	l := &listener{c.KeepCallback(1), make(chan os.Signal, 64)}
	s.open[n] = l
	s.env.ListenSignal(n, func() {
		if s.open[n] == l {
			s.env.Call(l.callback, int(n))
		}
	})
	if !s.processes() {
		return
	}
	signal.Notify(l.incoming, n)
	listen(n, 1)
	go func() {
		for range l.incoming {
			s.env.Post(func() {
				if s.open[n] == l {
					s.env.Call(l.callback, int(n))
				}
			})
		}
	}()
}

// stop(number) ends listening: the system's default action is back.
func (s *signals) stop(c *v8.Call) {
	n := syscall.Signal(c.Int(0))
	if l := s.open[n]; l != nil {
		delete(s.open, n)
		s.end(l, n)
		l.callback.Release()
	}
}

func (s *signals) end(l *listener, n syscall.Signal) {
	s.env.ListenSignal(n, nil)
	if !s.processes() {
		return
	}
	listen(n, -1)
	signal.Stop(l.incoming)
	close(l.incoming)
}

func (s *signals) close() {
	for n, l := range s.open {
		s.end(l, n)
	}
	clear(s.open)
}
