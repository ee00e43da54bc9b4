package dns

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/sluice-http/sluice/internal/v8"
)

// serve answers UDP and TCP questions on one port with what reply makes of them; nil: no answer.
func serve(t *testing.T, reply func(network string, q dnsmessage.Question, id uint16) []byte) string {
	t.Helper()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	tcp, err := net.Listen("tcp", udp.LocalAddr().String())
	if err != nil {
		t.Skip("the port is taken for TCP: ", err)
	}
	t.Cleanup(func() { udp.Close(); tcp.Close() })
	ask := func(network string, packet []byte) []byte {
		var p dnsmessage.Parser
		h, err := p.Start(packet)
		if err != nil {
			t.Error(err)
			return nil
		}
		q, err := p.Question()
		if err != nil {
			t.Error(err)
		}
		return reply(network, q, h.ID)
	}
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := udp.ReadFrom(buf)
			if err != nil {
				return
			}
			if out := ask("udp", buf[:n]); out != nil {
				_, _ = udp.WriteTo(out, from)
			}
		}
	}()
	go func() {
		for {
			c, err := tcp.Accept()
			if err != nil {
				return
			}
			var size [2]byte
			_, _ = io.ReadFull(c, size[:])
			packet := make([]byte, binary.BigEndian.Uint16(size[:]))
			_, _ = io.ReadFull(c, packet)
			out := ask("tcp", packet)
			_, _ = c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(out))), out...))
			c.Close()
		}
	}()
	return udp.LocalAddr().String()
}

func message(t *testing.T, id uint16, q dnsmessage.Question, h dnsmessage.Header, bodies ...dnsmessage.ResourceBody) []byte {
	t.Helper()
	h.ID, h.Response = id, true
	m := dnsmessage.Message{Header: h, Questions: []dnsmessage.Question{q}}
	for _, b := range bodies {
		m.Answers = append(m.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 60}, Body: b})
	}
	out, err := m.Pack()
	if err != nil {
		t.Error(err)
	}
	return out
}

func name(s string) dnsmessage.Name { return dnsmessage.MustNewName(s) }

