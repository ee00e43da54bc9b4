package main

import (
	"bufio"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
	"golang.org/x/sys/unix"
)

// Starting and optimizing touch most of the program and leave holes in malloc's memory;
// serving needs a quarter of the one and next to nothing of the other. restFirst is when
// that is given back for the first time, restLast how often from then on. In between it is
// done often: a load that begins with the process fills the young generation and calls the
// optimizers while the start's pages are still there, and that is the most it ever has.
const (
	restFirst = 60 * time.Millisecond
	restLast  = time.Minute
	// restLook is how often the process is asked whether a load is over. What that has
	// left is given back at once.
	restLook = 2 * time.Second
	// smallHeap is what V8 collects in a few hundredths of a second: a request that comes
	// just then does not wait for long.
	smallHeap = 64 << 20
)

// rest gives back, less and less often, what the process has resident and does not use.
// alone has the environment of a process without a pool, which looks after its own.
func rest(alone *atomic.Pointer[node.Env]) {
	wait, given := restFirst, time.Now()
	l := load{since: given}
	for {
		time.Sleep(min(wait, restLook))
		now := time.Now()
		if l.isOver(now, processorTime()) {
			tidy(alone.Load())
			debug.FreeOSMemory()
		} else if now.Sub(given) < wait {
			continue
		}
		wait, given = min(2*wait, restLast), now
		v8.TrimMalloc()
		releaseProgram()
	}
}

// tidy collects what is not used of a small heap. V8 does so when somebody allocates. It
// waits until that is done: V8's collector is a large part of the program.
func tidy(env *node.Env) {
	if env == nil {
		return
	}
	done := make(chan struct{})
	env.Post(func() {
		defer close(done)
		if env.Isolate.HeapStats().Used < smallHeap {
			env.Tidy()
		}
	})
	select {
	case <-done:
	case <-time.After(restLook): // JavaScript has begun something long, or ended
	}
}

// load tells when a process that had much to do has next to nothing to do.
type load struct {
	since time.Time
	used  time.Duration // processor time until then
	busy  bool
}

// isOver is told what the process has used so far.
func (l *load) isOver(now time.Time, used time.Duration) bool {
	lasted := now.Sub(l.since)
	if lasted < restLook/2 {
		return false
	}
	share := float64(used-l.used) / float64(lasted)
	l.since, l.used = now, used
	switch {
	case share > 0.1:
		l.busy = true
	case l.busy && share < 0.01:
		l.busy = false
		return true
	}
	return false
}

func processorTime() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// releaseProgram takes the pages of the program's file out of the process's page table.
// They stay in the system's page cache, from where those that are used come back 16 at a
// time, in about a microsecond.
func releaseProgram() {
	file, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer file.Close()
	exe, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	var begin, end uintptr
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		if name, value, ok := strings.Cut(line, ":"); ok && !strings.Contains(name, " ") {
			// A page that is not the file's any more has a breakpoint of a debugger, or a probe.
			if name == "Anonymous" && end > begin && strings.TrimSpace(value) == "0 kB" {
				_, _, _ = unix.Syscall(unix.SYS_MADVISE, begin, end-begin, unix.MADV_DONTNEED)
			}
			continue
		}
		begin, end = mapping(line, exe)
	}
}

// mapping is the range of a line that begins an entry of smaps, if it is a part of the
// file exe that is not written to.
func mapping(line, exe string) (begin, end uintptr) {
	fields := strings.Fields(line)
	if len(fields) < 6 || strings.Contains(fields[1], "w") || strings.Join(fields[5:], " ") != exe {
		return 0, 0
	}
	from, to, _ := strings.Cut(fields[0], "-")
	b, err1 := strconv.ParseUint(from, 16, 64)
	e, err2 := strconv.ParseUint(to, 16, 64)
	if err1 != nil || err2 != nil {
		return 0, 0
	}
	return uintptr(b), uintptr(e)
}
