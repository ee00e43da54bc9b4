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
		"toASCII":        toASCII,
		"toASCIILenient": toASCIILenient,
		"toUnicode":      toUnicode,
	}
}}

// toASCII(domain): null when the domain is none.
func toASCII(c *v8.Call) {
	if s, err := whatwg.ToASCII(c.String(0)); err == nil {
		c.Return(s)
	} else {
		c.Return(v8.Null)
	}
}

// toASCIILenient(domain) is what url.parse() does: errors in labels are passed over.
func toASCIILenient(c *v8.Call) {
	s, _ := whatwg.ToASCII(c.String(0))
	c.Return(s)
}

// toUnicode(domain): labels that are no Punycode stay as they are.
func toUnicode(c *v8.Call) {
	labels := strings.Split(c.String(0), ".")
	for i, label := range labels {
		if !strings.HasPrefix(label, "xn--") {
			continue
		}
		if s, err := whatwg.ToUnicode(label); err == nil {
			labels[i] = s
		}
	}
	c.Return(strings.Join(labels, "."))
}
