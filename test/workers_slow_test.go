package test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

// drainAll reads a connection to its end and returns how much arrived, and the error of
// one that was cut.
func drainAll(c net.Conn) (n int64, err error) {
	_ = c.SetReadDeadline(time.Now().Add(patience))
	return io.Copy(io.Discard, c)
}

// TestSlowReaders: a client that reads nothing is cut off when too much waits for it,
// or when it has taken nothing for too long; one that reads gets everything.
func TestSlowReaders(t *testing.T) {
	const size = 32 << 20
	for _, flags := range [][]string{{"--max-buffered", "1MiB"}, {"--max-buffered-total", "2MiB"}, {"--write-timeout", "500ms"}} {
		t.Run(flags[0][2:], func(t *testing.T) {
			p := startPool(t, flags...)
			idle := dial(t, p.port)
			fmt.Fprint(idle, request("/id"))
			if _, err := answers(idle, patience); err != nil {
				t.Fatal(err)
			}
			var n int64
			var err error
			for _, pause := range []time.Duration{2 * time.Second, 10 * time.Second, 40 * time.Second} { // a busy machine may take longer
				slow := dial(t, p.port)
				fmt.Fprint(slow, request("/huge-answer"))
				time.Sleep(pause)
				if n, err = drainAll(slow); err != nil && n < size {
					break
				}
			}
			if err == nil || n >= size {
				t.Errorf("a client that did not read got %d bytes, error %v", n, err)
			}
			p.mustGet("/id")
			fmt.Fprint(idle, request("/id"))
			if _, err := answers(idle, patience); err != nil {
				t.Errorf("a connection beside it: %v", err)
			}
		})
	}
}

// TestMemoryOfSlowReaders: what answers held whose clients never read them is given back,
// though a handful of requests was all that the worker ever had to do.
func TestMemoryOfSlowReaders(t *testing.T) {
	const clients, size = 10, 32 << 20
	p := startPool(t, "-w", "1", "--write-timeout", "7s") // at the first look at what is held, all of it is
	p.mustGet("/id")
	before := p.usage().memory
	for range clients {
		fmt.Fprint(dial(t, p.port), request("/huge-answer"))
	}
	highest, now := before, before
	for began := time.Now(); time.Since(began) < patience; time.Sleep(20 * time.Millisecond) {
		now = p.usage().memory
		highest = max(highest, now)
		if highest > before+3*size && now < before+size {
			return
		}
	}
	t.Errorf("memory in MiB: %d before, %d at most, %d in the end", before>>20, highest>>20, now>>20)
}

// TestSlowReaderBelowMinRate: a client that goes on reading, but less than the rate, is
// cut off; one that reads faster gets everything.
func TestSlowReaderBelowMinRate(t *testing.T) {
	const size, rate = 32 << 20, 1 << 20
	p := startPool(t, "--min-rate", fmt.Sprint(rate))
	read := func(rate float64) (n int64, err error) {
		c := dial(t, p.port)
		_ = c.(*net.TCPConn).SetReadBuffer(64 << 10)
		fmt.Fprint(c, request("/huge-answer"))
		_ = c.SetReadDeadline(time.Now().Add(patience))
		for began := time.Now(); err == nil && n < size; time.Sleep(50 * time.Millisecond) {
			// What the client was kept from reading it reads now.
			var m int64
			m, err = io.CopyN(io.Discard, c, min(size, int64(time.Since(began).Seconds()*rate))-n)
			n += m
		}
		return n, err
	}
	type result struct {
		n   int64
		err error
	}
	slow := make(chan result)
	go func() { n, err := read(rate / 5); slow <- result{n, err} }()
	if n, err := read(rate * 8); n < size {
		t.Errorf("a client that reads fast enough got %d bytes, error %v", n, err)
	}
	if r := <-slow; r.err == nil || errors.Is(r.err, os.ErrDeadlineExceeded) || r.n >= size {
		t.Errorf("a client that reads too slowly got %d bytes, error %v", r.n, r.err)
	}
	p.mustGet("/id")
}

// TestSlowSenders: a body that drips is answered 408, one that is fast enough is not.
func TestSlowSenders(t *testing.T) {
	p := startPool(t, "--min-rate", "100")
	send := func(bytes, pieces int) (status string) {
		c := dial(t, p.port)
		fmt.Fprint(c, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
		done := make(chan string, 1)
		go func() {
			buf := make([]byte, 12)
			_ = c.SetReadDeadline(time.Now().Add(patience))
			_, err := io.ReadFull(c, buf)
			if err != nil {
				done <- err.Error()
				return
			}
			done <- string(buf[9:])
		}()
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for range pieces {
			select {
			case status := <-done:
				return status
			case <-tick.C:
				_, _ = c.Write(make([]byte, bytes))
			}
		}
		return "still open"
	}
	slow := make(chan string)
	go func() { slow <- send(1, 600) }()
	if got := send(1000, 80); got != "still open" {
		t.Errorf("10,000 bytes a second: %s", got)
	}
	if got := <-slow; got != "408" {
		t.Errorf("10 bytes a second: %s", got)
	}
	p.mustGet("/id")
}
