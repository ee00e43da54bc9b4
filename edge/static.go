package edge

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-http/sluice/http1/http1net"
)

// staticTarget answers with files.
type staticTarget struct {
	files  *Files
	orElse Target // asked for what is not there; nil: 404
	below  bool   // the folder begins where the route's * does
}

// path is what is looked for in the folder.
func (s *staticTarget) path(x *Exchange) string {
	if n := len(x.Params); s.below && n > 0 && x.Params[n-1].Name == "*" {
		return x.Path[len(x.Path)-len(x.Params[n-1].Value)-1:] // with the slash before it
	}
	return x.Path
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
		allow := append([]string{"GET", "HEAD", "OPTIONS"}, x.passed...)
		slices.Sort(allow)
		a.Header.Set("Allow", strings.Join(slices.Compact(allow), ", "))
		return a, nil
	}
	if x.Path == "" || x.malformed {
		return text(http.StatusBadRequest), nil
	}
	file, err := s.files.find(s.path(x), x.Header, x.Start.UnixNano())
	if err != nil {
		return s.failed(x, err)
	}
	if file.Folder {
		return nil, s.lister(file, x.Path)
	}
	return s.file(x, &file), nil
}

// lister makes a list of a folder's files: elsewhere, because it looks at each of them.
func (s *staticTarget) lister(folder File, path string) func() *Answer {
	return func() *Answer {
		defer folder.Close()
		page, err := s.files.List(&folder, path)
		if err != nil {
			return text(http.StatusInternalServerError)
		}
		return &Answer{Status: 200, Header: http1net.Header{{Name: "Content-Type", Value: folder.Type}, {Name: "Cache-Control", Value: "no-cache"}}, Body: page}
	}
}

// failed answers where there is no file.
func (s *staticTarget) failed(x *Exchange, err error) (*Answer, func() *Answer) {
	var redirect *RedirectError
	switch {
	case errors.As(err, &redirect):
		a := text(http.StatusMovedPermanently)
		to := escapePath(strings.TrimSuffix(x.Path, s.path(x)) + redirect.To)
		if x.Query != "" {
			to += "?" + x.Query
		}
		// A path that begins with two slashes would be read as a host.
		a.Header.Set("Location", "/"+strings.TrimLeft(oneLine(to), "/"))
		return a, nil
	case !errors.Is(err, fs.ErrNotExist):
		return text(http.StatusServiceUnavailable), nil
	case s.orElse != nil:
		return s.orElse.Answer(x)
	}
	return text(http.StatusNotFound), nil
}

// file answers with a file, or what the request's conditions make of it. The usual answer
// is made without allocating: it and its parts lie in the exchange.
func (s *staticTarget) file(x *Exchange, file *File) *Answer {
	r := x.space()
	a := &r.answer
	*a = Answer{Status: 200, Header: append(r.answerFields[:0], file.fields...)}
	if c, any := conditions(x); any {
		o := file.Evaluate(c)
		a.Status = o.Status
		if len(o.Ranges) > 0 {
			s.ranges(a, file, o.Ranges)
			return a
		}
	}
	switch {
	case a.Status != 200:
		file.Close()
		a.Header = a.Header[:file.shared]
		if a.Status != 304 {
			a.Body = []byte(statusText(a.Status) + "\n")
			a.Header.Add("Content-Type", "text/plain; charset=utf-8")
		}
		if a.Status == 416 {
			a.Header.Add("Content-Range", "bytes */"+strconv.FormatInt(file.Size, 10))
		}
	case file.Open == nil:
		a.Body = file.Body
	default:
		a.File = file.Open
		a.Sections = append(r.section[:0], Section{Length: file.Size})
	}
	return a
}

// ranges makes an answer one with parts of a file.
func (s *staticTarget) ranges(a *Answer, file *File, ranges []ByteRange) {
	a.File = file.Open
	part := func(prefix []byte, r ByteRange) {
		if file.Open == nil {
			a.Body = append(append(a.Body, prefix...), file.Body[r.Start:r.Start+r.Length]...)
		} else {
			a.Sections = append(a.Sections, Section{prefix, r.Start, r.Length})
		}
	}
	if len(ranges) == 1 {
		a.Header.Add("Content-Range", contentRange(ranges[0], file.Size))
		part(nil, ranges[0])
		return
	}
	boundary := rand.Text()
	a.Header.Set("Content-Type", "multipart/byteranges; boundary="+boundary)
	for _, r := range ranges {
		part(fmt.Appendf(nil, "\r\n--%s\r\nContent-Type: %s\r\nContent-Range: %s\r\n\r\n", boundary, file.Type, contentRange(r, file.Size)), r)
	}
	end := []byte("\r\n--" + boundary + "--\r\n")
	if file.Open == nil {
		a.Body = append(a.Body, end...)
	} else {
		a.Tail = end
	}
}

// conditions are the conditional fields of a request, and whether there are any. Lists
// may stand in several fields; of the others the first counts.
func conditions(x *Exchange) (c Conditions, any bool) {
	c.Method = x.Method
	list := func(to *string, value string) {
		if *to != "" {
			value = *to + "," + value
		}
		*to, any = value, true
	}
	one := func(to *string, value string) {
		if *to == "" {
			*to, any = value, true
		}
	}
	for i := range x.Header {
		f := &x.Header[i]
		if f.Name == "" || f.Name[0]|0x20 != 'i' && f.Name[0]|0x20 != 'r' {
			continue
		}
		switch {
		case strings.EqualFold(f.Name, "If-None-Match"):
			list(&c.IfNoneMatch, f.Value)
		case strings.EqualFold(f.Name, "If-Modified-Since"):
			one(&c.IfModifiedSince, f.Value)
		case strings.EqualFold(f.Name, "Range"):
			list(&c.Range, f.Value)
		case strings.EqualFold(f.Name, "If-Range"):
			one(&c.IfRange, cmp.Or(f.Value, `""`)) // what is empty matches nothing
		case strings.EqualFold(f.Name, "If-Match"):
			list(&c.IfMatch, f.Value)
		case strings.EqualFold(f.Name, "If-Unmodified-Since"):
			one(&c.IfUnmodifiedSince, f.Value)
		}
	}
	return c, any
}

func contentRange(r ByteRange, size int64) string {
	return fmt.Sprintf("bytes %d-%d/%d", r.Start, r.Start+r.Length-1, size)
}
