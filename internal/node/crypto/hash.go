package crypto

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"reflect"
	"strings"

	stdcrypto "crypto"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"
	"golang.org/x/crypto/ripemd160"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// digest is a hash function under its canonical name.
type digest struct {
	name string
	size int
	new  func() hash.Hash
	// xof makes one whose output may have any length; nil for the others.
	xof func() *sha3.SHAKE
	// id is Go's name, for signatures; 0 if it has none.
	id stdcrypto.Hash
}

// digests are the hash functions by OpenSSL's names, in lower case. The first name of a
// row is the canonical one.
var digests = func() map[string]*digest {
	m := map[string]*digest{}
	add := func(size int, id stdcrypto.Hash, new func() hash.Hash, names ...string) *digest {
		d := &digest{name: names[0], size: size, id: id, new: new}
		for _, n := range names {
			m[strings.ToLower(n)] = d
		}
		return d
	}
	add(16, stdcrypto.MD5, md5.New, "md5", "RSA-MD5", "md5WithRSAEncryption", "ssl3-md5")
	add(20, stdcrypto.SHA1, sha1.New, "sha1", "sha-1", "RSA-SHA1", "RSA-SHA1-2", "sha1WithRSAEncryption", "ssl3-sha1")
	add(28, stdcrypto.SHA224, sha256.New224, "sha224", "sha-224", "sha2-224", "RSA-SHA224", "sha224WithRSAEncryption")
	add(32, stdcrypto.SHA256, sha256.New, "sha256", "sha-256", "sha2-256", "RSA-SHA256", "sha256WithRSAEncryption")
	add(48, stdcrypto.SHA384, sha512.New384, "sha384", "sha-384", "sha2-384", "RSA-SHA384", "sha384WithRSAEncryption")
	add(64, stdcrypto.SHA512, sha512.New, "sha512", "sha-512", "sha2-512", "RSA-SHA512", "sha512WithRSAEncryption")
	add(28, stdcrypto.SHA512_224, sha512.New512_224, "sha512-224", "sha-512/224", "sha2-512/224", "RSA-SHA512/224", "sha512-224WithRSAEncryption")
	add(32, stdcrypto.SHA512_256, sha512.New512_256, "sha512-256", "sha-512/256", "sha2-512/256", "RSA-SHA512/256", "sha512-256WithRSAEncryption")
	add(28, stdcrypto.SHA3_224, func() hash.Hash { return sha3.New224() }, "sha3-224", "RSA-SHA3-224", "id-rsassa-pkcs1-v1_5-with-sha3-224")
	add(32, stdcrypto.SHA3_256, func() hash.Hash { return sha3.New256() }, "sha3-256", "RSA-SHA3-256", "id-rsassa-pkcs1-v1_5-with-sha3-256")
	add(48, stdcrypto.SHA3_384, func() hash.Hash { return sha3.New384() }, "sha3-384", "RSA-SHA3-384", "id-rsassa-pkcs1-v1_5-with-sha3-384")
	add(64, stdcrypto.SHA3_512, func() hash.Hash { return sha3.New512() }, "sha3-512", "RSA-SHA3-512", "id-rsassa-pkcs1-v1_5-with-sha3-512")
	add(20, stdcrypto.RIPEMD160, ripemd160.New, "ripemd160", "ripemd", "rmd160", "RSA-RIPEMD160", "ripemd160WithRSA")
	add(64, stdcrypto.BLAKE2b_512, func() hash.Hash { h, _ := blake2b.New512(nil); return h }, "blake2b512")
	add(32, stdcrypto.BLAKE2s_256, func() hash.Hash { h, _ := blake2s.New256(nil); return h }, "blake2s256")
	add(36, stdcrypto.MD5SHA1, func() hash.Hash { return &md5sha1{md5.New(), sha1.New()} }, "md5-sha1")
	add(16, 0, nil, "shake128", "shake-128").xof = sha3.NewSHAKE128
	add(32, 0, nil, "shake256", "shake-256").xof = sha3.NewSHAKE256
	return m
}()

