package http1

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
)

// TestLlhttpDocuments runs the test documents of nodejs/llhttp, which are not
// part of this repository: SLUICE_LLHTTP_TESTS names the folder (test/ of a
// checkout). Each is run in Node's leniency, whole and cut into pieces of every
// size from one byte on, and everything that the parser tells is compared with
// the log in the document: what it is, its text, where it began and how far
// the parser was. What is different on purpose is listed in llhttpDifferences
// with the reason; a difference that is not there is a failure, and so is one
// that is there and is none any more.
//
// Then it is run strictly, to list what we refuse and llhttp does not.
func TestLlhttpDocuments(t *testing.T) {
	dir := os.Getenv("SLUICE_LLHTTP_TESTS")
	if dir == "" {
		t.Skip("SLUICE_LLHTTP_TESTS is not set")
	}
	total := 0
	unused := map[string]bool{}
	for name := range llhttpDifferences {
		unused[name] = true
	}
	for _, pattern := range []string{"request/*.md", "response/*.md", "url.md"} {
		files, _ := filepath.Glob(filepath.Join(dir, pattern))
		if len(files) == 0 {
			t.Fatal("no documents: ", pattern)
		}
		for _, file := range files {
			rel, _ := filepath.Rel(dir, file)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			total += runLlhttpFile(t, rel, string(text), unused)
		}
	}
	for name := range unused {
		t.Errorf("%s: no such document", name)
	}
	t.Log(total, "documents")
}

func runLlhttpFile(t *testing.T, rel, text string, unused map[string]bool) int {
	docs := parseLlhttp(text)
	if n := strings.Count(text, "\n```log"); n != len(docs) {
		t.Errorf("%s: %d documents of %d were understood", rel, len(docs), n)
	}
	same, wanted, strict := 0, 0, []string{}
	for _, d := range docs {
		name := strings.TrimSuffix(rel, ".md") + ": " + d.title
		delete(unused, name)
		got := d.run(len(d.in))
		for size := 1; size < len(d.in); size++ {
			if s := d.run(size); !slices.Equal(s, got) {
				t.Errorf("%s (line %d) in pieces of %d:\n%s\nwhole:\n%s", name, d.line, size, strings.Join(s, "\n"), strings.Join(got, "\n"))
				break
			}
		}
		reason := llhttpDifferences[name]
		switch equal := slices.Equal(got, d.want); {
		case equal && reason != "":
			t.Errorf("%s (line %d) is no difference any more", name, d.line)
		case equal:
			same++
		case reason != "":
			wanted++
		default:
			t.Errorf("%s (line %d, lenient %v)\n%q\n got:\n\t%s\nwant:\n\t%s", name, d.line, d.lenient, d.in,
				strings.Join(got, "\n\t"), strings.Join(d.want, "\n\t"))
		}
		if d.isURL {
			continue
		}
		d.lenient &^= NodeCompatible
		if s := d.run(len(d.in)); !slices.Equal(s, got) {
			strict = append(strict, fmt.Sprintf("   strictly, line %d, %s: %s", d.line, d.title, s[len(s)-1]))
		}
	}
	t.Logf("%-42s %3d documents, %3d as llhttp, %d different on purpose, %d refused strictly", rel, len(docs), same, wanted, len(strict))
	for _, s := range strict {
		t.Log(s)
	}
	return len(docs)
}

// llhttpRun parses a document with every detail and writes lines as llhttpLog
// does.
type llhttpRun struct {
	p     *Parser
	in    string
	lines []string
	body  llhttpSpan
	text  string // of the span that is arriving
	from  int    // where it can begin
	// Of a field's value.
	value   bool
	valueAt int
}

// run feeds the document in pieces of a size.
func (d *llhttpDoc) run(size int) []string {
	if d.isURL {
		return d.runURL(size)
	}
	r := &llhttpRun{in: d.in}
	r.p = NewParser(d.role, &Options{Lenient: d.lenient, Detail: DetailMessage | DetailHead | DetailChunk})
	for in := []byte(d.in); len(in) > 0; {
		n := min(size, len(in))
		if !r.feed(d, slices.Clone(in[:n])) {
			return r.lines
		}
		in = in[n:]
	}
	r.flush()
	if d.eof {
		r.lines = append(r.lines, fmt.Sprintf("finish %d", map[Event]int{EventMore: 0, EventComplete: 1, EventError: 2}[r.p.Finish()]))
	}
	return r.lines
}

func (r *llhttpRun) line(format string, args ...any) {
	r.flush()
	r.lines = append(r.lines, strings.TrimRight(fmt.Sprintf(format, args...), " "))
}

