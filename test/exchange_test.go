package test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// exchange is raw bytes to a server; its answer must be the same from Node.js and Sluice.
type exchange struct {
	name string
	send string // "|" separates pieces that are sent apart
	// differs is why Sluice answers otherwise on purpose, and want what it answers.
	differs, want string
}

func get(path string, headers ...string) string {
	return "GET " + path + " HTTP/1.1\r\nHost: a.example\r\n" + strings.Join(append(headers, "Connection: close\r\n\r\n"), "")
}

func post(path, body string, headers ...string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\nContent-Length: %d\r\n%s\r\n%s", path, len(body), strings.Join(headers, ""), body)
}

const keep = " HTTP/1.1\r\nHost: a.example\r\n\r\n"

var exchanges = []exchange{
	{name: "hello", send: get("/hello")},
	{name: "implicit head", send: get("/implicit")},
	{name: "empty body", send: get("/empty")},
	{name: "buffer", send: get("/buffer")},
	{name: "utf8", send: get("/utf8")},
	{name: "latin1", send: get("/latin1")},
	{name: "hex", send: get("/hex")},
	{name: "chunks", send: get("/chunks")},
	{name: "chunks late", send: get("/chunks-late")},
	{name: "corked chunks", send: get("/corked")},
	{name: "length set", send: get("/length")},
	{name: "length in writeHead", send: get("/writehead-length")},
	{name: "204", send: get("/204")},
	{name: "204 with a body", send: get("/204-body")},
	{name: "304", send: get("/304")},
	{name: "304 chunked", send: get("/304-chunked")},
	{name: "404", send: get("/status")},
	{name: "unknown path", send: get("/nowhere?x=1")},
	{name: "status message", send: get("/status-message")},
	{name: "unknown status", send: get("/status-unknown")},
	{name: "reason", send: get("/reason")},
	{name: "headers", send: get("/headers")},
	{name: "headers as array", send: get("/headers-array")},
	{name: "headers as pairs", send: get("/headers-pairs")},
	{name: "headers overridden", send: get("/headers-override")},
	{name: "headers from a map", send: get("/headers-map")},
	{name: "no date", send: get("/no-date")},
	{name: "own date", send: get("/own-date")},
	{name: "close by the server", send: "GET /close" + keep},
	{name: "keep-alive by the application", send: "GET /keep" + keep + get("/fast")},
	{name: "connection removed", send: "GET /no-connection" + keep + get("/fast")},
	{name: "transfer-encoding removed", send: "GET /no-te" + keep},
	{name: "length removed", send: "GET /no-length" + keep + get("/fast")},
	{name: "trailers", send: get("/trailers")},
	{name: "100 by the application", send: get("/continue")},
	{name: "102", send: get("/processing")},
	{name: "103", send: get("/hints")},
	{name: "flushed head", send: get("/flush")},
	{name: "HEAD", send: "HEAD /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"},
	{name: "HEAD implicit", send: "HEAD /implicit HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"},
	{name: "HEAD chunks", send: "HEAD /chunks HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"},
	{name: "HEAD length", send: "HEAD /writehead-length HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"},
	{name: "HTTP/1.0", send: "GET /hello HTTP/1.0\r\n\r\n"},
	{name: "HTTP/1.0 implicit", send: "GET /implicit HTTP/1.0\r\n\r\n"},
	{name: "HTTP/1.0 keep-alive", send: "GET /implicit HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /fast HTTP/1.0\r\n\r\n"},
	{name: "HTTP/1.0 chunks", send: "GET /chunks HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"},
	{name: "pipelined in order", send: "GET /slow" + keep + "GET /fast" + keep + get("/hello")},
	{name: "pipelined 16", send: strings.Repeat("GET /fast"+keep, 15) + get("/fast")},
	{name: "pipelined with bodies", send: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ndef" + get("/fast")},
	{name: "echo", send: post("/echo", "some body")},
	{name: "echo empty", send: post("/echo", "")},
	{name: "echo in pieces", send: "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10\r\n\r\nab|cdef|ghij"},
	{name: "head in pieces", send: "GET /he|llo HTTP/1.1\r|\nHost: a\r\nConn|ection: close\r\n\r|\n"},
	{name: "chunked request", send: "POST /about HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n"},
	{name: "chunked request with trailers", send: "POST /about HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\nx-t: 2\r\n\r\n"},
	{name: "unread body", send: post("/ignore-body", strings.Repeat("x", 5000))},
	{name: "unread body, then another request", send: "POST /ignore-body HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + get("/fast")},
	{name: "expect continue", send: "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n|ok"},
	{name: "expectation failed", send: "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: magic\r\nContent-Length: 2\r\n\r\nok"},
	{name: "about", send: get("/about?q=%20x&y", "X-A: 1\r\n", "x-a: 2\r\n", "Cookie: a=1\r\n", "cookie: b=2\r\n", "Set-Cookie: x\r\n", "set-cookie: y\r\n", "Content-Type: a\r\n", "content-type: b\r\n", "X-Empty:\r\n", "X-Space:  padded  \r\n")},
	{name: "latin1 header", send: get("/about", "X-L: \xe9\xff\r\n")},
	{name: "header named __proto__", send: get("/about", "__proto__: x\r\n", "constructor: y\r\n", "hasOwnProperty: z\r\n")},
	{name: "misuse", send: get("/errors")},
	{name: "write after end", send: get("/after-end")},
	{name: "destroyed answer", send: get("/destroy")},
	{name: "destroyed socket", send: get("/socket-destroy")},
	{name: "answer in a tick", send: get("/throw-later")},
	{name: "answer in a microtask", send: get("/promise")},
	{name: "big answer", send: get("/big")},
	{name: "many headers", send: get("/many-headers")},
	{name: "upgrade", send: "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\nfirst bytes"},
	{name: "upgrade refused", send: "GET /other HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n"},
	{name: "connect", send: "CONNECT b.example:443 HTTP/1.1\r\nHost: b.example:443\r\n\r\ntunnel"},
	{name: "no host", send: "GET /hello HTTP/1.1\r\n\r\n"},
	{name: "no host in 1.0", send: "GET /hello HTTP/1.0\r\n\r\n"},
	{name: "absolute form", send: "GET http://a.example/about HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n"},
	{name: "asterisk form", send: "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"},
	{name: "unusual method", send: "PROPFIND /about HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"},
	{name: "empty lines before", send: "\r\n\r\n" + get("/hello")},
	{name: "garbage", send: "garbage\r\n\r\n"},
	{name: "unknown method", send: "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"},
	{name: "bad version", send: "GET / HTTP/1.9\r\nHost: a\r\n\r\n"},
	{name: "bad header name", send: get("/hello", "bad header: x\r\n")},
	{name: "space before colon", send: get("/hello", "X : x\r\n")},
	{name: "obs-fold", send: get("/hello", "X: a\r\n b\r\n")},
	{name: "NUL in a value", send: get("/hello", "X: a\x00b\r\n")},
	{name: "bare LF", send: "GET /hello HTTP/1.1\nHost: a\n\n"},
	{name: "length twice", send: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx"},
	{name: "length and chunked", send: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
	{name: "signed length", send: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx"},
	{name: "bad chunk size", send: "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"},
	{name: "head too large", send: get("/hello", "X: "+strings.Repeat("a", 17000)+"\r\n")},
	{name: "target too large", send: get("/" + strings.Repeat("a", 17000))},
	{name: "error behind an answered request", send: "GET /hello" + keep + "BAD\r\n\r\n",
		differs: "the client is told what it did wrong, where that cannot be taken for a part of the answer",
		want:    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: X\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\nTransfer-Encoding: chunked\r\n\r\nc\r\nHello World\n\r\n0\r\n\r\nHTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"},
	{name: "error behind a request without answer yet", send: "GET /slow" + keep + "BAD\r\n\r\n"},
	{name: "two Host fields", send: "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
		differs: "routing must not depend on which one is read", want: "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"},
	{name: "chunked on HTTP/1.0", send: "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		differs: "HTTP/1.0 has no chunks", want: "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"},
	{name: "a list of codings", send: "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		differs: "nobody takes gzip off", want: "HTTP/1.1 501 Not Implemented\r\nConnection: close\r\n\r\n"},
	{name: "HTTP/2.0 in the request line", send: "GET /hello HTTP/2.0\r\nHost: a\r\n\r\n",
		differs: "it is not HTTP/1", want: "HTTP/1.1 505 HTTP Version Not Supported\r\nConnection: close\r\n\r\n"},
}

// TestExchanges sends the same bytes to the same script under Node.js and under
// Sluice: the answers must be equal to the byte, the value of Date aside.
func TestExchanges(t *testing.T) {
	nodePort := startServer(t, nodePath(t), "testdata/exchange-server.js")
	sluicePort := startServer(t, sluicePath(t), "testdata/exchange-server.js")
	for _, x := range exchanges {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			want, got := x.want, ""
			for _, pause := range []time.Duration{pauseOfTalk, 20 * time.Second} { // what is late does not differ
				if x.differs == "" {
					want = talkTo(t, nodePort, x.send, pause)
				}
				if got = talkTo(t, sluicePort, x.send, pause); got == want {
					break
				}
			}
			if got != want {
				t.Errorf("sent     %q\nexpected %q\nSluice   %q", clip(x.send), clip(want), clip(got))
			}
		})
	}
}

// startServer runs a script that prints its port, and ends it with the test.
func startServer(t *testing.T, runtime string, args ...string) string {
	t.Helper()
	cmd := exec.Command(runtime, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatalf("%s %v did not print a port", runtime, args)
	}
	go func() {
		for lines.Scan() {
		}
	}()
	return strings.TrimSpace(lines.Text())
}

var (
	dateValue = regexp.MustCompile(`\r\nDate: \w{3}, [^\r]*GMT\r\n`)
	expires   = regexp.MustCompile(`Expires=\w{3}, [^;\r]*GMT`)
)

// pauseOfTalk is how long a server says nothing that has said all.
const pauseOfTalk = 1500 * time.Millisecond

// talk sends the pieces, and reads until the server closes, or says nothing more.
func talk(t *testing.T, port, send string) string {
	t.Helper()
	return talkTo(t, port, send, 2*pauseOfTalk)
}

func talkTo(t *testing.T, port, send string, pause time.Duration) string {
	t.Helper()
	c, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for i, piece := range strings.Split(send, "|") {
		if i > 0 {
			time.Sleep(20 * time.Millisecond)
		}
		if _, err := io.WriteString(c, piece); err != nil {
			break
		}
	}
	var out []byte
	buf := make([]byte, 64<<10)
	for {
		if len(out) == 0 { // every server says something, or closes
			_ = c.SetReadDeadline(time.Now().Add(patience))
		} else {
			_ = c.SetReadDeadline(time.Now().Add(pause))
		}
		n, err := c.Read(buf)
		out = append(out, buf[:n]...)
		if err != nil {
			break
		}
	}
	return expires.ReplaceAllString(dateValue.ReplaceAllString(string(out), "\r\nDate: X\r\n"), "Expires=X")
}

func clip(s string) string {
	if len(s) > 1200 {
		return s[:600] + "…" + s[len(s)-200:]
	}
	return s
}
