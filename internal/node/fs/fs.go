// Package fs is the native half of Node's module fs.
//
// Every native has one implementation for both ways of calling it: with a function as its last argument the work
// happens on a goroutine and the function gets (err, value) in a later turn; without one it happens at once.
package fs

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// Module registers the natives under the name "fs".
var Module = node.Module{Name: "fs", New: func(env *node.Env) map[string]v8.Func {
	functions := map[string]v8.Func{
		"statInto":           statInto,
		"readInto":           readInto,
		"exists":             exists,
		"internalModuleStat": internalModuleStat,
		"readFileUtf8":       readFileUtf8,
		"isatty":             isatty,
		"handleType":         handleType,
		"writeAll":           writeAll,
	}
	for name, prepare := range map[string]operation{
		"open": open, "close": closeFile, "read": read, "write": write, "writev": writev,
		"readFile": readFile, "writeFile": writeFile, "copyFile": copyFile,
		"stat": stat, "statfs": statfs, "access": access,
		"ftruncate": ftruncate, "fsync": fsync, "fdatasync": fdatasync,
		"chmod": chmod, "fchmod": fchmod, "chown": chown, "fchown": fchown, "lchown": lchown,
		"utimes": utimes, "futimes": futimes, "lutimes": lutimes,
		"link": link, "symlink": symlink, "readlink": readlink, "realpath": realpath, "realpathWalk": realpathWalk, "unlink": unlink, "rename": rename,
		"mkdir": mkdir, "mkdtemp": mkdtemp, "rmdir": rmdir, "rm": rm, "readdir": readdir, "opendir": opendir, "dirRead": dirRead,
	} {
		functions[name] = bothWays(env, prepare)
	}
	if env.Host() != nil {
		functions["open"], functions["opendir"] = bothWays(env, owned(env, open)), bothWays(env, owned(env, opendir))
		functions["close"] = bothWays(env, disowned(env, closeFile))
	}
	w := watchers{env: env, open: map[int]*watcher{}}
	env.AtExit(w.closeAll)
	functions["watchStart"], functions["watchStop"] = w.start, w.stop
	functions["watchRef"], functions["watchUnref"] = w.ref, w.unref
	return functions
}}

// work is an operation whose arguments have been read: it touches no JavaScript and may run on any goroutine.
type work func() (any, error)

// arguments reads what JavaScript passed to an operation.
type arguments struct {
	*v8.Call
	async bool
}

// operation reads its arguments and answers the work.
type operation func(arguments) work

// owned makes the environment close what the application leaves open.
func owned(env *node.Env, prepare operation) operation {
	return func(a arguments) work {
		w := prepare(a)
		return func() (any, error) {
			fd, err := w()
			if err == nil {
				env.Own(fd.(int))
			}
			return fd, err
		}
	}
}

func disowned(env *node.Env, prepare operation) operation {
	return func(a arguments) work {
		fd, w := a.Int(0), prepare(a)
		return func() (any, error) {
			env.Disown(fd)
			return w()
		}
	}
}

// bothWays makes the native of an operation.
func bothWays(env *node.Env, prepare operation) v8.Func {
	return func(c *v8.Call) {
		last := c.Len() - 1
		if last >= 0 && c.Kind(last) == v8.Function {
			env.Go(c.Callback(last), prepare(arguments{c, true}))
			return
		}
		value, err := prepare(arguments{c, false})()
		if err != nil {
			c.Throw(err)
			return
		}
		c.Return(value)
	}
}

// path reads a path: a string or the bytes of a Buffer.
func (a arguments) path(i int) string {
	if a.Kind(i) == v8.StringKind {
		return a.String(i)
	}
	return string(a.Bytes(i))
}

// number tells whether an argument is a number.
func (a arguments) number(i int) bool {
	k := a.Kind(i)
	return k == v8.Int32 || k == v8.Double
}

// bytes reads data to be written. Asynchronous work outlives the call, and so gets a copy.
func (a arguments) bytes(i int) []byte {
	b := a.Bytes(i)
	if a.async && a.Kind(i) != v8.StringKind {
		b = append([]byte(nil), b...)
	}
	return b
}

