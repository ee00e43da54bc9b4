package http1net

import (
	"strings"

	"github.com/sluice-http/sluice/http1"
)

// Field is one header or trailer field, spelled as it was received or as it is
// to be sent.
type Field struct{ Name, Value string }

// Header is a list of fields in their order. Names are compared in any case.
// The zero value is an empty header.
type Header []Field

// sameName compares field names.
func sameName(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

// Get returns the value of the first field called name, "" when there is none.
func (h Header) Get(name string) string {
	v, _ := h.Lookup(name)
	return v
}

// Lookup returns the value of the first field called name, and whether there
// is one.
func (h Header) Lookup(name string) (string, bool) {
	for i := range h {
		if sameName(h[i].Name, name) {
			return h[i].Value, true
		}
	}
	return "", false
}

// Has says whether there is a field called name.
func (h Header) Has(name string) bool {
	_, ok := h.Lookup(name)
	return ok
}

// Values returns the values of all fields called name, in order.
func (h Header) Values(name string) []string {
	var values []string
	for i := range h {
		if sameName(h[i].Name, name) {
			values = append(values, h[i].Value)
		}
	}
	return values
}

// Add appends a field.
func (h *Header) Add(name, value string) { *h = append(*h, Field{name, value}) }

// Set makes value the only one of the fields called name: the first is
// replaced where it stands, the others go.
func (h *Header) Set(name, value string) {
	for i := range *h {
		if sameName((*h)[i].Name, name) {
			(*h)[i] = Field{name, value}
			rest := (*h)[i+1:]
			rest.Del(name)
			*h = (*h)[:i+1+len(rest)]
			return
		}
	}
	h.Add(name, value)
}

// Del removes the fields called name.
func (h *Header) Del(name string) {
	kept := (*h)[:0]
	for _, f := range *h {
		if !sameName(f.Name, name) {
			kept = append(kept, f)
		}
	}
	clear((*h)[len(kept):])
	*h = kept
}

// Clone returns a copy.
func (h Header) Clone() Header { return append(Header(nil), h...) }

// hasToken says whether a list field called name holds an option (RFC 9110
// section 5.6.1).
func (h Header) hasToken(name, token string) bool {
	for i := range h {
		if sameName(h[i].Name, name) && tokenIn(h[i].Value, token) {
			return true
		}
	}
	return false
}

func tokenIn(list, token string) bool {
	for option := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(strings.Trim(option, " \t"), token) {
			return true
		}
	}
	return false
}

// readHead copies a head: its bytes become one string, of which all names and
// values are parts. fields is where the list may be put.
func readHead(h *http1.Head, fields []Field) (raw string, header Header) {
	raw = string(h.Raw)
	return raw, readFields(raw, h.Fields, fields)
}

func readFields(raw string, from []http1.Field, fields []Field) Header {
	if len(from) > cap(fields) {
		fields = make([]Field, 0, len(from))
	}
	for i := range from {
		f := &from[i]
		fields = append(fields, Field{spanOf(raw, f.Name), spanOf(raw, f.Value)})
	}
	return fields
}

// readTrailers copies a trailer section, which may be nil.
func readTrailers(s *http1.Section) Header {
	if s == nil {
		return nil
	}
	return readFields(string(s.Raw), s.Fields, nil)
}

func spanOf(raw string, s http1.Span) string { return raw[s.Off : s.Off+s.Len] }
