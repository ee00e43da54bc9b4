package dgram

import (
	"fmt"
	"net/netip"

	"github.com/sluice-http/sluice/internal/loop"
	"github.com/sluice-http/sluice/internal/node"
	"golang.org/x/sys/unix"
)

// Flags of bind; the numbers are libuv's.
const (
	flagIPv6Only  = 1
	flagReuseAddr = 4
	flagReusePort = 8
)

// readBatch bounds how many datagrams one turn takes from a socket.
const readBatch = 32

// socket is one UDP socket.
type socket struct {
	d       *Dgram
	id      uint32
	fd      int // -1 until it is bound
	family  int
	watched loop.Events
	added   bool
	release func() // told when the descriptor is closed
	shared  bool   // others have a copy of the descriptor

	receiving, connected bool
	wantRef, refed       bool
	closed               bool
	intake               node.Intake

	out  []packet
	from netip.Addr // whose address JavaScript has seen last
}

// packet is a datagram that the kernel had no room for.
type packet struct {
	data []byte
	to   unix.Sockaddr
}

// --- What is watched, and what keeps the loop alive ---

func (s *socket) update() {
	alive := s.closed || s.wantRef && s.receiving || len(s.out) > 0
	if alive != s.refed {
		s.refed = alive
		if alive {
			s.d.env.Loop.Ref()
		} else {
			s.d.env.Loop.Unref()
		}
	}
	if s.closed {
		return
	}
	var ev loop.Events
	if s.receiving && !s.intake.Held() {
		ev |= loop.Readable
	}
	if len(s.out) > 0 {
		ev |= loop.Writable
	}
	s.watch(ev)
}

func (s *socket) watch(ev loop.Events) {
	if ev == s.watched {
		return
	}
	s.watched = ev
	l := s.d.env.Loop
	switch {
	case ev == 0:
		l.Remove(s.fd)
		s.added = false
	case !s.added:
		s.added = l.Add(s.fd, ev, s) == nil
	default:
		_ = l.Modify(s.fd, ev)
	}
}

// Ready implements loop.Handler.
func (s *socket) Ready(ev loop.Events) {
	if ev&loop.Readable != 0 && s.receiving && !s.intake.Held() {
		s.read()
	}
	if ev&loop.Writable != 0 && !s.closed && len(s.out) > 0 {
		s.flush()
	}
}

// --- Binding ---

// bind gives the socket an address. One that is not exclusive is shared with the other
// environments of the process that bind to the same.
func (s *socket) bind(address string, port, flags int, exclusive bool) error {
	sa, err := sockaddr(s.family, address, port)
	if err != nil {
		return err
	}
	if s.fd >= 0 { // a membership has bound it
		return unix.Bind(s.fd, sa)
	}
	open := func() (int, error) { return bound(s.family, sa, flags) }
	env := s.d.env
	// Only the workers of cluster know of each other, and may want a port that the
	// system chooses to be the same for all.
	forked := env.Options.Fork != nil
	if env.Host() == nil || exclusive && (forked || flags&flagReusePort != 0) || port == 0 && !forked {
		s.fd, err = open()
	} else {
		s.fd, s.release, err = env.Host().Datagrams(fmt.Sprintf("udp [%s]:%d %d", address, port, s.family), open)
		s.shared = true
	}
	if err != nil {
		s.fd = -1
	}
	return err
}

func bound(family int, sa unix.Sockaddr, flags int) (int, error) {
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	set := func(on bool, level, option int) {
		if on && err == nil {
			err = unix.SetsockoptInt(fd, level, option, 1)
		}
	}
	set(flags&flagReuseAddr != 0, unix.SOL_SOCKET, unix.SO_REUSEADDR)
	set(flags&flagReusePort != 0, unix.SOL_SOCKET, unix.SO_REUSEPORT)
	if flags&flagIPv6Only != 0 && family != unix.AF_INET6 {
		err = unix.EINVAL
	}
	set(flags&flagIPv6Only != 0, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY)
	if err == nil {
		err = unix.Bind(fd, sa)
	}
	if err != nil {
		_ = unix.Close(fd)
		if err == unix.EAFNOSUPPORT {
			err = unix.EINVAL
		}
		return -1, err
	}
	return fd, nil
}

// bindAny gives a socket that has none an address of the family.
func (s *socket) bindAny(family, flags int) error {
	if s.fd >= 0 {
		return nil
	}
	var sa unix.Sockaddr = &unix.SockaddrInet4{}
	if family == unix.AF_INET6 {
		sa = &unix.SockaddrInet6{}
	}
	fd, err := bound(family, sa, flags)
	if err == nil {
		s.fd, s.family = fd, family
	}
	return err
}

// open makes the socket one of a descriptor, or of a copy of it.
func (s *socket) open(fd int, dup bool) error {
	if s.fd >= 0 {
		return unix.EBUSY
	}
	for _, other := range s.d.sockets {
		if other.fd == fd && !dup {
			return unix.EEXIST
		}
	}
	if dup {
		var err error
		if fd, err = unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0); err != nil {
			return err
		}
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return err
	}
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1) // as libuv
	s.d.env.Disown(fd)
	s.fd, s.shared = fd, true
	if family, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_DOMAIN); err == nil {
		s.family = family
	}
	_, err := unix.Getpeername(fd)
	s.connected = err == nil
	return nil
}

