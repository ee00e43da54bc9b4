package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// Checks of values that a type alone cannot make: what would be accepted and then do
// nothing, or something else than was meant.

var (
	hostName    = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$`)
	placeholder = regexp.MustCompile(`\{[^{}/]*\}`)
)

// address checks what is listened on: an address, or a name that has one.
func (d *decoder) address(path, host string) {
	if host == "" || hostName.MatchString(host) {
		return
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return
	}
	hint := ""
	if inner := strings.Trim(host, "[]"); inner != host {
		if _, err := netip.ParseAddr(inner); err == nil {
			hint = fmt.Sprintf("without brackets: %q", inner)
		}
	} else if name, port, ok := strings.Cut(host, ":"); ok && hostName.MatchString(name) {
		hint = fmt.Sprintf("the port is a key of its own: port = %s", port)
	}
	d.fail(path, hint, "expected an address such as 127.0.0.1 or ::1, or a name, found %q", host)
}

// routeHost checks the host of a route, which is compared with the name that clients ask
// for, without its port.
func (d *decoder) routeHost(path, host string) {
	name, wild := strings.CutPrefix(host, "*.")
	if host == "" || hostName.MatchString(name) {
		return
	}
	if a, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil && !wild {
		if a.Is6() && !strings.HasPrefix(name, "[") {
			d.fail(path, fmt.Sprintf("in brackets, as clients write it: \"[%s]\"", name), "expected a name, or *. and a name, found %q", host)
		}
		return
	}
	hint := ""
	switch before, _, _ := strings.Cut(strings.TrimSuffix(name, "."), ":"); {
	case strings.Contains(name, "://"):
		hint = "without the scheme"
	case hostName.MatchString(before) && before != name:
		hint = fmt.Sprintf("without port and final dot: %q", strings.TrimSuffix(host, name)+before)
	}
	d.fail(path, hint, "expected a name, or *. and a name, found %q", host)
}

// routePath checks that a request can have the path: requests' paths are compared when
// %xx was decoded, and empty and dot segments were resolved.
func (d *decoder) routePath(at, path string) {
	if path == "" {
		d.fail(at, "", "a path begins with /, found nothing")
		return
	}
	if !strings.HasPrefix(path, "/") {
		d.fail(at, "", "a path begins with /, found %q", path)
		return
	}
	if strings.Contains(path, "?") {
		before, _, _ := strings.Cut(path, "?")
		d.fail(at, fmt.Sprintf("write %q: it matches with any query", before), "a route's path has no query")
		return
	}
	if text, err := url.PathUnescape(strings.NewReplacer("%2F", "%252F", "%25", "%2525").Replace(path)); strings.Contains(path, "%") && (err != nil || text != path) {
		d.fail(at, fmt.Sprintf("write %q", text), "no request matches this path: %%xx is decoded before paths are compared")
		return
	}
	segments := strings.Split(path[1:], "/")
	for i, segment := range segments {
		last := i == len(segments)-1
		switch {
		case segment == "" && !last || segment == "." || segment == "..":
			d.fail(at, "", "no request matches this path: empty segments, . and .. are resolved before paths are compared")
		case segment == "*" && !last:
			d.fail(at, "", "* stands at the end only")
		case strings.ContainsAny(segment, "*{}") && segment != "*" && !parameter.MatchString(segment):
			d.fail(at, "", "%q is not a segment: expected a text, {name}, or * at the end", segment)
		case strings.HasPrefix(segment, "{") && slices.Contains(segments[:i], segment):
			d.fail(at, "", "the parameter %s is there twice", segment)
		}
	}
}

// redirectTo checks where a redirect leads.
func (d *decoder) redirectTo(path string, r *Route) {
	to := r.Redirect.To
	switch {
	case to == "":
		d.fail(path, "", "expected a path or URL, found nothing")
	case !strings.ContainsRune("/{.?#", rune(to[0])) && !strings.Contains(to, "://"):
		d.fail(path, fmt.Sprintf("https://%s is another site, /%s a path of this one", to, to), "expected a path that begins with /, or a URL with its scheme, found %q", to)
	}
	d.fieldValue(path, to)
	known := []string{"{path}", "{query}", "{host}"}
	for segment := range strings.SplitSeq(r.Path, "/") {
		if parameter.MatchString(segment) {
			known = append(known, segment)
		} else if segment == "*" {
			known = append(known, "{*}")
		}
	}
	d.placeholders(path, to, known)
}

// placeholders checks that what stands in braces is something.
func (d *decoder) placeholders(path, text string, known []string) {
	for _, p := range placeholder.FindAllString(text, -1) {
		if slices.Contains(known, p) {
			continue
		}
		hint := didYouMean(p, known)
		if hint == "" {
			hint = "there is " + strings.Join(known, ", ")
		}
		d.fail(path, hint, "%s stands for nothing here", p)
	}
}

// fieldValue checks that a text may stand in a field.
func (d *decoder) fieldValue(path, value string) {
	if strings.ContainsAny(value, "\r\n\x00") {
		d.fail(path, `in """ a \ at the end of a line joins it with the next`, "the value of a field is one line")
	}
}

// fieldNames checks a list of names of fields, or of methods.
func (d *decoder) fieldNames(path, what string, names []string) {
	for i, name := range names {
		if !token.MatchString(name) {
			d.fail(fmt.Sprintf("%s[%d]", path, i), "", "%q is not %s", name, what)
		}
	}
}

// notBcrypt says what stands in place of a bcrypt hash.
func notBcrypt(text string) string {
	switch {
	case strings.Contains(text, ":$2"):
		return "without the name before it, which is the key"
	case strings.HasPrefix(text, "$2"):
		return "of 60 characters"
	case strings.HasPrefix(text, "$"), strings.HasPrefix(text, "{SHA}"):
		return "not another kind"
	}
	return "not the password itself"
}

// methods checks a list of methods.
func (d *decoder) methods(path string, methods []string) {
	for i, m := range methods {
		if !token.MatchString(m) || strings.ToUpper(m) != m {
			d.fail(fmt.Sprintf("%s[%d]", path, i), "methods are written in capitals", "%q is not a method", m)
		}
	}
}

// writable checks that a file can be written, or made.
func (d *decoder) writable(path string, name Path) {
	if name == "" {
		return
	}
	dir := filepath.Dir(string(name))
	info, err := os.Stat(string(name))
	switch {
	case err == nil && info.IsDir():
		d.fail(path, "", "%s is a folder, not a file", name)
	case err == nil && unix.Access(string(name), unix.W_OK) != nil:
		d.fail(path, "", "this user may not write to %s", name)
	case err == nil:
	case d.exists(path, Path(dir), true) && unix.Access(dir, unix.W_OK) != nil:
		d.fail(path, "", "this user may not make a file in %s", dir)
	}
}

// idle says that keys of a table do nothing because the one that switches it on is
// not there. A table at the top may be for routes, which then say it.
func (d *decoder) idle(table, key string, is func(m *Middleware) bool, c *Config) {
	for i := -1; i < len(c.Routes); i++ {
		path, on := table, is(&c.Middleware)
		for j := range c.Routes {
			on = on || i == -1 && is(&c.Routes[j].Middleware)
		}
		if i >= 0 {
			path, on = fmt.Sprintf("route[%d].%s", i, table), is(&c.Routes[i].Middleware)
		}
		if _, said := d.places[path+"."+key]; on || said {
			continue
		}
		var keys []string
		for p := range d.places {
			if strings.HasPrefix(p, path+".") {
				keys = append(keys, p)
			}
		}
		if len(keys) > 0 {
			d.fail(slices.Min(keys), "", "it does nothing: %s.%s is missing", table, key)
		}
	}
}

// sameRequests finds routes that match the same requests.
func (d *decoder) sameRequests(routes []Route) {
	type place struct {
		path    string
		methods []string
	}
	seen := map[string][]place{}
	for i, r := range routes {
		segments := strings.Split(r.Path, "/")
		for j, s := range segments {
			if parameter.MatchString(s) {
				segments[j] = "{}"
			}
		}
		key := strings.ToLower(r.Host) + strings.Join(segments, "/")
		p := place{fmt.Sprintf("route[%d]", i), r.Methods}
		for _, other := range seen[key] {
			both := slices.ContainsFunc(p.methods, func(m string) bool { return slices.Contains(other.methods, m) })
			if both || len(p.methods)+len(other.methods) == 0 {
				d.fail(p.path+".path", "", "the same requests as %s", other.path)
				break
			}
		}
		seen[key] = append(seen[key], p)
	}
}
