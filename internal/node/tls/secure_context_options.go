package tls

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"slices"
	"strings"
	"time"

	"github.com/sluice-http/sluice/internal/pki"
	"github.com/sluice-http/sluice/internal/v8"
)

func fillRandom(b []byte) { rand.Read(b) }

func now() time.Time { return time.Now() }

func isKoblitz(k *pki.Key) bool {
	p, ok := k.Public.(*ecdsa.PublicKey)
	return ok && pki.CurveOf(p.Curve).Name == "secp256k1"
}

// setCiphers takes the list for versions up to 1.2.
func (s *SecureContext) setCiphers(list string) *v8.Error {
	set, ok := parseCipherList(list)
	if !ok {
		return sslError(280, "invalid command")
	}
	if list != "" && !set.any {
		return sslError(185, "no cipher match")
	}
	m := &s.made
	m.ciphers = set
	if set.level >= 0 {
		m.level = set.level
	}
	s.apply()
	// Ciphers that are known and not there would fail every handshake, and nobody would
	// be told why.
	if list != "" && len(set.suites) == 0 && s.MaxVersion < tls.VersionTLS13 {
		return &v8.Error{
			Code:    "ERR_SSL_NO_CIPHERS_AVAILABLE",
			Message: "None of the ciphers '" + list + "' is supported (ephemeral Diffie-Hellman without elliptic curves, PSK, CCM and SRP are not)",
		}
	}
	return nil
}

// setSuites takes the list for version 1.3. crypto/tls offers all suites that it has; a
// list can only be checked.
func (s *SecureContext) setSuites(list string) *v8.Error {
	known, there := cipherSuites13(list)
	if known == 0 {
		return sslError(185, "no cipher match")
	}
	if there == 0 && strings.Contains(list, "CCM") {
		return &v8.Error{
			Code:    "ERR_SSL_NO_CIPHERS_AVAILABLE",
			Message: "None of the ciphers '" + list + "' is supported (CCM is not)",
		}
	}
	return nil
}

// groups are OpenSSL's names of groups for key exchange, in lower case; 0 for those that
// crypto/tls does not have.
var groups = map[string]tls.CurveID{
	"p-256": tls.CurveP256, "prime256v1": tls.CurveP256, "secp256r1": tls.CurveP256,
	"p-384": tls.CurveP384, "secp384r1": tls.CurveP384, "p-521": tls.CurveP521, "secp521r1": tls.CurveP521,
	"x25519": tls.X25519, "x25519mlkem768": tls.X25519MLKEM768,
	"secp256r1mlkem768": tls.SecP256r1MLKEM768, "secp384r1mlkem1024": tls.SecP384r1MLKEM1024,
	"x448": 0, "secp256k1": 0, "p-224": 0, "secp224r1": 0, "p-192": 0, "prime192v1": 0,
	"brainpoolp256r1": 0, "brainpoolp384r1": 0, "brainpoolp512r1": 0,
	"brainpoolp256r1tls13": 0, "brainpoolp384r1tls13": 0, "brainpoolp512r1tls13": 0,
	"ffdhe2048": 0, "ffdhe3072": 0, "ffdhe4096": 0, "ffdhe6144": 0, "ffdhe8192": 0,
	"mlkem512": 0, "mlkem768": 0, "mlkem1024": 0,
}

// setCurves takes a list of groups, apart by colons; ? before a name makes an unknown one
// no error.
func (s *SecureContext) setCurves(list string) *v8.Error {
	if list == "auto" || list == "" {
		s.Curves = nil
		s.Changed()
		return nil
	}
	failed := operationFailed("Failed to set ECDH curve")
	var curves []tls.CurveID
	for name := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ':' || r == '/' }) {
		name, optional := strings.CutPrefix(strings.TrimPrefix(name, "*"), "?")
		name = strings.TrimPrefix(name, "*")
		id, known := groups[strings.ToLower(name)]
		if !known && !optional {
			return failed
		}
		if id != 0 && !slices.Contains(curves, id) {
			curves = append(curves, id)
		}
	}
	if curves == nil {
		return &v8.Error{
			Code:    "ERR_CRYPTO_OPERATION_FAILED",
			Message: "Failed to set ECDH curve: none of '" + list + "' is supported",
		}
	}
	s.Curves = curves
	s.Changed()
	return nil
}

