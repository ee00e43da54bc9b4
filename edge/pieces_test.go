package edge

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestClientAddress(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("127.0.0.1/32")}
	trusted := func(a netip.Addr) bool {
		for _, p := range proxies {
			if p.Contains(a) {
				return true
			}
		}
		return false
	}
	for _, c := range []struct {
		peer, forwarded, xff, want string // fields separated by |
	}{
		{"192.0.2.1", "", "", "192.0.2.1"},
		{"192.0.2.1", "", "198.51.100.7", "192.0.2.1"}, // not a proxy: nobody asked
		{"10.1.1.1", "", "", "10.1.1.1"},
		{"10.1.1.1", "", "198.51.100.7", "198.51.100.7"},
		{"::ffff:10.1.1.1", "", "198.51.100.7", "198.51.100.7"},
		{"10.1.1.1", "", "1.1.1.1, 198.51.100.7", "198.51.100.7"}, // what the client wrote does not count
		{"10.1.1.1", "", "1.1.1.1|198.51.100.7, 10.2.2.2", "198.51.100.7"},
		{"10.1.1.1", "", "10.3.3.3,10.2.2.2", "10.3.3.3"},
		{"10.1.1.1", "", "198.51.100.7:1234", "198.51.100.7"},
		{"10.1.1.1", "", "[2001:db8::1]:80", "2001:db8::1"},
		{"10.1.1.1", "", "2001:db8::1", "2001:db8::1"},
		{"10.1.1.1", "", "198.51.100.7, nonsense", "10.1.1.1"},
		{"10.1.1.1", "", "nonsense, 10.2.2.2", "10.2.2.2"},
		{"10.1.1.1", "", "", "10.1.1.1"},
		{"10.1.1.1", "for=198.51.100.7", "1.1.1.1", "198.51.100.7"},
		{"10.1.1.1", `For="[2001:db8::1]:80";proto=https;by=10.1.1.1`, "", "2001:db8::1"},
		{"10.1.1.1", `for=1.1.1.1, for=198.51.100.7;proto=http|for=10.2.2.2`, "", "198.51.100.7"},
		{"10.1.1.1", `for=unknown`, "1.1.1.1", "10.1.1.1"},
		{"10.1.1.1", `for=_hidden`, "", "10.1.1.1"},
		{"10.1.1.1", `proto=https`, "", "10.1.1.1"},
		{"10.1.1.1", `for="1.1.1.1, for=8.8.8.8"`, "", "10.1.1.1"}, // a comma inside quotes
		{"fe80::1%eth0", "", "198.51.100.7", "fe80::1"},
	} {
		list := func(s string) []string {
			if s == "" {
				return nil
			}
			return strings.Split(s, "|")
		}
		if got := ClientAddress(netip.MustParseAddr(c.peer), list(c.forwarded), list(c.xff), trusted); got.String() != c.want {
			t.Errorf("%s, Forwarded %q, X-Forwarded-For %q: %s, want %s", c.peer, c.forwarded, c.xff, got, c.want)
		}
	}
}

func TestRateLimiter(t *testing.T) {
	l := NewRateLimiter(5, time.Second, 0)
	second := int64(time.Second)
	for i := range 5 {
		if v := l.Allow("a", 0); !v.OK || v.Remaining != 4-i {
			t.Fatalf("request %d of the burst: %+v", i, v)
		}
	}
	if v := l.Allow("a", 0); v.OK || v.Retry != 200*time.Millisecond || v.Reset != time.Second {
		t.Fatalf("beyond the burst: %+v", v)
	}
	if v := l.Allow("b", 0); !v.OK {
		t.Fatalf("another key: %+v", v)
	}
	if v := l.Allow("a", second/5); !v.OK || v.Remaining != 0 {
		t.Fatalf("a token later: %+v", v)
	}
	if v := l.Allow("a", 10*second); !v.OK || v.Remaining != 4 {
		t.Fatalf("a full bucket: %+v", v)
	}
	if v := NewRateLimiter(60, time.Minute, 2); !v.Allow("a", 0).OK || !v.Allow("a", 0).OK || v.Allow("a", 0).OK {
		t.Fatal("a burst of its own")
	}
}

