package http1net

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Adapt makes a handler of package net/http one of this package. The
// http.ResponseWriter is a Flusher, Hijacker and io.ReaderFrom, and known to
// http.ResponseController. http.ErrAbortHandler, trailers (declared ones and
// those with http.TrailerPrefix), informational answers and the detection of
// the Content-Type are as in net/http. Differences: http.ServerContextKey is not
// in the context, and what net/http accepts and this package's parser does not
// never reaches the handler.
func Adapt(h http.Handler) Handler { return adapter{h} }

type adapter struct{ h http.Handler }

// ServeHTTP1 implements Handler.
func (a adapter) ServeHTTP1(w *ResponseWriter, r *Request) {
	hr, err := netRequest(r)
	if err != nil {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Connection", "close")
		w.WriteHeader(http.StatusBadRequest)
		w.WriteString("400 Bad Request")
		return
	}
	aw := &netWriter{w: w, header: http.Header{}, req: hr}
	defer func() {
		if p := recover(); p == http.ErrAbortHandler {
			panic(ErrAbort)
		} else if p != nil {
			panic(p)
		}
	}()
	a.h.ServeHTTP(aw, hr)
	aw.finish()
}

// netRequest makes r a request of net/http's.
func netRequest(r *Request) (*http.Request, error) {
	target := r.Target
	if r.Method == "CONNECT" && !strings.HasPrefix(target, "/") {
		target = "http://" + target
	}
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return nil, err
	}
	if r.Method == "CONNECT" {
		u.Scheme = ""
	}
	hr := new(http.Request).WithContext(&netContext{r: r})
	hr.Method, hr.URL, hr.RequestURI, hr.Host = r.Method, u, r.Target, r.Host
	hr.Proto, hr.ProtoMajor, hr.ProtoMinor = "HTTP/1.1", 1, r.Minor
	hr.Header = make(http.Header, len(r.Header))
	hr.ContentLength = r.ContentLength
	hr.RemoteAddr = r.RemoteAddr.String()
	hr.TLS = r.TLS
	hr.Close = r.Header.hasToken("Connection", "close")
	if r.Minor == 0 {
		hr.Proto = "HTTP/1.0"
		hr.Close = !r.Header.hasToken("Connection", "keep-alive")
	}
	for i := range r.Header {
		name := http.CanonicalHeaderKey(r.Header[i].Name)
		switch name {
		case "Host":
		case "Transfer-Encoding":
			hr.TransferEncoding = []string{"chunked"}
		case "Trailer":
			hr.Trailer = http.Header{}
			for key := range strings.SplitSeq(r.Header[i].Value, ",") {
				hr.Trailer[http.CanonicalHeaderKey(strings.TrimSpace(key))] = nil
			}
		default:
			hr.Header[name] = append(hr.Header[name], r.Header[i].Value)
		}
	}
	if r.ContentLength == 0 {
		hr.Body = http.NoBody
	} else {
		hr.Body = &netBody{r: r, hr: hr}
	}
	return hr, nil
}

// netContext makes the request's context when it is first used, as most
// handlers never do.
type netContext struct{ r *Request }

func (c *netContext) Deadline() (time.Time, bool) { return c.r.Context().Deadline() }
func (c *netContext) Done() <-chan struct{}       { return c.r.Context().Done() }
func (c *netContext) Err() error                  { return c.r.Context().Err() }
func (c *netContext) Value(key any) any {
	if key == http.LocalAddrContextKey {
		return c.r.LocalAddr
	}
	return c.r.Context().Value(key)
}

// netBody is a body as net/http has it.
type netBody struct {
	r  *Request
	hr *http.Request
}

