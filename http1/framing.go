package http1

import "bytes"

// teProblem is what is wrong with the transfer codings of a message.
type teProblem uint8

const (
	teFine        teProblem = iota
	teNotChunked            // the last coding is not chunked
	teUnsupported           // more codings than chunked
)

// commit takes the field that was scanned into the section and notes what it
// says about the message. The line ends at an offset.
func (p *Parser) commit(b []byte, at int) bool {
	if len(p.sec.Fields)+p.streamed >= p.lim.headerFields {
		p.overflow(at)
		return false
	}
	if p.detail&DetailHead != 0 {
		p.streamed++
		return !p.held() || p.sec == &p.trail || p.note(b, b[p.valueOff:p.valueOff+p.valueLen])
	}
	p.sec.Fields = append(p.sec.Fields, Field{
		Name:     Span{p.nameOff, p.nameLen},
		Value:    Span{p.valueOff, p.valueLen},
		ID:       p.id,
		Spelling: p.spell,
	})
	if p.valueOff != p.nameOff+p.nameLen+2 || b[p.valueOff-1] != ' ' || at != int(p.valueOff+p.valueLen)+2 {
		p.sec.Plain = false
	}
	if !p.held() || p.sec == &p.trail {
		// Fields of a trailer section do not frame (RFC 9110 section 6.5.1).
		return true
	}
	return p.note(b, b[p.valueOff:p.valueOff+p.valueLen])
}

// note takes in one of the fields that decide about message and connection.
func (p *Parser) note(b, value []byte) bool {
	h := &p.head
	switch p.id {
	case FieldConnection, FieldProxyConnection:
		h.Flags |= connectionOptions(value)
	case FieldContentLength:
		if h.Flags&FlagContentLength != 0 && h.ContentLength != p.remain {
			p.fail(int(p.valueOff), CodeUnexpectedContentLength, "Duplicate Content-Length")
			return false
		}
		h.Flags |= FlagContentLength
		h.ContentLength = p.remain
	case FieldTransferEncoding:
		return p.noteEncoding(b, value)
	case FieldUpgrade:
		if len(value) > 0 {
			h.Flags |= FlagUpgradeField
		}
	case FieldHost:
		return p.noteHost(value)
	case FieldExpect:
		h.Flags |= FlagExpect
		if equalFold(value, "100-continue") {
			h.Flags |= FlagExpectContinue
		}
	case FieldTrailer:
		h.Flags |= FlagTrailer
	}
	return true
}

// connectionOptions reads the list of RFC 9110 section 7.6.1.
func connectionOptions(value []byte) (f Flags) {
	if string(value) == "keep-alive" {
		return FlagConnKeepAlive
	}
	for len(value) > 0 {
		option := value
		if i := bytes.IndexByte(value, ','); i >= 0 {
			option, value = value[:i], value[i+1:]
		} else {
			value = nil
		}
		option = trimOWS(option)
		switch {
		case equalFold(option, "keep-alive"):
			f |= FlagConnKeepAlive
		case equalFold(option, "close"):
			f |= FlagConnClose
		case equalFold(option, "upgrade"):
			f |= FlagConnUpgrade
		}
	}
	return f
}

// secondEncoding decides about a Transfer-Encoding field that is not the first.
func (p *Parser) secondEncoding(at int) scanResult {
	if p.head.Flags&FlagTransferEncoding == 0 {
		return scanOn
	}
	const reason = "Invalid `Transfer-Encoding` header value"
	if p.sec == &p.trail {
		// Too late to frame anything (RFC 9110 section 6.5.1).
		return p.fail(at+1, CodeInvalidTransferEncoding, reason)
	}
	if p.as == RoleRequest && p.head.Flags&FlagChunked != 0 {
		if !p.allowed(LenientTransferEncoding) {
			return p.fail(at+1, CodeInvalidTransferEncoding, reason)
		}
		return scanOn
	}
	if !p.allowed(LenientTransferEncodingList) && !p.allowed(LenientTransferEncoding) {
		return p.fail(at, CodeInvalidTransferEncoding, reason)
	}
	return scanOn
}

