package dgram

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

func (s *socket) set(level, option, value int) error {
	return unix.SetsockoptInt(s.fd, level, option, value)
}

// setFor sets an option that has one name for each family.
func (s *socket) setFor(v4, v6, value int) error {
	if s.family == unix.AF_INET6 {
		return s.set(unix.IPPROTO_IPV6, v6, value)
	}
	return s.set(unix.IPPROTO_IP, v4, value)
}

func (s *socket) setTTL(ttl int) error {
	if ttl < 1 || ttl > 255 {
		return unix.EINVAL
	}
	return s.setFor(unix.IP_TTL, unix.IPV6_UNICAST_HOPS, ttl)
}

func (s *socket) setMulticastTTL(ttl int) error {
	if ttl < 0 || ttl > 255 {
		return unix.EINVAL
	}
	return s.setFor(unix.IP_MULTICAST_TTL, unix.IPV6_MULTICAST_HOPS, ttl)
}

func (s *socket) setMulticastLoopback(on int) error {
	return s.setFor(unix.IP_MULTICAST_LOOP, unix.IPV6_MULTICAST_LOOP, on)
}

// bufferSize sets the size of the kernel's buffer, or returns it if size is 0.
func (s *socket) bufferSize(size int, receiving bool) (int, error) {
	option := unix.SO_SNDBUF
	if receiving {
		option = unix.SO_RCVBUF
	}
	if s.fd < 0 {
		return 0, unix.EBADF
	}
	if size != 0 {
		return size, s.set(unix.SOL_SOCKET, option, size)
	}
	return unix.GetsockoptInt(s.fd, unix.SOL_SOCKET, option)
}

// --- Multicast ---

// setMulticastInterface says which interface multicast goes out of: an IPv4 address of
// it, or an IPv6 address with its name behind a %.
func (s *socket) setMulticastInterface(address string) error {
	ip, family, err := parseAny(address)
	if err != nil {
		return err
	}
	if family == unix.AF_INET {
		return unix.SetsockoptInet4Addr(s.fd, unix.IPPROTO_IP, unix.IP_MULTICAST_IF, ip.As4())
	}
	return s.set(unix.IPPROTO_IPV6, unix.IPV6_MULTICAST_IF, int(scope(ip)))
}

// membership joins or leaves a group. Joining binds a socket that is not bound.
func (s *socket) membership(group, iface string, join bool) error {
	ip, family, err := parseAny(group)
	if err != nil {
		return err
	}
	if err := s.bindAny(family, flagReuseAddr); err != nil {
		return err
	}
	if family == unix.AF_INET {
		request := &unix.IPMreq{Multiaddr: ip.As4()}
		if iface != "" {
			own, err := parse(unix.AF_INET, iface)
			if err != nil {
				return err
			}
			request.Interface = own.As4()
		}
		return unix.SetsockoptIPMreq(s.fd, unix.IPPROTO_IP, option(join, unix.IP_ADD_MEMBERSHIP, unix.IP_DROP_MEMBERSHIP), request)
	}
	request := &unix.IPv6Mreq{Multiaddr: ip.As16()}
	if request.Interface, err = interfaceOf(iface); err != nil {
		return err
	}
	return unix.SetsockoptIPv6Mreq(s.fd, unix.IPPROTO_IPV6, option(join, unix.IPV6_JOIN_GROUP, unix.IPV6_LEAVE_GROUP), request)
}

// sourceMembership joins or leaves a group as far as it comes from source.
func (s *socket) sourceMembership(source, group, iface string, join bool) error {
	ip, family, err := parseAny(group)
	if err != nil {
		return err
	}
	from, err := parse(family, source)
	if err != nil {
		return err
	}
	if err := s.bindAny(family, flagReuseAddr); err != nil {
		return err
	}
	if family == unix.AF_INET {
		var own [4]byte
		if iface != "" {
			ip, err := parse(unix.AF_INET, iface)
			if err != nil {
				return err
			}
			own = ip.As4()
		}
		// struct ip_mreq_source
		a, b := ip.As4(), from.As4()
		request := append(append(append([]byte(nil), a[:]...), own[:]...), b[:]...)
		return s.setBytes(unix.IPPROTO_IP, option(join, unix.IP_ADD_SOURCE_MEMBERSHIP, unix.IP_DROP_SOURCE_MEMBERSHIP), request)
	}
	index, err := interfaceOf(iface)
	if err != nil {
		return err
	}
	// struct group_source_req: the interface, and two of struct sockaddr_storage.
	const storage = 128
	request := make([]byte, unsafe.Sizeof(uintptr(0))+2*storage)
	binary.NativeEndian.PutUint32(request, index)
	groupAt := request[unsafe.Sizeof(uintptr(0)):]
	putSockaddr6(groupAt, ip.As16(), scope(ip))
	putSockaddr6(groupAt[storage:], from.As16(), scope(from))
	return s.setBytes(unix.IPPROTO_IPV6, option(join, unix.MCAST_JOIN_SOURCE_GROUP, unix.MCAST_LEAVE_SOURCE_GROUP), request)
}

func (s *socket) setBytes(level, option int, value []byte) error {
	return unix.SetsockoptString(s.fd, level, option, string(value))
}

func option(join bool, add, drop int) int {
	if join {
		return add
	}
	return drop
}

// interfaceOf is the index of the interface that an IPv6 address names; 0, which is any,
// if it names none.
func interfaceOf(address string) (uint32, error) {
	if address == "" {
		return 0, nil
	}
	ip, err := parse(unix.AF_INET6, address)
	if err != nil {
		return 0, err
	}
	return scope(ip), nil
}

// putSockaddr6 writes struct sockaddr_in6.
func putSockaddr6(p []byte, ip [16]byte, scope uint32) {
	binary.NativeEndian.PutUint16(p, unix.AF_INET6)
	copy(p[8:], ip[:])
	binary.NativeEndian.PutUint32(p[24:], scope)
}

// disconnect takes the peer from a connected socket: connect to an address of no family.
func disconnect(fd int) error {
	var sa unix.RawSockaddr // AF_UNSPEC
	_, _, errno := unix.Syscall(unix.SYS_CONNECT, uintptr(fd), uintptr(unsafe.Pointer(&sa)), unsafe.Sizeof(sa))
	if errno != 0 && errno != unix.EAFNOSUPPORT {
		return errno
	}
	return nil
}
