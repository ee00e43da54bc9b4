package zlib

import (
	"hash/adler32"
	"hash/crc32"
)

// Flags of the gzip header (RFC 1952, section 2.3.1), in the second of two bytes.
const (
	gzipHeaderCRC = 0x0200
	gzipExtra     = 0x0400
	gzipName      = 0x0800
	gzipComment   = 0x1000
	gzipReserved  = 0xe000
)

// header reads what stands before the first block; false: more input is needed.
func (z *inflater) header(in []byte, ip *int) bool {
	switch z.state {
	case stHead:
		if !z.fill(16, in, ip) {
			return false
		}
		z.startHeader(z.take(16))
	case stGzipFlags:
		if !z.fill(16, in, ip) {
			return false
		}
		z.flags = z.take(16)
		switch {
		case z.flags&0xff != 8:
			z.bad("unknown compression method")
		case z.flags&gzipReserved != 0:
			z.bad("unknown header flags set")
		default:
			z.headerCRC(z.flags, 2)
			z.state = stGzipTime
		}
	case stGzipTime:
		if !z.fill(32, in, ip) {
			return false
		}
		z.headerCRC(z.take(32), 4)
		z.state = stGzipOS
	case stGzipOS:
		if !z.fill(16, in, ip) {
			return false
		}
		z.headerCRC(z.take(16), 2)
		z.state = stGzipExtraLen
	case stGzipExtraLen:
		z.n = 0
		if z.flags&gzipExtra != 0 {
			if !z.fill(16, in, ip) {
				return false
			}
			v := z.take(16)
			z.headerCRC(v, 2)
			z.n = int(v)
		}
		z.state = stGzipExtra
	case stGzipExtra:
		for ; z.n > 0; z.n-- {
			if !z.headerByte(in, ip, nil) {
				return false
			}
		}
		z.state = stGzipName
	case stGzipName, stGzipComment:
		flag := uint32(gzipName)
		if z.state == stGzipComment {
			flag = gzipComment
		}
		if z.flags&flag != 0 {
			for b := byte(1); b != 0; {
				if !z.headerByte(in, ip, &b) {
					return false
				}
			}
		}
		z.state++
	case stGzipHeaderCRC:
		if z.flags&gzipHeaderCRC != 0 {
			if !z.fill(16, in, ip) {
				return false
			}
			if z.take(16) != z.crc&0xffff {
				z.bad("header crc mismatch")
				return true
			}
		}
		z.sum = newCRC()
		z.state = stBlock
	case stDictID:
		if !z.fill(32, in, ip) {
			return false
		}
		v := z.take(32)
		z.needed = v>>24 | v>>8&0xff00 | v<<8&0xff0000 | v<<24
		z.state = stNeedDict
	}
	return true
}

// startHeader looks at the first two bytes, the first one low.
func (z *inflater) startHeader(v uint32) {
	if z.accept&formatGzip != 0 && v == 0x8b1f {
		z.gzip = true
		z.flags = gzipHeaderCRC // until the flags are known, the checksum is kept
		z.headerCRC(v, 2)
		z.state = stGzipFlags
		return
	}
	if z.accept&formatZlib == 0 || (v&0xff<<8+v>>8)%31 != 0 {
		z.bad("incorrect header check")
		return
	}
	if v&0xf != 8 {
		z.bad("unknown compression method")
		return
	}
	windowBits := int(v>>4&0xf) + 8
	if windowBits > 15 || z.windowBits != 0 && windowBits > z.windowBits {
		z.bad("invalid window size")
		return
	}
	if z.windowBits == 0 {
		z.maxDist = 1 << windowBits
	}
	z.sum = adler32.New()
	if v&0x2000 != 0 {
		z.state = stDictID
	} else {
		z.state = stBlock
	}
}

func (z *inflater) headerByte(in []byte, ip *int, value *byte) bool {
	if !z.fill(8, in, ip) {
		return false
	}
	b := z.take(8)
	z.headerCRC(b, 1)
	if value != nil {
		*value = byte(b)
	}
	return true
}

func (z *inflater) headerCRC(v uint32, n int) {
	if z.flags&gzipHeaderCRC == 0 {
		return
	}
	b := [4]byte{byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24)}
	z.crc = crc32.Update(z.crc, crc32.IEEETable, b[:n])
}
