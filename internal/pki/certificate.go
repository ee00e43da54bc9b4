package pki

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"
)

// Certificate is an X.509 certificate, read as leniently as OpenSSL reads it: what is odd
// in an extension is found out when the extension is asked for.
type Certificate struct {
	Raw, RawTBS                        []byte
	RawSubject, RawIssuer              []byte
	RawSubjectPublicKeyInfo, Signature []byte
	Version                            int
	Serial                             *big.Int
	SignatureAlgorithm                 pkix.AlgorithmIdentifier
	NotBefore, NotAfter                time.Time
	Subject, Issuer                    Name
	Extensions                         []pkix.Extension

	key      *Key
	keyError error
	uses     uses
}

// uses are the extensions that say what a certificate may do.
type uses struct {
	basic, ca    bool
	pathLength   int // -1: any
	usage        int // bits of keyUsage, the first is 1; -1 when there is no such extension
	extended     []asn1.ObjectIdentifier
	subjectKey   []byte
	authorityKey []byte
	authority    authorityKeyID
	critical     bool // one that is not known here
	invalid      bool // an extension that cannot be read
}

type rawCertificate struct {
	Raw       asn1.RawContent
	TBS       rawTBS
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

type rawTBS struct {
	Raw        asn1.RawContent
	Version    int `asn1:"optional,explicit,default:0,tag:0"`
	Serial     *big.Int
	Algorithm  pkix.AlgorithmIdentifier
	Issuer     asn1.RawValue
	Validity   struct{ NotBefore, NotAfter time.Time }
	Subject    asn1.RawValue
	PublicKey  asn1.RawValue
	IssuerID   asn1.BitString   `asn1:"optional,tag:1"`
	SubjectID  asn1.BitString   `asn1:"optional,tag:2"`
	Extensions []pkix.Extension `asn1:"omitempty,optional,explicit,tag:3"`
}

type authorityKeyID struct {
	KeyID  []byte        `asn1:"optional,tag:0"`
	Issuer asn1.RawValue `asn1:"optional,tag:1"`
	Serial *big.Int      `asn1:"optional,tag:2"`
}

// Extensions that are looked at.
var (
	oidSubjectKeyID   = asn1.ObjectIdentifier{2, 5, 29, 14}
	oidKeyUsage       = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidSubjectAlt     = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidBasic          = asn1.ObjectIdentifier{2, 5, 29, 19}
	oidNameLimits     = asn1.ObjectIdentifier{2, 5, 29, 30}
	oidCRLPoints      = asn1.ObjectIdentifier{2, 5, 29, 31}
	oidPolicies       = asn1.ObjectIdentifier{2, 5, 29, 32}
	oidPolicyMappings = asn1.ObjectIdentifier{2, 5, 29, 33}
	oidAuthorityKeyID = asn1.ObjectIdentifier{2, 5, 29, 35}
	oidPolicyLimits   = asn1.ObjectIdentifier{2, 5, 29, 36}
	oidExtendedUsage  = asn1.ObjectIdentifier{2, 5, 29, 37}
	oidInhibitAny     = asn1.ObjectIdentifier{2, 5, 29, 54}
	oidInfoAccess     = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 1}
)

// ParseCertificate reads one certificate in DER.
func ParseCertificate(der []byte) (*Certificate, error) {
	var raw rawCertificate
	rest, err := asn1.Unmarshal(der, &raw)
	if err != nil {
		return nil, err
	}
	if len(rest) != 0 {
		der = der[:len(der)-len(rest)]
	}
	c := &Certificate{
		Raw: bytes.Clone(der), RawTBS: raw.TBS.Raw, RawSubject: raw.TBS.Subject.FullBytes, RawIssuer: raw.TBS.Issuer.FullBytes,
		RawSubjectPublicKeyInfo: raw.TBS.PublicKey.FullBytes, Signature: raw.Signature.RightAlign(), Version: raw.TBS.Version + 1,
		Serial: raw.TBS.Serial, SignatureAlgorithm: raw.Algorithm, NotBefore: raw.TBS.Validity.NotBefore,
		NotAfter: raw.TBS.Validity.NotAfter, Extensions: raw.TBS.Extensions,
	}
	if c.Subject, err = parseName(c.RawSubject); err != nil {
		return nil, err
	}
	if c.Issuer, err = parseName(c.RawIssuer); err != nil {
		return nil, err
	}
	c.readUses()
	return c, nil
}

// PublicKey is the key of the certificate's owner.
func (c *Certificate) PublicKey() (*Key, error) {
	if c.key == nil && c.keyError == nil {
		c.key, c.keyError = parseSPKI(c.RawSubjectPublicKeyInfo)
	}
	return c.key, c.keyError
}

