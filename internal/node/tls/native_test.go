package tls

import (
	"crypto/tls"
	"errors"
	"io"
	gonet "net"
	"testing"

	"golang.org/x/sys/unix"
)

// handshakeError is what a server says of a client, which may also be no client.
func handshakeError(t *testing.T, server *tls.Config, client func(c gonet.Conn)) error {
	t.Helper()
	l, err := gonet.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := gonet.Dial("tcp", l.Addr().String())
		if err == nil {
			defer c.Close()
			client(c)
		}
	}()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return tls.Server(c, server).Handshake()
}

func TestFailureKinds(t *testing.T) {
	says := func(text string) func(c gonet.Conn) {
		return func(c gonet.Conn) {
			_, _ = io.WriteString(c, text)
			_ = c.(*gonet.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, c)
		}
	}
	old := func(c gonet.Conn) {
		_ = tls.Client(c, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}).Handshake()
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{handshakeError(t, &tls.Config{}, says("GET / HTTP/1.1\r\n\r\n")), "plain_http"},
		{handshakeError(t, &tls.Config{}, says("PROPFIND / HTTP/1.1\r\n\r\n")), "plain_http"},
		{handshakeError(t, &tls.Config{}, says("M-SEARCH * HTTP/1.1\r\n\r\n")), "plain_http"},
		{handshakeError(t, &tls.Config{}, says("\x00\x01\x02\x03\x04\x05\x06")), "other"},
		{handshakeError(t, &tls.Config{}, says("get / http")), "other"},
		{handshakeError(t, &tls.Config{}, says("A / HTTP/1.1\r\n")), "other"},
		{handshakeError(t, &tls.Config{}, says("")), "closed"},
		{handshakeError(t, &tls.Config{}, says("\x16\x03\x01")), "closed"},
		{handshakeError(t, &tls.Config{MinVersion: tls.VersionTLS12}, old), "versions"},
		{unix.ECONNRESET, "closed"},
		{errHandshakeTime, "timeout"},
		{errors.New("tls: client didn't provide a certificate"), "client_certificate"},
		{&gonet.OpError{Op: "remote error", Err: errors.New("tls: bad certificate")}, "refused_by_client"},
	} {
		if got := FailureKinds[kindOf(c.err)]; got != c.want {
			t.Errorf("%v is %s, want %s", c.err, got, c.want)
		}
		if FailureText(c.err) == "" {
			t.Errorf("%v has no text", c.err)
		}
	}
}
