// Package url holds the native half of internationalized domain names: the tables of
// Unicode are Go's.
package url

import (
	"strings"

	"golang.org/x/net/idna"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// The profile of the WHATWG URL standard: UTS 46, not transitional, labels checked for
// joiners and direction, lengths and hyphens not.
var whatwg = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.StrictDomainName(false),
	idna.CheckHyphens(false),
	idna.CheckJoiners(true),
	idna.BidiRule(),
	idna.VerifyDNSLength(false),
)

// Module is internalBinding('idna').
var Module = node.Module{Name: "idna", New: func(*node.Env) map[string]v8.Func {
	return map[string]v8.Func{
		"toASCII":   toASCII,
		"toUnicode": toUnicode,
	}
}}

// prepare maps what Go's tables, older than Unicode 15.1, map otherwise: the capital
// sharp s is the small one, not two letters.
func prepare(domain string) string { return strings.ReplaceAll(domain, "ẞ", "ß") }

// toASCII(domain): null when the domain is none.
func toASCII(c *v8.Call) {
	if s, err := whatwg.ToASCII(prepare(c.String(0))); err == nil {
		c.Return(s)
	} else {
		c.Return(v8.Null)
	}
}

// toUnicode(domain): labels that are no Punycode stay as they are.
func toUnicode(c *v8.Call) {
	labels := strings.Split(c.String(0), ".")
	for i, label := range labels {
		if !strings.HasPrefix(label, "xn--") {
			continue
		}
		if s, err := whatwg.ToUnicode(label); err == nil && s != "" {
			labels[i] = s
		}
	}
	c.Return(strings.Join(labels, "."))
}
