package http

import (
	"unsafe"

	"github.com/sluice-http/sluice/http1"
)

// edgeAnswer takes a piece of JavaScript's answer.
func (c *conn) edgeAnswer(seq uint32, p []byte, flags http1.WriteFlags) {
	x := c.exchange(seq)
	if x == nil || x.ended {
		return // it was answered in JavaScript's place
	}
	if !x.started && flags&http1.Info == 0 && len(p) > 0 {
		x.started = true
		x.status = statusOf(p)
	}
	x.ended = flags&http1.End != 0
	c.answering = unsafe.SliceData(p)
	c.m.Write(seq, p, flags)
	c.answering = nil
	c.touch()
}

// statusOf is the status of a head.
func statusOf(p []byte) int {
	const at = len("HTTP/1.1 ")
	if len(p) < at+3 {
		return 0
	}
	return int(p[at]-'0')*100 + int(p[at+1]-'0')*10 + int(p[at+2]-'0')
}
