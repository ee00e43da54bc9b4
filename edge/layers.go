package edge

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/edge/tally"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// layers makes the middleware of a route, in the order in which requests pass it. It is
// the order of the documentation: what tells requests apart first, then what turns them
// away, then what changes answers.
func (b *builder) layers(route string, m *config.Middleware) ([]step, error) {
	var layers []Layer
	if m.RequestID.Enabled {
		layers = append(layers, requestID{header: m.RequestID.Header})
	}
	if m.AccessLog.Enabled {
		l, err := b.accessLog(m.AccessLog)
		if err != nil {
			return nil, err
		}
		layers = append(layers, l)
	}
	if len(m.Headers) > 0 {
		layers = append(layers, setHeaders{names: sortedKeys(m.Headers), values: m.Headers})
	}
	if len(m.ErrorPages) > 0 {
		pages, err := readErrorPages(m.ErrorPages)
		if err != nil {
			return nil, err
		}
		layers = append(layers, pages)
	}
	if m.Security.Enabled {
		layers = append(layers, newSecurityHeaders(m.Security))
	}
	if len(m.Access.Allow) > 0 || len(m.Access.Deny) > 0 {
		layers = append(layers, access{allow: prefixes(m.Access.Allow), deny: prefixes(m.Access.Deny)})
	}
	if len(m.CORS.Origins) > 0 {
		layers = append(layers, newCORS(m.CORS))
	}
	if m.RateLimit.Rate.N > 0 {
		layers = append(layers, newRateLimit(m.RateLimit, b.limiter(route, m.RateLimit)))
	}
	if len(m.BasicAuth.Users) > 0 {
		layers = append(layers, newBasicAuth(m.BasicAuth))
	}
	if m.Body > 0 {
		layers = append(layers, bodyLimit{limit: int64(m.Body)})
	}
	if m.Timeout > 0 || b.e.config.Timeouts.Handler > 0 {
		layers = append(layers, timeouts{total: time.Duration(m.Timeout), firstByte: time.Duration(b.e.config.Timeouts.Handler)})
	}
	if m.Compression.Enabled && len(m.Compression.Encodings) > 0 {
		layers = append(layers, compression{m.Compression, Base{}})
	}
	return steps(append(layers, b.o.Layers...)), nil
}

func prefixes(from []config.Prefix) (to []netip.Prefix) {
	for _, p := range from {
		to = append(to, p.Prefix)
	}
	return to
}

// requestID names requests: by the field of a trusted proxy, else by chance.
type requestID struct {
	Base
	header string
}

func (l requestID) Request(x *Exchange) (*Answer, func() *Answer) {
	x.IDField = l.header
	if x.Peer != x.Client || x.engine.trusted(x.Peer) || !x.Peer.IsValid() {
		if id := x.Header.Get(l.header); id != "" && len(id) <= 128 && printable(id) {
			x.ID = id
		}
	}
	if x.ID == "" {
		x.ID, x.named = x.name(), true
	}
	return nil, nil
}

// name is a name by chance. The runtime's generator is as hard to foresee as the
// system's, and much nearer. The first half serves a batch for a while: it
// tells apart what the second, which is 64 bits by chance, does not.
func (x *Exchange) name() string {
	first := &nameHalf{}
	if x.Batch != nil {
		first = &x.Batch.name
	}
	if first.left == 0 {
		first.renew()
	}
	first.left--
	id := x.Texts.take(32)
	copy(id, first.digits[:])
	randomDigits(id[16:])
	return textIn(id)
}

// nameHalf is the first half of names.
type nameHalf struct {
	digits [16]byte
	left   int // how many names it may still begin
}

func (h *nameHalf) renew() {
	randomDigits(h.digits[:])
	h.left = 1 << 12
}

// randomDigits fills 16 bytes.
func randomDigits(b []byte) {
	r := rand.Uint64()
	binary.LittleEndian.PutUint64(b, hexDigits(uint32(r)))
	binary.LittleEndian.PutUint64(b[8:], hexDigits(uint32(r>>32)))
}

