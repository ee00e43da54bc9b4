package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/sys/unix"
)

// Checks of a configuration as a whole: what no key alone can say.

var (
	token     = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	parameter = regexp.MustCompile(`^\{[A-Za-z_][A-Za-z0-9_]*\}$`)
	pageKey   = regexp.MustCompile(`^([45][0-9][0-9]|[45]xx)$`)
)

// fail reports a problem at the value of path, or at the nearest place above it that
// the sources name.
func (d *decoder) fail(path, hint, format string, args ...any) {
	for p := path; ; {
		if place, ok := d.places[p]; ok && place.src != nil {
			d.problem(place, hint, "%s: %s", path, fmt.Sprintf(format, args...))
			return
		}
		i := strings.LastIndexAny(p, ".[")
		if i < 0 {
			break
		}
		p = p[:i]
	}
	d.problems = append(d.problems, &Problem{File: DefaultFile, Message: path + ": " + fmt.Sprintf(format, args...), Hint: hint})
}

func (d *decoder) check(c *Config) {
	d.checkListeners(c)
	d.exists("app", c.App, false)
	d.exists("static", c.Static, true)
	d.checkMiddleware("", &c.Middleware)
	for i := range c.Routes {
		d.checkRoute(fmt.Sprintf("route[%d]", i), &c.Routes[i], c)
	}
	d.sameRequests(c.Routes)
	d.idle("cors", "origins", func(m *Middleware) bool { return len(m.CORS.Origins) > 0 }, c)
	d.idle("rate_limit", "rate", func(m *Middleware) bool { return m.RateLimit.Rate.N > 0 }, c)
	d.idle("basic_auth", "users", func(m *Middleware) bool { return len(m.BasicAuth.Users) > 0 }, c)
	d.writable("log.file", c.Log.File)
	for name := range c.Env {
		if name == "" || strings.ContainsAny(name, "=\x00") {
			d.fail("env."+name, "", "%q is not the name of a variable", name)
		}
	}
}

func (d *decoder) checkListeners(c *Config) {
	addresses := map[string]string{}
	use := func(path, host string, port int) {
		if port == 0 {
			return
		}
		address := fmt.Sprintf("%s port %d", host, port)
		if first, ok := addresses[address]; ok {
			d.fail(path, "", "the same address as %s", first)
		}
		addresses[address] = path
	}
	tls := false
	for i, l := range c.Listen {
		path := fmt.Sprintf("listen[%d]", i)
		tls = tls || l.TLS
		_, port := d.places[path+".port"]
		switch {
		case l.Socket != "" && (port || l.Host != ""):
			d.fail(path+".socket", "", "a listener has a socket, or a host and port")
		case l.Socket == "" && !port:
			d.fail(path, "", "the key \"port\" is missing")
		case l.Socket == "":
			use(path+".port", l.Host, l.Port)
			d.address(path+".host", l.Host)
		default:
			d.exists(path+".socket", Path(filepath.Dir(string(l.Socket))), true)
		}
		if l.TLS && l.ToHTTPS != 0 {
			d.fail(path+".redirect_to_https", "", "this listener speaks TLS already")
		}
	}
	if len(c.Listen) == 0 {
		use("port", c.Host, c.Port)
		d.address("host", c.Host)
	}
	if c.Admin.Enabled {
		use("admin.port", c.Admin.Host, c.Admin.Port)
		d.address("admin.host", c.Admin.Host)
	}
	if tls && len(c.TLS.Certificates) == 0 {
		d.fail("listen", "add [[tls.certificate]] with cert and key", "a listener speaks TLS and there is no certificate")
	}
	if !tls && len(c.TLS.Certificates) > 0 {
		d.fail("tls.certificate", "add tls = true to a [[listen]]", "there is a certificate, and no listener speaks TLS")
	}
	for i, cert := range c.TLS.Certificates {
		d.checkCertificate(fmt.Sprintf("tls.certificate[%d]", i), cert)
	}
	if c.TLS.ClientAuth == "require" && c.TLS.ClientCA == "" {
		d.fail("tls.client_auth", "", "tls.client_ca is missing: nothing says which certificates are accepted")
	}
	if d.exists("tls.client_ca", c.TLS.ClientCA, false) {
		if _, err := LoadAuthorities(c.TLS.ClientCA); err != nil {
			d.fail("tls.client_ca", "", "%v", err)
		}
	}
	if c.TLS.ClientCA != "" && c.TLS.ClientAuth == "none" {
		d.fail("tls.client_ca", "add client_auth = \"require\", or \"request\"", "nobody is asked for a certificate: tls.client_auth is \"none\"")
	}
}

// checkCertificate reads a pair of files as the server will.
func (d *decoder) checkCertificate(path string, c Certificate) {
	cert, key := d.exists(path+".cert", c.Cert, false), d.exists(path+".key", c.Key, false)
	if !cert || !key {
		return
	}
	var wrong *FileError
	if _, err := c.Load(); errors.As(err, &wrong) {
		d.fail(path+"."+wrong.Key, wrong.Hint, "%v", wrong)
	}
}

func (d *decoder) checkRoute(path string, r *Route, c *Config) {
	if d.said(path + ".path") {
		d.routePath(path+".path", r.Path)
	}
	d.routeHost(path+".host", r.Host)
	d.methods(path+".methods", r.Methods)
	targets := 0
	for _, is := range []bool{r.App, r.Static != nil, r.Redirect != nil, r.Respond != nil} {
		if is {
			targets++
		}
	}
	if targets != 1 {
		d.fail(path, "", "expected one of app, static, redirect and respond, found %d", targets)
	}
	if r.App && c.App == "" && !d.application {
		d.fail(path+".app", "", "there is no application: the key \"app\" is missing")
	}
	if r.Static != nil {
		d.checkStatic(path+".static", r.Static)
	}
	if r.Redirect != nil && d.said(path+".redirect.to") {
		d.redirectTo(path+".redirect.to", r)
	}
	if r.Respond != nil {
		d.checkFields(path+".respond.headers", r.Respond.Headers)
	}
	d.checkMiddleware(path, &r.Middleware)
}

