// Package http1 is HTTP/1.x on bytes: a parser and the machines of both sides
// of a connection, without I/O, clock or goroutine. Bytes go in, events and
// bytes come out; sockets, time and scheduling are the caller's.
//
//	Parser      bytes to events, requests or responses, any split of the input
//	ServerConn  requests read ahead, answers put in order, deadlines, the end
//	ClientConn  answers matched to requests, reuse of the connection
//	Outgoing    messages to bytes: heads, framing, trailers, checked on the way
//	Pool        buffers and parsers of one thread, bounded
//
// Everything is strict by default. What is refused, and with which code,
// reason and offset, is what Node reports, except where Node lets pass what
// is unsafe: [Leniency] has a name for each of those.
//
// # A message
//
// The parser goes through these phases. What stands in the last column is
// returned by [Parser.Next] on the way.
//
//	phase      next                          event
//	start      head                          (empty lines are skipped)
//	head       decide                        EventHead
//	decide     length, chunk, untilEOF       none: says Decide and the framing
//	           complete                      where there is no body
//	length     complete                      EventBody for each piece
//	chunk      trailers                      EventBody for each piece
//	untilEOF   complete (by Finish)          EventBody for each piece
//	trailers   complete
//	complete   start, closed, upgrade        EventComplete
//	upgrade    upgraded                      EventUpgrade
//	closed     failed                        anything but CR and LF is refused
//	any        failed                        EventError
//
// Framing is decided between head and EventHead: a message whose length is in
// doubt is never delivered.
//
// Next is asked for events, so not asking is how to pause, at any event; and
// [Parser.Stop] ends with a reason. Who wants heads span by span as they
// arrive, the parts of chunked bodies, or the beginnings of messages asks for
// it by [Options.Detail]; see [Detail] for what comes with each.
//
// # A section
//
// Heads and trailers are scanned by states that can be left wherever the input
// ends. A line that is whole and ordinary is taken at once (wholeRequestLine,
// wholeFields) and passes through no state; the two ways are held against each
// other by running every test at every split.
//
//	state               until                  then
//	Start               first byte             Method, Protocol or HorM (either)
//	Method              SP                     BeforeTarget
//	Target, Path, Form  SP                     BeforeVersion
//	Version             digit "." digit        LineEnd, or Preface after PRI
//	LineEnd, LineLF     CR LF                  FirstField
//	Protocol            SP                     Status
//	Status, Reason      CR                     StatusLF, then FirstField
//	FirstField, Field   first byte of a line   Name, or EndLF at CR
//	Name                ":"                    OWS
//	OWS                 not white space        Length, Value, or EmptyLF at CR
//	Length, LengthWS    CR                     ValueLF
//	Value               CR                     ValueLF
//	ValueLF, EmptyLF    LF                     FieldDone
//	FieldDone           one byte more          Field; white space would fold
//	EndLF               LF                     the section is done
//
// # A chunked body
//
//	place               sees                   then
//	Size, Digits        hexadecimal digits     SizeLF at CR, Ext at ";"
//	Ext, ExtName,       token, quoted string   SizeLF at CR; counted, thrown away
//	ExtValue, ExtQuoted
//	SizeLF              LF                     Data, or trailers after size 0
//	Data                the bytes              DataCR
//	DataCR, DataLF      CR LF, compared        Size
//
// # A server connection
//
// [ServerConn] numbers requests from 1 on. Reading and answering go on apart:
// Reading() is the request whose body arrives, Turn() the one whose answer
// goes out. Answers that come before their turn are copied and wait; the one
// whose turn it is passes through untouched. A refusal has a number as a
// request has, and so its place behind the answers to what came before it.
//
// # Memory
//
// Heads are spans of the caller's bytes when they arrived in one piece, else
// of a pooled buffer that holds one section and is bounded by the limits; with
// DetailHead that buffer holds no more than one name or framing field. Nothing
// is allocated for a message on the common path.
package http1
