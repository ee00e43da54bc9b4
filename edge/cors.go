package edge

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/http1/http1net"
)

// cors lets scripts of other origins use a site (Fetch standard, section 3.2): it
// answers preflights, and adds the fields that let a script read an answer. It is the
// browser that enforces it; a request is never refused for its origin.
type cors struct {
	Base
	all         bool
	exact       []string
	suffixes    [][2]string // scheme and ".example.com", perhaps with a port
	methods     []string
	headers     []string
	expose      string
	maxAge      string
	credentials bool
}

func newCORS(c config.CORS) *cors {
	l := &cors{
		methods: c.Methods, headers: c.Headers, expose: strings.Join(c.Expose, ", "),
		maxAge: strconv.FormatInt(int64(time.Duration(c.MaxAge)/time.Second), 10), credentials: c.Credentials,
	}
	for _, o := range c.Origins {
		scheme, host, _ := strings.Cut(strings.ToLower(o), "://")
		switch {
		case o == "*":
			l.all = true
		case strings.HasPrefix(host, "*."):
			l.suffixes = append(l.suffixes, [2]string{scheme, host[1:]})
		default:
			l.exact = append(l.exact, strings.ToLower(o))
		}
	}
	return l
}

func (l *cors) allowed(origin string) bool {
	if l.all {
		return true
	}
	origin = strings.ToLower(origin)
	if slices.Contains(l.exact, origin) {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil || u.Path != "" || u.User != nil {
		return false // "null" and what is no origin
	}
	for _, s := range l.suffixes {
		if u.Scheme == s[0] && strings.HasSuffix(u.Host, s[1]) && len(u.Host) > len(s[1]) {
			return true
		}
	}
	return false
}

// Request answers a preflight.
func (l *cors) Request(x *Exchange) (*Answer, func() *Answer) {
	method := x.Header.Get("Access-Control-Request-Method")
	if x.Method != "OPTIONS" || method == "" || !x.Header.Has("Origin") {
		return nil, nil
	}
	a := &Answer{Status: http.StatusNoContent}
	a.Header.Add("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
	if !l.allowed(x.Header.Get("Origin")) {
		return a, nil // without the fields the browser does not go on
	}
	a.Header.Add("Access-Control-Allow-Methods", strings.Join(l.methods, ", "))
	wanted := strings.Join(x.Header.Values("Access-Control-Request-Headers"), ", ")
	if len(l.headers) > 0 {
		a.Header.Add("Access-Control-Allow-Headers", strings.Join(l.headers, ", "))
	} else if wanted != "" {
		a.Header.Add("Access-Control-Allow-Headers", oneLine(wanted))
	}
	if l.maxAge != "0" {
		a.Header.Add("Access-Control-Max-Age", l.maxAge)
	}
	return a, nil
}

// Head adds the fields of every answer.
func (l *cors) Head(x *Exchange, h *Head) {
	if !l.all || l.credentials {
		addVary(&h.Header, "Origin")
	}
	origin := x.Header.Get("Origin")
	if origin == "" || !l.allowed(origin) || h.Header.Has("Access-Control-Allow-Origin") {
		return // the application's own decision stays
	}
	if l.all && !l.credentials {
		origin = "*"
	}
	h.Header.Add("Access-Control-Allow-Origin", oneLine(origin))
	if l.credentials {
		h.Header.Add("Access-Control-Allow-Credentials", "true")
	}
	if l.expose != "" && x.Method != "OPTIONS" {
		h.Header.Add("Access-Control-Expose-Headers", l.expose)
	}
}

// addVary names a request field in Vary, once.
func addVary(h *http1net.Header, name string) {
	for _, v := range h.Values("Vary") {
		for item := range strings.SplitSeq(v, ",") {
			if item = strings.Trim(item, " \t"); item == "*" || strings.EqualFold(item, name) {
				return
			}
		}
	}
	h.Add("Vary", name)
}
