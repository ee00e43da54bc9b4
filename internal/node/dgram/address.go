package dgram

import (
	gonet "net"
	"net/netip"
	"strconv"

	"golang.org/x/sys/unix"
)

// sockaddr is a literal address of the family and a port, as system calls take them.
func sockaddr(family int, address string, port int) (unix.Sockaddr, error) {
	ip, err := parse(family, address)
	if err != nil {
		return nil, err
	}
	if family == unix.AF_INET {
		return &unix.SockaddrInet4{Port: port, Addr: ip.As4()}, nil
	}
	return &unix.SockaddrInet6{Port: port, Addr: ip.As16(), ZoneId: scope(ip)}, nil
}

// parse is a literal address of the family.
func parse(family int, address string) (netip.Addr, error) {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Is4() != (family == unix.AF_INET) {
		return netip.Addr{}, unix.EINVAL
	}
	return ip, nil
}

// parseAny is a literal address and its family.
func parseAny(address string) (netip.Addr, int, error) {
	ip, err := netip.ParseAddr(address)
	switch {
	case err != nil:
		return netip.Addr{}, 0, unix.EINVAL
	case ip.Is4():
		return ip, unix.AF_INET, nil
	}
	return ip, unix.AF_INET6, nil
}

// scope is the index of the interface that an address names behind its %; 0 if none.
func scope(ip netip.Addr) uint32 {
	zone := ip.Zone()
	if zone == "" {
		return 0
	}
	if i, err := gonet.InterfaceByName(zone); err == nil {
		return uint32(i.Index)
	}
	n, _ := strconv.ParseUint(zone, 10, 32)
	return uint32(n)
}

// endpoint is the address and port of sa. An address that is valid on one link only has
// the interface's name behind it.
func endpoint(sa unix.Sockaddr) (netip.Addr, int) {
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrFrom4(sa.Addr), sa.Port
	case *unix.SockaddrInet6:
		ip := netip.AddrFrom16(sa.Addr)
		if sa.ZoneId != 0 && ip.IsLinkLocalUnicast() {
			zone := strconv.Itoa(int(sa.ZoneId))
			if i, err := gonet.InterfaceByIndex(int(sa.ZoneId)); err == nil {
				zone = i.Name
			}
			ip = ip.WithZone(zone)
		}
		return ip, sa.Port
	}
	return netip.Addr{}, 0
}
