package http

import (
	"bytes"
	"strconv"
	"strings"
	"unsafe"

	"github.com/sluice-http/sluice/edge"
	"github.com/sluice-http/sluice/http1"
	"github.com/sluice-http/sluice/http1/http1net"
)

// JavaScript's answers on their way out. JavaScript writes records of bytes, the first of
// an answer begins with its head. Where a layer of the route looks at heads, the head is
// taken apart, shown to the layers and written anew; the framing stays JavaScript's, unless
// a layer compresses the body: then the framing is undone and made again.

// answer is what is known of an answer of JavaScript's.
type answer struct {
	begun    bool // its head has come
	bodyless bool // whatever its head says
	drop     bool // a layer has taken the body away
	framing  dechunker
	chunked  bool  // JavaScript writes chunks
	encode   bool  // the body goes through the exchange's encoder
	rechunk  bool  // and then out in chunks
	promised int64 // the length of the body by JavaScript's head; -1: it says nothing
	got      int64 // of the body, for the encoder
	unsent   bool  // the encoder has something that was not written
	close    bool  // the connection ends with the answer, whatever JavaScript says
}

// edgeAnswer takes a piece of JavaScript's answer.
func (c *conn) edgeAnswer(seq uint32, p []byte, flags http1.WriteFlags) {
	x := c.exchange(seq)
	if x == nil || x.ended {
		return // it was answered in JavaScript's place
	}
	switch {
	case flags&http1.Info != 0:
		c.putOut(x, p, flags)
		return
	case !x.answer.begun && len(p) > 0:
		c.beginAnswer(x, p, flags)
		return
	}
	c.continueAnswer(x, p, flags)
}

// putOut gives the machine bytes that stay as they are until they are flushed.
func (c *conn) putOut(x *exchange, p []byte, flags http1.WriteFlags) {
	if x.answer.close && flags&http1.End != 0 {
		flags |= http1.Close
	}
	x.ended = flags&http1.End != 0
	c.http.answering = unsafe.SliceData(p)
	c.m.Write(x.seq, p, flags)
	c.http.answering = nil
	c.touch()
}

// beginAnswer takes the first piece of an answer, which begins with the head.
func (c *conn) beginAnswer(x *exchange, p []byte, flags http1.WriteFlags) {
	a := &x.answer
	a.begun, x.started = true, true
	if c.insertLines(x, p, flags) {
		return
	}
	w := &c.http.edge.answers
	n, ok := w.parse(p, x.Texts)
	if !ok {
		// Somebody writes an answer of his own making: it is his.
		x.status = statusOf(p)
		c.putOut(x, p, flags)
		return
	}
	h := &w.head
	x.status = h.Status
	a.chunked = w.chunked
	a.bodyless = x.isHead || noBody(h.Status)
	body := p[n:]
	if !x.WantsHead() {
		c.count(x, body)
		c.putOut(x, p, flags)
		return
	}
	whole := flags&http1.End != 0
	given := h.Length // as JavaScript has announced it
	a.promised = given
	if h.Length < 0 && whole && !x.isHead {
		h.Length = a.length(body)
	}
	x.Head(h)
	w.fields = h.Header // it may have grown
	a.drop = noBody(h.Status) && !a.bodyless
	x.status = h.Status
	if x.Encode != nil && (a.bodyless || a.drop) {
		x.Encode.Close()
		x.Encode = nil
	}
	a.encode = x.Encode != nil
	b := w.open()
	start := len(b)
	b = w.appendStatus(b)
	b = appendOrdinary(b, h.Header)
	switch {
	case a.encode:
		c.beginEncoded(x, b, start, body, flags)
		return
	case a.drop:
		body = nil
	case x.isHead && h.Length != given && h.Length < 0: // a layer would change the body
	case a.bodyless && !noBody(h.Status) && !x.isHead:
		b = append(b, "Content-Length: 0\r\n"...)
	case a.chunked:
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	case given >= 0:
		b = appendLength(b, given)
	}
	b = append(append(b, w.connection...), "\r\n"...)
	c.count(x, body)
	b = append(b, body...)
	w.close(b)
	c.putOut(x, b[start:], flags)
}

