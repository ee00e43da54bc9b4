// Command static measures static files beside nginx and Caddy, with wrk: the server has
// one core, the client the other. The servers take turns, and what is compared is the
// ratio of two measurements of one round, so that a machine that is slow for a while is
// slow for all; the median of the ratios counts. The processor time of a request says
// the same where the core is shared with others.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var (
	sluice   = flag.String("sluice", "./sluice", "the program to measure")
	nginx    = flag.String("nginx", "nginx", "nginx; empty: without it")
	caddy    = flag.String("caddy", "", "Caddy; empty: without it")
	duration = flag.Duration("d", 3*time.Second, "how long each measurement takes")
	rounds   = flag.Int("rounds", 7, "measurements of each, in turn")
	clients  = flag.Int("c", 64, "connections at a time")
	logs     = flag.Bool("log", false, "with an access log, written to a file")
	bare     = flag.Bool("bare", false, "Sluice without the fields that it adds and nginx does not: request ids and security headers")
	only     = flag.String("only", "", "one of the files only")
	cores    = flag.Bool("pin", true, "give the server core 0 and the client core 1")
)

var files = []struct {
	name string
	size int
}{{"1k.bin", 1 << 10}, {"100k.bin", 100 << 10}, {"10m.bin", 10 << 20}}

// server is one of those that are compared.
type server struct {
	name string
	port string
	cmd  *exec.Cmd
}

func main() {
	flag.Parse()
	runtime.LockOSThread() // the servers end with the thread that started them
	dir, err := os.MkdirTemp("", "bench-static")
	check(err)
	defer os.RemoveAll(dir)
	root := filepath.Join(dir, "public")
	check(os.Mkdir(root, 0o755))
	random := rand.NewChaCha8([32]byte{1})
	for _, f := range files {
		p := make([]byte, f.size)
		_, _ = random.Read(p)
		check(os.WriteFile(filepath.Join(root, f.name), p, 0o644))
	}
	var servers []*server
	add := func(name, program string, args func(port string) []string) {
		if program == "" {
			return
		}
		s := &server{name: name, port: freePort()}
		s.start(dir, program, args(s.port))
		servers = append(servers, s)
	}
	add("sluice", *sluice, func(port string) []string { return sluiceArgs(dir, root, port) })
	add("nginx", *nginx, func(port string) []string { return nginxArgs(dir, root, port) })
	add("caddy", *caddy, func(port string) []string { return caddyArgs(dir, root, port) })
	defer func() {
		for _, s := range servers {
			_ = s.cmd.Process.Signal(syscall.SIGTERM) // nginx ends its worker
			_ = s.cmd.Wait()
		}
	}()
	time.Sleep(3 * time.Second) // what is new is not kept in memory
	fmt.Printf("%-10s", "")
	for _, s := range servers {
		fmt.Printf(" %12s/s %9s", s.name, "CPU µs")
	}
	for _, s := range servers[1:] {
		fmt.Printf(" %14s %14s", "/"+s.name, "CPU/"+s.name)
	}
	fmt.Println()
	for _, f := range files {
		if *only != "" && f.name != *only+".bin" {
			continue
		}
		measure(servers, f.name, f.size)
	}
}

// measure prints the line of one file.
func measure(servers []*server, name string, size int) {
	rate, cost := make([][]float64, len(servers)), make([][]float64, len(servers))
	for round := range *rounds {
		for k := range servers {
			i := (round + k) % len(servers)
			r, c := servers[i].run(name, size)
			rate[i], cost[i] = append(rate[i], r), append(cost[i], c)
		}
	}
	fmt.Printf("%-10s", name)
	for i := range servers {
		fmt.Printf(" %14.0f %9.2f", median(rate[i]), median(cost[i]))
	}
	for i := range servers[1:] {
		fmt.Printf(" %14.3f %14.3f", median(ratios(rate[0], rate[i+1])), median(ratios(cost[0], cost[i+1])))
	}
	fmt.Println()
}

