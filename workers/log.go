package workers

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/sluice-http/sluice/internal/logs"
)

// The log: each line says everything in its message, and has in attributes what a
// program would otherwise have to read out of it.

// note writes a line with attributes, as slog takes them.
func (p *Pool) note(level slog.Level, message string, attrs ...any) {
	p.opts.Logger.Log(logs.Said, level, message, attrs...)
}

// logf writes a line.
func (p *Pool) logf(format string, args ...any) { p.note(slog.LevelInfo, fmt.Sprintf(format, args...)) }

// warnf writes a line that somebody should look at.
func (p *Pool) warnf(format string, args ...any) {
	p.note(slog.LevelWarn, fmt.Sprintf(format, args...))
}

// report logs the end of a worker with what is known of it.
func (p *Pool) report(w *worker, e end, then string) {
	p.note(slog.LevelWarn, fmt.Sprintf("worker %d ended: %v; %s", w.slot.id, e, then), append(e.attrs(), "worker", w.slot.id)...)
}

// attrs are what is known of an end.
func (e end) attrs() []any {
	all := []any{"cause", e.reason()}
	if e.cause == nil && e.err == nil {
		all = append(all, "exit_code", e.code)
	}
	if e.cause != nil && e.cause.Stack != "" {
		all = append(all, "stack", e.cause.Stack)
	}
	return all
}

// logEvery is warnf, at most once in an interval for each key.
func (p *Pool) logEvery(interval time.Duration, key, format string, args ...any) {
	p.logMu.Lock()
	last, now := p.logged[key], time.Now()
	again := now.Sub(last) >= interval
	if again {
		p.logged[key] = now
	}
	p.logMu.Unlock()
	if again {
		p.warnf(format, args...)
	}
}
