package test

import (
	"flag"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var soakTime = flag.Duration("soak", 0, "how long TestSoak lasts; 0: it is left out")

// TestSoak keeps a mixed load on a pool: answers that are checked, clients that vanish,
// drip and do not read. After the first sixth of the time (five minutes of thirty) the
// resident memory stays flat. The curve is printed.
func TestSoak(t *testing.T) {
	if *soakTime == 0 {
		t.Skip("-soak says how long")
	}
	p := startPool(t, "-w", "2")
	p.waitWorkers(2)
	end := time.Now().Add(*soakTime)
	var load sync.WaitGroup
	var right, failed atomic.Int64
	for i := range 6 {
		load.Go(func() {
			c := chaosClient{t: t, port: p.port, id: i}
			for n := 0; time.Now().Before(end); n++ {
				if c.ask(n) == nil {
					right.Add(1)
				} else {
					failed.Add(1)
				}
			}
			c.close()
		})
	}
	for range 2 {
		load.Go(func() { chaosVillain(p.port, end) })
	}
	const samples = 60
	var curve []int64
	for range samples {
		time.Sleep(*soakTime / samples)
		curve = append(curve, p.usage().memory>>20)
	}
	load.Wait()
	t.Logf("%d right, %d failed; resident memory in MiB, %d samples: %v", right.Load(), failed.Load(), samples, curve)
	if failed.Load() > 0 {
		t.Errorf("%d requests failed", failed.Load())
	}
	mean := func(values []int64) (sum float64) {
		for _, v := range values {
			sum += float64(v)
		}
		return sum / float64(len(values))
	}
	if early, late := mean(curve[samples/6:samples/3]), mean(curve[samples*5/6:]); late > early*1.1+5 {
		t.Errorf("resident memory grows: %.0f MiB, later %.0f MiB", early, late)
	}
}
