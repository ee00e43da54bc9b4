package http

import (
	"strings"

	"github.com/sluice-http/sluice/http1"
)

// What the application is told of the client: by the fields with which a proxy tells it.
// Those that came are the edge's business: nobody but a trusted proxy may say who the
// client is, and what it says the edge has judged (edge.ClientAddress).

var (
	fieldForwarded      = http1.LookupField("forwarded")
	fieldForwardedFor   = http1.LookupField("x-forwarded-for")
	fieldForwardedProto = http1.LookupField("x-forwarded-proto")
	fieldForwardedHost  = http1.LookupField("x-forwarded-host")
	fieldForwardedPort  = http1.LookupField("x-forwarded-port")
	fieldForwardedBy    = http1.LookupField("x-forwarded-server")
	fieldRealIP         = http1.LookupField("x-real-ip")
)

// keeps says whether a field of the request goes on to the application.
func (x *exchange) keeps(name string, id http1.FieldID) bool {
	switch id {
	case 0:
	case fieldForwarded, fieldForwardedFor, fieldForwardedProto:
		return false
	case fieldForwardedHost, fieldForwardedPort, fieldForwardedBy, fieldRealIP:
		return x.Trusted
	}
	return x.IDField == "" || len(name) != len(x.IDField) || !strings.EqualFold(name, x.IDField)
}

// appendOthers appends the field lines that the edge leaves as they came.
func appendOthers(b []byte, x *exchange, s *http1.Section) []byte {
	for i := range s.Fields {
		if x.keeps(x.Header[i].Name, s.Fields[i].ID) {
			b = appendField(b, s, i)
		}
	}
	return b
}

// appendForwarded appends what the edge says of the client.
func (c *conn) appendForwarded(b []byte, x *exchange) []byte {
	k := c.edge
	if k.forwards == nil || k.client != x.Client || x.Trusted {
		k.client = x.Client
		k.forwards = appendClient(k.forwards[:0], x)
	}
	b = append(b, k.forwards...)
	if x.Host != "" && !(x.Trusted && x.Header.Has("X-Forwarded-Host")) {
		b = appendKnown(b, fieldForwardedHost, x.Host)
	}
	return b
}

// appendClient appends what does not change on a connection, unless a trusted proxy
// says it.
func appendClient(b []byte, x *exchange) []byte {
	if x.Client.IsValid() {
		b = append(x.Client.AppendTo(appendTitle(b, fieldForwardedFor)), "\r\n"...)
	}
	proto := "http"
	if x.Secure {
		proto = "https"
	}
	return appendKnown(b, fieldForwardedProto, proto)
}
