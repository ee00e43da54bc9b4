package tls

import (
	"crypto/tls"
	"strings"
)

// opensslCiphers are OpenSSL's names of crypto/tls's suites; those of TLS 1.3 are the standard's.
var opensslCiphers = map[uint16]string{
	tls.TLS_RSA_WITH_RC4_128_SHA:                      "RC4-SHA",
	tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA:                 "DES-CBC3-SHA",
	tls.TLS_RSA_WITH_AES_128_CBC_SHA:                  "AES128-SHA",
	tls.TLS_RSA_WITH_AES_256_CBC_SHA:                  "AES256-SHA",
	tls.TLS_RSA_WITH_AES_128_CBC_SHA256:               "AES128-SHA256",
	tls.TLS_RSA_WITH_AES_128_GCM_SHA256:               "AES128-GCM-SHA256",
	tls.TLS_RSA_WITH_AES_256_GCM_SHA384:               "AES256-GCM-SHA384",
	tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA:              "ECDHE-ECDSA-RC4-SHA",
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA:          "ECDHE-ECDSA-AES128-SHA",
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA:          "ECDHE-ECDSA-AES256-SHA",
	tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA:                "ECDHE-RSA-RC4-SHA",
	tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA:           "ECDHE-RSA-DES-CBC3-SHA",
	tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA:            "ECDHE-RSA-AES128-SHA",
	tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA:            "ECDHE-RSA-AES256-SHA",
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256:       "ECDHE-ECDSA-AES128-SHA256",
	tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256:         "ECDHE-RSA-AES128-SHA256",
	tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256:         "ECDHE-RSA-AES128-GCM-SHA256",
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256:       "ECDHE-ECDSA-AES128-GCM-SHA256",
	tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384:         "ECDHE-RSA-AES256-GCM-SHA384",
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384:       "ECDHE-ECDSA-AES256-GCM-SHA384",
	tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256:   "ECDHE-RSA-CHACHA20-POLY1305",
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-ECDSA-CHACHA20-POLY1305",
}

// cipherNames are OpenSSL's and the standard's name of a suite, and the version of
// the protocol that brought it.
func cipherNames(id uint16) (name, standard, version string) {
	standard = tls.CipherSuiteName(id)
	name, ok := opensslCiphers[id]
	switch {
	case !ok:
		return standard, standard, "TLSv1.3"
	case strings.HasSuffix(standard, "_SHA256") || strings.HasSuffix(standard, "_SHA384"):
		version = "TLSv1.2"
	case strings.HasPrefix(standard, "TLS_ECDHE_"):
		version = "TLSv1"
	default:
		version = "SSLv3"
	}
	return name, standard, version
}

var versionNames = map[uint16]string{
	tls.VersionTLS10: "TLSv1",
	tls.VersionTLS11: "TLSv1.1",
	tls.VersionTLS12: "TLSv1.2",
	tls.VersionTLS13: "TLSv1.3",
}

// keyGroup is what getEphemeralKeyInfo tells of a key exchange.
type keyGroup struct {
	name string
	bits int
}

var keyGroups = map[tls.CurveID]keyGroup{
	tls.CurveP256:          {"prime256v1", 256},
	tls.CurveP384:          {"secp384r1", 384},
	tls.CurveP521:          {"secp521r1", 521},
	tls.X25519:             {"X25519", 253},
	tls.X25519MLKEM768:     {"X25519MLKEM768", 0},
	tls.SecP256r1MLKEM768:  {"SecP256r1MLKEM768", 0},
	tls.SecP384r1MLKEM1024: {"SecP384r1MLKEM1024", 0},
}

// signatureNames are the names that OpenSSL has for signature schemes, of those that
// peers offer.
var signatureNames = map[tls.SignatureScheme]string{
	tls.PKCS1WithSHA256:        "RSA+SHA256",
	tls.PKCS1WithSHA384:        "RSA+SHA384",
	tls.PKCS1WithSHA512:        "RSA+SHA512",
	tls.PSSWithSHA256:          "RSA-PSS+SHA256",
	tls.PSSWithSHA384:          "RSA-PSS+SHA384",
	tls.PSSWithSHA512:          "RSA-PSS+SHA512",
	tls.ECDSAWithP256AndSHA256: "ECDSA+SHA256",
	tls.ECDSAWithP384AndSHA384: "ECDSA+SHA384",
	tls.ECDSAWithP521AndSHA512: "ECDSA+SHA512",
	tls.Ed25519:                "Ed25519+UNDEF",
	tls.PKCS1WithSHA1:          "RSA+SHA1",
	tls.ECDSAWithSHA1:          "ECDSA+SHA1",
	0x0808:                     "Ed448+UNDEF",
	0x0303:                     "ECDSA+SHA224",
	0x0301:                     "RSA+SHA224",
	0x0809:                     "RSA-PSS+SHA256",
	0x080a:                     "RSA-PSS+SHA384",
	0x080b:                     "RSA-PSS+SHA512",
}

// sharedSchemes are those of the peer's schemes that we can verify with.
func sharedSchemes(theirs []tls.SignatureScheme) []string {
	names := []string{}
	for _, scheme := range theirs {
		if name := signatureNames[scheme]; name != "" {
			names = append(names, name)
		}
	}
	return names
}
