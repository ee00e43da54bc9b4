package logs

import (
	"context"
	"io"
	"log/slog"
	"os"
	"sync"

	"github.com/sluice-http/sluice/config"
)

// Log is the log of a configuration, which may be exchanged for another while records
// are written. It is a slog.Handler. The zero value drops everything.
type Log struct {
	mu   sync.RWMutex // writers of records read what follows
	h    slog.Handler
	file *os.File
}

// Open begins a log. Without a file it goes to w; terminal says that a person reads it.
func Open(c config.Log, w io.Writer, terminal bool) (*Log, error) {
	l := &Log{}
	return l, l.Reopen(c, w, terminal)
}

// Reopen goes on as the configuration says, with the file opened again: it may have
// been moved away. After an error everything is as it was.
func (l *Log) Reopen(c config.Log, w io.Writer, terminal bool) error {
	var file *os.File
	if c.File != "" {
		var err error
		if file, err = os.OpenFile(string(c.File), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640); err != nil {
			return err
		}
		w, terminal = file, false
	}
	level := Level(c.Level)
	var h slog.Handler
	switch {
	case c.Format == "pretty" || c.Format == "auto" && terminal:
		h = NewLines(w, level)
	case c.Format == "text":
		h = slog.NewTextHandler(w, &slog.HandlerOptions{Level: level})
	default:
		h = slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})
	}
	l.mu.Lock()
	old := l.file
	l.h, l.file = h, file
	l.mu.Unlock()
	if old != nil {
		return old.Close()
	}
	return nil
}

// Close closes the file; what comes afterwards is dropped.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	file := l.file
	l.h, l.file = nil, nil
	if file == nil {
		return nil
	}
	return file.Close()
}

// Level is the level of that name in the configuration.
func Level(name string) slog.Level {
	switch name {
	case "debug":
		return slog.LevelDebug
	case "warn":
		return slog.LevelWarn
	case "error":
		return slog.LevelError
	}
	return slog.LevelInfo
}

// Enabled implements slog.Handler.
func (l *Log) Enabled(ctx context.Context, level slog.Level) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.h != nil && l.h.Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (l *Log) Handle(ctx context.Context, r slog.Record) error {
	return l.with(func(h slog.Handler) slog.Handler { return h }, ctx, r)
}

func (l *Log) with(dress func(slog.Handler) slog.Handler, ctx context.Context, r slog.Record) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.h == nil || !l.h.Enabled(ctx, r.Level) {
		return nil
	}
	return dress(l.h).Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (l *Log) WithAttrs(attrs []slog.Attr) slog.Handler {
	return dressed{l, func(h slog.Handler) slog.Handler { return h.WithAttrs(attrs) }}
}

// WithGroup implements slog.Handler.
func (l *Log) WithGroup(name string) slog.Handler {
	return dressed{l, func(h slog.Handler) slog.Handler { return h.WithGroup(name) }}
}

// dressed is a log with attributes of its own, which goes on with the log's handler
// whichever that is.
type dressed struct {
	l     *Log
	dress func(slog.Handler) slog.Handler
}

func (d dressed) Enabled(ctx context.Context, level slog.Level) bool {
	return d.l.Enabled(ctx, level)
}

func (d dressed) Handle(ctx context.Context, r slog.Record) error { return d.l.with(d.dress, ctx, r) }

func (d dressed) WithAttrs(attrs []slog.Attr) slog.Handler {
	return dressed{d.l, func(h slog.Handler) slog.Handler { return d.dress(h).WithAttrs(attrs) }}
}

func (d dressed) WithGroup(name string) slog.Handler {
	return dressed{d.l, func(h slog.Handler) slog.Handler { return d.dress(h).WithGroup(name) }}
}
