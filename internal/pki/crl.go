package pki

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"
)

// RevocationList is a list of certificates that are not valid any more (RFC 5280, 5), of
// either version.
type RevocationList struct {
	Issuer                 Name
	ThisUpdate, NextUpdate time.Time // NextUpdate may be zero

	revoked           map[string]bool // by number
	signed, signature []byte
	algorithm         pkix.AlgorithmIdentifier
}

type rawList struct {
	TBS       rawListBody
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

type rawListBody struct {
	Raw        asn1.RawContent
	Version    int `asn1:"optional,default:0"`
	Algorithm  pkix.AlgorithmIdentifier
	Issuer     asn1.RawValue
	ThisUpdate time.Time
	NextUpdate time.Time        `asn1:"optional"`
	Revoked    []revokedEntry   `asn1:"optional"`
	Extensions []pkix.Extension `asn1:"tag:0,optional,explicit"`
}

type revokedEntry struct {
	Serial     *big.Int
	Time       time.Time
	Extensions []pkix.Extension `asn1:"optional"`
}

// ParseRevocationList reads the first revocation list of a text.
func ParseRevocationList(text []byte) (*RevocationList, error) {
	der, _, err := nextPEM(text, "X509 CRL")
	if err != nil {
		return nil, err
	}
	var raw rawList
	if _, err := asn1.Unmarshal(der, &raw); err != nil {
		return nil, err
	}
	l := &RevocationList{
		ThisUpdate: raw.TBS.ThisUpdate, NextUpdate: raw.TBS.NextUpdate, revoked: map[string]bool{},
		signed: raw.TBS.Raw, signature: raw.Signature.RightAlign(), algorithm: raw.Algorithm,
	}
	if l.Issuer, err = parseName(raw.TBS.Issuer.FullBytes); err != nil {
		return nil, err
	}
	for _, e := range raw.TBS.Revoked {
		l.revoked[e.Serial.String()] = true
	}
	return l, nil
}