func (r *llhttpRun) flush() {
	if r.body.text != "" {
		r.lines = append(r.lines, fmt.Sprintf("%d body %s", r.body.at, shown(r.body.text)))
		r.body = llhttpSpan{}
	}
}

// feed parses a piece. A call that pauses comes back with what it left, as
// every call here does: pausing has no other side.
func (r *llhttpRun) feed(d *llhttpDoc, b []byte) bool {
	for {
		ev, n := r.p.Next(b)
		before := int(r.p.Offset()) - n
		b = b[n:]
		off := int(r.p.Offset())
		switch ev {
		case EventMore:
			return true
		case EventReset:
			r.line("%d reset", off)
		case EventBegin:
			r.line("%d message begin", off)
			r.from = off
		case EventMethod:
			r.line("%d method %d %v", off-1, off-1-len(r.p.Head().Method.String()), r.p.Head().Method)
			r.from = off
		case EventTarget:
			r.span("url", r.behind(off, "\n")) // of a line without version
		case EventVersion:
			end := off
			if d.role == RoleResponse {
				end-- // the space is ours
			}
			r.line("%d version %d %d.%d", end, end-3, r.p.Head().Major, r.p.Head().Minor)
			r.from = off
		case EventStatus:
			r.from = off
		case EventReason:
			r.span("status", r.behind(off, "\n"))
		case EventFieldName:
			if r.span("header_field", off) {
				r.value = false
			}
		case EventFieldValue:
			r.fieldValue(off)
		case EventField:
			if r.text == "" {
				r.valueAt = off
			}
			r.line("%d header_value %d %s", off, r.valueAt, shown(r.text))
			r.text, r.from = "", off
		case EventHead:
			r.head(off)
			if d.skip {
				r.p.Decide(SkipBody)
			}
		case EventBody:
			if r.body.text == "" {
				r.body.at = before + n - len(r.p.Body())
			}
			r.body.text += string(r.p.Body())
		case EventExtensionName:
			r.span("chunk_extension_name", r.behind(off, "=;\r"))
		case EventExtensionValue:
			if r.in[off-1] != '"' {
				off = r.behind(off, ";\r")
			}
			r.span("chunk_extension_value", off)
		case EventChunk:
			r.line("%d chunk %d", off, r.p.Remaining())
			r.from = off
		case EventChunkEnd:
			r.line("%d chunk complete", off)
			r.from = off
		case EventComplete:
			r.line("%d message complete", off)
		case EventUpgrade:
			r.line("%d error 22 Pause on CONNECT/Upgrade", off)
			return false
		case EventError:
			r.flush()
			r.lines = append(withoutLast(r.lines, int(r.p.Err().Offset)), fmt.Sprintf("%d error %d %s", r.p.Err().Offset, llhttpCodes[r.p.Err().Code], r.p.Err().Reason))
			return false
		}
	}
}

// behind returns the place where llhttp says that a span is complete: there it
// has seen the byte that ends it, when it is one of those.
func (r *llhttpRun) behind(off int, ends string) int {
	if _, last := r.p.Piece(); last && off < len(r.in) && strings.IndexByte(ends, r.in[off]) >= 0 {
		return off + 1
	}
	return off
}

// span takes a piece and, when it is the last, writes the line.
func (r *llhttpRun) span(what string, off int) bool {
	piece, last := r.p.Piece()
	r.text += string(piece)
	if last {
		at := r.from + strings.Index(r.in[r.from:off], r.text)
		r.line("%d %s %d %s", off, what, at, shown(r.text))
		r.text, r.from = "", off
	}
	return last
}

// fieldValue takes a piece of a value; the line is for EventField, because a
// folded value has several last pieces.
func (r *llhttpRun) fieldValue(off int) {
	piece, last := r.p.Piece()
	r.text += string(piece)
	if last && !r.value && r.text != "" {
		r.value = true
		r.valueAt = off - len(strings.TrimLeft(r.in[r.from:off], " \t\r\n"))
	}
}

func (r *llhttpRun) head(off int) {
	h := r.p.Head()
	flags := 0
	for _, f := range []struct {
		ours   Flags
		theirs int
	}{
		{FlagConnKeepAlive, 1}, {FlagConnClose, 2}, {FlagConnUpgrade, 4}, {FlagChunked, 8}, {FlagUpgradeField, 0x10},
		{FlagContentLength, 0x20}, {FlagTransferEncoding, 0x200},
	} {
		if h.Has(f.ours) {
			flags |= f.theirs
		}
	}
	what, number := "method", int(h.Method)
	if !h.Request {
		what, number = "status", int(h.Status)
	}
	r.line("%d head %s=%d v=%d.%d flags=%x length=%d", off, what, number, h.Major, h.Minor, flags, max(h.ContentLength, 0))
}

