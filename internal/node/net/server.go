package net

import (
	"fmt"
	stdnet "net"
	"os"
	"strconv"

	"github.com/sluice-http/sluice/internal/loop"
	"github.com/sluice-http/sluice/internal/node"
	"golang.org/x/sys/unix"
)

// Server is a listening socket.
type Server struct {
	net    *Net
	id     uint32
	fd     int
	path   string // of a Unix socket, removed on close
	closed bool
	refed  bool
	paused bool
	recent int64         // when the last connection came
	shared node.Listener // the descriptor is its, where others listen too

	// Accepted, when set, gets each new connection instead of JavaScript.
	Accepted func(c *Conn)
	// Closed, when set, is told by Close.
	Closed func()
}

// acceptBatch bounds how many connections one turn takes: those that are there
// already must not wait for ever behind new ones.
const acceptBatch = 64

// burstTime is how long, in milliseconds, after a connection others are expected.
const burstTime = 1

// ID is the listener's handle.
func (s *Server) ID() uint32 { return s.id }

// FD is the descriptor of the listening socket.
func (s *Server) FD() int { return s.fd }

// share listens together with the other environments of the host. r.Open makes the
// listening socket, when this is the first; without a host this one has it alone.
func (n *Net) share(r node.ListenRequest) (*Server, error) {
	host := n.env.Host()
	if host == nil {
		return n.alone(r.Open, r.Path)
	}
	s := &Server{net: n, path: r.Path, refed: true}
	r.Accepted = s.take
	shared, err := host.Listen(r)
	if err != nil {
		if _, ok := err.(unix.Errno); ok {
			err = node.SystemError("listen", err, "", "")
		}
		return nil, err
	}
	s.shared, s.fd = shared, shared.FD()
	s.id = n.handles.add(nil, s)
	n.env.Loop.Ref()
	return s, nil
}

// alone listens on what open makes, which nobody else has.
func (n *Net) alone(open func() (int, error), path string) (*Server, error) {
	fd, err := open()
	if err != nil {
		return nil, err
	}
	return n.watch(fd, path)
}

// take gets a connection that the host has accepted.
func (s *Server) take(fd int, gone func()) {
	if s.closed {
		_ = unix.Close(fd)
		gone()
		s.net.env.Work.Connections.Add(-1)
		return
	}
	s.accepted(fd, gone)
}

// ListenTCP listens on a literal IP address. ipv6Only keeps an IPv6 socket from
// taking IPv4 connections; exclusive shares the address with no other environment of
// the host.
func (n *Net) ListenTCP(address string, port, backlog int, ipv6Only, reusePort, exclusive bool) (*Server, error) {
	sa, family, err := toSockaddr(address, port)
	if err != nil {
		return nil, node.SystemError("bind", err, "", "")
	}
	open := func() (int, error) { return bindTCP(family, sa, backlog, ipv6Only, reusePort) }
	// Only a worker of cluster knows that it has others beside it to be exclusive of.
	if exclusive && n.env.Options.Fork != nil {
		return n.alone(open, "")
	}
	return n.share(node.ListenRequest{
		Key: fmt.Sprintf("tcp [%s]:%d %t", address, port, ipv6Only), Network: "tcp", Address: stdnet.JoinHostPort(address, strconv.Itoa(port)),
		AnyPort: port == 0, Open: open,
	})
}

func bindTCP(family int, sa unix.Sockaddr, backlog int, ipv6Only, reusePort bool) (int, error) {
	fd, err := boundTCP(family, sa, ipv6Only, reusePort)
	if err != nil {
		return -1, err
	}
	return listen(fd, backlog)
}

// boundTCP is a socket with an address that does not listen yet.
func boundTCP(family int, sa unix.Sockaddr, ipv6Only, reusePort bool) (int, error) {
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, node.SystemError("bind", err, "", "")
	}
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	if reusePort {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
	}
	if family == unix.AF_INET6 {
		v := 0
		if ipv6Only {
			v = 1
		}
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, v)
	}
	if err := unix.Bind(fd, sa); err != nil {
		unix.Close(fd)
		// libuv reports an address in use when it listens.
		call := "bind"
		if err == unix.EADDRINUSE {
			call = "listen"
		}
		return -1, node.SystemError(call, err, "", "")
	}
	return fd, nil
}

// ListenUnix listens on a Unix socket at path, with the permissions mode when that
// is not 0; exclusive is as ListenTCP's.
func (n *Net) ListenUnix(path string, backlog int, mode uint32, exclusive bool) (*Server, error) {
	if len(path) > 107 {
		return nil, node.SystemError("listen", unix.EINVAL, "", "")
	}
	file := path
	if path != "" && path[0] == 0 {
		file = "" // abstract: nothing to remove
	}
	open := func() (int, error) { return bindUnix(path, backlog, mode) }
	if exclusive && n.env.Options.Fork != nil {
		return n.alone(open, file)
	}
	return n.share(node.ListenRequest{Key: "unix " + path, Network: "unix", Address: path, Path: file, Open: open})
}

func bindUnix(path string, backlog int, mode uint32) (int, error) {
	fd, err := boundUnix(path, "listen")
	if err != nil {
		return -1, err
	}
	if mode != 0 {
		_ = os.Chmod(path, os.FileMode(mode))
	}
	return listen(fd, backlog)
}

