package http

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/sluice-http/sluice/http1"
	"github.com/sluice-http/sluice/internal/v8"
)

// plain is a section's text with the names written out, as JavaScript reads it.
func plain(text v8.Latin1) string {
	out := ""
	for len(text) > 0 {
		if text[0] >= 0x80 {
			name := http1.KnownTitles()[text[1]]
			if text[0] == markLower {
				name = strings.ToLower(name)
			}
			out += name + ": "
			text = text[2:]
		}
		line, rest, _ := strings.Cut(string(text), "\r\n")
		out += line + "\r\n"
		text = v8.Latin1(rest)
	}
	return out
}

// events runs a parser as internal/http/parser.js does: every list but the last ends in a
// head, about which decide says what to do. Body pieces are joined.
func events(role http1.Role, pieces []string, decide http1.Decision) []string {
	ps := &parsers{}
	i := ps.open(role, &http1.Options{})
	defer ps.close(i)
	parser := ps.list[i]
	var out []string
	body, failed := "", false
	flush := func() {
		if body != "" {
			out = append(out, "body "+body)
			body = ""
		}
	}
	take := func(list []any, in string) (at int, head bool) {
		for k := 1; k < len(list); {
			switch list[k] {
			case parsedHead:
				flush()
				out = append(out, fmt.Sprintf("head %v.%v %v %s %q keepalive %v upgrade %v request %v", list[k+1], list[k+2], list[k+3], list[k+4].(v8.Latin1), plain(list[k+5].(v8.Latin1)), list[k+6], list[k+7], list[k+8]))
				return list[0].(int), true
			case parsedBody:
				off := list[k+1].(int)
				body += in[off : off+list[k+2].(int)]
				k += 3
			case parsedComplete:
				flush()
				if list[k+1] == nil {
					out = append(out, "complete")
				} else {
					out = append(out, fmt.Sprintf("complete %q", plain(list[k+1].(v8.Latin1))))
				}
				k += 2
			case parsedBegin:
				k++
			case parsedUpgrade:
				out = append(out, "upgrade "+in[list[0].(int):])
				return len(in), false
			case parsedError:
				flush()
				out = append(out, fmt.Sprintf("error %v %v", list[k+1], list[k+2]))
				failed = true
				return len(in), false
			}
		}
		return list[0].(int), false
	}
	for _, in := range pieces {
		if failed {
			return out
		}
		at, head := take(append([]any(nil), ps.feed(parser, []byte(in), 0)...), in)
		for head {
			parser.Decide(decide)
			at, head = take(append([]any(nil), ps.feed(parser, []byte(in), at)...), in)
		}
	}
	if !failed {
		ps.out = append(ps.out[:0], 0)
		ps.event(parser, parser.Finish(), 0)
		take(ps.out, "")
	}
	flush()
	return out
}

func TestParserEvents(t *testing.T) {
	cases := []struct {
		role   http1.Role
		in     string
		decide http1.Decision
		want   []string
	}{
		{http1.RoleResponse, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nA:  b\r\n\r\nhello", http1.Proceed, []string{
			`head 1.1 200 OK "Content-Length: 5\r\nA: b\r\n" keepalive true upgrade false request false`, "body hello", "complete",
		}},
		{http1.RoleResponse, "HTTP/1.0 404 Not Found\r\n\r\nold", http1.Proceed, []string{
			`head 1.0 404 Not Found "" keepalive false upgrade false request false`, "body old", "complete",
		}},
		{http1.RoleResponse, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\nX: y\r\n\r\n", http1.Proceed, []string{
			`head 1.1 200 OK "Transfer-Encoding: chunked\r\n" keepalive true upgrade false request false`, "body abcdefg", `complete "X: y\r\n"`,
		}},
		{http1.RoleResponse, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", http1.SkipBody, []string{
			`head 1.1 200 OK "Content-Length: 5\r\n" keepalive true upgrade false request false`, "complete",
			`head 1.1 204 No Content "" keepalive true upgrade false request false`, "complete",
		}},
		{http1.RoleRequest, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\nrest", http1.Upgrade, []string{
			`head 1.1 5 a:1 "Host: a:1\r\n" keepalive true upgrade true request true`, "complete", "upgrade rest",
		}},
		{http1.RoleRequest, "GET / HTTP/1.1\r\nHost: a\r\nbad line\r\n\r\n", http1.Proceed, []string{"error HPE_INVALID_HEADER_TOKEN Invalid header token"}},
		{http1.RoleResponse, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", http1.Proceed, []string{
			`head 1.1 200 OK "Content-Length: 5\r\n" keepalive true upgrade false request false`, "body he", "error HPE_INVALID_EOF_STATE Invalid EOF state",
		}},
	}
	for _, c := range cases {
		if got := events(c.role, []string{c.in}, c.decide); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q:\n%s\nwant\n%s", c.in, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
		if strings.Contains(strings.Join(c.want, "\n"), "upgrade rest") {
			continue // what is no HTTP any more would come in pieces
		}
		for at := 1; at < len(c.in); at++ {
			if got := events(c.role, []string{c.in[:at], c.in[at:]}, c.decide); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%q split at %d:\n%s", c.in, at, strings.Join(got, "\n"))
			}
		}
	}
}

func TestParserSlotsAreUsedAgain(t *testing.T) {
	ps := &parsers{}
	a, b := ps.open(http1.RoleRequest, &http1.Options{}), ps.open(http1.RoleResponse, &http1.Options{})
	ps.close(a)
	if c := ps.open(http1.RoleResponse, &http1.Options{}); c != a || b == a || len(ps.list) != 2 {
		t.Errorf("%d %d %d of %d", a, b, c, len(ps.list))
	}
}

func TestFieldsOfEverySpelling(t *testing.T) {
	in := "GET / HTTP/1.1\r\nHost: a\r\nhost2: b\r\ncookie: c\r\nACCEPT: d\r\nX-Request-ID: \r\nx-own:\t e \r\n\r\n"
	p := http1.NewParser(http1.RoleRequest, nil)
	if ev, _ := p.Next([]byte(in)); ev != http1.EventHead {
		t.Fatal(ev, p.Err())
	}
	text := v8.Latin1(appendFields(nil, &p.Head().Section))
	want := "Host: a\r\nhost2: b\r\ncookie: c\r\nACCEPT: d\r\nX-Request-ID: \r\nx-own: e\r\n"
	if got := plain(text); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	marks := 0
	for _, line := range strings.Split(string(text), "\r\n") {
		if line != "" && line[0] >= 0x80 {
			marks++
		}
	}
	if marks != 3 {
		t.Errorf("%d names are numbers in %q", marks, text)
	}
}
