package http1

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// difference is a way in which we differ from Node on purpose even with every
// bit of NodeCompatible set.
type difference struct {
	why string
	is  func(c *comparison) bool
}

type comparison struct {
	role      Role
	lenient   Leniency
	decide    Decision
	msg       string
	got, want []any
	g, w      []any // the last event of each
}

func (c *comparison) reason(s string) bool { return c.g[0] == "error" && c.g[2] == s }
func (c *comparison) nodes(s string) bool  { return c.w[0] == "error" && c.w[2] == s }

// asBefore says whether both agree up to where we refuse.
func (c *comparison) asBefore() bool {
	n := len(c.got) - 1
	return n <= len(c.want) && reflect.DeepEqual(c.got[:n], c.want[:n])
}

// common is how many events both begin with.
func (c *comparison) common() int {
	i := 0
	for i < len(c.got) && i < len(c.want) && reflect.DeepEqual(c.got[i], c.want[i]) {
		i++
	}
	return i
}

// lastHead is the last head before the traces part, or where they do, nil when
// there is none.
func (c *comparison) lastHead() []any {
	for i := min(c.common(), len(c.got)-1); i >= 0; i-- {
		if ev := c.got[i].([]any); ev[0] == "head" {
			return ev
		}
	}
	return nil
}

// firstIs says whether the first of our events that is not Node's is one of
// those.
func (c *comparison) firstIs(names ...any) bool {
	i := c.common()
	return i < len(c.got) && slices.Contains(names, c.got[i].([]any)[0])
}

func informational(head []any) bool {
	return head != nil && head[4].(float64) >= 100 && head[4].(float64) < 200
}

var (
	emptyLines          = regexp.MustCompile(`[\r\n]{17}`)
	controlInConnection = regexp.MustCompile(`(?i)connection:[^\r\n]*[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]`)
)

var (
	lineWithoutCR = regexp.MustCompile(`(/\d\.\d|[0-9a-fA-F])\n`)
	lastChunk     = regexp.MustCompile(`[\r\n]0+[;\r\n \t]`)
	longLength    = regexp.MustCompile(`(?i)content-length:[ \t]*\d{19}`)
	lengths       = regexp.MustCompile(`(?i)content-length:[ \t]*\d`)
	noBody        = regexp.MustCompile(`/\d\.\d (1\d\d|204|304)`)
	longSize      = regexp.MustCompile(`[0-9a-fA-F]{16}`)
)

