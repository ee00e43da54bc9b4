package http1

// Leniency is a set of named relaxations of the grammar. None is on by
// default. Each one names the attack that it opens; a message that was only
// accepted because of a bit carries that bit in [Head.Rescued], so that an
// operator can count whether the bit is needed at all.
//
// The first eleven have llhttp's names and numbers and mean what they mean
// there. The others are ours: they give back Node's answer where this package
// is stricter than Node by default.
type Leniency uint32

const (
	// LenientHeaders accepts control characters in field values, spaces
	// between a field name and its colon, a space before the first field
	// name, and folded (continued) lines in fields that do not frame the
	// message.
	// Attack: response splitting and header injection into whatever prints
	// the value; two parsers that disagree on where a field ends.
	LenientHeaders Leniency = 1 << iota

	// LenientChunkedLength accepts Transfer-Encoding together with
	// Content-Length; Transfer-Encoding wins.
	// Attack: CL.TE and TE.CL request smuggling.
	LenientChunkedLength

	// LenientKeepAlive reads a further message after one that said
	// "Connection: close".
	// Attack: cache poisoning by a message that nobody asked for.
	LenientKeepAlive

	// LenientTransferEncoding accepts codings after "chunked" in a request,
	// and requests whose last coding is not "chunked" (the connection's end is theirs).
	// Attack: TE.TE request smuggling.
	LenientTransferEncoding

	// LenientVersion accepts any HTTP version of the form digit "." digit.
	// Attack: keep-alive and framing rules of a version that nobody defined.
	LenientVersion

	// LenientDataAfterClose ignores what follows a message that said
	// "Connection: close" instead of reporting it.
	// Attack: none by itself; it hides a peer that believes differently.
	LenientDataAfterClose

	// LenientOptionalLFAfterCR accepts a CR alone as the end of a line
	// (not of a field line).
	// Attack: request smuggling through a peer for whom CR is data.
	LenientOptionalLFAfterCR

	// LenientOptionalCRLFAfterChunk accepts chunk data that no CRLF follows.
	// Attack: request smuggling by a chunk that overlaps the next one.
	LenientOptionalCRLFAfterChunk

	// LenientOptionalCRBeforeLF accepts LF alone as the end of a line.
	// Attack: request smuggling through a peer for whom LF is data.
	LenientOptionalCRBeforeLF

	// LenientSpacesAfterChunkSize accepts spaces and tabs after a chunk size.
	// Attack: a chunk header that another parser cuts elsewhere.
	LenientSpacesAfterChunkSize

	// LenientHeaderValueRelaxed accepts control characters other than NUL, CR
	// and LF in field values.
	// Attack: log injection and confusion of terminals and parsers that treat
	// such characters as separators.
	LenientHeaderValueRelaxed

	// LenientTransferEncodingList accepts a list of codings that ends in
	// "chunked", and several Transfer-Encoding fields that make such a list,
	// as Node does. The body is delivered with the chunks taken off and the
	// other codings still on.
	// Attack: TE.TE request smuggling through a peer that looks at the first
	// field or the first coding only.
	LenientTransferEncodingList

	// LenientTransferEncodingHTTP10 accepts Transfer-Encoding in a request of
	// version 1.0, as Node does.
	// Attack: smuggling through a 1.0 intermediary that does not know chunks.
	LenientTransferEncodingHTTP10

	// LenientHost accepts several Host fields and Host values that no host
	// can have, as Node does.
	// Attack: routing confusion; a proxy checks one Host, the application
	// reads the other.
	LenientHost

	// LenientTarget accepts request targets that fit the characters of a URL
	// but none of the four forms for the method (for example "GET *x").
	// Attack: a target that two parsers resolve differently.
	LenientTarget

	// LenientHostConflict accepts an absolute target whose host is not the
	// one in the Host field, as Node does. A forward proxy may want it: some
	// clients put the proxy into Host.
	// Attack: routing confusion; RFC 9112 section 3.2.2 makes the target
	// count, applications look at Host.
	LenientHostConflict

	// LenientRequestLineSpaces accepts several spaces where the request line
	// has one.
	// Attack: a target or version that another parser cuts elsewhere.
	LenientRequestLineSpaces

	// LenientIdenticalContentLength accepts Content-Length fields that repeat
	// the same digits.
	// Attack: smuggling through a peer that adds the values or takes the list
	// for no number.
	LenientIdenticalContentLength

	// LenientHTTP09 accepts "HTTP/0.9" as a version and request lines without
	// version for every method, with framing fields, and ended by LF alone, as
	// Node does.
	// Attack: a peer that takes the first line for the whole request reads
	// the fields as the next one.
	LenientHTTP09

	// LenientHTTP20 accepts "HTTP/2.0" in a request line as if it were 1.1,
	// as Node does.
	// Attack: a version 2 preface or a downgraded request handled as text.
	LenientHTTP20

	// LenientProtocols accepts RTSP and ICE messages, as Node does.
	// Attack: a cross-protocol request reaches an application that expects
	// HTTP.
	LenientProtocols

	// LenientEmptyLines accepts any mix of CR and LF before a message, still
	// bounded in number.
	// Attack: bytes of a former message's body that pass for nothing.
	LenientEmptyLines

	// LenientReason accepts control characters in the reason phrase of a
	// response, as Node does.
	// Attack: log injection; a phrase passed on becomes header fields.
	LenientReason
)