// shown is a result as JSON, so that the order of properties counts.
func shown(v any) string {
	var plain func(v any) any
	plain = func(v any) any {
		switch v := v.(type) {
		case []any:
			out := []any{}
			for _, e := range v {
				out = append(out, plain(e))
			}
			return out
		case v8.Latin1:
			return string(v)
		case v8.Object:
			out := []any{}
			for _, p := range v {
				out = append(out, p.Key, plain(p.Value))
			}
			return out
		}
		return v
	}
	b, err := json.Marshal(plain(v))
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func newQuery(operation, host string, servers ...string) *query {
	return &query{name: host, kind: queryTypes[operation], servers: servers, timeout: 20 * time.Second, tries: 2}
}

func TestRecords(t *testing.T) {
	unknown := func(kind dnsmessage.Type, data ...byte) dnsmessage.ResourceBody {
		return &dnsmessage.UnknownResource{Type: kind, Data: data}
	}
	cases := []struct {
		operation string
		answers   []dnsmessage.ResourceBody
		want      string
	}{
		{"queryA", []dnsmessage.ResourceBody{&dnsmessage.CNAMEResource{CNAME: name("alias.org.")}, &dnsmessage.AResource{A: [4]byte{1, 2, 3, 4}}}, `[["1.2.3.4",60]]`},
		{"queryAaaa", []dnsmessage.ResourceBody{&dnsmessage.AAAAResource{AAAA: [16]byte{15: 1}}}, `[["::1",60]]`},
		{"queryMx", []dnsmessage.ResourceBody{&dnsmessage.MXResource{Pref: 5, MX: name("mail.org.")}}, `[["exchange","mail.org","priority",5,"type","MX"]]`},
		{"queryNs", []dnsmessage.ResourceBody{&dnsmessage.NSResource{NS: name("ns.org.")}}, `["ns.org"]`},
		{"queryCname", []dnsmessage.ResourceBody{&dnsmessage.CNAMEResource{CNAME: name("alias.org.")}}, `["alias.org"]`},
		{"queryPtr", []dnsmessage.ResourceBody{&dnsmessage.PTRResource{PTR: name("host.org.")}}, `["host.org"]`},
		{"queryTxt", []dnsmessage.ResourceBody{&dnsmessage.TXTResource{TXT: []string{"a", "b"}}}, `[["a","b"]]`},
		{"querySrv", []dnsmessage.ResourceBody{&dnsmessage.SRVResource{Priority: 1, Weight: 2, Port: 3, Target: name("srv.org.")}}, `[["name","srv.org","port",3,"priority",1,"weight",2,"type","SRV"]]`},
		{
			"querySoa",
			[]dnsmessage.ResourceBody{&dnsmessage.SOAResource{NS: name("ns.org."), MBox: name("me.org."), Serial: 4000000000, Refresh: 1, Retry: 2, Expire: 3, MinTTL: 4}},
			`["nsname","ns.org","hostmaster","me.org","serial",4000000000,"refresh",1,"retry",2,"expire",3,"minttl",4,"type",null]`,
		},
		{"queryCaa", []dnsmessage.ResourceBody{unknown(typeCAA, append([]byte{128, 5}, "issueca.org"...)...)}, `[["critical",128,"type","CAA","issue","ca.org"]]`},
		{"queryTlsa", []dnsmessage.ResourceBody{unknown(typeTLSA, 3, 1, 1, 0xab)}, `[["certUsage",3,"selector",1,"match",1,"data","qw=="]]`},
		{
			"queryNaptr",
			[]dnsmessage.ResourceBody{unknown(typeNAPTR, append([]byte{0, 1, 0, 2, 1, 's', 3, 'S', 'I', 'P', 0, 1, 'r', 3}, "org\x00"...)...)},
			`[["flags","s","service","SIP","regexp","","replacement","r.org","order",1,"preference",2,"type",null]]`,
		},
		{
			"queryAny",
			[]dnsmessage.ResourceBody{&dnsmessage.AResource{A: [4]byte{1, 2, 3, 4}}, &dnsmessage.TXTResource{TXT: []string{"x"}}},
			`[["address","1.2.3.4","ttl",60,"type","A"],["entries",["x"],"type","TXT"]]`,
		},
		{"queryMx", []dnsmessage.ResourceBody{&dnsmessage.AResource{}}, `"ENODATA"`},
		{"queryCaa", []dnsmessage.ResourceBody{unknown(typeCAA, 0, 9, 'x')}, `"EBADRESP"`},
		{"queryTlsa", []dnsmessage.ResourceBody{unknown(typeTLSA, 1)}, `"EBADRESP"`},
		{"queryNaptr", []dnsmessage.ResourceBody{unknown(typeNAPTR, 0, 1, 0, 2, 9)}, `"EBADRESP"`},
	}
	for _, c := range cases {
		server := serve(t, func(_ string, q dnsmessage.Question, id uint16) []byte {
			return message(t, id, q, dnsmessage.Header{}, c.answers...)
		})
		if got := shown(run(context.Background(), c.operation, newQuery(c.operation, "example.org", server))); got != c.want {
			t.Errorf("%s: %s, want %s", c.operation, got, c.want)
		}
	}
}

func TestErrorsOfServers(t *testing.T) {
	for code, want := range map[dnsmessage.RCode]string{
		dnsmessage.RCodeFormatError: errFormat, dnsmessage.RCodeServerFailure: errServerFail, dnsmessage.RCodeNameError: errNotFound,
		dnsmessage.RCodeNotImplemented: errNotImpl, dnsmessage.RCodeRefused: errRefused,
	} {
		server := serve(t, func(_ string, q dnsmessage.Question, id uint16) []byte {
			return message(t, id, q, dnsmessage.Header{RCode: code})
		})
		if got := run(context.Background(), "queryA", newQuery("queryA", "example.org", server)); got != want {
			t.Errorf("%v: %v, want %s", code, got, want)
		}
	}
	good := serve(t, func(_ string, q dnsmessage.Question, id uint16) []byte {
		return message(t, id, q, dnsmessage.Header{}, &dnsmessage.AResource{A: [4]byte{9, 9, 9, 9}})
	})
	bad := serve(t, func(_ string, q dnsmessage.Question, id uint16) []byte {
		return message(t, id, q, dnsmessage.Header{RCode: dnsmessage.RCodeServerFailure})
	})
	if got := shown(run(context.Background(), "queryA", newQuery("queryA", "example.org", bad, good))); got != `"ESERVFAIL"` {
		t.Errorf("an answer that says no is an answer: %s", got)
	}
	broken := serve(t, func(_ string, q dnsmessage.Question, id uint16) []byte { return []byte("xyz") })
	q := newQuery("queryA", "example.org", broken, good)
	if got := shown(run(context.Background(), "queryA", q)); got != `[["9.9.9.9",60]]` {
		t.Errorf("the second server was not asked: %s", got)
	}
	if len(q.failed) != 1 || q.failed[0] != broken || q.answered != good {
		t.Errorf("failed: %q, answered: %q", q.failed, q.answered)
	}
}

// What does not belong to the question is passed over: a guess must not become the answer.
func TestForeignAnswers(t *testing.T) {
	server := serve(t, func(_ string, q dnsmessage.Question, id uint16) []byte {
		other := q
		other.Name = name("other.org.")
		if q.Type == dnsmessage.TypeA {
			return message(t, id+1, q, dnsmessage.Header{}, &dnsmessage.AResource{})
		}
		return message(t, id, other, dnsmessage.Header{}, &dnsmessage.AAAAResource{})
	})
	for _, operation := range []string{"queryA", "queryAaaa"} {
		q := newQuery(operation, "example.org", server)
		q.timeout, q.tries = 30*time.Millisecond, 1
		if got := run(context.Background(), operation, q); got != errTimeout {
			t.Errorf("%s: %v", operation, got)
		}
	}
}

func TestTruncatedAnswerGoesOverTCP(t *testing.T) {
	server := serve(t, func(network string, q dnsmessage.Question, id uint16) []byte {
		if network == "udp" {
			return message(t, id, q, dnsmessage.Header{Truncated: true})
		}
		return message(t, id, q, dnsmessage.Header{}, &dnsmessage.TXTResource{TXT: []string{"over tcp"}})
	})
	if got := shown(run(context.Background(), "queryTxt", newQuery("queryTxt", "example.org", server))); got != `[["over tcp"]]` {
		t.Error(got)
	}
}

func TestTimeoutAndCancel(t *testing.T) {
	silent := serve(t, func(string, dnsmessage.Question, uint16) []byte { return nil })
	q := newQuery("queryA", "example.org", silent)
	q.timeout, q.maxTimeout = 20*time.Millisecond, 30*time.Millisecond
	began := time.Now()
	if got := run(context.Background(), "queryA", q); got != errTimeout {
		t.Error(got)
	}
	if d := time.Since(began); d < 50*time.Millisecond || d > time.Minute {
		t.Errorf("two rounds of 20 and 30 ms took %v", d)
	}
	ctx, cancel := context.WithCancel(context.Background())
	q.timeout = time.Minute
	time.AfterFunc(20*time.Millisecond, cancel)
	if got := run(ctx, "queryA", q); got != errCancelled {
		t.Error(got)
	}
}

func TestNames(t *testing.T) {
	for host, want := range map[string]string{"a..b": errBadName, string(make([]byte, 64)): errBadName} {
		if got := run(context.Background(), "queryA", newQuery("queryA", host, "127.0.0.1:1")); got != want {
			t.Errorf("%q: %v, want %s", host, got, want)
		}
	}
}

func TestReverse(t *testing.T) {
	asked := make(chan string, 8)
	server := serve(t, func(_ string, q dnsmessage.Question, id uint16) []byte {
		asked <- q.Name.String()
		return message(t, id, q, dnsmessage.Header{}, &dnsmessage.PTRResource{PTR: name("host.org.")})
	})
	for address, want := range map[string]string{
		"192.0.2.17":  "17.2.0.192.in-addr.arpa.",
		"2001:db8::1": "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
	} {
		if got := shown(run(context.Background(), "getHostByAddr", newQuery("getHostByAddr", address, server))); got != `["host.org"]` {
			t.Errorf("%s: %s", address, got)
		}
		if name := <-asked; name != want {
			t.Errorf("%s: asked for %s", address, name)
		}
	}
}

func TestLegacyAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"127.1": "127.0.0.1", "0x7f.1": "127.0.0.1", "1": "0.0.0.1", "010.0.0.1": "8.0.0.1", "1.2.770": "1.2.3.2", "4294967295": "255.255.255.255",
		"256.1": "", "1.2.3.256": "", "1.2.3.4.5": "", "": "", "1.": "", "1e3": "", "0b1": "", "1_0": "", "-1": "", "4294967296": "",
	} {
		ip, ok := parseLegacy(text)
		if ok != (want != "") || (ok && ip.String() != want) {
			t.Errorf("%q: %v %v, want %q", text, ip, ok, want)
		}
	}
}
