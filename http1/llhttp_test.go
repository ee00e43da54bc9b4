package http1

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
)

// TestLlhttpDocuments runs the test documents of nodejs/llhttp, which are not
// part of this repository: SLUICE_LLHTTP_TESTS names the folder (test/ of a
// checkout). Each is run whole and byte by byte, in Node's leniency, and what
// we make of it is compared with the log in the document: the heads with their
// fields, the bodies, where messages end, and errors with code, reason and
// offset. Then it is run strictly, to list what we refuse and llhttp does not.
func TestLlhttpDocuments(t *testing.T) {
	dir := os.Getenv("SLUICE_LLHTTP_TESTS")
	if dir == "" {
		t.Skip("SLUICE_LLHTTP_TESTS is not set")
	}
	var files []string
	for _, pattern := range []string{"request/*.md", "response/*.md"} {
		list, _ := filepath.Glob(filepath.Join(dir, pattern))
		files = append(files, list...)
	}
	if len(files) == 0 {
		t.Fatal("no documents in ", dir)
	}
	for _, file := range files {
		rel, _ := filepath.Rel(dir, file)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		docs := parseLlhttp(string(text))
		same, wanted, strict := 0, 0, []string{}
		for _, d := range docs {
			got := d.run(d.in)
			var single []string
			for i := range len(d.in) {
				single = append(single, d.in[i:i+1])
			}
			if s := d.run(single...); s != got {
				t.Errorf("%s:%d %s, byte by byte:\n%s\nwhole:\n%s", rel, d.line, d.title, s, got)
			}
			switch reason := llhttpDifferences[rel+": "+d.title]; {
			case comparable(got) == comparable(d.want):
				same++
				if reason != "" {
					t.Errorf("%s:%d %s: is no difference any more", rel, d.line, d.title)
				}
			case reason != "":
				wanted++
			default:
				t.Errorf("%s:%d %s (lenient %v)\n%q\n got:\n%s\nwant:\n%s", rel, d.line, d.title, d.lenient, d.in, got, d.want)
			}
			d.lenient &^= NodeCompatible
			if s := d.run(d.in); s != got {
				strict = append(strict, fmt.Sprintf("   strictly, line %d, %s: %s", d.line, d.title, s[strings.LastIndexByte(s, '\n')+1:]))
			}
		}
		t.Logf("%-42s %3d documents, %3d as llhttp, %d different on purpose, %d refused strictly", rel, len(docs), same, wanted, len(strict))
		for _, s := range strict {
			t.Log(s)
		}
	}
}

// llhttpDifferences names the documents of which we make something else on
// purpose.
var llhttpDifferences = map[string]string{
	"request/connection.md: Invalid whitespace token with `Connection` header field (lenient)":         "the space before a colon is not part of the name",
	"request/content-length.md: Invalid whitespace token with `Content-Length` header field (lenient)": "the space before a colon is not part of the name",
	"request/invalid.md: Only LFs present (lenient)":                                                   "where LF may end a line, one ends a chunk size (llhttp wants two)",
	"request/transfer-encoding.md: Ignoring `pigeons`":                                                 "a request that is refused for its framing is not delivered first (RFC 9112 section 6.3)",
	"request/transfer-encoding.md: POST with `chunkedchunked` as transfer-encoding":                    "a request that is refused for its framing is not delivered first (RFC 9112 section 6.3)",
	"request/transfer-encoding.md: Invalid OBS fold after chunked value":                               "no bit folds a field that frames (RFC 9112 section 5.2)",
	"response/transfer-encoding.md: Invalid OBS fold after chunked value":                              "no bit folds a field that frames (RFC 9112 section 5.2)",
}

