// Package dns is the native half of Node's dns module.
package dns

import (
	"bufio"
	"context"
	"errors"
	"maps"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// libuv's numbers for the errors of getaddrinfo and getnameinfo.
const (
	eaiAgain  = -3001
	eaiFail   = -3004
	eaiNoName = -3008
	einval    = -22
)

// The flags of getaddrinfo.
const (
	aiV4Mapped   = 8
	aiAll        = 16
	aiAddrConfig = 32
)

// Module is internalBinding('dns').
var Module = node.Module{Name: "dns", New: func(env *node.Env) map[string]v8.Func {
	functions := map[string]v8.Func{
		// lookup(host, family, hints, callback): the addresses, or a negative number.
		"lookup": func(c *v8.Call) {
			host, family, hints := c.String(0), c.Int(1), c.Int(2)
			env.Go(c.Callback(3), func() (any, error) {
				addresses, code := lookup(host, family, hints)
				if code != 0 {
					return code, nil
				}
				return addresses, nil
			})
		},
		// nameInfo(address, port, callback): [host, service], or a negative number.
		"nameInfo": func(c *v8.Call) {
			address, port := c.String(0), c.Int(1)
			env.Go(c.Callback(2), func() (any, error) {
				host, code := hostOf(address)
				if code != 0 {
					return code, nil
				}
				return []string{host, serviceName(port)}, nil
			})
		},
	}
	maps.Copy(functions, (&channels{env: env, open: map[int]*channel{}}).functions())
	return functions
}}

// lookup is getaddrinfo: the addresses of a host in the order of RFC 6724, as the
// system's files and servers tell.
func lookup(host string, family, hints int) ([]string, int) {
	if len(host) > 253+1 {
		return nil, einval
	}
	if ip, ok := parseLegacy(host); ok {
		return ofFamily([]netip.Addr{ip}, family, hints)
	}
	if strings.HasSuffix(host, ".") && strings.Count(host, ".") == 1 {
		return nil, eaiNoName // the C library takes a name with a final dot to the servers only
	}
	ips, err := net.DefaultResolver.LookupNetIP(context.Background(), "ip", host)
	if err != nil {
		return nil, codeOf(err)
	}
	for i := range ips {
		if ips[i].Is4In6() {
			ips[i] = ips[i].Unmap()
		}
	}
	return ofFamily(ips, family, hints)
}

// ofFamily filters addresses by what the flags of getaddrinfo ask for.
func ofFamily(ips []netip.Addr, family, hints int) ([]string, int) {
	want4, want6 := family != 6, family != 4
	if hints&aiAddrConfig != 0 {
		have4, have6 := configured()
		if have4 || have6 {
			want4, want6 = want4 && have4, want6 && have6
		}
	}
	var v4, all []string
	has6 := false
	for _, ip := range ips {
		switch {
		case ip.Is4():
			v4 = append(v4, "::ffff:"+ip.String())
			if want4 {
				all = append(all, ip.String())
			}
		case want6:
			has6 = true
			all = append(all, ip.String())
		}
	}
	if family == 6 && hints&aiV4Mapped != 0 && (!has6 || hints&aiAll != 0) {
		all = append(all, v4...)
	}
	if len(all) == 0 {
		return nil, eaiNoName
	}
	return all, 0
}

// configured says which families this machine has addresses of, beside loopback.
func configured() (v4, v6 bool) {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return true, true
	}
	for _, a := range addrs {
		p, err := netip.ParsePrefix(a.String())
		if err != nil || p.Addr().IsLoopback() {
			continue
		}
		if p.Addr().Is4() {
			v4 = true
		} else {
			v6 = true
		}
	}
	return v4, v6
}

// parseLegacy reads the addresses of inet_aton: one to four numbers in decimal, octal
// or hexadecimal, of which the last fills what is left.
func parseLegacy(s string) (netip.Addr, bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint64
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 0, 32)
		if err != nil || strings.ContainsAny(part, "_+-oObB") {
			return netip.Addr{}, false
		}
		limit := uint64(1) << 8
		if i == len(parts)-1 {
			limit = 1 << (8 * (4 - i))
			value <<= 8 * (4 - i)
		} else {
			value <<= 8
		}
		if n >= limit {
			return netip.Addr{}, false
		}
		value |= n
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}

func codeOf(err error) int {
	var d *net.DNSError
	if errors.As(err, &d) && !d.IsNotFound {
		if d.IsTimeout || d.IsTemporary {
			return eaiAgain
		}
		return eaiFail
	}
	return eaiNoName
}

// hostOf is the name of an address, which it must have.
func hostOf(address string) (string, int) {
	names, err := net.DefaultResolver.LookupAddr(context.Background(), address)
	if err != nil {
		return "", codeOf(err)
	}
	if len(names) == 0 {
		return "", eaiNoName
	}
	return strings.TrimSuffix(names[0], "."), 0
}

// serviceName is the name of a TCP port, or its number.
func serviceName(port int) string {
	number := strconv.Itoa(port)
	f, err := os.Open("/etc/services")
	if err != nil {
		return number
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		text, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(text)
		if len(fields) >= 2 && fields[1] == number+"/tcp" {
			return fields[0]
		}
	}
	return number
}
