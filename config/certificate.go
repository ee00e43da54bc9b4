package config

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
)

// FileError is what is wrong with one of the two files of a certificate.
type FileError struct {
	Key  string // the key of the configuration that names the file: "cert" or "key"
	Err  error
	Hint string // what to do; may be empty
}

// Error implements error.
func (e *FileError) Error() string { return e.Err.Error() }

// Unwrap gives the reason.
func (e *FileError) Unwrap() error { return e.Err }

// Load reads the two files. What is wrong with them is a *FileError. Files that end in
// the middle are wrong, because they may be about to be written.
func (c Certificate) Load() (*tls.Certificate, error) {
	fail := func(key, hint, format string, args ...any) (*tls.Certificate, error) {
		return nil, &FileError{key, fmt.Errorf(format, args...), hint}
	}
	certText, err := os.ReadFile(string(c.Cert))
	if err != nil {
		return nil, &FileError{Key: "cert", Err: err}
	}
	keyText, err := os.ReadFile(string(c.Key))
	if err != nil {
		return nil, &FileError{Key: "key", Err: err}
	}
	chain, err := certificates(string(c.Cert), certText)
	if err != nil {
		hint := ""
		if bytes.Contains(certText, []byte("PRIVATE KEY-----")) {
			hint = "this is a private key: the two files may be exchanged"
		}
		return nil, &FileError{"cert", err, hint}
	}
	key, err := privateKey(string(c.Key), keyText)
	if err != nil {
		var f *FileError
		if errors.As(err, &f) {
			return nil, f
		}
		return nil, &FileError{Key: "key", Err: err}
	}
	if !belongs(key, chain[0]) {
		for i, other := range chain[1:] {
			if belongs(key, other) {
				return fail("cert", "put it first: the server's own certificate, then the one that issued it, and so on",
					"the key in %s belongs to certificate %d of %s", c.Key, i+2, c.Cert)
			}
		}
		return fail("key", "", "the key in %s does not belong to the certificate in %s (%s)", c.Key, c.Cert, nameOf(chain[0]))
	}
	pair := &tls.Certificate{PrivateKey: key, Leaf: chain[0]}
	for _, link := range chain {
		pair.Certificate = append(pair.Certificate, link.Raw)
	}
	return pair, nil
}

// belongs reports whether a certificate is one for the key.
func belongs(key crypto.Signer, c *x509.Certificate) bool {
	public, ok := key.Public().(interface{ Equal(x crypto.PublicKey) bool })
	return ok && public.Equal(c.PublicKey)
}

func nameOf(c *x509.Certificate) string {
	if len(c.DNSNames) > 0 {
		return strings.Join(c.DNSNames, ", ")
	}
	return c.Subject.String()
}

// certificates reads the certificates of a file, at least one.
func certificates(file string, text []byte) (all []*x509.Certificate, err error) {
	blocks, err := pemBlocks(file, text)
	if err != nil {
		return nil, err
	}
	for _, b := range blocks {
		if b.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(b.Bytes)
		if err != nil {
			return nil, fmt.Errorf("certificate %d of %s cannot be read: %s", len(all)+1, file, strings.TrimPrefix(err.Error(), "x509: "))
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("there is no certificate in %s: expected PEM, which begins with -----BEGIN CERTIFICATE-----", file)
	}
	return all, nil
}

// pemBlocks takes a PEM file apart. Text between the blocks is nobody's business.
func pemBlocks(file string, text []byte) (blocks []*pem.Block, err error) {
	for {
		b, rest := pem.Decode(text)
		if b == nil {
			break
		}
		blocks = append(blocks, b)
		text = rest
	}
	if bytes.Contains(text, []byte("-----BEGIN ")) {
		return nil, fmt.Errorf("%s ends in the middle of a block, or has one that is not PEM", file)
	}
	return blocks, nil
}

// privateKey reads the private key of a file.
func privateKey(file string, text []byte) (crypto.Signer, error) {
	blocks, err := pemBlocks(file, text)
	if err != nil {
		return nil, err
	}
	for _, b := range blocks {
		if !strings.HasSuffix(b.Type, "PRIVATE KEY") {
			continue
		}
		if b.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(b.Headers["Proc-Type"], "ENCRYPTED") {
			return nil, &FileError{"key", fmt.Errorf("the key in %s is encrypted", file), "openssl pkey -in " + file + " -out plain.pem takes the passphrase away"}
		}
		var key any
		switch b.Type {
		case "RSA PRIVATE KEY":
			key, err = x509.ParsePKCS1PrivateKey(b.Bytes)
		case "EC PRIVATE KEY":
			key, err = x509.ParseECPrivateKey(b.Bytes)
		default:
			key, err = x509.ParsePKCS8PrivateKey(b.Bytes)
		}
		if err != nil {
			return nil, fmt.Errorf("the key in %s cannot be read: %s", file, strings.TrimPrefix(err.Error(), "x509: "))
		}
		signer, ok := key.(crypto.Signer)
		if !ok {
			return nil, fmt.Errorf("the key in %s is of a kind that TLS does not use", file)
		}
		return signer, nil
	}
	hint := ""
	if len(blocks) > 0 && blocks[0].Type == "CERTIFICATE" {
		hint = "this is a certificate: the two files may be exchanged"
	}
	return nil, &FileError{"key", fmt.Errorf("there is no private key in %s: expected PEM, which begins with -----BEGIN PRIVATE KEY-----", file), hint}
}

// LoadAuthorities reads the certificates of a PEM file as authorities.
func LoadAuthorities(file Path) (*x509.CertPool, error) {
	text, err := os.ReadFile(string(file))
	if err != nil {
		return nil, err
	}
	all, err := certificates(string(file), text)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	for _, c := range all {
		pool.AddCert(c)
	}
	return pool, nil
}
