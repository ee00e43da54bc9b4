package dns

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// The names that c-ares' errors have in Node.
const (
	errNoData      = "ENODATA"
	errFormat      = "EFORMERR"
	errServerFail  = "ESERVFAIL"
	errNotFound    = "ENOTFOUND"
	errNotImpl     = "ENOTIMP"
	errRefused     = "EREFUSED"
	errBadName     = "EBADNAME"
	errBadResponse = "EBADRESP"
	errConnRefused = "ECONNREFUSED"
	errTimeout     = "ETIMEOUT"
	errCancelled   = "ECANCELLED"
)

// query is a question and how to ask it.
type query struct {
	name           string
	kind           dnsmessage.Type
	servers        []string
	timeout        time.Duration // of the first round; each further round has twice as long
	maxTimeout     time.Duration // 0: no limit
	tries          int
	local4, local6 string

	failed   []string // the servers that did not answer, in their order
	answered string   // the one that did
}

const defaultTimeout = 2 * time.Second

// ask asks the servers in turn, in rounds, until one answers, whatever it says. It returns
// the message, or the name of an error. As Node has c-ares do: an answer that says "I cannot"
// or "I will not" is an answer.
func (q *query) ask(ctx context.Context) (*dnsmessage.Message, string) {
	name := q.name
	if !strings.HasSuffix(name, ".") {
		name += "."
	}
	for _, label := range strings.Split(strings.TrimSuffix(name, "."), ".") {
		if (label == "" && name != ".") || len(label) > 63 || strings.ContainsFunc(label, notInName) {
			return nil, errBadName
		}
	}
	if bare := strings.TrimSuffix(name, "."); len(bare) > 6 && strings.EqualFold(bare[len(bare)-6:], ".onion") {
		return nil, errNotFound // no name server is told of these, RFC 7686
	}
	n, err := dnsmessage.NewName(name)
	if err != nil {
		return nil, errBadName
	}
	question := dnsmessage.Question{Name: n, Type: q.kind, Class: dnsmessage.ClassINET}
	timeout := q.timeout
	last := errTimeout
	if len(q.servers) == 0 {
		return nil, errConnRefused
	}
	for round := 0; round < q.tries; round++ {
		for _, server := range q.servers {
			m, code := q.exchange(ctx, server, question, timeout)
			if ctx.Err() != nil {
				return nil, errCancelled
			}
			switch code {
			case errTimeout, errConnRefused, errBadResponse:
				last = code
				q.failed = append(q.failed, server)
			default:
				q.answered = server
				return m, code
			}
		}
		timeout *= 2
		if q.maxTimeout > 0 && timeout > q.maxTimeout {
			timeout = q.maxTimeout
		}
	}
	return nil, last
}

// notInName: only the characters of host names are asked for, and those of services, wildcards and ranges.
func notInName(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_/*", r))
}

// exchange asks one server, over UDP and, where the answer does not fit, over TCP.
func (q *query) exchange(ctx context.Context, server string, question dnsmessage.Question, timeout time.Duration) (*dnsmessage.Message, string) {
	id := uint16(rand.Uint32())
	packet, err := pack(id, question)
	if err != nil {
		return nil, errBadName
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	reply, code := q.roundTrip(ctx, "udp", server, packet, id, question)
	if code != "" {
		return nil, code
	}
	if reply.Truncated {
		if reply, code = q.roundTrip(ctx, "tcp", server, packet, id, question); code != "" {
			return nil, code
		}
	}
	switch reply.RCode {
	case dnsmessage.RCodeSuccess:
		return reply, ""
	case dnsmessage.RCodeFormatError:
		return nil, errFormat
	case dnsmessage.RCodeNameError:
		return nil, errNotFound
	case dnsmessage.RCodeNotImplemented:
		return nil, errNotImpl
	case dnsmessage.RCodeRefused:
		return nil, errRefused
	case dnsmessage.RCodeServerFailure:
		return nil, errServerFail
	}
	return nil, errNoData
}

// pack is a question on the wire, without EDNS0: Node asks so, and what does not fit comes over TCP.
func pack(id uint16, question dnsmessage.Question) ([]byte, error) {
	b := dnsmessage.NewBuilder(nil, dnsmessage.Header{ID: id, RecursionDesired: true})
	if err := errors.Join(b.StartQuestions(), b.Question(question)); err != nil {
		return nil, err
	}
	return b.Finish()
}

// roundTrip sends a question and waits for its answer; what is no answer to it is passed over.
func (q *query) roundTrip(ctx context.Context, network, server string, packet []byte, id uint16, question dnsmessage.Question) (*dnsmessage.Message, string) {
	d := net.Dialer{LocalAddr: q.local(network, server)}
	conn, err := d.DialContext(ctx, network, server)
	if err != nil {
		return nil, networkError(err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if network == "tcp" {
		packet = append(binary.BigEndian.AppendUint16(nil, uint16(len(packet))), packet...)
	}
	if _, err := conn.Write(packet); err != nil {
		return nil, networkError(err)
	}
	buf := make([]byte, 64<<10)
	for {
		n, err := read(conn, network, buf)
		if err != nil {
			return nil, networkError(err)
		}
		var h dnsmessage.Parser
		header, err := h.Start(buf[:n])
		if err != nil {
			return nil, errBadResponse
		}
		if header.ID != id {
			continue
		}
		if got, err := h.Question(); err != nil || !sameQuestion(got, question) {
			continue // somebody guesses
		}
		var m dnsmessage.Message
		if err := m.Unpack(buf[:n]); err != nil {
			if header.Truncated {
				return &dnsmessage.Message{Header: header}, ""
			}
			return nil, errBadResponse
		}
		return &m, ""
	}
}

func sameQuestion(a, b dnsmessage.Question) bool {
	return a.Type == b.Type && a.Class == b.Class && strings.EqualFold(a.Name.String(), b.Name.String())
}

func read(conn net.Conn, network string, buf []byte) (int, error) {
	if network == "udp" {
		return conn.Read(buf)
	}
	if _, err := io.ReadFull(conn, buf[:2]); err != nil {
		return 0, err
	}
	n := int(binary.BigEndian.Uint16(buf))
	return io.ReadFull(conn, buf[:n])
}

func networkError(err error) string {
	if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH) {
		return errConnRefused
	}
	return errTimeout
}

// local is the address that setLocalAddress() set for the server's family.
func (q *query) local(network, server string) net.Addr {
	ap, err := netip.ParseAddrPort(server)
	if err != nil {
		return nil
	}
	text := q.local4
	if ap.Addr().Is6() {
		text = q.local6
	}
	ip, err := netip.ParseAddr(text)
	if err != nil {
		return nil
	}
	if network == "udp" {
		return net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0))
	}
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(ip, 0))
}

// systemServers are the servers of resolv.conf, as [address, port] each.
func systemServers() []any {
	servers := []any{}
	if f, err := os.Open("/etc/resolv.conf"); err == nil {
		defer f.Close()
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			fields := strings.Fields(lines.Text())
			if len(fields) < 2 || fields[0] != "nameserver" {
				continue
			}
			if ip, err := netip.ParseAddr(fields[1]); err == nil {
				servers = append(servers, []any{ip.String(), 53})
			}
		}
	}
	if len(servers) == 0 {
		servers = append(servers, []any{"127.0.0.1", 53})
	}
	return servers
}
