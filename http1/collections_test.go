package http1

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Payloads that others have collected against HTTP servers. They are not part
// of this repository: SLUICE_HTTP_COLLECTIONS names a folder with checkouts of
//
//	smuggler                 defparam/smuggler
//	http-request-smuggler    PortSwigger/http-request-smuggler
//	http-garden              narfindustries/http-garden
//
// What must hold of each: it is refused, with nothing behind it read as a
// request, or it is read exactly as if the field that was tampered with were
// not there. There is never a second reading.
func collection(t *testing.T, path string) string {
	t.Helper()
	dir := os.Getenv("SLUICE_HTTP_COLLECTIONS")
	if dir == "" {
		t.Skip("SLUICE_HTTP_COLLECTIONS is not set")
	}
	text, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// reading is what a server made of its input: the requests it was given, with
// bodies, and the statuses of its answers.
type reading struct {
	exchange
	requests []string
}

func (r *reading) OnRequest(seq uint32, h *Head) Decision {
	r.requests = append(r.requests, fmt.Sprintf("%v %s ", h.Method, h.Bytes(h.Target)))
	return r.exchange.OnRequest(seq, h)
}

func (r *reading) OnBody(seq uint32, p []byte) {
	r.requests[len(r.requests)-1] += string(p)
}

// read runs a strict server over in, in pieces of a size.
func read(in string, size int) *reading {
	r := &reading{exchange: exchange{want: true}}
	r.c = NewServerConn(&ServerConfig{}, r, 0)
	for b := []byte(in); len(b) > 0; {
		n := min(size, len(b))
		r.c.Feed(0, b[:n:n])
		b = b[n:]
	}
	r.c.Settle(0)
	return r
}

func (r *reading) String() string {
	return fmt.Sprintf("%q answered %s", r.requests, strings.TrimSpace(strings.TrimSuffix(r.summary(), "waits")))
}

// refused says whether the last answer was a refusal and the connection ends
// with it.
func (r *reading) refused() bool {
	words := strings.Fields(r.short.String())
	return len(words) > 0 && slices.Contains([]string{"400", "413", "414", "431", "501", "505"}, words[len(words)-1]) && r.c.Done()
}

const smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

// mutation is a head whose field was tampered with. other are the fields that
// are there beside it, and say where the body ends.
type mutation struct {
	name string
	head string // up to the empty line, without it
	rest string // the same without the field
}

// checkMutations counts what becomes of each mutation before each body.
func checkMutations(t *testing.T, list []mutation, bodies ...string) (refused, absent int) {
	t.Helper()
	for _, m := range list {
		for _, body := range bodies {
			fill := func(head string) string {
				return strings.ReplaceAll(head, "{length}", strconv.Itoa(len(body))) + "\r\n\r\n" + body + next
			}
			in := fill(m.head)
			got := read(in, len(in))
			for _, size := range []int{1, 2, 3, 7, 64} {
				if s := read(in, size); s.String() != got.String() {
					t.Errorf("%s: %q\nin pieces of %d: %v\nwhole:           %v", m.name, in, size, s, got)
				}
			}
			without := read(fill(m.rest), 1<<20)
			switch {
			case got.refused() && len(got.requests) <= 1 && !strings.Contains(fmt.Sprint(got.requests), "/smuggled"):
				refused++
			case got.String() == without.String():
				absent++
			default:
				t.Errorf("%s: %q\nread as %v\nwithout the field %v", m.name, in, got, without)
			}
		}
	}
	return refused, absent
}

// TestSmugglerConfigs runs the Transfer-Encoding mutations of
// defparam/smuggler: each beside a Content-Length that is right.
func TestSmugglerConfigs(t *testing.T) {
	for _, name := range []string{"default", "doubles", "exhaustive"} {
		gadgets := pythonGadgets(t, collection(t, "smuggler/configs/"+name+".py"))
		var list []mutation
		for _, g := range gadgets {
			const before, after = "POST /?cb=1 HTTP/1.1\r\n", "Host: a\r\nUser-Agent: x\r\nContent-type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: {length}"
			list = append(list, mutation{g.name, before + g.text + "\r\n" + after, before + after})
		}
		refused, absent := checkMutations(t, list, "0\r\n\r\n"+smuggled, "1\r\nZ\r\nQ\r\n\r\n", "1\r\nZ\r\n0\r\n\r\n"+smuggled)
		t.Logf("smuggler %-10s %4d mutations, before 3 bodies each: %d refused, %d as if the field were absent", name, len(list), refused, absent)
		if len(list) < 100 {
			t.Errorf("only %d mutations were understood", len(list))
		}
	}
}

type gadget struct{ name, text string }

var (
	pyFor    = regexp.MustCompile(`^for i in (?:\[(.*)\]|range\((\w+),\s*(\w+)\)):`)
	pyGadget = regexp.MustCompile(`^\s*mutations\["([^"]*)"(?:%\(?(i|i,i)\)?)?\]\s*=\s*render_template\("((?:[^"\\]|\\.)*)"(?:%\(?(i|i,i)\)?)?\)`)
	pyEscape = regexp.MustCompile(`\\u[0-9a-fA-F]{4}`)
)

// pythonGadgets reads the assignments of a config, with the loops around them.
func pythonGadgets(t *testing.T, text string) []gadget {
	var list []gadget
	values := []int{0}
	understood := 0
	for _, l := range strings.Split(text, "\n") {
		if m := pyFor.FindStringSubmatch(l); m != nil {
			values = nil
			if m[1] != "" {
				for _, s := range strings.Split(m[1], ",") {
					n, _ := strconv.ParseInt(strings.TrimSpace(s), 0, 32)
					values = append(values, int(n))
				}
				continue
			}
			from, _ := strconv.ParseInt(m[2], 0, 32)
			to, _ := strconv.ParseInt(m[3], 0, 32)
			for i := from; i < to; i++ {
				values = append(values, int(i))
			}
			continue
		}
		m := pyGadget.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		understood++
		template := pyEscape.ReplaceAllStringFunc(m[3], func(s string) string { return `\x` + s[4:] })
		template, err := strconv.Unquote(`"` + template + `"`)
		if err != nil {
			t.Fatal(l, err)
		}
		if m[4] == "" {
			list = append(list, gadget{m[1], template})
			continue
		}
		for _, i := range values {
			name := m[1] + fmt.Sprintf(" %02x", i)
			list = append(list, gadget{name, strings.ReplaceAll(template, "%c", string([]byte{byte(i)}))})
			if i >= 0x80 { // as Python writes it, too
				list = append(list, gadget{name + " in UTF-8", strings.ReplaceAll(template, "%c", string(rune(i)))})
			}
		}
	}
	if n := strings.Count(text, "render_template(") - strings.Count(text, "def render_template("); understood < n-1 {
		t.Errorf("%d gadgets of %d were understood", understood, n)
	}
	return list
}
