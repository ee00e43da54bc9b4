package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// scenario is an application and how it is asked.
type scenario struct {
	name   string
	app    string // file in apps
	script string // of wrk, in apps; may be empty
	pkg    string // of npm, that the application needs; may be empty
	goal   string // what is asked of the throughput beside Node.js and Bun
}

var allScenarios = []scenario{
	{"hello", "hello.js", "", "", "1.9, 1.3"},
	{"headers", "headers.js", "headers.lua", "", "1.7, 1.1"},
	{"post", "post.js", "post.lua", "", "1.8, 1.0"},
	{"pipeline", "hello.js", "pipeline.lua", "", "2.5, 1.5"},
	{"stream", "stream.js", "", "", "1.2, 1.0"},
	{"express", "express.js", "", "express", "1.6, 0.8"},
	{"fastify", "fastify.js", "", "fastify", "1.5, 1.0"},
	{"koa", "koa.js", "", "koa", "1.4, 1.0"},
}

// ratios are Sluice's figures by another's, the medians of the rounds.
type ratios struct{ rate, cpu float64 }

// scenarioRow is what was measured of one scenario: the medians of Sluice's figures, and for
// each other runtime how they compare.
type scenarioRow struct {
	scenario
	sluice figure
	others []ratios
}

func scenarios(o settings, rts []runtime) error {
	measured := versions(rts)
	var rows []scenarioRow
	for _, s := range allScenarios {
		if o.only != "" && !slices.Contains(strings.Split(o.only, ","), s.name) {
			continue
		}
		if s.pkg != "" {
			if _, err := os.Stat(filepath.Join(o.apps, "node_modules", s.pkg)); err != nil {
				return fmt.Errorf("%s is not installed: run npm ci in %s", s.pkg, o.apps)
			}
		}
		row, err := s.measure(o, rts)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		rows = append(rows, row)
		fmt.Printf("%-9s %7.0f requests a second, %5.1f µs, p99 %.2f ms;", s.name, row.sluice.rate, row.sluice.cpu, row.sluice.p99)
		for i, r := range row.others {
			fmt.Printf("  by %s's %.2f (CPU %.2f)", rts[i+1].name, r.rate, r.cpu)
		}
		fmt.Println()
	}
	if o.only != "" {
		return nil
	}
	return replace(o.docs, "scenarios", scenarioTable(rows, rts, o.rounds, measured))
}

// measure runs a scenario under each runtime in turn, so many rounds.
func (s scenario) measure(o settings, rts []runtime) (scenarioRow, error) {
	all := make([][]figure, len(rts))
	for range o.rounds {
		for i, rt := range rts {
			f, err := s.once(o, rt)
			if err != nil {
				return scenarioRow{}, fmt.Errorf("%s: %w", rt.name, err)
			}
			all[i] = append(all[i], f)
		}
	}
	rate := func(f figure) float64 { return f.rate }
	cpu := func(f figure) float64 { return f.cpu }
	row := scenarioRow{scenario: s, sluice: figure{
		rate: median(all[0], rate), cpu: median(all[0], cpu), p99: median(all[0], func(f figure) float64 { return f.p99 }),
	}}
	for _, theirs := range all[1:] {
		var byRound []figure // ratios, in the places of the figures
		for i, ours := range all[0] {
			byRound = append(byRound, figure{rate: ours.rate / theirs[i].rate, cpu: theirs[i].cpu / ours.cpu})
		}
		row.others = append(row.others, ratios{median(byRound, rate), median(byRound, cpu)})
	}
	return row, nil
}

func (s scenario) once(o settings, rt runtime) (figure, error) {
	var script []string
	if s.script != "" {
		script = []string{"-s", filepath.Join(o.apps, s.script)}
	}
	return underLoad(rt, filepath.Join(o.apps, s.app), time.Second, o.length, func(length time.Duration) (rate, p99 float64, err error) {
		return wrk(64, 1, length, script...)
	})
}

func scenarioTable(rows []scenarioRow, rts []runtime, rounds int, versions []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nMedians of the ratios of %d rounds. %s.\n\n| scenario | requests a second | CPU, µs |", rounds, strings.Join(versions, "; "))
	for _, rt := range rts[1:] {
		fmt.Fprintf(&b, " requests by %s's | CPU, %s's by ours |", rt.name, rt.name)
	}
	b.WriteString(" asked of requests (Node.js, Bun) |\n|---|---|---|" + strings.Repeat("---|---|", len(rts)-1) + "---|\n")
	for _, row := range rows {
		fmt.Fprintf(&b, "| %s | %.0f | %.1f |", row.name, row.sluice.rate, row.sluice.cpu)
		for _, r := range row.others {
			fmt.Fprintf(&b, " %.2f | %.2f |", r.rate, r.cpu)
		}
		fmt.Fprintf(&b, " %s |\n", row.goal)
	}
	b.WriteByte('\n')
	return b.String()
}
