package workers

import (
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// Limits on connections. At the limit of all, accepting stops and clients wait in the
// kernel's queue; beyond the limit of one address its connections are closed at once,
// so that the others do not wait for it.

// isFull says whether no more connections are taken; the lock is held.
func (a *acceptor) isFull() bool {
	limit := a.pool.opts.MaxConnections
	a.full = a.full || limit > 0 && a.count >= limit
	return limit > 0 && a.count >= limit
}

// counted counts one more connection, for the address too where that has a limit; not ok
// when it has too many. The lock is held.
func (a *acceptor) counted(peer unix.Sockaddr) (address string, ok bool) {
	if limit := a.pool.opts.MaxConnectionsPerAddress; limit > 0 {
		if address = addressOf(peer); address != "" {
			if a.byAddress[address] >= limit {
				a.pool.logEvery(time.Minute, "address "+address, "%s has %d connections: more are closed", address, limit)
				a.refused++
				return "", false
			}
			if a.byAddress == nil {
				a.byAddress = map[string]int{}
			}
			a.byAddress[address]++
		}
	}
	a.count++
	return address, true
}

// uncount forgets a connection that counted for address; the lock is held.
func (a *acceptor) uncount(address string) {
	a.count--
	if address != "" {
		if a.byAddress[address]--; a.byAddress[address] == 0 {
			delete(a.byAddress, address)
		}
	}
	if a.full && !a.isFull() {
		a.full = false
		for _, l := range a.listeners {
			a.loop.Post(l.update)
		}
	}
}

// addressOf is the address that a limit is kept for: an IPv4 address, or the 64 bits of
// an IPv6 address that one customer has. Empty for a Unix socket.
func addressOf(peer unix.Sockaddr) string {
	switch p := peer.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrFrom4(p.Addr).String()
	case *unix.SockaddrInet6:
		a := netip.AddrFrom16(p.Addr)
		if a.Is4In6() {
			return a.Unmap().String()
		}
		return netip.PrefixFrom(a, 64).Masked().String()
	}
	return ""
}
