package edge

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"
)

// LogWriter writes lines from a goroutine of its own, so that who has a line does not
// wait for a disk or a pipe: one write for all lines that have come since the last. When
// more than logQueue bytes wait, lines wait for room for a moment, and are then lost;
// how many is written in their place.
type LogWriter struct {
	w io.Writer

	mu     sync.Mutex
	room   sync.Cond // signalled when what waited was taken
	lines  []byte
	lost   int
	closed bool
	wake   chan struct{}
	done   chan struct{}
}

const (
	logQueue = 4 << 20
	logPause = 5 * time.Millisecond // between two writes: what comes meanwhile goes out at once
	logWait  = 50 * time.Millisecond
)

// NewLogWriter makes a LogWriter, which is to be closed.
func NewLogWriter(w io.Writer) *LogWriter {
	l := &LogWriter{w: w, wake: make(chan struct{}, 1), done: make(chan struct{})}
	l.room.L = &l.mu
	go l.run()
	return l
}

// Write takes lines, with their line feeds. Any goroutine may call it.
func (l *LogWriter) Write(lines []byte) {
	l.mu.Lock()
	if len(l.lines) >= logQueue {
		l.wait()
	}
	if len(l.lines) >= logQueue || l.closed {
		l.lost += bytes.Count(lines, []byte{'\n'})
		l.mu.Unlock()
		return
	}
	first := len(l.lines) == 0
	l.lines = append(l.lines, lines...)
	l.mu.Unlock()
	if first {
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
}

// wait waits for room, but not long: the caller has connections to serve. The lock is held.
func (l *LogWriter) wait() {
	if l.lost > 0 {
		return // it has waited in vain already
	}
	t := time.AfterFunc(logWait, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.room.Broadcast()
	})
	l.room.Wait()
	t.Stop()
}

func (l *LogWriter) run() {
	defer close(l.done)
	var out []byte
	for {
		l.mu.Lock()
		out, l.lines = l.lines, out[:0]
		lost, closed := l.lost, l.closed
		l.lost = 0
		l.room.Broadcast()
		l.mu.Unlock()
		if lost > 0 {
			out = appendLost(out, lost)
		}
		if len(out) > 0 {
			_, _ = l.w.Write(out) // nobody is there to be told
			if !closed {
				time.Sleep(logPause)
			}
			continue
		}
		if closed {
			return
		}
		<-l.wake
	}
}

// Close writes what waits and ends the goroutine.
func (l *LogWriter) Close() {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	l.closed = true
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
	<-l.done
}

// appendLost is a line for those that are missing.
func appendLost(b []byte, n int) []byte {
	return fmt.Appendf(b, "{\"lost\":%d}\n", n)
}
