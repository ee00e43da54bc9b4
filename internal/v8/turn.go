package v8

/*
#include "binding.h"
*/
import "C"

import "unsafe"

// Kinds of events in a turn. Kinds from FirstModuleEvent on belong to modules; see
// node.Env.EventKind.
const (
	eventCall        = 1 // slot, generation, keep, offset of the arguments
	FirstModuleEvent = 16
)

// Queue collects the events of the next turn: integers, the heads text, and payload
// bytes. It is used on the isolate's thread only. While a turn is being delivered,
// new events collect for the next one.
type Queue struct {
	iso  *Isolate
	next batch // collects
	cur  batch // is being delivered
	done uint64
}

type batch struct {
	ints  []int32
	heads []byte
	data  Encoder
}

func (b *batch) reset() {
	b.ints = b.ints[:0]
	if cap(b.heads) > 1<<20 {
		b.heads = nil
	}
	if cap(b.data.b) > 1<<20 {
		b.data.b = nil
	}
	b.heads = b.heads[:0]
	b.data.Reset()
}

// NewQueue makes the queue of the isolate's turns.
func (iso *Isolate) NewQueue() *Queue { return &Queue{iso: iso} }

// NewQueue makes a queue whose events nobody gets: they are to be forgotten.
func NewQueue() *Queue { return &Queue{} }

// Forget drops what has collected.
func (q *Queue) Forget() {
	q.next.reset()
	q.done++
}

// Empty reports whether no event waits.
func (q *Queue) Empty() bool { return len(q.next.ints) == 0 }

// Delivered is how many times the queue was delivered.
func (q *Queue) Delivered() uint64 { return q.done }

// Size is about how many bytes the waiting events take.
func (q *Queue) Size() int { return 4*len(q.next.ints) + len(q.next.heads) + len(q.next.data.b) }

// Event appends an event: its kind, and the integers that the kind's handler in
// JavaScript reads at its place in the events array.
func (q *Queue) Event(kind int32, ints ...int32) {
	q.next.ints = append(q.next.ints, kind, int32(2+len(ints)))
	q.next.ints = append(q.next.ints, ints...)
}

// Head appends text to the turn's heads, one byte a character, and returns its offset.
func (q *Queue) Head(p []byte) int32 {
	off := len(q.next.heads)
	q.next.heads = append(q.next.heads, p...)
	return int32(off)
}

// Heads is the heads text so far, to append to; what it has become then is for SetHeads.
func (q *Queue) Heads() []byte { return q.next.heads }

// SetHeads takes the heads text that something was appended to.
func (q *Queue) SetHeads(b []byte) { q.next.heads = b }

// HeadLen is the length of the heads text so far.
func (q *Queue) HeadLen() int32 { return int32(len(q.next.heads)) }

// Data appends raw payload bytes (for takeBytes) and returns their offset.
func (q *Queue) Data(p []byte) int32 {
	off := len(q.next.data.b)
	q.next.data.b = append(q.next.data.b, p...)
	return int32(off)
}

// Payload appends encoded values (for takeValue) and returns the offset of the first.
func (q *Queue) Payload(values ...any) int32 {
	off := len(q.next.data.b)
	q.next.data.Array(len(values))
	for _, v := range values {
		q.next.data.Value(v)
	}
	return int32(off)
}

// Call appends a call of the callback with the arguments.
func (q *Queue) Call(cb Callback, args ...any) {
	if cb.IsZero() {
		return
	}
	keep := int32(0)
	if cb.keep {
		keep = 1
	}
	q.Event(eventCall, int32(uint32(cb.id)), int32(cb.id>>32), keep, q.Payload(args...))
}

// Deliver hands the collected events to JavaScript: one crossing, or a few when
// there are more than fit.
func (q *Queue) Deliver() error {
	q.next, q.cur = q.cur, q.next
	q.done++
	defer q.cur.reset()
	ints := q.cur.ints
	for len(ints) > 0 {
		n := 0
		if len(ints) <= len(q.iso.events) {
			n = len(ints)
		} else {
			for n+int(ints[n+1]) <= len(q.iso.events) {
				n += int(ints[n+1])
			}
		}
		copy(q.iso.events, ints[:n])
		ints = ints[n:]
		q.iso.opts.Turnstile.Leave()
		failed := C.sl_turn(q.iso.p, C.uint32_t(n), (*C.uint8_t)(unsafe.SliceData(q.cur.heads)), C.size_t(len(q.cur.heads)),
			(*C.uint8_t)(unsafe.SliceData(q.cur.data.b)), C.size_t(len(q.cur.data.b)), &q.iso.failure) != 0
		q.iso.opts.Turnstile.Enter()
		if failed {
			return q.iso.takeFailure()
		}
	}
	return nil
}

// Record is one piece of output that JavaScript wrote to a target: Len bytes of the
// output at Off, with the body, if there is one, before the last Tail of them.
type Record struct {
	Target, Seq, Flags, Tail uint32
	Off, Len                 uint64
	body                     *byte
	bodyLen                  uint64
}

// Body is memory of JavaScript that was not copied, nil when there is none.
func (r *Record) Body() []byte { return unsafe.Slice(r.body, int(r.bodyLen)) }

// Size is how many bytes the piece has.
func (r *Record) Size() uint64 { return r.Len + r.bodyLen }

// Output is what JavaScript wrote since the last ResetOutput. data and records are
// valid until ResetOutput or the next JavaScript call.
func (iso *Isolate) Output() (data []byte, records []Record) {
	out := iso.out
	if out.nrecords == 0 {
		return nil, nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(out.data)), int(out.len)), unsafe.Slice((*Record)(unsafe.Pointer(out.records)), int(out.nrecords))
}

// ResetOutput forgets the output.
func (iso *Isolate) ResetOutput() {
	iso.shared.Flushes++
	C.sl_out_reset(iso.p)
}

// Shared is memory that JavaScript and Go both see.
type Shared struct {
	Now                    float64 // the loop's clock in milliseconds; the loop sets it
	TimerAt                float64 // when the next JavaScript timer is due; 0: none
	TimerRef, ImmediateRef int32   // whether timers and immediates keep the loop alive
	ImmediateCount         uint32
	ImmediateReferenced    uint32
	ImmediateOutstanding   uint32
	HasTick, HasRejection  int32
	TimerInfo              int32
	ClockBase              float64 // the system's monotonic clock, in milliseconds, when Now was 0
	Idle                   float64 // milliseconds that the loop has slept
	LoopStart, LoopCount   float64 // when the first turn began, by the monotonic clock; how many there were
	V8Start, BootEnd       float64 // when the engine was initialised, when the main script began
	LoopExit               float64 // when the loop ended
	Flushes                uint32  // how often the output was taken
}

// Shared is the isolate's shared memory.
func (iso *Isolate) Shared() *Shared { return iso.shared }
