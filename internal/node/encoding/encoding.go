// Package encoding holds the native half of TextDecoder: the encodings of the web that
// are neither UTF-8 nor UTF-16, by their labels.
package encoding

import (
	"errors"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// Module is internalBinding('legacy_encoding').
var Module = node.Module{Name: "legacy_encoding", New: func(*node.Env) map[string]v8.Func {
	return map[string]v8.Func{"name": name, "table": table, "decode": decode}
}}

// name(label): the name of the encoding, in lower case; null if there is none.
func name(c *v8.Call) {
	e, err := htmlindex.Get(c.String(0))
	if err != nil {
		c.Return(v8.Null)
		return
	}
	n, err := htmlindex.Name(e)
	if err != nil {
		c.Return(v8.Null)
		return
	}
	c.Return(n)
}

// table(name): for an encoding of single bytes the 128 characters of its upper half,
// U+FFFD where it has none; null for others.
func table(c *v8.Call) {
	n := c.String(0)
	if n == "x-user-defined" {
		var s strings.Builder
		for i := range 128 {
			s.WriteRune(0xf780 + rune(i))
		}
		c.Return(s.String())
		return
	}
	e, err := htmlindex.Get(n)
	if err != nil {
		c.Return(v8.Null)
		return
	}
	m, ok := e.(*charmap.Charmap)
	if !ok {
		// iso-8859-8-i and its like wrap the table of another name.
		if base, found := strings.CutSuffix(n, "-i"); found {
			if e, err = htmlindex.Get(base); err == nil {
				m, ok = e.(*charmap.Charmap)
			}
		}
		if !ok {
			c.Return(v8.Null)
			return
		}
	}
	var s strings.Builder
	for i := range 128 {
		r := m.DecodeByte(byte(0x80 + i))
		if r == utf8.RuneError && i < 32 {
			r = rune(0x80 + i) // the standard leaves no hole where the C1 controls are
		}
		s.WriteRune(r)
	}
	c.Return(s.String())
}

var encodings sync.Map // name to encoding.Encoding

func byName(n string) (encoding.Encoding, error) {
	if e, ok := encodings.Load(n); ok {
		return e.(encoding.Encoding), nil
	}
	e, err := htmlindex.Get(n)
	if err == nil {
		encodings.Store(n, e)
	}
	return e, err
}

// decode(name, bytes, last): the text, and how many bytes at the end are an unfinished
// character; if last is true these come out as U+FFFD.
func decode(c *v8.Call) {
	e, err := byName(c.String(0))
	if err != nil {
		c.Throw(err)
		return
	}
	text, rest, err := decodeAll(e.NewDecoder(), c.Bytes(1), c.Bool(2))
	if err != nil {
		c.Throw(err)
		return
	}
	c.Return([]any{text, rest})
}

func decodeAll(t transform.Transformer, src []byte, last bool) (string, int, error) {
	dst := make([]byte, 3*len(src)+16)
	n := 0
	for {
		wrote, read, err := t.Transform(dst[n:], src, last)
		n += wrote
		src = src[read:]
		switch {
		case err == nil:
			return string(dst[:n]), 0, nil
		case errors.Is(err, transform.ErrShortSrc) && !last:
			return string(dst[:n]), len(src), nil
		case errors.Is(err, transform.ErrShortDst):
			dst = append(dst, make([]byte, len(dst))...)
		default:
			return "", 0, err
		}
	}
}
