package zlib

import (
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"
)

// Zstandard's operations.
const (
	zstdContinue = iota
	zstdFlush
	zstdEnd
)

// Parameters of the encoder and the decoder that have a meaning here.
const (
	zstdLevel       = 100
	zstdWindowLog   = 101
	zstdStrategy    = 107
	zstdContentSize = 200
	zstdChecksum    = 201

	zstdWindowLogMax = 100
)

var (
	errInitialization = &failure{"Initialization failed", "ERR_ZLIB_INITIALIZATION_FAILED", -1}
	errParameter      = &failure{"Setting parameter failed", "ERR_ZLIB_INITIALIZATION_FAILED", -1}
	errZstdSize       = &failure{"Src size is incorrect", "ZSTD_error_srcSize_wrong", 72}
)

type zstdEncoder struct {
	options  []zstd.EOption
	pledged  int64 // -1: unknown
	w        *zstd.Encoder
	pending  output
	total    int64
	dirty    bool
	finished bool
}

func newZstdEncoder(params map[int]int, dictionary []byte, pledged int64) (*zstdEncoder, error) {
	level, windowLog, checksum := 3, 21, false
	for id, value := range params {
		switch id {
		case zstdLevel:
			if level = value; value == 0 {
				level = 3
			}
		case zstdWindowLog:
			if value != 0 && (value < 10 || value > 31) {
				return nil, errParameter
			}
			if value != 0 {
				windowLog = min(value, 29)
			}
		case zstdStrategy:
			if value < 0 || value > 9 {
				return nil, errParameter
			}
		case zstdContentSize, 202:
			if value < 0 || value > 1 {
				return nil, errParameter
			}
		case zstdChecksum:
			if value < 0 || value > 1 {
				return nil, errParameter
			}
			checksum = value == 1
		}
	}
	e := &zstdEncoder{pledged: pledged, options: []zstd.EOption{
		zstd.WithEncoderLevel(zstd.EncoderLevelFromZstd(level)), zstd.WithWindowSize(1 << windowLog),
		zstd.WithEncoderCRC(checksum), zstd.WithEncoderConcurrency(1), zstd.WithZeroFrames(true),
	}}
	if len(dictionary) > 0 {
		e.options = append(e.options, encoderDictionary(dictionary))
	}
	return e, nil
}

func isZstdDictionary(d []byte) bool {
	return len(d) > 8 && d[0] == 0x37 && d[1] == 0xa4 && d[2] == 0x30 && d[3] == 0xec
}

// A dictionary that zstd has not trained is only text to refer to.
func encoderDictionary(d []byte) zstd.EOption {
	if isZstdDictionary(d) {
		return zstd.WithEncoderDict(d)
	}
	return zstd.WithEncoderDictRaw(0, d)
}

func (e *zstdEncoder) write(flush int, in, out []byte) (nin, nout int, err error) {
	if e.finished {
		return 0, e.pending.drain(out), nil
	}
	if e.w == nil {
		if e.w, err = zstd.NewWriter(&e.pending, e.options...); err != nil {
			return 0, 0, errInitialization
		}
		if e.pledged >= 0 {
			e.w.ResetContentSize(&e.pending, e.pledged)
		}
	}
	nin, nout, err = feed(func(p []byte) error {
		if e.total += int64(len(p)); e.pledged >= 0 && e.total > e.pledged {
			return errZstdSize
		}
		e.dirty = true
		_, err := e.w.Write(p)
		return err
	}, &e.pending, in, out)
	if err == nil && nin == len(in) && nout < len(out) {
		switch flush {
		case zstdFlush:
			if e.dirty {
				err = e.w.Flush()
				e.dirty = false
			}
		case zstdEnd:
			if e.pledged >= 0 && e.total != e.pledged {
				return nin, nout, errZstdSize
			}
			err = e.w.Close()
			e.finished = true
		}
		nout += e.pending.drain(out[nout:])
	}
	var f *failure
	if err != nil && !errors.As(err, &f) {
		err = &failure{"Compression failed", "ZSTD_error_GENERIC", 1}
	}
	return nin, nout, err
}

func (e *zstdEncoder) reset() error {
	e.w, e.dirty, e.finished, e.total = nil, false, false, 0
	e.pending.reset()
	return nil
}

func (e *zstdEncoder) close() { e.w = nil }

