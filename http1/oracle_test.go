package http1

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// oracle is a Node 24 that runs testdata/oracle.js.
type oracle struct {
	in  io.WriteCloser
	out *bufio.Reader
	cmd *exec.Cmd
}

// findNode returns the path of a Node 24: SLUICE_NODE, or the one that npm
// installed for the project, or the one in PATH.
func findNode() string {
	for _, path := range []string{os.Getenv("SLUICE_NODE"), "../node_modules/node/bin/node", "node"} {
		if path == "" {
			continue
		}
		if v, err := exec.Command(path, "--version").Output(); err == nil && strings.HasPrefix(string(v), "v24.") {
			return path
		}
	}
	return ""
}

func newOracle(t testing.TB) *oracle {
	node := findNode()
	if node == "" {
		t.Skip("no Node 24: set SLUICE_NODE")
	}
	script, err := filepath.Abs("testdata/oracle.js")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, "--no-warnings", script)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	return &oracle{in: in, out: bufio.NewReaderSize(out, 1<<20), cmd: cmd}
}

type oracleCase struct {
	Role    Role     `json:"role"`
	Lenient Leniency `json:"lenient"`
	Max     int      `json:"max"`
	Parts   []string `json:"parts"`
	EOF     bool     `json:"eof"`
	Decide  Decision `json:"decide"`
}

func (o *oracle) send(role Role, lenient Leniency, limit int, parts []string, eof bool, decide Decision) {
	c := oracleCase{Role: role, Lenient: lenient & 0x7ff, Max: limit, EOF: eof, Decide: decide}
	for _, p := range parts {
		c.Parts = append(c.Parts, base64.StdEncoding.EncodeToString([]byte(p)))
	}
	line, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	o.in.Write(append(line, '\n'))
}

func (o *oracle) receive(t testing.TB) []any {
	// Node's parser has inputs from which it does not return.
	watchdog := time.AfterFunc(20*time.Second, func() { o.cmd.Process.Kill() })
	line, err := o.out.ReadBytes('\n')
	watchdog.Stop()
	if err != nil {
		t.Fatal("oracle: ", err)
	}
	var events []any
	if err := json.Unmarshal(line, &events); err != nil {
		t.Fatal("oracle: ", err, string(line))
	}
	return events
}

// latin1 turns bytes into the string that JavaScript has for them.
func latin1(b []byte) string {
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return string(r)
}

// fieldList is a section as Node's list of headers.
func fieldList(s *Section) []any {
	list := []any{}
	if s != nil {
		for i := range s.Fields {
			list = append(list, latin1(s.Name(i)), latin1(s.Value(i)))
		}
	}
	return list
}

// trace parses parts and returns the events in the oracle's form.
func trace(role Role, o *Options, parts []string, eof bool) []any {
	return traceDeciding(role, o, parts, eof, Proceed)
}

// traceDeciding is trace with an answer to every head.
func traceDeciding(role Role, o *Options, parts []string, eof bool, decide Decision) []any {
	t := tracer{p: NewParser(role, o), decide: decide}
	for _, part := range parts {
		if !t.feed([]byte(part)) {
			return t.events
		}
	}
	t.finish(eof)
	return t.events
}

type tracer struct {
	p      *Parser
	decide Decision
	events []any
	body   []byte
}

func (t *tracer) add(ev ...any) { t.events = append(t.events, ev) }

func (t *tracer) flush() {
	if len(t.body) > 0 {
		t.add("body", latin1(t.body))
		t.body = nil
	}
}

func (t *tracer) feed(b []byte) bool {
	for {
		ev, n := t.p.Next(b)
		b = b[n:]
		switch ev {
		case EventMore:
			return true
		case EventBegin:
			t.add("begin")
		case EventHead:
			h := t.p.Head()
			method := -1.0
			if h.Request {
				method = float64(h.Method)
			}
			t.add("head", method, latin1(h.Bytes(h.Target)), fmt.Sprintf("%d.%d", h.Major, h.Minor), float64(h.Status),
				latin1(h.Bytes(h.Reason)), h.Has(FlagUpgrade), h.Has(FlagKeepAlive), fieldList(&h.Section))
			t.p.Decide(t.decide)
		case EventBody:
			t.body = append(t.body, t.p.Body()...)
		case EventComplete:
			t.flush()
			t.add("complete", fieldList(t.p.Trailers()))
		case EventUpgrade:
			t.add("upgrade", float64(t.p.Offset()))
			return false
		case EventError:
			t.flush()
			t.add("error", t.p.Err().Code.String(), t.p.Err().Reason, float64(t.p.Err().Offset))
			return false
		}
	}
}

