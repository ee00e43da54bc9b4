package net

import (
	"os"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
	"golang.org/x/sys/unix"
)

// The native half of net.BoundSocket: a descriptor that has an address, and will listen
// or connect, or neither.

// socketFor is a new socket of a family, or the one that was bound before if there is one.
func socketFor(family, bound int) (int, error) {
	if bound >= 0 {
		return bound, nil
	}
	return unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
}

// bind is bindTCP(address, port, flags): a descriptor.
func bind(c *v8.Call) {
	sa, family, err := toSockaddr(c.String(0), c.Int(1))
	if err != nil {
		c.Throw(node.SystemError("bind", err, "", ""))
		return
	}
	flags := c.Int(2)
	fd, err := boundTCP(family, sa, flags&1 != 0, flags&2 != 0)
	returnFd(c, fd, err)
}

// bindPath is bindUnix(path): a descriptor.
func bindPath(c *v8.Call) {
	path := c.String(0)
	if len(path) > 107 {
		c.Throw(node.SystemError("bind", unix.EINVAL, "", ""))
		return
	}
	fd, err := boundUnix(path, "bind")
	returnFd(c, fd, err)
}

func returnFd(c *v8.Call, fd int, err error) {
	if err != nil {
		c.Throw(err)
		return
	}
	c.Return(fd)
}

// closeBound is closeBound(fd, path) of one that nobody has used.
func closeBound(c *v8.Call) {
	_ = unix.Close(c.Int(0))
	if path := c.String(1); path != "" && path[0] != 0 {
		_ = os.Remove(path)
	}
}