func (d *decoder) checkStatic(path string, s *Static) {
	if s.Root == "" && d.said(path+".root") {
		d.fail(path+".root", "", "expected the name of a folder, found nothing")
	}
	d.exists(path+".root", s.Root, true)
	d.fieldValue(path+".cache_control", s.CacheControl)
	for i, name := range s.TryFiles {
		d.placeholders(fmt.Sprintf("%s.try_files[%d]", path, i), name, []string{"{path}"})
	}
}

// said reports whether a source says something of the key: what is missing is told as that.
func (d *decoder) said(key string) bool {
	_, said := d.places[key]
	return said
}

func (d *decoder) checkMiddleware(path string, m *Middleware) {
	at := func(name string) string { return join(path, name) }
	own := func(name string) bool { // what a route inherits was checked already
		if path == "" {
			return true
		}
		for p := range d.places {
			if p == at(name) || strings.HasPrefix(p, at(name)+".") {
				return true
			}
		}
		return false
	}
	if own("cors") {
		d.checkCORS(at("cors"), &m.CORS)
	}
	if key := m.RateLimit.Key; own("rate_limit") && key != "address" && key != "route" {
		if name, ok := strings.CutPrefix(key, "header:"); !ok || !token.MatchString(name) {
			d.fail(at("rate_limit.key"), didYouMean(key, []string{"address", "route"}), "expected address, route or header:Name, found %q", key)
		}
	}
	if own("basic_auth") {
		for name, hash := range m.BasicAuth.Users {
			if !strings.HasPrefix(string(hash), "$2") || len(hash) != 60 {
				d.fail(at("basic_auth.users."+name), "htpasswd -nB "+name+" makes one", "expected a bcrypt hash ($2y$…), %s", notBcrypt(string(hash)))
			}
		}
	}
	if own("error_pages") {
		for key, file := range m.ErrorPages {
			if !pageKey.MatchString(key) {
				d.fail(at("error_pages."+key), "", "expected a status such as 404, or 4xx or 5xx")
			}
			d.exists(at("error_pages."+key), file, false)
		}
	}
	if own("headers") {
		d.checkFields(at("headers"), m.Headers)
	}
	if own("access_log") {
		d.writable(at("access_log.file"), m.AccessLog.File)
	}
	if own("security_headers") {
		d.fieldValue(at("security_headers.referrer_policy"), m.Security.ReferrerPolicy)
		d.fieldValue(at("security_headers.content_security_policy"), m.Security.CSP)
	}
	if own("basic_auth.realm") {
		d.fieldValue(at("basic_auth.realm"), m.BasicAuth.Realm)
	}
	if own("request_id") && !token.MatchString(m.RequestID.Header) {
		d.fail(at("request_id.header"), "", "%q is not the name of a field", m.RequestID.Header)
	}
}

func (d *decoder) checkCORS(path string, c *CORS) {
	d.methods(path+".methods", c.Methods)
	d.fieldNames(path+".headers", "the name of a field", c.Headers)
	d.fieldNames(path+".expose", "the name of a field", c.Expose)
	for i, o := range c.Origins {
		at := fmt.Sprintf("%s.origins[%d]", path, i)
		if o == "*" {
			if c.Credentials {
				d.fail(at, "name the origins", "the origin * cannot be used with credentials: browsers refuse it")
			}
			continue
		}
		u, err := url.Parse(strings.Replace(o, "://*.", "://", 1))
		if err != nil || u.Scheme == "" || u.Host == "" || u.Path != "" || strings.Contains(u.Host, "*") {
			d.fail(at, "", "expected an origin such as https://example.com or https://*.example.com, without a path, found %q", o)
		}
	}
}

func (d *decoder) checkFields(path string, fields map[string]string) {
	for name, value := range fields {
		if !token.MatchString(name) {
			d.fail(path+"."+name, "", "%q is not the name of a field", name)
		}
		d.fieldValue(path+"."+name, value)
	}
}

// exists checks that a file (or a folder) is there, where one is named.
func (d *decoder) exists(path string, name Path, folder bool) bool {
	if name == "" {
		return false
	}
	info, err := os.Stat(string(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.fail(path, nearestFile(name, folder), "%s does not exist", name)
	case err != nil:
		d.fail(path, "", "%v", err)
	case folder && !info.IsDir():
		d.fail(path, "", "%s is not a folder", name)
	case !folder && info.IsDir():
		d.fail(path, "", "%s is a folder, not a file", name)
	case folder && unix.Access(string(name), unix.X_OK) != nil:
		d.fail(path, "its permissions, or those of a folder above, keep this user out", "%s cannot be opened", name)
	case !folder && unix.Access(string(name), unix.R_OK) != nil:
		d.fail(path, "its permissions, or those of a folder above, keep this user out", "%s cannot be read", name)
	default:
		return true
	}
	return false
}

// nearestFile asks whether another name was meant, one that there is.
func nearestFile(name Path, folder bool) string {
	dir, base := filepath.Split(string(name))
	entries, err := os.ReadDir(filepath.Clean(dir))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() == folder {
			names = append(names, e.Name())
		}
	}
	return didYouMean(base, names)
}
