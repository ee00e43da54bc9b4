package http1

// scanState is where in a section the scan stands. Every state can be left
// when the input ends and entered again when there is more.
type scanState uint8

const (
	sStart scanState = iota
	// request line
	sMethod
	sBeforeTarget
	sTarget
	sPath     // in a target, no special meaning of bytes any more
	sForm     // in an absolute or authority target; sub says where
	sTargetLF // versionless: the CR was seen
	sBeforeVersion
	sVersion
	sLineEnd
	sLineLF
	sPreface // of HTTP/2
	// status line
	sProtocol
	sStatus
	sReason
	sStatusLF
	// either
	sHorM
	// fields
	sFirstField
	sField
	sName
	sColonWS
	sOWS
	sLength
	sLengthWS
	sValue
	sValueLenient
	sValueLF
	sEmptyLF
	sFieldDone
	sEndLF
)

type scanResult uint8

const (
	scanMore   scanResult = iota // every byte was looked at
	scanDone                     // p.pos is behind the section
	scanFailed                   // p.err says why
	scanOwn                      // the bytes up to p.pos must be in p.buf
	scanOn                       // internal: go on with p.state
)

// scan looks at b, a section from its first byte, from p.pos on.
func (p *Parser) scan(b []byte) scanResult {
	for p.pos < len(b) {
		var r scanResult
		if p.state >= sFirstField {
			r = p.scanFields(b)
		} else {
			r = p.scanStartLine(b)
		}
		if r != scanOn {
			return r
		}
	}
	return p.overrun(b)
}

// overrun checks the limit on a token that is not at its end yet. Within an input the
// token is read to its end first: that is where the error is, however the input is cut.
func (p *Parser) overrun(b []byte) scanResult {
	if p.follows {
		return scanMore
	}
	switch p.state {
	case sPath, sForm, sTarget:
		if p.sent+len(b)-p.tok > p.lim.targetBytes {
			return p.failStatus(len(b), CodeHeaderOverflow, "Header overflow", 414)
		}
		fallthrough
	case sReason, sName, sColonWS, sValue, sLength, sLengthWS, sValueLenient:
		if p.nread+len(b)-p.tok >= p.maxBytes() {
			return p.overflow(len(b))
		}
	}
	return scanMore
}

// maxBytes returns the limit for the section being scanned.
func (p *Parser) maxBytes() int {
	if p.sec == &p.trail {
		return p.lim.trailerBytes
	}
	return p.lim.headerBytes
}

func (p *Parser) overflow(at int) scanResult {
	return p.failStatus(at, CodeHeaderOverflow, "Header overflow", 431)
}

// count adds the n bytes of a token that ends at an offset to the header
// bytes.
func (p *Parser) count(n, at int) bool {
	if p.nread += n; p.nread >= p.maxBytes() {
		p.overflow(at)
		return false
	}
	return true
}

// skipSpace passes over white space that is there only because a leniency bit
// lets it: it counts, or it would have no end.
func (p *Parser) skipSpace(i int) scanResult {
	p.pos = i + 1
	if !p.count(1, i) {
		return scanFailed
	}
	return scanOn
}

// allowed says whether a leniency bit is set, and notes that it was needed.
func (p *Parser) allowed(bit Leniency) bool {
	if p.lenient&bit == 0 {
		return false
	}
	p.head.Rescued |= bit
	return true
}
