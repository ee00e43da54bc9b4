//go:build !purego

package http1

// skipValueSSE returns the index of the first of n bytes from p on that cannot
// be in a field value, or n. n is a multiple of 16 above 0.
//
//go:noescape
func skipValueSSE(p *byte, n int) int

// skipValue returns the index of the first byte of b from i on that cannot be
// in a field value, or len(b).
func skipValue(b []byte, i int) int {
	if n := (len(b) - i) &^ 15; n > 0 {
		k := skipValueSSE(&b[i], n)
		if i += k; k < n {
			return i
		}
	}
	for i < len(b) && class[b[i]]&clsValue != 0 {
		i++
	}
	return i
}

// skipTargetSSE is the same for a request target.
//
//go:noescape
func skipTargetSSE(p *byte, n int) int

// skipTarget returns the index of the first byte of b from i on that is not
// visible ASCII, or len(b).
func skipTarget(b []byte, i int) int {
	if n := (len(b) - i) &^ 15; n > 0 {
		k := skipTargetSSE(&b[i], n)
		if i += k; k < n {
			return i
		}
	}
	return skipClass(b, i, clsURL)
}
