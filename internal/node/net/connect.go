package net

import (
	gonet "net"
	"strconv"

	"github.com/sluice-http/sluice/internal/node"
	"golang.org/x/sys/unix"
)

func zoneID(zone string) uint32 {
	if n, err := strconv.Atoi(zone); err == nil {
		return uint32(n)
	}
	if i, err := gonet.InterfaceByName(zone); err == nil {
		return uint32(i.Index)
	}
	return 0
}

// ConnectTCP starts a connection, with the socket bound if that is not negative. How it
// ends comes as an event.
func (n *Net) ConnectTCP(address string, port int, localAddress string, localPort, bound int) (*Conn, error) {
	sa, family, err := toSockaddr(address, port)
	if err != nil {
		return nil, node.SystemError("connect", err, "", "")
	}
	fd, err := socketFor(family, bound)
	if err != nil {
		return nil, node.SystemError("connect", err, "", "")
	}
	if localAddress != "" || localPort != 0 {
		if localAddress == "" {
			localAddress = "0.0.0.0"
			if family == unix.AF_INET6 {
				localAddress = "::"
			}
		}
		local, _, err := toSockaddr(localAddress, localPort)
		if err == nil {
			_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
			err = unix.Bind(fd, local)
		}
		if err != nil {
			unix.Close(fd)
			return nil, node.SystemError("bind", err, "", "")
		}
	}
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	// As libuv: what is not a matter of the other side is told at once.
	err = unix.Connect(fd, sa)
	if err != nil && err != unix.EINPROGRESS && err != unix.ECONNREFUSED {
		unix.Close(fd)
		return nil, node.SystemError("connect", err, "", "")
	}
	return n.connecting(fd, err), nil
}

// ConnectUnix starts a connection to the Unix socket at path.
func (n *Net) ConnectUnix(path string, bound int) (*Conn, error) {
	sa, err := unixSockaddr(path)
	if err != nil || len(path) > 107 {
		return nil, node.SystemError("connect", unix.EINVAL, "", "")
	}
	fd, err := socketFor(unix.AF_UNIX, bound)
	if err != nil {
		return nil, node.SystemError("connect", err, "", "")
	}
	return n.connecting(fd, unix.Connect(fd, sa)), nil
}

func (n *Net) connecting(fd int, err error) *Conn {
	c := n.adopt(fd, true)
	if err == unix.EINPROGRESS {
		c.connecting = true
		c.update()
		return c
	}
	// Done at once, or refused at once: told in the next turn all the same.
	var status int32
	if err != nil {
		status = -int32(node.Errno(err))
	}
	n.event(c.id, evConnected, status, 0)
	return c
}

func (c *Conn) finishConnect() {
	v, err := unix.GetsockoptInt(c.fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err == nil && v == int(unix.EINPROGRESS) {
		return
	}
	c.connecting = false
	status := -int32(v)
	if err != nil {
		status = -int32(node.Errno(err))
	}
	c.net.event(c.id, evConnected, status, 0)
	if status != 0 {
		c.failed = true
		c.watch(0)
		return
	}
	if len(c.out) > 0 {
		c.markDirty()
		c.net.flushDirty()
	} else if c.shutting {
		c.finishShutdown()
	}
	if !c.closed {
		c.update()
	}
}

// OpenFd adopts a descriptor: a pipe, a terminal, a socket. It belongs to the Conn from then on.
func (n *Net) OpenFd(fd int) (*Conn, error) {
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, node.SystemError("open", err, "", "")
	}
	n.env.Disown(fd)
	_, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
	return n.adopt(fd, err == nil), nil
}

// handleType says what an open descriptor is, in the words of libuv's uv_guess_handle.
func handleType(fd int) string {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return "INVALID"
	}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		return "FILE"
	case unix.S_IFIFO:
		return "PIPE"
	case unix.S_IFCHR:
		if _, err := unix.IoctlGetTermios(fd, unix.TCGETS); err == nil {
			return "TTY"
		}
		return "FILE"
	case unix.S_IFSOCK:
		return socketType(fd)
	}
	return "UNKNOWN"
}

func socketType(fd int) string {
	kind, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
	if err != nil {
		return "UNKNOWN"
	}
	sa, err := unix.Getsockname(fd)
	if err != nil {
		return "UNKNOWN"
	}
	_, unixSocket := sa.(*unix.SockaddrUnix)
	switch {
	case kind == unix.SOCK_STREAM && unixSocket:
		return "PIPE"
	case kind == unix.SOCK_STREAM:
		return "TCP"
	case kind == unix.SOCK_DGRAM && !unixSocket:
		return "UDP"
	}
	return "UNKNOWN"
}