// beginEncoded begins an answer whose body goes through an encoder: b holds its head as
// far as the fields.
func (c *conn) beginEncoded(x *exchange, b []byte, start int, body []byte, flags http1.WriteFlags) {
	a, w := &x.answer, &c.http.edge.answers
	end := flags&http1.End != 0
	if end && !w.head.Header.Has("Trailer") {
		packed := c.encodePiece(x, nil, body, true)
		b = appendLength(b, int64(len(packed)))
		b = append(append(b, w.connection...), "\r\n"...)
		x.bytes += int64(len(packed))
		b = append(b, packed...)
	} else {
		if a.rechunk = x.Minor > 0; a.rechunk {
			b = append(append(b, "Transfer-Encoding: chunked\r\n"...), w.connection...)
		} else {
			a.close = true // the end of the connection ends the body
			b = append(b, "Connection: close\r\n"...)
		}
		b = append(b, "\r\n"...)
		b = c.appendEncoded(x, b, body, end)
	}
	w.close(b)
	c.putEncoded(x, b[start:], flags)
}

// putEncoded is putOut for what came out of the encoder. A body that is not what its head
// has promised must not look complete.
func (c *conn) putEncoded(x *exchange, p []byte, flags http1.WriteFlags) {
	if a := &x.answer; flags&http1.End != 0 && (a.promised >= 0 && a.got != a.promised || a.chunked && a.framing.state != chunkOver) {
		c.c.Reset()
		return
	}
	c.putOut(x, p, flags)
}

// length is how long the body is that is there as a whole.
func (a *answer) length(body []byte) int64 {
	if !a.chunked {
		return int64(len(body))
	}
	var d dechunker
	return d.count(body)
}

// continueAnswer takes a further piece.
func (c *conn) continueAnswer(x *exchange, p []byte, flags http1.WriteFlags) {
	a := &x.answer
	switch {
	case a.drop:
		p = nil
	case a.encode:
		w := &c.http.edge.answers
		b := w.open()
		start := len(b)
		b = c.appendEncoded(x, b, p, flags&http1.End != 0)
		w.close(b)
		c.putEncoded(x, b[start:], flags)
		return
	default:
		c.count(x, p)
	}
	c.putOut(x, p, flags)
}

// count counts the bytes of the body in what JavaScript has framed.
func (c *conn) count(x *exchange, p []byte) {
	switch {
	case x.answer.bodyless || x.answer.drop:
	case x.answer.chunked:
		x.bytes += x.answer.framing.count(p)
	default:
		x.bytes += int64(len(p))
	}
}

// appendEncoded appends what the encoder has ready after a piece of the body.
func (c *conn) appendEncoded(x *exchange, b, p []byte, end bool) []byte {
	a := &x.answer
	w := &c.http.edge.answers
	w.packed = c.encodePiece(x, w.packed[:0], p, end)
	packed := w.packed
	a.unsent = !end
	x.bytes += int64(len(packed))
	if !a.rechunk {
		return append(b, packed...)
	}
	b = appendChunk(b, packed)
	if end {
		b = append(b, "0\r\n"...)
		b = append(append(b, a.framing.trailers...), "\r\n"...)
	}
	return b
}

// encodePiece undoes JavaScript's framing of a piece and appends what comes out of the
// encoder.
func (c *conn) encodePiece(x *exchange, to, p []byte, end bool) []byte {
	if !x.answer.chunked {
		x.answer.got += int64(len(p))
		to = append(to, x.Encode.Write(p, false)...)
	} else {
		for len(p) > 0 {
			var data []byte
			if data, p = x.answer.framing.next(p); len(data) > 0 {
				to = append(to, x.Encode.Write(data, false)...)
			}
		}
	}
	if end {
		to = append(to, x.Encode.Close()...)
		x.Encode = nil
	}
	return to
}

// flushEncoders lets streams be streams: what was written in this turn goes out.
func (c *conn) flushEncoders() {
	for x := c.edge.first; x != nil; x = x.next {
		if !x.answer.unsent || x.ended {
			continue
		}
		x.answer.unsent = false
		packed := x.Encode.Write(nil, true)
		if len(packed) == 0 {
			continue
		}
		x.bytes += int64(len(packed))
		w := &c.http.edge.answers
		b := w.open()
		start := len(b)
		if x.answer.rechunk {
			b = appendChunk(b, packed)
		} else {
			b = append(b, packed...)
		}
		w.close(b)
		c.putOut(x, b[start:], 0)
	}
}

