package workers

import "syscall"

// childAttributes end the child when its parent is gone: nobody would start it again.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
}
