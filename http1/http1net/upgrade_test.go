package http1net

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// shout answers each line in capitals, up to the end.
func shout(nc net.Conn, rest []byte) {
	br := bufio.NewReader(io.MultiReader(strings.NewReader(string(rest)), nc))
	for {
		line, err := br.ReadString('\n')
		if err != nil {
			nc.Close()
			return
		}
		io.WriteString(nc, strings.ToUpper(line))
	}
}

func upgrades(t *testing.T) HandlerFunc {
	return func(w *ResponseWriter, r *Request) {
		if r.Path() == "/no" || r.Target == "no:1" {
			w.WriteHeader(403)
			w.WriteString("no")
			return
		}
		if r.Path() == "/slow" {
			time.Sleep(20 * time.Millisecond)
			w.WriteString("slow")
			return
		}
		io.Copy(io.Discard, r.Body)
		if r.Method == "CONNECT" {
			w.WriteHeader(200)
		} else {
			w.Header().Set("Connection", "Upgrade")
			w.Header().Set("Upgrade", "shout")
			w.WriteHeader(101)
		}
		nc, rest, err := w.Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		if _, err := w.Write([]byte("x")); err != ErrHijacked {
			t.Error(err)
		}
		go shout(nc, rest)
	}
}

const upgradeHead = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: shout\r\nDate\r\nConnection: Upgrade\r\n\r\n"

// TestUpgrade: bytes behind the request go to whoever took the connection,
// however they come.
func TestUpgrade(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		noLeaks(t)
		ts := handle(t, mode, upgrades(t))
		const ask = "Host: x\r\nConnection: Upgrade\r\nUpgrade: shout\r\n"
		for _, x := range []struct {
			name, send, more, want string
		}{
			{"upgrade", "GET / HTTP/1.1\r\n" + ask + "\r\n", "", upgradeHead},
			{"with rest", "GET / HTTP/1.1\r\n" + ask + "\r\none\n", "two\n", upgradeHead + "ONE\nTWO\n"},
			{"rest looks like a request", "GET / HTTP/1.1\r\n" + ask + "\r\nget / http/1.1\n\n", "", upgradeHead + "GET / HTTP/1.1\n\n"},
			{"with body", "POST / HTTP/1.1\r\n" + ask + "Content-Length: 3\r\n\r\nabcone\n", "two\n", upgradeHead + "ONE\nTWO\n"},
			{"behind another", "GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n" + ask + "\r\none\n", "two\n", ok + "Date\r\nContent-Length: 4\r\n" + keep + "slow" + upgradeHead + "ONE\nTWO\n"},
			{"CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\none\n", "two\n", ok + "Date\r\n\r\nONE\nTWO\n"},
			{"CONNECT 1.0", "CONNECT a:1 HTTP/1.0\r\n\r\none\n", "two\n", ok + "Date\r\n\r\nONE\nTWO\n"},
			{"refused", "GET /no HTTP/1.1\r\n" + ask + "\r\n" + "GET /no HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "",
				"HTTP/1.1 403 Forbidden\r\nDate\r\nContent-Length: 2\r\n" + keep + "no" + "HTTP/1.1 403 Forbidden\r\nDate\r\nContent-Length: 2\r\n" + bye + "no"},
			{"CONNECT refused", "CONNECT no:1 HTTP/1.1\r\nHost: no:1\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "", "HTTP/1.1 403 Forbidden\r\nDate\r\nContent-Length: 2\r\n" + bye + "no"},
		} {
			t.Run(x.name, func(t *testing.T) {
				nc := ts.dial(t)
				io.WriteString(nc, x.send)
				if x.more != "" {
					time.Sleep(3 * time.Millisecond)
					io.WriteString(nc, x.more)
				}
				// The end comes behind the answer: before it a client that ends its side is gone.
				var b []byte
				var err error
				undated := func() string { return dateLine.ReplaceAllString(string(b), "Date\r\n") }
				for p := make([]byte, 4096); err == nil && len(undated()) < len(x.want); {
					var n int
					n, err = nc.Read(p)
					b = append(b, p[:n]...)
				}
				nc.(interface{ CloseWrite() error }).CloseWrite()
				if err == nil {
					var rest []byte
					rest, err = io.ReadAll(nc)
					b = append(b, rest...)
				}
				if got := undated(); got != x.want || err != nil && err != io.EOF {
					t.Errorf("\n got %q %v\nwant %q", got, err, x.want)
				}
			})
		}
		if n := ts.Stats().Hijacked; n != 7 {
			t.Errorf("%d hijacked", n)
		}
	})
}

