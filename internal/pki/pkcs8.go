package pki

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"hash"
	"math/big"
	"strings"
	"unicode/utf16"

	"golang.org/x/crypto/scrypt"
)

// Private keys under a password: PKCS #8 with PBES2 (RFC 5958 and 8018), and with
// triple DES as PKCS #12 has it (RFC 7292, appendix B).

type encryptedKey struct {
	Algorithm pkix.AlgorithmIdentifier
	Data      []byte
}

type pbes2Params struct {
	KDF, Cipher pkix.AlgorithmIdentifier
}

type pbkdf2Params struct {
	Salt       []byte
	Iterations int
	KeyLength  int                      `asn1:"optional"`
	PRF        pkix.AlgorithmIdentifier `asn1:"optional"`
}

type scryptParams struct {
	Salt      []byte
	N, R, P   int
	KeyLength int `asn1:"optional"`
}

type pbeParams struct {
	Salt       []byte
	Iterations int
}

var (
	oidPBES2      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	oidScrypt     = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11591, 4, 11}
	oidPBETriple  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1, 3}
	oidHMACSHA256 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}

	prfs = []struct {
		oid asn1.ObjectIdentifier
		new func() hash.Hash
	}{
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 7}, sha1.New},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 8}, sha256.New224},
		{oidHMACSHA256, sha256.New},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 10}, sha512.New384},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 11}, sha512.New},
	}

	errPBES       = errors.New("the key's encryption is not supported")
	errPassphrase = errors.New("wrong passphrase")
)

// pbesCipher is a block cipher in CBC mode that keys are encrypted with.
type pbesCipher struct {
	oid   asn1.ObjectIdentifier
	names []string
	key   int
	new   func(key []byte) (cipher.Block, error)
	ecb   bool // without an initial value, each block by itself
}

var pbesCiphers = []pbesCipher{
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 2}, []string{"aes-128-cbc", "aes128"}, 16, aes.NewCipher, false},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 22}, []string{"aes-192-cbc", "aes192"}, 24, aes.NewCipher, false},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}, []string{"aes-256-cbc", "aes256"}, 32, aes.NewCipher, false},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 3, 7}, []string{"des-ede3-cbc", "des3"}, 24, des.NewTripleDESCipher, false},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 1}, []string{"aes-128-ecb"}, 16, aes.NewCipher, true},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 21}, []string{"aes-192-ecb"}, 24, aes.NewCipher, true},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 41}, []string{"aes-256-ecb"}, 32, aes.NewCipher, true},
}

const pbkdf2Rounds = 2048 // OpenSSL's

func isEncryptedPKCS8(der []byte) bool {
	var e encryptedKey
	_, err := asn1.Unmarshal(der, &e)
	return err == nil
}

func decryptPKCS8(der, passphrase []byte) ([]byte, error) {
	var e encryptedKey
	if _, err := asn1.Unmarshal(der, &e); err != nil {
		return nil, err
	}
	params := e.Algorithm.Parameters.FullBytes
	if e.Algorithm.Algorithm.Equal(oidPBETriple) {
		return decryptPBE(params, passphrase, e.Data)
	}
	if !e.Algorithm.Algorithm.Equal(oidPBES2) {
		return nil, errPBES
	}
	var p pbes2Params
	var iv []byte
	if _, err := asn1.Unmarshal(params, &p); err != nil {
		return nil, err
	}
	for _, c := range pbesCiphers {
		if !c.oid.Equal(p.Cipher.Algorithm) {
			continue
		}
		secret, err := deriveKey(p.KDF, passphrase, c.key)
		if err != nil {
			return nil, err
		}
		b, err := c.new(secret)
		if err != nil {
			return nil, err
		}
		if c.ecb {
			return unpad(eachBlock(b.Decrypt, b.BlockSize(), e.Data), b.BlockSize())
		}
		if _, err := asn1.Unmarshal(p.Cipher.Parameters.FullBytes, &iv); err != nil {
			return nil, err
		}
		return decryptCBC(b, iv, e.Data)
	}
	return nil, errPBES
}

// eachBlock runs a cipher over whole blocks, one by one.
func eachBlock(crypt func(dst, src []byte), size int, data []byte) []byte {
	out := make([]byte, len(data)/size*size)
	for i := 0; i < len(out); i += size {
		crypt(out[i:i+size], data[i:i+size])
	}
	return out
}

func deriveKey(kdf pkix.AlgorithmIdentifier, passphrase []byte, size int) ([]byte, error) {
	if kdf.Algorithm.Equal(oidScrypt) {
		var s scryptParams
		if _, err := asn1.Unmarshal(kdf.Parameters.FullBytes, &s); err != nil {
			return nil, err
		}
		if s.N > 1<<20 || s.R > 64 || s.P > 64 {
			return nil, errPBES
		}
		return scrypt.Key(passphrase, s.Salt, s.N, s.R, s.P, size)
	}
	if !kdf.Algorithm.Equal(oidPBKDF2) {
		return nil, errPBES
	}
	var k pbkdf2Params
	if _, err := asn1.Unmarshal(kdf.Parameters.FullBytes, &k); err != nil {
		return nil, err
	}
	prf := sha1.New // when it is not said
	for _, f := range prfs {
		if f.oid.Equal(k.PRF.Algorithm) {
			prf = f.new
		}
	}
	return pbkdf2.Key(prf, string(passphrase), k.Salt, k.Iterations, size)
}

