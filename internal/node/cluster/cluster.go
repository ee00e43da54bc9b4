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
		// fork(script, args, execArgv, environment, onExit): starts a worker and answers
		// [number, descriptor of the channel]. onExit(code, signal) is called at its end.
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
	onExit := c.KeepCallback(4)
	env.Loop.Ref()
	o := node.ForkOptions{Script: c.String(0), Args: c.Strings(1), ExecArgv: c.Strings(2)}
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
		_ = unix.Close(pair[0])
		_ = unix.Close(pair[1])
		c.Throw(node.SystemError("fork", err, "", ""))
		return
	}
	c.Return([]int{f.PID(), pair[0]})
}
