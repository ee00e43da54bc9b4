package sluice

import (
	"fmt"
	"net"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// lender gives an application sockets of listeners that are the program's.
type lender struct {
	first net.Listener
	ask   func(network, address string) (net.Listener, error)

	mu    sync.Mutex
	taken string // the address that first is for
}

// listen implements workers.Options.Listen.
func (b *lender) listen(network, address string) (fd int, err error) {
	l := b.firstFor(network + " " + address)
	if l == nil && b.ask != nil {
		if l, err = b.ask(network, address); err != nil {
			return -1, err
		}
	}
	if l == nil {
		return -1, nil
	}
	return duplicate(l)
}

// firstFor is Options.Listener where it is for the address: for the same after a reload
// as before.
func (b *lender) firstFor(address string) net.Listener {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.first == nil || (b.taken != "" && b.taken != address) {
		return nil
	}
	b.taken = address
	return b.first
}

func rawConn(l net.Listener) (syscall.RawConn, error) {
	c, ok := l.(syscall.Conn)
	if !ok {
		return nil, fmt.Errorf("sluice: a %T has no descriptor to listen on; give the listener inside it, and let the application do TLS", l)
	}
	return c.SyscallConn()
}

// duplicate is another descriptor of the listener's socket. (File would do the same, but
// its Fd makes the socket a blocking one, for the program too.)
func duplicate(l net.Listener) (fd int, err error) {
	c, err := rawConn(l)
	if err != nil {
		return -1, err
	}
	var failed error
	err = c.Control(func(own uintptr) { fd, failed = unix.FcntlInt(own, unix.F_DUPFD_CLOEXEC, 3) })
	if err == nil {
		err = failed
	}
	if err != nil {
		return -1, fmt.Errorf("sluice: the listener %v: %w", l.Addr(), err)
	}
	return fd, nil
}
