package http1

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestDesyncBox runs the permutations of PortSwigger/http-request-smuggler:
// what its DesyncBox.java does to a Transfer-Encoding and to a Content-Length.
// The expressions in it are evaluated, as far as they are about HTTP/1.
func TestDesyncBox(t *testing.T) {
	text := collection(t, "http-request-smuggler/src/burp/DesyncBox.java")
	techniques := javaTechniques(text)
	var chunked, length []mutation
	skipped := []string{}
	for _, tech := range techniques {
		const start = "POST / HTTP/1.1\r\nHost: a\r\n"
		te, ok := tech.apply(start+"Transfer-Encoding: chunked\r\nContent-Length: {length}", "Transfer-Encoding: ", "chunked")
		if ok {
			chunked = append(chunked, mutation{"chunked, " + tech.name, te, start + "Content-Length: {length}"})
		}
		// A length of 2 before a body of which the right length is another.
		cl, ok2 := tech.apply(start+"Content-Length: 2", "Content-Length: ", "2")
		if ok2 {
			length = append(length, mutation{"length, " + tech.name, cl, start + "X: y"})
		}
		if !ok && !ok2 {
			skipped = append(skipped, tech.name)
		}
	}
	refused, absent := checkMutations(t, chunked, "0\r\n\r\n"+smuggled, "1\r\nZ\r\nQ\r\n\r\n")
	t.Logf("DesyncBox: %d permutations of Transfer-Encoding before 2 bodies: %d refused, %d as if the field were absent", len(chunked), refused, absent)
	refused, absent = checkMutations(t, length, "", smuggled)
	t.Logf("DesyncBox: %d permutations of Content-Length before 2 bodies: %d refused, %d as if the field were absent", len(length), refused, absent)
	t.Logf("not of HTTP/1, or not about a field: %v", skipped)
	if len(chunked) < 60 || len(length) < 40 {
		t.Error("too few were understood")
	}
}

// technique is what one permutation does: the field's "Name: " becomes
// permuted, or from becomes to in the request.
type technique struct {
	name     string
	permuted string
	from, to string
	char     int // of a loop over the special characters
}

var (
	javaCase     = regexp.MustCompile(`case "([^"]+)":`)
	javaEquals   = regexp.MustCompile(`technique\.equals\("([^"]+)"(\+i)?\)`)
	javaPermuted = regexp.MustCompile(`permuted = (.+);`)
	javaReplace  = regexp.MustCompile(`transformed = +Utilities\.replace\((?:request|transformed), (.+)\);`)
	javaEncoded  = regexp.MustCompile(`encoded\.write\((.+)\.getBytes\(\)\);`)
	javaByte     = regexp.MustCompile(`encoded\.write\(\(byte\) 0x(\w\w)\);`)
	javaChars    = regexp.MustCompile(`chars\.add\((\d+)\)`)
)

// javaTechniques reads what follows each name of a technique.
func javaTechniques(text string) []technique {
	var chars []int
	for _, m := range javaChars.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1])
		chars = append(chars, n)
	}
	var list []technique
	name, loop, encoded := "", false, ""
	for _, l := range strings.Split(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(l), "//") {
			continue
		}
		if m := javaCase.FindStringSubmatch(l); m != nil {
			name, loop = m[1], false
		}
		if m := javaEquals.FindStringSubmatch(l); m != nil {
			name, loop = m[1], m[2] != ""
		}
		if m := javaEncoded.FindStringSubmatch(l); m != nil {
			encoded += m[1] + "+"
		} else if m := javaByte.FindStringSubmatch(l); m != nil {
			encoded += `"\u00` + m[1] + `"+`
		}
		t := technique{name: name}
		if m := javaPermuted.FindStringSubmatch(l); m != nil && name != "" && m[1] != "null" {
			t.permuted = m[1]
		} else if m := javaReplace.FindStringSubmatch(l); m != nil && name != "" {
			parts := splitTop(m[1], ',')
			if len(parts) != 2 {
				continue
			}
			t.from, t.to = parts[0], parts[1]
			if strings.Contains(t.to, "encoded.toByteArray()") {
				t.to, encoded = strings.TrimSuffix(encoded, "+"), ""
			}
		} else {
			continue
		}
		if !loop {
			list = append(list, t)
			name = ""
			continue
		}
		for _, c := range chars {
			t.name, t.char = fmt.Sprint(name, c), c
			list = append(list, t)
		}
		name = ""
	}
	return list
}

// apply returns a head after the permutation of a field, and whether it is one.
func (t *technique) apply(head, header, value string) (string, bool) {
	e := javaExpr{header: header, value: value, char: t.char}
	from, to := header, ""
	if t.permuted != "" {
		to = e.eval(t.permuted)
	} else {
		from, to = e.eval(t.from), e.eval(t.to)
	}
	if e.failed || !strings.Contains(head, from) || strings.Contains(to, "^~") || strings.Contains(to, "`") {
		return "", false
	}
	out := strings.ReplaceAll(head, from, to)
	return out, out != head
}

// javaExpr evaluates the string expressions that the permutations are written
// in: literals, header and value, +, and a few methods.
type javaExpr struct {
	header, value string
	char          int
	failed        bool
}

func (e *javaExpr) eval(s string) string {
	out := ""
	for _, term := range splitTop(s, '+') {
		out += e.term(strings.TrimSpace(term))
	}
	return out
}

func (e *javaExpr) term(s string) string {
	parts := splitTop(s, '.')
	v := e.primary(strings.TrimSpace(parts[0]))
	for _, call := range parts[1:] {
		v = e.call(v, call)
	}
	return v
}

func (e *javaExpr) primary(s string) string {
	s = strings.TrimPrefix(s, "(char) ")
	switch {
	case s == "header", s == "permuted":
		return e.header
	case s == "value":
		return e.value
	case s == "i":
		return string([]byte{byte(e.char)})
	case strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")"):
		return e.eval(s[1 : len(s)-1])
	case strings.HasPrefix(s, `"`):
		text, err := strconv.Unquote(s)
		if err == nil {
			return latin(text)
		}
	}
	e.failed = true
	return ""
}

// latin writes the characters of a string as bytes, as the tool sends them.
func latin(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

var javaCall = regexp.MustCompile(`^(\w+)\((.*)\)(\[0\])?$`)

func (e *javaExpr) call(v, call string) string {
	m := javaCall.FindStringSubmatch(call)
	if m == nil {
		e.failed = true
		return ""
	}
	args := splitTop(m[2], ',')
	switch m[1] {
	case "replace":
		return strings.ReplaceAll(v, e.eval(args[0]), e.eval(args[1]))
	case "toUpperCase":
		return strings.ToUpper(v)
	case "toLowerCase":
		return strings.ToLower(v)
	case "getBytes":
		return v
	case "split":
		before, _, _ := strings.Cut(v, e.eval(args[0]))
		return before
	case "substring":
		from, _ := strconv.Atoi(strings.TrimSpace(args[0]))
		to := len(v)
		if len(args) == 2 {
			to, _ = strconv.Atoi(strings.TrimSpace(args[1]))
		}
		return v[from:to]
	}
	e.failed = true
	return ""
}

// splitTop splits at a sign that is neither in quotes nor in parentheses.
func splitTop(s string, sep byte) []string {
	var parts []string
	depth, quoted, from := 0, false, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == sep && depth == 0:
			parts = append(parts, s[from:i])
			from = i + 1
		}
	}
	return append(parts, s[from:])
}
