package test

import (
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// raw is a record of a type that dnsmessage does not know by name.
func raw(kind uint16, data string) dnsmessage.ResourceBody {
	return &dnsmessage.UnknownResource{Type: dnsmessage.Type(kind), Data: []byte(data)}
}

func dnsName(text string) dnsmessage.Name { return dnsmessage.MustNewName(text) }

const (
	typeNAPTR = 35
	typeTLSA  = 52
	typeCAA   = 257
	typeANY   = 255
)

// zone is what the server knows, by name.
var zone = map[string][]dnsmessage.ResourceBody{
	"a.test.":                 {&dnsmessage.AResource{A: [4]byte{192, 0, 2, 1}}, &dnsmessage.AResource{A: [4]byte{192, 0, 2, 2}}},
	"aaaa.test.":              {&dnsmessage.AAAAResource{AAAA: [16]byte{0x20, 0x01, 0x0d, 0xb8, 15: 1}}},
	"both.test.":              {&dnsmessage.AResource{A: [4]byte{192, 0, 2, 3}}, &dnsmessage.AAAAResource{AAAA: [16]byte{0x20, 0x01, 0x0d, 0xb8, 15: 2}}},
	"alias.test.":             {&dnsmessage.CNAMEResource{CNAME: dnsName("a.test.")}},
	"mx.test.":                {&dnsmessage.MXResource{Pref: 10, MX: dnsName("mail.test.")}, &dnsmessage.MXResource{Pref: 20, MX: dnsName("mail2.test.")}},
	"ns.test.":                {&dnsmessage.NSResource{NS: dnsName("ns1.test.")}, &dnsmessage.NSResource{NS: dnsName("ns2.test.")}},
	"txt.test.":               {&dnsmessage.TXTResource{TXT: []string{"one", "two"}}, &dnsmessage.TXTResource{TXT: []string{"thr\xc3\xa9e"}}, &dnsmessage.TXTResource{TXT: []string{""}}},
	"srv.test.":               {&dnsmessage.SRVResource{Priority: 1, Weight: 2, Port: 8080, Target: dnsName("host.test.")}},
	"soa.test.":               {&dnsmessage.SOAResource{NS: dnsName("ns1.test."), MBox: dnsName("admin.test."), Serial: 2026, Refresh: 1, Retry: 2, Expire: 3, MinTTL: 4}},
	"caa.test.":               {raw(typeCAA, "\x00\x05issueca.test"), raw(typeCAA, "\x80\x05iodefmailto:x@y")},
	"naptr.test.":             {raw(typeNAPTR, "\x00\x0a\x00\x14\x01s\x07SIP+D2U\x00\x04host\x04test\x00")},
	"tlsa.test.":              {raw(typeTLSA, "\x03\x01\x01\xde\xad\xbe\xef")},
	"4.2.0.192.in-addr.arpa.": {&dnsmessage.PTRResource{PTR: dnsName("four.test.")}, &dnsmessage.PTRResource{PTR: dnsName("vier.test.")}},
	"any.test.": {&dnsmessage.AResource{A: [4]byte{192, 0, 2, 9}}, &dnsmessage.MXResource{Pref: 1, MX: dnsName("m.test.")},
		&dnsmessage.TXTResource{TXT: []string{"t"}}, &dnsmessage.NSResource{NS: dnsName("n.test.")}},
	"large.test.": {&dnsmessage.TXTResource{TXT: []string{strings.Repeat("x", 250), strings.Repeat("y", 250), strings.Repeat("z", 250)}}},
}

var rcodes = map[string]dnsmessage.RCode{
	"formerr.test.": dnsmessage.RCodeFormatError, "servfail.test.": dnsmessage.RCodeServerFailure, "nxdomain.test.": dnsmessage.RCodeNameError,
	"notimp.test.": dnsmessage.RCodeNotImplemented, "refused.test.": dnsmessage.RCodeRefused,
}

func typeOf(body dnsmessage.ResourceBody) dnsmessage.Type {
	switch b := body.(type) {
	case *dnsmessage.AResource:
		return dnsmessage.TypeA
	case *dnsmessage.AAAAResource:
		return dnsmessage.TypeAAAA
	case *dnsmessage.CNAMEResource:
		return dnsmessage.TypeCNAME
	case *dnsmessage.MXResource:
		return dnsmessage.TypeMX
	case *dnsmessage.NSResource:
		return dnsmessage.TypeNS
	case *dnsmessage.TXTResource:
		return dnsmessage.TypeTXT
	case *dnsmessage.SRVResource:
		return dnsmessage.TypeSRV
	case *dnsmessage.SOAResource:
		return dnsmessage.TypeSOA
	case *dnsmessage.PTRResource:
		return dnsmessage.TypePTR
	case *dnsmessage.UnknownResource:
		return b.Type
	}
	return 0
}

// answerDNS makes the answer to a question; nil: there is none.
func answerDNS(network string, packet []byte) []byte {
	var p dnsmessage.Parser
	header, err := p.Start(packet)
	if err != nil {
		return nil
	}
	q, err := p.Question()
	if err != nil {
		return nil
	}
	name := strings.ToLower(q.Name.String())
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: header.ID, Response: true, RecursionAvailable: true}, Questions: []dnsmessage.Question{q}}
	if name == "silent.test." {
		return nil
	}
	m.RCode = rcodes[name]
	add := func(owner string, body dnsmessage.ResourceBody) {
		h := dnsmessage.ResourceHeader{Name: dnsName(owner), Type: typeOf(body), Class: dnsmessage.ClassINET, TTL: 300}
		m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: body})
	}
	records, known := zone[name]
	if !known && m.RCode == 0 && name != "empty.test." {
		m.RCode = dnsmessage.RCodeNameError
	}
	for _, body := range records {
		if typeOf(body) == q.Type || q.Type == typeANY {
			add(name, body)
		}
		if alias, ok := body.(*dnsmessage.CNAMEResource); ok && q.Type != dnsmessage.TypeCNAME {
			add(name, alias)
			for _, other := range zone[alias.CNAME.String()] {
				if typeOf(other) == q.Type {
					add(alias.CNAME.String(), other)
				}
			}
		}
	}
	if name == "large.test." && network == "udp" {
		m.Truncated, m.Answers = true, nil
	}
	out, err := m.Pack()
	if err != nil {
		return nil
	}
	return out
}

