package edge

import "unsafe"

// Texts makes strings of bytes, many in one piece of memory: what a server copies of
// each request costs no allocation of its own. The strings are ordinary ones: they may
// be kept, and keep their neighbours. A Texts is used by one goroutine at a time.
type Texts struct{ free []byte }

const textsChunk = 16 << 10

// Copy is a string with the bytes of p. A nil Texts makes each for itself.
func (t *Texts) Copy(p []byte) string {
	if t == nil || len(p) > textsChunk/8 {
		return string(p)
	}
	if len(p) == 0 {
		return ""
	}
	if len(p) > len(t.free) {
		t.free = make([]byte, textsChunk)
	}
	n := copy(t.free, p)
	// Nobody writes to this part of the memory again.
	s := unsafe.String(&t.free[0], n)
	t.free = t.free[n:]
	return s
}
