package zlib

import (
	"encoding/binary"
	"hash"
	"hash/adler32"
	"hash/crc32"
	"sync"
)

// The package's own decoder for DEFLATE, zlib and gzip (RFC 1951, 1950, 1952). Go's
// pull their input through a Reader: a stream would need a goroutine that waits for
// each chunk, and none of them says how much of its input it used, what is wrong in
// zlib's words, or takes a dictionary when it is asked for. This one is given what
// there is, and stops anywhere.

// format is a set of the framings that are accepted.
type format uint8

const (
	formatZlib format = 1 << iota
	formatGzip
	formatRaw format = 0
)

type inflateState uint8

const (
	stHead inflateState = iota
	stGzipFlags
	stGzipTime
	stGzipOS
	stGzipExtraLen
	stGzipExtra
	stGzipName
	stGzipComment
	stGzipHeaderCRC
	stDictID
	stNeedDict
	stBlock
	stStoredLen
	stStored
	stTableSizes
	stCodeLengths
	stSymbolLengths
	stSymbol
	stLengthExtra
	stDist
	stDistExtra
	stMatch
	stCheck
	stGzipLength
	stDone
	stBad
)

type inflater struct {
	accept     format
	windowBits int // 0: what the stream's header says
	state      inflateState
	hold       uint64 // bits that were read and not used, the next one lowest
	bits       uint
	last       bool // this is the last block

	gzip  bool
	flags uint32 // of the gzip header
	dist  int
	n     int // of bytes in a stored block, a match, a field
	sum   hash.Hash32
	total uint32
	crc   uint32 // of the gzip header

	lengths   [320]uint8
	nLengths  int
	nDists    int
	nCodes    int
	have      int
	maxDist   int
	lenTable  []entry
	distTable []entry
	lenOwn    []entry
	distOwn   []entry

	window []byte // the last output, circular
	wHave  int
	wNext  int

	dictionary []byte
	needed     uint32 // checksum of the dictionary that the stream wants
	message    string // why the state is stBad
}

// inflaters keeps decoders for their window and tables.
var inflaters sync.Pool

func newInflater(accept format, windowBits int, dictionary []byte) *inflater {
	z, ok := inflaters.Get().(*inflater)
	if !ok {
		z = &inflater{}
	}
	z.accept, z.windowBits, z.dictionary = accept, windowBits, dictionary
	z.reset()
	return z
}

func (z *inflater) reset() {
	*z = inflater{accept: z.accept, windowBits: z.windowBits, dictionary: z.dictionary,
		lenOwn: z.lenOwn, distOwn: z.distOwn, window: z.window}
	z.maxDist = 1 << 15
	if z.windowBits != 0 {
		z.maxDist = 1 << z.windowBits
	}
	if z.accept == formatRaw {
		z.state = stBlock
		if len(z.dictionary) > 0 {
			z.remember(z.dictionary)
		}
	}
}

// remember puts output into the window.
func (z *inflater) remember(p []byte) {
	if z.window == nil {
		z.window = make([]byte, 1<<15)
	}
	size := len(z.window)
	if len(p) >= size {
		copy(z.window, p[len(p)-size:])
		z.wHave, z.wNext = size, 0
		return
	}
	n := copy(z.window[z.wNext:], p)
	if n < len(p) {
		copy(z.window, p[n:])
	}
	z.wNext = (z.wNext + len(p)) & (size - 1)
	z.wHave = min(size, z.wHave+len(p))
}

func (z *inflater) bad(message string) {
	z.state = stBad
	z.message = message
}

// fill makes sure that there are n bits; it reports false when the input is used up.
func (z *inflater) fill(n uint, in []byte, ip *int) bool {
	for z.bits < n {
		if *ip >= len(in) {
			return false
		}
		z.hold |= uint64(in[*ip]) << z.bits
		*ip++
		z.bits += 8
	}
	return true
}

func (z *inflater) drop(n uint) {
	z.hold >>= n
	z.bits -= n
}

