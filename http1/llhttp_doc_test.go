package http1

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// llhttpDoc is one test document of nodejs/llhttp: an input, and the log of
// the callbacks that it must bring.
type llhttpDoc struct {
	title   string
	line    int
	isURL   bool
	role    Role
	lenient Leniency
	skip    bool   // an answer to HEAD
	eof     bool   // the input ends
	pause   string // the callback that pauses
	in      string
	want    []string
}

var (
	llhttpMeta  = regexp.MustCompile(`<!--\s*meta=(\{.*\})\s*-->`)
	llhttpType  = regexp.MustCompile(`"type":\s*"([a-z-]+)"`)
	llhttpPause = regexp.MustCompile(`"pause":\s*"([a-z_]+)"`)
	llhttpHex   = regexp.MustCompile(`\\x([0-9a-fA-F]+)`)
	llhttpOctal = regexp.MustCompile(`\\([0-7]{1,3})`)
	llhttpJS    = regexp.MustCompile(`\$\{(.+?)\}`)
	llhttpTimes = regexp.MustCompile(`['"](.)['"]\.repeat\((\d+)\)`)
)

// parseLlhttp reads a file of documents: titles, a comment with the type, a
// block of input and a block with the log.
func parseLlhttp(text string) []*llhttpDoc {
	var docs []*llhttpDoc
	var d *llhttpDoc
	title, meta := "", ""
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		switch {
		case strings.HasPrefix(l, "#"):
			title, meta = strings.TrimSpace(strings.TrimLeft(l, "#")), ""
		case llhttpMeta.MatchString(l):
			meta = llhttpMeta.FindStringSubmatch(l)[1]
		case strings.HasPrefix(l, "```"):
			kind := strings.TrimSpace(l[3:])
			var block []string
			for i++; i < len(lines) && !strings.HasPrefix(lines[i], "```"); i++ {
				block = append(block, lines[i])
			}
			switch {
			case kind == "log" && d != nil:
				d.want = llhttpLog(block)
				if last := len(d.want) - 1; d.isURL && logEnded.MatchString(d.want[last]) {
					d.want = d.want[last:] // a target is whole or refused
				}
				docs = append(docs, d)
				d = nil
			case kind == "http" || kind == "url":
				d = newLlhttpDoc(title, meta, kind == "url", strings.Join(block, "\n"))
				d.line = i - len(block)
			}
		}
	}
	return docs
}

func newLlhttpDoc(title, meta string, isURL bool, in string) *llhttpDoc {
	d := &llhttpDoc{title: title, isURL: isURL, role: RoleRequest, lenient: NodeCompatible,
		skip: strings.Contains(meta, "skipBody"), in: llhttpInput(in)}
	if m := llhttpPause.FindStringSubmatch(meta); m != nil {
		d.pause = m[1]
	}
	if isURL {
		return d
	}
	m := llhttpType.FindStringSubmatch(meta)
	if m == nil {
		panic("a document without type: " + title)
	}
	kind, isResponse := strings.CutPrefix(m[1], "response")
	if isResponse {
		d.role = RoleResponse
	}
	switch kind = strings.TrimPrefix(kind, "request"); kind {
	case "":
	case "-finish":
		d.eof = true
	case "-lenient-all":
		d.lenient |= 0x7ff
	default:
		bit := Leniency(0)
		for i, name := range leniencyNames {
			if strings.EqualFold(name, strings.ReplaceAll(kind[1:], "-", "")) {
				bit = 1 << i
			}
		}
		if bit == 0 {
			panic("a type that is not known: " + m[1])
		}
		d.lenient |= bit
	}
	return d
}

// llhttpInput undoes the escapes of a block of input.
func llhttpInput(in string) string {
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
	return llhttpJS.ReplaceAllStringFunc(in, func(s string) string {
		m := llhttpTimes.FindStringSubmatch(s)
		if m == nil {
			panic("an expression that is not known: " + s)
		}
		n, _ := strconv.Atoi(m[2])
		return strings.Repeat(m[1], n)
	})
}

var (
	logSpan   = regexp.MustCompile(`^off=(\d+) len=(\d+) span\[([a-z_.]+)\]=(.*)$`)
	logDone   = regexp.MustCompile(`^off=(\d+) ([a-z_]+) complete$`)
	logHead   = regexp.MustCompile(`^off=(\d+) headers complete (method|status)=(\d+) v=(\d)/(\d) flags=([0-9a-f]+) content_length=(\d+)$`)
	logChunk  = regexp.MustCompile(`^off=(\d+) chunk header len=(\d+)$`)
	logError  = regexp.MustCompile(`^off=(\d+) error code=(\d+) reason="(.*)"$`)
	logFinish = regexp.MustCompile(`^off=NULL finish=(\d+)$`)
	logEnded  = regexp.MustCompile(`^\d+ error `)
	logOther  = regexp.MustCompile(`^off=(\d+) (message begin|reset|pause|skip body)$`)
)

