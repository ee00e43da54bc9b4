package test

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
)

// staticRequest is a request for a file, sent to nginx and to Sluice: status, what the
// answer says of the file, and its body must be the same. In the headers {tag} is the
// server's own ETag of /data.txt, {at} its Last-Modified, {before} and {after} a second
// before and after that.
type staticRequest struct {
	method, path, headers string
	// differs is why Sluice answers otherwise on purpose, and want what it answers.
	differs, want string
}

const (
	rangesOfGET  = "ranges are defined for GET alone (RFC 9110 section 14.2)"
	noRangeAtAll = "a Range that cannot be read is ignored (RFC 9110 section 14.2)"
	beyondRoot   = "dot segments that lead out of the root go away (RFC 3986 section 5.2.4)"
	methodFirst  = "what is allowed does not tell what is there"
	emptyElement = "empty elements of a list are ignored (RFC 9110 section 5.6.1)"
)

var whole = "200|text/plain|length 1000|tag|modified|bytes|" + digest(string(staticData))

// digest is what a body is in a summary.
func digest(body string) string {
	return fmt.Sprintf("%d %.4x", len(body), sha256.Sum256([]byte(body)))
}

var staticData = func() []byte {
	var b []byte
	for i := 0; len(b) < 1000; i++ {
		b = fmt.Appendf(b, "%03d ", i)
	}
	return b[:1000]
}()

