package test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// edgeServer is `sluice serve` in a folder with certificates.
type edgeServer struct {
	*pool
	dir   string
	ca    *x509.Certificate
	caKey *ecdsa.PrivateKey
	n     atomic.Int64
}

const edgeTLSApp = `
const http = require('node:http');
const { existsSync } = require('node:fs');
http.createServer((req, res) => {
  const s = req.socket;
  if (req.url === '/hang') { console.error('hanging'); while (!existsSync('release')); }
  if (req.url === '/nap') for (const end = Date.now() + 50; Date.now() < end;);
  const { encrypted, authorized, servername, remoteAddress } = s;
  res.end(JSON.stringify({
    encrypted, authorized, servername, remoteAddress, protocol: s.getProtocol?.(), alpn: s.alpnProtocol, cn: s.getPeerCertificate?.().subject?.CN,
    proto: req.headers['x-forwarded-proto'],
  }));
}).on('upgrade', (req, socket, head) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  socket.write('encrypted ' + socket.encrypted + '\n');
  socket.pipe(socket);
}).listen(0);
`

// newEdge makes the folder: app.js, public/, ca.pem, and pairs for the names.
func newEdge(t *testing.T, names ...string) *edgeServer {
	t.Helper()
	s := &edgeServer{dir: t.TempDir(), pool: &pool{t: t}}
	s.caKey, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, s.caKey.Public(), s.caKey)
	if err != nil {
		t.Fatal(err)
	}
	s.ca, _ = x509.ParseCertificate(der)
	s.write("ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	s.write("app.js", edgeTLSApp)
	s.write("public/index.html", "<h1>home</h1>")
	s.write("public/big.txt", strings.Repeat("0123456789abcdef", 1<<16))
	for _, name := range names {
		s.pair(strings.ReplaceAll(name, "*", "any"), name)
	}
	return s
}

func (s *edgeServer) write(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	_ = os.MkdirAll(filepath.Dir(path), 0o755)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// issue makes a certificate and its key.
func (s *edgeServer) issue(names ...string) (cert, key string) {
	s.t.Helper()
	k, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	template := &x509.Certificate{SerialNumber: big.NewInt(100 + s.n.Add(1)), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, s.ca, k.Public(), s.caKey)
	if err != nil {
		s.t.Fatal(err)
	}
	pkcs8, _ := x509.MarshalPKCS8PrivateKey(k)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
}

// pair writes FILE.pem and FILE.key.
func (s *edgeServer) pair(file string, names ...string) {
	cert, key := s.issue(names...)
	s.write(file+".pem", cert)
	s.write(file+".key", key)
}

// serve starts the server with a configuration, and waits until it serves.
func (s *edgeServer) serve(text string, args ...string) {
	s.t.Helper()
	s.write("sluice.toml", "admin = false\n"+text)
	p := s.pool
	p.serveIn(s.dir, nil, args...)
	p.waitLog(`serving on https://`)
	p.port = regexp.MustCompile(`https://[^ "]*:(\d+)`).FindStringSubmatch(p.text())[1]
}

// client asks for a name, with a connection for every request or not.
func (s *edgeServer) client(name string, keepAlive bool, change ...func(c *tls.Config)) *http.Client {
	roots := x509.NewCertPool()
	roots.AddCert(s.ca)
	c := &tls.Config{RootCAs: roots, ServerName: name}
	for _, f := range change {
		f(c)
	}
	tr := &http.Transport{TLSClientConfig: c, DisableKeepAlives: !keepAlive, DisableCompression: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, "127.0.0.1:"+s.port)
		}}
	s.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// ask returns what app.js tells of the connection.
func ask(c *http.Client, url string) (facts map[string]any, res *http.Response, err error) {
	res, err = c.Get(url)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil {
		err = json.Unmarshal(b, &facts)
	}
	return facts, res, err
}

const twoCertificates = `
app = "app.js"
log.level = "debug"
[[listen]]
host = "127.0.0.1"
port = 0
tls = true
[[listen]]
socket = "plain.sock"
redirect_to_https = 443
[[tls.certificate]]
cert = "one.example.pem"
key = "one.example.key"
[[tls.certificate]]
cert = "any.two.example.pem"
key = "any.two.example.key"
[[route]]
path = "/static/*"
static = "public"
[[route]]
path = "/*"
app = true
`

