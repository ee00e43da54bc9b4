package edge

import (
	"errors"
	"io/fs"
	"os"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// beneath opens files with openat2, which resolves a whole name at once. Where that is
// not to be had (an old kernel, a sandbox), os.Root does it, component by component.
type beneath struct {
	dir     *os.File
	fd      int
	without atomic.Bool // there is no openat2
}

func (b *beneath) init(root *os.Root) error {
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	b.dir, b.fd = dir, int(dir.Fd())
	return nil
}

func (b *beneath) close() { b.dir.Close() }

// descriptor is an open file without anything around it.
type descriptor int

func (d descriptor) ReadAt(p []byte, off int64) (int, error) {
	total := 0
	for total < len(p) {
		n, err := unix.Pread(int(d), p[total:], off+int64(total))
		if err == unix.EINTR {
			continue
		}
		if n <= 0 || err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

func (d descriptor) state() (identity, error) {
	var st unix.Stat_t
	err := unix.Fstat(int(d), &st)
	return identityOf(&st), err
}

// open opens a regular file or a folder.
func (f *folder) open(name string) (opened, error) {
	d, err := f.descriptor(name)
	if err != nil {
		return opened{}, err
	}
	id, err := d.state()
	if err == nil && !id.mode.IsRegular() && !id.mode.IsDir() {
		err = fs.ErrNotExist
	}
	if err != nil {
		unix.Close(int(d))
		return opened{}, err
	}
	o := opened{id: id}
	for tries := 0; o.id.mode.IsRegular() && o.id.size <= smallFile && tries < 3; tries++ {
		if body, same := readSmall(d, o.id.size, d.state, o.id); same {
			o.body = body
			unix.Close(int(d))
			return o, nil
		}
		if o.id, err = d.state(); err != nil {
			unix.Close(int(d))
			return opened{}, err
		}
	}
	o.file = &OpenFile{File: os.NewFile(uintptr(d), name), id: o.id}
	return o, nil
}

// descriptor opens a name beneath the folder.
func (f *folder) descriptor(name string) (descriptor, error) {
	// Not to wait for the other end of a named pipe.
	const flags = unix.O_RDONLY | unix.O_NONBLOCK | unix.O_CLOEXEC | unix.O_NOCTTY
	for tries := 0; tries < 16 && !f.without.Load(); tries++ {
		fd, err := unix.Openat2(f.fd, name, &unix.OpenHow{Flags: flags, Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_MAGICLINKS})
		switch err {
		case nil:
			return descriptor(fd), nil
		case unix.EAGAIN, unix.EINTR: // something was renamed meanwhile
			continue
		case unix.ENOSYS:
			f.without.Store(true)
			continue
		case unix.EPERM: // perhaps a sandbox: os.Root decides
		default:
			return -1, &fs.PathError{Op: "openat2", Path: name, Err: err}
		}
		break
	}
	file, err := f.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	defer file.Close()
	fd, err := unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	return descriptor(fd), err
}

// state is the state of what a name leads to now. It may be outside of the folder: that
// is compared, not opened.
func (f *folder) state(name string) (identity, error) {
	var st unix.Stat_t
	for {
		switch err := unix.Fstatat(f.fd, name, &st, 0); {
		case err == unix.EINTR:
		case err == nil:
			return identityOf(&st), nil
		case errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR):
			return identity{}, nil
		default:
			return identity{}, err
		}
	}
}

func identityOf(st *unix.Stat_t) identity {
	mode := fs.ModeIrregular
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		mode = 0
	case unix.S_IFDIR:
		mode = fs.ModeDir
	}
	return identity{uint64(st.Dev), st.Ino, st.Size, st.Mtim.Nano(), st.Ctim.Nano(), mode | fs.FileMode(st.Mode&0o777)}
}
