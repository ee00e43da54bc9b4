package http1

import (
	"strings"
	"testing"
	"time"
)

// rule is one of the rules of safety, as a server keeps it: inputs, and the
// answers to them. What the parser says in each case is in security_test.go.
type rule struct {
	name  string
	cases []decision
}

var rules = []rule{
	{"1 delimiters are matched, never skipped", []decision{
		{name: "after chunk data", in: chunk + "1\r\nxXX0\r\n\r\n" + next, want: "400 close"},
		{name: "after a longer chunk", in: chunk + "1\r\nxy\r\n0\r\n\r\n" + next, want: "400 close"},
		{name: "after the last chunk", in: chunk + "0\r\nXX" + next, want: "400 close"},
		{name: "after a size", in: chunk + "1\rXx\r\n0\r\n\r\n" + next, want: "400 close"},
		{name: "at the end of the head", in: get + host + "\rX" + next, want: "400 close"},
		{name: "at the end of trailers", in: chunk + "0\r\nA: b\r\n\rX" + next, want: "400 close"},
		{name: "as they must be", in: chunk + "1\r\nx\r\n0\r\nA: b\r\n\r\n" + get + host + "\r\n", want: "200 200"},
	}},
	{"2 bare CR and bare LF", []decision{
		{name: "CR in a value", in: get + host + "X: a\rb\r\n\r\n", want: "400 close"},
		{name: "CR in a name", in: get + host + "X\rY: a\r\n\r\n", want: "400 close"},
		{name: "LF after a field", in: get + host + "X: a\n\r\n", want: "400 close"},
		{name: "LF after a chunk size", in: chunk + "1\nx\r\n0\r\n\r\n", want: "400 close"},
		{name: "LF after chunk data", in: chunk + "1\r\nx\n0\r\n\r\n", want: "400 close"},
		{name: "LF in an extension", in: chunk + "1;a\nx\r\n0\r\n\r\n", want: "400 close"},
		{name: "LF in trailers", in: chunk + "0\r\nA: b\n\r\n", want: "400 close"},
		{name: "LF at the end of trailers", in: chunk + "0\r\nA: b\r\n\n", want: "400 close"},
		{name: "LF at the end of the head", in: get + host + "\n", want: "400 close"},
	}},
	{"3 numbers are digits only", []decision{
		{name: "plus", in: post + "Content-Length: +5\r\n\r\nhello", want: "400 close"},
		{name: "minus", in: post + "Content-Length: -5\r\n\r\nhello", want: "400 close"},
		{name: "hexadecimal", in: post + "Content-Length: 0x5\r\n\r\nhello", want: "400 close"},
		{name: "underscore", in: post + "Content-Length: 0_5\r\n\r\nhello", want: "400 close"},
		{name: "exponent", in: post + "Content-Length: 5e0\r\n\r\nhello", want: "400 close"},
		{name: "too long", in: post + "Content-Length: " + strings.Repeat("9", 30) + "\r\n\r\nhello", want: "400 close"},
		{name: "octal is decimal", in: post + "Content-Length: 010\r\n\r\n0123456789" + get + host + "\r\n", want: "200 200"},
		{name: "size 0x", in: chunk + "0x1\r\nx\r\n0\r\n\r\n", want: "400 close"},
		{name: "size plus", in: chunk + "+1\r\nx\r\n0\r\n\r\n", want: "400 close"},
		{name: "size minus", in: chunk + "-0\r\n\r\n", want: "400 close"},
		{name: "size underscore", in: chunk + "0_1\r\nx\r\n0\r\n\r\n", want: "400 close"},
		{name: "size after a space", in: chunk + " 1\r\nx\r\n0\r\n\r\n", want: "400 close"},
		{name: "size of 17 digits", in: chunk + "f0000000000000001\r\nx\r\n0\r\n\r\n", want: "400 close"},
		{name: "many zeros", in: chunk + strings.Repeat("0", 1000) + "1\r\nx\r\n0\r\n\r\n", want: "400 close"},
	}},
	{"4 fields that frame", []decision{
		{name: "CL.TE", in: post + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG" + next, want: "400 close"},
		{name: "TE.CL", in: post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n" + next, want: "400 close"},
		{name: "TE.TE", in: post + "Transfer-Encoding: chunked\r\nTransfer-encoding: x\r\n\r\n0\r\n\r\n" + next, want: "400 close"},
		{name: "CL.CL", in: post + "Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello", want: "400 close"},
		{name: "CL.0", in: post + "Content-Length: 34\r\n\r\n" + next[:34] + get + host + "\r\n", want: "200 200"},
		{name: "0.CL", in: get + host + "Content-Length: 34\r\n\r\n" + next[:34] + get + host + "\r\n", want: "200 200"},
		{name: "list of equal lengths", in: post + "Content-Length: 5, 5\r\n\r\nhello", want: "400 close"},
		{name: "unknown coding", in: post + "Transfer-Encoding: x\r\n\r\n" + next, want: "400 close"},
		{name: "identity", in: post + "Transfer-Encoding: identity\r\n\r\n" + next, want: "400 close"},
		{name: "chunked twice", in: post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" + next, want: "400 close"},
		{name: "gzip, chunked", in: post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + next, want: "501 close"},
		{name: "with 1.0", in: "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + next, want: "400 close"},
	}},
	{"5 white space around names", []decision{
		{name: "before the colon", in: post + "Content-Length : 5\r\n\r\nhello", want: "400 close"},
		{name: "tab before the colon", in: post + "Content-Length\t: 5\r\n\r\nhello", want: "400 close"},
		{name: "before the first name", in: "POST / HTTP/1.1\r\n " + host + "\r\n", want: "400 close"},
		{name: "a fold", in: post + "X: a\r\n b\r\n\r\n", want: "400 close"},
		{name: "a folded length", in: post + "Content-Length: 1\r\n 0\r\n\r\n0123456789", want: "400 close"},
		{name: "a folded coding", in: post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + next, want: "400 close"},
	}},
	{"6 bytes of names and values", []decision{
		{name: "NUL in a value", in: get + host + "X: a\x00b\r\n\r\n", want: "400 close"},
		{name: "DEL in a value", in: get + host + "X: a\x7fb\r\n\r\n", want: "400 close"},
		{name: "high byte in a name", in: get + host + "X\xe4: a\r\n\r\n", want: "400 close"},
		{name: "parenthesis in a name", in: get + host + "X(: a\r\n\r\n", want: "400 close"},
		{name: "0xA0 is not trimmed", in: post + "Transfer-Encoding: chunked\xa0\r\n\r\n0\r\n\r\n" + next, want: "400 close"},
		{name: "0x85 is not trimmed", in: post + "Content-Length: 5\x85\r\n\r\nhello", want: "400 close"},
		{name: "high bytes in a value", in: get + host + "X: \xe4\xff\r\n\r\n", want: "200"},
	}},
	{"7 everything has a bound", []decision{
		{name: "target", in: "GET /" + strings.Repeat("a", 17000), want: "431 close"},
		{name: "field", in: get + host + "X: " + strings.Repeat("a", 17000), want: "431 close"},
		{name: "fields", in: get + host + strings.Repeat("A: \r\n", 2100), want: "431 close"},
		{name: "extension (CVE-2024-22019)", in: chunk + "1;" + strings.Repeat("a", 17000), want: "413 close"},
		{name: "extensions of a body (CVE-2023-39326)", in: chunk + strings.Repeat("1;"+strings.Repeat("a", 1000)+"\r\nx\r\n", 70), want: "413 close"},
		{name: "trailers", in: chunk + "0\r\nX: " + strings.Repeat("a", 17000), want: "431 close"},
		{name: "empty lines", in: strings.Repeat("\r\n", 20), want: "431 close"},
	}},
	{"8 nothing is read after a refusal", []decision{
		{name: "in the request line", in: "GET / HTTP/1.1 x\r\n" + host + "\r\n" + next, want: "400 close"},
		{name: "in a field", in: get + host + "X\r\n\r\n" + next, want: "400 close"},
		{name: "in a chunk", in: chunk + "z\r\n" + next, want: "400 close"},
		{name: "behind an answered request", in: get + host + "\r\n\x00" + next, want: "200 400 close"},
		{name: "behind the last request", in: get + host + "Connection: close\r\n\r\n" + next, want: "200 close"},
		{name: "without Host", in: get + "\r\n" + next, want: "400 close"},
	}},
	{"9 one Host, and a target of one of four forms", []decision{
		{name: "two Hosts", in: get + host + "Host: b\r\n\r\n", want: "400 close"},
		{name: "two equal Hosts", in: get + host + host + "\r\n", want: "400 close"},
		{name: "no host", in: get + "Host: a b\r\n\r\n", want: "400 close"},
		{name: "user information", in: get + "Host: u@a\r\n\r\n", want: "400 close"},
		{name: "another host in the target", in: "GET http://b/ HTTP/1.1\r\n" + host + "\r\n", want: "400 close"},
		{name: "the same host in the target", in: "GET http://a/ HTTP/1.1\r\n" + host + "\r\n", want: "200"},
		{name: "asterisk for GET", in: "GET * HTTP/1.1\r\n" + host + "\r\n", want: "400 close"},
		{name: "asterisk for OPTIONS", in: "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", want: "200"},
		{name: "path for CONNECT", in: "CONNECT / HTTP/1.1\r\n" + host + "\r\n", want: "400 close"},
		{name: "neither", in: "GET a HTTP/1.1\r\n" + host + "\r\n", want: "400 close"},
	}},
	// Rule 10, what goes out obeys the rules of what comes in: outgoing_test.go.
	{"11 names are names", []decision{
		{name: "__proto__", in: get + host + "__proto__: x\r\nconstructor: y\r\n0: z\r\n\r\n", want: "200"},
		{name: "framing by another name", in: post + "Content_Length: 5\r\nContent-Length-X: 7\r\n\r\n" + get + host + "\r\n", want: "200 200"},
	}},
}

// TestRules: a named group for each rule.
func TestRules(t *testing.T) {
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, d := range r.cases {
				t.Run(d.name, func(t *testing.T) {
					if len(d.in) > 2000 {
						longWay(t, d)
						return
					}
					d.check(t)
				})
			}
		})
	}
	t.Run("12 a panic of the application leaves the machine as it was", panicking)
	t.Run("13 the client's side", clientRules)
}

// longWay is everyWay for what is too long to be cut everywhere. Where a limit
// is reached depends on the cuts; the answer does not.
func longWay(t *testing.T, d decision) {
	for _, parts := range [][]string{{d.in}, singles(d.in), {d.in[:100], d.in[100:]}, {d.in[:len(d.in)/2], d.in[len(d.in)/2:]}} {
		e := serve(0, append(parts, next)...)
		want := d.want
		if e.summary() != want && e.summary() != "200 "+want || !strings.HasSuffix(e.out.String(), bytesOf(want)) {
			t.Errorf("in %d pieces: %q", len(parts), e.out.String())
		}
		for _, target := range e.seen {
			if target == "/smuggled" {
				t.Error("a request was smuggled")
			}
		}
	}
}

// panicking: what an application throws passes through, and the connection can
// be given up.
func panicking(t *testing.T) {
	pool := new(Pool)
	h := &hook{onRequest: func(uint32, *Head) Decision { panic("of the application") }}
	c := NewServerConn(&ServerConfig{Pool: pool}, h, 0)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic is lost")
			}
		}()
		c.Feed(0, []byte(get+host+"\r\n"))
	}()
	c.Abort()
	c.Release()
	if len(pool.parsers) != 1 {
		t.Error("the parser is lost")
	}
}