// restarted repeats a system call as long as signals interrupt it.
func restarted(call func() error) error {
	for {
		err := call()
		if err != syscall.EINTR {
			return err
		}
	}
}

// onPath makes the work of a system call on one path that answers nothing.
func onPath(name, path string, call func() error) work {
	return func() (any, error) {
		if err := restarted(call); err != nil {
			return nil, node.PathError(name, err, path)
		}
		return nil, nil
	}
}

// onFd makes the work of a system call on a descriptor that answers nothing.
func onFd(name string, call func() error) work {
	return func() (any, error) {
		return nil, node.SystemError(name, restarted(call), "", "")
	}
}

// onTwoPaths makes the work of a system call on two paths that answers nothing.
func onTwoPaths(name, path, dest string, call func() error) work {
	return func() (any, error) {
		if err := restarted(call); err != nil {
			return nil, node.SystemError(name, err, path, dest)
		}
		return nil, nil
	}
}

func chmod(a arguments) work {
	path, mode := a.path(0), uint32(a.Int64(1))
	return onPath("chmod", path, func() error { return unix.Chmod(path, mode) })
}

func fchmod(a arguments) work {
	fd, mode := a.Int(0), uint32(a.Int64(1))
	return onFd("fchmod", func() error { return unix.Fchmod(fd, mode) })
}

// owner reads a user or group id: -1, which leaves it as it is, arrives as such or as 2^32-1.
func (a arguments) owner(i int) int {
	return int(int32(a.Int64(i)))
}

func chown(a arguments) work {
	path, uid, gid := a.path(0), a.owner(1), a.owner(2)
	return onPath("chown", path, func() error { return unix.Chown(path, uid, gid) })
}

func fchown(a arguments) work {
	fd, uid, gid := a.Int(0), a.owner(1), a.owner(2)
	return onFd("fchown", func() error { return unix.Fchown(fd, uid, gid) })
}

func lchown(a arguments) work {
	path, uid, gid := a.path(0), a.owner(1), a.owner(2)
	return onPath("lchown", path, func() error { return unix.Lchown(path, uid, gid) })
}

func access(a arguments) work {
	path, mode := a.path(0), uint32(a.Int(1))
	return onPath("access", path, func() error { return unix.Access(path, mode) })
}

// exists answers whether a path can be reached; it never throws.
func exists(c *v8.Call) {
	path := arguments{c, false}.path(0)
	c.Return(unix.Access(path, unix.F_OK) == nil)
}

func link(a arguments) work {
	from, to := a.path(0), a.path(1)
	return onTwoPaths("link", from, to, func() error { return unix.Link(from, to) })
}

func symlink(a arguments) work {
	target, path := a.path(0), a.path(1)
	return onTwoPaths("symlink", target, path, func() error { return unix.Symlink(target, path) })
}

func rename(a arguments) work {
	from, to := a.path(0), a.path(1)
	return onTwoPaths("rename", from, to, func() error { return unix.Rename(from, to) })
}

func unlink(a arguments) work {
	path := a.path(0)
	return onPath("unlink", path, func() error { return unix.Unlink(path) })
}

func rmdir(a arguments) work {
	path := a.path(0)
	return onPath("rmdir", path, func() error { return unix.Rmdir(path) })
}

// readlink(path, asBuffer) answers the target of a symbolic link.
func readlink(a arguments) work {
	path, asBuffer := a.path(0), a.Bool(1)
	return func() (any, error) {
		target, err := readLink(path)
		if err != nil {
			return nil, node.PathError("readlink", err, path)
		}
		return text(target, asBuffer), nil
	}
}

func readLink(path string) (string, error) {
	for size := 256; ; size *= 4 {
		b := make([]byte, size)
		n, err := unix.Readlink(path, b)
		if err != nil {
			return "", err
		}
		if n < size {
			return string(b[:n]), nil
		}
	}
}

// text answers a name as a string, or as its bytes.
func text(s string, asBuffer bool) any {
	if asBuffer {
		return []byte(s)
	}
	return s
}

// errnoOf finds the system's error number in an error of Go's own packages.
func errnoOf(err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return err
}