// span is what a log or a parser has told of a span so far.
type llhttpSpan struct {
	at, end int
	text    string
}

// llhttpLog puts a log into the form that llhttpDoc.run has: one line for each
// callback that ends something, with what ended, where it began and where the
// parser was. What a refused message left unfinished is not in it, nor is the
// protocol: there is one.
func llhttpLog(log []string) []string {
	var lines []string
	spans := map[string]*llhttpSpan{}
	body := func() {
		if s := spans["body"]; s != nil {
			lines = append(lines, fmt.Sprintf("%d body %s", s.at, s.text))
			delete(spans, "body")
		}
	}
	for _, l := range log {
		if l == "" {
			continue
		}
		if m := logSpan.FindStringSubmatch(l); m != nil {
			at, _ := strconv.Atoi(m[1])
			n, _ := strconv.Atoi(m[2])
			if s := spans[m[3]]; s != nil && (s.end == at || m[3] == "header_value") { // a folded value is one
				s.text += logText(m[4])
				s.end += n
			} else {
				if m[3] == "body" {
					body()
				}
				spans[m[3]] = &llhttpSpan{at: at, end: at + n, text: logText(m[4])}
			}
			if strings.HasPrefix(m[3], "url.") {
				lines = append(lines, fmt.Sprintf("%d %s %s", at, m[3], spans[m[3]].text))
			}
			continue
		}
		body()
		switch {
		case logHead.MatchString(l):
			m := logHead.FindStringSubmatch(l)
			lines = append(lines, fmt.Sprintf("%s head %s=%s v=%s.%s flags=%s length=%s", m[1], m[2], m[3], m[4], m[5], m[6], m[7]))
		case logDone.MatchString(l):
			m := logDone.FindStringSubmatch(l)
			s := spans[m[2]]
			delete(spans, m[2])
			switch {
			case m[2] == "protocol", m[2] == "status" && (s == nil || s.text == ""): // an empty reason is none
			case m[2] == "message" || m[2] == "chunk":
				lines = append(lines, fmt.Sprintf("%s %s complete", m[1], m[2]))
			case s == nil:
				lines = append(lines, fmt.Sprintf("%s %s", m[1], m[2]))
			default:
				lines = append(lines, strings.TrimRight(fmt.Sprintf("%s %s %d %s", m[1], m[2], s.at, trimmed(s.text)), " "))
			}
		case logChunk.MatchString(l):
			m := logChunk.FindStringSubmatch(l)
			lines = append(lines, fmt.Sprintf("%s chunk %s", m[1], m[2]))
		case logError.MatchString(l):
			m := logError.FindStringSubmatch(l)
			at, _ := strconv.Atoi(m[1])
			lines = append(withoutLast(lines, at), fmt.Sprintf("%s error %s %s", m[1], m[2], logText(m[3])))
		case logFinish.MatchString(l):
			lines = append(lines, "finish "+logFinish.FindStringSubmatch(l)[1])
		case logOther.MatchString(l):
			if m := logOther.FindStringSubmatch(l); m[2] == "message begin" || m[2] == "reset" {
				lines = append(lines, m[1]+" "+m[2])
			}
		default:
			panic("a line of a log that is not known: " + l)
		}
	}
	body()
	return lines
}

// withoutLast leaves out a span whose end is the place of an error: it may be
// what the error is about.
func withoutLast(lines []string, at int) []string {
	if n := len(lines); n > 0 && spanEnd.MatchString(lines[n-1]) && strings.HasPrefix(lines[n-1], strconv.Itoa(at)+" ") {
		return lines[:n-1]
	}
	return lines
}

var spanEnd = regexp.MustCompile(`^\d+ (method|url|version|status|header_field|header_value|chunk_extension_name|chunk_extension_value)\b`)

// trimmed is a value without white space around it.
func trimmed(s string) string {
	for strings.HasSuffix(s, " ") || strings.HasSuffix(s, `\t`) {
		s = strings.TrimSuffix(strings.TrimSuffix(s, " "), `\t`)
	}
	return s
}

// logText is the text of a span in a log, with the line ends that stand for
// themselves in a body.
func logText(s string) string {
	switch s {
	case "cr":
		return `\r`
	case "lf":
		return `\n`
	}
	if len(s) > 1 && s[0] == '"' {
		s = s[1 : len(s)-1]
	}
	return s
}

// shown writes bytes as the logs do: the fixture escapes line ends only.
func shown(s string) string {
	return strings.NewReplacer("\r", `\r`, "\n", `\n`, "\t", `\t`, "\f", `\f`).Replace(s)
}
