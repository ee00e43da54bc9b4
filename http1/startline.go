package http1

import "encoding/binary"

// scanStartLine handles the states up to the end of the first line.
func (p *Parser) scanStartLine(b []byte) scanResult {
	i := p.pos
	switch p.state {
	case sStart:
		return p.scanStart(b)
	case sHorM:
		return p.scanEither(b)
	case sMethod:
		return p.scanMethod(b)
	case sBeforeTarget:
		if b[i] == ' ' && p.allowed(LenientRequestLineSpaces) {
			return p.skipSpace(i)
		}
		p.state, p.tok = sTarget, i
		return scanOn
	case sTarget:
		return p.scanTarget(b)
	case sForm:
		return p.scanForm(b)
	case sPath:
		return p.scanPath(b)
	case sTargetLF:
		if b[i] != '\n' {
			return p.fail(i, CodeInvalidURL, "Expected CRLF")
		}
		return p.lineDone(i + 1)
	case sBeforeVersion:
		if b[i] == ' ' && p.allowed(LenientRequestLineSpaces) {
			return p.skipSpace(i)
		}
		if b[i] == '\t' || b[i] == '\f' {
			return p.fail(i+1, CodeInvalidURL, "Invalid characters in url")
		}
		p.state, p.tok = sVersion, i
		return scanOn
	case sVersion:
		return p.scanVersion(b)
	case sLineEnd:
		return p.scanLineEnd(b)
	case sLineLF:
		if b[i] == '\n' {
			return p.lineDone(i + 1)
		}
		if p.allowed(LenientOptionalLFAfterCR) {
			return p.lineDone(i)
		}
		return p.fail(i, CodeStrict, "Expected CRLF after version")
	case sPreface:
		return p.scanPreface(b)
	case sProtocol:
		return p.scanProtocol(b)
	case sStatus:
		return p.scanStatus(b)
	case sReason:
		return p.scanReason(b)
	case sStatusLF:
		if b[i] == '\n' {
			return p.lineDone(i + 1)
		}
		if p.allowed(LenientOptionalLFAfterCR) {
			return p.lineDone(i)
		}
		return p.fail(i, CodeStrict, "Expected LF after CR")
	}
	panic("http1: no such state")
}

func (p *Parser) lineDone(i int) scanResult {
	p.pos, p.state = i, sFirstField
	return scanOn
}

func (p *Parser) scanStart(b []byte) scanResult {
	switch p.as {
	case RoleResponse:
		p.state = sProtocol
		if p.detail&DetailHead == 0 {
			p.wholeStatusLine(b)
		}
	case RoleEither:
		p.state = sHorM
	default:
		p.head.Request = true
		p.state = sMethod
		if p.detail&DetailHead == 0 {
			p.wholeRequestLine(b)
		}
	}
	return scanOn
}

// wholeRequestLine takes a request line that is all in b and has a usual method,
// a path, and version 1.1. Anything else is left to the states.
func (p *Parser) wholeRequestLine(b []byte) {
	if len(b) < 16 {
		return
	}
	var m Method
	t := 4
	switch w := binary.LittleEndian.Uint32(b); {
	case w == wordGET:
		m = MethodGet
	case w == wordPOST && b[4] == ' ':
		m, t = MethodPost, 5
	default:
		n, other := usualMethod(b)
		if n == 0 {
			return
		}
		m, t = other, n+1
	}
	if b[t] != '/' {
		return
	}
	i := skipTarget(b, t)
	if i+11 > len(b) || b[i] != ' ' || load8(b, i+1) != wordHTTP1 || b[i+9] != '\r' || b[i+10] != '\n' {
		return
	}
	n := i - t
	if n >= p.maxBytes() || n > p.lim.targetBytes {
		return
	}
	h := &p.head
	h.Method, h.Major, h.Minor = m, 1, 1
	h.Target = Span{uint32(t), uint32(n)}
	p.nread = n
	p.pos, p.state = i+11, sFirstField
}

// wholeStatusLine takes a status line of version 1.1 that is all in b. Anything
// else is left to the states.
func (p *Parser) wholeStatusLine(b []byte) {
	if len(b) < 16 || load8(b, 0) != wordHTTP1 || b[8] != ' ' || b[12] != ' ' ||
		class[b[9]]&class[b[10]]&class[b[11]]&clsDigit == 0 {
		return
	}
	i := skipValue(b, 13)
	n := i - 13
	if i+2 > len(b) || b[i] != '\r' || b[i+1] != '\n' || n >= p.maxBytes() {
		return
	}
	h := &p.head
	h.Major, h.Minor = 1, 1
	h.Status = uint16(b[9]-'0')*100 + uint16(b[10]-'0')*10 + uint16(b[11]-'0')
	h.Reason = Span{13, uint32(n)}
	p.nread = n
	p.pos, p.state = i+2, sFirstField
}

