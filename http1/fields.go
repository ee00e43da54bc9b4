package http1

// scanFields handles field lines and the empty line behind them.
func (p *Parser) scanFields(b []byte) scanResult {
	i := p.pos
	switch p.state {
	case sFirstField:
		p.state = sField
		if b[i] != ' ' {
			return p.scanField(b)
		}
		if !p.allowed(LenientHeaders) {
			return p.fail(i+1, CodeUnexpectedSpace, "Unexpected space after start line")
		}
		p.pos++
		return scanOn
	case sField:
		return p.scanField(b)
	case sName:
		return p.scanName(b)
	case sColonWS:
		return p.scanColonWS(b)
	case sOWS:
		return p.scanOWS(b)
	case sLength:
		return p.scanLength(b)
	case sLengthWS:
		return p.scanLengthWS(b)
	case sValue:
		return p.scanValue(b)
	case sValueLenient:
		return p.scanValueLenient(b)
	case sValueLF:
		if b[i] != '\n' {
			return p.fail(i, CodeLFExpected, "Missing expected LF after header value")
		}
		p.pos, p.state = i+1, sFieldDone
		return scanOn
	case sEmptyLF:
		if b[i] == '\n' {
			p.pos++
		} else if !p.allowed(LenientHeaders) {
			return p.fail(i, CodeStrict, "Expected LF after CR")
		}
		p.state = sFieldDone
		return scanOn
	case sFieldDone:
		return p.scanFieldDone(b)
	case sEndLF:
		if b[i] == '\n' {
			p.pos++
			return scanDone
		}
		if p.allowed(LenientOptionalLFAfterCR) {
			return scanDone
		}
		return p.fail(i, CodeStrict, "Expected LF after headers")
	}
	panic("http1: no such state")
}

// scanField looks at the start of a line.
func (p *Parser) scanField(b []byte) scanResult {
	if p.detail&DetailHead == 0 && !p.wholeFields(b) {
		return scanFailed
	}
	i := p.pos
	if i == len(b) {
		return scanOn
	}
	switch b[i] {
	case '\r':
		if i+1 < len(b) && b[i+1] == '\n' {
			p.pos = i + 2
			return scanDone
		}
		p.pos, p.state = i+1, sEndLF
		return scanOn
	case '\n':
		p.pos++
		if p.allowed(LenientOptionalCRBeforeLF) {
			return scanDone
		}
		return p.fail(p.pos, CodeInvalidHeaderToken, "Invalid header field char")
	case ':':
		return p.fail(i, CodeInvalidHeaderToken, "Invalid header token")
	}
	p.tok, p.state = i, sName
	return p.scanName(b)
}

// wholeFields takes field lines from p.pos on as long as all of a line, and
// the byte behind it, is in b and nothing about it is out of the ordinary. The
// first line that is not so is left to the states. It returns false when the
// message is refused.
func (p *Parser) wholeFields(b []byte) bool {
	sec := p.sec
	start, fields := p.pos, sec.Fields
	nread, limit, maxFields := p.nread, p.maxBytes(), p.lim.headerFields
	ok := true
	for {
		// The name: most are known, and a known one needs no look at each byte.
		if start+8 > len(b) {
			break
		}
		first := load8(b, start)
		colon, m := start, markByte(first, ':')
		for m == 0 {
			if colon += 8; colon+8 > len(b) || colon-start > longestKnown {
				break
			}
			m = markByte(load8(b, colon), ':')
		}
		if m == 0 {
			break
		}
		colon += firstMark(m)
		if colon == start {
			break
		}
		var last uint64
		if n := colon - start; n < 8 {
			first &= 1<<(8*n) - 1
			last = first
		} else {
			last = load8(b, colon-8)
		}
		name := b[start:colon]
		id, spell := lookupWords(name, first, last)
		if id == 0 && skipClass(name, 0, clsToken) != len(name) {
			break
		}
		// The value: one space, bytes, CRLF, no white space on the next line.
		v := colon + 1
		if v < len(b) && b[v] == ' ' {
			v++
		}
		end := skipValue(b, v)
		if end+2 >= len(b) || end == v || b[end] != '\r' || b[end+1] != '\n' {
			if end == len(b) && end > v && b[v] > ' ' && (id == 0 || id >= firstOrdinary) && nread+len(name) < limit {
				// A read ends in the value: the states go on from here.
				p.id, p.spell = id, spell
				p.nameOff, p.nameLen = uint32(start), uint32(len(name))
				p.tok, p.state, p.ows = v, sValue, v-colon-1
				nread += len(name)
				start = end
			}
			break
		}
		if next := b[end+2]; next == ' ' || next == '\t' || b[v] == ' ' || b[v] == '\t' {
			break
		}
		size := len(name) + end - v
		if nread+size >= limit || len(fields) >= maxFields {
			break
		}
		framing := FieldConnection <= id && id < firstOrdinary
		if framing && !p.plainFraming(id, b[v:end]) {
			break
		}
		nread += size
		length := end - v
		if c := b[end-1]; c == ' ' || c == '\t' {
			length = trimmedLen(b, v, end)
			sec.Plain = false
		}
		if v != colon+2 {
			sec.Plain = false
		}
		n := len(fields)
		if n == cap(fields) {
			fields = append(fields, Field{})
		}
		fields = fields[:n+1]
		f := &fields[n]
		f.Name.Off, f.Name.Len = uint32(start), uint32(len(name))
		f.Value.Off, f.Value.Len = uint32(v), uint32(length)
		f.ID, f.Spelling = id, spell
		start = end + 2
		if framing && sec != &p.trail {
			p.id, p.nameOff = id, f.Name.Off
			p.valueOff, p.valueLen = uint32(v), uint32(length)
			if !p.note(b, b[v:v+length]) {
				ok = false
				break
			}
		}
	}
	p.pos, p.nread, sec.Fields = start, nread, fields
	return ok
}

