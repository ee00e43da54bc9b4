package fs

import (
	"bytes"
	"math"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// open(path, flags, mode) answers a descriptor, which no child process inherits.
func open(a arguments) work {
	path, flags, mode := a.path(0), a.Int(1), uint32(a.Int64(2))
	return func() (any, error) {
		fd, err := openAt(path, flags, mode)
		if err != nil {
			return nil, node.PathError("open", err, path)
		}
		return fd, nil
	}
}

func openAt(path string, flags int, mode uint32) (fd int, err error) {
	err = restarted(func() error {
		fd, err = unix.Open(path, flags|unix.O_CLOEXEC, mode)
		return err
	})
	return fd, err
}

// closeFile(fd) closes a descriptor. Linux has let go of it even where it says EINTR.
func closeFile(a arguments) work {
	fd := a.Int(0)
	return func() (any, error) {
		if err := unix.Close(fd); err != nil && err != syscall.EINTR {
			return nil, node.SystemError("close", err, "", "")
		}
		return nil, nil
	}
}

// transfer is one read or write at a position, or where the descriptor stands when the position is negative.
func transfer(fd int, b []byte, position int64, here func(int, []byte) (int, error), at func(int, []byte, int64) (int, error)) (n int, err error) {
	err = restarted(func() error {
		if position < 0 {
			n, err = here(fd, b)
		} else {
			n, err = at(fd, b, position)
		}
		return err
	})
	return max(n, 0), err
}

func readAt(fd int, b []byte, position int64) (int, error) {
	return transfer(fd, b, position, unix.Read, unix.Pread)
}

func writeAt(fd int, b []byte, position int64) (int, error) {
	return transfer(fd, b, position, unix.Write, unix.Pwrite)
}

// read(fd, length, position) answers what one read brought.
func read(a arguments) work {
	fd, length, position := a.Int(0), a.Int(1), a.Int64(2)
	return func() (any, error) {
		b := make([]byte, length)
		n, err := readAt(fd, b, position)
		if err != nil {
			return nil, node.SystemError("read", err, "", "")
		}
		return b[:n], nil
	}
}

// readInto(fd, buffer, offset, length, position) reads into JavaScript's memory and answers how many bytes.
func readInto(c *v8.Call) {
	offset := c.Int(2)
	n, err := readAt(c.Int(0), c.Bytes(1)[offset:offset+c.Int(3)], c.Int64(4))
	if err != nil {
		c.Throw(node.SystemError("read", err, "", ""))
		return
	}
	c.Return(n)
}

// write(fd, data, offset, length, position) answers how many bytes one write took.
// A string is written in UTF-8, and whole: its offset and length are not counted in bytes.
func write(a arguments) work {
	fd, position := a.Int(0), a.Int64(4)
	var data []byte
	if a.Kind(1) == v8.StringKind {
		data = a.Bytes(1)
	} else {
		offset := a.Int(2)
		data = a.Bytes(1)[offset : offset+a.Int(3)]
		if a.async {
			data = bytes.Clone(data)
		}
	}
	return func() (any, error) {
		n, err := writeAt(fd, data, position)
		if err != nil {
			return nil, node.SystemError("write", err, "", "")
		}
		return n, nil
	}
}

// maxVectors is the kernel's limit for one writev.
const maxVectors = 1024

// writev(fd, buffers, position) answers how many bytes went out. Where a write takes less than all,
// the rest is for the caller, as with Node.
func writev(a arguments) work {
	fd, position := a.Int(0), a.Int64(2)
	var vectors [][]byte
	for _, b := range a.ByteSlices(1) {
		if a.async {
			b = bytes.Clone(b)
		}
		vectors = append(vectors, b)
	}
	return func() (any, error) {
		total := 0
		for len(vectors) > 0 {
			batch := vectors[:min(len(vectors), maxVectors)]
			want, n := 0, 0
			for _, b := range batch {
				want += len(b)
			}
			err := restarted(func() (err error) {
				if position < 0 {
					n, err = unix.Writev(fd, batch)
				} else {
					n, err = unix.Pwritev(fd, batch, position+int64(total))
				}
				return err
			})
			if err != nil {
				if total > 0 {
					return total, nil
				}
				return nil, node.SystemError("write", err, "", "")
			}
			total += n
			if n < want {
				break
			}
			vectors = vectors[len(batch):]
		}
		return total, nil
	}
}

// writeAll(fd, data) writes everything, waiting where a pipe or terminal is full: for stdout and stderr.
func writeAll(c *v8.Call) {
	if err := WriteAll(c.Int(0), c.Bytes(1)); err != nil {
		c.Throw(node.SystemError("write", err, "", ""))
	}
}

// WriteAll writes all of b to a descriptor, blocking or not.
func WriteAll(fd int, b []byte) error {
	for len(b) > 0 {
		n, err := writeAt(fd, b, -1)
		b = b[n:]
		if err == syscall.EAGAIN {
			poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
			_ = restarted(func() error { _, err := unix.Poll(poll, -1); return err })
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// opened answers the descriptor for a file given by path or descriptor, and how to be done with it.
func (a arguments) opened(i int, flags int, mode uint32) func() (fd int, done func(), err error) {
	if a.number(i) {
		fd := a.Int(i)
		return func() (int, func(), error) { return fd, func() {}, nil }
	}
	path := a.path(i)
	return func() (int, func(), error) {
		fd, err := openAt(path, flags, mode)
		if err != nil {
			return -1, nil, node.PathError("open", err, path)
		}
		return fd, func() { _ = unix.Close(fd) }, nil
	}
}

// maxFile is the largest file that is read as a whole: Node's kIoMaxLength.
const maxFile = math.MaxInt32

// readAll reads a descriptor from where it stands to its end.
func readAll(fd int) ([]byte, error) {
	var s unix.Stat_t
	if err := restarted(func() error { return unix.Fstat(fd, &s) }); err != nil {
		return nil, node.SystemError("fstat", err, "", "")
	}
	size := 0
	if s.Mode&unix.S_IFMT == unix.S_IFREG {
		if s.Size > maxFile {
			return nil, tooLarge(s.Size)
		}
		size = int(s.Size)
	}
	b := make([]byte, 0, max(size+1, 512))
	for {
		n, err := readAt(fd, b[len(b):cap(b)], -1)
		if err != nil {
			return nil, node.SystemError("read", err, "", "")
		}
		if n == 0 {
			return b, nil
		}
		b = b[:len(b)+n]
		if len(b) > maxFile {
			return nil, tooLarge(int64(len(b)))
		}
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
	}
}

func tooLarge(size int64) error {
	return &v8.Error{Class: v8.RangeErrorClass, Code: "ERR_FS_FILE_TOO_LARGE", Message: "File size (" + strconv.FormatInt(size, 10) + ") is greater than 2 GiB"}
}

// readFile(pathOrFd, flags) answers everything in a file.
func readFile(a arguments) work {
	file := a.opened(0, a.Int(1), 0o666)
	return func() (any, error) {
		fd, done, err := file()
		if err != nil {
			return nil, err
		}
		defer done()
		b, err := readAll(fd)
		if err != nil {
			return nil, err
		}
		return b, nil
	}
}

// readFileUtf8(pathOrFd, flags) answers everything in a file as a string. Without flags: for reading.
func readFileUtf8(c *v8.Call) {
	a := arguments{c, false}
	flags := 0
	if a.number(1) {
		flags = c.Int(1)
	}
	fd, done, err := a.opened(0, flags, 0o666)()
	if err != nil {
		c.Throw(err)
		return
	}
	defer done()
	b, err := readAll(fd)
	if err != nil {
		c.Throw(err)
		return
	}
	if ascii(b) {
		c.Return(v8.Latin1(b))
		return
	}
	c.Return(string(b))
}

// ascii tells whether UTF-8 text is the same as Latin-1, which V8 takes without decoding.
func ascii(b []byte) bool {
	for len(b) >= 8 {
		if (uint64(b[0])|uint64(b[1])|uint64(b[2])|uint64(b[3])|uint64(b[4])|uint64(b[5])|uint64(b[6])|uint64(b[7]))&0x80 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// writeFile(pathOrFd, data, flags, mode) writes everything, a string in UTF-8.
func writeFile(a arguments) work {
	file, data := a.opened(0, a.Int(2), uint32(a.Int64(3))), a.bytes(1)
	return func() (any, error) {
		fd, done, err := file()
		if err != nil {
			return nil, err
		}
		defer done()
		for len(data) > 0 {
			n, err := writeAt(fd, data, -1)
			if err != nil {
				return nil, node.SystemError("write", err, "", "")
			}
			data = data[n:]
		}
		return nil, nil
	}
}

func ftruncate(a arguments) work {
	fd, length := a.Int(0), a.Int64(1)
	return onFd("ftruncate", func() error { return unix.Ftruncate(fd, length) })
}

func fsync(a arguments) work {
	fd := a.Int(0)
	return onFd("fsync", func() error { return unix.Fsync(fd) })
}

func fdatasync(a arguments) work {
	fd := a.Int(0)
	return onFd("fdatasync", func() error { return unix.Fdatasync(fd) })
}

// Modes of copyFile.
const (
	copyExclusive  = 1
	copyClone      = 2
	copyForceClone = 4
)

// copyFile(from, to, mode) copies contents and permissions.
func copyFile(a arguments) work {
	from, to, mode := a.path(0), a.path(1), a.Int(2)
	return func() (any, error) {
		if err := copyContents(from, to, mode); err != nil {
			return nil, node.SystemError("copyfile", errnoOf(err), from, to)
		}
		return nil, nil
	}
}

func copyContents(from, to string, mode int) (err error) {
	in, err := openAt(from, unix.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer unix.Close(in)
	var source, target unix.Stat_t
	if err := unix.Fstat(in, &source); err != nil {
		return err
	}
	flags := unix.O_WRONLY | unix.O_CREAT
	if mode&copyExclusive != 0 {
		flags |= unix.O_EXCL
	}
	permissions := source.Mode & 0o7777
	out, err := openAt(to, flags, permissions)
	if err != nil {
		return err
	}
	same := false
	defer func() {
		_ = unix.Close(out)
		if err != nil && !same {
			_ = unix.Unlink(to)
		}
	}()
	if err := unix.Fstat(out, &target); err != nil {
		return err
	}
	if same = source.Dev == target.Dev && source.Ino == target.Ino; same {
		return nil
	}
	// Truncated only now that it is known not to be the source itself.
	if err := unix.Ftruncate(out, 0); err != nil {
		return err
	}
	if err := unix.Fchmod(out, permissions); err != nil && err != unix.EPERM {
		return err
	}
	if mode&(copyClone|copyForceClone) != 0 {
		err := unix.IoctlFileClone(out, in)
		if err == nil {
			return nil
		}
		if mode&copyForceClone != 0 {
			if err == unix.EOPNOTSUPP || err == unix.ENOTTY {
				return unix.ENOTSUP
			}
			return err
		}
	}
	return copyBytes(out, in, source.Size)
}

// copyBytes lets the kernel copy, and copies by hand where it cannot (other file systems, /proc).
func copyBytes(out, in int, size int64) error {
	copied := int64(0)
	for copied < size {
		n, err := unix.CopyFileRange(in, nil, out, nil, int(min(size-copied, 1<<30)), 0)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n == 0 {
			break
		}
		copied += int64(n)
	}
	b := make([]byte, 64<<10)
	for {
		n, err := readAt(in, b, -1)
		if err == syscall.EISDIR || n == 0 || err != nil {
			return err
		}
		if err := WriteAll(out, b[:n]); err != nil {
			return err
		}
	}
}

func isatty(c *v8.Call) {
	_, err := unix.IoctlGetTermios(c.Int(0), unix.TCGETS)
	c.Return(err == nil)
}

// handleType(fd) answers what kind of thing a descriptor is, in Node's words.
func handleType(c *v8.Call) {
	c.Return(HandleType(c.Int(0)))
}

// HandleType tells TTY, FILE, PIPE, TCP, UDP and UNKNOWN apart.
func HandleType(fd int) string {
	if _, err := unix.IoctlGetTermios(fd, unix.TCGETS); err == nil {
		return "TTY"
	}
	var s unix.Stat_t
	if err := unix.Fstat(fd, &s); err != nil {
		return "INVALID"
	}
	switch s.Mode & unix.S_IFMT {
	case unix.S_IFREG, unix.S_IFCHR:
		return "FILE"
	case unix.S_IFIFO:
		return "PIPE"
	case unix.S_IFSOCK:
	default:
		return "UNKNOWN"
	}
	kind, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
	if err != nil {
		return "UNKNOWN"
	}
	address, err := unix.Getsockname(fd)
	if err != nil {
		return "UNKNOWN"
	}
	switch address.(type) {
	case *unix.SockaddrUnix:
		return "PIPE"
	case *unix.SockaddrInet4, *unix.SockaddrInet6:
		if kind == unix.SOCK_STREAM {
			return "TCP"
		}
		return "UDP"
	}
	return "UNKNOWN"
}
