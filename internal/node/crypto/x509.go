package crypto

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/netip"
	"strings"
	"time"

	"github.com/sluice-http/sluice/internal/pki"
	"github.com/sluice-http/sluice/internal/v8"
)

// certificates are those that JavaScript knows by a number.
type certificates struct {
	live map[int]*pki.Certificate
	next int
}

func (r *certificates) add(c *pki.Certificate) int {
	r.next++
	r.live[r.next] = c
	return r.next
}

func timeText(t time.Time) string { return t.UTC().Format("Jan _2 15:04:05 2006 GMT") }

func fingerprint(sum []byte) string {
	return strings.TrimSuffix(strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":"), ":")
}

// bigHex is a number as OpenSSL writes it: in whole bytes.
func bigHex(n *big.Int) string {
	if n.Sign() == 0 {
		return "00" // as BN_bn2hex
	}
	s := strings.ToUpper(new(big.Int).Abs(n).Text(16))
	if len(s)%2 == 1 {
		s = "0" + s
	}
	if n.Sign() < 0 {
		s = "-" + s
	}
	return s
}

func orUndefined(text string, ok bool) any {
	if !ok {
		return nil
	}
	return text
}

// properties of a certificate that are read one by one.
var certificateProperties = map[string]func(c *pki.Certificate) any{
	"subject":        func(c *pki.Certificate) any { return nameText(c.Subject) },
	"issuer":         func(c *pki.Certificate) any { return nameText(c.Issuer) },
	"subjectAltName": func(c *pki.Certificate) any { return orUndefined(c.AltNameText()) },
	"infoAccess":     func(c *pki.Certificate) any { return orUndefined(c.InfoAccess()) },
	"validFrom":      func(c *pki.Certificate) any { return timeText(c.NotBefore) },
	"validTo":        func(c *pki.Certificate) any { return timeText(c.NotAfter) },
	"validFromDate":  func(c *pki.Certificate) any { return float64(c.NotBefore.UnixMilli()) },
	"validToDate":    func(c *pki.Certificate) any { return float64(c.NotAfter.UnixMilli()) },
	"fingerprint":    func(c *pki.Certificate) any { s := sha1.Sum(c.Raw); return fingerprint(s[:]) },
	"fingerprint256": func(c *pki.Certificate) any { s := sha256.Sum256(c.Raw); return fingerprint(s[:]) },
	"fingerprint512": func(c *pki.Certificate) any { s := sha512.Sum512(c.Raw); return fingerprint(s[:]) },
	"keyUsage": func(c *pki.Certificate) any {
		if u := c.ExtendedUsage(); u != nil {
			return u
		}
		return nil
	},
	"serialNumber": func(c *pki.Certificate) any { return bigHex(c.Serial) },
	"signatureAlgorithm": func(c *pki.Certificate) any {
		name, _ := c.SignatureName()
		return orUndefined(name, name != "")
	},
	"signatureAlgorithmOid": func(c *pki.Certificate) any { _, oid := c.SignatureName(); return oid },
	"raw":                   func(c *pki.Certificate) any { return c.Raw },
	"ca":                    func(c *pki.Certificate) any { return c.SaysCA() },
	"pem": func(c *pki.Certificate) any {
		return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	},
}

func nameText(n pki.Name) any {
	if len(n) == 0 {
		return nil
	}
	return n.Lines()
}

// nameList is a name as [attribute, value, attribute, value, ...].
func nameList(n pki.Name) []any {
	var out []any
	for _, set := range n {
		for _, a := range set {
			out = append(out, a.Key(), a.Value)
		}
	}
	return out
}

