// Package dgram is the native half of Node's dgram module: UDP sockets on the loop's
// epoll.
package dgram

import (
	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
	"golang.org/x/sys/unix"
)

// What an event of kind 'dgram' tells; the numbers are those of internal/dgram/handle.js.
const (
	evMessage = 1 // offset and length of the data, port, offset and length of the sender's address
	evFailed  = 2 // negative errno of receiving
	evSent    = 3 // 0 or negative errno of the oldest datagram that waited
	evClosed  = 4
)

// No datagram is longer.
const readBufferSize = 64 << 10

// Dgram is the dgram module of one environment. Its methods run on the loop's thread.
type Dgram struct {
	env     *node.Env
	kind    int32
	sockets map[uint32]*socket
	last    uint32
	buf     []byte // what a read brings; copied before the next one
}

func of(env *node.Env) *Dgram {
	return node.Slot(env, func() *Dgram {
		d := &Dgram{env: env, kind: env.EventKind("dgram"), sockets: map[uint32]*socket{}, buf: make([]byte, readBufferSize)}
		env.AtExit(d.closeAll)
		return d
	})
}

func (d *Dgram) event(s *socket, what int32, more ...int32) {
	d.env.Queue.Event(d.kind, append([]int32{int32(s.id), what}, more...)...)
}

func (d *Dgram) closeAll() {
	for _, s := range d.sockets {
		s.close()
	}
}

// newSocket makes what stands for a socket of JavaScript's. It has no descriptor
// until it is bound, as with libuv, and keeps the loop alive only while it receives.
func (d *Dgram) newSocket(v6 bool) *socket {
	d.last++
	s := &socket{d: d, id: d.last, fd: -1, family: unix.AF_INET, wantRef: true}
	if v6 {
		s.family = unix.AF_INET6
	}
	d.sockets[s.id] = s
	return s
}

// Module is internalBinding('dgram'). Functions that can fail return 0 or a negative
// errno, as libuv's.
var Module = node.Module{Name: "dgram", New: func(env *node.Env) map[string]v8.Func {
	d := of(env)
	on := func(f func(c *v8.Call, s *socket)) v8.Func {
		return func(c *v8.Call) {
			if s := d.sockets[uint32(c.Int64(0))]; s != nil {
				f(c, s)
			}
		}
	}
	try := func(f func(c *v8.Call, s *socket) error) v8.Func {
		return func(c *v8.Call) {
			err := error(unix.EBADF)
			if s := d.sockets[uint32(c.Int64(0))]; s != nil {
				err = f(c, s)
			}
			c.Return(status(err))
		}
	}
	text := func(c *v8.Call, i int) string {
		if c.Len() > i && !c.IsNullish(i) {
			return c.String(i)
		}
		return ""
	}
	return map[string]v8.Func{
		"forked": func(c *v8.Call) { c.Return(env.Options.Fork != nil) },

		"create":    func(c *v8.Call) { c.Return(d.newSocket(c.Bool(0)).id) },
		"bind":      try(func(c *v8.Call, s *socket) error { return s.bind(c.String(1), c.Int(2), c.Int(3), c.Bool(4)) }),
		"open":      try(func(c *v8.Call, s *socket) error { return s.open(c.Int(1), c.Bool(2)) }),
		"recvStart": try(func(c *v8.Call, s *socket) error { return s.setReceiving(true) }),
		"recvStop":  try(func(c *v8.Call, s *socket) error { return s.setReceiving(false) }),
		"close":     on(func(c *v8.Call, s *socket) { s.close() }),
		"setRef":    on(func(c *v8.Call, s *socket) { s.wantRef = c.Bool(1); s.update() }),

		"connect":    try(func(c *v8.Call, s *socket) error { return s.connect(c.String(1), c.Int(2)) }),
		"disconnect": try(func(c *v8.Call, s *socket) error { return s.disconnect() }),
		"sockname":   on(func(c *v8.Call, s *socket) { returnName(c, s, unix.Getsockname) }),
		"peername":   on(func(c *v8.Call, s *socket) { returnName(c, s, unix.Getpeername) }),
		"fd":         on(func(c *v8.Call, s *socket) { c.Return(s.fd) }),
		// send(id, data or array of data, address or null, port) is the number of bytes
		// plus 1 when they are gone, 0 when an event will tell, or a negative errno.
		"send": func(c *v8.Call) {
			s := d.sockets[uint32(c.Int64(0))]
			if s == nil {
				c.Return(status(unix.EBADF))
				return
			}
			c.Return(s.send(pieces(c, 1), text(c, 2), c.Int(3)))
		},
		// queued is [bytes, datagrams].
		"queued": on(func(c *v8.Call, s *socket) {
			n := 0
			for _, p := range s.out {
				n += len(p.data)
			}
			c.Return([]int{n, len(s.out)})
		}),
		// bufferSize(id, size, receiving) sets it, or returns it if size is 0.
		"bufferSize": on(func(c *v8.Call, s *socket) {
			n, err := s.bufferSize(c.Int(1), c.Bool(2))
			if err != nil {
				n = status(err)
			}
			c.Return(n)
		}),

		"setBroadcast":         try(func(c *v8.Call, s *socket) error { return s.set(unix.SOL_SOCKET, unix.SO_BROADCAST, c.Int(1)) }),
		"setTTL":               try(func(c *v8.Call, s *socket) error { return s.setTTL(c.Int(1)) }),
		"setMulticastTTL":      try(func(c *v8.Call, s *socket) error { return s.setMulticastTTL(c.Int(1)) }),
		"setMulticastLoopback": try(func(c *v8.Call, s *socket) error { return s.setMulticastLoopback(c.Int(1)) }),
		"setMulticastInterface": try(func(c *v8.Call, s *socket) error {
			return s.setMulticastInterface(c.String(1))
		}),
		"membership": try(func(c *v8.Call, s *socket) error { return s.membership(c.String(1), text(c, 2), c.Bool(3)) }),
		"sourceMembership": try(func(c *v8.Call, s *socket) error {
			return s.sourceMembership(c.String(1), c.String(2), text(c, 3), c.Bool(4))
		}),
	}
}}

// status is err as libuv gives it to Node.
func status(err error) int {
	if err == nil {
		return 0
	}
	return -int(node.Errno(err))
}

func returnName(c *v8.Call, s *socket, name func(fd int) (unix.Sockaddr, error)) {
	sa, err := name(s.fd)
	if err != nil {
		c.Return(status(err))
		return
	}
	address, port := endpoint(sa)
	family := "IPv4"
	if address.Is6() {
		family = "IPv6"
	}
	c.Return([]any{address.String(), family, port})
}

// pieces is argument i, data or an array of data.
func pieces(c *v8.Call, i int) [][]byte {
	if c.Kind(i) == v8.ArrayKind {
		return c.ByteSlices(i)
	}
	return [][]byte{c.Bytes(i)}
}
