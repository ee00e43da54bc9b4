package fs

import (
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// remover removes a tree, trying again what failed for a reason that may pass.
type remover struct {
	retries int
	delay   time.Duration
}

// failure says which call on which path failed.
type failure struct {
	call, path string
	err        error
}

// rm(path, maxRetries, retryDelay, whole) removes a file, or a directory with everything in it.
// What is not there is no error. Node's rmSync blames the path it was given ("whole"); its rm the path that failed.
func rm(a arguments) work {
	path, whole := a.path(0), a.Bool(3)
	r := remover{a.Int(1), time.Duration(a.Int64(2)) * time.Millisecond}
	return func() (any, error) {
		f := r.remove(path)
		switch {
		case f == nil:
			return nil, nil
		case whole:
			return nil, wholeFailure(f.err, path)
		}
		return nil, node.SystemError(f.call, f.err, f.path, "")
	}
}

func (r remover) remove(path string) *failure {
	var s unix.Stat_t
	if err := unix.Lstat(path, &s); err != nil {
		if err == unix.ENOENT {
			return nil
		}
		return &failure{"lstat", path, err}
	}
	return r.removeKnown(path, s.Mode&unix.S_IFMT == unix.S_IFDIR)
}

func (r remover) removeKnown(path string, directory bool) *failure {
	if !directory {
		return r.try("unlink", path, func() error { return unix.Unlink(path) })
	}
	// An empty directory needs no listing.
	err := unix.Rmdir(path)
	if err == nil || err == unix.ENOENT {
		return nil
	}
	if err != unix.ENOTEMPTY && err != unix.EEXIST && err != unix.EPERM && err != unix.EACCES {
		return &failure{"rmdir", path, err}
	}
	list, err := readDirectory(path)
	if err != nil {
		return &failure{"scandir", path, err}
	}
	for _, e := range list {
		child := path + "/" + e.name
		var f *failure
		if e.kind == 0 {
			f = r.remove(child)
		} else {
			f = r.removeKnown(child, e.kind == kinds[unix.DT_DIR])
		}
		if f != nil {
			return f
		}
	}
	return r.try("rmdir", path, func() error { return unix.Rmdir(path) })
}

// try calls until it works, waiting longer each time, as long as retries are left.
func (r remover) try(name, path string, call func() error) *failure {
	for n := 0; ; n++ {
		err := restarted(call)
		if err == nil || err == unix.ENOENT {
			return nil
		}
		switch err {
		case unix.EBUSY, unix.EMFILE, unix.ENFILE, unix.ENOTEMPTY, unix.EPERM:
			if n < r.retries {
				time.Sleep(time.Duration(n+1) * r.delay)
				continue
			}
		}
		return &failure{name, path, err}
	}
}

// wholeFailure is the error of Node's rmSync, whose texts and positive errno are its own.
func wholeFailure(err error, path string) error {
	errno, ok := err.(syscall.Errno)
	if !ok {
		return err
	}
	code := unix.ErrnoName(errno)
	text := errno.Error()
	message := code + ", " + strings.ToUpper(text[:1]) + text[1:] + ": " + path + " '" + path + "'"
	return &v8.Error{Code: code, Message: message, Props: v8.Object{{Key: "errno", Value: int(errno)}, {Key: "path", Value: path}, {Key: "syscall", Value: "rm"}}}
}
