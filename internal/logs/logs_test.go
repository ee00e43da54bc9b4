package logs

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sluice-http/sluice/config"
)

func TestLines(t *testing.T) {
	for _, c := range []struct {
		log  func(l *slog.Logger)
		want string
	}{
		{func(l *slog.Logger) { l.InfoContext(Said, "worker 1 ended: hang", "worker", 1, "stack", "  at a") }, "sluice: worker 1 ended: hang\n  at a\n"},
		{func(l *slog.Logger) { l.Info("worker ended", "worker", 1) }, "sluice: worker ended worker=1\n"},
		{func(l *slog.Logger) { l.Warn("it failed", "error", "no such file", "stack", "  at a\n  at b\n") }, "sluice: it failed error=\"no such file\"\n  at a\n  at b\n"},
		{func(l *slog.Logger) { l.Warn("two\nlines", "n", 1) }, "sluice: two n=1\nlines\n"},
		{func(l *slog.Logger) { l.Debug("not this") }, ""},
		{func(l *slog.Logger) { l.With("a", 1).WithGroup("g").With("b", 2).Info("x", slog.Group("h", "c", 3)) }, "sluice: x a=1 g.b=2 g.h.c=3\n"},
	} {
		var b strings.Builder
		c.log(slog.New(NewLines(&b, slog.LevelInfo)))
		if b.String() != c.want {
			t.Errorf("%q, want %q", b.String(), c.want)
		}
	}
}

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		format   string
		terminal bool
		want     string
	}{
		{"auto", true, "sluice: hello n=1\n"},
		{"auto", false, `"msg":"hello","n":1}`},
		{"pretty", false, "sluice: hello n=1\n"},
		{"json", true, `"msg":"hello","n":1}`},
		{"text", true, "msg=hello n=1\n"},
	} {
		var b strings.Builder
		l, err := Open(config.Log{Format: c.format, Level: "info"}, &b, c.terminal)
		if err != nil {
			t.Fatal(err)
		}
		slog.New(l).Info("hello", "n", 1)
		slog.New(l).Debug("nobody wants to know")
		if !strings.Contains(b.String(), c.want) || strings.Contains(b.String(), "nobody") {
			t.Errorf("%s: %q", c.format, b.String())
		}
	}
}

// A file that is moved away is made again, and no record is lost or torn meanwhile.
func TestRotation(t *testing.T) {
	name := filepath.Join(t.TempDir(), "server.log")
	c := config.Log{Format: "json", Level: "info", File: config.Path(name)}
	l, err := Open(c, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(l).With("who", "me")
	const n = 2000
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := range n {
				logger.Info("line", "worker", worker, "i", i)
			}
		})
	}
	for i := range 5 {
		if err := os.Rename(name, fmt.Sprintf("%s.%d", name, i)); err != nil {
			t.Fatal(err)
		}
		if err := l.Reopen(c, nil, false); err != nil {
			t.Fatal(err)
		}
	}
	all.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	logger.Info("dropped")
	files, _ := filepath.Glob(name + "*")
	lines := 0
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			var r struct{ Who string }
			if err := json.Unmarshal([]byte(line), &r); err != nil || r.Who != "me" {
				t.Fatalf("%q: %v", line, err)
			}
			lines++
		}
	}
	if lines != 4*n || len(files) != 6 {
		t.Errorf("%d lines in %d files", lines, len(files))
	}
	if err := l.Reopen(config.Log{File: "/nowhere/at/all"}, nil, false); err == nil {
		t.Error("no error for a file that cannot be")
	}
}