// scanEither tells "HEAD" from "HTTP/" when both are possible.
func (p *Parser) scanEither(b []byte) scanResult {
	if b[0] == 'H' {
		if len(b) < 2 {
			p.pos = 1
			return scanOn
		}
		switch b[1] {
		case 'T':
			p.as, p.state, p.pos = RoleResponse, sProtocol, 0
			p.role = RoleResponse
			return scanOn
		case 'E':
		default:
			return p.fail(1, CodeInvalidConstant, "Invalid word encountered")
		}
	}
	p.as, p.state, p.pos = RoleRequest, sMethod, 0
	p.role = RoleRequest
	p.head.Request = true
	return scanOn
}

// Words for comparing four or eight bytes at once.
var (
	wordGET   = binary.LittleEndian.Uint32([]byte("GET "))
	wordPOST  = binary.LittleEndian.Uint32([]byte("POST"))
	wordHTTP1 = binary.LittleEndian.Uint64([]byte("HTTP/1.1"))
)

func (p *Parser) scanMethod(b []byte) scanResult {
	if n, m := usualMethod(b); n > 0 {
		p.head.Method = m
		p.pos, p.state = n+1, sBeforeTarget
		return scanOn
	}
	s := b[:min(len(b), maxMethod+1)]
	n, m, ok := matchMethod(s)
	switch {
	case n == len(b):
		p.pos = n
		return scanOn
	case !ok:
		return p.fail(n, CodeInvalidMethod, "Invalid method encountered")
	case b[n] != ' ':
		return p.fail(n, CodeInvalidMethod, "Expected space after method")
	}
	p.head.Method = m
	p.pos, p.state = n+1, sBeforeTarget
	return scanOn
}

// scanVersion reads "HTTP/1.1" and its relatives. It looks at the version from
// its start whenever there is more of it: there are eight bytes at most.
func (p *Parser) scanVersion(b []byte) scanResult {
	t := p.tok
	n, r := p.protocol(b[t:])
	if r != scanOn {
		return r
	}
	if n < 0 {
		p.pos = len(b)
		return scanOn
	}
	major, minor, r := p.version(b, t+n)
	if r != scanOn {
		return r
	}
	if minor < 0 {
		p.pos = len(b)
		return scanOn
	}
	p.head.Major, p.head.Minor = uint8(major), uint8(minor)
	p.pos = t + n + 3
	if r := p.checkRequestVersion(major, minor, p.pos); r != scanOn {
		return r
	}
	if p.head.Method == MethodPri {
		p.tok, p.state = p.pos, sPreface
	} else {
		p.state = sLineEnd
	}
	return scanOn
}

// protocol reads up to the slash. It returns the length with the slash, -1
// when bytes are missing.
func (p *Parser) protocol(s []byte) (int, scanResult) {
	const expected = "Expected HTTP/, RTSP/ or ICE/"
	at := func(n int) (int, scanResult) { return 0, p.fail(p.tok+n, CodeInvalidConstant, expected) }
	names := [...]string{"HTTP", "RTSP", "ICE"}
	best := 0
	for k, name := range names {
		if k > 0 && p.lenient&LenientProtocols == 0 {
			break
		}
		n := 0
		for n < len(name) && n < len(s) && s[n] == name[n] {
			n++
		}
		best = max(best, n)
		switch {
		case n < len(name):
			continue
		case p.head.Request && !p.methodFits(name):
			return 0, p.fail(p.tok+n, CodeInvalidConstant, methodMisfit[name])
		case n == len(s):
			return -1, scanOn
		case s[n] != '/':
			return at(n)
		}
		if k > 0 {
			p.head.Rescued |= LenientProtocols
		}
		return n + 1, scanOn
	}
	if best == len(s) {
		return -1, scanOn
	}
	return at(best)
}

var methodMisfit = map[string]string{
	"HTTP": "Invalid method for HTTP/x.x request",
	"RTSP": "Invalid method for RTSP/x.x request",
	"ICE":  "Expected SOURCE method for ICE/x.x request",
}

func (p *Parser) methodFits(protocol string) bool {
	switch protocol {
	case "HTTP":
		return !p.head.Method.isRTSPOnly()
	case "RTSP":
		return p.head.Method.isRTSP()
	}
	return p.head.Method == MethodSource
}

// version reads digit "." digit at b[i]; minor is -1 when bytes are missing.
func (p *Parser) version(b []byte, i int) (major, minor int, r scanResult) {
	if i >= len(b) {
		return 0, -1, scanOn
	}
	if class[b[i]]&clsDigit == 0 {
		return 0, 0, p.fail(i, CodeInvalidVersion, "Invalid major version")
	}
	if i+1 >= len(b) {
		return 0, -1, scanOn
	}
	if b[i+1] != '.' {
		return 0, 0, p.fail(i+1, CodeInvalidVersion, "Expected dot")
	}
	if i+2 >= len(b) {
		return 0, -1, scanOn
	}
	if class[b[i+2]]&clsDigit == 0 {
		return 0, 0, p.fail(i+2, CodeInvalidVersion, "Invalid minor version")
	}
	return int(b[i] - '0'), int(b[i+2] - '0'), scanOn
}

