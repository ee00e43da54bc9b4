package crypto

import (
	"crypto/cipher"
	"crypto/subtle"
	"math/bits"
)

// ocb is OCB3 (RFC 7253) in pieces. The last block waits until the end, because it is
// treated otherwise when it is not whole.
type ocb struct {
	block    cipher.Block
	decrypt  bool
	tagSize  int
	star     [16]byte   // L_*
	dollar   [16]byte   // L_$
	l        [][16]byte // L_0, L_1, ...
	offset   [16]byte
	checksum [16]byte
	count    int
	rest     []byte
	aad      []byte
}

func double(b [16]byte) (out [16]byte) {
	carry := b[0] >> 7
	for i := range 15 {
		out[i] = b[i]<<1 | b[i+1]>>7
	}
	out[15] = b[15]<<1 ^ carry*0x87
	return out
}

func newOCB(block cipher.Block, nonce []byte, decrypt bool, tagSize int) *ocb {
	o := &ocb{block: block, decrypt: decrypt, tagSize: tagSize}
	block.Encrypt(o.star[:], o.star[:])
	o.dollar = double(o.star)
	o.l = append(o.l, double(o.dollar))
	// The nonce is stretched, and shifted by its last six bits.
	var n [16]byte
	n[0] = byte(tagSize*8%128) << 1
	copy(n[16-len(nonce):], nonce)
	n[15-len(nonce)] |= 1
	shift := int(n[15] & 63)
	n[15] &^= 63
	var top [16]byte
	block.Encrypt(top[:], n[:])
	stretch := append([]byte(nil), top[:]...)
	for i := range 8 {
		stretch = append(stretch, top[i]^top[i+1])
	}
	for i := range o.offset {
		w := uint16(stretch[i+shift/8])<<8 | uint16(stretch[i+shift/8+1])
		o.offset[i] = byte(w >> (8 - shift%8))
	}
	return o
}

func (o *ocb) at(i int) [16]byte {
	n := bits.TrailingZeros(uint(i))
	for len(o.l) <= n {
		o.l = append(o.l, double(o.l[len(o.l)-1]))
	}
	return o.l[n]
}

func xor16(dst *[16]byte, b []byte) { subtle.XORBytes(dst[:], dst[:], b) }

func (o *ocb) additional(p []byte) { o.aad = append(o.aad, p...) }

// update works on whole blocks and keeps what is left.
func (o *ocb) update(p []byte) []byte {
	o.rest = append(o.rest, p...)
	n := len(o.rest) / 16 * 16
	out := make([]byte, n)
	for i := 0; i < n; i += 16 {
		o.count++
		l := o.at(o.count)
		xor16(&o.offset, l[:])
		var b [16]byte
		copy(b[:], o.rest[i:])
		if !o.decrypt {
			xor16(&o.checksum, b[:])
		}
		xor16(&b, o.offset[:])
		if o.decrypt {
			o.block.Decrypt(b[:], b[:])
		} else {
			o.block.Encrypt(b[:], b[:])
		}
		xor16(&b, o.offset[:])
		if o.decrypt {
			xor16(&o.checksum, b[:])
		}
		copy(out[i:], b[:])
	}
	o.rest = append(o.rest[:0], o.rest[n:]...)
	return out
}

// finish is the output of what is left, which is not a whole block.
func (o *ocb) finish() []byte {
	if len(o.rest) == 0 {
		return []byte{}
	}
	xor16(&o.offset, o.star[:])
	var pad [16]byte
	o.block.Encrypt(pad[:], o.offset[:])
	out := make([]byte, len(o.rest))
	subtle.XORBytes(out, o.rest, pad[:])
	var last [16]byte
	plain := o.rest
	if o.decrypt {
		plain = out
	}
	copy(last[:], plain)
	last[len(plain)] = 0x80
	xor16(&o.checksum, last[:])
	o.rest = nil
	return out
}

func (o *ocb) tag() []byte {
	t := o.checksum
	xor16(&t, o.offset[:])
	xor16(&t, o.dollar[:])
	o.block.Encrypt(t[:], t[:])
	h := o.hash()
	xor16(&t, h[:])
	return t[:o.tagSize]
}

// hash is HASH(K, A) of the additional data.
func (o *ocb) hash() (sum [16]byte) {
	var offset [16]byte
	a := o.aad
	for i := 1; len(a) >= 16; i, a = i+1, a[16:] {
		l := o.at(i)
		xor16(&offset, l[:])
		b := offset
		xor16(&b, a[:16])
		o.block.Encrypt(b[:], b[:])
		xor16(&sum, b[:])
	}
	if len(a) > 0 {
		xor16(&offset, o.star[:])
		var b [16]byte
		copy(b[:], a)
		b[len(a)] = 0x80
		xor16(&b, offset[:])
		o.block.Encrypt(b[:], b[:])
		xor16(&sum, b[:])
	}
	return sum
}
