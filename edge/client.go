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
	peer = peer.Unmap().WithZone("")
	if !trusted(peer) {
		return peer
	}
	hops, node := xForwardedFor, func(hop string) string { return hop }
	if len(forwarded) > 0 {
		hops, node = forwarded, forwardedFor
	}
	for i := len(hops) - 1; i >= 0; i-- {
		parts := splitList(hops[i])
		for j := len(parts) - 1; j >= 0; j-- {
			hop, ok := parseNode(node(parts[j]))
			if !ok {
				return peer
			}
			peer = hop
			if !trusted(peer) {
				return peer
			}
		}
	}
	return peer
}

// splitList splits at commas outside of quoted strings.
func splitList(s string) (parts []string) {
	from, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ',' && !quoted:
			parts = append(parts, strings.Trim(s[from:i], " \t"))
			from = i + 1
		}
	}
	return append(parts, strings.Trim(s[from:], " \t"))
}

// forwardedFor is the value of for= in one element of Forwarded.
func forwardedFor(element string) string {
	for pair := range strings.SplitSeq(element, ";") {
		name, value, ok := strings.Cut(strings.Trim(pair, " \t"), "=")
		if ok && strings.EqualFold(name, "for") {
			if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
				value = value[1 : len(value)-1]
			}
			return value
		}
	}
	return ""
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