// noteEncoding takes in a Transfer-Encoding field. Exactly one coding,
// "chunked", is understood (RFC 9112 sections 6.1 and 7).
func (p *Parser) noteEncoding(b, value []byte) bool {
	h := &p.head
	first := h.Flags&FlagTransferEncoding == 0
	h.Flags |= FlagTransferEncoding
	h.Flags &^= FlagChunked
	switch before, behind := p.tabsAround(b); {
	case behind, before && p.as == RoleRequest && !p.allowed(LenientTransferEncodingList):
		// White space by the grammar, but what obfuscation uses: who does not
		// see "chunked" here reads another message.
		p.teProblem = teNotChunked
		return true
	}
	if equalFold(value, "chunked") {
		h.Flags |= FlagChunked
		if !first && p.teProblem == teNotChunked {
			p.teProblem = teUnsupported
		}
		return true
	}
	p.teProblem = teNotChunked
	if i := bytes.LastIndexByte(value, ','); equalFold(trimOWS(value[i+1:]), "chunked") {
		h.Flags |= FlagChunked
		p.teProblem = teUnsupported
	}
	return true
}

// tabsAround says whether there is a tab in the white space before and behind
// the value that was scanned.
func (p *Parser) tabsAround(b []byte) (before, behind bool) {
	for i := int(p.valueOff) - 1; b[i] != ':'; i-- {
		before = before || b[i] == '\t'
	}
	for i := int(p.valueOff + p.valueLen); b[i] == ' ' || b[i] == '\t'; i++ {
		behind = behind || b[i] == '\t'
	}
	return before, behind
}

// chunkedInside looks for a "chunked" that is not the last coding of a
// Transfer-Encoding value in a request. It returns the index behind the comma
// that follows, or -1.
func (p *Parser) chunkedInside(b []byte, from, to int) int {
	for {
		i := bytes.IndexByte(b[from:to], ',')
		if i < 0 {
			return -1
		}
		if equalFold(trimOWS(b[from:from+i]), "chunked") {
			return from + i + 1
		}
		from += i + 1
	}
}

// noteHost checks what RFC 9112 section 3.2 says about Host.
func (p *Parser) noteHost(value []byte) bool {
	p.head.Flags |= FlagHost
	p.hosts++
	if p.as != RoleRequest {
		return true
	}
	if p.hosts == 1 && len(p.target) > 0 {
		p.conflict = !sameHost(p.target, value)
	}
	if p.hosts > 1 && !p.allowed(LenientHost) {
		p.fail(int(p.nameOff), CodeInvalidHeaderToken, "Duplicate Host header")
		return false
	}
	if skipClass(value, 0, clsHost) != len(value) && !p.allowed(LenientHost) {
		p.fail(int(p.valueOff), CodeInvalidHeaderToken, "Invalid Host header")
		return false
	}
	return true
}

// frame decides how long the message is, before anybody hears of it (RFC 9112
// section 6.3, step by step).
func (p *Parser) frame() bool {
	h := &p.head
	if h.Request && h.Minor == 9 && h.Major == 0 && !p.plain09() {
		return false
	}
	if h.Flags&(FlagConnUpgrade|FlagUpgradeField) == FlagConnUpgrade|FlagUpgradeField {
		if h.Request || h.Status == 101 {
			h.Flags |= FlagUpgrade
		}
	} else if h.Request && h.Method == MethodConnect {
		h.Flags |= FlagUpgrade
	}
	if h.Request {
		if !p.frameRequest() {
			return false
		}
	} else {
		p.frameResponse()
	}
	if p.keepsAlive() {
		h.Flags |= FlagKeepAlive
	}
	return true
}

