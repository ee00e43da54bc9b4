// Package os is the native half of Node's module os, and the home of the operating system's constants.
package os

import (
	"bufio"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// Module registers the natives under the name "os".
var Module = node.Module{Name: "os", New: func(*node.Env) map[string]v8.Func {
	return map[string]v8.Func{
		"constants":            constants,
		"hostname":             hostname,
		"uname":                uname,
		"memory":               memory,
		"uptime":               uptime,
		"loadavg":              loadavg,
		"cpus":                 cpus,
		"availableParallelism": func(c *v8.Call) { c.Return(parallelism()) },
		"interfaces":           interfaces,
		"userInfo":             userInfo,
		"getPriority":          getPriority,
		"setPriority":          setPriority,
	}
}}

// refused is what a native answers in place of a value when the system said no:
// JavaScript makes Node's ERR_SYSTEM_ERROR of it.
func refused(err error, syscallName string) []any {
	errno, ok := err.(syscall.Errno)
	if !ok {
		errno = syscall.EIO
	}
	return []any{-int(errno), unix.ErrnoName(errno), node.ErrnoMessage(errno), syscallName}
}

func hostname(c *v8.Call) {
	name, err := os.Hostname()
	if err != nil {
		c.Throw(err)
		return
	}
	c.Return(name)
}

// uname answers sysname, release, version and machine.
func uname(c *v8.Call) {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		c.Throw(node.SystemError("uv_os_uname", err, "", ""))
		return
	}
	c.Return([]any{
		unix.ByteSliceToString(u.Sysname[:]), unix.ByteSliceToString(u.Release[:]),
		unix.ByteSliceToString(u.Version[:]), unix.ByteSliceToString(u.Machine[:]),
	})
}

// memory answers the machine's total and its available memory in bytes.
func memory(c *v8.Call) {
	total, free := int64(-1), int64(-1)
	for line := range lines("/proc/meminfo") {
		switch {
		case strings.HasPrefix(line, "MemTotal:"):
			total = kilobytes(line)
		case strings.HasPrefix(line, "MemAvailable:"):
			free = kilobytes(line)
		}
	}
	var si unix.Sysinfo_t
	if total < 0 || free < 0 {
		if err := unix.Sysinfo(&si); err == nil {
			total, free = int64(si.Totalram)*int64(si.Unit), int64(si.Freeram)*int64(si.Unit)
		}
	}
	c.Return([]any{float64(total), float64(free)})
}

// kilobytes reads the number of a line "Name:  1234 kB" of /proc as bytes.
func kilobytes(line string) int64 {
	fields := strings.Fields(line)
	if len(fields) < 2 {
		return -1
	}
	n, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return -1
	}
	return n * 1024
}

// lines iterates over the lines of a file, over none when it cannot be read.
func lines(path string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		f, err := os.Open(path)
		if err != nil {
			return
		}
		defer f.Close()
		for s := bufio.NewScanner(f); s.Scan(); {
			if !yield(s.Text()) {
				return
			}
		}
	}
}

func uptime(c *v8.Call) {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		c.Throw(node.SystemError("uv_uptime", err, "", ""))
		return
	}
	// Hundredths, as /proc/uptime has them.
	c.Return(float64(ts.Sec) + float64(ts.Nsec/1e7)/100)
}

func loadavg(c *v8.Call) {
	out := []any{0.0, 0.0, 0.0}
	for line := range lines("/proc/loadavg") {
		for i, field := range strings.Fields(line) {
			if i < 3 {
				out[i], _ = strconv.ParseFloat(field, 64)
			}
		}
	}
	c.Return(out)
}

// parallelism is how many threads of this process can run at once.
func parallelism() int {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return runtime.NumCPU()
	}
	return max(1, set.Count())
}

