package test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestRefusals: what the edge turns away is counted by its reason, and what has no head
// that can be read has a line in the log.
func TestRefusals(t *testing.T) {
	s := &administered{pool: &pool{t: t}, dir: t.TempDir()}
	s.write("app.js", edgeApp)
	s.write("sluice.toml", `
app = "app.js"
[[route]]
path = "/echo"
app = true
body_limit = "1KiB"
[[route]]
path = "/slow"
app = true
timeout = "200ms"
[[route]]
path = "/drip"
app = true
timeout = "200ms"
`)
	s.start(s, "--set", "host=127.0.0.1", "--set", "port=0", "--set", "timeouts.header=3s")
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(s.url, "http://"))
	const post = "POST /echo HTTP/1.1\r\nHost: x\r\n"
	for _, c := range []struct{ send, want, metric, log string }{
		{post + "Content-Length: 1025\r\n\r\n", "HTTP/1.1 413 ", `{reason="body_limit",route="/echo"} 1`, `"target":"/echo".*"status":413,.*"reason":"body_limit"`},
		{post + "Transfer-Encoding: chunked\r\n\r\n401\r\n" + strings.Repeat("x", 1025) + "\r\n0\r\n\r\n", "HTTP/1.1 413 ", `{reason="body_limit",route="/echo"} 2`, ""},
		{request("/slow?ms=600000"), "HTTP/1.1 504 ", `{reason="timeout",route="/slow"} 1`, `"target":"/slow.*"status":504,.*"reason":"timeout"`},
		{request("/drip?ms=600000"), "begin ", `{reason="timeout",route="/drip"} 1`, `"target":"/drip.*"status":200,.*"reason":"timeout","aborted":true`},
		{"GET / HTTP/1.1\r\nBad Header\r\n\r\n", "HTTP/1.1 400 ", "", `"client":"127.0.0.1","route":"none","status":400,"bytes":16,"duration_ms":0.000,"reason":"Invalid header token","worker":1}`},
		{"GET / HTTP/1.1\r\nHost: x\r\nX-Half", "HTTP/1.1 408 ", "", `"client":"127.0.0.1","route":"none","status":408,.*"reason":"it did not arrive in time"`},
		{post + "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n", "HTTP/1.1 400 ", "", `"target":"/echo".*"status":400,.*"reason":"Invalid character in chunk size"`},
		{"", "", "", ""}, // who says nothing has not asked for anything
	} {
		// Without a Connection: close of ours: that the connection ends is the server's doing.
		if got := talk(t, port, c.send); !strings.Contains(got, c.want) {
			t.Errorf("%q: %q", clip(c.send), clip(got))
		}
		if c.metric != "" {
			s.becomes(s.admin+"/metrics", "\nsluice_refusals_total"+c.metric+"\n")
		}
		if c.log != "" {
			s.waitLog(c.log)
		}
	}
	s.signal(syscall.SIGTERM)
	s.wait()
	if n := strings.Count(s.text(), `"route":"none"`); n != 2 {
		t.Errorf("%d requests had no head, want 2", n)
	}
}

// TestAdminOfPlainApplication: --admin is for an application without a configuration.
func TestAdminOfPlainApplication(t *testing.T) {
	p := startPool(t, "--admin", "0")
	s := &administered{pool: p, url: "http://127.0.0.1:" + p.port}
	s.waits(adminOn, &s.admin)
	for range 3 {
		p.mustGet("/pid")
	}
	s.becomes(s.admin+"/healthz", "ok")
	s.becomes(s.admin+"/readyz", `"ready":true`)
	s.becomes(s.admin+"/metrics", "\n"+`sluice_requests_total{method="GET",route="app",status="2xx"} 3`+"\n")
	s.becomes(s.admin+"/metrics", "\n"+`sluice_requests_total{method="POST",route="app",status="5xx"} 0`+"\n")
	s.becomes(s.admin+"/", "<title>Sluice</title>")
	if _, text := s.get(s.admin + "/metrics"); strings.Contains(text, "sluice_config_") || strings.Contains(text, "sluice_tls_") {
		t.Error("it has metrics of what there is not")
	}
	// A mistake in the option is told before anything runs.
	for _, address := range []string{"nonsense", "127.0.0.1:99999", "300.1.1.1:1"} {
		if out, code := runScript(t, "--admin", address, "-e", "console.log('ran')"); code == 0 || strings.Contains(out, "ran") || !strings.Contains(out, "admin") {
			t.Errorf("--admin %s: exit code %d, %s", address, code, out)
		}
	}
}

// TestAdminOfSupervised: the admin listener is the child's, and comes back with the next
// one at the same address.
func TestAdminOfSupervised(t *testing.T) {
	port := freePort(t)
	p := startPool(t, "--supervise", "--admin", port)
	s := &administered{pool: p, admin: "http://127.0.0.1:" + port}
	s.becomes(s.admin+"/readyz", `"ready":true`)
	before := p.mustGet("/pid")
	if status, text, err := p.get("/abort"); err == nil {
		t.Errorf("/abort: %d %q", status, text)
	}
	if after := p.mustGet("/pid"); after == before {
		t.Error("the same process serves on")
	}
	s.becomes(s.admin+"/readyz", `"ready":true`)
	// The numbers are of this child: they begin anew, as after a restart.
	s.becomes(s.admin+"/metrics", "\n"+`sluice_requests_total{method="GET",route="app",status="2xx"} 1`+"\n")
	p.signal(syscall.SIGTERM)
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// secured is a TLS connection that stays open.
type secured struct {
	*tls.Conn
	in     *bufio.Reader
	serial string // of the server's certificate
}

// connect makes a TLS connection to a port, for a name.
func (s *edgeServer) connect(port, name string) (*secured, error) {
	roots := x509.NewCertPool()
	roots.AddCert(s.ca)
	c, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{RootCAs: roots, ServerName: name})
	if err != nil {
		return nil, err
	}
	s.t.Cleanup(func() { c.Close() })
	return &secured{c, bufio.NewReader(c), c.ConnectionState().PeerCertificates[0].SerialNumber.String()}, nil
}

