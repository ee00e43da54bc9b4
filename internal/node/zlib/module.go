// Package zlib is the native half of Node's module zlib: compressors and decompressors
// that are given input and room for output, and say how much of both they used.
package zlib

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"runtime"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// Modes, with the numbers of Node's constants.
const (
	modeDeflate = iota + 1
	modeInflate
	modeGzip
	modeGunzip
	modeDeflateRaw
	modeInflateRaw
	modeUnzip
	modeBrotliDecode
	modeBrotliEncode
	modeZstdCompress
	modeZstdDecompress
)

// Module is internalBinding('zlib').
var Module = node.Module{Name: "zlib", New: func(env *node.Env) map[string]v8.Func {
	b := &binding{env: env, handles: map[int]*handle{}, slots: make(chan struct{}, max(4, runtime.NumCPU()))}
	return map[string]v8.Func{
		"create":    b.create,
		"write":     b.write,
		"writeSync": b.writeSync,
		"params":    b.params,
		"reset":     b.reset,
		"close":     b.close,
		"run":       b.run,
		"runSync":   b.runSync,
		"crc32": func(c *v8.Call) {
			c.Return(crc32.Update(uint32(c.Int64(1)), crc32.IEEETable, c.Bytes(0)))
		},
	}
}}

type binding struct {
	env     *node.Env
	handles map[int]*handle
	next    int
	slots   chan struct{} // bounds how many run at once, as libuv's pool does
}

type handle struct {
	codec  codec
	busy   bool // a goroutine uses the codec
	closed bool
}

// newCodec makes a codec from the arguments from i on: mode, then an array of options.
// For zlib's modes these are windowBits, level, strategy and dictionary; for brotli's
// the values of the parameters by number, -1 where there is none; for Zstandard's pairs
// of parameter and value, the pledged size, and the dictionary.
func newCodec(c *v8.Call, i int) (codec, error) {
	mode := c.Int(i)
	options := c.Array(i + 1)
	number := func(k int) int {
		if k < len(options) {
			switch v := options[k].(type) {
			case int:
				return v
			case float64:
				return int(v)
			}
		}
		return 0
	}
	bytes := func(k int) []byte {
		if k < len(options) {
			if p, ok := options[k].([]byte); ok {
				return append([]byte(nil), p...)
			}
		}
		return nil
	}
	pairs := func(k int) map[int]int {
		m := map[int]int{}
		if k < len(options) {
			list, _ := options[k].([]any)
			for j := 0; j+1 < len(list); j += 2 {
				id, _ := list[j].(int)
				value, _ := list[j+1].(int)
				m[id] = value
			}
		}
		return m
	}
	switch mode {
	case modeDeflate:
		return newDeflater(formatZlib, number(1), number(2), number(0), bytes(3)), nil
	case modeGzip:
		return newDeflater(formatGzip, number(1), number(2), number(0), bytes(3)), nil
	case modeDeflateRaw:
		return newDeflater(formatRaw, number(1), number(2), number(0), bytes(3)), nil
	case modeInflate:
		return &unzipper{newInflater(formatZlib, number(0), bytes(3))}, nil
	case modeGunzip:
		return &unzipper{newInflater(formatGzip, number(0), bytes(3))}, nil
	case modeInflateRaw:
		return &unzipper{newInflater(formatRaw, number(0), bytes(3))}, nil
	case modeUnzip:
		return &unzipper{newInflater(formatZlib|formatGzip, number(0), bytes(3))}, nil
	case modeBrotliEncode:
		values := make([]int, len(options))
		for k := range options {
			values[k] = number(k)
		}
		return newBrotliEncoder(values)
	case modeBrotliDecode:
		return newBrotliDecoder(), nil
	case modeZstdCompress:
		return newZstdEncoder(pairs(0), bytes(2), int64(number(1)))
	case modeZstdDecompress:
		return newZstdDecoder(pairs(0), bytes(2))
	}
	return nil, errInitialization
}

// create(mode, options) is the number of a new handle, or [message, errno, code].
func (b *binding) create(c *v8.Call) {
	codec, err := newCodec(c, 0)
	if err != nil {
		c.Return(failureValue(err))
		return
	}
	b.next++
	b.handles[b.next] = &handle{codec: codec}
	c.Return(b.next)
}

// failureValue is an error as JavaScript gets it: [message, errno, code].
func failureValue(err error) []any {
	f, ok := err.(*failure)
	if !ok {
		f = &failure{err.Error(), "Z_STREAM_ERROR", zStreamError}
	}
	return []any{f.message, f.errno, f.code}
}

// result is [output, rest of input, rest of room, failure or undefined].
func result(out []byte, nin, size int, err error, rest int) []any {
	r := []any{out, rest, size - len(out), nil}
	if err != nil {
		r[3] = failureValue(err)
	}
	return r
}

