// Package process is the native half of the process object.
package process

import (
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// began is when the process started, as far as Go code can tell.
var began = time.Now()

// Module registers the natives under the name "process".
var Module = node.Module{Name: "process", New: func(env *node.Env) map[string]v8.Func {
	s := newSignals(env)
	// What would change the process is refused where it is a Go program's own.
	own := func(name string, f v8.Func) v8.Func { return env.NotEmbedded("process."+name+"()", f) }
	return map[string]v8.Func{
		"cwd":         cwd,
		"chdir":       own("chdir", func(c *v8.Call) { chdir(env, c) }),
		"umask":       func(c *v8.Call) { umask(env, c) },
		"environment": func(c *v8.Call) { c.Return(env.Environ()) },
		"parseEnv": func(c *v8.Call) {
			var flat []string
			for _, v := range ParseEnv(c.String(0)) {
				flat = append(flat, v[0], v[1])
			}
			c.Return(flat)
		},
		"about": func(c *v8.Call) {
			c.Return([]any{node.Version, runtime.GOOS, runtime.GOARCH, env.PID(), runtime.Version()})
		},
		"getppid":           func(c *v8.Call) { c.Return(env.ParentPID()) },
		"getuid":            func(c *v8.Call) { c.Return(os.Getuid()) },
		"geteuid":           func(c *v8.Call) { c.Return(os.Geteuid()) },
		"getgid":            func(c *v8.Call) { c.Return(os.Getgid()) },
		"getegid":           func(c *v8.Call) { c.Return(os.Getegid()) },
		"getgroups":         getgroups,
		"setuid":            own("setuid", setID("setuid", syscall.Setuid)),
		"seteuid":           own("seteuid", setID("seteuid", func(id int) error { return syscall.Setreuid(-1, id) })),
		"setgid":            own("setgid", setID("setgid", syscall.Setgid)),
		"setegid":           own("setegid", setID("setegid", func(id int) error { return syscall.Setregid(-1, id) })),
		"setgroups":         own("setgroups", setgroups),
		"userId":            func(c *v8.Call) { c.Return(lookUp("/etc/passwd", c.String(0))) },
		"groupId":           func(c *v8.Call) { c.Return(lookUp("/etc/group", c.String(0))) },
		"groupsOf":          func(c *v8.Call) { c.Return(groupsOf(c.String(0), c.Int(1))) },
		"hrtime":            hrtime,
		"hrtimeBigInt":      hrtimeBigInt,
		"uptime":            func(c *v8.Call) { c.Return(time.Since(began).Seconds()) },
		"rss":               func(c *v8.Call) { c.Return(float64(rss())) },
		"memoryUsage":       func(c *v8.Call) { memoryUsage(env, c) },
		"cpuUsage":          func(c *v8.Call) { usage(c, unix.RUSAGE_SELF) },
		"threadCpuUsage":    func(c *v8.Call) { usage(c, unix.RUSAGE_THREAD) },
		"resourceUsage":     resourceUsage,
		"constrainedMemory": func(c *v8.Call) { c.Return(float64(constrainedMemory())) },
		"availableMemory":   func(c *v8.Call) { c.Return(float64(availableMemory())) },
		"kill":              func(c *v8.Call) { kill(env, c) },
		"abort":             own("abort", abort),
		"setTitle":          func(c *v8.Call) { setTitle(env, c) },
		"execve":            own("execve", execve),
		"signalStart":       s.start,
		"signalStop":        s.stop,
		"requests":          func(c *v8.Call) { c.Return(env.Requests()) },
		"rawDebug":          func(c *v8.Call) { _, _ = io.WriteString(env.Stderr(), c.String(0)) },
	}
}}

func cwd(c *v8.Call) {
	dir, err := syscall.Getwd()
	if err != nil {
		c.Throw(node.SystemError("uv_cwd", err, "", ""))
		return
	}
	c.Return(dir)
}

// chdir(path) changes the working directory; the error names where it was and where it was to go.
// The directory is the process's. Of several workers that run the same program each takes the same
// steps from where the process began, so that the second does not go further than the first.
func chdir(env *node.Env, c *v8.Call) {
	path := c.String(0)
	target := path
	if env.Host() != nil && !filepath.IsAbs(path) {
		target = filepath.Join(env.WorkingDirectory(), path)
	}
	err := syscall.Chdir(target)
	if err == nil && env.Host() != nil {
		env.SetWorkingDirectory(target)
	}
	if err != nil {
		from, _ := syscall.Getwd()
		c.Throw(node.SystemError("chdir", err, from, path))
	}
}

// umask() reads the mask, umask(n) replaces it; both answer what it was.
func umask(env *node.Env, c *v8.Call) {
	if c.IsNullish(0) {
		old := syscall.Umask(0)
		syscall.Umask(old)
		c.Return(old)
		return
	}
	env.NotEmbedded("Setting process.umask()", func(c *v8.Call) { c.Return(syscall.Umask(c.Int(0))) })(c)
}

func getgroups(c *v8.Call) {
	groups, err := os.Getgroups()
	if err != nil {
		c.Throw(node.SystemError("getgroups", err, "", ""))
		return
	}
	egid, found := os.Getegid(), false
	out := make([]any, 0, len(groups)+1)
	for _, g := range groups {
		found = found || g == egid
		out = append(out, g)
	}
	if !found {
		out = append(out, egid)
	}
	c.Return(out)
}

// setID is the native of a call that changes an id. Go's syscall package changes it for all threads.
func setID(name string, set func(int) error) v8.Func {
	return func(c *v8.Call) {
		if err := set(c.Int(0)); err != nil {
			c.Throw(refused(name, err))
		}
	}
}

// refused is the error of a call that changes ids, whose text and positive errno are Node's own.
func refused(name string, err error) error {
	n := node.Errno(err)
	text := n.Error()
	code := node.ErrnoName(n)
	return &v8.Error{
		Code: code, Message: code + ", " + strings.ToUpper(text[:1]) + text[1:],
		Props: v8.Object{{Key: "errno", Value: int(n)}, {Key: "syscall", Value: name}},
	}
}

func setgroups(c *v8.Call) {
	var groups []int
	for _, g := range c.Array(0) {
		switch n := g.(type) {
		case int:
			groups = append(groups, n)
		case float64:
			groups = append(groups, int(n))
		}
	}
	if err := syscall.Setgroups(groups); err != nil {
		c.Throw(refused("setgroups", err))
	}
}

// lookUp finds the id of a name in a file of name:x:id lines; -1 when it is not there.
func lookUp(file, name string) int {
	text, err := os.ReadFile(file)
	if err != nil {
		return -1
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		f := strings.Split(line, ":")
		if len(f) > 2 && f[0] == name {
			if id, err := strconv.Atoi(f[2]); err == nil {
				return id
			}
		}
	}
	return -1
}

// groupsOf lists the groups that a user is in, and one more.
func groupsOf(user string, extra int) []any {
	out := []any{extra}
	text, err := os.ReadFile("/etc/group")
	if err != nil {
		return out
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		f := strings.Split(line, ":")
		if len(f) < 4 {
			continue
		}
		for member := range strings.SplitSeq(f[3], ",") {
			if id, err := strconv.Atoi(f[2]); err == nil && member == user && id != extra {
				out = append(out, id)
			}
		}
	}
	return out
}

func monotonic() unix.Timespec {
	var ts unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts)
	return ts
}

