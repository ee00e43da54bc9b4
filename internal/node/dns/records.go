package dns

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/sluice-http/sluice/internal/v8"
)

// Types that dnsmessage has no name for.
const (
	typeNAPTR dnsmessage.Type = 35
	typeTLSA  dnsmessage.Type = 52
	typeCAA   dnsmessage.Type = 257
)

var queryTypes = map[string]dnsmessage.Type{
	"queryAny": dnsmessage.TypeALL, "queryA": dnsmessage.TypeA, "queryAaaa": dnsmessage.TypeAAAA, "queryCaa": typeCAA,
	"queryCname": dnsmessage.TypeCNAME, "queryMx": dnsmessage.TypeMX, "queryNs": dnsmessage.TypeNS, "queryTlsa": typeTLSA,
	"queryTxt": dnsmessage.TypeTXT, "querySrv": dnsmessage.TypeSRV, "queryPtr": dnsmessage.TypePTR,
	"queryNaptr": typeNAPTR, "querySoa": dnsmessage.TypeSOA, "getHostByAddr": dnsmessage.TypePTR,
}

// result makes of an answer what Node gives for the operation; or the name of an error.
func result(operation string, m *dnsmessage.Message) any {
	m.Answers = slices.DeleteFunc(m.Answers, func(r dnsmessage.Resource) bool { return r.Header.Class != dnsmessage.ClassINET })
	switch operation {
	case "queryA", "queryAaaa":
		return addresses(queryTypes[operation], m)
	case "queryCname":
		return alias(m)
	case "queryAny":
		return everything(m)
	}
	records, ok := ofType(queryTypes[operation], m, false)
	switch {
	case !ok:
		return errBadResponse
	case len(records) == 0:
		return errNoData
	case operation == "querySoa":
		return records[0]
	}
	return records
}

// ofType are the values of the records of one type.
func ofType(kind dnsmessage.Type, m *dnsmessage.Message, inAny bool) ([]any, bool) {
	records := []any{}
	for i := range m.Answers {
		if m.Answers[i].Header.Type != kind {
			continue
		}
		v, ok := value(&m.Answers[i], inAny)
		if !ok {
			return nil, false
		}
		if v != nil {
			records = append(records, v)
		}
	}
	return records, true
}

// addresses of a name live no longer than the aliases that lead to them.
func addresses(kind dnsmessage.Type, m *dnsmessage.Message) any {
	aliases := false
	for i := range m.Answers {
		if h := &m.Answers[i].Header; h.Type == dnsmessage.TypeCNAME {
			aliases = true
			for j := range m.Answers {
				m.Answers[j].Header.TTL = min(m.Answers[j].Header.TTL, h.TTL)
			}
		}
	}
	records, _ := ofType(kind, m, false)
	if len(records) == 0 && !aliases {
		return errNoData
	}
	return records
}

// alias is one name in a list: the first that the name is an alias of, or itself where it has addresses.
func alias(m *dnsmessage.Message) any {
	if names, _ := ofType(dnsmessage.TypeCNAME, m, false); len(names) > 0 {
		return names[:1]
	}
	for i := range m.Answers {
		if kind := m.Answers[i].Header.Type; kind == dnsmessage.TypeA || kind == dnsmessage.TypeAAAA {
			return []any{text(m.Questions[0].Name)}
		}
	}
	return errNoData
}

// everything is the answer to ANY, in Node's order of types. Where there is an alias, addresses are not shown.
func everything(m *dnsmessage.Message) any {
	kinds := []dnsmessage.Type{
		dnsmessage.TypeA, dnsmessage.TypeAAAA, dnsmessage.TypeMX, dnsmessage.TypeNS, dnsmessage.TypeTXT, dnsmessage.TypeSRV,
		dnsmessage.TypePTR, typeNAPTR, dnsmessage.TypeSOA, typeTLSA, typeCAA,
	}
	if slices.ContainsFunc(m.Answers, func(r dnsmessage.Resource) bool { return r.Header.Type == dnsmessage.TypeCNAME }) {
		kinds[0] = dnsmessage.TypeCNAME
	}
	all := []any{}
	for _, kind := range kinds {
		records, ok := ofType(kind, m, true)
		if !ok {
			return errBadResponse
		}
		all = append(all, records...)
	}
	if len(all) == 0 {
		return errNoData
	}
	return all
}

// text is a name as zone files have it: without the final dot, and what is special there escaped.
func text(n dnsmessage.Name) string {
	name := n.Data[:n.Length]
	if len(name) > 0 && name[len(name)-1] == '.' {
		name = name[:len(name)-1]
	}
	var s strings.Builder
	for _, c := range name {
		switch {
		case c < ' ' || c > '~':
			fmt.Fprintf(&s, `\%03d`, c)
		case strings.IndexByte(`";\()@$`, c) >= 0:
			s.WriteByte('\\')
			s.WriteByte(c)
		default:
			s.WriteByte(c)
		}
	}
	return s.String()
}

func typed(any bool, kind string, o v8.Object) v8.Object {
	if any {
		o = append(o, v8.Property{Key: "type", Value: kind})
	}
	return o
}

