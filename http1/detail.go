package http1

// Detail chooses events beyond those that every reader of messages needs. Who
// asks for none pays for none.
type Detail uint8

// The details.
const (
	// DetailMessage brings EventBegin before each message, and EventReset
	// before that when the parser has read a message already.
	DetailMessage Detail = 1 << iota

	// DetailHead brings heads and trailers as they arrive, span by span,
	// instead of whole: EventMethod, EventTarget, EventVersion, EventStatus,
	// EventReason, EventFieldName, EventFieldValue, EventField. EventHead
	// follows, when the framing is decided, with the facts of the head but
	// without bytes and fields; there are no [Parser.Trailers]. A span comes
	// in pieces when reads split it (see [Parser.Piece]); of a head that is
	// being read the parser keeps no more than one method, name, version or
	// framing field, so a head costs no memory that grows with it.
	//
	// A piece may belong to a message that is refused later: only what came
	// with EventHead is certain.
	DetailHead

	// DetailChunk brings what frames a chunked body: EventExtensionName,
	// EventExtensionValue, EventChunk before the data, EventChunkEnd behind
	// it, also for the last chunk, of size 0.
	DetailChunk
)

// The events of [Options.Detail].
const (
	// EventReset: another message follows on this parser.
	EventReset Event = iota + EventError + 1
	// EventBegin: a message begins with the next byte.
	EventBegin
	// EventMethod: [Head.Method] is known.
	EventMethod
	// EventTarget: a piece of the request target.
	EventTarget
	// EventVersion: [Head.Major] and [Head.Minor] are known.
	EventVersion
	// EventStatus: [Head.Status] is known.
	EventStatus
	// EventReason: a piece of the reason phrase, if there is one.
	EventReason
	// EventFieldName: a piece of a field name, in the head or, after
	// EventHead, in the trailers.
	EventFieldName
	// EventFieldValue: a piece of a field value, without the white space
	// around it. An empty value is one empty piece.
	EventFieldValue
	// EventField: the field is complete and accepted. Only now is it certain
	// that no folded line continues it (see LenientHeaders).
	EventField
	// EventExtensionName: a piece of the name of a chunk extension.
	EventExtensionName
	// EventExtensionValue: a piece of its value, with the quotes if it has
	// them.
	EventExtensionValue
	// EventChunk: the line with the chunk's size is complete; see
	// [Parser.Remaining].
	EventChunk
	// EventChunkEnd: the chunk is complete; the last one when the trailers
	// are.
	EventChunkEnd
)

// Piece returns the bytes of an event that brings a span, valid until the next
// call of Next, and whether the span ends with them. The last piece may be
// empty when a read ended where the span does.
func (p *Parser) Piece() (piece []byte, last bool) { return p.piece, p.last }

// Stop refuses the message for a reason of the caller's, after any event: Next
// returns EventError from now on, with the code HPE_USER and that reason.
// status is what a server should answer.
func (p *Parser) Stop(reason string, status int) {
	p.failAt(p.off, CodeUser, reason, status)
}
