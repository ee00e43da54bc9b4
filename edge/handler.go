package edge

import (
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/http1/http1net"
)

// Handler is the engine in front of another handler, which stands for the application;
// nil when there is none. Its goroutines wait where the layers have to.
func (e *Engine) Handler(next http1net.Handler) http1net.Handler {
	return &handler{engine: e, next: next}
}

type handler struct {
	engine  interface{ Begin(x *Exchange) }
	next    http1net.Handler
	toHTTPS int
}

// ServeHTTP1 implements http1net.Handler.
func (h *handler) ServeHTTP1(w *http1net.ResponseWriter, r *http1net.Request) {
	x := newExchange(r)
	x.ToHTTPS = h.toHTTPS
	h.engine.Begin(x)
	filter := &filter{x: x}
	w.Filter(filter)
	for {
		a, wait := x.Request()
		if wait != nil {
			if a = wait(); a == nil {
				continue
			}
		}
		if a == nil && h.next == nil {
			a = text(http.StatusNotFound)
		}
		if a != nil {
			filter.own = true
			h.answer(w, x, a)
			return
		}
		break
	}
	r.Body = &countedBody{r.Body, filter}
	if x.BodyLimit > 0 {
		r.Body = &limitedBody{r.Body, x, x.BodyLimit}
	}
	h.next.ServeHTTP1(w, r)
}

// newExchange is the exchange of a request. Its Header is a copy of the list.
func newExchange(r *http1net.Request) *Exchange {
	x := &Exchange{room: &room{}, Method: r.Method, Target: r.Target, Host: r.Host, Major: r.Major, Minor: r.Minor, Length: r.ContentLength, Secure: r.TLS != nil, Start: time.Now()}
	x.Header = append(x.fields[:0], r.Header...)
	if a, ok := r.RemoteAddr.(*net.TCPAddr); ok {
		x.Peer, _ = netip.AddrFromSlice(a.IP)
		x.Peer = x.Peer.Unmap()
	}
	if a, ok := r.LocalAddr.(*net.TCPAddr); ok {
		x.Port = a.Port
	}
	return x
}

// answer writes the edge's own answer.
func (h *handler) answer(w *http1net.ResponseWriter, x *Exchange, a *Answer) {
	if a.File != nil {
		defer a.File.Close()
	}
	x.Dress(a)
	header := w.Header()
	*header = append(*header, a.Header...)
	if a.Close {
		header.Set("Connection", "close")
	}
	if a.Status != 204 && a.Status != 304 && !header.Has("Content-Length") {
		header.Set("Content-Length", strconv.FormatInt(a.Length(), 10))
	}
	w.WriteHeader(a.Status)
	if x.Method == "HEAD" || a.Status == 204 || a.Status == 304 {
		return
	}
	if _, err := w.Write(a.Body); err != nil {
		return
	}
	for _, s := range a.Sections {
		if _, err := w.Write(s.Prefix); err != nil {
			return
		}
		if !copySection(w, a.File, s) {
			return // the answer is incomplete: the connection is cut
		}
	}
	_, _ = w.Write(a.Tail)
}

// lastPiece is how much of a section is held back until it is certain that it is of the
// same state of the file as what went before.
const lastPiece = 64 << 10

// copySection sends a part of a file. It is false when the file has become shorter, or
// another one, meanwhile.
func copySection(w io.Writer, file *OpenFile, s Section) bool {
	if first := s.Length - lastPiece; first > 0 {
		n, err := io.Copy(w, io.NewSectionReader(file, s.Offset, first))
		if err != nil || n < first || file.Changed() {
			return false
		}
		s.Offset, s.Length = s.Offset+first, lastPiece
	}
	n, err := io.Copy(w, io.NewSectionReader(file, s.Offset, s.Length))
	return err == nil && n == s.Length
}

// filter shows the layers the head of an answer, and compresses its body.
type filter struct {
	x      *Exchange
	own    bool
	status int
	bytes  int64 // of the compressed body
	came   int64 // of the request's body
}

// Head implements http1net.Filter.
func (f *filter) Head(status int, header *http1net.Header, length int64) (int, bool) {
	h := &Head{Status: status, Header: *header, Length: length, Own: f.own}
	f.x.Head(h)
	*header = h.Header
	f.status = h.Status
	// The length of what a GET would get is not known without compressing it.
	return h.Status, f.x.Encode != nil || f.x.Method == "HEAD" && h.Length < 0
}

// Body implements http1net.Filter.
func (f *filter) Body(p []byte, flush bool) []byte {
	b := f.x.Encode.Write(p, flush)
	f.bytes += int64(len(b))
	return b
}

// End implements http1net.Filter.
func (f *filter) End() []byte {
	b := f.x.Encode.Close()
	f.bytes += int64(len(b))
	return b
}

// Done implements http1net.Filter.
func (f *filter) Done(complete bool, n int64) {
	switch {
	case f.x.Method == "HEAD":
		n = 0
	case f.x.Encode != nil:
		f.x.Encode.Close() // when it was not ended
		n = f.bytes
	}
	f.x.Done(Sent{Status: f.status, Bytes: n, Received: f.came, Duration: time.Since(f.x.Start), Aborted: !complete})
}

// countedBody counts what is read of a request's body.
type countedBody struct {
	r io.Reader
	f *filter
}

// Read implements io.Reader.
func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.f.came += int64(n)
	return n, err
}

// limitedBody ends a body that is too long with http1net.ErrBodyTooLarge.
type limitedBody struct {
	r    io.Reader
	x    *Exchange
	left int64
}

// Read implements io.Reader.
func (b *limitedBody) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1] // a byte more tells that there is more
	}
	n, err := b.r.Read(p)
	if int64(n) > b.left {
		n = int(b.left)
		b.x.Refused = tally.BodyLimit
		err = http1net.ErrBodyTooLarge
	}
	b.left -= int64(n)
	return n, err
}
