package http1

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"strings"
	"testing"
)

// TestOutgoing: what is written, to the byte.
func TestOutgoing(t *testing.T) {
	host := []OutgoingField{{"Host", "x"}}
	for _, d := range []struct {
		name, want string
		request    bool
		h          OutgoingHead
		body       []string
		trailers   []OutgoingField
		last       bool
	}{
		{"get", "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", true, OutgoingHead{Method: "GET", Target: "/a", Fields: host}, nil, nil, false},
		{"empty post", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", true, OutgoingHead{Method: "POST", Target: "/", Fields: host}, nil, nil, false},
		{"get with a body", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", true, OutgoingHead{Method: "GET", Target: "/", Fields: host, Length: 3}, []string{"a", "bc"}, nil, false},
		{"chunked", "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n10\r\n0123456789abcdef\r\n0\r\nT: v\r\n\r\n", true,
			OutgoingHead{Method: "PUT", Target: "/", Fields: host, Length: -1}, []string{"a", "", "0123456789abcdef"}, []OutgoingField{{"T", " v "}}, false},
		{"close", "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", true, OutgoingHead{Method: "GET", Target: "/", Fields: host, Close: true}, nil, nil, true},
		{"connect", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", true, OutgoingHead{Method: "CONNECT", Target: "a:1", Fields: []OutgoingField{{"Host", "a:1"}}}, nil, nil, false},

		{"answer", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false, OutgoingHead{Method: "GET", Status: 200, Minor: 1, Length: 2}, []string{"ok"}, nil, false},
		{"answer of unknown length", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", false, OutgoingHead{Method: "GET", Status: 200, Minor: 1, Length: -1}, []string{"ok"}, nil, false},
		{"the same to 1.0", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok", false, OutgoingHead{Method: "GET", Status: 200, Length: -1}, []string{"ok"}, nil, true},
		{"known to 1.0", "HTTP/1.1 200 Fine\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", false, OutgoingHead{Method: "GET", Status: 200, Reason: "Fine"}, nil, nil, false},
		{"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", false, OutgoingHead{Method: "HEAD", Status: 200, Minor: 1, Length: 7}, nil, nil, false},
		{"204", "HTTP/1.1 204 No Content\r\n\r\n", false, OutgoingHead{Method: "GET", Status: 204, Minor: 1}, nil, nil, false},
		{"304", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n", false, OutgoingHead{Method: "GET", Status: 304, Minor: 1, Fields: []OutgoingField{{"ETag", `"a"`}}}, nil, nil, false},
		{"switch", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", false,
			OutgoingHead{Method: "GET", Status: 101, Minor: 1, Fields: []OutgoingField{{"Connection", "Upgrade"}, {"Upgrade", "x"}}}, nil, nil, false},
		{"connected", "HTTP/1.1 200 OK\r\n\r\n", false, OutgoingHead{Method: "CONNECT", Status: 200, Minor: 1, Length: -1}, nil, nil, false},
		{"close in a field", "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n", false,
			OutgoingHead{Method: "GET", Status: 200, Minor: 1, Fields: []OutgoingField{{"connection", "x, Close"}}}, nil, nil, true},
	} {
		t.Run(d.name, func(t *testing.T) {
			var o Outgoing
			begin := o.Response
			if d.request {
				begin = o.Request
			}
			b, err := begin(nil, &d.h)
			for _, p := range d.body {
				if err == nil {
					b, err = o.Body(b, []byte(p))
				}
			}
			if err == nil {
				b, err = o.End(b, d.trailers)
			}
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.Replace(d.want, "Connection: x, Close", "connection: x, Close", 1); string(b) != want {
				t.Errorf("got  %q\nwant %q", b, want)
			}
			if o.Last() != d.last {
				t.Error("last: ", o.Last())
			}
		})
	}
}

// TestOutgoingRefuses: what would be read as something else is not written,
// and nothing of it is.
func TestOutgoingRefuses(t *testing.T) {
	get := func(fields ...OutgoingField) *OutgoingHead {
		return &OutgoingHead{Method: "GET", Target: "/", Fields: append([]OutgoingField{{"Host", "x"}}, fields...)}
	}
	for _, d := range []struct {
		h    *OutgoingHead
		want error
	}{
		{&OutgoingHead{Method: "GE T", Target: "/"}, ErrMethod},
		{&OutgoingHead{Method: "", Target: "/"}, ErrMethod},
		{&OutgoingHead{Method: "GET\r\n", Target: "/"}, ErrMethod},
		{&OutgoingHead{Method: "GET", Target: "/ HTTP/1.1\r\nX: y"}, ErrTarget},
		{&OutgoingHead{Method: "GET", Target: "/\u010d\u010a"}, ErrTarget},
		{&OutgoingHead{Method: "GET", Target: "x"}, ErrTarget},
		{&OutgoingHead{Method: "GET", Target: ""}, ErrTarget},
		{&OutgoingHead{Method: "GET", Target: "/"}, ErrHost},
		{get(OutgoingField{"host", "y"}), ErrHost},
		{&OutgoingHead{Method: "GET", Target: "/", Fields: []OutgoingField{{"Host", "x y"}}}, ErrHost},
		{get(OutgoingField{"", "y"}), ErrName},
		{get(OutgoingField{"A ", "y"}), ErrName},
		{get(OutgoingField{"A:", "y"}), ErrName},
		{get(OutgoingField{"A", "y\r\nB: c"}), ErrValue},
		{get(OutgoingField{"A", "y\n"}), ErrValue},
		{get(OutgoingField{"A", "\x00"}), ErrValue},
		{get(OutgoingField{"content-LENGTH", "1"}), ErrFramingField},
		{get(OutgoingField{"Transfer-Encoding", "chunked"}), ErrFramingField},
	} {
		var o Outgoing
		if b, err := o.Request([]byte("x"), d.h); err != d.want || string(b) != "x" {
			t.Errorf("%+v: %q, %v; want %v", d.h, b, err, d.want)
		}
	}
	for _, d := range []struct {
		h    OutgoingHead
		want error
	}{
		{OutgoingHead{Status: 99}, ErrStatus},
		{OutgoingHead{Status: 1000}, ErrStatus},
		{OutgoingHead{Status: 200, Reason: "a\r\nB: c"}, ErrReason},
		{OutgoingHead{Status: 200, Fields: []OutgoingField{{"A", "\x7f"}}}, ErrValue},
	} {
		var o Outgoing
		if b, err := o.Response([]byte("x"), &d.h); err != d.want || string(b) != "x" {
			t.Errorf("%+v: %q, %v; want %v", d.h, b, err, d.want)
		}
	}
	var o Outgoing
	var oe OutgoingError
	expectErr := func(what string, b []byte, err, want error) {
		t.Helper()
		if err != want || !errors.As(err, &oe) || len(b) > 0 {
			t.Errorf("%s: %q, %v", what, b, err)
		}
	}
	b, err := o.Body(nil, []byte("x"))
	expectErr("a body without head", b, err, ErrOrder)
	b, err = o.End(nil, nil)
	expectErr("an end without head", b, err, ErrOrder)
	o.Response(nil, &OutgoingHead{Method: "GET", Minor: 1, Status: 200, Length: 2})
	b, err = o.Response(nil, &OutgoingHead{Status: 200})
	expectErr("a head in a body", b, err, ErrOrder)
	b, err = o.Body(nil, []byte("abc"))
	expectErr("too long", b, err, ErrTooLong)
	b, err = o.End(nil, nil)
	expectErr("too short", b, err, ErrTooShort)
	o.Body(nil, []byte("ab"))
	b, err = o.End(nil, []OutgoingField{{"T", "u"}})
	expectErr("trailers without chunks", b, err, ErrTrailer)
	if _, err = o.End(nil, nil); err != nil {
		t.Error(err)
	}
	o.Response(nil, &OutgoingHead{Method: "GET", Minor: 1, Status: 204, Length: 5})
	b, err = o.Body(nil, []byte("a"))
	expectErr("a body of a 204", b, err, ErrTooLong)
	o = Outgoing{}
	o.Response(nil, &OutgoingHead{Method: "GET", Minor: 1, Status: 200, Length: -1})
	for _, f := range []OutgoingField{{"Content-Length", "1"}, {"transfer-encoding", "x"}, {"Host", "y"}, {"Trailer", "z"}, {"Connection", "close"}} {
		b, err = o.End(nil, []OutgoingField{f})
		expectErr(f.Name, b, err, ErrTrailer)
	}
	b, err = o.End(nil, []OutgoingField{{"A", "b\nc"}})
	expectErr("a trailer of two lines", b, err, ErrValue)
}

// TestOutgoingInterim: informational answers come before the answer.
func TestOutgoingInterim(t *testing.T) {
	var o Outgoing
	b, _ := o.Response(nil, &OutgoingHead{Status: 100, Minor: 1})
	b, _ = o.Response(b, &OutgoingHead{Status: 103, Minor: 1, Fields: []OutgoingField{{"Link", "a"}}})
	b, err := o.Response(b, &OutgoingHead{Status: 200, Minor: 1})
	const want = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	if string(b) != want || err != nil {
		t.Errorf("%q %v", b, err)
	}
}

// TestOutgoingThenParse: whatever is written is read as what was meant, and a
// sequence of messages as that sequence, without any leniency.
func TestOutgoingThenParse(t *testing.T) {
	r := rand.New(rand.NewSource(7))
	for range 5000 {
		writeThenParse(t, r)
	}
}

// randomText makes a string of bytes among which those that matter are frequent.
func randomText(r *rand.Rand, n int) string {
	const often = "\r\n\t :,;\x00ab\x7f\xff"
	b := make([]byte, r.Intn(n))
	for i := range b {
		switch r.Intn(20) {
		case 0:
			b[i] = often[r.Intn(len(often))]
		case 1:
			b[i] = byte(r.Intn(256))
		default:
			b[i] = byte('a' + r.Intn(26))
		}
	}
	return string(b)
}

func writeThenParse(t *testing.T, r *rand.Rand) {
	request := r.Intn(2) == 0
	role := RoleResponse
	if request {
		role = RoleRequest
	}
	var o Outgoing
	var out []byte
	var want strings.Builder
	var methods []string
	for range 1 + r.Intn(4) {
		h := OutgoingHead{Method: []string{"GET", "POST", "HEAD", "PUT", "QUERY"}[r.Intn(5)], Target: "/" + randomText(r, 20),
			Status: 200 + r.Intn(200), Minor: uint8(r.Intn(2)), Length: int64(r.Intn(40) - 10)}
		if h.Length < 0 {
			h.Length = -1
		}
		if request {
			h.Fields = append(h.Fields, OutgoingField{"Host", "example.org:80"})
		}
		for range r.Intn(5) {
			h.Fields = append(h.Fields, OutgoingField{"X-" + randomText(r, 8), randomText(r, 30)})
		}
		var err error
		begin := o.Response
		if request {
			begin = o.Request
		}
		before := len(out)
		if out, err = begin(out, &h); err != nil {
			if len(out) != before {
				t.Fatal("appended although refused")
			}
			continue
		}
		if request {
			fmt.Fprintf(&want, "%s %s", h.Method, h.Target)
		} else {
			fmt.Fprintf(&want, "%d", h.Status)
		}
		for _, f := range h.Fields {
			fmt.Fprintf(&want, " %s=%q", f.Name, trimSpace(f.Value))
		}
		body := ""
		for o.Framing() != FramingNone && (o.Framing() != FramingLength || o.remain > 0) && (len(body) < 30 || o.Framing() == FramingLength) {
			p := randomText(r, 20)
			if out2, err := o.Body(out, []byte(p)); err == nil {
				out, body = out2, body+p
			} else if err == ErrTooLong {
				p = p[:o.remain]
				out, _ = o.Body(out, []byte(p))
				body += p
			}
		}
		var trailers []OutgoingField
		if r.Intn(3) == 0 {
			trailers = []OutgoingField{{"T-" + randomText(r, 8), randomText(r, 9)}}
		}
		if out, err = o.End(out, trailers); err != nil {
			trailers = nil
			out, _ = o.End(out, nil)
		}
		fmt.Fprintf(&want, " %q", body)
		for _, f := range trailers {
			fmt.Fprintf(&want, " %s=%q", f.Name, trimSpace(f.Value))
		}
		want.WriteByte('\n')
		methods = append(methods, h.Method)
		if o.Last() {
			break
		}
	}
	var got strings.Builder
	p, body := NewParser(role, nil), []byte{}
	in := bytes.Clone(out)
	for n := 0; ; {
		ev, k := p.Next(in)
		in = in[k:]
		switch ev {
		case EventHead:
			if h := p.Head(); request {
				fmt.Fprintf(&got, "%v %s", h.Method, h.Bytes(h.Target))
			} else {
				fmt.Fprintf(&got, "%d", h.Status)
				if methods[n] == "HEAD" {
					p.Decide(SkipBody)
				}
			}
			h := p.Head()
			for i := range h.Fields {
				switch h.Fields[i].ID {
				case FieldContentLength, FieldTransferEncoding, FieldConnection:
				default:
					fmt.Fprintf(&got, " %s=%q", h.Name(i), h.Value(i))
				}
			}
		case EventBody:
			body = append(body, p.Body()...)
		case EventComplete:
			fmt.Fprintf(&got, " %q%s\n", body, fieldText(p.Trailers()))
			body = body[:0]
			n++
		case EventError:
			t.Fatalf("%q: %v", out, p.Err())
		}
		if ev == EventMore {
			break
		}
	}
	if p.Finish() == EventComplete {
		fmt.Fprintf(&got, " %q\n", body)
	}
	if got.String() != want.String() {
		t.Fatalf("%q\n got:\n%s\nwant:\n%s", out, got.String(), want.String())
	}
}
