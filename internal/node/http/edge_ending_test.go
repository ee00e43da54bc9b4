package http

import (
	"strings"
	"testing"
	"time"

	"github.com/sluice-http/sluice/edge"
)

// TestExchangesEndWithTheirEnvironment: an exchange that is under way when its worker
// ends is over too, or the engine that it began with would stay open for ever.
func TestExchangesEndWithTheirEnvironment(t *testing.T) {
	f := newFront(t, "access_log = {format = \"combined\"}")
	f.request([]byte("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"))
	if f.log.String() != "" {
		t.Fatalf("it is over already: %s", f.log.String())
	}
	if !f.env.Shed() {
		t.Fatal("the environment is held")
	}
	if log := f.log.String(); strings.Count(log, "GET /x") != 1 {
		t.Errorf("log %q", log)
	}
	if f.c.edge.first != nil {
		t.Error("the exchange is there still")
	}
}

// TestWaitingExchangesEndWithTheirEnvironment: so is one that waits for the function of a
// layer (the hash of a password, which takes its time), whether that returns before or
// after the end: no loop goes on with it.
func TestWaitingExchangesEndWithTheirEnvironment(t *testing.T) {
	for _, order := range []string{"before", "after"} {
		t.Run(order, func(t *testing.T) {
			f := newFront(t, "access_log = {format = \"combined\"}")
			f.request([]byte("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"))
			gate := make(chan struct{})
			x := f.c.edge.first
			f.c.awaitLayer(x, func() *edge.Answer { <-gate; return nil })
			w := f.h.edge.waiting[x]
			if order == "before" {
				close(gate)
				for w.state.Load() != returned {
					time.Sleep(time.Millisecond)
				}
			}
			if !f.env.Shed() {
				t.Fatal("the environment is held")
			}
			if order == "after" {
				if log := f.log.String(); log != "" {
					t.Errorf("its function runs still, and it is over: %s", log)
				}
				close(gate)
			}
			for range 6000 {
				if f.log.String() != "" {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			if log := f.log.String(); strings.Count(log, "GET /x") != 1 {
				t.Errorf("log %q", log)
			}
		})
	}
}
