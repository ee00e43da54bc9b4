package net

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// Write appends bytes to what goes out. Nothing is sent before the end of the turn
// (Net.flush); p must stay valid until then. notify asks for an event when the
// kernel has taken them.
func (c *Conn) Write(p []byte, notify bool) {
	if c.closed || c.failed {
		return
	}
	if notify {
		c.notify++
	}
	c.bytesWritten += int64(len(p))
	switch {
	case c.hasFiles():
		c.appendTail(p)
	case len(c.out) > 0 || c.connecting:
		c.append(p)
	case c.direct == nil:
		c.direct = p
	case len(c.further()) == 0 && len(p) > 0 && len(c.direct) > 0 && adjacent(c.direct, p):
		c.direct = unsafe.Slice(unsafe.SliceData(c.direct), len(c.direct)+len(p))
	case c.carrier == nil && c.sink == nil && len(c.further()) < maxFurther:
		m := c.overflow()
		m.further = append(m.further, p)
	default:
		c.keep(0)
		c.append(p)
	}
	c.markDirty()
}

// maxFurther is how many pieces go out beside direct without being copied together.
const maxFurther = 7

// keep takes over what is behind the first n bytes of the pieces that were not copied.
func (c *Conn) keep(n int) {
	c.append(c.direct[min(n, len(c.direct)):])
	n -= min(n, len(c.direct))
	c.direct = nil
	for _, p := range c.further() {
		c.append(p[min(n, len(p)):])
		n -= min(n, len(p))
	}
	c.dropFurther()
}

// WriteCopy is Write for bytes that are valid during the call only.
func (c *Conn) WriteCopy(p []byte) {
	if c.closed || c.failed {
		return
	}
	c.bytesWritten += int64(len(p))
	if c.hasFiles() {
		c.appendTail(p)
	} else {
		c.keep(0)
		c.append(p)
	}
	c.markDirty()
}

func adjacent(a, b []byte) bool {
	return uintptr(unsafe.Pointer(unsafe.SliceData(a)))+uintptr(len(a)) == uintptr(unsafe.Pointer(unsafe.SliceData(b)))
}

func (c *Conn) markDirty() {
	if !c.dirty {
		c.dirty = true
		c.net.dirty = append(c.net.dirty, c)
	}
}

// Queued is how many bytes wait for the kernel.
func (c *Conn) Queued() int {
	n := len(c.out) + len(c.direct)
	if m := c.more; m != nil {
		n += m.tails + int(m.fileBytes)
		for _, p := range m.further {
			n += len(p)
		}
	}
	if c.carrier != nil {
		n += c.carrier.Waiting()
	}
	return n
}

// flush writes what waits, once.
func (c *Conn) flush() {
	if c.closed || c.failed || c.connecting {
		c.direct = nil
		c.dropFurther()
		return
	}
	if c.carrier != nil || c.sink != nil {
		c.flushCarried()
		return
	}
	c.writeOut()
	if c.hasFiles() {
		c.sendFiles()
	}
	if c.closed || c.failed {
		return
	}
	c.taken()
}

// writeOut writes what stands before the files.
func (c *Conn) writeOut() {
	if len(c.further()) > 0 && c.hasFiles() {
		c.keep(0)
	}
	p := c.out
	if c.direct != nil {
		p = c.direct
	}
	if len(p) == 0 && len(c.further()) == 0 {
		c.direct = nil
		return
	}
	var n int
	var errno unix.Errno
	switch {
	case len(c.further()) > 0:
		n, errno = writev(c.fd, p, c.further())
	case c.hasFiles() && c.socket:
		n, errno = sendMore(c.fd, p)
	default:
		n, errno = write(c.fd, p)
	}
	switch {
	case errno == unix.EAGAIN || errno == unix.EINTR:
		n = 0
	case errno != 0:
		c.direct, c.out = nil, nil
		c.dropFurther()
		c.fail(errno, true)
		return
	}
	if n > 0 {
		c.progress = c.net.env.Loop.Now()
	}
	switch {
	case c.direct != nil:
		c.out = c.out[:0]
		c.keep(n)
	case n == len(c.out):
		c.out = c.out[:0]
	case n > 0:
		c.out = append(c.out[:0], c.out[n:]...)
	}
}

// writev writes several pieces with one system call.
func writev(fd int, first []byte, further [][]byte) (int, unix.Errno) {
	var vectors [1 + maxFurther]unix.Iovec
	count := 0
	add := func(p []byte) {
		if len(p) > 0 {
			vectors[count].Base = unsafe.SliceData(p)
			vectors[count].SetLen(len(p))
			count++
		}
	}
	add(first)
	for _, p := range further {
		add(p)
	}
	n, _, errno := unix.RawSyscall(unix.SYS_WRITEV, uintptr(fd), uintptr(unsafe.Pointer(&vectors[0])), uintptr(count))
	if errno != 0 {
		return 0, errno
	}
	return int(n), 0
}

// taken looks what is left of what waited, and tells who wants to know that nothing is.
func (c *Conn) taken() {
	if len(c.out) == 0 && !c.hasFiles() {
		c.idle()
		if c.carrier == nil || c.carrier.Waiting() == 0 {
			c.drained()
		}
	}
	c.countSent()
	if !c.closed {
		c.update()
	}
}

// countSent tells the environment what the peer has been sent since the last time.
func (c *Conn) countSent() {
	if !c.counted {
		return
	}
	if sent := c.Sent(); sent > c.sentCounted {
		c.net.env.Sent(sent - c.sentCounted)
		c.sentCounted = sent
	}
}

// sendMore writes bytes that the kernel may keep for a moment, because a file follows:
// both leave in the same packets.
func sendMore(fd int, p []byte) (int, unix.Errno) {
	n, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)), unix.MSG_MORE|unix.MSG_NOSIGNAL, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), 0
}

// write retries what the kernel took only in part: a socket buffer has room again at
// once more often than not on loopback, and a second call is cheaper than a turn.
func write(fd int, p []byte) (int, unix.Errno) {
	total := 0
	for total < len(p) {
		n, _, errno := unix.RawSyscall(unix.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(&p[total])), uintptr(len(p)-total))
		if errno != 0 {
			if total > 0 {
				return total, 0
			}
			return 0, errno
		}
		total += int(n)
		if int(n) < len(p)-(total-int(n)) && total < len(p) && n < 16<<10 {
			break
		}
	}
	return total, 0
}
