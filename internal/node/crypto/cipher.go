package crypto

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"sort"
	"strings"

	"golang.org/x/crypto/chacha20"
	"golang.org/x/crypto/poly1305" //nolint:staticcheck // in pieces, which chacha20poly1305 does not offer

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// cipherInfo is what getCipherInfo says of a cipher.
type cipherInfo struct {
	name  string // OpenSSL's short name
	nid   int
	mode  string
	block int // 1 for streams
	iv    int
	key   int
	new   func(key []byte) (cipher.Block, error)
}

// ciphers are the ciphers by name in lower case.
var ciphers, cipherNames = func() (map[string]*cipherInfo, []string) {
	m := map[string]*cipherInfo{}
	var names []string
	add := func(c cipherInfo, listed string, others ...string) {
		p := &c
		m[strings.ToLower(listed)] = p
		m[strings.ToLower(c.name)] = p
		names = append(names, listed)
		for _, n := range others {
			m[strings.ToLower(n)] = p
			names = append(names, n)
		}
	}
	for i, bits := range []int{128, 192, 256} {
		key := bits / 8
		mode := func(mode string, nid, block, iv int, short string, others ...string) {
			listed := fmt.Sprintf("aes-%d-%s", bits, mode)
			if short == "" {
				short = listed
			}
			add(cipherInfo{short, nid, mode, block, iv, key, aes.NewCipher}, listed, others...)
		}
		mode("cbc", 419+4*i, 16, 16, "", fmt.Sprintf("aes%d", bits))
		mode("ecb", 418+4*i, 16, 0, "")
		mode("ofb", 420+4*i, 1, 16, "")
		mode("cfb", 421+4*i, 1, 16, "")
		mode("cfb8", 653+i, 1, 16, "")
		mode("cfb1", 650+i, 1, 16, "")
		mode("ctr", 904+i, 1, 16, "")
		mode("gcm", 895+3*i, 1, 12, fmt.Sprintf("id-aes%d-GCM", bits), fmt.Sprintf("id-aes%d-GCM", bits))
		mode("ccm", 896+3*i, 1, 12, fmt.Sprintf("id-aes%d-CCM", bits), fmt.Sprintf("id-aes%d-CCM", bits))
		mode("ocb", 958+i, 16, 12, "")
		wrap := fmt.Sprintf("aes%d-wrap", bits)
		add(cipherInfo{"id-" + wrap, 788 + i, "wrap", 8, 8, key, aes.NewCipher}, wrap, "id-"+wrap)
	}
	add(cipherInfo{"chacha20-poly1305", 1018, "stream", 1, 12, 32, nil}, "chacha20-poly1305")
	add(cipherInfo{"chacha20", 1019, "stream", 1, 16, 32, nil}, "chacha20")
	add(cipherInfo{"des-ede3-cbc", 44, "cbc", 8, 8, 24, des.NewTripleDESCipher}, "des-ede3-cbc", "des3")
	add(cipherInfo{"des-ede3", 33, "ecb", 8, 0, 24, des.NewTripleDESCipher}, "des-ede3", "des-ede3-ecb")
	add(cipherInfo{"des-ede3-cfb", 61, "cfb", 1, 8, 24, des.NewTripleDESCipher}, "des-ede3-cfb")
	add(cipherInfo{"des-ede3-ofb", 63, "ofb", 1, 8, 24, des.NewTripleDESCipher}, "des-ede3-ofb")
	sort.Strings(names)
	return m, names
}()

// cipherBody is one cipher at work.
type cipherBody interface {
	update(p []byte) []byte
}

// authenticated is a cipher with a tag.
type authenticated interface {
	cipherBody
	additional(p []byte)
	tag() []byte
}

// finisher is a cipher that keeps what is not a whole block until the end.
type finisher interface{ finish() []byte }

type streamBody struct{ s cipher.Stream }

func (b streamBody) update(p []byte) []byte {
	out := make([]byte, len(p))
	b.s.XORKeyStream(out, p)
	return out
}

