//go:build !amd64 || purego

package http1

// skipValue returns the index of the first byte of b from i on that cannot be
// in a field value, or len(b).
func skipValue(b []byte, i int) int { return skipValueWords(b, i) }

// skipTarget returns the index of the first byte of b from i on that is not
// visible ASCII, or len(b).
func skipTarget(b []byte, i int) int { return skipTargetWords(b, i) }