// hrtime(array) fills a Uint32Array: seconds' high and low half, nanoseconds.
func hrtime(c *v8.Call) {
	ts, b := monotonic(), c.Bytes(0)
	binary.NativeEndian.PutUint32(b, uint32(ts.Sec>>32))
	binary.NativeEndian.PutUint32(b[4:], uint32(ts.Sec))
	binary.NativeEndian.PutUint32(b[8:], uint32(ts.Nsec))
}

// hrtimeBigInt(array) fills the one number of a BigUint64Array with nanoseconds.
func hrtimeBigInt(c *v8.Call) {
	ts := monotonic()
	binary.NativeEndian.PutUint64(c.Bytes(0), uint64(ts.Sec)*1e9+uint64(ts.Nsec))
}

// rss is the resident memory of the process in bytes.
func rss() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

// memoryUsage answers rss, heapTotal, heapUsed, external and arrayBuffers.
func memoryUsage(env *node.Env, c *v8.Call) {
	h := env.Isolate.HeapStats()
	c.Return([]any{float64(rss()), float64(h.Total), float64(h.Used), float64(h.External), float64(h.ArrayBuffers)})
}

func micros(t unix.Timeval) float64 { return float64(t.Sec)*1e6 + float64(t.Usec) }

// usage answers user and system time in microseconds.
func usage(c *v8.Call, who int) {
	var u unix.Rusage
	if err := unix.Getrusage(who, &u); err != nil {
		c.Throw(node.SystemError("uv_getrusage", err, "", ""))
		return
	}
	c.Return([]any{micros(u.Utime), micros(u.Stime)})
}

