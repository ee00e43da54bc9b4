package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Several workers beside Node's cluster and several processes of Bun that share a port.
// Nothing is pinned: the load generator has the same processors. It is measured with one
// thread and with as many as there are workers, and what a server does better with counts.
// One thread is the limit itself for a fast server: it shares a processor with one worker,
// which each request wakes up and which takes the processor from it, while the other
// worker waits for requests beside an idle processor. Several threads cost a slow server
// more than they give: each of its answers wakes one up.

const clusterScript = `const cluster = require('cluster');
if (cluster.isPrimary) { for (let i = 0; i < process.env.WORKERS; i++) cluster.fork(); } else { require(process.env.APP); }
`

const reusePortScript = `require('http').createServer((req, res) => {
  res.setHeader('Content-Type', 'text/plain');
  res.end('Hello, world!');
}).listen({ port: process.env.PORT, reusePort: true });
`

func cores(o settings, rts []runtime) error {
	dir, err := os.MkdirTemp("", "cores-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	app, n := filepath.Join(o.apps, "hello.js"), o.workers
	for name, text := range map[string]string{"cluster.js": clusterScript, "reuse.js": reusePortScript} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	_ = os.Setenv("APP", app)
	rts = slices.DeleteFunc(rts, func(rt runtime) bool { return rt.name == "Deno" }) // it has neither
	_ = os.Setenv("WORKERS", strconv.Itoa(n))
	measured := versions(rts)
	for i := range rts {
		switch rts[i].name {
		case "Sluice":
			rts[i].argv = append(rts[i].argv, "-w", strconv.Itoa(n), app)
		case "Node.js":
			rts[i].argv = append(rts[i].argv, filepath.Join(dir, "cluster.js"))
		case "Bun":
			one := rts[i].argv[0] + " " + filepath.Join(dir, "reuse.js")
			rts[i].argv = []string{"sh", "-c", strings.Repeat(one+" & ", n) + "wait"}
		}
	}
	row, err := measure(rts, o.rounds, func(rt runtime) (figure, error) { return loadAll(rt, n, o.length) })
	if err != nil {
		return err
	}
	fmt.Println(strings.Join(measured, "; "))
	for i, f := range row {
		fmt.Printf("%-8s %d workers: %8.0f requests a second (Sluice: %.2f times), %5.1f µs of CPU, p99 %6.2f ms, %4.0f MiB; client with %.0f threads; processors: client %.2f, idle %.2f, others %.2f\n", rts[i].name, n, f.rate, row[0].rate/f.rate, f.cpu, f.p99, f.memory, f.threads, f.client, f.idle, f.others)
	}
	return nil
}

func loadAll(rt runtime, threads int, length time.Duration) (figure, error) {
	if answers() {
		return figure{}, fmt.Errorf("somebody else answers on %s", address)
	}
	cmd := exec.Command(rt.argv[0], rt.argv[1:]...)
	cmd.Env = append(os.Environ(), "PORT="+strings.Split(address, ":")[1], "NODE_ENV=production")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return figure{}, err
	}
	s := &server{cmd: cmd}
	defer s.stop()
	for began := time.Now(); !answers(); time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			return figure{}, fmt.Errorf("it does not answer")
		}
	}
	time.Sleep(300 * time.Millisecond) // all of them listen
	if _, _, err := wrkEverywhere(threads, 64, 1, time.Second); err != nil {
		return figure{}, err
	}
	one, err := s.under(1, length)
	if err != nil || threads == 1 {
		return one, err
	}
	several, err := s.under(threads, length)
	if one.rate > several.rate {
		return one, err
	}
	return several, err
}

// under measures the server under a load of so many threads.
func (s *server) under(threads int, length time.Duration) (figure, error) {
	before, _ := s.tree()
	began, all, idle := time.Now(), client(), machineIdle()
	rate, p99, err := wrkEverywhere(threads, 64, 1, length)
	if err != nil {
		return figure{}, err
	}
	took := time.Since(began).Seconds()
	after, memory := s.tree()
	f := figure{cpu: float64((after - before).Microseconds()) / (rate * length.Seconds()), rate: rate, p99: p99, memory: memory, threads: float64(threads)}
	f.client, f.idle = (client()-all).Seconds()/took, (machineIdle()-idle).Seconds()/took
	f.others = max(0, float64(goruntime.NumCPU())-f.client-f.idle-(after-before).Seconds()/took)
	return f, nil
}

// client is the CPU time of the load generators that have ended.
func client() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// machineIdle is how long the machine's processors have been idle, together.
func machineIdle() time.Duration {
	text, _ := os.ReadFile("/proc/stat")
	all, _, _ := strings.Cut(string(text), "\n")
	fields := strings.Fields(all)
	if len(fields) < 6 {
		return 0
	}
	idle, _ := strconv.Atoi(fields[4])
	waits, _ := strconv.Atoi(fields[5])
	return time.Duration(idle+waits) * 10 * time.Millisecond // USER_HZ is 100 on Linux
}

// tree is the CPU time and the proportional memory (MiB) of the server and its children.
func (s *server) tree() (used time.Duration, memory float64) {
	todo := []int{s.cmd.Process.Pid}
	for len(todo) > 0 {
		pid := todo[0]
		todo = todo[1:]
		one := &server{cmd: &exec.Cmd{Process: &os.Process{Pid: pid}}}
		used += one.cpu()
		memory += proportional(pid)
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
		for _, t := range tasks {
			text, _ := os.ReadFile(t)
			for child := range strings.FieldsSeq(string(text)) {
				if n, err := strconv.Atoi(child); err == nil {
					todo = append(todo, n)
				}
			}
		}
	}
	return used, memory
}

func proportional(pid int) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "Pss:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024
		}
	}
	return 0
}
