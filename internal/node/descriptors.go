package node

import (
	"sync"

	"golang.org/x/sys/unix"
)

// descriptors are those that the application opened and has to close. Where the
// process goes on when an environment ends, what it left open is closed for it.
type descriptors struct {
	mu   sync.Mutex
	open map[int]struct{}
	over bool
}

// Own notes that the application opened fd. Any goroutine may call it.
func (env *Env) Own(fd int) {
	if env.host == nil {
		return
	}
	d := &env.descriptors
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.over {
		_ = unix.Close(fd)
		return
	}
	if d.open == nil {
		d.open = map[int]struct{}{}
	}
	d.open[fd] = struct{}{}
}

// Disown notes that fd is about to be closed, or is somebody else's to close now.
func (env *Env) Disown(fd int) {
	if env.host == nil {
		return
	}
	d := &env.descriptors
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.open, fd)
}

func (d *descriptors) closeAll() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.over = true
	for fd := range d.open {
		_ = unix.Close(fd)
	}
	clear(d.open)
}