// cpus answers one row per processor: model, speed in MHz, and the times in milliseconds.
func cpus(c *v8.Call) {
	models, speeds := map[int]string{}, map[int]int{}
	current := 0
	for line := range lines("/proc/cpuinfo") {
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(key) {
		case "processor":
			current, _ = strconv.Atoi(value)
		case "model name", "Processor", "cpu model":
			models[current] = value
		}
	}
	out := []any{}
	for line := range lines("/proc/stat") {
		fields := strings.Fields(line)
		if len(fields) < 7 || !strings.HasPrefix(fields[0], "cpu") || len(fields[0]) == 3 {
			continue
		}
		id, err := strconv.Atoi(fields[0][3:])
		if err != nil {
			continue
		}
		speeds[id] = frequency(id)
		ms := func(i int) float64 { n, _ := strconv.ParseFloat(fields[i], 64); return n * 10 }
		model := models[id]
		if model == "" {
			model = "unknown"
		}
		out = append(out, []any{model, speeds[id], ms(1), ms(2), ms(3), ms(4), ms(6)})
	}
	c.Return(out)
}

// frequency reads a processor's current frequency in MHz, 0 when the kernel does not tell.
func frequency(id int) int {
	text, err := os.ReadFile("/sys/devices/system/cpu/cpu" + strconv.Itoa(id) + "/cpufreq/scaling_cur_freq")
	if err != nil {
		return 0
	}
	khz, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return khz / 1000
}

// interfaces answers a row per address: name, address, netmask, family, mac, internal, cidr, scope id.
func interfaces(c *v8.Call) {
	out := []any{}
	list, err := net.Interfaces()
	if err != nil {
		c.Throw(node.SystemError("uv_interface_addresses", err, "", ""))
		return
	}
	var later []any // Node lists all IPv4 addresses of the machine before the IPv6 ones
	for _, i := range list {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagRunning == 0 {
			continue
		}
		addresses, err := i.Addrs()
		if err != nil {
			continue
		}
		mac := i.HardwareAddr.String()
		if len(i.HardwareAddr) != 6 {
			mac = "00:00:00:00:00:00"
		}
		for _, a := range addresses {
			ipnet, ok := a.(*net.IPNet)
			if !ok {
				continue
			}
			ones, _ := ipnet.Mask.Size()
			internal := i.Flags&net.FlagLoopback != 0
			cidr := ipnet.IP.String() + "/" + strconv.Itoa(ones)
			if v4 := ipnet.IP.To4(); v4 != nil {
				out = append(out, []any{i.Name, v4.String(), net.IP(ipnet.Mask[len(ipnet.Mask)-4:]).String(), "IPv4", mac, internal, cidr, 0})
				continue
			}
			scope := 0
			if ipnet.IP.IsLinkLocalUnicast() {
				scope = i.Index
			}
			later = append(later, []any{i.Name, ipnet.IP.String(), net.IP(ipnet.Mask).String(), "IPv6", mac, internal, cidr, scope})
		}
	}
	c.Return(append(out, later...))
}

// userInfo answers uid, gid, name, home directory and shell of the effective user from /etc/passwd.
// It does not use os/user, which without cgo does not know the shell.
func userInfo(c *v8.Call) {
	uid, gid := os.Geteuid(), os.Getegid()
	for line := range lines("/etc/passwd") {
		f := strings.Split(line, ":")
		if len(f) >= 7 && f[2] == strconv.Itoa(uid) {
			if g, err := strconv.Atoi(f[3]); err == nil {
				gid = g
			}
			c.Return([]any{uid, gid, f[0], f[5], f[6]})
			return
		}
	}
	c.Return(refused(syscall.ENOENT, "uv_os_get_passwd"))
}

func getPriority(c *v8.Call) {
	// The system call answers 20 - nice, so that no nice value looks like an error.
	n, err := unix.Getpriority(unix.PRIO_PROCESS, c.Int(0))
	if err != nil {
		c.Return(refused(err, "uv_os_getpriority"))
		return
	}
	c.Return(20 - n)
}

// setPriority sets the nice value of a process. On Linux a nice value belongs to a thread:
// for our own process every thread gets it, since the thread of the isolate is not the only one that works.
func setPriority(c *v8.Call) {
	pid, nice := c.Int(0), c.Int(1)
	if err := unix.Setpriority(unix.PRIO_PROCESS, pid, nice); err != nil {
		c.Return(refused(err, "uv_os_setpriority"))
		return
	}
	if pid != 0 && pid != os.Getpid() {
		return
	}
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return
	}
	for _, t := range threads {
		if tid, err := strconv.Atoi(t.Name()); err == nil {
			_ = unix.Setpriority(unix.PRIO_PROCESS, tid, nice) // a thread that ended meanwhile is no error
		}
	}
}