// TestClientUpgrade: our client takes the connection, for an upgrade and for a
// tunnel.
func TestClientUpgrade(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		noLeaks(t)
		ts := handle(t, mode, upgrades(t))
		c := testClient(t, &Client{})
		for _, method := range []string{"GET", "CONNECT"} {
			r, _ := NewRequest(method, ts.url("/"), nil)
			if method == "CONNECT" {
				r.Target, r.Addr = "a:1", ts.l.Addr().String()
				if mode == "unix" {
					r.Addr = "unix:" + r.Addr
				}
			} else {
				r.Header = Header{{"Connection", "Upgrade"}, {"Upgrade", "shout"}}
			}
			resp, err := c.Do(background(t), r)
			if err != nil {
				t.Fatal(err)
			}
			nc, rest := resp.Upgrade()
			if nc == nil {
				t.Fatalf("%d %v", resp.Status, resp.Header)
			}
			fmt.Fprint(nc, "hello\n")
			if line, err := bufio.NewReader(io.MultiReader(strings.NewReader(string(rest)), nc)).ReadString('\n'); line != "HELLO\n" {
				t.Errorf("%q %v", line, err)
			}
			if again, _ := resp.Upgrade(); again != nil {
				t.Error("twice")
			}
			nc.Close()
			r.Target = map[string]string{"GET": "/no", "CONNECT": "no:1"}[method]
			resp, err = c.Do(background(t), r)
			if err != nil {
				t.Fatal(err)
			}
			if body := readAll(t, resp); resp.Status != 403 || body != "no" {
				t.Errorf("%d %q", resp.Status, body)
			}
			if nc, _ := resp.Upgrade(); nc != nil {
				t.Error("upgraded by a 403")
			}
		}
		eventually(t, "nothing is in use", func() bool { return c.Stats().Conns == c.Stats().Idle })
	})
}

// TestHijackRefused: not with a body unread, not after the answer has begun, not
// for a 101 without Hijack.
func TestHijackRefused(t *testing.T) {
	ts := handle(t, "tcp", func(w *ResponseWriter, r *Request) {
		switch r.Path() {
		case "/begun":
			w.Flush()
		case "/status":
			w.WriteHeader(200)
		case "/101":
			w.WriteHeader(101)
			return
		}
		_, _, err := w.Hijack()
		if !errors.Is(err, ErrCannotHijack) {
			t.Errorf("%s: %v", r.Path(), err)
		}
	})
	for path, status := range map[string]int{"/begun": 200, "/status": 200, "/101": 500, "/body": 200} {
		nc := ts.dial(t)
		fmt.Fprintf(nc, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n", path)
		res, err := http.ReadResponse(bufio.NewReader(nc), nil)
		if err != nil || res.StatusCode != status {
			t.Errorf("%s: %v %v", path, res, err)
		}
	}
}

// TestHijackAny: any request's connection can be taken, while the client says
// nothing more.
func TestHijackAny(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		ts := handle(t, mode, func(w *ResponseWriter, r *Request) {
			time.Sleep(5 * takeoverTime) // so that another goroutine reads
			nc, rest, err := w.Hijack()
			if err != nil || len(rest) > 0 {
				t.Errorf("%q %v", rest, err)
				return
			}
			io.WriteString(nc, "raw\n")
			shout(nc, rest)
		})
		nc := ts.dial(t)
		io.WriteString(nc, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		br := bufio.NewReader(nc)
		if line, err := br.ReadString('\n'); line != "raw\n" {
			t.Fatalf("%q %v", line, err)
		}
		io.WriteString(nc, "hello\n")
		if line, err := br.ReadString('\n'); line != "HELLO\n" {
			t.Errorf("%q %v", line, err)
		}
	})
}