func (p *Parser) frameRequest() bool {
	h := &p.head
	bad := func(status int) bool {
		p.failStatus(p.pos, CodeInvalidTransferEncoding, "Request has invalid `Transfer-Encoding`", status)
		return false
	}
	if h.Flags&FlagTransferEncoding != 0 {
		// A server that gets TE with 1.0 must take the framing for faulty.
		if h.Major == 1 && h.Minor == 0 && !p.allowed(LenientTransferEncodingHTTP10) {
			return bad(400)
		}
		switch p.teProblem {
		case teNotChunked:
			// The length cannot be told (RFC 9112 section 6.3, step 4).
			if !p.allowed(LenientTransferEncoding) && !p.allowed(LenientChunkedLength) {
				return bad(400)
			}
		case teUnsupported:
			// It could, if we knew the other codings (RFC 9112 section 6.1).
			if !p.allowed(LenientTransferEncodingList) && !p.allowed(LenientTransferEncoding) {
				return bad(501)
			}
		}
	}
	if h.Flags&FlagHost != 0 && p.hostDiffers() && !p.allowed(LenientHostConflict) {
		p.fail(p.pos, CodeInvalidHeaderToken, "Host header differs from request target")
		return false
	}
	switch {
	case h.Flags&FlagChunked != 0:
		h.Flags |= FlagBody
	case h.Flags&FlagTransferEncoding != 0:
		h.Flags |= FlagBody | FlagUntilEOF
	case h.ContentLength > 0:
		h.Flags |= FlagBody
	}
	return true
}

// hostDiffers says whether the target of a request is in absolute form and
// names another host than the Host field.
func (p *Parser) hostDiffers() bool {
	h := &p.head
	if p.detail&DetailHead != 0 {
		return p.conflict
	}
	if h.Target.Len == 0 || class[h.Raw[h.Target.Off]]&clsAlpha == 0 || h.Method == MethodConnect {
		return false
	}
	host, _ := h.Get("host")
	return !sameHost(h.Bytes(h.Target), host)
}

// plain09 lets a request without version pass if it is what such a request
// can be: a GET that frames nothing.
func (p *Parser) plain09() bool {
	h := &p.head
	if h.Method == MethodGet && h.Flags&(FlagContentLength|FlagTransferEncoding) == 0 || p.allowed(LenientHTTP09) {
		return true
	}
	p.fail(p.pos, CodeInvalidVersion, "Invalid HTTP version")
	return false
}

func (p *Parser) frameResponse() {
	h := &p.head
	switch {
	case bodyless(h.Status):
	case h.Flags&FlagChunked != 0:
		h.Flags |= FlagBody
	case h.Flags&FlagTransferEncoding != 0:
		h.Flags |= FlagBody | FlagUntilEOF
	case h.Flags&FlagContentLength == 0:
		h.Flags |= FlagBody | FlagUntilEOF
	case h.ContentLength > 0:
		h.Flags |= FlagBody
	}
}

// bodyless says whether a response of that status ends with its head.
func bodyless(status uint16) bool { return status/100 == 1 || status == 204 || status == 304 }

// keepsAlive says whether the connection outlives the message (RFC 9112
// section 9.3).
func (p *Parser) keepsAlive() bool {
	h := &p.head
	if h.Major > 0 && h.Minor > 0 {
		if h.Flags&FlagConnClose != 0 {
			return false
		}
	} else if h.Flags&FlagConnKeepAlive == 0 {
		return false
	}
	return h.Request || h.Flags&FlagUntilEOF == 0
}

// upgrades says whether the message ends HTTP on the connection.
func (p *Parser) upgrades() bool {
	switch p.decided {
	case Upgrade:
		return true
	case Ordinary:
		return false
	}
	return p.head.Flags&FlagUpgrade != 0 || !p.head.Request && p.head.Status == 101
}

// decide goes from the head to the body.
func (p *Parser) decide() {
	h := &p.head
	skip := p.decided == SkipBody || p.decided == Upgrade
	if p.decided == SkipBody && h.Flags&FlagUntilEOF != 0 {
		// An answer to HEAD needs no end of the connection.
		h.Flags &^= FlagUntilEOF
		if p.keepsAlive() {
			h.Flags |= FlagKeepAlive
		}
	}
	switch {
	case skip, h.Flags&FlagBody == 0, p.upgrades() && h.Request && (h.Method == MethodConnect || h.Flags&FlagUntilEOF != 0 && h.ContentLength <= 0):
		p.phase = phComplete
	case h.Flags&FlagChunked != 0:
		p.phase, p.sub = phChunk, cSize
		p.startChunk()
	case h.Flags&FlagUntilEOF != 0:
		p.phase = phUntilEOF
	default:
		p.remain = h.ContentLength
		p.phase = phLength
	}
}
