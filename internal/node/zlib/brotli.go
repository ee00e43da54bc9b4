package zlib

import (
	"io"
	"reflect"
	"strings"

	"github.com/andybalholm/brotli"
)

// Brotli's operations.
const (
	brotliProcess = iota
	brotliFlush
	brotliFinish
)

type brotliEncoder struct {
	options  brotli.WriterOptions
	w        *brotli.Writer
	pending  output
	dirty    bool
	finished bool
}

// Brotli's encoder parameters that the encoder has.
const (
	brotliParamQuality = 1
	brotliParamWindow  = 2
	brotliLiteralModel = 4
	brotliLargeWindow  = 6
)

func newBrotliEncoder(params []int) (*brotliEncoder, error) {
	e := &brotliEncoder{options: brotli.WriterOptions{Quality: 11, LGWin: 22}}
	for id, value := range params {
		if value < 0 {
			continue // not given
		}
		switch id {
		case brotliParamQuality:
			e.options.Quality = min(value, 11)
		case brotliParamWindow:
			e.options.LGWin = max(10, min(value, 24))
		case brotliLiteralModel, brotliLargeWindow:
			if value > 1 {
				return nil, errInitialization
			}
		}
	}
	return e, nil
}

func (e *brotliEncoder) write(flush int, in, out []byte) (nin, nout int, err error) {
	if e.finished {
		return 0, e.pending.drain(out), nil
	}
	if e.w == nil {
		e.w = brotli.NewWriterOptions(&e.pending, e.options)
	}
	nin, nout, err = feed(func(p []byte) error {
		e.dirty = true
		_, err := e.w.Write(p)
		return err
	}, &e.pending, in, out)
	if err == nil && nin == len(in) && nout < len(out) {
		switch flush {
		case brotliFlush:
			if e.dirty {
				err = e.w.Flush()
				e.dirty = false
			}
		case brotliFinish:
			err = e.w.Close()
			e.finished = true
		}
		nout += e.pending.drain(out[nout:])
	}
	if err != nil {
		err = &failure{"Compression failed", "ERR_BROTLI_COMPRESSION_FAILED", -1}
	}
	return nin, nout, err
}

func (e *brotliEncoder) reset() error {
	e.w, e.dirty, e.finished = nil, false, false
	e.pending.reset()
	return nil
}

func (e *brotliEncoder) close() { e.w = nil }

// source is the reader that a decoder pulls from. When it is empty it says io.EOF,
// which decoders hand through or turn into io.ErrUnexpectedEOF without losing their place.
type source struct{ in []byte }

func (s *source) Read(p []byte) (int, error) {
	if len(s.in) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.in)
	s.in = s.in[n:]
	return n, nil
}

type brotliDecoder struct {
	r     *brotli.Reader
	src   source
	ahead int // bytes of the next input that the reader has already
	done  bool
}

func newBrotliDecoder() *brotliDecoder {
	d := &brotliDecoder{}
	d.reset()
	return d
}

// readAhead is how many bytes the reader took from its source and did not use. It does
// not tell, so its field is looked at; TestBrotliReadAhead fails should that change.
func readAhead(r *brotli.Reader) int {
	return reflect.ValueOf(r).Elem().FieldByName("in").Len()
}

func (d *brotliDecoder) write(flush int, in, out []byte) (nin, nout int, err error) {
	if d.done {
		return 0, 0, nil
	}
	d.src.in = in[min(d.ahead, len(in)):]
	for nout < len(out) && err == nil {
		var n int
		n, err = d.r.Read(out[nout:])
		nout += n
		if n == 0 && err == nil {
			err = io.EOF
		}
	}
	d.ahead = readAhead(d.r)
	nin = len(in) - len(d.src.in) - d.ahead
	d.src.in = nil
	switch {
	case err == nil: // out is full
		return nin, nout, nil
	case err == io.ErrUnexpectedEOF:
		if flush != brotliProcess && nout < len(out) {
			return nin, nout, errUnexpectedEnd
		}
		return nin, nout, nil
	case err == io.EOF || err.Error() == "brotli: excessive input":
		d.done = true
		return nin, nout, nil
	}
	return nin, nout, brotliFailure(err)
}

func (d *brotliDecoder) reset() error {
	d.done, d.ahead = false, 0
	d.r = brotli.NewReader(&d.src)
	return nil
}

func (d *brotliDecoder) close() { d.r = nil }

// brotliErrors are the library's words for what is wrong, with the numbers of Node's
// constants BROTLI_DECODER_ERROR_*.
var brotliErrors = map[string]int{
	"EXUBERANT_NIBBLE": -1, "RESERVED": -2, "EXUBERANT_META_NIBBLE": -3, "SIMPLE_HUFFMAN_ALPHABET": -4,
	"SIMPLE_HUFFMAN_SAME": -5, "CL_SPACE": -6, "HUFFMAN_SPACE": -7, "CONTEXT_MAP_REPEAT": -8,
	"BLOCK_LENGTH_1": -9, "BLOCK_LENGTH_2": -10, "TRANSFORM": -11, "DICTIONARY": -12, "WINDOW_BITS": -13,
	"PADDING_1": -14, "PADDING_2": -15, "DISTANCE": -16, "DICTIONARY_NOT_SET": -19, "INVALID_ARGUMENTS": -20,
	"CONTEXT_MODES": -21, "TREE_GROUPS": -22, "CONTEXT_MAP": -25, "RING_BUFFER_1": -26, "RING_BUFFER_2": -27,
	"BLOCK_TYPE_TREES": -30, "UNREACHABLE": -31,
}

func brotliFailure(err error) error {
	name := strings.TrimPrefix(err.Error(), "brotli: ")
	errno, ok := brotliErrors[name]
	if !ok {
		name, errno = "UNREACHABLE", -31
	}
	kind := "_ERROR_FORMAT_"
	switch {
	case errno <= -21 && errno > -31:
		kind = "_ERROR_ALLOC_"
	case errno <= -19:
		kind = "_ERROR_"
	}
	return &failure{"Decompression failed", "ERR_" + kind + name, errno}
}
