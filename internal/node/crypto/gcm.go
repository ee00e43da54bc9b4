package crypto

import (
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
)

// GCM and CCM in pieces. Go's AEADs want the whole message at once; Node's ciphers give
// their output with every update. (NIST SP 800-38D and 800-38C.)

// ghash is GCM's checksum: a polynomial over GF(2^128), four bits at a time.
type ghash struct {
	table [16]gcmElement // multiples of the key
	y     gcmElement
	rest  [16]byte
	n     int
}

type gcmElement struct{ low, high uint64 }

// reduction is what falls off the end of a shift by four bits.
var reduction = [16]uint16{
	0x0000, 0x1c20, 0x3840, 0x2460, 0x7080, 0x6ca0, 0x48c0, 0x54e0,
	0xe100, 0xfd20, 0xd940, 0xc560, 0x9180, 0x8da0, 0xa9c0, 0xb5e0,
}

func newGhash(key []byte) *ghash {
	g := &ghash{}
	x := gcmElement{binary.BigEndian.Uint64(key[:8]), binary.BigEndian.Uint64(key[8:])}
	g.table[reverse4(1)] = x
	for i := 2; i < 16; i += 2 {
		half := g.table[reverse4(i/2)]
		// Doubling is a shift to the right: bits are reversed.
		d := gcmElement{low: half.low >> 1, high: half.high>>1 | half.low<<63}
		if half.high&1 == 1 {
			d.low ^= 0xe100000000000000
		}
		g.table[reverse4(i)] = d
		g.table[reverse4(i+1)] = gcmElement{d.low ^ x.low, d.high ^ x.high}
	}
	return g
}

func reverse4(i int) int {
	i = i<<2&0xc | i>>2&0x3
	return i<<1&0xa | i>>1&0x5
}

func (g *ghash) block(b []byte) {
	g.y.low ^= binary.BigEndian.Uint64(b[:8])
	g.y.high ^= binary.BigEndian.Uint64(b[8:16])
	var z gcmElement
	for i := range 2 {
		word := g.y.high
		if i == 1 {
			word = g.y.low
		}
		for range 16 {
			out := z.high & 0xf
			z.high = z.high>>4 | z.low<<60
			z.low = z.low>>4 ^ uint64(reduction[out])<<48
			t := &g.table[word&0xf]
			z.low ^= t.low
			z.high ^= t.high
			word >>= 4
		}
	}
	g.y = z
}

func (g *ghash) write(p []byte) {
	if g.n > 0 {
		n := copy(g.rest[g.n:], p)
		g.n += n
		p = p[n:]
		if g.n < 16 {
			return
		}
		g.block(g.rest[:])
		g.n = 0
	}
	for len(p) >= 16 {
		g.block(p)
		p = p[16:]
	}
	g.n = copy(g.rest[:], p)
}

// pad ends a part of the message: it is filled up with zeros.
func (g *ghash) pad() {
	if g.n > 0 {
		clear(g.rest[g.n:])
		g.block(g.rest[:])
		g.n = 0
	}
}

func (g *ghash) sum() []byte {
	out := make([]byte, 16)
	binary.BigEndian.PutUint64(out[:8], g.y.low)
	binary.BigEndian.PutUint64(out[8:], g.y.high)
	return out
}

// lengths adds the two lengths, in bytes, that end the message.
func (g *ghash) lengths(a, b uint64) {
	var l [16]byte
	binary.BigEndian.PutUint64(l[:8], a*8)
	binary.BigEndian.PutUint64(l[8:], b*8)
	g.block(l[:])
}

type gcm struct {
	decrypt  bool
	g        *ghash
	stream   cipher.Stream
	mask     [16]byte // hides the tag
	aad, len uint64
	inText   bool
}