var staticRequests = []staticRequest{
	// Whole files, types, names.
	{path: "/data.txt"},
	{path: "/data.txt?query=1"},
	{path: "/data.txt?"},
	{path: "/empty.css"},
	{path: "/big.bin"},
	{path: "/page.html"},
	{path: "/style.css"},
	{path: "/code.js"},
	{path: "/picture.svg"},
	{path: "/data.json"},
	{path: "/program.wasm"},
	{path: "/font.woff2"},
	{path: "/UPPER.HTML"},
	{path: "/no-extension"},
	{path: "/two.dots.html"},
	{path: "/space%20name.txt"},
	{path: "/%C3%BC.txt"},
	{path: "/per%25cent.txt"},
	{path: "/plus+plus.txt"},
	{path: "/d%61ta.txt"},
	{path: "/./data.txt"},
	{path: "/docs/../data.txt"},
	{path: "//data.txt"},
	{path: "/docs//page.html"},
	{path: "/docs/./page.html"},
	{path: "/link.txt"},
	// Folders.
	{path: "/"},
	{path: "/docs/"},
	{path: "/docs"},
	{path: "/docs?a=b"},
	{path: "/docs/sub"},
	{path: "/d%20space"},
	{path: "/no-index"},
	{path: "/no-index/", differs: "what is not to be seen looks as if it were not there", want: "404"},
	{path: "/docs//"},
	// What is not there.
	{path: "/none"},
	{path: "/none/"},
	{path: "/docs/none.html"},
	{path: "/data.txt/"},
	{path: "/data.txt/more"},
	{path: "/.env"},
	{path: "/.git/config"},
	{path: "/docs/.hidden"},
	{path: "/.well-known/acme"},
	{path: "/DATA.TXT"},
	{path: "/a%00b"},
	{path: "/%zz"},
	{path: "/../data.txt", differs: beyondRoot, want: whole},
	{path: "/docs/../../data.txt", differs: beyondRoot, want: whole},
	{path: "/" + strings.Repeat("a", 300)},
	// Methods.
	{method: "HEAD", path: "/data.txt"},
	{method: "HEAD", path: "/big.bin"},
	{method: "HEAD", path: "/docs/"},
	{method: "HEAD", path: "/docs"},
	{method: "HEAD", path: "/none"},
	{method: "POST", path: "/data.txt"},
	{method: "PUT", path: "/data.txt"},
	{method: "DELETE", path: "/data.txt"},
	{method: "PATCH", path: "/data.txt"},
	{method: "OPTIONS", path: "/data.txt", differs: "what is allowed is said", want: "204"},
	{method: "POST", path: "/none", differs: methodFirst, want: "405"},
	// One range.
	{path: "/data.txt", headers: "Range: bytes=0-0"},
	{path: "/data.txt", headers: "Range: bytes=0-99"},
	{path: "/data.txt", headers: "Range: bytes=100-199"},
	{path: "/data.txt", headers: "Range: bytes=900-"},
	{path: "/data.txt", headers: "Range: bytes=-1"},
	{path: "/data.txt", headers: "Range: bytes=-100"},
	{path: "/data.txt", headers: "Range: bytes=-5000"},
	{path: "/data.txt", headers: "Range: bytes=0-"},
	{path: "/data.txt", headers: "Range: bytes=0-999"},
	{path: "/data.txt", headers: "Range: bytes=0-5000"},
	{path: "/data.txt", headers: "Range: bytes=999-"},
	{path: "/data.txt", headers: "range: bytes=5-9"},
	{path: "/data.txt", headers: "Range: bytes= 5-9"},
	{path: "/data.txt", headers: "Range: bytes=5-9,", differs: emptyElement, want: "206|bytes 5-9/1000|text/plain|length 5|tag|modified|" + digest(string(staticData[5:10]))},
	{path: "/big.bin", headers: "Range: bytes=65536-131071"},
	{path: "/big.bin", headers: "Range: bytes=-10"},
	{path: "/big.bin", headers: "Range: bytes=199990-"},
	// Ranges that cannot be had, or read.
	{path: "/data.txt", headers: "Range: bytes=1000-"},
	{path: "/data.txt", headers: "Range: bytes=5000-6000"},
	{path: "/data.txt", headers: "Range: bytes=-0"},
	{path: "/data.txt", headers: "Range: bytes=18446744073709551615-"},
	{path: "/data.txt", headers: "Range: bytes=0-18446744073709551616", differs: "a number has no largest value", want: strings.Replace(strings.Replace(whole, "200", "206|bytes 0-999/1000", 1), "bytes|", "", 1)},
	{path: "/data.txt", headers: "Range: bytes=9-5", differs: noRangeAtAll, want: whole},
	{path: "/data.txt", headers: "Range: bytes=abc", differs: noRangeAtAll, want: whole},
	{path: "/data.txt", headers: "Range: bytes="},
	{path: "/data.txt", headers: "Range: bytes=-", differs: noRangeAtAll, want: whole},
	{path: "/data.txt", headers: "Range: bytes=1-2-3", differs: noRangeAtAll, want: whole},
	{path: "/data.txt", headers: "Range: bytes=--1", differs: noRangeAtAll, want: whole},
	{path: "/data.txt", headers: "Range: bytes=5-9;x", differs: noRangeAtAll, want: whole},
	{path: "/data.txt", headers: "Range: lines=0-5"},
	{path: "/data.txt", headers: "Range: 0-5"},
	{path: "/empty.css", headers: "Range: bytes=0-"},
	{path: "/empty.css", headers: "Range: bytes=-5"},
	{path: "/none", headers: "Range: bytes=0-5"},
	// Several ranges.
	{path: "/data.txt", headers: "Range: bytes=0-9,20-29"},
	{path: "/data.txt", headers: "Range: bytes=0-9, 20-29 ,-10"},
	{path: "/data.txt", headers: "Range: bytes=20-29,0-9"},
	{path: "/data.txt", headers: "Range: bytes=0-9,5-14"},
	{path: "/data.txt", headers: "Range: bytes=0-9,10-19"},
	{path: "/data.txt", headers: "Range: bytes=0-9,0-9"},
	{path: "/data.txt", headers: "Range: bytes=0-9,5000-"},
	{path: "/data.txt", headers: "Range: bytes=5000-,6000-"},
	{path: "/data.txt", headers: "Range: bytes=0-9,x", differs: noRangeAtAll, want: whole},
	{path: "/data.txt", headers: "Range: bytes=0-,0-"},
	{path: "/data.txt", headers: "Range: bytes=0-499,500-999"},
	{path: "/data.txt", headers: "Range: bytes=0-0,-1"},
	{path: "/big.bin", headers: "Range: bytes=0-9,100000-100009,-10"},
	{path: "/data.txt", headers: "Range: bytes=" + strings.TrimSuffix(strings.Repeat("0-0,", 60), ","), differs: "more than 50 parts make work: the whole is sent", want: whole},
	// HEAD and ranges.
	{method: "HEAD", path: "/data.txt", headers: "Range: bytes=0-9", differs: rangesOfGET, want: strings.Replace(whole, digest(string(staticData)), digest(""), 1)},
	{method: "HEAD", path: "/data.txt", headers: "Range: bytes=5000-", differs: rangesOfGET, want: strings.Replace(whole, digest(string(staticData)), digest(""), 1)},
	// If-None-Match.
	{path: "/data.txt", headers: "If-None-Match: {tag}"},
	{path: "/data.txt", headers: "If-None-Match: W/{tag}"},
	{path: "/data.txt", headers: "If-None-Match: *"},
	{path: "/data.txt", headers: `If-None-Match: "other"`},
	{path: "/data.txt", headers: `If-None-Match: "a", {tag}, "b"`},
	{path: "/data.txt", headers: `If-None-Match: "a",{tag}`},
	{path: "/data.txt", headers: `If-None-Match: "a, b", {tag}`},
	{path: "/data.txt", headers: `If-None-Match: W/"a", W/{tag}`},
	{path: "/data.txt", headers: `If-None-Match: ""`},
	{path: "/data.txt", headers: `If-None-Match: a`},
	{path: "/none", headers: "If-None-Match: *"},
	{path: "/big.bin", headers: "If-None-Match: *"},
	{method: "HEAD", path: "/data.txt", headers: "If-None-Match: {tag}"},
	{path: "/data.txt", headers: "If-None-Match: {tag}\r\nRange: bytes=0-9"},
	// If-Modified-Since.
	{path: "/data.txt", headers: "If-Modified-Since: {at}"},
	{path: "/data.txt", headers: "If-Modified-Since: {before}"},
	{path: "/data.txt", headers: "If-Modified-Since: {after}"},
	{path: "/data.txt", headers: "If-Modified-Since: yesterday"},
	{path: "/data.txt", headers: "If-Modified-Since: "},
	{path: "/data.txt", headers: "If-Modified-Since: Saturday, 01-Jan-22 00:00:00 GMT"},
	{path: "/data.txt", headers: "If-Modified-Since: Sat Jan  1 00:00:00 2022"},
	{method: "HEAD", path: "/data.txt", headers: "If-Modified-Since: {at}"},
	{path: "/data.txt", headers: "If-None-Match: \"other\"\r\nIf-Modified-Since: {at}"},
	{path: "/data.txt", headers: "If-None-Match: {tag}\r\nIf-Modified-Since: {before}", differs: "If-Modified-Since counts only without If-None-Match (RFC 9110 section 13.1.3)", want: "304|0 bytes"},
	// If-Match, If-Unmodified-Since.
	{path: "/data.txt", headers: "If-Match: {tag}"},
	{path: "/data.txt", headers: "If-Match: *"},
	{path: "/data.txt", headers: `If-Match: "other"`},
	{path: "/data.txt", headers: `If-Match: "a", {tag}`},
	{path: "/data.txt", headers: "If-Match: W/{tag}"},
	{path: "/none", headers: "If-Match: *"},
	{path: "/data.txt", headers: "If-Match: {tag}\r\nRange: bytes=0-9"},
	{path: "/data.txt", headers: "If-Match: \"other\"\r\nRange: bytes=0-9"},
	{path: "/data.txt", headers: "If-Unmodified-Since: {at}"},
	{path: "/data.txt", headers: "If-Unmodified-Since: {before}"},
	{path: "/data.txt", headers: "If-Unmodified-Since: {after}"},
	{path: "/data.txt", headers: "If-Unmodified-Since: yesterday", differs: "what is no date is ignored (RFC 9110 section 13.1.4)", want: whole},
	{path: "/data.txt", headers: "If-Match: {tag}\r\nIf-Unmodified-Since: {before}", differs: "If-Unmodified-Since counts only without If-Match (RFC 9110 section 13.1.4)", want: whole},
	{path: "/data.txt", headers: "If-Match: {tag}\r\nIf-None-Match: {tag}"},
	// If-Range.
	{path: "/data.txt", headers: "Range: bytes=0-9\r\nIf-Range: {tag}"},
	{path: "/data.txt", headers: "Range: bytes=0-9\r\nIf-Range: W/{tag}"},
	{path: "/data.txt", headers: "Range: bytes=0-9\r\nIf-Range: \"other\""},
	{path: "/data.txt", headers: "Range: bytes=0-9\r\nIf-Range: {at}"},
	{path: "/data.txt", headers: "Range: bytes=0-9\r\nIf-Range: {before}"},
	{path: "/data.txt", headers: "Range: bytes=0-9\r\nIf-Range: {after}"},
	{path: "/data.txt", headers: "Range: bytes=0-9\r\nIf-Range: nonsense"},
	{path: "/data.txt", headers: "If-Range: {tag}"},
	{path: "/data.txt", headers: "Range: bytes=5000-\r\nIf-Range: \"other\""},
}