func TestEdgeTLS(t *testing.T) {
	s := newEdge(t, "one.example", "*.two.example")
	s.serve(twoCertificates)
	for name, want := range map[string]string{"one.example": "one.example", "a.two.example": "*.two.example"} {
		facts, res, err := ask(s.client(name, false), "https://"+name+"/")
		if err != nil {
			t.Fatal(err)
		}
		if got := res.TLS.PeerCertificates[0].Subject.CommonName; got != want {
			t.Errorf("%s got the certificate of %s", name, got)
		}
		if got := res.Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
			t.Errorf("%s: Strict-Transport-Security: %q", name, got)
		}
		if facts["encrypted"] != true || facts["servername"] != name || facts["protocol"] != "TLSv1.3" || facts["proto"] != "https" || facts["remoteAddress"] != "127.0.0.1" || facts["cn"] != nil {
			t.Errorf("%s: the application sees %v", name, facts)
		}
	}
	facts, res, err := ask(s.client("one.example", false, func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12; c.NextProtos = []string{"http/1.1"} }), "https://one.example/")
	if err != nil || res.TLS.Version != tls.VersionTLS12 || facts["protocol"] != "TLSv1.2" || facts["alpn"] != "http/1.1" {
		t.Errorf("TLS 1.2: %v, %v", facts, err)
	}
	if _, _, err := ask(s.client("one.example", false, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }), "https://one.example/"); err == nil {
		t.Error("TLS 1.1 is accepted")
	}
	s.waitLog(`a TLS handshake failed.*unsupported versions`)
	big, err := s.client("one.example", true).Get("https://one.example/static/big.txt")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(big.Body)
	big.Body.Close()
	if got := big.Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("Strict-Transport-Security: %q", got)
	}
	if err != nil || string(b) != strings.Repeat("0123456789abcdef", 1<<16) {
		t.Errorf("a file: %d bytes, %v", len(b), err)
	}
	// HTTP without TLS, in one piece and byte by byte.
	for _, step := range []int{1, 1000} {
		c := dial(t, s.port)
		for rest := "GET / HTTP/1.1\r\nHost: one.example\r\n\r\n"; rest != ""; rest = rest[min(step, len(rest)):] {
			if _, err := io.WriteString(c, rest[:min(step, len(rest))]); err != nil {
				break // it has said enough
			}
		}
		answer, err := io.ReadAll(c)
		if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 400 Bad Request\r\n") || !strings.HasSuffix(string(answer), "This port speaks HTTPS, and the request was plain.\n") {
			t.Errorf("plain HTTP, %d bytes at a time: %q, %v", step, answer, err)
		}
	}
	s.waitLog(`a TLS handshake failed.*a plain HTTP request`)
	// What is neither gets no text.
	c := dial(t, s.port)
	fmt.Fprint(c, "\x00\x01\x02\x03\x04\x05\x06\x07")
	if answer, _ := io.ReadAll(c); strings.Contains(string(answer), "HTTP") {
		t.Errorf("bytes that are nothing: %q", answer)
	}
	s.upgrade(t)
	s.redirected(t)
}