// signatureSchemes are the names of RFC 8446 and OpenSSL's pairs.
var signatureSchemes = map[string][]tls.SignatureScheme{
	"rsa_pkcs1_sha1": {tls.PKCS1WithSHA1}, "rsa_pkcs1_sha256": {tls.PKCS1WithSHA256},
	"rsa_pkcs1_sha384": {tls.PKCS1WithSHA384}, "rsa_pkcs1_sha512": {tls.PKCS1WithSHA512},
	"rsa_pss_rsae_sha256": {tls.PSSWithSHA256}, "rsa_pss_rsae_sha384": {tls.PSSWithSHA384},
	"rsa_pss_rsae_sha512": {tls.PSSWithSHA512}, "rsa_pss_pss_sha256": {}, "rsa_pss_pss_sha384": {}, "rsa_pss_pss_sha512": {},
	"ecdsa_secp256r1_sha256": {tls.ECDSAWithP256AndSHA256}, "ecdsa_secp384r1_sha384": {tls.ECDSAWithP384AndSHA384},
	"ecdsa_secp521r1_sha512": {tls.ECDSAWithP521AndSHA512}, "ecdsa_sha1": {tls.ECDSAWithSHA1}, "ed25519": {tls.Ed25519}, "ed448": {},
	"rsa+sha1": {tls.PKCS1WithSHA1}, "rsa+sha224": {}, "rsa+sha256": {tls.PKCS1WithSHA256}, "rsa+sha384": {tls.PKCS1WithSHA384},
	"rsa+sha512": {tls.PKCS1WithSHA512}, "rsa-pss+sha256": {tls.PSSWithSHA256}, "rsa-pss+sha384": {tls.PSSWithSHA384},
	"rsa-pss+sha512": {tls.PSSWithSHA512}, "pss+sha256": {tls.PSSWithSHA256}, "pss+sha384": {tls.PSSWithSHA384},
	"pss+sha512": {tls.PSSWithSHA512}, "ecdsa+sha1": {tls.ECDSAWithSHA1}, "ecdsa+sha224": {}, "ecdsa+sha256": {tls.ECDSAWithP256AndSHA256},
	"ecdsa+sha384": {tls.ECDSAWithP384AndSHA384}, "ecdsa+sha512": {tls.ECDSAWithP521AndSHA512},
	"dsa+sha1": {}, "dsa+sha224": {}, "dsa+sha256": {}, "dsa+sha384": {}, "dsa+sha512": {},
}

// setSigalgs takes the list of algorithms to sign with. What the peer signs with,
// crypto/tls decides.
func (s *SecureContext) setSigalgs(list string) *v8.Error {
	var schemes []tls.SignatureScheme
	for name := range strings.SplitSeq(list, ":") {
		some, known := signatureSchemes[strings.ToLower(name)]
		if !known {
			return &v8.Error{Message: "error:00000000:lib(0)::reason(0)"}
		}
		schemes = append(schemes, some...)
	}
	s.made.sigalgs = schemes
	s.apply()
	return nil
}

// checkDHParameters reads the option dhparam. The exchange that they are for is not
// there; what is wrong with them is told all the same.
func checkDHParameters(text []byte) *v8.Error {
	p := pki.ParseDHParameters(text)
	if p == nil {
		return nil // as Node, which forgets the option then
	}
	switch bits := p.P.BitLen(); {
	case bits < 1024:
		return &v8.Error{Class: v8.TypeErrorClass, Code: "ERR_INVALID_ARG_VALUE", Message: "DH parameter is less than 1024 bits"}
	case bits < 2048:
		return operationFailed("Error setting temp DH parameter")
	}
	return nil
}

func (s *SecureContext) loadPFX(data, passphrase []byte) *v8.Error {
	p, err := pki.ParsePFX(data, passphrase)
	switch err {
	case nil:
	case pki.ErrPFXLegacy:
		return &v8.Error{Code: "ERR_CRYPTO_UNSUPPORTED_OPERATION", Message: "Unsupported PKCS12 PFX data"}
	case pki.ErrPFXPassphrase:
		return &v8.Error{Message: "mac verify failure"}
	default:
		return &v8.Error{Message: "not enough data"}
	}
	if p.Key == nil {
		return operationFailed("Unable to load private key from PFX data")
	}
	if p.Certificate == nil {
		return operationFailed("Unable to load PFX certificate")
	}
	if e := s.setChain(p.Certificate, p.Others); e != nil {
		return e
	}
	if e := s.useKey(p.Key); e != nil {
		return e
	}
	if len(p.Others) > 0 {
		s.made.named = append(slices.Clip(s.made.named), p.Others...)
		s.apply()
	}
	return nil
}
