package http1

import (
	"bytes"
	"fmt"
	"math/rand"
	"reflect"
	"strings"
	"testing"
)

// message is what a parser made of one message, to be written out again.
type message struct {
	line     string // method and target, or status and reason
	version  string
	fields   []string // names and values by turns
	body     string
	chunked  bool
	trailers []string
}

func pairs(s *Section) []string {
	var list []string
	if s != nil {
		for i := range s.Fields {
			list = append(list, string(s.Name(i)), string(s.Value(i)))
		}
	}
	return list
}

// messages parses in and returns the messages that are complete.
func messages(role Role, in []byte) []message {
	p := NewParser(role, nil)
	var list []message
	var m message
	for {
		ev, n := p.Next(in)
		in = in[n:]
		switch ev {
		case EventHead:
			h := p.Head()
			m = message{line: fmt.Sprintf("%v %s", h.Method, h.Bytes(h.Target)), version: fmt.Sprintf("HTTP/%d.%d", h.Major, h.Minor),
				fields: pairs(&h.Section), chunked: h.Has(FlagChunked)}
			if !h.Request {
				m.line = fmt.Sprintf("%03d %s", h.Status, h.Bytes(h.Reason))
			}
		case EventBody:
			m.body += string(p.Body())
		case EventComplete:
			m.trailers = pairs(p.Trailers())
			list = append(list, m)
		default:
			return list
		}
	}
}

func writeFields(sb *bytes.Buffer, fields []string) {
	for i := 0; i < len(fields); i += 2 {
		fmt.Fprintf(sb, "%s: %s\r\n", fields[i], fields[i+1])
	}
	sb.WriteString("\r\n")
}

// write serialises a message, with chunks of a size.
func (m *message) write(sb *bytes.Buffer, role Role, chunk int) {
	switch {
	case role == RoleResponse:
		fmt.Fprintf(sb, "%s %s\r\n", m.version, m.line)
	case m.version == "HTTP/0.9":
		fmt.Fprintf(sb, "%s\r\n", m.line)
	default:
		fmt.Fprintf(sb, "%s %s\r\n", m.line, m.version)
	}
	writeFields(sb, m.fields)
	if !m.chunked || role == RoleResponse && m.body == "" && m.trailers == nil {
		// A response without a body may announce one: it is not written again.
		sb.WriteString(m.body)
		return
	}
	for b := []byte(m.body); len(b) > 0; {
		n := min(len(b), chunk)
		sb.Write(AppendChunk(nil, b[:n]))
		b = b[n:]
	}
	sb.WriteString("0\r\n")
	writeFields(sb, m.trailers)
}

// FuzzSerialise: what was read, written out and read again is the same.
func FuzzSerialise(f *testing.F) {
	corpus(func(role Role, s string) {
		f.Add([]byte(s), uint8(role-RoleRequest), uint8(3))
	})
	f.Fuzz(func(t *testing.T, in []byte, role uint8, chunk uint8) {
		checkSerialise(t, in, Role(role%2)+RoleRequest, int(chunk)+1)
	})
}

func checkSerialise(t *testing.T, in []byte, role Role, chunk int) {
	t.Helper()
	first := messages(role, in)
	for i, m := range first {
		if role == RoleResponse && m.chunked && m.body == "" && m.trailers == nil {
			continue // whether it had a last chunk is not in the message
		}
		var sb bytes.Buffer
		m.write(&sb, role, chunk)
		second := messages(role, sb.Bytes())
		if len(second) != 1 || !reflect.DeepEqual(second[0], m) {
			t.Fatalf("message %d of %q\nread      %+v\nwritten   %q\nread again %+v", i, in, m, sb.Bytes(), second)
		}
	}
}