// extension is the content of one; nil when it is not there.
func (c *Certificate) extension(id asn1.ObjectIdentifier) []byte {
	for _, e := range c.Extensions {
		if e.Id.Equal(id) {
			return e.Value
		}
	}
	return nil
}

func (c *Certificate) readUses() {
	u := &c.uses
	u.pathLength, u.usage = -1, -1
	for _, e := range c.Extensions {
		var err error
		switch id := e.Id; {
		case id.Equal(oidBasic):
			b := struct {
				CA   bool `asn1:"optional"`
				Path int  `asn1:"optional,default:-1"`
			}{}
			_, err = asn1.Unmarshal(e.Value, &b)
			u.basic, u.ca, u.pathLength = true, b.CA, b.Path
		case id.Equal(oidKeyUsage):
			var b asn1.BitString
			_, err = asn1.Unmarshal(e.Value, &b)
			u.usage = 0
			for i := range 9 {
				u.usage |= b.At(i) << i
			}
		case id.Equal(oidExtendedUsage):
			_, err = asn1.Unmarshal(e.Value, &u.extended)
		case id.Equal(oidSubjectKeyID):
			_, err = asn1.Unmarshal(e.Value, &u.subjectKey)
		case id.Equal(oidAuthorityKeyID):
			_, err = asn1.Unmarshal(e.Value, &u.authority)
			u.authorityKey = u.authority.KeyID
		case id.Equal(oidSubjectAlt), id.Equal(oidNameLimits), id.Equal(oidCRLPoints), id.Equal(oidPolicies),
			id.Equal(oidPolicyMappings), id.Equal(oidPolicyLimits), id.Equal(oidInhibitAny), id.Equal(oidInfoAccess):
		default:
			u.critical = u.critical || e.Critical
		}
		u.invalid = u.invalid || err != nil
	}
}

// ExtendedUsage are the purposes that a certificate names, as numbers with dots.
func (c *Certificate) ExtendedUsage() []string {
	var out []string
	for _, id := range c.uses.extended {
		out = append(out, id.String())
	}
	return out
}

// IsCA reports whether a certificate may issue others, as OpenSSL's X509_check_ca sees it.
func (c *Certificate) IsCA() bool {
	u := &c.uses
	if u.usage >= 0 && u.usage&usageCertSign == 0 {
		return false
	}
	if u.basic {
		return u.ca
	}
	// Without that extension: a root of version 1, or one that may sign certificates.
	return c.Version == 1 && c.SelfIssued() || u.usage >= 0
}

// SelfIssued reports whether issuer and subject are the same.
func (c *Certificate) SelfIssued() bool {
	return bytes.Equal(c.RawSubject, c.RawIssuer) || c.Subject.equal(c.Issuer)
}

// selfSigned is as OpenSSL's EXFLAG_SS: by the names and key identifiers, not by the signature.
func (c *Certificate) selfSigned() bool { return c.SelfIssued() && c.matchesAuthority(c) }

// matchesAuthority reports whether what a certificate says of its issuer's key fits.
func (c *Certificate) matchesAuthority(issuer *Certificate) bool {
	a := &c.uses.authority
	if a.KeyID != nil && issuer.uses.subjectKey != nil && !bytes.Equal(a.KeyID, issuer.uses.subjectKey) {
		return false
	}
	if a.Serial != nil && a.Serial.Cmp(issuer.Serial) != 0 {
		return false
	}
	if len(a.Issuer.Bytes) == 0 {
		return true
	}
	// The name of who issued the issuer.
	for rest := a.Issuer.Bytes; len(rest) > 0; {
		var v asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &v); err != nil {
			return true
		}
		if v.Class == asn1.ClassContextSpecific && v.Tag == 4 {
			n, err := parseName(v.Bytes)
			return err != nil || n.equal(issuer.Issuer)
		}
	}
	return true
}

// IssuedBy is OpenSSL's X509_check_issued: by names, key identifiers and the issuer's
// right to sign certificates.
func (c *Certificate) IssuedBy(issuer *Certificate) bool {
	if !bytes.Equal(c.RawIssuer, issuer.RawSubject) && !c.Issuer.equal(issuer.Subject) || !c.matchesAuthority(issuer) {
		return false
	}
	return issuer.uses.usage < 0 || issuer.uses.usage&usageCertSign != 0
}

// Bits of the extension keyUsage.
const (
	usageDigitalSignature = 1 << 0
	usageKeyEncipherment  = 1 << 2
	usageKeyAgreement     = 1 << 4
	usageCertSign         = 1 << 5
	usageCRLSign          = 1 << 6
)

// SaysCA reports whether a certificate's extensions say that it may issue others.
func (c *Certificate) SaysCA() bool { return c.uses.basic && c.IsCA() }
