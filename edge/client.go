package edge

import (
	"net/netip"
	"strings"
)

// ClientAddress is the address of the client that a request came from. The peer of the
// connection says it, unless it is a trusted proxy: then it is the last address in
// Forwarded (RFC 7239), or without one in X-Forwarded-For, that is not a trusted proxy
// itself. What stands before that address anybody may have written. A field that is
// malformed at the place that counts is not believed: the answer is the last address
// that a trusted proxy vouched for.
//
// forwarded and xForwardedFor are the values of all such fields, in their order.
func ClientAddress(peer netip.Addr, forwarded, xForwardedFor []string, trusted func(netip.Addr) bool) netip.Addr {
	return whence(peer, forwarded, xForwardedFor, trusted).client
}

// hop is what proxies say of where a request came from.
type hop struct {
	client netip.Addr
	proto  string // in the element of Forwarded that speaks of the client
	behind int    // how many elements stand behind that one
}

// whence looks for the client: see ClientAddress.
func whence(peer netip.Addr, forwarded, xForwardedFor []string, trusted func(netip.Addr) bool) (h hop) {
	h.client = peer.Unmap().WithZone("")
	h.behind = -1
	if !trusted(h.client) {
		return h
	}
	hops := xForwardedFor
	if len(forwarded) > 0 {
		hops = forwarded
	}
	for i := len(hops) - 1; i >= 0; i-- {
		parts := splitList(hops[i], ',')
		for j := len(parts) - 1; j >= 0; j-- {
			node := parts[j]
			if len(forwarded) > 0 {
				node, h.proto = forwardedPair(parts[j], "for"), forwardedPair(parts[j], "proto")
			}
			h.behind++
			next, ok := parseNode(node)
			if !ok {
				return h
			}
			h.client = next
			if !trusted(next) {
				return h
			}
		}
	}
	return h
}

// saysHTTPS says whether the client came by https: as Forwarded has it, or without that
// X-Forwarded-Proto, which has one value, or one for each proxy on the way.
func (h hop) saysHTTPS(protos []string) bool {
	proto := h.proto
	if proto == "" && len(protos) > 0 {
		var all []string
		for _, field := range protos {
			all = append(all, splitList(field, ',')...)
		}
		proto = all[max(0, len(all)-1-max(0, h.behind))]
	}
	return strings.EqualFold(proto, "https")
}

// splitList splits at a separator outside of quoted strings.
func splitList(s string, separator byte) (parts []string) {
	from, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == separator && !quoted:
			parts = append(parts, strings.Trim(s[from:i], " \t"))
			from = i + 1
		}
	}
	return append(parts, strings.Trim(s[from:], " \t"))
}

// forwardedPair is the value of a parameter in one element of Forwarded.
func forwardedPair(element, parameter string) string {
	for _, pair := range splitList(element, ';') {
		name, value, ok := strings.Cut(pair, "=")
		if ok && strings.EqualFold(name, parameter) {
			return unquote(value)
		}
	}
	return ""
}

// unquote is the text of a quoted string, or of a token as it is.
func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	s = s[1 : len(s)-1]
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b = append(b, s[i])
	}
	return string(b)
}

// parseNode reads an address, perhaps with a port: 192.0.2.1, 192.0.2.1:80, ::1, [::1],
// [::1]:80.
func parseNode(s string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]")); err == nil {
		return a.Unmap().WithZone(""), true
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone(""), true
	}
	return netip.Addr{}, false
}
