package http1

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAppendDate(t *testing.T) {
	r := time.Date(1994, 11, 6, 8, 49, 37, 5e8, time.UTC)
	expect(t, "RFC 9110's example", string(AppendDate(nil, r)), "Sun, 06 Nov 1994 08:49:37 GMT")
	zone := time.FixedZone("x", 3600)
	for i := range 2000 {
		d := time.Unix(int64(i)*12345678, 0).In(zone)
		expect(t, "date", string(AppendDate([]byte("Date: "), d)), "Date: "+d.UTC().Format(http.TimeFormat))
	}
	if n := testing.AllocsPerRun(10, func() { var b [40]byte; AppendDate(b[:0], r) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestStatusTexts(t *testing.T) {
	n := 0
	for s := -1; s < 700; s++ {
		if StatusText(s) != "" {
			n++
		}
	}
	if n != 63 {
		t.Error("Node has 63 texts, not ", n)
	}
	for s, text := range map[int]string{100: "Continue", 200: "OK", 302: "Found", 413: "Payload Too Large", 414: "URI Too Long", 418: "I'm a Teapot",
		422: "Unprocessable Entity", 425: "Too Early", 509: "Bandwidth Limit Exceeded", 511: "Network Authentication Required"} {
		expect(t, "text", StatusText(s), text)
	}
}

func TestMethods(t *testing.T) {
	const node = "ACL,BIND,CHECKOUT,CONNECT,COPY,DELETE,GET,HEAD,LINK,LOCK,M-SEARCH,MERGE,MKACTIVITY,MKCALENDAR,MKCOL,MOVE,NOTIFY,OPTIONS,PATCH," +
		"POST,PROPFIND,PROPPATCH,PURGE,PUT,QUERY,REBIND,REPORT,SEARCH,SOURCE,SUBSCRIBE,TRACE,UNBIND,UNLINK,UNLOCK,UNSUBSCRIBE"
	expect(t, "http.METHODS", strings.Join(Methods(), ","), node)
	for m, name := range AllMethods() {
		if got, ok := LookupMethod(name); !ok || int(got) != m || got.String() != name || len(name) > maxMethod {
			t.Error(name)
		}
	}
	if AllMethods()[46] != "QUERY" || AllMethods()[34] != "PRI" || AllMethods()[24] != "M-SEARCH" {
		t.Error("not llhttp's numbers")
	}
	if _, ok := LookupMethod("get"); ok {
		t.Error("methods are case-sensitive")
	}
}

// TestMethodErrors: the offset of a wrong method is where it stops to be one.
func TestMethodErrors(t *testing.T) {
	checkAll(t, []document{
		{name: "first letter", in: "XET / HTTP/1.1\r\n\r\n", want: `0 refused 400 HPE_INVALID_METHOD "Invalid method encountered"`},
		{name: "second letter", in: "Oopsie\r\n\r\n", want: `1 refused 400 HPE_INVALID_METHOD "Invalid method encountered"`},
		{name: "one letter more", in: "GETX / HTTP/1.1\r\n\r\n", want: `3 refused 400 HPE_INVALID_METHOD "Expected space after method"`},
		{name: "a longer method", in: "GET_PARA / HTTP/1.1\r\n\r\n", want: `8 refused 400 HPE_INVALID_METHOD "Invalid method encountered"`},
		{name: "cut off", in: "GE / HTTP/1.1\r\n\r\n", want: `2 refused 400 HPE_INVALID_METHOD "Invalid method encountered"`},
		{name: "TLS", in: "\x16\x03\x01\x02\x00\x01\x00", want: `0 refused 400 HPE_INVALID_METHOD "Invalid method encountered"`},
	})
}

func TestKnownNames(t *testing.T) {
	for i, title := range KnownTitles() {
		if i == 0 {
			continue
		}
		lower := KnownNames()[i]
		if strings.ToLower(title) != lower {
			t.Error(title, lower)
		}
		for name, spelled := range map[string]Spelling{title: SpelledTitle, lower: SpelledLower, strings.ToUpper(title): SpelledOther} {
			if name == title {
				spelled = SpelledTitle // TE, DNT
			}
			if id, s := lookupName([]byte(name)); int(id) != i || s != spelled {
				t.Errorf("%s is %d %d, want %d %d", name, id, s, i, spelled)
			}
		}
		// Nothing that differs in a bit is the same name.
		for k := range len(lower) {
			for bit := range 8 {
				b := []byte(lower)
				b[k] ^= 1 << bit
				want := LookupField(strings.ToLower(string(b)))
				if b[k] < 0x21 || b[k] > 0x7e {
					want = 0
				}
				if id, _ := lookupName(b); id != want {
					t.Errorf("%q is %d, want %d", b, id, want)
				}
			}
		}
	}
	if !slices.Contains(KnownNames(), "content-type") || LookupField("Content-Type").String() != "content-type" || LookupField("nothing") != 0 {
		t.Error("content-type")
	}
}

func TestSectionGet(t *testing.T) {
	p := NewParser(RoleRequest, nil)
	ev, _ := p.Next([]byte("GET / HTTP/1.1\r\nHost: a\r\nX-Own: 1\r\nx-own: 2\r\nACCEPT: b\r\n\r\n"))
	if ev != EventHead {
		t.Fatal(ev)
	}
	h := p.Head()
	for name, want := range map[string]string{"host": "a", "HOST": "a", "x-OWN": "1", "accept": "b"} {
		if v, ok := h.Get(name); !ok || string(v) != want {
			t.Errorf("%s: %q", name, v)
		}
	}
	for _, name := range []string{"", "x", "x-owm", "content-type"} {
		if _, ok := h.Get(name); ok {
			t.Error(name)
		}
	}
	if !h.Plain {
		t.Error("not plain")
	}
	for _, in := range []string{"A:b", "A:  b", "A: b ", "A:\tb", "A:", "A: "} {
		for _, cutAt := range []int{0, 20} {
			p.Reset(RoleRequest, nil)
			msg := []byte("GET / HTTP/1.1\r\nX: y\r\n" + in + "\r\nB: c\r\n\r\n")
			p.Next(msg[:cutAt])
			if ev, _ := p.Next(msg[cutAt:]); ev != EventHead || p.Head().Plain != (in == "A: ") {
				t.Errorf("%q is plain: %v", in, p.Head().Plain)
			}
		}
	}
}

func TestValidators(t *testing.T) {
	for s, want := range map[string]bool{"GET": true, "x-y": true, "": false, "a b": false, "a:": false, "\xe4": false, "a\r": false} {
		if ValidToken(s) != want {
			t.Errorf("token %q", s)
		}
	}
	for s, want := range map[string]bool{"": true, "a b\t\xe4": true, "a\r\nb": false, "a\x00": false, "\x7f": false} {
		if ValidValue(s) != want || ValidReason(s) != want {
			t.Errorf("value %q", s)
		}
	}
	for _, c := range []struct {
		method, target string
		want           bool
	}{
		{"GET", "/", true}, {"GET", "/a?b#c", true}, {"GET", "", false}, {"GET", "/a b", false}, {"GET", "/\r\n", false}, {"GET", "/\u010d", false},
		{"GET", "*", false}, {"OPTIONS", "*", true}, {"GET", "http://a/", true}, {"GET", "a", false}, {"CONNECT", "a:1", true}, {"CONNECT", "/", false},
		{"FOO", "/", true}, {"FOO", "*", false},
	} {
		if ValidTarget(c.method, c.target) != c.want {
			t.Errorf("%s %q", c.method, c.target)
		}
	}
}

// TestWriteThenParse: what the helpers write, the parser reads.
func TestWriteThenParse(t *testing.T) {
	want := ""
	body := []byte(nil)
	for _, n := range []int{0, 1, 9, 15, 16, 17, 255, 256, 4095, 4096, 70000} {
		data := strings.Repeat("x", n)
		want += data
		body = AppendChunk(body, []byte(data))
	}
	body = append(body, LastChunk...)
	d := &document{in: chunk + string(body)}
	got := d.run(d.in)
	if !strings.Contains(got, "body \""+want+"\"") || !strings.HasSuffix(got, " complete\n") {
		t.Error(len(got))
	}
}

// TestTables: the scans of eight bytes agree with the table.
func TestTables(t *testing.T) {
	for c := range 256 {
		for at := range 40 {
			b := []byte(strings.Repeat("a", 40))
			b[at] = byte(c)
			want := len(b)
			if class[c]&clsValue == 0 {
				want = at
			}
			if got := skipValue(b, 0); got != want {
				t.Fatalf("value: byte %#x at %d: %d", c, at, got)
			}
			want = len(b)
			if class[c]&clsURL == 0 {
				want = at
			}
			if got := skipTarget(b, 0); got != want {
				t.Fatalf("target: byte %#x at %d: %d", c, at, got)
			}
			w := load8(b, 0)
			if at < 8 && c != 'a' {
				if m := markByte(w, byte(c)); m == 0 || firstMark(m) != at {
					t.Fatalf("mark: byte %#x at %d", c, at)
				}
			}
		}
	}
}
