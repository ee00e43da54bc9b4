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
	m := t.take(len(p))
	copy(m, p)
	return textIn(m)
}

// take is memory for a text, until textIn makes one of it.
func (t *Texts) take(n int) []byte {
	if t == nil {
		return make([]byte, n)
	}
	if n > len(t.free) {
		t.grow(n)
	}
	m := t.free[:n:n]
	t.free = t.free[n:]
	return m
}

// textIn is the text in memory from take: nobody writes to it before Reuse.
func textIn(m []byte) string { return unsafe.String(unsafe.SliceData(m), len(m)) }

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