// hashNames is getHashes(): those of Node's list that are there.
var hashNames = strings.Fields("RSA-MD5 RSA-RIPEMD160 RSA-SHA1 RSA-SHA1-2 RSA-SHA224 RSA-SHA256 RSA-SHA3-224 RSA-SHA3-256 " +
	"RSA-SHA3-384 RSA-SHA3-512 RSA-SHA384 RSA-SHA512 RSA-SHA512/224 RSA-SHA512/256 blake2b512 blake2s256 " +
	"id-rsassa-pkcs1-v1_5-with-sha3-224 id-rsassa-pkcs1-v1_5-with-sha3-256 id-rsassa-pkcs1-v1_5-with-sha3-384 " +
	"id-rsassa-pkcs1-v1_5-with-sha3-512 md5 md5-sha1 md5WithRSAEncryption ripemd ripemd160 ripemd160WithRSA rmd160 sha1 " +
	"sha1WithRSAEncryption sha224 sha224WithRSAEncryption sha256 sha256WithRSAEncryption sha3-224 sha3-256 sha3-384 " +
	"sha3-512 sha384 sha384WithRSAEncryption sha512 sha512-224 sha512-224WithRSAEncryption sha512-256 " +
	"sha512-256WithRSAEncryption sha512WithRSAEncryption shake128 shake256 ssl3-md5 ssl3-sha1")

// findDigest is the hash function of that name, in any case; nil if there is none.
func findDigest(name string) *digest {
	if d, ok := digests[name]; ok { // mostly it is lower case already
		return d
	}
	return digests[strings.ToLower(name)]
}

// md5sha1 is both hashes one after the other, as TLS 1.0 signed them.
type md5sha1 struct{ a, b hash.Hash }

func (h *md5sha1) Write(p []byte) (int, error) { h.a.Write(p); return h.b.Write(p) }
func (h *md5sha1) Sum(b []byte) []byte         { return h.b.Sum(h.a.Sum(b)) }
func (h *md5sha1) Reset()                      { h.a.Reset(); h.b.Reset() }
func (h *md5sha1) Size() int                   { return 36 }
func (h *md5sha1) BlockSize() int              { return 64 }
func (h *md5sha1) Clone() (hash.Cloner, error) {
	return &md5sha1{cloneHash(h.a), cloneHash(h.b)}, nil
}

// xofHash lets an extendable function be used as a hash of a fixed length.
type xofHash struct {
	s    *sha3.SHAKE
	size int
}

func (h *xofHash) Write(p []byte) (int, error) { return h.s.Write(p) }
func (h *xofHash) Sum(b []byte) []byte {
	c := *h.s // reading ends the absorbing
	out := make([]byte, h.size)
	c.Read(out)
	return append(b, out...)
}
func (h *xofHash) Reset()         { h.s.Reset() }
func (h *xofHash) Size() int      { return h.size }
func (h *xofHash) BlockSize() int { return h.s.BlockSize() }
func (h *xofHash) Clone() (hash.Cloner, error) {
	c := *h.s
	return &xofHash{&c, h.size}, nil
}

// cloneHash is a copy that goes on by itself.
func cloneHash(h hash.Hash) hash.Hash {
	if c, ok := h.(hash.Cloner); ok {
		if h2, err := c.Clone(); err == nil {
			return h2
		}
	}
	// The remaining ones are plain structures.
	v := reflect.ValueOf(h).Elem()
	n := reflect.New(v.Type())
	n.Elem().Set(v)
	return n.Interface().(hash.Hash)
}

// start makes the hash with an output of length bytes; -1 is the function's own. It
// reports false when it has no such output.
func (d *digest) start(length int) (hash.Hash, bool) {
	if d.xof != nil {
		if length < 0 {
			length = d.size
		}
		return &xofHash{d.xof(), length}, true
	}
	return d.new(), length < 0 || length == d.size
}

// maker is start for functions that take a constructor.
func (d *digest) maker() func() hash.Hash {
	return func() hash.Hash { h, _ := d.start(-1); return h }
}

