package test

import (
	"bufio"
	"fmt"
	"net"
	"testing"
	"time"
)

// TestWorkersAuto: there is one worker for each processor that the process may use.
func TestWorkersAuto(t *testing.T) {
	p := startScript(t, "testdata/workers-server.js", []string{"GOMAXPROCS=3"}, "-w", "auto")
	p.waitWorkers(3)
	if ids := p.ids(48); len(ids) != 3 {
		t.Errorf("workers that answer: %v", ids)
	}
}

// TestLeastWork: while one worker has connections and the other has none, all new ones go
// to the other.
func TestLeastWork(t *testing.T) {
	p := startPool(t, "-w", "2")
	p.waitWorkers(2)
	// open opens connections and returns them by the worker that answers.
	open := func(n int) map[string][]net.Conn {
		of := map[string][]net.Conn{}
		for range n {
			c := dial(t, p.port)
			fmt.Fprint(c, request("/id"))
			id := body(t, bufio.NewReader(c))
			of[id] = append(of[id], c)
		}
		return of
	}
	all := open(32)
	if len(all) != 2 {
		t.Fatalf("%d workers answer", len(all))
	}
	busy := ""
	for id, conns := range all {
		if busy == "" {
			busy = id
			continue
		}
		for _, c := range conns {
			c.Close()
		}
	}
	var last map[string][]net.Conn
	for range 200 { // until the other has seen that they are closed
		last = open(8)
		if len(last[busy]) == 0 {
			return
		}
		for _, conns := range last {
			for _, c := range conns {
				c.Close()
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("%d of 8 connections go to the worker that has %d already", len(last[busy]), len(all[busy]))
}
