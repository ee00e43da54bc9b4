package node

import (
	"testing"
	"time"
)

func TestProfileName(t *testing.T) {
	at := time.Date(2026, 3, 4, 15, 6, 7, 0, time.Local)
	for _, c := range []struct {
		given string
		n     int
		want  string
	}{
		{"", 1, "CPU.20260304.150607.12.0.001.cpuprofile"},
		{"", 3, "CPU.20260304.150607.12.2.003.cpuprofile"},
		{"a.cpuprofile", 1, "a.cpuprofile"},
		{"a.cpuprofile", 2, "a.1.cpuprofile"},
		{"p-${pid}.json", 1, "p-12.json"},
	} {
		if name := profileName(c.given, at, 12, c.n); name != c.want {
			t.Errorf("%q, %d: %s, want %s", c.given, c.n, name, c.want)
		}
	}
}
