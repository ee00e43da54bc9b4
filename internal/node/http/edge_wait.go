package http

import (
	"sync/atomic"
	"time"

	"github.com/sluice-http/sluice/edge"
)

// Layers that wait: a function of theirs runs on a goroutine (the hash of a password),
// and the exchange goes on when it has returned. It may take longer than the environment
// lives; then the goroutine ends the exchange, because no loop will.

// layerWait is the state of a function that runs elsewhere: who gets there first, the
// function that returns or the environment that ends, changes it.
type layerWait struct{ state atomic.Int32 }

const (
	waits int32 = iota
	returned
	orphaned
)

// to reports whether it is the first to change the state.
func (w *layerWait) to(state int32) bool { return w.state.CompareAndSwap(waits, state) }

// awaitLayer runs a layer's function elsewhere; the exchange goes on when it returns.
func (c *conn) awaitLayer(x *exchange, wait func() *edge.Answer) {
	w := &layerWait{}
	x.waits = true
	e := c.http.edge
	e.waiting[x] = w
	l := c.http.env.Loop
	go func() {
		a := runLayer(wait)
		if !w.to(returned) {
			discard(a)
			x.Done(x.sent(time.Now(), true))
			return
		}
		l.PostIO(func() {
			if e.waiting[x] != w {
				return // the environment has ended, and the exchange with it
			}
			delete(e.waiting, x)
			x.waits = false
			if x.gone {
				discard(a)
				c.finish(x)
				return
			}
			if x.ended { // it took too long
				discard(a)
				c.edge.holding = false
				c.goOn(x.seq)
			} else {
				c.resumeExchange(x, a)
			}
			c.touch()
		})
	}()
}

// discard is for an answer that nobody gets.
func discard(a *edge.Answer) {
	if a != nil && a.File != nil {
		a.File.Close()
	}
}

// orphan ends the exchanges that still wait when the environment has: those whose
// function has returned now, the others when it returns.
func (e *edgeSite) orphan() {
	e.batch.Flush() // before others count ends of what it has counted
	for x, w := range e.waiting {
		delete(e.waiting, x)
		x.closeAnswer()
		x.Tallies, x.Batch = nil, nil // it ends elsewhere, or behind the last flush
		if !w.to(orphaned) {
			x.Done(x.sent(e.now(), true))
		}
	}
}
