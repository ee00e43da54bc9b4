package http1

import "strconv"

// Framing is how the end of a body is found (RFC 9112 section 6).
type Framing uint8

// The framings.
const (
	FramingNone     Framing = iota // no body
	FramingLength                  // Content-Length
	FramingChunked                 // Transfer-Encoding: chunked
	FramingUntilEOF                // the end of the connection; responses only
)

// RequestFraming decides how a request is framed whose body has length bytes,
// -1 when nobody knows yet. A method that has a meaning for bodies says so when
// there is none (RFC 9110 section 8.6).
func RequestFraming(method string, length int64) Framing {
	switch {
	case length < 0:
		return FramingChunked
	case length == 0 && method != "POST" && method != "PUT" && method != "PATCH":
		return FramingNone
	}
	return FramingLength
}

// ResponseFraming decides how an answer to a request by that method is framed.
// minor is the version 1.x of the request: 1.0 does not know chunks.
func ResponseFraming(method string, minor uint8, status int, length int64) Framing {
	switch {
	case status < 600 && bodyless(uint16(status)), method == "HEAD", method == "CONNECT" && status/100 == 2:
		return FramingNone
	case length >= 0:
		return FramingLength
	case minor == 0:
		return FramingUntilEOF
	}
	return FramingChunked
}

// OutgoingField is a field line to be written.
type OutgoingField struct{ Name, Value string }

// OutgoingHead is the head of a message to be written. The fields that frame
// are not among its fields: [Outgoing] writes them.
type OutgoingHead struct {
	// Method and Target of a request; of a response, the method of the request
	// that it answers.
	Method, Target string
	// Status of a response, and its phrase: Node's if empty.
	Status int
	Reason string
	// Minor is, for a response, the version 1.x of the request.
	Minor  uint8
	Fields []OutgoingField
	// Length of the body, -1 when it is not known.
	Length int64
	// Close says that the connection ends after the message.
	Close bool
}

// OutgoingError is what was wrong with a message that was to be written. It is
// the sender's fault; nothing of what was refused has been appended.
type OutgoingError string

// Error implements error.
func (e OutgoingError) Error() string { return "http1: " + string(e) }

// The errors of [Outgoing].
const (
	ErrOrder        OutgoingError = "a message begins before the last one is complete, or goes on without a head"
	ErrMethod       OutgoingError = "invalid method"
	ErrTarget       OutgoingError = "invalid request target"
	ErrStatus       OutgoingError = "invalid status"
	ErrReason       OutgoingError = "invalid reason phrase"
	ErrName         OutgoingError = "invalid field name"
	ErrValue        OutgoingError = "invalid field value"
	ErrHost         OutgoingError = "a request has exactly one Host field"
	ErrFramingField OutgoingError = "Content-Length and Transfer-Encoding are not the sender's to write"
	ErrTooLong      OutgoingError = "more body than the head announced"
	ErrTooShort     OutgoingError = "less body than the head announced"
	ErrTrailer      OutgoingError = "a trailer that is not allowed, or without chunks"
)

// Outgoing writes the messages of one side of a connection, as bytes. Whatever
// it is told, what it appends is a sequence of messages that every parser cuts
// at the same places: names, values and lengths are checked when they are
// written, and framing fields are its own.
type Outgoing struct {
	framing Framing
	remain  int64 // of the announced length
	open    bool
	last    bool
}

// Request appends the head of a request.
func (o *Outgoing) Request(dst []byte, h *OutgoingHead) ([]byte, error) {
	switch {
	case o.open:
		return dst, ErrOrder
	case !ValidToken(h.Method):
		return dst, ErrMethod
	case !ValidTarget(h.Method, h.Target):
		return dst, ErrTarget
	}
	framing := RequestFraming(h.Method, h.Length)
	options, hosts, err := checkFields(h.Fields)
	if err == nil && hosts != 1 {
		err = ErrHost
	}
	if err != nil {
		return dst, err
	}
	dst = append(append(append(append(dst, h.Method...), ' '), h.Target...), " HTTP/1.1\r\n"...)
	return o.head(dst, h, framing, options, false), nil
}

