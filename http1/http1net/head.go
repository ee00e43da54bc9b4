package http1net

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/sluice-http/sluice/http1"
)

var noTime time.Time

// refusal is an answer without a handler, as Node gives it.
func refusal(status int) []byte {
	b := appendStatus(make([]byte, 0, 96), status)
	return append(b, "Connection: close\r\n\r\n"...)
}

func appendStatus(b []byte, status int) []byte {
	b = append(b, "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(status), 10)
	b = append(b, ' ')
	b = append(b, http1.StatusText(status)...)
	return append(b, "\r\n"...)
}

func appendField(b []byte, f *Field) []byte {
	b = append(b, f.Name...)
	b = append(b, ": "...)
	b = append(b, f.Value...)
	return append(b, "\r\n"...)
}

// validField says whether a field can be sent.
func validField(f *Field) bool { return http1.ValidToken(f.Name) && http1.ValidValue(f.Value) }

// validTrailer says whether a field can be sent behind the body.
func validTrailer(f *Field) bool { return validField(f) && http1.TrailerAllowed(f.Name) }

// appendHead decides how the answer is framed and whether it is the last, and
// appends its head. end says that the body is what was kept back.
func (w *ResponseWriter) appendHead(b []byte, end bool) ([]byte, error) {
	ex := w.ex
	w.close = w.close || ex.c.m.Last(ex.seq) && !w.switching || ex.body.expects || ex.leavesMuch()
	if w.status == 101 && !w.switching {
		return b, ErrInvalidHeader
	}
	b = appendStatus(b, w.status)
	extra, date, lengths := "", false, 0
	for i := range w.header {
		f := &w.header[i]
		if !validField(f) {
			return b, ErrInvalidHeader
		}
		switch len(f.Name) {
		case 4:
			date = date || sameName(f.Name, "Date")
		case 10:
			if sameName(f.Name, "Connection") {
				extra = w.connection(extra, f.Value)
				continue
			} else if sameName(f.Name, "Keep-Alive") {
				continue
			}
		case 14:
			if sameName(f.Name, "Content-Length") {
				lengths++
				continue
			}
		case 17:
			if sameName(f.Name, "Transfer-Encoding") {
				switch {
				case strings.EqualFold(f.Value, "chunked"):
					w.chunked = true
				case !strings.EqualFold(f.Value, "identity"):
					return b, ErrInvalidHeader
				}
				continue
			}
		}
		b = appendField(b, f)
	}
	if lengths > 1 || lengths > 0 && w.chunked {
		return b, ErrInvalidHeader
	}
	if !date && !ex.c.srv.NoDate {
		b = append(b, ex.c.srv.dateField()...)
	}
	b = w.appendFraming(b, end)
	return w.appendConnection(b, extra), nil
}

// connection takes in a Connection field of the handler's and returns the
// options that are passed on.
func (w *ResponseWriter) connection(extra, value string) string {
	for option := range strings.SplitSeq(value, ",") {
		switch option = strings.Trim(option, " \t"); {
		case strings.EqualFold(option, "close"):
			w.close = true
		case option == "", strings.EqualFold(option, "keep-alive"):
		default:
			extra += option + ", "
		}
	}
	return extra
}

// leavesMuch says whether the client is known to send more of a body that
// nobody has read than is worth reading to save the connection.
func (ex *exchange) leavesMuch() bool {
	return !ex.body.complete && ex.req.ContentLength-ex.body.n > ex.c.srv.cfg.MaxDump
}

// appendFraming says how long the body is (RFC 9112 section 6).
func (w *ResponseWriter) appendFraming(b []byte, end bool) []byte {
	chunked := w.chunked
	w.chunked = false
	if w.switching || w.status < 200 || w.status == 204 {
		return b
	}
	if w.isConnect && w.status/100 == 2 {
		// The client takes what follows for the tunnel (RFC 9110 section 9.3.6).
		w.toEnd, w.close = true, true
		return b
	}
	length := w.bodyLength(end)
	if length < 0 && end && !chunked && !w.encode && w.status != 304 && (!w.isHead || w.written > 0) &&
		(len(w.trailer) == 0 || w.old || w.isHead) {
		length = w.written
	}
	switch {
	case length >= 0:
		b = append(b, "Content-Length: "...)
		b = strconv.AppendInt(b, length, 10)
		b = append(b, "\r\n"...)
	case w.isHead || w.status == 304:
	case !w.old:
		w.chunked = true
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	default:
		w.toEnd, w.close = true, true
	}
	return b
}

// appendConnection says what becomes of the connection, and ends the head.
func (w *ResponseWriter) appendConnection(b []byte, extra string) []byte {
	srv := w.ex.c.srv
	switch {
	case w.switching:
		if extra = strings.TrimSuffix(extra, ", "); extra != "" {
			b = append(b, "Connection: "...)
			b = append(b, extra...)
			b = append(b, "\r\n"...)
		}
	case w.close:
		b = append(b, "Connection: "...)
		b = append(b, extra...)
		b = append(b, "close\r\n"...)
	default:
		b = append(b, "Connection: "...)
		b = append(b, extra...)
		b = append(b, "keep-alive\r\n"...)
		b = append(b, srv.keepAlive...)
	}
	return append(b, "\r\n"...)
}

// dateOf is the Date field of a second.
type dateOf struct {
	second int64
	field  []byte
}

// dateField returns the Date field of the present second.
func (s *Server) dateField() []byte {
	t := time.Now()
	d := s.date.Load()
	if d == nil || d.second != t.Unix() {
		b := append(make([]byte, 0, 40), "Date: "...)
		b = append(http1.AppendDate(b, t), "\r\n"...)
		d = &dateOf{t.Unix(), b}
		s.date.Store(d)
	}
	return d.field
}

// authority returns that of an absolute target, "" if it has none.
func authority(target string) string {
	i := strings.Index(target, "://")
	if i < 0 {
		return ""
	}
	a := target[i+3:]
	if j := strings.IndexAny(a, "/?#"); j >= 0 {
		a = a[:j]
	}
	return a
}

func basicAuth(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}
