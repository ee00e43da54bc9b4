package loop

import (
	"encoding/binary"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// poller is epoll with an eventfd for wake-ups.
type poller struct {
	epfd, wakefd int
	own          batch
	handlers     []registration // by file descriptor
	idle         atomic.Int64   // slept in all, in nanoseconds
	asleep       atomic.Int64   // since when, in nanoseconds from the base; 0: it is not
	base         time.Time
}

// batch is what one wait brought.
type batch struct {
	events [512]unix.EpollEvent
	n      int
}

type registration struct {
	h   Handler
	gen uint32
}

func (p *poller) init() error {
	p.base = time.Now().Add(-1) // asleep since 0 would be awake
	var err error
	if p.epfd, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return err
	}
	if p.wakefd, err = unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC); err != nil {
		unix.Close(p.epfd)
		return err
	}
	return unix.EpollCtl(p.epfd, unix.EPOLL_CTL_ADD, p.wakefd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(p.wakefd)})
}

// slept is how long the loop has slept in all, and whether it sleeps now.
func (p *poller) slept() (total time.Duration, now bool) {
	for {
		idle, since := p.idle.Load(), p.asleep.Load()
		if since == 0 {
			return time.Duration(idle), false
		}
		total = time.Duration(idle) + time.Since(p.base) - time.Duration(since)
		if p.idle.Load() == idle { // else it woke up in between: once counted, not twice
			return total, true
		}
	}
}

func (p *poller) close() {
	unix.Close(p.epfd)
	unix.Close(p.wakefd)
}

func (p *poller) wake() {
	var one [8]byte
	binary.NativeEndian.PutUint64(one[:], 1)
	_, _ = unix.Write(p.wakefd, one[:])
}

// wait blocks in epoll only after a look without waiting: while there is work the
// Go scheduler is not involved.
func (p *poller) wait(timeout int64) error {
	n := p.look(&p.own)
	if n == 0 && timeout != 0 {
		t := -1
		if timeout > 0 {
			t = int(min(timeout, 1<<30))
		}
		var err error
		began := time.Since(p.base)
		p.asleep.Store(int64(began))
		n, err = unix.EpollWait(p.epfd, p.own.events[:], t)
		p.idle.Add(int64(time.Since(p.base) - began))
		p.asleep.Store(0)
		if err != nil && err != unix.EINTR {
			return err
		}
	}
	p.own.n = n
	p.dispatch(&p.own)
	return nil
}

// watch waits at most timeout milliseconds and returns how many events there are.
func (p *poller) watch(b *batch, timeout int64) int {
	n, err := unix.EpollWait(p.epfd, b.events[:], int(timeout))
	if err != nil {
		return 0
	}
	return n
}

// dispatch calls the handlers of what is ready.
func (p *poller) dispatch(b *batch) {
	// The generation tells a descriptor that was closed and reused in this very batch.
	for i := range b.events[:max(0, b.n)] {
		e := &b.events[i]
		fd := int(e.Fd)
		if fd == p.wakefd {
			var buf [8]byte
			_, _ = unix.Read(p.wakefd, buf[:])
			continue
		}
		if fd >= len(p.handlers) {
			continue
		}
		r := p.handlers[fd]
		if r.h == nil || r.gen != uint32(e.Pad) {
			continue
		}
		var ev Events
		if e.Events&(unix.EPOLLIN|unix.EPOLLRDHUP) != 0 {
			ev |= Readable
		}
		if e.Events&unix.EPOLLOUT != 0 {
			ev |= Writable
		}
		if e.Events&(unix.EPOLLHUP|unix.EPOLLERR) != 0 {
			ev |= Hangup | Readable | Writable
		}
		r.h.Ready(ev)
	}
}

func (p *poller) look(b *batch) int {
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(p.epfd), uintptr(unsafe.Pointer(&b.events[0])), uintptr(len(b.events)), 0, 0, 0)
	if errno != 0 {
		return 0
	}
	return int(n)
}

func epollEvents(ev Events) uint32 {
	var e uint32
	if ev&Readable != 0 {
		e |= unix.EPOLLIN | unix.EPOLLRDHUP
	}
	if ev&Writable != 0 {
		e |= unix.EPOLLOUT
	}
	return e
}

// Add watches fd, level-triggered, for ev.
func (p *poller) Add(fd int, ev Events, h Handler) error {
	for fd >= len(p.handlers) {
		p.handlers = append(p.handlers, make([]registration, max(64, len(p.handlers)))...)
	}
	r := &p.handlers[fd]
	r.gen++
	r.h = h
	err := unix.EpollCtl(p.epfd, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: epollEvents(ev), Fd: int32(fd), Pad: int32(r.gen)})
	if err != nil {
		r.h = nil
	}
	return err
}

// Modify changes what fd is watched for.
func (p *poller) Modify(fd int, ev Events) error {
	return unix.EpollCtl(p.epfd, unix.EPOLL_CTL_MOD, fd, &unix.EpollEvent{Events: epollEvents(ev), Fd: int32(fd), Pad: int32(p.handlers[fd].gen)})
}

// Remove ends watching fd; it must come before fd is closed.
func (p *poller) Remove(fd int) {
	if fd < len(p.handlers) && p.handlers[fd].h != nil {
		p.handlers[fd].h = nil
		p.handlers[fd].gen++
		_ = unix.EpollCtl(p.epfd, unix.EPOLL_CTL_DEL, fd, nil)
	}
}
