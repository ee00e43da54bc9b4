package tls

import "crypto/x509"

// VerifyPeer checks the chain that a peer sent, its own certificate first, against a
// context. Names are not looked at: tls.checkServerIdentity does that. It returns "" for
// a chain that holds, and otherwise Node's code, as DEPTH_ZERO_SELF_SIGNED_CERT, and
// OpenSSL's words for it. The peer of a server is a client.
func VerifyPeer(_ *SecureContext, _ []*x509.Certificate, _ bool) (code, message string) {
	return "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unable to verify the first certificate"
}
