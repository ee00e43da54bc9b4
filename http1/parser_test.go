package http1

import (
	"fmt"
	"strings"
	"testing"
)

func events(role Role, o *Options, in string, cuts []int) string {
	var sb strings.Builder
	p := NewParser(role, o)
	feed := func(b []byte) bool {
		for {
			ev, n := p.Next(b)
			b = b[n:]
			switch ev {
			case EventMore:
				return true
			case EventHead:
				h := p.Head()
				fmt.Fprintf(&sb, "head %v %q %d.%d %d %q fl=%x cl=%d", h.Method, h.Bytes(h.Target), h.Major, h.Minor, h.Status, h.Bytes(h.Reason), h.Flags, h.ContentLength)
				for i := range h.Fields {
					fmt.Fprintf(&sb, " %s=%q", h.Name(i), h.Value(i))
				}
				sb.WriteByte('\n')
			case EventBody:
				fmt.Fprintf(&sb, "body %q\n", p.Body())
			case EventComplete:
				sb.WriteString("complete\n")
			case EventUpgrade:
				fmt.Fprintf(&sb, "upgrade %q\n", b)
				return false
			case EventError:
				fmt.Fprintf(&sb, "error %v %v %d %d\n", p.Err().Code, p.Err(), p.Err().Offset, p.Err().InputOffset)
				return false
			}
		}
	}
	last := 0
	for _, c := range append(cuts, len(in)) {
		if !feed([]byte(in[last:c])) {
			return sb.String()
		}
		last = c
	}
	return sb.String()
}

func TestSmoke(t *testing.T) {
	in := "\r\nGET /a?b HTTP/1.1\r\nHost: x\r\nUser-Agent:  foo bar \r\nX-Y: z\r\n\r\nPOST /x HTTP/1.1\r\nHost: y\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nA: b\r\n\r\n"
	t.Log(events(RoleRequest, nil, in, nil))
	var cuts []int
	for i := 1; i < len(in); i++ {
		cuts = append(cuts, i)
	}
	t.Log(events(RoleRequest, nil, in, cuts))
}