// take is the next n bits, which must be there.
func (z *inflater) take(n uint) uint32 {
	v := uint32(z.hold & (1<<n - 1))
	z.drop(n)
	return v
}

// run decodes from in to out until one is used up, the stream ends, is broken, or wants
// a dictionary; the state says which.
func (z *inflater) run(in, out []byte) (nin, nout int) {
	ip, op := 0, 0
	sumFrom := 0
	checksum := func() {
		if z.sum != nil && op > sumFrom {
			z.sum.Write(out[sumFrom:op])
		}
		z.total += uint32(op - sumFrom)
		sumFrom = op
	}
	for {
		more := true
		switch z.state {
		case stBlock:
			more = z.blockHeader(in, &ip)
		case stStoredLen:
			if more = z.fill(32, in, &ip); more {
				v := z.take(32)
				if v&0xffff != v>>16^0xffff {
					z.bad("invalid stored block lengths")
				} else {
					z.n = int(v & 0xffff)
					z.state = stStored
				}
			}
		case stStored:
			more = z.stored(in, out, &ip, &op)
		case stTableSizes, stCodeLengths, stSymbolLengths:
			more = z.tables(in, &ip)
		case stSymbol, stLengthExtra, stDist, stDistExtra, stMatch:
			more = z.symbols(in, out, &ip, &op)
		case stCheck:
			checksum()
			more = z.check(in, &ip)
		case stGzipLength:
			if more = z.fill(32, in, &ip); more {
				if z.take(32) != z.total {
					z.bad("incorrect length check")
				} else {
					z.state = stDone
				}
			}
		case stNeedDict, stDone, stBad:
			more = false
		default:
			more = z.header(in, &ip)
		}
		if more {
			continue
		}
		checksum()
		if op > 0 && z.state != stDone && z.state != stBad {
			z.remember(out[:op])
		}
		if z.state == stDone || z.state == stNeedDict {
			// Whole bytes that were read ahead go back.
			for z.bits >= 8 && ip > 0 {
				z.bits -= 8
				ip--
			}
			z.hold &= 1<<z.bits - 1
		}
		return ip, op
	}
}

func (z *inflater) stored(in, out []byte, ip, op *int) bool {
	// Bytes may be in hold.
	for z.n > 0 && z.bits >= 8 {
		if *op >= len(out) {
			return false
		}
		out[*op] = byte(z.take(8))
		*op++
		z.n--
	}
	n := copy(out[*op:], in[*ip:min(len(in), *ip+z.n)])
	*ip += n
	*op += n
	z.n -= n
	if z.n > 0 {
		return false
	}
	z.state = stBlock
	return true
}

// peek finds the next code in the table without using its bits; further tables are
// followed, with the root's bits used.
func (z *inflater) peek(table []entry, root uint, in []byte, ip *int) (entry, bool) {
	for {
		e := table[z.hold&(1<<root-1)]
		if e.bits() <= z.bits {
			return e, true
		}
		if *ip >= len(in) {
			return 0, false
		}
		z.hold |= uint64(in[*ip]) << z.bits
		*ip++
		z.bits += 8
	}
}

// symbol reads a whole code of a table that may have further tables.
func (z *inflater) symbol(table []entry, root uint, in []byte, ip *int) (entry, bool) {
	e, ok := z.peek(table, root, in, ip)
	if !ok {
		return 0, false
	}
	if e.kind()&kindTable == 0 {
		z.drop(e.bits())
		return e, true
	}
	width := uint(e.kind() & extraMask)
	for {
		e2 := table[uint64(e.value())+z.hold>>root&(1<<width-1)]
		if root+e2.bits() <= z.bits {
			z.drop(root + e2.bits())
			return e2, true
		}
		if *ip >= len(in) {
			return 0, false
		}
		z.hold |= uint64(in[*ip]) << z.bits
		*ip++
		z.bits += 8
	}
}

