package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// figure is what one measurement says.
type figure struct {
	cpu    float64 // µs of the server per request
	rate   float64 // requests per second
	p99    float64 // ms
	up     float64 // ms from exec to the first answer
	memory float64 // MiB resident, before the idle connections

	perAnswered float64 // KiB of each of many connections, when they have just been answered
	perIdle     float64 // and when they have been idle for a while

	threads              float64 // of the load generator
	client, idle, others float64 // processors that the load generator had, nobody, and what else ran
}

// manyConnections are those that are measured for longer.
const manyConnections = 1000

const address = "127.0.0.1:18380"

// server is a running one, pinned to the first processor.
type server struct {
	cmd *exec.Cmd
	up  time.Duration
}

func start(rt runtime, app string) (*server, error) {
	if answers() {
		return nil, fmt.Errorf("somebody else answers on %s", address)
	}
	_, port, _ := net.SplitHostPort(address)
	cmd := exec.Command("taskset", slices.Concat([]string{"-c", "0"}, rt.argv, []string{app})...)
	cmd.Dir = filepath.Dir(app)
	cmd.Env = append(os.Environ(), "PORT="+port, "NODE_ENV=production")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd}
	for time.Since(began) < 20*time.Second {
		if answers() {
			s.up = time.Since(began)
			return s, nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	s.stop()
	return nil, errors.New("it does not answer")
}

func answers() bool {
	c, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(2 * time.Second))
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	line, _ := bufio.NewReader(c).ReadString('\n')
	return strings.HasPrefix(line, "HTTP/1.1 ")
}

func (s *server) stop() {
	_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
	_ = s.cmd.Wait()
}

// cpu is what the server has used so far, user and system.
func (s *server) cpu() time.Duration {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.cmd.Process.Pid), "stat"))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // USER_HZ is 100 on Linux
}

// resident is the server's memory in KiB.
func (s *server) resident() float64 {
	text, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.cmd.Process.Pid), "status"))
	m := regexp.MustCompile(`VmRSS:\s+(\d+)`).FindSubmatch(text)
	if m == nil {
		return 0
	}
	n, _ := strconv.ParseFloat(string(m[1]), 64)
	return n
}

var (
	ratePattern = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	p99Pattern  = regexp.MustCompile(`99%\s+([\d.]+)(us|ms|s)`)
	badPattern  = regexp.MustCompile(`Non-2xx or 3xx responses: \d+|Socket errors: .*`)
)

// wrk makes requests with n headers over c connections, on the second processor; further
// are arguments of wrk's.
func wrk(c, n int, length time.Duration, further ...string) (rate, p99 float64, err error) {
	return figuresOf(exec.Command("taskset", slices.Concat([]string{"-c", "1", "wrk"}, further, wrkArgs(1, c, n, length))...))
}

// wrkEverywhere is wrk with so many threads, on whatever processor is free.
func wrkEverywhere(threads, c, n int, length time.Duration) (rate, p99 float64, err error) {
	return figuresOf(exec.Command("wrk", wrkArgs(threads, c, n, length)...))
}

func wrkArgs(threads, c, n int, length time.Duration) []string {
	args := []string{fmt.Sprintf("-t%d", threads), fmt.Sprintf("-c%d", c), fmt.Sprintf("-d%ds", int(length.Seconds())), "--latency", "--timeout", "20s"}
	for i := 1; i < n; i++ { // Host is the first
		args = append(args, "-H", fmt.Sprintf("X-Field-%02d: value number %02d of this request", i, i))
	}
	return append(args, "http://"+address+"/")
}

// figuresOf runs wrk and reads what it prints.
func figuresOf(cmd *exec.Cmd) (rate, p99 float64, err error) {
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("wrk: %w: %s", err, out)
	}
	if bad := badPattern.Find(out); bad != nil {
		return 0, 0, fmt.Errorf("wrk: %s", bad)
	}
	m, q := ratePattern.FindSubmatch(out), p99Pattern.FindSubmatch(out)
	if m == nil || q == nil {
		return 0, 0, fmt.Errorf("wrk printed no figures: %s", out)
	}
	rate, _ = strconv.ParseFloat(string(m[1]), 64)
	p99, _ = strconv.ParseFloat(string(q[1]), 64)
	return rate, p99 * map[string]float64{"us": 1e-3, "ms": 1, "s": 1e3}[string(q[2])], nil
}

// load measures hello over c connections, with n request headers.
func load(rt runtime, app string, c, n int, length time.Duration) (figure, error) {
	warm := time.Second
	if c >= manyConnections { // connecting them all takes its time, and each has its turn less often
		warm, length = 3*warm, 2*length
	}
	return underLoad(rt, app, warm, length, func(length time.Duration) (rate, p99 float64, err error) { return wrk(c, n, length) })
}

// underLoad measures a server that is asked for so long, after it was asked to warm up.
func underLoad(rt runtime, app string, warm, length time.Duration, ask func(time.Duration) (rate, p99 float64, err error)) (figure, error) {
	s, err := start(rt, app)
	if err != nil {
		return figure{}, err
	}
	defer s.stop()
	if _, _, err := ask(warm); err != nil {
		return figure{}, err
	}
	before := s.cpu()
	rate, p99, err := ask(length)
	if err != nil {
		return figure{}, err
	}
	used := s.cpu() - before
	if rate == 0 || used == 0 {
		return figure{}, fmt.Errorf("no answer within %v", length)
	}
	return figure{cpu: float64(used.Microseconds()) / (rate * length.Seconds()), rate: rate, p99: p99, up: s.up.Seconds() * 1e3}, nil
}