// boundUnix is a Unix socket at path that does not listen yet; call is what errors name.
func boundUnix(path, call string) (int, error) {
	sa, err := unixSockaddr(path)
	if err != nil {
		return -1, node.SystemError(call, err, "", "")
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, node.SystemError(call, err, "", "")
	}
	if err := unix.Bind(fd, sa); err != nil {
		unix.Close(fd)
		if err == unix.ENOENT {
			err = unix.EACCES // as libuv
		}
		return -1, node.SystemError(call, err, "", "")
	}
	return fd, nil
}

// ListenFd listens on a socket that is bound already, for a Unix socket at path; it
// belongs to the Server from then on.
func (n *Net) ListenFd(fd, backlog int, path string) (*Server, error) {
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, node.SystemError("listen", err, "", "")
	}
	if _, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE); err != nil {
		return nil, node.SystemError("listen", unix.EINVAL, "", "")
	}
	if path != "" && path[0] == 0 {
		path = "" // abstract: nothing to remove
	}
	return n.share(node.ListenRequest{
		Key: fmt.Sprintf("fd %d", fd), Path: path, Copied: true,
		Open: func() (int, error) { return listen(fd, backlog) },
	})
}

func listen(fd, backlog int) (int, error) {
	if backlog <= 0 {
		backlog = 511
	}
	if err := unix.Listen(fd, backlog); err != nil {
		unix.Close(fd)
		return -1, node.SystemError("listen", err, "", "")
	}
	return fd, nil
}

// watch accepts from a listening socket.
func (n *Net) watch(fd int, path string) (*Server, error) {
	s := &Server{net: n, fd: fd, path: path, refed: true}
	if err := n.env.Loop.Add(fd, loop.Readable, s); err != nil {
		unix.Close(fd)
		return nil, node.SystemError("listen", err, "", "")
	}
	s.id = n.handles.add(nil, s)
	n.env.Loop.Ref()
	return s, nil
}

// Ready implements loop.Handler: it accepts. A connection that comes alone costs one
// call: whether there are more is asked only when the last one came a moment ago,
// since readiness will be reported again.
func (s *Server) Ready(loop.Events) {
	batch := 1
	now := s.net.env.Loop.Now()
	if now-s.recent <= burstTime {
		batch = acceptBatch
	}
	s.recent = now
	for range batch {
		if s.closed || s.paused {
			return
		}
		fd, errno := accept(s.fd)
		switch errno {
		case 0:
		case unix.EAGAIN:
			return
		case unix.EINTR, unix.ECONNABORTED:
			continue
		default:
			s.net.event(s.id, evAcceptError, -int32(errno), 0)
			return
		}
		s.net.env.Work.Connections.Add(1)
		s.accepted(fd, nil)
	}
}

func (s *Server) accepted(fd int, gone func()) {
	c := s.net.adopt(fd, true)
	c.gone = gone
	c.counted = true
	if s.path == "" {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	}
	if s.Accepted != nil {
		s.Accepted(c)
	} else {
		s.net.event(s.id, evAccepted, int32(c.id), 0)
	}
}

// accept does not ask for the peer's address, which few want to know.
func accept(fd int) (int, unix.Errno) {
	n, _, errno := unix.RawSyscall6(unix.SYS_ACCEPT4, uintptr(fd), 0, 0, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0, 0)
	return int(n), errno
}

// Pause stops or resumes accepting.
func (s *Server) Pause(on bool) {
	if s.closed || s.paused == on {
		return
	}
	s.paused = on
	if s.shared != nil {
		s.shared.Pause(on)
		return
	}
	ev := loop.Readable
	if on {
		ev = 0
	}
	_ = s.net.env.Loop.Modify(s.fd, ev)
}

// Limit says how many connections at a time are wanted, negative: any number. It reports
// whether those beyond go to others or wait, which they do where others listen too. Soft
// says that what is too many for all comes all the same.
func (s *Server) Limit(n int, soft bool) bool {
	if s.closed || s.shared == nil {
		return false
	}
	s.shared.Limit(n, soft)
	return n >= 0 && !soft
}

// SetRef says whether the listener keeps the loop alive.
func (s *Server) SetRef(on bool) {
	if s.refed == on || s.closed {
		return
	}
	s.refed = on
	if on {
		s.net.env.Loop.Ref()
	} else {
		s.net.env.Loop.Unref()
	}
}

// Close stops listening.
func (s *Server) Close() {
	if s.closed {
		return
	}
	s.closed = true
	if s.shared != nil {
		s.shared.Close()
	} else {
		s.net.env.Loop.Remove(s.fd)
		_ = unix.Close(s.fd)
		if s.path != "" {
			_ = os.Remove(s.path)
		}
	}
	s.net.env.Closing(s)
	if s.Closed != nil {
		s.Closed()
	}
}

// FinishClose implements node.Closer.
func (s *Server) FinishClose() {
	s.net.event(s.id, evServerClosed, 0, 0)
	s.net.handles.remove(s.id)
	if s.refed {
		s.net.env.Loop.Unref()
	}
}
