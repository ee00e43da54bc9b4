package http1net

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sluice-http/sluice/http1"
)

// routes is the handler of the table of exchanges.
func routes(w *ResponseWriter, r *Request) {
	h := w.Header()
	switch r.Path() {
	case "/hello":
		w.WriteString("hello")
	case "/echo":
		b, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %d %q %v", r.Method, r.ContentLength, b, err)
	case "/trailers":
		io.Copy(io.Discard, r.Body)
		fmt.Fprintf(w, "%v", r.Trailer)
	case "/what":
		fmt.Fprintf(w, "%s|%s|%s|%d.%d|%s|%s|%d", r.Method, r.Target, r.Host, r.Major, r.Minor, r.Path(), r.Query(), r.Seq)
	case "/headers":
		for _, f := range r.Header {
			fmt.Fprintf(w, "%s=%s;", f.Name, f.Value)
		}
	case "/nothing":
	case "/204":
		w.WriteHeader(204)
		n, err := w.WriteString("x")
		h.Set("X-Err", fmt.Sprint(n, err))
	case "/204length":
		h.Set("Content-Length", "5")
		w.WriteHeader(204)
	case "/304":
		h.Set("ETag", `"a"`)
		w.WriteHeader(304)
	case "/304length":
		h.Set("Content-Length", "5")
		w.WriteHeader(304)
	case "/404":
		w.WriteHeader(404)
		w.WriteHeader(500)
		w.WriteString("no")
	case "/599":
		w.WriteHeader(599)
	case "/length":
		h.Set("Content-Length", "5")
		w.WriteString("hello")
	case "/short":
		h.Set("Content-Length", "50")
		w.WriteString("hello")
	case "/shortsent":
		h.Set("Content-Length", "50")
		w.WriteString("hello")
		w.Flush()
	case "/long":
		h.Set("Content-Length", "5")
		w.WriteString("hello")
		n, err := w.WriteString(" world")
		if n != 0 || err != ErrContentLength {
			panic(err)
		}
	case "/badlength":
		h.Set("Content-Length", "+5")
		w.WriteString("hello")
	case "/twolengths":
		h.Add("Content-Length", "5")
		h.Add("Content-Length", "5")
		w.WriteString("hello")
	case "/chunks":
		w.WriteString("he")
		w.Flush()
		w.WriteString("llo")
		w.Flush()
	case "/te":
		h.Set("Transfer-Encoding", "chunked")
		w.WriteString("hello")
	case "/tegzip":
		h.Set("Transfer-Encoding", "gzip, chunked")
	case "/sendtrailers":
		h.Set("Trailer", "X-Sum")
		w.Trailer().Set("X-Sum", "5")
		w.Trailer().Set("Content-Length", "5")
		w.WriteString("hello")
	case "/close":
		h.Set("Connection", "close")
		w.WriteString("bye")
	case "/split":
		h.Set("X-A", "a\r\nX-B: b")
	case "/name":
		h.Set("X A", "a")
	case "/latin1":
		h.Set("X-A", "\xe4")
	case "/hints":
		w.Inform(103, Header{{"Link", "</a>"}})
		w.Inform(102, nil)
		w.WriteString("late")
	case "/early":
		h.Set("Link", "</a>")
		w.WriteHeader(103)
		h.Del("Link")
		w.WriteString("late")
	case "/panic":
		panic("told so")
	case "/paniclate":
		w.WriteString("part")
		w.Flush()
		panic("told so")
	case "/abort":
		panic(ErrAbort)
	case "/date":
		h.Set("Date", "today")
	case "/slow":
		time.Sleep(20 * time.Millisecond)
		w.WriteString("slow")
	case "/large":
		w.WriteString(strings.Repeat("0123456789abcdef", 512))
	case "/upgrade426":
		h.Set("Connection", "Upgrade")
		h.Set("Upgrade", "x")
		w.WriteHeader(426)
	default:
		if r.Method == "CONNECT" || r.Target == "*" {
			fmt.Fprintf(w, "%s %s", r.Method, r.Target)
			return
		}
		w.WriteHeader(404)
	}
}

const (
	hx    = "Host: x\r\n"
	last  = "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
	ok    = "HTTP/1.1 200 OK\r\n"
	keep  = "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n"
	bye   = "Connection: close\r\n\r\n"
	hello = ok + "Date\r\nContent-Length: 5\r\n" + bye + "hello"
)

