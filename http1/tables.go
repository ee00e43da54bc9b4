package http1

import (
	"encoding/binary"
	"math/bits"
)

// Classes of bytes. One table serves every scan; a class is one bit.
const (
	clsToken  uint8 = 1 << iota // tchar, RFC 9110 section 5.6.2
	clsURL                      // what a target may hold after its first byte
	clsValue                    // HTAB, SP, VCHAR, obs-text: RFC 9110 section 5.5
	clsUser                     // userinfo, host and port, with "[" and "]"
	clsAlpha                    // ALPHA
	clsDigit                    // DIGIT
	clsQuoted                   // qdtext
	clsHost                     // what a Host value may hold
)

// class maps a byte to its classes.
var class = makeClasses()

func makeClasses() (t [256]uint8) {
	set := func(bit uint8, chars string) {
		for i := range len(chars) {
			t[chars[i]] |= bit
		}
	}
	between := func(bit uint8, lo, hi int) {
		for c := lo; c <= hi; c++ {
			t[c] |= bit
		}
	}
	const alnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	set(clsToken, alnum+"!#$%&'*+-.^_`|~")
	// Wider than RFC 3986 by what browsers send unescaped: " < > \ ^ ` { | }.
	between(clsURL, 0x21, 0x7e)
	set(clsValue, "\t")
	between(clsValue, 0x20, 0x7e)
	between(clsValue, 0x80, 0xff)
	set(clsUser, alnum+"-_.!~*'()%;:&=+$,[]")
	set(clsAlpha, alnum[:52])
	set(clsDigit, alnum[52:])
	set(clsQuoted, "\t !")
	between(clsQuoted, 0x23, 0x5b)
	between(clsQuoted, 0x5d, 0x7e)
	between(clsQuoted, 0x80, 0xff)
	// RFC 3986: unreserved, pct-encoded, sub-delims, ":", "[" and "]".
	set(clsHost, alnum+"-._~%!$&'()*+,;=:[]")
	return t
}

// hexValue maps a byte to the value of a hexadecimal digit, or to 0xff.
var hexValue = makeHex()

func makeHex() (t [256]uint8) {
	for i := range t {
		t[i] = 0xff
	}
	for i := range 10 {
		t['0'+i] = uint8(i)
	}
	for i := range 6 {
		t['a'+i], t['A'+i] = uint8(10+i), uint8(10+i)
	}
	return t
}

// Eight bytes at a time. Each mark function sets the top bit of the lowest
// byte that matches exactly; bytes above it may be marked falsely, so only the
// lowest mark counts.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

func load8(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[i : i+8]) }

func markByte(w uint64, c byte) uint64 {
	x := w ^ (ones * uint64(c))
	return (x - ones) & ^x & highs
}

// markControl marks bytes below 0x20 and DEL, and no others.
func markControl(w uint64) uint64 {
	x := w &^ highs
	return (^(x + ones*0x60) | (x + ones)) & ^w & highs
}

func firstMark(m uint64) int { return bits.TrailingZeros64(m) >> 3 }

// skipTargetWords is skipTarget in Go alone.
func skipTargetWords(b []byte, i int) int {
	for i+8 <= len(b) {
		w := load8(b, i)
		if m := markControl(w) | markByte(w, ' ') | w&highs; m != 0 {
			return i + firstMark(m)
		}
		i += 8
	}
	return skipClass(b, i, clsURL)
}

// skipValueWords is skipValue in Go alone.
func skipValueWords(b []byte, i int) int {
	for i+16 <= len(b) {
		m0, m1 := markControl(load8(b, i)), markControl(load8(b, i+8))
		if m0|m1 == 0 {
			i += 16
			continue
		}
		if m0 == 0 {
			i, m0 = i+8, m1
		}
		if i += firstMark(m0); b[i] != '\t' {
			return i
		}
		i++
	}
	for i < len(b) && class[b[i]]&clsValue != 0 {
		i++
	}
	return i
}

// skipClass returns the index of the first byte of b from i on that is not of
// a class, or len(b).
func skipClass(b []byte, i int, cls uint8) int {
	for i < len(b) && class[b[i]]&cls != 0 {
		i++
	}
	return i
}

// equalFold says whether b is lower, which is in lower case, in any case.
func equalFold(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i := range len(b) {
		c := b[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// trimOWS takes spaces and tabs, and nothing else, off both ends.
func trimOWS(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}