func (b *netBody) Read(p []byte) (int, error) {
	n, err := b.r.Body.Read(p)
	switch {
	case err == io.EOF && len(b.r.Trailer) > 0:
		if b.hr.Trailer == nil {
			b.hr.Trailer = http.Header{}
		}
		for _, f := range b.r.Trailer {
			key := http.CanonicalHeaderKey(f.Name)
			b.hr.Trailer[key] = append(b.hr.Trailer[key], f.Value)
		}
		b.r.Trailer = nil
	case errors.Is(err, ErrBodyClosed):
		err = http.ErrBodyReadAfterClose
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Close implements io.Closer.
func (b *netBody) Close() error { return nil }

// netWriter is a ResponseWriter as net/http has it.
type netWriter struct {
	w        *ResponseWriter
	req      *http.Request
	header   http.Header
	wrote    bool
	typed    bool // the Content-Type need not be detected
	status   int
	declared []string // trailers
}

var (
	_ http.Flusher  = (*netWriter)(nil)
	_ http.Hijacker = (*netWriter)(nil)
	_ io.ReaderFrom = (*netWriter)(nil)
)

// Header implements http.ResponseWriter.
func (a *netWriter) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *netWriter) WriteHeader(status int) {
	if a.wrote {
		return
	}
	if status < 100 || status > 999 {
		panic("http1net: invalid WriteHeader code")
	}
	if status < 200 && status != 101 {
		a.w.Inform(status, a.fields())
		return
	}
	a.wrote = true
	a.status = status
	for _, v := range a.header["Trailer"] {
		for key := range strings.SplitSeq(v, ",") {
			a.declared = append(a.declared, http.CanonicalHeaderKey(strings.TrimSpace(key)))
		}
	}
	*a.w.Header() = a.fields()
	_, has := a.header["Content-Type"]
	a.typed = has || a.header.Get("Content-Encoding") != "" || a.header.Get("Transfer-Encoding") != "" || bodyless(status)
}

// fields returns the header without trailers, in net/http's order.
func (a *netWriter) fields() Header {
	h := make(Header, 0, len(a.header)+1)
	for name, values := range a.header {
		if strings.HasPrefix(name, http.TrailerPrefix) || a.isTrailer(name) {
			continue
		}
		for _, v := range values {
			h = append(h, Field{name, clean(v)})
		}
	}
	sortFields(h)
	return h
}

// clean does to a value what net/http does: line breaks become spaces.
func clean(v string) string {
	if strings.ContainsAny(v, "\r\n") {
		v = strings.NewReplacer("\r", " ", "\n", " ").Replace(v)
	}
	return strings.Trim(v, " \t")
}

func (a *netWriter) isTrailer(name string) bool {
	for _, t := range a.declared {
		if t == name {
			return true
		}
	}
	return false
}

// begin makes sure of the status and the type before a body that starts with p.
func (a *netWriter) begin(p []byte) {
	if !a.wrote {
		a.WriteHeader(http.StatusOK)
	}
	if !a.typed {
		a.typed = true
		if len(p) > 0 {
			a.w.Header().Add("Content-Type", http.DetectContentType(p))
		}
	}
	a.w.WriteHeader(a.status)
}

// Write implements http.ResponseWriter.
func (a *netWriter) Write(p []byte) (int, error) {
	a.begin(p)
	n, err := a.w.Write(p)
	return n, netError(err)
}

// WriteString implements io.StringWriter.
func (a *netWriter) WriteString(s string) (int, error) {
	a.begin([]byte(s[:min(len(s), 512)]))
	n, err := a.w.WriteString(s)
	return n, netError(err)
}

// netError returns net/http's error for one of ours.
func netError(err error) error {
	switch err {
	case ErrContentLength:
		return http.ErrContentLength
	case ErrNoBody:
		return http.ErrBodyNotAllowed
	case ErrHijacked:
		return http.ErrHijacked
	}
	return err
}

// ReadFrom implements io.ReaderFrom.
func (a *netWriter) ReadFrom(r io.Reader) (int64, error) {
	if a.typed {
		a.begin(nil)
		n, err := a.w.ReadFrom(r)
		return n, netError(err)
	}
	var first [512]byte
	k, err := io.ReadFull(r, first[:])
	if k > 0 || err == nil {
		if n, err := a.Write(first[:k]); err != nil {
			return int64(n), err
		}
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return int64(k), nil
	} else if err != nil {
		return int64(k), err
	}
	n, err := a.w.ReadFrom(r)
	return int64(k) + n, netError(err)
}

// Flush implements http.Flusher.
func (a *netWriter) Flush() { a.FlushError() }

// FlushError is for http.ResponseController.
func (a *netWriter) FlushError() error {
	a.begin(nil)
	return netError(a.w.Flush())
}

// EnableFullDuplex is for http.ResponseController: it always is.
func (a *netWriter) EnableFullDuplex() error { return nil }

// Hijack implements http.Hijacker.
func (a *netWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if a.wrote {
		return nil, nil, ErrCannotHijack
	}
	nc, rest, err := a.w.Hijack()
	if err != nil {
		return nil, nil, netError(err)
	}
	in := io.Reader(nc)
	size := max(4096, len(rest))
	if len(rest) > 0 {
		in = io.MultiReader(bytes.NewReader(rest), nc)
	}
	rw := bufio.NewReadWriter(bufio.NewReaderSize(in, size), bufio.NewWriter(nc))
	if len(rest) > 0 {
		rw.Reader.Peek(len(rest)) // who asks for Buffered finds it
	}
	return nc, rw, nil
}

// finish sets the trailers.
func (a *netWriter) finish() {
	if a.w.hijacked {
		return
	}
	a.begin(nil)
	for name, values := range a.header {
		key, prefixed := strings.CutPrefix(name, http.TrailerPrefix)
		if !prefixed && !a.isTrailer(name) {
			continue
		}
		for _, v := range values {
			a.w.Trailer().Add(key, clean(v))
		}
	}
	sortFields(*a.w.Trailer())
}

var _ context.Context = (*netContext)(nil)

// sortFields brings fields from a map into an order that stays the same.
func sortFields(h Header) {
	slices.SortStableFunc(h, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
}