// redirected asks the listener that sends everybody to https.
func (s *edgeServer) redirected(t *testing.T) {
	c, err := net.Dial("unix", filepath.Join(s.dir, "plain.sock"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	fmt.Fprint(c, "POST /a?b HTTP/1.1\r\nHost: one.example:80\r\nContent-Length: 2\r\n\r\nxxGET /static/ HTTP/1.1\r\nHost: one.example\r\n\r\n")
	in := bufio.NewReader(c)
	for _, want := range []string{"https://one.example/a?b", "https://one.example/static/"} {
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		if got := res.Header.Get("Location"); res.StatusCode != 308 || got != want || res.Header.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s to %s (%v), want %s", res.Status, got, res.Header, want)
		}
	}
}

// upgrade leaves HTTP on a TLS connection.
func (s *edgeServer) upgrade(t *testing.T) {
	roots := x509.NewCertPool()
	roots.AddCert(s.ca)
	c, err := tls.Dial("tcp", "127.0.0.1:"+s.port, &tls.Config{RootCAs: roots, ServerName: "one.example"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	fmt.Fprint(c, "GET /upgrade HTTP/1.1\r\nHost: one.example\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	in := bufio.NewReader(c)
	res, err := http.ReadResponse(in, nil)
	if err != nil || res.StatusCode != 101 {
		t.Fatalf("upgrade: %v, %v", res, err)
	}
	fmt.Fprint(c, "and back\n")
	first, _ := in.ReadString('\n')
	second, err := in.ReadString('\n')
	if err != nil || first != "encrypted true\n" || second != "and back\n" {
		t.Errorf("upgraded: %q, %q, %v", first, second, err)
	}
}

func TestEdgeClientCertificates(t *testing.T) {
	s := newEdge(t, "one.example", "*.two.example")
	s.serve(twoCertificates + "[tls]\nclient_auth = \"require\"\nclient_ca = \"ca.pem\"\n")
	if facts, _, err := ask(s.client("one.example", false), "https://one.example/"); err == nil {
		t.Errorf("without a certificate: %v", facts)
	}
	s.waitLog(`a TLS handshake failed.*didn't provide a certificate`)
	cert, key := s.issue("Ada")
	pair, err := tls.X509KeyPair([]byte(cert), []byte(key))
	if err != nil {
		t.Fatal(err)
	}
	client := s.client("one.example", false, func(c *tls.Config) {
		c.Certificates, c.ClientSessionCache = []tls.Certificate{pair}, tls.NewLRUClientSessionCache(1)
	})
	for i := range 2 { // the second time the session is resumed
		facts, res, err := ask(client, "https://one.example/")
		if err != nil {
			t.Fatal(err)
		}
		if facts["authorized"] != true || facts["cn"] != "Ada" || res.TLS.DidResume != (i == 1) {
			t.Errorf("request %d: %v, resumed %v", i, facts, res.TLS.DidResume)
		}
	}
}

// While JavaScript does not come back handshakes go on, and files are served.
func TestEdgeTLSWhileStuck(t *testing.T) {
	s := newEdge(t, "one.example", "*.two.example")
	s.serve(twoCertificates)
	hanging := make(chan error, 1)
	go func() {
		_, _, err := ask(s.client("one.example", false), "https://one.example/hang")
		hanging <- err
	}()
	s.waitLog("hanging")
	for range 5 {
		res, err := s.client("one.example", false).Get("https://one.example/static/")
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || string(b) != "<h1>home</h1>" {
			t.Fatalf("%q, %v", b, err)
		}
	}
	select {
	case err := <-hanging:
		t.Fatalf("JavaScript has come back: %v", err)
	default:
	}
	makeFile(t, filepath.Join(s.dir, "release"))
	if err := <-hanging; err != nil {
		t.Error(err)
	}
}

func TestEdgeHandshakeTimeout(t *testing.T) {
	s := newEdge(t, "one.example", "*.two.example")
	s.serve("timeouts.handshake = \"300ms\"\n" + twoCertificates)
	for _, said := range []string{"", "\x16\x03\x01\x02\x00\x01"} {
		c := dial(t, s.port)
		fmt.Fprint(c, said)
		if answer, err := io.ReadAll(c); err != nil || len(answer) != 0 {
			t.Errorf("after %q: %q, %v", said, answer, err)
		}
	}
	s.waitLog(`a TLS handshake failed.*took too long`)
}

// New certificates are taken under load, half-written ones are not, and no request fails.
func TestEdgeCertificateReload(t *testing.T) {
	s := newEdge(t, "one.example", "*.two.example")
	s.serve("workers = 2\n" + strings.Replace(twoCertificates, "debug", "info", 1))
	var seen sync.Map
	var requests atomic.Int64
	stop := make(chan struct{})
	var clients sync.WaitGroup
	for i := range 4 {
		clients.Go(func() {
			c := s.client("one.example", i%2 == 0)
			for {
				select {
				case <-stop:
					return
				default:
				}
				path := []string{"", "static/"}[requests.Add(1)%2]
				res, err := c.Get("https://one.example/" + path)
				if err != nil {
					t.Errorf("a request failed: %v", err)
					return
				}
				_, err = io.Copy(io.Discard, res.Body)
				res.Body.Close()
				if err != nil || res.StatusCode != 200 {
					t.Errorf("a request failed: %s, %v", res.Status, err)
					return
				}
				seen.Store(res.TLS.PeerCertificates[0].SerialNumber.String(), true)
			}
		})
	}
	count := func() (n int) {
		seen.Range(func(any, any) bool { n++; return true })
		return n
	}
	waitSeen := func(n int) {
		t.Helper()
		for end := time.Now().Add(patience); count() < n; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%d certificates were seen, want %d", count(), n)
			}
		}
	}
	waitSeen(1)
	for i := range 3 {
		cert, key := s.issue("one.example")
		s.write("one.example.pem", cert[:len(cert)/2])
		if i == 1 {
			s.waitLog(`cannot be used; the old one stays`)
		}
		s.write("one.example.pem", cert)
		s.write("one.example.key", key)
		waitSeen(i + 2)
	}
	close(stop)
	clients.Wait()
	s.waitLog(`(?s)(certificate read again.*){3}`)
	if n := strings.Count(s.text(), "certificate read again"); n != 3 {
		t.Errorf("the log tells %d times of new certificates", n)
	}
	t.Logf("%d requests", requests.Load())
}

// A server that ends does not wait for clients that have connected and say nothing.
func TestEdgeTLSStops(t *testing.T) {
	s := newEdge(t, "one.example", "*.two.example")
	s.serve("timeouts.handshake = \"10m\"\n" + twoCertificates)
	silent := dial(t, s.port)
	defer silent.Close()
	if _, _, err := ask(s.client("one.example", true), "https://one.example/"); err != nil {
		t.Fatal(err)
	}
	s.signal(syscall.SIGTERM)
	if code := s.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
