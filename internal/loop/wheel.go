package loop

// Deadlines of connections: a wheel with steps of 100 ms. Setting, moving and
// stopping one costs no allocation and no search, so that a connection may do it
// for every request.

const (
	wheelStep  = 100 // milliseconds
	wheelSlots = 1024
)

// Deadline calls a function once, on the loop's thread, when its time has come. The
// zero value is stopped; the owner sets Expired before use.
type Deadline struct {
	Expired    func()
	at         int64 // milliseconds of the loop's clock; 0: stopped
	prev, next *Deadline
}

type wheel struct {
	slots [wheelSlots]Deadline // heads of rings
	step  int64                // last step that was run
	count int
}

func (w *wheel) init() {
	for i := range w.slots {
		w.slots[i].next, w.slots[i].prev = &w.slots[i], &w.slots[i]
	}
}

// SetDeadline makes d expire at the loop time at (milliseconds), never early; a
// deadline that is already set is moved.
func (l *Loop) SetDeadline(d *Deadline, at int64) {
	w := &l.deadlines
	if d.at != 0 {
		// Later than before: it stays in its slot, and is moved on when the slot is run.
		if at >= d.at {
			d.at = at
			return
		}
		w.remove(d)
	}
	if w.count == 0 && w.step < l.now/wheelStep {
		w.step = l.now / wheelStep
	}
	if at <= 0 {
		at = 1
	}
	d.at = at
	w.insert(d)
}

// StopDeadline stops d.
func (l *Loop) StopDeadline(d *Deadline) {
	if d.at != 0 {
		l.deadlines.remove(d)
		d.at = 0
	}
}

func (w *wheel) insert(d *Deadline) {
	step := (d.at + wheelStep - 1) / wheelStep
	if step <= w.step {
		step = w.step + 1
	}
	if step > w.step+wheelSlots-1 {
		step = w.step + wheelSlots - 1 // looked at again then
	}
	head := &w.slots[step%wheelSlots]
	d.prev, d.next = head.prev, head
	head.prev.next = d
	head.prev = d
	w.count++
}

func (w *wheel) remove(d *Deadline) {
	d.prev.next, d.next.prev = d.next, d.prev
	d.prev, d.next = nil, nil
	w.count--
}

// next is how many milliseconds may pass until the wheel must be looked at; negative: any.
func (w *wheel) next(now int64) int64 {
	if w.count == 0 {
		return -1
	}
	for i := int64(1); i < wheelSlots; i++ {
		head := &w.slots[(w.step+i)%wheelSlots]
		if head.next != head {
			return max(0, (w.step+i)*wheelStep-now)
		}
	}
	return wheelStep
}

func (w *wheel) advance(now int64) {
	if w.count == 0 {
		w.step = now / wheelStep
		return
	}
	for ; w.step < now/wheelStep && w.count > 0; w.step++ {
		head := &w.slots[(w.step+1)%wheelSlots]
		if head.next == head {
			continue
		}
		// Take the ring first: an expired function may set deadlines in this slot.
		var ring Deadline
		ring.next, ring.prev = head.next, head.prev
		ring.next.prev, ring.prev.next = &ring, &ring
		head.next, head.prev = head, head
		for ring.next != &ring {
			d := ring.next
			w.remove(d)
			if d.at > now {
				w.insert(d)
				continue
			}
			d.at = 0
			d.Expired()
		}
	}
	w.step = now / wheelStep
}