// exchanges: what is sent, and what must come back up to the end of the
// connection. Of Date fields only the name is left.
var exchanges = []struct{ name, send, want string }{
	{"hello", last, hello},
	{"keep-alive", "GET /hello HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Date\r\nContent-Length: 5\r\n" + keep + "hello" + hello},
	{"1.0", "GET /hello HTTP/1.0\r\n\r\n", hello},
	{"1.0 keep-alive", "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + last, ok + "Date\r\nContent-Length: 5\r\n" + keep + "hello" + hello},
	{"1.0 without length", "GET /chunks HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", ok + "Date\r\n" + bye + "hello"},
	{"1.0 informational", "GET /hints HTTP/1.0\r\n\r\n", ok + "Date\r\nContent-Length: 4\r\n" + bye + "late"},
	{"1.0 trailers", "GET /sendtrailers HTTP/1.0\r\n\r\n", ok + "Trailer: X-Sum\r\nDate\r\nContent-Length: 5\r\n" + bye + "hello"},
	{"1.0 expect", "POST /echo HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nhi", ok + "Date\r\nContent-Length: 17\r\n" + bye + `POST 2 "hi" <nil>`},
	{"0.9", "GET /hello\r\n\r\n", hello},
	{"HEAD", "HEAD /hello HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Date\r\nContent-Length: 5\r\n" + keep + hello},
	{"HEAD chunked", "HEAD /chunks HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Date\r\n" + keep + hello},
	{"HEAD trailers", "HEAD /sendtrailers HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Trailer: X-Sum\r\nDate\r\nContent-Length: 5\r\n" + keep + hello},
	{"HEAD nothing", "HEAD /nothing HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Date\r\n" + keep + hello},
	{"HEAD 304", "HEAD /304 HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nDate\r\n" + keep + hello},
	{"nothing", "GET /nothing HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Date\r\nContent-Length: 0\r\n" + keep + hello},
	{"204", "GET /204 HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 204 No Content\r\nX-Err: 0 " + ErrNoBody.Error() + "\r\nDate\r\n" + keep + hello},
	{"204 with length", "GET /204length HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 204 No Content\r\nDate\r\n" + keep + hello},
	{"304", "GET /304 HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nDate\r\n" + keep + hello},
	{"304 with length", "GET /304length HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 304 Not Modified\r\nDate\r\nContent-Length: 5\r\n" + keep + hello},
	{"404", "GET /404 HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 404 Not Found\r\nDate\r\nContent-Length: 2\r\n" + keep + "no" + hello},
	{"status without name", "GET /599 HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 599 \r\nDate\r\nContent-Length: 0\r\n" + keep + hello},
	{"length", "GET /length HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Date\r\nContent-Length: 5\r\n" + keep + "hello" + hello},
	{"length too long", "GET /short HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 500 Internal Server Error\r\n" + bye},
	{"length too long, sent", "GET /shortsent HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Date\r\nContent-Length: 50\r\n" + keep + "hello"},
	{"length too short", "GET /long HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Date\r\nContent-Length: 5\r\n" + keep + "hello" + hello},
	{"length is none", "GET /badlength HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 500 Internal Server Error\r\n" + bye},
	{"two lengths", "GET /twolengths HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 500 Internal Server Error\r\n" + bye},
	{"chunks", "GET /chunks HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Date\r\nTransfer-Encoding: chunked\r\n" + keep + "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n" + hello},
	{"asked for chunks", "GET /te HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Date\r\nTransfer-Encoding: chunked\r\n" + keep + "5\r\nhello\r\n0\r\n\r\n" + hello},
	{"asked for gzip", "GET /tegzip HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 500 Internal Server Error\r\n" + bye},
	{"trailers", "GET /sendtrailers HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Trailer: X-Sum\r\nDate\r\nTransfer-Encoding: chunked\r\n" + keep + "5\r\nhello\r\n0\r\nX-Sum: 5\r\n\r\n" + hello},
	{"the handler closes", "GET /close HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Date\r\nContent-Length: 3\r\n" + bye + "bye"},
	{"response splitting", "GET /split HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 500 Internal Server Error\r\n" + bye},
	{"invalid name", "GET /name HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 500 Internal Server Error\r\n" + bye},
	{"latin-1 value", "GET /latin1 HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "X-A: \xe4\r\nDate\r\nContent-Length: 0\r\n" + keep + hello},
	{"early hints", "GET /hints HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + ok + "Date\r\nContent-Length: 4\r\n" + keep + "late" + hello},
	{"early hints by WriteHeader", "GET /early HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok + "Date\r\nContent-Length: 4\r\n" + keep + "late" + hello},
	{"panic", "GET /panic HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 500 Internal Server Error\r\n" + bye},
	{"panic after the head", "GET /paniclate HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Date\r\nTransfer-Encoding: chunked\r\n" + keep + "4\r\npart\r\n"},
	{"abort", "GET /abort HTTP/1.1\r\n" + hx + "\r\n" + last, ""},
	{"abort behind another", "GET /hello HTTP/1.1\r\n" + hx + "\r\nGET /abort HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Date\r\nContent-Length: 5\r\n" + keep + "hello"},
	{"own Date", "GET /date HTTP/1.1\r\n" + hx + bye, ok + "Date\r\nContent-Length: 0\r\n" + bye},
	{"body with length", "POST /echo HTTP/1.1\r\n" + hx + "Content-Length: 3\r\n\r\nabc" + last, ok + "Date\r\nContent-Length: 18\r\n" + keep + `POST 3 "abc" <nil>` + hello},
	{"body in chunks", "POST /echo HTTP/1.1\r\n" + hx + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n" + last, ok + "Date\r\nContent-Length: 19\r\n" + keep + `POST -1 "abc" <nil>` + hello},
	{"body of GET", "GET /echo HTTP/1.1\r\n" + hx + "Content-Length: 3\r\n\r\nabc" + last, ok + "Date\r\nContent-Length: 17\r\n" + keep + `GET 3 "abc" <nil>` + hello},
	{"body nobody reads", "POST /hello HTTP/1.1\r\n" + hx + "Content-Length: 3\r\n\r\nabc" + last, ok + "Date\r\nContent-Length: 5\r\n" + keep + "hello" + hello},
	{"request trailers", "POST /trailers HTTP/1.1\r\n" + hx + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nA: 1\r\nB: 2\r\n\r\n" + last, ok + "Date\r\nContent-Length: 13\r\n" + keep + "[{A 1} {B 2}]" + hello},
	{"continue", "POST /echo HTTP/1.1\r\n" + hx + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc" + last, ok + "Date\r\nContent-Length: 18\r\n" + keep + `POST 3 "abc" <nil>` + hello},
	{"continue and nobody reads", "POST /hello HTTP/1.1\r\n" + hx + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n", ok + "Date\r\nContent-Length: 5\r\n" + bye + "hello"},
	{"another expectation", "POST /hello HTTP/1.1\r\n" + hx + "Content-Length: 3\r\nExpect: tea\r\n\r\nabc" + last, "HTTP/1.1 417 Expectation Failed\r\n" + bye},
	{"no Host", "GET /hello HTTP/1.1\r\n\r\n" + last, "HTTP/1.1 400 Bad Request\r\n" + bye},
	{"empty Host", "GET /what HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", ok + "Date\r\nContent-Length: 23\r\n" + bye + "GET|/what||1.1|/what||1"},
	{"what", "GET /what?a=b?c HTTP/1.1\r\nhOST: x:8\r\nConnection: close\r\n\r\n", ok + "Date\r\nContent-Length: 37\r\n" + bye + "GET|/what?a=b?c|x:8|1.1|/what|a=b?c|1"},
	{"absolute target", "GET http://x/what HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", ok + "Date\r\nContent-Length: 32\r\n" + bye + "GET|http://x/what|x|1.1|/what||1"},
	{"fields", "GET /headers HTTP/1.1\r\nHost: x\r\nB: 1\r\na:  2 \r\nb: 3\r\nConnection: close\r\n\r\n", ok + "Date\r\nContent-Length: 36\r\n" + bye + "Host=x;B=1;a=2;b=3;Connection=close;"},
	{"asterisk", "OPTIONS * HTTP/1.1\r\n" + hx + bye, ok + "Date\r\nContent-Length: 9\r\n" + bye + "OPTIONS *"},
	{"CONNECT refused", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n" + last, ok + "Date\r\n" + bye + "CONNECT a:1"},
	{"upgrade refused", "GET /hello HTTP/1.1\r\n" + hx + "Connection: upgrade\r\nUpgrade: x\r\n\r\n" + last, ok + "Date\r\nContent-Length: 5\r\n" + keep + "hello" + hello},
	{"upgrade required", "GET /upgrade426 HTTP/1.1\r\n" + hx + "\r\n" + last, "HTTP/1.1 426 Upgrade Required\r\nUpgrade: x\r\nDate\r\nContent-Length: 0\r\nConnection: Upgrade, keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n" + hello},
	{"pipelined, the first is slow", "GET /slow HTTP/1.1\r\n" + hx + "\r\nGET /hello HTTP/1.1\r\n" + hx + "\r\n" + last, ok + "Date\r\nContent-Length: 4\r\n" + keep + "slow" + ok + "Date\r\nContent-Length: 5\r\n" + keep + "hello" + hello},
	{"behind the last", last + "GET /hello HTTP/1.1\r\n" + hx + "\r\n", hello},
	{"garbage", "garbage\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n" + bye},
	{"garbage behind a request", "GET /slow HTTP/1.1\r\n" + hx + "\r\ngarbage\r\n\r\n" + last, ok + "Date\r\nContent-Length: 4\r\n" + keep + "slow" + "HTTP/1.1 400 Bad Request\r\n" + bye},
	{"header overflow", "GET /hello HTTP/1.1\r\n" + hx + "A: " + strings.Repeat("a", 20000) + "\r\n\r\n" + last, "HTTP/1.1 431 Request Header Fields Too Large\r\n" + bye},
	{"length and chunks", "POST /echo HTTP/1.1\r\n" + hx + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + last, "HTTP/1.1 400 Bad Request\r\n" + bye},
	{"unknown coding", "POST /echo HTTP/1.1\r\n" + hx + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + last, "HTTP/1.1 501 Not Implemented\r\n" + bye},
	{"version 2", "GET / HTTP/2.0\r\n" + hx + "\r\n", "HTTP/1.1 505 HTTP Version Not Supported\r\n" + bye},
	{"broken chunk", "POST /echo HTTP/1.1\r\n" + hx + "Transfer-Encoding: chunked\r\n\r\nx\r\n", "HTTP/1.1 400 Bad Request\r\n" + bye},
}

var dateLine = regexp.MustCompile(`Date: [^\r]*\r\n`)

// TestExchanges: bytes in, bytes out, in every mode, sent whole and in two
// pieces.
func TestExchanges(t *testing.T) {
	each(t, func(t *testing.T, mode string) {
		ts := handle(t, mode, routes)
		for _, x := range exchanges {
			t.Run(x.name, func(t *testing.T) {
				got := dateLine.ReplaceAllString(ts.exchange(t, x.send), "Date\r\n")
				if got != x.want {
					t.Errorf("\nsent %q\n got %q\nwant %q", x.send, got, x.want)
				}
				if len(x.send) > 10000 {
					return
				}
				nc := ts.dial(t)
				io.WriteString(nc, x.send[:len(x.send)/2])
				time.Sleep(3 * time.Millisecond)
				io.WriteString(nc, x.send[len(x.send)/2:])
				b, _ := io.ReadAll(nc)
				if again := dateLine.ReplaceAllString(string(b), "Date\r\n"); again != got && x.name != "continue" {
					t.Errorf("in two pieces\nsent %q\n got %q\nwant %q", x.send, again, got)
				}
			})
		}
	})
}

// TestLimits: each limit has its answer.
func TestLimits(t *testing.T) {
	ts := serve(t, "tcp", &Server{
		Handler: HandlerFunc(routes), MaxBodyBytes: 4, MaxRequestsPerConn: 2,
		Limits: http1.Limits{HeaderFields: 3, TargetBytes: 20, ChunkExtensionBytes: 8},
	})
	for _, x := range []struct{ name, send, want string }{
		{"body", "POST /echo HTTP/1.1\r\n" + hx + "Content-Length: 5\r\n\r\n", "HTTP/1.1 413 Payload Too Large\r\n" + bye},
		{"body in chunks", "POST /echo HTTP/1.1\r\n" + hx + "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n" + last,
			fmt.Sprintf("%sDate\r\nContent-Length: %d\r\n%sPOST -1 \"\" %v%s", ok, 11+len(ErrBodyTooLarge.Error()), keep, ErrBodyTooLarge, hello)},
		{"requests", strings.Repeat("GET /hello HTTP/1.1\r\n"+hx+"\r\n", 3), ok + "Date\r\nContent-Length: 5\r\n" + keep + "hello" + hello},
		{"fields", "GET /hello HTTP/1.1\r\n" + hx + "A: 1\r\nB: 1\r\nC: 1\r\n\r\n", "HTTP/1.1 431 Request Header Fields Too Large\r\n" + bye},
		{"target", "GET /hello?" + strings.Repeat("a", 30) + " HTTP/1.1\r\n" + hx + "\r\n", "HTTP/1.1 414 URI Too Long\r\n" + bye},
		{"extensions", "POST /hello HTTP/1.1\r\n" + hx + "Transfer-Encoding: chunked\r\n\r\n1;aaaaaaaaaaaa\r\na\r\n0\r\n\r\n", "HTTP/1.1 413 Payload Too Large\r\n" + bye},
	} {
		t.Run(x.name, func(t *testing.T) {
			if got := dateLine.ReplaceAllString(ts.exchange(t, x.send), "Date\r\n"); got != x.want {
				t.Errorf("\nsent %q\n got %q\nwant %q", x.send, got, x.want)
			}
		})
	}
	if st := ts.Stats(); st.Refused < 4 {
		t.Errorf("refused %d", st.Refused)
	}
}
