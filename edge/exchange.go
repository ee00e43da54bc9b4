package edge

import (
	"net/netip"
	"time"

	"github.com/sluice-http/sluice/edge/tally"
	"github.com/sluice-http/sluice/http1/http1net"
)

// Exchange is one request on its way through the edge, and what is known of its
// answer. One goroutine at a time uses it.
type Exchange struct {
	Method string
	Target string // as in the request line
	Host   string // the authority, as it came
	// Path is the result of CleanPath, of what stands behind scheme and authority where the
	// target has them; "" when it is no path, as of OPTIONS * and CONNECT.
	Path   string
	Query  string
	Header http1net.Header
	Major  int
	Minor  int
	Length int64 // of the request's body as announced; -1: not known yet

	Peer   netip.Addr // of the connection; the zero Addr on a Unix socket
	Client netip.Addr // behind trusted proxies; see ClientAddress
	Secure bool       // the connection is TLS, or a trusted proxy says that the client's was
	// Trusted says that the peer is a proxy that is believed.
	Trusted bool
	Port    int // the listener's; 0 on a Unix socket
	// ToHTTPS is the port to which the listener sends everybody who does not come by
	// TLS; 0: it serves.
	ToHTTPS int

	ID    string // of the request, for logs and the application; may be empty
	named bool   // the ID was made here
	// IDField is the field that names the request towards the application.
	IDField   string
	Route     *Route // nil when none matches
	Params    []Param
	param     [1]Param // of Params
	malformed bool     // the path has %xx that means nothing
	passed    []string // methods of more exact routes of this path
	Start     time.Time
	Worker    int // the number of the worker; 0 where there are none

	// BodyLimit is how long the request's body may be; 0 is no limit. The server that
	// reads the body enforces it, with 413.
	BodyLimit int64
	// Timeout is how long the answer may take, and FirstByte how long until it begins;
	// 0 is no limit. The server enforces them.
	Timeout, FirstByte time.Duration
	// Encode compresses the answer's body; set by the layer that looks at its head.
	Encode *Encoder

	// Refused is why the edge does not let the request through: for metrics and logs.
	Refused tally.Reason
	// Broken is what was wrong with a request that was refused as it was read: for logs.
	Broken string

	engine *Engine
	live   bool // the engine waits for it
	layers []step
	next   int    // the layer that comes next
	user   string // authenticated by name and password
	// Texts is memory for texts that layers make in Request and Head, not elsewhere; it
	// may be nil.
	Texts *Texts
	// Tallies puts together what is counted of many exchanges; nil: each is counted at once.
	Tallies *tally.Batch
	// Batch is what many exchanges have together; it may be nil.
	Batch *Batch

	*room
}

// room is memory of an exchange that stays with it when it is used again.
type room struct {
	fields [16]http1net.Field
	params [4]Param // of Params, where there is more than one

	// The usual answer from a file.
	answer       Answer
	answerFields [20]http1net.Field
	section      [1]Section
}

// space is the exchange's room, made when it is first used.
func (x *Exchange) space() *room {
	if x.room == nil {
		x.room = &room{}
	}
	return x.room
}

// Reset makes x the exchange of another request.
func (x *Exchange) Reset() {
	r := x.room
	*x = Exchange{} // in place, where a literal would be made first and copied then
	x.room = r
}

// Keeps says that the texts of the exchange may be kept by somebody when it is done: by
// layers that are not the edge's own.
func (x *Exchange) Keeps() bool { return x.engine != nil && x.engine.foreign }

// Answer is an answer that the edge gives itself.
type Answer struct {
	Status int
	Header http1net.Header
	// Body is what is sent, or, with File, what is sent before its first section.
	Body []byte
	// File is closed by who sends the answer, with its own Close: other answers may use
	// it too. Its Sections are sent one after the other, each behind its Prefix, and
	// Tail at the end.
	File     *OpenFile
	Sections []Section
	Tail     []byte
	// Close ends the connection after the answer.
	Close bool
	// plain says that Body is the server's own short text, which an error page may
	// replace.
	plain bool
}

// Section is a part of a file.
type Section struct {
	Prefix         []byte
	Offset, Length int64
}

// Length is how long the body is.
func (a *Answer) Length() int64 {
	n := int64(len(a.Body)) + int64(len(a.Tail))
	for _, s := range a.Sections {
		n += int64(len(s.Prefix)) + s.Length
	}
	return n
}

// Head is the head of a final answer, the application's or the edge's own, before it
// is sent.
type Head struct {
	Status int
	Header http1net.Header
	Length int64 // of the body; -1 when it is not known
	Own    bool  // the edge answers, not the application
}

// Sent is what is known when an exchange is over.
type Sent struct {
	Status   int   // 0 when no head was sent
	Bytes    int64 // of the answer's body
	Received int64 // of the request's body
	Duration time.Duration
	Aborted  bool // the client left, or the answer was cut
}

// A Layer is one piece of middleware. Each is made once for each route and then used
// for many exchanges at once; what it remembers it guards.
//
// Request may change the exchange, and answers with a non-nil Answer, or, where it
// would have to wait (for a file, a hash, another service), returns a function that is
// run elsewhere and whose answer counts. It must not block: it runs on the thread that
// serves all connections of a worker.
//
// Head sees the head of the answer, in the reverse order of the layers, and may change
// it; it runs for every layer whose Request has run. Done is told at the very end.
//
// The edge's own layers keep none of the exchange's texts beyond Done without copying
// them: they lie in memory that the next request is written over.
type Layer interface {
	Request(x *Exchange) (*Answer, func() *Answer)
	Head(x *Exchange, h *Head)
	Done(x *Exchange, s Sent)
}

// Base is a Layer that does nothing: for layers to embed, which then have the methods
// that they need.
type Base struct{}

// Request implements Layer.
func (Base) Request(*Exchange) (*Answer, func() *Answer) { return nil, nil }

// Head implements Layer.
func (Base) Head(*Exchange, *Head) {}

// Done implements Layer.
func (Base) Done(*Exchange, Sent) {}

// Text is an answer with the server's own short text for a status, which an error page
// may replace.
func Text(status int) *Answer { return text(status) }

// text is an answer with a short text, as the server itself gives it.
func text(status int) *Answer {
	a := &Answer{Status: status, plain: true}
	if status != 204 && status != 304 {
		a.Header = http1net.Header{{Name: "Content-Type", Value: "text/plain; charset=utf-8"}}
		a.Body = []byte(statusText(status) + "\n")
	}
	return a
}
