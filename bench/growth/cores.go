package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Several workers beside Node's cluster and several processes of Bun that share a port.
// Nothing is pinned: the load generator has the same processors, and as many threads as
// there are workers. With one thread it is the limit itself: it shares a processor with
// one worker, which is woken by each request that the thread writes and takes the
// processor from it, while the other worker waits for requests on an idle one.

const clusterScript = `const cluster = require('cluster');
if (cluster.isPrimary) { for (let i = 0; i < process.env.WORKERS; i++) cluster.fork(); } else { require('./hello.js'); }
`

const reusePortScript = `require('http').createServer((req, res) => {
  res.setHeader('Content-Type', 'text/plain');
  res.end('Hello, world!');
}).listen({ port: process.env.PORT, reusePort: true });
`

func cores(rts []runtime, dir, app string, n, rounds int, length time.Duration) error {
	for name, text := range map[string]string{"cluster.js": clusterScript, "reuse.js": reusePortScript} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
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
	row, err := measure(rts, rounds, func(rt runtime) (figure, error) { return loadAll(rt, n, length) })
	if err != nil {
		return err
	}
	fmt.Println(strings.Join(measured, "; "))
	for i, f := range row {
		fmt.Printf("%-8s %d workers: %8.0f requests a second (Sluice: %.2f times), %5.1f µs of CPU, p99 %6.2f ms, %4.0f MiB\n", rts[i].name, n, f.rate, row[0].rate/f.rate, f.cpu, f.p99, f.memory)
	}
	return nil
}

func loadAll(rt runtime, threads int, length time.Duration) (figure, error) {
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
	before, _ := s.tree()
	rate, p99, err := wrkEverywhere(threads, 64, 1, length)
	if err != nil {
		return figure{}, err
	}
	after, memory := s.tree()
	return figure{cpu: float64((after - before).Microseconds()) / (rate * length.Seconds()), rate: rate, p99: p99, memory: memory}, nil
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
