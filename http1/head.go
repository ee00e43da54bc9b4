package http1

// Span is a piece of [Section.Raw].
type Span struct{ Off, Len uint32 }

// Field is one field line: the name without the colon and the value without
// the white space around it. Its memory layout is five 32-bit words (name
// offset and length, value offset and length, id and spelling), so that a
// slice of fields can cross to another language as one block.
type Field struct {
	Name, Value Span
	ID          FieldID
	Spelling    Spelling
	_           uint16
}

// Section is a run of field lines, in a head or in trailers.
type Section struct {
	// Raw holds the section as it came, from the first byte of the start line
	// (or of the first trailer) through the empty line, in one piece. All
	// spans point into it. It is part of the input where that held the whole
	// section, else the parser's own buffer; either way it is valid until the
	// next call of the parser and must not be changed.
	Raw []byte
	// Fields holds the field lines in order.
	Fields []Field
	// Plain says that every line is "Name: value" and CRLF, with one space
	// and none behind the value, so that the bytes from the first name to the
	// last value are what anybody would write.
	Plain bool
}

// Bytes returns what a span covers.
func (s *Section) Bytes(sp Span) []byte { return s.Raw[sp.Off : sp.Off+sp.Len : sp.Off+sp.Len] }

// Name returns the name of field i as it was written.
func (s *Section) Name(i int) []byte { return s.Bytes(s.Fields[i].Name) }

// Value returns the value of field i.
func (s *Section) Value(i int) []byte { return s.Bytes(s.Fields[i].Value) }

// Get returns the value of the first field called name, in any case, and
// whether there is one.
func (s *Section) Get(name string) ([]byte, bool) {
	if id := LookupField(name); id != 0 {
		for i := range s.Fields {
			if s.Fields[i].ID == id {
				return s.Value(i), true
			}
		}
		return nil, false
	}
	for i := range s.Fields {
		if int(s.Fields[i].Name.Len) == len(name) && s.Fields[i].ID == 0 && equalNames(s.Name(i), name) {
			return s.Value(i), true
		}
	}
	return nil, false
}

func equalNames(b []byte, name string) bool {
	for i := range b {
		x, y := b[i], name[i]
		if 'A' <= x && x <= 'Z' {
			x |= 0x20
		}
		if 'A' <= y && y <= 'Z' {
			y |= 0x20
		}
		if x != y {
			return false
		}
	}
	return true
}

// Flags are facts about a message, all of them known when its head is
// complete.
type Flags uint32

// The flags.
const (
	// FlagKeepAlive: the connection outlives the message, as far as this
	// peer is concerned (Node's shouldKeepAlive).
	FlagKeepAlive Flags = 1 << iota
	// FlagUpgrade: the message asks for (or, a 101, announces) another
	// protocol by Connection: upgrade with an Upgrade field, or is a CONNECT.
	FlagUpgrade
	// FlagChunked: the body is chunked.
	FlagChunked
	// FlagContentLength: there is a Content-Length.
	FlagContentLength
	// FlagTransferEncoding: there is a Transfer-Encoding.
	FlagTransferEncoding
	// FlagConnClose, FlagConnKeepAlive, FlagConnUpgrade: the options that
	// Connection (or Proxy-Connection) names.
	FlagConnClose
	FlagConnKeepAlive
	FlagConnUpgrade
	// FlagUpgradeField: there is an Upgrade field that is not empty.
	FlagUpgradeField
	// FlagHost: there is a Host field (it may be empty).
	FlagHost
	// FlagExpect: there is an Expect field; FlagExpectContinue: it is
	// exactly 100-continue.
	FlagExpect
	FlagExpectContinue
	// FlagTrailer: there is a Trailer field.
	FlagTrailer
	// FlagBody: body events can follow (a length above 0, chunked, or
	// everything up to the end of the connection).
	FlagBody
	// FlagUntilEOF: the body ends with the connection.
	FlagUntilEOF
)

// Head is what a message says before its body.
type Head struct {
	Section
	Request bool
	Major   uint8
	Minor   uint8
	Method  Method // of a request
	Status  uint16 // of a response
	Flags   Flags
	// Target is the request target, Reason the phrase of a response.
	Target, Reason Span
	// ContentLength is -1 when there is none.
	ContentLength int64
	// Rescued holds the leniency bits without which the message would have
	// been refused.
	Rescued Leniency
}

// Has says whether all of the flags in f are set.
func (h *Head) Has(f Flags) bool { return h.Flags&f == f }

func (h *Head) reset() {
	h.Raw = nil
	h.Fields = h.Fields[:0]
	h.Request = false
	h.Major, h.Minor = 0, 0
	h.Method = 0
	h.Status = 0
	h.Flags = 0
	h.Target, h.Reason = Span{}, Span{}
	h.ContentLength = -1
	h.Rescued = 0
}
