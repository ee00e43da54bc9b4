package http1

// Places in a chunked body (RFC 9112 section 7.1), kept in Parser.sub.
const (
	cSize   uint8 = iota // the first digit
	cDigits              // further digits, or the end of them
	cSizeWS              // white space that LenientSpacesAfterChunkSize allows
	cExt                 // after ";"
	cExtName
	cExtValue
	cExtQuoted
	cExtPair // after a backslash in quotes
	cExtQuotedDone
	cSizeLF
	cSized // for a moment
	cData
	cDataCR
	cDataLF
)

func (p *Parser) startChunk() {
	p.remain, p.digits, p.chunkExt = 0, 0, 0
}

// chunk reads in[i:] up to the next event, the end of the input, or the trailer
// section (phase phTrailers). Every delimiter is compared.
func (p *Parser) chunk(in []byte, i int) (Event, int) {
	if p.detail&DetailChunk == 0 {
		i = p.wholeSize(in, i)
	}
	for i < len(in) {
		c := in[i]
		switch p.sub {
		case cData:
			return p.chunkData(in, i)
		case cSize, cDigits:
			if v := hexValue[c]; v != 0xff {
				if ev := p.chunkDigit(v, i); ev != EventMore {
					return ev, i
				}
				break
			}
			if p.sub == cSize {
				return p.badChunk(i, CodeInvalidChunkSize, "Invalid character in chunk size")
			}
			if ev, n := p.sizeEnd(c, i); ev != EventMore {
				return ev, n
			}
		case cSizeWS:
			if ev, n := p.sizeEnd(c, i); ev != EventMore {
				return ev, n
			}
		case cSizeLF:
			if c != '\n' {
				if !p.allowed(LenientOptionalLFAfterCR) {
					return p.badChunk(i, CodeStrict, "Expected LF after chunk size")
				}
				i--
			}
			p.sizeDone()
		case cDataCR, cDataLF:
			ev, n := p.chunkEnd(c, i)
			if ev != EventMore {
				return ev, n
			}
			i = n
			continue
		default:
			ev, n := EventMore, i
			if p.detail&DetailChunk != 0 {
				ev, n = p.extensionPiece(in, i)
				i = n
			}
			if ev == EventMore {
				ev, n = p.extension(in[i], i)
			}
			if ev != EventMore {
				return ev, n
			}
		}
		i++
		if p.sub == cSized {
			p.startData(i)
			if p.detail&DetailChunk != 0 {
				return EventChunk, i
			}
			if p.phase != phChunk {
				break
			}
		}
	}
	return EventMore, i
}

// wholeSize takes the end of a chunk and the size of the next when they are all
// in in[i:] and as everybody writes them. Anything else is left to chunk. It
// returns the index behind what it took.
func (p *Parser) wholeSize(in []byte, i int) int {
	j := i
	if p.sub == cDataCR {
		if len(in)-j < 2 || in[j] != '\r' || in[j+1] != '\n' {
			return i
		}
		j += 2
	} else if p.sub != cSize {
		return i
	}
	// Six digits are 16 MiB: longer ones are looked at one by one.
	size, k := int64(0), j
	for k < len(in) && k-j < 7 {
		v := hexValue[in[k]]
		if v == 0xff {
			break
		}
		size = size<<4 | int64(v)
		k++
	}
	if k == j || k-j == 7 || size == 0 || k-j > p.lim.sizeDigits || len(in)-k < 2 || in[k] != '\r' || in[k+1] != '\n' {
		return i
	}
	p.chunkExt = 0
	p.remain, p.sub = size, cData
	return k + 2
}

// sizeDone ends the line of a chunk size.
func (p *Parser) sizeDone() { p.sub = cSized }

// startData goes on behind the line of a chunk size, at in[i].
func (p *Parser) startData(i int) {
	if p.remain > 0 {
		p.sub = cData
		return
	}
	p.phase, p.state = phTrailers, sField
	p.section(&p.trail, i)
}

// chunkDigit adds a digit to the chunk size. Leading zeros count as well.
func (p *Parser) chunkDigit(v uint8, i int) Event {
	p.sub = cDigits
	if p.digits++; p.digits > p.lim.sizeDigits || p.remain >= 1<<59 {
		p.badChunk(i, CodeInvalidChunkSize, "Chunk size overflow")
		return EventError
	}
	p.remain = p.remain<<4 | int64(v)
	return EventMore
}

// sizeEnd looks at what follows the digits.
func (p *Parser) sizeEnd(c byte, i int) (Event, int) {
	switch {
	case c == '\r':
		p.sub = cSizeLF
	case c == ';':
		p.sub = cExt
	case c == '\n':
		return p.bareLF(i, i+1, "Missing expected CR after chunk size")
	case (c == ' ' || c == '\t') && p.allowed(LenientSpacesAfterChunkSize):
		p.sub = cSizeWS
		return p.countExtension(i)
	case c == ' ', c == '\t':
		return p.badChunk(i+1, CodeInvalidChunkSize, "Invalid character in chunk size")
	default:
		return p.badChunk(i, CodeInvalidChunkSize, "Invalid character in chunk size")
	}
	return EventMore, i
}

// bareLF ends a chunk header at an LF without CR where that is allowed.
func (p *Parser) bareLF(i, at int, reason string) (Event, int) {
	if !p.allowed(LenientOptionalCRBeforeLF) {
		return p.badChunk(at, CodeCRExpected, reason)
	}
	p.sizeDone()
	return EventMore, i
}