// hexDigits is v in hexadecimal, the lowest digit in the lowest byte: all eight at once.
func hexDigits(v uint32) uint64 {
	const ones = 0x0101010101010101
	n := uint64(v)
	n = (n | n<<16) & 0x0000ffff0000ffff
	n = (n | n<<8) & 0x00ff00ff00ff00ff
	n = (n | n<<4) & (ones * 0x0f)
	letters := (n + ones*6) >> 4 & ones // of each digit above 9
	return n + ones*'0' + letters*('a'-'0'-10)
}

func (l requestID) Head(x *Exchange, h *Head) {
	if !h.Header.Has(l.header) {
		h.Header.Add(l.header, x.ID)
	}
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// setHeaders sets fields of every answer, or takes them away.
type setHeaders struct {
	Base
	names  []string
	values map[string]string
}

func (l setHeaders) Head(_ *Exchange, h *Head) {
	for _, name := range l.names {
		if v := l.values[name]; v == "" {
			h.Header.Del(name)
		} else {
			h.Header.Set(name, v)
		}
	}
}

// errorPages are files that answer in place of the server's own short texts.
type errorPages struct {
	Base
	pages map[string]errorPage // "404" or "4xx"
}

type errorPage struct {
	body  []byte
	media string
}

func readErrorPages(files map[string]config.Path) (errorPages, error) {
	l := errorPages{pages: map[string]errorPage{}}
	for _, key := range sortedKeys(files) {
		body, err := os.ReadFile(string(files[key]))
		if err != nil {
			return l, fmt.Errorf("error_pages.%s: %w", key, err)
		}
		l.pages[key] = errorPage{body, MediaType(string(files[key]))}
	}
	return l, nil
}

// page is the error page for a status.
func (l errorPages) page(status int) (errorPage, bool) {
	p, ok := l.pages[strconv.Itoa(status)]
	if !ok {
		p, ok = l.pages[strconv.Itoa(status/100)+"xx"]
	}
	return p, ok
}

// Dress gives the edge's own answer with a short text the error page of its route.
func (x *Exchange) Dress(a *Answer) {
	if !a.plain || a.Status < 400 {
		return
	}
	for _, l := range x.layers {
		if pages, ok := l.Layer.(errorPages); ok {
			if p, ok := pages.page(a.Status); ok {
				a.Body, a.plain = p.body, false
				a.Header.Set("Content-Type", p.media)
			}
			return
		}
	}
}

// securityHeaders are fields that make browsers careful, where the application has not
// said otherwise.
type securityHeaders struct {
	Base
	fields [][2]string
	hsts   string
}

func newSecurityHeaders(c config.SecurityHeaders) securityHeaders {
	l := securityHeaders{fields: [][2]string{{"X-Content-Type-Options", "nosniff"}}}
	for _, f := range [][2]string{{"X-Frame-Options", c.FrameOptions}, {"Referrer-Policy", c.ReferrerPolicy}, {"Content-Security-Policy", c.CSP}} {
		if f[1] != "" {
			l.fields = append(l.fields, f)
		}
	}
	if c.HSTS > 0 {
		l.hsts = "max-age=" + strconv.FormatInt(int64(time.Duration(c.HSTS)/time.Second), 10)
		if c.HSTSSubdomains {
			l.hsts += "; includeSubDomains"
		}
	}
	return l
}

func (l securityHeaders) Head(x *Exchange, h *Head) {
	for _, f := range l.fields {
		if !h.Header.Has(f[0]) {
			h.Header.Add(f[0], f[1])
		}
	}
	if x.Secure && l.hsts != "" && !h.Header.Has(strictTransport) {
		h.Header.Add(strictTransport, l.hsts)
	}
}

// access lets addresses in or keeps them out.
type access struct {
	Base
	allow, deny []netip.Prefix
}

func (l access) Request(x *Exchange) (*Answer, func() *Answer) {
	in := func(ps []netip.Prefix) bool {
		return slices.ContainsFunc(ps, func(p netip.Prefix) bool { return p.Contains(x.Client) })
	}
	if in(l.deny) || len(l.allow) > 0 && !in(l.allow) {
		x.Refused = tally.Address
		return text(http.StatusForbidden), nil
	}
	return nil, nil
}

// rateLimit turns away clients that come too often.
type rateLimit struct {
	Base
	limiter *RateLimiter
	policy  string
	header  string // the field that names a client
	whole   bool   // all clients together
}

// limiterOf tells the limiters of an engine apart.
type limiterOf struct {
	route string
	limit config.RateLimit
}

// limiter is the limiter of a route: that of the engine before, where it is the same.
func (b *builder) limiter(route string, c config.RateLimit) *RateLimiter {
	of := limiterOf{route, c}
	var l *RateLimiter
	if b.o.Before != nil {
		l = b.o.Before.limiters[of]
	}
	if l == nil {
		burst := c.Burst
		if burst == 0 {
			burst = c.Rate.N
		}
		l = NewRateLimiter(c.Rate.N, c.Rate.Per, burst)
	}
	b.e.limiters[of] = l
	return l
}

func newRateLimit(c config.RateLimit, limiter *RateLimiter) *rateLimit {
	l := &rateLimit{limiter: limiter, whole: c.Key == "route"}
	l.policy = fmt.Sprintf(`"default";q=%d;w=%d`, c.Rate.N, int(c.Rate.Per.Seconds()+0.999))
	l.header, _ = strings.CutPrefix(c.Key, "header:")
	if l.header == c.Key {
		l.header = ""
	}
	return l
}

func (l *rateLimit) Request(x *Exchange) (*Answer, func() *Answer) {
	key := ""
	switch {
	case l.whole:
	case l.header != "":
		// A copy: the limiter keeps it, and the head does not last.
		if key = strings.Clone(x.Header.Get(l.header)); key == "" {
			key = "\x00" + x.Client.String() // a client without a name is its address
		}
	default:
		key = clientKey(x.Client)
	}
	v := l.limiter.Allow(key, x.Start.UnixNano())
	if v.OK {
		return nil, nil
	}
	x.Refused = tally.RateLimit
	a := text(http.StatusTooManyRequests)
	a.Header.Set("Retry-After", seconds(v.Retry))
	a.Header.Set("RateLimit-Policy", l.policy)
	a.Header.Set("RateLimit", `"default";r=0;t=`+seconds(v.Retry))
	return a, nil
}

// clientKey is what one client has of addresses: one of IPv4, a network of 64 bits of IPv6.
func clientKey(a netip.Addr) string {
	if a.Is6() && !a.Is4In6() {
		if p, err := a.Prefix(64); err == nil {
			return p.Addr().String()
		}
	}
	return a.String()
}

// seconds are whole seconds, rounded up, at least 1.
func seconds(d time.Duration) string {
	return strconv.FormatInt(max(1, int64((d+time.Second-1)/time.Second)), 10)
}

// bodyLimit refuses bodies that are announced too long, and bounds the others.
type bodyLimit struct {
	Base
	limit int64
}

func (l bodyLimit) Request(x *Exchange) (*Answer, func() *Answer) {
	x.BodyLimit = l.limit
	if x.Length > l.limit {
		x.Refused = tally.BodyLimit
		a := text(http.StatusRequestEntityTooLarge)
		a.Close = true
		return a, nil
	}
	return nil, nil
}

type timeouts struct {
	Base
	total, firstByte time.Duration
}

func (l timeouts) Request(x *Exchange) (*Answer, func() *Answer) {
	x.Timeout, x.FirstByte = l.total, l.firstByte
	return nil, nil
}
