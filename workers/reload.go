package workers

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/sluice-http/sluice/internal/node"
	nodehttp "github.com/sluice-http/sluice/internal/node/http"
)

// Reload starts new workers on the application as it is now, and ends the old ones
// when the new ones listen on all that the old did. It returns at once.
func (p *Pool) Reload() { p.ReloadThen(nil) }

// ReloadThen is Reload; done, when it is not nil, is told on the pool's goroutine how it
// came out.
func (p *Pool) ReloadThen(done func(error)) {
	if done == nil {
		done = func(error) {}
	}
	p.do(func() {
		p.reloadNext = append(p.reloadNext, done)
		var all []*slot
		for _, s := range p.slots {
			switch {
			case p.stop != nil || s.finished:
			case s.next == nil && s.serving == nil && len(s.held) == 0:
				p.start(s) // nothing depends on it: it waits for its time, or for this
			default:
				// One that was lost, and waits for its time, comes with the others: who asked
				// hears of the reload when it serves.
				all = append(all, s)
			}
		}
		switch {
		case p.stop != nil:
			tell(&p.reloadNext, errStopped)
		case len(all) == 0:
			tell(&p.reloadNext, nil)
		case p.replace(all, "reload", "reload"):
			p.reloading, p.reloadNext = p.reloadNext, nil
		}
	})
}

var errStopped = errors.New("the pool stops")

// tell tells all who wait.
func tell(waiting *[]func(error), err error) {
	all := *waiting
	*waiting = nil
	for _, done := range all {
		done(err)
	}
}

// recycle replaces one worker that has done its share.
func (p *Pool) recycle(w *worker, why, cause string) {
	if w.slot.serving == w && w.is(serving) && !p.replacing(w.slot) {
		w.recycled.Store(true)
		p.replace([]*slot{w.slot}, fmt.Sprintf("worker %d recycled %s", w.slot.id, why), cause)
	}
}

func (p *Pool) replacing(s *slot) bool { return s.next != nil }

// replace starts new workers for the slots, and reports whether it did.
func (p *Pool) replace(slots []*slot, what, cause string) bool {
	if p.stop != nil || len(slots) == 0 {
		return false
	}
	for _, s := range slots {
		if s.next != nil {
			// Under way already: what changed since may not be in it.
			p.again = p.again || what == "reload"
			return false
		}
	}
	b := &batch{what: what, cause: cause, waiting: map[*worker]bool{}, like: map[*worker][]*listener{}}
	for _, s := range slots {
		w := p.prepare(s, b)
		b.like[w] = slices.Clone(s.held)
		if s.serving != nil {
			b.like[w] = append(b.like[w], p.acceptor.listenersOf(s.serving)...)
		}
		b.waiting[w] = true
		b.news = append(b.news, w)
		s.next, s.lost = w, s.serving == nil
	}
	b.timer = p.after(p.opts.StartTimeout, func() {
		for w := range maps.Keys(b.waiting) {
			if !b.done {
				p.refuseBatch(b, w, end{err: fmt.Errorf("it does not listen after %v", p.opts.StartTimeout)})
			}
		}
	})
	for _, w := range b.news {
		go w.run()
	}
	return true
}

// arrived notes that a new worker is ready; with the last of a batch they take over.
func (p *Pool) arrived(w *worker) {
	b := w.batch
	if b.done || !b.waiting[w] {
		return
	}
	delete(b.waiting, w)
	if len(b.waiting) > 0 {
		return
	}
	b.done = true
	b.timer.Stop()
	for _, w := range b.news {
		s := w.slot
		old := s.serving
		s.serving, s.next, s.lost, s.was, s.failures = w, nil, false, true, 0
		w.batch = nil
		w.to(serving)
		p.acceptor.refresh(w)
		p.restarts[b.cause]++
		if old != nil {
			s.leaving = append(s.leaving, old)
			p.drain(old)
		}
		p.acceptor.release(s.held)
		s.held = nil
	}
	if b.what == "reload" {
		p.reloads++
		p.logf("reloaded: the new workers serve")
		tell(&p.reloading, nil)
	} else {
		p.note(slog.LevelInfo, b.what, "cause", b.cause)
	}
	p.reloadAgain()
}

// replaced is the cause of the end of a new worker beside which another did not start. It
// has nothing to do with why: where it was is of no interest.
var replaced = node.Cause{Reason: "replaced", Detail: "another new worker did not start", NoStack: true}

