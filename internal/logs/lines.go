// Package logs is the server's own log: records of log/slog, for programs as JSON or
// key=value, for people as plain lines.
package logs

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
)

// Said is the context of records whose message says all that is in their attributes:
// these are for programs.
var Said = context.WithValue(context.Background(), saidKey{}, true)

type saidKey struct{}

// Lines is a handler for people: "sluice: ", the message, and the attributes unless they
// are Said. What has several lines stands below.
type Lines struct {
	level slog.Leveler
	mu    *sync.Mutex
	w     io.Writer
	attrs []slog.Attr
	group string
}

// NewLines makes a handler that writes records from level on, one write for each.
func NewLines(w io.Writer, level slog.Leveler) *Lines {
	return &Lines{level: level, mu: new(sync.Mutex), w: w}
}

// Enabled implements slog.Handler.
func (h *Lines) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level.Level() }

// WithAttrs implements slog.Handler.
func (h *Lines) WithAttrs(attrs []slog.Attr) slog.Handler {
	n := *h
	n.attrs = slices.Clone(h.attrs)
	for _, a := range attrs {
		a.Key = h.group + a.Key
		n.attrs = append(n.attrs, a)
	}
	return &n
}

// WithGroup implements slog.Handler.
func (h *Lines) WithGroup(name string) slog.Handler {
	n := *h
	n.group += name + "."
	return &n
}

// Handle implements slog.Handler.
func (h *Lines) Handle(ctx context.Context, r slog.Record) error {
	said := ctx.Value(saidKey{}) != nil
	var b, below strings.Builder
	b.WriteString("sluice: ")
	message, more, _ := strings.Cut(strings.TrimRight(r.Message, "\n"), "\n")
	b.WriteString(message)
	if more != "" {
		below.WriteString(more + "\n")
	}
	for _, a := range h.attrs {
		appendAttr(&b, &below, said, a.Key, a.Value)
	}
	r.Attrs(func(a slog.Attr) bool {
		appendAttr(&b, &below, said, h.group+a.Key, a.Value)
		return true
	})
	b.WriteByte('\n')
	b.WriteString(below.String())
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := io.WriteString(h.w, b.String())
	return err
}

func appendAttr(b, below *strings.Builder, said bool, key string, v slog.Value) {
	v = v.Resolve()
	if v.Kind() == slog.KindGroup {
		for _, a := range v.Group() {
			appendAttr(b, below, said, key+"."+a.Key, a.Value)
		}
		return
	}
	text := v.String()
	switch {
	case key == "" || text == "":
	case strings.Contains(text, "\n") || key == "stack":
		below.WriteString(strings.TrimRight(text, "\n") + "\n")
	case said:
	case strings.ContainsAny(text, " \"\n="):
		fmt.Fprintf(b, " %s=%q", key, text)
	default:
		fmt.Fprintf(b, " %s=%s", key, text)
	}
}