// encoded is bytes in one of the encodings that JavaScript asks for by number.
func encoded(b []byte, encoding int) any {
	switch encoding {
	case 1:
		return v8.Latin1(hex.AppendEncode(nil, b))
	case 2:
		return v8.Latin1(base64.StdEncoding.AppendEncode(nil, b))
	case 3:
		return v8.Latin1(base64.RawURLEncoding.AppendEncode(nil, b))
	case 4:
		return v8.Latin1(b)
	}
	return b
}

// Results of hash functions that are no digests.
const (
	noSuchDigest = -1
	wrongLength  = -2
)

type hashes struct {
	live map[int]hash.Hash
	next int
}

func (t *hashes) add(h hash.Hash) int {
	t.next++
	t.live[t.next] = h
	return t.next
}

func hashFunctions(env *node.Env) map[string]v8.Func {
	t := &hashes{live: map[int]hash.Hash{}}
	return map[string]v8.Func{
		// hashSize(name) is the length of its output; noSuchDigest; or minus the
		// length minus 10 for one whose output may have any length.
		"hashSize": func(c *v8.Call) {
			d := findDigest(c.String(0))
			switch {
			case d == nil:
				c.Return(noSuchDigest)
			case d.xof != nil:
				c.Return(-10 - d.size)
			default:
				c.Return(d.size)
			}
		},
		// hashOnce(name, data, encoding, length) does all at once.
		"hashOnce": func(c *v8.Call) {
			d := findDigest(c.String(0))
			if d == nil {
				c.Return(noSuchDigest)
				return
			}
			h, ok := d.start(c.Int(3))
			if !ok {
				c.Return(wrongLength)
				return
			}
			h.Write(c.Bytes(1))
			var sum [64]byte
			c.Return(encoded(h.Sum(sum[:0]), c.Int(2)))
		},
		// hashNew(name, length) is the number of a new hash.
		"hashNew": func(c *v8.Call) {
			d := findDigest(c.String(0))
			if d == nil {
				c.Return(noSuchDigest)
				return
			}
			h, ok := d.start(c.Int(1))
			if !ok {
				c.Return(wrongLength)
				return
			}
			c.Return(t.add(h))
		},
		"hashUpdate": func(c *v8.Call) {
			if h := t.live[c.Int(0)]; h != nil {
				h.Write(c.Bytes(1))
			}
		},
		// hashCopy(number, length)
		"hashCopy": func(c *v8.Call) {
			h := t.live[c.Int(0)]
			if h == nil {
				c.Return(noSuchDigest)
				return
			}
			h = cloneHash(h)
			if x, ok := h.(*xofHash); ok && c.Int(1) >= 0 {
				x.size = c.Int(1)
			} else if c.Int(1) >= 0 && c.Int(1) != h.Size() {
				c.Return(wrongLength)
				return
			}
			c.Return(t.add(h))
		},
		// hashDigest(number, encoding) ends it.
		"hashDigest": func(c *v8.Call) {
			h := t.live[c.Int(0)]
			delete(t.live, c.Int(0))
			if h == nil {
				c.Return(noSuchDigest)
				return
			}
			var sum [64]byte
			c.Return(encoded(h.Sum(sum[:0]), c.Int(1)))
		},
		"hashFree": func(c *v8.Call) { delete(t.live, c.Int(0)) },
		// hmacNew(name, key) is the number of a new hash; hmacOnce(name, key, data, encoding).
		"hmacNew": func(c *v8.Call) {
			d := findDigest(c.String(0))
			if d == nil || d.xof != nil {
				c.Return(noSuchDigest)
				return
			}
			c.Return(t.add(hmac.New(d.new, c.Bytes(1))))
		},
		"hmacOnce": func(c *v8.Call) {
			d := findDigest(c.String(0))
			if d == nil || d.xof != nil {
				c.Return(noSuchDigest)
				return
			}
			h := hmac.New(d.new, c.Bytes(1))
			h.Write(c.Bytes(2))
			var sum [64]byte
			c.Return(encoded(h.Sum(sum[:0]), c.Int(3)))
		},
		"hashNames": func(c *v8.Call) { c.Return(hashNames) },
	}
}