// --- Connecting ---

func (s *socket) connect(address string, port int) error {
	sa, err := sockaddr(s.family, address, port)
	if err != nil {
		return err
	}
	if s.connected {
		return unix.EISCONN
	}
	if err := s.bindAny(s.family, 0); err != nil {
		return err
	}
	if err := unix.Connect(s.fd, sa); err != nil {
		return err
	}
	s.connected = true
	return nil
}

func (s *socket) disconnect() error {
	if s.fd < 0 {
		return unix.EBADF
	}
	if !s.connected {
		return unix.ENOTCONN
	}
	if err := disconnect(s.fd); err != nil {
		return err
	}
	s.connected = false
	return nil
}

// --- Receiving ---

func (s *socket) setReceiving(on bool) error {
	if on {
		if s.receiving {
			return unix.EALREADY
		}
		if err := s.bindAny(s.family, 0); err != nil {
			return err
		}
	}
	s.receiving = on
	s.update()
	return nil
}

// read takes what is there. Where others read the same socket it takes one datagram:
// JavaScript may close the socket when it gets that, and the rest is for them.
func (s *socket) read() {
	batch := readBatch
	if s.shared {
		if s.d.env.Standing() {
			s.d.env.Hold(s, &s.intake) // for those who have time
			s.update()
			return
		}
		batch = 1
	}
	for range batch {
		n, sa, err := unix.Recvfrom(s.fd, s.d.buf, 0)
		switch err {
		case nil:
			s.took(s.d.buf[:n], sa)
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return
		default:
			s.d.event(s, evFailed, int32(status(err)))
			return
		}
		if s.intake.Held() {
			return
		}
	}
}

// took queues a datagram for JavaScript, with its sender's address if that is another
// than last time.
func (s *socket) took(p []byte, sa unix.Sockaddr) {
	q := s.d.env.Queue
	from, port := endpoint(sa)
	var at, length int32
	if from != s.from {
		s.from = from
		address := from.String()
		at, length = q.Head([]byte(address)), int32(len(address))
	}
	s.d.event(s, evMessage, q.Data(p), int32(len(p)), int32(port), at, length)
	// What one peer may send while JavaScript takes nothing has a bound.
	const perDatagram = 128 // what one costs beside its bytes
	if s.d.env.Took(s, &s.intake, len(p)+perDatagram) {
		s.update() // the kernel drops what it has no room for
	}
}

// ReadAgain implements node.Source.
func (s *socket) ReadAgain() {
	if !s.closed {
		s.update()
	}
}

// --- Sending ---

func (s *socket) send(pieces [][]byte, address string, port int) int {
	var to unix.Sockaddr
	if address != "" {
		var err error
		if to, err = sockaddr(s.family, address, port); err != nil {
			return status(err)
		}
	}
	if s.connected != (to == nil) {
		if s.connected {
			return status(unix.EISCONN)
		}
		return status(unix.EDESTADDRREQ)
	}
	if err := s.bindAny(s.family, 0); err != nil {
		return status(err)
	}
	if len(s.out) == 0 {
		n, err := sendmsg(s.fd, pieces, to)
		if err == nil {
			return n + 1
		}
		if !noRoom(err) {
			return status(err)
		}
	}
	var data []byte
	for _, p := range pieces {
		data = append(data, p...)
	}
	s.out = append(s.out, packet{data, to})
	s.update()
	return 0
}

func sendmsg(fd int, pieces [][]byte, to unix.Sockaddr) (int, error) {
	for {
		n, err := unix.SendmsgBuffers(fd, pieces, nil, to, unix.MSG_DONTWAIT)
		if err != unix.EINTR {
			return n, err
		}
	}
}

func noRoom(err error) bool { return err == unix.EAGAIN || err == unix.ENOBUFS }

// flush sends what waits, and tells of each datagram.
func (s *socket) flush() {
	for len(s.out) > 0 {
		p := s.out[0]
		_, err := sendmsg(s.fd, [][]byte{p.data}, p.to)
		if err != nil && noRoom(err) {
			break
		}
		s.out[0] = packet{}
		s.out = s.out[1:]
		s.d.event(s, evSent, int32(status(err)))
	}
	s.update()
}

// --- The end ---

func (s *socket) close() {
	if s.closed {
		return
	}
	s.closed = true
	if s.added {
		s.d.env.Loop.Remove(s.fd)
	}
	if s.fd >= 0 {
		_ = unix.Close(s.fd)
		s.fd = -1
	}
	if s.release != nil {
		s.release()
	}
	s.update()
	s.d.env.Closing(s)
}

// FinishClose implements node.Closer.
func (s *socket) FinishClose() {
	for range s.out {
		s.d.event(s, evSent, -int32(unix.ECANCELED))
	}
	s.out = nil
	s.d.event(s, evClosed)
	delete(s.d.sockets, s.id)
	s.refed = false
	s.d.env.Loop.Unref()
}
