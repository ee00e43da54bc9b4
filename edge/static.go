package edge

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"github.com/sluice-http/sluice/http1/http1net"
)

// staticTarget answers with files.
type staticTarget struct {
	files        *Files
	cacheControl string
	orElse       Target // asked for what is not there; nil: 404
}

// Answer opens the file at once: opening and reading its state take microseconds where
// the folder is in the kernel's cache.
func (s *staticTarget) Answer(x *Exchange) (*Answer, func() *Answer) {
	switch x.Method {
	case "GET", "HEAD":
	default:
		if s.orElse != nil {
			return s.orElse.Answer(x)
		}
		a := text(http.StatusMethodNotAllowed)
		if x.Method == "OPTIONS" {
			a = text(http.StatusNoContent)
		}
		a.Header.Set("Allow", "GET, HEAD, OPTIONS")
		return a, nil
	}
	if x.Path == "" {
		return text(http.StatusBadRequest), nil
	}
	file, err := s.files.Open(x.Path, x.Header.Values("Accept-Encoding"))
	var redirect *RedirectError
	switch {
	case errors.As(err, &redirect):
		a := text(http.StatusMovedPermanently)
		to := escapePath(redirect.To)
		if x.Query != "" {
			to += "?" + x.Query
		}
		// A path that begins with two slashes would be read as a host.
		a.Header.Set("Location", "/"+strings.TrimLeft(oneLine(to), "/"))
		return a, nil
	case errors.Is(err, fs.ErrNotExist):
		if s.orElse != nil {
			return s.orElse.Answer(x)
		}
		return text(http.StatusNotFound), nil
	case err != nil:
		return text(http.StatusServiceUnavailable), nil
	}
	if file.Folder {
		defer file.Close()
		page, err := s.files.List(file, x.Path)
		if err != nil {
			return text(http.StatusInternalServerError), nil
		}
		return &Answer{Status: 200, Header: http1net.Header{{Name: "Content-Type", Value: file.Type}, {Name: "Cache-Control", Value: "no-cache"}}, Body: page}, nil
	}
	return s.file(x, file), nil
}

func (s *staticTarget) file(x *Exchange, file *File) *Answer {
	a := &Answer{Status: 200}
	a.Header = append(a.Header,
		http1net.Field{Name: "ETag", Value: file.ETag},
		http1net.Field{Name: "Last-Modified", Value: file.Modified.UTC().Format(http.TimeFormat)})
	if s.cacheControl != "" {
		a.Header.Add("Cache-Control", s.cacheControl)
	}
	if file.Vary {
		a.Header.Add("Vary", "Accept-Encoding")
	}
	o := file.Evaluate(Conditions{
		Method: x.Method, IfMatch: strings.Join(x.Header.Values("If-Match"), ","), IfNoneMatch: strings.Join(x.Header.Values("If-None-Match"), ","),
		IfModifiedSince: x.Header.Get("If-Modified-Since"), IfUnmodifiedSince: x.Header.Get("If-Unmodified-Since"),
		IfRange: x.Header.Get("If-Range"), Range: strings.Join(x.Header.Values("Range"), ","),
	})
	a.Status = o.Status
	switch o.Status {
	case 304, 412:
		file.Close()
		if o.Status == 412 {
			a.Body = []byte(statusText(412) + "\n")
			a.Header.Add("Content-Type", "text/plain; charset=utf-8")
		}
		return a
	case 416:
		file.Close()
		a.Header.Add("Content-Range", "bytes */"+strconv.FormatInt(file.Size, 10))
		a.Header.Add("Content-Type", "text/plain; charset=utf-8")
		a.Body = []byte(statusText(416) + "\n")
		return a
	}
	a.File = file.File
	if file.Encoding != "" {
		a.Header.Add("Content-Encoding", file.Encoding)
	}
	a.Header.Add("Accept-Ranges", "bytes")
	switch len(o.Ranges) {
	case 0:
		a.Header.Add("Content-Type", file.Type)
		a.Sections = []Section{{Length: file.Size}}
	case 1:
		r := o.Ranges[0]
		a.Header.Add("Content-Type", file.Type)
		a.Header.Add("Content-Range", contentRange(r, file.Size))
		a.Sections = []Section{{Offset: r.Start, Length: r.Length}}
	default:
		boundary := rand.Text()
		a.Header.Add("Content-Type", "multipart/byteranges; boundary="+boundary)
		for _, r := range o.Ranges {
			prefix := fmt.Appendf(nil, "\r\n--%s\r\nContent-Type: %s\r\nContent-Range: %s\r\n\r\n", boundary, file.Type, contentRange(r, file.Size))
			a.Sections = append(a.Sections, Section{prefix, r.Start, r.Length})
		}
		a.Tail = []byte("\r\n--" + boundary + "--\r\n")
	}
	return a
}

func contentRange(r ByteRange, size int64) string {
	return fmt.Sprintf("bytes %d-%d/%d", r.Start, r.Start+r.Length-1, size)
}
