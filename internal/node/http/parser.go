package http

import (
	"github.com/sluice-http/sluice/http1"
	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// A parser for streams that are in JavaScript: every response of the client, and
// whoever uses HTTPParser. JavaScript feeds bytes and gets what they are as one list:
// how many were consumed, and then for each event its number and its values.
const (
	parsedHead     = 1 // major, minor, method or status, target or reason, fields, keepAlive, upgrade, isRequest; the last of its list
	parsedBody     = 2 // offset in the input, length
	parsedComplete = 3 // trailers, or undefined
	parsedUpgrade  = 4 // the rest is not HTTP; the last of its list
	parsedError    = 5 // code, reason, offset in the input; the last of its list
	parsedBegin    = 6 // a message begins whose head is not complete yet
)

type parsers struct {
	list []*parser
	free []int
	out  []any
	line []byte
}

// parser is one parser and whether the message it reads has been announced.
type parser struct {
	*http1.Parser
	begun bool
}

// ParserModule is internalBinding('http_parser').
var ParserModule = node.Module{Name: "http_parser", New: func(*node.Env) map[string]v8.Func {
	ps := &parsers{}
	with := func(f func(c *v8.Call, p *parser)) v8.Func {
		return func(c *v8.Call) {
			if i := c.Int(0); i >= 0 && i < len(ps.list) && ps.list[i] != nil {
				f(c, ps.list[i])
			}
		}
	}
	return map[string]v8.Func{
		// open(role, maxHeaderSize, lenient) returns a number.
		"open": func(c *v8.Call) { c.Return(ps.open(parserOptions(c, 0))) },
		// reset(parser, role, maxHeaderSize, lenient): it begins anew.
		"reset": with(func(c *v8.Call, p *parser) { p.begun = false; p.Reset(parserOptions(c, 1)) }),
		// feed(parser, bytes, offset, decision): the decision, 0 or more, is about the head that ended the last list.
		"feed": with(func(c *v8.Call, p *parser) {
			if d := c.Int(3); d >= 0 {
				p.Decide(http1.Decision(d))
			}
			c.Return(ps.feed(p, c.Bytes(1), c.Int(2)))
		}),
		// finish(parser): no more bytes will come.
		"finish": with(func(c *v8.Call, p *parser) {
			ps.out = append(ps.out[:0], 0)
			ps.event(p, p.Finish(), 0)
			c.Return(ps.out)
		}),
		"close":      with(func(c *v8.Call, _ *parser) { ps.close(c.Int(0)) }),
		"allMethods": func(c *v8.Call) { c.Return(http1.AllMethods()) },
		// httpMethods(): those of them that are HTTP's, sorted.
		"httpMethods": func(c *v8.Call) { c.Return(http1.Methods()) },
		"knownNames":  func(c *v8.Call) { c.Return(http1.KnownTitles()) },
	}
}}

func parserOptions(c *v8.Call, i int) (http1.Role, *http1.Options) {
	o := &http1.Options{Lenient: http1.Leniency(c.Int64(i + 2))}
	o.Limits.HeaderBytes = c.Int(i + 1)
	// JavaScript cuts after maxHeadersCount: here only the bytes count, of which a field has three or more.
	o.Limits.HeaderFields = max(http1.DefaultHeaderFields, o.Limits.HeaderBytes/3)
	return http1.Role(c.Int(i)), o
}

func (ps *parsers) open(role http1.Role, o *http1.Options) int {
	p := &parser{Parser: http1.NewParser(role, o)}
	if n := len(ps.free); n > 0 {
		i := ps.free[n-1]
		ps.free = ps.free[:n-1]
		ps.list[i] = p
		return i
	}
	ps.list = append(ps.list, p)
	return len(ps.list) - 1
}

func (ps *parsers) close(i int) {
	ps.list[i].Reset(http1.RoleEither, nil)
	ps.list[i] = nil
	ps.free = append(ps.free, i)
}

// feed parses in[off:] up to the next head.
func (ps *parsers) feed(p *parser, in []byte, off int) []any {
	ps.out = append(ps.out[:0], 0)
	for {
		ev, n := p.Next(in[off:])
		start := off
		off += n
		if (ev == http1.EventMore || ev == http1.EventError) && !p.begun && p.hasBegun() {
			p.begun = true
			ps.out = append(ps.out, parsedBegin)
		}
		if ps.event(p, ev, start) {
			ps.out[0] = off
			return ps.out
		}
		if ev == http1.EventBody {
			body := p.Body()
			ps.out = append(ps.out, parsedBody, off-len(body), len(body))
		}
	}
}

// hasBegun says whether there is a message whose first byte has been seen, or was
// refused.
func (p *parser) hasBegun() bool {
	err := p.Err()
	return p.InMessage() || err != nil && err.Code != http1.CodeClosedConnection && err.Reason != "Expected CRLF before message"
}

// event appends what was found, and says whether the list ends here.
func (ps *parsers) event(p *parser, ev http1.Event, start int) bool {
	switch ev {
	case http1.EventHead:
		p.begun = true
		ps.head(p.Head())
		return true
	case http1.EventComplete:
		p.begun = false
		var trailers any
		if t := p.Trailers(); t != nil {
			trailers = ps.fields(t)
		}
		ps.out = append(ps.out, parsedComplete, trailers)
		return false
	case http1.EventUpgrade:
		ps.out = append(ps.out, parsedUpgrade)
		return true
	case http1.EventError:
		err := p.Err()
		ps.out = append(ps.out, parsedError, err.Code.String(), err.Reason, start+err.InputOffset)
		return true
	}
	return ev == http1.EventMore
}

func (ps *parsers) head(h *http1.Head) {
	number, text := int(h.Status), h.Reason
	if h.Request {
		number, text = int(h.Method), h.Target
	}
	ps.out = append(ps.out, parsedHead, int(h.Major), int(h.Minor), number, v8.Latin1(h.Bytes(text)), ps.fields(&h.Section),
		h.Has(http1.FlagKeepAlive), h.Has(http1.FlagUpgrade), h.Request)
}

// fields is a section as text, for one that stays when the parser goes on.
func (ps *parsers) fields(s *http1.Section) v8.Latin1 {
	ps.line = appendFields(ps.line[:0], s)
	return append(v8.Latin1(nil), ps.line...)
}

// A known name is two characters, its spelling and its number: JavaScript has the
// strings, and neither cuts them out of the text nor looks them up. No other name
// begins with such a character. See internal/http/incoming_headers.js.
const (
	markTitle = 0x80
	markLower = 0x81
)

// appendFields appends the field lines, each with its end: names and values as
// "Name: value", or a known name's two characters and the value.
func appendFields(dst []byte, s *http1.Section) []byte {
	for i := range s.Fields {
		dst = appendField(dst, s, i)
	}
	return dst
}

func appendField(dst []byte, s *http1.Section, i int) []byte {
	switch f := &s.Fields[i]; {
	case f.ID != 0 && f.Spelling == http1.SpelledTitle:
		dst = appendTitle(dst, f.ID)
	case f.ID != 0 && f.Spelling == http1.SpelledLower:
		dst = append(dst, markLower, byte(f.ID))
	default:
		dst = append(append(dst, s.Name(i)...), ": "...)
	}
	return append(append(dst, s.Value(i)...), "\r\n"...)
}

// appendTitle appends the name of a field that JavaScript knows.
func appendTitle(dst []byte, id http1.FieldID) []byte { return append(dst, markTitle, byte(id)) }

// appendKnown appends a line with a field that JavaScript knows.
func appendKnown(dst []byte, id http1.FieldID, value string) []byte {
	return append(append(appendTitle(dst, id), value...), "\r\n"...)
}
