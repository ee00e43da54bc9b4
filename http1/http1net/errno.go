package http1net

import "syscall"

// resourceErrors are the reasons for which accepting fails now and may work
// later: no file descriptor, no memory, or a client that has gone already.
var resourceErrors = []error{
	syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM,
	syscall.ECONNABORTED, syscall.ECONNRESET, syscall.EINTR,
}
