package http1

import "bytes"

// A head that is read in pieces (DetailHead) goes through the same states as
// one that is read whole. What differs is what happens between them: each step
// that completes a span is an event, and of the bytes behind it only those
// stay that a later state looks at again. Offsets in the section are moved
// down by what was dropped.

// heldPiece is how many bytes join those that are held at a time: a field that
// is needed whole is short, and what follows it should not be copied.
const heldPiece = 64

// stream reads in[i:] up to the next event of a section. scanDone says that
// the section is complete.
func (p *Parser) stream(in []byte, i int) (Event, int, scanResult) {
	for {
		p.forget()
		b, old := in[i:], len(p.buf)
		if old > 0 {
			p.keep(in[i:min(i+heldPiece, len(in))])
			b = p.buf
		}
		ev, r := p.steps(b)
		if r == scanFailed {
			return EventError, i + max(p.pos-old, 0), r
		}
		if r == scanDone {
			p.head.Target, p.head.Reason = Span{}, Span{}
		}
		i += p.pos - old
		from := p.needed()
		if old > 0 {
			// Dropped at the next call: the piece may be in there.
			p.buf, p.cut = p.buf[:p.pos], from
		} else {
			if from < p.pos {
				p.keep(b[from:p.pos])
			}
			p.rebase(from)
		}
		if ev != EventMore || r == scanDone || r == scanMore && i == len(in) {
			return ev, i, r
		}
	}
}

// forget drops the bytes of the buffer that nothing looks at any more.
func (p *Parser) forget() {
	if p.cut > 0 {
		p.buf = p.buf[:copy(p.buf, p.buf[p.cut:])]
		p.rebase(p.cut)
		p.cut = 0
	}
}

// rebase moves the offsets in the section down by n bytes that are gone.
func (p *Parser) rebase(n int) {
	p.pos -= n
	p.tok -= n
	p.nameOff -= uint32(n)
	p.valueOff -= uint32(n)
	p.secBase += int64(n)
}

// needed returns the offset of the first byte that a later state looks at.
func (p *Parser) needed() int {
	switch p.state {
	case sStart, sMethod, sHorM, sProtocol:
		return 0
	case sTarget, sPath, sForm, sVersion, sReason, sName:
		return p.tok
	case sOWS, sLength, sLengthWS, sValue, sValueLenient, sValueLF, sEmptyLF, sFieldDone:
		switch {
		case p.held():
			return int(p.nameOff)
		case p.state == sValue, p.state == sValueLenient:
			return p.tok
		case p.state > sValueLenient && p.lenient&LenientHeaders != 0:
			return p.tok // white space that belongs to a folded value
		}
	case sColonWS:
		return p.tok
	}
	return p.pos
}

// held says whether the value being read is needed in one piece, because it
// decides something.
func (p *Parser) held() bool { return p.id != 0 && p.id < firstOrdinary }

// steps takes b through the states up to the next event.
func (p *Parser) steps(b []byte) (Event, scanResult) {
	for p.pos < len(b) {
		before := p.state
		if before == sFieldDone && p.held() && !p.valueSent && b[p.pos] != ' ' && b[p.pos] != '\t' {
			p.valueSent = true
			return p.span(EventFieldValue, b[p.valueOff:p.valueOff+p.valueLen]), scanOn
		}
		var r scanResult
		if before >= sFirstField {
			r = p.scanFields(b)
		} else {
			r = p.scanStartLine(b)
		}
		if r == scanFailed || r == scanDone || r == scanOwn {
			return EventMore, r
		}
		if before != p.state {
			if ev := p.passed(b, before); ev != EventMore {
				return ev, scanOn
			}
		}
	}
	if r := p.overrun(b); r != scanMore {
		return EventMore, r
	}
	return p.unfinished(b), scanMore
}

// passed returns the event of a step from one state to the present one.
func (p *Parser) passed(b []byte, before scanState) Event {
	switch before {
	case sMethod:
		if p.state == sBeforeTarget {
			return EventMethod
		}
	case sPath, sForm:
		if p.state != sPath && p.state != sForm {
			t := p.head.Target
			return p.span(EventTarget, b[t.Off:t.Off+t.Len])
		}
	case sVersion, sProtocol:
		return EventVersion
	case sStatus:
		return EventStatus
	case sReason:
		if t := p.head.Reason; t.Len > 0 || p.sent > 0 {
			return p.span(EventReason, b[t.Off:t.Off+t.Len])
		}
	case sFirstField, sField, sName, sColonWS:
		if p.state == sOWS {
			return p.span(EventFieldName, b[p.nameOff:p.nameOff+p.nameLen])
		}
	case sOWS, sLength, sLengthWS, sValue, sValueLenient:
		if p.state >= sValueLF {
			end := p.valueOff + p.valueLen
			if p.held() {
				break // not before it is whole
			}
			p.valueSent = p.valueSent || p.valueLen > 0
			p.tok = int(end)
			return p.span(EventFieldValue, b[p.valueOff:end])
		}
	case sFieldDone:
		if p.state == sField {
			p.valueSent = false
			return EventField
		}
	}
	return EventMore
}

// span ends a span with its last piece.
func (p *Parser) span(ev Event, piece []byte) Event {
	p.piece, p.last, p.sent = piece, true, 0
	return ev
}

// unfinished delivers what there is of a span at the end of the input.
func (p *Parser) unfinished(b []byte) Event {
	ev, end := EventMore, len(b)
	switch p.state {
	case sPath:
		// Only a path: what another form means depends on all of it.
		if p.tok < end && (p.sent > 0 || b[p.tok] == '/' && p.head.Method != MethodConnect) {
			ev = EventTarget
			p.noteParts(b[p.tok:])
		}
	case sReason:
		ev = EventReason
	case sName:
		if p.sent > 0 || end-p.tok > longestKnown {
			ev = EventFieldName
		}
	case sValue, sValueLenient:
		if !p.held() {
			ev = EventFieldValue
			end = p.tok + trimmedLen(b, p.tok, end)
			p.valueSent = p.valueSent || end > p.tok
		}
	}
	if ev == EventMore || end == p.tok {
		return EventMore
	}
	p.piece, p.last = b[p.tok:end:end], false
	p.sent += end - p.tok
	p.nread += end - p.tok
	p.tok = end
	return ev
}

// Parts of a target that began in a piece which is gone: kept in Parser.sub.
const (
	partQuery uint8 = 1 << iota
	partFragment
)

// noteParts keeps what scanPath wants to know of a piece that is gone.
func (p *Parser) noteParts(piece []byte) {
	if p.sent == 0 {
		p.sub = 0
	}
	if bytes.IndexByte(piece, '?') >= 0 {
		p.sub |= partQuery
	}
	if bytes.IndexByte(piece, '#') >= 0 {
		p.sub |= partFragment
	}
}
