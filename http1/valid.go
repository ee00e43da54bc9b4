package http1

// What goes out obeys the rules of what comes in. These are the checks for
// whoever serialises messages, to be made when the bytes are written, not when
// they are set.

// ValidToken says whether s can be a method or a field name (RFC 9110
// section 5.6.2).
func ValidToken(s string) bool { return s != "" && allOf(s, clsToken) }

// ValidValue says whether s, bytes or Latin-1, can be a field value: no
// control character but HTAB. White space at the ends does not survive the
// way.
func ValidValue(s string) bool { return allOf(s, clsValue) }

// ValidReason says whether s can be a reason phrase.
func ValidReason(s string) bool { return allOf(s, clsValue) }

// TrailerAllowed says whether a field called name can be a trailer: not if it
// frames, routes, or is needed before the body (RFC 9110 section 6.5.1).
func TrailerAllowed(name string) bool {
	id := LookupField(name)
	return id == FieldUnknown || id >= firstOrdinary
}

// ValidTarget says whether s can be a request target for a method: visible
// ASCII in one of the four forms (RFC 9112 section 3.2).
func ValidTarget(method, s string) bool {
	if s == "" || !allOf(s, clsURL) {
		return false
	}
	m, ok := LookupMethod(method)
	if s[0] == '/' && m != MethodConnect {
		return true
	}
	if !ok {
		m = MethodGet
	}
	return targetProblem(m, []byte(s)) == ""
}

func allOf(s string, cls uint8) bool {
	for i := range len(s) {
		if class[s[i]]&cls == 0 {
			return false
		}
	}
	return true
}

// AppendChunk appends data as one chunk (RFC 9112 section 7.1). Empty data
// appends nothing, because a chunk of size 0 would end the body.
func AppendChunk(dst, data []byte) []byte {
	if len(data) == 0 {
		return dst
	}
	dst = AppendChunkHeader(dst, len(data))
	dst = append(dst, data...)
	return append(dst, '\r', '\n')
}

// AppendChunkHeader appends the size line of a chunk of n bytes, n > 0.
func AppendChunkHeader(dst []byte, n int) []byte {
	const digits = "0123456789abcdef"
	shift := 0
	for n>>shift > 0xf {
		shift += 4
	}
	for ; shift >= 0; shift -= 4 {
		dst = append(dst, digits[n>>shift&0xf])
	}
	return append(dst, '\r', '\n')
}

// LastChunk ends a chunked body without trailers.
const LastChunk = "0\r\n\r\n"
