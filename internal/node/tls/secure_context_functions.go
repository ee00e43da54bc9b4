package tls

import (
	"errors"
	"slices"

	"github.com/sluice-http/sluice/internal/pki"
	"github.com/sluice-http/sluice/internal/v8"
)

// contextFunctions are the functions of internalBinding('tls') for contexts.
func contextFunctions(t *TLS) map[string]v8.Func {
	d := defaultsOf(t.env)
	// with finds the context of argument 0, and throws what is wrong.
	with := func(do func(c *v8.Call, s *SecureContext) *v8.Error) v8.Func {
		return func(c *v8.Call) {
			s := t.Context(c.Int(0))
			if s == nil {
				return
			}
			if err := do(c, s); err != nil {
				c.Throw(err)
			}
		}
	}
	set := func(do func(c *v8.Call, s *SecureContext)) v8.Func {
		return with(func(c *v8.Call, s *SecureContext) *v8.Error { do(c, s); return nil })
	}
	functions := map[string]v8.Func{
		// newContext(minimum, maximum) is a handle; 0 is no bound.
		"newContext": func(c *v8.Call) {
			c.Return(t.AddContext(newContext(d, uint16(c.Int(0)), uint16(c.Int(1)))))
		},
		// freeContext(handle): JavaScript has no more use for it.
		"freeContext": func(c *v8.Call) { t.FreeContext(c.Int(0)) },
		"contextBounds": set(func(c *v8.Call, s *SecureContext) {
			s.made.min, s.made.max = uint16(c.Int(1)), uint16(c.Int(2))
			s.apply()
		}),
		"contextOptions": set(func(c *v8.Call, s *SecureContext) { s.made.options |= c.Int64(1); s.apply() }),
		"contextCert":    with(func(c *v8.Call, s *SecureContext) *v8.Error { return s.setCertificates(c.Bytes(1)) }),
		"contextKey":     with(func(c *v8.Call, s *SecureContext) *v8.Error { return s.setKey(c.Bytes(1), optional(c, 2)) }),
		"contextCA":      set(func(c *v8.Call, s *SecureContext) { s.addAuthorities(c.Bytes(1)) }),
		"contextRoots":   set(func(_ *v8.Call, s *SecureContext) { s.made.base = d.current; s.apply() }),
		"contextCRL": with(func(c *v8.Call, s *SecureContext) *v8.Error {
			list, err := pki.ParseRevocationList(c.Bytes(1))
			if err != nil {
				return operationFailed("Failed to parse CRL")
			}
			s.Revoked = append(slices.Clip(s.Revoked), list)
			s.apply()
			return nil
		}),
		"contextCiphers": with(func(c *v8.Call, s *SecureContext) *v8.Error { return s.setCiphers(c.String(1)) }),
		"contextSuites":  with(func(c *v8.Call, s *SecureContext) *v8.Error { return s.setSuites(c.String(1)) }),
		"contextSigalgs": with(func(c *v8.Call, s *SecureContext) *v8.Error { return s.setSigalgs(c.String(1)) }),
		"contextCurves":  with(func(c *v8.Call, s *SecureContext) *v8.Error { return s.setCurves(c.String(1)) }),
		"contextDH":      with(func(c *v8.Call, _ *SecureContext) *v8.Error { return checkDHParameters(c.Bytes(1)) }),
		"contextPFX": with(func(c *v8.Call, s *SecureContext) *v8.Error {
			return s.loadPFX(slices.Clone(c.Bytes(1)), optional(c, 2))
		}),
		"contextPartial": set(func(_ *v8.Call, s *SecureContext) { s.AllowPartialTrustChain = true; s.apply() }),
		"contextSessions": with(func(c *v8.Call, s *SecureContext) *v8.Error {
			id := c.String(1)
			if len(id) > 32 {
				return &v8.Error{Class: v8.TypeErrorClass, Message: "error:0A000111:SSL routines::ssl session id context too long"}
			}
			s.SessionIDContext = id
			s.Changed()
			return nil
		}),
		"contextTimeout":    set(func(c *v8.Call, s *SecureContext) { s.SessionTimeout = c.Int(1); s.Changed() }),
		"contextTicketKeys": set(func(c *v8.Call, s *SecureContext) { copy(s.TicketKeys[:], c.Bytes(1)); s.Changed() }),
		"getTicketKeys":     set(func(c *v8.Call, s *SecureContext) { c.Return(slices.Clone(s.TicketKeys[:])) }),
		// contextOwn(handle) and contextIssuer(handle) are the certificate set last and who issued it, in DER.
		"contextOwn": set(func(c *v8.Call, s *SecureContext) {
			if i := s.made.current; i != nil && i.certificate != nil {
				c.Return(i.certificate.Raw)
			}
		}),
		"contextIssuer": set(func(c *v8.Call, s *SecureContext) {
			if s.made.issuer != nil {
				c.Return(s.made.issuer.Raw)
			}
		}),
		"contextChain": set(func(c *v8.Call, s *SecureContext) { c.Return(completeChain(s, c.ByteSlices(1))) }),
		"ciphers":      func(c *v8.Call) { c.Return(listCiphers()) },
	}
	for name, f := range rootFunctions(d) {
		functions[name] = f
	}
	return functions
}

// optional is a copy of the bytes of an argument; nil when it is not given.
func optional(c *v8.Call, i int) []byte {
	if c.IsNullish(i) {
		return nil
	}
	return append([]byte{}, c.Bytes(i)...)
}

func rootFunctions(d *defaults) map[string]v8.Func {
	return map[string]v8.Func{
		// rootsConfigure(bundled, system, extra file)
		"rootsConfigure": func(c *v8.Call) { d.configure(c.Bool(0), c.Bool(1), c.String(2)) },
		"bundledRoots":   func(c *v8.Call) { c.Return(texts(bundled(), "")) },
		"systemRoots":    func(c *v8.Call) { c.Return(texts(system(), "\n")) },
		"defaultRoots":   func(c *v8.Call) { c.Return(d.currentTexts()) },
		// extraRoots() are the certificates of NODE_EXTRA_CA_CERTS; a string says why there are none.
		"extraRoots": func(c *v8.Call) {
			all, err := d.extra()
			if err != nil && len(all) == 0 {
				c.Return(err.Error())
				return
			}
			c.Return(texts(all, "\n"))
		},
		// setDefaultRoots(texts) trusts these certificates from now on.
		"setDefaultRoots": func(c *v8.Call) {
			var all []*pki.Certificate
			for _, text := range c.ByteSlices(0) {
				some, err := pki.ParseCertificates(text)
				if errors.Is(err, pki.ErrASN1) {
					c.Throw(opensslError(libPEM, 0x8000d, "ASN1 lib"))
					return
				}
				all = append(all, some...)
			}
			if len(all) == 0 && len(c.ByteSlices(0)) > 0 {
				c.Throw(operationFailed("No valid certificates found in the provided array"))
				return
			}
			d.replaced = true
			store := pki.NewStore(all)
			d.current = trusting(store.All())
		},
	}
}
