package admin

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// exposition collects metrics and writes them in Prometheus's text format: each name once, with
// what it means and its kind, and below it its series in the order in which they came.
//
// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
type exposition struct{ families map[string]*family }

type family struct {
	help, kind string
	lines      []byte
}

func (e *exposition) family(name, help, kind string) *family {
	f := e.families[name]
	if f == nil {
		if e.families == nil {
			e.families = map[string]*family{}
		}
		f = &family{help: help, kind: kind}
		e.families[name] = f
	}
	return f
}

// counter, gauge and histogram add one series. Its labels are pairs of name and value.
func (e *exposition) counter(name, help string, v float64, labels ...string) {
	e.family(name, help, "counter").add(name, v, labels...)
}

func (e *exposition) gauge(name, help string, v float64, labels ...string) {
	e.family(name, help, "gauge").add(name, v, labels...)
}

// bucket is one of a histogram's: how many values are not above its bound.
type bucket struct {
	bound float64
	n     uint64
}

// histogram takes buckets without the last one, which has everything: count.
func (e *exposition) histogram(name, help string, buckets []bucket, count uint64, sum float64, labels ...string) {
	f := e.family(name, help, "histogram")
	for _, b := range buckets {
		f.add(name+"_bucket", float64(b.n), append(slices.Clip(labels), "le", number(b.bound))...)
	}
	f.add(name+"_bucket", float64(count), append(slices.Clip(labels), "le", "+Inf")...)
	f.add(name+"_sum", sum, labels...)
	f.add(name+"_count", float64(count), labels...)
}

var (
	escapeHelp  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	escapeValue = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

// add writes one line. Labels are sorted by name, but for that of a bucket or quantile, which is last.
func (f *family) add(name string, v float64, labels ...string) {
	pairs := slices.SortedStableFunc(func(yield func([2]string) bool) {
		for i := 0; i+1 < len(labels) && yield([2]string{labels[i], labels[i+1]}); i += 2 {
		}
	}, func(a, b [2]string) int {
		if last := own(a[0]) - own(b[0]); last != 0 {
			return last
		}
		return strings.Compare(a[0], b[0])
	})
	f.lines = append(f.lines, name...)
	for i, p := range pairs {
		f.lines = append(f.lines, "{,"[min(i, 1)])
		f.lines = append(f.lines, p[0]+`="`+escapeValue.Replace(p[1])+`"`...)
	}
	if len(pairs) > 0 {
		f.lines = append(f.lines, '}')
	}
	f.lines = append(f.lines, " "+number(v)+"\n"...)
}

func own(label string) int {
	if label == "le" || label == "quantile" {
		return 1
	}
	return 0
}

// number is a value as the format has it: shortest, and whole numbers without an exponent while
// they are short enough to read.
func number(v float64) string {
	if v == float64(int64(v)) && v > -1e15 && v < 1e15 {
		return strconv.FormatInt(int64(v), 10)
	}
	return strconv.FormatFloat(v, 'g', -1, 64) // +Inf, -Inf and NaN are the format's own words
}

// text is everything that was added, by name.
func (e *exposition) text() []byte {
	var b []byte
	for _, name := range slices.Sorted(maps.Keys(e.families)) {
		f := e.families[name]
		b = append(b, "# HELP "+name+" "+escapeHelp.Replace(f.help)+"\n# TYPE "+name+" "+f.kind+"\n"...)
		b = append(b, f.lines...)
	}
	return b
}
