package fs

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// watchers are the files and directories that one environment watches, each with an inotify descriptor of its own:
// events then need no sorting out, and closing one ends it.
type watchers struct {
	env  *node.Env
	last int
	open map[int]*watcher
}

type watcher struct {
	file     *os.File // of inotify; reads wait in Go's poller
	callback v8.Callback
	referred bool
	isFile   string // the base name, when a single file is watched

	mu      sync.Mutex
	folders map[int32]string // by watch descriptor: the folder, relative to the watched one ("" itself)
	root    string
}

const watched = unix.IN_ATTRIB | unix.IN_CREATE | unix.IN_MODIFY | unix.IN_DELETE | unix.IN_DELETE_SELF | unix.IN_MOVE_SELF | unix.IN_MOVED_FROM | unix.IN_MOVED_TO

// start(path, recursive, referred, callback) begins to watch and answers a handle.
// callback(type, name) is called for every event, with the name as bytes.
func (ws *watchers) start(c *v8.Call) {
	path := arguments{c, false}.path(0)
	recursive := c.Bool(1)
	fail := func(err error) { c.Throw(node.PathError("watch", err, path)) }
	var s unix.Stat_t
	if err := unix.Stat(path, &s); err != nil {
		fail(err)
		return
	}
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		fail(err)
		return
	}
	w := &watcher{file: os.NewFile(uintptr(fd), "inotify"), folders: map[int32]string{}, root: path, referred: c.Bool(2)}
	if s.Mode&unix.S_IFMT != unix.S_IFDIR {
		w.isFile = filepath.Base(path)
	}
	if err := w.add(""); err != nil {
		_ = w.file.Close()
		fail(err)
		return
	}
	if recursive && w.isFile == "" {
		w.addBelow("")
	}
	w.callback = c.KeepCallback(3)
	ws.last++
	id := ws.last
	ws.open[id] = w
	if w.referred {
		ws.env.Loop.Ref()
	}
	go w.run(ws.env, recursive)
	c.Return(id)
}

// add watches one folder, given relative to the root.
func (w *watcher) add(folder string) error {
	raw, err := w.file.SyscallConn()
	if err != nil {
		return err
	}
	var wd int
	var addErr error
	err = raw.Control(func(fd uintptr) { wd, addErr = unix.InotifyAddWatch(int(fd), filepath.Join(w.root, folder), watched) })
	if err == nil {
		err = addErr
	}
	if err != nil {
		return err
	}
	w.mu.Lock()
	w.folders[int32(wd)] = folder
	w.mu.Unlock()
	return nil
}

// addBelow watches all folders below one. What vanishes meanwhile is left out.
func (w *watcher) addBelow(folder string) (found []string) {
	list, err := readDirectory(filepath.Join(w.root, folder))
	if err != nil {
		return nil
	}
	for _, e := range list {
		path := filepath.Join(folder, e.name)
		found = append(found, path)
		if e.kind == kinds[unix.DT_DIR] && w.add(path) == nil {
			found = append(found, w.addBelow(path)...)
		}
	}
	return found
}

// run reads events until the watcher is closed.
func (w *watcher) run(env *node.Env, recursive bool) {
	buffer := make([]byte, 16<<10)
	for {
		n, err := w.file.Read(buffer)
		if err != nil {
			return
		}
		var events [][2]string
		// struct inotify_event: wd (4), mask (4), cookie (4), length of the name (4), name padded with zeros.
		for b := buffer[:n]; len(b) >= unix.SizeofInotifyEvent; {
			wd := int32(binary.NativeEndian.Uint32(b))
			mask := binary.NativeEndian.Uint32(b[4:])
			length := int(binary.NativeEndian.Uint32(b[12:]))
			name := string(bytes.TrimRight(b[16:16+length], "\x00"))
			b = b[16+length:]
			if mask&(unix.IN_IGNORED|unix.IN_Q_OVERFLOW) != 0 {
				continue
			}
			events = append(events, w.event(wd, mask, name, recursive)...)
		}
		if len(events) == 0 {
			continue
		}
		env.Post(func() {
			if w.callback.IsZero() {
				return
			}
			for _, e := range events {
				env.Call(w.callback, e[0], []byte(e[1]))
			}
		})
	}
}

// event turns one of inotify's events into Node's: "change" for contents and attributes, "rename" for everything else.
func (w *watcher) event(wd int32, mask uint32, name string, recursive bool) [][2]string {
	kind := "rename"
	if mask&^uint32(unix.IN_ISDIR)&^uint32(unix.IN_ATTRIB|unix.IN_MODIFY) == 0 {
		kind = "change"
	}
	w.mu.Lock()
	folder := w.folders[wd]
	w.mu.Unlock()
	switch {
	case name == "" && w.isFile != "":
		name = w.isFile
	case name == "" && folder != "":
		return nil // a folder below tells of itself; the one above tells it too
	case name == "":
		name = filepath.Base(w.root)
	}
	path := filepath.Join(folder, name)
	events := [][2]string{{kind, path}}
	if recursive && mask&unix.IN_ISDIR != 0 && mask&(unix.IN_CREATE|unix.IN_MOVED_TO) != 0 && w.add(path) == nil {
		// What appeared in a new folder before it was watched would be missed otherwise.
		for _, found := range w.addBelow(path) {
			events = append(events, [2]string{"rename", found})
		}
	}
	return events
}

// stop(handle) ends watching.
func (ws *watchers) stop(c *v8.Call) {
	w := ws.open[c.Int(0)]
	if w == nil {
		return
	}
	delete(ws.open, c.Int(0))
	_ = w.file.Close()
	w.callback.Release()
	w.callback = v8.Callback{}
	if w.referred {
		ws.env.Loop.Unref()
	}
}

// closeAll ends all watching: the environment is over.
func (ws *watchers) closeAll() {
	for id, w := range ws.open {
		delete(ws.open, id)
		_ = w.file.Close()
	}
}

func (ws *watchers) ref(c *v8.Call) {
	if w := ws.open[c.Int(0)]; w != nil && !w.referred {
		w.referred = true
		ws.env.Loop.Ref()
	}
}

func (ws *watchers) unref(c *v8.Call) {
	if w := ws.open[c.Int(0)]; w != nil && w.referred {
		w.referred = false
		ws.env.Loop.Unref()
	}
}
