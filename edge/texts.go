package edge

import "unsafe"

// Texts makes strings of bytes in memory that is used again: what a server copies of each
// request costs no allocation. A Texts is used by one goroutine at a time.
type Texts struct{ memory, free []byte }

const (
	textsFirst = 1 << 10 // the head of an ordinary request, and what layers add
	textsMost  = 16 << 10
)

// Copy is a string with the bytes of p, which are there until Reuse. A nil Texts makes
// each for itself.
func (t *Texts) Copy(p []byte) string {
	if t == nil || len(p) > textsMost/2 {
		return string(p)
	}
	if len(p) == 0 {
		return ""
	}
	if len(p) > len(t.free) {
		t.grow(len(p))
	}
	n := copy(t.free, p)
	// Nobody writes to this part of the memory before Reuse.
	s := unsafe.String(&t.free[0], n)
	t.free = t.free[n:]
	return s
}

// grow takes other memory, and leaves what there was to the strings in it.
func (t *Texts) grow(n int) {
	size := max(textsFirst, len(t.memory))
	for size < 2*n && size < textsMost {
		size *= 2
	}
	t.memory = make([]byte, size)
	t.free = t.memory
}

// Reuse ends the life of all strings that were made: others will lie in their memory.
func (t *Texts) Reuse() { t.free = t.memory }

// Forget leaves the strings their memory: they may be kept.
func (t *Texts) Forget() { *t = Texts{} }
