package tls

import (
	"crypto/tls"
	_ "unsafe" // for linkname
)

// crypto/tls has no setting for TLS 1.3's suites, only this list, which it keeps
// reachable for its users. The order is OpenSSL's, so that peers agree on the suite
// that Node's would.
//
//go:linkname suites13 crypto/tls.defaultCipherSuitesTLS13
var suites13 []uint16

func init() {
	suites13 = []uint16{tls.TLS_AES_256_GCM_SHA384, tls.TLS_CHACHA20_POLY1305_SHA256, tls.TLS_AES_128_GCM_SHA256}
}
