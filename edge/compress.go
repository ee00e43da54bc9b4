package edge

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/sluice-http/sluice/config"
)

// compression compresses answers for clients that take it.
type compression struct {
	c config.Compression
	Base
}

// Head decides. What the server would compress for another client says so in Vary.
func (l compression) Head(x *Exchange, h *Head) {
	if h.Status == http.StatusNotModified {
		l.notModified(x, h)
		return
	}
	if !l.fits(h) {
		return
	}
	addVary(&h.Header, "Accept-Encoding")
	coding := Encoding(x.Header.Values("Accept-Encoding"), l.c.Encodings)
	if coding == "" {
		return
	}
	h.Header.Set("Content-Encoding", coding)
	h.Header.Del("Content-Length")
	h.Header.Del("Accept-Ranges") // ranges are of the body as it is
	h.Length = -1
	// The bytes are other bytes: the tag names the same state, not the same bytes.
	if tag := h.Header.Get("ETag"); strings.HasPrefix(tag, `"`) {
		h.Header.Set("ETag", "W/"+tag)
	}
	if x.Method != "HEAD" {
		x.Encode = newEncoder(coding)
	}
}

// notModified gives the head that says that a client has the answer already the fields
// that the answer had (RFC 9110 section 15.4.5): a client that names the state by a
// weakened tag has what was compressed.
func (l compression) notModified(x *Exchange, h *Head) {
	tag := h.Header.Get("ETag")
	if !strings.HasPrefix(tag, `"`) || h.Header.Has("Content-Encoding") {
		return
	}
	for _, field := range x.Header.Values("If-None-Match") {
		for item := range strings.SplitSeq(field, ",") {
			if weak, is := strings.CutPrefix(strings.Trim(item, " \t"), "W/"); is && weak == tag {
				h.Header.Set("ETag", "W/"+tag)
				addVary(&h.Header, "Accept-Encoding")
				return
			}
		}
	}
}

func (l compression) fits(h *Head) bool {
	if h.Status < 200 || h.Status == 204 || h.Status == 206 || h.Header.Has("Content-Encoding") || h.Header.Has("Content-Range") ||
		h.Length >= 0 && h.Length < int64(l.c.MinSize) {
		return false
	}
	for _, v := range h.Header.Values("Cache-Control") {
		if strings.Contains(strings.ToLower(v), "no-transform") {
			return false
		}
	}
	media, _, _ := strings.Cut(h.Header.Get("Content-Type"), ";")
	media = strings.ToLower(strings.Trim(media, " \t"))
	return media != "" && slices.ContainsFunc(l.c.Types, func(pattern string) bool { return matchMedia(pattern, media) })
}

// matchMedia matches text/* and application/*+json too.
func matchMedia(pattern, media string) bool {
	before, after, star := strings.Cut(strings.ToLower(pattern), "*")
	if !star {
		return before == media
	}
	return len(media) >= len(before)+len(after) && strings.HasPrefix(media, before) && strings.HasSuffix(media, after)
}

// Encoder compresses one body. Close lets it go; it is then used no more.
type Encoder struct {
	coding string
	w      encodingWriter
	out    bytes.Buffer
}

type encodingWriter interface {
	io.WriteCloser
	Flush() error
	Reset(w io.Writer)
}

// Writers are costly to make: they are used again.
var encoderPools = map[string]*sync.Pool{
	"gzip": {New: func() any { w, _ := gzip.NewWriterLevel(nil, 5); return w }},
	"br":   {New: func() any { return brotli.NewWriterLevel(nil, 4) }},
	"zstd": {New: func() any {
		w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
		if err != nil {
			panic(err) // the options are wrong
		}
		return w
	}},
}

func newEncoder(coding string) *Encoder {
	e := &Encoder{coding: coding, w: encoderPools[coding].Get().(encodingWriter)}
	e.w.Reset(&e.out)
	return e
}

// Write compresses p and returns what is ready to be sent. With flush, that is all of
// it: a reader of a stream gets what was written so far. The bytes are valid until the
// next call.
func (e *Encoder) Write(p []byte, flush bool) []byte {
	e.out.Reset()
	_, _ = e.w.Write(p) // a bytes.Buffer does not fail
	if flush {
		_ = e.w.Flush()
	}
	return e.out.Bytes()
}

// Close ends the body and returns its last bytes, valid as those of Write.
func (e *Encoder) Close() []byte {
	if e.w == nil {
		return nil
	}
	e.out.Reset()
	_ = e.w.Close()
	e.w.Reset(nil)
	encoderPools[e.coding].Put(e.w)
	e.w = nil
	return e.out.Bytes()
}
