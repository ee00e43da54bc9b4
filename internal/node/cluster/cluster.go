// Package cluster is the native half of Node's cluster module: workers are further
// environments of this process.
package cluster

import (
	"strconv"
	"syscall"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
	"golang.org/x/sys/unix"
)

// Module is internalBinding('cluster').
var Module = node.Module{Name: "cluster", New: func(env *node.Env) map[string]v8.Func {
	return map[string]v8.Func{
		// fork(script, args, execArgv, environment, onExit, stdin, stdout, stderr): starts a worker and answers
		// [number, descriptor of the channel, descriptors of our ends of its standard streams].
		// Each of those is a descriptor, -1 for none or -2 for a pipe. onExit(code, signal) is
		// called at its end.
		"fork": func(c *v8.Call) { fork(env, c) },
	}
}}

func fork(env *node.Env, c *v8.Call) {
	forker := env.Options.Forker
	if forker == nil {
		c.Throw(&v8.Error{Code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", Message: "cluster.fork() is not available in this program"})
		return
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		c.Throw(node.SystemError("fork", err, "", ""))
		return
	}
	ours, theirs, err := stdio([3]int{c.Int(5), c.Int(6), c.Int(7)})
	if err != nil {
		closeAll(pair[:])
		c.Throw(node.SystemError("fork", err, "", ""))
		return
	}
	onExit := c.KeepCallback(4)
	env.Loop.Ref()
	o := node.ForkOptions{Script: c.String(0), Args: c.Strings(1), ExecArgv: c.Strings(2), Stdio: theirs}
	o.Environ = append(c.Strings(3), "NODE_CHANNEL_FD="+strconv.Itoa(pair[1]))
	o.OnExit = func(code int, s syscall.Signal) {
		env.Post(func() {
			env.Loop.Unref()
			env.Call(onExit, code, int(s))
		})
	}
	f, err := forker.Fork(env, o)
	if err != nil {
		env.Loop.Unref()
		closeAll(pair[:])
		closeAll(ours[:])
		closeOwn(theirs)
		c.Throw(node.SystemError("fork", err, "", ""))
		return
	}
	c.Return([]int{f.PID(), pair[0], ours[0], ours[1], ours[2]})
}

// stdio opens the standard streams of a worker. What is not the process's own is a
// descriptor that the worker closes; ours are the other ends of pipes, or -1.
func stdio(wanted [3]int) (ours, theirs [3]int, err error) {
	ours, theirs = [3]int{-1, -1, -1}, [3]int{-1, -1, -1}
	for i := range theirs {
		switch fd := wanted[i]; {
		case fd == -2:
			var pair [2]int
			if pair, err = unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0); err == nil {
				ours[i], theirs[i] = pair[0], pair[1]
			}
		case fd > 2:
			theirs[i], err = unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
		default:
			theirs[i] = fd
		}
		if err != nil {
			closeAll(ours[:])
			closeOwn(theirs)
			return ours, theirs, err
		}
	}
	return ours, theirs, nil
}

func closeAll(fds []int) {
	for _, fd := range fds {
		if fd >= 0 {
			_ = unix.Close(fd)
		}
	}
}

func closeOwn(stdio [3]int) {
	for _, fd := range stdio {
		if fd > 2 {
			_ = unix.Close(fd)
		}
	}
}