// decryptCBC decrypts and takes the padding off (RFC 8018, 6.1.1).
func decryptCBC(b cipher.Block, iv, data []byte) ([]byte, error) {
	size := b.BlockSize()
	if len(iv) != size || len(data) == 0 || len(data)%size != 0 {
		return nil, errPBES
	}
	out := make([]byte, len(data))
	cipher.NewCBCDecrypter(b, iv).CryptBlocks(out, data)
	return unpad(out, size)
}

// unpad takes the padding off.
func unpad(out []byte, size int) ([]byte, error) {
	if len(out) == 0 {
		return nil, errPBES
	}
	n := int(out[len(out)-1])
	if n == 0 || n > size {
		return nil, errPassphrase
	}
	for _, p := range out[len(out)-n:] {
		if int(p) != n {
			return nil, errPassphrase
		}
	}
	return out[:len(out)-n], nil
}

func encryptPKCS8(der []byte, cipherName string, passphrase []byte) ([]byte, error) {
	c, ok := findPBES(cipherName)
	if !ok {
		return nil, errPBES
	}
	salt := make([]byte, 16)
	rand.Read(salt)
	secret, err := pbkdf2.Key(sha256.New, string(passphrase), salt, pbkdf2Rounds, c.key)
	if err != nil {
		return nil, err
	}
	b, err := c.new(secret)
	if err != nil {
		return nil, err
	}
	iv := make([]byte, b.BlockSize())
	rand.Read(iv)
	n := b.BlockSize() - len(der)%b.BlockSize()
	data := append([]byte(nil), der...)
	for range n {
		data = append(data, byte(n))
	}
	parameters := marshalled(iv)
	if c.ecb {
		data, parameters = eachBlock(b.Encrypt, b.BlockSize(), data), asn1.RawValue{}
	} else {
		cipher.NewCBCEncrypter(b, iv).CryptBlocks(data, data)
	}
	prf := pkix.AlgorithmIdentifier{Algorithm: oidHMACSHA256, Parameters: asn1.NullRawValue}
	params := pbes2Params{
		pkix.AlgorithmIdentifier{Algorithm: oidPBKDF2, Parameters: marshalled(pbkdf2Params{salt, pbkdf2Rounds, 0, prf})},
		pkix.AlgorithmIdentifier{Algorithm: c.oid, Parameters: parameters},
	}
	return asn1.Marshal(encryptedKey{pkix.AlgorithmIdentifier{Algorithm: oidPBES2, Parameters: marshalled(params)}, data})
}

func findPBES(name string) (pbesCipher, bool) {
	for _, c := range pbesCiphers {
		for _, n := range c.names {
			if strings.EqualFold(n, name) {
				return c, true
			}
		}
	}
	return pbesCipher{}, false
}

func decryptPBE(params, passphrase, data []byte) ([]byte, error) {
	var p pbeParams
	if _, err := asn1.Unmarshal(params, &p); err != nil {
		return nil, err
	}
	text := bmpString(passphrase)
	b, err := des.NewTripleDESCipher(pkcs12Key(text, p.Salt, p.Iterations, 1, 24))
	if err != nil {
		return nil, err
	}
	return decryptCBC(b, pkcs12Key(text, p.Salt, p.Iterations, 2, 8), data)
}

// bmpString is a text in two bytes per character, with a zero at the end.
func bmpString(text []byte) []byte {
	var out []byte
	for _, c := range utf16.Encode([]rune(string(text))) {
		out = append(out, byte(c>>8), byte(c))
	}
	return append(out, 0, 0)
}

// pkcs12Key derives bytes from a password (RFC 7292, B.2) with SHA-1; id is 1 for a key, 2
// for an initial value.
func pkcs12Key(password, salt []byte, rounds int, id byte, size int) []byte {
	const block = 64
	fill := func(p []byte) []byte {
		if len(p) == 0 {
			return nil
		}
		out := make([]byte, (len(p)+block-1)/block*block)
		for i := range out {
			out[i] = p[i%len(p)]
		}
		return out
	}
	d := make([]byte, block)
	for i := range d {
		d[i] = id
	}
	in := append(fill(salt), fill(password)...)
	var out []byte
	one := big.NewInt(1)
	for len(out) < size {
		sum := sha1.Sum(append(append([]byte(nil), d...), in...))
		for range rounds - 1 {
			sum = sha1.Sum(sum[:])
		}
		out = append(out, sum[:]...)
		b := new(big.Int).SetBytes(fill(sum[:])[:block])
		b.Add(b, one)
		for i := 0; i < len(in); i += block {
			n := new(big.Int).SetBytes(in[i : i+block])
			sum := n.Add(n, b).Bytes()
			if len(sum) > block {
				sum = sum[len(sum)-block:]
			}
			copy(in[i:], make([]byte, block))
			copy(in[i+block-len(sum):], sum)
		}
	}
	return out[:size]
}
