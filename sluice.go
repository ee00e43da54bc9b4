package sluice

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/sluice-http/sluice/internal/v8"
	"github.com/sluice-http/sluice/workers"
)

// App is an application. Make it with New; it runs once. Its methods may be called from
// any goroutine.
type App struct {
	script string
	pool   *workers.Pool
	begin  sync.Once
	began  chan struct{}
	ready  chan struct{}
	done   chan struct{}
	err    error // of the run; to be read when done is closed
}

// ErrClosed is what a reload gives of an application that has ended or is stopping, and
// Start of one that was stopped before it served.
var ErrClosed = errors.New("sluice: the application has ended")

// ExitError says that the application ended, or new code of it, before it served.
type ExitError struct {
	Script string
	// Code is the exit code that the application would have under Node.
	Code int
	// Reason is why, in one line; Report the exception as Node prints it, or the JavaScript
	// stack at the time. Report may be empty.
	Reason, Report string
}

// Error implements error.
func (e *ExitError) Error() string {
	text := fmt.Sprintf("sluice: %s: %s", e.Script, e.Reason)
	if s := summary(e.Report); s != "" {
		text += ": " + s
	}
	return text
}

// summary is the message of an exception in what Node prints of it: below the line that
// it blames, if there is one.
func summary(report string) string {
	lines := strings.Split(report, "\n")
	for i, line := range lines {
		if bare := strings.TrimSpace(line); bare != "" && strings.Trim(bare, "^") == "" {
			lines = lines[i+1:]
			break
		}
	}
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return ""
}

// initV8 sets up V8 for the process, which is once.
var initV8 = sync.OnceFunc(func() { v8.Init("", 0) })

// New prepares an application; nothing of it runs yet. Whoever made one ends it, with
// Run, Shutdown or Close.
func New(o Options) (*App, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	initV8()
	a := &App{script: o.Script, began: make(chan struct{}), ready: make(chan struct{}), done: make(chan struct{})}
	po := o.pool()
	po.OnReady = func() { close(a.ready) }
	var err error
	if a.pool, err = workers.New(po); err != nil {
		return nil, fmt.Errorf("sluice: %w", err)
	}
	return a, nil
}

// start begins to run the application, if that has not been done.
func (a *App) start() {
	a.begin.Do(func() {
		close(a.began)
		go func() {
			defer close(a.done)
			if a.pool.Run(); a.pool.Failure() != nil {
				a.err = a.exitError(a.pool.Failure())
			}
		}()
	})
}

// discard ends an application that has not begun.
func (a *App) discard() {
	a.begin.Do(func() {
		a.pool.Discard()
		a.err = ErrClosed
		close(a.done)
	})
}

func (a *App) exitError(f *workers.Failure) *ExitError {
	return &ExitError{Script: a.script, Code: f.Code, Reason: f.Reason, Report: f.Report}
}

// Run runs the application until it ends, or until ctx is done: then it is stopped as by
// Shutdown, within the times of Options. It returns an *ExitError when the application
// ended, with another exit code than 0, before it served; nil when it was stopped or has
// nothing left to do.
func (a *App) Run(ctx context.Context) error {
	a.start()
	select {
	case <-a.done:
	case <-ctx.Done():
		a.pool.Stop("the context is done")
	}
	<-a.done
	return a.err
}

// Start runs the application in the background and returns when its first worker
// serves, or with the error with which it ended before. When ctx is done first the
// application is closed.
func (a *App) Start(ctx context.Context) error {
	a.start()
	select {
	case <-a.ready:
		return nil
	case <-a.done:
		select {
		case <-a.ready:
			return nil
		default:
		}
		if a.err != nil {
			return a.err
		}
		return ErrClosed
	case <-ctx.Done():
		_ = a.Close()
		return ctx.Err()
	}
}

// Ready is closed when the first worker serves.
func (a *App) Ready() <-chan struct{} { return a.ready }

// Done is closed when the application has ended: nothing of it runs any more.
func (a *App) Done() <-chan struct{} { return a.done }

// Wait waits for the application's end and returns what Run would.
func (a *App) Wait() error {
	<-a.done
	return a.err
}

// Addrs are the addresses that the application listens on now.
func (a *App) Addrs() []net.Addr { return a.pool.Addrs() }

// Reload starts new workers on the application's files as they are now. When they listen
// on all that the old ones do, they take over, and the old ones finish their requests:
// none is lost. If one does not start, the old ones go on, and the error is the
// *ExitError of the new one. When ctx is done first, the reload goes on without anybody
// who waits for it.
func (a *App) Reload(ctx context.Context) error {
	if !a.running() {
		return ErrClosed
	}
	answer := make(chan error, 1)
	a.pool.ReloadThen(func(err error) { answer <- err })
	select {
	case err := <-answer:
		var f *workers.Failure
		switch {
		case errors.As(err, &f):
			return a.exitError(f)
		case err != nil:
			return ErrClosed
		}
		return nil
	case <-a.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Signal hands a signal to the application: to the listeners of process.on(signal) in
// every worker. It reports whether there are any. By default a signal does nothing here.
func (a *App) Signal(s os.Signal) bool {
	n, ok := s.(syscall.Signal)
	return ok && a.running() && a.pool.Signal(n)
}

// Shutdown stops the application without cutting anything off: listeners close, answers
// say Connection: close, running requests end. What is left when the times of Options are
// over, or ctx is done, is cut off; in the latter case the error is the context's.
func (a *App) Shutdown(ctx context.Context) error {
	a.discard()
	a.pool.Stop("shutdown")
	select {
	case <-a.done:
		return nil
	case <-ctx.Done():
		_ = a.Close()
		return ctx.Err()
	}
}

// Close ends the application at once, with whatever it does, and waits for it. It
// always returns nil.
func (a *App) Close() error {
	a.discard()
	a.pool.Kill("close")
	<-a.done
	return nil
}

// running says whether the application has been started, and has not ended.
func (a *App) running() bool {
	select {
	case <-a.done:
		return false
	default:
	}
	select {
	case <-a.began:
		return true
	default:
		return false
	}
}

// Stats are what an application has and does.
type Stats struct {
	Workers []WorkerStats
	Reloads int // that succeeded
}

// WorkerStats are what one worker has and does. While workers are replaced there are
// more than Options.Workers.
type WorkerStats struct {
	ID          int    // its place, from 1 on; a replacement has the same
	State       string // "starting", "serving", "draining" or "ending"
	Connections int64  // that are open
	Requests    int64  // that are being answered
	Served      int64  // requests since its start
	Age         time.Duration
}

// Stats asks the application; the zero value when it does not run.
func (a *App) Stats() (s Stats) {
	if !a.running() {
		return s
	}
	now := a.pool.Stats()
	s.Reloads = now.Reloads
	for _, w := range now.Workers {
		s.Workers = append(s.Workers, WorkerStats{ID: w.ID, State: w.State, Connections: w.Connections, Requests: w.Requests, Served: w.Served, Age: w.Age})
	}
	return s
}
