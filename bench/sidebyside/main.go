// Command growth measures how the cost of a request grows with the number of
// connections and of request headers, beside Node.js and Bun, and writes the tables and
// the picture of docs/performance.md.
//
// Each server is pinned to the first processor and the load generator (wrk) to the
// second; the runtimes take turns within a round, and the median of the rounds is
// reported. The figure is the server's own CPU time per request, user and system: it is
// steadier than throughput on a noisy machine.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

var (
	connections = []int{1, 8, 64, 512, 4096}
	headers     = []int{5, 20, 80}
)

const idleConnections = 10000

type runtime struct {
	name string
	argv []string
}

func main() {
	sluice := flag.String("sluice", "./sluice", "the built binary")
	peers := flag.String("peers", os.Getenv("SLUICE_PEERS"), "the folder with node and bun (default $SLUICE_PEERS; without one, those in PATH)")
	rounds := flag.Int("rounds", 5, "rounds")
	seconds := flag.Int("seconds", 3, "seconds of each measurement")
	workers := flag.Int("cores", 0, "measure so many workers beside Node's cluster and Bun with a shared port, and nothing else")
	docs := flag.String("docs", "docs", "the folder with performance.md")
	flag.Parse()
	if err := run(*sluice, *peers, *rounds, *workers, time.Duration(*seconds)*time.Second, *docs); err != nil {
		fmt.Fprintln(os.Stderr, "growth:", err)
		os.Exit(1)
	}
}

func run(sluice, peers string, rounds, workers int, length time.Duration, docs string) error {
	for _, tool := range []string{"wrk", "taskset"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is missing (Debian packages wrk and util-linux)", tool)
		}
	}
	rts, err := find(sluice, peers)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "growth-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	app := filepath.Join(dir, "hello.js")
	if err := os.WriteFile(app, []byte(hello), 0o644); err != nil {
		return err
	}
	if workers > 0 {
		return cores(rts, dir, app, workers, rounds, length)
	}
	r := &report{rounds: rounds, runtimes: rts, versions: versions(rts)}
	for _, c := range connections {
		row, err := measure(rts, rounds, func(rt runtime) (figure, error) { return load(rt, app, c, 1, length) })
		if err != nil {
			return err
		}
		r.byConnections = append(r.byConnections, row)
		progress("connections", c, row)
	}
	for _, n := range headers {
		row, err := measure(rts, rounds, func(rt runtime) (figure, error) { return load(rt, app, 64, n, length) })
		if err != nil {
			return err
		}
		r.byHeaders = append(r.byHeaders, row)
		progress("headers", n, row)
	}
	row, err := measure(rts, rounds, func(rt runtime) (figure, error) { return idle(rt, app) })
	if err != nil {
		return err
	}
	r.atRest = row
	for _, f := range row {
		fmt.Printf("%d idle connections: first answer %.0f ms, %.0f MiB, %.1f KiB per connection\n", idleConnections, f.up, f.memory, f.perIdle)
	}
	return r.write(docs)
}

func progress(what string, n int, row []figure) {
	fmt.Printf("%5d %s:", n, what)
	for _, f := range row {
		fmt.Printf("  %6.1f µs", f.cpu)
	}
	fmt.Println()
}

// measure is the median of the rounds, for each runtime.
func measure(rts []runtime, rounds int, once func(runtime) (figure, error)) ([]figure, error) {
	all := make([][]figure, len(rts))
	for range rounds {
		for i, rt := range rts {
			f, err := once(rt)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", rt.name, err)
			}
			all[i] = append(all[i], f)
		}
	}
	row := make([]figure, len(rts))
	for i, fs := range all {
		row[i] = figure{
			threads: median(fs, func(f figure) float64 { return f.threads }),
			client:  median(fs, func(f figure) float64 { return f.client }), idle: median(fs, func(f figure) float64 { return f.idle }),
			others: median(fs, func(f figure) float64 { return f.others }),
			cpu:    median(fs, func(f figure) float64 { return f.cpu }), rate: median(fs, func(f figure) float64 { return f.rate }),
			p99: median(fs, func(f figure) float64 { return f.p99 }), up: median(fs, func(f figure) float64 { return f.up }),
			memory: median(fs, func(f figure) float64 { return f.memory }), perIdle: median(fs, func(f figure) float64 { return f.perIdle }),
		}
	}
	return row, nil
}

func median(fs []figure, of func(figure) float64) float64 {
	var vs []float64
	for _, f := range fs {
		vs = append(vs, of(f))
	}
	slices.Sort(vs)
	return vs[len(vs)/2]
}

// find is Sluice and the peers that are there; Node.js must be.
func find(sluice, peers string) ([]runtime, error) {
	path, err := filepath.Abs(sluice)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	rts := []runtime{{"Sluice", []string{path}}}
	for _, peer := range []string{"node", "bun"} {
		path := ""
		if peers != "" {
			path = filepath.Join(peers, peer)
		} else if path, err = exec.LookPath(peer); err != nil {
			continue
		}
		if _, err := os.Stat(path); err == nil {
			rts = append(rts, runtime{map[string]string{"node": "Node.js", "bun": "Bun"}[peer], []string{path}})
		}
	}
	if len(rts) < 2 {
		return nil, fmt.Errorf("there is no node to compare with: set SLUICE_PEERS to the folder that it is in")
	}
	return rts, nil
}

// versions says what was measured, and on what.
func versions(rts []runtime) []string {
	var lines []string
	for _, rt := range rts {
		out, err := exec.Command(rt.argv[0], "-p", `process.version + " " + JSON.stringify(process.versions)`).Output()
		version := strings.TrimSpace(string(out))
		if err != nil {
			version = "?"
		}
		name, rest, _ := strings.Cut(version, " ")
		for _, key := range []string{"sluice", "bun", "v8"} {
			if i := strings.Index(rest, `"`+key+`":"`); i >= 0 {
				v, _, _ := strings.Cut(rest[i+len(key)+4:], `"`)
				name += fmt.Sprintf(", %s %s", key, v)
			}
		}
		lines = append(lines, rt.name+" "+name)
	}
	if cpu, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(cpu)) {
			if name, ok := strings.CutPrefix(line, "model name"); ok {
				lines = append(lines, "on "+strings.Trim(name, "\t :\n"))
				break
			}
		}
	}
	if kernel, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		lines = append(lines, "Linux "+strings.TrimSpace(string(kernel)))
	}
	return lines
}

const hello = `const server = require('http').createServer((req, res) => {
  res.setHeader('Content-Type', 'text/plain');
  res.end('Hello, world!');
});
server.keepAliveTimeout = 120000; // the idle connections stay
server.listen(process.env.PORT);
`
