//go:build !linux

package edge

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// beneath has nothing of its own: os.Root resolves names.
type beneath struct{}

func (*beneath) init(*os.Root) error { return nil }
func (*beneath) close()              {}

// open opens a regular file or a folder.
func (f *folder) open(name string) (opened, error) {
	file, err := f.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return opened{}, err
	}
	state := func() (identity, error) { return identityOf(file.Stat()) }
	id, err := state()
	if err == nil && !id.mode.IsRegular() && !id.mode.IsDir() {
		err = fs.ErrNotExist
	}
	if err != nil {
		file.Close()
		return opened{}, err
	}
	if id.mode.IsRegular() && id.size <= smallFile {
		if body, same := readSmall(file, id.size, state, id); same {
			return opened{id: id, body: body}, file.Close()
		}
	}
	return opened{id: id, file: &OpenFile{File: file, id: id}}, nil
}

// state is the state of what a name leads to now.
func (f *folder) state(name string) (identity, error) {
	id, err := identityOf(f.root.Stat(name))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return id, err
}

// identityOf has no number of the file and no time of its last change: what the standard
// library tells everywhere.
func identityOf(info fs.FileInfo, err error) (identity, error) {
	if err != nil {
		return identity{}, err
	}
	return identity{size: info.Size(), mtime: info.ModTime().UnixNano(), ctime: info.ModTime().UnixNano(), mode: info.Mode()}, nil
}
