package http1

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
)

// detailed collects the events of every detail into the transcript that the
// same input gives without, so that the two can be compared.
type detailed struct {
	transcript
	target, reason, fields string
	name, value            string
	extensions             string
	chunks                 []string
}

// add appends a piece to a span and says whether the span ends.
func (d *detailed) add(span *string) bool {
	piece, last := d.p.Piece()
	*span += string(piece)
	return last
}

// event takes one event of detail.
func (d *detailed) event(ev Event) {
	switch ev {
	case EventBegin:
		d.target, d.reason, d.fields, d.name, d.value = "", "", "", "", ""
	case EventTarget:
		d.add(&d.target)
	case EventReason:
		d.add(&d.reason)
	case EventFieldName:
		d.add(&d.name)
	case EventFieldValue:
		d.add(&d.value)
	case EventField:
		d.fields += fmt.Sprintf(" %s=%q", d.name, d.value)
		d.name, d.value = "", ""
	case EventExtensionName:
		if d.add(&d.extensions) {
			d.extensions += ","
		}
	case EventExtensionValue:
		if d.add(&d.extensions) {
			d.extensions += ";"
		}
	case EventChunk:
		d.chunks = append(d.chunks, fmt.Sprintf("%d %s", d.p.Remaining(), d.extensions))
		d.extensions = ""
	}
}

// feed parses b. Every call of Next gets memory of its own, of which no more
// than a few bytes behind those that the last call left: whoever pauses at an
// event may go on with the rest in other places and pieces.
func (d *detailed) feed(r *rand.Rand, b []byte) bool {
	for {
		in := b
		if r != nil {
			in = append([]byte(nil), b[:min(len(b), 1+r.Intn(40))]...)
		}
		ev, n := d.p.Next(in)
		off := d.p.Offset()
		switch ev {
		case EventMore:
			if n != len(in) {
				panic("EventMore with bytes left")
			}
			if n == len(b) {
				return true
			}
		case EventHead:
			d.detailHead(off)
			d.fields = ""
			d.p.Decide(d.d.decide)
		case EventBody:
			d.body = append(d.body, d.p.Body()...)
			d.at = off
		case EventComplete:
			d.line("%d complete%s", off, d.fields)
		case EventUpgrade:
			d.line("%d upgrade", off)
			return false
		case EventError:
			d.failed()
			return false
		default:
			d.event(ev)
		}
		b = b[n:]
		for i := range in {
			if r != nil {
				in[i] = 0xee
			}
		}
	}
}

// detailHead writes the line that transcript.head writes for a whole head.
func (d *detailed) detailHead(off int64) {
	h := *d.p.Head()
	h.Raw = []byte(d.target + d.reason)
	h.Target = Span{0, uint32(len(d.target))}
	h.Reason = Span{uint32(len(d.target)), uint32(len(d.reason))}
	whole := d.p.head
	d.p.head = h
	var t transcript
	t.p, t.d = d.p, d.d
	t.head(off)
	d.p.head = whole
	d.line("%s%s", strings.TrimSuffix(t.sb.String(), "\n"), d.fields)
}

// detail runs a document with every detail.
func (doc *document) detail(r *rand.Rand, parts ...string) (string, *detailed) {
	opts := doc.opts
	opts.Detail = DetailMessage | DetailHead | DetailChunk
	d := &detailed{transcript: transcript{p: NewParser(doc.role, &opts), d: doc}}
	for _, part := range parts {
		if !d.feed(r, []byte(part)) {
			return d.sb.String(), d
		}
	}
	if doc.eof {
		switch d.p.Finish() {
		case EventComplete:
			d.line("%d complete%s", d.p.Offset(), d.fields)
		case EventError:
			d.failed()
			return d.sb.String(), d
		}
	}
	if len(d.body) > 0 || d.p.InMessage() {
		d.line("%d more", d.p.Offset())
	}
	return d.sb.String(), d
}

// TestDetailGenerated: a message read span by span is the message read whole,
// however the input is cut and wherever the reader pauses.
func TestDetailGenerated(t *testing.T) {
	r := rand.New(rand.NewSource(6))
	for i := range 30000 {
		role := Role(r.Intn(2)) + RoleRequest
		list := seeds[role]
		lenient := uint32(0)
		if i%2 == 0 {
			lenient = r.Uint32() & r.Uint32()
		}
		d := &document{role: role, opts: fuzzOptions(lenient, false), in: mutate(r, list[r.Intn(len(list))]), eof: r.Intn(2) == 0}
		whole := d.run(d.in)
		_, first := d.detail(nil, d.in)
		for _, parts := range [][]string{{d.in}, cut(r, d.in), strings.Split(d.in, "")} {
			for _, pauses := range []*rand.Rand{nil, r} {
				got, detail := d.detail(pauses, parts...)
				if got != whole {
					t.Fatalf("lenient %v, cuts %q, pauses %v\n got:\n%s\nwant:\n%s", d.opts.Lenient, parts, pauses != nil, got, whole)
				}
				if !slices.Equal(detail.chunks, first.chunks) {
					t.Fatalf("cuts %q, pauses %v: chunks %q, want %q", parts, pauses != nil, detail.chunks, first.chunks)
				}
			}
		}
	}
}