func trimmedLen(b []byte, from, to int) int {
	for to > from && (b[to-1] == ' ' || b[to-1] == '\t') {
		to--
	}
	return to - from
}

// plainFraming says whether a framing field can be committed without the
// checks that the states make on the way: nothing of the kind came before,
// and a length is nothing but digits that fit.
func (p *Parser) plainFraming(id FieldID, value []byte) bool {
	const any = FlagContentLength | FlagTransferEncoding
	switch id {
	case FieldContentLength:
		if p.head.Flags&any != 0 || p.sec == &p.trail || len(value) > 15 {
			return false
		}
		n := int64(0)
		for _, c := range value {
			if class[c]&clsDigit == 0 {
				return false
			}
			n = n*10 + int64(c-'0')
		}
		p.remain = n
	case FieldTransferEncoding:
		return p.head.Flags&any == 0 && p.sec != &p.trail && equalFold(trimOWS(value), "chunked")
	}
	return true
}

// scanName reads up to the colon.
func (p *Parser) scanName(b []byte) scanResult {
	i := p.pos
	if i == p.tok {
		i = p.knownName(b, i)
	}
	i = skipClass(b, i, clsToken)
	p.pos = i
	if i == len(b) {
		return scanOn
	}
	name := b[p.tok:i]
	if b[i] == ':' {
		return p.nameDone(b, name, i)
	}
	if b[i] == ' ' && len(name) > 0 {
		p.identify(name)
		if p.lenient&LenientHeaders != 0 && p.framing() {
			p.head.Rescued |= LenientHeaders
			p.nameLen = uint32(len(name))
			p.state = sColonWS
			return scanOn
		}
		if p.framing() {
			return p.failIn(i, i+1, CodeInvalidHeaderToken, "Invalid header field char")
		}
	}
	return p.fail(i, CodeInvalidHeaderToken, "Invalid header token")
}

// knownName returns the index of the colon behind the known name that begins
// at b[i], or i when another one does.
func (p *Parser) knownName(b []byte, i int) int {
	for k := i; k+8 <= len(b) && k-i <= longestKnown; k += 8 {
		if m := markByte(load8(b, k), ':'); m != 0 {
			if k += firstMark(m); k == i {
				return i
			}
			if id, _ := lookupName(b[i:k]); id != 0 {
				return k
			}
			return i
		}
	}
	return i
}

// failIn refuses the message because of something that ends the token, which
// counts before: the header bytes may be too many already.
func (p *Parser) failIn(end, at int, code Code, reason string) scanResult {
	if !p.count(end-p.tok, at) {
		return scanFailed
	}
	return p.fail(at, code, reason)
}

// framing says whether the field being scanned is one of those that llhttp
// treats on their own.
func (p *Parser) framing() bool {
	switch p.id {
	case FieldConnection, FieldContentLength, FieldTransferEncoding, FieldUpgrade, FieldProxyConnection:
		return true
	}
	return false
}

// guarded says whether the field being scanned frames or routes the message:
// no bit makes its value lenient.
func (p *Parser) guarded() bool {
	return p.id == FieldContentLength || p.id == FieldTransferEncoding || p.id == FieldHost
}