// blockBody is a mode that works on whole blocks.
type blockBody struct {
	mode    func(dst, src []byte)
	size    int
	rest    []byte
	decrypt bool
	padding bool
}

func (b *blockBody) update(p []byte) []byte {
	b.rest = append(b.rest, p...)
	n := len(b.rest) / b.size * b.size
	// The last block of what is decrypted may be padding: it waits for final.
	if b.decrypt && b.padding && n == len(b.rest) && n > 0 {
		n -= b.size
	}
	out := make([]byte, n)
	b.mode(out, b.rest[:n])
	b.rest = append(b.rest[:0], b.rest[n:]...)
	return out
}

// Results of final.
const (
	badDecrypt       = -1
	wrongFinalLength = -2
	unauthenticated  = -3
	wrongDataLength  = -4
)

func (b *blockBody) final() ([]byte, int) {
	if !b.padding {
		if len(b.rest) != 0 {
			if b.decrypt {
				return nil, wrongFinalLength
			}
			return nil, wrongDataLength
		}
		return []byte{}, 0
	}
	if !b.decrypt {
		n := b.size - len(b.rest)
		for range n {
			b.rest = append(b.rest, byte(n))
		}
		out := make([]byte, b.size)
		b.mode(out, b.rest)
		return out, 0
	}
	if len(b.rest) != b.size {
		return nil, wrongFinalLength
	}
	out := make([]byte, b.size)
	b.mode(out, b.rest)
	n := int(out[b.size-1])
	ok := subtle.ConstantTimeLessOrEq(1, n) & subtle.ConstantTimeLessOrEq(n, b.size)
	for i := range b.size {
		// Bytes of the padding are all its length.
		inside := subtle.ConstantTimeLessOrEq(b.size-n, i)
		ok &= subtle.ConstantTimeByteEq(out[i], byte(n)) | (1 ^ inside)
	}
	if ok != 1 {
		return nil, badDecrypt
	}
	return out[:b.size-n], 0
}

func ecb(block cipher.Block, decrypt bool) func(dst, src []byte) {
	return func(dst, src []byte) {
		for n := block.BlockSize(); len(src) > 0; dst, src = dst[n:], src[n:] {
			if decrypt {
				block.Decrypt(dst, src)
			} else {
				block.Encrypt(dst, src)
			}
		}
	}
}

// shiftStream is CFB with a feedback of one byte or one bit.
type shiftStream struct {
	block   cipher.Block
	reg     []byte
	bit     bool
	decrypt bool
}

func (s *shiftStream) XORKeyStream(dst, src []byte) {
	pad := make([]byte, len(s.reg))
	for i, in := range src {
		if !s.bit {
			s.block.Encrypt(pad, s.reg)
			out := in ^ pad[0]
			back := out
			if s.decrypt {
				back = in
			}
			copy(s.reg, s.reg[1:])
			s.reg[len(s.reg)-1] = back
			dst[i] = out
			continue
		}
		var out byte
		for k := 7; k >= 0; k-- {
			s.block.Encrypt(pad, s.reg)
			b := in >> k & 1
			o := b ^ pad[0]>>7
			out |= o << k
			back := o
			if s.decrypt {
				back = b
			}
			for j := 0; j < len(s.reg)-1; j++ {
				s.reg[j] = s.reg[j]<<1 | s.reg[j+1]>>7
			}
			s.reg[len(s.reg)-1] = s.reg[len(s.reg)-1]<<1 | back
		}
		dst[i] = out
	}
}

// chachaPoly is ChaCha20-Poly1305 (RFC 8439) in pieces.
type chachaPoly struct {
	s        *chacha20.Cipher
	mac      *poly1305.MAC
	decrypt  bool
	aad, len uint64
	inText   bool
}

func newChachaPoly(key, iv []byte, decrypt bool) (*chachaPoly, error) {
	nonce := make([]byte, 12)
	copy(nonce[12-len(iv):], iv)
	s, err := chacha20.NewUnauthenticatedCipher(key, nonce)
	if err != nil {
		return nil, err
	}
	var k [32]byte
	s.XORKeyStream(k[:], k[:])
	s.SetCounter(1)
	return &chachaPoly{s: s, mac: poly1305.New(&k), decrypt: decrypt}, nil
}

