package pack

import (
	"maps"
	"strings"
	"testing"
)

func TestPack(t *testing.T) {
	entries := map[string]Entry{
		"a": {Source: "text of a", Cache: "cache A"},
		"b": {Source: "", Cache: "cache of B"},
		"c": {Source: "text of c"},
		"d": {Source: "text of d", Cache: "CACHE D"},
	}
	for _, first := range [][]string{nil, {"d", "b"}, {"c", "a", "d", "b", "not there", "a"}} {
		p := string(Write(maps.Clone(entries), first))
		if got := Read(p); !maps.Equal(got, entries) {
			t.Errorf("%v: %v", first, got)
		}
	}
	p := string(Write(entries, []string{"d", "b"}))
	d, b, a := strings.Index(p, "CACHE D"), strings.Index(p, "cache of B"), strings.Index(p, "cache A")
	if d > b || b > a || d%align != 0 || b%align != 0 || a%align != 0 {
		t.Errorf("the caches lie at %d, %d, %d", d, b, a)
	}
}