// marked is typed for the records that have the property in any case, be it undefined.
func marked(any bool, kind string, o v8.Object) v8.Object {
	if any {
		return typed(true, kind, o)
	}
	return append(o, v8.Property{Key: "type", Value: nil})
}

// value is one record; in an answer to ANY it says its type, and some say it always. nil: Node does not show it.
func value(r *dnsmessage.Resource, any bool) (v any, ok bool) {
	ttl := int64(r.Header.TTL)
	switch b := r.Body.(type) {
	case *dnsmessage.AResource:
		return address(netip.AddrFrom4(b.A), ttl, "A", any), true
	case *dnsmessage.AAAAResource:
		return address(netip.AddrFrom16(b.AAAA), ttl, "AAAA", any), true
	case *dnsmessage.CNAMEResource:
		return named(text(b.CNAME), "CNAME", any), true
	case *dnsmessage.NSResource:
		return named(text(b.NS), "NS", any), true
	case *dnsmessage.PTRResource:
		return named(text(b.PTR), "PTR", any), true
	case *dnsmessage.MXResource:
		return typed(true, "MX", v8.Object{{Key: "exchange", Value: text(b.MX)}, {Key: "priority", Value: int(b.Pref)}}), true
	case *dnsmessage.SRVResource:
		return typed(true, "SRV", v8.Object{
			{Key: "name", Value: text(b.Target)}, {Key: "port", Value: int(b.Port)},
			{Key: "priority", Value: int(b.Priority)}, {Key: "weight", Value: int(b.Weight)},
		}), true
	case *dnsmessage.TXTResource:
		if len(b.TXT) == 0 {
			return nil, false
		}
		if any {
			return typed(true, "TXT", v8.Object{{Key: "entries", Value: latin1(b.TXT)}}), true
		}
		return latin1(b.TXT), true
	case *dnsmessage.SOAResource:
		return marked(any, "SOA", v8.Object{
			{Key: "nsname", Value: text(b.NS)}, {Key: "hostmaster", Value: text(b.MBox)}, {Key: "serial", Value: int64(b.Serial)},
			{Key: "refresh", Value: int64(b.Refresh)}, {Key: "retry", Value: int64(b.Retry)},
			{Key: "expire", Value: int64(b.Expire)}, {Key: "minttl", Value: int64(b.MinTTL)},
		}), true
	case *dnsmessage.UnknownResource:
		return unknown(b.Type, b.Data, any)
	}
	return nil, true
}

// latin1 is what Node makes of the bytes of texts.
func latin1(texts []string) []any {
	out := make([]any, len(texts))
	for i, text := range texts {
		out[i] = v8.Latin1(text)
	}
	return out
}

func address(ip netip.Addr, ttl int64, kind string, inAny bool) any {
	if inAny {
		return typed(true, kind, v8.Object{{Key: "address", Value: ip.String()}, {Key: "ttl", Value: ttl}})
	}
	return []any{ip.String(), ttl}
}

func named(name, kind string, inAny bool) any {
	if inAny {
		return typed(true, kind, v8.Object{{Key: "value", Value: name}})
	}
	return name
}

func unknown(kind dnsmessage.Type, data []byte, any bool) (v any, ok bool) {
	switch kind {
	case typeCAA:
		if len(data) < 2 || len(data) <= 2+int(data[1]) { // a value is at least one byte
			return nil, false
		}
		tag := data[2 : 2+data[1]]
		return v8.Object{
			{Key: "critical", Value: int(data[0])}, {Key: "type", Value: "CAA"},
			{Key: string(tag), Value: string(data[2+data[1]:])},
		}, true
	case typeTLSA:
		if len(data) < 3 {
			return nil, false
		}
		return typed(any, "TLSA", v8.Object{
			{Key: "certUsage", Value: int(data[0])}, {Key: "selector", Value: int(data[1])},
			{Key: "match", Value: int(data[2])}, {Key: "data", Value: data[3:]},
		}), true
	case typeNAPTR:
		return naptr(data, any)
	}
	return nil, true
}

// naptr reads the record of RFC 3403; its names are not compressed.
func naptr(data []byte, any bool) (v any, ok bool) {
	if len(data) < 4 {
		return nil, false
	}
	order, preference := binary.BigEndian.Uint16(data), binary.BigEndian.Uint16(data[2:])
	rest := data[4:]
	var texts [3]string
	for i := range texts {
		if len(rest) == 0 || len(rest) < 1+int(rest[0]) {
			return nil, false
		}
		texts[i], rest = string(rest[1:1+rest[0]]), rest[1+rest[0]:]
	}
	var labels []string
	for len(rest) > 0 && rest[0] != 0 {
		if rest[0] > 63 || len(rest) < 1+int(rest[0]) {
			return nil, false
		}
		labels, rest = append(labels, string(rest[1:1+rest[0]])), rest[1+rest[0]:]
	}
	return marked(any, "NAPTR", v8.Object{
		{Key: "flags", Value: texts[0]}, {Key: "service", Value: texts[1]}, {Key: "regexp", Value: texts[2]},
		{Key: "replacement", Value: strings.Join(labels, ".")}, {Key: "order", Value: int(order)},
		{Key: "preference", Value: int(preference)},
	}), true
}