func (m *chachaPoly) additional(p []byte) {
	m.mac.Write(p)
	m.aad += uint64(len(p))
}

func (m *chachaPoly) pad(n uint64) {
	if n%16 != 0 {
		m.mac.Write(make([]byte, 16-n%16))
	}
}

func (m *chachaPoly) update(p []byte) []byte {
	if !m.inText {
		m.pad(m.aad)
		m.inText = true
	}
	out := make([]byte, len(p))
	m.s.XORKeyStream(out, p)
	if m.decrypt {
		m.mac.Write(p)
	} else {
		m.mac.Write(out)
	}
	m.len += uint64(len(p))
	return out
}

func (m *chachaPoly) tag() []byte {
	if !m.inText {
		m.pad(m.aad)
	}
	m.pad(m.len)
	m.mac.Write(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, m.aad), m.len))
	return m.mac.Sum(nil)
}

// wrapBody is AES key wrap (RFC 3394), at once.
type wrapBody struct {
	block   cipher.Block
	iv      []byte
	decrypt bool
	failed  bool
}

func (w *wrapBody) update(p []byte) []byte {
	if len(p)%8 != 0 || len(p) < 16 || w.decrypt && len(p) < 24 {
		w.failed = true
		return nil
	}
	var a [16]byte // the register, and the block that is worked on
	r := append([]byte(nil), p...)
	if w.decrypt {
		copy(a[:8], r)
		r = r[8:]
	} else {
		copy(a[:8], w.iv)
	}
	n := len(r) / 8
	for j := range 6 {
		for i := range n {
			k := i
			t := uint64(n*j + i + 1)
			if w.decrypt {
				k = n - 1 - i
				t = uint64(n*(5-j) + k + 1)
				binary.BigEndian.PutUint64(a[:8], binary.BigEndian.Uint64(a[:8])^t)
			}
			copy(a[8:], r[k*8:k*8+8])
			if w.decrypt {
				w.block.Decrypt(a[:], a[:])
			} else {
				w.block.Encrypt(a[:], a[:])
				binary.BigEndian.PutUint64(a[:8], binary.BigEndian.Uint64(a[:8])^t)
			}
			copy(r[k*8:], a[8:])
		}
	}
	if !w.decrypt {
		return append(append([]byte(nil), a[:8]...), r...)
	}
	if subtle.ConstantTimeCompare(a[:8], w.iv) != 1 {
		w.failed = true
		return nil
	}
	return r
}

func newCipher(info *cipherInfo, key, iv []byte, decrypt bool, tagSize int) (cipherBody, error) {
	if info.new == nil {
		if info.name == "chacha20" {
			s, err := chacha20.NewUnauthenticatedCipher(key, iv[4:])
			if err != nil {
				return nil, err
			}
			s.SetCounter(binary.LittleEndian.Uint32(iv))
			return streamBody{s}, nil
		}
		return newChachaPoly(key, iv, decrypt)
	}
	block, err := info.new(key)
	if err != nil {
		return nil, err
	}
	blocks := func(mode func(dst, src []byte)) cipherBody {
		return &blockBody{mode: mode, size: block.BlockSize(), decrypt: decrypt, padding: true}
	}
	switch {
	case info.mode == "cbc" && decrypt:
		return blocks(cipher.NewCBCDecrypter(block, iv).CryptBlocks), nil
	case info.mode == "cbc":
		return blocks(cipher.NewCBCEncrypter(block, iv).CryptBlocks), nil
	case info.mode == "ecb":
		return blocks(ecb(block, decrypt)), nil
	case info.mode == "ctr":
		return streamBody{cipher.NewCTR(block, iv)}, nil
	case info.mode == "ofb":
		return streamBody{cipher.NewOFB(block, iv)}, nil //nolint:staticcheck // Node has it
	case info.mode == "cfb" && decrypt:
		return streamBody{cipher.NewCFBDecrypter(block, iv)}, nil //nolint:staticcheck // Node has it
	case info.mode == "cfb":
		return streamBody{cipher.NewCFBEncrypter(block, iv)}, nil //nolint:staticcheck // Node has it
	case info.mode == "cfb8" || info.mode == "cfb1":
		return streamBody{&shiftStream{block, append([]byte(nil), iv...), info.mode == "cfb1", decrypt}}, nil
	case info.mode == "gcm":
		return newGCM(block, iv, decrypt), nil
	case info.mode == "ccm":
		return &ccm{block: block, nonce: append([]byte(nil), iv...), tagSize: tagSize, decrypt: decrypt}, nil
	case info.mode == "ocb":
		return newOCB(block, iv, decrypt, tagSize), nil
	case info.mode == "wrap":
		return &wrapBody{block: block, iv: append([]byte(nil), iv...), decrypt: decrypt}, nil
	}
	return nil, fmt.Errorf("cipher mode %s", info.mode)
}