// FuzzWrite: what the checks for outgoing messages let pass is read as it was
// meant, and as one message.
func FuzzWrite(f *testing.F) {
	f.Add("GET", "/", "Accept", "*/*", "body", uint8(2))
	f.Add("CONNECT", "a:1", "X-A", "b\tc", "", uint8(1))
	f.Add("OPTIONS", "*", "__proto__", "\xe4", "x", uint8(9))
	f.Add("QUERY", "http://a/b", "x", "\r\nTransfer-Encoding: chunked", "\r\n0\r\n\r\n", uint8(200))
	f.Fuzz(func(t *testing.T, method, target, name, value, body string, chunk uint8) {
		if _, ok := LookupMethod(method); !ok || !ValidToken(method) || !ValidTarget(method, target) || !ValidToken(name) || !ValidValue(value) {
			return
		}
		if id := LookupField(name); id != 0 && id < firstOrdinary || method == "PRI" || len(target)+len(name)+len(value) > 8000 {
			return
		}
		host := "a"
		if a := authorityOf([]byte(target)); a != nil {
			if host = string(a); !allOf(host, clsHost) {
				return
			}
		}
		m := message{line: method + " " + target, version: "HTTP/1.1", chunked: true, body: body,
			fields: []string{"Host", host, name, strings.Trim(value, " \t"), "Transfer-Encoding", "chunked"}}
		if method == "CONNECT" {
			m.chunked, m.body, m.fields = false, "", m.fields[:4]
		}
		var sb bytes.Buffer
		m.write(&sb, RoleRequest, int(chunk)+1)
		got := messages(RoleRequest, sb.Bytes())
		if len(got) != 1 || !reflect.DeepEqual(got[0], m) {
			err := NewParser(RoleRequest, nil)
			err.Next(sb.Bytes())
			t.Fatalf("written %q\nread  %+v\nmeant %+v\n%v", sb.Bytes(), got, m, err.Err())
		}
	})
}

// FuzzMemory: however much comes, in whatever pieces, a parser keeps no more
// than its limits say.
func FuzzMemory(f *testing.F) {
	corpus(func(role Role, s string) {
		f.Add(s, uint8(7), uint8(role-RoleRequest), ^uint32(0))
		f.Add(s, uint8(1), uint8(role-RoleRequest), uint32(0))
	})
	f.Add("GET / HTTP/1.1\r\nA:  ", uint8(19), uint8(0), uint32(1))
	f.Add("GET   ", uint8(5), uint8(0), ^uint32(0))
	f.Fuzz(checkMemory)
}

// checkMemory feeds in, then each of its parts again and again: what repeats
// without end must not be kept without end.
func checkMemory(t *testing.T, in string, cut, role uint8, lenient uint32) {
	opts := fuzzOptions(lenient, true)
	limit := 12*opts.Limits.HeaderBytes + splitPiece
	part := in[int(cut)%(len(in)+1):]
	if part == "" {
		return
	}
	p := NewParser(Role(role%3)+RoleRequest, &opts)
	feed := func(s string) bool {
		for b := []byte(s); ; {
			ev, n := p.Next(b)
			b = b[n:]
			if len(p.buf) > limit || len(p.head.Fields) > opts.Limits.HeaderFields+1 || len(p.trail.Fields) > opts.Limits.HeaderFields+1 {
				t.Fatalf("%q, then %q again and again: %d bytes, %d fields and %d trailers are kept", in, part, len(p.buf), len(p.head.Fields), len(p.trail.Fields))
			}
			switch ev {
			case EventMore:
				return true
			case EventError, EventUpgrade:
				return false
			}
		}
	}
	for on, i := feed(in), 0; on && i < 4*limit/len(part)+2; i++ {
		on = feed(part)
	}
}

// TestMessagesGenerated runs the properties above over generated messages.
func TestMessagesGenerated(t *testing.T) {
	r := rand.New(rand.NewSource(8))
	for i := range 20000 {
		role := pick(r, RoleRequest, RoleResponse)
		msg := generate(r, role)
		if often(r, 5) {
			msg = mutate(r, msg)
		}
		checkSerialise(t, []byte(msg), role, 1+r.Intn(20))
		if i%20 == 0 {
			checkMemory(t, msg, uint8(r.Intn(256)), uint8(role-RoleRequest), r.Uint32())
		}
	}
}
