package zlib

import (
	"encoding/binary"
	"hash"
	"hash/adler32"
	"sync"

	"github.com/klauspost/compress/flate"
)

// zlib's strategies. The compressor knows one of them; the others only change how well
// it compresses.
const (
	huffmanOnly = 2
)

// writers keeps compressors by level: one has hundreds of kilobytes of tables.
var writers [12]sync.Pool

// compressor is what makes the blocks: the library's, or storer.
type compressor interface {
	Write(p []byte) (int, error)
	Flush() error
	Close() error
}

// storer is level 0: stored blocks as zlib writes them, with an empty one at the end.
type storer struct {
	out   *output
	block []byte
}

const maxStored = 65535

func (s *storer) emit(p []byte, final byte) {
	n := uint16(len(p))
	s.out.Write([]byte{final, byte(n), byte(n >> 8), byte(^n), byte(^n >> 8)})
	s.out.Write(p)
}

func (s *storer) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) > 0 {
		n := min(len(p), maxStored-len(s.block))
		s.block = append(s.block, p[:n]...)
		p = p[n:]
		if len(s.block) == maxStored {
			s.emit(s.block, 0)
			s.block = s.block[:0]
		}
	}
	return total, nil
}

func (s *storer) rest() {
	if len(s.block) > 0 {
		s.emit(s.block, 0)
		s.block = s.block[:0]
	}
}

func (s *storer) Flush() error {
	s.rest()
	s.emit(nil, 0)
	return nil
}

func (s *storer) Close() error {
	s.rest()
	s.emit(nil, 1)
	return nil
}

type deflater struct {
	kind       format // formatRaw, formatZlib or formatGzip
	level      int    // as given: -1 to 9
	strategy   int
	windowBits int
	dictionary []byte

	w       compressor
	wLevel  int // the level of w, in the writer's own numbers
	pending output
	sum     hash.Hash32
	total   uint32

	started   bool
	dirty     bool // there was input since the last flush
	lastFlush int
	finished  bool
}

func newDeflater(kind format, level, strategy, windowBits int, dictionary []byte) *deflater {
	d := &deflater{kind: kind, level: level, strategy: strategy, windowBits: windowBits, dictionary: dictionary}
	if kind == formatGzip {
		d.dictionary = nil // gzip has no field for it
	}
	return d
}

func (d *deflater) writerLevel() int {
	switch {
	case d.strategy == huffmanOnly && d.level != 0:
		return flate.HuffmanOnly
	case d.level < 0:
		return 6
	}
	return d.level
}

// open gets a writer for the level; dict is what a decoder has seen before.
func (d *deflater) open(dict []byte) {
	level := d.writerLevel()
	d.wLevel = level
	switch {
	case level == 0:
		d.w = &storer{out: &d.pending}
	case d.windowBits < 15 && level > 0:
		// No match may reach further back than the window that the header promises.
		d.w, _ = flate.NewWriterWindow(&d.pending, 1<<d.windowBits)
	case len(dict) > 0:
		d.w, _ = flate.NewWriterDict(&d.pending, level, dict)
	default:
		if w, ok := writers[level+2].Get().(*flate.Writer); ok {
			w.Reset(&d.pending)
			d.w = w
		} else {
			d.w, _ = flate.NewWriter(&d.pending, level)
		}
	}
}

func (d *deflater) release() {
	if w, ok := d.w.(*flate.Writer); ok && d.windowBits == 15 && len(d.dictionary) == 0 {
		w.Reset(nil)
		writers[d.wLevel+2].Put(w)
	}
	d.w = nil
}

func (d *deflater) start() {
	d.started = true
	switch d.kind {
	case formatGzip:
		xfl := byte(0)
		if d.level == 9 {
			xfl = 2
		} else if d.level == 1 || d.level == 0 || d.strategy >= huffmanOnly {
			xfl = 4
		}
		d.pending.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, xfl, 3})
		d.sum = newCRC()
	case formatZlib:
		level := 2
		switch {
		case d.strategy >= huffmanOnly || d.level == 0 || d.level == 1:
			level = 0
		case d.level >= 2 && d.level < 6:
			level = 1
		case d.level > 6:
			level = 3
		}
		v := uint16(8|(d.windowBits-8)<<4)<<8 | uint16(level)<<6
		if len(d.dictionary) > 0 {
			v |= 0x20
		}
		v += 31 - v%31
		d.pending.Write(binary.BigEndian.AppendUint16(nil, v))
		if len(d.dictionary) > 0 {
			d.pending.Write(binary.BigEndian.AppendUint32(nil, adler32.Checksum(d.dictionary)))
		}
		d.sum = adler32.New()
	}
	d.open(d.dictionary)
}

func (d *deflater) write(flush int, in, out []byte) (nin, nout int, err error) {
	if d.finished {
		// After the end there is only what is left of the output.
		return 0, d.pending.drain(out), nil
	}
	if !d.started {
		d.start()
	}
	nin, nout, err = feed(func(p []byte) error {
		d.dirty = true
		if d.sum != nil {
			d.sum.Write(p)
		}
		d.total += uint32(len(p))
		_, err := d.w.Write(p)
		return err
	}, &d.pending, in, out)
	if err != nil || nin < len(in) || nout == len(out) {
		return nin, nout, err
	}
	switch flush {
	case noFlush:
		return nin, nout, nil
	case finish:
		d.end()
	default:
		// The same again without input would only add empty blocks.
		if !d.dirty && flush <= d.lastFlush {
			return nin, nout, nil
		}
		if err := d.w.Flush(); err != nil {
			return nin, nout, err
		}
		if w, ok := d.w.(*flate.Writer); ok && flush == fullFlush {
			w.ResetDict(&d.pending, nil) // forgets what it has seen
		}
		d.dirty = false
	}
	d.lastFlush = flush
	nout += d.pending.drain(out[nout:])
	return nin, nout, nil
}

func (d *deflater) end() {
	d.w.Close()
	d.finished = true
	switch d.kind {
	case formatGzip:
		d.pending.Write(binary.LittleEndian.AppendUint32(nil, d.sum.Sum32()))
		d.pending.Write(binary.LittleEndian.AppendUint32(nil, d.total))
	case formatZlib:
		d.pending.Write(binary.BigEndian.AppendUint32(nil, d.sum.Sum32()))
	}
	d.release()
}

// params changes level and strategy for what comes.
func (d *deflater) params(level, strategy int) {
	old := d.writerLevel()
	d.level, d.strategy = level, strategy
	if !d.started || d.finished || d.writerLevel() == old {
		return
	}
	if d.dirty {
		d.w.Flush()
		d.dirty = false
	}
	d.release()
	d.open(nil)
}

func (d *deflater) reset() error {
	d.release()
	d.pending.reset()
	d.started, d.dirty, d.finished, d.lastFlush, d.total, d.sum = false, false, false, 0, 0, nil
	return nil
}

func (d *deflater) close() { d.release() }