// checkRequestVersion accepts 1.0 and 1.1. Another major version that exists
// gets 505 (RFC 9110 section 15.6.6), anything else 400.
func (p *Parser) checkRequestVersion(major, minor, at int) scanResult {
	const reason = "Invalid HTTP version"
	switch {
	case major == 1 && minor <= 1, p.head.Method == MethodPri && major == 2 && minor == 0:
	case major == 2 && minor == 0:
		if !p.allowed(LenientHTTP20) && !p.allowed(LenientVersion) {
			return p.failStatus(at, CodeInvalidVersion, reason, 505)
		}
	case major == 0 && minor == 9:
		if !p.allowed(LenientHTTP09) && !p.allowed(LenientVersion) {
			return p.failStatus(at, CodeInvalidVersion, reason, 505)
		}
	case !p.allowed(LenientVersion):
		return p.fail(at, CodeInvalidVersion, reason)
	}
	return scanOn
}

// scanLineEnd wants CRLF right after the version.
func (p *Parser) scanLineEnd(b []byte) scanResult {
	switch c := b[p.pos]; {
	case c == '\r':
		p.pos++
		p.state = sLineLF
		return scanOn
	case c == '\n' && p.allowed(LenientOptionalCRBeforeLF):
		return p.lineDone(p.pos + 1)
	case c == '\n':
		p.pos++
	}
	return p.fail(p.pos, CodeInvalidVersion, "Expected CRLF after version")
}

// preface is what follows the request line "PRI * HTTP/2.0" (RFC 9113
// section 3.4).
const preface = "\r\n\r\nSM\r\n\r\n"

func (p *Parser) scanPreface(b []byte) scanResult {
	for ; p.pos < len(b); p.pos++ {
		if b[p.pos] != preface[p.pos-p.tok] {
			return p.fail(p.pos, CodeInvalidVersion, "Expected HTTP/2 Connection Preface")
		}
		if p.pos-p.tok == len(preface)-1 {
			p.pos++
			return p.failStatus(p.pos, CodePausedH2Upgrade, "Pause on PRI/Upgrade", 505)
		}
	}
	return scanOn
}

// scanProtocol reads the version of a status line and the space behind it.
func (p *Parser) scanProtocol(b []byte) scanResult {
	p.tok = 0
	n, r := p.protocol(b)
	if r != scanOn {
		return r
	}
	if n < 0 {
		p.pos = len(b)
		return scanOn
	}
	major, minor, r := p.version(b, n)
	if r != scanOn {
		return r
	}
	if minor < 0 || n+3 == len(b) && p.validResponseVersion(major, minor) {
		p.pos = len(b)
		return scanOn
	}
	if !p.validResponseVersion(major, minor) {
		return p.fail(n+3, CodeInvalidVersion, "Invalid HTTP version")
	}
	if b[n+3] != ' ' {
		return p.fail(n+3, CodeInvalidVersion, "Expected space after version")
	}
	p.head.Major, p.head.Minor = uint8(major), uint8(minor)
	p.pos, p.state, p.sub = n+4, sStatus, 0
	return scanOn
}

func (p *Parser) validResponseVersion(major, minor int) bool {
	switch {
	case major == 1 && minor <= 1, major == 2 && minor == 0, major == 0 && minor == 9:
		return true
	}
	return p.allowed(LenientVersion)
}

// scanStatus reads three digits and what may follow them.
func (p *Parser) scanStatus(b []byte) scanResult {
	for ; p.pos < len(b); p.pos++ {
		c := b[p.pos]
		if p.sub < 3 {
			if class[c]&clsDigit == 0 {
				return p.fail(p.pos, CodeInvalidStatus, "Invalid status code")
			}
			p.head.Status = p.head.Status*10 + uint16(c-'0')
			p.sub++
			continue
		}
		switch {
		case c == ' ':
			p.pos++
			p.tok, p.state = p.pos, sReason
			return scanOn
		case c == '\r':
			p.pos++
			p.state = sStatusLF
			return scanOn
		case c == '\n' && p.allowed(LenientOptionalCRBeforeLF):
			return p.lineDone(p.pos + 1)
		case c == '\n':
			p.pos++
		}
		return p.fail(p.pos, CodeInvalidStatus, "Invalid response status")
	}
	return scanOn
}

// scanReason reads the phrase, which may be empty.
func (p *Parser) scanReason(b []byte) scanResult {
	i := skipValue(b, p.pos)
	p.pos = i
	if i == len(b) {
		return scanOn
	}
	if c := b[i]; c != '\r' && c != '\n' {
		if p.allowed(LenientReason) {
			p.pos++
			return scanOn
		}
		return p.fail(i, CodeInvalidStatus, "Invalid response status")
	}
	p.head.Reason = Span{uint32(p.tok), uint32(i - p.tok)}
	if !p.count(i-p.tok, i+1) {
		return scanFailed
	}
	if b[i] == '\r' {
		p.pos, p.state = i+1, sStatusLF
		return scanOn
	}
	if p.allowed(LenientOptionalCRBeforeLF) {
		return p.lineDone(i + 1)
	}
	return p.fail(i+1, CodeCRExpected, "Missing expected CR after response line")
}
