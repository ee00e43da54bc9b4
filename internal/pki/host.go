package pki

import (
	"bytes"
	"net/netip"
	"strings"
)

// Options of CheckHost, with OpenSSL's numbers (X509_CHECK_FLAG_*).
const (
	AlwaysSubject         = 1
	NoWildcards           = 2
	NoPartialWildcards    = 4
	MultiLabelWildcards   = 8
	SingleLabelSubdomains = 16
	NeverSubject          = 32
)

var oidCommonName = "2.5.4.3"

const oidEmail = "1.2.840.113549.1.9.1"

// CheckHost is the name in a certificate that fits a host, as OpenSSL's X509_check_host
// finds it; "" when none does.
func (c *Certificate) CheckHost(host string, flags int) string {
	if host == "" || strings.Contains(host, "\x00") {
		return ""
	}
	return c.match(DNSName, oidCommonName, flags, func(pattern string) bool { return hostMatches(pattern, host, flags) })
}

// CheckEmail is the address in a certificate that is a given one: the part before the @
// letter for letter, the domain in any case.
func (c *Certificate) CheckEmail(address string, flags int) string {
	local, domain, ok := cutLast(address, '@')
	return c.match(EmailName, oidEmail, flags, func(pattern string) bool {
		l, d, is := cutLast(pattern, '@')
		return is && ok && l == local && strings.EqualFold(d, domain)
	})
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// CheckIP reports whether an address is among a certificate's names.
func (c *Certificate) CheckIP(ip netip.Addr) bool {
	names, _ := c.AltNames()
	for _, n := range names {
		if n.Kind == IPName && bytes.Equal(n.Bytes, ip.AsSlice()) {
			return true
		}
	}
	return false
}

// match looks through the alternative names of a kind, and through the subject where
// there are none of it or where it is asked for.
func (c *Certificate) match(kind int, attribute string, flags int, fits func(string) bool) string {
	names, _ := c.AltNames()
	any := false
	for _, n := range names {
		if n.Kind != kind {
			continue
		}
		any = true
		if fits(string(n.Bytes)) {
			return string(n.Bytes)
		}
	}
	if any && flags&AlwaysSubject == 0 || flags&NeverSubject != 0 {
		return ""
	}
	for _, set := range c.Subject {
		for _, a := range set {
			if a.OID.String() == attribute && fits(a.Value) {
				return a.Value
			}
		}
	}
	return ""
}

func hostMatches(pattern, host string, flags int) bool {
	if host[0] == '.' { // any name below a domain
		rest := len(pattern) - len(host)
		return rest > 0 && strings.EqualFold(pattern[rest:], host) &&
			(flags&SingleLabelSubdomains == 0 || !strings.Contains(pattern[:rest], "."))
	}
	if strings.EqualFold(pattern, host) {
		return true
	}
	if flags&NoWildcards != 0 {
		return false
	}
	star := validStar(pattern, flags)
	if star < 0 {
		return false
	}
	before, after := pattern[:star], pattern[star+1:]
	if len(host) < len(before)+len(after) || !strings.EqualFold(host[:len(before)], before) ||
		!strings.EqualFold(host[len(host)-len(after):], after) {
		return false
	}
	wild := host[len(before) : len(host)-len(after)]
	whole := before == "" && strings.HasPrefix(after, ".")
	if whole && wild == "" {
		return false
	}
	if !whole && len(host) >= 4 && strings.EqualFold(host[:4], "xn--") {
		return false // parts of internationalized labels mean nothing
	}
	if wild == "*" {
		return true
	}
	for _, r := range wild {
		ok := r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' ||
			r == '.' && whole && flags&MultiLabelWildcards != 0
		if !ok {
			return false
		}
	}
	return true
}

// validStar is where the star of a pattern stands: in the first label, the only one, with
// two labels after it; -1 when there is no such star.
func validStar(pattern string, flags int) int {
	star := strings.IndexByte(pattern, '*')
	if star < 0 || strings.Count(pattern, "*") > 1 {
		return -1
	}
	first, rest, _ := strings.Cut(pattern, ".")
	if star >= len(first) || strings.Count(rest, ".") < 1 {
		return -1
	}
	if first != "*" && (flags&NoPartialWildcards != 0 || strings.HasPrefix(strings.ToLower(first), "xn--") ||
		star != 0 && star != len(first)-1) {
		return -1
	}
	for label := range strings.SplitSeq(rest, ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' {
			return -1
		}
	}
	return star
}