// Response appends the head of an answer. An informational one (1xx, but 101)
// is complete with it; the answer itself still has to come.
func (o *Outgoing) Response(dst []byte, h *OutgoingHead) ([]byte, error) {
	reason := h.Reason
	if reason == "" {
		reason = StatusText(h.Status)
	}
	switch {
	case o.open:
		return dst, ErrOrder
	case h.Status < 100 || h.Status > 999:
		return dst, ErrStatus
	case !ValidReason(reason):
		return dst, ErrReason
	}
	framing := ResponseFraming(h.Method, h.Minor, h.Status, h.Length)
	options, _, err := checkFields(h.Fields)
	if err != nil {
		return dst, err
	}
	dst = append(dst, "HTTP/1.1 "...)
	dst = append(strconv.AppendInt(dst, int64(h.Status), 10), ' ')
	dst = append(append(dst, reason...), "\r\n"...)
	if h.Status/100 == 1 && h.Status != 101 {
		return append(appendFields(dst, h.Fields), "\r\n"...), nil
	}
	// To version 1.0 a connection that goes on has to be announced.
	return o.head(dst, h, framing, options, h.Minor == 0 && h.Status != 101), nil
}

// head appends the rest of a head and begins the body.
func (o *Outgoing) head(dst []byte, h *OutgoingHead, framing Framing, options Flags, announce bool) []byte {
	dst = appendFields(dst, h.Fields)
	o.framing, o.remain, o.open = framing, max(h.Length, 0), true
	o.last = h.Close || options&FlagConnClose != 0 || framing == FramingUntilEOF
	switch {
	case o.last && options&FlagConnClose == 0:
		dst = append(dst, "Connection: close\r\n"...)
	case announce && options&FlagConnKeepAlive == 0:
		dst = append(dst, "Connection: keep-alive\r\n"...)
	}
	switch {
	case framing == FramingChunked:
		dst = append(dst, "Transfer-Encoding: chunked\r\n"...)
	case framing == FramingLength, framing == FramingNone && h.Method == "HEAD" && h.Status >= 200 && h.Length > 0 && !bodyless(uint16(h.Status)):
		dst = append(strconv.AppendInt(append(dst, "Content-Length: "...), h.Length, 10), "\r\n"...)
	}
	return append(dst, "\r\n"...)
}

// Body appends a piece of the body.
func (o *Outgoing) Body(dst, p []byte) ([]byte, error) {
	switch {
	case !o.open:
		return dst, ErrOrder
	case len(p) == 0:
		return dst, nil
	case o.framing == FramingChunked:
		return AppendChunk(dst, p), nil
	case o.framing == FramingUntilEOF:
		return append(dst, p...), nil
	case o.framing == FramingNone, int64(len(p)) > o.remain:
		return dst, ErrTooLong
	}
	o.remain -= int64(len(p))
	return append(dst, p...), nil
}

// End ends the message. Trailers need chunks.
func (o *Outgoing) End(dst []byte, trailers []OutgoingField) ([]byte, error) {
	switch {
	case !o.open:
		return dst, ErrOrder
	case o.framing == FramingLength && o.remain > 0:
		return dst, ErrTooShort
	case len(trailers) > 0 && o.framing != FramingChunked:
		return dst, ErrTrailer
	}
	for i := range trailers {
		if err := checkTrailer(&trailers[i]); err != nil {
			return dst, err
		}
	}
	o.open = false
	if o.framing != FramingChunked {
		return dst, nil
	}
	return append(appendFields(append(dst, "0\r\n"...), trailers), "\r\n"...), nil
}

// Framing returns how the message that was begun is framed.
func (o *Outgoing) Framing() Framing { return o.framing }

// Last says whether the connection ends after the message that was begun.
func (o *Outgoing) Last() bool { return o.last }

// checkFields checks the fields of a head and returns the options of
// Connection among them, and how many Host fields there are.
func checkFields(fields []OutgoingField) (options Flags, hosts int, err error) {
	for i := range fields {
		f := &fields[i]
		if !ValidToken(f.Name) {
			return 0, 0, ErrName
		}
		if !ValidValue(f.Value) {
			return 0, 0, ErrValue
		}
		switch LookupField(f.Name) {
		case FieldContentLength, FieldTransferEncoding:
			return 0, 0, ErrFramingField
		case FieldHost:
			if !allOf(trimSpace(f.Value), clsHost) {
				return 0, 0, ErrHost
			}
			hosts++
		case FieldConnection:
			options |= connectionOptions([]byte(f.Value))
		}
	}
	return options, hosts, nil
}

// checkTrailer refuses what can be no trailer.
func checkTrailer(f *OutgoingField) error {
	switch {
	case !TrailerAllowed(f.Name):
		return ErrTrailer
	case !ValidToken(f.Name):
		return ErrName
	case !ValidValue(f.Value):
		return ErrValue
	}
	return nil
}

func appendFields(dst []byte, fields []OutgoingField) []byte {
	for i := range fields {
		dst = append(append(dst, fields[i].Name...), ": "...)
		dst = append(append(dst, trimSpace(fields[i].Value)...), "\r\n"...)
	}
	return dst
}

// trimSpace takes spaces and tabs off both ends: they do not survive the way.
func trimSpace(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for s != "" && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}
