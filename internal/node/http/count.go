package http

import (
	"bytes"
	"math/bits"
	"time"

	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/http1"
)

// setPending tells the environment how many requests of the connection are not answered.
func (c *conn) setPending(n int) {
	if n == int(c.pending) {
		return
	}
	work := &c.http.env.Work
	work.Requests.Add(int64(n - int(c.pending)))
	if c.pending == 0 {
		work.Active.Add(1)
	} else if n == 0 {
		work.Active.Add(-1)
	}
	c.pending = int32(n)
}

// countRescued counts a request that only leniency has let through.
func (h *HTTP) countRescued(l http1.Leniency) {
	for rest := uint32(l); rest != 0; rest &= rest - 1 {
		h.env.Work.Lenient[bits.TrailingZeros32(rest)].Add(1)
	}
}

// counted is a request that is not answered yet, for the metrics.
type counted struct {
	seq            uint32
	method         http1.Method
	status         int
	received, sent int64
	began          time.Time
}

func (c *conn) countedOf(seq uint32) *counted {
	for i := range c.counts {
		if c.counts[i].seq == seq {
			return &c.counts[i]
		}
	}
	return nil
}

func (c *conn) countBody(seq uint32, n int) {
	if q := c.countedOf(seq); q != nil {
		q.received += int64(n)
	}
}

// countAnswer looks at a piece of an answer as it goes out.
func (c *conn) countAnswer(seq uint32, p []byte, flags http1.WriteFlags) {
	q := c.countedOf(seq)
	if q == nil || flags&http1.Info != 0 {
		return
	}
	q.sent += int64(len(p))
	if q.status == 0 && len(p) >= len("HTTP/1.1 200") {
		for _, digit := range p[len("HTTP/1.1 "):len("HTTP/1.1 200")] {
			q.status = q.status*10 + int(digit-'0')
		}
		q.sent = max(0, int64(len(p)-bytes.Index(p, endOfHead)-len(endOfHead)))
	}
	if flags&http1.End != 0 {
		c.countDone(q, false)
		*q = c.counts[len(c.counts)-1]
		c.counts = c.counts[:len(c.counts)-1]
	}
}

var endOfHead = []byte("\r\n\r\n")

func (c *conn) countDone(q *counted, aborted bool) {
	c.http.tallies.Done(c.http.tally, c.http.worker, &tally.Request{
		Method: q.method.String(), Status: q.status, Received: q.received, Sent: q.sent,
		Duration: time.Since(q.began), Aborted: aborted,
	})
}

// countAborted counts what the end of the connection leaves unanswered.
func (c *conn) countAborted() {
	for i := range c.counts {
		c.countDone(&c.counts[i], true)
	}
	c.counts = nil
}

// countUpgraded counts the request with which the connection has left HTTP: what is
// said from now on is not an answer.
func (c *conn) countUpgraded() {
	for i := range c.counts {
		q := &c.counts[i]
		if q.status == 0 {
			q.status = 101
		}
		c.countDone(q, false)
	}
	c.counts = nil
}