// scanColonWS skips the spaces that LenientHeaders lets stand before a colon.
func (p *Parser) scanColonWS(b []byte) scanResult {
	for ; p.pos < len(b); p.pos++ {
		switch b[p.pos] {
		case ' ':
			continue
		case ':':
			return p.nameDone(b, b[p.tok:p.tok+int(p.nameLen)], p.pos)
		}
		return p.fail(p.pos, CodeInvalidHeaderToken, "Invalid header token")
	}
	return scanOn
}

// identify looks a name up. One whose beginning was delivered and is gone is
// longer than any known name.
func (p *Parser) identify(name []byte) {
	p.id, p.spell = 0, 0
	if p.sent == 0 {
		p.id, p.spell = lookupName(name)
	}
}

// nameDone ends a name at the colon b[i].
func (p *Parser) nameDone(b, name []byte, i int) scanResult {
	p.identify(name)
	p.nameOff, p.nameLen = uint32(p.tok), uint32(len(name))
	if !p.count(i-p.tok, i+1) {
		return scanFailed
	}
	// RFC 9112 section 6.3: both lengths at once ought to be an error.
	if p.id == FieldTransferEncoding && p.head.Flags&FlagContentLength != 0 && !p.allowed(LenientChunkedLength) {
		return p.fail(i+1, CodeInvalidTransferEncoding, "Transfer-Encoding can't be present with Content-Length")
	}
	if p.id == FieldContentLength && p.head.Flags&FlagTransferEncoding != 0 && !p.allowed(LenientChunkedLength) {
		return p.fail(i+1, CodeInvalidContentLength, "Content-Length can't be present with Transfer-Encoding")
	}
	p.pos, p.state, p.ows = i+1, sOWS, 0
	if i+2 < len(b) && p.detail&DetailHead == 0 {
		return p.scanOWS(b)
	}
	return scanOn
}

// scanOWS skips the white space before a value.
func (p *Parser) scanOWS(b []byte) scanResult {
	i := p.pos
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
		if p.ows++; p.ows > 1 && !p.count(1, i) {
			return scanFailed
		}
	}
	p.pos = i
	if i == len(b) {
		return scanOn
	}
	p.tok = i
	switch b[i] {
	case '\r':
		p.valueOff, p.valueLen = uint32(i), 0
		p.pos, p.state = i+1, sEmptyLF
		return scanOn
	case '\n':
		if !p.allowed(LenientOptionalCRBeforeLF) {
			return p.fail(i+1, CodeInvalidHeaderToken, "Invalid header value char")
		}
		p.valueOff, p.valueLen = uint32(i), 0
		p.pos, p.state = i+1, sFieldDone
		return scanOn
	}
	if r := p.valueStart(i); r != scanOn || p.state != sValue {
		return r
	}
	return p.scanValue(b)
}

// valueStart looks at the first byte of a value.
func (p *Parser) valueStart(i int) scanResult {
	p.state = sValue
	switch p.id {
	case FieldContentLength:
		if p.head.Flags&FlagContentLength != 0 && !p.allowed(LenientIdenticalContentLength) {
			return p.fail(i, CodeUnexpectedContentLength, "Duplicate Content-Length")
		}
		p.remain = 0
		p.state = sLength
	case FieldTransferEncoding:
		if r := p.secondEncoding(i); r != scanOn {
			return r
		}
	}
	return scanOn
}

// scanLength reads the digits of Content-Length.
func (p *Parser) scanLength(b []byte) scanResult {
	for ; p.pos < len(b); p.pos++ {
		c := b[p.pos]
		if class[c]&clsDigit == 0 {
			p.state = sLengthWS
			return scanOn
		}
		// In 64 bits without sign, so that the digit that overflows is the
		// one that Node names; a sign that comes out is looked at below.
		n, d := uint64(p.remain), uint64(c-'0')
		if n > (1<<64-1-d)/10 {
			return p.failIn(p.pos+1, p.pos+1, CodeInvalidContentLength, "Content-Length overflow")
		}
		p.remain = int64(n*10 + d)
	}
	return scanOn
}

func (p *Parser) scanLengthWS(b []byte) scanResult {
	for ; p.pos < len(b); p.pos++ {
		switch c := b[p.pos]; c {
		case ' ', '\t':
			continue
		case '\r', '\n':
			if class[b[p.tok]]&clsDigit == 0 {
				return p.fail(p.tok, CodeInvalidContentLength, "Empty Content-Length")
			}
			if p.remain < 0 {
				return p.fail(p.pos, CodeInvalidContentLength, "Content-Length overflow")
			}
			return p.valueDone(b, p.pos)
		}
		return p.failIn(p.pos, p.pos, CodeInvalidContentLength, "Invalid character in Content-Length")
	}
	return scanOn
}