func appendChunk(b, data []byte) []byte {
	if len(data) == 0 {
		return b // an empty chunk would be the last
	}
	b = strconv.AppendInt(b, int64(len(data)), 16)
	b = append(b, "\r\n"...)
	return append(append(b, data...), "\r\n"...)
}

func appendLength(b []byte, n int64) []byte {
	b = append(b, "Content-Length: "...)
	return append(strconv.AppendInt(b, n, 10), "\r\n"...)
}

func noBody(status int) bool { return status < 200 || status == 204 || status == 304 }

// statusOf is the status of a head.
func statusOf(p []byte) int {
	const at = len("HTTP/1.1 ")
	if len(p) < at+3 {
		return 0
	}
	return int(p[at]-'0')*100 + int(p[at+1]-'0')*10 + int(p[at+2]-'0')
}

// parse takes a head of JavaScript's apart: into head what layers see, and into
// connection and chunked what concerns the connection alone. It returns how long the
// head is.
func (w *answerWriter) parse(p []byte, texts *edge.Texts) (n int, ok bool) {
	n = bytes.Index(p, crlf2)
	if n < 0 || len(p) < len("HTTP/1.1 200") {
		return 0, false
	}
	n += len(crlf2)
	raw := texts.Copy(p[:n])
	w.head = edge.Head{Status: statusOf(p), Length: -1}
	w.connection, w.chunked = w.connection[:0], false
	line, rest := cutLine(raw)
	w.reason = ""
	if len(line) > len("HTTP/1.1 200 ") {
		w.reason = line[len("HTTP/1.1 200 "):]
	}
	w.original = w.head.Status
	fields := w.fields[:0]
	for {
		if line, rest = cutLine(rest); line == "" {
			break
		}
		name, value := cutField(line)
		if c := name[0] | 0x20; c == 'c' || c == 'k' || c == 't' {
			if w.framing(line, name, value) {
				continue
			}
		}
		fields = append(fields, http1net.Field{Name: name, Value: value})
	}
	w.fields = fields
	w.head.Header = fields
	return n, true
}

var crlf2 = []byte("\r\n\r\n")

// framing notes a field that is not for layers, and reports whether it is one.
func (w *answerWriter) framing(line, name, value string) bool {
	switch http1.LookupField(name) {
	case http1.FieldConnection, http1.FieldKeepAlive:
		w.connection = append(append(w.connection, line...), "\r\n"...)
	case http1.FieldContentLength:
		n, err := strconv.ParseInt(strings.Trim(value, " \t"), 10, 64)
		if err != nil {
			return false
		}
		w.head.Length = n
	case http1.FieldTransferEncoding:
		if value != "chunked" {
			return false // an odd coding ends with the connection
		}
		w.chunked = true
	default:
		return false
	}
	return true
}

func cutLine(s string) (line, rest string) {
	i := strings.IndexByte(s, '\n')
	if i < 1 || s[i-1] != '\r' {
		return s, ""
	}
	return s[:i-1], s[i+1:]
}

func cutField(line string) (name, value string) {
	i := strings.IndexByte(line, ':')
	if i <= 0 {
		return line, ""
	}
	return line[:i], strings.TrimPrefix(line[i+1:], " ")
}

// appendStatus appends the first line, with JavaScript's own words unless a layer has
// changed the status.
func (w *answerWriter) appendStatus(b []byte) []byte {
	b = append(b, "HTTP/1.1 "...)
	b = append(strconv.AppendInt(b, int64(w.head.Status), 10), ' ')
	if w.head.Status == w.original {
		b = append(b, w.reason...)
	} else {
		b = append(b, http1.StatusText(w.head.Status)...)
	}
	return append(b, "\r\n"...)
}

// appendOrdinary appends the fields but those that concern the connection and the
// framing: these are not for layers to say.
func appendOrdinary(b []byte, h http1net.Header) []byte {
	for i := range h {
		f := &h[i]
		if c := f.Name[0] | 0x20; c == 'c' || c == 'k' || c == 't' {
			switch http1.LookupField(f.Name) {
			case http1.FieldConnection, http1.FieldKeepAlive, http1.FieldContentLength:
				continue
			case http1.FieldTransferEncoding:
				if f.Value == "chunked" {
					continue
				}
			}
		}
		b = appendLine(b, f.Name, f.Value)
	}
	return b
}