// chunkData delivers what there is of a chunk.
func (p *Parser) chunkData(in []byte, i int) (Event, int) {
	n := len(in) - i
	if int64(n) >= p.remain {
		n = int(p.remain)
		p.sub = cDataCR
	}
	p.remain -= int64(n)
	p.body = in[i : i+n : i+n]
	return EventBody, i + n
}

// chunkEnd compares the CRLF behind the data.
func (p *Parser) chunkEnd(c byte, i int) (Event, int) {
	switch {
	case p.sub == cDataCR && c == '\r':
		p.sub = cDataLF
		return EventMore, i + 1
	case p.sub == cDataLF && c == '\n':
		return p.endChunk(i + 1)
	case p.sub == cDataCR && c == '\n':
		if !p.allowed(LenientOptionalCRBeforeLF) {
			return p.badChunk(i+1, CodeCRExpected, "Missing expected CR after chunk data")
		}
		return p.endChunk(i + 1)
	case p.allowed(LenientOptionalCRLFAfterChunk):
		return p.endChunk(i)
	}
	return p.badChunk(i, CodeStrict, "Expected LF after chunk data")
}

// endChunk goes on to the next chunk.
func (p *Parser) endChunk(i int) (Event, int) {
	p.sub = cSize
	p.startChunk()
	if p.detail&DetailChunk != 0 {
		return EventChunkEnd, i
	}
	return EventMore, i
}

// extension reads chunk extensions, which are counted and thrown away.
func (p *Parser) extension(c byte, i int) (Event, int) {
	switch p.sub {
	case cExt:
		if c == ' ' || c == '\r' {
			return p.badChunk(i+1, CodeStrict, "Invalid character in chunk extensions")
		}
		p.sub = cExtName
		return p.extension(c, i)
	case cExtName:
		switch {
		case class[c]&clsToken != 0:
			return p.countExtension(i)
		case c == '=':
			p.sub = cExtValue
		default:
			return p.extensionEnd(c, i, i+1, "Missing expected CR after chunk extension name",
				"Invalid character in chunk extensions name")
		}
	case cExtValue:
		switch {
		case c == '"':
			p.sub = cExtQuoted
			return p.countExtension(i)
		case class[c]&clsToken != 0:
			return p.countExtension(i)
		}
		return p.extensionEnd(c, i, i+1, "Missing expected CR after chunk extension value",
			"Invalid character in chunk extensions value")
	case cExtQuoted:
		switch {
		case c == '"':
			p.sub = cExtQuotedDone
		case c == '\\':
			p.sub = cExtPair
		case class[c]&clsQuoted == 0:
			return p.badChunk(i+1, CodeStrict, "Invalid character in chunk extensions quoted value")
		}
		return p.countExtension(i)
	case cExtPair:
		if class[c]&clsValue == 0 {
			return p.badChunk(i+1, CodeStrict, "Invalid quoted-pair in chunk extensions quoted value")
		}
		p.sub = cExtQuoted
		return p.countExtension(i)
	case cExtQuotedDone:
		return p.extensionEnd(c, i, i, "Missing expected CR after chunk extension value",
			"Invalid character in chunk extensions quote value")
	}
	return EventMore, i
}

// extensionPiece looks for the end of the name or value that goes on at in[i]
// and delivers what is before it (DetailChunk). It leaves the rest of the
// grammar to extension, which sees every byte: those of a piece as well.
func (p *Parser) extensionPiece(in []byte, i int) (Event, int) {
	from, name := i, p.sub == cExt || p.sub == cExtName
	for ; i < len(in); i++ {
		c := in[i]
		ends := c == ';' || c == '\r' || c == '\n'
		if name && (ends || c == '=') || ends && (p.sub == cExtValue || p.sub == cExtQuotedDone) {
			if p.sub == cExt || p.ended {
				// Nothing begins here, or its end was delivered.
				p.ended = false
				return EventMore, i
			}
			p.ended = true
			return p.extensionSpan(name, in[from:i], true), i
		}
		if ev, n := p.extension(c, i); ev != EventMore {
			return ev, n
		}
	}
	if i == from {
		return EventMore, i
	}
	return p.extensionSpan(name, in[from:i], false), i
}

func (p *Parser) extensionSpan(name bool, piece []byte, last bool) Event {
	p.piece, p.last = piece, last
	if name {
		return EventExtensionName
	}
	return EventExtensionValue
}

// extensionEnd looks at what follows a name or value.
func (p *Parser) extensionEnd(c byte, i, at int, noCR, invalid string) (Event, int) {
	switch c {
	case ';':
		p.sub = cExt
		return p.countExtension(i)
	case '\r':
		p.sub = cSizeLF
		return EventMore, i
	case '\n':
		return p.bareLF(i, i, noCR)
	}
	return p.badChunk(at, CodeStrict, invalid)
}

// countExtension counts one byte of extension.
func (p *Parser) countExtension(i int) (Event, int) {
	p.chunkExt++
	p.bodyExt++
	if p.chunkExt > p.lim.chunkExtBytes || p.bodyExt > p.lim.bodyExtBytes {
		p.failAt(p.off+int64(i), CodeChunkExtensionsOverflow, "Chunk extensions overflow", 413)
		return EventError, i
	}
	return EventMore, i
}

func (p *Parser) badChunk(i int, code Code, reason string) (Event, int) {
	p.failAt(p.off+int64(i), code, reason, 400)
	return EventError, i
}