func cipherFunctions(env *node.Env) map[string]v8.Func {
	live := map[int]cipherBody{}
	next := 0
	return map[string]v8.Func{
		// cipherInfo(name) is [name, nid, mode, block size, iv length, key length]; undefined if there is none.
		"cipherInfo": func(c *v8.Call) {
			if i := ciphers[strings.ToLower(c.String(0))]; i != nil {
				c.Return([]any{i.name, i.nid, i.mode, i.block, i.iv, i.key})
			}
		},
		"cipherInfoByID": func(c *v8.Call) {
			for _, i := range ciphers {
				if i.nid == c.Int(0) {
					c.Return([]any{i.name, i.nid, i.mode, i.block, i.iv, i.key})
					return
				}
			}
		},
		"cipherNames": func(c *v8.Call) { c.Return(cipherNames) },
		// cipherNew(name, key, iv, decrypt, tagSize) is a number.
		"cipherNew": func(c *v8.Call) {
			body, err := newCipher(ciphers[strings.ToLower(c.String(0))], c.Bytes(1), c.Bytes(2), c.Bool(3), c.Int(4))
			if err != nil {
				c.Throw(err)
				return
			}
			next++
			live[next] = body
			c.Return(next)
		},
		"cipherPadding": func(c *v8.Call) {
			if b, ok := live[c.Int(0)].(*blockBody); ok {
				b.padding = c.Bool(1)
			}
		},
		"cipherAAD": func(c *v8.Call) {
			if b, ok := live[c.Int(0)].(authenticated); ok {
				b.additional(c.Bytes(1))
			}
		},
		// cipherUpdate(number, data) is the output; null: it cannot be done.
		"cipherUpdate": func(c *v8.Call) {
			b := live[c.Int(0)]
			if b == nil {
				return
			}
			out := b.update(c.Bytes(1))
			if w, ok := b.(*wrapBody); ok && w.failed {
				c.Return(v8.Null)
				return
			}
			c.Return(out)
		},
		// cipherFinal(number, tag?) ends it: [output, tag], or what is wrong. With a tag
		// the message is checked against it.
		"cipherFinal": func(c *v8.Call) {
			b := live[c.Int(0)]
			delete(live, c.Int(0))
			switch b := b.(type) {
			case *blockBody:
				out, failure := b.final()
				if failure != 0 {
					c.Return(failure)
					return
				}
				c.Return([]any{out, nil})
			case authenticated:
				last := []byte{}
				if f, ok := b.(finisher); ok {
					last = f.finish()
				}
				tag := b.tag()
				if want := c.Bytes(1); c.Kind(1) == v8.BytesKind {
					if len(want) > len(tag) || len(want) == 0 || subtle.ConstantTimeCompare(tag[:len(want)], want) != 1 {
						c.Return(unauthenticated)
						return
					}
				}
				c.Return([]any{last, tag})
			default:
				c.Return([]any{[]byte{}, nil})
			}
		},
		"cipherFree": func(c *v8.Call) { delete(live, c.Int(0)) },
	}
}
