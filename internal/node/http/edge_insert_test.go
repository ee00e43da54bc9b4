package http

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-http/sluice/edge"
	"github.com/sluice-http/sluice/http1"
)

// Lines are put into a head where layers only add some, and heads are taken apart and
// written anew where they do more. Both must come to the same: a layer of a stranger's
// that does nothing makes every head go the second way.

type nothing struct{ edge.Base }

// piece is a record of JavaScript's.
type piece struct {
	text  string
	flags http1.WriteFlags
}

// through is what becomes of an answer: fields sorted, the client's and the body; and the
// access log's idea of its length.
func (f *front) through(request string, pieces []piece) string {
	f.connect()
	f.request([]byte(request))
	for _, p := range pieces {
		f.c.Answer(1, []byte(p.text), uint32(p.flags))
	}
	f.env.Flush()
	f.h.settle()
	method, _, _ := strings.Cut(request, " ")
	out := bufio.NewReader(&f.out)
	var b strings.Builder
	for {
		res, err := http.ReadResponse(out, &http.Request{Method: method})
		if err != nil {
			fmt.Fprintf(&b, "%v", err)
			break
		}
		body, err := io.ReadAll(res.Body)
		var fields []string
		for name, values := range res.Header {
			if (name == "X-Request-Id" || name == "X-Name") && len(values[0]) == 32 {
				values[0] = "made"
			}
			fields = append(fields, fmt.Sprintf("%s: %q", name, values))
		}
		slices.Sort(fields)
		fmt.Fprintf(&b, "%s %s\n%s\nlength %d %q close %v\n%q %v\ntrailers %q\n", res.Proto, res.Status, strings.Join(fields, "\n"), res.ContentLength, res.TransferEncoding, res.Close, body, err, res.Trailer)
	}
	if _, rest, ok := strings.Cut(f.log.String(), `"status"`); ok {
		rest, _, _ = strings.Cut(rest, `,"duration_ms"`)
		b.WriteString("\nlogged " + rest)
	}
	return b.String()
}

// ways are the two ways with the same settings.
type ways struct{ inserts, rewrites *front }

func bothWays(t *testing.T, settings string) ways {
	t.Helper()
	return ways{newFront(t, settings), newFrontWith(t, settings, []edge.Layer{nothing{}})}
}

func (w ways) same(t *testing.T, request string, pieces []piece) {
	t.Helper()
	inserted, rewritten := w.inserts.through(request, pieces), w.rewrites.through(request, pieces)
	if inserted != rewritten {
		t.Errorf("%q %q\nwith lines put in:\n%s\nwritten anew:\n%s", request, pieces, inserted, rewritten)
	}
}

// TestLinesAreInserted shows which way it is.
func TestLinesAreInserted(t *testing.T) {
	f := newFront(t, "request_id.header = \"X-Name\"")
	f.request([]byte(get))
	f.answer(1, []byte("HTTP/1.1 200 OK\r\nserver: app\r\nContent-Length: 2\r\n\r\nhi"))
	before, after, _ := strings.Cut(f.out.String(), "X-Name: ")
	const want = "HTTP/1.1 200 OK\r\nserver: app\r\nContent-Length: 2\r\n" +
		"X-Content-Type-Options: nosniff\r\nX-Frame-Options: SAMEORIGIN\r\nReferrer-Policy: strict-origin-when-cross-origin\r\n"
	if before != want || len(after) != len("0123456789abcdef0123456789abcdef\r\n\r\nhi") {
		t.Errorf("%q", f.out.String())
	}
}

const (
	get  = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
	head = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
	old  = "GET / HTTP/1.0\r\n\r\n"
	zips = "GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n"
	has  = "GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nIf-None-Match: W/\"a\"\r\n\r\n"
)

