package edge

import (
	"net/netip"
	"regexp"
	"sync/atomic"
	"testing"
	"time"
)

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
