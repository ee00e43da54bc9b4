package loop

import (
	"testing"
	"time"
)

// TestGivesWay: a loop with work gives way once in wayEvery milliseconds, one that sleeps
// does not, however long it slept before.
func TestGivesWay(t *testing.T) {
	l, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for i, step := range []struct {
		pass  int64 // milliseconds
		slept time.Duration
		want  bool
	}{
		{wayEvery - 1, 0, false},
		{1, 0, true},
		{0, 0, false},
		{wayEvery, wayEvery * time.Millisecond / 2, true},
		{wayEvery, wayEvery * time.Millisecond, false},
		{10000, 9999 * time.Millisecond, false},
		{wayEvery - 1, 0, false},
		{1, 0, true},
	} {
		l.now += step.pass
		l.poller.idle.Add(int64(step.slept))
		if got := l.wayIsDue(); got != step.want {
			t.Errorf("step %d: gives way: %v", i, got)
		}
	}
}
