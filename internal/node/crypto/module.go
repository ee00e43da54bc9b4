// Package crypto is the native half of Node's module crypto, on Go's cryptography.
// Hashes, keys and ciphers are numbers to JavaScript; what is wrong with arguments is
// found there, so that errors have Node's classes and words.
package crypto

import (
	"crypto/subtle"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// Module is internalBinding('crypto').
var Module = node.Module{Name: "crypto", New: func(env *node.Env) map[string]v8.Func {
	functions := map[string]v8.Func{
		"timingSafeEqual": func(c *v8.Call) { c.Return(subtle.ConstantTimeCompare(c.Bytes(0), c.Bytes(1)) == 1) },
	}
	for _, group := range []map[string]v8.Func{
		hashFunctions(env), kdfFunctions(env), cipherFunctions(env), keyFunctions(env), primeFunctions(env),
	} {
		for name, f := range group {
			functions[name] = f
		}
	}
	return functions
}}