// refuseBatch gives up a batch because of a worker that does not start: the old ones
// go on.
func (p *Pool) refuseBatch(b *batch, w *worker, e end) {
	b.done = true
	b.timer.Stop()
	p.note(slog.LevelWarn, fmt.Sprintf("%s: a new worker does not start, the old ones go on: %v", b.what, e), append(e.attrs(), "worker", w.slot.id)...)
	if b.what == "reload" {
		tell(&p.reloading, e.failure())
	}
	for _, o := range b.news {
		o.slot.next = nil
		if o.left {
			continue
		}
		o.slot.leaving = append(o.slot.leaving, o)
		p.acceptor.withdraw(o)
		o.cut(replaced)
	}
	for _, s := range p.slots {
		if s.lost { // while a new one was on its way
			s.lost = false
			p.start(s)
		}
	}
	p.reloadAgain()
}

func (p *Pool) reloadAgain() {
	if p.again {
		p.again = false
		go p.Reload()
	}
}

const drainStep = 50 * time.Millisecond

// drain makes a worker end when its connections have ended, and cuts what is left when
// its time is over.
func (p *Pool) drain(w *worker) {
	if !w.to(draining) {
		return
	}
	for _, o := range w.family() {
		o.to(draining)
		p.acceptor.withdraw(o)
	}
	w.each(func(env *node.Env) { env.Drain() })
	env := w.env.Load()
	began := time.Now()
	told := false
	var cutRequests, cutUpgraded bool // these had their time, and were cut
	tell := func(waited time.Duration, requests, connections, upgraded int64) {
		waited = waited.Round(time.Millisecond)
		p.note(slog.LevelInfo, fmt.Sprintf("worker %d: cut after %v: %s", w.slot.id, waited, leftovers(requests, connections, upgraded)),
			"worker", w.slot.id, "after", waited, "requests", requests, "connections", connections, "upgraded", upgraded)
		if p.stop != nil {
			p.stop.cut(requests, connections, upgraded)
		}
	}
	var look func()
	look = func() {
		if w.left {
			return
		}
		all, upgraded := w.connections()
		waited := time.Since(began)
		// Requests and upgraded connections have a time each: the end of one is not
		// the end of the other.
		plain := all - upgraded
		if plain > 0 && !cutRequests && waited >= p.opts.ShutdownTimeout {
			cutRequests = true
			tell(waited, w.requests(), plain, 0)
			w.each(func(env *node.Env) { env.Cut(false) })
		}
		if upgraded > 0 && !cutUpgraded && waited >= p.opts.UpgradeTimeout {
			cutUpgraded = true
			tell(waited, 0, upgraded, upgraded)
			w.each(func(env *node.Env) { env.Cut(true) })
		}
		switch {
		case (plain == 0 || cutRequests) && (upgraded == 0 || cutUpgraded):
			if !told {
				told = true
				// 'exit' is emitted; what does not come to its end then is cut.
				env.Post(env.Stop)
				p.after(time.Second, func() {
					if !w.left {
						w.cut(causeOf("stop", "it did not come back to its loop"))
					}
				})
			}
		default:
			p.after(drainStep, look)
		}
	}
	look()
}

// leftovers says what was cut off.
func leftovers(requests, connections, upgraded int64) string {
	return fmt.Sprintf("%d requests, %d connections, %d of them upgraded", requests, connections, upgraded)
}

// Configure gives the pool another front and application: workers that start from now on
// have them, and those that run join and leave the front's listeners. Whether there is an
// application at all stays as it was.
func (p *Pool) Configure(front *nodehttp.Edge, application node.Options) {
	p.do(func() {
		application.Host, application.Tally = p.opts.Application.Host, p.opts.Application.Tally
		p.opts.Edge, p.opts.Application = front, application
		for _, s := range p.slots {
			for _, primary := range s.workers() {
				for _, w := range primary.family() {
					p.configure(w, front)
				}
			}
		}
	})
}

func (p *Pool) configure(w *worker, front *nodehttp.Edge) {
	w.front.Store(front)
	env := w.env.Load()
	if env == nil {
		return // it begins with it
	}
	env.Loop.PostIO(func() {
		if w.is(draining) {
			return // it listens on nothing any more
		}
		for _, err := range nodehttp.Of(env).ChangeEdge(front) {
			p.warnf("worker %d: %v", w.slot.id, err)
		}
	})
}
