// Command sidebyside measures Sluice beside Node.js, Bun and Deno, those that are there, and
// writes the tables and the picture of docs/performance.md.
//
//	sidebyside [flags] scenarios   the applications in apps, by requests a second and CPU
//	sidebyside [flags] growth      how the cost grows with connections and request headers
//	sidebyside [flags] rest        memory at rest, and of idle connections; the page is not written
//	sidebyside [flags] cores       several workers beside Node's cluster and Bun with a shared port
//
// For scenarios and growth each server is pinned to the first processor and the load
// generator (wrk) to the second; the runtimes take turns within a round. The server's own
// CPU time per request, user and system, is steadier than throughput on a noisy machine.
package main

import (
	"errors"
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

// runtime is a program that runs applications: their file is its last argument.
type runtime struct {
	name string
	argv []string
}

// settings are what the flags say.
type settings struct {
	sluice, peers, apps, docs string
	rounds, workers           int
	length                    time.Duration
	only                      string
}

func main() {
	var o settings
	flag.StringVar(&o.sluice, "sluice", "./sluice", "the built binary")
	flag.StringVar(&o.peers, "peers", os.Getenv("SLUICE_PEERS"), "the folder with node, bun and deno (default $SLUICE_PEERS; without one, those in PATH)")
	flag.StringVar(&o.apps, "apps", "bench/sidebyside/apps", "the folder with the applications")
	flag.StringVar(&o.docs, "docs", "docs", "the folder with performance.md")
	flag.StringVar(&o.only, "only", "", "scenarios to be measured, with commas between; the page is not written then")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds")
	flag.IntVar(&o.workers, "workers", 2, "workers of cores")
	seconds := flag.Int("seconds", 3, "seconds of each measurement")
	flag.Parse()
	o.length = time.Duration(*seconds) * time.Second
	if err := run(o, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "sidebyside:", err)
		os.Exit(1)
	}
}

func run(o settings, what []string) error {
	for _, tool := range []string{"wrk", "taskset"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is missing (Debian packages wrk and util-linux)", tool)
		}
	}
	apps, err := filepath.Abs(o.apps)
	if err != nil {
		return err
	}
	o.apps = apps
	rts, err := find(o.sluice, o.peers)
	if err != nil {
		return err
	}
	if len(what) != 1 {
		return errors.New("say what is to be measured: scenarios, growth, rest or cores")
	}
	switch what[0] {
	case "scenarios":
		return scenarios(o, rts)
	case "growth":
		return growth(o, rts)
	case "rest":
		_, err := atRest(o, rts)
		return err
	case "cores":
		return cores(o, rts)
	}
	return fmt.Errorf("%q is none of scenarios, growth, rest and cores", what[0])
}

// growth measures hello with more and more connections and request headers, and at rest.
func growth(o settings, rts []runtime) error {
	app := filepath.Join(o.apps, "hello.js")
	r := &report{rounds: o.rounds, runtimes: rts, versions: versions(rts)}
	for _, c := range connections {
		row, err := measure(rts, o.rounds, func(rt runtime) (figure, error) { return load(rt, app, c, 1, o.length) })
		if err != nil {
			return err
		}
		r.byConnections = append(r.byConnections, row)
		progress("connections", c, row)
	}
	for _, n := range headers {
		row, err := measure(rts, o.rounds, func(rt runtime) (figure, error) { return load(rt, app, 64, n, o.length) })
		if err != nil {
			return err
		}
		r.byHeaders = append(r.byHeaders, row)
		progress("headers", n, row)
	}
	var err error
	if r.atRest, err = atRest(o, rts); err != nil {
		return err
	}
	return r.write(o.docs)
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
			perAnswered: median(fs, func(f figure) float64 { return f.perAnswered }),
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

// peers are the others, by the name of their program.
var peers = []struct{ program, name string }{{"node", "Node.js"}, {"bun", "Bun"}, {"deno", "Deno"}}

// find is Sluice and the peers that are there; Node.js must be.
func find(sluice, folder string) ([]runtime, error) {
	path, err := filepath.Abs(sluice)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	rts := []runtime{{"Sluice", []string{path}}}
	for _, peer := range peers {
		path := filepath.Join(folder, peer.program)
		if folder == "" {
			if path, err = exec.LookPath(peer.program); err != nil {
				continue
			}
		}
		if _, err := os.Stat(path); err != nil {
			continue
		}
		argv := []string{path}
		if peer.program == "deno" {
			argv = append(argv, "run", "-A", "--quiet")
		}
		rts = append(rts, runtime{peer.name, argv})
	}
	if len(rts) < 2 || rts[1].name != "Node.js" {
		return nil, fmt.Errorf("there is no node to compare with: set SLUICE_PEERS to the folder that it is in")
	}
	return rts, nil
}

// versions says what was measured, and on what.
func versions(rts []runtime) []string {
	var lines []string
	for _, rt := range rts {
		const question = `process.version + " " + JSON.stringify(process.versions)`
		args := []string{"-p", question}
		if rt.name == "Deno" {
			args = []string{"eval", "-p", question}
		}
		out, err := exec.Command(rt.argv[0], args...).Output()
		version := strings.TrimSpace(string(out))
		if err != nil {
			version = "?"
		}
		name, rest, _ := strings.Cut(version, " ")
		for _, key := range []string{"sluice", "bun", "deno", "v8"} {
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