func newGCM(b cipher.Block, iv []byte, decrypt bool) *gcm {
	var h, counter [16]byte
	b.Encrypt(h[:], h[:])
	if len(iv) == 12 {
		copy(counter[:], iv)
		counter[15] = 1
	} else {
		g := newGhash(h[:])
		g.write(iv)
		g.pad()
		g.lengths(0, uint64(len(iv)))
		copy(counter[:], g.sum())
	}
	m := &gcm{decrypt: decrypt, g: newGhash(h[:])}
	b.Encrypt(m.mask[:], counter[:])
	// GCM counts in the last 32 bits only; a message cannot be long enough for that to
	// differ from counting in all of them, unless the start is near their end.
	binary.BigEndian.PutUint32(counter[12:], binary.BigEndian.Uint32(counter[12:])+1)
	m.stream = &counter32{block: b, counter: counter}
	if binary.BigEndian.Uint32(counter[12:]) < 1<<31 {
		m.stream = cipher.NewCTR(b, counter[:])
	}
	return m
}

// counter32 is CTR with a counter of 32 bits.
type counter32 struct {
	block   cipher.Block
	counter [16]byte
	pad     [16]byte
	used    int
	started bool
}

func (c *counter32) XORKeyStream(dst, src []byte) {
	for i := range src {
		if !c.started || c.used == 16 {
			c.block.Encrypt(c.pad[:], c.counter[:])
			binary.BigEndian.PutUint32(c.counter[12:], binary.BigEndian.Uint32(c.counter[12:])+1)
			c.used, c.started = 0, true
		}
		dst[i] = src[i] ^ c.pad[c.used]
		c.used++
	}
}

func (m *gcm) additional(p []byte) {
	m.g.write(p)
	m.aad += uint64(len(p))
}

func (m *gcm) update(p []byte) []byte {
	if !m.inText {
		m.g.pad()
		m.inText = true
	}
	out := make([]byte, len(p))
	if m.decrypt {
		m.g.write(p)
	}
	m.stream.XORKeyStream(out, p)
	if !m.decrypt {
		m.g.write(out)
	}
	m.len += uint64(len(p))
	return out
}

func (m *gcm) tag() []byte {
	m.g.pad()
	m.g.lengths(m.aad, m.len)
	t := m.g.sum()
	subtle.XORBytes(t, t, m.mask[:])
	return t
}

// ccm does a message at once: its length is part of the first block.
type ccm struct {
	block   cipher.Block
	nonce   []byte
	aad     []byte
	tagSize int
	decrypt bool
	result  []byte
}

func (m *ccm) counter(i uint64) []byte {
	b := make([]byte, 16)
	l := 15 - len(m.nonce)
	b[0] = byte(l - 1)
	copy(b[1:], m.nonce)
	for k := range l {
		b[15-k] = byte(i)
		i >>= 8
	}
	return b
}

func (m *ccm) additional(p []byte) { m.aad = append(m.aad, p...) }

func (m *ccm) update(p []byte) []byte {
	out := make([]byte, len(p))
	cipher.NewCTR(m.block, m.counter(1)).XORKeyStream(out, p)
	plain := p
	if m.decrypt {
		plain = out
	}
	mac := m.counter(uint64(len(p)))
	mac[0] |= byte((m.tagSize - 2) / 2 << 3)
	if len(m.aad) > 0 {
		mac[0] |= 0x40
	}
	m.block.Encrypt(mac, mac)
	absorb := func(b []byte) {
		for len(b) > 0 {
			n := subtle.XORBytes(mac, mac, b)
			m.block.Encrypt(mac, mac)
			b = b[n:]
		}
	}
	if n := len(m.aad); n > 0 {
		var head []byte
		if n < 0xff00 {
			head = binary.BigEndian.AppendUint16(nil, uint16(n))
		} else {
			head = binary.BigEndian.AppendUint32([]byte{0xff, 0xfe}, uint32(n))
		}
		absorb(append(head, m.aad...))
	}
	absorb(plain)
	s0 := m.counter(0)
	m.block.Encrypt(s0, s0)
	subtle.XORBytes(mac, mac, s0)
	m.result = mac[:m.tagSize]
	return out
}

func (m *ccm) tag() []byte {
	if m.result == nil {
		m.update(nil)
	}
	return m.result
}
