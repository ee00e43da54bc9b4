package edge

import (
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
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

// Done hands on the line as a whole, so that lines of several workers do not mix.
func (l *accessLog) Done(x *Exchange, s Sent) {
	if b := x.Batch; b != nil {
		b.lines = append(l.format(b.line(l, x), x, s), '\n')
		return
	}
	l.write(append(l.format(nil, x, s), '\n'))
}

// reason is why the request was turned away, if it was.
func (x *Exchange) reason() string {
	if x.Broken != "" {
		return x.Broken
	}
	return tally.Reasons[x.Refused]
}

// pieces are parts of lines of the access log that are the same in many: of one client,
// or of requests that came or ended together.
type pieces struct {
	client   netip.Addr
	address  []byte // of client
	start    time.Time
	began    []byte // a line in JSON as far as its time, which is start's
	duration time.Duration
	took     []byte // duration, in JSON
}

// pieces are those of the exchange's batch.
func (x *Exchange) pieces() *pieces {
	if x.Batch != nil {
		return &x.Batch.pieces
	}
	return &pieces{}
}

func (p *pieces) addressOf(a netip.Addr) []byte {
	if p.client != a || p.address == nil {
		p.client, p.address = a, a.AppendTo(p.address[:0])
	}
	return p.address
}

func (p *pieces) beganAt(t time.Time) []byte {
	if p.start != t || p.began == nil {
		p.start, p.began = t, appendTime(append(p.began[:0], `{"time":"`...), t)
	}
	return p.began
}

func (p *pieces) tookLong(d time.Duration) []byte {
	if p.duration != d || p.took == nil {
		p.duration, p.took = d, appendMillis(append(p.took[:0], `,"duration_ms":`...), d)
	}
	return p.took
}

// appendCombined is Apache's and nginx's combined format.
func appendCombined(b []byte, x *Exchange, s Sent) []byte {
	if x.Client.IsValid() {
		b = append(b, x.pieces().addressOf(x.Client)...)
	} else {
		b = append(b, '-')
	}
	b = append(b, " - "...)
	b = appendQuotable(b, orDash(x.user))
	b = append(b, " ["...)
	b = appendSecond(b, x.Start, &lastLocal, localTime)
	b = append(b, `] "`...)
	if x.Method == "" { // its head was not read
		b = append(b, '-')
	} else {
		b = appendQuotable(b, x.Method)
		b = append(b, ' ')
		b = appendQuotable(b, x.Target)
		b = strconv.AppendInt(append(b, " HTTP/"...), int64(x.Major), 10)
		b = strconv.AppendInt(append(b, '.'), int64(x.Minor), 10)
	}
	b = appendStatus(append(b, `" `...), s)
	b = appendNumber(append(b, ' '), s.Bytes)
	referer, agent := x.visitor()
	b = appendQuotable(append(b, ` "`...), orDash(referer))
	b = appendQuotable(append(b, `" "`...), orDash(agent))
	return append(b, '"')
}

func orDash(s string) string {
	if s == "" || s == "invalid IP" {
		return "-"
	}
	return s
}

// appendStatus says what clients that left before an answer get in nginx's logs: 499.
func appendStatus(b []byte, s Sent) []byte {
	if s.Status == 0 {
		return append(b, "499"...)
	}
	return appendNumber(b, int64(s.Status))
}

// appendNumber is strconv's, with a short way for few digits.
func appendNumber(b []byte, n int64) []byte {
	switch {
	case uint64(n) < 10:
		return append(b, byte('0'+n))
	case n < 100 || n > 999:
		return strconv.AppendInt(b, n, 10)
	}
	return append(b, byte('0'+n/100), byte('0'+n/10%10), byte('0'+n%10))
}

// appendQuotable escapes what could end a quoted text or a line.
func appendQuotable(b []byte, s string) []byte {
	if plainText(s) {
		return append(b, s...)
	}
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

// appendJSON leaves the quotation mark behind a text to what comes next: all that comes
// before the status is text.
func appendJSON(b []byte, x *Exchange, s Sent) []byte {
	p := x.pieces()
	b = append(b, p.beganAt(x.Start)...)
	switch {
	case x.named:
		b = append(append(b, `","id":"`...), x.ID...)
	case x.ID != "":
		b = appendJSONText(append(b, `","id":"`...), x.ID)
	}
	if x.Client.IsValid() {
		b = append(append(b, `","client":"`...), p.addressOf(x.Client)...)
	}
	if x.user != "" {
		b = appendJSONText(append(b, `","user":"`...), x.user)
	}
	if x.Method != "" { // a token (RFC 9110, section 5.6.2): it has nothing to be escaped
		b = append(append(b, `","method":"`...), x.Method...)
	}
	if x.Host != "" {
		b = appendJSONText(append(b, `","host":"`...), x.Host)
	}
	if x.Target != "" {
		b = appendJSONText(append(b, `","target":"`...), x.Target)
	}
	b = appendNumber(append(b, x.Route.logged...), int64(s.Status))
	b = appendNumber(append(b, `,"bytes":`...), s.Bytes)
	b = append(b, p.tookLong(s.Duration)...)
	if why := x.reason(); why != "" {
		b = append(appendJSONText(append(b, `,"reason":"`...), why), '"')
	}
	if s.Aborted {
		b = append(b, `,"aborted":true`...)
	}
	if x.Worker > 0 {
		b = appendNumber(append(b, `,"worker":`...), int64(x.Worker))
	}
	referer, agent := x.visitor()
	if referer != "" {
		b = append(appendJSONText(append(b, `,"referer":"`...), referer), '"')
	}
	if agent != "" {
		b = append(appendJSONText(append(b, `,"user_agent":"`...), agent), '"')
	}
	return append(b, '}')
}

// logged is what stands in JSON between the request and the number of its status.
func logged(route string) []byte {
	b := []byte(`"`)
	if route != "" {
		b = append(appendJSONText(append(b, `,"route":"`...), route), '"')
	}
	return append(b, `,"status":`...)
}

// visitor is where the client comes from and what it calls itself: the first Referer and
// User-Agent.
func (x *Exchange) visitor() (referer, agent string) {
	for i := range x.Header {
		switch f := &x.Header[i]; len(f.Name) {
		case len("Referer"):
			if referer == "" && strings.EqualFold(f.Name, "Referer") {
				referer = f.Value
			}
		case len("User-Agent"):
			if agent == "" && strings.EqualFold(f.Name, "User-Agent") {
				agent = f.Value
			}
		}
	}
	return referer, agent
}

// second is a second and its text.
type second struct {
	unix int64
	text string
}

// lastUTC and lastLocal are the seconds that a line was last written for: most lines are
// of the same.
var lastUTC, lastLocal atomic.Pointer[second]

const (
	utcTime   = "2006-01-02T15:04:05"
	localTime = "02/Jan/2006:15:04:05 -0700"
)

// appendSecond appends a time to the second.
func appendSecond(b []byte, t time.Time, last *atomic.Pointer[second], layout string) []byte {
	s := last.Load()
	if unix := t.Unix(); s == nil || s.unix != unix {
		s = &second{unix, t.Format(layout)}
		last.Store(s)
	}
	return append(b, s.text...)
}

// appendTime is the time in UTC with milliseconds.
func appendTime(b []byte, t time.Time) []byte {
	ms := t.Nanosecond() / int(time.Millisecond)
	b = appendSecond(b, t.UTC(), &lastUTC, utcTime)
	return append(b, '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10), 'Z')
}

// appendMillis is a duration in milliseconds, to the microsecond.
func appendMillis(b []byte, d time.Duration) []byte {
	us := int64(d / time.Microsecond)
	b = appendNumber(b, us/1000)
	us %= 1000
	return append(b, '.', byte('0'+us/100), byte('0'+us/10%10), byte('0'+us%10))
}

// appendJSONText writes a text as it stands between quotation marks; bytes that are no
// UTF-8 become the replacement character.
func appendJSONText(b []byte, s string) []byte {
	if plainText(s) {
		return append(b, s...)
	}
	const hex = "0123456789abcdef"
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
	return b
}

// plainText says that a text stands in JSON as it is.
func plainText(s string) bool {
	if len(s) < 8 {
		for i := range len(s) {
			if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
				return false
			}
		}
		return true
	}
	for i := 0; i < len(s)-8; i += 8 {
		if !plainWord(word(s[i:])) {
			return false
		}
	}
	return plainWord(word(s[len(s)-8:])) // some of it a second time
}

// word is the first eight bytes.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// plainWord is plainText for eight bytes at once: a byte's highest bit is set where it is
// set itself, where adding 1 sets it (0x7f), or where subtracting from it borrows: the
// blank from what is below, and 1 from what is 0 after the exclusive or.
func plainWord(w uint64) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	quote, slash := w^(ones*'"'), w^(ones*'\\')
	return (w|(w+ones)|(w-ones*' ')|(quote-ones)|(slash-ones))&high == 0
}

// appendPretty is for people: time, status in colour, method and target, duration.
func appendPretty(b []byte, x *Exchange, s Sent) []byte {
	colour := map[int]string{2: "32", 3: "36", 4: "33", 5: "31"}[s.Status/100]
	if colour == "" {
		colour = "35"
	}
	b = append(b, "\x1b[2m"...)
	b = x.Start.AppendFormat(b, "15:04:05")
	b = fmt.Appendf(b, "\x1b[0m \x1b[%sm%s\x1b[0m ", colour, appendStatus(nil, s))
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