var llhttpCodes = map[Code]int{
	CodeStrict: 2, CodeLFExpected: 3, CodeUnexpectedContentLength: 4, CodeClosedConnection: 5, CodeInvalidMethod: 6,
	CodeInvalidURL: 7, CodeInvalidConstant: 8, CodeInvalidVersion: 9, CodeInvalidHeaderToken: 10, CodeInvalidContentLength: 11,
	CodeInvalidChunkSize: 12, CodeInvalidStatus: 13, CodeInvalidEOFState: 14, CodeInvalidTransferEncoding: 15,
	CodePausedH2Upgrade: 23, CodeCRExpected: 25, CodeUnexpectedSpace: 30,
}

// runURL reads the document's URL as the target of a GET. llhttp tests its
// state machine for URLs alone; our targets come out whole, and the parts are
// those of the grammar (RFC 3986 section 3).
func (d *llhttpDoc) runURL(size int) []string {
	const before = len("GET ")
	p := NewParser(RoleRequest, &Options{Lenient: d.lenient})
	in := []byte("GET " + d.in + " HTTP/1.1\r\n\r\n")
	for len(in) > 0 {
		n := min(size, len(in))
		switch ev, _ := p.Next(slices.Clone(in[:n])); ev {
		case EventHead:
			if t := string(p.Head().Bytes(p.Head().Target)); t != d.in {
				return []string{"target " + t}
			}
			return urlParts(d.in)
		case EventError:
			return []string{fmt.Sprintf("%d error %d %s", int(p.Err().Offset)-before, llhttpCodes[p.Err().Code], p.Err().Reason)}
		}
		in = in[n:]
	}
	return []string{"more"}
}

func urlParts(s string) []string {
	var lines []string
	at := 0
	part := func(name string, end, skip int) {
		if end > at {
			lines = append(lines, fmt.Sprintf("%d url.%s %s", at, name, s[at:end]))
		}
		at = end + skip
	}
	next := func(chars string) int {
		if i := strings.IndexAny(s[min(at, len(s)):], chars); i >= 0 {
			return at + i
		}
		return len(s)
	}
	if i := strings.Index(s, "://"); i > 0 && s[0] != '/' {
		part("schema", i, len("://"))
		part("host", next("/?"), 0)
	}
	part("path", next("?#"), 0)
	if at < len(s) && s[at] == '?' {
		at++
		part("query", next("#"), 0)
	}
	at++
	part("fragment", len(s), 0)
	return lines
}

// TestLeniencyNames keeps the names and the bits together.
func TestLeniencyNames(t *testing.T) {
	all := Leniency(1)<<len(leniencyNames) - 1
	if got := all.Names(); len(got) != len(leniencyNames) || LenientReason.String() != "LenientReason" ||
		LenientHeaders.String() != "LenientHeaders" || LenientHostConflict.String() != "LenientHostConflict" {
		t.Error(got)
	}
	if llhttpInsecure != 0x3ff {
		t.Errorf("Node sets 0x3ff, not %#x", uint32(llhttpInsecure))
	}
	if NodeCompatible&0x7ff != 0 {
		t.Error("NodeCompatible has llhttp's bits")
	}
	names := append([]string(nil), leniencyNames[:]...)
	sort.Strings(names)
	for i := 1; i < len(names); i++ {
		if names[i] == names[i-1] {
			t.Error("twice: ", names[i])
		}
	}
}

// llhttpDifferences names the documents of which we make something else on
// purpose, and why.
var llhttpDifferences = map[string]string{
	"request/invalid: Only LFs present (lenient)":                                "where LF may end a line, one ends a chunk size as it ends every other line (RFC 9112 section 2.2); llhttp wants two",
	"request/transfer-encoding: Ignoring `pigeons`":                              "a request whose length cannot be told is refused before its head is delivered (RFC 9112 section 6.3, rule 4)",
	"request/transfer-encoding: POST with `chunkedchunked` as transfer-encoding": "a request whose length cannot be told is refused before its head is delivered (RFC 9112 section 6.3, rule 4)",
	"request/transfer-encoding: Invalid OBS fold after chunked value":            "no bit folds a field that frames (RFC 9112 section 5.2)",
	"response/transfer-encoding: Invalid OBS fold after chunked value":           "no bit folds a field that frames (RFC 9112 section 5.2)",
}
