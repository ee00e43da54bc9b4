package edge

// Batch puts together what the exchanges of a turn of a loop have in common: lines of the
// access log, which is written to once for all of them, and what the engine counts of
// them. One goroutine at a time uses it, and calls Flush before it waits.
type Batch struct {
	engine      *Engine // is there until Flush
	worker      int
	began, done uint64 // exchanges of the engine that it does not know of yet

	log    *accessLog // whose lines they are
	lines  []byte
	pieces pieces

	name   nameHalf
	search search[*Route]
}

// maxLines is how many bytes of lines are put together: they are to stay in the
// processor's nearest cache.
const maxLines = 16 << 10

// hold makes the batch one of the engine, which is there: somebody has entered it, and
// leaves it to the batch to leave.
func (b *Batch) hold(e *Engine, worker int) {
	b.Flush()
	b.engine, b.worker = e, worker
}

// line is where a line of the log is to be appended.
func (b *Batch) line(l *accessLog, x *Exchange) []byte {
	if l != b.log || len(b.lines) >= maxLines {
		b.write()
		if b.engine != x.engine {
			x.engine.users.enter(x.Worker)
			b.hold(x.engine, x.Worker)
		}
		b.log = l
	}
	return b.lines
}

// write writes the lines.
func (b *Batch) write() {
	if b.log == nil {
		return
	}
	b.log.write(b.lines)
	b.log = nil
	if b.lines = b.lines[:0]; cap(b.lines) > 2*maxLines {
		b.lines = nil // of a request with a very long target
	}
}

// Flush writes the lines and lets go of the engine.
func (b *Batch) Flush() {
	b.write()
	e := b.engine
	if e == nil {
		return
	}
	if b.began > 0 {
		e.users.of(b.worker).began.Add(b.began)
	}
	e.leave(b.worker, b.done+1)
	b.engine, b.began, b.done = nil, 0, 0
}
