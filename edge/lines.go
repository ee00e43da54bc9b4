package edge

// Lines puts lines of access logs together, as long as they are of the same log: a log is
// written to once for all exchanges that ended in a turn of a loop. One goroutine at a
// time uses it, and calls Flush before it waits.
type Lines struct {
	log    *accessLog
	engine *Engine // stays open until the lines are written
	worker int
	text   []byte
}

// maxLines is how many bytes are put together: what is in the processor's nearest cache.
const maxLines = 16 << 10

// of is where a line of the log is to be appended.
func (b *Lines) of(l *accessLog, x *Exchange) {
	if l == b.log && len(b.text) < maxLines {
		return
	}
	b.Flush()
	b.log, b.engine, b.worker = l, x.engine, x.Worker
	b.engine.users.enter(b.worker)
}

// Flush writes the lines.
func (b *Lines) Flush() {
	if b.log == nil {
		return
	}
	b.log.write(b.text)
	if b.text = b.text[:0]; cap(b.text) > 2*maxLines {
		b.text = nil // of a request with a very long target
	}
	b.engine.leave(b.worker)
	b.log, b.engine = nil, nil
}
