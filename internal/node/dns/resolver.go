package dns

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// channels are the resolvers of one environment that have questions open: a channel's
// context ends when it is cancelled.
type channels struct {
	env  *node.Env
	open map[int]*channel
}

type channel struct {
	ctx    context.Context
	cancel context.CancelFunc
	asking int
}

func (cs *channels) functions() map[string]v8.Func {
	return map[string]v8.Func{
		"systemServers": func(c *v8.Call) { c.Return(systemServers()) },
		// query(channel, operation, name, servers, timeout, tries, maxTimeout, local4, local6, callback): the answer, or
		// the name of an error; the servers that did not answer; the one that did, or "".
		"query": cs.query,
		"cancel": func(c *v8.Call) {
			if ch := cs.open[c.Int(0)]; ch != nil {
				ch.cancel()
				delete(cs.open, c.Int(0))
			}
		},
	}
}

func (cs *channels) query(c *v8.Call) {
	id, operation := c.Int(0), c.String(1)
	ch := cs.open[id]
	if ch == nil {
		ch = &channel{}
		ch.ctx, ch.cancel = context.WithCancel(context.Background())
		cs.open[id] = ch
	}
	ch.asking++
	q := &query{
		name: c.String(2), kind: queryTypes[operation], timeout: time.Duration(c.Int(4)) * time.Millisecond, tries: c.Int(5),
		maxTimeout: time.Duration(c.Int(6)) * time.Millisecond, local4: c.String(7), local6: c.String(8),
	}
	if q.timeout <= 0 {
		q.timeout = defaultTimeout
	}
	for _, s := range c.Array(3) {
		if text, ok := s.(string); ok {
			q.servers = append(q.servers, text)
		}
	}
	cs.env.Go(c.Callback(9), func() (any, error) {
		answer := run(ch.ctx, operation, q)
		cs.env.Post(func() {
			if ch.asking--; ch.asking == 0 && cs.open[id] == ch {
				ch.cancel()
				delete(cs.open, id)
			}
		})
		return []any{answer, q.failed, q.answered}, nil
	})
}

func run(ctx context.Context, operation string, q *query) any {
	if operation == "getHostByAddr" {
		ip, err := netip.ParseAddr(q.name)
		if err != nil {
			return errNotFound
		}
		if names := hostsFile(ip); len(names) > 0 {
			return names
		}
		q.name = reverseName(ip)
	}
	m, code := q.ask(ctx)
	switch {
	case code == "":
		return result(operation, m)
	case operation == "getHostByAddr" && code != errCancelled:
		return errNotFound // neither in files nor with servers
	}
	return code
}

// hostsFile are the names of an address in the hosts file.
func hostsFile(ip netip.Addr) []string {
	r := net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, context.Canceled }}
	names, _ := r.LookupAddr(context.Background(), ip.String())
	out := make([]string, 0, len(names))
	for _, name := range names {
		out = append(out, strings.TrimSuffix(name, "."))
	}
	return out
}

const hexDigits = "0123456789abcdef"

// reverseName is the name under which an address has its PTR record.
func reverseName(ip netip.Addr) string {
	b := ip.AsSlice()
	var s strings.Builder
	if ip.Is4() {
		for i := len(b) - 1; i >= 0; i-- {
			s.WriteString(strconv.Itoa(int(b[i])))
			s.WriteByte('.')
		}
		return s.String() + "in-addr.arpa"
	}
	for i := len(b) - 1; i >= 0; i-- {
		s.WriteByte(hexDigits[b[i]&15])
		s.WriteByte('.')
		s.WriteByte(hexDigits[b[i]>>4])
		s.WriteByte('.')
	}
	return s.String() + "ip6.arpa"
}
