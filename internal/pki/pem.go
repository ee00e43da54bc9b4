package pki

import (
	"bytes"
	"encoding/base64"
	"errors"
)

// What OpenSSL says of PEM texts that it cannot read.
var (
	ErrNoStartLine = errors.New("no start line")
	ErrBadBase64   = errors.New("bad base64 decode")
	ErrBadEndLine  = errors.New("bad end line")
	ErrASN1        = errors.New("asn1")
)

// nextPEM takes the next block of one of the kinds off a text, as OpenSSL reads it:
// other blocks are skipped, and what is not a block at all.
func nextPEM(text []byte, kinds ...string) (der, rest []byte, err error) {
	for {
		kind, body, after, err := scanPEM(text)
		if err != nil {
			return nil, nil, err
		}
		text = after
		for _, k := range kinds {
			if kind != k {
				continue
			}
			der, err := decodePEM(body)
			return der, after, err
		}
	}
}

const pemBegin, pemEnd, pemDashes = "-----BEGIN ", "-----END ", "-----"

func scanPEM(text []byte) (kind string, body, rest []byte, err error) {
	var line []byte
	for {
		if len(text) == 0 {
			return "", nil, nil, ErrNoStartLine
		}
		line, text, _ = bytes.Cut(text, []byte("\n"))
		line = bytes.TrimRight(line, " \t\r")
		if bytes.HasPrefix(line, []byte(pemBegin)) && bytes.HasSuffix(line, []byte(pemDashes)) && len(line) > len(pemBegin)+len(pemDashes) {
			break
		}
	}
	kind = string(line[len(pemBegin) : len(line)-len(pemDashes)])
	start := text
	for n := 0; ; {
		if len(text) == 0 {
			return "", nil, nil, ErrBadEndLine
		}
		line, text, _ = bytes.Cut(text, []byte("\n"))
		if trimmed := bytes.TrimRight(line, " \t\r"); bytes.HasPrefix(trimmed, []byte(pemEnd)) {
			if string(trimmed) != pemEnd+kind+pemDashes {
				return "", nil, nil, ErrBadEndLine
			}
			return kind, start[:n], text, nil
		}
		n += len(line) + 1
	}
}

func decodePEM(body []byte) ([]byte, error) {
	packed := bytes.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == ' ' || r == '\t' {
			return -1
		}
		return r
	}, body)
	der := make([]byte, base64.StdEncoding.DecodedLen(len(packed)))
	n, err := base64.StdEncoding.Decode(der, packed)
	if err != nil {
		return nil, ErrBadBase64
	}
	return der[:n], nil
}

// ParseCertificates reads the certificates of a text, first to last. Without any, the
// error is OpenSSL's reason; an error after the first stops it and is given with those
// before.
func ParseCertificates(text []byte) ([]*Certificate, error) {
	var out []*Certificate
	for {
		der, rest, err := nextPEM(text, "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE")
		if err != nil {
			if errors.Is(err, ErrNoStartLine) && out != nil {
				return out, nil
			}
			return out, err
		}
		c, err := ParseCertificate(der)
		if err != nil {
			return out, ErrASN1
		}
		out = append(out, c)
		text = rest
	}
}
