package zlib

// How a block begins: its kind, and the tables of one that brings its own codes
// (RFC 1951 section 3.2).

// blockHeader reads the first three bits of a block.
func (z *inflater) blockHeader(in []byte, ip *int) bool {
	if z.last {
		z.drop(z.bits & 7)
		z.state = stCheck
		return true
	}
	if !z.fill(3, in, ip) {
		return false
	}
	z.last = z.take(1) == 1
	switch z.take(2) {
	case 0:
		z.drop(z.bits & 7)
		z.state = stStoredLen
	case 1:
		z.lenTable, z.distTable = fixedLengths, fixedDists
		z.state = stSymbol
	case 2:
		z.state = stTableSizes
	default:
		z.bad("invalid block type")
	}
	return true
}

var codeLengthOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// tables reads the Huffman codes of a block (section 3.2.7).
func (z *inflater) tables(in []byte, ip *int) bool {
	switch z.state {
	case stTableSizes:
		if !z.fill(14, in, ip) {
			return false
		}
		z.nLengths = int(z.take(5)) + 257
		z.nDists = int(z.take(5)) + 1
		z.nCodes = int(z.take(4)) + 4
		if z.nLengths > 286 || z.nDists > 30 {
			z.bad("too many length or distance symbols")
			return true
		}
		clear(z.lengths[:])
		z.have = 0
		z.state = stCodeLengths
	case stCodeLengths:
		for z.have < z.nCodes {
			if !z.fill(3, in, ip) {
				return false
			}
			z.lengths[codeLengthOrder[z.have]] = uint8(z.take(3))
			z.have++
		}
		table, ok := buildTable(z.lenOwn, z.lengths[:19], 7, false, plainSymbol)
		z.lenOwn = table
		if !ok {
			z.bad("invalid code lengths set")
			return true
		}
		z.lenTable = table
		clear(z.lengths[:])
		z.have = 0
		z.state = stSymbolLengths
	case stSymbolLengths:
		if !z.symbolLengths(in, ip) {
			return false
		}
		if z.state == stBad {
			return true
		}
		if z.lengths[256] == 0 {
			z.bad("invalid code -- missing end-of-block")
			return true
		}
		var ok bool
		// The table of code lengths is no longer needed: the memory is used again.
		if z.lenOwn, ok = buildTable(z.lenOwn, z.lengths[:z.nLengths], lengthRootBits, true, lengthSymbol); !ok {
			z.bad("invalid literal/lengths set")
			return true
		}
		if z.distOwn, ok = buildTable(z.distOwn, z.lengths[z.nLengths:z.nLengths+z.nDists], distRootBits, true, distSymbol); !ok {
			z.bad("invalid distances set")
			return true
		}
		z.lenTable, z.distTable = z.lenOwn, z.distOwn
		z.state = stSymbol
	}
	return true
}

func (z *inflater) symbolLengths(in []byte, ip *int) bool {
	for z.have < z.nLengths+z.nDists {
		e, ok := z.peek(z.lenTable, 7, in, ip)
		if !ok {
			return false
		}
		symbol, n := e.value(), e.bits()
		if e.kind() == kindInvalid {
			z.bad("invalid bit length repeat")
			return true
		}
		if symbol < 16 {
			z.drop(n)
			z.lengths[z.have] = uint8(symbol)
			z.have++
			continue
		}
		var repeat int
		var value uint8
		switch symbol {
		case 16:
			if !z.fill(n+2, in, ip) {
				return false
			}
			z.drop(n)
			if z.have == 0 {
				z.bad("invalid bit length repeat")
				return true
			}
			value = z.lengths[z.have-1]
			repeat = 3 + int(z.take(2))
		case 17:
			if !z.fill(n+3, in, ip) {
				return false
			}
			z.drop(n)
			repeat = 3 + int(z.take(3))
		default:
			if !z.fill(n+7, in, ip) {
				return false
			}
			z.drop(n)
			repeat = 11 + int(z.take(7))
		}
		if z.have+repeat > z.nLengths+z.nDists {
			z.bad("invalid bit length repeat")
			return true
		}
		for range repeat {
			z.lengths[z.have] = value
			z.have++
		}
	}
	return true
}