// scanValue reads up to the end of the line.
func (p *Parser) scanValue(b []byte) scanResult {
	i := skipValue(b, p.pos)
	p.pos = i
	if i == len(b) {
		return scanOn
	}
	if c := b[i]; c == '\r' || c == '\n' {
		if r := p.valueDone(b, i); r != scanOn || p.detail&DetailHead != 0 {
			return r
		}
		// The rest of the line as well, if it is there and ordinary.
		if i+2 < len(b) && p.state == sValueLF && b[i+1] == '\n' && b[i+2] > ' ' {
			p.pos = i + 2
			return p.scanFieldDone(b)
		}
		return scanOn
	}
	switch {
	case p.guarded():
		// Never lenient for what frames or routes.
	case p.allowed(LenientHeaders):
		p.state = sValueLenient
		return scanOn
	case b[i] != 0 && p.allowed(LenientHeaderValueRelaxed):
		p.pos++
		return scanOn
	}
	return p.failIn(i, i, CodeInvalidHeaderToken, "Invalid header value char")
}

// scanValueLenient reads anything up to CR or LF.
func (p *Parser) scanValueLenient(b []byte) scanResult {
	for ; p.pos < len(b); p.pos++ {
		switch b[p.pos] {
		case '\r':
			return p.valueDone(b, p.pos)
		case '\n':
			p.head.Rescued |= LenientHeaders
			if r := p.valueEnd(b, p.pos); r != scanOn {
				return r
			}
			p.pos++
			p.state = sFieldDone
			return scanOn
		}
	}
	return scanOn
}

// valueDone ends a value at b[i], which is CR or LF.
func (p *Parser) valueDone(b []byte, i int) scanResult {
	if r := p.valueEnd(b, i); r != scanOn {
		return r
	}
	if b[i] == '\r' {
		p.pos, p.state = i+1, sValueLF
		return scanOn
	}
	if !p.allowed(LenientOptionalCRBeforeLF) {
		return p.fail(i, CodeCRExpected, "Missing expected CR after header value")
	}
	p.pos, p.state = i+1, sFieldDone
	return scanOn
}

func (p *Parser) valueEnd(b []byte, i int) scanResult {
	p.valueOff, p.valueLen = uint32(p.tok), uint32(trimmedLen(b, p.tok, i))
	if p.id == FieldTransferEncoding && p.as == RoleRequest {
		// Nothing can come after chunked (RFC 9112 section 6.1).
		if at := p.chunkedInside(b, p.tok, i); at >= 0 && !p.allowed(LenientTransferEncoding) {
			return p.failIn(at, at, CodeInvalidTransferEncoding, "Invalid `Transfer-Encoding` header value")
		}
	}
	at := i
	if b[i] == '\r' {
		at++
	}
	if !p.count(i-p.tok, at) {
		return scanFailed
	}
	return scanOn
}

// scanFieldDone looks at the byte behind a line: white space would continue
// the line (obs-fold, RFC 9112 section 5.2).
func (p *Parser) scanFieldDone(b []byte) scanResult {
	i := p.pos
	if c := b[i]; c == ' ' || c == '\t' {
		return p.fold(b)
	}
	if p.valueLen == 0 {
		switch p.id {
		case FieldContentLength:
			return p.fail(i, CodeInvalidContentLength, "Empty Content-Length")
		case FieldTransferEncoding:
			return p.fail(i, CodeInvalidTransferEncoding, "Empty Transfer-Encoding")
		}
	}
	if !p.commit(b, i) {
		return scanFailed
	}
	p.state = sField
	return scanOn
}

// fold continues a value on the next line where LenientHeaders allows it: the
// first part moves up to the second, so that the value is in one piece.
func (p *Parser) fold(b []byte) scanResult {
	i := p.pos
	if p.guarded() || !p.allowed(LenientHeaders) {
		if p.valueLen == 0 && !p.valueSent {
			return p.fail(i+1, CodeInvalidHeaderToken, "Invalid header value char")
		}
		return p.fail(i, CodeInvalidHeaderToken, "Unexpected whitespace after header value")
	}
	if p.valueLen == 0 && !p.valueSent {
		p.state, p.ows = sOWS, 1
		return scanOn
	}
	if len(p.buf) == 0 {
		return scanOwn
	}
	end := i
	for end > p.tok && (b[end-1] == '\n' || b[end-1] == '\r') {
		end--
	}
	p.nread -= end - p.tok
	copy(b[p.tok+i-end:i], b[p.tok:end])
	p.tok += i - end
	p.state = sValue
	return scanOn
}
