package admin

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// runtimeMetrics adds what Go's runtime says of itself, under the names that Prometheus's own
// client for Go has made usual.
func runtimeMetrics(e *exposition) {
	var ms runtime.MemStats
	runtime.ReadMemStats(&ms)
	pauses := debug.GCStats{PauseQuantiles: make([]time.Duration, 5)}
	debug.ReadGCStats(&pauses)
	settings := []metrics.Sample{{Name: "/gc/gogc:percent"}, {Name: "/gc/gomemlimit:bytes"}}
	metrics.Read(settings)
	threads, _ := runtime.ThreadCreateProfile(nil)

	e.gauge("go_info", "Information about the Go environment.", 1, "version", runtime.Version())
	e.gauge("go_goroutines", "Number of goroutines that currently exist.", float64(runtime.NumGoroutine()))
	e.gauge("go_threads", "Number of OS threads created.", float64(threads))
	e.gauge("go_sched_gomaxprocs_threads", "The current runtime.GOMAXPROCS setting.", float64(runtime.GOMAXPROCS(0)))
	e.gauge("go_gc_gogc_percent", "Heap size target percentage configured by the user, otherwise 100.", unsigned(settings[0]))
	e.gauge("go_gc_gomemlimit_bytes", "Go runtime memory limit configured by the user, otherwise math.MaxInt64.", unsigned(settings[1]))
	summary := e.family("go_gc_duration_seconds", "A summary of the pauses of Go's garbage collections.", "summary")
	for i, pause := range pauses.PauseQuantiles {
		summary.add("go_gc_duration_seconds", pause.Seconds(), "quantile", number(float64(i)/4))
	}
	summary.add("go_gc_duration_seconds_sum", pauses.PauseTotal.Seconds())
	summary.add("go_gc_duration_seconds_count", float64(pauses.NumGC))
	for _, c := range []struct {
		name, help string
		n          uint64
	}{
		{"alloc_bytes_total", "Bytes allocated in heap until now, even if released already.", ms.TotalAlloc},
		{"mallocs_total", "Heap objects allocated, both live and gc-ed.", ms.Mallocs},
		{"frees_total", "Heap objects frees.", ms.Frees},
	} {
		e.counter("go_memstats_"+c.name, c.help, float64(c.n))
	}
	for _, g := range []struct {
		name, help string
		n          uint64
	}{
		{"alloc_bytes", "Bytes allocated in heap and currently in use.", ms.Alloc},
		{"sys_bytes", "Bytes obtained from system.", ms.Sys},
		{"heap_alloc_bytes", "Heap bytes allocated and currently in use.", ms.HeapAlloc},
		{"heap_sys_bytes", "Heap bytes obtained from system.", ms.HeapSys},
		{"heap_idle_bytes", "Heap bytes waiting to be used.", ms.HeapIdle},
		{"heap_inuse_bytes", "Heap bytes that are in use.", ms.HeapInuse},
		{"heap_released_bytes", "Heap bytes released to OS.", ms.HeapReleased},
		{"heap_objects", "Currently allocated objects.", ms.HeapObjects},
		{"stack_inuse_bytes", "Bytes in use by the stack allocator.", ms.StackInuse},
		{"stack_sys_bytes", "Bytes obtained from system for stack allocator.", ms.StackSys},
		{"mspan_inuse_bytes", "Bytes in use by mspan structures.", ms.MSpanInuse},
		{"mspan_sys_bytes", "Bytes used for mspan structures obtained from system.", ms.MSpanSys},
		{"mcache_inuse_bytes", "Bytes in use by mcache structures.", ms.MCacheInuse},
		{"mcache_sys_bytes", "Bytes used for mcache structures obtained from system.", ms.MCacheSys},
		{"buck_hash_sys_bytes", "Bytes used by the profiling bucket hash table.", ms.BuckHashSys},
		{"gc_sys_bytes", "Bytes used for garbage collection system metadata.", ms.GCSys},
		{"other_sys_bytes", "Bytes used for other system allocations.", ms.OtherSys},
		{"next_gc_bytes", "Heap bytes when next garbage collection will take place.", ms.NextGC},
	} {
		e.gauge("go_memstats_"+g.name, g.help, float64(g.n))
	}
	e.gauge("go_memstats_last_gc_time_seconds", "Seconds since 1970 of last garbage collection.", float64(ms.LastGC)/1e9)
}

func unsigned(s metrics.Sample) float64 {
	if s.Value.Kind() != metrics.KindUint64 {
		return 0 // a runtime that does not have it
	}
	return float64(s.Value.Uint64())
}

// processMetrics adds what the system says of the process. What it does not say, as outside
// Linux, is left out.
func processMetrics(e *exposition) {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &usage) == nil {
		cpu := time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
		e.counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", cpu.Seconds())
	}
	if open, err := os.ReadDir("/proc/self/fd"); err == nil {
		e.gauge("process_open_fds", "Number of open file descriptors.", float64(len(open)-1)) // one is the folder
	}
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) == nil {
		e.gauge("process_max_fds", "Maximum number of open file descriptors.", float64(limit.Cur))
	}
	if unix.Getrlimit(unix.RLIMIT_AS, &limit) == nil {
		most := float64(limit.Cur)
		if limit.Cur == unix.RLIM_INFINITY {
			most = -1
		}
		e.gauge("process_virtual_memory_max_bytes", "Maximum amount of virtual memory available in bytes.", most)
	}
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return
	}
	// The second field is the program's name, which may have spaces and brackets.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	field := func(n int) float64 { // as proc(5) counts them
		if n-3 >= len(fields) {
			return 0
		}
		v, _ := strconv.ParseFloat(fields[n-3], 64)
		return v
	}
	e.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", field(23))
	e.gauge("process_resident_memory_bytes", "Resident memory size in bytes.", field(24)*float64(os.Getpagesize()))
	if began, ok := bootTime(); ok {
		const ticks = 100 // of a second: USER_HZ, the same on every architecture that Go knows
		e.gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", began+field(22)/ticks)
	}
}

// bootTime is when the system was started, in seconds since 1970.
func bootTime() (float64, bool) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, false
	}
	_, rest, ok := strings.Cut(string(stat), "\nbtime ")
	line, _, _ := strings.Cut(rest, "\n")
	v, err := strconv.ParseFloat(line, 64)
	return v, ok && err == nil
}