// TestReloadOfTLS: listeners with TLS come and go and get other certificates; what is
// connected stays.
func TestReloadOfTLS(t *testing.T) {
	e := newEdge(t, "one.example", "two.example")
	e.pair("other", "one.example")
	s := &administered{pool: e.pool, dir: e.dir}
	plain, first, second := freePort(t), freePort(t), freePort(t)
	number := 0
	// write writes a configuration; the ports with an s behind them speak TLS.
	write := func(certificates []string, ports ...string) {
		number++
		text := "static = \"public\"\n"
		for _, port := range ports {
			text += fmt.Sprintf("[[listen]]\nhost = \"127.0.0.1\"\nport = %s\ntls = %v\n", strings.TrimSuffix(port, "s"), strings.HasSuffix(port, "s"))
		}
		for _, name := range certificates {
			text += fmt.Sprintf("[[tls.certificate]]\ncert = \"%s.pem\"\nkey = \"%[1]s.key\"\n", name)
		}
		s.write("sluice.toml", text+fmt.Sprintf("[[route]]\npath = \"/which\"\nrespond = \"number %d\"\n", number))
	}
	handshakes := 0
	// A listener that is new, or has changed, is there a moment before or after what others answer is new.
	connect := func(port, name string) *secured {
		t.Helper()
		for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
			c, err := e.connect(port, name)
			if err == nil {
				handshakes++
				return c
			}
			if time.Now().After(end) {
				t.Fatal(err)
			}
		}
	}
	asks := func(c *secured) {
		t.Helper()
		want := fmt.Sprint("number ", number)
		for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
			fmt.Fprint(c, request("/which"))
			got := body(t, c.in)
			if got == want {
				return
			}
			if got == "" || time.Now().After(end) {
				t.Fatalf("%q, want %q", got, want)
			}
		}
	}
	inForce := func(port string) {
		t.Helper()
		s.becomes("http://127.0.0.1:"+port+"/which", fmt.Sprint("number ", number))
	}
	write(nil, plain)
	s.start(nil, "--set", "access_log=false")
	inForce(plain)

	write([]string{"one.example"}, plain, first+"s") // the first listener with TLS
	inForce(plain)
	kept := connect(first, "one.example")
	asks(kept)

	write([]string{"other", "two.example"}, plain, first+"s", second+"s") // other certificates, one more listener
	inForce(plain)
	asks(kept)
	fresh := connect(first, "one.example")
	for end := time.Now().Add(patience); fresh.serial == kept.serial; fresh = connect(first, "one.example") {
		if time.Now().After(end) {
			t.Fatal("the certificate is still the old one")
		}
		time.Sleep(20 * time.Millisecond)
	}
	asks(fresh)
	gone := connect(second, "two.example")
	asks(gone)

	write([]string{"other"}, plain, first+"s") // one listener less, and one certificate
	inForce(plain)
	for _, c := range []*secured{kept, fresh, gone} {
		asks(c)
	}
	// Each worker and each listener has it in its own time.
	ends := func(what, port, name string) {
		t.Helper()
		for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
			if _, err := e.connect(port, name); err != nil {
				return
			}
			if handshakes++; time.Now().After(end) {
				t.Fatal(what)
			}
		}
	}
	ends("the second listener is still open", second, "one.example")
	ends("the certificate for two.example is still there", first, "two.example")

	write([]string{"missing"}, plain, first+"s") // nothing changes
	number--
	s.waits(`sluice\.toml:\d+:\d+: tls\.certificate`, nil)
	inForce(plain)
	asks(connect(first, "one.example"))
	asks(kept)
	number++

	write([]string{"other"}, plain+"s", first) // they change places
	inForce(first)
	asks(connect(plain, "one.example"))
	asks(kept)
	s.becomes("http://127.0.0.1:"+plain+"/", "speaks HTTPS")

	// Handshakes are counted through all of it.
	s.becomes(s.admin+"/metrics", fmt.Sprintf("\nsluice_tls_handshakes_total{kind=\"full\"} %d\n", handshakes))
	// Whether the alert of who did not like the name is read before its reset is chance.
	for pattern, least := range map[string]int{"plain_http": 1, "closed|refused_by_client": 1, "timeout|versions|client_certificate|other": 0} {
		n := -1
		for range 3000 {
			_, text := s.get(s.admin + "/metrics")
			n = 0
			for _, found := range regexp.MustCompile(`tls_handshakes_failed_total\{reason="(?:`+pattern+`)"\} (\d+)`).FindAllStringSubmatch(text, -1) {
				more, _ := strconv.Atoi(found[1])
				n += more
			}
			if n >= least {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		if n < least || least == 0 && n > 0 {
			t.Errorf("%d handshakes failed as %s", n, pattern)
		}
	}
	if res, err := http.Get(s.admin + "/readyz"); err != nil || res.StatusCode != 200 {
		t.Error(res, err)
	} else {
		res.Body.Close()
	}
}
