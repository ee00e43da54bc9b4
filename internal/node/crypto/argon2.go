package crypto

import (
	"encoding/binary"
	"math/bits"
	"sync"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/blake2b"
)

// Argon2 (RFC 9106) with everything that it takes. golang.org/x/crypto/argon2 is faster
// and has neither Argon2d nor secrets nor associated data; it is used where it can.

const (
	argon2d  = 0
	argon2i  = 1
	argon2id = 2

	argonWords  = 128 // of 64 bits in a block
	argonSlices = 4
)

type argonBlock [argonWords]uint64

// argonInput is what a key is made of. Memory counts kibibytes.
type argonInput struct {
	variant                       int
	message, salt, secret, data   []byte
	lanes, memory, passes, length uint32
}

func (in argonInput) key() []byte {
	if len(in.secret) == 0 && len(in.data) == 0 && in.variant != argon2d && in.lanes < 256 {
		if in.variant == argon2i {
			return argon2.Key(in.message, in.salt, in.passes, in.memory, uint8(in.lanes), in.length)
		}
		return argon2.IDKey(in.message, in.salt, in.passes, in.memory, uint8(in.lanes), in.length)
	}
	return in.derive()
}

func (in argonInput) derive() []byte {
	h0 := in.first()
	// Each lane has four slices of whole blocks.
	perLane := in.memory / (argonSlices * in.lanes) * argonSlices
	m := make([]argonBlock, perLane*in.lanes)
	var bytes [argonWords * 8]byte
	for lane := range in.lanes {
		for i := range uint32(2) {
			seed := binary.LittleEndian.AppendUint32(append([]byte(nil), h0...), i)
			argonHash(bytes[:], binary.LittleEndian.AppendUint32(seed, lane))
			m[lane*perLane+i].read(&bytes)
		}
	}
	for pass := range in.passes {
		for slice := range uint32(argonSlices) {
			var lanes sync.WaitGroup
			for lane := range in.lanes {
				lanes.Go(func() { in.segment(m, pass, slice, lane, perLane) })
			}
			lanes.Wait()
		}
	}
	last := m[perLane-1]
	for lane := uint32(1); lane < in.lanes; lane++ {
		for i, w := range m[lane*perLane+perLane-1] {
			last[i] ^= w
		}
	}
	last.write(&bytes)
	out := make([]byte, in.length)
	argonHash(out, bytes[:])
	return out
}

// first is H0: a hash of all inputs (3.2, step 1).
func (in argonInput) first() []byte {
	h, _ := blake2b.New512(nil)
	var head []byte
	for _, n := range []uint32{in.lanes, in.length, in.memory, in.passes, 0x13, uint32(in.variant)} {
		head = binary.LittleEndian.AppendUint32(head, n)
	}
	h.Write(head)
	for _, part := range [][]byte{in.message, in.salt, in.secret, in.data} {
		h.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(part))))
		h.Write(part)
	}
	return h.Sum(nil)
}

// argonHash is H': BLAKE2b of any length (3.3).
func argonHash(out, in []byte) {
	in = append(binary.LittleEndian.AppendUint32(nil, uint32(len(out))), in...)
	if len(out) <= blake2b.Size {
		h, _ := blake2b.New(len(out), nil)
		h.Write(in)
		h.Sum(out[:0])
		return
	}
	v := blake2b.Sum512(in)
	for len(out) > blake2b.Size {
		n := copy(out, v[:32])
		out = out[n:]
		if len(out) <= blake2b.Size {
			break
		}
		v = blake2b.Sum512(v[:])
	}
	h, _ := blake2b.New(len(out), nil)
	h.Write(v[:])
	h.Sum(out[:0])
}

func (b *argonBlock) read(p *[argonWords * 8]byte) {
	for i := range b {
		b[i] = binary.LittleEndian.Uint64(p[8*i:])
	}
}

func (b *argonBlock) write(p *[argonWords * 8]byte) {
	for i, w := range b {
		binary.LittleEndian.PutUint64(p[8*i:], w)
	}
}

