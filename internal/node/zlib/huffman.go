package zlib

// Decoding tables for the Huffman codes of DEFLATE (RFC 1951, section 3.2.2): a root
// table that the next rootBits bits index, and behind it tables for longer codes.

// An entry is 32 bits: the code's length in this table (8), its kind with a number of
// extra bits (8), and a value (16): a literal, a base, or the place of a further table.
type entry uint32

const (
	kindBase    = 0x00 // value + extra bits: a length or a distance
	kindLiteral = 0x80
	kindEnd     = 0x40
	kindTable   = 0x20 // extra: index bits of the further table
	kindInvalid = 0x10
	extraMask   = 0x0f
)

func makeEntry(bits, kind int, value uint16) entry {
	return entry(bits) | entry(kind)<<8 | entry(value)<<16
}

func (e entry) bits() uint    { return uint(e & 0xff) }
func (e entry) kind() int     { return int(e >> 8 & 0xff) }
func (e entry) value() uint32 { return uint32(e >> 16) }

const (
	maxCodeBits    = 15
	lengthRootBits = 10
	distRootBits   = 9
)

// Lengths 257.. and distances 0.., their bases and extra bits (section 3.2.5).
var (
	lengthBase  = [29]uint16{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthExtra = [29]uint8{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distBase    = [30]uint16{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
	distExtra   = [30]uint8{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}
)

func lengthSymbol(bits, symbol int) entry {
	switch {
	case symbol < 256:
		return makeEntry(bits, kindLiteral, uint16(symbol))
	case symbol == 256:
		return makeEntry(bits, kindEnd, 0)
	case symbol-257 < len(lengthBase):
		return makeEntry(bits, kindBase|int(lengthExtra[symbol-257]), lengthBase[symbol-257])
	}
	return makeEntry(bits, kindInvalid, 0)
}

func distSymbol(bits, symbol int) entry {
	if symbol < len(distBase) {
		return makeEntry(bits, kindBase|int(distExtra[symbol]), distBase[symbol])
	}
	return makeEntry(bits, kindInvalid, 0)
}

func plainSymbol(bits, symbol int) entry { return makeEntry(bits, kindLiteral, uint16(symbol)) }

// buildTable makes the tables for the code with these lengths, in dst's memory. It
// reports false for a set of lengths that is no code. A code may be incomplete only if
// it has one symbol, and then only if incompleteOK; one without any symbol decodes
// nothing.
func buildTable(dst []entry, lengths []uint8, root int, incompleteOK bool, symbol func(bits, symbol int) entry) ([]entry, bool) {
	var count [maxCodeBits + 1]int
	for _, n := range lengths {
		count[n]++
	}
	count[0] = 0
	longest := 0
	left := 1
	for n := 1; n <= maxCodeBits; n++ {
		left <<= 1
		left -= count[n]
		if left < 0 {
			return dst, false // over-subscribed
		}
		if count[n] != 0 {
			longest = n
		}
	}
	dst = dst[:0]
	for range 1 << root {
		dst = append(dst, makeEntry(1, kindInvalid, 0))
	}
	if longest == 0 {
		return dst, true
	}
	if left > 0 && (!incompleteOK || longest != 1) {
		return dst, false
	}

	var next [maxCodeBits + 1]int // the next code of each length, most significant bit first
	code := 0
	for n := 1; n <= maxCodeBits; n++ {
		code = (code + count[n-1]) << 1
		next[n] = code
	}
	for s, n := range lengths {
		if n == 0 {
			continue
		}
		bits := int(n)
		c := reverse(next[bits], bits)
		next[bits]++
		if bits <= root {
			e := symbol(bits, s)
			for i := c; i < 1<<root; i += 1 << bits {
				dst[i] = e
			}
			continue
		}
		low := c & (1<<root - 1)
		if dst[low].kind()&kindTable == 0 {
			// Symbols come in any order of lengths: every further table has room for the longest code.
			width := longest - root
			start := len(dst)
			for range 1 << width {
				dst = append(dst, makeEntry(1, kindInvalid, 0))
			}
			dst[low] = makeEntry(root, kindTable|width, uint16(start))
		}
		start, width := int(dst[low].value()), dst[low].kind()&extraMask
		e := symbol(bits-root, s)
		for i := c >> root; i < 1<<width; i += 1 << (bits - root) {
			dst[start+i] = e
		}
	}
	return dst, true
}

func reverse(code, bits int) int {
	r := 0
	for range bits {
		r = r<<1 | code&1
		code >>= 1
	}
	return r
}

// The fixed code (section 3.2.6).
var fixedLengths, fixedDists = func() ([]entry, []entry) {
	var l [288]uint8
	for i := range l {
		switch {
		case i < 144:
			l[i] = 8
		case i < 256:
			l[i] = 9
		case i < 280:
			l[i] = 7
		default:
			l[i] = 8
		}
	}
	var d [32]uint8
	for i := range d {
		d[i] = 5
	}
	lengths, _ := buildTable(nil, l[:], lengthRootBits, false, lengthSymbol)
	dists, _ := buildTable(nil, d[:], distRootBits, false, distSymbol)
	return lengths, dists
}()
