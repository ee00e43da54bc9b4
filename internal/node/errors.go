package node

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/internal/v8"
)

// SystemError is err, which a system call gave, as Node's system errors are:
// "ENOENT: no such file or directory, open 'x'", with code, errno, syscall, path and
// dest. path and dest may be empty.
func SystemError(call string, err error, path, dest string) error {
	if err == nil {
		return nil
	}
	return &systemError{call: call, err: err, path: path, dest: dest}
}

// PathError is as SystemError, for a call on a path, which is named even when it is empty.
func PathError(call string, err error, path string) error {
	return &systemError{call: call, err: err, path: path, hasPath: true}
}

type systemError struct {
	call, path, dest string
	err              error
	hasPath          bool
}

func (e *systemError) Error() string { return e.call + ": " + e.err.Error() }
func (e *systemError) Unwrap() error { return e.err }

// Errno is the system's error number in err; EIO where there is none.
func Errno(err error) syscall.Errno {
	var n syscall.Errno
	switch {
	case errors.As(err, &n):
		return n
	case errors.Is(err, fs.ErrNotExist):
		return syscall.ENOENT
	case errors.Is(err, fs.ErrExist):
		return syscall.EEXIST
	case errors.Is(err, fs.ErrPermission):
		return syscall.EACCES
	case errors.Is(err, os.ErrClosed):
		return syscall.EBADF
	}
	return syscall.EIO
}

// ErrnoName is the symbolic name of a system error number, such as ENOENT.
func ErrnoName(n syscall.Errno) string {
	if name := unix.ErrnoName(n); name != "" {
		return name
	}
	return "UNKNOWN"
}

// ErrnoMessage is libuv's text for a system error number.
func ErrnoMessage(n syscall.Errno) string {
	if m, ok := uvMessages[n]; ok {
		return m
	}
	return strings.ToLower(n.Error())
}

func (e *systemError) JSError() *v8.Error {
	n := Errno(e.err)
	code := ErrnoName(n)
	message := code + ": " + ErrnoMessage(n) + ", " + e.call
	props := v8.Object{{Key: "errno", Value: -int(n)}, {Key: "code", Value: code}, {Key: "syscall", Value: e.call}}
	if e.path != "" || e.hasPath {
		message += " '" + e.path + "'"
		props = append(props, v8.Property{Key: "path", Value: e.path})
	}
	if e.dest != "" {
		message += " -> '" + e.dest + "'"
		props = append(props, v8.Property{Key: "dest", Value: e.dest})
	}
	return &v8.Error{Message: message, Props: props}
}

// uvMessages are libuv's texts (uv_strerror).
var uvMessages = map[syscall.Errno]string{
	syscall.E2BIG:           "argument list too long",
	syscall.EACCES:          "permission denied",
	syscall.EADDRINUSE:      "address already in use",
	syscall.EADDRNOTAVAIL:   "address not available",
	syscall.EAFNOSUPPORT:    "address family not supported",
	syscall.EAGAIN:          "resource temporarily unavailable",
	syscall.EALREADY:        "connection already in progress",
	syscall.EBADF:           "bad file descriptor",
	syscall.EBUSY:           "resource busy or locked",
	syscall.ECANCELED:       "operation canceled",
	syscall.ECONNABORTED:    "software caused connection abort",
	syscall.ECONNREFUSED:    "connection refused",
	syscall.ECONNRESET:      "connection reset by peer",
	syscall.EDESTADDRREQ:    "destination address required",
	syscall.EEXIST:          "file already exists",
	syscall.EFAULT:          "bad address in system call argument",
	syscall.EFBIG:           "file too large",
	syscall.EHOSTUNREACH:    "host is unreachable",
	syscall.EINTR:           "interrupted system call",
	syscall.EINVAL:          "invalid argument",
	syscall.EIO:             "i/o error",
	syscall.EISCONN:         "socket is already connected",
	syscall.EISDIR:          "illegal operation on a directory",
	syscall.ELOOP:           "too many symbolic links encountered",
	syscall.EMFILE:          "too many open files",
	syscall.EMSGSIZE:        "message too long",
	syscall.ENAMETOOLONG:    "name too long",
	syscall.ENETDOWN:        "network is down",
	syscall.ENETUNREACH:     "network is unreachable",
	syscall.ENFILE:          "file table overflow",
	syscall.ENOBUFS:         "no buffer space available",
	syscall.ENODEV:          "no such device",
	syscall.ENOENT:          "no such file or directory",
	syscall.ENOMEM:          "not enough memory",
	syscall.ENOPROTOOPT:     "protocol not available",
	syscall.ENOSPC:          "no space left on device",
	syscall.ENOSYS:          "function not implemented",
	syscall.ENOTCONN:        "socket is not connected",
	syscall.ENOTDIR:         "not a directory",
	syscall.ENOTEMPTY:       "directory not empty",
	syscall.ENOTSOCK:        "socket operation on non-socket",
	syscall.ENOTSUP:         "operation not supported on socket",
	syscall.EPERM:           "operation not permitted",
	syscall.EPIPE:           "broken pipe",
	syscall.EPROTO:          "protocol error",
	syscall.EPROTONOSUPPORT: "protocol not supported",
	syscall.EPROTOTYPE:      "protocol wrong type for socket",
	syscall.ERANGE:          "result too large",
	syscall.EROFS:           "read-only file system",
	syscall.ESHUTDOWN:       "cannot send after transport endpoint shutdown",
	syscall.ESPIPE:          "invalid seek",
	syscall.ESRCH:           "no such process",
	syscall.ETIMEDOUT:       "connection timed out",
	syscall.ETXTBSY:         "text file is busy",
	syscall.EXDEV:           "cross-device link not permitted",
	syscall.ENXIO:           "no such device or address",
	syscall.EMLINK:          "too many links",
	syscall.EILSEQ:          "illegal byte sequence",
	syscall.EOVERFLOW:       "value too large for defined data type",
	syscall.ENOTTY:          "inappropriate ioctl for device",
	syscall.ENODATA:         "no data available",
}