// legacy are the numbers of a certificate's key as old objects show them:
// [modulus, exponent, key, bits, OpenSSL's curve, NIST's curve].
func legacyKey(c *pki.Certificate) []any {
	k, err := c.PublicKey()
	if err != nil {
		return []any{nil, nil, nil, nil, nil, nil}
	}
	switch p := k.Public.(type) {
	case *rsa.PublicKey:
		der, _ := pki.ExportPublic(&pki.Key{Public: p}, "der", "spki")
		return []any{strings.TrimPrefix(bigHex(p.N), "0x"), fmt.Sprintf("0x%x", p.E), der, p.N.BitLen(), nil, nil}
	case *ecdsa.PublicKey:
		curve := pki.CurveOf(p.Curve)
		var nist any
		if n := curve.NIST(); n != "" {
			nist = n
		}
		return []any{nil, nil, curve.Encode(p, 4), p.Params().BitSize, curve.Name, nist}
	}
	return []any{nil, nil, nil, nil, nil, nil}
}

func x509Functions(ring *keyRing) map[string]v8.Func {
	all := &certificates{live: map[int]*pki.Certificate{}}
	of := func(c *v8.Call, i int) *pki.Certificate { return all.live[c.Int(i)] }
	return map[string]v8.Func{
		// x509Parse(bytes) is a number, or OpenSSL's reason why there is none. DER or PEM.
		"x509Parse": func(c *v8.Call) {
			data := bytes.Clone(c.Bytes(0))
			if cert, err := pki.ParseCertificate(data); err == nil {
				c.Return(all.add(cert))
				return
			}
			list, err := pki.ParseCertificates(data)
			if len(list) == 0 {
				c.Return(err.Error())
				return
			}
			c.Return(all.add(list[0]))
		},
		"x509Free": func(c *v8.Call) { delete(all.live, c.Int(0)) },
		// x509Get(number, property)
		"x509Get":       func(c *v8.Call) { c.Return(certificateProperties[c.String(1)](of(c, 0))) },
		"x509Names":     func(c *v8.Call) { c.Return([]any{nameList(of(c, 0).Subject), nameList(of(c, 0).Issuer)}) },
		"x509LegacyKey": func(c *v8.Call) { c.Return(legacyKey(of(c, 0))) },
		"x509Key": func(c *v8.Call) {
			k, err := of(c, 0).PublicKey()
			if err != nil {
				c.Return(int(pki.Unsupported))
				return
			}
			c.Return(ring.describe(k))
		},
		"x509CheckHost": func(c *v8.Call) {
			if name := of(c, 0).CheckHost(c.String(1), c.Int(2)); name != "" {
				c.Return(name)
			}
		},
		"x509CheckEmail": func(c *v8.Call) {
			if name := of(c, 0).CheckEmail(c.String(1), c.Int(2)); name != "" {
				c.Return(name)
			}
		},
		// x509CheckIP(number, address) is null for what is no address.
		"x509CheckIP": func(c *v8.Call) {
			ip, err := netip.ParseAddr(c.String(1))
			if err != nil {
				c.Return(v8.Null)
				return
			}
			c.Return(of(c, 0).CheckIP(ip))
		},
		"x509CheckIssued": func(c *v8.Call) { c.Return(of(c, 0).IssuedBy(of(c, 1))) },
		"x509CheckPrivate": func(c *v8.Call) {
			k, err := of(c, 0).PublicKey()
			c.Return(err == nil && pki.SamePublic(k.Public, ring.live[c.Int(1)].Public))
		},
		"spkacVerify": func(c *v8.Call) { s := pki.ParseSPKAC(c.Bytes(0)); c.Return(s != nil && s.Valid) },
		"spkacKey": func(c *v8.Call) {
			if s := pki.ParseSPKAC(c.Bytes(0)); s != nil {
				out, _ := pki.ExportPublic(s.Key, "pem", "spki")
				c.Return(out)
			}
		},
		"spkacChallenge": func(c *v8.Call) {
			if s := pki.ParseSPKAC(c.Bytes(0)); s != nil {
				c.Return(s.Challenge)
			}
		},
		"x509Verify": func(c *v8.Call) { c.Return(of(c, 0).CheckSignature(ring.live[c.Int(1)])) },
	}
}
