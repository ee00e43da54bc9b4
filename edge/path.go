package edge

import "strings"

// CleanPath is the path that routes are matched with: percent-encoding undone once,
// empty and dot segments taken away (RFC 3986 sections 6.2.2.2 and 5.2.4). An encoded
// slash stays encoded as %2F, and an encoded percent sign as %25, so that the result
// has the same segments as the path that was asked for and no second reading. It is
// false for what is no path: one that does not begin with a slash, broken
// percent-encoding, and NUL, which no name may have.
//
// A path that is clean already is returned as it is, without allocation.
func CleanPath(path string) (string, bool) {
	if path == "" || path[0] != '/' {
		return "", false
	}
	if isClean(path) {
		return path, true
	}
	var segments []string
	folder := true // the path ends with a slash
	for _, raw := range strings.Split(path[1:], "/") {
		segment, ok := decodeSegment(raw)
		if !ok {
			return "", false
		}
		switch segment {
		case "", ".":
			folder = true
		case "..":
			folder = true
			if len(segments) > 0 {
				segments = segments[:len(segments)-1]
			}
		default:
			folder = false
			segments = append(segments, segment)
		}
	}
	if len(segments) == 0 {
		return "/", true
	}
	clean := "/" + strings.Join(segments, "/")
	if folder {
		clean += "/"
	}
	return clean, true
}

// pathOf is a target without scheme and authority, which it has in the form that is meant
// for proxies and that every server has to accept (RFC 9112 section 3.2.2).
func pathOf(target string) string {
	if target == "" || target[0] == '/' {
		return target
	}
	scheme, rest, ok := strings.Cut(target, "://")
	if !ok || strings.ContainsAny(scheme, "/?#") {
		return target
	}
	i := strings.IndexAny(rest, "/?#")
	switch {
	case i < 0:
		return "/"
	case rest[i] != '/':
		return "/" + rest[i:]
	}
	return rest[i:]
}

// literally is a path in which every percent sign that decodes to nothing stands for
// itself.
func literally(path string) string {
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		if c == '%' && (i+2 >= len(path) || unhex(path[i+1]) < 0 || unhex(path[i+2]) < 0 || path[i+1:i+3] == "00") {
			b.WriteString("%25")
		} else if c != 0 {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isClean(path string) bool {
	for i := range len(path) {
		switch path[i] {
		case '%', 0:
			return false
		case '/':
			// Not // and not a segment that begins with a dot: it may be one of dots only.
			if i+1 < len(path) && (path[i+1] == '/' || path[i+1] == '.') {
				return false
			}
		}
	}
	return true
}

func decodeSegment(raw string) (string, bool) {
	if strings.IndexByte(raw, 0) >= 0 {
		return "", false
	}
	if strings.IndexByte(raw, '%') < 0 {
		return raw, true
	}
	b := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '%' {
			b = append(b, raw[i])
			continue
		}
		if i+2 >= len(raw) {
			return "", false
		}
		hi, lo := unhex(raw[i+1]), unhex(raw[i+2])
		if hi < 0 || lo < 0 {
			return "", false
		}
		switch c := byte(hi<<4 | lo); c {
		case 0:
			return "", false
		case '/':
			b = append(b, "%2F"...)
		case '%':
			b = append(b, "%25"...)
		default:
			b = append(b, c)
		}
		i += 2
	}
	return string(b), true
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// cleanHost is the name in a Host field: lower case, without port and final dot.
func cleanHost(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && strings.IndexByte(host[i:], ']') < 0 {
		host = host[:i]
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}