// segment fills the blocks of one lane in one slice (3.4).
func (in argonInput) segment(m []argonBlock, pass, slice, lane, perLane uint32) {
	size := perLane / argonSlices
	independent := in.variant == argon2i || in.variant == argon2id && pass == 0 && slice < argonSlices/2
	var addresses, input argonBlock
	if independent {
		input[0], input[1], input[2] = uint64(pass), uint64(lane), uint64(slice)
		input[3], input[4], input[5] = uint64(len(m)), uint64(in.passes), uint64(in.variant)
	}
	next := func() {
		input[6]++
		var zero argonBlock
		addresses.mix(&zero, &input, false)
		addresses.mix(&zero, &addresses, false)
	}
	start := uint32(0)
	if pass == 0 && slice == 0 {
		start = 2 // they are there already
		if independent {
			next()
		}
	}
	for i := start; i < size; i++ {
		at := lane*perLane + slice*size + i
		before := at - 1
		if slice == 0 && i == 0 {
			before = lane*perLane + perLane - 1
		}
		random := m[before][0]
		if independent {
			if i%argonWords == 0 {
				next()
			}
			random = addresses[i%argonWords]
		}
		from := in.reference(random, pass, slice, lane, i, perLane)
		m[at].mix(&m[before], &m[from], pass > 0)
	}
}

// reference is the block that a random number points to (3.4.2).
func (in argonInput) reference(random uint64, pass, slice, lane, i, perLane uint32) uint32 {
	size := perLane / argonSlices
	of := uint32(random>>32) % in.lanes
	if pass == 0 && slice == 0 {
		of = lane
	}
	var area, start uint32
	if pass == 0 {
		area = slice * size
	} else {
		area, start = perLane-size, (slice+1)%argonSlices*size
	}
	if of == lane {
		area += i - 1
	} else if i == 0 {
		area--
	}
	x := random & 0xffffffff
	x = x * x >> 32
	y := uint64(area) * x >> 32
	return of*perLane + (start+area-1-uint32(y))%perLane
}

// mix is G (3.5): b becomes x and y mixed, xor what b was if keep is set.
func (b *argonBlock) mix(x, y *argonBlock, keep bool) {
	var r, z argonBlock
	for i := range r {
		r[i] = x[i] ^ y[i]
	}
	z = r
	for i := 0; i < argonWords; i += 16 {
		permute(&z[i], &z[i+1], &z[i+2], &z[i+3], &z[i+4], &z[i+5], &z[i+6], &z[i+7],
			&z[i+8], &z[i+9], &z[i+10], &z[i+11], &z[i+12], &z[i+13], &z[i+14], &z[i+15])
	}
	for i := 0; i < 16; i += 2 {
		permute(&z[i], &z[i+1], &z[i+16], &z[i+17], &z[i+32], &z[i+33], &z[i+48], &z[i+49],
			&z[i+64], &z[i+65], &z[i+80], &z[i+81], &z[i+96], &z[i+97], &z[i+112], &z[i+113])
	}
	for i := range b {
		w := r[i] ^ z[i]
		if keep {
			w ^= b[i]
		}
		b[i] = w
	}
}

// permute is P (3.6): a round of BLAKE2b with multiplications.
func permute(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15 *uint64) {
	quarter(v0, v4, v8, v12)
	quarter(v1, v5, v9, v13)
	quarter(v2, v6, v10, v14)
	quarter(v3, v7, v11, v15)
	quarter(v0, v5, v10, v15)
	quarter(v1, v6, v11, v12)
	quarter(v2, v7, v8, v13)
	quarter(v3, v4, v9, v14)
}

func quarter(a, b, c, d *uint64) {
	*a += *b + 2*uint64(uint32(*a))*uint64(uint32(*b))
	*d = bits.RotateLeft64(*d^*a, -32)
	*c += *d + 2*uint64(uint32(*c))*uint64(uint32(*d))
	*b = bits.RotateLeft64(*b^*c, -24)
	*a += *b + 2*uint64(uint32(*a))*uint64(uint32(*b))
	*d = bits.RotateLeft64(*d^*a, -16)
	*c += *d + 2*uint64(uint32(*c))*uint64(uint32(*d))
	*b = bits.RotateLeft64(*b^*c, -63)
}
