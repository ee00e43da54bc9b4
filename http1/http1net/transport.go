package http1net

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// Transport is a Client as an http.RoundTripper, for an http.Client.
type Transport struct {
	// Client sends the requests. It must not be nil.
	Client *Client
}

var _ http.RoundTripper = (*Transport)(nil)

// RoundTrip implements http.RoundTripper. The body of an answer of 101 is an
// io.ReadWriteCloser, as in net/http.
func (t *Transport) RoundTrip(hr *http.Request) (*http.Response, error) {
	r := &Request{
		Method: hr.Method, Scheme: hr.URL.Scheme, Host: hr.Host, Addr: hr.URL.Host,
		Target: hr.URL.RequestURI(), ContentLength: hr.ContentLength,
	}
	if r.Method == "" {
		r.Method = "GET"
	}
	if r.Host == "" {
		r.Host = hr.URL.Host
	}
	if r.Method == "CONNECT" {
		r.Target = r.Host
	}
	for name, values := range hr.Header {
		for _, v := range values {
			r.Header.Add(name, v)
		}
	}
	sortFields(r.Header)
	if hr.Close && !r.Header.Has("Connection") {
		r.Header.Add("Connection", "close")
	}
	if hr.Body != nil && hr.Body != http.NoBody {
		r.Body = &sentBody{ReadCloser: hr.Body, r: r, hr: hr}
		if r.ContentLength == 0 {
			r.ContentLength = -1
		}
		if hr.GetBody != nil {
			r.GetBody = func() (io.Reader, error) {
				b, err := hr.GetBody()
				return &sentBody{ReadCloser: b, r: r, hr: hr}, err
			}
		}
		for name := range hr.Trailer {
			r.Header.Add("Trailer", name)
		}
	} else {
		r.ContentLength = 0
	}
	resp, err := t.Client.Do(hr.Context(), r)
	if err != nil {
		return nil, err
	}
	return netResponse(resp, hr), nil
}

// sentBody takes over the trailers when the body has been read.
type sentBody struct {
	io.ReadCloser
	r  *Request
	hr *http.Request
}

func (b *sentBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.r.Trailer = nil
		for name, values := range b.hr.Trailer {
			for _, v := range values {
				b.r.Trailer.Add(name, v)
			}
		}
	}
	return n, err
}

func netResponse(r *Response, hr *http.Request) *http.Response {
	res := &http.Response{
		StatusCode: r.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: r.Minor,
		Header: make(http.Header, len(r.Header)), ContentLength: r.ContentLength, Request: hr, TLS: r.TLS,
	}
	res.Status = strings.TrimSpace(strconv.Itoa(r.Status) + " " + r.Reason)
	if r.Minor == 0 {
		res.Proto = "HTTP/1.0"
	}
	for _, f := range r.Header {
		name := http.CanonicalHeaderKey(f.Name)
		if name == "Transfer-Encoding" {
			res.TransferEncoding = []string{"chunked"}
			continue
		}
		res.Header[name] = append(res.Header[name], f.Value)
	}
	if res.ContentLength < 0 && (bodyless(r.Status)) && hr.Method != "HEAD" {
		res.ContentLength = 0
	}
	body := &receivedBody{r: r, res: res}
	res.Body = body
	if r.Status == http.StatusSwitchingProtocols || r.call.upgraded {
		nc, rest := r.Upgrade()
		if nc != nil {
			res.Body = &upgradedBody{Conn: nc, in: io.MultiReader(bytes.NewReader(rest), nc)}
		}
	}
	return res
}

// upgradedBody is a connection as a body, with what came before.
type upgradedBody struct {
	net.Conn
	in io.Reader
}

func (b *upgradedBody) Read(p []byte) (int, error) { return b.in.Read(p) }

// receivedBody hands over the trailers at the end.
type receivedBody struct {
	r   *Response
	res *http.Response
}

func (b *receivedBody) Read(p []byte) (int, error) {
	n, err := b.r.Body.Read(p)
	if err == io.EOF && b.res.Trailer == nil {
		for _, f := range b.r.Trailer {
			if b.res.Trailer == nil {
				b.res.Trailer = http.Header{}
			}
			b.res.Trailer.Add(f.Name, f.Value)
		}
	}
	return n, err
}

// Close implements io.Closer.
func (b *receivedBody) Close() error { return b.r.Body.Close() }
