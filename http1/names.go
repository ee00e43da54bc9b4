package http1

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

// words is a name in words of eight bytes, compared at once: the first and the
// last, which overlap in names below 16, and what is between them in longer ones.
// A name below 8 is one word, filled with zeros, twice.
type words struct{ first, last, second, third uint64 }

// known is what a name is compared with.
type known struct {
	lower, title words
	length       int
	name         string // in lower case
}

// Constants of nameHash, found by trial so that no two known names collide.
const (
	nameSlots = 512
	nameMul0  = 0x15f9f41a31a5b225
	nameMul1  = 0x2efc0c0c37625645
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
		k.name, k.length = knownLower[i], len(knownTitles[i])
		k.lower, k.title = makeWords([]byte(k.name)), makeWords([]byte(knownTitles[i]))
		if k.length > longestKnown {
			panic("http1: " + k.name + " is too long")
		}
		h := nameHash(k.lower.first, k.lower.last, k.length)
		if slots[h] != 0 {
			panic("http1: " + k.name + " and " + knownLower[slots[h]] + " share a slot")
		}
		slots[h] = uint8(i)
	}
	return slots
}

// nameHash takes the first and the last word of a name, in any case, and its
// length.
func nameHash(w0, w1 uint64, n int) uint64 {
	return ((w0|caseBits)*nameMul0 ^ (w1|caseBits+uint64(n))*nameMul1) >> (64 - 9)
}

// caseBits takes the case from letters. It also maps control characters to
// others, so what is equal with it is only a candidate.
const caseBits = 0x2020202020202020

// longestKnown is the length of the longest known name: four words.
const longestKnown = 32

func makeWords(b []byte) (w words) {
	n := len(b)
	if n < 8 {
		var pad [8]byte
		copy(pad[:], b)
		w.first = load8(pad[:], 0)
		w.last = w.first
		return w
	}
	w.first, w.last = load8(b, 0), load8(b, n-8)
	if n > 16 {
		w.second = load8(b, 8)
	}
	if n > 24 {
		w.third = load8(b, 16)
	}
	return w
}

// lookupName finds a field name. A name that it finds needs no validation:
// it was compared byte for byte.
func lookupName(b []byte) (FieldID, Spelling) {
	if len(b) >= 8 {
		return lookupWords(b, load8(b, 0), load8(b, len(b)-8))
	}
	w := makeWords(b)
	return lookupWords(b, w.first, w.last)
}

// lookupWords is lookupName for who has the first and the last word already.
func lookupWords(b []byte, first, last uint64) (FieldID, Spelling) {
	n := len(b)
	id := nameSlot[nameHash(first, last, n)]
	k := &knownTable[id]
	if k.length != n {
		return 0, 0
	}
	switch {
	case first == k.title.first && last == k.title.last && (n <= 16 || k.title.middle(b)):
		return FieldID(id), SpelledTitle
	case first == k.lower.first && last == k.lower.last && (n <= 16 || k.lower.middle(b)):
		return FieldID(id), SpelledLower
	case equalFold(b, k.name):
		return FieldID(id), SpelledOther
	}
	return 0, 0
}

// middle compares what is between the first and the last word of a name of more
// than 16 bytes.
func (w *words) middle(b []byte) bool {
	return load8(b, 8) == w.second && (len(b) <= 24 || load8(b, 16) == w.third)
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
