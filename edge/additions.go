package edge

import (
	"bytes"
	"strings"

	"github.com/sluice-http/sluice/http1"
)

// step is a layer on a route, with what it does at all: most have one thing to do.
type step struct {
	Layer
	does uint8
}

const (
	looksAtRequests uint8 = 1 << iota
	looksAtHeads
	looksAtEnds
)

func steps(layers []Layer) []step {
	all := make([]step, len(layers))
	for i, l := range layers {
		all[i] = step{l, does(l)}
	}
	return all
}

func does(l Layer) uint8 {
	switch l.(type) {
	case *accessLog:
		return looksAtEnds
	case errorPages:
		return 0 // it is asked by Dress
	case access, bodyLimit, timeouts, *rateLimit, *basicAuth:
		return looksAtRequests
	case setHeaders, securityHeaders, compression:
		return looksAtHeads
	case requestID, *cors:
		return looksAtRequests | looksAtHeads
	}
	return looksAtRequests | looksAtHeads | looksAtEnds
}

// Additions is what the layers of a route do with most heads of the application's answers:
// they add lines, unless the fields are there, and that is all. Whoever has the bytes of
// a head then needs not take it apart.
type Additions struct {
	lines, secure []byte // secure are those of secure connections
	id            string // the field that is added with Exchange.ID; "": none
	// Short is the length from which on a body of a known length may be compressed, when
	// its type is named; -1: none is.
	Short int64

	names   []string
	lengths uint64 // a bit for each length of a name
}

// headWork says whether layers do anything with heads, and what, where it is no more than
// Additions: of nothing, where they do nothing.
func headWork(layers []step) (looks bool, adds *Additions) {
	a := &Additions{Short: -1}
	for i := len(layers) - 1; i >= 0; i-- {
		if layers[i].does&looksAtHeads == 0 {
			continue
		}
		looks = true
		if a != nil && !a.take(layers[i].Layer) {
			a = nil
		}
	}
	if a != nil && a.id != "" {
		// The last of the lines, as far as it is the same in all answers.
		a.lines, a.secure = append(append(a.lines, a.id...), ": "...), append(append(a.secure, a.id...), ": "...)
	}
	return looks, a
}

// Append appends the lines that are added to an answer's head, and the empty one behind them.
func (a *Additions) Append(b []byte, x *Exchange) []byte {
	if x.Secure {
		b = append(b, a.secure...)
	} else {
		b = append(b, a.lines...)
	}
	if a.id != "" {
		b = append(append(b, x.ID...), "\r\n"...)
	}
	return append(b, "\r\n"...)
}

// take adds a layer, and says whether it is one that only adds.
func (a *Additions) take(l Layer) bool {
	switch l := l.(type) {
	case requestID:
		return a.id == "" && a.name(l.header) && a.setID(l.header)
	case securityHeaders:
		return l.addTo(a)
	case setHeaders:
		return l.addTo(a)
	case compression:
		a.Short = int64(l.c.MinSize)
		return true
	}
	return false
}

func (a *Additions) setID(name string) bool {
	a.id = name
	return true
}

// addTo puts the layer's fields into a.
func (l securityHeaders) addTo(a *Additions) bool {
	for _, f := range l.fields {
		if !a.name(f[0]) {
			return false
		}
		a.lines = appendLine(a.lines, f[0], f[1])
	}
	a.secure = bytes.Clone(a.lines) // no layer before this one adds lines
	if l.hsts != "" {
		a.secure = appendLine(a.secure, strictTransport, l.hsts)
		return a.name(strictTransport)
	}
	return true
}

// addTo puts the layer's fields into a. What is to be taken away must be seen only where
// it is there.
func (l setHeaders) addTo(a *Additions) bool {
	for _, name := range l.names {
		if !a.name(name) || concernsConnection(name) {
			return false
		}
		if v := l.values[name]; v != "" {
			a.lines, a.secure = appendLine(a.lines, name, v), appendLine(a.secure, name, v)
		}
	}
	return true
}

// concernsConnection says that a field is not for layers to say.
func concernsConnection(name string) bool {
	switch http1.LookupField(name) {
	case http1.FieldConnection, http1.FieldKeepAlive, http1.FieldContentLength, http1.FieldTransferEncoding:
		return true
	}
	return false
}

const strictTransport = "Strict-Transport-Security"

// name notes a field that is added unless it is there. It is false for one that is there
// already.
func (a *Additions) name(name string) bool {
	if len(name) > 63 || a.Has([]byte(name)) {
		return false
	}
	a.names = append(a.names, name)
	a.lengths |= 1 << len(name)
	return true
}

// Has says whether the field is one of those that are added.
func (a *Additions) Has(name []byte) bool {
	if a.lengths>>(len(name)&63)&1 == 0 {
		return false
	}
	for _, n := range a.names {
		if len(n) == len(name) && strings.EqualFold(n, string(name)) {
			return true
		}
	}
	return false
}

// Additions are all that the layers do with a head of the application that has none of
// their fields, and whose body is not compressed; nil: the layers must see it.
func (x *Exchange) Additions() *Additions { return x.Route.adds }

func appendLine(b []byte, name, value string) []byte {
	return append(append(append(append(b, name...), ": "...), value...), "\r\n"...)
}
