package edge

import (
	"io"
	"net"
	"net/netip"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluice-http/sluice/http1/http1net"
)

// TestUnreadByServer: a server with the engine's OnError logs what its handler never sees.
func TestUnreadByServer(t *testing.T) {
	lines := make(chan string, 10)
	e := engineOf(t, "", Options{Application: true, AccessLog: func(line []byte) { lines <- string(line) }}, &atomic.Int64{})
	var told atomic.Int64
	srv := &http1net.Server{Handler: e.Handler(nil), HeaderTimeout: 200 * time.Millisecond, OnError: e.OnError(func(*http1net.ServerError) { told.Add(1) })}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { srv.Close() })
	for _, c := range []struct{ send, want string }{
		{"GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n", `"client":"127\.0\.0\.1","route":"none","status":400,"bytes":0,"duration_ms":[^,]*,"reason":"Invalid header token"}`},
		{"GET / HT", `"route":"none","status":408,.*"reason":"it came too slowly"}`},
		{"GET /seen HTTP/1.1\r\nHost: x\r\n\r\n", `"target":"/seen",.*"status":404`},
	} {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, c.send); err != nil {
			t.Fatal(err)
		}
		if line := <-lines; !regexp.MustCompile(c.want).MatchString(line) {
			t.Errorf("%s, want %s", line, c.want)
		}
		conn.Close()
	}
	eventually(t, "the other OnError is told of both", func() bool { return told.Load() == 2 })
}

// What could not be read has a line in every format, made of what is known.
func TestUnread(t *testing.T) {
	for _, c := range []struct{ config, want string }{
		{"", `^{"time":"2026-11-21T10:00:00\.000Z","client":"192\.0\.2\.1","route":"none","status":400,"bytes":16,"duration_ms":0\.000,"reason":"Invalid \\"token\\"","worker":2}\n$`},
		{`access_log.format = "combined"`, `^192\.0\.2\.1 - - \[21/Nov/2026:10:00:00 \+0000\] "-" 400 16 "-" "-"\n$`},
		{`access_log.format = "pretty"`, `^\x1b\[2m10:00:00\x1b\[0m \x1b\[33m400\x1b\[0m - from 192\.0\.2\.1 .*Invalid \\x22token\\x22\x1b\[0m\n$`},
		{"access_log = false", "^$"},
	} {
		var closed atomic.Int64
		lines := ""
		live := NewLive(engineOf(t, c.config, Options{AccessLog: func(line []byte) { lines += string(line) }}, &closed))
		x := &Exchange{Peer: netip.MustParseAddr("192.0.2.1"), Start: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC), Worker: 2, Broken: `Invalid "token"`}
		live.Unread(x, Sent{Status: 400, Bytes: 16})
		if !regexp.MustCompile(c.want).MatchString(lines) {
			t.Errorf("%s: %q", c.config, lines)
		}
		// The engine can go: nothing holds it.
		live.Close()
		eventually(t, "the engine is closed", func() bool { return closed.Load() == 1 })
	}
}
