package tls

import "github.com/sluice-http/sluice/internal/v8"

// contextFunctions are the functions of internalBinding('tls') for contexts.
func contextFunctions(t *TLS) map[string]v8.Func {
	return map[string]v8.Func{
		// freeContext(handle): JavaScript has no more use for it.
		"freeContext": func(c *v8.Call) { t.FreeContext(c.Int(0)) },
	}
}
