package http1

import (
	"math/rand"
	"testing"
)

// TestSkip: the scans of values and targets agree with the table, for every
// byte at every place, and never look beyond the end.
func TestSkip(t *testing.T) {
	for _, x := range []struct {
		name string
		cls  uint8
		scan func([]byte, int) int
	}{
		{"values in words", clsValue, skipValueWords},
		{"values by the machine", clsValue, skipValue},
		{"targets in words", clsURL, skipTargetWords},
		{"targets by the machine", clsURL, skipTarget},
	} {
		t.Run(x.name, func(t *testing.T) {
			for c := range 256 {
				for n := range 70 {
					// What is behind the slice would end the scan too early.
					mem := make([]byte, n+32)
					b := mem[:n]
					for i := range b {
						b[i] = 'A' + byte(i%50)
					}
					for at := range n {
						old := b[at]
						b[at] = byte(c)
						for _, from := range []int{0, 1, at, n} {
							if got := x.scan(b, from); got != skipClass(b, from, x.cls) {
								t.Fatalf("byte %#x at %d of %d, from %d: %d", c, at, n, from, got)
							}
						}
						b[at] = old
					}
				}
			}
			r := rand.New(rand.NewSource(11))
			for range 20000 {
				b := make([]byte, r.Intn(200))
				for i := range b {
					b[i] = byte(0x21 + r.Intn(0x5e))
					if r.Intn(60) == 0 {
						b[i] = byte(r.Intn(256))
					}
				}
				if from := r.Intn(len(b) + 1); x.scan(b, from) != skipClass(b, from, x.cls) {
					t.Fatalf("%q from %d: %d", b, from, x.scan(b, from))
				}
			}
		})
	}
}

func BenchmarkSkipValue(b *testing.B) {
	value := []byte("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36\r\nAccept: a")
	for name, scan := range map[string]func([]byte, int) int{"words": skipValueWords, "machine": skipValue} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if scan(value, 0) != 101 {
					b.Fatal()
				}
			}
		})
	}
}