// clientRules: answers that no server should send.
func clientRules(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\n"
	for _, d := range []struct{ name, methods, in, log string }{
		{"informational answers without end", "GET", strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 200), "HPE_HEADER_OVERFLOW"},
		{"an answer without a request", "", ok + "Content-Length: 0\r\n\r\n", "HPE_CLOSED_CONNECTION"},
		{"bytes behind the only answer", "GET", ok + "Content-Length: 0\r\n\r\nx", "HPE_CLOSED_CONNECTION"},
		{"a body for HEAD", "HEAD", ok + "Content-Length: 5\r\n\r\nhello", "HPE_CLOSED_CONNECTION"},
		{"a body for 204", "GET", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello", "HPE_CLOSED_CONNECTION"},
		{"a body for 304", "GET", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HPE_CLOSED_CONNECTION"},
		{"two lengths", "GET", ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "HPE_UNEXPECTED_CONTENT_LENGTH"},
		{"coding and length", "GET", ok + "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n", "HPE_INVALID_CONTENT_LENGTH"},
		{"a chunk that is too short", "GET", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nx\r\n0\r\n\r\n", "HPE_CR_EXPECTED"},
	} {
		for _, parts := range [][]string{{d.in}, singles(d.in)} {
			a := newAnswers(&ClientConfig{}, strings.Fields(d.methods)...)
			for _, p := range parts {
				a.c.Feed([]byte(p))
			}
			if log := a.log.String(); !strings.Contains(log, "error ") || !strings.Contains(log, d.log) {
				t.Errorf("%s: %s", d.name, log)
			}
			if a.c.Reusable() || !a.c.Done() {
				t.Errorf("%s: the connection would be used again", d.name)
			}
		}
	}
}

// TestMechanismsOfTime: the vulnerabilities that need a clock. Each was a
// server that waited for ever.
func TestMechanismsOfTime(t *testing.T) {
	cfg := &ServerConfig{HeaderTimeout: 60 * time.Second, RequestTimeout: 300 * time.Second, KeepAliveTimeout: 5 * time.Second}
	for _, d := range []struct {
		name, in string
		after    time.Duration
		want     string
	}{
		{"a head that never ends (CVE-2018-12122)", "GET / HTTP/1.1\r\nX: y\r\n", 60 * time.Second, "408 close"},
		{"a connection that says nothing (CVE-2019-5737)", "", 60 * time.Second, "408 close"},
		{"a body that never ends (CVE-2020-8251)", post + "Content-Length: 9\r\n\r\nx", 300 * time.Second, "408 close"},
		{"an idle connection (CVE-2019-5739)", get + host + "\r\n", 5 * time.Second, "200 close"},
	} {
		t.Run(d.name, func(t *testing.T) {
			e := &exchange{want: true}
			e.c = NewServerConn(cfg, e, 0)
			e.c.Feed(0, []byte(d.in))
			if kind, _ := e.c.Expire(int64(d.after) - 1); kind != DeadlineNone {
				t.Fatal("too early")
			}
			if _, seq := e.c.Expire(int64(d.after)); seq != 0 {
				e.answer(seq, 408, Close)
			}
			e.c.Feed(int64(d.after), []byte(next))
			if e.summary() != d.want || e.out.String() != bytesOf(d.want) {
				t.Errorf("%q, written %q", e.summary(), e.out.String())
			}
		})
	}
}