// comparable leaves out what the logs do not show: line ends and escapes.
func comparable(s string) string {
	s = strings.NewReplacer(`\r`, "", `\n`, "", `\t`, "", `\`, "").Replace(s)
	return strings.ReplaceAll(s, "body \"\"\n", "")
}

type llhttpDoc struct {
	title   string
	line    int
	role    Role
	lenient Leniency
	skip    bool // an answer to HEAD
	eof     bool
	in      string
	want    string
}

// run returns the events in the form that llhttpLog makes of a log.
func (d *llhttpDoc) run(parts ...string) string {
	var lines []string
	body := ""
	flush := func() {
		if body != "" {
			lines = append(lines, fmt.Sprintf("body %q", body))
			body = ""
		}
	}
	p := NewParser(d.role, &Options{Lenient: d.lenient})
	off := int64(0)
	for _, part := range parts {
		in := []byte(part)
		for more := true; more; {
			ev, n := p.Next(in)
			in = in[n:]
			off = p.Offset()
			switch ev {
			case EventMore:
				more = false
			case EventHead:
				h := p.Head()
				for i := range h.Fields {
					lines = append(lines, fmt.Sprintf("field %q %q", h.Name(i), h.Value(i)))
				}
				if h.Request {
					lines = append(lines, fmt.Sprintf("%d head method=%d %q v=%d/%d length=%d", off, h.Method, h.Bytes(h.Target), h.Major, h.Minor, max(h.ContentLength, 0)))
				} else {
					lines = append(lines, fmt.Sprintf("%d head status=%d %q v=%d/%d length=%d", off, h.Status, h.Bytes(h.Reason), h.Major, h.Minor, max(h.ContentLength, 0)))
				}
				if d.skip {
					p.Decide(SkipBody)
				}
			case EventBody:
				body += string(p.Body())
			case EventComplete:
				flush()
				if tr := p.Trailers(); tr != nil {
					for i := range tr.Fields {
						lines = append(lines, fmt.Sprintf("field %q %q", tr.Name(i), tr.Value(i)))
					}
				}
				lines = append(lines, fmt.Sprintf("%d complete", off))
			case EventUpgrade:
				flush()
				lines = append(lines, fmt.Sprintf("%d error 22 \"Pause on CONNECT/Upgrade\"", off))
				return strings.Join(lines, "\n")
			case EventError:
				flush()
				lines = append(lines, fmt.Sprintf("%d error %d %q", p.Err().Offset, llhttpCode(p.Err().Code), p.Err().Reason))
				return strings.Join(lines, "\n")
			}
		}
	}
	flush()
	return strings.Join(lines, "\n")
}

var llhttpCodes = map[Code]int{
	CodeStrict: 2, CodeLFExpected: 3, CodeUnexpectedContentLength: 4, CodeClosedConnection: 5, CodeInvalidMethod: 6,
	CodeInvalidURL: 7, CodeInvalidConstant: 8, CodeInvalidVersion: 9, CodeInvalidHeaderToken: 10, CodeInvalidContentLength: 11,
	CodeInvalidChunkSize: 12, CodeInvalidStatus: 13, CodeInvalidEOFState: 14, CodeInvalidTransferEncoding: 15,
	CodePausedH2Upgrade: 23, CodeCRExpected: 25, CodeUnexpectedSpace: 30,
}

func llhttpCode(c Code) int { return llhttpCodes[c] }

var (
	llhttpMeta  = regexp.MustCompile(`<!--\s*meta=(\{.*\})\s*-->`)
	llhttpType  = regexp.MustCompile(`"type":\s*"([a-z-]+)"`)
	llhttpHex   = regexp.MustCompile(`\\x([0-9a-fA-F]+)`)
	llhttpOctal = regexp.MustCompile(`\\([0-7]{1,3})`)
	llhttpJS    = regexp.MustCompile(`\$\{(.+?)\}`)
)

// parseLlhttp reads a document: titles, a comment with the type, a block of
// input and a block with the log.
func parseLlhttp(text string) []*llhttpDoc {
	var docs []*llhttpDoc
	title, meta := "", ""
	lines := strings.Split(text, "\n")
	var d *llhttpDoc
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		switch {
		case strings.HasPrefix(l, "#"):
			title = strings.TrimSpace(strings.TrimLeft(l, "#"))
			meta = ""
		case llhttpMeta.MatchString(l):
			meta = llhttpMeta.FindStringSubmatch(l)[1]
		case strings.HasPrefix(l, "```http"), strings.HasPrefix(l, "```log"):
			isLog := strings.HasPrefix(l, "```log")
			var block []string
			for i++; i < len(lines) && !strings.HasPrefix(lines[i], "```"); i++ {
				block = append(block, lines[i])
			}
			if isLog && d != nil {
				d.want = llhttpLog(block)
				d = nil
				continue
			}
			if d = newLlhttpDoc(title, meta, i, strings.Join(block, "\n")); d != nil {
				docs = append(docs, d)
			}
		}
	}
	return docs
}

