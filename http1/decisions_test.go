package http1

import (
	"fmt"
	"math/rand"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// exchange is a small server on a ServerConn: it answers 200 when a request is
// complete, and what the machine proposes when it refuses one.
type exchange struct {
	c     *ServerConn
	want  bool            // 400 without Host, as Node does
	out   strings.Builder // the bytes written
	short strings.Builder // the statuses in them
	seen  []string        // the targets of the requests that were handed out
	bad   uint32
	errs  []string
}

// answer writes a whole answer.
func (e *exchange) answer(seq uint32, status int, f WriteFlags) {
	e.c.Write(seq, []byte(wholeAnswer(status, f&Close != 0)), f|End)
}

func wholeAnswer(status int, last bool) string {
	s := fmt.Sprintf("HTTP/1.1 %d %s\r\n", status, StatusText(status))
	if last {
		return s + "Connection: close\r\n\r\n"
	}
	if status == 101 {
		return s + "\r\n"
	}
	return s + "Content-Length: 0\r\n\r\n"
}

func (e *exchange) OnRequest(seq uint32, h *Head) Decision {
	e.seen = append(e.seen, string(h.Bytes(h.Target)))
	if e.want && h.Major == 1 && h.Minor == 1 && !h.Has(FlagHost) {
		e.bad = seq
		e.answer(seq, 400, Close)
	}
	return Proceed
}
func (e *exchange) OnBody(uint32, []byte) {}
func (e *exchange) OnComplete(seq uint32, _ *Section) {
	if seq != e.bad {
		e.answer(seq, 200, 0)
	}
}
func (e *exchange) OnUpgrade(seq uint32, rest []byte) {
	e.answer(seq, 101, 0)
	fmt.Fprintf(&e.short, "%q ", rest)
}
func (e *exchange) OnError(seq uint32, err *Error) {
	e.errs = append(e.errs, err.Code.String())
	e.answer(seq, err.Status, Close)
}
func (e *exchange) OnTurn(uint32) {}
func (e *exchange) Output(p []byte) {
	e.out.Write(p)
	status, _, _ := strings.Cut(strings.TrimPrefix(string(p), "HTTP/1.1 "), " ")
	e.short.WriteString(status + " ")
}

// serve feeds a new connection.
func serve(lenient Leniency, parts ...string) *exchange {
	e := &exchange{want: true}
	e.c = NewServerConn(&ServerConfig{Options: Options{Lenient: lenient}}, e, 0)
	for i, part := range parts {
		e.c.Feed(int64(i), []byte(part))
	}
	e.c.Settle(int64(len(parts)))
	return e
}

// summary is the statuses of the answers, and whether the connection ends:
// "200 400 close".
func (e *exchange) summary() string {
	s := e.short.String()
	switch {
	case e.c.Done():
		s += "close"
	case e.c.Parser().InMessage():
		s += "waits"
	}
	return strings.TrimSpace(s)
}

// bytesOf is what a summary stands for, byte by byte.
func bytesOf(summary string) string {
	var sb strings.Builder
	for _, w := range strings.Fields(summary) {
		if status, err := strconv.Atoi(w); err == nil {
			sb.WriteString(wholeAnswer(status, status >= 400))
		}
	}
	return sb.String()
}

// everyWay checks the answers for the whole input, byte by byte, cut in two at
// every place and in random pieces; and, when the connection ends, that of a
// request behind the input nothing is seen.
func everyWay(t *testing.T, lenient Leniency, in, want string) {
	t.Helper()
	check := func(how string, in string, parts ...string) bool {
		t.Helper()
		e := serve(lenient, parts...)
		switch {
		case e.summary() != want:
			t.Errorf("%q %s: %q, want %q", in, how, e.summary(), want)
		case e.out.String() != bytesOf(want):
			t.Errorf("%q %s: written %q, want %q", in, how, e.out.String(), bytesOf(want))
		case slices.Contains(e.seen, "/smuggled"):
			t.Errorf("%q %s: a request was smuggled: %q", in, how, e.seen)
		default:
			return true
		}
		return false
	}
	inputs := []string{in}
	if strings.HasSuffix(want, "close") && !strings.HasSuffix(in, next) {
		inputs = append(inputs, in+next)
	}
	r := rand.New(rand.NewSource(int64(len(in))))
	for _, in := range inputs {
		if !check("whole", in, in) {
			return
		}
		check("byte by byte", in, singles(in)...)
		for range 10 {
			check("in random pieces", in, cut(r, in)...)
		}
		for i := 1; i < len(in); i++ {
			if !check(fmt.Sprint("cut at ", i), in, in[:i], in[i:]) {
				return
			}
		}
	}
}

// singles is a string byte by byte.
func singles(s string) []string {
	list := make([]string, len(s))
	for i := range list {
		list[i] = s[i : i+1]
	}
	return list
}

type decision struct {
	name    string
	in      string
	want    string
	lenient Leniency // the bit that gives Node's answer,
	node    string   // which is this
}

func (d decision) check(t *testing.T) {
	everyWay(t, 0, d.in, d.want)
	if d.lenient != 0 {
		everyWay(t, d.lenient, d.in, d.node)
	}
}

// TestDecisions holds the cases in which implementations differ, with our
// answer to each, and the named bit for Node's where there is one.
func TestDecisions(t *testing.T) {
	const te, cl = "Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n"
	const empty = "\r\n0\r\n\r\n"
	for _, d := range []decision{
		{"versionless request line ended by LF, with a body", "GET /\nContent-Length: 5\r\n\r\nhello", "400 close", LenientHTTP09, "200 close"},
		{"versionless request line ended by LF", "GET /\n\r\n", "400 close", LenientHTTP09, "200 close"},
		{"versionless request line", "GET /\r\n\r\n", "200 close", 0, ""},
		{"versionless request line, with a body", "GET /\r\nContent-Length: 5\r\n\r\nhello", "400 close", LenientHTTP09, "200 close"},
		{"versionless POST", "POST /\r\n\r\n", "400 close", LenientHTTP09, "200 close"},
		{"LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", "400 close", LenientOptionalCRBeforeLF, "200"},
		{"LF after a field", get + "Host: a\n\r\n", "400 close", LenientOptionalCRBeforeLF, "200"},
		{"LF for the empty line", get + host + "\n", "400 close", LenientOptionalCRBeforeLF, "200"},
		{"fold in an ordinary field", get + host + "X: a\r\n b\r\n\r\n", "400 close", LenientHeaders, "200"},
		{"space before the first name", get + " Host: a\r\n\r\n", "400 close", LenientHeaders, "200"},
		{"tab before the first name", get + "\tHost: a\r\n\r\n", "400 close", 0, ""},
		{"coding with length", post + te + cl + empty, "400 close", LenientChunkedLength, "200"},
		{"length with coding", post + cl + te + empty, "400 close", LenientChunkedLength, "200"},
		{"coding on 1.0", "POST / HTTP/1.0\r\n" + te + empty, "400 close", LenientTransferEncodingHTTP10, "200 close"},
		{"length twice, equal", post + cl + cl + "\r\nhello", "400 close", LenientIdenticalContentLength, "200"},
		{"length as a list", post + "Content-Length: 1, 1\r\n\r\nx", "400 close", 0, ""},
		{"coding twice", post + te + te + empty, "400 close", 0, ""},
		{"gzip, chunked", post + "Transfer-Encoding: gzip, chunked\r\n" + empty, "501 close", LenientTransferEncodingList, "200"},
		{"two Hosts", get + host + host + "\r\n", "400 close", LenientHost, "200"},
		{"no Host on 1.1", get + "\r\n", "400 close", 0, ""},
		{"no Host on 1.0", "GET / HTTP/1.0\r\n\r\n", "200 close", 0, ""},
		{"chunk size with 16 leading zeros", chunk + "00000000000000005\r\nhello\r\n0\r\n\r\n", "400 close", 0, ""},
		{"CR in the white space of an extension", chunk + "5; \ra\r\nhello\r\n0\r\n\r\n", "400 close", 0, ""},
		{"empty lines before a request", "\r\n\r\n\r\n" + get + host + "\r\n", "200", 0, ""},
		{"empty lines between requests", get + host + "\r\n\r\n\r\n" + get + host + "\r\n", "200 200", 0, ""},
		{"seventeen empty lines before a request", strings.Repeat("\r\n", 17) + get + host + "\r\n", "431 close", 0, ""},
		{"LFs before a request", "\n\n" + get + host + "\r\n", "400 close", LenientEmptyLines, "200"},
		{"HTTP/1.2", "GET / HTTP/1.2\r\n" + host + "\r\n", "400 close", LenientVersion, "200"},
		{"HTTP/2.0", "GET / HTTP/2.0\r\n" + host + "\r\n", "505 close", LenientHTTP20, "200 close"},
		{"HTTP/0.9", "GET / HTTP/0.9\r\n" + host + "\r\n", "505 close", LenientHTTP09, "200 close"},
		{"HTTP/3.0", "GET / HTTP/3.0\r\n" + host + "\r\n", "400 close", 0, ""},
		{"garbage behind Connection: close", get + host + "Connection: close\r\n\r\n\x00garbage", "200 close", 0, ""},
		{"request behind Connection: close", get + host + "Connection: close\r\n\r\n" + next, "200 close", 0, ""},
		{"garbage behind a request", get + host + "\r\n\x00garbage", "200 400 close", 0, ""},
		{"preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 close", 0, ""},
		{"RTSP", "OPTIONS rtsp://a/ RTSP/1.0\r\n" + host + "\r\n", "400 close", LenientProtocols, "200 close"},
		{"method of RTSP", "DESCRIBE / HTTP/1.1\r\n" + host + "\r\n", "400 close", 0, ""},
		{"unknown method", "FOO / HTTP/1.1\r\n" + host + "\r\n", "400 close", 0, ""},
		{"lower-case method", "get / HTTP/1.1\r\n" + host + "\r\n", "400 close", 0, ""},
	} {
		t.Run(d.name, d.check)
	}
}

// TestKnownMechanisms: one case for each mechanism behind a vulnerability that
// some server had. The identifiers name examples.
func TestKnownMechanisms(t *testing.T) {
	const empty = "\r\n0\r\n\r\n"
	chunked := post + "Transfer-Encoding: "
	for _, d := range []decision{
		{name: "spaces inside Content-Length (CVE-2018-7159)", in: post + "Content-Length: 1 2\r\n\r\n" + next, want: "400 close"},
		{name: "huge head (CVE-2018-12121)", in: get + "X: " + strings.Repeat("a", 400) + strings.Repeat("\r\nY: "+strings.Repeat("b", 1600), 10), want: "431 close"},
		{name: "malformed Transfer-Encoding (CVE-2019-15605)", in: chunked + "\x0bchunked\r\n" + empty + next, want: "400 close"},
		{name: "Transfer-Encoding with a tail (CVE-2019-15605)", in: chunked + "chunked foo\r\n" + empty + next, want: "400 close"},
		{name: "CR in a name (CVE-2020-8201)", in: post + "Content-Length\r: 5\r\n\r\n" + next, want: "400 close"},
		{name: "two Transfer-Encoding fields (CVE-2020-8287)", in: chunked + "chunked\r\nTransfer-Encoding: x\r\n" + empty + next, want: "400 close"},
		{name: "two Transfer-Encoding fields, reversed", in: chunked + "x\r\nTransfer-Encoding: chunked\r\n" + empty + next, want: "400 close"},
		{name: "space before the colon (CVE-2021-22959, CVE-2019-16276)", in: post + "Content-Length : 5\r\n\r\n" + next, want: "400 close"},
		{name: "bytes in chunk extensions (CVE-2021-22960)", in: chunk + "1;a\x00\r\nx\r\n0\r\n\r\n" + next, want: "400 close"},
		{name: "LF in a chunk extension (CVE-2021-22960)", in: chunk + "1;a\nb\r\nx\r\n0\r\n\r\n" + next, want: "400 close"},
		{name: "Transfer-Encoding list (CVE-2022-32213)", in: chunked + "chunkedchunked\r\n" + empty + next, want: "400 close"},
		{name: "Transfer-Encoding, comma (CVE-2022-32213)", in: chunked + "chunked,\r\n" + empty + next, want: "400 close"},
		{name: "folded Transfer-Encoding (CVE-2022-32215)", in: chunked + "chunked\r\n , identity\r\n" + empty + next, want: "400 close"},
		{name: "LF as a delimiter (CVE-2022-32214)", in: post + "Content-Length: 1\nX: y\r\n\r\nx" + next, want: "400 close"},
		{name: "CR as a delimiter (CVE-2022-35256)", in: post + "X: y\rTransfer-Encoding: chunked\r\n" + empty + next, want: "400 close"},
		{name: "CR as the end of an empty value (CVE-2023-30589)", in: post + "X:\rTransfer-Encoding: chunked\r\n" + empty + next, want: "400 close"},
		{name: "LF in a chunk size line (CVE-2025-22871)", in: chunk + "5\nhello\r\n0\r\n\r\n" + next, want: "400 close"},
		{name: "space before the first name (CVE-2024-27982)", in: "POST / HTTP/1.1\r\n Content-Length: 5\r\nHost: a\r\n\r\nhello" + next, want: "400 close"},
		{name: "space before a later name (CVE-2024-27982)", in: post + "X: y\r\n Content-Length: 38\r\n\r\n" + next, want: "400 close"},
		{name: "head ended by CR LF CR X (CVE-2025-23167)", in: get + host + "\rXGET / HTTP/1.1\r\n\r\n" + next, want: "400 close"},
		{name: "chunk-size overflow (CVE-2021-32714)", in: chunk + "10000000000000001\r\nx\r\n0\r\n\r\n" + next, want: "400 close"},
		{name: "Content-Length: +5 (CVE-2021-32715)", in: post + "Content-Length: +5\r\n\r\nhello" + next, want: "400 close"},
		{name: "Content-Length that wraps", in: post + "Content-Length: 18446744073709551616\r\n\r\n" + next, want: "400 close"},
		{name: "empty Content-Length", in: post + "Content-Length:\r\n\r\n" + next, want: "400 close"},
		{name: "empty chunk size", in: chunk + "\r\n\r\n" + next, want: "400 close"},
		{name: "empty name", in: post + ": x\r\n\r\n" + next, want: "400 close"},
		{name: "footer bytes skipped (CVE-2025-43859)", in: chunk + "5\r\nhelloXX0\r\n\r\n" + next, want: "400 close"},
		{name: "the CRLF of the last chunk", in: chunk + "0\r\nXX" + next, want: "400 close"},
		{name: "semicolon as a digit", in: chunk + ";\r\n" + next, want: "400 close"},
		{name: "g as a digit", in: chunk + "g\r\n" + next, want: "400 close"},
		{name: "trailers are not the next request", in: chunk + "0\r\nGET: / HTTP/1.1\r\n\r\n" + get + host + "\r\n", want: "200 200"},
		{name: "0x85 trimmed", in: chunked + "chunked\x85\r\n" + empty + next, want: "400 close"},
		{name: "0xA0 trimmed", in: post + "Content-Length: \xa05\r\n\r\nhello" + next, want: "400 close"},
		{name: "0xA0 in a name", in: post + "Content-Length\xa0: 5\r\n\r\nhello" + next, want: "400 close"},
		{name: "underscore for hyphen is another name", in: post + "Content_Length: 5\r\n\r\n" + get + host + "\r\n", want: "200 200"},
	} {
		t.Run(d.name, d.check)
	}
}

// TestHandlerHearsNothingOfRefusedHeads: framing is validated before a handler
// runs, so no request is delivered whose head is refused.
func TestHandlerHearsNothingOfRefusedHeads(t *testing.T) {
	for _, field := range []string{
		"Transfer-Encoding: gzip", "Transfer-Encoding: chunked, x", "Content-Length: 1\r\nTransfer-Encoding: chunked",
		"Content-Length: x", "Content-Length: 1\r\nContent-Length: 1", "Host: b", "X: \x00", "X\x00: y", " X: y",
	} {
		r := newRecorder(&ServerConfig{})
		r.c.Feed(1, []byte(post+field+"\r\n\r\n"+next))
		if log := r.take(); strings.Contains(log, "request") || !strings.HasPrefix(log, "error 1 ") {
			t.Errorf("%q:\n%s", field, log)
		}
	}
}

// TestProtoNames: no name is special in a head: the layers above get pairs,
// never a map.
func TestProtoNames(t *testing.T) {
	names := []string{"__proto__", "constructor", "hasOwnProperty", "toString", "0", "1", "18446744073709551615"}
	in := get + host
	for _, n := range names {
		in += n + ": v\r\n"
	}
	p := NewParser(RoleRequest, nil)
	if ev, _ := p.Next([]byte(in + "\r\n")); ev != EventHead {
		t.Fatal(ev, p.Err())
	}
	for i, n := range names {
		if got := string(p.Head().Name(i + 1)); got != n || p.Head().Fields[i+1].ID != 0 {
			t.Errorf("%q came out as %q", n, got)
		}
		if v, ok := p.Head().Get(n); !ok || string(v) != "v" {
			t.Errorf("%q: %q %v", n, v, ok)
		}
	}
}
