package node

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// defaultProfileInterval is Node's, in microseconds.
const defaultProfileInterval = 1000

// profiles counts those of the process, for their names.
var profiles atomic.Int32

// profiling begins what the option --cpu-prof asks for. What it returns ends it, when
// the environment has come to its end, and writes the profile.
func (env *Env) profiling() (end func()) {
	flag := func(name string) string {
		if v := env.Options.Flags[name]; len(v) > 0 {
			return v[len(v)-1]
		}
		return ""
	}
	if flag("cpu-prof") != "true" {
		return func() {}
	}
	interval, err := strconv.Atoi(flag("cpu-prof-interval"))
	if err != nil || interval < 1 {
		interval = defaultProfileInterval
	}
	began := time.Now()
	if err := env.Isolate.StartProfile(time.Duration(interval) * time.Microsecond); err != nil {
		fmt.Fprintf(env.Stderr(), "sluice: %v\n", err)
		return func() {}
	}
	name := profileName(flag("cpu-prof-name"), began, os.Getpid(), int(profiles.Add(1)))
	return func() {
		profile, err := env.Isolate.StopProfile()
		if err == nil {
			err = writeProfile(flag("cpu-prof-dir"), name, profile)
		}
		if err != nil {
			fmt.Fprintf(env.Stderr(), "sluice: the CPU profile was not written: %v\n", err)
		}
	}
}

// profileName is the name of a profile's file. The first isolate of the process that is
// profiled has Node's number of the main thread.
func profileName(given string, at time.Time, pid, n int) string {
	if given == "" {
		return fmt.Sprintf("CPU.%s.%d.%d.%03d.cpuprofile", at.Format("20060102.150405"), pid, n-1, n)
	}
	name := strings.ReplaceAll(given, "${pid}", strconv.Itoa(pid))
	if n > 1 { // several isolates must not write to one file
		ext := filepath.Ext(name)
		name = fmt.Sprintf("%s.%d%s", strings.TrimSuffix(name, ext), n-1, ext)
	}
	return name
}

func writeProfile(dir, name string, profile []byte) error {
	if dir != "" {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, name), profile, 0o666)
}