func ratios(a, b []float64) []float64 {
	var r []float64
	for i := range a {
		r = append(r, a[i]/b[i])
	}
	return r
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func freePort() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func sluiceArgs(dir, root, port string) []string {
	config := fmt.Sprintf("admin = false\nhost = \"127.0.0.1\"\nport = %s\nstatic = %q\naccess_log = %v\n", port, root, *logs)
	if *logs {
		config = fmt.Sprintf("admin = false\nhost = \"127.0.0.1\"\nport = %s\nstatic = %q\n[access_log]\nformat = \"combined\"\nfile = %q\n", port, root, filepath.Join(dir, "sluice.log"))
	}
	if *bare {
		config = strings.Replace(config, "access_log = false\n", "access_log = false\nrequest_id = false\nsecurity_headers = false\n", 1)
	}
	name := filepath.Join(dir, "sluice.toml")
	check(os.WriteFile(name, []byte(config), 0o600))
	return []string{"serve", "--config", name}
}

func nginxArgs(dir, root, port string) []string {
	access := "off"
	if *logs {
		access = filepath.Join(dir, "nginx.log") + " combined"
	}
	config := fmt.Sprintf(`daemon off; worker_processes 1; pid %[1]s/pid; error_log stderr crit;
events { worker_connections 1024; }
http {
	access_log %[4]s; sendfile on; tcp_nopush on; keepalive_requests 1000000000; default_type application/octet-stream;
	client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi; uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	server { listen 127.0.0.1:%[2]s; root %[3]s; }
}`, dir, port, root, access)
	name := filepath.Join(dir, "nginx.conf")
	check(os.WriteFile(name, []byte(config), 0o600))
	check(os.Chmod(dir, 0o755)) // its worker is another user
	return []string{"-p", dir, "-c", name}
}

func caddyArgs(dir, root, port string) []string {
	config := fmt.Sprintf("{\n\tadmin off\n\tauto_https off\n\tpersist_config off\n}\nhttp://127.0.0.1:%s {\n\troot * %s\n\tfile_server\n", port, root)
	if *logs {
		config += fmt.Sprintf("\tlog {\n\t\toutput file %s\n\t}\n", filepath.Join(dir, "caddy.log"))
	}
	name := filepath.Join(dir, "Caddyfile")
	check(os.WriteFile(name, []byte(config+"}\n"), 0o600))
	return []string{"run", "--config", name, "--adapter", "caddyfile"}
}

// start starts a server on its core and waits until it answers.
func (s *server) start(dir, program string, args []string) {
	program, err := exec.LookPath(program)
	check(err)
	program, err = filepath.Abs(program)
	check(err)
	command := append([]string{program}, args...)
	if *cores {
		command = append([]string{"taskset", "-c", "0"}, command...)
	}
	s.cmd = exec.Command(command[0], command[1:]...)
	s.cmd.Dir = dir
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} // also when this program fails
	s.cmd.Env = append(os.Environ(), "HOME="+dir)                        // Caddy keeps things there
	var said bytes.Buffer
	s.cmd.Stderr, s.cmd.Stdout = &said, &said
	check(s.cmd.Start())
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		r, err := http.Get("http://127.0.0.1:" + s.port + "/1k.bin")
		if err == nil {
			r.Body.Close()
			if r.StatusCode == 200 && r.ContentLength == 1024 {
				return
			}
		}
		if time.Now().After(deadline) {
			log.Fatalf("%s does not answer: %v\n%s", s.name, err, said.String())
		}
	}
}

var (
	requests = regexp.MustCompile(`(\d+) requests in ([\d.]+)(m?s)`)
	failures = regexp.MustCompile(`Non-2xx|Socket errors: connect [1-9]|Socket errors: connect 0, read [1-9]`)
)

// run measures requests per second, and microseconds of processor time for each.
func (s *server) run(name string, size int) (rate, cost float64) {
	n := *clients
	if size > 1<<20 {
		n = min(n, 8) // more would measure the client's memory
	}
	command := []string{"wrk", "-t1", fmt.Sprint("-c", n), "-d", duration.String(), "--timeout", "30s", "http://127.0.0.1:" + s.port + "/" + name}
	if *cores {
		command = append([]string{"taskset", "-c", "1"}, command...)
	}
	before := s.cpu()
	out, err := exec.Command(command[0], command[1:]...).CombinedOutput()
	if err != nil {
		log.Fatalf("wrk: %v\n%s", err, out)
	}
	used := s.cpu() - before
	found := requests.FindSubmatch(out)
	if found == nil || failures.Match(out) {
		log.Fatalf("%s: wrk said:\n%s", s.name, out)
	}
	count, _ := strconv.ParseFloat(string(found[1]), 64)
	took, _ := strconv.ParseFloat(string(found[2]), 64)
	if string(found[3]) == "ms" {
		took /= 1000
	}
	return count / took, float64(used.Microseconds()) / count
}

// cpu is the processor time that the server and its children have used.
func (s *server) cpu() (total time.Duration) {
	pids := []int{s.cmd.Process.Pid}
	for i := 0; i < len(pids); i++ {
		children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pids[i]))
		for child := range strings.FieldsSeq(string(children)) {
			pid, _ := strconv.Atoi(child)
			pids = append(pids, pid)
		}
		// In nanoseconds, the first number; of each thread.
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pids[i]))
		for _, task := range tasks {
			text, _ := os.ReadFile(task)
			first, _, _ := strings.Cut(string(text), " ")
			ns, _ := strconv.ParseInt(first, 10, 64)
			total += time.Duration(ns)
		}
	}
	return total
}
