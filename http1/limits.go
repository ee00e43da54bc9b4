package http1

// Limits bounds everything in a message that would otherwise have no end.
// A field that is 0 means its default, a negative one means no limit.
type Limits struct {
	// HeaderBytes bounds a head, counted as Node counts maxHeaderSize: the
	// bytes of the target or reason, of the field names, and of the field
	// values with the white space after them. White space before a value
	// counts from the second character on. A head that reaches the number is
	// refused with HPE_HEADER_OVERFLOW (431). Default 16 KiB.
	HeaderBytes int

	// HeaderFields bounds the number of fields in a head, and again in a
	// trailer section (431). Default 2000.
	HeaderFields int

	// TargetBytes bounds the request target alone (414). No limit by default:
	// it is part of HeaderBytes.
	TargetBytes int

	// TrailerBytes bounds a trailer section, counted like HeaderBytes (431).
	// Default: HeaderBytes.
	TrailerBytes int

	// ChunkExtensionBytes bounds the extensions of one chunk (413).
	// Default 16 KiB.
	ChunkExtensionBytes int

	// BodyExtensionBytes bounds the extensions of all chunks of one body
	// together (413). Default 64 KiB.
	BodyExtensionBytes int

	// ChunkSizeDigits bounds the hexadecimal digits of a chunk size, leading
	// zeros included. Default and maximum 16.
	ChunkSizeDigits int

	// EmptyLines bounds the empty lines before a message. Default 16.
	EmptyLines int
}

// Defaults of [Limits].
const (
	DefaultHeaderBytes         = 16 << 10
	DefaultHeaderFields        = 2000
	DefaultChunkExtensionBytes = 16 << 10
	DefaultBodyExtensionBytes  = 64 << 10
	DefaultChunkSizeDigits     = 16
	DefaultEmptyLines          = 16
)

const unlimited = int(^uint(0) >> 2)

// limits is Limits with every default filled in.
type limits struct {
	headerBytes, headerFields, targetBytes, trailerBytes int
	chunkExtBytes, bodyExtBytes, sizeDigits, emptyLines  int
}

func (l *Limits) resolve() limits {
	pick := func(v, def int) int {
		switch {
		case v < 0:
			return unlimited
		case v == 0:
			return def
		}
		return v
	}
	r := limits{
		headerBytes:   min(pick(l.HeaderBytes, DefaultHeaderBytes), maxHead),
		headerFields:  pick(l.HeaderFields, DefaultHeaderFields),
		targetBytes:   pick(l.TargetBytes, unlimited),
		chunkExtBytes: pick(l.ChunkExtensionBytes, DefaultChunkExtensionBytes),
		bodyExtBytes:  pick(l.BodyExtensionBytes, DefaultBodyExtensionBytes),
		sizeDigits:    min(pick(l.ChunkSizeDigits, DefaultChunkSizeDigits), DefaultChunkSizeDigits),
		emptyLines:    pick(l.EmptyLines, DefaultEmptyLines),
	}
	r.trailerBytes = min(pick(l.TrailerBytes, r.headerBytes), maxHead)
	return r
}

// maxHead keeps every offset in a head within a Span's 32 bits, also when
// no limit was wanted.
const maxHead = 1 << 28

// Options configures parsers and connections. The zero value is strict, with
// the default limits. It may be shared by any number of them and must not be
// changed while in use.
type Options struct {
	Limits  Limits
	Lenient Leniency
	// Detail is for parsers; connections want none.
	Detail Detail
}
