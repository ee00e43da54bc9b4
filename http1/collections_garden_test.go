package http1

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestGardenTrophies runs the payloads of the HTTP Garden's list of bugs
// (TROPHIES.md). Where a payload lacks a Host it is given one, or a 400 would
// prove nothing. Each is refused, with nothing behind the refusal read, or is
// in gardenAccepted with what it is read as.
func TestGardenTrophies(t *testing.T) {
	payloads := gardenPayloads(collection(t, "http-garden/TROPHIES.md"))
	refused, accepted := 0, 0
	unused := map[string]bool{}
	for name := range gardenAccepted {
		unused[name] = true
	}
	for _, p := range payloads {
		in := withHost(p.text)
		got := read(in, len(in))
		for size := 1; size < min(len(in), 40); size++ {
			if s := read(in, size); s.String() != got.String() {
				t.Errorf("%s: %q\nin pieces of %d: %v\nwhole:           %v", p.name, in, size, s, got)
			}
		}
		want, listed := gardenAccepted[p.name]
		delete(unused, p.name)
		switch {
		case listed && got.String() == want:
			accepted++
		case listed:
			t.Errorf("%s: %q\nread as %v\nwant    %v", p.name, in, got, want)
		case got.refused() && len(got.requests) <= 1:
			refused++
		default:
			t.Errorf("%s: %q\nread as %v", p.name, in, got)
		}
	}
	for name := range unused {
		t.Errorf("%s: no such payload", name)
	}
	t.Logf("HTTP Garden: %d payloads, %d refused, %d read as they should be", len(payloads), refused, accepted)
}

// gardenAccepted holds the payloads that are read, each as RFC 9112 has it.
var gardenAccepted = map[string]string{
	"Server 25":     `["GET / "] answered `,          // waits for the first chunk
	"Server 32":     `["GET / 01234567"] answered `,  // ten bytes are announced, as decimal digits, and eight came
	"Server 39":     `["GET / "] answered 200`,       // a trailer field "X", not a request
	"Server 41":     `["GET /login "] answered 200`,  // the bytes stay in the value
	"Server 45":     `["GET / "] answered 200 close`, // nothing behind the last request is read
	"Server 48":     `["POST / " "POST / "] answered 200`,
	"Server 48.2":   `["GET / "] answered 200`,
	"Transducer 21": `["GET / 1234567890"] answered 200`, // the body of a GET is a body
	"Bonus 4":       `["POST / Z"] answered 200`,
}

type payload struct{ name, text string }

var (
	gardenHead    = regexp.MustCompile(`^##+ (\w+)`)
	gardenNumber  = regexp.MustCompile(`^(\d+)\. `)
	gardenCode    = regexp.MustCompile("`([^`]+)`")
	gardenEscapes = regexp.MustCompile(`\\(r|n|t|x[0-9a-fA-F]{2})`)
)

// gardenPayloads reads the list: headings, numbers, and payloads in backticks.
// Those of HTTP/2 are left out.
func gardenPayloads(text string) []payload {
	var list []payload
	section, number := "", ""
	for _, l := range strings.Split(text, "\n") {
		if m := gardenHead.FindStringSubmatch(l); m != nil {
			section = m[1]
		} else if m := gardenNumber.FindStringSubmatch(l); m != nil {
			number = m[1]
		}
		_, code, ok := strings.Cut(l, "Payload: ")
		if !ok || strings.Contains(code, "HTTP/2.0") {
			continue
		}
		for i, m := range gardenCode.FindAllStringSubmatch(code, -1) {
			name := section + " " + number
			if i > 0 {
				name += "." + strconv.Itoa(i+1)
			}
			list = append(list, payload{name, gardenEscapes.ReplaceAllStringFunc(m[1], func(s string) string {
				s, _ = strconv.Unquote(`"` + s + `"`)
				return s
			})})
		}
	}
	return list
}

var firstLine = regexp.MustCompile(`^[^\r\n]*HTTP/1\.1\r\n`)

// withHost puts a Host into a first request that has none.
func withHost(s string) string {
	head, _, _ := strings.Cut(s, "\r\n\r\n")
	if regexp.MustCompile(`(?i)(^|\n)host:`).MatchString(head) {
		return s
	}
	if at := firstLine.FindStringIndex(s); at != nil {
		return s[:at[1]] + "Host: a\r\n" + s[at[1]:]
	}
	return s
}

// TestGardenMutations compares what the HTTP Garden's mutators make of
// requests with Node's parser, as TestAgainstNode does with ours, and checks
// that a strict server that refuses reads nothing more. Python 3 is needed.
func TestGardenMutations(t *testing.T) {
	collection(t, "http-garden/tools/mutations.py")
	o := newOracle(t)
	cmd := exec.Command("python3", "testdata/mutations.py", filepath.Join(os.Getenv("SLUICE_HTTP_COLLECTIONS"), "http-garden/tools"), "1", "10000")
	var in bytes.Buffer
	for _, s := range []string{
		"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
		"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
		"GET /k HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
		"PUT /e HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTest: x\r\n\r\n",
	} {
		fmt.Fprintln(&in, base64.StdEncoding.EncodeToString([]byte(s)))
	}
	cmd.Stdin = &in
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	count, refused, allowed, bad := 0, 0, 0, 0
	for _, l := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		var parts []string
		for _, p := range strings.Fields(l) {
			b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(p, "="))
			if err == nil && len(b) > 0 {
				parts = append(parts, string(b))
			}
		}
		if len(parts) == 0 {
			continue
		}
		count++
		msg := strings.Join(parts, "")
		o.send(RoleRequest, 0, 16<<10, parts, false, Proceed)
		want := o.receive(t)
		got := trace(RoleRequest, &Options{Lenient: NodeCompatible, Detail: DetailMessage}, parts, false)
		if why, wanted := explain(RoleRequest, 0, Proceed, msg, got, want); wanted {
			allowed++
		} else if why != "" {
			if bad++; bad < 5 {
				t.Errorf("%s: %q\n got %v\nwant %v", why, parts, got, want)
			}
		}
		r := read(msg, 1<<20)
		if r.refused() {
			refused++
		}
		// What a strict server is given, Node's parser is given too.
		loose := readLeniently(msg, NodeCompatible)
		if len(r.requests) > len(loose.requests) {
			t.Errorf("%q: strictly %v, leniently %v", msg, r, loose)
		}
	}
	t.Logf("HTTP Garden's mutators: %d streams, %d different from Node on purpose, %d refused strictly", count, allowed, refused)
}

// readLeniently is read with leniency.
func readLeniently(in string, lenient Leniency) *reading {
	r := &reading{exchange: exchange{want: true}}
	r.c = NewServerConn(&ServerConfig{Options: Options{Lenient: lenient}}, r, 0)
	r.c.Feed(0, []byte(in))
	r.c.Settle(0)
	return r
}
