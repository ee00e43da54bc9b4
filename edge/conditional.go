package edge

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Resource is what is known of the current state of something that is asked for.
type Resource struct {
	ETag     string    // as in the field, with quotes and perhaps W/; may be empty
	Modified time.Time // zero when it is not known
	Size     int64
}

// Conditions are the conditional fields of a request (RFC 9110 section 13) and Range.
type Conditions struct {
	Method                                                            string
	IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince, IfRange string
	Range                                                             string
}

// ByteRange is a part of a body: Length bytes from Start on.
type ByteRange struct{ Start, Length int64 }

// Outcome is what the conditions lead to.
type Outcome struct {
	// Status is 200, 206, 304, 412 or 416.
	Status int
	// Ranges are the parts of a 206; one is sent as it is, several as
	// multipart/byteranges.
	Ranges []ByteRange
}

// maxRanges is how many parts an answer has at most: more are a way to make the server
// work, and the whole is sent (RFC 9110 section 14.2).
const maxRanges = 50

// Evaluate applies the conditions in the order of RFC 9110 section 13.2.2.
func (r Resource) Evaluate(c Conditions) Outcome {
	get := c.Method == "GET" || c.Method == "HEAD"
	if c.IfMatch != "" {
		if !matchETag(c.IfMatch, r.ETag, strong) {
			return Outcome{Status: 412}
		}
	} else if t, ok := date(c.IfUnmodifiedSince); ok && !r.Modified.IsZero() && r.Modified.Truncate(time.Second).After(t) {
		return Outcome{Status: 412}
	}
	if c.IfNoneMatch != "" {
		if matchETag(c.IfNoneMatch, r.ETag, weak) {
			if get {
				return Outcome{Status: 304}
			}
			return Outcome{Status: 412}
		}
	} else if t, ok := date(c.IfModifiedSince); ok && get && !r.Modified.IsZero() && !r.Modified.Truncate(time.Second).After(t) {
		return Outcome{Status: 304}
	}
	// Ranges are defined for GET alone (section 14.2). Of nothing there are no parts, and
	// clients that always ask for one get along with nothing better than with 416.
	if c.Range == "" || c.Method != "GET" || r.Size == 0 || !r.inRange(c.IfRange) {
		return Outcome{Status: 200}
	}
	ranges, ok := parseRange(c.Range, r.Size)
	switch {
	case !ok, len(ranges) > maxRanges, total(ranges) > r.Size:
		return Outcome{Status: 200} // what is malformed or costs more than the whole is ignored
	case len(ranges) == 0:
		return Outcome{Status: 416}
	}
	return Outcome{Status: 206, Ranges: ranges}
}

// inRange says whether If-Range lets the ranges count: it names the current state, by a
// strong validator.
func (r Resource) inRange(ifRange string) bool {
	if ifRange == "" {
		return true
	}
	if ifRange[0] == '"' || strings.HasPrefix(ifRange, "W/") {
		return strong(ifRange, r.ETag)
	}
	t, ok := date(ifRange)
	return ok && !r.Modified.IsZero() && r.Modified.Truncate(time.Second).Equal(t)
}

func date(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, false
	}
	t, err := http.ParseTime(s)
	return t, err == nil
}

// strong and weak are the comparisons of RFC 9110 section 8.8.3.2.
func strong(a, b string) bool { return a == b && a != "" && !strings.HasPrefix(a, "W/") }
func weak(a, b string) bool {
	return strings.TrimPrefix(a, "W/") == strings.TrimPrefix(b, "W/") && a != "" && b != ""
}

// matchETag looks for a tag in a list, or *.
func matchETag(list, tag string, equal func(a, b string) bool) bool {
	list = strings.Trim(list, " \t")
	if list == "*" {
		return true
	}
	for list != "" {
		list = strings.TrimLeft(list, " \t,")
		begin := 0
		if strings.HasPrefix(list, "W/") {
			begin = 2
		}
		if len(list) <= begin || list[begin] != '"' {
			return false // no entity tag: what follows cannot be understood
		}
		end := strings.IndexByte(list[begin+1:], '"')
		if end < 0 {
			return false
		}
		end += begin + 2
		if equal(list[:end], tag) {
			return true
		}
		list = list[end:]
		if rest := strings.TrimLeft(list, " \t"); rest != "" && rest[0] != ',' {
			return false
		}
	}
	return false
}

// parseRange reads a Range field (RFC 9110 section 14.1.2). It is false for what is
// malformed or in another unit; without any range that can be satisfied the list is
// empty.
func parseRange(s string, size int64) (ranges []ByteRange, ok bool) {
	unit, set, found := strings.Cut(s, "=")
	if !found || !strings.EqualFold(strings.Trim(unit, " \t"), "bytes") {
		return nil, false
	}
	any := false
	for spec := range strings.SplitSeq(set, ",") {
		spec = strings.Trim(spec, " \t")
		if spec == "" {
			continue
		}
		any = true
		first, last, dash := strings.Cut(spec, "-")
		if !dash {
			return nil, false
		}
		if first == "" {
			n, ok := digits(last)
			if !ok {
				return nil, false
			}
			if n = min(n, size); n > 0 {
				ranges = append(ranges, ByteRange{size - n, n})
			}
			continue
		}
		from, ok := digits(first)
		if !ok {
			return nil, false
		}
		to := size - 1
		if last != "" {
			n, ok := digits(last)
			if !ok || n < from {
				return nil, false
			}
			to = min(to, n)
		}
		if from < size {
			ranges = append(ranges, ByteRange{from, to - from + 1})
		}
	}
	return ranges, any
}

// digits reads 1*DIGIT; what does not fit counts as the largest number.
func digits(s string) (int64, bool) {
	if s == "" {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		n = 1<<63 - 1
	}
	return n, true
}

func total(ranges []ByteRange) (n int64) {
	for _, r := range ranges {
		n += r.Length
	}
	return n
}