// write(handle, flush, input, room, callback) writes on a goroutine.
func (b *binding) write(c *v8.Call) {
	h := b.handles[c.Int(0)]
	if h == nil || h.busy {
		c.Throw(&v8.Error{Code: "ERR_INTERNAL_ASSERTION", Message: "zlib: the handle is closed or in use"})
		return
	}
	flush, size := c.Int(1), c.Int(3)
	in := append([]byte(nil), c.Bytes(2)...) // JavaScript may change or drop it meanwhile
	cb := c.Callback(4)
	h.busy = true
	b.env.Loop.Ref()
	go func() {
		b.slots <- struct{}{}
		out := make([]byte, size)
		nin, nout, err := safeWrite(h.codec, flush, in, out)
		<-b.slots
		b.env.Post(func() {
			b.env.Loop.Unref()
			h.busy = false
			if h.closed {
				h.codec.close()
			}
			b.env.Done(cb, result(out[:nout], nin, size, err, len(in)-nin), nil)
		})
	}()
}

// safeWrite turns a panic, of a library given broken data, into an error.
func safeWrite(c codec, flush int, in, out []byte) (nin, nout int, err error) {
	defer func() {
		if r := recover(); r != nil {
			nin, nout = 0, 0
			err = &failure{fmt.Sprintf("panic in native work: %v", r), "ERR_INTERNAL_ASSERTION", zStreamError}
		}
	}()
	return c.write(flush, in, out)
}

// writeSync(handle, flush, input, room) writes now.
func (b *binding) writeSync(c *v8.Call) {
	h := b.handles[c.Int(0)]
	if h == nil || h.busy {
		c.Throw(&v8.Error{Code: "ERR_INTERNAL_ASSERTION", Message: "zlib: the handle is closed or in use"})
		return
	}
	size := c.Int(3)
	in, out := c.Bytes(2), make([]byte, size)
	nin, nout, err := h.codec.write(c.Int(1), in, out)
	c.Return(result(out[:nout], nin, size, err, len(in)-nin))
}

// params(handle, level, strategy)
func (b *binding) params(c *v8.Call) {
	if h := b.handles[c.Int(0)]; h != nil && !h.busy {
		if d, ok := h.codec.(*deflater); ok {
			d.params(c.Int(1), c.Int(2))
		}
	}
}

// reset(handle)
func (b *binding) reset(c *v8.Call) {
	if h := b.handles[c.Int(0)]; h != nil && !h.busy {
		h.codec.reset()
	}
}

// close(handle); a write that is running finishes first.
func (b *binding) close(c *v8.Call) {
	h := b.handles[c.Int(0)]
	if h == nil {
		return
	}
	delete(b.handles, c.Int(0))
	h.closed = true
	if !h.busy {
		h.codec.close()
	}
}

// run(input, finishFlush, maxOutput, chunkSize, rejectGarbage, mode, options, callback)
// does all of one buffer on a goroutine. The callback gets what runSync returns.
func (b *binding) run(c *v8.Call) {
	job, err := newJob(c)
	cb := c.Callback(7)
	if err != nil {
		b.env.Done(cb, []any{nil, failureValue(err), 0}, nil)
		return
	}
	job.in = append([]byte(nil), job.in...)
	b.env.Go(cb, func() (any, error) {
		b.slots <- struct{}{}
		defer func() { <-b.slots }()
		return job.do(), nil
	})
}

// runSync, with run's arguments but the callback, returns [output, failure, bytes used].
func (b *binding) runSync(c *v8.Call) {
	job, err := newJob(c)
	if err != nil {
		c.Return([]any{nil, failureValue(err), 0})
		return
	}
	c.Return(job.do())
}

type job struct {
	codec         codec
	in            []byte
	flush         int
	maxOutput     int
	rejectGarbage bool
}

func newJob(c *v8.Call) (*job, error) {
	codec, err := newCodec(c, 5)
	if err != nil {
		return nil, err
	}
	return &job{codec, c.Bytes(0), c.Int(1), c.Int(2), c.Bool(4)}, nil
}

var (
	errTooLarge = &failure{"", "ERR_BUFFER_TOO_LARGE", 0}
	errGarbage  = &failure{"", "ERR_TRAILING_JUNK_AFTER_STREAM_END", 0}
)

func (j *job) do() any {
	defer j.codec.close()
	size := len(j.in)
	if u, ok := j.codec.(*unzipper); ok {
		size *= 4
		// gzip says at its end how long it was; not to be trusted, but a good guess.
		if n := len(j.in); u.z.accept&formatGzip != 0 && n >= 18 {
			if said := int(binary.LittleEndian.Uint32(j.in[n-4:])); said < 1032*n {
				size = said
			}
		}
	}
	out := make([]byte, 0, max(512, min(size+64, 1<<20)))
	used := 0
	for {
		room := out[len(out):cap(out)]
		nin, nout, err := j.codec.write(j.flush, j.in[used:], room)
		used += nin
		out = out[:len(out)+nout]
		if err == nil && len(out) > j.maxOutput {
			err = errTooLarge
		}
		if err != nil {
			return []any{nil, failureValue(err), used}
		}
		if nout < len(room) {
			break
		}
		out = append(out, 0)[:len(out)] // grows
	}
	if j.rejectGarbage && used < len(j.in) {
		return []any{nil, failureValue(errGarbage), used}
	}
	return []any{out, nil, used}
}
