package test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// origin is a server that answers every request with the same bytes and gives what it has read of each connection
// to a channel.
func origin(t *testing.T, answer string) (addr string, read <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	got := make(chan string, 16)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				var all bytes.Buffer
				in := io.TeeReader(c, &all)
				_ = c.SetReadDeadline(time.Now().Add(patience))
				if r, err := http.ReadRequest(bufio.NewReader(in)); err == nil {
					_, _ = io.Copy(io.Discard, r.Body)
				}
				// Nothing may come behind the request.
				_ = c.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
				_, _ = io.Copy(io.Discard, in)
				_, _ = io.WriteString(c, answer)
				got <- all.String()
			}()
		}
	}()
	return l.Addr().String(), got
}

// TestProxyFields: what a proxy must keep to itself, and what it must not touch, as bytes on both sides.
func TestProxyFields(t *testing.T) {
	const plain = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
	rows := []struct {
		name, line, fields, body string
		answer                   string
		to, back                 string // what arrives there, without Via, and here
	}{
		{name: "fields of the hop", line: "GET http://%s/",
			fields: "Connection: keep-alive, X-Secret\r\nKeep-Alive: timeout=9\r\nX-Secret: 1\r\nTE: trailers\r\nTrailer: X\r\nProxy-Authorization: Basic eA==\r\nProxy-Connection: keep-alive\r\nX-Kept: 2\r\n",
			to:     "GET / HTTP/1.1\r\nHost: %s\r\nX-Kept: 2\r\n\r\n"},
		{name: "an empty Connection first", line: "GET http://%s/", // CVE-2021-33197
			fields: "Connection:\r\nConnection: X-Secret\r\nX-Secret: 1\r\n",
			to:     "GET / HTTP/1.1\r\nHost: %s\r\n\r\n"},
		{name: "X-Forwarded-For named by Connection", line: "GET http://%s/", // CVE-2022-32148
			fields: "Connection: X-Forwarded-For\r\nX-Forwarded-For: 1.2.3.4\r\n",
			to:     "GET / HTTP/1.1\r\nHost: %s\r\n\r\n"},
		{name: "X-Forwarded-For as it is", line: "GET http://%s/",
			fields: "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\n",
			to:     "GET / HTTP/1.1\r\nHost: %s\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\n\r\n"},
		{name: "a query that cannot be parsed", line: "GET http://%s/x?a=%%zz;b=1&&c", // CVE-2022-2880: not read, so not read differently
			to: "GET /x?a=%%zz;b=1&&c HTTP/1.1\r\nHost: %s\r\n\r\n"},
		{name: "Content-Length named by Connection", line: "POST http://%s/",
			fields: "Connection: Content-Length\r\nContent-Length: 20\r\n", body: "PUT / HTTP/1.1\r\n\r\nxx",
			to: "POST / HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\n14\r\nPUT / HTTP/1.1\r\n\r\nxx\r\n0\r\n\r\n"},
		{name: "Content-Length of a DELETE named by Connection", line: "DELETE http://%s/",
			fields: "Connection: Content-Length\r\nContent-Length: 20\r\n", body: "PUT / HTTP/1.1\r\n\r\nxx",
			to: "DELETE / HTTP/1.1\r\nHost: %s\r\n\r\n"},
		{name: "fields of the hop in an answer", line: "GET http://%s/",
			answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\nKeep-Alive: timeout=9\r\nProxy-Authenticate: Basic\r\nX-Kept: 2\r\n\r\nok",
			to:     "GET / HTTP/1.1\r\nHost: %s\r\n\r\n",
			back:   "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Kept: 2\r\n"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			answer := row.answer
			if answer == "" {
				answer = plain
			}
			at, read := origin(t, answer)
			address, _ := exampleUnder(t, sluicePath(t), filepath.Join("..", "examples", "proxy", "server.js"), "PORT=0", "ALLOW=127.0.0.1")
			c, err := net.Dial("tcp", "127.0.0.1:"+address[strings.LastIndex(address, ":")+1:])
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			fmt.Fprintf(c, row.line+" HTTP/1.1\r\nHost: "+at+"\r\n%s\r\n%s", at, row.fields, row.body)
			_ = c.SetDeadline(time.Now().Add(patience))
			var back strings.Builder
			if _, err := http.ReadResponse(bufio.NewReader(io.TeeReader(c, &back)), nil); err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf(row.to, at)
			got := strings.Replace(<-read, "Via: 1.1 sluice\r\n", "", 1)
			got = strings.Replace(got, "Connection: keep-alive\r\n", "", 1) // the proxy's own
			if got != want {
				t.Errorf("the server got %q\nexpected       %q", got, want)
			}
			if !strings.HasPrefix(back.String(), row.back) || strings.Contains(back.String(), "X-Secret") {
				t.Errorf("the client got %q", back.String())
			}
		})
	}
}
