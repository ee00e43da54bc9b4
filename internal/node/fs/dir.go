package fs

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/internal/node"
)

// mkdir(path, mode, recursive) makes a directory. With recursive it makes those above it too
// and answers the first that it made, or nothing when all of them were there.
func mkdir(a arguments) work {
	path, mode, recursive := a.path(0), uint32(a.Int64(1)), a.Bool(2)
	if !recursive {
		return onPath("mkdir", path, func() error { return unix.Mkdir(path, mode) })
	}
	return func() (any, error) {
		first, err := makeAll(path, mode)
		if err != nil {
			return nil, node.PathError("mkdir", err, path)
		}
		if first == "" {
			return nil, nil
		}
		return first, nil
	}
}

// makeAll makes the directories of a path that are missing: upwards until one exists, then down again.
func makeAll(path string, mode uint32) (first string, err error) {
	path = trimSlashes(path)
	missing := []string{}
	for current := path; ; current = parent(current) {
		err := restarted(func() error { return unix.Mkdir(current, mode) })
		if err == unix.ENOENT && parent(current) != current {
			missing = append(missing, current)
			continue
		}
		if err == nil {
			first = current
			break
		}
		var s unix.Stat_t
		if statErr := unix.Stat(current, &s); statErr != nil {
			return "", err
		}
		if s.Mode&unix.S_IFMT != unix.S_IFDIR {
			if len(missing) > 0 {
				return "", unix.ENOTDIR
			}
			return "", unix.EEXIST
		}
		break
	}
	for i := len(missing) - 1; i >= 0; i-- {
		err := restarted(func() error { return unix.Mkdir(missing[i], mode) })
		if err != nil && err != unix.EEXIST {
			return "", err
		}
		if first == "" && err == nil {
			first = missing[i]
		}
	}
	return first, nil
}

// parent is the path above, textually: ".." in the path stays, since a link may stand before it.
func parent(path string) string {
	i := strings.LastIndexByte(path, '/')
	switch {
	case i < 0:
		if path == "" || path == "." {
			return path
		}
		return "."
	case i == 0:
		return "/"
	}
	return trimSlashes(path[:i])
}

func trimSlashes(path string) string {
	for len(path) > 1 && path[len(path)-1] == '/' {
		path = path[:len(path)-1]
	}
	return path
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// mkdtemp(prefix, asBuffer) makes a directory with six random letters after the prefix.
func mkdtemp(a arguments) work {
	prefix, asBuffer := a.path(0), a.Bool(1)
	return func() (any, error) {
		for {
			var random [6]byte
			if _, err := rand.Read(random[:]); err != nil {
				return nil, err
			}
			for i := range random {
				random[i] = letters[int(random[i])%len(letters)]
			}
			path := prefix + string(random[:])
			switch err := unix.Mkdir(path, 0o700); err {
			case nil:
				return text(path, asBuffer), nil
			case unix.EEXIST, unix.EINTR:
			default:
				return nil, node.SystemError("mkdtemp", err, prefix+"XXXXXX", "")
			}
		}
	}
}

// entry is a name in a directory with its type in libuv's numbers.
type entry struct {
	name string
	kind byte
}

// kinds maps the kernel's d_type to libuv's UV_DIRENT_ numbers; what is missing is 0, unknown.
var kinds = map[byte]byte{unix.DT_REG: 1, unix.DT_DIR: 2, unix.DT_LNK: 3, unix.DT_FIFO: 4, unix.DT_SOCK: 5, unix.DT_CHR: 6, unix.DT_BLK: 7}

// entries reads the next batch of entries of an open directory; none means its end.
func entries(fd int, buffer []byte) (list []entry, err error) {
	n := 0
	err = restarted(func() error {
		n, err = unix.ReadDirent(fd, buffer)
		return err
	})
	if err != nil {
		return nil, err
	}
	// struct linux_dirent64: ino (8), offset (8), length of the record (2), type (1), name with a final zero.
	for b := buffer[:n]; len(b) > 19; {
		length := int(binary.NativeEndian.Uint16(b[16:]))
		name := b[19:length]
		if end := bytes.IndexByte(name, 0); end >= 0 {
			name = name[:end]
		}
		if s := string(name); s != "." && s != ".." {
			list = append(list, entry{s, kinds[b[18]]})
		}
		b = b[length:]
	}
	if n > 0 && len(list) == 0 {
		return entries(fd, buffer)
	}
	return list, nil
}

// answer lays entries out for JavaScript: the names, joined by zeros when they are wanted as bytes, and the types.
func answer(list []entry, asBuffer bool) []any {
	types := make([]byte, len(list))
	names := make([]string, len(list))
	for i, e := range list {
		names[i], types[i] = e.name, e.kind
	}
	if asBuffer {
		return []any{[]byte(strings.Join(names, "\x00")), types}
	}
	return []any{names, types}
}

// readdir(path, asBuffer) answers [names, types] of a whole directory, sorted by name.
func readdir(a arguments) work {
	path, asBuffer := a.path(0), a.Bool(1)
	return func() (any, error) {
		list, err := readDirectory(path)
		if err != nil {
			return nil, node.PathError("scandir", err, path)
		}
		return answer(list, asBuffer), nil
	}
}

func readDirectory(path string) ([]entry, error) {
	fd, err := openAt(path, unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	var list []entry
	buffer := make([]byte, 32<<10)
	for {
		batch, err := entries(fd, buffer)
		if err != nil {
			return nil, err
		}
		if len(batch) == 0 {
			break
		}
		list = append(list, batch...)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].name < list[j].name })
	return list, nil
}

// opendir(path) answers a descriptor for dirRead and close. When it fails synchronously
// its error does not name the path, as in Node.
func opendir(a arguments) work {
	path := a.path(0)
	return func() (any, error) {
		fd, err := openAt(path, unix.O_RDONLY|unix.O_DIRECTORY, 0)
		if err != nil {
			if !a.async {
				return nil, node.SystemError("opendir", err, "", "")
			}
			return nil, node.PathError("opendir", err, path)
		}
		return fd, nil
	}
}

// dirRead(fd, asBuffer) answers [names, types] of the next batch, or nothing at the end.
func dirRead(a arguments) work {
	fd, asBuffer := a.Int(0), a.Bool(1)
	return func() (any, error) {
		list, err := entries(fd, make([]byte, 8<<10))
		if err != nil {
			return nil, node.SystemError("scandir", err, "", "")
		}
		if len(list) == 0 {
			return nil, nil
		}
		return answer(list, asBuffer), nil
	}
}

// realpath(path, asBuffer) answers the absolute path without links, as realpath(3) does.
func realpath(a arguments) work {
	path, asBuffer := a.path(0), a.Bool(1)
	return func() (any, error) {
		resolved, err := resolve(path)
		if err != nil {
			return nil, node.PathError("realpath", errnoOf(err), path)
		}
		return text(resolved, asBuffer), nil
	}
}

func resolve(path string) (string, error) {
	if path == "" {
		return "", unix.ENOENT
	}
	resolved, err := filepath.EvalSymlinks(path)
	if err != nil {
		if err.Error() == "EvalSymlinks: too many links" {
			return "", unix.ELOOP
		}
		return "", err
	}
	return filepath.Abs(resolved)
}
