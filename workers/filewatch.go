package workers

import (
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// fileWatch reloads the pool when a file that the application loaded has changed. It
// asks for the times of the files again and again: that works on every file system,
// and for editors that replace a file as for those that write into it.
type fileWatch struct {
	roots []string // folders and files given by the operator

	mu     sync.Mutex
	files  map[string]stamp
	walked bool // what the roots held at first is known
}

type stamp struct {
	at   time.Time
	size int64
}

const (
	fileWatchStep = 250 * time.Millisecond
	// fileWatchRest is how long files must have been left alone: one save may write several.
	fileWatchRest = 100 * time.Millisecond
)

func stampOf(path string) stamp {
	st, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{st.ModTime(), st.Size()}
}

// add watches one more file. It is called by workers when they load it.
func (f *fileWatch) add(path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.files[path]; !known {
		f.files[path] = stampOf(path)
	}
}

// changed returns a file that is not as it was, empty when all are, and remembers how
// they are now.
func (f *fileWatch) changed() (path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for p, before := range f.files {
		if now := stampOf(p); now != before {
			f.files[p] = now
			path = p
		}
	}
	for _, root := range f.roots {
		_ = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
			case d.IsDir():
				if d.Name() == "node_modules" && p != root {
					return filepath.SkipDir
				}
			default:
				if _, known := f.files[p]; !known {
					f.files[p] = stampOf(p)
					if f.walked { // whatever its time says: it may have been moved here
						path = p
					}
				}
			}
			return nil
		})
	}
	f.walked = true
	return path
}

// start begins to watch; the function that it returns ends it.
func (f *fileWatch) start(p *Pool) (stop func()) {
	done := make(chan struct{})
	f.changed() // what the roots hold, before anybody serves
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(fileWatchStep):
			}
			path := f.changed()
			if path == "" {
				continue
			}
			for {
				time.Sleep(fileWatchRest)
				if f.changed() == "" {
					break
				}
			}
			p.logf("%s changed: reloading", path)
			p.Reload()
		}
	}()
	return func() { close(done) }
}