// FuzzDetail is the same for whatever the fuzzer finds, with small limits too.
func FuzzDetail(f *testing.F) {
	corpus(func(role Role, s string) {
		f.Add(s, []byte{1, 7, 30}, uint8(role-RoleRequest), uint32(0), false)
		f.Add(s, []byte{200}, uint8(role-RoleRequest), ^uint32(0), true)
	})
	f.Fuzz(func(t *testing.T, in string, cuts []byte, role uint8, lenient uint32, small bool) {
		d := &document{role: Role(role%3) + RoleRequest, opts: fuzzOptions(lenient, small), in: in, eof: lenient&(1<<30) != 0}
		parts := cutBy(in, cuts)
		// The offset of an overflow is where the token or the input ends.
		d.anyCuts = true
		whole := d.run(in)
		if got, _ := d.detail(nil, parts...); got != whole && !sameRefusal(got, whole) {
			t.Errorf("cuts %q\n got:\n%s\nwant:\n%s", parts, got, whole)
		}
	})
}

// eventNames are for reading a failure.
var eventNames = map[Event]string{
	EventMore: "more", EventReset: "reset", EventBegin: "begin", EventMethod: "method", EventTarget: "target", EventVersion: "version",
	EventStatus: "status", EventReason: "reason", EventFieldName: "name", EventFieldValue: "value", EventField: "field",
	EventExtensionName: "ext-name", EventExtensionValue: "ext-value", EventChunk: "chunk", EventChunkEnd: "chunk-end",
	EventHead: "head", EventBody: "body", EventComplete: "complete", EventUpgrade: "upgrade", EventError: "error",
}

// events lists every event of in with its offset and piece.
func events(role Role, opts *Options, parts ...string) string {
	var sb strings.Builder
	p := NewParser(role, opts)
	for _, part := range parts {
		for b := []byte(part); ; {
			ev, n := p.Next(b)
			b = b[n:]
			if ev == EventMore {
				break
			}
			fmt.Fprintf(&sb, "%d %s", p.Offset(), eventNames[ev])
			switch ev {
			case EventTarget, EventReason, EventFieldName, EventFieldValue, EventExtensionName, EventExtensionValue:
				piece, last := p.Piece()
				fmt.Fprintf(&sb, " %q", piece)
				if !last {
					sb.WriteString("...")
				}
			case EventBody:
				fmt.Fprintf(&sb, " %q", p.Body())
			case EventChunk:
				fmt.Fprintf(&sb, " %d", p.Remaining())
			case EventMethod:
				fmt.Fprintf(&sb, " %v", p.Head().Method)
			case EventVersion:
				fmt.Fprintf(&sb, " %d.%d", p.Head().Major, p.Head().Minor)
			case EventStatus:
				fmt.Fprintf(&sb, " %d", p.Head().Status)
			case EventError:
				fmt.Fprintf(&sb, " %v %s", p.Err().Code, p.Err().Reason)
			}
			sb.WriteByte('\n')
			if ev == EventError || ev == EventUpgrade {
				break
			}
		}
	}
	return sb.String()
}

