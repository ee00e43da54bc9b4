package crypto

import (
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"hash"
	"strings"
)

// Private keys under a password: PKCS #8 with PBES2 (RFC 5958 and 8018).

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

var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}

	prfs = []struct {
		oid asn1.ObjectIdentifier
		new func() hash.Hash
	}{
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 7}, sha1.New},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 8}, sha256.New224},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}, sha256.New},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 10}, sha512.New384},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 11}, sha512.New},
	}

	pbesCiphers = []struct {
		oid  asn1.ObjectIdentifier
		name string
	}{
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 2}, "aes-128-cbc"},
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 22}, "aes-192-cbc"},
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}, "aes-256-cbc"},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 3, 7}, "des-ede3-cbc"},
	}

	errPBES = errors.New("the key's encryption is not supported, or the password is wrong")
)

const pbkdf2Rounds = 2048 // OpenSSL's

func isEncryptedPKCS8(der []byte) bool {
	var e encryptedKey
	_, err := asn1.Unmarshal(der, &e)
	return err == nil && e.Algorithm.Algorithm.Equal(oidPBES2)
}

func decryptPKCS8(der, password []byte) ([]byte, error) {
	var e encryptedKey
	var p pbes2Params
	var k pbkdf2Params
	var iv []byte
	if _, err := asn1.Unmarshal(der, &e); err != nil {
		return nil, err
	}
	if _, err := asn1.Unmarshal(e.Algorithm.Parameters.FullBytes, &p); err != nil {
		return nil, err
	}
	if !p.KDF.Algorithm.Equal(oidPBKDF2) {
		return nil, errPBES
	}
	if _, err := asn1.Unmarshal(p.KDF.Parameters.FullBytes, &k); err != nil {
		return nil, err
	}
	if _, err := asn1.Unmarshal(p.Cipher.Parameters.FullBytes, &iv); err != nil {
		return nil, err
	}
	prf := sha1.New // when it is not said
	for _, f := range prfs {
		if f.oid.Equal(k.PRF.Algorithm) {
			prf = f.new
		}
	}
	for _, c := range pbesCiphers {
		if !c.oid.Equal(p.Cipher.Algorithm) {
			continue
		}
		info := ciphers[c.name]
		secret, err := pbkdf2.Key(prf, string(password), k.Salt, k.Iterations, info.key)
		if err != nil || len(iv) != info.iv || len(e.Data)%info.block != 0 || len(e.Data) == 0 {
			return nil, errPBES
		}
		b, err := info.new(secret)
		if err != nil {
			return nil, err
		}
		body := &blockBody{mode: cipher.NewCBCDecrypter(b, iv).CryptBlocks, size: info.block, decrypt: true, padding: true}
		plain := body.update(e.Data)
		last, failure := body.final()
		if failure != 0 {
			return nil, errPBES
		}
		return append(plain, last...), nil
	}
	return nil, errPBES
}

func encryptPKCS8(der []byte, cipherName string, password []byte) ([]byte, error) {
	info := ciphers[strings.ToLower(cipherName)]
	for _, c := range pbesCiphers {
		if info == nil || ciphers[c.name] != info {
			continue
		}
		salt, iv := make([]byte, 16), make([]byte, info.iv)
		rand.Read(salt)
		rand.Read(iv)
		secret, err := pbkdf2.Key(sha256.New, string(password), salt, pbkdf2Rounds, info.key)
		if err != nil {
			return nil, err
		}
		b, err := info.new(secret)
		if err != nil {
			return nil, err
		}
		body := &blockBody{mode: cipher.NewCBCEncrypter(b, iv).CryptBlocks, size: info.block, padding: true}
		data := body.update(der)
		last, _ := body.final()
		kdf, err := asn1.Marshal(pbkdf2Params{salt, pbkdf2Rounds, 0, pkix.AlgorithmIdentifier{Algorithm: prfs[2].oid, Parameters: asn1.NullRawValue}})
		if err != nil {
			return nil, err
		}
		rawIV, err := asn1.Marshal(iv)
		if err != nil {
			return nil, err
		}
		params, err := asn1.Marshal(pbes2Params{
			pkix.AlgorithmIdentifier{Algorithm: oidPBKDF2, Parameters: asn1.RawValue{FullBytes: kdf}},
			pkix.AlgorithmIdentifier{Algorithm: c.oid, Parameters: asn1.RawValue{FullBytes: rawIV}},
		})
		if err != nil {
			return nil, err
		}
		return asn1.Marshal(encryptedKey{pkix.AlgorithmIdentifier{Algorithm: oidPBES2, Parameters: asn1.RawValue{FullBytes: params}}, append(data, last...)})
	}
	return nil, errPBES
}
