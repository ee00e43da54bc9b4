package http1

import "encoding/binary"

// FieldID is the index of a field name in [KnownNames], 0 for any other name.
// The numbers are not stable between versions: they are for tables built when
// the program starts.
type FieldID uint8

// Spelling says how a known name was written, so that the original can be
// taken from a table as well.
type Spelling uint8

// The spellings.
const (
	SpelledOther Spelling = iota
	SpelledLower          // content-type
	SpelledTitle          // Content-Type, or as in [KnownTitles]
)

// The fields that frame messages or decide what happens to a connection.
const (
	FieldUnknown FieldID = iota
	FieldConnection
	FieldContentLength
	FieldTransferEncoding
	FieldUpgrade
	FieldHost
	FieldExpect
	FieldProxyConnection
	FieldTrailer
	FieldKeepAlive
	FieldTE
	firstOrdinary
)

// knownTitles holds the usual spelling; the lower-case names derive from it.
var knownTitles = [...]string{
	"", "Connection", "Content-Length", "Transfer-Encoding", "Upgrade", "Host", "Expect",
	"Proxy-Connection", "Trailer", "Keep-Alive", "TE",

	"Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Accept-Ranges",
	"Access-Control-Allow-Credentials", "Access-Control-Allow-Headers",
	"Access-Control-Allow-Methods", "Access-Control-Allow-Origin",
	"Access-Control-Expose-Headers", "Access-Control-Max-Age",
	"Access-Control-Request-Headers", "Access-Control-Request-Method",
	"Age", "Allow", "Alt-Svc", "Authorization", "Cache-Control", "CF-Connecting-IP",
	"Content-Disposition", "Content-Encoding", "Content-Language", "Content-Location",
	"Content-MD5", "Content-Range", "Content-Security-Policy", "Content-Type", "Cookie",
	"Date", "DNT", "ETag", "Expires", "Forwarded", "From",
	"If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since",
	"Last-Modified", "Link", "Location", "Max-Forwards", "Origin", "Pragma", "Priority",
	"Proxy-Authenticate", "Proxy-Authorization", "Range", "Referer", "Referrer-Policy",
	"Retry-After", "Sec-CH-UA", "Sec-CH-UA-Mobile", "Sec-CH-UA-Platform",
	"Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-User",
	"Sec-WebSocket-Accept", "Sec-WebSocket-Extensions", "Sec-WebSocket-Key",
	"Sec-WebSocket-Protocol", "Sec-WebSocket-Version", "Server", "Set-Cookie",
	"Strict-Transport-Security", "Traceparent", "Tracestate", "True-Client-IP",
	"Upgrade-Insecure-Requests", "User-Agent", "Vary", "Via", "Warning", "WWW-Authenticate",
	"X-Api-Key", "X-Content-Type-Options", "X-Correlation-ID", "X-CSRF-Token",
	"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto",
	"X-Forwarded-Server", "X-Frame-Options", "X-HTTP-Method-Override", "X-Powered-By",
	"X-Real-IP", "X-Request-ID", "X-Requested-With", "X-XSS-Protection",
}

// known is what a name is compared with: its edges in lower case and in the
// usual spelling.
type known struct {
	l0, l1, t0, t1 uint64
	length         uint64
	lower, title   string
}

// Constants of nameHash, found by trial so that no two known names collide.
const (
	nameSlots = 512
	nameMul0  = 0xc7210bf4879064ed
	nameMul1  = 0x6f8450e294824a23
)

var (
	knownLower = makeLower()
	knownTable [len(knownTitles)]known
	nameSlot   = makeNameSlots()
)

func makeLower() (t [len(knownTitles)]string) {
	for i, title := range knownTitles {
		b := []byte(title)
		for j, c := range b {
			if 'A' <= c && c <= 'Z' {
				b[j] = c | 0x20
			}
		}
		t[i] = string(b)
	}
	return t
}

// makeNameSlots fills the hash table. No two known names may share a slot.
func makeNameSlots() (slots [nameSlots]uint8) {
	for i := 1; i < len(knownTitles); i++ {
		k := &knownTable[i]
		k.lower, k.title, k.length = knownLower[i], knownTitles[i], uint64(len(knownTitles[i]))
		k.l0, k.l1 = edges([]byte(k.lower))
		k.t0, k.t1 = edges([]byte(k.title))
		h := nameHash(k.l0, k.l1, len(k.lower))
		if len(k.lower) > longestKnown {
			panic("http1: " + k.lower + " is too long")
		}
		if slots[h] != 0 {
			panic("http1: " + k.lower + " and " + knownLower[slots[h]] + " share a slot")
		}
		slots[h] = uint8(i)
	}
	return slots
}

// nameHash takes the edges of a name, in any case, and its length.
func nameHash(w0, w1 uint64, n int) uint64 {
	return ((w0|caseBits)*nameMul0 ^ (w1|caseBits+uint64(n))*nameMul1) >> (64 - 9)
}

// caseBits takes the case from letters. It also maps control characters to
// others, so what is equal with it is only a candidate.
const caseBits = 0x2020202020202020

// longestKnown is the length of the longest known name.
const longestKnown = 32

// edges returns the first and the last eight bytes of a name, which overlap
// in names below 16; from a name below 8, all of it twice or once.
func edges(b []byte) (first, last uint64) {
	if n := len(b); n >= 8 {
		return binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	} else if n >= 4 {
		w := uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[n-4:]))<<32
		return w, w
	}
	for i, c := range b {
		first |= uint64(c) << (8 * i)
	}
	return first, first
}

// lookupName finds a field name. A name that it finds needs no validation:
// it was compared byte for byte.
func lookupName(b []byte) (FieldID, Spelling) {
	w0, w1 := edges(b)
	id := nameSlot[nameHash(w0, w1, len(b))]
	k := &knownTable[id]
	if k.length != uint64(len(b)) {
		return 0, 0
	}
	switch {
	case w0 == k.t0 && w1 == k.t1 && (len(b) <= 16 || string(b[8:]) == k.title[8:]):
		return FieldID(id), SpelledTitle
	case w0 == k.l0 && w1 == k.l1 && (len(b) <= 16 || string(b[8:]) == k.lower[8:]):
		return FieldID(id), SpelledLower
	case equalFold(b, k.lower):
		return FieldID(id), SpelledOther
	}
	return 0, 0
}

// KnownNames returns the known names in lower case, indexed by [FieldID].
// The first is "".
func KnownNames() []string { return append([]string(nil), knownLower[:]...) }

// KnownTitles returns the known names as they are usually written, indexed by
// [FieldID].
func KnownTitles() []string { return append([]string(nil), knownTitles[:]...) }

// LookupField finds a field name in any case; 0 when it is not a known one.
func LookupField(name string) FieldID {
	id, _ := lookupName([]byte(name))
	return id
}

// String returns the name in lower case.
func (id FieldID) String() string {
	if int(id) < len(knownLower) {
		return knownLower[id]
	}
	return ""
}
