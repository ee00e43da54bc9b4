package http

import (
	"testing"

	"github.com/sluice-http/sluice/internal/node"
)

// What is gathered and not taken counts for the limits: it leaves room within them.
func TestGatherMost(t *testing.T) {
	for _, test := range []struct {
		guard node.Guard
		want  int
	}{
		{node.Guard{}, 512 << 10},
		{node.Guard{Buffered: 1 << 20}, 256 << 10},
		{node.Guard{Buffered: 64 << 20}, 512 << 10},
		{node.Guard{BufferedInAll: 2 << 20}, 128 << 10},
		{node.Guard{Buffered: 1 << 20, BufferedInAll: 1 << 20}, 64 << 10},
	} {
		if got := gatherMost(&test.guard); got != test.want {
			t.Errorf("%+v: %d, want %d", test.guard, got, test.want)
		}
	}
}
