package http1

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// A document is a test that can be read: what comes in, and the events that
// must come out of it with their offsets. It is run with the input in one
// piece, byte by byte, and cut in two at every place.
//
// Events are lines: the offset behind the last byte that was used, what
// happened, and details. Pieces of a body are joined.
type document struct {
	name    string
	role    Role // RoleRequest when 0
	opts    Options
	in      string
	want    string
	decide  Decision
	eof     bool // the input ends
	anyCuts bool // the offset of the error depends on the cuts, as in Node
}

var flagNames = []struct {
	f    Flags
	name string
}{
	{FlagKeepAlive, "keep-alive"}, {FlagUpgrade, "upgrade"}, {FlagChunked, "chunked"},
	{FlagExpectContinue, "100-continue"}, {FlagUntilEOF, "until-eof"},
}

// transcript is what a parser made of its input.
type transcript struct {
	p    *Parser
	d    *document
	sb   strings.Builder
	body []byte
	at   int64
}

func (t *transcript) line(format string, args ...any) {
	if len(t.body) > 0 {
		body := t.body
		t.body = nil
		fmt.Fprintf(&t.sb, "%d body %q\n", t.at, body)
	}
	fmt.Fprintf(&t.sb, format+"\n", args...)
}

func (t *transcript) feed(b []byte) bool {
	for {
		ev, n := t.p.Next(b)
		if n < 0 || n > len(b) {
			panic(fmt.Sprint("consumed ", n, " of ", len(b)))
		}
		b = b[n:]
		off := t.p.Offset()
		switch ev {
		case EventMore:
			if len(b) > 0 {
				panic("EventMore with bytes left")
			}
			return true
		case EventHead:
			t.head(off)
			t.p.Decide(t.d.decide)
		case EventBody:
			t.body = append(t.body, t.p.Body()...)
			t.at = off
		case EventComplete:
			t.line("%d complete%s", off, fieldText(t.p.Trailers()))
		case EventUpgrade:
			t.line("%d upgrade", off)
			return false
		case EventError:
			t.failed()
			return false
		}
	}
}

func (t *transcript) head(off int64) {
	h := t.p.Head()
	var what string
	if h.Request {
		what = fmt.Sprintf("%v %s HTTP/%d.%d", h.Method, h.Bytes(h.Target), h.Major, h.Minor)
	} else {
		what = fmt.Sprintf("HTTP/%d.%d %03d %q", h.Major, h.Minor, h.Status, h.Bytes(h.Reason))
	}
	var flags []string
	for _, f := range flagNames {
		if h.Has(f.f) {
			flags = append(flags, f.name)
		}
	}
	if h.ContentLength >= 0 {
		flags = append(flags, fmt.Sprint("length=", h.ContentLength))
	}
	if h.Rescued != 0 {
		flags = append(flags, h.Rescued.String())
	}
	t.line("%d %s [%s]%s", off, what, strings.Join(flags, " "), fieldText(&h.Section))
}

func fieldText(s *Section) string {
	var sb strings.Builder
	if s != nil {
		for i := range s.Fields {
			fmt.Fprintf(&sb, " %s=%q", s.Name(i), s.Value(i))
		}
	}
	return sb.String()
}

func (t *transcript) failed() {
	err := t.p.Err()
	if t.d.anyCuts {
		t.line("refused %d %v %q", err.Status, err.Code, err.Reason)
		return
	}
	t.line("%d refused %d %v %q", err.Offset, err.Status, err.Code, err.Reason)
}

// run parses parts and returns the transcript.
func (d *document) run(parts ...string) string {
	role := d.role
	if role == 0 {
		role = RoleRequest
	}
	t := &transcript{p: NewParser(role, &d.opts), d: d}
	for _, part := range parts {
		// A fresh copy each: nothing may depend on what was fed before.
		b := []byte(part)
		ok := t.feed(b)
		for i := range b {
			b[i] = 0xee
		}
		if !ok {
			return t.sb.String()
		}
	}
	if d.eof {
		switch t.p.Finish() {
		case EventComplete:
			t.line("%d complete", t.p.Offset())
		case EventError:
			t.failed()
			return t.sb.String()
		}
	}
	if len(t.body) > 0 {
		t.line("%d more", t.p.Offset())
	} else if t.p.InMessage() {
		t.line("%d more", t.p.Offset())
	}
	return t.sb.String()
}

// check runs a document in every way.
func (d *document) check(t *testing.T) {
	t.Helper()
	want := strings.TrimSpace(d.want)
	var lines []string
	for _, l := range strings.Split(want, "\n") {
		lines = append(lines, strings.TrimSpace(l))
	}
	want = strings.Join(lines, "\n")
	got := strings.TrimSpace(d.run(d.in))
	if os.Getenv("SLUICE_SHOW") != "" {
		fmt.Printf("--- %s\n%q\n%s\n", d.name, d.in, got)
		return
	}
	if got != want {
		t.Errorf("%q\n got:\n%s\nwant:\n%s", d.in, got, want)
		return
	}
	var single []string
	for i := range len(d.in) {
		single = append(single, d.in[i:i+1])
	}
	if s := strings.TrimSpace(d.run(single...)); s != want {
		t.Errorf("%q byte by byte\n got:\n%s\nwant:\n%s", d.in, s, want)
	}
	for i := 1; i < len(d.in); i++ {
		if s := strings.TrimSpace(d.run(d.in[:i], d.in[i:])); s != want {
			t.Errorf("%q cut at %d\n got:\n%s\nwant:\n%s", d.in, i, s, want)
			return
		}
	}
}

func checkAll(t *testing.T, docs []document) {
	for i := range docs {
		d := &docs[i]
		t.Run(d.name, d.check)
	}
}
