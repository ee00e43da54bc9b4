// Package childprocess is the native half of Node's module child_process, and of the streams over pipes and terminals.
package childprocess

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// Module registers the natives under the name "spawn".
var Module = node.Module{Name: "spawn", New: func(env *node.Env) map[string]v8.Func {
	cs := &children{env: env, running: map[int]*child{}}
	return map[string]v8.Func{
		"spawn":     cs.spawn,
		"ref":       func(c *v8.Call) { cs.refer(c.Int(0), true) },
		"unref":     func(c *v8.Call) { cs.refer(c.Int(0), false) },
		"kill":      cs.kill,
		"spawnSync": func(c *v8.Call) { spawnSync(env, c) },
	}
}}

// What stands for a standard stream that is no descriptor of ours.
const (
	stdioIgnore = -1
	stdioPipe   = -2
)

// command is a program to be started, as JavaScript's half describes it.
type command struct {
	file     string
	args     []string
	env      []string
	cwd      string
	stdio    []int
	detached bool
	uid, gid int // -1: as they are
}

// readCommand reads the first eight arguments of a native: file, args, env, cwd, stdio, detached, uid, gid.
func readCommand(c *v8.Call) command {
	cmd := command{
		file: c.String(0), args: c.Strings(1), env: c.Strings(2), cwd: c.String(3),
		detached: c.Bool(5), uid: c.Int(6), gid: c.Int(7),
	}
	for _, v := range c.Array(4) {
		switch n := v.(type) {
		case int:
			cmd.stdio = append(cmd.stdio, n)
		case float64:
			cmd.stdio = append(cmd.stdio, int(n))
		}
	}
	return cmd
}

// start starts the program. ours has our end of each stream that is a pipe, nil elsewhere.
func (cmd command) start() (pid int, ours []*os.File, err error) {
	ours = make([]*os.File, len(cmd.stdio))
	files := make([]uintptr, len(cmd.stdio))
	var theirs []*os.File
	defer func() {
		for _, f := range theirs {
			_ = f.Close()
		}
		if err != nil {
			closeAll(ours)
		}
	}()
	for i, s := range cmd.stdio {
		switch s {
		case stdioPipe:
			mine, his, err := socketPair()
			if err != nil {
				return 0, ours, err
			}
			ours[i] = mine
			theirs = append(theirs, his)
			files[i] = his.Fd()
		case stdioIgnore:
			null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
			if err != nil {
				return 0, ours, err
			}
			theirs = append(theirs, null)
			files[i] = null.Fd()
		default:
			if _, err := unix.FcntlInt(uintptr(s), unix.F_GETFD, 0); err != nil {
				return 0, ours, err
			}
			files[i] = uintptr(s)
			if i <= 2 {
				// Programs do not expect their standard streams to refuse to wait.
				_ = unix.SetNonblock(s, false)
			}
		}
	}
	attr := &syscall.ProcAttr{Dir: cmd.cwd, Env: cmd.env, Files: files, Sys: &syscall.SysProcAttr{Setsid: cmd.detached}}
	if cmd.uid >= 0 || cmd.gid >= 0 {
		credential := &syscall.Credential{Uid: uint32(os.Getuid()), Gid: uint32(os.Getgid()), NoSetGroups: os.Geteuid() != 0}
		if cmd.uid >= 0 {
			credential.Uid = uint32(cmd.uid)
		}
		if cmd.gid >= 0 {
			credential.Gid = uint32(cmd.gid)
		}
		attr.Sys.Credential = credential
	}
	path, err := cmd.find()
	if err != nil {
		return 0, ours, err
	}
	pid, err = syscall.ForkExec(path, cmd.args, attr)
	if errors.Is(err, syscall.ENOEXEC) {
		// As execvp: a script without a first line that says who runs it.
		pid, err = syscall.ForkExec("/bin/sh", append([]string{"/bin/sh", path}, cmd.args[min(1, len(cmd.args)):]...), attr)
	}
	return pid, ours, err
}

// find looks the program up as execvp does, in the PATH that the program itself will have.
func (cmd command) find() (string, error) {
	if strings.Contains(cmd.file, "/") {
		return cmd.file, nil
	}
	path := "/bin:/usr/bin"
	for _, pair := range cmd.env {
		if value, ok := strings.CutPrefix(pair, "PATH="); ok {
			path = value
		}
	}
	failure := error(syscall.ENOENT)
	for _, dir := range filepath.SplitList(path) {
		if dir == "" {
			dir = "."
		}
		candidate := filepath.Join(dir, cmd.file)
		if !filepath.IsAbs(candidate) {
			candidate = "./" + candidate
		}
		seen := candidate
		if cmd.cwd != "" && !filepath.IsAbs(candidate) {
			seen = filepath.Join(cmd.cwd, candidate)
		}
		var s unix.Stat_t
		if unix.Stat(seen, &s) != nil || s.Mode&unix.S_IFMT == unix.S_IFDIR {
			continue
		}
		if unix.Access(seen, unix.X_OK) != nil {
			failure = syscall.EACCES
			continue
		}
		return candidate, nil
	}
	return "", failure
}

func closeAll(files []*os.File) {
	for _, f := range files {
		if f != nil {
			_ = f.Close()
		}
	}
}

// take gives the descriptor of f to somebody else.
func take(f *os.File) (int, error) {
	defer f.Close()
	return unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
}

// wait waits for a child's end: its exit code, or the signal that ended it.
func wait(pid int) (code, signal int) {
	var status syscall.WaitStatus
	for {
		_, err := syscall.Wait4(pid, &status, 0, nil)
		if err != syscall.EINTR {
			break
		}
	}
	if status.Signaled() {
		return 0, int(status.Signal())
	}
	return status.ExitStatus(), 0
}

// children are the running children of one environment, by process id.
type children struct {
	env     *node.Env
	running map[int]*child
}

type child struct {
	referred bool
}

// spawn(…command, callback) answers [pid, descriptors of our ends], or the negative error number.
// callback(code, signal) is called when the child has ended.
func (cs *children) spawn(c *v8.Call) {
	pid, ours, err := readCommand(c).start()
	if err != nil {
		c.Return(-int(node.Errno(err)))
		return
	}
	fds := make([]any, len(ours))
	for i, f := range ours {
		fds[i] = -1
		if f == nil {
			continue
		}
		if fd, err := take(f); err == nil {
			fds[i] = fd
		}
	}
	callback := c.Callback(8)
	cs.running[pid] = &child{referred: true}
	cs.env.Loop.Ref()
	go func() {
		code, signal := wait(pid)
		cs.env.Post(func() {
			cs.refer(pid, false)
			delete(cs.running, pid)
			cs.env.Call(callback, code, signal)
		})
	}()
	c.Return([]any{pid, fds})
}

// refer makes a running child keep the loop alive, or not.
func (cs *children) refer(pid int, on bool) {
	ch := cs.running[pid]
	if ch == nil || ch.referred == on {
		return
	}
	ch.referred = on
	if on {
		cs.env.Loop.Ref()
	} else {
		cs.env.Loop.Unref()
	}
}

// kill(pid, signal) answers 0 or the negative error number. A child that has ended is not there any more,
// even if its number belongs to another process by now.
func (cs *children) kill(c *v8.Call) {
	pid := c.Int(0)
	if cs.running[pid] == nil {
		c.Return(-int(syscall.ESRCH))
		return
	}
	if err := syscall.Kill(pid, syscall.Signal(c.Int(1))); err != nil {
		c.Return(-int(node.Errno(err)))
		return
	}
	c.Return(0)
}