func (t *tracer) finish(eof bool) {
	if eof {
		switch t.p.Finish() {
		case EventComplete:
			t.flush()
			t.add("complete", fieldList(nil))
		case EventError:
			t.flush()
			t.add("error", t.p.Err().Code.String(), t.p.Err().Reason, float64(-1))
			return
		}
	}
	t.flush()
	t.add("more")
}

// seeds are messages from which the generator starts.
var seeds = map[Role][]string{
	RoleRequest: {
		"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
		"GET /path?query=1#frag HTTP/1.1\r\nHost: a.example:8080\r\nAccept: */*\r\nX-Long-Name-Of-A-Field: value, value2 \r\n\r\n",
		"POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET /2 HTTP/1.1\r\nHost: h\r\n\r\n",
		"POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b;c=\"d e\"\r\n world\r\n0\r\nX-T: v\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
		"GET / HTTP/1.0\r\n\r\n",
		"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET",
		"GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, foo\r\nUpgrade: websocket\r\n\r\nrest",
		"POST / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabcrest",
		"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nContent-Length: 3\r\n\r\nabcd",
		"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
		"GET http://a.example/x HTTP/1.1\r\nHost: a.example\r\nExpect: 100-continue\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"M-SEARCH * HTTP/1.1\r\nHost: h\r\nProxy-Connection: close\r\n\r\n\r\n\r\nGET",
		"PROPPATCH /a HTTP/1.1\r\nHost: h\r\nX-Empty:\r\nX-Tab:\t a\tb \t\r\nContent-Length:  007 \r\n\r\n1234567",
		"\r\nPUT /u HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n\r\nDELETE /u HTTP/1.1\r\nHOST: h\r\n\r\n",
		"GET /\r\n\r\n",
	},
	RoleResponse: {
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 204 No Content\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nHTTP/1.1 304 \r\nEtag: x\r\n\r\n",
		"HTTP/1.1 200 OK\r\n\r\nuntil the end",
		"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\nHTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nok",
		"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x00",
		"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 404\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
		"HTTP/1.1 200 \xe4\xf6\r\nTransfer-Encoding: identity\r\nX: \xe9\r\n\r\nabc",
	},
}

// tokens are what mutations put in.
var tokens = []string{
	"\r", "\n", "\r\n", "\r\n\r\n", " ", "\t", "\x00", "\x0b", "\x0c", "\x7f", "\x80", "\xff", ":", ";", ",", "=", "\"", "\\",
	"/", "*", "?", "#", "@", "[", "0", "1", "9", "a", "F", "g", "+", "-", "_", ".", "HTTP/1.1", "HTTP/2.0", "HTTP/1.2", "RTSP/1.0", "ICE/1.0",
	"Content-Length: 3\r\n", "Content-Length: 3, 3\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n",
	"Transfer-Encoding: chunked, gzip\r\n", "transfer-encoding : chunked\r\n", "Connection: close\r\n", "Connection: keep-alive, upgrade\r\n",
	"Upgrade: x\r\n", "Upgrade:\r\n", " folded\r\n", "X:\r\n y\r\n", "Content-Length:\r\n", "Host: other\r\n", "chunked", "close", "0x", "1e",
	"18446744073709551616", "99999999999999999999", "ffffffffffffffff", "00000000000000000",
	"GET", "POST", "HEAD", "SOURCE", "PLAY", "GET_PARAMETER", "http://", "://",
}

