package node

import (
	"io"
	"os"
	"syscall"

	"github.com/sluice-http/sluice/internal/v8"
	"golang.org/x/sys/unix"
)

// Embedding says what an application has in place of a process, where the process is a
// Go program's own: there its signals, its end, its ids, its working directory and its
// standard streams are not the application's.
type Embedding struct {
	// Environ are the variables that process.env starts with.
	Environ []string
	// Stdout and Stderr get what the application writes; nil: the process's own.
	// Several environments may write at once.
	Stdout, Stderr io.Writer
}

// Embedded reports whether the process is a Go program's own.
func (env *Env) Embedded() bool { return env.Options.Embedding != nil }

// NotEmbedded makes a native function throw where the process is a Go program's own.
func (env *Env) NotEmbedded(name string, f v8.Func) v8.Func {
	if !env.Embedded() {
		return f
	}
	return func(c *v8.Call) {
		c.Throw(&v8.Error{Class: v8.TypeErrorClass, Code: "ERR_WORKER_UNSUPPORTED_OPERATION", Message: name + " is not supported in a Go program"})
	}
}

// output is who gets what is written to a standard stream; nil: its descriptor.
func (env *Env) output(fd int) io.Writer {
	e := env.Options.Embedding
	switch {
	case e == nil:
		if own := env.stdio(fd); own != fd {
			return descriptor(own)
		}
	case fd == 1:
		return e.Stdout
	case fd == 2:
		return e.Stderr
	}
	return nil
}

// Stderr is where messages go that the application's own streams are not asked for.
func (env *Env) Stderr() io.Writer {
	if w := env.output(2); w != nil {
		return w
	}
	return os.Stderr
}

// descriptor writes to a descriptor; what is written to none goes nowhere.
type descriptor int

// Write implements io.Writer.
func (d descriptor) Write(p []byte) (n int, err error) {
	for n < len(p) && d >= 0 {
		m, err := unix.Write(int(d), p[n:])
		if err != nil && err != unix.EINTR {
			return n, err
		}
		n += max(0, m)
	}
	return len(p), nil
}

// stdioFunctions are the natives of the standard streams.
func (env *Env) stdioFunctions(into map[string]v8.Func) {
	// hasInput says whether the process's standard input is this environment's.
	into["hasInput"] = func(c *v8.Call) {
		own := env.Options.Fork != nil && env.stdio(0) > 2
		c.Return(own || !env.Embedded() && (env.host == nil || env.host.Worker().ID <= 1))
	}
	// stdio(n) is the descriptor of a standard stream.
	into["stdio"] = func(c *v8.Call) { c.Return(env.stdio(c.Int(0))) }
	// hasOutput(fd) says whether writeOutput is to be used in place of the descriptor.
	into["hasOutput"] = func(c *v8.Call) { c.Return(env.output(c.Int(0)) != nil) }
	into["writeOutput"] = func(c *v8.Call) {
		if _, err := env.output(c.Int(0)).Write(c.Bytes(1)); err != nil {
			c.Throw(err)
		}
	}
	// writeError writes to standard error at once, whatever process.stderr has become.
	into["writeError"] = func(c *v8.Call) {
		text := c.Bytes(0)
		env.lastError = string(text[:min(len(text), maxReport)])
		_, _ = env.Stderr().Write(text)
	}
}

// maxReport bounds what is remembered of an error that ended an environment.
const maxReport = 64 << 10

// SignalSelf is process.kill(process.pid) where the process is a Go program's own: the
// application's listeners get the signal, and without any it ends the environment,
// unless it is one that by default does nothing.
func (env *Env) SignalSelf(s syscall.Signal) error {
	if s < 0 || s > 64 {
		return syscall.EINVAL
	}
	if s != syscall.SIGKILL && env.Signal(s) {
		return nil
	}
	switch s {
	case 0, syscall.SIGCHLD, syscall.SIGURG, syscall.SIGCONT, syscall.SIGWINCH, syscall.SIGSTOP, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU:
		return nil
	}
	env.End(Cause{Reason: "signal", Detail: "the application sent itself " + unix.SignalName(s), NoStack: true})
	return nil
}
