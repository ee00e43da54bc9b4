package edge

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluice-http/sluice/http1/http1net"
)

// TestLogWriter: what several goroutines write arrives whole, each one's in its order.
func TestLogWriter(t *testing.T) {
	var out strings.Builder
	l := NewLogWriter(&out)
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for n := range 1000 {
				l.Write(fmt.Appendf(nil, "%d %d\n", g, n))
			}
		})
	}
	all.Wait()
	l.Close()
	l.Write([]byte("too late\n"))
	l.Close()
	next := map[int]int{}
	for line := range strings.Lines(out.String()) {
		var g, n int
		if _, err := fmt.Sscanf(line, "%d %d\n", &g, &n); err != nil || next[g] != n {
			t.Fatalf("%q, %v", line, err)
		}
		next[g]++
	}
	if len(next) != 4 || next[0]+next[1]+next[2]+next[3] != 4000 {
		t.Errorf("%v", next)
	}
}

// stuckWriter writes nothing until it is let.
type stuckWriter struct {
	gate chan struct{}
	strings.Builder
}

func (w *stuckWriter) Write(p []byte) (int, error) {
	<-w.gate
	return w.Builder.Write(p)
}

// TestLogWriterOverflow: who writes is not held up by a disk that does not come back;
// what is lost is counted.
func TestLogWriterOverflow(t *testing.T) {
	w := &stuckWriter{gate: make(chan struct{})}
	l := NewLogWriter(w)
	line := []byte(strings.Repeat("x", 1<<16-1) + "\n")
	const lines = 4 * logQueue / (1 << 16)
	for range lines / 2 {
		l.Write(line)
	}
	for range lines / 4 { // two at once
		l.Write(append(line, line...))
	}
	close(w.gate)
	l.Close()
	kept := strings.Count(w.String(), string(line))
	var lost int
	_, text, _ := strings.Cut(w.String(), `{"lost":`)
	if _, err := fmt.Sscanf(text, "%d}", &lost); err != nil || kept+lost != lines || kept < logQueue>>16 {
		t.Errorf("%d lines kept, %d lost of %d: %v", kept, lost, lines, err)
	}
}

// TestAccessLogFile: routes with one file share it.
func TestAccessLogFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "access.log")
	s := serve(t, "app = \"app.js\"\naccess_log.file = \""+file+"\"\n[[route]]\npath = \"/a\"\napp = true\nrequest_id = false", http1net.HandlerFunc(app))
	for i := range 10 {
		s.do(fmt.Sprintf("GET /%c", 'a'+i%2))
	}
	// The line is written after the answer.
	var text []byte
	var err error
	for range 2400 {
		if text, err = os.ReadFile(file); strings.Count(string(text), "\n") == 10 {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	s.stop()
	if err != nil || strings.Count(string(text), "\n") != 10 || strings.Count(string(text), `"route":"/a"`) != 5 {
		t.Errorf("%v %s", err, text)
	}
}
