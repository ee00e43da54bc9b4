package admin

import (
	"math"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

func TestExposition(t *testing.T) {
	var e exposition
	e.gauge("z", "back\\slash\nand line", math.Inf(1), "b", "quote\" back\\ line\n", "a", "ü")
	e.counter("c_total", "Counts.", 12345678, "x", "1")
	e.counter("c_total", "Counts.", 0.25, "x", "2")
	e.gauge("big", "", 1e21)
	e.gauge("none", "", math.NaN())
	e.histogram("h", "Spreads.", []bucket{{0.001, 1}, {5, 3}}, 4, 10.5, "z", "1", "a", "2")
	want := `# HELP big 
# TYPE big gauge
big 1e+21
# HELP c_total Counts.
# TYPE c_total counter
c_total{x="1"} 12345678
c_total{x="2"} 0.25
# HELP h Spreads.
# TYPE h histogram
h_bucket{a="2",z="1",le="0.001"} 1
h_bucket{a="2",z="1",le="5"} 3
h_bucket{a="2",z="1",le="+Inf"} 4
h_sum{a="2",z="1"} 10.5
h_count{a="2",z="1"} 4
# HELP none 
# TYPE none gauge
none NaN
# HELP z back\\slash\nand line
# TYPE z gauge
z{a="ü",b="quote\" back\\ line\n"} +Inf
`
	if got := string(e.text()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Prometheus's own parser understands all that a server says.
func TestExpositionParses(t *testing.T) {
	var g gathering
	g.pool(serving().Stats())
	runtimeMetrics(&g.exposition)
	processMetrics(&g.exposition)
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(string(g.text())))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(families); n != len(g.families) {
		t.Errorf("%d families, want %d", n, len(g.families))
	}
	if got := families["process_resident_memory_bytes"].GetMetric()[0].GetGauge().GetValue(); got < 1<<20 {
		t.Errorf("%g bytes are resident", got)
	}
	waits := families["sluice_queue_wait_seconds"].GetMetric()
	if len(waits) != 2 || len(waits[0].GetHistogram().GetBucket()) < 3 {
		t.Errorf("the histogram: %v", waits)
	}
}
