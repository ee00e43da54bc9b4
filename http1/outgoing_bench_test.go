package http1

import "testing"

// BenchmarkResponse writes the head of an answer and its body, as the server for Go
// programs does.
func BenchmarkResponse(b *testing.B) {
	body := []byte("Hello, World")
	for _, bench := range []struct {
		name   string
		length int64
	}{{"length", int64(len(body))}, {"chunked", -1}} {
		head := OutgoingHead{Method: "GET", Minor: 1, Status: 200, Length: bench.length, Fields: []OutgoingField{
			{"Content-Type", "application/json; charset=utf-8"},
			{"Cache-Control", "no-store"},
			{"Vary", "Accept-Encoding"},
			{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"},
		}}
		b.Run(bench.name, func(b *testing.B) {
			var o Outgoing
			var out []byte
			b.ReportAllocs()
			for b.Loop() {
				dst, err := o.Response(out[:0], &head)
				if err == nil {
					dst, err = o.Body(dst, body)
				}
				if err == nil {
					dst, err = o.End(dst, nil)
				}
				if err != nil {
					b.Fatal(err)
				}
				out = dst
			}
			b.SetBytes(int64(len(out)))
		})
	}
}
