package net

import (
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Address is one end of a connection: an IP address and port, or the path of a Unix socket.
type Address struct {
	IP   netip.Addr
	Port int
	Path string
}

// Family is 'IPv4' or 'IPv6', as Node names them; empty for a Unix socket.
func (a Address) Family() string {
	switch {
	case !a.IP.IsValid():
		return ""
	case a.IP.Is4():
		return "IPv4"
	}
	return "IPv6"
}

func (a Address) values() []any {
	if !a.IP.IsValid() {
		return []any{a.Path}
	}
	return []any{a.IP.String(), a.Family(), a.Port}
}

func fromSockaddr(sa unix.Sockaddr) Address {
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return Address{IP: netip.AddrFrom4(sa.Addr), Port: sa.Port}
	case *unix.SockaddrInet6:
		ip := netip.AddrFrom16(sa.Addr)
		if sa.ZoneId != 0 && ip.IsLinkLocalUnicast() {
			ip = ip.WithZone(strconv.Itoa(int(sa.ZoneId)))
		}
		return Address{IP: ip, Port: sa.Port}
	case *unix.SockaddrUnix:
		return Address{Path: sa.Name}
	}
	return Address{}
}

// unixSockaddr is the address of a Unix socket. A NUL in front makes a name without a file;
// elsewhere there is none, and an "@" in front is a character as any other.
func unixSockaddr(path string) (*unix.SockaddrUnix, error) {
	if strings.LastIndexByte(path, 0) > 0 {
		return nil, unix.EINVAL
	}
	if strings.HasPrefix(path, "@") {
		path = "./" + path
	}
	return &unix.SockaddrUnix{Name: path}, nil
}

func toSockaddr(address string, port int) (unix.Sockaddr, int, error) {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return nil, 0, unix.EINVAL
	}
	if ip.Is4() {
		return &unix.SockaddrInet4{Port: port, Addr: ip.As4()}, unix.AF_INET, nil
	}
	sa := &unix.SockaddrInet6{Port: port, Addr: ip.As16()}
	if zone := ip.Zone(); zone != "" {
		sa.ZoneId = zoneID(zone)
	}
	return sa, unix.AF_INET6, nil
}

func sockname(fd int) (Address, error) {
	sa, err := unix.Getsockname(fd)
	if err != nil {
		return Address{}, err
	}
	return fromSockaddr(sa), nil
}

func peername(fd int) (Address, error) {
	sa, err := unix.Getpeername(fd)
	if err != nil {
		return Address{}, err
	}
	return fromSockaddr(sa), nil
}

// Peer is the address of the other side.
func (c *Conn) Peer() (Address, error) { return peername(c.descriptor().fd) }

// Local is our own address.
func (c *Conn) Local() (Address, error) { return sockname(c.descriptor().fd) }
