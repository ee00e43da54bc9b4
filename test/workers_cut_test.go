package test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// cutCases: what a connection is doing when a stop has no more time for it, and what its
// client sees of the end. A worker that hangs ends the same way as one that does not.
var cutCases = []struct {
	name, send string
	left       string // what the last line of the log says of it
	begin      func(t *testing.T, in *bufio.Reader)
	end        func(t *testing.T, in *bufio.Reader)
}{
	{"waiting for an answer", request("/held?until=/nowhere/at/all"), "1 requests, 1 connections, 0 of them upgraded", nil, func(t *testing.T, in *bufio.Reader) {
		res, err := http.ReadResponse(in, nil)
		if err != nil || res.StatusCode != 503 || !res.Close {
			t.Fatalf("%v, %v, want 503", res, err)
		}
		if rest, err := io.ReadAll(in); err != nil || len(rest) != 0 {
			t.Errorf("behind the 503: %q, %v", rest, err)
		}
	}},
	{"in an answer", request("/stream?until=/nowhere/at/all"), "1 requests, 1 connections, 0 of them upgraded", func(t *testing.T, in *bufio.Reader) {
		if _, err := in.Peek(1); err != nil {
			t.Fatal(err)
		}
	}, func(t *testing.T, in *bufio.Reader) {
		text, err := io.ReadAll(in)
		if err != nil || !strings.HasSuffix(string(text), "begin \r\n") { // without the last chunk
			t.Errorf("%q, %v", text, err)
		}
	}},
	// Far more than the kernel takes waits for a client that does not read. JavaScript has
	// answered it: it is no request that waits.
	{"with queued output", request("/huge-answer"), "0 requests, 1 connections, 0 of them upgraded", func(t *testing.T, in *bufio.Reader) {
		if _, err := in.Peek(1); err != nil {
			t.Fatal(err)
		}
	}, func(t *testing.T, in *bufio.Reader) {
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, res.Body); err == nil || n >= 32<<20 || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%d bytes, %v", n, err)
		}
	}},
	{"upgraded", "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n", "0 requests, 1 connections, 1 of them upgraded", func(t *testing.T, in *bufio.Reader) {
		if res, err := http.ReadResponse(in, nil); err != nil || res.StatusCode != 101 {
			t.Fatal(res, err)
		}
	}, func(t *testing.T, in *bufio.Reader) {
		if rest, err := io.ReadAll(in); len(rest) != 0 || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%q, %v", rest, err)
		}
	}},
}

// TestCut: when a stop has no more time, what is left is cut: plain connections and such
// with TLS, whether the worker comes back to its loop or hangs.
func TestCut(t *testing.T) {
	for _, transport := range transports {
		for _, hangs := range []bool{false, true} {
			for _, c := range cutCases {
				how := "alive"
				if hangs {
					how = "hanging"
				}
				t.Run(transport+"/"+how+"/"+c.name, func(t *testing.T) {
					t.Parallel()
					env := append(transportEnv(t, transport), "TELL=1")
					p := startScript(t, "testdata/workers-server.js", env, "-w", "1", "--hang-timeout", "10m", "--shutdown-timeout", "300ms", "--upgrade-timeout", "300ms")
					conn := securely(t, dial(t, p.port), transport)
					fmt.Fprint(conn, c.send)
					in := bufio.NewReader(conn)
					switch {
					case c.begin != nil:
						c.begin(t, in)
					default:
						p.waitLog("stdout: held")
					}
					left := c.left
					if hangs {
						hung := securely(t, dial(t, p.port), transport)
						fmt.Fprint(hung, request("/hang"))
						p.waitLog("stdout: hangs")
						// Its own request is cut too.
						left = map[string]string{"1 requests, 1": "2 requests, 2", "0 requests, 1": "1 requests, 2"}[left[:13]] + left[13:]
					}
					p.signal(syscall.SIGTERM)
					if code := p.wait(); code != 0 {
						t.Errorf("exit code %d", code)
					}
					if !strings.Contains(p.text(), "cut off "+left) {
						t.Errorf("the log does not say: cut off %s", left)
					}
					c.end(t, in)
				})
			}
		}
	}
}

// securely is a connection, with TLS over it if the transport has it.
func securely(t *testing.T, c net.Conn, transport string) net.Conn {
	t.Helper()
	if transport != "tls" {
		return c
	}
	ca, err := os.ReadFile(filepath.Join(certificates(t), "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	secure := tls.Client(c, &tls.Config{RootCAs: roots, ServerName: "localhost"})
	_ = secure.SetDeadline(time.Now().Add(patience))
	return secure
}
