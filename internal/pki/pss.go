package pki

import (
	"crypto/x509/pkix"
	"encoding/asn1"
)

// rsassaPSS is RFC 4055's RSASSA-PSS-params. What is missing means SHA-1, MGF1 with
// SHA-1 and a salt of 20 bytes.
type rsassaPSS struct {
	Hash    pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:0"`
	MGF     pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:1"`
	Salt    int                      `asn1:"optional,explicit,tag:2,default:20"`
	Trailer int                      `asn1:"optional,explicit,tag:3,default:1"`
}

var hashOIDs = []struct {
	name string
	oid  asn1.ObjectIdentifier
}{
	{"sha1", asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}},
	{"sha224", asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 4}},
	{"sha256", asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}},
	{"sha384", asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}},
	{"sha512", asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}},
	{"sha512-224", asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 5}},
	{"sha512-256", asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 6}},
	{"md5", asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 5}},
}

func hashByOID(oid asn1.ObjectIdentifier) string {
	for _, h := range hashOIDs {
		if h.oid.Equal(oid) {
			return h.name
		}
	}
	return ""
}

func hashOID(name string) asn1.ObjectIdentifier {
	for _, h := range hashOIDs {
		if h.name == name {
			return h.oid
		}
	}
	return nil
}

func parsePSS(der []byte) (*PSSParameters, error) {
	if len(der) == 0 {
		return &PSSParameters{}, nil
	}
	raw := rsassaPSS{}
	if _, err := asn1.Unmarshal(der, &raw); err != nil {
		return nil, err
	}
	p := &PSSParameters{true, "sha1", "sha1", raw.Salt}
	if raw.Hash.Algorithm != nil {
		p.Hash = hashByOID(raw.Hash.Algorithm)
	}
	if raw.MGF.Algorithm != nil {
		var inner pkix.AlgorithmIdentifier
		if _, err := asn1.Unmarshal(raw.MGF.Parameters.FullBytes, &inner); err != nil {
			return nil, err
		}
		p.MGF = hashByOID(inner.Algorithm)
	}
	return p, nil
}

// marshalPSS is the algorithm identifier of an RSA-PSS key.
func marshalPSS(p *PSSParameters) (pkix.AlgorithmIdentifier, error) {
	id := pkix.AlgorithmIdentifier{Algorithm: oidRSAPSS}
	if !p.Restricted {
		return id, nil
	}
	raw := rsassaPSS{Salt: p.Salt, Trailer: 1}
	if p.Hash != "sha1" {
		raw.Hash = pkix.AlgorithmIdentifier{Algorithm: hashOID(p.Hash), Parameters: asn1.NullRawValue}
	}
	if p.MGF != "sha1" {
		inner, err := asn1.Marshal(pkix.AlgorithmIdentifier{Algorithm: hashOID(p.MGF), Parameters: asn1.NullRawValue})
		if err != nil {
			return id, err
		}
		raw.MGF = pkix.AlgorithmIdentifier{Algorithm: oidMGF1, Parameters: asn1.RawValue{FullBytes: inner}}
	}
	der, err := asn1.Marshal(raw)
	id.Parameters = asn1.RawValue{FullBytes: der}
	return id, err
}