// startDNS starts a name server on a port of UDP and TCP.
func startDNS(t *testing.T) string {
	t.Helper()
	var udp net.PacketConn
	var tcp net.Listener
	for tries := 0; tcp == nil; tries++ { // a port that is free for one may be taken for the other
		var err error
		if udp, err = net.ListenPacket("udp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		if tcp, err = net.Listen("tcp", udp.LocalAddr().String()); err != nil {
			udp.Close()
			if tries == 50 {
				t.Fatal(err)
			}
		}
	}
	t.Cleanup(func() { udp.Close(); tcp.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := udp.ReadFrom(buf)
			if err != nil {
				return
			}
			if out := answerDNS("udp", buf[:n]); out != nil {
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
			go func() {
				defer c.Close()
				var size [2]byte
				for {
					if _, err := io.ReadFull(c, size[:]); err != nil {
						return
					}
					packet := make([]byte, binary.BigEndian.Uint16(size[:]))
					if _, err := io.ReadFull(c, packet); err != nil {
						return
					}
					if out := answerDNS("tcp", packet); out != nil {
						_, _ = c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(out))), out...))
					}
				}
			}()
		}
	}()
	return udp.LocalAddr().String()
}

// TestDNS asks a name server of ours everything that the module dns can ask: both runtimes print the same.
func TestDNS(t *testing.T) {
	env := []string{"DNS_SERVER=" + startDNS(t)}
	want := runClient(t, env, nodePath(t), "testdata/dns-client.js")
	if want.code != "0" || !strings.Contains(want.stdout, "resolveMx mx.test") {
		t.Fatalf("Node.js: exit code %s\n%s%s", want.code, want.stdout, want.stderr)
	}
	got := runClient(t, env, sluicePath(t), "testdata/dns-client.js")
	compare(t, "standard output", want.stdout, got.stdout)
	if got.code != want.code {
		t.Errorf("exit code %s\n%s", got.code, got.stderr)
	}
}
