package edge

import (
	"io"
	"io/fs"
	"os"
	"sync/atomic"
	"time"
)

// folder is an open folder, below which files are opened: names are resolved beneath
// it by the kernel, component by component, wherever symbolic links point.
type folder struct {
	root *os.Root
	beneath
}

func openFolder(dir string) (*folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{root: root}
	if err := f.beneath.init(root); err != nil {
		root.Close()
		return nil, err
	}
	return f, nil
}

func (f *folder) Close() error {
	f.beneath.close()
	return f.root.Close()
}

// identity is the state of one file: what is written to it, and what takes its place,
// has another. Of what does not exist it is the zero identity.
type identity struct {
	dev, ino     uint64
	size         int64
	mtime, ctime int64 // nanoseconds
	mode         fs.FileMode
}

func (id *identity) modified() time.Time { return time.Unix(0, id.mtime) }

// settled says whether a change after the moment now would certainly be seen: clocks of
// file systems tick slowly, some only every two seconds.
func (id *identity) settled(now int64) bool {
	return id.ctime < now-settling && id.mtime < now-settling
}

const settling = int64(2100 * time.Millisecond)

// opened is what a name led to.
type opened struct {
	id   identity
	body []byte    // the content of a small file
	file *OpenFile // of another, or of a folder
}

func (o *opened) close() {
	if o.file != nil {
		o.file.Close()
	}
}

// smallFile is the size up to which the content of a file is read at once: below it a
// copy costs less than what the kernel has to do to send a file.
const smallFile = 32 << 10

// OpenFile is an open file that several answers may share.
type OpenFile struct {
	*os.File
	id     identity
	others atomic.Int32 // who use it beside the first
}

// share is the file for one more user, which closes it too.
func (o *OpenFile) share() *OpenFile {
	o.others.Add(1)
	return o
}

// Close is for who uses the file no more. The last one closes it.
func (o *OpenFile) Close() error {
	if o.others.Add(-1) >= 0 {
		return nil
	}
	return o.File.Close()
}

// Changed says whether the file was written to since it was opened, other than at its
// end: what was sent of it and what is still to be sent may then be of different
// states.
func (o *OpenFile) Changed() bool {
	info, err := o.File.Stat()
	return err != nil || info.Size() < o.id.size || info.Size() == o.id.size && info.ModTime().UnixNano() != o.id.mtime
}

// readSmall reads the content of a small file. It is false when the file changes
// meanwhile.
func readSmall(r io.ReaderAt, size int64, state func() (identity, error), before identity) ([]byte, bool) {
	p := make([]byte, size)
	if n, _ := r.ReadAt(p, 0); int64(n) < size {
		return nil, false
	}
	after, err := state()
	return p, err == nil && after == before
}