// symbols decodes the body of a compressed block.
func (z *inflater) symbols(in, out []byte, ip, op *int) bool {
	for {
		switch z.state {
		case stSymbol:
			if len(in)-*ip >= 16 && len(out)-*op >= 274 {
				z.fast(in, out, ip, op)
				if z.state != stSymbol {
					if z.state == stMatch {
						continue
					}
					return true
				}
			}
			if *op >= len(out) {
				// A literal needs room. An end of block needs none, but is read next time.
				if !z.endIsNext(in, ip) {
					return false
				}
			}
			e, ok := z.symbol(z.lenTable, lengthRootBits, in, ip)
			if !ok {
				return false
			}
			switch kind := e.kind(); {
			case kind == kindLiteral:
				out[*op] = byte(e.value())
				*op++
			case kind == kindEnd:
				z.state = stBlock
				return true
			case kind == kindInvalid:
				z.bad("invalid literal/length code")
				return true
			default:
				z.n = int(e.value())
				z.dist = kind & extraMask // for now: the number of extra bits
				z.state = stLengthExtra
			}
		case stLengthExtra:
			if !z.fill(uint(z.dist), in, ip) {
				return false
			}
			z.n += int(z.take(uint(z.dist)))
			z.state = stDist
		case stDist:
			e, ok := z.symbol(z.distTable, distRootBits, in, ip)
			if !ok {
				return false
			}
			if e.kind() == kindInvalid {
				z.bad("invalid distance code")
				return true
			}
			z.dist = int(e.value())
			z.have = e.kind() & extraMask
			z.state = stDistExtra
		case stDistExtra:
			if !z.fill(uint(z.have), in, ip) {
				return false
			}
			z.dist += int(z.take(uint(z.have)))
			if z.dist > z.maxDist || z.dist > *op+z.wHave {
				z.bad("invalid distance too far back")
				return true
			}
			z.state = stMatch
		case stMatch:
			if !z.match(out, op) {
				return false
			}
			z.state = stSymbol
		default:
			return true
		}
	}
}

// endIsNext reports whether the next code is the end of the block, so that a stream
// whose output is exactly used up is known to be at its end.
func (z *inflater) endIsNext(in []byte, ip *int) bool {
	e, ok := z.peek(z.lenTable, lengthRootBits, in, ip)
	if !ok {
		return false
	}
	if e.kind()&kindTable != 0 {
		width := uint(e.kind() & extraMask)
		for {
			e2 := z.lenTable[uint64(e.value())+z.hold>>lengthRootBits&(1<<width-1)]
			if lengthRootBits+e2.bits() <= z.bits {
				return e2.kind() == kindEnd
			}
			if *ip >= len(in) {
				return false
			}
			z.hold |= uint64(in[*ip]) << z.bits
			*ip++
			z.bits += 8
		}
	}
	return e.kind() == kindEnd
}

// match copies z.n bytes from z.dist back; it reports false when out is full.
func (z *inflater) match(out []byte, op *int) bool {
	for z.n > 0 {
		room := len(out) - *op
		if room == 0 {
			return false
		}
		n := min(z.n, room)
		if z.dist > *op {
			// From the window: the output of earlier calls.
			back := z.dist - *op
			from := (z.wNext - back) & (len(z.window) - 1)
			n = min(n, back, len(z.window)-from)
			copy(out[*op:*op+n], z.window[from:])
		} else {
			n = min(n, z.dist) // what overlaps repeats itself
			copy(out[*op:*op+n], out[*op-z.dist:])
		}
		*op += n
		z.n -= n
	}
	return true
}

