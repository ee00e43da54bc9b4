// Package http1 is HTTP/1.x on bytes: a parser and the machines of both sides
// of a connection, without I/O, clock or goroutine. Bytes go in, events and
// bytes come out; sockets, time and scheduling are the caller's.
//
//	Parser      bytes to events, requests or responses, any split of the input
//	ServerConn  requests read ahead, answers put in order, deadlines, the end
//	ClientConn  answers matched to requests, reuse of the connection
//	Pool        buffers and parsers of one thread, bounded
//
// Everything is strict by default. What is refused, and with which code,
// reason and offset, is what Node reports, except where Node lets pass what
// is unsafe: see [Leniency] for a name for each of those.
//
// # A message
//
//	           EventHead      EventBody*     EventComplete
//	┌─────┐      ┌──────┐      ┌──────┐        ┌─────────┐
//	│start│─────▶│decide│─────▶│ body │───────▶│complete │
//	└─────┘      └──────┘      └──────┘        └─────────┘
//	   ▲            │ no body      length,          │
//	   │            └──────────▶   chunked,   ◀─────┤
//	   │                           until EOF        │
//	   └──────────── keep-alive ────────────────────┤
//	                 upgrade: EventUpgrade ◀────────┤
//	                 close: anything more is refused◀┘
//
// Framing is decided before EventHead: a message whose length is in doubt is
// never delivered.
package http1
