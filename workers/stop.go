package workers

import (
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/node/process"
)

// stopping is the state of a pool that was asked to stop.
type stopping struct {
	killed   bool
	own      bool // the application handles the signal: it stops itself, as in Node
	why      string
	began    time.Time
	draining bool

	requests, connections, upgraded int64 // that were cut off
}

func (s *stopping) cut(requests, connections, upgraded int64) {
	s.requests += requests
	s.connections += connections
	s.upgraded += upgraded
}

// Stop stops the pool without cutting anything off, as far as the limits of Options
// allow. Run returns at the end of it.
func (p *Pool) Stop(why string) { p.do(func() { p.beginStop(why) }) }

// Kill ends the pool at once, with all that runs in it.
func (p *Pool) Kill(why string) {
	p.do(func() {
		if p.stop == nil {
			p.logf("%s: ending at once", why)
		}
		p.cutAll()
	})
}

func (p *Pool) killed() bool { return p.stop != nil && p.stop.killed }

// cutAll ends every worker, whatever it does.
func (p *Pool) cutAll() {
	p.ready.Store(false)
	if p.stop == nil {
		p.stop = &stopping{began: time.Now()}
	}
	p.stop.draining, p.stop.killed = true, true
	p.acceptor.closeListeners(false)
	for _, s := range p.slots {
		s.finished = true
		if next := s.next; next != nil {
			s.next = nil
			next.batch.done = true
			next.batch.timer.Stop()
			s.leaving = append(s.leaving, next)
		}
		if s.serving != nil {
			s.leaving = append(s.leaving, s.serving)
			s.serving = nil
		}
		for _, w := range s.leaving {
			if !w.is(ending) {
				all, upgraded := w.connections()
				p.stop.cut(w.requests(), all, upgraded)
			}
			w.cut(node.Cause{Reason: "stop", Detail: "it was cut", NoStack: true})
		}
	}
}

func (p *Pool) beginStop(why string) {
	if p.stop != nil {
		return
	}
	p.ready.Store(false)
	p.stop = &stopping{why: why, began: time.Now()}
	if p.opts.ShutdownDelay > 0 {
		p.logf("%s: stopping in %v", why, p.opts.ShutdownDelay)
	} else {
		p.logf("%s: stopping", why)
	}
	p.after(p.opts.ShutdownDelay, p.drainAll)
}

func (p *Pool) drainAll() {
	if p.stop.draining {
		return
	}
	p.stop.draining = true
	p.acceptor.closeListeners(true)
	for _, s := range p.slots {
		s.finished = true
		if s.next != nil {
			next := s.next
			s.next = nil
			next.batch.done = true
			next.batch.timer.Stop()
			s.leaving = append(s.leaving, next)
			next.cut(poolStops)
		}
		w := s.serving
		if w == nil {
			continue
		}
		s.serving = nil
		s.leaving = append(s.leaving, w)
		if w.is(starting) {
			w.cut(poolStops)
		} else {
			p.drain(w)
		}
	}
}

// lastLine says what the stop has cost.
func (p *Pool) lastLine() {
	s := p.stop
	if s == nil || s.own || p.fail != nil {
		return
	}
	took := time.Since(s.began).Round(time.Millisecond)
	cut := "nothing was cut off"
	if s.connections > 0 {
		cut = "cut off " + leftovers(s.requests, s.connections, s.upgraded)
	}
	p.note(slog.LevelInfo, fmt.Sprintf("stopped after %v: %s", took, cut),
		"took", took, "requests", s.requests, "connections", s.connections, "upgraded", s.upgraded)
}

// handleSignals makes the process's signals the pool's. SIGTERM and SIGINT stop it,
// SIGHUP reloads it, unless the application listens to the signal itself.
func (p *Pool) handleSignals() (end func()) {
	if p.opts.NoSignals {
		return func() {}
	}
	incoming := make(chan os.Signal, 8)
	signal.Notify(incoming, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	go func() {
		for s := range incoming {
			n := s.(syscall.Signal)
			own := process.Listened(n)
			switch {
			case n == syscall.SIGHUP && own:
			case n == syscall.SIGHUP && p.opts.Hangup != nil:
				p.opts.Hangup()
			case n == syscall.SIGHUP:
				p.logf("SIGHUP: reloading")
				p.Reload()
			default:
				p.do(func() { p.terminate(n, own) })
			}
		}
	}()
	return func() {
		signal.Stop(incoming)
		close(incoming)
	}
}

// again is how much later than the first a second signal ends the process at once.
const again = 500 * time.Millisecond

// terminate deals with SIGTERM and SIGINT.
func (p *Pool) terminate(n syscall.Signal, own bool) {
	switch {
	case own && p.stop == nil:
		p.ready.Store(false)
		p.stop = &stopping{own: true, why: name(n), began: time.Now()}
		// Who closes its servers and comes to its end is not replaced.
		p.cutDeaf(n)
	case own:
	case p.stop == nil:
		p.beginStop(name(n))
	case time.Since(p.stop.began) < again:
		// One request to stop may come as two signals: from a shell, and from what it runs.
	default:
		// Asked twice: now.
		p.logf("%s again: ending at once", name(n))
		p.code = 128 + int(n)
		p.abandon()
	}
}

// cutDeaf ends workers that are still starting and have not come to listen to the signal:
// they would never hear that the application stops.
func (p *Pool) cutDeaf(n syscall.Signal) {
	deaf := func(w *worker) bool {
		env := w.env.Load()
		return w.is(starting) && (env == nil || !env.Listens(n))
	}
	for _, s := range p.slots {
		if next := s.next; next != nil && deaf(next) {
			s.next = nil
			next.batch.done = true
			next.batch.timer.Stop()
			s.leaving = append(s.leaving, next)
			next.cut(causeOf("stop", "the pool stops"))
		}
		if w := s.serving; w != nil && deaf(w) {
			w.cut(causeOf("stop", "the pool stops"))
		}
	}
}

func name(n syscall.Signal) string {
	switch n {
	case syscall.SIGTERM:
		return "SIGTERM"
	case syscall.SIGINT:
		return "SIGINT"
	}
	return fmt.Sprint(n)
}
