package pki

import (
	stdcrypto "crypto"
	"crypto/dsa" //nolint:staticcheck // Node has such keys
	"crypto/ecdsa"
	"crypto/ed25519"
	_ "crypto/md5" // signatures of old certificates
	"crypto/rsa"
	_ "crypto/sha1" // as above
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"

	"github.com/cloudflare/circl/sign/ed448"
)

// signatureAlgorithm is how certificates are signed.
type signatureAlgorithm struct {
	oid  asn1.ObjectIdentifier
	name string // OpenSSL's long name
	hash stdcrypto.Hash
	// bits is the strength that OpenSSL gives the hash, for its security levels.
	bits int
}

var signatureAlgorithms = []signatureAlgorithm{
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 4}, "md5WithRSAEncryption", stdcrypto.MD5, 39},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 5}, "sha1WithRSAEncryption", stdcrypto.SHA1, 63},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 14}, "sha224WithRSAEncryption", stdcrypto.SHA224, 112},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, "sha256WithRSAEncryption", stdcrypto.SHA256, 128},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}, "sha384WithRSAEncryption", stdcrypto.SHA384, 192},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}, "sha512WithRSAEncryption", stdcrypto.SHA512, 256},
	{oidRSAPSS, "rsassaPss", 0, 0},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 1}, "ecdsa-with-SHA1", stdcrypto.SHA1, 63},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 1}, "ecdsa-with-SHA224", stdcrypto.SHA224, 112},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}, "ecdsa-with-SHA256", stdcrypto.SHA256, 128},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}, "ecdsa-with-SHA384", stdcrypto.SHA384, 192},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}, "ecdsa-with-SHA512", stdcrypto.SHA512, 256},
	{asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 3}, "dsaWithSHA1", stdcrypto.SHA1, 63},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 2}, "dsa_with_SHA256", stdcrypto.SHA256, 128},
	{oidEd25519, "ED25519", 0, 128},
	{oidEd448, "ED448", 0, 224},
}

var hashesByName = map[string]stdcrypto.Hash{
	"md5": stdcrypto.MD5, "sha1": stdcrypto.SHA1, "sha224": stdcrypto.SHA224, "sha256": stdcrypto.SHA256,
	"sha384": stdcrypto.SHA384, "sha512": stdcrypto.SHA512,
}

func findSignature(oid asn1.ObjectIdentifier) *signatureAlgorithm {
	for i := range signatureAlgorithms {
		if signatureAlgorithms[i].oid.Equal(oid) {
			return &signatureAlgorithms[i]
		}
	}
	return nil
}

// SignatureName is OpenSSL's name of the algorithm that a certificate is signed with, and
// its number. The name is empty for one that is not known.
func (c *Certificate) SignatureName() (name, oid string) {
	oid = c.SignatureAlgorithm.Algorithm.String()
	if a := findSignature(c.SignatureAlgorithm.Algorithm); a != nil {
		name = a.name
	}
	return name, oid
}

// signatureBits is the strength of the hash that a certificate is signed with.
func (c *Certificate) signatureBits() int {
	a := findSignature(c.SignatureAlgorithm.Algorithm)
	if a == nil {
		return 0
	}
	if a.oid.Equal(oidRSAPSS) {
		p, err := parsePSS(c.SignatureAlgorithm.Parameters.FullBytes)
		if err != nil {
			return 0
		}
		for _, b := range signatureAlgorithms {
			if b.hash != 0 && b.hash == hashesByName[p.Hash] {
				return b.bits
			}
		}
	}
	return a.bits
}

// CheckSignature reports whether a certificate's signature was made with a key.
func (c *Certificate) CheckSignature(k *Key) bool {
	return checkSignature(k, c.SignatureAlgorithm, c.RawTBS, c.Signature)
}

func checkSignature(k *Key, id pkix.AlgorithmIdentifier, data, signature []byte) bool {
	a := findSignature(id.Algorithm)
	if a == nil || k == nil {
		return false
	}
	var sum []byte
	hash := a.hash
	pss := a.oid.Equal(oidRSAPSS)
	salt := 0
	if pss {
		p, err := parsePSS(id.Parameters.FullBytes)
		if err != nil || hashesByName[p.Hash] == 0 || p.Hash != p.MGF {
			return false
		}
		hash, salt = hashesByName[p.Hash], p.Salt
	}
	if hash != 0 {
		h := hash.New()
		h.Write(data)
		sum = h.Sum(nil)
	}
	switch p := k.Public.(type) {
	case *rsa.PublicKey:
		if pss {
			if salt == 0 {
				salt = rsa.PSSSaltLengthAuto
			}
			return rsa.VerifyPSS(p, hash, sum, signature, &rsa.PSSOptions{SaltLength: salt}) == nil
		}
		return hash != 0 && rsa.VerifyPKCS1v15(p, hash, sum, signature) == nil
	case *ecdsa.PublicKey:
		return hash != 0 && ecdsa.VerifyASN1(p, sum, signature)
	case *dsa.PublicKey:
		var s struct{ R, S *big.Int }
		if _, err := asn1.Unmarshal(signature, &s); err != nil || hash == 0 {
			return false
		}
		if size := (p.Q.BitLen() + 7) / 8; len(sum) > size {
			sum = sum[:size]
		}
		return dsa.Verify(p, sum, s.R, s.S)
	case ed25519.PublicKey:
		return a.oid.Equal(oidEd25519) && ed25519.Verify(p, data, signature)
	case ed448.PublicKey:
		return a.oid.Equal(oidEd448) && ed448.Verify(p, data, signature, "")
	}
	return false
}

// SecurityBits is the strength that OpenSSL gives a key, for its security levels.
func (k *Key) SecurityBits() int {
	switch p := k.Public.(type) {
	case *rsa.PublicKey:
		return modulusStrength(p.N.BitLen())
	case *dsa.PublicKey:
		return min(modulusStrength(p.P.BitLen()), p.Q.BitLen()/2)
	case *DHPublic:
		return modulusStrength(p.P.BitLen())
	case *ecdsa.PublicKey:
		return p.Params().N.BitLen() / 2
	case ed448.PublicKey, *X448Public:
		return 224
	}
	return 128
}

// modulusStrength is NIST SP 800-57's table, as OpenSSL has it.
func modulusStrength(bits int) int {
	switch {
	case bits >= 15360:
		return 256
	case bits >= 7680:
		return 192
	case bits >= 3072:
		return 128
	case bits >= 2048:
		return 112
	case bits >= 1024:
		return 80
	}
	return 0
}

// levelBits is the strength that each of OpenSSL's security levels asks for.
var levelBits = [...]int{0, 80, 112, 128, 192, 256}

// StrongEnough reports whether a strength suffices for a security level from 0 to 5.
func StrongEnough(bits, level int) bool {
	return bits >= levelBits[max(0, min(level, len(levelBits)-1))]
}