// zstdDecoder runs the library's decoder, which pulls, on a goroutine of its own: unlike
// brotli's it cannot go on after its source was empty. The goroutine runs only while
// write waits for it, and ends with close or at the end of the data.
type zstdDecoder struct {
	maxWindow  uint64
	dictionary []byte

	src     source
	ending  bool          // no more input will come
	resume  chan struct{} // closed: stop
	results chan zstdResult
	pending output
	any     bool  // there was input
	err     error // io.EOF: all is decoded
}

type zstdResult struct {
	data  []byte
	err   error
	empty bool // more input is needed
}

func newZstdDecoder(params map[int]int, dictionary []byte) (*zstdDecoder, error) {
	d := &zstdDecoder{maxWindow: 1 << 27, dictionary: dictionary}
	if v, ok := params[zstdWindowLogMax]; ok && v != 0 {
		if v < 10 || v > 31 {
			return nil, errParameter
		}
		d.maxWindow = 1 << v
	}
	return d, nil
}

// zstdSource is what the goroutine reads from.
type zstdSource struct {
	d       *zstdDecoder
	resume  chan struct{}
	results chan zstdResult
}

func (s *zstdSource) Read(p []byte) (int, error) {
	for len(s.d.src.in) == 0 {
		if s.d.ending {
			return 0, io.EOF
		}
		s.results <- zstdResult{empty: true}
		if _, ok := <-s.resume; !ok {
			return 0, io.ErrClosedPipe
		}
	}
	return s.d.src.Read(p)
}

func (d *zstdDecoder) run(s *zstdSource) {
	options := []zstd.DOption{
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(d.maxWindow),
	}
	if isZstdDictionary(d.dictionary) {
		options = append(options, zstd.WithDecoderDicts(d.dictionary))
	} else if len(d.dictionary) > 0 {
		options = append(options, zstd.WithDecoderDictRaw(0, d.dictionary))
	}
	r, err := zstd.NewReader(s, options...)
	if err != nil {
		s.results <- zstdResult{err: err}
		return
	}
	defer r.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		if err == io.ErrClosedPipe {
			return
		}
		s.results <- zstdResult{data: buf[:n], err: err}
		if err != nil {
			return
		}
		if _, ok := <-s.resume; !ok {
			return
		}
	}
}

func (d *zstdDecoder) write(flush int, in, out []byte) (nin, nout int, err error) {
	nout = d.pending.drain(out)
	d.src.in = in
	d.any = d.any || len(in) > 0
	for nout < len(out) && d.err == nil {
		if d.resume == nil {
			d.resume, d.results = make(chan struct{}), make(chan zstdResult)
			go d.run(&zstdSource{d, d.resume, d.results})
		} else {
			d.resume <- struct{}{}
		}
		r := <-d.results
		if r.empty {
			if flush != zstdEnd {
				break
			}
			d.ending = true
			continue
		}
		d.pending.Write(r.data)
		nout += d.pending.drain(out[nout:])
		d.err = r.err
	}
	nin = len(in) - len(d.src.in)
	d.src.in = nil
	if d.err == io.EOF && !d.any {
		return nin, nout, errUnexpectedEnd
	}
	if d.err != nil && d.err != io.EOF && d.pending.empty() {
		return nin, nout, zstdFailure(d.err)
	}
	return nin, nout, nil
}

func (d *zstdDecoder) reset() error {
	d.close()
	*d = zstdDecoder{maxWindow: d.maxWindow, dictionary: d.dictionary}
	return nil
}

func (d *zstdDecoder) close() {
	if d.resume != nil && d.err == nil {
		close(d.resume)
	}
	d.resume = nil
}

func zstdFailure(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errUnexpectedEnd
	case errors.Is(err, zstd.ErrMagicMismatch):
		return &failure{"Unknown frame descriptor", "ZSTD_error_prefix_unknown", 10}
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return &failure{"Frame requires too much memory for decoding", "ZSTD_error_frameParameter_windowTooLarge", 16}
	case errors.Is(err, zstd.ErrCRCMismatch):
		return &failure{"Restored data doesn't match checksum", "ZSTD_error_checksum_wrong", 22}
	case errors.Is(err, zstd.ErrUnknownDictionary):
		return &failure{"Dictionary mismatch", "ZSTD_error_dictionary_wrong", 32}
	}
	return &failure{"Data corruption detected", "ZSTD_error_corruption_detected", 20}
}
