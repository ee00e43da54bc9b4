package zlib

// codec is one compressor or decompressor: bytes in, bytes out, stopping wherever either
// is used up. One goroutine at a time uses it.
type codec interface {
	// write consumes from in and produces into out. flush is the operation that the
	// caller wants when in is used up, in the numbers of the format's own library.
	// It is called again with the rest until out is not filled.
	write(flush int, in, out []byte) (nin, nout int, err error)
	// reset starts over, with the same options.
	reset() error
	// close gives back what can be used again. The codec is not used after it.
	close()
}

// failure is an error as Node's zlib has them: a message, a code and a number.
type failure struct {
	message, code string
	errno         int
}

func (f *failure) Error() string { return f.message }

// zlib's operations and results.
const (
	noFlush = iota
	partialFlush
	syncFlush
	fullFlush
	finish
	block

	zNeedDict    = 2
	zStreamError = -2
	zDataError   = -3
	zBufError    = -5
)

func dataError(message string) error   { return &failure{message, "Z_DATA_ERROR", zDataError} }
func needDictionary(text string) error { return &failure{text, "Z_NEED_DICT", zNeedDict} }

var errUnexpectedEnd = &failure{"unexpected end of file", "Z_BUF_ERROR", zBufError}

// output keeps what a Go writer wrote until the caller has room for it.
type output struct {
	b   []byte
	off int
}

func (o *output) Write(p []byte) (int, error) {
	o.b = append(o.b, p...)
	return len(p), nil
}

// drain moves what fits to out.
func (o *output) drain(out []byte) int {
	n := copy(out, o.b[o.off:])
	o.off += n
	if o.off == len(o.b) {
		o.off = 0
		if cap(o.b) > 1<<18 {
			o.b = nil
		} else {
			o.b = o.b[:0]
		}
	}
	return n
}

func (o *output) empty() bool { return len(o.b) == 0 }

func (o *output) reset() { o.b, o.off = o.b[:0], 0 }

// How much input a writer is given before its output is looked at.
const feedSize = 64 << 10

// feed gives in to a writer in pieces and moves its output to out. It stops when out is full.
func feed(write func([]byte) error, pending *output, in, out []byte) (nin, nout int, err error) {
	nout = pending.drain(out)
	for nin < len(in) && nout < len(out) {
		piece := in[nin:min(len(in), nin+feedSize)]
		if err := write(piece); err != nil {
			return nin, nout, err
		}
		nin += len(piece)
		nout += pending.drain(out[nout:])
	}
	return nin, nout, nil
}