var differences = []difference{
	{"a request whose framing is invalid is not delivered first", func(c *comparison) bool {
		n := len(c.got)
		if !c.reason("Request has invalid `Transfer-Encoding`") || !c.asBefore() {
			return false
		}
		return c.decide != Proceed || len(c.want) == n+1 && reflect.DeepEqual(c.g, c.w)
	}},
	{"no folding of fields that frame or route", func(c *comparison) bool {
		return c.lenient&LenientHeaders != 0 && (c.reason("Unexpected whitespace after header value") || c.reason("Invalid header value char"))
	}},
	{"white space before a value counts as header bytes from the second on", func(c *comparison) bool {
		return c.reason("Header overflow") && regexp.MustCompile(`:[ \t]{2}|:\r\n[ \t]`).MatchString(c.msg)
	}},
	{"spaces in a request line count as header bytes from the second on", func(c *comparison) bool {
		return c.reason("Header overflow") && regexp.MustCompile(`(?m)^[A-Z_-]+  |  +HTTP/`).MatchString(c.msg)
	}},
	{"a folded value is one value", func(c *comparison) bool {
		return c.lenient&LenientHeaders != 0 && regexp.MustCompile(`(?i)connection:.*[\r\n][ \t]`).MatchString(c.msg)
	}},
	{"a name before spaces and a colon does not contain the spaces", func(c *comparison) bool {
		return c.lenient&LenientHeaders != 0 && regexp.MustCompile(`(?i)(connection|content-length|transfer-encoding|upgrade) `).MatchString(c.msg)
	}},
	{"an error in the body of a request that asks for an upgrade is an error", func(c *comparison) bool {
		n := len(c.want)
		return c.g[0] == "error" && c.w[0] != "error" && n > 1 && bodyOfUpgrade(c.want)
	}},
	{"no chunk of 2^59 bytes, nor of more than 16 digits", func(c *comparison) bool {
		return c.reason("Chunk size overflow") && longSize.MatchString(c.msg)
	}},
	{"no length of 2^63 bytes", func(c *comparison) bool {
		return c.reason("Content-Length overflow") && longLength.MatchString(c.msg) && c.asBefore()
	}},
	{"a length whose body was left out is forgotten with its message", func(c *comparison) bool {
		return c.lenient&LenientKeepAlive != 0 && len(lengths.FindAllString(c.msg, -1)) > 1 && noBody.MatchString(c.msg) && c.lastHead() != nil
	}},
	{"what follows chunked is looked at when the value is complete", func(c *comparison) bool {
		// Node ends a piece of the value there, and counts it.
		overflow := c.reason("Header overflow") && c.nodes("Header overflow") && regexp.MustCompile(`(?i)chunked[ \t]*,`).MatchString(c.msg)
		refused := c.g[0] == "error" || c.g[0] == "more" && c.asBefore()
		return overflow || refused && c.nodes("Invalid `Transfer-Encoding` header value")
	}},
	{"fields in trailers say nothing about the connection, and none may frame", func(c *comparison) bool {
		return lastChunk.MatchString(c.msg) && (closeInTrailers(c.want) || c.reason("Invalid `Transfer-Encoding` header value"))
	}},
	{"an informational response is never the last", func(c *comparison) bool {
		return c.role == RoleResponse && informational(c.lastHead()) && (c.nodes("Data after `Connection: close`") || c.firstIs("head", "more", "begin", "error", "body"))
	}},
	{"no informational response has a body", func(c *comparison) bool {
		return c.role == RoleResponse && informational(c.lastHead())
	}},
	{"more empty lines before a message than anybody sends", func(c *comparison) bool {
		return c.reason("Header overflow") && emptyLines.MatchString(c.msg) && c.asBefore()
	}},
	{"a tab behind several spaces in a request line is in the target, not in the version", func(c *comparison) bool {
		return c.reason("Invalid characters in url") && c.nodes("Expected HTTP/, RTSP/ or ICE/") && c.asBefore()
	}},
	{"options behind a control character in Connection count", func(c *comparison) bool {
		return c.lenient&(LenientHeaders|LenientHeaderValueRelaxed) != 0 && controlInConnection.MatchString(c.msg) && c.firstIs("head")
	}},
	{"a field that frames or routes has no control characters", func(c *comparison) bool {
		return (c.reason("Invalid header value char") || c.reason("Header overflow") && c.nodes("Header overflow")) &&
			c.lenient&(LenientHeaders|LenientHeaderValueRelaxed) != 0
	}},
	{"a form feed after a line without version is no matter of the target", func(c *comparison) bool {
		return c.reason("Invalid header token") && c.nodes("Invalid characters in url") && c.w[3] == c.g[3].(float64)+1
	}},
	{"one LF ends the request line and a chunk size where LF may", func(c *comparison) bool {
		return c.lenient&LenientOptionalCRBeforeLF != 0 && (lineWithoutCR.MatchString(c.msg) || c.nodes("Expected LF after chunk size"))
	}},
}

// closeInTrailers says whether trailers in a trace have a field that llhttp
// takes for a reason to close.
func closeInTrailers(events []any) bool {
	for _, ev := range events {
		if ev := ev.([]any); ev[0] == "complete" {
			for _, s := range ev[1].([]any) {
				switch strings.ToLower(s.(string)) {
				case "connection", "proxy-connection", "transfer-encoding":
					return true
				}
			}
		}
	}
	return false
}

// bodyOfUpgrade says whether the last head in a trace asks for an upgrade.
func bodyOfUpgrade(events []any) bool {
	for i := len(events) - 1; i >= 0; i-- {
		if ev := events[i].([]any); ev[0] == "head" {
			return ev[6] == true
		}
	}
	return false
}

// explain names the difference between two traces, "" when there is none, and
// says whether it is one of those we want.
func explain(role Role, lenient Leniency, decide Decision, msg string, got, want []any) (why string, wanted bool) {
	if reflect.DeepEqual(got, want) {
		return "", false
	}
	g, w := got[len(got)-1].([]any), want[len(want)-1].([]any)
	c := &comparison{role, lenient, decide, msg, got, want, g, w}
	for _, d := range differences {
		if d.is(c) {
			return d.why, true
		}
	}
	switch {
	case g[0] != "error" && w[0] != "error":
		return "events", false
	case g[0] != w[0]:
		return fmt.Sprint(g[0:min(3, len(g))], " is ", w[0:min(3, len(w))]), false
	case g[1] != w[1] || g[2] != w[2]:
		return fmt.Sprint(g[1:3], " is ", w[1:3]), false
	case c.asBefore():
		return fmt.Sprint("offset of ", g[1:3]), false
	}
	return "events before an error", false
}
