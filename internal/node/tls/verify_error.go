package tls

import (
	"crypto/x509"

	"github.com/sluice-http/sluice/internal/pki"
)

// VerifyPeer checks the chain that a peer sent, its own certificate first, against a
// context. Names are not looked at: tls.checkServerIdentity does that. It returns "" for
// a chain that holds, and otherwise Node's code, as DEPTH_ZERO_SELF_SIGNED_CERT, and
// OpenSSL's words for it. The peer of a server is a client. It may be called on any
// goroutine.
func VerifyPeer(s *SecureContext, chain []*x509.Certificate, server bool) (code, message string) {
	j := s.made.judge.Load()
	v := pki.Verification{Client: server, Lists: j.lists, PartialChain: j.partial, Level: j.level, Roots: j.trust.Store()}
	sent := make([]*pki.Certificate, 0, len(chain))
	for _, c := range chain {
		parsed, err := pki.ParseCertificate(c.Raw)
		if err != nil {
			return "UNSPECIFIED", verifyMessages["UNSPECIFIED"]
		}
		sent = append(sent, parsed)
	}
	if code = v.Verify(sent); code == "" {
		return "", ""
	}
	message = verifyMessages[code]
	switch code {
	case "UNABLE_TO_GET_ISSUER_CERT", "DEPTH_ZERO_SELF_SIGNED_CERT", "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
		if !j.system {
			message += "; if the root CA is installed locally, try running Node.js with --use-system-ca"
		}
	case "EE_KEY_TOO_SMALL", "CA_KEY_TOO_SMALL", "CA_MD_TOO_WEAK", "UNHANDLED_CRITICAL_EXTENSION", "INVALID_EXTENSION",
		"KEYUSAGE_NO_CRL_SIGN", "PERMITTED_VIOLATION", "EXCLUDED_VIOLATION", "UNSUPPORTED_CONSTRAINT_SYNTAX":
		code = "UNSPECIFIED" // Node has no names for these codes of OpenSSL's
	}
	return code, message
}

// completeChain is the chain of a peer as JavaScript is shown it: what the peer sent, in
// order, completed from what the context trusts.
func completeChain(s *SecureContext, chain [][]byte) []any {
	var sent []*pki.Certificate
	for _, der := range chain {
		if parsed, err := pki.ParseCertificate(der); err == nil {
			sent = append(sent, parsed)
		}
	}
	if len(sent) == 0 {
		return []any{}
	}
	full, _ := s.made.judge.Load().trust.Store().Chain(sent[0], sent[1:], now())
	out := make([]any, len(full))
	for i, c := range full {
		out[i] = c.Raw
	}
	return out
}

// verifyMessages are OpenSSL's words for what is wrong with a chain (X509_verify_cert_error_string).
var verifyMessages = map[string]string{
	"UNSPECIFIED":                        "unspecified certificate verification error",
	"UNABLE_TO_GET_ISSUER_CERT":          "unable to get issuer certificate",
	"UNABLE_TO_GET_CRL":                  "unable to get certificate CRL",
	"UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY": "unable to decode issuer public key",
	"CERT_SIGNATURE_FAILURE":             "certificate signature failure",
	"CRL_SIGNATURE_FAILURE":              "CRL signature failure",
	"CERT_NOT_YET_VALID":                 "certificate is not yet valid",
	"CERT_HAS_EXPIRED":                   "certificate has expired",
	"CRL_NOT_YET_VALID":                  "CRL is not yet valid",
	"CRL_HAS_EXPIRED":                    "CRL has expired",
	"DEPTH_ZERO_SELF_SIGNED_CERT":        "self-signed certificate",
	"SELF_SIGNED_CERT_IN_CHAIN":          "self-signed certificate in certificate chain",
	"UNABLE_TO_GET_ISSUER_CERT_LOCALLY":  "unable to get local issuer certificate",
	"UNABLE_TO_VERIFY_LEAF_SIGNATURE":    "unable to verify the first certificate",
	"CERT_CHAIN_TOO_LONG":                "certificate chain too long",
	"CERT_REVOKED":                       "certificate revoked",
	"INVALID_CA":                         "invalid CA certificate",
	"PATH_LENGTH_EXCEEDED":               "path length constraint exceeded",
	"INVALID_PURPOSE":                    "unsuitable certificate purpose",
	"CERT_UNTRUSTED":                     "certificate not trusted",
	"CERT_REJECTED":                      "certificate rejected",
	"HOSTNAME_MISMATCH":                  "hostname mismatch",
	"KEYUSAGE_NO_CRL_SIGN":               "key usage does not include CRL signing",
	"UNHANDLED_CRITICAL_EXTENSION":       "unhandled critical extension",
	"INVALID_EXTENSION":                  "invalid or inconsistent certificate extension",
	"PERMITTED_VIOLATION":                "permitted subtree violation",
	"EXCLUDED_VIOLATION":                 "excluded subtree violation",
	"UNSUPPORTED_CONSTRAINT_SYNTAX":      "unsupported or invalid name constraint syntax",
	"EE_KEY_TOO_SMALL":                   "EE certificate key too weak",
	"CA_KEY_TOO_SMALL":                   "CA certificate key too weak",
	"CA_MD_TOO_WEAK":                     "CA signature digest algorithm too weak",
}
