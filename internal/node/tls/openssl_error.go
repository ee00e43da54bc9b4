package tls

import (
	"strings"

	"github.com/sluice-http/sluice/internal/v8"
)

// Libraries of OpenSSL, with their numbers in error codes.
const (
	libASN1     = 0x06800000
	libCrypto   = 0x07800000
	libPEM      = 0x04800000
	libX509     = 0x05800000
	libSSL      = 0x0a000000
	libDSO      = 0x12800000
	libProvider = 0x1c800000
	libDecoder  = 0x1e000000
)

var libraryNames = map[int]struct{ name, code string }{
	libASN1:     {"asn1 encoding routines", "OSSL_ASN1"},
	libCrypto:   {"common libcrypto routines", "OSSL_CRYPTO"},
	libPEM:      {"PEM routines", "OSSL_PEM"},
	libX509:     {"x509 certificate routines", "OSSL_X509"},
	libSSL:      {"SSL routines", "SSL"},
	libDSO:      {"DSO support routines", "OSSL_DSO"},
	libProvider: {"Provider routines", "OSSL"},
	libDecoder:  {"DECODER routines", "OSSL"},
}

const hexDigits = "0123456789ABCDEF"

func hex8(n int) string {
	b := make([]byte, 8)
	for i := range b {
		b[i] = hexDigits[n>>(28-4*i)&15]
	}
	return string(b)
}

// opensslError is an error as Node makes it of OpenSSL's queue: library and reason as
// properties, the code of both, and what led to it in opensslErrorStack.
func opensslError(library, reason int, text string, stack ...string) *v8.Error {
	lib := libraryNames[library]
	e := &v8.Error{Message: "error:" + hex8(library|reason) + ":" + lib.name + "::" + text}
	if len(stack) > 0 {
		e.Props = append(e.Props, v8.Property{Key: "opensslErrorStack", Value: stack})
	}
	e.Props = append(e.Props,
		v8.Property{Key: "library", Value: lib.name}, v8.Property{Key: "reason", Value: text},
		v8.Property{Key: "code", Value: "ERR_" + lib.code + "_" + strings.ToUpper(strings.ReplaceAll(text, " ", "_"))})
	return e
}

func sslError(reason int, text string) *v8.Error { return opensslError(libSSL, reason, text) }

// operationFailed is what Node says where OpenSSL says nothing.
func operationFailed(message string) *v8.Error {
	return &v8.Error{Code: "ERR_CRYPTO_OPERATION_FAILED", Message: message}
}
