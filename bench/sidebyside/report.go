package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
)

// report makes the generated part of docs/performance.md and its picture.
type report struct {
	rounds        int
	runtimes      []runtime
	versions      []string
	byConnections [][]figure // by the index of connections, then of the runtime
	byHeaders     [][]figure
	atRest        []figure
}

func (r *report) write(docs string) error {
	if err := replace(docs, "growth", r.markdown()); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(docs, "performance-growth.svg"), []byte(r.svg()), 0o644)
}

// replace puts text between the marks of a part of performance.md.
func replace(docs, part, text string) error {
	page := filepath.Join(docs, "performance.md")
	old, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	begin, end := "<!-- "+part+": begin -->", "<!-- "+part+": end -->"
	before, rest, ok := strings.Cut(string(old), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return fmt.Errorf("%s: the marks %s and %s are missing", page, begin, end)
	}
	return os.WriteFile(page, []byte(before+begin+"\n"+text+end+after), 0o644)
}

func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nMedian of %d rounds. %s.\n", r.rounds, strings.Join(r.versions, "; "))
	table := func(title, unit string, ns []int, rows [][]figure, of func(figure) string) {
		fmt.Fprintf(&b, "\n%s\n\n| %s |", title, unit)
		for _, rt := range r.runtimes {
			fmt.Fprintf(&b, " %s |", rt.name)
		}
		b.WriteString("\n|---|" + strings.Repeat("---|", len(r.runtimes)) + "\n")
		for i, n := range ns {
			fmt.Fprintf(&b, "| %d |", n)
			for _, f := range rows[i] {
				fmt.Fprintf(&b, " %s |", of(f))
			}
			b.WriteByte('\n')
		}
	}
	cpu := func(f figure) string { return fmt.Sprintf("%.1f", f.cpu) }
	table("CPU per request, in µs, by the number of connections:", "connections", connections, r.byConnections, cpu)
	b.WriteString("\n![CPU per request by connections](performance-growth.svg)\n")
	table("p99 of the latency, in ms:", "connections", connections, r.byConnections, func(f figure) string { return fmt.Sprintf("%.2f", f.p99) })
	table("CPU per request, in µs, by the number of request headers, over 64 connections:", "headers", headers, r.byHeaders, cpu)
	fmt.Fprintf(&b, "\nAt rest:\n\n| | first answer after | resident | each of %d connections, just answered | after %d seconds |\n|---|---|---|---|---|\n", idleConnections, int(idleFor.Seconds()))
	for i, f := range r.atRest {
		fmt.Fprintf(&b, "| %s | %.0f ms | %.0f MiB | %.1f KiB | %.1f KiB |\n", r.runtimes[i].name, f.up, f.memory, f.perAnswered, f.perIdle)
	}
	b.WriteByte('\n')
	return b.String()
}

// svg draws CPU per request over the number of connections, both logarithmic in x.
func (r *report) svg() string {
	const width, height, left, right, top, bottom = 640, 360, 60, 110, 20, 45
	highest := 0.0
	for _, row := range r.byConnections {
		for _, f := range row {
			highest = math.Max(highest, f.cpu)
		}
	}
	highest = math.Ceil(highest/10) * 10
	x := func(n int) float64 {
		return left + (width-left-right)*math.Log(float64(n))/math.Log(float64(connections[len(connections)-1]))
	}
	y := func(v float64) float64 { return height - bottom - (height-top-bottom)*v/highest }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="white"/>`+"\n", width, height)
	for v := 0.0; v <= highest; v += highest / 5 {
		fmt.Fprintf(&b, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%.0f µs</text>`+"\n", left, width-right, y(v), y(v), left-6, y(v)+4, v)
	}
	for _, n := range connections {
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle">%d</text>`+"\n", x(n), height-bottom+18, n)
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">connections</text>`+"\n", (left+width-right)/2, height-8)
	colours := []string{"#c2410c", "#15803d", "#6d28d9", "#0e7490"}
	for i, rt := range r.runtimes {
		var points []string
		for j, n := range connections {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(n), y(r.byConnections[j][i].cpu)))
		}
		last := r.byConnections[len(connections)-1][i].cpu
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/><text x="%d" y="%.1f" fill="%s">%s</text>`+"\n", strings.Join(points, " "), colours[i], width-right+6, y(last)+4, colours[i], rt.name)
	}
	b.WriteString("</svg>\n")
	return b.String()
}
