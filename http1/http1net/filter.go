package http1net

// Filter sees an answer between the handler and the wire: for middleware that changes
// what another handler answers.
//
// Its methods are called by whoever writes or ends the answer, one at a time.
type Filter interface {
	// Head may change the status and the fields before the head of the final answer
	// is sent. length is the length of the body, -1 when it is not known. With
	// encode, the body goes through Body and End: its length is then another, and
	// Content-Length is the server's to write.
	Head(status int, header *Header, length int64) (newStatus int, encode bool)
	// Body returns what is sent in place of p. With flush, all that was written so
	// far must be in it. The result is valid until the next call.
	Body(p []byte, flush bool) []byte
	// End returns the last of the body.
	End() []byte
	// Done is the last call, when the answer has been given to the connection, or
	// nothing of it can be any more. complete says that it is whole; n are the bytes of
	// body that were written, before Body changed them. It must not call the
	// ResponseWriter.
	Done(complete bool, n int64)
}

// Filter puts f between the handler and the wire. It must be called before anything is
// written; a second filter takes the place of the first.
func (w *ResponseWriter) Filter(f Filter) { w.filter = f }

// Status is the status of the answer, 0 while it is not decided.
func (w *ResponseWriter) Status() int { return w.status }

// filterHead lets the filter see the head. kept is all there is of the body when end is
// set.
func (w *ResponseWriter) filterHead(end bool) {
	length := w.length
	if length < 0 && end {
		length = w.written
	}
	status, encode := w.filter.Head(w.status, &w.header, length)
	w.status = status
	w.encode = encode && !bodyless(status) && !w.switching
	if w.encode {
		w.header.Del("Content-Length")
	}
}

// encoded is what is sent of a piece of the body.
func (w *ResponseWriter) encoded(kept, p []byte, end bool) []byte {
	if w.isHead {
		return nil
	}
	b := append(w.filtered[:0], w.filter.Body(kept, w.flushing && len(p) == 0)...)
	if len(p) > 0 {
		b = append(b, w.filter.Body(p, w.flushing)...)
	}
	if end {
		b = append(b, w.filter.End()...)
	}
	w.filtered = b
	return b
}

// bodyLength is the length of the body to announce, -1 when it is not known.
func (w *ResponseWriter) bodyLength(end bool) int64 {
	switch {
	case w.encode && end && !w.isHead:
		return int64(len(w.filtered))
	case w.encode:
		return -1
	}
	return w.length
}