// Over a minute of constant load, from several goroutines, exactly the burst and the
// rate come through.
func TestRateLimiterIsExact(t *testing.T) {
	l := NewRateLimiter(100, time.Minute, 100)
	var wg sync.WaitGroup
	var mu sync.Mutex
	passed := 0
	const step = int64(time.Minute) / 6000
	for i := int64(0); i < 6000; i++ { // 100 requests a second
		for range 2 {
			wg.Go(func() {
				if l.Allow("k", i*step).OK {
					mu.Lock()
					passed++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
	}
	if passed != 199 { // 100 at once, and one each 0.6 s after the first
		t.Errorf("%d requests passed, want 199", passed)
	}
}

func TestRateLimiterForgets(t *testing.T) {
	l := NewRateLimiter(10, time.Second, 10)
	for i := range 10000 {
		l.Allow(fmt.Sprint(i), int64(i)*int64(time.Millisecond))
	}
	if n := l.Keys(); n > 3000 {
		t.Errorf("%d keys are remembered of which 100 are active", n)
	}
}

func TestEncoding(t *testing.T) {
	offered := []string{"zstd", "br", "gzip"}
	for _, c := range []struct{ accept, want string }{
		{"", ""}, {"gzip", "gzip"}, {"gzip, deflate, br", "br"}, {"gzip, deflate, br, zstd", "zstd"}, {"deflate", ""}, {"GZIP", "gzip"}, {"x-gzip", "gzip"},
		{"gzip;q=1.0, br;q=0.5", "gzip"}, {"br;q=0", ""}, {"br;q=0, *", "zstd"}, {"*", "zstd"}, {"*;q=0", ""}, {"zstd;q=0, *;q=0.5, gzip;q=0.4", "br"},
		{"identity", ""}, {"identity;q=0.5, gzip;q=0.4", ""}, {"identity;q=0.3, gzip;q=0.4", "gzip"}, {"identity, gzip", "gzip"}, {"gzip;q=2", ""}, {"gzip;q=x, br", "br"},
		{" gzip ; q=0.8 , br ; q=0.9", "br"}, {",,gzip,,", "gzip"}, {"gzip;q=0.001", "gzip"},
	} {
		if got := Encoding([]string{c.accept}, offered); got != c.want {
			t.Errorf("%q: %q, want %q", c.accept, got, c.want)
		}
	}
	if got := Encoding([]string{"gzip;q=0.1", "br"}, offered); got != "br" {
		t.Errorf("two fields: %q", got)
	}
}

func TestEvaluate(t *testing.T) {
	modified := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	const same, before, after = "Fri, 02 Jan 2026 03:04:05 GMT", "Fri, 02 Jan 2026 03:04:04 GMT", "Fri, 02 Jan 2026 03:04:06 GMT"
	r := Resource{ETag: `"v1"`, Modified: modified, Size: 1000}
	for _, c := range []struct {
		c    Conditions
		want string
	}{
		{Conditions{}, "200"},
		{Conditions{IfNoneMatch: `"v1"`}, "304"},
		{Conditions{IfNoneMatch: `W/"v1"`}, "304"},
		{Conditions{IfNoneMatch: `"v0", W/"v1"`}, "304"},
		{Conditions{IfNoneMatch: `*`}, "304"},
		{Conditions{IfNoneMatch: `"v0"`}, "200"},
		{Conditions{IfNoneMatch: `"v,1", "v1`}, "200"},
		{Conditions{IfNoneMatch: `v1`}, "200"},
		{Conditions{IfNoneMatch: `"v1" "v2"`}, "304"},
		{Conditions{IfNoneMatch: `"v0" "v1"`}, "200"},
		{Conditions{IfNoneMatch: `"v1"`, Method: "PUT"}, "412"},
		{Conditions{IfNoneMatch: `"v0"`, IfModifiedSince: same}, "200"}, // the tag counts
		{Conditions{IfModifiedSince: same}, "304"},
		{Conditions{IfModifiedSince: after}, "304"},
		{Conditions{IfModifiedSince: before}, "200"},
		{Conditions{IfModifiedSince: "yesterday"}, "200"},
		{Conditions{IfModifiedSince: same, Method: "POST"}, "200"},
		{Conditions{IfMatch: `"v1"`}, "200"},
		{Conditions{IfMatch: `*`}, "200"},
		{Conditions{IfMatch: `W/"v1"`}, "412"},
		{Conditions{IfMatch: `"v0"`}, "412"},
		{Conditions{IfUnmodifiedSince: before}, "412"},
		{Conditions{IfUnmodifiedSince: same}, "200"},
		{Conditions{IfMatch: `"v1"`, IfUnmodifiedSince: before}, "200"},
		{Conditions{IfMatch: `"v1"`, IfNoneMatch: `"v1"`}, "304"},
		{Conditions{Range: "bytes=0-9"}, "206 [{0 10}]"},
		{Conditions{Range: "bytes=990-"}, "206 [{990 10}]"},
		{Conditions{Range: "bytes=-10"}, "206 [{990 10}]"},
		{Conditions{Range: "bytes=-2000"}, "206 [{0 1000}]"},
		{Conditions{Range: "bytes=0-2000"}, "206 [{0 1000}]"},
		{Conditions{Range: "bytes=0-0,-1"}, "206 [{0 1} {999 1}]"},
		{Conditions{Range: "Bytes = 0-0"}, "206 [{0 1}]"},
		{Conditions{Range: "bytes=1000-"}, "416"},
		{Conditions{Range: "bytes=-0"}, "416"},
		{Conditions{Range: "bytes=1000-,0-0"}, "206 [{0 1}]"},
		{Conditions{Range: "bytes=99999999999999999999-"}, "416"},
		{Conditions{Range: "bytes=5-4"}, "200"},
		{Conditions{Range: "bytes=+1-2"}, "200"},
		{Conditions{Range: "bytes=1"}, "200"},
		{Conditions{Range: "bytes="}, "200"},
		{Conditions{Range: "bytes=-"}, "200"},
		{Conditions{Range: "lines=0-9"}, "200"},
		{Conditions{Range: "bytes=0-999,0-999"}, "200"}, // more than the whole
		{Conditions{Range: "bytes=" + strings.Repeat("0-0,", 60)}, "200"},
		{Conditions{Range: "bytes=0-9", Method: "POST"}, "200"},
		{Conditions{Range: "bytes=0-9", IfRange: `"v1"`}, "206 [{0 10}]"},
		{Conditions{Range: "bytes=0-9", IfRange: `W/"v1"`}, "200"},
		{Conditions{Range: "bytes=0-9", IfRange: `"v0"`}, "200"},
		{Conditions{Range: "bytes=0-9", IfRange: same}, "206 [{0 10}]"},
		{Conditions{Range: "bytes=0-9", IfRange: after}, "200"},
		{Conditions{Range: "bytes=0-9", IfRange: "x"}, "200"},
		{Conditions{Range: "bytes=0-9", IfNoneMatch: `"v1"`}, "304"},
	} {
		if c.c.Method == "" {
			c.c.Method = "GET"
		}
		o := r.Evaluate(c.c)
		got := fmt.Sprint(o.Status)
		if o.Ranges != nil {
			got += fmt.Sprint(" ", o.Ranges)
		}
		if got != c.want {
			t.Errorf("%+v: %s, want %s", c.c, got, c.want)
		}
	}
	if o := (Resource{}).Evaluate(Conditions{Method: "GET", Range: "bytes=0-"}); o.Status != 200 {
		t.Errorf("a range of nothing: %+v", o)
	}
	if o := (Resource{}).Evaluate(Conditions{Method: "GET", IfNoneMatch: `""`, IfModifiedSince: same, IfUnmodifiedSince: same}); o.Status != 200 {
		t.Errorf("nothing is known: %+v", o)
	}
}
