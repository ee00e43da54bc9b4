package workers

import (
	"fmt"
	"sync"

	"golang.org/x/sys/unix"
)

// datagrams are the UDP sockets of a pool. Workers that bind to the same address have
// one socket together, and a datagram goes to whoever reads it first.
type datagrams struct {
	mu      sync.Mutex
	sockets map[string]*datagram
}

// datagram is a socket, kept open until the last worker that has a copy of it closes that.
type datagram struct {
	fd      int
	members map[*worker]struct{}
}

// Datagrams implements node.Host.
func (h host) Datagrams(key string, open func() (int, error)) (fd int, release func(), err error) {
	return h.w.pool.datagrams.join(h.w, key, open)
}

func (d *datagrams) join(w *worker, key string, open func() (int, error)) (int, func(), error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	// The first such socket of every worker is one, the second another.
	name := key
	for n := 2; d.has(w, name); n++ {
		name = fmt.Sprintf("%s #%d", key, n)
	}
	s := d.sockets[name]
	if s == nil {
		fd, err := open()
		if err != nil {
			return -1, nil, err
		}
		s = &datagram{fd: fd, members: map[*worker]struct{}{}}
		if d.sockets == nil {
			d.sockets = map[string]*datagram{}
		}
		d.sockets[name] = s
	}
	fd, err := unix.FcntlInt(uintptr(s.fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		d.closeUnused(name)
		return -1, nil, err
	}
	s.members[w] = struct{}{}
	return fd, func() { d.leave(w, name) }, nil
}

func (d *datagrams) has(w *worker, name string) bool {
	s := d.sockets[name]
	if s == nil {
		return false
	}
	_, ok := s.members[w]
	return ok
}

func (d *datagrams) leave(w *worker, name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.sockets[name].members, w)
	d.closeUnused(name)
}

func (d *datagrams) closeUnused(name string) {
	if s := d.sockets[name]; len(s.members) == 0 {
		_ = unix.Close(s.fd)
		delete(d.sockets, name)
	}
}
