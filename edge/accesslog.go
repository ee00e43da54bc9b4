package edge

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/edge/tally"
)

// accessLog writes a line for each exchange.
type accessLog struct {
	Base
	format func(b []byte, x *Exchange, s Sent) []byte
	write  func(line []byte)
}

func (b *builder) accessLog(c config.AccessLog) (*accessLog, error) {
	l := &accessLog{write: b.o.AccessLog}
	if c.File != "" {
		w, err := b.logFile(string(c.File))
		if err != nil {
			return nil, err
		}
		l.write = w.Write
	} else if l.write == nil {
		l.write = func(line []byte) { _, _ = os.Stdout.Write(line) }
	}
	switch {
	case c.Format == "combined":
		l.format = appendCombined
	case c.Format == "pretty" || c.Format == "auto" && b.o.Terminal:
		l.format = appendPretty
	default:
		l.format = appendJSON
	}
	return l, nil
}

// logFile is the writer of a log's file: routes with the same file share it.
func (b *builder) logFile(name string) (*LogWriter, error) {
	if w := b.logs[name]; w != nil {
		return w, nil
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
	if err != nil {
		return nil, err
	}
	w := NewLogWriter(f)
	if b.logs == nil {
		b.logs = map[string]*LogWriter{}
	}
	b.logs[name] = w
	b.e.closers = append(b.e.closers, func() error {
		w.Close()
		return f.Close()
	})
	return w, nil
}

var lines = sync.Pool{New: func() any { b := make([]byte, 0, 512); return &b }}

// Done hands on the line as a whole, so that lines of several workers do not mix.
func (l *accessLog) Done(x *Exchange, s Sent) {
	b := lines.Get().(*[]byte)
	*b = append(l.format((*b)[:0], x, s), '\n')
	l.write(*b)
	if cap(*b) < 64<<10 {
		lines.Put(b)
	}
}

// reason is why the request was turned away, if it was.
func (x *Exchange) reason() string {
	if x.Broken != "" {
		return x.Broken
	}
	return tally.Reasons[x.Refused]
}

// appendCombined is Apache's and nginx's combined format.
func appendCombined(b []byte, x *Exchange, s Sent) []byte {
	b = append(b, orDash(x.Client.String())...)
	b = append(b, " - "...)
	b = appendQuotable(b, orDash(x.user))
	b = append(b, " ["...)
	b = x.Start.AppendFormat(b, "02/Jan/2006:15:04:05 -0700")
	b = append(b, `] "`...)
	if x.Method == "" { // its head was not read
		b = append(b, '-')
	} else {
		b = appendQuotable(b, x.Method)
		b = append(b, ' ')
		b = appendQuotable(b, x.Target)
		b = fmt.Appendf(b, " HTTP/%d.%d", x.Major, x.Minor)
	}
	b = fmt.Appendf(b, `" %s %d "`, status(s), s.Bytes)
	b = appendQuotable(b, orDash(x.Header.Get("Referer")))
	b = append(b, `" "`...)
	b = appendQuotable(b, orDash(x.Header.Get("User-Agent")))
	return append(b, '"')
}

func orDash(s string) string {
	if s == "" || s == "invalid IP" {
		return "-"
	}
	return s
}

// status is what clients that left before an answer get in nginx's logs: 499.
func status(s Sent) string {
	if s.Status == 0 {
		return "499"
	}
	return strconv.Itoa(s.Status)
}

// appendQuotable escapes what could end a quoted text or a line.
func appendQuotable(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			b = append(b, '\\', 'x', hex[c>>4], hex[c&15])
		} else {
			b = append(b, c)
		}
	}
	return b
}

func appendJSON(b []byte, x *Exchange, s Sent) []byte {
	b = append(b, `{"time":"`...)
	b = appendTime(b, x.Start)
	text := func(name, value string) {
		if value != "" {
			b = append(b, `,"`...)
			b = append(b, name...)
			b = append(b, `":`...)
			b = appendJSONString(b, value)
		}
	}
	b = append(b, '"')
	text("id", x.ID)
	if x.Client.IsValid() {
		b = append(x.Client.AppendTo(append(b, `,"client":"`...)), '"')
	}
	text("user", x.user)
	text("method", x.Method)
	text("host", x.Host)
	text("target", x.Target)
	text("route", x.Route.Name)
	b = strconv.AppendInt(append(b, `,"status":`...), int64(s.Status), 10)
	b = strconv.AppendInt(append(b, `,"bytes":`...), s.Bytes, 10)
	b = appendMillis(append(b, `,"duration_ms":`...), s.Duration)
	text("reason", x.reason())
	if s.Aborted {
		b = append(b, `,"aborted":true`...)
	}
	if x.Worker > 0 {
		b = append(b, `,"worker":`...)
		b = strconv.AppendInt(b, int64(x.Worker), 10)
	}
	text("referer", x.Header.Get("Referer"))
	text("user_agent", x.Header.Get("User-Agent"))
	return append(b, '}')
}

// second is a second and its text.
type second struct {
	unix int64
	text [len("2006-01-02T15:04:05")]byte
}

// lastSecond is the one that a line was last written for: most lines are of the same.
var lastSecond atomic.Pointer[second]

// appendTime is the time in UTC with milliseconds.
func appendTime(b []byte, t time.Time) []byte {
	s := lastSecond.Load()
	if unix := t.Unix(); s == nil || s.unix != unix {
		s = &second{unix: unix}
		t.UTC().AppendFormat(s.text[:0], "2006-01-02T15:04:05")
		lastSecond.Store(s)
	}
	ms := t.Nanosecond() / int(time.Millisecond)
	b = append(b, s.text[:]...)
	return append(b, '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10), 'Z')
}

// appendMillis is a duration in milliseconds, to the microsecond.
func appendMillis(b []byte, d time.Duration) []byte {
	us := int64(d / time.Microsecond)
	b = strconv.AppendInt(b, us/1000, 10)
	us %= 1000
	return append(b, '.', byte('0'+us/100), byte('0'+us/10%10), byte('0'+us%10))
}

// appendJSONString writes a text; bytes that are no UTF-8 become the replacement
// character.
func appendJSONString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	if plainText(s) {
		return append(append(b, s...), '"')
	}
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
			i++
		case c < ' ' || c == 0x7f:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			i++
		case c < utf8.RuneSelf:
			b = append(b, c)
			i++
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			b = utf8.AppendRune(b, r)
			i += n
		}
	}
	return append(b, '"')
}

// plainText says that a text stands in JSON as it is.
func plainText(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// appendPretty is for people: time, status in colour, method and target, duration.
func appendPretty(b []byte, x *Exchange, s Sent) []byte {
	colour := map[int]string{2: "32", 3: "36", 4: "33", 5: "31"}[s.Status/100]
	if colour == "" {
		colour = "35"
	}
	b = append(b, "\x1b[2m"...)
	b = x.Start.AppendFormat(b, "15:04:05")
	b = fmt.Appendf(b, "\x1b[0m \x1b[%sm%s\x1b[0m ", colour, status(s))
	if x.Method == "" { // its head was not read
		b = append(append(b, "- from "...), orDash(x.Client.String())...)
	} else {
		b = appendQuotable(b, x.Method)
		b = append(b, ' ')
		b = appendQuotable(b, x.Target)
	}
	b = fmt.Appendf(b, " \x1b[2m%s %s", short(s.Duration), size(s.Bytes))
	if why := x.reason(); why != "" {
		b = appendQuotable(append(b, ' '), why)
	}
	if s.Aborted {
		b = append(b, " aborted"...)
	}
	return append(b, "\x1b[0m"...)
}

func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

func size(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}
