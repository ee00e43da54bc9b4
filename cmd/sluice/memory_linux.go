package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"time"

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
)

// rest gives back, less and less often, what the process has resident and does not use.
func rest() {
	for wait := restFirst; ; wait = min(2*wait, restLast) {
		time.Sleep(wait)
		v8.TrimMalloc()
		releaseProgram()
	}
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
