package edge

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestPlainText compares what looks at eight bytes at once with what each byte says.
func TestPlainText(t *testing.T) {
	for c := range 256 {
		plain := c >= ' ' && c < 0x7f && c != '"' && c != '\\'
		for n := 1; n < 20; n++ {
			for at := range n {
				for _, around := range []byte{' ', 'a', '~'} {
					text := []byte(strings.Repeat(string(around), n))
					text[at] = byte(c)
					if got := plainText(string(text)); got != plain {
						t.Fatalf("%q is plain: %v", text, got)
					}
				}
			}
		}
	}
	for _, two := range []string{"\x00\x80", "!\"", "\"!", "\x1f ", "  \x7f", "\x80\x00", "]\\["} {
		if text := "abc" + two + "abc"; plainText(text) {
			t.Errorf("%q is plain", text)
		}
	}
}

// TestTexts: texts are apart while they live, and their memory is used again.
func TestTexts(t *testing.T) {
	var m Texts
	for range 3 {
		var made []string
		for i := range 200 {
			made = append(made, m.Copy([]byte(strings.Repeat(string(rune('a'+i%26)), i))))
		}
		for i, s := range made {
			if s != strings.Repeat(string(rune('a'+i%26)), i) {
				t.Fatalf("text %d is %q", i, s)
			}
		}
		m.Reuse()
	}
	if n := testing.AllocsPerRun(100, func() {
		m.Reuse()
		for range 10 {
			m.Copy([]byte("a text of an ordinary length"))
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if s := (*Texts)(nil).Copy([]byte("own")); s != "own" {
		t.Error(s)
	}
}

func TestHexDigits(t *testing.T) {
	for _, v := range []uint32{0, 1, 0x9a9a9a9a, 0x0123abcd, 0xf09e8d7c, 1<<32 - 1} {
		digits := binary.LittleEndian.AppendUint64(nil, hexDigits(v))
		slices.Reverse(digits)
		if want := fmt.Sprintf("%08x", v); string(digits) != want {
			t.Errorf("%s, wanted %s", digits, want)
		}
	}
}