// staticSite makes the files that both servers serve.
func staticSite(t *testing.T) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "public")
	big := make([]byte, 200_000)
	for i := range big {
		big[i] = byte(i * 7 / 5)
	}
	files := map[string]string{
		"data.txt": string(staticData), "empty.css": "", "big.bin": string(big), "page.html": "<p>page", "style.css": "a{}", "code.js": "1", "picture.svg": "<svg/>", "data.json": "{}",
		"program.wasm": "w", "font.woff2": "f", "UPPER.HTML": "upper", "no-extension": "?", "two.dots.html": "dots", "space name.txt": "space", "ü.txt": "umlaut", "per%cent.txt": "percent",
		"plus+plus.txt": "plus", "index.html": "home", "docs/index.html": "docs", "docs/page.html": "page of docs", "docs/.hidden": "hidden", "docs/sub/index.html": "sub", "d space/index.html": "space",
		"no-index/file": "file", ".env": "env", ".git/config": "git", ".well-known/acme": "acme",
	}
	at := time.Date(2022, 3, 4, 5, 6, 7, 0, time.UTC)
	for name, text := range files {
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("data.txt", filepath.Join(root, "link.txt")); err != nil {
		t.Fatal(err)
	}
	return root
}

// freePort is a port nobody listens on. It is not one that the system gives to who asks
// for any: others do that all the time.
func freePort(t *testing.T) string {
	for range 1000 {
		port := strconv.Itoa(10000 + rand.IntN(20000))
		if l, err := net.Listen("tcp", ":"+port); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// startNginx serves a folder with nginx, and returns its port.
func startNginx(t *testing.T, root string) string {
	t.Helper()
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		nginx = "/usr/sbin/nginx"
		if _, err := os.Stat(nginx); err != nil {
			t.Skip("nginx is not installed")
		}
	}
	dir, port := t.TempDir(), freePort(t)
	config := fmt.Sprintf(`
daemon off; master_process off; pid %[1]s/pid; error_log stderr crit;
events {}
http {
	access_log off; server_tokens off; absolute_redirect off;
	client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi; uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	types {
		text/html html; text/plain txt; text/css css; text/javascript js; application/json json; image/svg+xml svg; application/wasm wasm; font/woff2 woff2;
	}
	default_type application/octet-stream;
	if_modified_since before; # as RFC 9110 has it; the default is equality
	server {
		listen 127.0.0.1:%[2]s;
		root %[3]s;
		index index.html;
		location ~ /\.(?!well-known/) { return 404; } # as nginx's users are told to
	}
}`, dir, port, root)
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(nginx, "-p", dir, "-c", filepath.Join(dir, "nginx.conf"))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	awaitPort(t, port)
	return port
}

// awaitPort waits until somebody listens.
func awaitPort(t *testing.T, port string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		c, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			c.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TestStaticLikeNginx asks nginx and Sluice for the same files.
func TestStaticLikeNginx(t *testing.T) {
	root := staticSite(t)
	nginx := newStaticServer(t, startNginx(t, root))
	if len(staticRequests) < 80 {
		t.Errorf("only %d requests", len(staticRequests))
	}
	for _, mode := range staticModes[:2] {
		sluice := newStaticServer(t, mode.start(t, root).port)
		for _, r := range staticRequests {
			t.Run(mode.name+"/"+strings.TrimSpace(r.method+" "+clip(r.path)+" "+clip(r.headers)), func(t *testing.T) {
				theirs := nginx.ask(t, r)
				want := theirs
				if r.differs != "" {
					if want = r.want; theirs == want {
						t.Errorf("nginx answers the same, there is no difference: %s", theirs)
					}
				}
				if got := sluice.ask(t, r); got != want {
					t.Errorf("expected %s\nSluice   %s", want, got)
				}
			})
		}
	}
}

// staticServer is a server that was asked for what it says of /data.txt.
type staticServer struct {
	port         string
	placeholders *strings.Replacer
	tag, at      string
}

func newStaticServer(t *testing.T, port string) *staticServer {
	s := &staticServer{port: port, placeholders: strings.NewReplacer()}
	r, _ := s.get(t, staticRequest{method: "HEAD", path: "/data.txt"})
	s.tag, s.at = r.Header.Get("ETag"), r.Header.Get("Last-Modified")
	at, err := http.ParseTime(s.at)
	if err != nil || !strings.HasPrefix(s.tag, `"`) {
		t.Fatalf("Last-Modified %q, ETag %q", s.at, s.tag)
	}
	s.placeholders = strings.NewReplacer("{tag}", s.tag, "{at}", s.at, "{before}", at.Add(-time.Second).Format(http.TimeFormat), "{after}", at.Add(time.Second).Format(http.TimeFormat))
	return s
}

// get sends a request and reads the answer.
func (s *staticServer) get(t *testing.T, q staticRequest) (*http.Response, string) {
	t.Helper()
	c, err := net.Dial("tcp", "127.0.0.1:"+s.port)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	method, headers := q.method, q.headers
	if method == "" {
		method = "GET"
	}
	if headers != "" {
		headers = s.placeholders.Replace(headers) + "\r\n"
	}
	fmt.Fprintf(c, "%s %s HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n%s\r\n", method, q.path, headers)
	r, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%s %s: %v", method, q.path, err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Errorf("the body of %s %s: %v after %d bytes", method, q.path, err, len(body))
	}
	return r, string(body)
}

// ask is what a server answers, in a form that is the same for all.
func (s *staticServer) ask(t *testing.T, q staticRequest) string {
	t.Helper()
	r, body := s.get(t, q)
	parts := []string{fmt.Sprint(r.StatusCode)}
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if l := r.Header.Get("Location"); l != "" {
		add("to %s", l)
	}
	if v := r.Header.Get("Content-Range"); v != "" {
		add("%s", v)
	}
	switch r.StatusCode {
	case 304:
		add("%d bytes", len(body))
	case 200, 206:
		media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil {
			t.Errorf("Content-Type: %v", err)
		}
		add("%s", media)
		if media != "multipart/byteranges" {
			add("length %d", r.ContentLength)
		}
		if r.Header.Get("ETag") != "" {
			add("tag")
		}
		if _, err := http.ParseTime(r.Header.Get("Last-Modified")); err == nil {
			add("modified")
		}
		if v := r.Header.Get("Accept-Ranges"); v != "" && r.StatusCode == 200 {
			add("%s", v) // of a part it goes without saying
		}
		if media == "multipart/byteranges" && q.method != "HEAD" {
			add("%s", partsOf(t, body, params["boundary"]))
		} else {
			add("%s", digest(body))
		}
		if r.ContentLength != int64(len(body)) && q.method != "HEAD" {
			t.Errorf("Content-Length %d, but %d bytes", r.ContentLength, len(body))
		}
	}
	return strings.Join(parts, "|")
}

// partsOf reads a multipart body.
func partsOf(t *testing.T, body, boundary string) string {
	t.Helper()
	var parts []string
	for m := multipart.NewReader(strings.NewReader(body), boundary); ; {
		p, err := m.NextPart()
		if err == io.EOF {
			return strings.Join(parts, " + ")
		}
		if err != nil {
			t.Errorf("a part: %v", err)
			return ""
		}
		var names []string
		for name := range p.Header {
			names = append(names, name)
		}
		sort.Strings(names)
		text, _ := io.ReadAll(p)
		media, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		parts = append(parts, fmt.Sprintf("%v %s %s %s", names, media, p.Header.Get("Content-Range"), digest(string(text))))
	}
}
