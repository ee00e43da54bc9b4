package http1

import "bytes"

// Places in an absolute or authority target.
const (
	inScheme uint8 = iota
	inSlash1
	inSlash2
	inServer
	inServerAt
)

// scanTarget looks at the first byte of a target.
func (p *Parser) scanTarget(b []byte) scanResult {
	c := b[p.tok]
	switch {
	case p.head.Method == MethodConnect:
		p.state, p.sub = sForm, inServer
	case c == '/', c == '*':
		p.state = sPath
		p.pos++
	case class[c]&clsAlpha != 0:
		p.state, p.sub = sForm, inScheme
	case c == ' ', c == '\r', c == '\n', c == '\t', c == '\f':
		return p.fail(p.pos+1, CodeInvalidURL, "Invalid characters in url")
	default:
		return p.fail(p.pos, CodeInvalidURL, "Unexpected start char in url")
	}
	return scanOn
}

// scanForm reads scheme "://" authority, or an authority alone.
func (p *Parser) scanForm(b []byte) scanResult {
	for ; p.pos < len(b); p.pos++ {
		c := b[p.pos]
		if (c == '\t' || c == '\f') && p.sub != inSlash2 {
			return p.fail(p.pos+1, CodeInvalidURL, "Invalid characters in url")
		}
		switch p.sub {
		case inScheme:
			switch {
			case class[c]&clsAlpha != 0:
			case c == ':':
				p.sub = inSlash1
			default:
				return p.badScheme(c)
			}
		case inSlash1, inSlash2:
			if c != '/' {
				return p.badScheme(c)
			}
			p.sub++
		default:
			switch {
			case c == '/', c == '?':
				p.state = sPath
				p.pos++
				return scanOn
			case class[c]&clsUser != 0:
				p.sub = inServer
			case c == '@' && p.sub == inServer:
				p.sub = inServerAt
			case c == '@':
				return p.fail(p.pos+1, CodeInvalidURL, "Double @ in url")
			case c == ' ', c == '\r', c == '\n':
				return p.targetDone(b, p.pos)
			default:
				return p.fail(p.pos, CodeInvalidURL, "Unexpected char in url server")
			}
		}
	}
	return scanOn
}

func (p *Parser) badScheme(c byte) scanResult {
	if p.sub != inSlash2 && (c == ' ' || c == '\r' || c == '\n') {
		return p.fail(p.pos+1, CodeInvalidURL, "Invalid characters in url")
	}
	return p.fail(p.pos, CodeInvalidURL, "Unexpected char in url schema")
}

// scanPath reads path, query and fragment: visible ASCII.
func (p *Parser) scanPath(b []byte) scanResult {
	i := skipTarget(b, p.pos)
	p.pos = i
	if i == len(b) {
		return scanOn
	}
	switch b[i] {
	case ' ', '\r', '\n':
		return p.targetDone(b, i)
	case '\t', '\f':
		return p.fail(i+1, CodeInvalidURL, "Invalid characters in url")
	}
	t := b[p.tok:i]
	if p.sent == 0 {
		p.sub = 0
	}
	switch {
	case bytes.IndexByte(t, '#') >= 0, p.sub&partFragment != 0:
		return p.fail(i, CodeInvalidURL, "Invalid char in url fragment start")
	case bytes.IndexByte(t, '?') >= 0, p.sub&partQuery != 0:
		return p.fail(i, CodeInvalidURL, "Invalid char in url query")
	}
	return p.fail(i, CodeInvalidURL, "Invalid char in url path")
}

// targetDone ends the target at b[i], a space or the end of the line.
func (p *Parser) targetDone(b []byte, i int) scanResult {
	p.head.Target = Span{uint32(p.tok), uint32(i - p.tok)}
	if p.sent+i-p.tok > p.lim.targetBytes {
		return p.failStatus(i, CodeHeaderOverflow, "Header overflow", 414)
	}
	if !p.count(i-p.tok, i) {
		return scanFailed
	}
	if t := b[p.tok:i]; p.sent == 0 && (p.head.Method == MethodConnect || t[0] != '/') {
		if reason := targetProblem(p.head.Method, t); reason != "" && !p.allowed(LenientTarget) {
			return p.fail(i, CodeInvalidURL, reason)
		}
		if p.detail&DetailHead != 0 && p.head.Method != MethodConnect && class[t[0]]&clsAlpha != 0 {
			p.target = append(p.target, t...)
		}
	}
	switch b[i] {
	case ' ':
		p.pos, p.state = i+1, sBeforeVersion
		return scanOn
	case '\r':
		p.head.Major, p.head.Minor = 0, 9
		p.pos, p.state = i+1, sTargetLF
		return scanOn
	}
	if p.allowed(LenientHTTP09) || p.allowed(LenientOptionalCRBeforeLF) {
		p.head.Major, p.head.Minor = 0, 9
		return p.lineDone(i + 1)
	}
	return p.fail(i, CodeInvalidURL, "Expected CRLF")
}

// targetProblem says what is wrong with a target that does not start with a
// slash, or is a CONNECT's (RFC 9112 section 3.2).
func targetProblem(m Method, t []byte) string {
	switch {
	case m == MethodConnect:
		if !isAuthority(t) {
			return "Invalid authority-form target"
		}
	case t[0] == '*':
		// UPnP multicasts M-SEARCH and NOTIFY to everybody.
		if len(t) > 1 || m != MethodOptions && m != MethodPri && m != MethodMSearch && m != MethodNotify {
			return "Invalid asterisk-form target"
		}
	default:
		a := authorityOf(t)
		if len(a) == 0 || a[0] == ':' || bytes.IndexByte(a, '@') >= 0 {
			return "Invalid absolute-form target"
		}
	}
	return ""
}

// isAuthority says whether t is host ":" port.
func isAuthority(t []byte) bool {
	i := bytes.LastIndexByte(t, ':')
	if i <= 0 || i == len(t)-1 || len(t)-i > 6 {
		return false
	}
	return skipClass(t, i+1, clsDigit) == len(t) && skipClass(t, 0, clsHost) == len(t)
}

// authorityOf returns the authority of an absolute target.
func authorityOf(t []byte) []byte {
	i := bytes.Index(t, []byte("://"))
	if i < 0 {
		return nil
	}
	a := t[i+3:]
	if j := bytes.IndexAny(a, "/?#"); j >= 0 {
		a = a[:j]
	}
	return a
}

// sameHost compares the authority of an absolute target with a Host value: in
// any case, with the scheme's own port left out.
func sameHost(target, host []byte) bool {
	port := ":80"
	if len(target) > 5 && (target[4]|0x20) == 's' {
		port = ":443"
	}
	a, h := authorityOf(target), host
	a, h = bytes.TrimSuffix(a, []byte(port)), bytes.TrimSuffix(h, []byte(port))
	return len(a) == len(h) && bytes.EqualFold(a, h)
}