func TestLinesAreInsertedAsHeadsAreRewritten(t *testing.T) {
	large := strings.Repeat("large ", 3000)
	ok := "HTTP/1.1 200 OK\r\n"
	for _, settings := range []string{
		"",
		"compression = false",
		"request_id.header = \"X-Name\"\n[headers]\nServer = \"edge\"\nX-Powered-By = \"\"",
		"[headers]\nX-Frame-Options = \"DENY\"\nDate = \"\"",
		"[headers]\nConnection = \"close\"\nContent-Length = \"7\"",
		"security_headers = false",
		"security_headers = false\nrequest_id = false\ncompression = false",
	} {
		w := bothWays(t, settings)
		for _, request := range []string{get, head, old, zips, has} {
			for _, pieces := range [][]piece{
				{{ok + "Content-Length: 5\r\n\r\nhello", http1.End}},
				{{ok + "Content-Length: 5\r\n\r\n", 0}, {"hel", 0}, {"lo", http1.End}},
				{{ok + "Date: x\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\nContent-Length: 5\r\n\r\nhello", http1.End}},
				{{ok + "Connection: close\r\nContent-Length: 5\r\n\r\nhello", http1.End | http1.Close}},
				{{ok + "x-request-id: mine\r\nContent-Length: 2\r\n\r\nhi", http1.End}},
				{{ok + "X-NAME: mine\r\nSERVER: app\r\nx-powered-by: app\r\nContent-Length: 2\r\n\r\nhi", http1.End}},
				{{ok + "x-frame-options: DENY\r\nX-Frame-Options: ALLOWALL\r\nreferrer-policy: \r\nContent-Length: 2\r\n\r\nhi", http1.End}},
				{{ok + "Content-Type: text/html\r\nContent-Length: 2\r\n\r\nhi", http1.End}},
				{{ok + "content-type: text/html\r\ncontent-length: 18000\r\n\r\n" + large, http1.End}},
				{{ok + "content-type: image/png\r\ncontent-length: 18000\r\n\r\n" + large, http1.End}},
				{{ok + "Content-Length: 18000\r\n\r\n" + large, http1.End}},
				{{ok + "Content-Length: 18000\r\n\r\n" + large[:9000], 0}, {large[9000:], http1.End}},
				{{ok + "Content-Type: text/html\r\n\r\n", 0}, {large, http1.End | http1.Close}},
				{{ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", 0}, {"0\r\n\r\n", http1.End}},
				{{ok + "Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n", 0}, {"5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n", http1.End}},
				{{ok + "Content-Type: text/plain\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n", http1.End}},
				{{ok + "Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", http1.End}},
				{{"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", http1.Info}, {ok + "Content-Length: 2\r\n\r\nhi", http1.End}},
				{{"HTTP/1.1 100 Continue\r\n\r\n", http1.Info}, {ok + "Content-Length: 0\r\n\r\n", http1.End}},
				{{"HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n", http1.End}},
				{{"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 3000\r\nContent-Type: text/html\r\n\r\n", http1.End}},
				{{"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n", http1.End}},
				{{"HTTP/1.1 404 Lost\r\nContent-Length: 0\r\n\r\n", http1.End}},
				{{"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", http1.End}},
				{{ok + "X: a:b: c\r\nEmpty:\r\nContent-Length:  2\r\n\r\nhi", http1.End}},
				{{ok + "\r\nhi", http1.End | http1.Close}},
				{{ok + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi", http1.End}},
			} {
				w.same(t, request, pieces)
			}
		}
	}
}

// TestRandomHeadsBothWays puts heads together by chance.
func TestRandomHeadsBothWays(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	names := []string{"X-Request-Id", "x-request-id", "X-Frame-Options", "Referrer-Policy", "X-Content-Type-Option", "X-Content-Type-Options", "Strict-Transport-Security", "Content-Type", "Content-Encoding", "Cache-Control", "Vary", "Date", "Server", "Set-Cookie", "X", "Connection", "Keep-Alive", "Trailer", strings.Repeat("n", 79)}
	values := []string{"", "a", "text/html", "no-transform", "gzip", "a, b", "keep-alive", strings.Repeat("v", 300)}
	w := bothWays(t, "")
	for range 400 {
		var b strings.Builder
		b.WriteString("HTTP/1.1 200 OK\r\n")
		body := strings.Repeat("b", []int{0, 3, 1023, 1024, 5000}[r.IntN(5)])
		for range r.IntN(5) {
			fmt.Fprintf(&b, "%s: %s\r\n", names[r.IntN(len(names))], values[r.IntN(len(values))])
		}
		if r.IntN(3) == 0 {
			b.WriteString("Transfer-Encoding: chunked\r\n\r\n")
			if body != "" {
				fmt.Fprintf(&b, "%x\r\n%s\r\n", len(body), body)
			}
			b.WriteString("0\r\n\r\n")
		} else {
			fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
		}
		text := b.String()
		cut := strings.Index(text, "\r\n\r\n") + 4
		pieces := []piece{{text, http1.End}}
		if r.IntN(2) == 0 {
			cut += r.IntN(len(text) - cut + 1)
			pieces = []piece{{text[:cut], 0}, {text[cut:], http1.End}}
		}
		w.same(t, []string{get, zips}[r.IntN(2)], pieces)
	}
}

// TestLastHead: what is known of one head is not believed of another.
func TestLastHead(t *testing.T) {
	w := bothWays(t, "")
	for _, text := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nho",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Frame-Options: DENY\r\n\r\nhi",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
		"HTTP/1.1 404 OK\r\nContent-Length: 2\r\n\r\nhi",
		"HTTP/1.1 404 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
		"HTTP/1.1 404 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhip\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2000\r\n\r\n" + strings.Repeat("a", 2000),
		"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2000\r\n\r\n" + strings.Repeat("b", 2000),
	} {
		w.same(t, zips, []piece{{text, http1.End}})
	}
}

// TestInsertedPipelined answers two requests in the wrong order.
func TestInsertedPipelined(t *testing.T) {
	f := newFront(t, "")
	f.request([]byte(get + get))
	f.c.Answer(2, []byte("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"+strings.Repeat("2", 5000)), uint32(http1.End))
	f.c.Answer(1, []byte("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"+strings.Repeat("1", 5000)), uint32(http1.End))
	f.env.Flush()
	f.h.settle()
	out := bufio.NewReader(&f.out)
	for _, want := range []string{"1", "2"} {
		res, err := http.ReadResponse(out, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		if string(body) != strings.Repeat(want, 5000) || res.Header.Get("X-Frame-Options") != "SAMEORIGIN" {
			t.Errorf("%d %q, wanted the answer to request %s", len(body), body[:1], want)
		}
	}
	if n := strings.Count(f.log.String(), `"status":200,"bytes":5000`); n != 2 {
		t.Errorf("%d lines of the log: %s", n, f.log.String())
	}
}

// TestEdgeDoesNotAllocate takes a hello through the default layers.
func TestEdgeDoesNotAllocate(t *testing.T) {
	f := newFront(t, "")
	seq := uint32(0)
	if n := testing.AllocsPerRun(1000, func() {
		seq++
		f.request(helloRequest)
		f.answer(seq, helloAnswer)
		f.out.Reset()
		f.log.Reset()
	}); n != 0 {
		t.Errorf("%v allocations for a request, wanted none", n)
	}
}

// TestTextsAreUsedAgain looks that nothing of one request is seen in the next.
func TestTextsAreUsedAgain(t *testing.T) {
	f := newFront(t, "rate_limit = { rate = \"2/1m\", key = \"header:X-Key\" }")
	for i, key := range []string{"aaaa", "bbbb", "aaaa", "bbbb"} {
		f.request(fmt.Appendf(nil, "GET /%s HTTP/1.1\r\nHost: a\r\nX-Key: %s\r\n\r\n", key, key))
		f.answer(uint32(i+1), helloAnswer)
	}
	for i := range 2 { // both have had two
		f.request(fmt.Appendf(nil, "GET / HTTP/1.1\r\nHost: a\r\nX-Key: %s\r\n\r\n", []string{"aaaa", "bbbb"}[i]))
		f.env.Flush()
		f.h.settle()
	}
	if n := bytes.Count(f.out.Bytes(), []byte("HTTP/1.1 429 ")); n != 2 {
		t.Errorf("%d of 2 refused: %s", n, f.out.String())
	}
	if n := bytes.Count(f.out.Bytes(), []byte("HTTP/1.1 200 ")); n != 4 {
		t.Errorf("%d of 4 answered", n)
	}
}
