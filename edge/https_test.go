package edge

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/http1/http1net"
)

// both is an engine's two servers: one that sends everybody to https, and one that speaks it.
func both(t *testing.T, a *authority, text string) (plainAddr, secureAddr string) {
	t.Helper()
	c, err := config.Parse(filepath.Join(a.dir, "sluice.toml"), []byte(text), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(c.Config, Options{AccessLog: func([]byte) {}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	var addresses [2]string
	for i, srv := range []*http1net.Server{
		{Handler: e.RedirectHandler(443, http1net.HandlerFunc(app))},
		{Handler: e.Handler(http1net.HandlerFunc(app)), TLSConfig: e.TLSConfig()},
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		addresses[i] = l.Addr().String()
		if i == 0 {
			go func() { _ = srv.Serve(l) }()
		} else {
			go func() { _ = srv.ServeTLS(l, "", "") }()
		}
		t.Cleanup(func() { _ = srv.Close() })
	}
	return addresses[0], addresses[1]
}

// raw sends a request without its empty line and returns the status and fields of the answer.
func raw(t *testing.T, address, request string) (string, http.Header) {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte(request + "Connection: close\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	return resp.Status[:3], resp.Header
}

func TestRedirectToHTTPS(t *testing.T) {
	a := newAuthority(t)
	a.files("site", nil, "example.com")
	plainAddr, secureAddr := both(t, a, `
trusted_proxies = ["127.0.0.1"]
rate_limit = "1/h"
basic_auth.users = {ada = "$2y$05$fakefakefakefakefakefakefakefakefakefakefakefakefake."}
[[listen]]
port = 8443
tls = true
[[tls.certificate]]
cert = "site.pem"
key = "site.key"
`)
	for request, want := range map[string]string{
		"GET /a%20b?c=1 HTTP/1.1\r\nHost: Example.com:8080\r\n":         "308 https://example.com/a%20b?c=1",
		"POST / HTTP/1.1\r\nHost: example.com\r\nContent-Length: 0\r\n": "308 https://example.com/",
		"GET //evil.example/ HTTP/1.1\r\nHost: example.com\r\n":         "308 https://example.com//evil.example/",
		"GET http://example.com/x HTTP/1.1\r\nHost: example.com\r\n":    "308 https://example.com/x",
		"GET http://example.com HTTP/1.1\r\nHost: example.com\r\n":      "308 https://example.com/",
		"GET / HTTP/1.1\r\nHost: [::1]:80\r\n":                          "308 https://[::1]/",
		"OPTIONS * HTTP/1.1\r\nHost: example.com\r\n":                   "400 ",
		"GET / HTTP/1.0\r\n": "400 ",
		"GET / HTTP/1.1\r\nHost: example.com\r\nX-Forwarded-Proto: https\r\n": "401 ", // behind a proxy that has TLS
		"GET /again HTTP/1.1\r\nHost: example.com\r\n":                        "308 https://example.com/again",
	} {
		status, header := raw(t, plainAddr, request)
		if got := status + " " + header.Get("Location"); got != want {
			t.Errorf("%q: %s, want %s", request, got, want)
		}
		if (header.Get("Strict-Transport-Security") != "") != strings.Contains(request, "Proto: https") {
			t.Errorf("%q: Strict-Transport-Security is %q", request, header.Get("Strict-Transport-Security"))
		}
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.pool(), ServerName: "example.com"}}
	defer transport.CloseIdleConnections()
	req, _ := http.NewRequestWithContext(context.Background(), "GET", "https://"+secureAddr+"/", nil)
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if got := resp.Header.Get("Strict-Transport-Security"); resp.StatusCode/100 != 4 || got != "max-age=31536000" {
		t.Errorf("by TLS: %s, Strict-Transport-Security %q", resp.Status, got)
	}
}

// An engine that replaces another one goes on with its sessions, unless other clients
// are welcome now.
func TestLiveTLS(t *testing.T) {
	a := newAuthority(t)
	ca := "client_ca = \"ca.pem\"\nclient_auth = \"require\"\n"
	a.write("ca.pem", a.pem())
	a.files("site", nil, "example.com")
	engine := func(tlsKeys string, before *Engine) *Engine {
		t.Helper()
		text := "access_log = false\n[[listen]]\nport = 8443\ntls = true\n[tls]\n" + tlsKeys + "[[tls.certificate]]\ncert = \"site.pem\"\nkey = \"site.key\"\n"
		c, err := config.Parse(filepath.Join(a.dir, "sluice.toml"), []byte(text), config.Options{})
		if err != nil {
			t.Fatal(err)
		}
		e, err := New(c.Config, Options{Before: before})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	l := NewLive(engine(ca, nil))
	defer func() { _ = l.Engine().Close() }()
	server := l.TLSConfig()
	client := &tls.Config{InsecureSkipVerify: true, ServerName: "example.com", ClientSessionCache: tls.NewLRUClientSessionCache(1), Certificates: []tls.Certificate{a.client()}}
	step := func(what string, resumed bool) {
		t.Helper()
		state, err := shake(t, server, client)
		if err != nil || state.DidResume != resumed {
			t.Errorf("%s: resumed %v, %v", what, state.DidResume, err)
		}
	}
	step("the first", false)
	step("the second", true)
	l.Swap(engine("min_version = \"1.3\"\n"+ca, l.Engine()))
	step("another engine", true)
	l.Swap(engine("", l.Engine()))
	step("everybody is welcome", false)
	l.Swap(engine(ca, l.Engine()))
	step("and not any more", false)
	a.files("site", nil, "new.example")
	l.Swap(engine(ca, l.Engine()))
	if state, err := shake(t, server, &tls.Config{InsecureSkipVerify: true, Certificates: client.Certificates}); err != nil || state.PeerCertificates[0].Subject.CommonName != "new.example" {
		t.Errorf("a new certificate: %v, %v", state.PeerCertificates, err)
	}
}
