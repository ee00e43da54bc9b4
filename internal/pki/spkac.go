package pki

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
)

// SPKAC is a signed public key and challenge, as browsers' element keygen made them.
type SPKAC struct {
	Key       *Key
	Challenge []byte
	Valid     bool // the signature is the key's
}

type rawSPKAC struct {
	Content   rawSPKACContent
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

type rawSPKACContent struct {
	Raw       asn1.RawContent
	Key       asn1.RawValue
	Challenge asn1.RawValue
}

// ParseSPKAC reads one in base64; nil when it is none.
func ParseSPKAC(text []byte) *SPKAC {
	text = bytes.TrimSpace(text)
	der := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(der, text)
	if err != nil {
		return nil
	}
	var raw rawSPKAC
	if _, err := asn1.Unmarshal(der[:n], &raw); err != nil {
		return nil
	}
	k, err := parseSPKI(raw.Content.Key.FullBytes)
	if err != nil {
		return nil
	}
	return &SPKAC{k, raw.Content.Challenge.Bytes, checkSignature(k, raw.Algorithm, raw.Content.Raw, raw.Signature.RightAlign())}
}
