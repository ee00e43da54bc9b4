// Package module is the Go half of Node's module system: the few questions about the file system that
// resolving and loading modules asks again and again, each answered in one call.
package module

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// What stat answers, as Node's internal stat does: a file, a directory, or neither.
const (
	isFile      = 0
	isDirectory = 1
	isNeither   = -1
)

// Module is the binding "module_files".
var Module = node.Module{Name: "module_files", New: func(env *node.Env) map[string]v8.Func {
	f := &files{realDirs: map[string]string{}, packageDirs: map[string]bool{}, loaded: func(string) {}}
	if host := env.Host(); host != nil {
		f.loaded = host.Loaded
	}
	return map[string]v8.Func{
		"stat":           func(c *v8.Call) { c.Return(stat(c.String(0))) },
		"findFile":       f.findFile,
		"readText":       f.readText,
		"readPackage":    f.readPackage,
		"nearestPackage": f.nearestPackage,
		"realpath":       f.realpath,
		"checkAddon":     checkAddon,
	}
}}

// files remembers, for one environment, what may be remembered: which directories were seen to hold a package.json,
// and where directories really are. Files that are missing are never remembered, a program may write them.
type files struct {
	realDirs    map[string]string
	packageDirs map[string]bool
	loaded      func(path string) // is told what is read
}

func stat(path string) int {
	var st syscall.Stat_t
	if err := syscall.Stat(path, &st); err != nil {
		return isNeither
	}
	if st.Mode&syscall.S_IFMT == syscall.S_IFDIR {
		return isDirectory
	}
	return isFile
}

// findFile(base, extensions): base when it is a file, else base with the first extension that makes it one;
// when nothing is a file, the number that stat(base) gave.
func (f *files) findFile(c *v8.Call) {
	base := c.String(0)
	rc := isNeither
	if !strings.HasSuffix(base, "/") {
		if rc = stat(base); rc == isFile {
			c.Return(base)
			return
		}
		for _, ext := range c.Array(1) {
			if s, ok := ext.(string); ok && stat(base+s) == isFile {
				c.Return(base + s)
				return
			}
		}
	} else {
		rc = stat(base)
	}
	c.Return(rc)
}

// readText(path): the contents as text; a byte order mark is left to the caller.
func (f *files) readText(c *v8.Call) {
	path := c.String(0)
	f.loaded(path)
	data, err := readFile(path)
	if err != nil {
		c.Throw(err)
		return
	}
	c.Return(text(data))
}

// text is the value for UTF-8 bytes: text in ASCII, as most programs are, needs no decoding.
func text(data []byte) any {
	if isASCII(data) {
		return v8.Latin1(data)
	}
	return strings.ToValidUTF8(string(data), "\uFFFD")
}

func isASCII(data []byte) bool {
	for len(data) >= 8 {
		if binary.NativeEndian.Uint64(data)&0x8080808080808080 != 0 {
			return false
		}
		data = data[8:]
	}
	for _, b := range data {
		if b >= 0x80 {
			return false
		}
	}
	return true
}

// readFile reads a file with as few system calls as can be: package os would offer the file to Go's poller first.
// Errors are those of Node's readFileSync.
func readFile(path string) ([]byte, error) {
	fd, err := retry(func() (int, error) { return syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0) })
	if err != nil {
		return nil, node.SystemError("open", err, path, "")
	}
	defer func() { _ = syscall.Close(fd) }()
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil {
		return nil, node.SystemError("fstat", err, "", "")
	}
	// One byte more than there is, to see the end without asking again.
	data := make([]byte, 0, max(st.Size, 511)+1)
	for {
		n, err := retry(func() (int, error) { return syscall.Read(fd, data[len(data):cap(data)]) })
		if err != nil {
			return nil, node.SystemError("read", err, "", "")
		}
		data = data[:len(data)+n]
		if n == 0 || (len(data) == int(st.Size) && st.Size > 0) {
			return data, nil
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
	}
}

func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != syscall.EINTR {
			return n, err
		}
	}
}

// readPackage(directory): the text of its package.json, or undefined when there is none that can be read.
func (f *files) readPackage(c *v8.Call) {
	dir := c.String(0)
	data, err := readFile(join(dir, "package.json"))
	if err != nil {
		c.Return(nil)
		return
	}
	f.packageDirs[dir] = true
	f.loaded(join(dir, "package.json"))
	c.Return(text(bytes.TrimPrefix(data, []byte("\uFEFF"))))
}

// nearestPackage(path): the nearest directory above path that holds a package.json. The search ends at a
// node_modules directory: what lies in one without a package.json belongs to no package.
func (f *files) nearestPackage(c *v8.Call) {
	dir := filepath.Dir(c.String(0))
	for {
		if strings.HasSuffix(dir, "/node_modules") {
			break
		}
		if f.packageDirs[dir] || stat(join(dir, "package.json")) == isFile {
			f.packageDirs[dir] = true
			c.Return(dir)
			return
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	c.Return(nil)
}

func join(dir, name string) string {
	if strings.HasSuffix(dir, "/") {
		return dir + name
	}
	return dir + "/" + name
}

// realpath(path): the path without symbolic links.
func (f *files) realpath(c *v8.Call) {
	path := filepath.Clean(c.String(0))
	dir, base := filepath.Split(path)
	dir = filepath.Clean(dir)
	if base == "" {
		c.Return(path)
		return
	}
	real, ok := f.realDirs[dir]
	if !ok {
		var err error
		if real, err = filepath.EvalSymlinks(dir); err != nil {
			c.Throw(realpathError(err, path))
			return
		}
		f.realDirs[dir] = real
	}
	full := join(real, base)
	st, err := os.Lstat(full)
	if err == nil && st.Mode()&os.ModeSymlink != 0 {
		full, err = filepath.EvalSymlinks(full)
	}
	if err != nil {
		delete(f.realDirs, dir)
		c.Throw(realpathError(err, path))
		return
	}
	c.Return(full)
}

func realpathError(err error, path string) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return node.SystemError("lstat", errno, path, "")
	}
	if strings.Contains(err.Error(), "too many links") {
		return node.SystemError("stat", syscall.ELOOP, path, "")
	}
	return err
}

// checkAddon(path): what the dynamic loader would say of a file that is no shared object at all,
// or undefined for one that is.
func checkAddon(c *v8.Call) {
	data, err := readFile(c.String(0))
	switch {
	case err != nil:
		c.Return("cannot open shared object file: " + errnoText(err))
	case len(data) < 64:
		c.Return("file too short")
	case string(data[:4]) != "\x7fELF":
		c.Return("invalid ELF header")
	default:
		c.Return(nil)
	}
}

func errnoText(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		text := errno.Error()
		return strings.ToUpper(text[:1]) + text[1:]
	}
	return err.Error()
}
