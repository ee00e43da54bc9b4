package http1

import (
	"strings"
	"testing"
)

// White space without end, where only a leniency bit allows it.
//
// Scenario: insecureHTTPParser, and a client that sends "GET" and then spaces
// for as long as the connection lives; or a framing field's name, and spaces
// before its colon.
// Fault: neither was counted as header bytes. A head that arrives in pieces is
// kept until it is complete, so memory grew with every read, and no limit was
// ever reached.
// Fix: white space that a bit lets pass counts like the bytes around it.
func TestSpacesWithoutEnd(t *testing.T) {
	for _, start := range []string{"GET ", "GET / ", "GET / HTTP/1.1\r\nContent-Length "} {
		for _, size := range []int{1, 100, 1000} {
			p := NewParser(RoleRequest, &Options{Lenient: InsecureHTTPParser})
			p.Next([]byte(start))
			spaces := []byte(strings.Repeat(" ", size))
			fed := 0
			for p.Err() == nil && fed < 1<<20 {
				p.Next(spaces)
				fed += size
			}
			if err := p.Err(); err == nil || err.Code != CodeHeaderOverflow || err.Status != 431 || fed > DefaultHeaderBytes+size {
				t.Errorf("%q and %d spaces: %v", start, fed, err)
			}
		}
	}
}
