package test

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// setLimit changes how many descriptors another process may have.
func setLimit(pid int, limit *syscall.Rlimit) error {
	return unix.Prlimit(pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: limit.Cur, Max: limit.Max}, nil)
}
