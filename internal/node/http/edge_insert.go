package http

import (
	"bytes"
	"net/http"

	"github.com/sluice-http/sluice/edge"
	"github.com/sluice-http/sluice/http1"
)

// Most heads of JavaScript's answers go out as JavaScript wrote them, with lines of the
// layers before the empty one (edge.Additions). They are looked through once, for what
// decides whether that is right, and for the framing.

// scanned is what is known of a head of JavaScript's.
type scanned struct {
	adds    *edge.Additions // with which it was looked through
	size    int             // with the empty line
	length  int64           // by Content-Length; -1: there is none
	typed   bool            // it has a Content-Type
	chunked bool
}

// lastHead is the head that was looked through last: a second's answers have many alike.
type lastHead struct {
	text []byte
	scanned
}

// of is what is known of the head at the start of p; nil when there is more to it than to
// add lines.
func (l *lastHead) of(p []byte, adds *edge.Additions) *scanned {
	// It ends with the empty line, so that p has no other head when it begins like this.
	if n := len(l.text); n > 0 && n <= len(p) && adds == l.adds && bytes.Equal(l.text, p[:n]) {
		return &l.scanned
	}
	l.text = l.text[:0]
	if !l.scan(p, adds) || l.mayPack(adds) || adds.Short >= 0 && statusOf(p) == http.StatusNotModified {
		return nil
	}
	if l.size <= maxLast {
		l.text = append(l.text, p[:l.size]...)
	}
	return &l.scanned
}

// maxLast is the longest head that is remembered.
const maxLast = 2 << 10

// scan looks through the head at the start of p. It is false when there is more to it
// than to add lines.
func (s *scanned) scan(p []byte, adds *edge.Additions) bool {
	*s = scanned{length: -1, adds: adds}
	at := bytes.IndexByte(p, '\n') + 1
	if at < len("HTTP/1.1 200\r\n") || p[at-2] != '\r' {
		return false
	}
	for {
		rest := p[at:]
		end := bytes.IndexByte(rest, '\n')
		if end < 1 || rest[end-1] != '\r' {
			return false
		}
		at += end + 1
		if end == 1 {
			s.size = at
			return true
		}
		colon := bytes.IndexByte(rest[:end], ':')
		if colon < 1 || !s.field(rest[:colon], rest[colon+1:end-1], adds) {
			return false
		}
	}
}

// field looks at one field.
func (s *scanned) field(name, value []byte, adds *edge.Additions) bool {
	switch len(name) {
	case len("Content-Type"):
		s.typed = s.typed || is(name, "content-type")
	case len("Content-Length"):
		if is(name, "content-length") && (s.length >= 0 || !s.setLength(value)) {
			return false
		}
	case len("Transfer-Encoding"):
		if is(name, "transfer-encoding") {
			s.chunked = true
			return string(value) == " chunked"
		}
	}
	return !adds.Has(name)
}

func (s *scanned) setLength(value []byte) bool {
	if len(value) < 2 || len(value) > 18 || value[0] != ' ' {
		return false
	}
	s.length = 0
	for _, d := range value[1:] {
		if d < '0' || d > '9' {
			return false
		}
		s.length = s.length*10 + int64(d-'0')
	}
	return true
}

// is compares a name with one in lower case of the same length.
func is(name []byte, lower string) bool {
	for i := range len(lower) {
		if name[i]|0x20 != lower[i] {
			return false
		}
	}
	return true
}

// mayPack says whether the body may be one that is to be compressed.
func (s *scanned) mayPack(adds *edge.Additions) bool {
	return s.typed && adds.Short >= 0 && (s.length < 0 || s.length >= adds.Short)
}

// copied is how long a body may be to be copied behind its head.
const copied = 4 << 10

// insertLines writes an answer's first piece with the lines of the layers, where that is
// all that they do. It is false when they must see the head.
func (c *conn) insertLines(x *exchange, p []byte, flags http1.WriteFlags) bool {
	adds := x.Additions()
	if adds == nil {
		return false
	}
	w := &c.http.edge.answers
	s := w.last.of(p, adds)
	if s == nil {
		return false
	}
	a := &x.answer
	x.status = statusOf(p)
	a.chunked = s.chunked
	a.bodyless = x.isHead || noBody(x.status)
	body := p[s.size:]
	c.count(x, body)
	if !x.WantsHead() {
		c.putOut(x, p, flags)
		return true
	}
	b := w.open()
	start := len(b)
	b = adds.Append(append(b, p[:s.size-len("\r\n")]...), &x.Exchange)
	if len(body) <= copied {
		b = append(b, body...)
		w.close(b)
		c.putOut(x, b[start:], flags)
		return true
	}
	w.close(b)
	c.putOut(x, b[start:], flags&^(http1.End|http1.Close))
	c.putOut(x, body, flags)
	return true
}
