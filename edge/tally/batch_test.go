package tally

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

// TestBatch counts the same requests one by one and put together.
func TestBatch(t *testing.T) {
	one, many := New(2), New(2)
	r := rand.New(rand.NewPCG(1, 2))
	var b Batch
	for range 5000 {
		name := []string{"/", "/api"}[r.IntN(8)/7]
		worker := []int{1, 2, 9}[r.IntN(12)%5%3]
		q := Request{
			Method: []string{"GET", "POST", "BREW"}[r.IntN(10)%4%3], Status: []int{200, 404, 0, 700}[r.IntN(12)%7%4],
			Received: int64(r.IntN(2) * 10), Sent: int64(r.IntN(3)), Duration: time.Duration(r.IntN(1000)) * time.Microsecond,
			Aborted: r.IntN(50) == 0, Refused: Reason(r.IntN(60) / 59),
		}
		one.Route(name).Done(worker, &q)
		b.Done(many.Route(name), worker, &q)
		if r.IntN(20) == 0 {
			b.Flush()
		}
	}
	b.Flush()
	b.Flush() // counts nothing twice
	for _, name := range []string{"/", "/api"} {
		if x, y := one.Route(name).Totals(), many.Route(name).Totals(); !reflect.DeepEqual(x, y) {
			t.Errorf("%s: one by one %+v, together %+v", name, x, y)
		}
	}
	if x, y := one.Statuses(), many.Statuses(); !reflect.DeepEqual(x, y) {
		t.Errorf("one by one %v, together %v", x, y)
	}
}
