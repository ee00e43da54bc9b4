package http1net

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"
)

// findNode returns the path of a Node 24: SLUICE_NODE, or the one that npm
// installed, or the one in PATH; "" if there is none.
func findNode() string {
	for _, path := range []string{os.Getenv("SLUICE_NODE"), "../../node_modules/node/bin/node", "node"} {
		if path == "" {
			continue
		}
		if v, err := exec.Command(path, "--version").Output(); err == nil && strings.HasPrefix(string(v), "v24.") {
			return path
		}
	}
	return ""
}

// nodeServer does what nodeRoutes does.
const nodeServer = `
const http = require('http');
const server = http.createServer((req, res) => {
  res.setHeader('X-A', 'b');
  switch (req.url) {
    case '/hello': return res.end('hello');
    case '/nothing': return res.end();
    case '/204': res.statusCode = 204; return res.end();
    case '/304': res.statusCode = 304; return res.end();
    case '/404': res.statusCode = 404; return res.end('no');
    case '/length': res.setHeader('Content-Length', '5'); return res.end('hello');
    case '/chunks': res.write('he'); return setTimeout(() => res.end('llo'), 5);
    case '/trailers': res.setHeader('Trailer', 'X-T'); res.write('hello'); res.addTrailers({ 'X-T': '1' }); return res.end();
    case '/close': res.setHeader('Connection', 'close'); return res.end('bye');
    case '/hints': res.writeEarlyHints({ link: '</a>' }); return res.end('late');
    case '/echo': {
      const parts = [];
      req.on('data', (d) => parts.push(d)).on('end', () => res.end(Buffer.concat(parts)));
      return;
    }
  }
  res.statusCode = 404;
  res.end();
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`

func nodeRoutes(w *ResponseWriter, r *Request) {
	h := w.Header()
	h.Set("X-A", "b")
	switch r.Target {
	case "/hello":
		w.WriteString("hello")
	case "/nothing":
	case "/204":
		w.WriteHeader(204)
	case "/304":
		w.WriteHeader(304)
	case "/404":
		w.WriteHeader(404)
		w.WriteString("no")
	case "/length":
		h.Set("Content-Length", "5")
		w.WriteString("hello")
	case "/chunks":
		w.WriteString("he")
		w.Flush()
		w.WriteString("llo")
		w.Flush()
	case "/trailers":
		h.Set("Trailer", "X-T")
		w.WriteString("hello")
		w.Flush()
		w.Trailer().Set("X-T", "1")
	case "/close":
		h.Set("Connection", "close")
		w.WriteString("bye")
	case "/hints":
		w.Inform(103, Header{{"Link", "</a>"}})
		w.WriteString("late")
	case "/echo":
		io.Copy(w, r.Body)
	default:
		w.WriteHeader(404)
	}
}

// startNode runs the server under Node, and returns its address.
func startNode(t *testing.T) string {
	node := findNode()
	if node == "" {
		t.Skip("no Node 24: set SLUICE_NODE")
	}
	cmd := exec.Command(node, "-e", nodeServer)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return "127.0.0.1:" + strings.TrimSpace(line)
}

// comparable takes from an exchange what need not be the same: the Date, the
// order of fields, and the case of names in an informational answer.
func comparable(raw string) string {
	raw = dateLine.ReplaceAllString(raw, "Date\r\n")
	var out []string
	for block := range strings.SplitSeq(raw, "\r\n\r\n") {
		i := strings.Index(block, "HTTP/1.1 ")
		if i < 0 {
			out = append(out, block)
			continue
		}
		lines := strings.Split(block[i:], "\r\n")
		if strings.HasPrefix(lines[0], "HTTP/1.1 1") {
			for k := range lines {
				lines[k] = strings.ToLower(lines[k])
			}
		}
		sort.Strings(lines[1:])
		out = append(out, block[:i]+strings.Join(lines, "\r\n"))
	}
	return strings.Join(out, "\r\n\r\n")
}

var lengthLine = regexp.MustCompile(`Content-Length: [^\r]*(\r\n|$)`)

