package test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// Whatever an application sets, what leaves is read by everybody in one way: these are the bytes of a server's
// answers, with a second request pipelined behind the first, and of a client's requests, two after each other.

const (
	ok     = "HTTP/1.1 200 OK\r\n"
	keeps  = "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n"
	goesOn = ok + keeps + "Content-Length: 4\r\n\r\nnext" // the second request is answered
	ends   = ""                                           // the connection is closed instead
)

// refused is the answer of the script's error handler.
func refused(code string) string {
	return fmt.Sprintf("HTTP/1.1 500 Internal Server Error\r\nContent-Length: %d\r\n%s\r\n%s", len(code), keeps, code)
}

var egressAnswers = []struct{ path, then, want string }{
	{"/length-and-chunked", goesOn, ok + "Transfer-Encoding: chunked\r\n" + keeps + "\r\n2\r\nab\r\n0\r\n\r\n"},
	{"/chunked-and-length", goesOn, ok + "Transfer-Encoding: chunked\r\n" + keeps + "\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n"},
	{"/length-in-a-value", goesOn, ok + "X: Content-Length: 1\r\nTransfer-Encoding: chunked\r\n" + keeps + "\r\n2\r\nab\r\n0\r\n\r\n"},
	{"/lengths", goesOn, refused("ERR_HTTP_INVALID_HEADER_VALUE")},
	{"/lengths-raw", goesOn, refused("ERR_HTTP_INVALID_HEADER_VALUE")},
	{"/lengths-equal", goesOn, ok + "Content-Length: 2\r\n" + keeps + "\r\nab"},
	{"/length-list", goesOn, refused("ERR_HTTP_INVALID_HEADER_VALUE")},
	{"/length-signed", goesOn, refused("ERR_HTTP_INVALID_HEADER_VALUE")},
	{"/length-hex", goesOn, refused("ERR_HTTP_INVALID_HEADER_VALUE")},
	{"/length-fraction", goesOn, refused("ERR_HTTP_INVALID_HEADER_VALUE")},
	{"/length-empty", goesOn, refused("ERR_HTTP_INVALID_HEADER_VALUE")},
	{"/length-huge", goesOn, refused("ERR_HTTP_INVALID_HEADER_VALUE")},
	{"/odd-coding", ends, ok + "Transfer-Encoding: gzip\r\nConnection: close\r\n\r\nab"},
	{"/odd-chunked", ends, ok + "Transfer-Encoding: x-chunked\r\nConnection: close\r\n\r\n2\r\nab\r\n0\r\n\r\n"},
	{"/chunked-twice", ends, ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nab\r\n0\r\n\r\n"},
	{"/chunked-first", ends, ok + "Transfer-Encoding: chunked, gzip\r\nConnection: close\r\n\r\n2\r\nab\r\n0\r\n\r\n"},
	{"/longer", ends, ok + "Content-Length: 2\r\n" + keeps + "\r\nab"},
	{"/longer-text", ends, ok + "Content-Length: 3\r\n" + keeps + "\r\n€"},
	{"/longer-hex", ends, ok + "Content-Length: 2\r\n" + keeps + "\r\nab"},
	{"/longer-pieces", ends, ok + "Content-Length: 3\r\n" + keeps + "\r\nabc"},
	{"/longer-than-nothing", ends, ok + "Content-Length: 0\r\n" + keeps + "\r\n"},
	{"/longer-flag", goesOn, ok + "Content-Length: 2\r\n" + keeps + "\r\nab"},
	{"/shorter", ends, ok + "Content-Length: 4\r\n" + keeps + "\r\nab"},
	{"/shorter-pieces", ends, ok + "Content-Length: 4\r\n" + keeps + "\r\nab"},
	{"/shorter-nothing", ends, ok + "Content-Length: 4\r\n" + keeps + "\r\n"},
	{"/exact", goesOn, ok + "Content-Length: 4\r\n" + keeps + "\r\nabcd"},
	{"/204-length", ends, "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"},
	{"/304-length", goesOn, "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n" + keeps + "\r\n"},
	{"/304-chunked", ends, "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n"},
	{"/interim", ends, "HTTP/1.1 102 Processing\r\nConnection: close\r\n\r\n"},
	{"/trailer-length", goesOn, ok + keeps + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n15\r\nERR_INVALID_ARG_VALUE\r\n0\r\n\r\n"},
	{"/trailer-coding", goesOn, ok + keeps + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n15\r\nERR_INVALID_ARG_VALUE\r\n0\r\n\r\n"},
	{"/trailer-host", goesOn, ok + keeps + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n15\r\nERR_INVALID_ARG_VALUE\r\n0\r\n\r\n"},
	{"/trailer-changing", goesOn, ok + keeps + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: a\r\n\r\n"},
	{"/hints-length", goesOn, refused("ERR_INVALID_ARG_VALUE")},
	{"/hints-changing", goesOn, "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nx: a\r\n\r\nHTTP/1.1 200 OK\r\n" + keeps + "Content-Length: 0\r\n\r\n"},
	{"/value-changing", goesOn, ok + "X: b\r\n" + keeps + "Content-Length: 0\r\n\r\n"},
	{"/value-changed", goesOn, refused("ERR_INVALID_CHAR")},
	{"/value-narrowed", goesOn, refused("ERR_INVALID_CHAR")},
	{"/value-joined", goesOn, refused("ERR_INVALID_CHAR")},
	{"/reason-object", goesOn, "HTTP/1.1 200 Fine\r\n" + keeps + "Content-Length: 0\r\n\r\n"},
	{"/retried", goesOn, ok + keeps + "Transfer-Encoding: chunked\r\n\r\n2\r\nde\r\n3\r\nfgh\r\n0\r\n\r\n"},
}

func TestEgressAnswers(t *testing.T) {
	port := startServer(t, sluicePath(t), "testdata/egress-server.js")
	for _, row := range egressAnswers {
		t.Run(strings.TrimPrefix(row.path, "/"), func(t *testing.T) {
			t.Parallel()
			c, err := net.Dial("tcp", "127.0.0.1:"+port)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n", row.path)
			want := row.want + row.then
			got := readAtLeast(c, len(want), row.then == ends)
			if got != want {
				t.Errorf("got      %q\nexpected %q", got, want)
			}
		})
	}
}

// readAtLeast reads n bytes and what comes shortly after them; where an end is expected, to it, which is said if it
// does not come.
func readAtLeast(c net.Conn, n int, toEnd bool) string {
	var out []byte
	buf := make([]byte, 4096)
	for {
		wait := patience
		if !toEnd && len(out) >= n {
			wait = 50 * time.Millisecond
		}
		_ = c.SetReadDeadline(time.Now().Add(wait))
		k, err := c.Read(buf)
		out = append(out, buf[:k]...)
		if err != nil {
			if timeout, isNet := err.(net.Error); toEnd && isNet && timeout.Timeout() {
				return string(out) + " and the connection is open"
			}
			return string(out)
		}
	}
}

var egressRequests = []struct {
	name, outcome string
	connections   []string // what was read from each
}{
	{"length and chunked", "sent", []string{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n2\r\nab\r\n0\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n2\r\nab\r\n0\r\n\r\n"}},
	{"lengths", "ERR_HTTP_INVALID_HEADER_VALUE", nil},
	{"length is none", "ERR_HTTP_INVALID_HEADER_VALUE", nil},
	{"coding without an end", "ERR_HTTP_INVALID_HEADER_VALUE", nil},
	{"chunked twice", "ERR_HTTP_INVALID_HEADER_VALUE", nil},
	{"longer", "sent", []string{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nab", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nab"}},
	{"longer in pieces", "sent", []string{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nab", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nab"}},
	{"shorter", "sent", []string{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: keep-alive\r\n\r\nab", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: keep-alive\r\n\r\nab"}},
	{"exact", "sent", []string{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: keep-alive\r\n\r\nabcdPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: keep-alive\r\n\r\nabcd"}},
	{"body without framing", "sent", []string{"DELETE / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", "DELETE / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n"}},
	{"pieces without framing", "sent", []string{"POST / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n"}},
	{"method changed", "ERR_INVALID_HTTP_TOKEN", nil},
	{"path changed", "ERR_UNESCAPED_CHARACTERS", nil},
	{"path narrowed", "ERR_UNESCAPED_CHARACTERS", nil},
	{"value changed", "ERR_INVALID_CHAR", nil},
	{"trailer that frames", "ERR_INVALID_ARG_VALUE", nil},
}

func TestEgressRequests(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, sluicePath(t), "testdata/egress-client.js").Output()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var line []string
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		got[line[0]] = line[1:]
	}
	for _, row := range egressRequests {
		if want := append([]string{row.outcome}, row.connections...); !slices.Equal(got[row.name], want) {
			t.Errorf("%s\ngot      %q\nexpected %q", row.name, got[row.name], want)
		}
	}
	if len(got) != len(egressRequests) {
		t.Errorf("%d cases were run, %d are expected", len(got), len(egressRequests))
	}
}