func newLlhttpDoc(title, meta string, line int, in string) *llhttpDoc {
	m := llhttpType.FindStringSubmatch(meta)
	if m == nil {
		return nil
	}
	d := &llhttpDoc{title: title, line: line, role: RoleRequest, lenient: NodeCompatible, skip: strings.Contains(meta, "skipBody")}
	kind := m[1]
	if strings.HasPrefix(kind, "response") {
		d.role = RoleResponse
	}
	kind = strings.TrimPrefix(strings.TrimPrefix(kind, "request"), "response")
	switch kind {
	case "", "-finish":
	case "-lenient-all":
		d.lenient |= 0x7ff
	default:
		want := strings.ReplaceAll(strings.TrimPrefix(kind, "-"), "-", "")
		for i, name := range leniencyNames {
			if strings.EqualFold(name, want) {
				d.lenient |= 1 << i
			}
		}
	}
	in = strings.ReplaceAll(in, "\\\n", "")
	in = strings.ReplaceAll(in, "\n", "\r\n")
	in = strings.NewReplacer(`\r`, "\r", `\n`, "\n", `\t`, "\t", `\f`, "\f").Replace(in)
	in = llhttpHex.ReplaceAllStringFunc(in, func(s string) string {
		n, _ := strconv.ParseUint(s[2:], 16, 32)
		return string(rune(n))
	})
	in = llhttpOctal.ReplaceAllStringFunc(in, func(s string) string {
		n, _ := strconv.ParseUint(s[1:], 8, 32)
		return string(rune(n))
	})
	in = llhttpJS.ReplaceAllStringFunc(in, func(s string) string {
		m := regexp.MustCompile(`['"](.)['"]\.repeat\((\d+)\)`).FindStringSubmatch(s)
		if m == nil {
			return s
		}
		n, _ := strconv.Atoi(m[2])
		return strings.Repeat(m[1], n)
	})
	d.in = in
	return d
}

var (
	logSpan  = regexp.MustCompile(`^off=(\d+) len=\d+ span\[([a-z_.]+)\]="(.*)"$`)
	logHead  = regexp.MustCompile(`^off=(\d+) headers complete (?:method=(\d+)|status=(\d+)) v=(\d+)/(\d+) flags=[0-9a-f]+ content_length=(\d+)$`)
	logError = regexp.MustCompile(`^off=(\d+) error code=(\d+) reason="(.*)"$`)
	logDone  = regexp.MustCompile(`^off=(\d+) message complete$`)
)

// llhttpLog keeps of a log what our events tell. What llhttp says of a head
// that is never complete we do not say.
func llhttpLog(log []string) string {
	var lines, fields []string
	url, status, body, name := "", "", "", ""
	value, inHead := "", true
	field := func() {
		if name != "" {
			fields = append(fields, fmt.Sprintf("field %q %q", name, strings.Trim(value, " \t")))
		}
		name, value = "", ""
	}
	flush := func() {
		if body != "" {
			lines = append(lines, fmt.Sprintf("body %q", body))
			body = ""
		}
	}
	unescape := strings.NewReplacer(`\r`, "\r", `\n`, "\n", `\t`, "\t", `\f`, "\f", `\"`, `"`)
	for _, l := range log {
		if m := logSpan.FindStringSubmatch(l); m != nil {
			text := unescape.Replace(m[3])
			switch m[2] {
			case "url":
				url += text
			case "status":
				status += text
			case "header_field":
				if value != "" {
					field()
				}
				name += text
			case "header_value":
				value += text
			case "body":
				body += text
			}
			continue
		}
		switch {
		case strings.HasSuffix(l, "header_value complete"):
			field()
		case strings.HasSuffix(l, "message begin"):
			url, status, name, value, fields, inHead = "", "", "", "", nil, true
		case logHead.MatchString(l):
			m := logHead.FindStringSubmatch(l)
			field()
			lines = append(lines, fields...)
			fields, inHead = nil, false
			if m[2] != "" {
				lines = append(lines, fmt.Sprintf("%s head method=%s %q v=%s/%s length=%s", m[1], m[2], url, m[4], m[5], m[6]))
			} else {
				lines = append(lines, fmt.Sprintf("%s head status=%s %q v=%s/%s length=%s", m[1], m[3], status, m[4], m[5], m[6]))
			}
		case logDone.MatchString(l):
			flush()
			field()
			lines = append(lines, fields...)
			fields = nil
			lines = append(lines, logDone.FindStringSubmatch(l)[1]+" complete")
		case logError.MatchString(l):
			flush()
			m := logError.FindStringSubmatch(l)
			lines = append(lines, fmt.Sprintf("%s error %s %q", m[1], m[2], m[3]))
		}
	}
	_ = inHead
	flush()
	return strings.Join(lines, "\n")
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
