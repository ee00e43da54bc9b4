package fs

import (
	"encoding/binary"
	"math"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// statFields is the number of eight-byte numbers that describe a file, in the order of JavaScript's half:
// dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, and seconds and nanoseconds
// of access, modification, change and birth.
const statFields = 18

// statx asks the kernel about a path, or about a descriptor when path is empty.
func statx(dir int, path string, flags int, into []byte, big bool) error {
	var s unix.Statx_t
	err := restarted(func() error {
		return unix.Statx(dir, path, flags, unix.STATX_BASIC_STATS|unix.STATX_BTIME, &s)
	})
	if err != nil {
		return err
	}
	put := func(i int, v int64) { binary.NativeEndian.PutUint64(into[8*i:], uint64(v)) }
	if !big {
		put = func(i int, v int64) { binary.NativeEndian.PutUint64(into[8*i:], math.Float64bits(float64(v))) }
	}
	put(0, int64(unix.Mkdev(s.Dev_major, s.Dev_minor)))
	put(1, int64(s.Mode))
	put(2, int64(s.Nlink))
	put(3, int64(s.Uid))
	put(4, int64(s.Gid))
	put(5, int64(unix.Mkdev(s.Rdev_major, s.Rdev_minor)))
	put(6, int64(s.Blksize))
	put(7, int64(s.Ino))
	put(8, int64(s.Size))
	put(9, int64(s.Blocks))
	birth := s.Btime
	if s.Mask&unix.STATX_BTIME == 0 {
		birth = s.Ctime // as libuv does where a file system does not keep it
	}
	for i, t := range [...]unix.StatxTimestamp{s.Atime, s.Mtime, s.Ctime, birth} {
		put(10+2*i, t.Sec)
		put(11+2*i, int64(t.Nsec))
	}
	return nil
}

// target reads what is to be described: a descriptor, or a path and whether links are followed.
func (a arguments) target(i int, follow bool) (dir int, path string, flags int, call string) {
	if a.number(i) {
		return a.Int(i), "", unix.AT_EMPTY_PATH, "fstat"
	}
	if follow {
		return unix.AT_FDCWD, a.path(i), 0, "stat"
	}
	return unix.AT_FDCWD, a.path(i), unix.AT_SYMLINK_NOFOLLOW, "lstat"
}

// stat(pathOrFd, follow, bigint) answers the fields as bytes.
func stat(a arguments) work {
	dir, path, flags, call := a.target(0, a.Bool(1))
	big := a.Bool(2)
	return func() (any, error) {
		into := make([]byte, 8*statFields)
		if err := statx(dir, path, flags, into, big); err != nil {
			return nil, statError(call, err, path)
		}
		return into, nil
	}
}

// statInto(pathOrFd, follow, fields, bigint, throwIfNoEntry) fills a typed array of JavaScript's
// and answers whether there is such a file.
func statInto(c *v8.Call) {
	a := arguments{c, false}
	dir, path, flags, call := a.target(0, a.Bool(1))
	err := statx(dir, path, flags, c.Bytes(2), c.Bool(3))
	switch {
	case err == nil:
		c.Return(true)
	case !c.Bool(4) && (err == unix.ENOENT || err == unix.ENOTDIR):
		c.Return(false)
	default:
		c.Throw(statError(call, err, path))
	}
}

func statError(call string, err error, path string) error {
	if call == "fstat" {
		return node.SystemError(call, err, "", "")
	}
	return node.PathError(call, err, path)
}

// internalModuleStat(path) answers 0 for a file, 1 for a directory and a negative number for nothing there.
func internalModuleStat(c *v8.Call) {
	var s unix.Stat_t
	if err := restarted(func() error { return unix.Stat(arguments{c, false}.path(0), &s) }); err != nil {
		c.Return(-2)
		return
	}
	if s.Mode&unix.S_IFMT == unix.S_IFDIR {
		c.Return(1)
		return
	}
	c.Return(0)
}

// statfs(path) answers type, bsize, blocks, bfree, bavail, files, ffree and frsize as bigints.
func statfs(a arguments) work {
	path := a.path(0)
	return func() (any, error) {
		var s unix.Statfs_t
		if err := restarted(func() error { return unix.Statfs(path, &s) }); err != nil {
			return nil, node.PathError("statfs", err, path)
		}
		b := make([]byte, 0, 64)
		for _, v := range [...]uint64{uint64(s.Type), uint64(s.Bsize), s.Blocks, s.Bfree, s.Bavail, s.Files, s.Ffree, uint64(s.Frsize)} {
			b = binary.NativeEndian.AppendUint64(b, v)
		}
		return b, nil
	}
}

// times(atime, mtime) reads two times in seconds.
func (a arguments) times(i int) []unix.Timespec {
	return []unix.Timespec{timespec(a.Float(i)), timespec(a.Float(i + 1))}
}

// timespec keeps microseconds: a double of seconds does not hold more.
func timespec(seconds float64) unix.Timespec {
	micros := int64(math.Round(seconds * 1e6))
	sec := micros / 1e6
	micros -= sec * 1e6
	if micros < 0 {
		sec, micros = sec-1, micros+1e6
	}
	return unix.Timespec{Sec: sec, Nsec: micros * 1000}
}

func utimes(a arguments) work {
	path, ts := a.path(0), a.times(1)
	return onPath("utime", path, func() error { return unix.UtimesNanoAt(unix.AT_FDCWD, path, ts, 0) })
}

func lutimes(a arguments) work {
	path, ts := a.path(0), a.times(1)
	return onPath("lutime", path, func() error { return unix.UtimesNanoAt(unix.AT_FDCWD, path, ts, unix.AT_SYMLINK_NOFOLLOW) })
}

func futimes(a arguments) work {
	fd, ts := a.Int(0), a.times(1)
	return onFd("futime", func() error { return futimens(fd, ts) })
}