func sameLines(t *testing.T, got, want string) {
	t.Helper()
	var lines []string
	for _, l := range strings.Split(strings.TrimSpace(want), "\n") {
		lines = append(lines, strings.TrimSpace(l))
	}
	if want := strings.Join(lines, "\n"); strings.TrimSpace(got) != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

var everyDetail = Options{Detail: DetailMessage | DetailHead | DetailChunk}

func TestDetailEvents(t *testing.T) {
	sameLines(t, events(RoleRequest, &everyDetail,
		"\r\nPOST /a?b HTTP/1.1\r\nHost: x\r\nX-Empty:\r\nTransfer-Encoding: chunked\r\n\r\n"+
			"3;a;b=c;d=\"e;\\\"f\"\r\nxyz\r\n0\r\nT: u\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"), `
		2 begin
		7 method POST
		12 target "/a?b"
		20 version 1.1
		27 name "Host"
		31 value "x"
		31 field
		39 name "X-Empty"
		40 value ""
		41 field
		59 name "Transfer-Encoding"
		69 value "chunked"
		69 field
		71 head
		74 ext-name "a"
		76 ext-name "b"
		78 ext-value "c"
		80 ext-name "d"
		88 ext-value "\"e;\\\"f\""
		90 chunk 3
		93 body "xyz"
		95 chunk-end
		98 chunk 0
		100 name "T"
		103 value "u"
		104 field
		106 chunk-end
		106 complete
		106 reset
		106 begin
		110 method GET
		112 target "/"
		120 version 1.1
		127 name "Host"
		131 value "x"
		131 field
		133 head
		133 complete`)
}

// TestDetailPieces: spans come in pieces where reads split them, and nothing
// that goes on for long is kept.
func TestDetailPieces(t *testing.T) {
	sameLines(t, events(RoleRequest, &everyDetail,
		"POST /lo", "ng HTTP/1.1\r\nHo", "st: ex", "ample\r\nX-Long: one ", " two", "\r\nTransfer-Encoding: chunked\r\n\r\n1;ab", "c=d", "\r\nx\r\n"), `
		0 begin
		5 method POST
		8 target "/lo"...
		11 target "ng"
		19 version 1.1
		26 name "Host"
		36 value "example"
		36 field
		43 name "X-Long"
		48 value "one"...
		52 value "  two"...
		53 value ""
		54 field
		72 name "Transfer-Encoding"
		82 value "chunked"
		82 field
		84 head
		88 ext-name "ab"...
		89 ext-name "c"
		91 ext-value "d"...
		91 ext-value ""
		93 chunk 1
		94 body "x"
		96 chunk-end`)
	sameLines(t, events(RoleResponse, &everyDetail, "HTTP/1.1 2", "00 Ve", "ry OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200\r\n"), `
		0 begin
		9 version 1.1
		13 status 200
		15 reason "Ve"...
		21 reason "ry OK"
		37 name "Content-Length"
		41 value "0"
		41 field
		43 head
		43 complete
		43 reset
		43 begin
		52 version 1.1
		56 status 200`)
	// A name that is too long to be known, whose end looks like a known one.
	long := strings.Repeat("x", 40)
	sameLines(t, events(RoleRequest, &everyDetail, "GET / HTTP/1.1\r\nHost: x\r\n"+long, "Content-Length: zz\r\n\r\n"), `
		0 begin
		4 method GET
		6 target "/"
		14 version 1.1
		21 name "Host"
		25 value "x"
		25 field
		65 name "`+long+`"...
		80 name "Content-Length"
		84 value "zz"
		85 field
		87 head
		87 complete`)
}

// TestDetailMemory: what the parser keeps of a head does not grow with it.
func TestDetailMemory(t *testing.T) {
	opts := everyDetail
	opts.Limits.HeaderBytes = 1 << 20
	p := NewParser(RoleRequest, &opts)
	in := "GET /" + strings.Repeat("p", 100000) + " HTTP/1.1\r\nHost: x\r\n"
	for range 100 {
		in += strings.Repeat("n", 1000) + ": " + strings.Repeat("v", 5000) + "\r\n"
	}
	in += "\r\n"
	most, head := 0, false
	for len(in) > 0 {
		b := []byte(in[:min(97, len(in))])
		in = in[len(b):]
		for {
			ev, n := p.Next(b)
			b = b[n:]
			most = max(most, len(p.buf))
			if ev == EventError {
				t.Fatal(p.Err())
			}
			head = head || ev == EventHead
			if ev == EventMore {
				break
			}
		}
	}
	if !head || most > 256 {
		t.Errorf("head %v, %d bytes kept", head, most)
	}
}

// TestStop: a reader that has seen enough says so, at any event.
func TestStop(t *testing.T) {
	msg := "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0\r\nT: u\r\n\r\n"
	for stop := 1; ; stop++ {
		p := NewParser(RoleRequest, &everyDetail)
		b, seen := []byte(msg), 0
		for seen < stop {
			ev, n := p.Next(b)
			b = b[n:]
			if ev == EventMore {
				if seen != 22 {
					t.Error(seen, " events")
				}
				return
			}
			seen++
		}
		at := p.Offset()
		p.Stop("enough", 403)
		for range 2 {
			if ev, n := p.Next(b); ev != EventError || n != 0 {
				t.Fatal(ev, n)
			}
		}
		if err := p.Err(); err.Code != CodeUser || err.Code.String() != "HPE_USER" || err.Reason != "enough" || err.Status != 403 || err.Offset != at {
			t.Errorf("%+v", err)
		}
		if p.Finish() != EventError {
			t.Error("Finish")
		}
	}
}

// TestDetailAllocations: details cost no memory either.
func TestDetailAllocations(t *testing.T) {
	p := new(Pool).Parser(RoleRequest, &everyDetail)
	for _, msg := range []string{benchSmall, benchBrowser, benchPost, benchChunked} {
		in := []byte(msg)
		if n := testing.AllocsPerRun(100, func() { parseAll(p, in); parseAll(p, in[:30]); parseAll(p, in[30:]) }); n != 0 {
			t.Errorf("%q: %v allocations", msg[:20], n)
		}
	}
}