// InsecureHTTPParser is what Node's insecureHTTPParser option means: the bits
// that Node sets, and ours for what Node never refused. Even so no field that
// frames is folded, and none may have control characters.
const InsecureHTTPParser = llhttpInsecure | NodeCompatible

// llhttpInsecure is what Node hands to llhttp (kLenientAll).
const llhttpInsecure = LenientHeaders | LenientChunkedLength | LenientKeepAlive |
	LenientTransferEncoding | LenientVersion | LenientDataAfterClose |
	LenientOptionalLFAfterCR | LenientOptionalCRLFAfterChunk |
	LenientOptionalCRBeforeLF | LenientSpacesAfterChunkSize

// NodeCompatible is the set that gives Node's answers where this package is
// stricter than Node without insecureHTTPParser. For the tests that compare
// the two, and for those who must.
const NodeCompatible = LenientTransferEncodingList | LenientTransferEncodingHTTP10 |
	LenientHost | LenientTarget | LenientHostConflict | LenientRequestLineSpaces | LenientHTTP09 | LenientHTTP20 |
	LenientProtocols | LenientEmptyLines | LenientReason

var leniencyNames = [...]string{
	"LenientHeaders", "LenientChunkedLength", "LenientKeepAlive", "LenientTransferEncoding",
	"LenientVersion", "LenientDataAfterClose", "LenientOptionalLFAfterCR",
	"LenientOptionalCRLFAfterChunk", "LenientOptionalCRBeforeLF", "LenientSpacesAfterChunkSize",
	"LenientHeaderValueRelaxed", "LenientTransferEncodingList", "LenientTransferEncodingHTTP10",
	"LenientHost", "LenientTarget", "LenientHostConflict",
	"LenientRequestLineSpaces", "LenientIdenticalContentLength",
	"LenientHTTP09", "LenientHTTP20", "LenientProtocols", "LenientEmptyLines", "LenientReason",
}

// Names returns the names of the bits in l, in order: for metrics and logs.
func (l Leniency) Names() []string {
	var names []string
	for i, name := range leniencyNames {
		if l&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// String returns the names of the bits joined by "|", "" when there is none.
func (l Leniency) String() string {
	s := ""
	for i, name := range leniencyNames {
		if l&(1<<i) != 0 {
			if s != "" {
				s += "|"
			}
			s += name
		}
	}
	return s
}