// nodeDiffers brings an answer of ours, and Node's, to what they have to have in
// common where we say more than Node:
//   - an answer to HEAD has the length that the answer to GET would have, as far
//     as it is known (RFC 9110 section 9.3.2);
//   - so has one to a request of version 1.0, which therefore can keep its
//     connection where Node's cannot (RFC 9112 section 9.3);
//   - a client of version 1.0 gets no informational answer (RFC 9110 section
//     15.2).
func nodeDiffers(method, version, ours, node string) (string, string) {
	if method == "HEAD" || strings.HasPrefix(version, "1.0") {
		ours, node = lengthLine.ReplaceAllString(ours, ""), lengthLine.ReplaceAllString(node, "")
	}
	if strings.HasPrefix(version, "1.0") && strings.HasPrefix(node, "http/1.1 103") {
		_, node, _ = strings.Cut(node, "\r\n\r\n")
	}
	if version == "1.0 keep-alive" && strings.Contains(node, "Connection: close") && strings.Count(node, "HTTP/1.1 200") <= 1 {
		first, _, kept := strings.Cut(ours[1:], "HTTP/1.1 200 OK\r\nConnection: close")
		if kept {
			ours = ours[:1] + first
			ours = strings.Replace(ours, "Connection: keep-alive", "Connection: close", 1)
			ours = strings.Replace(ours, "Keep-Alive: timeout=5\r\n", "", 1)
		}
	}
	return ours, node
}

// TestAsNode: our answers are Node's, in length, chunks, connection and status,
// over methods, versions and kinds of answers.
func TestAsNode(t *testing.T) {
	node := startNode(t)
	ts := handle(t, "tcp", nodeRoutes)
	exchange := func(addr, send string) string {
		nc, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		nc.SetDeadline(time.Now().Add(patience))
		io.WriteString(nc, send)
		b, err := io.ReadAll(nc)
		if err != nil {
			t.Errorf("%s %q: %v", addr, send, err)
		}
		return string(b)
	}
	count := 0
	for _, path := range []string{"/hello", "/nothing", "/204", "/304", "/404", "/length", "/chunks", "/trailers", "/close", "/hints", "/echo", "/none"} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE"} {
			for _, version := range []string{"1.1", "1.1 close", "1.0", "1.0 keep-alive"} {
				for _, body := range []string{"", "3", "chunked"} {
					number, option, _ := strings.Cut(version, " ")
					if path == "/trailers" && (number == "1.0" || method == "HEAD") {
						continue // an application's mistake, says Node
					}
					head := fmt.Sprintf("%s %s HTTP/%s\r\nHost: x\r\n", method, path, number)
					if option != "" {
						head += "Connection: " + option + "\r\n"
					}
					switch {
					case body == "3":
						head += "Content-Length: 3\r\n\r\nabc"
					case body == "chunked" && number == "1.1":
						head += "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\nX-T: 1\r\n\r\n"
					case body == "chunked":
						continue
					default:
						head += "\r\n"
					}
					// What keeps the connection is followed by a request that does
					// not. (Behind a last request Node refuses what we do not read.)
					send := head
					if version == "1.1" || version == "1.0 keep-alive" {
						send += "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
					}
					want, got := comparable(exchange(node, send)), comparable(exchange(ts.l.Addr().String(), send))
					count++
					if got, want = nodeDiffers(method, version, got, want); got != want {
						t.Errorf("\nsent %q\nours %q\nNode %q", send, got, want)
					}
				}
			}
		}
	}
	t.Logf("%d exchanges", count)
}

// TestClientOfNode: our client with a server of Node's.
func TestClientOfNode(t *testing.T) {
	url := "http://" + startNode(t)
	c := testClient(t, &Client{})
	for _, x := range []struct {
		method, path string
		body         io.Reader
		status       int
		want         string
	}{
		{"GET", "/hello", nil, 200, "hello"}, {"HEAD", "/hello", nil, 200, ""}, {"GET", "/204", nil, 204, ""}, {"GET", "/304", nil, 304, ""},
		{"GET", "/chunks", nil, 200, "hello"}, {"GET", "/trailers", nil, 200, "hello"}, {"GET", "/hints", nil, 200, "late"},
		{"POST", "/echo", strings.NewReader("abc"), 200, "abc"}, {"POST", "/echo", io.MultiReader(strings.NewReader("abc")), 200, "abc"},
		{"POST", "/echo", strings.NewReader(strings.Repeat("x", 1<<20)), 200, strings.Repeat("x", 1<<20)},
		{"GET", "/nothing", nil, 200, ""},
	} {
		r, err := NewRequest(x.method, url+x.path, x.body)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.Do(background(t), r)
		if err != nil {
			t.Fatal(x.path, err)
		}
		if got := readAll(t, resp); resp.Status != x.status || got != x.want {
			t.Errorf("%s %s: %d %.50q", x.method, x.path, resp.Status, got)
		}
		if x.path == "/trailers" && resp.Trailer.Get("X-T") != "1" {
			t.Errorf("%v", resp.Trailer)
		}
		if resp.Header.Get("X-A") != "b" {
			t.Errorf("%v", resp.Header)
		}
		eventually(t, "the connection is idle", func() bool { return c.Stats().Idle == 1 })
	}
	if n := c.Stats().Dials; n != 1 {
		t.Errorf("%d connections", n)
	}
}
