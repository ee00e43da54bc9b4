package tls

import (
	"github.com/sluice-http/sluice/internal/v8"
)

// configKey tells apart the crypto/tls configurations that connections derived from a context.
type configKey struct {
	server      bool
	clientAuth  bool
	requireCert bool
	protocols   string
}

// wraps is the connections' part of TLS.
type wraps struct{}

func (*wraps) init() {}

// wrapFunctions are the functions of internalBinding('tls') for connections.
func wrapFunctions(*TLS) map[string]v8.Func { return map[string]v8.Func{} }
