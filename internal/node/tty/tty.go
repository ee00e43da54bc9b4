// Package tty is the native half of Node's module tty: modes and sizes of terminals.
package tty

import (
	"sync"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// Module registers the natives under the name "tty".
var Module = node.Module{Name: "tty", New: func(env *node.Env) map[string]v8.Func {
	env.AtExit(reset)
	return map[string]v8.Func{
		"isTTY":      func(c *v8.Call) { c.Return(isTerminal(c.Int(0))) },
		"windowSize": windowSize,
		"setRawMode": setRawMode,
	}
}}

func isTerminal(fd int) bool {
	_, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	return err == nil
}

// windowSize(fd) answers [columns, rows] or the negative error number.
func windowSize(c *v8.Call) {
	size, err := unix.IoctlGetWinsize(c.Int(0), unix.TIOCGWINSZ)
	if err != nil {
		c.Return(-int(node.Errno(err)))
		return
	}
	c.Return([]any{int(size.Col), int(size.Row)})
}

var (
	mu       sync.Mutex
	original = map[int]unix.Termios{} // of the terminals that are in raw mode
)

// setRawMode(fd, on) answers 0 or the negative error number.
func setRawMode(c *v8.Call) {
	mu.Lock()
	defer mu.Unlock()
	if err := setMode(c.Int(0), c.Bool(1)); err != nil {
		c.Return(-int(node.Errno(err)))
		return
	}
	c.Return(0)
}

func setMode(fd int, raw bool) error {
	saved, changed := original[fd]
	if !raw {
		if !changed {
			return nil
		}
		delete(original, fd)
		return unix.IoctlSetTermios(fd, unix.TCSETSW, &saved)
	}
	if changed {
		return nil
	}
	mode, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	original[fd] = *mode
	// As libuv: keys one by one, without echo and signals; output still turns \n into \r\n.
	mode.Iflag &^= unix.BRKINT | unix.ICRNL | unix.INPCK | unix.ISTRIP | unix.IXON
	mode.Oflag |= unix.ONLCR
	mode.Cflag |= unix.CS8
	mode.Lflag &^= unix.ECHO | unix.ICANON | unix.IEXTEN | unix.ISIG
	mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(fd, unix.TCSETSW, mode)
}

// reset gives terminals back as they were when the process began.
func reset() {
	mu.Lock()
	defer mu.Unlock()
	for fd := range original {
		_ = setMode(fd, false)
	}
}