func resourceUsage(c *v8.Call) {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		c.Throw(node.SystemError("uv_getrusage", err, "", ""))
		return
	}
	out := []any{micros(u.Utime), micros(u.Stime)}
	for _, n := range [...]int64{
		u.Maxrss, u.Ixrss, u.Idrss, u.Isrss, u.Minflt, u.Majflt, u.Nswap, u.Inblock, u.Oublock, u.Msgsnd, u.Msgrcv, u.Nsignals, u.Nvcsw, u.Nivcsw,
	} {
		out = append(out, float64(n))
	}
	c.Return(out)
}

// cgroupLimit is the lowest memory limit of this process's control groups, 0 when there is none.
func cgroupLimit() (limit, used int64) {
	text, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return 0, 0
	}
	read := func(path string) int64 {
		b, err := os.ReadFile(path)
		if err != nil {
			return -1
		}
		n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
		if err != nil {
			return -1 // "max"
		}
		return n
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		f := strings.SplitN(line, ":", 3)
		if len(f) < 3 {
			continue
		}
		var root, limitFile, usedFile string
		switch {
		case f[1] == "":
			root, limitFile, usedFile = "/sys/fs/cgroup", "memory.max", "memory.current"
		case strings.Contains(","+f[1]+",", ",memory,"):
			root, limitFile, usedFile = "/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"
		default:
			continue
		}
		for dir := f[2]; ; dir = filepath.Dir(dir) {
			n := read(filepath.Join(root, dir, limitFile))
			if n > 0 && (limit == 0 || n < limit) {
				limit, used = n, max(0, read(filepath.Join(root, dir, usedFile)))
			}
			if dir == "/" || dir == "." {
				break
			}
		}
	}
	return limit, used
}

// totalMemory is the machine's memory.
func totalMemory() (total, free int64) {
	var si unix.Sysinfo_t
	if err := unix.Sysinfo(&si); err != nil {
		return 0, 0
	}
	total, free = int64(si.Totalram)*int64(si.Unit), int64(si.Freeram)*int64(si.Unit)
	text, _ := os.ReadFile("/proc/meminfo")
	for line := range strings.SplitSeq(string(text), "\n") {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "MemAvailable:" {
			if kb, err := strconv.ParseInt(f[1], 10, 64); err == nil {
				free = kb * 1024
			}
		}
	}
	return total, free
}

// constrainedMemory is the limit that the system sets this process; 0 when there is none.
func constrainedMemory() int64 {
	limit, _ := cgroupLimit()
	return limit
}

// availableMemory is what the process may still use.
func availableMemory() int64 {
	total, free := totalMemory()
	if limit, used := cgroupLimit(); limit > 0 && limit < total {
		return max(0, min(limit-used, free))
	}
	return free
}

// kill(pid, signal) answers 0 or the negative error number, as Node's process._kill.
func kill(env *node.Env, c *v8.Call) {
	pid, s := c.Int(0), syscall.Signal(c.Int(1))
	send := syscall.Kill
	if env.Embedded() {
		send = func(pid int, s syscall.Signal) error { return killFromWithin(env, pid, s) }
	}
	if f := env.Options.Forker; f != nil && pid >= node.FirstForkPID {
		send = f.Signal
	}
	if err := send(pid, s); err != nil {
		c.Return(-int(node.Errno(err)))
		return
	}
	c.Return(0)
}

// killFromWithin keeps signals from the Go program that the application runs in: one to
// the process is for the environment, one to its group is not for the application to send.
func killFromWithin(env *node.Env, pid int, s syscall.Signal) error {
	switch {
	case pid == os.Getpid() && (s == 0 || env.Options.Fork == nil):
		return env.SignalSelf(s)
	case pid == os.Getpid():
		return syscall.EPERM // from a worker of cluster, to the application that forked it
	case pid == 0, pid == -1, pid == -syscall.Getpgrp():
		return syscall.EPERM
	}
	return syscall.Kill(pid, s)
}

// abort ends the process by SIGABRT, with a core file where the system writes one.
func abort(*v8.Call) {
	restoreDefault(syscall.SIGABRT)
	_ = syscall.Kill(os.Getpid(), syscall.SIGABRT)
	time.Sleep(time.Second) // for the thread that the signal is delivered to
	os.Exit(134)
}

// setTitle names the threads of the process; ps shows the name with -c, and top.
func setTitle(env *node.Env, c *v8.Call) {
	if env.Embedded() {
		return
	}
	name := c.String(0)
	if len(name) > 15 {
		name = name[:15]
	}
	_ = os.WriteFile("/proc/self/comm", []byte(name), 0)
}

// execve(path, args, env) puts another program in the place of this one.
func execve(c *v8.Call) {
	err := syscall.Exec(c.String(0), c.Strings(1), c.Strings(2))
	c.Throw(node.SystemError("execve", err, c.String(0), ""))
}