// mutate changes a message in a few places.
func mutate(r *rand.Rand, s string) string {
	b := []byte(s)
	for range r.Intn(3) + 1 {
		if len(b) == 0 {
			return ""
		}
		i := r.Intn(len(b))
		switch r.Intn(6) {
		case 0: // insert
			tok := tokens[r.Intn(len(tokens))]
			b = append(b[:i:i], append([]byte(tok), b[i:]...)...)
		case 1: // replace
			tok := tokens[r.Intn(len(tokens))]
			b = append(b[:i:i], append([]byte(tok), b[min(i+len(tok), len(b)):]...)...)
		case 2: // delete
			j := min(i+1+r.Intn(3), len(b))
			b = append(b[:i:i], b[j:]...)
		case 3: // any byte
			b[i] = byte(r.Intn(256))
		case 4: // at the start of a line
			lines := strings.SplitAfter(string(b), "\r\n")
			k := r.Intn(len(lines))
			lines[k] = tokens[r.Intn(len(tokens))] + lines[k]
			b = []byte(strings.Join(lines, ""))
		case 5: // repeat a line
			lines := strings.SplitAfter(string(b), "\r\n")
			k := r.Intn(len(lines))
			lines[k] += lines[r.Intn(len(lines))]
			b = []byte(strings.Join(lines, ""))
		}
	}
	return string(b)
}

// cut splits a message in random places.
func cut(r *rand.Rand, s string) []string {
	var parts []string
	for len(s) > 0 {
		n := len(s)
		if r.Intn(3) > 0 {
			n = 1 + r.Intn(len(s))
		}
		parts = append(parts, s[:n])
		s = s[n:]
	}
	return parts
}

func TestAgainstNode(t *testing.T) {
	o := newOracle(t)
	n := 20000
	if s := os.Getenv("SLUICE_ORACLE_CASES"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	seed := int64(1)
	if s := os.Getenv("SLUICE_ORACLE_SEED"); s != "" {
		seed, _ = strconv.ParseInt(s, 10, 64)
	}
	r := rand.New(rand.NewSource(seed))
	bad, allowed := map[string]int{}, map[string]int{}
	valid := 0
	for range n {
		role := pick(r, RoleRequest, RoleRequest, RoleResponse)
		msg := generate(r, role)
		if often(r, 2) {
			msg = pick(r, seeds[role]...)
		}
		if often(r, 7) {
			msg = mutate(r, msg)
		}
		parts := []string{msg}
		if r.Intn(2) == 0 {
			parts = cut(r, msg)
		}
		lenient := Leniency(0)
		switch r.Intn(4) {
		case 0:
			lenient = llhttpInsecure
		case 1:
			lenient = Leniency(r.Intn(1 << 11))
		}
		if strings.IndexByte(msg, 0) >= 0 {
			// Node 24.21 never returns from a NUL in a value with this bit.
			lenient &^= LenientHeaderValueRelaxed
		}
		eof := r.Intn(2) == 0
		limit := 16 << 10
		if r.Intn(4) == 0 {
			limit = 20 + r.Intn(80)
		}
		decide := pick(r, Proceed, Proceed, Proceed, Proceed, SkipBody, Upgrade)
		o.send(role, lenient, limit, parts, eof, decide)
		want := o.receive(t)
		got := traceDeciding(role, &Options{Lenient: lenient | NodeCompatible, Limits: Limits{HeaderBytes: limit}, Detail: DetailMessage}, parts, eof, decide)
		if want[len(want)-1].([]any)[0] != "error" {
			valid++
		}
		if why, wanted := explain(role, lenient, decide, msg, got, want); wanted {
			allowed[why]++
		} else if why != "" {
			if bad[why]++; bad[why] <= 3 {
				t.Errorf("%s: role %d lenient %v decide %d parts %q eof %v limit %d\n got %v\nwant %v", why, role, lenient, decide, parts, eof, limit, got, want)
			}
		}
	}
	t.Logf("seed %d: %d sequences, %d of them without an error", seed, n, valid)
	for _, d := range differences {
		t.Logf("%6d allowed: %s", allowed[d.why], d.why)
	}
	for why, n := range bad {
		t.Logf("%5d %s", n, why)
	}
}
