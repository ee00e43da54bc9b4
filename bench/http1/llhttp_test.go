//go:build llhttp

package http1bench

import "testing"

func init() {
	llhttpParsers = []parser{{"llhttp", runLlhttp(true)}, {"llhttp-bare", runLlhttp(false)}}
}

// runLlhttp measures llhttp with callbacks that note the spans, or with none.
func runLlhttp(spans bool) func(*testing.B, *workload) {
	return func(b *testing.B, w *workload) {
		b.ResetTimer()
		n, err := llhttp(w.reads, b.N, spans)
		b.StopTimer()
		if err != nil || n != w.messages*b.N {
			b.Fatal(n, err)
		}
	}
}