// fast is symbols without checks for the end of input and output, while both are far.
func (z *inflater) fast(in, out []byte, ipp, opp *int) {
	ip, op := *ipp, *opp
	hold, bits := z.hold, z.bits
	lens, dists := z.lenTable, z.distTable
	lastIn, lastOut := len(in)-16, len(out)-274
	for ip <= lastIn && op <= lastOut {
		// At least 56 bits: enough for a length (15+5) and a distance (15+13).
		hold |= binary.LittleEndian.Uint64(in[ip:]) << bits
		ip += int((63 - bits) >> 3)
		bits |= 56

		e := lens[hold&(1<<lengthRootBits-1)]
		if e.kind() == kindLiteral {
			hold >>= e.bits()
			bits -= e.bits()
			out[op] = byte(e.value())
			op++
			// Most literals come in a row: another two fit without more bits.
			e = lens[hold&(1<<lengthRootBits-1)]
			if e.kind() == kindLiteral {
				hold >>= e.bits()
				bits -= e.bits()
				out[op] = byte(e.value())
				op++
				continue
			}
			if bits < 48 {
				continue
			}
		}
		if e.kind()&kindTable != 0 {
			hold >>= lengthRootBits
			bits -= lengthRootBits
			e = lens[uint64(e.value())+hold&(1<<uint(e.kind()&extraMask)-1)]
		}
		hold >>= e.bits()
		bits -= e.bits()
		kind := e.kind()
		if kind >= kindInvalid {
			if kind == kindLiteral {
				out[op] = byte(e.value())
				op++
				continue
			}
			if kind == kindEnd {
				z.state = stBlock
			} else {
				z.bad("invalid literal/length code")
			}
			break
		}
		extra := uint(kind)
		length := int(e.value()) + int(hold&(1<<extra-1))
		hold >>= extra
		bits -= extra

		e = dists[hold&(1<<distRootBits-1)]
		if e.kind()&kindTable != 0 {
			hold >>= distRootBits
			bits -= distRootBits
			e = dists[uint64(e.value())+hold&(1<<uint(e.kind()&extraMask)-1)]
		}
		hold >>= e.bits()
		bits -= e.bits()
		kind = e.kind()
		if kind >= kindInvalid {
			z.bad("invalid distance code")
			break
		}
		extra = uint(kind)
		dist := int(e.value()) + int(hold&(1<<extra-1))
		hold >>= extra
		bits -= extra

		if dist > op {
			if dist > z.maxDist || dist > op+z.wHave {
				z.bad("invalid distance too far back")
				break
			}
			z.n, z.dist = length, dist
			z.state = stMatch
			break
		}
		if dist > z.maxDist {
			z.bad("invalid distance too far back")
			break
		}
		from := op - dist
		if dist >= length {
			copy(out[op:op+length], out[from:from+length])
			op += length
		} else if dist == 1 {
			b := out[from]
			run := out[op : op+length]
			for i := range run {
				run[i] = b
			}
			op += length
		} else {
			for end := op + length; op < end; {
				op += copy(out[op:end], out[from:op])
			}
		}
	}
	// Give back whole bytes, so that hold never has more than a state needs.
	for bits >= 8 && ip > *ipp {
		bits -= 8
		ip--
	}
	z.hold, z.bits = hold&(1<<bits-1), bits
	*ipp, *opp = ip, op
}

// check compares the checksum behind the data.
func (z *inflater) check(in []byte, ip *int) bool {
	if z.accept == formatRaw {
		z.state = stDone
		return true
	}
	if !z.fill(32, in, ip) {
		return false
	}
	v := z.take(32)
	if !z.gzip {
		v = v>>24 | v>>8&0xff00 | v<<8&0xff0000 | v<<24
	}
	switch {
	case v != z.sum.Sum32():
		z.bad("incorrect data check")
	case z.gzip:
		z.state = stGzipLength
	default:
		z.state = stDone
	}
	return true
}

// useDictionary answers stNeedDict; it reports false when it is another dictionary.
func (z *inflater) useDictionary() bool {
	if adler32.Checksum(z.dictionary) != z.needed {
		return false
	}
	z.remember(z.dictionary)
	z.state = stBlock
	return true
}

func newCRC() hash.Hash32 { return crc32.NewIEEE() }
